#include "edits.h"
#include "number.h"
#include "read_parts.h"
#include "words.h"

/* A field while it is read. */
struct reading {
    struct td_catalog_reader *c;
    struct td_scope scope; /* of its map */
    uint32_t fields[TD_FIELDS_MOST];
    uint32_t keys[TD_FIELDS_MOST];
    struct td_catalog_entry *to;
};

static const struct td_shape *const shapes[] = {
    [TD_ENTRY_OF_CONFIG] = &td_config_entry_shape,
    [TD_ENTRY_OF_WHERE] = &td_where_entry_shape,
    [TD_ENTRY_OF_ITEMS] = &td_item_entry_shape,
};

static struct td_diag *diag_of(const struct reading *f)
{
    return f->c->r->diag;
}

/* ---- what is left to read --------------------------------------------------------------- */

void td_entries_later(struct td_catalog_reader *c, const struct td_entries *entries)
{
    struct td_mem *mem = c->r->model->mem;
    if (c->count == c->room) {
        void *grown =
            td_mem_grow(mem, c->entries, &c->room, c->count + 1, sizeof *c->entries);
        if (!grown) {
            c->r->failed = true;
            return;
        }
        c->entries = grown;
    }
    c->entries[c->count++] = *entries;
}

/* What was made of a value for a use; NULL when nothing is shared. */
static void **shared_of(const struct td_catalog_reader *c, uint32_t node, unsigned use)
{
    return c->shared ? &c->shared[(size_t)node * TD_SHARED_USES + use] : NULL;
}

/* The path of a field inside; one that is very long already says enough. */
static struct td_str path_of(struct td_catalog_reader *c, struct td_str path,
                             struct td_str name)
{
    enum { PATH_BYTES_MOST = 200 };
    if (path.len > PATH_BYTES_MOST)
        return path;
    char *joined = td_arena_alloc(&c->r->model->arena, path.len + 1 + name.len);
    if (!joined)
        return path;
    memcpy(joined, path.ptr, path.len);
    joined[path.len] = '.';
    memcpy(joined + path.len + 1, name.ptr, name.len);
    return (struct td_str){joined, path.len + 1 + name.len};
}

static struct td_scope scope_of(const struct td_entries *entries, uint32_t map)
{
    return (struct td_scope){.kind = entries->kind,
                             .entry = entries->name,
                             .path = entries->path,
                             .key = entries->key,
                             .node = map};
}

/* ---- what goes with a type -------------------------------------------------------------- */

#define TYPE(name) (1U << TRACEDAG_FIELD_##name)

/* The types that a field of a field says something of. */
static const struct {
    enum td_entry_field field;
    unsigned types;
} meanings[] = {
    {TD_ENTRY_ENUM, TYPE(STRING) | TYPE(INTEGER) | TYPE(NUMBER)},
    {TD_ENTRY_MIN, TYPE(STRING) | TYPE(INTEGER) | TYPE(NUMBER) | TYPE(LIST)},
    {TD_ENTRY_MAX, TYPE(STRING) | TYPE(INTEGER) | TYPE(NUMBER) | TYPE(LIST)},
    {TD_ENTRY_FIELDS, TYPE(MAP)},
    {TD_ENTRY_ITEMS, TYPE(LIST)},
};

static struct td_finding *report_value(const struct reading *f, enum td_entry_field field)
{
    struct td_value value = {f->fields[field], f->fields[field], f->keys[field], 0};
    struct td_finding *finding =
        td_value_report(f->c->r, &f->scope, TRACEDAG_CODE_CATALOG_FIELD, &value);
    td_data_text(diag_of(f), finding, "name", td_config_entry_shape.fields[field].name);
    return finding;
}

static struct td_str words_of(const struct reading *f, enum td_entry_field field)
{
    return td_scope_field(diag_of(f), &f->scope,
                          td_config_entry_shape.fields[field].name);
}

static bool has_type(const struct reading *f, unsigned types)
{
    return (types & (1U << f->to->pub.type)) != 0;
}

