#include "outline.h"

#include <stdlib.h>

#include "allow.h"
#include "scopes.h"
#include "utf8.h"

/* An outline and what it is made of. */
struct making {
    struct tracedag_outline *o;
    const struct tracedag_report *report;
    const struct td_tree *tree;
    const struct td_model *m; /* NULL for a document that is rejected */
    unsigned char *marks;     /* of jobs */
    uint32_t *vertices;       /* of jobs */
};

/* ---- texts ------------------------------------------------------------------------------ */

/* A text of the document in the memory of the outline, which has its bytes already. */
static struct td_str own(struct making *m, struct td_str text)
{
    const struct td_source *source = m->report->source;
    uintptr_t first = (uintptr_t)source->bytes;
    uintptr_t at = (uintptr_t)text.ptr;
    if (at >= first && at < first + source->size)
        return (struct td_str){m->o->doc->source.bytes + (at - first), text.len};
    return td_arena_copy(&m->o->arena, text);
}

/* File systems take names that are not UTF-8; texts of findings do not. */
static bool name_file(struct tracedag_outline *o, const char *file)
{
    struct td_buf clean;
    td_buf_init(&clean, &o->mem);
    size_t size = strlen(file);
    for (size_t at = 0, used; at < size; at += used) {
        if (td_utf8_next(file + at, size - at, &used) == TD_UTF8_REPLACEMENT)
            td_buf_text(&clean, "\xEF\xBF\xBD");
        else
            td_buf_put(&clean, file + at, used);
    }
    o->file = td_arena_copy(&o->arena, (struct td_str){clean.ptr, clean.len});
    bool done = !clean.failed && o->file.ptr;
    td_buf_free(&clean);
    return done;
}

/* ---- ways through the DAG --------------------------------------------------------------- */

enum { BELOW = 1, ABOVE = 2 }; /* a dataset of another DAG; one that is published */

static bool is_external(const struct td_input *input)
{
    return input->pub.job == TRACEDAG_NO_JOB;
}

static void mark_below(const struct making *m, uint32_t job)
{
    const tracedag_job *record = &m->m->jobs[job].pub;
    for (uint32_t i = 0; i < record->input_count; i++) {
        const struct td_input *input = &m->m->inputs[record->first_input + i];
        if (is_external(input) || m->marks[input->pub.job] & BELOW)
            m->marks[job] |= BELOW;
    }
}

static void mark_above(const struct making *m, uint32_t job)
{
    const tracedag_job *record = &m->m->jobs[job].pub;
    for (uint32_t i = 0; i < record->input_count; i++) {
        const struct td_input *input = &m->m->inputs[record->first_input + i];
        if (!is_external(input))
            m->marks[input->pub.job] |= m->marks[job] & ABOVE;
    }
}

static void mark_jobs(const struct making *m)
{
    const struct td_model *model = m->m;
    for (size_t i = 0; i < model->publish_count; i++)
        m->marks[model->publishes[i].pub.job] = ABOVE;
    for (size_t i = 0; i < model->ordered; i++)
        mark_below(m, model->order[i]);
    for (size_t i = model->ordered; i > 0; i--)
        mark_above(m, model->order[i - 1]);
}

static void number_vertices(const struct making *m)
{
    for (size_t i = 0; i < m->m->job_count; i++)
        m->vertices[i] =
            m->marks[i] == (BELOW | ABOVE) ? m->o->vertex_count++ : TD_NO_VERTEX;
}

static bool is_edge(const struct making *m, const struct td_input *input)
{
    return !is_external(input) && m->vertices[input->pub.job] != TD_NO_VERTEX &&
           m->vertices[input->pub.reader] != TD_NO_VERTEX;
}

static void list_edges(const struct making *m)
{
    struct tracedag_outline *o = m->o;
    size_t count = 0;
    for (size_t i = 0; i < m->m->input_count; i++)
        count += is_edge(m, &m->m->inputs[i]);
    o->edges = td_arena_array(&o->arena, count, sizeof *o->edges);
    for (size_t i = 0; i < m->m->input_count && o->edges; i++) {
        const struct td_input *input = &m->m->inputs[i];
        if (is_edge(m, input))
            o->edges[o->edge_count++] = (struct td_edge){m->vertices[input->pub.job],
                                                         m->vertices[input->pub.reader]};
    }
}

