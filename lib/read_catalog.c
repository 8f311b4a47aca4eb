#include "read_parts.h"

#include "edits.h"
#include "number.h"

tracedag_text td_catalog_text(struct td_catalog_reader *c, struct td_str text)
{
    return td_public(td_arena_copy(&c->catalog->arena, text));
}

/* ---- keys ------------------------------------------------------------------------------- */

/* Sorted keys: the later ones of those that are equal go. */
static void drop_repeats(struct td_keys *keys)
{
    size_t count = 0;
    for (size_t i = 0; i < keys->count; i++) {
        if (count == 0 || !td_str_eq(keys->list[count - 1].text, keys->list[i].text))
            keys->list[count++] = keys->list[i];
    }
    keys->count = count;
}

struct td_keys td_catalog_keys(struct td_catalog_reader *c, const struct td_scope *scope,
                               uint32_t map)
{
    struct td_reader *r = c->r;
    const struct td_tree *tree = r->tree;
    size_t most = td_node_count(tree, map);
    struct td_keys keys = {0};
    keys.list = td_arena_array(&r->model->arena, most, sizeof *keys.list);
    if (!keys.list)
        return keys;
    for (uint32_t key = map + 1; key < tree->nodes[map].link;
         key = td_after(tree, td_after(tree, key))) {
        if (td_is_damaged(td_node_raw(tree, key)))
            continue;
        struct td_str name = td_node_text(tree, key);
        if (name.len == 0)
            td_empty_key(r, scope, key);
        else
            keys.list[keys.count++] = td_name_of(name, key);
    }
    td_read_repeats(r, scope, map);
    td_names_sort(keys.list, keys.count);
    drop_repeats(&keys);
    return keys;
}

/* Whether a key has the form of a name; reports one that has not. */
static bool is_name(struct td_reader *r, const struct td_scope *scope, uint32_t key,
                    const struct td_name_form *form, uint32_t code, const char *noun)
{
    struct td_str name = td_node_text(r->tree, key);
    if (td_name_fits(form, name))
        return true;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, code, td_node_span(r->tree, key), key);
    td_message(r->diag, f, "%s name %q must be %s", noun, name, form->words);
    char room[TD_SNAKE_ROOM];
    struct td_str guess = td_snake_case(form, name, room);
    if (guess.len) {
        td_help(r->diag, f, "did you mean %q?", guess);
        td_edit_text(r->diag, f, TRACEDAG_SAFETY_UNSAFE, r->tree, key, guess);
    }
    td_data_text(r->diag, f, "name", name);
    return false;
}

/* The map that describes the thing of a key; 0 when there is none to read. */
static uint32_t described(struct td_reader *r, struct td_scope *scope, uint32_t key)
{
    struct td_value value = td_value_of(r->tree, td_after(r->tree, key), key, 0);
    const struct td_node *node = td_node_raw(r->tree, value.node);
    if (value.node == 0 || td_is_damaged(node))
        return 0;
    if (node->kind != TD_MAP) {
        td_read_item(r, scope, &value, "a map");
        return 0;
    }
    scope->key = key;
    scope->node = value.node;
    scope->alias = value.node == value.raw ? 0 : value.raw;
    return value.node;
}

/* ---- operators -------------------------------------------------------------------------- */

static void bad_word(struct td_reader *r, const struct td_scope *scope,
                     const struct td_field *field, const struct td_value *item,
                     uint64_t index)
{
    struct td_diag *diag = r->diag;
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_BAD_VALUE, item);
    if (!f)
        return;
    struct td_str text = td_node_text(r->tree, item->node);
    td_message(diag, f, "item %u of %t must be %t, found %q", index,
               td_scope_field(diag, scope, field->name),
               td_listed(diag, field->words->words, field->words->count, "or"), text);
    td_advise_words(r, f, text, field->words, td_own_node(item));
    td_data_text(diag, f, "name", field->name);
    td_data_text(diag, f, "found", text);
    td_data_list(diag, f, "accepted", field->words->words, field->words->count);
}

