/* alias.h - anchors and aliases of one document: who names whom, and how much an alias stands
 * for. Aliases find their anchors when the document has been read, by sorting, so a document
 * of nothing but anchors costs no more than another. */
#ifndef TD_ALIAS_H
#define TD_ALIAS_H

#include "diag.h"
#include "limits.h"
#include "node.h"

#define TD_NO_ANCHOR UINT32_MAX

struct td_anchor {
    struct td_span span; /**< with its `&` */
    uint32_t node;
    uint32_t next;   /**< the value behind its subtree */
    uint32_t around; /**< the anchor whose subtree it stands in; TD_NO_ANCHOR for none */
    uint32_t depth;  /**< of the value, the root being at 1 */
    uint32_t height; /**< lists and maps in each other; 0 for a scalar */
    uint64_t before; /**< bytes of keys and scalars before it */
    uint64_t nodes;  /**< values that it stands for, aliases in it resolved */
    uint64_t bytes;  /**< bytes of keys and scalars in it, aliases in it resolved */
    bool used;       /**< an alias names it */
};

struct td_alias_use {
    uint32_t node;
    uint32_t around; /**< the anchor whose subtree it stands in */
    uint32_t depth;
};

struct td_aliases {
    struct td_mem *mem;
    struct td_anchor *anchors;
    size_t anchor_count;
    size_t anchor_room;
    struct td_alias_use *uses;
    size_t use_count;
    size_t use_room;
    uint64_t bytes; /**< of all keys and scalars read so far */
    uint32_t
        lost_from; /**< from this value on an anchor may stand in what was not read */
};

void td_aliases_init(struct td_aliases *aliases, struct td_mem *mem);
void td_aliases_free(struct td_aliases *aliases);

/** Notes an anchor; *around is the anchor around it, and then it itself. `bytes` are those read
 *  before its value. False when memory ran out. */
bool td_anchor_add(struct td_aliases *aliases, struct td_span span, uint32_t node,
                   uint32_t *around, uint64_t bytes, uint32_t depth);

/** Its value has been read up to `next`; what is open again behind a fault is closed again. */
void td_anchor_close(struct td_aliases *aliases, uint32_t anchor, uint32_t next,
                     uint32_t height);

/** Notes an alias. False when memory ran out. */
bool td_alias_add(struct td_aliases *aliases, uint32_t node, uint32_t around,
                  uint32_t depth);

/** Gives every alias its target, or a finding. False when memory ran out. */
bool td_aliases_resolve(struct td_aliases *aliases, struct td_tree *tree,
                        struct td_diag *diag, const struct td_limits *limits);

#endif
