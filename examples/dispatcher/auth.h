/* auth.h - who sends a request: a bearer token, a JWT, verified by libjwt.
 *
 * A token says who somebody is. What they may do is in the database.
 */
#ifndef DISPATCHER_AUTH_H
#define DISPATCHER_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

/** The longest `sub`, with its NUL. */
#define SUBJECT_ROOM 256

/** Verifies the value of a header `Authorization` (NULL is none), at `now`, in seconds since 1970.
 *  Why a token is not accepted is not said, neither to its sender nor to a log. */
bool auth_accept(const struct config *config, const char *header, int64_t now,
                 char subject[SUBJECT_ROOM]);

#endif
