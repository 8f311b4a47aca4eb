/* backpressure.h - whether a source should wait for the jobs behind it. */
#ifndef DISPATCHER_BACKPRESSURE_H
#define DISPATCHER_BACKPRESSURE_H

#include "db.h"

/** PAUSED while a job that reads the source directly, or the source itself, has `max_queue_depth`
 *  tasks that nobody has begun, or one older than its `max_queue_age`; says which. */
enum outcome backpressure_on(struct db *db, const char *org, const char *dag,
                             int64_t version, const char *job, struct fault *fault);

#endif
