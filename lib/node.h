/* node.h - the values of a document as they were written, with their places.
 *
 * Values stand in one array in the order of the text: a list or map, then all that is in it.
 * So the first child is the next value, and the next sibling stands where the subtree ends;
 * no pointers, sixteen bytes each. Keys are values too: in a map they come before theirs. An
 * alias stands for the value it names; nothing is copied. Value 0 is no value. */
#ifndef TD_NODE_H
#define TD_NODE_H

#include "source.h"
#include "style.h"

enum td_kind {
    TD_NONE,
    TD_NULL,
    TD_FALSE,
    TD_TRUE,
    TD_INTEGER,
    TD_FLOAT,
    TD_NOT_FINITE, /**< .inf and .nan, which no field takes */
    TD_TEXT,
    TD_LIST,
    TD_MAP,
    TD_ALIAS
};

enum td_node_flags {
    TD_DAMAGED = 1, /**< it has a fault that is reported: what needs it is silent */
    TD_CUT_OFF = 2, /**< a list or map that a syntax fault ended */
    TD_COPIED = 4,  /**< its text lies in the copies, not in the source */
    TD_FLOW = 8,    /**< a list or map in brackets */
    TD_QUOTED = 16, /**< a text in quotes that stands in the source as it is */
    TD_KEY = 32     /**< a list or map that stands as a key: nothing in it is a value */
};

struct td_node {
    uint8_t kind;
    uint8_t style; /**< enum td_style */
    uint16_t flags;
    uint32_t
        start; /**< the text as written; of a block list or map, its first character */
    uint32_t end;
    uint32_t
        link; /**< of a list or map: the value behind its subtree; of an alias: what it
                        stands for, 0 when it is damaged; of a copied text: its place */
};

/** An anchor that no alias names. */
struct td_unused {
    struct td_span span; /**< with its `&` */
    uint32_t node;
};

struct td_tree {
    const struct td_source *source;
    struct td_node *nodes;
    size_t count;
    size_t room;
    char *copies;
    size_t copies_len;
    size_t copies_room;
    uint32_t root;
    struct td_unused *unused; /**< anchors that no alias names, as they stand */
    size_t unused_count;
};

static inline const struct td_node *td_node_raw(const struct td_tree *tree, uint32_t id)
{
    return &tree->nodes[id];
}

static inline bool td_is_collection(const struct td_node *node)
{
    return node->kind == TD_LIST || node->kind == TD_MAP;
}

static inline bool td_is_damaged(const struct td_node *node)
{
    return (node->flags & TD_DAMAGED) != 0;
}

/** The value itself, or the one that an alias stands for; 0 for a damaged alias. */
static inline uint32_t td_follow(const struct td_tree *tree, uint32_t id)
{
    return tree->nodes[id].kind == TD_ALIAS ? tree->nodes[id].link : id;
}

/** The value behind the whole of `id`. */
static inline uint32_t td_after(const struct td_tree *tree, uint32_t id)
{
    const struct td_node *node = &tree->nodes[id];
    return td_is_collection(node) ? node->link : id + 1;
}

/** The text of a scalar. One that stands in the source as it is was not copied: it lies
 *  between its quotes, or is all that is written. */
static inline struct td_str td_node_text(const struct td_tree *tree, uint32_t id)
{
    const struct td_node *node = &tree->nodes[id];
    if (node->flags & TD_COPIED) {
        uint32_t len;
        memcpy(&len, tree->copies + node->link, sizeof len);
        return (struct td_str){tree->copies + node->link + sizeof len, len};
    }
    uint32_t quote = node->flags & TD_QUOTED ? 1 : 0;
    return (struct td_str){tree->source->bytes + node->start + quote,
                           node->end - node->start - 2 * quote};
}

static inline struct td_span td_node_span(const struct td_tree *tree, uint32_t id)
{
    return (struct td_span){tree->nodes[id].start, tree->nodes[id].end};
}

/** The items of a list, or the entries of a map; takes time proportional to them. */
static inline size_t td_node_count(const struct td_tree *tree, uint32_t id)
{
    const struct td_node *node = &tree->nodes[id];
    size_t count = 0;
    for (uint32_t at = id + 1; at < node->link; at = td_after(tree, at))
        count++;
    return node->kind == TD_MAP ? count / 2 : count;
}

#endif
