#include "edits.h"
#include "number.h"
#include "read.h"

/* ---- lists of names ------------------------------------------------------------------- */

/* Judges a list and adds its names. Tells where they begin, from 1; TD_POISON when the list has
 * a fault. */
static uint32_t read_names(struct td_reader *r, const struct td_scope *scope,
                           const struct td_field *field, const struct td_value *list,
                           const char *noun)
{
    const struct td_tree *tree = r->tree;
    uint32_t begin = (uint32_t)r->model->name_count + 1;
    if (!td_read_names(r, scope, field, list, noun))
        return TD_POISON;
    for (uint32_t at = list->node + 1; at < tree->nodes[list->node].link && !r->failed;
         at = td_after(tree, at)) {
        if (!td_model_add_name(r->model, td_node_text(tree, td_follow(tree, at))))
            r->failed = true;
    }
    return begin;
}

/* Where the names of a list begin, from 1, for all of its aliases: it may stand for those of
 * very many jobs. TD_POISON when it has a fault. Keys and secrets have names of their own, for
 * these are sorted. */
static uint32_t *names_of(struct td_reader *r, enum td_job_field field, uint32_t list)
{
    struct td_model *m = r->model;
    uint32_t **shared = &m->shared[field == TD_JOB_SECRETS];
    if (!*shared)
        *shared = td_arena_array(&m->arena, r->tree->count, sizeof **shared);
    if (!*shared)
        r->failed = true;
    return *shared ? &(*shared)[list] : NULL;
}

static void read_name_list(struct td_reader *r, struct td_job *job, enum td_job_field at,
                           const struct td_scope *scope, uint32_t key, const char *noun,
                           uint32_t *first, uint32_t *count)
{
    uint32_t list = job->field[at];
    if (!td_usable(list))
        return;
    bool aliased = r->tree->nodes[td_after(r->tree, key)].kind == TD_ALIAS;
    uint32_t *known = aliased ? names_of(r, at, list) : NULL;
    struct td_value value = {list, list, key, 0};
    uint32_t begin = known ? *known : 0;
    if (begin == 0)
        begin = read_names(r, scope, &td_job_shape.fields[at], &value, noun);
    if (known)
        *known = begin;
    if (begin == TD_POISON) {
        job->field[at] = TD_POISON;
        return;
    }
    *first = begin - 1;
    *count = (uint32_t)td_node_count(r->tree, list);
}

/* ---- inputs ----------------------------------------------------------------------------- */

static void report_from(struct td_reader *r, const struct td_scope *scope,
                        struct td_span span, uint32_t place, const char *says,
                        const char *help)
{
    struct td_scope input = *scope;
    input.path = TD_S("");
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, TRACEDAG_CODE_FROM_SHAPE, span, place);
    td_message(r->diag, f, "%t names %s", td_scope_owner(r->diag, &input), says);
    td_help(r->diag, f, "%s", help);
}

/* Both a dataset and a part of a job output: the one that comes second is one too many. */
static void report_both(struct td_reader *r, const struct td_scope *scope,
                        const uint32_t *fields, const uint32_t *keys)
{
    bool job = fields[TD_FROM_JOB] != 0;
    uint32_t other = job ? keys[TD_FROM_JOB] : keys[TD_FROM_OUTPUT];
    uint32_t second = keys[TD_FROM_DATASET] > other ? keys[TD_FROM_DATASET] : other;
    uint32_t first = keys[TD_FROM_DATASET] > other ? other : keys[TD_FROM_DATASET];
    uint32_t code = TRACEDAG_CODE_FROM_SHAPE;
    struct td_scope input = *scope;
    input.path = TD_S("");
    if (second == 0)
        second = scope->node;
    struct td_finding *f = td_scope_report(r->diag, r->tree, scope, code,
                                           td_node_span(r->tree, second), second);
    td_message(r->diag, f, "%t names both a %s", td_scope_owner(r->diag, &input),
               job ? "job and a dataset" : "dataset and an output");
    if (first)
        td_related(r->diag, f, td_node_span(r->tree, first), "the other one");
    td_help(r->diag, f, "keep `job` and `output`, or `dataset`");
}

static void check_dataset(struct td_reader *r, const struct td_scope *scope,
                          struct td_input *input, uint32_t value, uint32_t key)
{
    struct td_value v = {value, value, key, 0};
    struct td_str name = td_node_text(r->tree, value);
    if (td_name_fits(&td_form_dataset, name)) {
        input->pub.dataset = td_public(name);
        input->target = value;
        return;
    }
    input->target = TD_POISON;
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_DATASET_NAME, &v);
    td_message(r->diag, f, "dataset name %q must be %s", name, td_form_dataset.words);
    char room[TD_SNAKE_ROOM];
    struct td_str guess = td_snake_case(&td_form_dataset, name, room);
    if (guess.len) {
        td_help(r->diag, f, "did you mean %q?", guess);
        td_edit_text(r->diag, f, TRACEDAG_SAFETY_UNSAFE, r->tree, value, guess);
    }
    td_data_text(r->diag, f, "name", name);
}

