/* queue.h - how a worker learns that a task is ready.
 *
 * The database says what is to be done and by whom; a message only says that it is worth to ask.
 * So a message that is lost, doubled or late does no harm: a task that nobody has begun, or whose
 * lease ended, gets another one.
 *
 * A queue is for one thread at a time. Any number may be open, opened by any threads; the first
 * queue_open() sets up libcurl for the process, so that nobody else has to.
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
 *  `http://` URL of a queue of Amazon SQS. `*queue` is NULL for `table`. Nothing is sent yet.
 *  Credentials and region are those of the usual environment: AWS_ACCESS_KEY_ID,
 *  AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (may be missing), AWS_REGION. Proxies of the
 *  environment are not used, and redirects not followed.
 *
 *  Of the calls below UNAVAILABLE passes by itself: the network, a server that fails, too many
 *  calls. MISUSE does not: credentials, a region or a queue that are wrong. */
enum outcome queue_open(const char *url, struct queue **queue, struct fault *fault);

/** Closes a queue; NULL is fine. */
void queue_close(struct queue *queue);

/** Sends a message about a task. DONE when the queue has it. A FIFO queue (`.fifo`) takes the same
 *  attempt of a task once in five minutes, and has the messages of an organisation in order. */
enum outcome queue_send(struct queue *queue, const char *org, long task, long attempt,
                        struct fault *fault);

/** Waits up to `seconds` (0 to 20) for a message; `message->receipt` is NULL where none came. One
 *  that is not deleted comes again after the queue's visibility timeout. One that queue_send() did
 *  not write is deleted, for it would come for ever, and is REJECTED: the queue has to be one that
 *  nothing else uses. */
enum outcome queue_receive(struct queue *queue, long seconds,
                           struct queue_message *message, struct fault *fault);

/** Deletes a message that was received, and frees what it owns, also when it fails. STALE where it
 *  came again meanwhile. */
enum outcome queue_delete(struct queue *queue, struct queue_message *message,
                          struct fault *fault);

/** Gives a message back, so that another worker gets it at once; else as queue_delete(). */
enum outcome queue_return(struct queue *queue, struct queue_message *message,
                          struct fault *fault);

#endif
