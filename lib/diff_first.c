/* Why two DAGs have different hashes: the first place at which their canonical forms differ, taken
 * as they are, item by item. */
#include "diff.h"

struct differing {
    struct td_mem mem;
    struct td_arena arena;
    struct td_changes changes; /* the first one in it is what is looked for */
    const struct tracedag_dag *dag[TD_VERSIONS];
    const struct td_model *m[TD_VERSIONS];
    struct td_buf text[TD_VERSIONS];
};

/* Where a value of both versions lies; a node of 0 is absent. */
struct spot {
    uint32_t node[TD_VERSIONS];
    uint32_t job[TD_VERSIONS];
    const struct td_shape *shape; /* NULL for a scalar */
};

static struct td_str text_of(const struct differing *d, size_t version)
{
    return (struct td_str){d->text[version].ptr, d->text[version].len};
}

/* Takes the texts of a spot as the difference. */
static void take_whole(struct differing *d, const struct spot *spot)
{
    struct td_dag_change *change = td_changes_add(&d->changes);
    change->pub.old_job = spot->job[TD_OLD];
    change->pub.new_job = spot->job[TD_NEW];
    change->pub.path =
        td_public((struct td_str){d->changes.path.ptr, d->changes.path.len});
    if (spot->node[TD_OLD])
        change->pub.old_value = td_public(text_of(d, TD_OLD));
    if (spot->node[TD_NEW])
        change->pub.new_value = td_public(text_of(d, TD_NEW));
    memcpy(change->node, spot->node, sizeof change->node);
}

static void compare_inside(struct differing *d, const struct spot *spot)
{
    struct td_version_side side[TD_VERSIONS];
    const tracedag_change like = {.old_job = spot->job[TD_OLD],
                                  .new_job = spot->job[TD_NEW]};
    for (size_t v = 0; v < TD_VERSIONS; v++)
        side[v] = (struct td_version_side){d->m[v]->tree, text_of(d, v), spot->node[v]};
    td_changes_compare(&d->changes, side, spot->shape, &like);
}

/* Compares the texts of a spot. One that failed is a piece of a text, which cannot be read. */
static void compare(struct differing *d, const struct spot *spot)
{
    bool both = spot->node[TD_OLD] && spot->node[TD_NEW];
    d->changes.failed |= d->changes.path.failed;
    for (size_t v = 0; v < TD_VERSIONS; v++)
        d->changes.failed |= d->text[v].failed;
    if (d->changes.failed || (both && td_str_eq(text_of(d, TD_OLD), text_of(d, TD_NEW))))
        return;
    if (both && spot->shape)
        compare_inside(d, spot);
    else
        take_whole(d, spot);
}

static void begin_path(struct differing *d, const char *start)
{
    d->changes.path.len = 0;
    td_buf_text(&d->changes.path, start);
    d->text[TD_OLD].len = d->text[TD_NEW].len = 0;
}

static bool differ(const struct differing *d)
{
    return d->changes.count > 0;
}

static void compare_jobs(struct differing *d, uint32_t index)
{
    struct spot spot = {.job = {TRACEDAG_NO_JOB, TRACEDAG_NO_JOB},
                        .shape = &td_job_shape};
    begin_path(d, "/jobs/");
    td_buf_number(&d->changes.path, index);
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        const struct td_model *m = d->m[v];
        if (index >= m->job_count)
            continue;
        spot.node[v] = m->jobs[index].node;
        spot.job[v] = index;
        td_canon_job(m, &m->jobs[index], TD_FORM_CANONICAL, &d->text[v], NULL);
    }
    compare(d, &spot);
}

static void compare_names(struct differing *d)
{
    struct spot spot = {.job = {TRACEDAG_NO_JOB, TRACEDAG_NO_JOB}};
    begin_path(d, "/name");
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        spot.node[v] = d->m[v]->name;
        td_buf_quoted(&d->text[v], d->dag[v]->name);
    }
    compare(d, &spot);
}

/* Where one of them publishes nothing, its form has no such map. */
static void take_publishes(struct differing *d)
{
    struct spot spot = {.job = {TRACEDAG_NO_JOB, TRACEDAG_NO_JOB}};
    begin_path(d, "/publish");
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        const struct td_model *m = d->m[v];
        for (size_t i = 0; i < m->publish_count; i++) {
            td_buf_byte(&d->text[v], i ? ',' : '{');
            td_buf_quoted(&d->text[v], td_slice(m->publishes[i].pub.name));
            td_buf_byte(&d->text[v], ':');
            td_canon_publish(m, &m->publishes[i], &d->text[v]);
        }
        if (m->publish_count) {
            td_buf_byte(&d->text[v], '}');
            spot.node[v] = m->publishes[0].key;
        }
    }
    compare(d, &spot);
}

