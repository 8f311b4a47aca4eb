#include "hash.h"

#include <xxhash.h>

/* The state of the library is the whole of ours; it allocates and frees itself. */
static XXH3_state_t *state_of(const struct td_hasher *hasher)
{
    return (XXH3_state_t *)(uintptr_t)hasher;
}

struct td_hasher *td_hasher_new(void)
{
    XXH3_state_t *state = XXH3_createState();
    if (state)
        XXH3_128bits_reset(state);
    return (struct td_hasher *)state;
}

void td_hasher_free(struct td_hasher *hasher)
{
    XXH3_freeState(state_of(hasher));
}

void td_hasher_add(struct td_hasher *hasher, const char *bytes, size_t size)
{
    if (size)
        XXH3_128bits_update(state_of(hasher), bytes, size);
}

static void write_text(XXH128_hash_t digest, const char *prefix, char out[TD_HASH_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, digest);
    while (*prefix)
        *out++ = *prefix++;
    for (size_t i = 0; i < sizeof bytes.digest; i++) {
        *out++ = digits[bytes.digest[i] >> 4];
        *out++ = digits[bytes.digest[i] & 15];
    }
    *out = '\0';
}

void td_hasher_text(const struct td_hasher *hasher, const char *prefix,
                    char out[TD_HASH_BYTES])
{
    write_text(XXH3_128bits_digest(state_of(hasher)), prefix, out);
}

void td_hash_text(const char *bytes, size_t size, const char *prefix,
                  char out[TD_HASH_BYTES])
{
    write_text(XXH3_128bits(size ? bytes : "", size), prefix, out);
}

uint64_t td_hash_short(const char *bytes, size_t size)
{
    return XXH3_64bits(size ? bytes : "", size);
}

uint32_t td_hash_version(void)
{
    return XXH_versionNumber();
}
