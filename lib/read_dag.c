#include "read.h"

#include "names.h"
#include "words.h"

/* ---- jobs ------------------------------------------------------------------------------- */

static void set_words(struct td_job *job, const struct td_tree *tree)
{
    static const struct {
        enum td_job_field field;
        size_t at;
    } enums[] = {
        {TD_JOB_ACTIVATION, offsetof(tracedag_job, activation)},
        {TD_JOB_RUNTIME, offsetof(tracedag_job, runtime)},
        {TD_JOB_EXECUTION_STRATEGY, offsetof(tracedag_job, execution_strategy)},
        {TD_JOB_UPDATE_STRATEGY, offsetof(tracedag_job, update_strategy)},
    };
    for (size_t i = 0; i < TD_COUNT(enums); i++) {
        uint32_t value = job->field[enums[i].field];
        if (!td_usable(value))
            continue;
        uint32_t word = td_word_find(td_job_shape.fields[enums[i].field].words,
                                     td_node_text(tree, value));
        memcpy((char *)&job->pub + enums[i].at, &word, sizeof word);
    }
}

static bool is_map(const struct td_tree *tree, const struct td_value *item)
{
    return item->node != 0 && !td_is_damaged(td_node_raw(tree, item->node)) &&
           tree->nodes[item->node].kind == TD_MAP;
}

/* An item that is no map gets no record: it may be one of very many. */
static void refuse_item(struct td_reader *r, const struct td_value *item, uint32_t index)
{
    struct td_scope unnamed = {.kind = TD_SCOPE_JOB, .job_index = index};
    r->model->jobs_unsure = true;
    if (item->node != 0 && !td_is_damaged(td_node_raw(r->tree, item->node)))
        td_read_item(r, &unnamed, item, "a map");
}

/* Whether a map can be a job that something else is about: one entry that is no name says too
 * little, and there may be very many of those. */
static bool has_record(const struct td_tree *tree, uint32_t map)
{
    return tree->nodes[map].link > map + 3 || td_find_key(tree, map, TD_S("name"));
}

/* Whether the name is not the one that was meant, for a fault of syntax, or none that can be read:
 * references may be to this job. */
static bool is_unsure(const struct td_tree *tree, const struct td_job *job)
{
    uint32_t key = td_find_key(tree, job->node, TD_S("name"));
    if (job->field[TD_JOB_NAME] == 0)
        return (tree->nodes[job->node].flags & TD_CUT_OFF) != 0;
    return job->field[TD_JOB_NAME] == TD_POISON &&
           (job->pub.name.len == 0 ||
            (key && td_is_damaged(td_node_raw(tree, td_after(tree, key)))));
}

/* A job of nothing but a name, which the job behind it has, too: a line that is there twice. What
 * this one lacks is in the other. */
static bool is_line_twice(const struct td_reader *r, const struct td_value *item)
{
    const struct td_tree *tree = r->tree;
    struct td_value next = {0};
    if (item->node != item->raw || tree->nodes[item->node].link != item->node + 3)
        return false;
    if (td_after(tree, item->raw) < tree->nodes[r->model->jobs_list].link)
        next = td_value_of(tree, td_after(tree, item->raw), 0, 0);
    struct td_str name = td_peek_text(tree, item->node, TD_S("name"));
    return name.len && is_map(tree, &next) &&
           td_str_eq(name, td_peek_text(tree, next.node, TD_S("name")));
}

static void read_one_job(struct td_reader *r, const struct td_value *item, uint32_t index)
{
    bool kept = has_record(r->tree, item->node);
    struct td_job slight = {.index = index};
    struct td_job *job = kept ? td_model_add_job(r->model) : &slight;
    if (!job) {
        r->failed = true;
        return;
    }
    job->index = index;
    job->item = item->raw;
    job->node = item->node;
    job->pub.name = td_public(td_peek_text(r->tree, job->node, TD_S("name")));
    struct td_scope scope = td_job_scope(r->model, job);
    uint32_t keys[TD_JOB_COUNT] = {0};
    if (is_line_twice(r, item)) {
        for (size_t i = 0; i < TD_JOB_COUNT; i++)
            job->field[i] = TD_POISON;
        return;
    }
    td_read_fields(r, &td_job_shape, &scope, job->field, keys);
    if (is_unsure(r->tree, job))
        r->model->jobs_unsure = true;
    set_words(job, r->tree);
    if (kept)
        td_read_job(r, job, &scope, keys);
}

/* An alias to a job that was read is the same job again: of that, only its name is a fault. */
static void report_again(struct td_reader *r, const struct td_job *first,
                         const struct td_value *item)
{
    struct td_str name = td_slice(first->pub.name);
    struct td_scope scope = {.kind = TD_SCOPE_JOB, .job = name};
    if (name.len == 0)
        return;
    uint32_t key = td_find_key(r->tree, first->node, TD_S("name"));
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &scope, TRACEDAG_CODE_DUPLICATE_JOB,
                        td_node_span(r->tree, item->raw), item->raw);
    td_message(r->diag, f, "job %q is defined twice", name);
    td_related(r->diag, f, td_value_span(r->tree, td_after(r->tree, key), key, 0),
               "first defined here");
    td_data_text(r->diag, f, "name", name);
}

