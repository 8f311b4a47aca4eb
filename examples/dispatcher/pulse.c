#include "pulse.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backpressure.h"
#include "cron.h"
#include "events.h"
#include "make.h"
#include "work.h"

#define TOGETHER 100       /* rows in one transaction, so that none takes long */
#define LIMIT " LIMIT 100" /* the same in a statement */

/* ---- cron sources ---- */

/** Up to which source one round has come. */
struct place {
    char org[64], dag[256], job[256];
};

static enum outcome find_due(struct db *db, const struct place *last, int64_t now,
                             struct db_rows **rows, struct fault *fault)
{
    static const char sql[] =
        "SELECT t.org, t.dag, t.job, t.next_run FROM cron_sources t"
        " WHERE t.next_run <= $1 AND (t.org, t.dag, t.job) > ($2, $3, $4)"
        " ORDER BY t.org, t.dag, t.job LIMIT 1{skip locked}";
    return DB_RUN(db, rows, fault, sql, db_integer(now), db_text(last->org),
                  db_text(last->dag), db_text(last->job));
}

/* The task of one run; its key is the instant, so that a run is fired once at most. */
static enum outcome fire_run(struct db *db, const struct place *at,
                             const struct version *active, int64_t run,
                             struct fault *fault)
{
    char key[320], cause[96];
    struct made made;
    snprintf(key, sizeof key, "cron:%s:%" PRId64, at->job, run);
    snprintf(cause, sizeof cause, "{\"kind\":\"cron\",\"run\":%" PRId64 "}", run);
    return make_task(db, at->org, at->dag, active->id, at->job, key, cause, &made, fault);
}

static enum outcome set_next(struct db *db, const struct place *at,
                             const struct version *active, int64_t run, int64_t now,
                             struct fault *fault)
{
    tracedag_dag *dag = NULL;
    int64_t next = 0;
    enum outcome outcome = read_version(db, active, &dag, fault);
    if (outcome == DONE)
        outcome = cron_next(dag, at->job, run, now + 1, &next, fault);
    if (outcome == DONE)
        outcome = DB_RUN(db, NULL, fault,
                         "UPDATE cron_sources SET next_run = $4"
                         " WHERE org = $1 AND dag = $2 AND job = $3",
                         db_text(at->org), db_text(at->dag), db_text(at->job),
                         next ? db_integer(next) : db_null());
    tracedag_dag_unref(dag);
    return outcome;
}

/* Fires the first source behind `at` that is due; `*found` is false where there is none. */
static enum outcome fire_one(struct db *db, struct place *at, bool *found, long *fired,
                             struct fault *fault)
{
    int64_t now = 0;
    struct db_rows *rows = NULL;
    struct version active;
    enum outcome outcome = now_of(db, &now, fault);
    if (outcome == DONE)
        outcome = find_due(db, at, now, &rows, fault);
    *found = outcome == DONE && db_count(rows) > 0;
    if (*found) {
        int64_t run = db_get_integer(rows, 0, 3);
        snprintf(at->org, sizeof at->org, "%s", db_get(rows, 0, 0, NULL));
        snprintf(at->dag, sizeof at->dag, "%s", db_get(rows, 0, 1, NULL));
        snprintf(at->job, sizeof at->job, "%s", db_get(rows, 0, 2, NULL));
        outcome = find_active(db, at->org, at->dag, &active, fault);
        if (outcome == DONE)
            outcome = backpressure_on(db, at->org, at->dag, active.id, at->job, fault);
        if (outcome == DONE)
            outcome = fire_run(db, at, &active, run, fault);
        if (outcome == DONE)
            outcome = set_next(db, at, &active, run, now, fault);
        *fired += outcome == DONE;
    }
    db_free(rows);
    return outcome;
}

/* Says of which source a fault is. */
static void name_source(const struct place *at, struct fault *fault)
{
    struct fault of = *fault;
    fault_set(fault, of.outcome, "`%s` of DAG `%s` of `%s`: %s", at->job, at->dag,
              at->org, of.text);
}

enum outcome fire_due(struct db *db, long *fired, struct fault *fault)
{
    struct place at = {"", "", ""};
    struct fault this = {0};
    bool found = true;
    enum outcome outcome = DONE, worst = DONE;
    while (outcome == DONE && found) {
        found = false;
        outcome = db_begin(db, &this);
        if (outcome == DONE)
            outcome = fire_one(db, &at, &found, fired, &this);
        if (outcome == DONE)
            outcome = db_commit(db, &this);
        db_rollback(db);
        if (outcome == BROKEN && found) { /* it keeps no other from being fired */
            name_source(&at, &this);
            *fault = this;
            worst = outcome;
            outcome = DONE;
        }
        if (outcome == PAUSED) /* it stays due */
            outcome = DONE;
    }
    if (outcome == DONE)
        return worst;
    *fault = this;
    return outcome;
}

/* ---- lost workers ---- */

