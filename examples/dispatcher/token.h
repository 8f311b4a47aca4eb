/* token.h - names that nobody can guess. */
#ifndef DISPATCHER_TOKEN_H
#define DISPATCHER_TOKEN_H

#include "fault.h"

/** Room for a token with a prefix of up to 7 bytes and its NUL. */
#define TOKEN_ROOM 40

/** Writes a prefix and 128 random bits in hex. */
enum outcome token_make(const char *prefix, char *token, struct fault *fault);

#endif
