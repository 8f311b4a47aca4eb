/* work.h - a worker's side of tasks: each attempt is a lease with a token, and only who holds the
 * newest one is heard.
 */
#ifndef DISPATCHER_WORK_H
#define DISPATCHER_WORK_H

#include <jansson.h>

#include "versions.h"

/** Which attempt a call is about. */
struct lease {
    long task;
    long attempt;
    const char *token;
};

/** Leases the next task of an organisation that is ready to `worker`: `normal` before `bulk`, a bulk task older than its `max_queue_age` counting as normal; then the
 *  oldest. `runtime` NULL: any. With `task` not 0, that one or none, as a message of a queue names
 *  it. The lease ends `heartbeat_timeout_seconds` after the last heartbeat. The answer is null
 *  where there is nothing to do, else {"id", "attempt", "token", "lease_until", "dag", "version",
 *  "yaml_hash", "job", "operator", "runtime", "timeout_seconds", "cause"}. */
enum outcome claim(struct db *db, const struct caller *caller, const char *worker,
                   const char *runtime, long task, json_t **answer, struct fault *fault);

/** Extends a lease: {"lease_until"}. STALE who does not hold it. The same for the two below. */
enum outcome heartbeat(struct db *db, const struct caller *caller, struct lease lease,
                       json_t **answer, struct fault *fault);

/** Ends a task. `outputs` are those that have new data, a JSON list of numbers, or NULL; their
 *  events are made in the same transaction. The answer is as of event(). */
enum outcome complete(struct db *db, const struct caller *caller, struct lease lease,
                      const json_t *outputs, json_t **answer, struct fault *fault);

/** Gives an attempt up: the task is done again, until it has had its `max_attempts`; then it is
 *  dead. The answer: {"state"}. */
enum outcome fail(struct db *db, const struct caller *caller, struct lease lease,
                  const char *reason, json_t **answer, struct fault *fault);

/** Inside a transaction: takes a task from the attempt that had it: it is done again, with a message
 *  in the outbox, or dead after its `max_attempts`. */
enum outcome attempt_lost(struct db *db, int64_t task, bool *dead, struct fault *fault);

#endif
