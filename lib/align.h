/* align.h - which items of two lists belong together. Takes n log n time. */
#ifndef TD_ALIGN_H
#define TD_ALIGN_H

#include "mem.h"

/** What an item is known by. Items with equal first keys belong together, of the rest those with
 *  equal second ones; of several equal ones the first to the first, and so on. */
struct td_item {
    struct td_str key[2]; /**< `ptr` NULL: none */
};

struct td_items {
    const struct td_item *list;
    size_t count;
};

/** For each new item, one more than the index of its old one, or 0. False when memory ran out. */
bool td_match(struct td_mem *mem, struct td_items before, struct td_items after,
              uint32_t *partners);

/** The same, ascending but for the zeros: of items that belong together, as many as keep their
 *  order, so that an item that was put in or taken out moves no other. With `pair_rest`, as many
 *  old as new ones between two that belong together do so as well. */
bool td_align(struct td_mem *mem, struct td_items before, struct td_items after,
              bool pair_rest, uint32_t *partners);

#endif
