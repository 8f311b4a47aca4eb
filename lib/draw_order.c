/* The order of rows. A job that was waited for comes right behind what it waited for last, before
 * all that was ready earlier: so a way is followed to its end, and few lines run side by side. */
#include "draw_parts.h"

#include <stdlib.h>

struct ready {
    uint32_t rank;
    uint32_t job;
};

struct ordering {
    const struct td_model *model;
    uint32_t *rank;      /* of each job */
    uint32_t *waits;     /* of each job: its inputs from jobs that have not come yet */
    struct ready *ready; /* a stack: the next one is its last */
    uint32_t ready_count;
    uint32_t *sequence;
    uint32_t count;
};

static uint32_t waits_of(const struct td_model *m, uint32_t job)
{
    const tracedag_job *record = &m->jobs[job].pub;
    uint32_t waits = 0;
    for (uint32_t i = 0; i < record->input_count; i++)
        waits += m->inputs[record->first_input + i].pub.job != TRACEDAG_NO_JOB;
    return waits;
}

/* The highest rank first, so that the lowest is taken first. */
static int compare_ready(const void *left, const void *right)
{
    uint32_t a = ((const struct ready *)left)->rank;
    uint32_t b = ((const struct ready *)right)->rank;
    return (a < b) - (a > b);
}

static void come(struct ordering *o, uint32_t job)
{
    const struct td_model *m = o->model;
    uint32_t first = o->ready_count;
    o->sequence[o->count++] = job;
    for (uint32_t e = m->reader_at[job]; e < m->reader_at[job + 1]; e++) {
        uint32_t reader = m->inputs[m->readers[e]].pub.reader;
        if (--o->waits[reader] == 0)
            o->ready[o->ready_count++] = (struct ready){o->rank[reader], reader};
    }
    qsort(o->ready + first, o->ready_count - first, sizeof *o->ready, compare_ready);
}

/* A job that waits for nothing, and all that it makes ready. */
static void follow(struct ordering *o, uint32_t job)
{
    come(o, job);
    while (o->ready_count)
        come(o, o->ready[--o->ready_count].job);
}

uint32_t *td_draw_sequence(struct td_picture *p)
{
    struct td_arena *arena = &p->arena;
    struct ordering o = {.model = p->model};
    uint32_t *ranked = td_arena_array(arena, p->job_count, sizeof *ranked);
    o.rank = td_arena_array(arena, p->job_count, sizeof *o.rank);
    o.waits = td_arena_array(arena, p->job_count, sizeof *o.waits);
    o.ready = td_arena_array(arena, p->job_count, sizeof *o.ready);
    o.sequence = td_arena_array(arena, p->job_count, sizeof *o.sequence);
    if (arena->failed || !td_draw_rank(p, ranked))
        return NULL;
    for (uint32_t i = 0; i < p->job_count; i++) {
        o.rank[ranked[i]] = i;
        o.waits[i] = waits_of(p->model, i);
    }
    for (uint32_t i = 0; i < p->job_count; i++) {
        if (waits_of(p->model, ranked[i]) == 0)
            follow(&o, ranked[i]);
    }
    return o.sequence;
}
