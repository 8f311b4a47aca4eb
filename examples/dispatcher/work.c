#include "work.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "documents.h"
#include "events.h"
#include "make.h"
#include "settle.h"
#include "token.h"

/* Finds the task to do next, and locks it; 0: none. */
static enum outcome find_ready(struct db *db, const char *org, const char *runtime,
                               long task, int64_t *found, struct fault *fault)
{
    static const char sql[] =
        "SELECT t.id FROM tasks t JOIN version_jobs j ON j.version_id = t.version_id"
        " AND j.name = t.job WHERE t.org = $1 AND t.state = 'ready'"
        " AND ($2 = '' OR j.runtime = $2) AND ($3 = 0 OR t.id = $3)"
        " ORDER BY CASE WHEN j.priority = 'normal'"
        " OR t.created_at < {now} - j.max_queue_age_seconds * 1000 THEN 0 ELSE 1 END, t.id"
        " LIMIT 1{skip locked}";
    struct db_rows *rows;
    enum outcome outcome = DB_RUN(db, &rows, fault, sql, db_text(org),
                                  db_text(runtime ? runtime : ""), db_integer(task));
    *found = outcome == DONE && db_count(rows) > 0 ? db_get_integer(rows, 0, 0) : 0;
    db_free(rows);
    return outcome;
}

/* What a worker has to know of its task. */
static enum outcome describe(struct db *db, int64_t task, json_t **answer,
                             struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome = DB_RUN(
        db, &rows, fault,
        "SELECT t.attempt, t.lease_token, t.lease_until, t.dag, v.number, v.yaml_hash,"
        " t.job, j.operator, j.runtime, j.timeout_seconds, t.cause FROM tasks t"
        " JOIN dag_versions v ON v.id = t.version_id JOIN version_jobs j"
        " ON j.version_id = t.version_id AND j.name = t.job WHERE t.id = $1",
        db_integer(task));
    if (outcome == DONE) {
        *answer = json_pack(
            "{s:I,s:I,s:s,s:I,s:s,s:I,s:s,s:s,s:s,s:s,s:o,s:o}", "id", (json_int_t)task,
            "attempt", (json_int_t)db_get_integer(rows, 0, 0), "token",
            db_get(rows, 0, 1, NULL), "lease_until",
            (json_int_t)db_get_integer(rows, 0, 2), "dag", db_get(rows, 0, 3, NULL),
            "version", (json_int_t)db_get_integer(rows, 0, 4), "yaml_hash",
            db_get(rows, 0, 5, NULL), "job", db_get(rows, 0, 6, NULL), "operator",
            db_get(rows, 0, 7, NULL), "runtime", db_get(rows, 0, 8, NULL),
            "timeout_seconds",
            db_is_null(rows, 0, 9) ? json_null()
                                   : json_integer(db_get_integer(rows, 0, 9)),
            "cause", json_of_text(db_get(rows, 0, 10, NULL)));
        if (!*answer)
            outcome = fault_set(fault, NO_MEMORY, "no memory");
    }
    db_free(rows);
    return outcome;
}

static enum outcome lease_it(struct db *db, int64_t task, const char *worker,
                             json_t **answer, struct fault *fault)
{
    char token[TOKEN_ROOM];
    static const char sql[] =
        "UPDATE tasks SET state = 'leased', attempt = attempt + 1, lease_token = $2,"
        " leased_by = $3, lease_until = {now} + 1000 * (SELECT j.heartbeat_timeout_seconds"
        " FROM version_jobs j WHERE j.version_id = tasks.version_id"
        " AND j.name = tasks.job) WHERE id = $1";
    enum outcome outcome = token_make("", token, fault);
    if (outcome == DONE)
        outcome = DB_RUN(db, NULL, fault, sql, db_integer(task), db_text(token),
                         db_text(worker));
    if (outcome == DONE)
        outcome = describe(db, task, answer, fault);
    return outcome;
}

enum outcome claim(struct db *db, const struct caller *caller, const char *worker,
                   const char *runtime, long task, json_t **answer, struct fault *fault)
{
    int64_t found = 0;
    *answer = NULL;
    enum outcome outcome = db_begin(db, fault);
    if (outcome == DONE)
        outcome = find_ready(db, caller->org, runtime, task, &found, fault);
    if (outcome == DONE && found)
        outcome = lease_it(db, found, worker, answer, fault);
    else if (outcome == DONE)
        *answer = json_null();
    return settle(db, outcome, answer, fault);
}

/* The fence: a statement about a task counts only for who holds the newest lease. */
#define HELD \
    " WHERE id = $1 AND org = $2 AND attempt = $3 AND lease_token = $4" \
    " AND state = 'leased'"

static enum outcome not_held(const struct lease *lease, struct fault *fault)
{
    return fault_set(
        fault, STALE,
        "task %ld is not held by this attempt: it has ended, or somebody else "
        "does it",
        lease->task);
}

/* Runs an UPDATE with the fence; `rows` are those of RETURNING, one. */
static enum outcome update_held(struct db *db, const struct caller *caller,
                                const struct lease *lease, const char *sql,
                                struct db_value more, struct db_rows **rows,
                                struct fault *fault)
{
    enum outcome outcome =
        DB_RUN(db, rows, fault, sql, db_integer(lease->task), db_text(caller->org),
               db_integer(lease->attempt), db_text(lease->token), more);
    if (outcome == DONE && db_count(*rows) == 0)
        outcome = not_held(lease, fault);
    return outcome;
}

