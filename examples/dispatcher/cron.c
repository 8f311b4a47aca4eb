#include "cron.h"

#include <stdio.h>
#include <string.h>

#include "documents.h"

enum outcome now_of(struct db *db, int64_t *now, struct fault *fault)
{
    static const char sql[] = "SELECT {now}";
    struct db_rows *rows;
    enum outcome outcome = db_run(db, sql, NULL, 0, &rows, fault);
    if (outcome == DONE)
        *now = db_get_integer(rows, 0, 0);
    db_free(rows);
    return outcome;
}

enum outcome cron_next(const tracedag_dag *dag, const char *job, int64_t after,
                       int64_t now, int64_t *next, struct fault *fault)
{
    uint32_t index = tracedag_dag_find_job(dag, job, strlen(job));
    int64_t from = after / 1000;
    *next = 0;
    /* In steps from the last run, not from now: so a rate keeps its phase. */
    for (;;) {
        tracedag_list runs = {0};
        tracedag_status status =
            tracedag_dag_next_runs(dag, index, from, TRACEDAG_RUNS_MOST, &runs);
        if (status != TRACEDAG_OK)
            return fault_of_status(status, fault);
        size_t i = 0;
        while (i < runs.count &&
               *(const int64_t *)tracedag_list_at(&runs, i) * 1000 < now)
            i++;
        if (i < runs.count)
            *next = *(const int64_t *)tracedag_list_at(&runs, i) * 1000;
        else if (runs.count > 0)
            from = *(const int64_t *)tracedag_list_at(&runs, runs.count - 1);
        bool more = i == runs.count && runs.count > 0;
        tracedag_free(runs.items);
        if (!more)
            return DONE;
    }
}

/* Takes out the sources that the version has not, or has with another schedule. */
static enum outcome forget(struct db *db, const char *org, const char *dag,
                           int64_t version, struct fault *fault)
{
    return DB_RUN(
        db, NULL, fault,
        "DELETE FROM cron_sources WHERE org = $1 AND dag = $2 AND NOT EXISTS"
        " (SELECT 1 FROM version_jobs j WHERE j.version_id = $3"
        " AND j.name = cron_sources.job AND j.schedule = cron_sources.schedule)",
        db_text(org), db_text(dag), db_integer(version));
}

static enum outcome add(struct db *db, const char *org, const char *name,
                        const tracedag_dag *dag, const char *job, const char *schedule,
                        int64_t now, struct fault *fault)
{
    int64_t next;
    enum outcome outcome = cron_next(dag, job, now, now, &next, fault);
    if (outcome != DONE)
        return outcome;
    return DB_RUN(db, NULL, fault,
                  "INSERT INTO cron_sources (org, dag, job, schedule, next_run)"
                  " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (org, dag, job) DO NOTHING",
                  db_text(org), db_text(name), db_text(job), db_text(schedule),
                  next ? db_integer(next) : db_null());
}

enum outcome cron_follow(struct db *db, const char *org, const char *dag,
                         const struct version *version, struct fault *fault)
{
    int64_t now = 0;
    struct db_rows *rows = NULL;
    tracedag_dag *read = NULL;
    enum outcome outcome = forget(db, org, dag, version->id, fault);
    if (outcome == DONE)
        outcome = DB_RUN(db, &rows, fault,
                         "SELECT name, schedule FROM version_jobs WHERE version_id = $1"
                         " AND schedule IS NOT NULL ORDER BY name",
                         db_integer(version->id));
    if (outcome == DONE && db_count(rows) > 0)
        outcome = read_version(db, version, &read, fault);
    if (outcome == DONE)
        outcome = now_of(db, &now, fault);
    for (size_t i = 0; outcome == DONE && i < db_count(rows); i++)
        outcome = add(db, org, dag, read, db_get(rows, i, 0, NULL),
                      db_get(rows, i, 1, NULL), now, fault);
    tracedag_dag_unref(read);
    db_free(rows);
    return outcome;
}
