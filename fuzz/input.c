/* How an input is divided, and what its bytes choose. */
#include "fuzz.h"

#include <stdio.h>

void fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

size_t fuzz_choices_at(const uint8_t *data, size_t size)
{
    size_t at = size;
    while (at > 0 && data[at - 1] != 0)
        at--;
    return at > 0 ? at : size;
}

char *fuzz_document(const uint8_t *data, size_t *size)
{
    size_t at = fuzz_choices_at(data, *size);
    size_t len = at > 0 && data[at - 1] == 0 ? at - 1 : *size;
    char *bytes = malloc(len ? len : 1);
    if (!bytes)
        abort();
    if (len)
        memcpy(bytes, data, len);
    *size = len;
    return bytes;
}

static uint64_t stir(uint64_t state, uint8_t byte)
{
    return (state ^ byte) * UINT64_C(0x100000001B3);
}

struct choices fuzz_choices(const uint8_t *data, size_t size)
{
    size_t at = fuzz_choices_at(data, size);
    uint64_t state = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < size; i++)
        state = stir(state, data[i]);
    return (struct choices){data + at, size - at, state};
}

/* Behind the bytes comes a generator that depends on all of the input (splitmix64). */
uint32_t choose(struct choices *from, uint32_t below)
{
    if (from->left > 0) {
        uint32_t number = 0;
        for (uint32_t room = below - 1; room > 0 && from->left > 0;
             room >>= 8, from->left--)
            number = number << 8 | *from->at++;
        return number % below;
    }
    uint64_t z = from->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) % below);
}
