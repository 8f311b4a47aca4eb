#include "edits.h"
#include "number.h"
#include "read.h"

/* The value of a filter that is no map of fields, in the words of its type alone. */
static const char *type_words(const struct td_node *node)
{
    switch (node->kind) {
    case TD_INTEGER:
        return "a whole number";
    case TD_FLOAT:
        return "a decimal number";
    case TD_TRUE:
    case TD_FALSE:
        return "true or false";
    case TD_LIST:
        return "a list";
    case TD_MAP:
        return "a map";
    case TD_NULL:
        return "null";
    default:
        return "text";
    }
}

static bool bad_shape(struct td_reader *r, const struct td_scope *scope,
                      const struct td_value *value, const char *found)
{
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_WHERE_SHAPE, value);
    td_message(r->diag, f, "%t must be a map of field and value, found %s",
               td_scope_field(r->diag, scope, TD_S("where")), found);
    bool empty = r->tree->nodes[value->node].kind == TD_MAP;
    td_help(r->diag, f, empty ? "remove `where`" : "write `chain_id: 1`");
    if (empty && td_own_node(value))
        td_edit_remove_entry(r->diag, f, TRACEDAG_SAFETY_SAFE, r->tree, scope->node,
                             value->key);
    return false;
}

static bool read_field_name(struct td_reader *r, const struct td_scope *scope,
                            uint32_t key)
{
    struct td_str name = td_node_text(r->tree, key);
    if (name.len == 0) {
        struct td_scope where = *scope;
        where.path = TD_S("where");
        td_empty_key(r, &where, key);
        return false;
    }
    if (td_name_fits(&td_form_column, name))
        return true;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, TRACEDAG_CODE_WHERE_SHAPE,
                        td_node_span(r->tree, key), key);
    td_message(
        r->diag, f,
        "field %q of %t must be letters, digits and `_`, not starting with a digit, 63 "
        "at most",
        name, td_scope_field(r->diag, scope, TD_S("where")));
    td_data_text(r->diag, f, "name", name);
    return false;
}

static bool bad_value(struct td_reader *r, const struct td_scope *scope,
                      struct td_str name, const struct td_value *value)
{
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_WHERE_VALUE, value);
    if (!f)
        return false;
    const struct td_node *node = td_node_raw(r->tree, value->node);
    bool decimal = node->kind == TD_FLOAT;
    td_message(r->diag, f, "%t must be %s, found %s",
               td_scope_field(r->diag, scope, name),
               decimal ? "text, a whole number, or true or false" : "one plain value",
               type_words(node));
    td_help(r->diag, f,
            decimal ? "write a whole number; or quote it, where the field is text"
                    : "v1 filters test equality with one value");
    td_data_text(r->diag, f, "name", name);
    return false;
}

static bool fits_digits(struct td_reader *r, const struct td_scope *scope,
                        const struct td_value *value)
{
    char spelled[TD_NUMBER_MAX];
    size_t len;
    if (td_integer_canonical(td_node_text(r->tree, value->node), spelled, &len) ==
        TD_NUMBER_OK)
        return true;
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_LIMIT_SCALAR, value);
    if (!f)
        return false;
    td_message(r->diag, f, "this number has more than %n digits",
               (uint64_t)TD_NUMBER_DIGITS);
    td_data_number(r->diag, f, "limit", TD_NUMBER_DIGITS);
    return false;
}

static bool read_value(struct td_reader *r, const struct td_scope *scope,
                       struct td_str name, const struct td_value *value)
{
    const struct td_node *node = td_node_raw(r->tree, value->node);
    bool null = value->node && node->kind == TD_NULL && node->start != node->end;
    if (null && !td_is_damaged(node))
        return bad_value(r, scope, name, value);
    if (!td_read_present(r, scope, name, false, value))
        return false;
    switch (node->kind) {
    case TD_TEXT:
    case TD_TRUE:
    case TD_FALSE:
        return true;
    case TD_INTEGER:
        return fits_digits(r, scope, value);
    default:
        return bad_value(r, scope, name, value);
    }
}

static bool read_entries(struct td_reader *r, const struct td_scope *scope, uint32_t map)
{
    const struct td_tree *tree = r->tree;
    bool sound = true;
    for (uint32_t key = map + 1; key < tree->nodes[map].link;) {
        uint32_t raw = td_after(tree, key);
        if (td_is_damaged(td_node_raw(tree, key))) {
            sound = false;
        } else {
            struct td_value value = td_value_of(tree, raw, key, 0);
            bool named = read_field_name(r, scope, key);
            struct td_scope inner = *scope;
            inner.path = TD_S("where");
            bool plain = read_value(r, &inner, td_node_text(tree, key), &value);
            sound = sound && named && plain;
        }
        key = td_after(tree, raw);
    }
    return sound;
}

bool td_read_where(struct td_reader *r, const struct td_scope *scope,
                   const struct td_value *value, uint32_t *count)
{
    const struct td_node *node = td_node_raw(r->tree, value->node);
    if (node->kind != TD_MAP)
        return bad_shape(r, scope, value, type_words(node));
    size_t entries = td_node_count(r->tree, value->node);
    if (entries == 0)
        return node->flags & TD_CUT_OFF ? false
                                        : bad_shape(r, scope, value, "an empty map");
    if (td_too_many(r, scope, TD_S("where"), value, entries,
                    TRACEDAG_LIMIT_WHERE_ENTRIES))
        return false;
    struct td_scope inner = *scope;
    inner.path = TD_S("where");
    td_read_repeats(r, &inner, value->node);
    *count = (uint32_t)entries;
    return read_entries(r, scope, value->node);
}
