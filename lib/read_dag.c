#include "read.h"

#include "names.h"
#include "words.h"

/* ---- jobs ------------------------------------------------------------------------------- */

static void set_words(struct td_job *job, const struct td_tree *tree)
{
    static const struct {
        enum td_job_field field;
        size_t at;
    } enums[] = {
        {TD_JOB_ACTIVATION, offsetof(tracedag_job, activation)},
        {TD_JOB_RUNTIME, offsetof(tracedag_job, runtime)},
        {TD_JOB_EXECUTION_STRATEGY, offsetof(tracedag_job, execution_strategy)},
        {TD_JOB_UPDATE_STRATEGY, offsetof(tracedag_job, update_strategy)},
    };
    for (size_t i = 0; i < TD_COUNT(enums); i++) {
        uint32_t value = job->field[enums[i].field];
        if (!td_usable(value))
            continue;
        uint32_t word = td_word_find(td_job_shape.fields[enums[i].field].words,
                                     td_node_text(tree, value));
        memcpy((char *)&job->pub + enums[i].at, &word, sizeof word);
    }
}

static bool is_map(const struct td_tree *tree, const struct td_value *item)
{
    return item->node != 0 && !td_is_damaged(td_node_raw(tree, item->node)) &&
           tree->nodes[item->node].kind == TD_MAP;
}

/* An item that is no map gets no record: it may be one of very many. */
static void refuse_item(struct td_reader *r, const struct td_value *item, uint32_t index)
{
    struct td_scope unnamed = {.kind = TD_SCOPE_JOB, .job_index = index};
    r->model->jobs_unsure = true;
    if (item->node != 0 && !td_is_damaged(td_node_raw(r->tree, item->node)))
        td_read_item(r, &unnamed, item, "a map");
}

static void read_one_job(struct td_reader *r, const struct td_value *item, uint32_t index)
{
    struct td_job *job = td_model_add_job(r->model);
    if (!job) {
        r->failed = true;
        return;
    }
    job->index = index;
    job->item = item->raw;
    job->node = item->node;
    job->pub.name = td_public(td_peek_text(r->tree, job->node, TD_S("name")));
    struct td_scope scope = td_job_scope(r->model, job);
    uint32_t keys[TD_JOB_COUNT] = {0};
    td_read_fields(r, &td_job_shape, &scope, job->field, keys);
    if (job->field[TD_JOB_NAME] == TD_POISON && job->pub.name.len == 0)
        r->model->jobs_unsure = true;
    set_words(job, r->tree);
    td_read_job(r, job, &scope, keys);
}

static size_t count_maps(const struct td_tree *tree, uint32_t list)
{
    size_t count = 0;
    for (uint32_t at = list + 1; at < tree->nodes[list].link; at = td_after(tree, at)) {
        struct td_value item = td_value_of(tree, at, 0, list);
        count += is_map(tree, &item);
    }
    return count;
}

static void read_jobs(struct td_reader *r, uint32_t key, uint32_t list)
{
    const struct td_tree *tree = r->tree;
    struct td_scope dag = {.kind = TD_SCOPE_DAG, .node = tree->root};
    struct td_value whole = td_value_of(tree, list, key, 0);
    size_t count = td_node_count(tree, list);
    if (td_too_many(r, &dag, TD_S("jobs"), &whole, count, TRACEDAG_LIMIT_JOBS)) {
        r->model->jobs_unsure = true;
        return;
    }
    r->model->jobs_list = list;
    if (!td_model_reserve_jobs(r->model, count_maps(tree, list))) {
        r->failed = true;
        return;
    }
    if (tree->nodes[list].flags & TD_CUT_OFF)
        r->model->jobs_unsure = true;
    uint32_t index = 0;
    for (uint32_t at = list + 1; at < tree->nodes[list].link; at = td_after(tree, at)) {
        struct td_value item = td_value_of(tree, at, 0, list);
        if (is_map(tree, &item))
            read_one_job(r, &item, index);
        else
            refuse_item(r, &item, index);
        index++;
        if (r->failed)
            return;
    }
}

/* ---- the root --------------------------------------------------------------------------- */

static void read_defaults(struct td_reader *r, uint32_t key, uint32_t map)
{
    struct td_scope scope = {.kind = TD_SCOPE_DEFAULTS, .node = map, .key = key};
    td_read_fields(r, &td_defaults_shape, &scope, r->model->defaults, NULL);
}

static void not_a_map(struct td_reader *r)
{
    const struct td_tree *tree = r->tree;
    uint32_t root = tree->root;
    struct td_scope scope = {.kind = TD_SCOPE_DAG, .node = root};
    struct td_finding *f = td_scope_report(r->diag, tree, &scope, TRACEDAG_CODE_NOT_A_MAP,
                                           td_value_span(tree, root, 0, 0), root);
    td_message(r->diag, f, "a DAG is a map with `name` and `jobs`, found %t",
               td_found(r->diag, tree, root));
}

void td_read_dag(struct td_reader *r)
{
    const struct td_tree *tree = r->tree;
    uint32_t root = tree->root;
    if (root == 0 || td_is_damaged(td_node_raw(tree, root)))
        return;
    if (tree->nodes[root].kind != TD_MAP) {
        not_a_map(r);
        return;
    }
    uint32_t fields[TD_FIELDS_MOST];
    uint32_t keys[TD_FIELDS_MOST] = {0};
    struct td_scope scope = {.kind = TD_SCOPE_DAG, .node = root};
    td_read_fields(r, &td_root_shape, &scope, fields, keys);
    r->model->name = fields[TD_ROOT_NAME];
    r->model->jobs_unsure = !td_usable(fields[TD_ROOT_JOBS]);
    r->model->publishes_unsure = fields[TD_ROOT_PUBLISH] == TD_POISON;
    if (tree->nodes[root].flags & TD_CUT_OFF)
        r->model->jobs_unsure = r->model->publishes_unsure = true;
    if (td_usable(fields[TD_ROOT_DEFAULTS]))
        read_defaults(r, keys[TD_ROOT_DEFAULTS], fields[TD_ROOT_DEFAULTS]);
    if (td_usable(fields[TD_ROOT_JOBS]))
        read_jobs(r, keys[TD_ROOT_JOBS], fields[TD_ROOT_JOBS]);
    if (td_usable(fields[TD_ROOT_PUBLISH]) && !r->failed)
        td_read_publishes(r, fields[TD_ROOT_PUBLISH]);
    td_read_webhooks_done(r);
}
