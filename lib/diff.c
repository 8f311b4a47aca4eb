#include "diff.h"

#include "align.h"
#include "breaks.h"
#include "job_hash.h"
#include "place.h"

struct diffing {
    struct tracedag_diff *diff;
    const struct td_model *m[TD_VERSIONS];
    struct td_changes changes;
    struct td_buf text[TD_VERSIONS];
    uint32_t *partner[TD_VERSIONS]; /* of each job: the same one in the other version */
    uint32_t *by_job; /* of each new job: what its datasets say that it breaks */
};

/* ---- which jobs are the same ones ------------------------------------------------------- */

static void pair(struct diffing *d, uint32_t old, uint32_t new)
{
    d->partner[TD_OLD][old] = new;
    d->partner[TD_NEW][new] = old;
}

static struct td_str job_name(const struct td_model *m, uint32_t job)
{
    return td_slice(m->jobs[job].pub.name);
}

static void pair_by_name(struct diffing *d)
{
    uint32_t old = 0;
    uint32_t new = 0;
    while (old < d->m[TD_OLD]->job_count && new < d->m[TD_NEW]->job_count) {
        int order =
            td_str_compare(job_name(d->m[TD_OLD], old), job_name(d->m[TD_NEW], new));
        if (order == 0)
            pair(d, old, new);
        old += order <= 0;
        new += order >= 0;
    }
}

/* A job that is known by what it does. */
struct nameless {
    uint32_t job;
    char materialization[TD_HASH_BYTES];
    char all[TD_HASH_BYTES]; /* of all but the name */
};

static void write_job(struct diffing *d, size_t version, uint32_t job, struct td_str name)
{
    struct td_job as_named = d->m[version]->jobs[job];
    struct td_buf *out = &d->text[version];
    as_named.pub.name = td_public(name);
    out->len = 0;
    td_canon_job(d->m[version], &as_named, TD_FORM_RESOLVED, out, NULL);
}

static void know(struct diffing *d, size_t version, uint32_t job, struct nameless *known)
{
    *known = (struct nameless){.job = job};
    td_job_hash(d->m[version], job, false, &d->text[version], known->materialization);
    write_job(d, version, job, TD_S("-"));
    td_hash_text(d->text[version].ptr, d->text[version].len, "tdm1:", known->all);
}

static size_t count_alone(const struct diffing *d, size_t version)
{
    size_t count = 0;
    for (size_t i = 0; i < d->m[version]->job_count; i++)
        count += d->partner[version][i] == TRACEDAG_NO_JOB;
    return count;
}

static void know_all(struct diffing *d, size_t version, struct nameless *known,
                     struct td_item *items)
{
    size_t count = 0;
    for (uint32_t i = 0; i < d->m[version]->job_count; i++) {
        if (d->partner[version][i] != TRACEDAG_NO_JOB)
            continue;
        struct nameless *one = &known[count];
        know(d, version, i, one);
        items[count++] =
            (struct td_item){{{one->all, strlen(one->all)},
                              {one->materialization, strlen(one->materialization)}}};
    }
}

/* Room to find out which of the jobs that stand alone were renamed. */
struct renaming {
    struct nameless *known[TD_VERSIONS];
    struct td_item *items[TD_VERSIONS];
    size_t count[TD_VERSIONS];
    uint32_t *partners;
};

/* Several may make the same data: those that are the same in all else belong together first, and
 * of equal ones the first by name to the first by name. */
static void pair_renamed_in(struct diffing *d, const struct renaming *r)
{
    know_all(d, TD_OLD, r->known[TD_OLD], r->items[TD_OLD]);
    know_all(d, TD_NEW, r->known[TD_NEW], r->items[TD_NEW]);
    d->changes.failed |=
        !td_match(&d->diff->mem, (struct td_items){r->items[TD_OLD], r->count[TD_OLD]},
                  (struct td_items){r->items[TD_NEW], r->count[TD_NEW]}, r->partners);
    for (size_t i = 0; i < r->count[TD_NEW]; i++) {
        if (r->partners[i])
            pair(d, r->known[TD_OLD][r->partners[i] - 1].job, r->known[TD_NEW][i].job);
    }
}

