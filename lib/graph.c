#include "graph.h"

#include "names.h"

/* The graph lives in ranks: job i of the file is vertex rank[i]. An edge is an input, from the
 * job that is read to the job that reads. */
struct graph {
    struct td_reader *r;
    struct td_model *m;
    uint32_t count;
    uint32_t *waits; /* edges into a vertex that are not done yet */
    uint32_t *heap;  /* vertices that can run, the least name first */
    uint32_t heap_size;
};

static uint32_t reader_rank(const struct td_model *m, uint32_t input)
{
    return m->rank[m->inputs[input].pub.reader];
}

/* ---- edges ------------------------------------------------------------------------------ */

/* Counts, sums, fills: the inputs that read a vertex come to lie together. */
static bool build_edges(struct td_model *m)
{
    size_t jobs = m->job_count;
    m->reader_at = td_arena_array(&m->arena, jobs + 2, sizeof *m->reader_at);
    m->readers = td_arena_array(&m->arena, m->input_count + 1, sizeof *m->readers);
    if (!m->reader_at || !m->readers)
        return false;
    uint32_t *at = m->reader_at + 1; /* shifted by one while it is filled */
    for (size_t i = 0; i < m->input_count; i++) {
        if (m->inputs[i].sound)
            at[m->rank[m->inputs[i].pub.job] + 1]++;
    }
    for (size_t i = 1; i <= jobs; i++)
        at[i] += at[i - 1];
    for (size_t i = 0; i < m->input_count; i++) {
        if (m->inputs[i].sound)
            m->readers[at[m->rank[m->inputs[i].pub.job]]++] = (uint32_t)i;
    }
    return true;
}

/* ---- the order -------------------------------------------------------------------------- */

