#include "walk.h"

#include "schedule.h"

uint32_t td_walk_find(const struct td_model *m, struct td_str name)
{
    size_t low = 0;
    size_t high = m->job_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (td_str_compare(td_slice(m->jobs[middle].pub.name), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < m->job_count && td_str_eq(td_slice(m->jobs[low].pub.name), name);
    return found ? (uint32_t)low : TRACEDAG_NO_JOB;
}

/* ---- upstream and downstream ------------------------------------------------------------ */

/* Marks the jobs that are reached; the order of the DAG then gives the list. */
struct walk {
    const struct td_model *m;
    struct td_way way;
    unsigned char *marks;
    uint32_t *queue;
    uint32_t tail;
};

static void mark(struct walk *w, uint32_t job)
{
    if (w->marks[job])
        return;
    w->marks[job] = 1;
    w->queue[w->tail++] = job;
}

static void mark_read(struct walk *w, uint32_t job)
{
    const tracedag_job *record = &w->m->jobs[job].pub;
    for (uint32_t i = 0; i < record->input_count; i++) {
        const struct td_input *input = &w->m->inputs[record->first_input + i];
        if (input->pub.job != TRACEDAG_NO_JOB)
            mark(w, input->pub.job);
    }
}

static void mark_readers(struct walk *w, uint32_t job, uint32_t output)
{
    for (uint32_t e = w->m->reader_at[job]; e < w->m->reader_at[job + 1]; e++) {
        const struct td_input *input = &w->m->inputs[w->m->readers[e]];
        if (output == TRACEDAG_ANY_OUTPUT || input->pub.output == output)
            mark(w, input->pub.reader);
    }
}

static void mark_next(struct walk *w, uint32_t job, uint32_t output)
{
    if (w->way.down)
        mark_readers(w, job, output);
    else
        mark_read(w, job);
}

static void mark_all(struct walk *w, uint32_t job)
{
    mark_next(w, job, w->way.output);
    for (uint32_t head = 0; w->way.all && head < w->tail; head++)
        mark_next(w, w->queue[head], TRACEDAG_ANY_OUTPUT);
}

/* The queue has done its work, and has the length that the list needs. */
static void collect(struct walk *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->m->ordered; i++) {
        if (w->marks[w->m->order[i]])
            w->queue[n++] = w->m->order[i];
    }
}

bool td_walk_jobs(const struct td_model *m, uint32_t job, struct td_way way,
                  uint32_t **jobs, size_t *count)
{
    size_t n = m->job_count;
    struct walk w = {m, way, td_mem_owned(n), td_mem_owned(n * sizeof *w.queue), 0};
    bool done = w.marks && w.queue;
    if (done) {
        memset(w.marks, 0, n);
        mark_all(&w, job);
        collect(&w);
    }
    td_mem_owned_free(w.marks);
    if (w.tail == 0)
        td_mem_owned_free(w.queue);
    *jobs = w.tail ? w.queue : NULL;
    *count = w.tail;
    return done;
}

/* ---- runs ------------------------------------------------------------------------------- */

/* What the model keeps is canonical, and reads back. */
static struct td_schedule read_schedule(struct td_str text)
{
    struct td_schedule schedule;
    struct td_schedule_fault fault;
    bool read = td_schedule_parse(text, &schedule, &fault);
    assert(read);
    (void)read;
    return schedule;
}

bool td_walk_runs(const struct td_model *m, uint32_t job, int64_t after, uint32_t most,
                  int64_t **runs, size_t *count)
{
    struct td_str text = td_slice(m->jobs[job].pub.schedule);
    *runs = NULL;
    *count = 0;
    if (text.len == 0 || most == 0)
        return true;
    struct td_schedule schedule = read_schedule(text);
    int64_t *items = td_mem_owned(most * sizeof *items);
    if (!items)
        return false;
    *count = td_schedule_runs(&schedule, after, items, most);
    if (*count == 0)
        td_mem_owned_free(items);
    else
        *runs = items;
    return true;
}

/* ---- origins ---------------------------------------------------------------------------- */

/* The numbers of the settings are public, the order of the fields is not. */
static const uint8_t settings[] = {
    [TRACEDAG_SETTING_HEARTBEAT_TIMEOUT_SECONDS] = TD_DEFAULT_HEARTBEAT,
    [TRACEDAG_SETTING_MAX_ATTEMPTS] = TD_DEFAULT_MAX_ATTEMPTS,
    [TRACEDAG_SETTING_PRIORITY] = TD_DEFAULT_PRIORITY,
    [TRACEDAG_SETTING_MAX_QUEUE_DEPTH] = TD_DEFAULT_MAX_QUEUE_DEPTH,
    [TRACEDAG_SETTING_MAX_QUEUE_AGE] = TD_DEFAULT_MAX_QUEUE_AGE,
    [TRACEDAG_SETTING_BACKPRESSURE_MODE] = TD_DEFAULT_BACKPRESSURE_MODE,
};
static_assert(TD_COUNT(settings) == TD_SETTINGS + 1, "every default is a setting");

tracedag_setting_origin td_walk_origin(const struct td_model *m, uint32_t job,
                                       uint32_t setting)
{
    bool in_job;
    uint32_t value = td_canon_origin(m, &m->jobs[job], settings[setting], &in_job);
    tracedag_setting_origin origin = {job, setting, TRACEDAG_ORIGIN_BUILT_IN, 0};
    if (value != 0) {
        origin.origin = in_job ? TRACEDAG_ORIGIN_JOB : TRACEDAG_ORIGIN_DEFAULTS;
        origin.line = td_source_line(m->tree->source, m->tree->nodes[value].start);
    }
    return origin;
}

bool td_walk_origins(const struct td_model *m, tracedag_setting_origin **origins,
                     size_t *count)
{
    size_t n = m->job_count * TD_SETTINGS;
    tracedag_setting_origin *items = td_mem_owned(n * sizeof *items);
    for (size_t i = 0; items && i < n; i++)
        items[i] = td_walk_origin(m, (uint32_t)(i / TD_SETTINGS),
                                  (uint32_t)(i % TD_SETTINGS) + 1);
    *origins = items;
    *count = n;
    return items != NULL;
}