/* The items of `jobs` while they are read. */
struct items {
    size_t maps; /* that have a record, those of aliases aside */
    size_t aliases;
    uint32_t *job_at; /* by value, where there are aliases: the record of a map, from 1 */
};

static struct items count_items(const struct td_tree *tree, uint32_t list)
{
    struct items items = {0};
    for (uint32_t at = list + 1; at < tree->nodes[list].link; at = td_after(tree, at)) {
        struct td_value item = td_value_of(tree, at, 0, list);
        bool alias = item.raw != item.node;
        items.aliases += alias;
        items.maps += !alias && is_map(tree, &item) && has_record(tree, item.node);
    }
    return items;
}

static void read_map(struct td_reader *r, struct items *items,
                     const struct td_value *item, uint32_t index)
{
    size_t before = r->model->job_count;
    uint32_t *seen = items->job_at ? &items->job_at[item->node] : NULL;
    if (seen && *seen) {
        report_again(r, &r->model->jobs[*seen - 1], item);
        return;
    }
    read_one_job(r, item, index);
    if (seen && r->model->job_count > before)
        *seen = (uint32_t)r->model->job_count;
}

static void read_items(struct td_reader *r, struct items *items, uint32_t list)
{
    const struct td_tree *tree = r->tree;
    uint32_t index = 0;
    for (uint32_t at = list + 1; at < tree->nodes[list].link && !r->failed;
         at = td_after(tree, at)) {
        struct td_value item = td_value_of(tree, at, 0, list);
        if (is_map(tree, &item))
            read_map(r, items, &item, index);
        else
            refuse_item(r, &item, index);
        index++;
    }
}

static void read_jobs(struct td_reader *r, uint32_t key, uint32_t list)
{
    const struct td_tree *tree = r->tree;
    struct td_scope dag = {.kind = TD_SCOPE_DAG, .node = tree->root};
    struct td_value whole = td_value_of(tree, list, key, 0);
    size_t count = td_node_count(tree, list);
    if (td_too_many(r, &dag, TD_S("jobs"), &whole, count, TRACEDAG_LIMIT_JOBS)) {
        r->model->jobs_unsure = true;
        return;
    }
    r->model->jobs_list = list;
    struct items items = count_items(tree, list);
    if (items.aliases)
        items.job_at =
            td_arena_array(&r->model->arena, tree->count, sizeof *items.job_at);
    if ((items.aliases && !items.job_at) ||
        !td_model_reserve_jobs(r->model, items.maps)) {
        r->failed = true;
        return;
    }
    if (tree->nodes[list].flags & TD_CUT_OFF)
        r->model->jobs_unsure = true;
    read_items(r, &items, list);
}

/* ---- the root --------------------------------------------------------------------------- */

static void read_defaults(struct td_reader *r, uint32_t key, uint32_t map)
{
    struct td_scope scope = {.kind = TD_SCOPE_DEFAULTS, .node = map, .key = key};
    td_read_fields(r, &td_defaults_shape, &scope, r->model->defaults, NULL);
}

static void not_a_map(struct td_reader *r)
{
    const struct td_tree *tree = r->tree;
    uint32_t root = tree->root;
    struct td_scope scope = {.kind = TD_SCOPE_DAG, .node = root};
    struct td_finding *f = td_scope_report(r->diag, tree, &scope, TRACEDAG_CODE_NOT_A_MAP,
                                           td_value_span(tree, root, 0, 0), root);
    td_message(r->diag, f, "a DAG is a map with `name` and `jobs`, found %t",
               td_found(r->diag, tree, root));
}

void td_read_dag(struct td_reader *r)
{
    const struct td_tree *tree = r->tree;
    uint32_t root = tree->root;
    if (root == 0 || td_is_damaged(td_node_raw(tree, root)))
        return;
    if (tree->nodes[root].kind != TD_MAP) {
        not_a_map(r);
        return;
    }
    uint32_t fields[TD_FIELDS_MOST];
    uint32_t keys[TD_FIELDS_MOST] = {0};
    struct td_scope scope = {.kind = TD_SCOPE_DAG, .node = root};
    td_read_fields(r, &td_root_shape, &scope, fields, keys);
    r->model->name = fields[TD_ROOT_NAME];
    r->model->jobs_unsure = !td_usable(fields[TD_ROOT_JOBS]);
    r->model->publishes_unsure = fields[TD_ROOT_PUBLISH] == TD_POISON;
    if (tree->nodes[root].flags & TD_CUT_OFF)
        r->model->jobs_unsure = r->model->publishes_unsure = true;
    if (td_usable(fields[TD_ROOT_DEFAULTS]))
        read_defaults(r, keys[TD_ROOT_DEFAULTS], fields[TD_ROOT_DEFAULTS]);
    if (td_usable(fields[TD_ROOT_JOBS]))
        read_jobs(r, keys[TD_ROOT_JOBS], fields[TD_ROOT_JOBS]);
    if (td_usable(fields[TD_ROOT_PUBLISH]) && !r->failed)
        td_read_publishes(r, fields[TD_ROOT_PUBLISH]);
    td_read_webhooks_done(r);
}
