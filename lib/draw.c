#include "draw_parts.h"

#include "walk.h"

/* ---- edges ------------------------------------------------------------------------------- */

/* Publishes and external datasets both begin with their name, and stand in its order. The index
 * of a name; `count` where it is none of them. */
static uint32_t find_name(const void *items, size_t stride, size_t count,
                          struct td_str name)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        tracedag_text text;
        memcpy(&text, (const char *)items + middle * stride, sizeof text);
        int order = td_str_compare(td_slice(text), name);
        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)count;
}

uint32_t td_draw_dataset(const struct td_picture *p, struct td_str name)
{
    const struct td_model *m = p->model;
    uint32_t at = find_name(m->publishes, sizeof *m->publishes, m->publish_count, name);
    if (at < m->publish_count)
        return p->job_count + at;
    return p->publish_end +
           find_name(m->externals, sizeof *m->externals, m->external_count, name);
}

static void find_edges(struct td_picture *p)
{
    const struct td_model *m = p->model;
    p->from = td_arena_array(&p->arena, m->input_count, sizeof *p->from);
    for (size_t i = 0; p->from && i < m->input_count; i++) {
        const tracedag_input *input = &m->inputs[i].pub;
        p->from[i] = input->dataset.len ? td_draw_dataset(p, td_slice(input->dataset))
                                        : input->job;
    }
}

/* ---- groups ------------------------------------------------------------------------------ */

void td_draw_group(struct td_picture *p, struct td_groups *groups, uint32_t first,
                   uint32_t end, uint32_t keys,
                   uint32_t (*key)(const struct td_picture *p, uint32_t number))
{
    /* Counted two places on: adding up leaves the begin of each key one place on, and filling
     * in moves that to its end, where the next key begins. */
    uint32_t *at = td_arena_array(&p->arena, (size_t)keys + 2, sizeof *at);
    uint32_t *items = td_arena_array(&p->arena, (size_t)(end - first) + 1, sizeof *items);
    if (p->arena.failed)
        return;
    for (uint32_t i = first; i < end; i++)
        at[key(p, i) + 2]++;
    for (uint32_t k = 0; k < keys; k++)
        at[k + 2] += at[k + 1];
    for (uint32_t i = first; i < end; i++)
        items[at[key(p, i) + 1]++] = i;
    *groups = (struct td_groups){at, items};
}

/* The node that a finding is about; behind all others, the DAG. A report may be of another
 * document, whose names are none of this one. */
static uint32_t subject_node(const struct td_picture *p, uint32_t index)
{
    const tracedag_finding *finding = &p->findings->list[index].pub;
    uint32_t job;
    switch (finding->subject_kind) {
    case TRACEDAG_SUBJECT_JOB:
    case TRACEDAG_SUBJECT_INPUT:
        job = td_walk_find(p->model, td_slice(finding->subject));
        return job == TRACEDAG_NO_JOB ? p->node_count : job;
    case TRACEDAG_SUBJECT_DATASET:
        return td_draw_dataset(p, td_slice(finding->subject));
    default:
        return p->node_count;
    }
}

static uint32_t producer(const struct td_picture *p, uint32_t node)
{
    return td_drawn_publish(p, node)->job;
}

static uint32_t layer_of(const struct td_picture *p, uint32_t job)
{
    return p->layer[job];
}

/* ---- kinds ------------------------------------------------------------------------------- */

enum td_drawn td_draw_kind(const struct td_picture *p, uint32_t node)
{
    if (td_draws_job(p, node))
        return (enum td_drawn)td_zone_of(p->dag, node);
    return td_draws_publish(p, node) ? TD_DRAWN_PUBLISHED : TD_DRAWN_EXTERNAL;
}

uint32_t td_draw_kinds(const struct td_picture *p)
{
    uint32_t kinds = 0;
    for (uint32_t node = 0; node < p->node_count; node++)
        kinds |= UINT32_C(1) << td_draw_kind(p, node);
    return kinds;
}

struct td_str td_draw_kind_words(enum td_drawn kind)
{
    static const struct td_str words[] = {
        [TD_DRAWN_UNTRUSTED] = {"untrusted code", 14},
        [TD_DRAWN_PLATFORM] = {"platform", 8},
        [TD_DRAWN_CONTROL] = {"control", 7},
        [TD_DRAWN_PUBLISHED] = {"published dataset", 17},
        [TD_DRAWN_EXTERNAL] = {"external dataset", 16},
    };
    return words[kind];
}

/* ---- the picture ------------------------------------------------------------------------- */

static void begin(struct td_picture *p, const struct tracedag_dag *dag,
                  const struct tracedag_report *report,
                  const struct tracedag_diff *change, bool color, struct td_buf *out)
{
    const struct td_model *m = &dag->model;
    *p = (struct td_picture){
        .dag = dag,
        .model = m,
        .findings = report ? &report->diag : NULL,
        .change = change,
        .out = out,
        .color = color,
        .job_count = (uint32_t)m->job_count,
        .publish_end = (uint32_t)(m->job_count + m->publish_count),
        .node_count = (uint32_t)(m->job_count + m->publish_count + m->external_count),
    };
    td_arena_init(&p->arena, out->mem);
    td_buf_init(&p->words, out->mem);
    find_edges(p);
    td_draw_group(p, &p->found, 0, report ? (uint32_t)report->diag.count : 0,
                  p->node_count + 1, subject_node);
    td_draw_group(p, &p->published, p->job_count, p->publish_end, p->job_count, producer);
    td_draw_changes(p);
    td_draw_layers(p);
    td_draw_group(p, &p->layered, 0, p->job_count, p->depth, layer_of);
}

static void draw(struct td_picture *p, enum td_drawing drawing)
{
    if (drawing == TD_DRAW_MERMAID)
        td_draw_mermaid(p);
    else if (drawing == TD_DRAW_DOT)
        td_draw_dot(p);
    else if (!td_draw_lines(p))
        td_draw_list(p);
}

bool td_draw(const struct tracedag_dag *dag, const struct tracedag_report *report,
             const struct tracedag_diff *change, enum td_drawing drawing, bool color,
             struct td_buf *out)
{
    struct td_picture p;
    begin(&p, dag, report, change, color, out);
    if (!p.arena.failed)
        draw(&p, drawing);
    bool done = !p.arena.failed && !p.words.failed;
    td_buf_free(&p.words);
    td_arena_free(&p.arena);
    return done;
}
