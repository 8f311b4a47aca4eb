/* repeats.h - keys that a map sets more than once. */
#ifndef TD_REPEATS_H
#define TD_REPEATS_H

#include "mem.h"
#include "node.h"

struct td_repeat {
    uint32_t key;
    uint32_t first; /**< the key that it repeats */
};

struct td_repeats {
    struct td_repeat *list; /**< in the order of the text */
    size_t count;
    size_t room;
};

/** Finds the repeated keys of a map; damaged keys count for nothing. False when memory ran
 *  out: then there is nothing to free. Takes time in n log n, also for keys chosen to be
 *  slow. */
bool td_repeats_find(const struct td_tree *tree, struct td_mem *mem, uint32_t map,
                     struct td_repeats *repeats);

/** Whether a key is a repeat; gives the first one, or 0. */
uint32_t td_repeats_first(const struct td_repeats *repeats, uint32_t key);

void td_repeats_free(struct td_repeats *repeats, struct td_mem *mem);

#endif
