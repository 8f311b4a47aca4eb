/* names.h - many names in order: sorting and finding them, without a hash table, so that no
 * choice of names by an attacker makes it slow. */
#ifndef TD_NAMES_H
#define TD_NAMES_H

#include "base.h"

struct td_name {
    uint64_t
        head; /**< the first eight bytes as a number, which settles most comparisons */
    struct td_str text;
    uint32_t id;
};

struct td_name td_name_of(struct td_str text, uint32_t id);

/** Sorts by unsigned bytes, equal names by id. */
void td_names_sort(struct td_name *names, size_t count);

/** The first of the sorted names that equals `text`; NULL when there is none. */
const struct td_name *td_names_find(const struct td_name *names, size_t count,
                                    struct td_str text);

#endif
