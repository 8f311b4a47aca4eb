/* settle.h - how a call that answers ends. */
#ifndef DISPATCHER_SETTLE_H
#define DISPATCHER_SETTLE_H

#include <jansson.h>

#include "db.h"

/** Ends the transaction of a call: keeps what it did and `*answer`, or neither; without an answer
 *  memory ran out. */
enum outcome settle(struct db *db, enum outcome outcome, json_t **answer,
                    struct fault *fault);

#endif
