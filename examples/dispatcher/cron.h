/* cron.h - when cron sources are due. */
#ifndef DISPATCHER_CRON_H
#define DISPATCHER_CRON_H

#include "lookup.h"

/** Follows a version that becomes active: sources that are new, or have another schedule, are due
 *  at their next run from now; those that are gone are not due any more. */
enum outcome cron_follow(struct db *db, const char *org, const char *dag,
                         const struct version *version, struct fault *fault);

/** Finds the first run of a job after an instant, in milliseconds, at or behind `now`; 0: never
 *  again. */
enum outcome cron_next(const tracedag_dag *dag, const char *job, int64_t after,
                       int64_t now, int64_t *next, struct fault *fault);

/** The database's clock, milliseconds. */
enum outcome now_of(struct db *db, int64_t *now, struct fault *fault);

#endif
