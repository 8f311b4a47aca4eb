/* next.c - `tracedag next`: when the scheduled jobs of a document run next.
 *
 * The runs of all jobs are merged while they are written, from a few of each at a time. So any
 * number of them needs the memory of a few.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "document.h"
#include "instant.h"
#include "output.h"

enum { DEFAULT_COUNT = 5, AT_A_TIME = 64 };

/* A job with a schedule, and the runs of it that are at hand. */
struct timer {
    uint32_t job;
    uint64_t left; /* may still be asked for */
    tracedag_list runs;
    size_t next; /* of them, the first that is not written */
};

/* What is asked for. */
struct question {
    const char *file;
    const tracedag_dag *dag;
    int64_t after;
    uint64_t count; /* runs of a job */
};

static int64_t run_of(const struct timer *timer)
{
    return *(const int64_t *)tracedag_list_at(&timer->runs, timer->next);
}

static tracedag_text name_of(const struct question *q, uint32_t job)
{
    return tracedag_dag_job(q->dag, job)->name;
}

/* ---- the runs of one job ------------------------------------------------------------------ */

/* Finds runs after an instant; there may be none. */
static enum status refill(const struct question *q, struct timer *timer, int64_t after)
{
    uint32_t count = timer->left < AT_A_TIME ? (uint32_t)timer->left : AT_A_TIME;
    tracedag_free(timer->runs.items);
    tracedag_status status =
        tracedag_dag_next_runs(q->dag, timer->job, after, count, &timer->runs);
    timer->left -= timer->runs.count;
    timer->next = 0;
    return status == TRACEDAG_OK ? STATUS_ACCEPTED : document_fault(q->file, status);
}

static enum status advance(const struct question *q, struct timer *timer)
{
    int64_t run = run_of(timer);
    timer->next++;
    return timer->next < timer->runs.count ? STATUS_ACCEPTED : refill(q, timer, run);
}

/* ---- all of them, the earliest first: a heap ---------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct timer *x = a;
    const struct timer *y = b;
    int order = (run_of(x) > run_of(y)) - (run_of(x) < run_of(y));
    return order ? order : (x->job > y->job) - (x->job < y->job);
}

/* Puts the first timer where it belongs. */
static void sift(struct timer *timers, size_t count)
{
    struct timer moved = timers[0];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && compare(&timers[child + 1], &timers[child]) < 0)
            child++;
        if (compare(&moved, &timers[child]) < 0)
            break;
        timers[at] = timers[child];
    }
    timers[at] = moved;
}

static void write_run(const struct question *q, const struct timer *timer)
{
    char text[INSTANT_ROOM];
    tracedag_text name = name_of(q, timer->job);
    instant_write(run_of(timer), text);
    put_line("%s  %.*s", text, (int)name.len, name.ptr);
}

/* Writes all runs of timers that have one. `*count` is of those that are left, when the output is
 * broken or a call fails. */
static enum status write_runs(const struct question *q, struct timer *timers,
                              size_t *count)
{
    enum status status = STATUS_ACCEPTED;
    qsort(timers, *count, sizeof *timers, compare); /* which makes it a heap */
    while (*count > 0 && status == STATUS_ACCEPTED && !output_broken()) {
        write_run(q, &timers[0]);
        status = advance(q, &timers[0]);
        if (timers[0].runs.count == 0)
            timers[0] = timers[--*count];
        sift(timers, *count);
    }
    return status;
}

/* ---- which jobs --------------------------------------------------------------------------- */

static void say_ended(const struct question *q, uint32_t job)
{
    char text[INSTANT_ROOM];
    tracedag_text name = name_of(q, job);
    instant_write(q->after, text);
    complain("job `%.*s` has no more runs after %s", (int)name.len, name.ptr, text);
}

/* Adds a job to the timers, unless its schedule has ended. */
static enum status add(const struct question *q, uint32_t job, struct timer *timers,
                       size_t *count)
{
    struct timer *timer = &timers[*count];
    *timer = (struct timer){.job = job, .left = q->count};
    enum status status = refill(q, timer, q->after);
    if (timer->runs.count > 0)
        (*count)++;
    else if (status == STATUS_ACCEPTED)
        say_ended(q, job);
    return status;
}

/* Writes the runs of the jobs from `first` to before `end`. */
static enum status write_jobs(const struct question *q, uint32_t first, uint32_t end)
{
    struct timer *timers = malloc((end - first) * sizeof *timers);
    if (!timers)
        return no_memory();
    enum status status = STATUS_ACCEPTED;
    size_t count = 0;
    bool scheduled = false;
    for (uint32_t job = first; job < end && status == STATUS_ACCEPTED; job++) {
        if (tracedag_dag_job(q->dag, job)->schedule.len == 0)
            continue;
        scheduled = true;
        status = add(q, job, timers, &count);
    }
    if (!scheduled)
        complain("no job of `%s` has a schedule", q->file);
    if (status == STATUS_ACCEPTED)
        status = write_runs(q, timers, &count);
    for (size_t i = 0; i < count; i++)
        tracedag_free(timers[i].runs.items);
    free(timers);
    return status;
}

static enum status write_job(const struct question *q, const char *name)
{
    uint32_t job = tracedag_dag_find_job(q->dag, name, strlen(name));
    if (job == TRACEDAG_NO_JOB)
        return wrong_use("next", "`%s` has no job `%s`", q->file, name);
    if (tracedag_dag_job(q->dag, job)->schedule.len > 0)
        return write_jobs(q, job, job + 1);
    complain("job `%s` has no schedule", name);
    return STATUS_ACCEPTED;
}

/* ---- the command -------------------------------------------------------------------------- */

static enum status read_from(const char *text, int64_t *after)
{
    *after = text ? 0 : (int64_t)time(NULL);
    if (!text || instant_read(text, after))
        return STATUS_ACCEPTED;
    return wrong_use(
        "next",
        "option `--from` takes a time such as 2026-11-24T12:00:00Z, from 1970 "
        "to 9999, not `%s`",
        text);
}

static enum status read_count(const char *text, uint64_t *count)
{
    char *end = NULL;
    *count = DEFAULT_COUNT;
    if (!text)
        return STATUS_ACCEPTED;
    errno = 0;
    *count = strtoull(text, &end, 10);
    /* strtoull() takes blanks and signs as well. */
    if (text[0] >= '0' && text[0] <= '9' && !*end && errno == 0 && *count > 0)
        return STATUS_ACCEPTED;
    return wrong_use("next", "option `--count` takes a whole number from 1 on, not `%s`",
                     text);
}

enum status run_next(const struct settings *settings, char **files, size_t count)
{
    struct question q = {.file = files[0]};
    if (count != 1)
        return wrong_use("next", "next takes one FILE, not %zu", count);
    enum status status = read_from(settings->from, &q.after);
    if (status == STATUS_ACCEPTED)
        status = read_count(settings->count, &q.count);
    if (status != STATUS_ACCEPTED)
        return status;
    tracedag_dag *dag = NULL;
    status = document_accept(q.file, settings, &dag);
    q.dag = dag;
    if (status == STATUS_ACCEPTED) {
        tracedag_list jobs;
        tracedag_dag_jobs(dag, &jobs);
        status = settings->job ? write_job(&q, settings->job)
                               : write_jobs(&q, 0, (uint32_t)jobs.count);
    }
    tracedag_dag_unref(dag);
    return status;
}