/* What does not go with the type is reported, and not looked at any more. */
static void check_meanings(struct reading *f)
{
    for (size_t i = 0; i < TD_COUNT(meanings); i++) {
        enum td_entry_field field = meanings[i].field;
        if (!td_usable(f->fields[field]) || has_type(f, meanings[i].types))
            continue;
        struct td_finding *finding = report_value(f, field);
        td_message(diag_of(f), finding, "%t does not go with type %q", words_of(f, field),
                   td_field_type_words.words[f->to->pub.type - 1]);
        td_help(diag_of(f), finding, "remove it, or change `type`");
        f->fields[field] = TD_POISON;
    }
}

/* A filter compares single values. */
static void check_filter_type(const struct reading *f)
{
    if (!has_type(f, TYPE(LIST) | TYPE(MAP)))
        return;
    struct td_finding *finding = report_value(f, TD_ENTRY_TYPE);
    td_message(diag_of(f), finding, "%t is %q, and a filter compares single values",
               words_of(f, TD_ENTRY_TYPE),
               td_field_type_words.words[f->to->pub.type - 1]);
    td_help(diag_of(f), finding, "use `string`, `integer`, `number`, `boolean` or `any`");
}

/* ---- bounds ----------------------------------------------------------------------------- */

static struct td_str text_of(const struct reading *f, enum td_entry_field field)
{
    return td_node_text(f->c->r->tree, f->fields[field]);
}

static bool is_negative(struct td_str number)
{
    return td_number_compare(number, TD_S("0")) < 0;
}

/* Whether a bound is one that the type can have. */
static bool fits_type(const struct reading *f, enum td_entry_field field)
{
    struct td_reader *r = f->c->r;
    uint32_t node = f->fields[field];
    struct td_value value = {node, node, f->keys[field], 0};
    if (!td_usable(node) || has_type(f, TYPE(NUMBER)))
        return td_usable(node);
    if (r->tree->nodes[node].kind != TD_INTEGER) {
        td_wrong_type(r, &f->scope, td_config_entry_shape.fields[field].name, &value,
                      "a whole number");
        return false;
    }
    if (has_type(f, TYPE(INTEGER)) || !is_negative(text_of(f, field)))
        return true;
    struct td_finding *finding = report_value(f, field);
    td_message(diag_of(f), finding, "%t counts %s and must be 0 or more, found %e",
               words_of(f, field), has_type(f, TYPE(LIST)) ? "items" : "characters",
               text_of(f, field));
    return false;
}

static void read_bound(const struct reading *f, enum td_entry_field field,
                       tracedag_text *bound, int64_t *count)
{
    struct td_str text = text_of(f, field);
    *bound = td_catalog_text(f->c, text);
    if (has_type(f, TYPE(STRING) | TYPE(LIST)) && !td_integer_small(text, count))
        *count = INT64_MAX;
}

static void read_bounds(const struct reading *f)
{
    bool min = fits_type(f, TD_ENTRY_MIN);
    bool max = fits_type(f, TD_ENTRY_MAX);
    if (min)
        read_bound(f, TD_ENTRY_MIN, &f->to->pub.min, &f->to->least);
    if (max)
        read_bound(f, TD_ENTRY_MAX, &f->to->pub.max, &f->to->most);
    if (!min || !max ||
        td_number_compare(text_of(f, TD_ENTRY_MIN), text_of(f, TD_ENTRY_MAX)) <= 0)
        return;
    struct td_finding *finding = report_value(f, TD_ENTRY_MIN);
    td_message(diag_of(f), finding, "%t is %e, and `max` is %e",
               words_of(f, TD_ENTRY_MIN), text_of(f, TD_ENTRY_MIN),
               text_of(f, TD_ENTRY_MAX));
    td_help(diag_of(f), finding, "no value can have both; change one of them");
}

/* ---- accepted values -------------------------------------------------------------------- */

