/* wait.h - how a worker that has nothing to do gets its next task. */
#ifndef DISPATCHER_WAIT_H
#define DISPATCHER_WAIT_H

#include "queue.h"
#include "work.h"

/** As claim() of any task, but waits up to `seconds` for one. A message of the queue says when to
 *  look; without a queue the database is asked each second. A message is deleted when its task has
 *  been leased, here or elsewhere; one for another worker is given back. When the queue is
 *  UNAVAILABLE or has a message that is REJECTED, a task that is ready is leased all the same. */
enum outcome wait_for_task(struct db *db, struct queue *queue,
                           const struct caller *caller, const char *worker,
                           const char *runtime, long seconds, json_t **answer,
                           struct fault *fault);

#endif
