/* Layers, and a rank for each job: in a layer, jobs stand near to what they are connected with. A
 * few sweeps put them where their neighbours are on average; more would make lines a little
 * shorter, and time longer. */
#include "draw_parts.h"

#include <stdlib.h>

enum {
    SWEEPS = 4,
    SCALE = 65536,  /* the width of a layer, whatever number of jobs it has */
    FRACTION = 16,  /* of a place, so that averages differ */
    INDEX_BITS = 20 /* jobs are at most 2^20 */
};

struct spot {
    uint64_t key;
    uint32_t job;
};

struct arranging {
    const struct td_picture *p;
    uint32_t *layer; /* of each job; what reads nothing has moved down */
    uint32_t *place; /* of each job in its layer, from 0 to below SCALE */
    uint32_t *begin; /* of each layer among the spots */
    uint32_t *group; /* of each node: another of the same group, or itself */
    struct spot *spots;
};

/* ---- layers ------------------------------------------------------------------------------ */

void td_draw_layers(struct td_picture *p)
{
    const struct td_model *m = p->model;
    p->layer = td_arena_array(&p->arena, m->job_count, sizeof *p->layer);
    if (!p->layer)
        return;
    for (size_t i = 0; i < m->ordered; i++) {
        const tracedag_job *job = &m->jobs[m->order[i]].pub;
        uint32_t layer = 0;
        for (uint32_t e = 0; e < job->input_count; e++) {
            uint32_t from = m->inputs[job->first_input + e].pub.job;
            if (from != TRACEDAG_NO_JOB && p->layer[from] >= layer)
                layer = p->layer[from] + 1;
        }
        p->layer[m->order[i]] = layer;
        if (layer >= p->depth)
            p->depth = layer + 1;
    }
}

/* What reads nothing moves to right above the first that reads it. */
static void sink_sources(const struct arranging *a)
{
    const struct td_picture *p = a->p;
    const struct td_model *m = p->model;
    for (uint32_t job = 0; job < p->job_count; job++) {
        uint32_t above = p->depth;
        for (uint32_t e = m->reader_at[job]; e < m->reader_at[job + 1]; e++) {
            uint32_t reader = p->layer[m->inputs[m->readers[e]].pub.reader];
            if (reader < above)
                above = reader;
        }
        bool moves = p->layer[job] == 0 && above < p->depth;
        a->layer[job] = moves ? above - 1 : p->layer[job];
    }
}

/* ---- the order in a layer ---------------------------------------------------------------- */

static int compare_spots(const void *left, const void *right)
{
    uint64_t a = ((const struct spot *)left)->key;
    uint64_t b = ((const struct spot *)right)->key;
    return (a > b) - (a < b);
}

/* Where a job would stand by what it reads, or by what reads it; as before where there is
 * nothing. */
static uint64_t wanted_place(const struct arranging *a, uint32_t job, bool by_readers)
{
    const struct td_model *m = a->p->model;
    const tracedag_job *record = &m->jobs[job].pub;
    uint32_t first = by_readers ? m->reader_at[job] : record->first_input;
    uint32_t end = by_readers ? m->reader_at[job + 1] : first + record->input_count;
    uint64_t sum = 0;
    uint64_t count = 0;
    for (uint32_t e = first; e < end; e++) {
        const tracedag_input *input = &m->inputs[by_readers ? m->readers[e] : e].pub;
        uint32_t other = by_readers ? input->reader : input->job;
        if (other == TRACEDAG_NO_JOB)
            continue;
        sum += a->place[other];
        count++;
    }
    return count ? sum * FRACTION / count : (uint64_t)a->place[job] * FRACTION;
}

static void arrange_layer(struct arranging *a, uint32_t layer, bool by_readers)
{
    struct spot *spots = a->spots + a->begin[layer];
    uint32_t count = a->begin[layer + 1] - a->begin[layer];
    for (uint32_t i = 0; i < count; i++)
        spots[i].key = wanted_place(a, spots[i].job, by_readers) << INDEX_BITS | i;
    qsort(spots, count, sizeof *spots, compare_spots);
    for (uint32_t i = 0; i < count; i++)
        a->place[spots[i].job] = (uint32_t)((uint64_t)i * SCALE / count);
}

static void sweep(struct arranging *a)
{
    uint32_t depth = a->p->depth;
    for (unsigned i = 0; i < SWEEPS; i++) {
        for (uint32_t layer = 0; layer < depth; layer++)
            arrange_layer(a, i % 2 ? depth - 1 - layer : layer, i % 2);
    }
}

/* Puts each job among those of its layer, by names. */
static void fill_layers(struct arranging *a)
{
    const struct td_picture *p = a->p;
    for (uint32_t job = 0; job < p->job_count; job++)
        a->begin[a->layer[job] + 2]++;
    for (uint32_t layer = 0; layer < p->depth; layer++)
        a->begin[layer + 2] += a->begin[layer + 1];
    for (uint32_t job = 0; job < p->job_count; job++)
        a->spots[a->begin[a->layer[job] + 1]++].job = job;
}

/* ---- groups ------------------------------------------------------------------------------ */

/* The one that stands for the group of a node; the way to it gets shorter with each look. */
static uint32_t group_of(const struct arranging *a, uint32_t node)
{
    while (a->group[node] != node) {
        a->group[node] = a->group[a->group[node]];
        node = a->group[node];
    }
    return node;
}

static void join(const struct arranging *a, uint32_t one, uint32_t other)
{
    one = group_of(a, one);
    other = group_of(a, other);
    if (one < other)
        a->group[other] = one;
    else
        a->group[one] = other;
}

static void find_groups(const struct arranging *a)
{
    const struct td_picture *p = a->p;
    for (uint32_t node = 0; node < p->node_count; node++)
        a->group[node] = node;
    for (uint32_t node = p->job_count; node < p->publish_end; node++)
        join(a, td_drawn_publish(p, node)->job, node);
    for (size_t i = 0; i < p->model->input_count; i++)
        join(a, p->model->inputs[i].pub.reader, p->from[i]);
}

/* ---- all of it --------------------------------------------------------------------------- */

/* By group, in it by layer, in that as the sweeps left them. */
static void sort_all(struct arranging *a)
{
    const struct td_picture *p = a->p;
    for (uint32_t i = 0; i < p->job_count; i++) {
        uint32_t job = a->spots[i].job;
        a->spots[i].key = (uint64_t)group_of(a, job) << 2 * INDEX_BITS |
                          (uint64_t)a->layer[job] << INDEX_BITS | i;
    }
    qsort(a->spots, p->job_count, sizeof *a->spots, compare_spots);
}

bool td_draw_rank(struct td_picture *p, uint32_t *ranked)
{
    struct arranging a = {.p = p};
    a.layer = td_arena_array(&p->arena, p->job_count, sizeof *a.layer);
    a.place = td_arena_array(&p->arena, p->job_count, sizeof *a.place);
    a.begin = td_arena_array(&p->arena, (size_t)p->depth + 2, sizeof *a.begin);
    a.group = td_arena_array(&p->arena, p->node_count, sizeof *a.group);
    a.spots = td_arena_array(&p->arena, p->job_count, sizeof *a.spots);
    if (p->arena.failed)
        return false;
    sink_sources(&a);
    fill_layers(&a);
    sweep(&a);
    find_groups(&a);
    sort_all(&a);
    for (uint32_t i = 0; i < p->job_count; i++)
        ranked[i] = a.spots[i].job;
    return true;
}
