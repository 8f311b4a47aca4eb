/* pulse.h - what a dispatcher does again and again; any number of them may run.
 */
#ifndef DISPATCHER_PULSE_H
#define DISPATCHER_PULSE_H

#include <jansson.h>

#include "db.h"
#include "queue.h"

/** Fires each cron source that is due, once, whoever else does so at the same time. Runs that were
 *  missed are one. A source under backpressure stays due, as does one that is BROKEN, which is said
 *  when the others have been fired. Adds to `*fired`. */
enum outcome fire_due(struct db *db, long *fired, struct fault *fault);

/** Takes tasks from workers that have sent no heartbeat in time: they are done again, or dead after
 *  `max_attempts`. Adds to `*taken`. */
enum outcome reap(struct db *db, long *taken, struct fault *fault);

/** Sends what waits in the outbox, in order, and makes its tasks ready. A message may be sent twice,
 *  none is left out. Adds to `*sent`. */
enum outcome relay(struct db *db, struct queue *queue, long *sent, struct fault *fault);

/** The three, one after the other: {"fired", "taken", "sent"}. A source that is BROKEN stops none
 *  of them. */
enum outcome pulse(struct db *db, struct queue *queue, json_t **answer,
                   struct fault *fault);

#endif
