#include "reader.h"
#include "repeats.h"

/* ---- values and where they stand -------------------------------------------------------- */

struct td_value td_value_of(const struct td_tree *tree, uint32_t raw, uint32_t key,
                            uint32_t list)
{
    return (struct td_value){raw, td_follow(tree, raw), key, list};
}

static bool through_alias(const struct td_value *value)
{
    return value->node != value->raw;
}

struct td_span td_value_place(const struct td_reader *r, const struct td_value *value)
{
    return td_value_span(r->tree, value->raw, value->key, value->list);
}

/* The finding of the same code about the value itself, when there is one: what was said of an
 * anchored value is not said again of its aliases. */
static struct td_finding *said_before(struct td_reader *r, uint32_t code, uint32_t node)
{
    for (size_t i = 0; i < r->diag->count; i++) {
        struct td_finding *f = &r->diag->list[i];
        if (f->place == node && f->pub.code == code)
            return f;
    }
    return NULL;
}

struct td_finding *td_value_report(struct td_reader *r, const struct td_scope *scope,
                                   uint32_t code, const struct td_value *value)
{
    struct td_span span = td_value_place(r, value);
    struct td_finding *said = through_alias(value) && td_may_look_back(r->diag)
                                  ? said_before(r, code, value->node)
                                  : NULL;
    if (said) {
        r->diag->muted = false;
        td_related(r->diag, said, span, "used here");
        return NULL;
    }
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, code, span, value->raw);
    if (through_alias(value))
        td_related(r->diag, f, td_value_span(r->tree, value->node, 0, 0),
                   "the value stands here");
    return f;
}

/* ---- keys and counts --------------------------------------------------------------------- */

struct td_finding *td_repeated_key(struct td_reader *r, const struct td_scope *scope,
                                   uint32_t key, uint32_t first)
{
    struct td_str name = td_node_text(r->tree, key);
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, TRACEDAG_CODE_DUPLICATE_KEY,
                        td_node_span(r->tree, key), key);
    td_message(r->diag, f, "%q is set twice in %t", name, td_scope_owner(r->diag, scope));
    td_related(r->diag, f, td_node_span(r->tree, first), "first set here");
    td_data_text(r->diag, f, "name", name);
    return f;
}

void td_read_repeats(struct td_reader *r, const struct td_scope *scope, uint32_t map)
{
    struct td_repeats repeats;
    if (!td_repeats_find(r->tree, r->model->mem, map, &repeats)) {
        r->failed = true;
        return;
    }
    for (size_t i = 0; i < repeats.count; i++)
        td_repeated_key(r, scope, repeats.list[i].key, repeats.list[i].first);
    td_repeats_free(&repeats, r->model->mem);
}

void td_empty_key(struct td_reader *r, const struct td_scope *scope, uint32_t key)
{
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, TRACEDAG_CODE_UNKNOWN_KEY,
                        td_node_span(r->tree, key), key);
    td_message(r->diag, f, "%t has an unknown key %q", td_scope_owner(r->diag, scope),
               TD_S(""));
    td_data_text(r->diag, f, "name", TD_S(""));
}

bool td_too_many(struct td_reader *r, const struct td_scope *scope, struct td_str field,
                 const struct td_value *value, size_t count, uint32_t limit)
{
    uint64_t most = r->limits->of[limit];
    if (count <= most)
        return false;
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_LIMIT_COUNT, value);
    if (!f)
        return true;
    bool map = r->tree->nodes[value->node].kind == TD_MAP;
    td_message(r->diag, f, "%t has %n %s, the limit is %n",
               td_scope_field(r->diag, scope, field), (uint64_t)count,
               map ? "entries" : "items", most);
    td_data_text(r->diag, f, "name", field);
    td_data_number(r->diag, f, "limit", most);
    return true;
}
