/* tasks.h - from what happens to work to do, on active versions only.
 *
 * What happens has a key. The same key again makes nothing new, so that who is not sure whether a
 * call went through makes it again: at least once, and each task once.
 */
#ifndef DISPATCHER_TASKS_H
#define DISPATCHER_TASKS_H

#include <jansson.h>

#include "versions.h"

/** Fires a source job of the active version: one task for it. `key` NULL makes one up. `payload` is
 *  any JSON for the worker, or NULL. While a job that reads the source directly has as many open
 *  tasks as its `max_queue_depth`, or one that waits longer than its `max_queue_age`, the source is
 *  PAUSED. The answer: {"tasks": [{"id", "job", "dedupe_key", "created"}]}. */
enum outcome fire(struct db *db, const struct caller *caller, const char *dag,
                  const char *job, const char *key, json_t *payload, json_t **answer,
                  struct fault *fault);

/** An output of a job of the active version has new data: a task for each reactive job that reads
 *  it, in this DAG and, by the datasets that it publishes, in the active versions of others of the
 *  organisation. Data that is there is never lost to backpressure. The answer is as of fire(). */
enum outcome event(struct db *db, const struct caller *caller, const char *dag,
                   const char *job, long output, const char *key, json_t *payload,
                   json_t **answer, struct fault *fault);

/** Lists tasks, the newest first, at most `most`: [{"id", "dag", "version", "job", "state",
 *  "attempt", "dedupe_key", "failure", "created_at", "ended_at"}]. `dag` NULL: of all. */
enum outcome list_tasks(struct db *db, const struct caller *caller, const char *dag,
                        long most, json_t **answer, struct fault *fault);

#endif
