/* hash.h - the hash of any bytes, for `hash` and `hash --check`. */
#ifndef CLI_HASH_H
#define CLI_HASH_H

#include "cli.h"

/** The source hash of the bytes of `file`; a failure has its message. */
enum status hash_source(const char *file, char out[TRACEDAG_HASH_ROOM]);

#endif
