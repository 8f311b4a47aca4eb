#include "edits.h"
#include "read.h"
#include "repeats.h"

static bool read_dataset_name(struct td_reader *r, const struct td_scope *scope,
                              uint32_t key)
{
    struct td_str name = td_node_text(r->tree, key);
    if (name.len && td_name_fits(&td_form_dataset, name))
        return true;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, TRACEDAG_CODE_DATASET_NAME,
                        td_node_span(r->tree, key), key);
    td_message(r->diag, f, "dataset name %q must be %s", name, td_form_dataset.words);
    char room[TD_SNAKE_ROOM];
    struct td_str guess = td_snake_case(&td_form_dataset, name, room);
    if (guess.len) {
        td_help(r->diag, f, "did you mean %q?", guess);
        td_edit_name(r->diag, f, r->tree, key, guess);
    }
    td_data_text(r->diag, f, "name", name);
    return false;
}

/* A dataset in place of a job output silences the rest of the map. */
static bool names_dataset(struct td_reader *r, const struct td_scope *scope, uint32_t map)
{
    uint32_t key = td_find_key(r->tree, map, TD_S("dataset"));
    if (key == 0)
        return false;
    uint32_t value = td_follow(r->tree, td_after(r->tree, key));
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, TRACEDAG_CODE_PUBLISH_SOURCE,
                        td_node_span(r->tree, key), key);
    struct td_scope entry = *scope;
    entry.path = TD_S("");
    if (value && r->tree->nodes[value].kind == TD_TEXT)
        td_message(r->diag, f, "%t must be published from a job output, found dataset %q",
                   td_scope_owner(r->diag, &entry), td_node_text(r->tree, value));
    else
        td_message(r->diag, f, "%t must be published from a job output, found a dataset",
                   td_scope_owner(r->diag, &entry));
    td_help(r->diag, f, "name the `job` that makes it, and its `output`");
    return true;
}

static void names_nothing(struct td_reader *r, const struct td_scope *scope, uint32_t map)
{
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, TRACEDAG_CODE_FROM_SHAPE,
                        td_value_span(r->tree, map, scope->key, 0), map);
    td_message(r->diag, f, "%t names no job output", td_scope_owner(r->diag, scope));
    td_help(r->diag, f, "write `from: {job: NAME, output: 0}`");
}

static void read_from(struct td_reader *r, struct td_publish *publish,
                      const struct td_scope *scope, uint32_t key)
{
    uint32_t map = publish->field[TD_PUBLISH_FROM];
    publish->job = publish->output = TD_POISON;
    if (!td_usable(map))
        return;
    struct td_scope inner = td_scope_inner(scope, TD_S("from"), key, map);
    if (names_dataset(r, &inner, map))
        return;
    uint32_t fields[TD_FIELDS_MOST];
    if (r->tree->nodes[map].link == map + 1 &&
        !(r->tree->nodes[map].flags & TD_CUT_OFF)) {
        names_nothing(r, &inner, map);
        return;
    }
    td_read_fields(r, &td_output_shape, &inner, fields, NULL);
    if (fields[TD_OUTPUT_JOB])
        publish->job = fields[TD_OUTPUT_JOB];
    if (fields[TD_OUTPUT_OUTPUT])
        publish->output = fields[TD_OUTPUT_OUTPUT];
    publish->from = map;
}

static uint32_t word(const struct td_reader *r, const struct td_publish *publish,
                     enum td_publish_field field)
{
    uint32_t value = publish->field[field];
    return td_usable(value) ? td_word_find(td_publish_shape.fields[field].words,
                                           td_node_text(r->tree, value))
                            : 0;
}

static void read_publish(struct td_reader *r, uint32_t key)
{
    const struct td_tree *tree = r->tree;
    struct td_publish *publish = td_model_add_publish(r->model);
    if (!publish) {
        r->failed = true;
        return;
    }
    publish->key = key;
    publish->pub.name = td_public(td_node_text(tree, key));
    publish->pub.job = TRACEDAG_NO_JOB;
    publish->job = publish->output = TD_POISON;
    struct td_scope scope = td_publish_scope(r->model, publish);
    struct td_value value = td_value_of(tree, td_after(tree, key), key, 0);
    publish->named = read_dataset_name(r, &scope, key);
    if (value.node == 0 || td_is_damaged(td_node_raw(tree, value.node)))
        return;
    if (tree->nodes[value.node].kind != TD_MAP) {
        td_read_item(r, &scope, &value, "a map");
        return;
    }
    publish->node = scope.node = value.node;
    if (value.node != value.raw)
        scope.alias = value.raw;
    uint32_t keys[TD_FIELDS_MOST] = {0};
    td_read_fields(r, &td_publish_shape, &scope, publish->field, keys);
    read_from(r, publish, &scope, keys[TD_PUBLISH_FROM]);
    publish->pub.storage = word(r, publish, TD_PUBLISH_STORAGE);
    publish->pub.write_mode = word(r, publish, TD_PUBLISH_WRITE_MODE);
    if (td_usable(publish->field[TD_PUBLISH_SCHEMA]))
        td_read_table(r, publish, &scope);
}

void td_read_publishes(struct td_reader *r, uint32_t map)
{
    const struct td_tree *tree = r->tree;
    struct td_scope dag = {.kind = TD_SCOPE_DAG, .node = tree->root};
    struct td_value whole = {map, map, td_find_key(tree, tree->root, TD_S("publish")), 0};
    if (tree->nodes[map].flags & TD_CUT_OFF)
        r->model->publishes_unsure = true;
    if (td_too_many(r, &dag, TD_S("publish"), &whole, td_node_count(tree, map),
                    TRACEDAG_LIMIT_PUBLISHES)) {
        r->model->publishes_unsure = true;
        return;
    }
    dag.path = TD_S("publish");
    td_read_repeats(r, &dag, map);
    struct td_repeats repeats;
    if (!td_repeats_find(tree, r->model->mem, map, &repeats)) {
        r->failed = true;
        return;
    }
    for (uint32_t key = map + 1; key < tree->nodes[map].link && !r->failed;
         key = td_after(tree, td_after(tree, key))) {
        if (td_is_damaged(td_node_raw(tree, key)))
            r->model->publishes_unsure = true;
        else if (td_node_text(tree, key).len == 0)
            td_empty_key(r, &dag, key);
        else if (td_repeats_first(&repeats, key) == 0)
            read_publish(r, key);
    }
    td_repeats_free(&repeats, r->model->mem);
}
