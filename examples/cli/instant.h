/* instant.h - instants as people write them, by RFC 3339. */
#ifndef CLI_INSTANT_H
#define CLI_INSTANT_H

#include "cli.h"

/** Room for `2026-11-24T12:00:00Z` and its NUL. */
#define INSTANT_ROOM 21

/** Reads a time with its offset or `Z` as seconds since 1970-01-01T00:00:00Z, fractions of a second
 *  left out. False for anything else, and for instants outside of 1970 to 9999 in UTC. */
bool instant_read(const char *text, int64_t *instant);

/** Writes an instant from 0 to TRACEDAG_LAST_INSTANT in UTC. */
void instant_write(int64_t instant, char text[INSTANT_ROOM]);

#endif
