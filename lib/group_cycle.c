/* DAGs that wait for each other. Vertices are jobs of all documents, as far as a dataset of another
 * DAG and one that is published lie on their way; edges are inputs. A DAG may well read what comes
 * of its own datasets in another one, as long as no job waits for itself. */
#include "group_parts.h"

#include "reader.h"

#define NONE SIZE_MAX

struct edge {
    size_t to;
    const struct td_shared_use *reader; /* NULL for an input within a DAG */
};

struct graph {
    struct tracedag_group *g;
    size_t count; /* of vertices */
    size_t edge_count;
    size_t *base; /* of each document: its first vertex */
    size_t *at;   /* of each vertex: its first edge; and where the last ones end */
    struct edge *edges;
    /* Of each vertex, for Tarjan's search for strongly connected groups: */
    size_t *number; /* 0: not seen */
    size_t *low;
    size_t *group; /* from 1; 0 while open */
    size_t *open;  /* vertices whose group is not closed */
    size_t *path;  /* the way down, */
    size_t *next;  /* and the next edge of each on it */
    size_t open_count;
    size_t path_count;
    size_t last_number;
    size_t last_group;
    /* for a way through a group: */
    size_t *from; /* the edge by which it was reached first, from 1; NONE at the start */
    const struct td_shared_use **first; /* of each group; NULL where it has no cycle */
};

/* ---- edges ------------------------------------------------------------------------------ */

static size_t vertex_of(const struct graph *graph, const struct td_shared_use *use)
{
    return graph->base[use->pub.document] + use->use->vertex;
}

static bool is_edge(const struct td_shared_use *reader)
{
    return reader->from && reader->use->vertex != TD_NO_VERTEX &&
           reader->from->use->vertex != TD_NO_VERTEX;
}

/* Hands over each edge: to be counted, then to be filled in. */
static void each_edge(struct graph *graph,
                      void (*take)(struct graph *graph, size_t from, struct edge edge))
{
    const struct tracedag_group *g = graph->g;
    for (size_t i = 0; i < g->count; i++) {
        const struct tracedag_outline *o = g->outlines[i];
        for (size_t k = 0; o && k < o->edge_count; k++)
            take(graph, graph->base[i] + o->edges[k].from,
                 (struct edge){graph->base[i] + o->edges[k].to, NULL});
    }
    for (size_t i = 0; i < g->reader_count; i++) {
        const struct td_shared_use *reader = &g->readers[i];
        if (is_edge(reader))
            take(graph, vertex_of(graph, reader->from),
                 (struct edge){vertex_of(graph, reader), reader});
    }
}

static void count_edge(struct graph *graph, size_t from, struct edge edge)
{
    (void)edge;
    graph->at[from + 2]++; /* shifted by one while they are filled in */
    graph->edge_count++;
}

static void fill_edge(struct graph *graph, size_t from, struct edge edge)
{
    graph->edges[graph->at[from + 1]++] = edge;
}

/* ---- groups ----------------------------------------------------------------------------- */

static void enter(struct graph *s, size_t v)
{
    s->number[v] = s->low[v] = ++s->last_number;
    s->open[s->open_count++] = v;
    s->next[v] = s->at[v];
    s->path[s->path_count++] = v;
}

static void close_group(struct graph *s, size_t v)
{
    size_t member;
    s->last_group++;
    do {
        member = s->open[--s->open_count];
        s->group[member] = s->last_group;
    } while (member != v);
}

static void leave(struct graph *s, size_t v)
{
    if (s->low[v] == s->number[v])
        close_group(s, v);
    s->path_count--;
    if (s->path_count > 0) {
        size_t above = s->path[s->path_count - 1];
        if (s->low[v] < s->low[above])
            s->low[above] = s->low[v];
    }
}

static void search_from(struct graph *s, size_t start)
{
    enter(s, start);
    while (s->path_count > 0) {
        size_t v = s->path[s->path_count - 1];
        if (s->next[v] == s->at[v + 1]) {
            leave(s, v);
            continue;
        }
        size_t to = s->edges[s->next[v]++].to;
        if (s->number[to] == 0)
            enter(s, to);
        else if (s->group[to] == 0 && s->number[to] < s->low[v])
            s->low[v] = s->number[to];
    }
}