/* Entries with the same index: with different names, one of the two maps lacks the first. */
static void compare_publishes(struct differing *d, size_t index)
{
    struct spot spot = {.job = {TRACEDAG_NO_JOB, TRACEDAG_NO_JOB},
                        .shape = &td_publish_shape};
    const struct td_publish *first = NULL;
    const struct td_publish *publish[TD_VERSIONS];
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        publish[v] = index < d->m[v]->publish_count ? &d->m[v]->publishes[index] : NULL;
        if (publish[v] && (!first || td_str_compare(td_slice(publish[v]->pub.name),
                                                    td_slice(first->pub.name)) < 0))
            first = publish[v];
    }
    assert(first); /* one of the versions has an entry with this index */
    begin_path(d, "/publish/");
    td_buf_str(&d->changes.path, td_slice(first->pub.name));
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        if (!publish[v] ||
            !td_str_eq(td_slice(publish[v]->pub.name), td_slice(first->pub.name)))
            continue;
        spot.node[v] = publish[v]->node;
        td_canon_publish(d->m[v], publish[v], &d->text[v]);
    }
    compare(d, &spot);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* In the order of the form: jobs, name, publish. */
static void find(struct differing *d)
{
    size_t jobs = larger(d->m[TD_OLD]->job_count, d->m[TD_NEW]->job_count);
    size_t publishes = larger(d->m[TD_OLD]->publish_count, d->m[TD_NEW]->publish_count);
    bool one_has_none =
        d->m[TD_OLD]->publish_count == 0 || d->m[TD_NEW]->publish_count == 0;
    for (size_t i = 0; !differ(d) && i < jobs; i++)
        compare_jobs(d, (uint32_t)i);
    if (!differ(d))
        compare_names(d);
    if (!differ(d) && publishes > 0 && one_has_none)
        take_publishes(d);
    for (size_t i = 0; !differ(d) && i < publishes; i++)
        compare_publishes(d, i);
}

/* A tuning field that its job leaves out. */
static void find_origins(struct differing *d)
{
    struct td_dag_change *change = d->changes.list;
    td_diff_origin(d->m[TD_OLD], change->pub.old_job, change->field,
                   &change->node[TD_OLD]);
    td_diff_origin(d->m[TD_NEW], change->pub.new_job, change->field,
                   &change->node[TD_NEW]);
}

/* ---- the result ------------------------------------------------------------------------- */

static tracedag_text put(char **at, tracedag_text text)
{
    if (!text.ptr)
        return text;
    char *start = *at;
    memcpy(start, text.ptr, text.len);
    *at += text.len;
    return (tracedag_text){start, text.len};
}

static tracedag_position place_of(const struct td_tree *tree, uint32_t node)
{
    tracedag_position position = {0};
    if (node == 0)
        return position;
    struct td_position place = td_source_position(tree->source, tree->nodes[node].start);
    position.byte = tree->nodes[node].start;
    position.line = place.line;
    position.column = place.column;
    position.utf16 = place.utf16;
    return position;
}

static tracedag_difference *own(struct differing *d)
{
    const struct td_dag_change *change = d->changes.list;
    const tracedag_change *pub = &change->pub;
    size_t texts = pub->path.len + pub->old_value.len + pub->new_value.len;
    tracedag_difference *made = td_mem_owned(sizeof *made + texts);
    if (!made) {
        d->changes.failed = true;
        return NULL;
    }
    char *at = (char *)(made + 1);
    *made = (tracedag_difference){.old_job = pub->old_job, .new_job = pub->new_job};
    made->pointer = put(&at, pub->path);
    made->old_value = put(&at, pub->old_value);
    made->new_value = put(&at, pub->new_value);
    made->old_place = place_of(d->m[TD_OLD]->tree, change->node[TD_OLD]);
    made->new_place = place_of(d->m[TD_NEW]->tree, change->node[TD_NEW]);
    return made;
}

bool td_diff_first(const struct tracedag_dag *before, const struct tracedag_dag *after,
                   tracedag_difference **difference)
{
    struct differing d = {.mem = {.budget = SIZE_MAX}, .dag = {before, after}};
    td_arena_init(&d.arena, &d.mem);
    td_changes_init(&d.changes, &d.mem, &d.arena);
    d.changes.positional = true;
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        d.m[v] = &d.dag[v]->model;
        td_buf_init(&d.text[v], &d.mem);
    }
    find(&d);
    if (differ(&d) && d.changes.list->field)
        find_origins(&d);
    *difference = differ(&d) && !d.changes.failed ? own(&d) : NULL;
    bool done = !d.changes.failed;
    td_changes_free(&d.changes);
    td_arena_free(&d.arena);
    td_buf_free(&d.text[TD_OLD]);
    td_buf_free(&d.text[TD_NEW]);
    return done;
}
