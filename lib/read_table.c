#include "names.h"
#include "read.h"

/* One item of `columns`. */
struct item {
    uint32_t node; /* its map */
    uint32_t
        nullable; /* its value; 0 when it says nothing, TD_POISON when it has a fault */
};

/* The columns of one table while it is read. */
struct table {
    struct td_reader *r;
    struct td_scope scope;   /* of the schema */
    struct td_name *columns; /* readable names, sorted; the id is that of its item */
    struct item *items;      /* in the order written */
    size_t count;
    size_t room;
    bool unsure; /* a column may be missing: unknown ones are silent */
};

static struct td_scope column_scope(const struct table *t, uint32_t list, uint32_t index)
{
    struct td_scope scope = t->scope;
    scope.kind = TD_SCOPE_COLUMN;
    scope.path = TD_S("");
    scope.key = 0;
    scope.list = list;
    scope.column_index = index;
    return scope;
}

/* ---- columns ---------------------------------------------------------------------------- */

static void read_column(struct table *t, uint32_t list, uint32_t item, uint32_t index)
{
    struct td_reader *r = t->r;
    struct td_scope scope = column_scope(t, list, index);
    struct td_value value = td_value_of(r->tree, item, 0, list);
    if (value.node == 0 || td_is_damaged(td_node_raw(r->tree, value.node))) {
        t->unsure = true;
        return;
    }
    if (r->tree->nodes[value.node].kind != TD_MAP) {
        t->unsure = true;
        td_read_item(r, &scope, &value, "a map");
        return;
    }
    scope.node = value.node;
    if (value.node != value.raw)
        scope.alias = value.raw;
    scope.column = td_peek_text(r->tree, value.node, TD_S("name"));
    uint32_t fields[TD_FIELDS_MOST];
    td_read_fields(r, &td_column_shape, &scope, fields, NULL);
    t->items[index] = (struct item){value.node, fields[TD_COLUMN_NULLABLE]};
    if (scope.column.len)
        t->columns[t->count++] = td_name_of(scope.column, index);
    else
        t->unsure = true;
}

static void report_repeats(struct table *t, uint32_t list)
{
    struct td_reader *r = t->r;
    for (size_t i = 1, first = 0; i < t->count; i++) {
        if (!td_str_eq(t->columns[first].text, t->columns[i].text)) {
            first = i;
            continue;
        }
        uint32_t item = t->items[t->columns[i].id].node;
        uint32_t before = t->items[t->columns[first].id].node;
        uint32_t key = td_find_key(r->tree, item, TD_S("name"));
        uint32_t other = td_find_key(r->tree, before, TD_S("name"));
        uint32_t name = td_after(r->tree, key);
        struct td_scope scope = column_scope(t, list, 0);
        scope.column = t->columns[i].text;
        scope.node = item;
        struct td_finding *f =
            td_scope_report(r->diag, r->tree, &scope, TRACEDAG_CODE_COLUMN_SHAPE,
                            td_value_span(r->tree, name, key, 0), name);
        td_message(r->diag, f, "%t is listed twice", td_scope_owner(r->diag, &scope));
        td_related(r->diag, f, td_value_span(r->tree, td_after(r->tree, other), other, 0),
                   "first listed here");
        td_data_text(r->diag, f, "name", scope.column);
    }
}

static void read_columns(struct table *t, uint32_t list, uint32_t key)
{
    struct td_reader *r = t->r;
    struct td_value value = {list, list, key, 0};
    size_t count = td_node_count(r->tree, list);
    if (td_too_many(r, &t->scope, TD_S("columns"), &value, count,
                    TRACEDAG_LIMIT_LIST_ITEMS)) {
        t->unsure = true;
        return;
    }
    t->room = count + 1;
    t->columns = td_mem_alloc(r->model->mem, t->room * sizeof *t->columns);
    t->items = td_mem_alloc(r->model->mem, t->room * sizeof *t->items);
    if (!t->columns || !t->items) {
        r->failed = true;
        return;
    }
    if (r->tree->nodes[list].flags & TD_CUT_OFF)
        t->unsure = true;
    uint32_t index = 0;
    for (uint32_t at = list + 1; at < r->tree->nodes[list].link;
         at = td_after(r->tree, at))
        read_column(t, list, at, index++);
    td_names_sort(t->columns, t->count);
    report_repeats(t, list);
}

/* ---- lists of columns ------------------------------------------------------------------- */

static struct td_str column_name(const void *set, size_t i)
{
    const struct table *t = set;
    return t->columns[i].text;
}

static struct td_str schema_field(struct table *t, const char *field)
{
    return td_scope_field(t->r->diag, &t->scope, (struct td_str){field, strlen(field)});
}

static void unknown_column(struct table *t, const char *field,
                           const struct td_value *item)
{
    struct td_reader *r = t->r;
    struct td_str name = td_node_text(r->tree, item->node);
    struct td_finding *f =
        td_value_report(r, &t->scope, TRACEDAG_CODE_UNKNOWN_COLUMN, item);
    if (!f)
        return;
    td_message(r->diag, f, "%t names %q, which `schema.columns` does not list",
               schema_field(t, field), name);
    struct td_advice advice = {column_name, t, t->count, td_own_node(item)};
    td_advise(r, f, name, &advice);
    td_data_text(r->diag, f, "name", name);
}

static bool is_nullable(const struct table *t, const struct td_name *column)
{
    assert(t->items); /* the column is one of them */
    uint32_t value = t->items[column->id].nullable;
    return value == 0 || (value != TD_POISON && t->r->tree->nodes[value].kind == TD_TRUE);
}