/* ---- a way around ----------------------------------------------------------------------- */

/* Looks for the shortest way from one vertex to another of its group. */
static void find_way(struct graph *s, size_t start, size_t end)
{
    size_t head = 0;
    size_t tail = 0;
    size_t *queue = s->open; /* the search for groups is over */
    queue[tail++] = start;
    s->from[start] = NONE;
    while (s->from[end] == 0) {
        size_t v = queue[head++];
        for (size_t e = s->at[v]; e < s->at[v + 1]; e++) {
            size_t to = s->edges[e].to;
            if (s->group[to] == s->group[start] && s->from[to] == 0) {
                s->from[to] = e + 1;
                s->path[to] = v;
                queue[tail++] = to;
            }
        }
    }
}

enum { STEPS_SHOWN = 8 };

/* The readers on the way, as far as they are shown. */
struct cycle {
    const struct td_shared_use *readers[STEPS_SHOWN]; /* in the order of the data */
    size_t length;
};

/* Walks the way back once to count the datasets, and once to note the first of them. */
static struct cycle cycle_of(const struct graph *s, size_t end)
{
    struct cycle cycle = {.length = 0};
    for (size_t v = end; s->from[v] != NONE; v = s->path[v])
        cycle.length += s->edges[s->from[v] - 1].reader != NULL;
    size_t at = cycle.length;
    for (size_t v = end; s->from[v] != NONE; v = s->path[v]) {
        const struct td_shared_use *reader = s->edges[s->from[v] - 1].reader;
        if (reader && --at < STEPS_SHOWN)
            cycle.readers[at] = reader;
    }
    return cycle;
}

static const struct tracedag_outline *outline_of(const struct graph *s,
                                                 const struct td_shared_use *use)
{
    return s->g->outlines[use->pub.document];
}

/* A step of a cycle, by which another DAG is reached. */
static const struct td_shared_use *step_of(const struct cycle *cycle, size_t i)
{
    assert(cycle->readers[i]); /* each step was filled when the way was gone back */
    return cycle->readers[i];
}

static struct td_str path_words(const struct graph *s, struct td_diag *diag,
                                const struct td_shared_use *last,
                                const struct cycle *cycle)
{
    struct td_str words = td_words(diag, "%q", outline_of(s, last)->name);
    for (size_t i = 0; i < cycle->length && i < STEPS_SHOWN; i++) {
        const struct td_shared_use *reader = step_of(cycle, i);
        words = td_words(diag, "%t -> %q -> %q", words, reader->use->name,
                         outline_of(s, reader)->name);
    }
    if (cycle->length > STEPS_SHOWN)
        words = td_words(diag, "%t -> ... (%u more)", words,
                         (uint64_t)(cycle->length - STEPS_SHOWN));
    return td_words(diag, "%t -> %q -> %q", words, last->use->name,
                    outline_of(s, last)->name);
}

/* The finding points at the input by which the way began; the others follow in the order of the
 * data. */
static void tell(struct graph *s, const struct td_shared_use *last,
                 const struct cycle *cycle)
{
    struct td_diag *diag = td_group_diag(s->g, last->pub.document);
    struct td_finding *f = td_group_at_use(s->g, TRACEDAG_CODE_DAG_CYCLE, last);
    td_message(diag, f, "DAGs wait for each other: %t", path_words(s, diag, last, cycle));
    td_label(diag, f, "DAG %q reads %q", outline_of(s, last)->name, last->use->name);
    for (size_t i = 0; i < cycle->length && i < STEPS_SHOWN; i++) {
        const struct td_shared_use *reader = step_of(cycle, i);
        const struct tracedag_outline *o = outline_of(s, reader);
        td_related_elsewhere(diag, f, &o->doc->source, o->file, reader->use->span,
                             "DAG %q reads %q", o->name, reader->use->name);
    }
    td_help(diag, f, "remove one of these inputs");
    td_data_text(diag, f, "name", last->use->name);
    td_data_number(diag, f, "length", (uint64_t)cycle->length + 1);
}

