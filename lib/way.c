#include "way.h"

enum { WAY_BYTES_MOST = 200 };

static void go_into(const struct td_tree *tree, struct td_way *way, uint32_t node)
{
    bool map = tree->nodes[node].kind == TD_MAP;
    way->at[way->depth].node = node;
    way->at[way->depth].key = node + 1;
    way->at[way->depth].child = map ? td_after(tree, node + 1) : node + 1;
    way->at[way->depth].index = 0;
    way->depth++;
}

void td_way_go(const struct td_tree *tree, struct td_way *way, uint32_t from, uint32_t to)
{
    while (way->depth > 0 && to >= tree->nodes[way->at[way->depth - 1].node].link)
        way->depth--;
    if (way->depth == 0 && from != to)
        go_into(tree, way, from);
    while (way->depth > 0) {
        uint32_t *child = &way->at[way->depth - 1].child;
        bool map = tree->nodes[way->at[way->depth - 1].node].kind == TD_MAP;
        while (td_after(tree, *child) <= to) {
            way->at[way->depth - 1].key = td_after(tree, *child);
            way->at[way->depth - 1].index++;
            *child = map ? td_after(tree, way->at[way->depth - 1].key)
                         : way->at[way->depth - 1].key;
        }
        if (*child == to)
            return;
        go_into(tree, way, *child);
    }
}

struct td_str td_way_words(struct td_diag *diag, const struct td_tree *tree,
                           const struct td_way *way, struct td_str field)
{
    struct td_buf *buf = &diag->scratch;
    td_buf_escaped(buf, field, TD_QUOTE_CHARACTERS);
    for (uint32_t i = 0; i < way->depth && buf->len < WAY_BYTES_MOST; i++) {
        if (buf->len > 0)
            td_buf_byte(buf, '.');
        if (tree->nodes[way->at[i].node].kind == TD_MAP)
            td_buf_escaped(buf, td_node_text(tree, way->at[i].key), TD_QUOTE_CHARACTERS);
        else
            td_buf_number(buf, way->at[i].index);
    }
    return td_words(diag, "");
}