static void read_from_fields(struct td_reader *r, const struct td_scope *scope,
                             struct td_input *input)
{
    uint32_t fields[TD_FIELDS_MOST];
    uint32_t keys[TD_FIELDS_MOST] = {0};
    td_read_fields(r, &td_from_shape, scope, fields, keys);
    bool dataset = fields[TD_FROM_DATASET] != 0;
    bool job = fields[TD_FROM_JOB] != 0;
    bool output = fields[TD_FROM_OUTPUT] != 0;
    input->target = TD_POISON;
    input->output = TD_POISON;
    if (dataset && (job || output)) {
        report_both(r, scope, fields, keys);
    } else if (dataset) {
        if (td_usable(fields[TD_FROM_DATASET]))
            check_dataset(r, scope, input, fields[TD_FROM_DATASET],
                          keys[TD_FROM_DATASET]);
    } else if (job || output) {
        if (!job)
            td_missing_key(r, scope, &td_from_shape.fields[TD_FROM_JOB]);
        if (!output)
            td_missing_key(r, scope, &td_from_shape.fields[TD_FROM_OUTPUT]);
        input->target = job ? fields[TD_FROM_JOB] : TD_POISON;
        input->output = output ? fields[TD_FROM_OUTPUT] : TD_POISON;
    } else if (!(r->tree->nodes[scope->node].flags & TD_CUT_OFF)) {
        report_from(r, scope, td_value_span(r->tree, scope->node, scope->key, 0),
                    scope->node, "neither a job nor a dataset",
                    "write `from: {job: NAME, output: 0}` or `from: {dataset: NAME}`");
    }
}

static void read_from(struct td_reader *r, const struct td_scope *scope,
                      struct td_input *input, uint32_t value, uint32_t key)
{
    struct td_value v = {value, value, key, 0};
    input->target = input->output = TD_POISON;
    if (r->tree->nodes[value].kind != TD_MAP) {
        struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_FROM_SHAPE, &v);
        td_message(r->diag, f, "%t must be a job output or a dataset, found %t",
                   td_scope_field(r->diag, scope, TD_S("from")), td_found_at(r, value));
        td_help(r->diag, f,
                "write `from: {job: NAME, output: 0}` or `from: {dataset: NAME}`");
        return;
    }
    struct td_scope inner = td_scope_inner(scope, TD_S("from"), key, value);
    read_from_fields(r, &inner, input);
    input->from = value;
}

/* An item that is no map gets no record, nor one that names nothing to read: it may be one of
 * very many. */
static void refuse_input(struct td_reader *r, const struct td_scope *scope,
                         const struct td_value *item)
{
    struct td_scope unaliased = *scope;
    unaliased.alias = 0;
    if (item->node != 0 && !td_is_damaged(td_node_raw(r->tree, item->node)))
        td_read_item(r, &unaliased, item, "a map");
}

static void read_input(struct td_reader *r, struct td_job *job, uint32_t item,
                       uint32_t index)
{
    struct td_input input = {.item = item,
                             .index = index,
                             .target = TD_POISON,
                             .output = TD_POISON,
                             .pub = {.job = TRACEDAG_NO_JOB}};
    input.pub.reader = (uint32_t)(job - r->model->jobs);
    struct td_scope scope = td_input_scope(r->model, job, &input);
    struct td_value value = td_value_of(r->tree, item, 0, scope.list);
    if (value.node == 0 || td_is_damaged(td_node_raw(r->tree, value.node)) ||
        r->tree->nodes[value.node].kind != TD_MAP) {
        refuse_input(r, &scope, &value);
        return;
    }
    uint32_t fields[TD_FIELDS_MOST];
    uint32_t keys[TD_FIELDS_MOST] = {0};
    td_read_fields(r, &td_input_shape, &scope, fields, keys);
    if (td_usable(fields[TD_INPUT_FROM]))
        read_from(r, &scope, &input, fields[TD_INPUT_FROM], keys[TD_INPUT_FROM]);
    input.pub.where = fields[TD_INPUT_WHERE];
    struct td_value where = {input.pub.where, input.pub.where, keys[TD_INPUT_WHERE], 0};
    if (td_usable(where.node) &&
        !td_read_where(r, &scope, &where, &input.pub.where_count))
        input.pub.where = TD_POISON;
    if (td_usable(input.target) && !td_model_add_input(r->model, &input))
        r->failed = true;
}

/* Whether all inputs of the DAG together are too many; told once, at the job that crosses. */
static bool too_many_edges(struct td_reader *r, const struct td_scope *scope,
                           const struct td_value *inputs, size_t count)
{
    uint64_t most = r->limits->of[TRACEDAG_LIMIT_EDGES];
    if (r->model->input_count + count <= most)
        return false;
    struct td_finding *f =
        r->model->edges_over
            ? NULL
            : td_value_report(r, scope, TRACEDAG_CODE_LIMIT_COUNT, inputs);
    r->model->edges_over = true;
    if (f) {
        td_message(r->diag, f, "the jobs of this DAG have more than %n inputs in all",
                   most);
        td_data_text(r->diag, f, "name", TD_S("inputs"));
        td_data_number(r->diag, f, "limit", most);
    }
    return true;
}