static bool is_before(const struct td_shared_use *a, const struct td_shared_use *b)
{
    if (a->pub.document != b->pub.document)
        return a->pub.document < b->pub.document;
    return a->use < b->use;
}

/* Of each group the first input, in the order of documents, that reads from another DAG. */
static void choose_first(const struct graph *s)
{
    const struct tracedag_group *g = s->g;
    for (size_t i = 0; i < g->reader_count; i++) {
        const struct td_shared_use *reader = &g->readers[i];
        if (!is_edge(reader))
            continue;
        size_t group = s->group[vertex_of(s, reader)];
        if (s->group[vertex_of(s, reader->from)] == group &&
            (!s->first[group] || is_before(reader, s->first[group])))
            s->first[group] = reader;
    }
}

static void tell_groups(struct graph *s)
{
    choose_first(s);
    for (size_t group = 1; group <= s->last_group; group++) {
        const struct td_shared_use *reader = s->first[group];
        if (!reader)
            continue;
        size_t end = vertex_of(s, reader->from);
        find_way(s, vertex_of(s, reader), end);
        struct cycle cycle = cycle_of(s, end);
        tell(s, reader, &cycle);
    }
}

/* ---- all of it -------------------------------------------------------------------------- */

/* The first vertex of each document. */
static bool number_documents(struct graph *s)
{
    const struct tracedag_group *g = s->g;
    s->base = td_mem_alloc(&s->g->mem, (g->count + 1) * sizeof *s->base);
    if (!s->base)
        return false;
    for (size_t i = 0; i < g->count; i++) {
        s->base[i] = s->count;
        s->count += g->outlines[i] ? g->outlines[i]->vertex_count : 0;
    }
    return true;
}

enum { ARRAYS = 8 };

/* Arrays of all vertices, in one piece. */
static size_t *make_arrays(struct graph *s, size_t n)
{
    size_t bytes = n * ARRAYS * sizeof(size_t);
    size_t *room = td_mem_alloc(&s->g->mem, bytes);
    if (!room)
        return NULL;
    memset(room, 0, bytes);
    s->at = room;
    s->number = room + n;
    s->low = room + 2 * n;
    s->group = room + 3 * n;
    s->open = room + 4 * n;
    s->path = room + 5 * n;
    s->next = room + 6 * n;
    s->from = room + 7 * n;
    return room;
}

static bool make_edges(struct graph *s)
{
    each_edge(s, count_edge);
    for (size_t v = 0; v <= s->count; v++)
        s->at[v + 1] += s->at[v];
    s->edges = td_mem_alloc(&s->g->mem, (s->edge_count + 1) * sizeof *s->edges);
    if (!s->edges)
        return false;
    each_edge(s, fill_edge);
    return true;
}

static bool search(struct graph *s)
{
    for (size_t v = 0; v < s->count; v++) {
        if (s->number[v] == 0)
            search_from(s, v);
    }
    size_t bytes = (s->last_group + 1) * sizeof(struct td_shared_use *);
    s->first = td_mem_alloc(&s->g->mem, bytes);
    if (!s->first)
        return false;
    memset(s->first, 0, bytes);
    tell_groups(s);
    td_mem_free(&s->g->mem, s->first, bytes);
    return true;
}

bool td_group_tell_cycles(struct tracedag_group *group)
{
    struct graph s = {.g = group};
    bool done = number_documents(&s);
    size_t n = s.count + 2;
    size_t *room = done ? make_arrays(&s, n) : NULL;
    done = room && make_edges(&s) && search(&s);
    if (s.edges)
        td_mem_free(&group->mem, s.edges, (s.edge_count + 1) * sizeof *s.edges);
    td_mem_free(&group->mem, room, n * ARRAYS * sizeof *room);
    td_mem_free(&group->mem, s.base, (group->count + 1) * sizeof *s.base);
    return done;
}