static void heap_push(struct graph *g, uint32_t vertex)
{
    uint32_t at = g->heap_size++;
    while (at > 0 && g->heap[(at - 1) / 2] > vertex) {
        g->heap[at] = g->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    g->heap[at] = vertex;
}

static uint32_t heap_pop(struct graph *g)
{
    uint32_t least = g->heap[0];
    uint32_t last = g->heap[--g->heap_size];
    uint32_t at = 0;
    for (uint32_t child = 1; child < g->heap_size; child = 2 * at + 1) {
        if (child + 1 < g->heap_size && g->heap[child + 1] < g->heap[child])
            child++;
        if (g->heap[child] >= last)
            break;
        g->heap[at] = g->heap[child];
        at = child;
    }
    g->heap[at] = last;
    return least;
}

static void order_jobs(struct graph *g)
{
    struct td_model *m = g->m;
    for (size_t i = 0; i < m->input_count; i++)
        g->waits[reader_rank(m, (uint32_t)i)] += m->inputs[i].sound;
    for (uint32_t v = 0; v < g->count; v++) {
        if (g->waits[v] == 0)
            heap_push(g, v);
    }
    while (g->heap_size > 0) {
        uint32_t v = heap_pop(g);
        m->order[m->ordered++] = v;
        for (uint32_t e = m->reader_at[v]; e < m->reader_at[v + 1]; e++) {
            uint32_t reader = reader_rank(m, m->readers[e]);
            if (--g->waits[reader] == 0)
                heap_push(g, reader);
        }
    }
}

/* ---- groups that wait for each other ---------------------------------------------------- */

/* Tarjan's search for strongly connected groups, with a stack of our own. Jobs that could be
 * ordered are in no cycle and are left out. */
struct search {
    struct graph *g;
    uint32_t *number; /* 0: not seen */
    uint32_t *low;
    uint32_t *group; /* from 1; 0 while open */
    uint32_t *open;  /* vertices whose group is not closed */
    uint32_t *path;  /* the way down, */
    uint32_t *edge;  /* and the next edge of each on it */
    uint32_t open_count;
    uint32_t path_count;
    uint32_t last_number;
    uint32_t last_group;
};

static void enter(struct search *s, uint32_t v)
{
    s->number[v] = s->low[v] = ++s->last_number;
    s->open[s->open_count++] = v;
    s->edge[v] = s->g->m->reader_at[v];
    s->path[s->path_count++] = v;
}

static void close_group(struct search *s, uint32_t v)
{
    uint32_t member;
    s->last_group++;
    do {
        member = s->open[--s->open_count];
        s->group[member] = s->last_group;
    } while (member != v);
}

static void leave(struct search *s, uint32_t v)
{
    if (s->low[v] == s->number[v])
        close_group(s, v);
    s->path_count--;
    if (s->path_count > 0) {
        uint32_t above = s->path[s->path_count - 1];
        if (s->low[v] < s->low[above])
            s->low[above] = s->low[v];
    }
}

static void search_from(struct search *s, uint32_t start)
{
    const struct td_model *m = s->g->m;
    enter(s, start);
    while (s->path_count > 0) {
        uint32_t v = s->path[s->path_count - 1];
        if (s->edge[v] == m->reader_at[v + 1]) {
            leave(s, v);
            continue;
        }
        uint32_t next = reader_rank(m, m->readers[s->edge[v]++]);
        if (s->number[next] == 0)
            enter(s, next);
        else if (s->group[next] == 0 && s->number[next] < s->low[v])
            s->low[v] = s->number[next];
    }
}

/* ---- the shortest cycle of a group ------------------------------------------------------ */

struct way {
    uint32_t *distance; /* from the start; 0: not reached */
    uint32_t *datasets; /* least number of dataset edges among the shortest ways */
    uint32_t *from;     /* the edge (an input) that a shortest way comes by */
    uint32_t *queue;
};

static bool is_dataset(const struct td_model *m, uint32_t input)
{
    return m->inputs[input].pub.dataset.len > 0;
}

/* Takes an edge into account; returns whether its reader is reached for the first time. Among
 * the shortest ways the one with fewest dataset edges wins, then the first in the file. */
static bool relax(struct way *w, uint32_t v, uint32_t input, uint32_t distance,
                  uint32_t datasets)
{
    if (w->distance[v] == 0) {
        w->distance[v] = distance;
        w->datasets[v] = datasets;
        w->from[v] = input;
        return true;
    }
    if (w->distance[v] == distance && datasets < w->datasets[v]) {
        w->datasets[v] = datasets;
        w->from[v] = input;
    }
    return false;
}

/* Walks the group from `start`, breadth first, until every way back has been seen. */
static void find_way(const struct search *s, struct way *w, uint32_t start)
{
    const struct td_model *m = s->g->m;
    uint32_t head = 0;
    uint32_t tail = 0;
    w->queue[tail++] = start;
    bool first = true;
    while (head < tail) {
        uint32_t v = w->queue[head++];
        uint32_t distance = first ? 0 : w->distance[v];
        uint32_t datasets = first ? 0 : w->datasets[v];
        if (!first && v == start)
            return;
        first = false;
        for (uint32_t e = m->reader_at[v]; e < m->reader_at[v + 1]; e++) {
            uint32_t input = m->readers[e];
            uint32_t reader = reader_rank(m, input);
            if (s->group[reader] == s->group[start] &&
                relax(w, reader, input, distance + 1, datasets + is_dataset(m, input)))
                w->queue[tail++] = reader;
        }
    }
}

/* ---- telling a cycle -------------------------------------------------------------------- */

enum { STEPS_SHOWN = 8, DATASETS_SHOWN = 3 };

struct cycle {
    struct graph *g;
    const uint32_t
        *edges; /* inputs in the order of the data, the last one into the start */
    uint32_t length;
};

static struct td_str name_of(const struct cycle *c, uint32_t job)
{
    return td_slice(c->g->m->jobs[job].pub.name);
}

static struct td_str path_words(const struct cycle *c)
{
    const struct td_model *m = c->g->m;
    struct td_diag *diag = c->g->r->diag;
    struct td_str start = name_of(c, m->inputs[c->edges[0]].pub.job);
    struct td_str words = td_words(diag, "%q", start);
    for (uint32_t i = 0; i < c->length; i++) {
        const struct td_input *input = &m->inputs[c->edges[i]];
        if (i == STEPS_SHOWN && c->length > STEPS_SHOWN + 1) {
            words = td_words(diag, "%t -> ... (%u more)", words,
                             (uint64_t)(c->length - STEPS_SHOWN - 1));
            i = c->length - 1;
            input = &m->inputs[c->edges[i]];
        }
        if (input->pub.dataset.len)
            words = td_words(diag, "%t -> %q", words, td_slice(input->pub.dataset));
        words = td_words(diag, "%t -> %q", words, name_of(c, input->pub.reader));
    }
    return words;
}

/* "through dataset `d`", "through datasets `d` and `e`", "through 8 datasets", which the path
 * names; empty when there are none. */
static struct td_str dataset_words(const struct cycle *c)
{
    const struct td_model *m = c->g->m;
    struct td_str names[DATASETS_SHOWN];
    size_t count = 0;
    for (uint32_t i = 0; i < c->length; i++) {
        if (!is_dataset(m, c->edges[i]))
            continue;
        if (count < DATASETS_SHOWN)
            names[count] = td_slice(m->inputs[c->edges[i]].pub.dataset);
        count++;
    }
    if (count == 0)
        return TD_S("");
    if (count > DATASETS_SHOWN)
        return td_words(c->g->r->diag, " through %n datasets", (uint64_t)count);
    return td_words(c->g->r->diag, " through dataset%s %t", count > 1 ? "s" : "",
                    td_listed(c->g->r->diag, names, count, "and"));
}

static struct td_str read_words(const struct cycle *c, const struct td_input *input)
{
    struct td_str read = input->pub.dataset.len ? td_slice(input->pub.dataset)
                                                : name_of(c, input->pub.job);
    return td_words(c->g->r->diag, "%q reads %q", name_of(c, input->pub.reader), read);
}

static struct td_span target_span(const struct cycle *c, const struct td_input *input)
{
    return td_node_span(c->g->r->tree, input->target);
}

/* The finding points at the input of the job that stands first in the file; the other edges
 * follow in the order of the data. */
static void report_cycle(const struct cycle *c)
{
    struct td_reader *r = c->g->r;
    const struct td_model *m = c->g->m;
    const struct td_input *last = &m->inputs[c->edges[c->length - 1]];
    const struct td_job *start = &m->jobs[last->pub.reader];
    struct td_scope scope = td_job_scope(m, start);
    bool datasets = false;
    for (uint32_t i = 0; i < c->length; i++)
        datasets = datasets || is_dataset(m, c->edges[i]);
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &scope,
                        datasets ? TRACEDAG_CODE_DATASET_CYCLE : TRACEDAG_CODE_CYCLE,
                        target_span(c, last), last->from);
    td_message(r->diag, f, "jobs wait for each other%t: %t", dataset_words(c),
               path_words(c));
    td_label(r->diag, f, "%t", read_words(c, last));
    for (uint32_t i = 0; i + 1 < c->length && i < TD_RELATED_MOST; i++) {
        const struct td_input *input = &m->inputs[c->edges[i]];
        td_related(r->diag, f, target_span(c, input), "%t", read_words(c, input));
    }
    td_help(r->diag, f, "remove one of these inputs");
    td_data_text(r->diag, f, "name", td_slice(start->pub.name));
    td_data_number(r->diag, f, "length", c->length);
}

