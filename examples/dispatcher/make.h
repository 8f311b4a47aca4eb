/* make.h - making a task, inside a transaction. */
#ifndef DISPATCHER_MAKE_H
#define DISPATCHER_MAKE_H

#include <stdbool.h>

#include "db.h"

/** What became of it. */
struct made {
    int64_t task;
    bool created; /**< false: its key had made it before */
};

/** Makes a task and its message in the outbox, unless the DAG has one of that key. `cause` is
 *  JSON. */
enum outcome make_task(struct db *db, const char *org, const char *dag, int64_t version,
                       const char *job, const char *key, const char *cause,
                       struct made *made, struct fault *fault);

/** Writes a message about the present attempt of a task to the outbox. */
enum outcome make_message(struct db *db, int64_t task, struct fault *fault);

#endif
