#include "trust.h"

#include <stdlib.h>

/* What a DAG of any size may cost, and what each of its parts adds to that: a step of a search
 * costs 1, a job of a path as much as the bytes that tell of it. */
enum { FREE_STEPS = 1 << 19, STEPS_EACH = 256, STEPS_OF_PATH = 8 };

/* A job whose data reaches a published dataset; one with an origin at it or above it. */
enum { REACHES = 1, CARRIES = 2 };

/* ---- origins ---------------------------------------------------------------------------- */

/* A place of the DAG that names an origin. */
struct mention {
    tracedag_text name;
    uint32_t kind;
    uint32_t slot;
};

struct mentions {
    struct td_trust *t;
    struct mention *list;
    size_t count;
};

/* Jobs may share one list of secrets: its names are slots of their own. */
static uint32_t bundle_slot(const struct td_model *m, uint32_t job)
{
    return (uint32_t)m->name_count + job;
}

static uint32_t webhook_slot(const struct td_model *m, uint32_t job)
{
    return (uint32_t)(m->name_count + m->job_count) + job;
}

static uint32_t input_slot(const struct td_model *m, uint32_t input)
{
    return (uint32_t)(m->name_count + 2 * m->job_count) + input;
}

static size_t slot_count(const struct td_model *m)
{
    return m->name_count + 2 * m->job_count + m->input_count;
}

static void mention(struct mentions *all, uint32_t kind, tracedag_text name,
                    uint32_t slot)
{
    if (name.len == 0 || all->t->slots[slot])
        return;
    all->t->slots[slot] = 1;
    all->list[all->count++] = (struct mention){name, kind, slot};
}

static void gather_job(struct mentions *all, uint32_t job)
{
    const struct td_model *m = all->t->m;
    const tracedag_job *record = &m->jobs[job].pub;
    for (uint32_t i = 0; i < record->secret_count; i++)
        mention(all, TRACEDAG_FLOW_SECRET, m->names[record->first_secret + i],
                record->first_secret + i);
    mention(all, TRACEDAG_FLOW_BUNDLE, record->bundle_id, bundle_slot(m, job));
    mention(all, TRACEDAG_FLOW_WEBHOOK, record->webhook_path, webhook_slot(m, job));
}

static void gather(struct mentions *all)
{
    const struct td_model *m = all->t->m;
    for (uint32_t job = 0; job < m->job_count; job++)
        gather_job(all, job);
    for (uint32_t i = 0; i < m->input_count; i++) {
        if (m->inputs[i].pub.job == TRACEDAG_NO_JOB)
            mention(all, TRACEDAG_FLOW_EXTERNAL, m->inputs[i].pub.dataset,
                    input_slot(m, i));
    }
}

static int compare_mentions(const void *left, const void *right)
{
    const struct mention *a = left;
    const struct mention *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return td_str_compare(td_slice(a->name), td_slice(b->name));
}

/* Equal mentions are one origin. */
static void number_origins(struct td_trust *t, const struct mentions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct mention *at = &all->list[i];
        if (i == 0 || compare_mentions(at - 1, at) != 0)
            t->origins[++t->origin_count] =
                (struct td_origin){.name = at->name, .kind = at->kind};
        t->slots[at->slot] = t->origin_count;
    }
}

static bool find_origins(struct td_trust *t)
{
    struct mentions all = {.t = t};
    all.list = td_arena_array(&t->arena, slot_count(t->m) + 1, sizeof *all.list);
    if (!all.list)
        return false;
    gather(&all);
    qsort(all.list, all.count, sizeof *all.list, compare_mentions);
    t->origins = td_arena_array(&t->arena, all.count + 1, sizeof *t->origins);
    t->found = td_arena_array(&t->arena, all.count + 1, sizeof *t->found);
    if (t->arena.failed)
        return false;
    number_origins(t, &all);
    return true;
}

/* ---- where data comes from, and where it goes ------------------------------------------- */

static bool enters_at(const struct td_trust *t, uint32_t job)
{
    const tracedag_job *record = &t->m->jobs[job].pub;
    return record->secret_count || record->bundle_id.len || record->webhook_path.len;
}