static enum outcome reap_some(struct db *db, size_t *count, struct fault *fault)
{
    static const char sql[] =
        "SELECT t.id FROM tasks t WHERE t.state = 'leased' AND t.lease_until < {now}"
        " ORDER BY t.id" LIMIT "{skip locked}";
    struct db_rows *rows;
    enum outcome outcome = db_run(db, sql, NULL, 0, &rows, fault);
    *count = outcome == DONE ? db_count(rows) : 0;
    for (size_t i = 0; outcome == DONE && i < *count; i++) {
        bool dead;
        int64_t task = db_get_integer(rows, i, 0);
        outcome = DB_RUN(db, NULL, fault, "UPDATE tasks SET failure = $2 WHERE id = $1",
                         db_integer(task), db_text("no heartbeat in time"));
        if (outcome == DONE)
            outcome = attempt_lost(db, task, &dead, fault);
    }
    db_free(rows);
    return outcome;
}

enum outcome reap(struct db *db, long *taken, struct fault *fault)
{
    size_t count = TOGETHER;
    enum outcome outcome = DONE;
    while (outcome == DONE && count == TOGETHER) {
        outcome = db_begin(db, fault);
        if (outcome == DONE)
            outcome = reap_some(db, &count, fault);
        outcome = db_end(db, outcome, fault);
        if (outcome == DONE)
            *taken += (long)count;
    }
    return outcome;
}

/* ---- the outbox ---- */

static enum outcome outbox_sent(struct db *db, int64_t message, struct fault *fault)
{
    static const char sql[] = "UPDATE outbox SET sent_at = {now} WHERE id = $1";
    return DB_RUN(db, NULL, fault, sql, db_integer(message));
}

/* Takes messages that wait, and makes their tasks ready: before a message can be received. Where
 * the database is the queue, that is all, and they are sent. */
static enum outcome take_unsent(struct db *db, bool send, struct db_rows **rows,
                                struct fault *fault)
{
    static const char sql[] = "SELECT t.id, t.task_id, t.attempt, k.org FROM outbox t"
                              " JOIN tasks k ON k.id = t.task_id WHERE t.sent_at IS NULL"
                              " ORDER BY t.id" LIMIT "{skip locked}";
    enum outcome outcome = db_run(db, sql, NULL, 0, rows, fault);
    for (size_t i = 0; outcome == DONE && i < db_count(*rows); i++) {
        outcome = DB_RUN(db, NULL, fault,
                         "UPDATE tasks SET state = 'ready'"
                         " WHERE id = $1 AND attempt = $2 AND state = 'pending'",
                         db_integer(db_get_integer(*rows, i, 1)),
                         db_integer(db_get_integer(*rows, i, 2)));
        if (outcome == DONE && !send)
            outcome = outbox_sent(db, db_get_integer(*rows, i, 0), fault);
    }
    return outcome;
}

/* Sends them to a queue outside the transaction, so that no lock waits for a network. */
static enum outcome send_all(struct db *db, struct queue *queue,
                             const struct db_rows *rows, struct fault *fault)
{
    enum outcome outcome = DONE;
    for (size_t i = 0; outcome == DONE && i < db_count(rows); i++) {
        outcome =
            queue_send(queue, db_get(rows, i, 3, NULL), (long)db_get_integer(rows, i, 1),
                       (long)db_get_integer(rows, i, 2), fault);
        if (outcome == DONE)
            outcome = db_begin(db, fault);
        if (outcome == DONE)
            outcome = outbox_sent(db, db_get_integer(rows, i, 0), fault);
        outcome = db_end(db, outcome, fault);
    }
    return outcome;
}

enum outcome relay(struct db *db, struct queue *queue, long *sent, struct fault *fault)
{
    size_t count = TOGETHER;
    enum outcome outcome = DONE;
    while (outcome == DONE && count == TOGETHER) {
        struct db_rows *rows = NULL;
        outcome = db_begin(db, fault);
        if (outcome == DONE)
            outcome = take_unsent(db, queue != NULL, &rows, fault);
        outcome = db_end(db, outcome, fault);
        if (outcome == DONE && queue)
            outcome = send_all(db, queue, rows, fault);
        count = outcome == DONE ? db_count(rows) : 0;
        *sent += (long)count;
        db_free(rows);
    }
    return outcome;
}

enum outcome pulse(struct db *db, struct queue *queue, json_t **answer,
                   struct fault *fault)
{
    long fired = 0, taken = 0, sent = 0;
    *answer = NULL;
    enum outcome broken = fire_due(db, &fired, fault), outcome = broken;
    if (outcome == DONE || outcome == BROKEN)
        outcome = reap(db, &taken, fault);
    if (outcome == DONE)
        outcome = relay(db, queue, &sent, fault);
    if (outcome == DONE)
        outcome = broken;
    if (outcome != DONE)
        return outcome;
    *answer = json_pack("{s:I,s:I,s:I}", "fired", (json_int_t)fired, "taken",
                        (json_int_t)taken, "sent", (json_int_t)sent);
    return *answer ? DONE : fault_set(fault, NO_MEMORY, "no memory");
}