/* A column whose `nullable` is written says so itself. */
static void nullable_key(struct table *t, const struct td_value *item,
                         const struct td_name *column)
{
    struct td_reader *r = t->r;
    uint32_t map = t->items[column->id].node;
    uint32_t key = td_find_key(r->tree, map, TD_S("nullable"));
    struct td_finding *f =
        td_value_report(r, &t->scope, TRACEDAG_CODE_NULLABLE_KEY, item);
    if (!f)
        return;
    td_message(r->diag, f, "column %q of dataset %q is in `schema.unique` and nullable",
               column->text, t->scope.dataset);
    uint32_t name = td_find_key(r->tree, map, TD_S("name"));
    uint32_t at = key ? td_after(r->tree, key) : td_after(r->tree, name);
    td_related(r->diag, f, td_value_span(r->tree, at, 0, 0), "%s",
               key ? "nullable here" : "nullable unless it says otherwise");
    td_help(r->diag, f, key ? "change it to `nullable: false`" : "add `nullable: false`");
    td_data_text(r->diag, f, "name", column->text);
}

/* Judges one item; `key` says that the list identifies rows. False when it has a fault. */
static bool read_item(struct table *t, const struct td_field *field, bool key,
                      const struct td_value *item, uint64_t index)
{
    struct td_reader *r = t->r;
    const struct td_node *node = td_node_raw(r->tree, item->node);
    if (item->node == 0 || td_is_damaged(node))
        return false;
    if (node->kind != TD_TEXT || td_node_text(r->tree, item->node).len == 0) {
        td_list_item_fault(r, &t->scope, field->name, item, index, "text");
        return false;
    }
    const struct td_name *column =
        td_names_find(t->columns, t->count, td_node_text(r->tree, item->node));
    if (!column && !t->unsure)
        unknown_column(t, field->name.ptr, item);
    else if (column && key && is_nullable(t, column))
        nullable_key(t, item, column);
    return column != NULL;
}

static bool read_list(struct table *t, const struct td_field *field, bool key,
                      const struct td_value *list)
{
    struct td_reader *r = t->r;
    size_t count = td_node_count(r->tree, list->node);
    if (td_too_many(r, &t->scope, field->name, list, count, TRACEDAG_LIMIT_LIST_ITEMS))
        return false;
    bool sound = true;
    uint64_t index = 0;
    for (uint32_t at = list->node + 1; at < r->tree->nodes[list->node].link;
         at = td_after(r->tree, at)) {
        struct td_value item = td_value_of(r->tree, at, 0, list->node);
        if (!read_item(t, field, key, &item, index++))
            sound = false;
    }
    return td_read_distinct(r, &t->scope, field, list->node, count) && sound;
}

static void read_index(struct table *t, const struct td_value *item, uint64_t position)
{
    struct td_reader *r = t->r;
    const struct td_field *field = &td_table_shape.fields[TD_TABLE_INDEXES];
    const struct td_node *node = td_node_raw(r->tree, item->node);
    if (item->node == 0 || td_is_damaged(node))
        return;
    if (node->kind != TD_LIST) {
        td_list_item_fault(r, &t->scope, field->name, item, position,
                           "a list of columns");
    } else if (node->link == item->node + 1) {
        struct td_finding *f =
            td_value_report(r, &t->scope, TRACEDAG_CODE_EMPTY_COLLECTION, item);
        if (f)
            td_message(r->diag, f,
                       "item %u of %t is empty; an index has at least one column",
                       position, schema_field(t, "indexes"));
    } else {
        read_list(t, field, false, item);
    }
}

static void read_indexes(struct table *t, uint32_t list, uint32_t key)
{
    struct td_reader *r = t->r;
    struct td_value value = {list, list, key, 0};
    if (td_too_many(r, &t->scope, TD_S("indexes"), &value, td_node_count(r->tree, list),
                    TRACEDAG_LIMIT_LIST_ITEMS))
        return;
    uint64_t position = 0;
    for (uint32_t at = list + 1; at < r->tree->nodes[list].link;
         at = td_after(r->tree, at)) {
        struct td_value item = td_value_of(r->tree, at, 0, list);
        read_index(t, &item, position++);
    }
}

void td_read_table(struct td_reader *r, struct td_publish *publish,
                   const struct td_scope *scope)
{
    uint32_t key = td_find_key(r->tree, publish->node, TD_S("schema"));
    struct table t = {.r = r};
    t.scope =
        td_scope_inner(scope, TD_S("schema"), key, publish->field[TD_PUBLISH_SCHEMA]);
    uint32_t fields[TD_FIELDS_MOST];
    uint32_t keys[TD_FIELDS_MOST] = {0};
    td_read_fields(r, &td_table_shape, &t.scope, fields, keys);
    memcpy(publish->table, fields, sizeof publish->table);
    t.unsure = !td_usable(fields[TD_TABLE_COLUMNS]);
    if (!t.unsure)
        read_columns(&t, fields[TD_TABLE_COLUMNS], keys[TD_TABLE_COLUMNS]);
    struct td_value unique = {fields[TD_TABLE_UNIQUE], fields[TD_TABLE_UNIQUE],
                              keys[TD_TABLE_UNIQUE], 0};
    if (td_usable(fields[TD_TABLE_UNIQUE]) &&
        !read_list(&t, &td_table_shape.fields[TD_TABLE_UNIQUE], true, &unique))
        publish->table[TD_TABLE_UNIQUE] = TD_POISON;
    if (td_usable(fields[TD_TABLE_INDEXES]))
        read_indexes(&t, fields[TD_TABLE_INDEXES], keys[TD_TABLE_INDEXES]);
    td_mem_free(r->model->mem, t.columns, t.room * sizeof *t.columns);
    td_mem_free(r->model->mem, t.items, t.room * sizeof *t.items);
    publish->pub.schema = publish->field[TD_PUBLISH_SCHEMA];
}
