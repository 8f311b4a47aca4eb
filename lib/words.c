#include "words.h"

struct td_str td_found(struct td_diag *diag, const struct td_tree *tree, uint32_t id)
{
    struct td_str text = {NULL, 0};
    const struct td_node *node = td_node_raw(tree, id);
    if (!td_is_collection(node) && node->kind != TD_ALIAS)
        text = td_node_text(tree, id);
    switch (node->kind) {
    case TD_INTEGER:
        return td_words(diag, "the whole number %e", text);
    case TD_FLOAT:
    case TD_NOT_FINITE:
        return td_words(diag, "the number %e", text);
    case TD_TRUE:
    case TD_FALSE:
        return td_words(diag, "%q", text);
    case TD_NULL:
        return text.len ? td_words(diag, "%q", text) : td_words(diag, "nothing");
    case TD_LIST:
        return td_words(diag, "a list");
    case TD_MAP:
        return td_words(diag, "a map");
    default:
        return td_words(diag, "text %q", text);
    }
}