/* ---- datasets --------------------------------------------------------------------------- */

static int by_place(const void *left, const void *right)
{
    const struct td_use *a = left;
    const struct td_use *b = right;
    if (a->span.start != b->span.start)
        return a->span.start < b->span.start ? -1 : 1;
    return (a->item > b->item) - (a->item < b->item);
}

static void list_publishes(struct making *m)
{
    struct tracedag_outline *o = m->o;
    const struct td_model *model = m->m;
    o->publishes = td_arena_array(&o->arena, model->publish_count, sizeof *o->publishes);
    for (uint32_t i = 0; i < model->publish_count && o->publishes; i++) {
        const struct td_publish *publish = &model->publishes[i];
        o->publishes[o->publish_count++] = (struct td_use){
            .name = own(m, td_slice(publish->pub.name)),
            .job = own(m, td_slice(model->jobs[publish->pub.job].pub.name)),
            .span = td_node_span(m->tree, publish->key),
            .item = i,
            .line = publish->pub.line,
            .vertex = m->vertices[publish->pub.job],
        };
    }
}

static struct td_use read_of(struct making *m, uint32_t item)
{
    const struct td_input *input = &m->m->inputs[item];
    const struct td_job *job = &m->m->jobs[input->pub.reader];
    uint32_t alias = td_input_scope(m->m, job, input).alias;
    return (struct td_use){
        .name = own(m, td_slice(input->pub.dataset)),
        .job = own(m, td_slice(job->pub.name)),
        .span = td_node_span(m->tree, input->target),
        .alias = alias ? td_node_span(m->tree, alias) : (struct td_span){0, 0},
        .item = item,
        .line = input->pub.line,
        .job_index = job->index,
        .input = input->index,
        .vertex = m->vertices[input->pub.reader],
        .own = !is_external(input),
    };
}

static void list_reads(struct making *m)
{
    struct tracedag_outline *o = m->o;
    size_t count = 0;
    for (size_t i = 0; i < m->m->input_count; i++)
        count += m->m->inputs[i].pub.dataset.len > 0;
    o->reads = td_arena_array(&o->arena, count, sizeof *o->reads);
    if (!o->reads)
        return;
    for (uint32_t i = 0; i < m->m->input_count; i++) {
        if (m->m->inputs[i].pub.dataset.len > 0)
            o->reads[o->read_count++] = read_of(m, i);
    }
    if (o->read_count > 1)
        qsort(o->reads, o->read_count, sizeof *o->reads, by_place);
}

/* ---- the name --------------------------------------------------------------------------- */

/* A comment is known by what it does: it sets aside a finding at the place of the name. */
static bool look_for_allowance(struct making *m)
{
    struct tracedag_outline *o = m->o;
    struct td_levels levels;
    struct td_diag diag;
    td_levels_init(&levels);
    (void)td_levels_set(&levels, TRACEDAG_CODE_UNUSED_ALLOW, 0);
    td_diag_init(&diag, &o->mem, &levels, 1, 1);
    td_report(&diag, TRACEDAG_CODE_REPEATED_DAG_NAME, o->name_span, m->m->name);
    bool done = td_allow(&diag, &o->mem, m->tree) && !diag.failed;
    if (done && diag.suppressed > 0) {
        o->allows_name = true;
        o->reason = own(m, td_slice(diag.list[0].pub.justification));
    }
    td_diag_free(&diag);
    return done;
}

/* ---- documents -------------------------------------------------------------------------- */

static bool describe(struct making *m)
{
    struct tracedag_outline *o = m->o;
    size_t jobs = m->m->job_count;
    m->marks = td_mem_alloc(&o->mem, jobs);
    m->vertices = td_mem_alloc(&o->mem, jobs * sizeof *m->vertices);
    bool done = m->marks && m->vertices;
    if (done) {
        memset(m->marks, 0, jobs);
        mark_jobs(m);
        number_vertices(m);
        list_edges(m);
        list_publishes(m);
        list_reads(m);
        o->is_judged = o->is_sure = true;
        o->name = own(m, td_node_text(m->tree, m->m->name));
        o->name_span = td_node_span(m->tree, m->m->name);
        done = look_for_allowance(m);
    }
    td_mem_free(&o->mem, m->marks, jobs);
    td_mem_free(&o->mem, m->vertices, jobs * sizeof *m->vertices);
    return done;
}