static void mark_carriers(struct td_trust *t)
{
    const struct td_model *m = t->m;
    for (size_t i = 0; i < m->ordered; i++) {
        uint32_t job = m->order[i];
        const tracedag_job *record = &m->jobs[job].pub;
        bool carries = enters_at(t, job);
        for (uint32_t k = 0; k < record->input_count; k++) {
            uint32_t from = m->inputs[record->first_input + k].pub.job;
            carries |= from == TRACEDAG_NO_JOB || (t->marks[from] & CARRIES) != 0;
        }
        t->marks[job] |= carries ? CARRIES : 0;
    }
}

static void mark_reaching(struct td_trust *t)
{
    const struct td_model *m = t->m;
    for (size_t i = 0; i < m->publish_count; i++)
        t->marks[m->publishes[i].pub.job] |= REACHES;
    for (size_t i = m->ordered; i > 0; i--) {
        const tracedag_job *record = &m->jobs[m->order[i - 1]].pub;
        if (!(t->marks[m->order[i - 1]] & REACHES))
            continue;
        for (uint32_t k = 0; k < record->input_count; k++) {
            uint32_t from = m->inputs[record->first_input + k].pub.job;
            if (from != TRACEDAG_NO_JOB)
                t->marks[from] |= REACHES;
        }
    }
}

/* ---- one search ------------------------------------------------------------------------- */

/* An origin that enters at a job. Jobs come in the order of their distance. */
static void note(struct td_trust *t, uint32_t slot, uint32_t job)
{
    uint32_t number = t->slots[slot];
    struct td_origin *origin = &t->origins[number];
    if (number == 0 || (origin->round == t->round && origin->last == job))
        return;
    if (origin->round != t->round) {
        origin->round = t->round;
        origin->entries = 0;
        origin->job = job;
        t->found[t->found_count++] = number;
    }
    if (job < origin->job && t->steps[job].distance == t->steps[origin->job].distance)
        origin->job = job;
    origin->entries++;
    origin->last = job;
}

static void note_all(struct td_trust *t, uint32_t job)
{
    const struct td_model *m = t->m;
    const tracedag_job *record = &m->jobs[job].pub;
    for (uint32_t i = 0; i < record->secret_count; i++)
        note(t, record->first_secret + i, job);
    note(t, bundle_slot(m, job), job);
    note(t, webhook_slot(m, job), job);
    for (uint32_t i = 0; i < record->input_count; i++)
        note(t, input_slot(m, record->first_input + i), job);
}

/* Goes up an input; among equally short ways the reader with the least name wins. */
static void go_up(struct td_trust *t, uint32_t input, uint32_t *tail)
{
    const tracedag_input *edge = &t->m->inputs[input].pub;
    if (edge->job == TRACEDAG_NO_JOB || !(t->marks[edge->job] & CARRIES))
        return;
    struct td_step *step = &t->steps[edge->job];
    uint32_t distance = t->steps[edge->reader].distance + 1;
    if (step->round != t->round) {
        *step = (struct td_step){t->round, distance, input};
        t->queue[(*tail)++] = edge->job;
    } else if (step->distance == distance &&
               edge->reader < t->m->inputs[step->input].pub.reader) {
        step->input = input;
    }
}

static bool spend(struct td_trust *t, uint64_t steps)
{
    t->spent |= t->left < steps;
    t->left -= t->spent ? 0 : steps;
    return !t->spent;
}

/* Breadth first from the job that makes the dataset. False when the allowance ran out. */
static bool search(struct td_trust *t, uint32_t producer)
{
    uint32_t tail = 0;
    t->steps[producer] = (struct td_step){.round = t->round};
    t->queue[tail++] = producer;
    for (uint32_t head = 0; head < tail; head++) {
        uint32_t job = t->queue[head];
        const tracedag_job *record = &t->m->jobs[job].pub;
        if (!spend(t, (uint64_t)1 + record->input_count + record->secret_count))
            return false;
        note_all(t, job);
        for (uint32_t i = 0; i < record->input_count; i++)
            go_up(t, record->first_input + i, &tail);
    }
    return true;
}

static int compare_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static void begin_round(struct td_trust *t, uint32_t publish)
{
    t->publish = publish;
    t->whole = true;
    t->found_count = t->taken = 0;
    t->round++;
}

/* What is not searched to its end has no flow rather than some. */
static void give_up(struct td_trust *t)
{
    t->found_count = 0;
    t->whole = false;
    t->left_out++;
}

/* ---- datasets and flows ----------------------------------------------------------------- */