/* The values of an `enum`, as they are shared. */
struct values {
    tracedag_text *texts;
    struct td_name *names; /* by which they are compared; sorted in the end */
    size_t count;
};

static bool is_accepted(const struct reading *f, const struct td_node *node)
{
    if (has_type(f, TYPE(STRING)))
        return node->kind == TD_TEXT;
    return node->kind == TD_INTEGER ||
           (node->kind == TD_FLOAT && has_type(f, TYPE(NUMBER)));
}

static const char *wanted(const struct reading *f)
{
    return has_type(f, TYPE(STRING))    ? "text"
           : has_type(f, TYPE(INTEGER)) ? "a whole number"
                                        : "a number";
}

/* Whether a number can be spelled; reports one that cannot. */
static bool is_short(const struct reading *f, const struct td_value *item)
{
    struct td_reader *r = f->c->r;
    const struct td_node *node = td_node_raw(r->tree, item->node);
    char spelled[TD_NUMBER_MAX];
    size_t len;
    struct td_str text = td_node_text(r->tree, item->node);
    if (node->kind == TD_TEXT)
        return true;
    enum td_number_status status = node->kind == TD_INTEGER
                                       ? td_integer_canonical(text, spelled, &len)
                                       : td_float_canonical(text, spelled, &len);
    if (status == TD_NUMBER_OK)
        return true;
    struct td_finding *finding =
        td_value_report(r, &f->scope, TRACEDAG_CODE_LIMIT_SCALAR, item);
    if (finding)
        td_long_number(r, finding, status);
    return false;
}

/* What two spellings of one value share, in memory of the catalog. */
static struct td_str name_of(const struct reading *f, struct td_str text,
                             tracedag_text kept)
{
    if (has_type(f, TYPE(STRING)))
        return td_slice(kept);
    char key[TD_NUMBER_MAX];
    size_t len = td_number_key(text, key);
    return td_arena_copy(&f->c->catalog->arena, (struct td_str){key, len});
}

static void read_value(const struct reading *f, struct values *values,
                       const struct td_value *item, uint64_t index)
{
    struct td_reader *r = f->c->r;
    const struct td_node *node = td_node_raw(r->tree, item->node);
    if (item->node == 0 || td_is_damaged(node))
        return;
    if (!is_accepted(f, node)) {
        td_list_item_fault(r, &f->scope, TD_S("enum"), item, index, wanted(f));
        return;
    }
    if (!is_short(f, item))
        return;
    struct td_str text = td_node_text(r->tree, item->node);
    tracedag_text kept = td_catalog_text(f->c, text);
    values->texts[values->count] = kept;
    values->names[values->count++] = td_name_of(name_of(f, text, kept), item->raw);
}

static void report_repeats(const struct reading *f, uint32_t list,
                           const struct values *values)
{
    for (size_t i = 1, first = 0; i < values->count; i++) {
        if (!td_str_eq(values->names[first].text, values->names[i].text))
            first = i;
        else
            td_repeated_item(f->c->r, &f->scope, TD_S("enum"), list,
                             values->names[first].id, values->names[i].id);
    }
}

static struct values *read_values(const struct reading *f, uint32_t list, size_t count)
{
    const struct td_tree *tree = f->c->r->tree;
    struct td_arena *arena = &f->c->catalog->arena;
    struct values *values = td_arena_array(&f->c->r->model->arena, 1, sizeof *values);
    if (!values)
        return NULL;
    values->texts = td_arena_array(arena, count, sizeof *values->texts);
    values->names = td_arena_array(arena, count, sizeof *values->names);
    uint64_t index = 0;
    for (uint32_t at = list + 1; at < tree->nodes[list].link && !arena->failed;
         at = td_after(tree, at)) {
        struct td_value item = td_value_of(tree, at, 0, list);
        read_value(f, values, &item, index++);
    }
    td_names_sort(values->names, values->count);
    report_repeats(f, list, values);
    return values;
}