static void pair_renamed(struct diffing *d)
{
    struct renaming r = {.count = {count_alone(d, TD_OLD), count_alone(d, TD_NEW)}};
    if (r.count[TD_OLD] == 0 || r.count[TD_NEW] == 0)
        return;
    size_t all = r.count[TD_OLD] + r.count[TD_NEW];
    size_t bytes = all * (sizeof(struct td_item) + sizeof(struct nameless)) +
                   r.count[TD_NEW] * sizeof(uint32_t);
    struct td_item *room = td_mem_alloc(&d->diff->mem, bytes);
    if (!room) {
        d->changes.failed = true;
        return;
    }
    r.items[TD_OLD] = room;
    r.items[TD_NEW] = room + r.count[TD_OLD];
    r.known[TD_OLD] = (struct nameless *)(room + all);
    r.known[TD_NEW] = r.known[TD_OLD] + r.count[TD_OLD];
    r.partners = (uint32_t *)(r.known[TD_OLD] + all);
    pair_renamed_in(d, &r);
    td_mem_free(&d->diff->mem, room, bytes);
}

static bool pair_jobs(struct diffing *d)
{
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        size_t bytes = d->m[v]->job_count * sizeof(uint32_t);
        d->partner[v] = td_mem_alloc(&d->diff->mem, bytes);
        if (!d->partner[v])
            return false;
        memset(d->partner[v], 0xFF, bytes); /* TRACEDAG_NO_JOB */
    }
    pair_by_name(d);
    pair_renamed(d);
    return true;
}

/* ---- changes as a whole ----------------------------------------------------------------- */

static tracedag_text copy_text(struct diffing *d, size_t version)
{
    struct td_str text = {d->text[version].ptr, d->text[version].len};
    return td_public(td_arena_copy(&d->diff->arena, text));
}

/* Adds a change of all of a thing; what is in it is in the texts of the versions that have it. */
static tracedag_change *add_whole(struct diffing *d, const tracedag_change *like,
                                  const bool has[2], const uint32_t node[2])
{
    struct td_dag_change *change = td_changes_add(&d->changes);
    change->pub = *like;
    change->pub.path = td_public(TD_S(""));
    change->node[TD_OLD] = node[TD_OLD];
    change->node[TD_NEW] = node[TD_NEW];
    if (has[TD_OLD])
        change->pub.old_value = copy_text(d, TD_OLD);
    if (has[TD_NEW])
        change->pub.new_value = copy_text(d, TD_NEW);
    d->changes.failed |= d->diff->arena.failed;
    return &change->pub;
}

/* ---- the DAG ---------------------------------------------------------------------------- */

static void diff_dag(struct diffing *d)
{
    struct td_str name[TD_VERSIONS];
    uint32_t node[TD_VERSIONS];
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        name[v] = d->diff->dag[v]->name;
        node[v] = d->m[v]->name;
        d->text[v].len = 0;
        td_buf_quoted(&d->text[v], name[v]);
    }
    if (td_str_eq(name[TD_OLD], name[TD_NEW]))
        return;
    const tracedag_change like = {
        .kind = TRACEDAG_CHANGE_CHANGED,
        .class_id = TRACEDAG_CLASS_TUNING,
        .subject = TRACEDAG_SUBJECT_DAG,
        .old_job = TRACEDAG_NO_JOB,
        .new_job = TRACEDAG_NO_JOB,
        .old_name = td_public(name[TD_OLD]),
        .new_name = td_public(name[TD_NEW]),
    };
    add_whole(d, &like, (const bool[]){true, true}, node)->path =
        td_public(TD_S("/name"));
}

/* ---- jobs ------------------------------------------------------------------------------- */

static uint32_t job_node(const struct diffing *d, size_t version, uint32_t job)
{
    return job == TRACEDAG_NO_JOB ? 0 : d->m[version]->jobs[job].node;
}

static tracedag_change job_change(const struct diffing *d, uint32_t old, uint32_t new,
                                  uint32_t kind)
{
    tracedag_change change = {
        .kind = kind,
        .class_id = kind == TRACEDAG_CHANGE_RENAMED ? TRACEDAG_CLASS_TUNING
                                                    : TRACEDAG_CLASS_MATERIALIZATION,
        .subject = TRACEDAG_SUBJECT_JOB,
        .old_job = old,
        .new_job = new,
    };
    if (old != TRACEDAG_NO_JOB)
        change.old_name = d->m[TD_OLD]->jobs[old].pub.name;
    if (new != TRACEDAG_NO_JOB)
        change.new_name = d->m[TD_NEW]->jobs[new].pub.name;
    return change;
}

static void add_job(struct diffing *d, uint32_t old, uint32_t new, uint32_t kind)
{
    const tracedag_change like = job_change(d, old, new, kind);
    const bool has[] = {kind == TRACEDAG_CHANGE_REMOVED, kind == TRACEDAG_CHANGE_ADDED};
    const uint32_t node[] = {job_node(d, TD_OLD, old), job_node(d, TD_NEW, new)};
    if (has[TD_OLD])
        write_job(d, TD_OLD, old, job_name(d->m[TD_OLD], old));
    if (has[TD_NEW])
        write_job(d, TD_NEW, new, job_name(d->m[TD_NEW], new));
    add_whole(d, &like, has, node);
}

