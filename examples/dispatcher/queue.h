/* queue.h - how a worker learns that a task is ready.
 *
 * The database says what is to be done and by whom; a message only says that it is worth to ask.
 * So a message that is lost, doubled or late does no harm: a task that nobody has begun, or whose
 * lease ended, gets another one.
 */
#ifndef DISPATCHER_QUEUE_H
#define DISPATCHER_QUEUE_H

#include "fault.h"

struct queue;

/** What a message says. */
struct queue_message {
    long task;
    char org[64];
    char *receipt; /**< by which it is deleted; owned */
};

/** Opens a queue: `table`, the database itself, which needs no messages; or an `https://` or
 *  `http://` URL of a queue of Amazon SQS. `*queue` is NULL for `table`. Credentials and region
 *  are those of the usual environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
 *  AWS_SESSION_TOKEN, AWS_REGION. */
enum outcome queue_open(const char *url, struct queue **queue, struct fault *fault);
void queue_close(struct queue *queue);

/** Sends a message about a task. DONE when the queue has it. */
enum outcome queue_send(struct queue *queue, const char *org, long task, long attempt,
                        struct fault *fault);

/** Waits up to `seconds` (0 to 20) for a message; `message->receipt` is NULL where none came. */
enum outcome queue_receive(struct queue *queue, long seconds,
                           struct queue_message *message, struct fault *fault);

/** Deletes a message that was received, and frees what it owns. */
enum outcome queue_delete(struct queue *queue, struct queue_message *message,
                          struct fault *fault);

#endif
