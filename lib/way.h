/* way.h - the way from a list or map to a value inside it, as messages call it: "config.x.0". It
 * moves on from value to value, so that all ways in the order of the text together cost no
 * more than one walk. */
#ifndef TD_WAY_H
#define TD_WAY_H

#include "diag.h"
#include "node.h"
#include "open.h"

/** Start one with `depth` 0, and again for another list or map. */
struct td_way {
    struct {
        uint32_t node; /**< a list or map, */
        uint32_t key;  /**< and in it the entry or item that the way goes through */
        uint32_t child;
        uint64_t index;
    } at[TD_DEPTH_CEILING + 1];
    uint32_t depth;
};

/** Goes to the value `to`, which lies in `from` at or behind where the way has been. */
void td_way_go(const struct td_tree *tree, struct td_way *way, uint32_t from,
               uint32_t to);

/** The steps joined by dots, behind those of `field` unless that is empty, as far as a message
 *  may be long. */
struct td_str td_way_words(struct td_diag *diag, const struct td_tree *tree,
                           const struct td_way *way, struct td_str field);

#endif