/* A tuning field that the job leaves out has its value, and its place, from elsewhere. */
uint32_t td_diff_origin(const struct td_model *m, uint32_t job,
                        const struct td_field *field, uint32_t *node)
{
    bool in_job;
    uint32_t setting = 0;
    while (setting < TD_DEFAULT_COUNT &&
           field != &td_job_shape.fields[td_job_field_of(setting)])
        setting++;
    if (setting == TD_DEFAULT_COUNT)
        return 0;
    uint32_t value = td_canon_origin(m, &m->jobs[job], setting, &in_job);
    if (value == 0)
        return TRACEDAG_ORIGIN_BUILT_IN;
    *node = value;
    return in_job ? TRACEDAG_ORIGIN_JOB : TRACEDAG_ORIGIN_DEFAULTS;
}

static bool is_input(const struct td_dag_change *change)
{
    static const char inputs[] = "/inputs";
    size_t len = sizeof inputs - 1;
    return change->pub.path.len >= len && memcmp(change->pub.path.ptr, inputs, len) == 0;
}

static void complete_job_change(const struct diffing *d, struct td_dag_change *change)
{
    tracedag_change *pub = &change->pub;
    pub->old_origin =
        td_diff_origin(d->m[TD_OLD], pub->old_job, change->field, &change->node[TD_OLD]);
    pub->new_origin =
        td_diff_origin(d->m[TD_NEW], pub->new_job, change->field, &change->node[TD_NEW]);
    if (is_input(change))
        pub->subject = TRACEDAG_SUBJECT_INPUT;
}

/* A text that failed is a piece of one, which cannot be read. */
static void compare(struct diffing *d, const uint32_t node[TD_VERSIONS],
                    const struct td_shape *shape, const tracedag_change *like)
{
    struct td_version_side side[TD_VERSIONS];
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        d->changes.failed |= d->text[v].failed;
        side[v] = (struct td_version_side){
            d->m[v]->tree, {d->text[v].ptr, d->text[v].len}, node[v]};
    }
    if (!d->changes.failed && !td_str_eq(side[TD_OLD].text, side[TD_NEW].text))
        td_changes_compare(&d->changes, side, shape, like);
}

static void change_job(struct diffing *d, uint32_t old, uint32_t new)
{
    struct td_str name = job_name(d->m[TD_OLD], old);
    if (!td_str_eq(name, job_name(d->m[TD_NEW], new)))
        add_job(d, old, new, TRACEDAG_CHANGE_RENAMED);
    size_t first = d->changes.count;
    const tracedag_change like = job_change(d, old, new, TRACEDAG_CHANGE_CHANGED);
    const uint32_t node[] = {job_node(d, TD_OLD, old), job_node(d, TD_NEW, new)};
    write_job(d, TD_OLD, old, name);
    write_job(d, TD_NEW, new, name);
    compare(d, node, &td_job_shape, &like);
    for (size_t i = first; i < d->changes.count; i++)
        complete_job_change(d, &d->changes.list[i]);
}

static void diff_job(struct diffing *d, uint32_t new)
{
    uint32_t old = d->partner[TD_NEW][new];
    if (old == TRACEDAG_NO_JOB)
        add_job(d, old, new, TRACEDAG_CHANGE_ADDED);
    else
        change_job(d, old, new);
}

/* By the new name, of a job that is gone by the old one: no two of these are the same. */
static void diff_jobs(struct diffing *d)
{
    uint32_t old = 0;
    uint32_t new = 0;
    while (old < d->m[TD_OLD]->job_count || new < d->m[TD_NEW]->job_count) {
        if (old < d->m[TD_OLD]->job_count && d->partner[TD_OLD][old] != TRACEDAG_NO_JOB)
            old++;
        else if (old == d->m[TD_OLD]->job_count ||
                 (new < d->m[TD_NEW]->job_count &&td_str_compare(
                            job_name(d->m[TD_NEW], new), job_name(d->m[TD_OLD], old)) <
                  0))
            diff_job(d, new ++);
        else
            add_job(d, old++, TRACEDAG_NO_JOB, TRACEDAG_CHANGE_REMOVED);
    }
}

/* ---- published datasets ----------------------------------------------------------------- */

