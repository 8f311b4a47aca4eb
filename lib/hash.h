/* hash.h - bytes to a digest: XXH3-128 with seed 0, printed as `xxh128sum` prints it. */
#ifndef TD_HASH_H
#define TD_HASH_H

#include "base.h"

enum { TD_HASH_BYTES = 40 }; /* a prefix, 32 digits and a NUL */

/** A digest on its way, for bytes that come in pieces. */
struct td_hasher;

/** NULL when memory ran out. */
struct td_hasher *td_hasher_new(void);
void td_hasher_free(struct td_hasher *hasher);

void td_hasher_add(struct td_hasher *hasher, const char *bytes, size_t size);

/** Writes `prefix` and the digits of what was added. */
void td_hasher_text(const struct td_hasher *hasher, const char *prefix,
                    char out[TD_HASH_BYTES]);

/** The same for bytes that lie in one piece. */
void td_hash_text(const char *bytes, size_t size, const char *prefix,
                  char out[TD_HASH_BYTES]);

/** A 64-bit hash with no promise attached, for fingerprints. */
uint64_t td_hash_short(const char *bytes, size_t size);

/** The version of xxHash that the process runs with: 801 for 0.8.1. */
uint32_t td_hash_version(void);

#endif
