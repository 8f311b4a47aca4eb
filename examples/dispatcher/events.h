/* events.h - who reads an output, for calls inside a transaction. */
#ifndef DISPATCHER_EVENTS_H
#define DISPATCHER_EVENTS_H

#include "lookup.h"

/** Makes the tasks of all that read an output of a job of the active version: adds to `tasks` a
 *  {"id", "dag", "job", "dedupe_key", "created"} each. `key` says which data it is. */
enum outcome event_spread(struct db *db, const char *org, const char *dag,
                          const struct version *active, const char *job, int64_t output,
                          const char *key, json_t *payload, json_t *tasks,
                          struct fault *fault);

/** Makes one task with a cause, and adds it to `tasks`. */
enum outcome task_of_cause(struct db *db, const char *org, const char *dag,
                           int64_t version, const char *job, const char *key,
                           const json_t *cause, json_t *tasks, struct fault *fault);

#endif