/* The value of an item; 0 when it has a fault. */
static uint32_t read_word(struct td_reader *r, const struct td_scope *scope,
                          const struct td_field *field, const struct td_value *item,
                          uint64_t index)
{
    const struct td_node *node = td_node_raw(r->tree, item->node);
    if (item->node == 0 || td_is_damaged(node))
        return 0;
    if (node->kind != TD_TEXT || td_node_text(r->tree, item->node).len == 0) {
        td_list_item_fault(r, scope, field->name, item, index, "text");
        return 0;
    }
    uint32_t word = td_word_find(field->words, td_node_text(r->tree, item->node));
    if (word == 0)
        bad_word(r, scope, field, item, index);
    return word;
}

/* A list of words as a set of their values. */
static uint32_t read_set(struct td_reader *r, const struct td_scope *scope,
                         enum td_operator_field at, uint32_t list)
{
    const struct td_field *field = &td_operator_shape.fields[at];
    const struct td_tree *tree = r->tree;
    uint32_t first[32] = {0};
    uint32_t set = 0;
    uint64_t index = 0;
    if (!td_usable(list))
        return 0;
    for (uint32_t raw = list + 1; raw < tree->nodes[list].link;
         raw = td_after(tree, raw)) {
        struct td_value item = td_value_of(tree, raw, 0, list);
        uint32_t word = read_word(r, scope, field, &item, index++);
        if (word && first[word])
            td_repeated_item(r, scope, field->name, list, first[word], raw);
        else if (word)
            first[word] = raw;
        set |= word ? UINT32_C(1) << word : 0;
    }
    return set;
}

static uint32_t read_policy(const struct td_tree *tree, uint32_t value,
                            enum tracedag_policy standard)
{
    return td_usable(value) ? td_word_find(&td_policy_words, td_node_text(tree, value))
                            : (uint32_t)standard;
}

static uint32_t read_count(const struct td_tree *tree, uint32_t value, uint32_t standard)
{
    int64_t count = standard;
    if (td_usable(value))
        td_integer_small(td_node_text(tree, value), &count);
    return (uint32_t)count;
}

static void read_outputs(struct td_reader *r, const struct td_scope *scope,
                         tracedag_operator *to, uint32_t key, uint32_t map)
{
    to->outputs_max = TRACEDAG_ANY_OUTPUTS;
    if (!td_usable(map))
        return;
    struct td_scope inner = td_scope_inner(scope, TD_S("outputs"), key, map);
    uint32_t fields[TD_FIELDS_MOST];
    td_read_fields(r, &td_range_shape, &inner, fields, NULL);
    to->outputs_min = read_count(r->tree, fields[TD_RANGE_MIN], 0);
    to->outputs_max = read_count(r->tree, fields[TD_RANGE_MAX], TRACEDAG_ANY_OUTPUTS);
    if (to->outputs_min <= to->outputs_max)
        return;
    struct td_value min = {fields[TD_RANGE_MIN], fields[TD_RANGE_MIN], 0, 0};
    struct td_finding *f = td_value_report(r, &inner, TRACEDAG_CODE_CATALOG_FIELD, &min);
    td_message(r->diag, f, "%t is %u, and `max` is %u",
               td_scope_field(r->diag, &inner, TD_S("min")), (uint64_t)to->outputs_min,
               (uint64_t)to->outputs_max);
    td_help(r->diag, f, "no job can have so many outputs; change one of them");
    td_data_text(r->diag, f, "name", TD_S("min"));
}

/* The format asks jobs of this operator for a bundle. */
static void check_udf(struct td_reader *r, const struct td_scope *scope,
                      const tracedag_operator *to, uint32_t value)
{
    if (!td_str_eq(scope->entry, TD_S("udf")) || value == TD_POISON ||
        to->udf == TRACEDAG_POLICY_REQUIRED)
        return;
    struct td_finding *f = td_scope_report(
        r->diag, r->tree, scope, TRACEDAG_CODE_CATALOG_FIELD,
        value ? td_value_span(r->tree, value, 0, 0) : td_scope_opener(r->tree, scope),
        value ? value : scope->node);
    td_message(r->diag, f,
               "operator `udf` runs user bundles, so its `udf` must be "
               "`required`");
    td_help(r->diag, f, value ? "write `required`" : "add `udf: required`");
    td_edit_text(r->diag, f, TRACEDAG_SAFETY_SAFE, r->tree, value, TD_S("required"));
    td_data_text(r->diag, f, "name", TD_S("udf"));
}

