#include "model.h"

#include "names.h"

void td_model_init(struct td_model *model, struct td_mem *mem, const struct td_tree *tree)
{
    *model = (struct td_model){.mem = mem, .tree = tree};
    td_arena_init(&model->arena, mem);
}

void td_model_free(struct td_model *model)
{
    struct td_mem *mem = model->mem;
    td_mem_free(mem, model->jobs, model->job_room * sizeof *model->jobs);
    td_mem_free(mem, model->inputs, model->input_room * sizeof *model->inputs);
    td_mem_free(mem, model->publishes, model->publish_room * sizeof *model->publishes);
    td_mem_free(mem, model->names, model->name_room * sizeof *model->names);
    td_mem_free(mem, model->job_names, model->job_name_room * sizeof *model->job_names);
    td_arena_free(&model->arena);
}

/* A cleared item at the end of a growing list; NULL when memory ran out. */
static void *add(struct td_model *model, void **items, size_t *count, size_t *room,
                 size_t size)
{
    if (*count == *room) {
        void *grown = td_mem_grow(model->mem, *items, room, *count + 1, size);
        if (!grown)
            return NULL;
        *items = grown;
    }
    void *item = (char *)*items + (*count)++ * size;
    memset(item, 0, size);
    return item;
}

bool td_model_reserve_jobs(struct td_model *model, size_t count)
{
    model->jobs = count ? td_mem_alloc(model->mem, count * sizeof *model->jobs) : NULL;
    model->job_room = model->jobs ? count : 0;
    return model->jobs || count == 0;
}

struct td_job *td_model_add_job(struct td_model *model)
{
    void *items = model->jobs;
    struct td_job *job =
        add(model, &items, &model->job_count, &model->job_room, sizeof *job);
    model->jobs = items;
    return job;
}

bool td_model_add_input(struct td_model *model, const struct td_input *input)
{
    void *items = model->inputs;
    struct td_input *added =
        add(model, &items, &model->input_count, &model->input_room, sizeof *input);
    model->inputs = items;
    if (added)
        *added = *input;
    return added != NULL;
}

struct td_publish *td_model_add_publish(struct td_model *model)
{
    void *items = model->publishes;
    struct td_publish *publish =
        add(model, &items, &model->publish_count, &model->publish_room, sizeof *publish);
    model->publishes = items;
    return publish;
}

bool td_model_add_name(struct td_model *model, struct td_str name)
{
    void *items = model->names;
    tracedag_text *text =
        add(model, &items, &model->name_count, &model->name_room, sizeof *text);
    model->names = items;
    if (text)
        *text = td_public(name);
    return text != NULL;
}
