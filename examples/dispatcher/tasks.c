#include "tasks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backpressure.h"
#include "events.h"
#include "settle.h"
#include "token.h"

#define KEY_MOST 200 /* bytes of a key, so that what it is a part of has a bound */

/* Takes the key of a caller, or makes one up. */
static enum outcome settle_key(const char *key, char *made, const char **settled,
                               struct fault *fault)
{
    *settled = key;
    if (key && (!*key || strlen(key) > KEY_MOST))
        return fault_set(fault, MISUSE, "a key has 1 to %d bytes", KEY_MOST);
    if (key)
        return DONE;
    *settled = made;
    return token_make("", made, fault);
}

/** What a job of the active version is. */
struct job {
    struct version active;
    bool source;
    int64_t outputs;
};

static enum outcome find_job(struct db *db, const char *org, const char *dag,
                             const char *name, struct job *job, struct fault *fault)
{
    struct db_rows *rows = NULL;
    enum outcome outcome = find_version(db, org, dag, NULL, &job->active, fault);
    if (outcome == DONE)
        outcome = DB_RUN(db, &rows, fault,
                         "SELECT activation, outputs FROM version_jobs"
                         " WHERE version_id = $1 AND name = $2",
                         db_integer(job->active.id), db_text(name));
    if (outcome == DONE && db_count(rows) == 0)
        outcome =
            fault_set(fault, NOT_FOUND, "version %" PRId64 " of `%s` has no job `%s`",
                      job->active.number, dag, name);
    if (outcome == DONE) {
        job->source = !strcmp(db_get(rows, 0, 0, NULL), "source");
        job->outputs = db_get_integer(rows, 0, 1);
    }
    db_free(rows);
    return outcome;
}

static enum outcome is_made(struct db *db, const char *org, const char *dag,
                            const char *key, bool *made, struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome =
        DB_RUN(db, &rows, fault,
               "SELECT 1 FROM tasks WHERE org = $1 AND dag = $2 AND dedupe_key = $3",
               db_text(org), db_text(dag), db_text(key));
    *made = outcome == DONE && db_count(rows) > 0;
    db_free(rows);
    return outcome;
}

static enum outcome fire_inside(struct db *db, const struct caller *caller,
                                const char *dag, const char *name, const char *key,
                                json_t *payload, json_t *tasks, struct fault *fault)
{
    struct job job;
    char dedupe[512];
    bool made = false;
    snprintf(dedupe, sizeof dedupe, "fire:%s:%s", name, key);
    enum outcome outcome = find_job(db, caller->org, dag, name, &job, fault);
    if (outcome == DONE && !job.source)
        outcome =
            fault_set(fault, MISUSE, "`%s` is reactive: an event makes its tasks", name);
    if (outcome == DONE)
        outcome = is_made(db, caller->org, dag, dedupe, &made, fault);
    if (outcome == DONE && !made)
        outcome = backpressure_on(db, caller->org, dag, job.active.id, name, fault);
    if (outcome != DONE)
        return outcome;
    json_t *cause =
        json_pack("{s:s,s:s,s:O?}", "kind", "fire", "key", key, "payload", payload);
    outcome = task_of_cause(db, caller->org, dag, job.active.id, name, dedupe, cause,
                            tasks, fault);
    json_decref(cause);
    return outcome;
}

static enum outcome event_inside(struct db *db, const struct caller *caller,
                                 const char *dag, const char *name, long output,
                                 const char *key, json_t *payload, json_t *tasks,
                                 struct fault *fault)
{
    struct job job;
    enum outcome outcome = find_job(db, caller->org, dag, name, &job, fault);
    if (outcome == DONE && (output < 0 || output >= job.outputs))
        outcome = fault_set(fault, NOT_FOUND, "`%s` has no output %ld, it has %" PRId64,
                            name, output, job.outputs);
    if (outcome == DONE)
        outcome = event_spread(db, caller->org, dag, &job.active, name, output, key,
                               payload, tasks, fault);
    return outcome;
}

/* Ends a transaction that made tasks, and answers with them. */
static enum outcome answer_tasks(struct db *db, enum outcome outcome, json_t *tasks,
                                 json_t **answer, struct fault *fault)
{
    *answer = outcome == DONE ? json_pack("{s:O}", "tasks", tasks) : NULL;
    json_decref(tasks);
    return settle(db, outcome, answer, fault);
}

enum outcome fire(struct db *db, const struct caller *caller, const char *dag,
                  const char *job, const char *key, json_t *payload, json_t **answer,
                  struct fault *fault)
{
    char made[TOKEN_ROOM];
    json_t *tasks = json_array();
    enum outcome outcome = settle_key(key, made, &key, fault);
    if (outcome == DONE)
        outcome = db_begin(db, fault);
    if (outcome == DONE)
        outcome = fire_inside(db, caller, dag, job, key, payload, tasks, fault);
    return answer_tasks(db, outcome, tasks, answer, fault);
}

enum outcome event(struct db *db, const struct caller *caller, const char *dag,
                   const char *job, long output, const char *key, json_t *payload,
                   json_t **answer, struct fault *fault)
{
    char made[TOKEN_ROOM];
    json_t *tasks = json_array();
    enum outcome outcome = settle_key(key, made, &key, fault);
    if (outcome == DONE)
        outcome = db_begin(db, fault);
    if (outcome == DONE)
        outcome = event_inside(db, caller, dag, job, output, key, payload, tasks, fault);
    return answer_tasks(db, outcome, tasks, answer, fault);
}
