/* source.h - the bytes of a document: a copy, an index of its lines, and the runs of blanks
 * that are too long to hand on. It knows places, not findings. */
#ifndef TD_SOURCE_H
#define TD_SOURCE_H

#include "mem.h"

struct td_source {
    const char *bytes; /**< terminated by a NUL that does not count */
    size_t size;
    size_t text; /**< where the text begins: 3 behind a byte order mark, else 0 */
    bool ascii;  /**< no byte is above 0x7F */
    uint32_t *lines_before; /**< line breaks before each block of TD_SOURCE_BLOCK bytes */
    struct td_span *cuts;   /**< what td_lexer leaves out of overlong runs of blanks */
    size_t cut_count;
    size_t cut_room;
    struct td_span *hidden; /**< in a copy without values: what no report shows */
    size_t hidden_count;
};

enum { TD_SOURCE_BLOCK = 128 };

/** A place as people and editors count it, all from 1. */
struct td_position {
    uint32_t line;
    uint32_t column; /**< in code points */
    uint32_t utf16;  /**< in UTF-16 units */
};

/** Copies the bytes; false when memory ran out. The line index is filled by td_scan(). */
bool td_source_init(struct td_source *source, struct td_mem *mem, const char *bytes,
                    size_t size);

/** Copies a source with its line index, and nothing of its long runs; false likewise. */
bool td_source_copy(struct td_source *source, struct td_mem *mem,
                    const struct td_source *from);
void td_source_free(struct td_source *source, struct td_mem *mem);

/** Where an offset stands; one past the end counts as the end. */
struct td_position td_source_position(const struct td_source *source, size_t offset);

/** The 1-based line of an offset. */
uint32_t td_source_line(const struct td_source *source, size_t offset);

/** The span of the line that holds an offset, without its line break. */
struct td_span td_source_line_span(const struct td_source *source, size_t offset);

static inline struct td_str td_source_text(const struct td_source *source,
                                           struct td_span span)
{
    return (struct td_str){source->bytes + span.start, span.end - span.start};
}

#endif