static void read_enum(const struct reading *f)
{
    struct td_catalog_reader *c = f->c;
    uint32_t list = f->fields[TD_ENTRY_ENUM];
    if (!td_usable(list))
        return;
    struct td_value value = {list, list, f->keys[TD_ENTRY_ENUM], 0};
    size_t count = td_node_count(c->r->tree, list);
    if (td_too_many(c->r, &f->scope, TD_S("enum"), &value, count,
                    TRACEDAG_LIMIT_LIST_ITEMS))
        return;
    void **shared = shared_of(c, list, f->to->pub.type - TRACEDAG_FIELD_STRING);
    struct values *values = shared && *shared ? *shared : read_values(f, list, count);
    if (!values)
        return;
    if (shared)
        *shared = values;
    f->to->pub.words =
        (tracedag_list){values->texts, values->count, sizeof *values->texts};
    f->to->words = values->names;
}

/* ---- one field -------------------------------------------------------------------------- */

/* `chunk_size: integer` says what is meant. */
static void not_described(struct td_catalog_reader *c, const struct td_scope *scope,
                          struct td_str name, const struct td_value *value)
{
    struct td_reader *r = c->r;
    if (!td_read_present(r, scope, name, false, value))
        return;
    struct td_finding *f = td_wrong_type(r, scope, name, value, "a map");
    const struct td_node *node = td_node_raw(r->tree, value->node);
    if (!f || node->kind != TD_TEXT)
        return;
    bool same;
    struct td_str text = td_node_text(r->tree, value->node);
    if (!td_word_find(&td_field_type_words, text))
        text = td_field_type_meant(text, &same);
    if (text.len == 0)
        return;
    struct td_str meant = td_words(r->diag, "{type: %t}", text);
    td_help(r->diag, f, "write `%t`", meant);
    td_edit_value(r->diag, f, TRACEDAG_SAFETY_SAFE, r->tree, td_own_node(value), meant);
}

static void read_inner(const struct reading *f, enum td_entry_use use,
                       enum td_entry_field field, struct td_entries *entries)
{
    entries->use = use;
    entries->kind = f->scope.kind;
    entries->name = f->scope.entry;
    entries->path = f->scope.path;
    entries->key = f->keys[field];
    td_entries_later(f->c, entries);
}

static void read_nested(const struct reading *f)
{
    if (td_usable(f->fields[TD_ENTRY_FIELDS])) {
        struct td_entries inner = {.to.fields = &f->to->pub.fields};
        f->to->pub.closed = 1;
        read_inner(f, TD_ENTRY_OF_CONFIG, TD_ENTRY_FIELDS, &inner);
    }
    if (td_usable(f->fields[TD_ENTRY_ITEMS])) {
        struct td_entries inner = {.to.items = &f->to->pub.items};
        read_inner(f, TD_ENTRY_OF_ITEMS, TD_ENTRY_ITEMS, &inner);
    }
}

static void judge_entry(struct reading *f, enum td_entry_use use)
{
    const struct td_tree *tree = f->c->r->tree;
    uint32_t type = f->fields[TD_ENTRY_TYPE];
    uint32_t required = f->fields[TD_ENTRY_REQUIRED];
    f->to->most = INT64_MAX;
    f->to->pub.required = td_usable(required) && tree->nodes[required].kind == TD_TRUE;
    if (td_usable(type)) {
        f->to->pub.type = td_word_find(&td_field_type_words, td_node_text(tree, type));
        if (use == TD_ENTRY_OF_WHERE)
            check_filter_type(f);
        check_meanings(f);
        read_bounds(f);
        read_enum(f);
    }
    read_nested(f);
}