static void read_fields_of(struct td_catalog_reader *c, const struct td_scope *scope,
                           struct td_str path, enum td_entry_use use, uint32_t key,
                           uint32_t map, uint32_t *closed, tracedag_list *fields)
{
    if (!td_usable(map))
        return;
    *closed = 1;
    struct td_entries entries = {scope->kind, scope->entry, path, key, use, {fields}};
    td_entries_later(c, &entries);
}

static void read_operator(struct td_catalog_reader *c, struct td_str name, uint32_t key,
                          tracedag_operator *to)
{
    struct td_reader *r = c->r;
    struct td_scope scope = {.kind = TD_SCOPE_OPERATOR, .entry = name};
    uint32_t fields[TD_FIELDS_MOST];
    uint32_t keys[TD_FIELDS_MOST] = {0};
    to->name = td_catalog_text(c, name);
    is_name(r, &scope, key, &td_form_operator, TRACEDAG_CODE_BAD_NAME, "operator");
    if (!described(r, &scope, key))
        return;
    td_read_fields(r, &td_operator_shape, &scope, fields, keys);
    static const struct {
        enum td_operator_field field;
        size_t at;
    } sets[] = {
        {TD_OPERATOR_ACTIVATIONS, offsetof(tracedag_operator, activations)},
        {TD_OPERATOR_EXECUTION_STRATEGIES,
         offsetof(tracedag_operator, execution_strategies)},
        {TD_OPERATOR_RUNTIMES, offsetof(tracedag_operator, runtimes)},
        {TD_OPERATOR_SOURCE_KINDS, offsetof(tracedag_operator, source_kinds)},
        {TD_OPERATOR_UPDATE_STRATEGIES, offsetof(tracedag_operator, update_strategies)},
    };
    for (size_t i = 0; i < TD_COUNT(sets); i++) {
        uint32_t set = read_set(r, &scope, sets[i].field, fields[sets[i].field]);
        memcpy((char *)to + sets[i].at, &set, sizeof set);
    }
    read_outputs(r, &scope, to, keys[TD_OPERATOR_OUTPUTS], fields[TD_OPERATOR_OUTPUTS]);
    to->udf = read_policy(r->tree, fields[TD_OPERATOR_UDF], TRACEDAG_POLICY_FORBIDDEN);
    to->secrets =
        read_policy(r->tree, fields[TD_OPERATOR_SECRETS], TRACEDAG_POLICY_ALLOWED);
    uint32_t trusted = fields[TD_OPERATOR_TRUSTED_ON_LAMBDA];
    to->trusted_on_lambda = td_usable(trusted) && r->tree->nodes[trusted].kind == TD_TRUE;
    check_udf(r, &scope, to, fields[TD_OPERATOR_UDF]);
    read_fields_of(c, &scope, TD_S("config"), TD_ENTRY_OF_CONFIG,
                   keys[TD_OPERATOR_CONFIG], fields[TD_OPERATOR_CONFIG],
                   &to->config_closed, &to->config);
    read_fields_of(c, &scope, TD_S("where"), TD_ENTRY_OF_WHERE, keys[TD_OPERATOR_WHERE],
                   fields[TD_OPERATOR_WHERE], &to->where_closed, &to->where);
}

/* ---- datasets --------------------------------------------------------------------------- */

static void read_dataset(struct td_catalog_reader *c, struct td_str name, uint32_t key,
                         tracedag_dataset *to)
{
    struct td_reader *r = c->r;
    struct td_scope scope = {.kind = TD_SCOPE_READABLE, .entry = name};
    uint32_t fields[TD_FIELDS_MOST];
    uint32_t keys[TD_FIELDS_MOST] = {0};
    to->name = td_catalog_text(c, name);
    is_name(r, &scope, key, &td_form_dataset, TRACEDAG_CODE_DATASET_NAME, "dataset");
    if (!described(r, &scope, key))
        return;
    td_read_fields(r, &td_readable_shape, &scope, fields, keys);
    read_fields_of(c, &scope, TD_S("where"), TD_ENTRY_OF_WHERE, keys[TD_READABLE_WHERE],
                   fields[TD_READABLE_WHERE], &to->where_closed, &to->where);
}

