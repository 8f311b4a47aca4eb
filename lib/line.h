/* line.h - what stands on a line of the source, as far as that can be told without the parser. */
#ifndef TD_LINE_H
#define TD_LINE_H

#include "source.h"

static inline bool td_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline bool td_is_break(char c)
{
    return c == '\n' || c == '\r';
}

static inline bool td_is_space(char c)
{
    return td_is_blank(c) || td_is_break(c);
}

/** From `at` to the last visible character of its line, a comment left out. */
struct td_span td_line_rest(const struct td_source *source, size_t at);

/** Whether there is a colon in it that ends a key. */
bool td_line_has_colon(const struct td_source *source, size_t at);

#endif
