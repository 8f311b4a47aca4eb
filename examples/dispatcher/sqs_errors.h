/* sqs_errors.h - what an answer of SQS that is no success means. */
#ifndef DISPATCHER_SQS_ERRORS_H
#define DISPATCHER_SQS_ERRORS_H

#include <jansson.h>

#include "fault.h"

/** Sets the fault of an answer: its status of HTTP, and the JSON in it, or NULL where it has none.
 *  Text of the server that holds one of `secrets` (ended by NULL) is left out. */
enum outcome sqs_fault(long status, const json_t *answer, const char *const *secrets,
                       struct fault *fault);

#endif
