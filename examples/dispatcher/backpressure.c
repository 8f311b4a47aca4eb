#include "backpressure.h"

#include <inttypes.h>

#include "cron.h"

/* Says why one job of the rows below is full; DONE where it is not. */
static enum outcome is_full(const struct db_rows *rows, size_t row, int64_t now,
                            struct fault *fault)
{
    const char *job = db_get(rows, row, 0, NULL);
    int64_t depth = db_get_integer(rows, row, 1), age = db_get_integer(rows, row, 2);
    int64_t waiting = db_get_integer(rows, row, 3);
    if (waiting >= depth)
        return fault_set(fault, PAUSED,
                         "paused: `%s` has %" PRId64
                         " waiting tasks, its max_queue_depth is "
                         "%" PRId64,
                         job, waiting, depth);
    if (waiting > 0 && now - db_get_integer(rows, row, 4) > age * 1000)
        return fault_set(
            fault, PAUSED,
            "paused: a task of `%s` waits longer than its max_queue_age, %" PRId64 " s",
            job, age);
    return DONE;
}

enum outcome backpressure_on(struct db *db, const char *org, const char *dag,
                             int64_t version, const char *job, struct fault *fault)
{
    int64_t now = 0;
    struct db_rows *rows = NULL;
    enum outcome outcome = now_of(db, &now, fault);
    if (outcome == DONE)
        outcome = DB_RUN(
            db, &rows, fault,
            "SELECT j.name, j.max_queue_depth, j.max_queue_age_seconds, COUNT(t.id),"
            " MIN(t.created_at) FROM version_jobs j LEFT JOIN tasks t ON t.org = $1"
            " AND t.dag = $2 AND t.job = j.name AND t.state IN ('pending', 'ready')"
            " WHERE j.version_id = $3 AND (j.name = $4 OR j.name IN (SELECT reader"
            " FROM version_edges WHERE version_id = $3 AND job = $4))"
            " GROUP BY j.name, j.max_queue_depth, j.max_queue_age_seconds ORDER BY j.name",
            db_text(org), db_text(dag), db_integer(version), db_text(job));
    for (size_t i = 0; outcome == DONE && i < db_count(rows); i++)
        outcome = is_full(rows, i, now, fault);
    db_free(rows);
    return outcome;
}