/* What a reactive job needs is no matter on a source job, which takes no inputs at all. */
static void no_inputs(struct td_reader *r, const struct td_job *job,
                      const struct td_scope *scope, const struct td_value *inputs)
{
    bool cut = (r->tree->nodes[inputs->node].flags & TD_CUT_OFF) != 0;
    if (job->pub.activation == TRACEDAG_ACTIVATION_SOURCE || cut)
        return;
    struct td_finding *f =
        td_value_report(r, scope, TRACEDAG_CODE_EMPTY_COLLECTION, inputs);
    td_message(r->diag, f, "%t is empty; a reactive job has at least one input",
               td_scope_field(r->diag, scope, TD_S("inputs")));
    td_data_text(r->diag, f, "name", TD_S("inputs"));
}

static void read_inputs(struct td_reader *r, struct td_job *job,
                        const struct td_scope *scope, uint32_t key)
{
    uint32_t list = job->field[TD_JOB_INPUTS];
    job->pub.first_input = (uint32_t)r->model->input_count;
    if (!td_usable(list))
        return;
    struct td_value value = {list, list, key, 0};
    size_t count = td_node_count(r->tree, list);
    if (count == 0)
        no_inputs(r, job, scope, &value);
    if (td_too_many(r, scope, TD_S("inputs"), &value, count,
                    TRACEDAG_LIMIT_INPUTS_PER_JOB) ||
        too_many_edges(r, scope, &value, count)) {
        job->field[TD_JOB_INPUTS] = TD_POISON;
        return;
    }
    uint32_t index = 0;
    for (uint32_t at = list + 1; at < r->tree->nodes[list].link && !r->failed;
         at = td_after(r->tree, at))
        read_input(r, job, at, index++);
    job->pub.input_count = (uint32_t)r->model->input_count - job->pub.first_input;
}

/* ---- what else is in a job -------------------------------------------------------------- */

static uint32_t read_number(const struct td_tree *tree, uint32_t value)
{
    int64_t number = 0;
    if (td_usable(value))
        td_integer_small(td_node_text(tree, value), &number);
    return (uint32_t)number;
}

static void read_bootstrap(struct td_reader *r, struct td_job *job,
                           const struct td_scope *scope, uint32_t key)
{
    struct td_scope inner =
        td_scope_inner(scope, TD_S("bootstrap"), key, job->field[TD_JOB_BOOTSTRAP]);
    uint32_t fields[TD_FIELDS_MOST];
    td_read_fields(r, &td_bootstrap_shape, &inner, fields, NULL);
    uint32_t reset = fields[TD_BOOTSTRAP_RESET_OUTPUTS];
    job->pub.reset_outputs = td_usable(reset) && r->tree->nodes[reset].kind == TD_TRUE;
}

static void read_udf(struct td_reader *r, struct td_job *job,
                     const struct td_scope *scope, uint32_t key)
{
    struct td_scope inner =
        td_scope_inner(scope, TD_S("udf"), key, job->field[TD_JOB_UDF]);
    uint32_t fields[TD_FIELDS_MOST];
    td_read_fields(r, &td_udf_shape, &inner, fields, NULL);
    if (td_usable(fields[TD_UDF_BUNDLE_ID]))
        job->pub.bundle_id = td_public(td_node_text(r->tree, fields[TD_UDF_BUNDLE_ID]));
    if (td_usable(fields[TD_UDF_ENTRYPOINT]))
        job->pub.entrypoint = td_public(td_node_text(r->tree, fields[TD_UDF_ENTRYPOINT]));
}

void td_read_job(struct td_reader *r, struct td_job *job, const struct td_scope *scope,
                 const uint32_t *keys)
{
    if (td_usable(job->field[TD_JOB_OPERATOR]))
        job->pub.operator_name =
            td_public(td_node_text(r->tree, job->field[TD_JOB_OPERATOR]));
    job->pub.outputs = read_number(r->tree, job->field[TD_JOB_OUTPUTS]);
    job->pub.timeout_seconds = read_number(r->tree, job->field[TD_JOB_TIMEOUT]);
    read_inputs(r, job, scope, keys[TD_JOB_INPUTS]);
    read_name_list(r, job, TD_JOB_UNIQUE_KEY, scope, keys[TD_JOB_UNIQUE_KEY], "column",
                   &job->pub.first_key, &job->pub.key_count);
    read_name_list(r, job, TD_JOB_SECRETS, scope, keys[TD_JOB_SECRETS], "secret",
                   &job->pub.first_secret, &job->pub.secret_count);
    if (td_usable(job->field[TD_JOB_SOURCE]))
        td_read_source(r, job, scope, keys[TD_JOB_SOURCE]);
    if (td_usable(job->field[TD_JOB_BOOTSTRAP]))
        read_bootstrap(r, job, scope, keys[TD_JOB_BOOTSTRAP]);
    if (td_usable(job->field[TD_JOB_UDF]))
        read_udf(r, job, scope, keys[TD_JOB_UDF]);
}