/* Follows the way back from the start to itself; `edges` has room for the group. */
static void tell(struct graph *g, const struct way *w, uint32_t start, uint32_t *edges)
{
    struct cycle cycle = {g, edges, w->distance[start]};
    uint32_t v = start;
    for (uint32_t i = cycle.length; i > 0; i--) {
        edges[i - 1] = w->from[v];
        v = g->m->rank[g->m->inputs[edges[i - 1]].pub.job];
    }
    report_cycle(&cycle);
}

/* For each group the job that stands first in the file; a group of one job counts when the job
 * reads itself through a dataset. */
static void tell_groups(struct search *s, struct way *w, uint32_t *told, uint32_t *edges)
{
    struct td_model *m = s->g->m;
    for (uint32_t job = 0; job < s->g->count; job++) {
        uint32_t start = m->rank[job];
        uint32_t group = s->group[start];
        if (group == 0 || told[group])
            continue;
        told[group] = 1;
        find_way(s, w, start);
        if (w->distance[start])
            tell(s->g, w, start, edges);
    }
}

static bool report_cycles(struct graph *g)
{
    enum { ARRAYS = 12 };
    struct td_mem *mem = g->m->mem;
    size_t n = (size_t)g->count + 2;
    size_t bytes = n * ARRAYS * sizeof(uint32_t);
    uint32_t *room = td_mem_alloc(mem, bytes);
    if (!room)
        return false;
    memset(room, 0, bytes);
    struct search s = {.g = g,
                       .number = room,
                       .low = room + n,
                       .group = room + 2 * n,
                       .open = room + 3 * n,
                       .path = room + 4 * n,
                       .edge = room + 5 * n};
    struct way w = {room + 6 * n, room + 7 * n, room + 8 * n, room + 9 * n};
    for (uint32_t v = 0; v < g->count; v++) {
        if (g->waits[v] > 0 && s.number[v] == 0)
            search_from(&s, v);
    }
    tell_groups(&s, &w, room + 10 * n, room + 11 * n);
    td_mem_free(mem, room, bytes);
    return true;
}

void td_graph_order(struct td_reader *r)
{
    struct td_model *m = r->model;
    struct graph g = {.r = r, .m = m, .count = (uint32_t)m->job_count};
    size_t bytes = (m->job_count + 1) * 2 * sizeof(uint32_t);
    m->order = td_arena_array(&m->arena, m->job_count + 1, sizeof *m->order);
    uint32_t *room = td_mem_alloc(m->mem, bytes);
    if (!room || !m->order || !build_edges(m)) {
        td_mem_free(m->mem, room, bytes);
        r->failed = true;
        return;
    }
    memset(room, 0, bytes);
    g.waits = room;
    g.heap = room + m->job_count + 1;
    order_jobs(&g);
    if (m->ordered < m->job_count && !report_cycles(&g))
        r->failed = true;
    td_mem_free(m->mem, room, bytes);
}