static tracedag_change publish_change(const struct td_publish *const publish[TD_VERSIONS])
{
    const struct td_publish *old = publish[TD_OLD];
    const struct td_publish *new = publish[TD_NEW];
    tracedag_change change = {
        .kind = !old   ? TRACEDAG_CHANGE_ADDED
                : !new ? TRACEDAG_CHANGE_REMOVED
                       : TRACEDAG_CHANGE_CHANGED,
        .class_id = TRACEDAG_CLASS_PUBLISHING,
        .subject = TRACEDAG_SUBJECT_DATASET,
        .old_job = old ? old->pub.job : TRACEDAG_NO_JOB,
        .new_job = new ? new->pub.job : TRACEDAG_NO_JOB,
    };
    if (old)
        change.old_name = old->pub.name;
    if (new)
        change.new_name = new->pub.name;
    return change;
}

/* The output of a job that was renamed is the same output. */
static void mark_move(const struct diffing *d,
                      const struct td_publish *const publish[TD_VERSIONS],
                      struct td_dag_change *change)
{
    const tracedag_publish *old = &publish[TD_OLD]->pub;
    const tracedag_publish *new = &publish[TD_NEW]->pub;
    assert(change);
    if (change->field == &td_publish_shape.fields[TD_PUBLISH_FROM] &&
        (d->partner[TD_OLD][old->job] != new->job || old->output != new->output))
        change->pub.kind = TRACEDAG_CHANGE_MOVED;
}

static void list_publish(struct diffing *d,
                         const struct td_publish *const publish[TD_VERSIONS])
{
    const tracedag_change like = publish_change(publish);
    const bool has[] = {publish[TD_OLD] != NULL, publish[TD_NEW] != NULL};
    uint32_t node[] = {0, 0};
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        d->text[v].len = 0;
        if (!has[v])
            continue;
        td_canon_publish(d->m[v], publish[v], &d->text[v]);
        node[v] = publish[v]->node;
    }
    if (has[TD_OLD] && has[TD_NEW])
        compare(d, node, &td_publish_shape, &like);
    else
        add_whole(d, &like, has, node);
}

static void diff_publish(struct diffing *d,
                         const struct td_publish *const publish[TD_VERSIONS])
{
    size_t first = d->changes.count;
    list_publish(d, publish);
    if (d->changes.failed)
        return;
    struct td_break_dataset dataset = {{d->m[TD_OLD], d->m[TD_NEW]},
                                       {publish[TD_OLD], publish[TD_NEW]},
                                       d->changes.list ? &d->changes.list[first] : NULL,
                                       d->changes.count - first};
    for (size_t i = 0; publish[TD_OLD] && publish[TD_NEW] && i < dataset.count; i++)
        mark_move(d, publish, &dataset.changes[i]);
    uint32_t by_job;
    d->changes.failed |= !td_breaks_dataset(&dataset, &d->diff->mem, &by_job);
    if (by_job)
        d->by_job[publish[TD_NEW]->pub.job] = by_job;
}

static void diff_publishes(struct diffing *d)
{
    size_t at[TD_VERSIONS] = {0, 0};
    const struct td_model *const *m = d->m;
    while (at[TD_OLD] < m[TD_OLD]->publish_count ||
           at[TD_NEW] < m[TD_NEW]->publish_count) {
        const struct td_publish *publish[TD_VERSIONS];
        for (size_t v = 0; v < TD_VERSIONS; v++)
            publish[v] = at[v] < m[v]->publish_count ? &m[v]->publishes[at[v]] : NULL;
        int order = !publish[TD_OLD] ? 1
                    : !publish[TD_NEW]
                        ? -1
                        : td_str_compare(td_slice(publish[TD_OLD]->pub.name),
                                         td_slice(publish[TD_NEW]->pub.name));
        if (order < 0)
            publish[TD_NEW] = NULL;
        if (order > 0)
            publish[TD_OLD] = NULL;
        at[TD_OLD] += order <= 0;
        at[TD_NEW] += order >= 0;
        diff_publish(d, publish);
    }
}

/* ---- the whole -------------------------------------------------------------------------- */

static void mark_breaks(struct diffing *d)
{
    for (size_t i = 0; i < d->changes.count; i++) {
        struct td_dag_change *change = &d->changes.list[i];
        if (change->pub.subject == TRACEDAG_SUBJECT_JOB &&
            change->pub.new_job != TRACEDAG_NO_JOB)
            td_breaks_job(change, d->by_job[change->pub.new_job]);
        d->diff->breaking += change->pub.breaking != 0;
    }
}

#define NOWHERE UINT32_MAX /* a line, while places are looked for */