/* ---- the root --------------------------------------------------------------------------- */

/* An index of cleared records, with the names that are in the catalog; false without memory. */
static bool make_index(struct td_catalog_reader *c, struct td_index *index,
                       const struct td_keys *keys, size_t size)
{
    struct td_arena *arena = &c->catalog->arena;
    index->given = true;
    index->items = td_arena_array(arena, keys->count + 1, size); /* {} has an address */
    index->names = td_arena_array(arena, keys->count + 1, sizeof *index->names);
    if (!index->items || !index->names)
        return false;
    index->count = keys->count;
    return true;
}

static struct td_keys keys_of(struct td_catalog_reader *c, struct td_str name,
                              uint32_t map)
{
    struct td_scope scope = {.kind = TD_SCOPE_CATALOG, .path = name, .node = map};
    return td_catalog_keys(c, &scope, map);
}

static void read_operators(struct td_catalog_reader *c, uint32_t map)
{
    struct td_index *index = &c->catalog->operators;
    struct td_keys keys = keys_of(c, TD_S("operators"), map);
    if (!make_index(c, index, &keys, sizeof(tracedag_operator)))
        return;
    tracedag_operator *list = index->items;
    for (size_t i = 0; i < keys.count && !c->catalog->arena.failed; i++) {
        read_operator(c, keys.list[i].text, keys.list[i].id, &list[i]);
        index->names[i] = td_name_of(td_slice(list[i].name), (uint32_t)i);
    }
}

static void read_datasets(struct td_catalog_reader *c, uint32_t map)
{
    struct td_index *index = &c->catalog->datasets;
    struct td_keys keys = keys_of(c, TD_S("datasets"), map);
    if (!make_index(c, index, &keys, sizeof(tracedag_dataset)))
        return;
    tracedag_dataset *list = index->items;
    for (size_t i = 0; i < keys.count && !c->catalog->arena.failed; i++) {
        read_dataset(c, keys.list[i].text, keys.list[i].id, &list[i]);
        index->names[i] = td_name_of(td_slice(list[i].name), (uint32_t)i);
    }
}

static void not_a_map(struct td_reader *r)
{
    uint32_t root = r->tree->root;
    struct td_scope scope = {.kind = TD_SCOPE_CATALOG, .node = root};
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &scope, TRACEDAG_CODE_NOT_A_MAP,
                        td_value_span(r->tree, root, 0, 0), root);
    td_message(r->diag, f, "a catalog is a map with `operators` and `datasets`, found %t",
               td_found_at(r, root));
}

static void read_root(struct td_catalog_reader *c)
{
    struct td_reader *r = c->r;
    uint32_t root = r->tree->root;
    uint32_t fields[TD_FIELDS_MOST];
    struct td_scope scope = {.kind = TD_SCOPE_CATALOG, .node = root};
    td_read_fields(r, &td_catalog_shape, &scope, fields, NULL);
    if (td_usable(fields[TD_CATALOG_OPERATORS]))
        read_operators(c, fields[TD_CATALOG_OPERATORS]);
    if (td_usable(fields[TD_CATALOG_DATASETS]))
        read_datasets(c, fields[TD_CATALOG_DATASETS]);
    td_entries_read(c);
}

static bool has_alias(const struct td_tree *tree)
{
    for (size_t i = 1; i < tree->count; i++) {
        if (tree->nodes[i].kind == TD_ALIAS)
            return true;
    }
    return false;
}

bool td_read_catalog(struct td_reader *r, struct tracedag_catalog *catalog)
{
    const struct td_tree *tree = r->tree;
    struct td_catalog_reader c = {.r = r, .catalog = catalog};
    if (tree->root == 0 || td_is_damaged(td_node_raw(tree, tree->root)))
        return true;
    if (tree->nodes[tree->root].kind != TD_MAP) {
        not_a_map(r);
        return true;
    }
    if (has_alias(tree))
        c.shared = td_arena_array(&r->model->arena, tree->count,
                                  TD_SHARED_USES * sizeof *c.shared);
    read_root(&c);
    td_mem_free(r->model->mem, c.entries, c.room * sizeof *c.entries);
    return !r->failed && !r->model->arena.failed && !catalog->arena.failed;
}