enum outcome heartbeat(struct db *db, const struct caller *caller, struct lease lease,
                       json_t **answer, struct fault *fault)
{
    static const char sql[] =
        "UPDATE tasks SET lease_until = {now} + $5 * (SELECT j.heartbeat_timeout_seconds"
        " FROM version_jobs j WHERE j.version_id = tasks.version_id"
        " AND j.name = tasks.job)" HELD " RETURNING lease_until";
    struct db_rows *rows = NULL;
    *answer = NULL;
    enum outcome outcome = db_begin(db, fault);
    if (outcome == DONE)
        outcome = update_held(db, caller, &lease, sql, db_integer(1000), &rows, fault);
    if (outcome == DONE)
        *answer =
            json_pack("{s:I}", "lease_until", (json_int_t)db_get_integer(rows, 0, 0));
    db_free(rows);
    return settle(db, outcome, answer, fault);
}

/* Spreads the events of one output that a task has written, by the version that is active now; a
 * version that has no such job or output any more has no readers of it either. */
static enum outcome spread_output(struct db *db, const struct caller *caller, long task,
                                  const char *dag, const char *job, json_int_t output,
                                  json_t *tasks, struct fault *fault)
{
    char key[32];
    struct version active;
    snprintf(key, sizeof key, "task:%ld", task);
    enum outcome outcome = find_active(db, caller->org, dag, &active, fault);
    if (outcome == DONE)
        outcome = event_spread(db, caller->org, dag, &active, job, output, key, NULL,
                               tasks, fault);
    return outcome;
}

static enum outcome has_output(struct db *db, int64_t version, const char *job,
                               const json_t *output, struct fault *fault)
{
    struct db_rows *rows;
    if (!json_is_integer(output))
        return fault_set(fault, MISUSE, "outputs are numbers");
    enum outcome outcome =
        DB_RUN(db, &rows, fault,
               "SELECT outputs FROM version_jobs WHERE version_id = $1 AND name = $2",
               db_integer(version), db_text(job));
    json_int_t number = json_integer_value(output);
    if (outcome == DONE && (number < 0 || number >= db_get_integer(rows, 0, 0)))
        outcome = fault_set(fault, NOT_FOUND, "`%s` has no output %" JSON_INTEGER_FORMAT,
                            job, number);
    db_free(rows);
    return outcome;
}

static enum outcome complete_inside(struct db *db, const struct caller *caller,
                                    struct lease lease, const json_t *outputs,
                                    json_t *tasks, struct fault *fault)
{
    static const char sql[] =
        "UPDATE tasks SET state = 'done', ended_at = {now}, failure = $5" HELD
        " RETURNING dag, version_id, job";
    struct db_rows *rows = NULL;
    enum outcome outcome = update_held(db, caller, &lease, sql, db_null(), &rows, fault);
    size_t i;
    json_t *output;
    json_array_foreach(outputs, i, output)
    {
        const char *dag = outcome == DONE ? db_get(rows, 0, 0, NULL) : NULL;
        const char *job = outcome == DONE ? db_get(rows, 0, 2, NULL) : NULL;
        if (outcome == DONE)
            outcome = has_output(db, db_get_integer(rows, 0, 1), job, output, fault);
        if (outcome == DONE)
            outcome = spread_output(db, caller, lease.task, dag, job,
                                    json_integer_value(output), tasks, fault);
    }
    db_free(rows);
    return outcome;
}

enum outcome complete(struct db *db, const struct caller *caller, struct lease lease,
                      const json_t *outputs, json_t **answer, struct fault *fault)
{
    json_t *tasks = json_array();
    *answer = NULL;
    enum outcome outcome = db_begin(db, fault);
    if (outcome == DONE)
        outcome = complete_inside(db, caller, lease, outputs, tasks, fault);
    if (outcome == DONE)
        *answer = json_pack("{s:O}", "tasks", tasks);
    json_decref(tasks);
    return settle(db, outcome, answer, fault);
}

enum outcome attempt_lost(struct db *db, int64_t task, bool *dead, struct fault *fault)
{
    static const char sql[] = "UPDATE tasks SET ended_at = {now} WHERE id = $1";
    struct db_rows *rows;
    enum outcome outcome =
        DB_RUN(db, &rows, fault,
               "UPDATE tasks SET state = CASE WHEN attempt < (SELECT j.max_attempts"
               " FROM version_jobs j WHERE j.version_id = tasks.version_id"
               " AND j.name = tasks.job) THEN 'pending' ELSE 'dead' END,"
               " lease_token = NULL, leased_by = NULL, lease_until = NULL"
               " WHERE id = $1 RETURNING state",
               db_integer(task));
    if (outcome == DONE) {
        *dead = !strcmp(db_get(rows, 0, 0, NULL), "dead");
        outcome = *dead ? DB_RUN(db, NULL, fault, sql, db_integer(task))
                        : make_message(db, task, fault);
    }
    db_free(rows);
    return outcome;
}

enum outcome fail(struct db *db, const struct caller *caller, struct lease lease,
                  const char *reason, json_t **answer, struct fault *fault)
{
    bool dead = false;
    struct db_rows *rows = NULL;
    *answer = NULL;
    enum outcome outcome = db_begin(db, fault);
    if (outcome == DONE)
        outcome = update_held(db, caller, &lease,
                              "UPDATE tasks SET failure = $5" HELD " RETURNING id",
                              db_text(reason), &rows, fault);
    if (outcome == DONE)
        outcome = attempt_lost(db, lease.task, &dead, fault);
    if (outcome == DONE)
        *answer = json_pack("{s:s}", "state", dead ? "dead" : "pending");
    db_free(rows);
    return settle(db, outcome, answer, fault);
}
