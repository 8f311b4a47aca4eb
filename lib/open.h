/* open.h - which lists and maps are open at a point of the document: what indentation and
 * brackets are judged by. */
#ifndef TD_OPEN_H
#define TD_OPEN_H

#include "base.h"

enum { TD_DEPTH_CEILING = 256 };

struct td_open {
    uint32_t start;  /**< byte offset where it opens */
    uint32_t column; /**< where its lines stand, from 0; of a block one only */
    bool flow;       /**< in brackets */
    bool map;
    uint32_t place;    /**< its number among the values of the document */
    uint32_t children; /**< values in it so far; keys count too */
    uint32_t last;     /**< the number of the last of them */
    uint32_t
        last_end; /**< byte offset behind it; a list or map counts from its opening */
};

struct td_open_stack {
    struct td_open at[TD_DEPTH_CEILING];
    uint32_t depth;
    uint32_t
        depth_before; /**< before what was closed last: blocks end at the line that is not
                                in them any more, and that line may be at fault */
};

/** Notes a value in the innermost open list or map. */
static inline void td_open_note(struct td_open_stack *stack, uint32_t place, uint32_t end)
{
    stack->depth_before = stack->depth;
    if (stack->depth == 0)
        return;
    struct td_open *open = &stack->at[stack->depth - 1];
    open->children++;
    open->last = place;
    open->last_end = end;
}

/** The column of the innermost open block; -1 when none is open. */
static inline int64_t td_open_indent(const struct td_open_stack *stack)
{
    uint32_t depth = stack->depth;
    while (depth > 0 && stack->at[depth - 1].flow)
        depth--;
    return depth ? (int64_t)stack->at[depth - 1].column : -1;
}

#endif