/* Whether a finding is about the keys of the root, so that `publish` may be meant by one that is
 * not it. */
static bool hides_publish(const tracedag_finding *f)
{
    bool is_key = f->code == TRACEDAG_CODE_UNKNOWN_KEY ||
                  f->code == TRACEDAG_CODE_DUPLICATE_KEY ||
                  f->code == TRACEDAG_CODE_MERGE_KEY;
    return is_key && f->pointer.len > 0 &&
           !memchr(f->pointer.ptr + 1, '/', f->pointer.len - 1);
}

/* Whether the document was read whole, as far as its root goes. */
static bool is_read(const struct making *m, const struct tracedag_doc *doc)
{
    const struct td_diag *diag = &m->report->diag;
    bool read = doc->report.diag.by_severity[TRACEDAG_SEVERITY_ERROR] == 0 &&
                diag->dropped == 0 && m->tree->root != 0 &&
                m->tree->nodes[m->tree->root].kind == TD_MAP;
    for (size_t i = 0; i < diag->count && read; i++)
        read = !hides_publish(&diag->list[i].pub);
    return read;
}

/* The names of what a rejected document means to publish. */
static void list_names(struct making *m)
{
    struct tracedag_outline *o = m->o;
    const struct td_tree *tree = m->tree;
    uint32_t key = td_find_key(tree, tree->root, TD_S("publish"));
    uint32_t map = key ? td_follow(tree, td_after(tree, key)) : 0;
    o->is_sure = key == 0 || tree->nodes[map].kind == TD_MAP;
    if (!map || !o->is_sure)
        return;
    o->publishes =
        td_arena_array(&o->arena, td_node_count(tree, map), sizeof *o->publishes);
    for (key = map + 1; key < tree->nodes[map].link && o->publishes;
         key = td_after(tree, td_after(tree, key)))
        o->publishes[o->publish_count++] =
            (struct td_use){.name = own(m, td_node_text(tree, key)),
                            .span = td_node_span(tree, key),
                            .line = td_source_line(tree->source, tree->nodes[key].start),
                            .vertex = TD_NO_VERTEX};
}

static struct tracedag_outline *new_outline(const struct tracedag_report *report)
{
    struct td_mem mem = {
        .budget = (size_t)report->settings.limits.of[TRACEDAG_LIMIT_HEAP_BYTES]};
    struct tracedag_outline *o = td_mem_alloc(&mem, sizeof *o);
    if (!o)
        return NULL;
    *o = (struct tracedag_outline){.mem = mem, .doc = td_doc_bytes(report)};
    atomic_init(&o->refs, 1);
    td_arena_init(&o->arena, &o->mem);
    return o;
}

struct tracedag_outline *td_outline_make(const struct tracedag_dag *dag,
                                         const struct tracedag_report *report,
                                         const char *file)
{
    const struct tracedag_doc *doc = td_report_document(report);
    struct making m = {.o = new_outline(report),
                       .report = report,
                       .tree = &doc->tree,
                       .m = dag ? &dag->model : NULL};
    if (!m.o)
        return NULL;
    bool done = m.o->doc && name_file(m.o, file);
    if (done && dag)
        done = describe(&m);
    else if (done && is_read(&m, doc))
        list_names(&m);
    if (done && !m.o->arena.failed)
        return m.o;
    td_outline_drop(m.o);
    return NULL;
}

struct tracedag_outline *td_outline_keep(const struct tracedag_outline *outline)
{
    struct tracedag_outline *kept = (struct tracedag_outline *)(uintptr_t)outline;
    td_ref(&kept->refs);
    return kept;
}

void td_outline_drop(struct tracedag_outline *outline)
{
    if (!td_unref(&outline->refs))
        return;
    struct td_mem mem = outline->mem;
    if (outline->doc)
        td_doc_drop(outline->doc);
    td_arena_free(&outline->arena);
    td_mem_free(&mem, outline, sizeof *outline);
}
