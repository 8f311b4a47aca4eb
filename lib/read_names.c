#include "edits.h"
#include "names.h"
#include "read.h"

static struct td_finding *report_name(struct td_reader *r, const struct td_scope *scope,
                                      uint32_t code, const struct td_value *item,
                                      const struct td_field *field, const char *noun)
{
    struct td_finding *f = td_value_report(r, scope, code, item);
    if (!f)
        return NULL;
    struct td_diag *diag = r->diag;
    struct td_str text = td_node_text(r->tree, item->node);
    if (strcmp(noun, "secret") == 0)
        td_message(diag, f, "secret name %q of %t must be %s", text,
                   td_scope_owner(diag, scope), field->form->words);
    else
        td_message(diag, f, "%s %q in %q of %t must be %s", noun, text, field->name,
                   td_scope_owner(diag, scope), field->form->words);
    char room[TD_SNAKE_ROOM];
    struct td_str guess = td_snake_case(field->form, text, room);
    if (guess.len) {
        td_help(diag, f, "did you mean %q?", guess);
        td_edit_text(diag, f, TRACEDAG_SAFETY_UNSAFE, r->tree, td_own_node(item), guess);
    }
    td_data_text(diag, f, "name", text);
    return f;
}

/* Judges one item; false when it has a fault. */
static bool read_name_item(struct td_reader *r, const struct td_scope *scope,
                           const struct td_field *field, const struct td_value *item,
                           const char *noun, uint64_t index)
{
    const struct td_node *node = td_node_raw(r->tree, item->node);
    if (item->node == 0 || td_is_damaged(node))
        return false;
    bool text = node->kind == TD_TEXT;
    if (text && td_name_fits(field->form, td_node_text(r->tree, item->node)))
        return true;
    if (text && td_node_text(r->tree, item->node).len > 0) {
        report_name(r, scope, TRACEDAG_CODE_BAD_NAME, item, field, noun);
        return false;
    }
    td_list_item_fault(r, scope, field->name, item, index, "text");
    return false;
}

void td_repeated_item(struct td_reader *r, const struct td_scope *scope,
                      struct td_str field, uint32_t list, uint32_t first, uint32_t second)
{
    const struct td_tree *tree = r->tree;
    struct td_finding *f =
        td_scope_report(r->diag, tree, scope, TRACEDAG_CODE_REPEATED_COLUMN,
                        td_value_span(tree, second, 0, list), second);
    struct td_str name = td_node_text(tree, td_follow(tree, second));
    td_message(r->diag, f, "%t lists %q twice", td_scope_field(r->diag, scope, field),
               name);
    td_related(r->diag, f, td_value_span(tree, first, 0, list), "first listed here");
    td_help(r->diag, f, "remove one of them");
    td_edit_remove_item(r->diag, f, TRACEDAG_SAFETY_SAFE, tree, list, second);
    td_data_text(r->diag, f, "name", name);
}

/* Names that a list has twice: by sorting, for a list may be long. */
bool td_read_distinct(struct td_reader *r, const struct td_scope *scope,
                      const struct td_field *field, uint32_t list, size_t count)
{
    if (count < 2)
        return true;
    const struct td_tree *tree = r->tree;
    struct td_name few[16];
    bool many = count > TD_COUNT(few);
    size_t bytes = count * sizeof(struct td_name);
    struct td_name *names = many ? td_mem_alloc(r->model->mem, bytes) : few;
    if (!names) {
        r->failed = true;
        return false;
    }
    size_t n = 0;
    for (uint32_t at = list + 1; at < tree->nodes[list].link; at = td_after(tree, at)) {
        uint32_t item = td_follow(tree, at);
        if (item && tree->nodes[item].kind == TD_TEXT && td_node_text(tree, item).len)
            names[n++] = td_name_of(td_node_text(tree, item), at);
    }
    td_names_sort(names, n);
    bool distinct = true;
    for (size_t i = 1, first = 0; i < n; i++) {
        if (!td_str_eq(names[first].text, names[i].text)) {
            first = i;
            continue;
        }
        td_repeated_item(r, scope, field->name, list, names[first].id, names[i].id);
        distinct = false;
    }
    if (many)
        td_mem_free(r->model->mem, names, bytes);
    return distinct;
}

bool td_read_names(struct td_reader *r, const struct td_scope *scope,
                   const struct td_field *field, const struct td_value *value,
                   const char *noun)
{
    const struct td_tree *tree = r->tree;
    size_t count = td_node_count(tree, value->node);
    if (td_too_many(r, scope, field->name, value, count, TRACEDAG_LIMIT_LIST_ITEMS))
        return false;
    bool sound = true;
    uint64_t index = 0;
    for (uint32_t at = value->node + 1; at < tree->nodes[value->node].link;
         at = td_after(tree, at)) {
        struct td_value item = td_value_of(tree, at, 0, value->node);
        if (!read_name_item(r, scope, field, &item, noun, index++))
            sound = false;
    }
    if (!td_read_distinct(r, scope, field, value->node, count))
        sound = false;
    return sound;
}
