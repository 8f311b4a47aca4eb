/* sqs.h - calls of one queue of Amazon SQS, in its JSON protocol, signed by libcurl. */
#ifndef DISPATCHER_SQS_H
#define DISPATCHER_SQS_H

#include <stdbool.h>

#include <jansson.h>

#include "fault.h"

struct sqs;

/** Makes what calls of the queue at `url` need; see queue_open(). `*sqs` is owned. */
enum outcome sqs_open(const char *url, struct sqs **sqs, struct fault *fault);

/** Releases it; NULL is fine. */
void sqs_close(struct sqs *sqs);

/** Whether the queue is a FIFO queue. */
bool sqs_is_fifo(const struct sqs *sqs);

/** Makes a call such as `SendMessage`. `request` is an object without `QueueUrl`; the call takes it
 *  over, and NULL is one for which there was no memory. The queue may take `seconds` longer than
 *  usual to answer. `*answer` is an object, owned; the pointer may be NULL. */
enum outcome sqs_call(struct sqs *sqs, const char *action, json_t *request, long seconds,
                      json_t **answer, struct fault *fault);

#endif