static void find_into(struct td_trust *t, uint32_t publish)
{
    uint32_t producer = t->m->publishes[publish].pub.job;
    begin_round(t, publish);
    if (!(t->marks[producer] & CARRIES))
        return;
    if (t->spent || !search(t, producer))
        give_up(t);
    else
        qsort(t->found, t->found_count, sizeof *t->found, compare_numbers);
}

static bool find_into_none(struct td_trust *t)
{
    begin_round(t, TRACEDAG_NO_PUBLISH);
    for (uint32_t job = 0; job < t->m->job_count; job++) {
        if (t->marks[job] & REACHES)
            continue;
        t->steps[job] = (struct td_step){.round = t->round};
        note_all(t, job);
    }
    qsort(t->found, t->found_count, sizeof *t->found, compare_numbers);
    return t->found_count > 0;
}

bool td_trust_dataset(struct td_trust *t)
{
    uint32_t publish = t->next++;
    if (publish > t->m->publish_count)
        return false;
    if (publish == t->m->publish_count)
        return find_into_none(t);
    find_into(t, publish);
    return true;
}

/* The jobs from where an origin enters to the dataset. */
static uint32_t lay_path(struct td_trust *t, uint32_t job)
{
    uint32_t distance = t->steps[job].distance;
    for (uint32_t i = 0; i < distance; i++) {
        t->path[i] = job;
        t->edges[i] = t->steps[job].input;
        job = t->m->inputs[t->edges[i]].pub.reader;
    }
    t->path[distance] = job;
    return distance;
}

static bool may_tell(struct td_trust *t, const struct td_origin *origin)
{
    t->spent |= t->most == 0;
    if (!spend(t, STEPS_OF_PATH * ((uint64_t)t->steps[origin->job].distance + 1))) {
        give_up(t);
        return false;
    }
    t->most--;
    return true;
}

bool td_trust_flow(struct td_trust *t, tracedag_flow *flow)
{
    if (t->taken >= t->found_count)
        return false;
    const struct td_origin *origin = &t->origins[t->found[t->taken++]];
    if (!may_tell(t, origin))
        return false;
    uint32_t distance = lay_path(t, origin->job);
    *flow = (tracedag_flow){
        .name = origin->name,
        .kind = origin->kind,
        .publish = t->publish,
        .job = origin->job,
        .entries = origin->entries,
        .path = {t->path, (size_t)distance + 1, sizeof *t->path},
        .inputs = {t->edges, distance, sizeof *t->edges},
    };
    return true;
}

/* ---- the report ------------------------------------------------------------------------- */

static bool make_room(struct td_trust *t)
{
    size_t jobs = t->m->job_count;
    t->slots = td_arena_array(&t->arena, slot_count(t->m), sizeof *t->slots);
    t->marks = td_arena_array(&t->arena, jobs, sizeof *t->marks);
    t->steps = td_arena_array(&t->arena, jobs, sizeof *t->steps);
    t->queue = td_arena_array(&t->arena, jobs, sizeof *t->queue);
    t->path = td_arena_array(&t->arena, jobs, sizeof *t->path);
    t->edges = td_arena_array(&t->arena, jobs, sizeof *t->edges);
    return !t->arena.failed;
}

void td_trust_rewind(struct td_trust *t, uint32_t most)
{
    const struct td_model *m = t->m;
    t->next = t->left_out = 0;
    t->most = most;
    t->spent = false;
    t->left = FREE_STEPS + STEPS_EACH * ((uint64_t)slot_count(m) + m->publish_count);
}

bool td_trust_begin(struct td_trust *t, const struct tracedag_dag *dag, uint32_t most)
{
    *t = (struct td_trust){.dag = dag, .m = &dag->model, .mem = {.budget = SIZE_MAX}};
    td_arena_init(&t->arena, &t->mem);
    if (!make_room(t) || !find_origins(t))
        return false;
    mark_carriers(t);
    mark_reaching(t);
    td_trust_rewind(t, most);
    return true;
}

void td_trust_end(struct td_trust *t)
{
    td_arena_free(&t->arena);
}

const char *td_trust_kind(uint32_t kind)
{
    static const char *const words[] = {
        [TRACEDAG_FLOW_SECRET] = "secret",
        [TRACEDAG_FLOW_BUNDLE] = "bundle",
        [TRACEDAG_FLOW_EXTERNAL] = "external",
        [TRACEDAG_FLOW_WEBHOOK] = "webhook",
    };
    return words[kind];
}