static tracedag_position start_of(const struct td_tree *tree, uint32_t node)
{
    return (tracedag_position){.byte = node ? tree->nodes[node].start : 0,
                               .line = node ? 0 : NOWHERE};
}

static void clear_nowhere(tracedag_position *place)
{
    if (place->line == NOWHERE)
        place->line = 0;
}

static void find_places(struct diffing *d)
{
    struct td_changes *c = &d->changes;
    if (c->count == 0)
        return;
    for (size_t i = 0; i < c->count; i++) {
        struct td_dag_change *change = &c->list[i];
        change->pub.old_place = start_of(d->m[TD_OLD]->tree, change->node[TD_OLD]);
        change->pub.new_place = start_of(d->m[TD_NEW]->tree, change->node[TD_NEW]);
    }
    c->failed |= !td_place_list(&d->diff->mem, d->m[TD_OLD]->tree->source,
                                &c->list->pub.old_place, c->count, sizeof *c->list);
    c->failed |= !td_place_list(&d->diff->mem, d->m[TD_NEW]->tree->source,
                                &c->list->pub.new_place, c->count, sizeof *c->list);
    for (size_t i = 0; i < c->count; i++) {
        clear_nowhere(&c->list[i].pub.old_place);
        clear_nowhere(&c->list[i].pub.new_place);
    }
}

static bool diff_all(struct diffing *d)
{
    size_t bytes = d->m[TD_NEW]->job_count * sizeof *d->by_job;
    d->by_job = td_mem_alloc(&d->diff->mem, bytes);
    if (!d->by_job)
        return false;
    memset(d->by_job, 0, bytes);
    if (!pair_jobs(d))
        return false;
    diff_dag(d);
    diff_jobs(d);
    diff_publishes(d);
    find_places(d);
    mark_breaks(d);
    for (size_t v = 0; v < TD_VERSIONS; v++)
        d->changes.failed |= d->text[v].failed;
    return !d->changes.failed;
}

static void begin(struct diffing *d, struct tracedag_diff *diff)
{
    *d = (struct diffing){.diff = diff};
    td_changes_init(&d->changes, &diff->mem, &diff->arena);
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        d->m[v] = &diff->dag[v]->model;
        td_buf_init(&d->text[v], &diff->mem);
    }
}

/* The list of changes goes to the diff, all else was needed on the way only. */
static void end(struct diffing *d)
{
    struct tracedag_diff *diff = d->diff;
    diff->changes = d->changes.list;
    diff->change_count = d->changes.count;
    diff->change_room = d->changes.room;
    d->changes.list = NULL;
    d->changes.room = 0;
    td_changes_free(&d->changes);
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        td_buf_free(&d->text[v]);
        td_mem_free(&diff->mem, d->partner[v],
                    d->m[v]->job_count * sizeof *d->partner[v]);
    }
    td_mem_free(&diff->mem, d->by_job, d->m[TD_NEW]->job_count * sizeof *d->by_job);
}

/* Both documents brought a budget along. */
static size_t budget_of(const struct tracedag_dag *before,
                        const struct tracedag_dag *after)
{
    size_t sum;
    return td_add_overflows(before->mem.budget, after->mem.budget, &sum) ? SIZE_MAX : sum;
}

struct tracedag_diff *td_diff_new(struct tracedag_dag *before, struct tracedag_dag *after)
{
    struct td_mem mem = {.budget = budget_of(before, after)};
    struct tracedag_diff *diff = td_mem_alloc(&mem, sizeof *diff);
    if (!diff)
        return NULL;
    *diff = (struct tracedag_diff){.mem = mem, .dag = {before, after}};
    atomic_init(&diff->refs, 1);
    td_ref(&before->refs);
    td_ref(&after->refs);
    td_arena_init(&diff->arena, &diff->mem);
    struct diffing d;
    begin(&d, diff);
    bool done = diff_all(&d);
    end(&d);
    if (!done || !td_diff_scope(diff)) {
        td_diff_drop(diff);
        return NULL;
    }
    return diff;
}

void td_diff_drop(struct tracedag_diff *diff)
{
    if (!td_unref(&diff->refs))
        return;
    struct td_mem mem = diff->mem;
    td_mem_free(&diff->mem, diff->changes, diff->change_room * sizeof *diff->changes);
    td_mem_free(&diff->mem, diff->scope, diff->scope_count * sizeof *diff->scope);
    td_arena_free(&diff->arena);
    td_dag_drop(diff->dag[TD_OLD]);
    td_dag_drop(diff->dag[TD_NEW]);
    td_mem_free(&mem, diff, sizeof *diff);
}
