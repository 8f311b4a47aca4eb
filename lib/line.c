#include "line.h"

struct td_span td_line_rest(const struct td_source *source, size_t at)
{
    size_t end = td_source_line_span(source, at).end;
    for (size_t i = at; i + 1 < end; i++) {
        if (td_is_blank(source->bytes[i]) && source->bytes[i + 1] == '#')
            end = i;
    }
    while (end > at && td_is_space(source->bytes[end - 1]))
        end--;
    return (struct td_span){(uint32_t)at, (uint32_t)end};
}

bool td_line_has_colon(const struct td_source *source, size_t at)
{
    struct td_span line = td_line_rest(source, at);
    for (size_t i = line.start; i < line.end; i++) {
        if (source->bytes[i] == ':' &&
            (i + 1 == line.end || td_is_blank(source->bytes[i + 1])))
            return true;
    }
    return false;
}
