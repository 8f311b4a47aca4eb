/* schedule_parts.h - what the two files about schedules share: what fields hold, small things
 * about text, writing to a sink. */
#ifndef TD_SCHEDULE_PARTS_H
#define TD_SCHEDULE_PARTS_H

#include "schedule.h"

/* A slice of a literal where the compiler wants a constant. */
#define TD_WORD(literal) \
    { \
        (literal), sizeof(literal) - 1 \
    }

/* What a field holds. */
struct td_cron_rule {
    struct td_str name;
    uint32_t low, high;
    uint32_t star_high; /* where `*` and an open step end */
    uint32_t steps;     /* the number of values, and so the longest step */
    size_t digits;
    const struct td_str *names; /* of the values from `low` on, or NULL */
    size_t name_count;
    struct td_str range; /* for people */
};

const struct td_cron_rule *td_schedule_rule(enum td_schedule_kind kind,
                                            enum td_cron_field field);

static inline bool td_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline struct td_str td_slice_of(struct td_str s, size_t start, size_t end)
{
    return (struct td_str){s.ptr + start, end - start};
}

/* The index of the first `c`, or the length. */
static inline size_t td_index_of(struct td_str s, char c)
{
    const char *hit = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : s.len;
}

static inline bool td_is_digits(struct td_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!td_is_digit(s.ptr[i]))
            return false;
    return s.len > 0;
}

static inline struct td_str td_without_zeros(struct td_str digits)
{
    size_t at = 0;
    while (at + 1 < digits.len && digits.ptr[at] == '0')
        at++;
    return td_slice_of(digits, at, digits.len);
}

/* The number of the diagnostic that a fault belongs to. */
unsigned td_schedule_code(enum td_schedule_why why);

static inline void td_put(const struct td_schedule_sink *sink, struct td_str s)
{
    sink->put(sink->ctx, s.ptr, s.len);
}

static inline void td_put_char(const struct td_schedule_sink *sink, char c)
{
    sink->put(sink->ctx, &c, 1);
}

static inline void td_put_number(const struct td_schedule_sink *sink, uint64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    do
        digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    sink->put(sink->ctx, digits + at, sizeof(digits) - at);
}

#endif
