/* nesting.h - where each value stands in a line of JSON that this library wrote: what a form is
 * compared by. As in node.h, values stand in one array, a list or map and then all that is in
 * it; keys are values too, and value 0 is no value. The text is trusted: nothing is judged. */
#ifndef TD_NESTING_H
#define TD_NESTING_H

#include "mem.h"

enum td_nesting_kind { TD_NESTING_SCALAR, TD_NESTING_LIST, TD_NESTING_MAP };

struct td_nested {
    uint32_t start; /**< offset of its first byte */
    uint32_t end;   /**< behind its last one */
    uint32_t next;  /**< the value behind all that is in it */
    uint32_t kind;  /**< enum td_nesting_kind */
};

struct td_nesting {
    const char *text;
    struct td_nested *values; /**< the first is none, the second the whole */
    size_t count;
    size_t room;
};

enum { TD_NESTING_ROOT = 1 };

/** Reads a text, which must stay as long as the nesting is asked. Room that an earlier text needed
 *  is used again: begin with a cleared nesting. False when memory ran out. */
bool td_nesting_read(struct td_nesting *nesting, struct td_mem *mem, struct td_str text);
void td_nesting_free(struct td_nesting *nesting, struct td_mem *mem);

/** The bytes of a value. */
static inline struct td_str td_nesting_text(const struct td_nesting *nesting,
                                            uint32_t value)
{
    const struct td_nested *v = &nesting->values[value];
    return (struct td_str){nesting->text + v->start, v->end - v->start};
}

#endif