/* Reads the field that stands at a key; `scope` is what it stands in. */
static void read_entry(struct td_catalog_reader *c, const struct td_scope *scope,
                       enum td_entry_use use, struct td_str name, uint32_t key,
                       struct td_catalog_entry *to)
{
    struct td_reader *r = c->r;
    struct td_value value = td_value_of(r->tree, td_after(r->tree, key), key, 0);
    const struct td_node *node = td_node_raw(r->tree, value.node);
    if (value.node == 0 || td_is_damaged(node))
        return;
    if (node->kind != TD_MAP) {
        not_described(c, scope, name, &value);
        return;
    }
    struct reading f = {.c = c, .to = to};
    f.scope = td_scope_inner(scope, path_of(c, scope->path, name), key, value.node);
    f.scope.alias = value.node == value.raw ? 0 : value.raw;
    td_read_fields(r, shapes[use], &f.scope, f.fields, f.keys);
    judge_entry(&f, use);
}

/* ---- maps of fields --------------------------------------------------------------------- */

static void check_column(struct td_reader *r, const struct td_scope *scope, uint32_t key)
{
    struct td_str name = td_node_text(r->tree, key);
    if (td_name_fits(&td_form_column, name))
        return;
    struct td_finding *f = td_scope_report(
        r->diag, r->tree, scope, TRACEDAG_CODE_BAD_NAME, td_node_span(r->tree, key), key);
    td_message(r->diag, f, "field %q of %t must be %s", name,
               td_scope_owner(r->diag, scope), td_form_column.words);
    td_data_text(r->diag, f, "name", name);
}

/* Those that have to be there are found without a look at the others. */
static void link_required(struct td_catalog_entry *list, size_t count)
{
    uint32_t next = (uint32_t)count;
    for (size_t i = count; i > 0; i--) {
        list[i - 1].next_required = next;
        if (list[i - 1].pub.required)
            next = (uint32_t)(i - 1);
    }
}

static void read_fields(struct td_catalog_reader *c, const struct td_entries *entries,
                        uint32_t map)
{
    struct td_scope scope = scope_of(entries, map);
    struct td_keys keys = td_catalog_keys(c, &scope, map);
    struct td_catalog_entry *list =
        td_arena_array(&c->catalog->arena, keys.count, sizeof *list);
    if (!list)
        return;
    for (size_t i = 0; i < keys.count && !c->catalog->arena.failed; i++) {
        list[i].id = c->catalog->entry_count++;
        list[i].pub.name = td_catalog_text(c, keys.list[i].text);
        if (entries->use == TD_ENTRY_OF_WHERE)
            check_column(c->r, &scope, keys.list[i].id);
        read_entry(c, &scope, entries->use, keys.list[i].text, keys.list[i].id, &list[i]);
    }
    link_required(list, keys.count);
    *entries->to.fields = (tracedag_list){list, keys.count, sizeof *list};
}

static void read_items(struct td_catalog_reader *c, const struct td_entries *entries)
{
    struct td_scope scope = scope_of(entries, 0);
    struct td_catalog_entry *entry = td_arena_array(&c->catalog->arena, 1, sizeof *entry);
    if (!entry)
        return;
    read_entry(c, &scope, TD_ENTRY_OF_ITEMS, TD_S("items"), entries->key, entry);
    *entries->to.items = &entry->pub;
}

static void read_or_share(struct td_catalog_reader *c, const struct td_entries *entries)
{
    const struct td_tree *tree = c->r->tree;
    uint32_t node = td_follow(tree, td_after(tree, entries->key));
    void **shared = shared_of(c, node, entries->use);
    bool known = shared && *shared;
    if (entries->use == TD_ENTRY_OF_ITEMS) {
        if (known)
            *entries->to.items = *shared;
        else
            read_items(c, entries);
        if (shared)
            *shared = (void *)(uintptr_t)*entries->to.items;
        return;
    }
    if (known)
        *entries->to.fields = *(const tracedag_list *)*shared;
    else
        read_fields(c, entries, node);
    if (shared)
        *shared = entries->to.fields;
}

void td_entries_read(struct td_catalog_reader *c)
{
    for (size_t i = 0; i < c->count && !c->r->failed; i++) {
        struct td_entries entries = c->entries[i]; /* the list grows meanwhile */
        read_or_share(c, &entries);
    }
}
