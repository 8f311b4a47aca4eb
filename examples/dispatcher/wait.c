/* wait.c - messages only hint. What the database has is asked for in any case, so that a task whose
 * message was lost is found as well.
 */
#include "wait.h"

#include <string.h>
#include <time.h>

/* Longest wait for a message, of SQS. */
#define MOST_SECONDS 20

/* A worker that waits. */
struct waiting {
    struct db *db;
    struct queue *queue; /**< NULL: there is none */
    const struct caller *caller;
    const char *worker, *runtime;
    time_t end;
    json_t **answer; /**< NULL or a task, never the null of claim() */
};

static time_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static long left(const struct waiting *w)
{
    time_t time = now();
    return time < w->end ? (long)(w->end - time) : 0;
}

/* Leases a task, any if it is 0. */
static enum outcome try_claim(struct waiting *w, long task, struct fault *fault)
{
    enum outcome outcome =
        claim(w->db, w->caller, w->worker, w->runtime, task, w->answer, fault);
    if (json_is_null(*w->answer))
        *w->answer = NULL; /* a constant, nobody's */
    return outcome;
}

/* Whether the task of a message has been made ready and not leased. */
static enum outcome is_ready(struct waiting *w, const struct queue_message *message,
                             bool *ready, struct fault *fault)
{
    struct db_rows *rows = NULL;
    enum outcome outcome = db_begin_reading(w->db, fault);
    if (outcome == DONE)
        outcome = DB_RUN(w->db, &rows, fault,
                         "SELECT id FROM tasks WHERE id = $1 AND org = $2"
                         " AND state = 'ready'",
                         db_integer(message->task), db_text(message->org));
    *ready = outcome == DONE && db_count(rows) > 0;
    db_free(rows);
    db_rollback(w->db);
    return outcome;
}

/* Does what a message hints at, and lets it go. That this fails is no fault: the message comes
 * again, and finds its task leased. */
static enum outcome follow(struct waiting *w, struct queue_message *message,
                           struct fault *fault)
{
    struct fault ignored;
    bool ready = true;
    enum outcome outcome = DONE;
    if (!strcmp(message->org, w->caller->org))
        outcome = try_claim(w, message->task, fault);
    if (outcome == DONE && *w->answer)
        ready = false;
    else if (outcome == DONE)
        outcome = is_ready(w, message, &ready, fault);
    if (!ready) {
        queue_delete(w->queue, message, &ignored);
        return outcome;
    }
    queue_return(w->queue, message, &ignored);
    if (outcome == DONE && left(w)) /* or the same message would be here again at once */
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    return outcome;
}

/* Waits for a message, and follows it. */
static enum outcome listen(struct waiting *w, long seconds, struct fault *fault)
{
    struct queue_message message;
    enum outcome outcome = queue_receive(w->queue, seconds, &message, fault);
    return outcome == DONE && message.receipt ? follow(w, &message, fault) : outcome;
}

/* Looks once, after `seconds` or a message. */
static enum outcome look(struct waiting *w, long seconds, struct fault *fault)
{
    struct fault other;
    enum outcome heard = DONE;
    if (w->queue)
        heard = listen(w, seconds < MOST_SECONDS ? seconds : MOST_SECONDS, fault);
    else if (seconds)
        nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    if (*w->answer || (heard != DONE && heard != UNAVAILABLE && heard != REJECTED))
        return heard;
    enum outcome outcome = try_claim(w, 0, heard == DONE ? fault : &other);
    return *w->answer || heard == DONE ? outcome : heard;
}

enum outcome wait_for_task(struct db *db, struct queue *queue,
                           const struct caller *caller, const char *worker,
                           const char *runtime, long seconds, json_t **answer,
                           struct fault *fault)
{
    struct waiting w = {db, queue, caller, worker, runtime, now() + seconds, answer};
    *answer = NULL;
    /* The first look does not wait: there may be a task whose message was lost. */
    enum outcome outcome = look(&w, 0, fault);
    for (long rest; outcome == DONE && !*answer && (rest = left(&w)) > 0;)
        outcome = look(&w, rest, fault);
    if (outcome == DONE && !*answer)
        *answer = json_null();
    return outcome;
}
