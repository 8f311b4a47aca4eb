/* base.h - what every file may use: slices, spans, checked sizes. It includes nothing of ours. */
#ifndef TD_BASE_H
#define TD_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** The number of elements of an array. */
#define TD_COUNT(a) (sizeof(a) / sizeof((a)[0]))

/** A slice of bytes, not terminated. */
struct td_str {
    const char *ptr;
    size_t len;
};

/** A slice of a string literal. */
#define TD_S(literal) ((struct td_str){(literal), sizeof(literal) - 1})

/** A half-open range of bytes of the document. Input is at most 64 MiB, so 32 bits do. */
struct td_span {
    uint32_t start;
    uint32_t end;
};

static inline bool td_str_eq(struct td_str a, struct td_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/** Compares by unsigned bytes, which for UTF-8 is the order of code points; a prefix first. */
static inline int td_str_compare(struct td_str a, struct td_str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.ptr, b.ptr, shorter);
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

/** Whether a * b overflows; the product stands in *out where it does not. */
static inline bool td_mul_overflows(size_t a, size_t b, size_t *out)
{
    return __builtin_mul_overflow(a, b, out);
}

/** Whether a + b overflows; the sum stands in *out where it does not. */
static inline bool td_add_overflows(size_t a, size_t b, size_t *out)
{
    return __builtin_add_overflow(a, b, out);
}

#endif
