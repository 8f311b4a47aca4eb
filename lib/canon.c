#include "canon.h"

#include <stdlib.h>

#include "names.h"
#include "number.h"

struct canon {
    const struct td_model *model;
    struct td_emit emit;
    enum td_form form;
};

/* ---- defaults --------------------------------------------------------------------------- */

/* The built-in defaults of version 1, which never change (format specification, section 2). */
static const uint32_t built_in[TD_DEFAULT_COUNT] = {
    [TD_DEFAULT_BACKPRESSURE_MODE] = TRACEDAG_BACKPRESSURE_PAUSE,
    [TD_DEFAULT_HEARTBEAT] = 60,
    [TD_DEFAULT_MAX_ATTEMPTS] = 3,
    [TD_DEFAULT_MAX_QUEUE_AGE] = 300,
    [TD_DEFAULT_MAX_QUEUE_DEPTH] = 1000,
    [TD_DEFAULT_PRIORITY] = TRACEDAG_PRIORITY_NORMAL,
};

/* Where the record of a job keeps each of the six. */
static const size_t setting_at[TD_DEFAULT_COUNT] = {
    [TD_DEFAULT_BACKPRESSURE_MODE] = offsetof(tracedag_job, backpressure_mode),
    [TD_DEFAULT_HEARTBEAT] = offsetof(tracedag_job, heartbeat_timeout_seconds),
    [TD_DEFAULT_MAX_ATTEMPTS] = offsetof(tracedag_job, max_attempts),
    [TD_DEFAULT_MAX_QUEUE_AGE] = offsetof(tracedag_job, max_queue_age_seconds),
    [TD_DEFAULT_MAX_QUEUE_DEPTH] = offsetof(tracedag_job, max_queue_depth),
    [TD_DEFAULT_PRIORITY] = offsetof(tracedag_job, priority),
};

static uint32_t setting(const struct td_job *job, uint32_t field)
{
    uint32_t value;
    memcpy(&value, (const char *)&job->pub + setting_at[field], sizeof value);
    return value;
}

static uint32_t read_setting(const struct td_tree *tree, uint32_t field, uint32_t value)
{
    struct td_str text = td_node_text(tree, value);
    const struct td_field *row = &td_defaults_shape.fields[field];
    int64_t number = 0;
    uint32_t seconds = 0;
    switch (row->type) {
    case TD_TYPE_INTEGER:
        td_integer_small(text, &number);
        return (uint32_t)number;
    case TD_TYPE_DURATION:
        td_duration_parse(text, &seconds);
        return seconds;
    default:
        return td_word_find(row->words, text);
    }
}

uint32_t td_canon_origin(const struct td_model *model, const struct td_job *job,
                         uint32_t default_field, bool *in_job)
{
    uint32_t own = job->field[td_job_field_of(default_field)];
    *in_job = own != 0;
    return own ? own : model->defaults[default_field];
}

void td_canon_defaults(struct td_model *model)
{
    uint32_t shared[TD_DEFAULT_COUNT];
    for (uint32_t field = 0; field < TD_DEFAULT_COUNT; field++) {
        uint32_t value = model->defaults[field];
        shared[field] = value ? read_setting(model->tree, field, value) : built_in[field];
    }
    for (size_t i = 0; i < model->job_count; i++) {
        struct td_job *job = &model->jobs[i];
        for (uint32_t field = 0; field < TD_DEFAULT_COUNT; field++) {
            uint32_t own = job->field[td_job_field_of(field)];
            uint32_t value = own ? read_setting(model->tree, field, own) : shared[field];
            memcpy((char *)&job->pub + setting_at[field], &value, sizeof value);
        }
    }
}

/* ---- pieces ----------------------------------------------------------------------------- */

static void key(struct canon *c, const struct td_shape *shape, uint32_t field)
{
    td_emit_known_key(&c->emit, shape->fields[field].name);
}

/* A text whose form lets no character in that JSON would escape. */
static void known_field(struct canon *c, const struct td_shape *shape, uint32_t field,
                        tracedag_text text)
{
    key(c, shape, field);
    td_emit_known(&c->emit, td_slice(text));
}

static void text_field(struct canon *c, const struct td_shape *shape, uint32_t field,
                       tracedag_text text)
{
    key(c, shape, field);
    td_emit_text(&c->emit, td_slice(text));
}

static void word_field(struct canon *c, const struct td_shape *shape, uint32_t field,
                       uint32_t word)
{
    key(c, shape, field);
    td_emit_known(&c->emit, shape->fields[field].words->words[word - 1]);
}

static void number_field(struct canon *c, const struct td_shape *shape, uint32_t field,
                         uint64_t number)
{
    key(c, shape, field);
    td_emit_number(&c->emit, number);
}

static void value_field(struct canon *c, const struct td_shape *shape, uint32_t field,
                        uint32_t node)
{
    key(c, shape, field);
    c->emit.out->failed |= !td_emit_value(&c->emit, c->model->tree, node);
}

static void names_field(struct canon *c, const struct td_shape *shape, uint32_t field,
                        uint32_t first, uint32_t count)
{
    key(c, shape, field);
    td_emit_open(&c->emit, false, count == 0);
    for (uint32_t i = 0; i < count; i++) {
        td_emit_item(&c->emit);
        td_emit_known(&c->emit, td_slice(c->model->names[first + i]));
    }
    td_emit_close(&c->emit, false, count == 0);
}

static void open_map(struct canon *c)
{
    td_emit_open(&c->emit, true, false);
}

static void close_map(struct canon *c)
{
    td_emit_close(&c->emit, true, false);
}

static void job_output(struct canon *c, tracedag_text job, uint32_t output)
{
    open_map(c);
    known_field(c, &td_from_shape, TD_FROM_JOB, job);
    number_field(c, &td_from_shape, TD_FROM_OUTPUT, output);
    close_map(c);
}

/* ---- jobs ------------------------------------------------------------------------------- */

static void comment_origin(struct canon *c, const struct td_job *job, uint32_t field)
{
    bool in_job;
    uint32_t value = td_canon_origin(c->model, job, field, &in_job);
    struct td_buf words;
    td_buf_init(&words, c->emit.out->mem);
    td_buf_text(&words, value == 0 ? "built-in"
                        : in_job   ? "job, line "
                                   : "defaults, line ");
    if (value)
        td_buf_number(&words, td_source_line(c->model->tree->source,
                                             c->model->tree->nodes[value].start));
    td_emit_comment(&c->emit, (struct td_str){words.ptr, words.len});
    c->emit.out->failed |= words.failed;
    td_buf_free(&words);
}

static void setting_value(struct canon *c, uint32_t field, uint32_t value)
{
    const struct td_field *row = &td_defaults_shape.fields[field];
    char spelled[TD_DURATION_MAX];
    switch (row->type) {
    case TD_TYPE_INTEGER:
        td_emit_number(&c->emit, value);
        return;
    case TD_TYPE_DURATION:
        td_emit_text(&c->emit,
                     (struct td_str){spelled, td_duration_write(value, spelled)});
        return;
    default:
        td_emit_known(&c->emit, row->words->words[value - 1]);
    }
}

static void tuning(struct canon *c, const struct td_job *job, uint32_t field)
{
    uint32_t value = setting(job, field);
    if (c->form == TD_FORM_CANONICAL && value == built_in[field])
        return;
    td_emit_key(&c->emit, td_defaults_shape.fields[field].name);
    setting_value(c, field, value);
    if (c->form == TD_FORM_ORIGINS)
        comment_origin(c, job, field);
}

/* In JSON the origins of a job are a map of their own, between `operator` and `outputs`. */
static void origins(struct canon *c, const struct td_job *job)
{
    if (c->form != TD_FORM_ORIGINS || c->emit.yaml)
        return;
    td_emit_key(&c->emit, TD_S("origins"));
    open_map(c);
    for (uint32_t field = 0; field < TD_DEFAULT_COUNT; field++) {
        bool in_job;
        uint32_t value = td_canon_origin(c->model, job, field, &in_job);
        td_emit_key(&c->emit, td_defaults_shape.fields[field].name);
        open_map(c);
        td_emit_key(&c->emit, TD_S("from"));
        td_emit_text(&c->emit, value == 0 ? TD_S("built-in")
                               : in_job   ? TD_S("job")
                                          : TD_S("defaults"));
        if (value) {
            td_emit_key(&c->emit, TD_S("line"));
            td_emit_number(&c->emit, td_source_line(c->model->tree->source,
                                                    c->model->tree->nodes[value].start));
        }
        close_map(c);
    }
    close_map(c);
}

static void inputs(struct canon *c, const struct td_job *job)
{
    const struct td_model *model = c->model;
    key(c, &td_job_shape, TD_JOB_INPUTS);
    td_emit_open(&c->emit, false, false);
    for (uint32_t i = 0; i < job->pub.input_count; i++) {
        const struct td_input *input = &model->inputs[job->pub.first_input + i];
        td_emit_item(&c->emit);
        open_map(c);
        key(c, &td_input_shape, TD_INPUT_FROM);
        if (input->pub.dataset.len) {
            open_map(c);
            known_field(c, &td_from_shape, TD_FROM_DATASET, input->pub.dataset);
            close_map(c);
        } else {
            job_output(c, model->jobs[input->pub.job].pub.name, input->pub.output);
        }
        if (input->pub.where)
            value_field(c, &td_input_shape, TD_INPUT_WHERE, input->pub.where);
        close_map(c);
    }
    td_emit_close(&c->emit, false, false);
}

static void source(struct canon *c, const struct td_job *job)
{
    key(c, &td_job_shape, TD_JOB_SOURCE);
    open_map(c);
    word_field(c, &td_source_shape, TD_SOURCE_KIND, job->pub.source_kind);
    if (job->pub.schedule.len)
        known_field(c, &td_source_shape, TD_SOURCE_SCHEDULE, job->pub.schedule);
    if (job->pub.webhook_path.len)
        known_field(c, &td_source_shape, TD_SOURCE_WEBHOOK_PATH, job->pub.webhook_path);
    close_map(c);
}

static void bootstrap(struct canon *c)
{
    key(c, &td_job_shape, TD_JOB_BOOTSTRAP);
    open_map(c);
    key(c, &td_bootstrap_shape, TD_BOOTSTRAP_RESET_OUTPUTS);
    td_emit_word(&c->emit, TD_S("true"));
    close_map(c);
}

static void udf(struct canon *c, const struct td_job *job)
{
    key(c, &td_job_shape, TD_JOB_UDF);
    open_map(c);
    text_field(c, &td_udf_shape, TD_UDF_BUNDLE_ID, job->pub.bundle_id);
    if (job->pub.entrypoint.len)
        known_field(c, &td_udf_shape, TD_UDF_ENTRYPOINT, job->pub.entrypoint);
    close_map(c);
}

static bool has_config(const struct canon *c, const struct td_job *job)
{
    uint32_t config = job->field[TD_JOB_CONFIG];
    return config && c->model->tree->nodes[config].link > config + 1;
}

/* `replace` is what a source job does anyway. */
static bool says_update(const struct td_job *job)
{
    return job->pub.update_strategy != 0 &&
           !(job->pub.activation == TRACEDAG_ACTIVATION_SOURCE &&
             job->pub.update_strategy == TRACEDAG_UPDATE_REPLACE);
}

/* Fields in the order of their names, which is the order of the table. */
static void job_fields(struct canon *c, const struct td_job *job)
{
    const struct td_shape *shape = &td_job_shape;
    bool all = c->form != TD_FORM_MATERIALIZATION;
    word_field(c, shape, TD_JOB_ACTIVATION, job->pub.activation);
    if (all)
        tuning(c, job, TD_DEFAULT_BACKPRESSURE_MODE);
    if (all && job->pub.reset_outputs)
        bootstrap(c);
    if (has_config(c, job))
        value_field(c, shape, TD_JOB_CONFIG, job->field[TD_JOB_CONFIG]);
    if (job->pub.execution_strategy)
        word_field(c, shape, TD_JOB_EXECUTION_STRATEGY, job->pub.execution_strategy);
    if (all)
        tuning(c, job, TD_DEFAULT_HEARTBEAT);
    if (job->pub.input_count)
        inputs(c, job);
    if (all) {
        tuning(c, job, TD_DEFAULT_MAX_ATTEMPTS);
        tuning(c, job, TD_DEFAULT_MAX_QUEUE_AGE);
        tuning(c, job, TD_DEFAULT_MAX_QUEUE_DEPTH);
        known_field(c, shape, TD_JOB_NAME, job->pub.name);
    }
    known_field(c, shape, TD_JOB_OPERATOR, job->pub.operator_name);
    if (all)
        origins(c, job);
    number_field(c, shape, TD_JOB_OUTPUTS, job->pub.outputs);
    if (all)
        tuning(c, job, TD_DEFAULT_PRIORITY);
    word_field(c, shape, TD_JOB_RUNTIME, job->pub.runtime);
    if (all && job->pub.secret_count)
        names_field(c, shape, TD_JOB_SECRETS, job->pub.first_secret,
                    job->pub.secret_count);
    if (all && job->pub.source_kind)
        source(c, job);
    if (all && job->pub.timeout_seconds)
        number_field(c, shape, TD_JOB_TIMEOUT, job->pub.timeout_seconds);
    if (job->pub.bundle_id.len)
        udf(c, job);
    if (job->pub.key_count)
        names_field(c, shape, TD_JOB_UNIQUE_KEY, job->pub.first_key, job->pub.key_count);
    if (says_update(job))
        word_field(c, shape, TD_JOB_UPDATE_STRATEGY, job->pub.update_strategy);
}

static void write_job(struct canon *c, const struct td_job *job)
{
    open_map(c);
    job_fields(c, job);
    close_map(c);
}

/* ---- published datasets ----------------------------------------------------------------- */

static struct td_str field_text(const struct td_tree *tree, uint32_t map,
                                struct td_str name)
{
    uint32_t at = map + 1;
    while (!td_str_eq(td_node_text(tree, at), name))
        at = td_after(tree, td_after(tree, at));
    return td_node_text(tree, td_follow(tree, td_after(tree, at)));
}

static bool is_not_nullable(const struct td_tree *tree, uint32_t map)
{
    for (uint32_t at = map + 1; at < tree->nodes[map].link;
         at = td_after(tree, td_after(tree, at))) {
        if (td_str_eq(td_node_text(tree, at), TD_S("nullable")))
            return tree->nodes[td_follow(tree, td_after(tree, at))].kind == TD_FALSE;
    }
    return false;
}

static void column(struct canon *c, uint32_t map)
{
    const struct td_tree *tree = c->model->tree;
    open_map(c);
    key(c, &td_column_shape, TD_COLUMN_NAME);
    td_emit_text(&c->emit, field_text(tree, map, TD_S("name")));
    if (is_not_nullable(tree, map)) {
        key(c, &td_column_shape, TD_COLUMN_NULLABLE);
        td_emit_word(&c->emit, TD_S("false"));
    }
    key(c, &td_column_shape, TD_COLUMN_TYPE);
    td_emit_text(&c->emit, field_text(tree, map, TD_S("type")));
    close_map(c);
}

static void schema(struct canon *c, const struct td_publish *publish)
{
    const struct td_tree *tree = c->model->tree;
    uint32_t columns = publish->table[TD_TABLE_COLUMNS];
    uint32_t indexes = publish->table[TD_TABLE_INDEXES];
    key(c, &td_publish_shape, TD_PUBLISH_SCHEMA);
    open_map(c);
    key(c, &td_table_shape, TD_TABLE_COLUMNS);
    td_emit_open(&c->emit, false, false);
    for (uint32_t at = columns + 1; at < tree->nodes[columns].link;
         at = td_after(tree, at)) {
        td_emit_item(&c->emit);
        column(c, td_follow(tree, at));
    }
    td_emit_close(&c->emit, false, false);
    if (indexes && tree->nodes[indexes].link > indexes + 1)
        value_field(c, &td_table_shape, TD_TABLE_INDEXES, indexes);
    value_field(c, &td_table_shape, TD_TABLE_UNIQUE, publish->table[TD_TABLE_UNIQUE]);
    close_map(c);
}

static void publish_entry(struct canon *c, const struct td_publish *publish)
{
    open_map(c);
    key(c, &td_publish_shape, TD_PUBLISH_FROM);
    job_output(c, c->model->jobs[publish->pub.job].pub.name, publish->pub.output);
    if (publish->pub.schema)
        schema(c, publish);
    if (publish->pub.storage)
        word_field(c, &td_publish_shape, TD_PUBLISH_STORAGE, publish->pub.storage);
    if (publish->pub.write_mode)
        word_field(c, &td_publish_shape, TD_PUBLISH_WRITE_MODE, publish->pub.write_mode);
    close_map(c);
}

/* ---- the whole -------------------------------------------------------------------------- */

static void write_publishes(struct canon *c)
{
    if (c->model->publish_count == 0)
        return;
    key(c, &td_root_shape, TD_ROOT_PUBLISH);
    open_map(c);
    for (size_t i = 0; i < c->model->publish_count && !c->emit.stopped; i++) {
        td_emit_key(&c->emit, td_slice(c->model->publishes[i].pub.name));
        publish_entry(c, &c->model->publishes[i]);
        td_emit_hand_on(&c->emit, false);
    }
    close_map(c);
}

bool td_canon_write(const struct td_model *model, enum td_form form, bool yaml,
                    struct td_buf *out, const struct td_emit_sink *sink)
{
    struct canon c = {.model = model, .form = form};
    td_emit_init(&c.emit, out, yaml);
    c.emit.sink = sink;
    open_map(&c);
    key(&c, &td_root_shape, TD_ROOT_JOBS);
    td_emit_open(&c.emit, false, false);
    for (size_t i = 0; i < model->job_count && !c.emit.stopped; i++) {
        td_emit_item(&c.emit);
        write_job(&c, &model->jobs[i]);
        td_emit_hand_on(&c.emit, false);
    }
    td_emit_close(&c.emit, false, false);
    key(&c, &td_root_shape, TD_ROOT_NAME);
    td_emit_text(&c.emit, td_node_text(model->tree, model->name));
    write_publishes(&c);
    close_map(&c);
    if (!yaml)
        td_buf_byte(out, '\n');
    td_emit_hand_on(&c.emit, true);
    return !out->failed;
}

void td_canon_job(const struct td_model *model, const struct td_job *job,
                  enum td_form form, struct td_buf *out, const struct td_emit_sink *sink)
{
    struct canon c = {.model = model, .form = form};
    td_emit_init(&c.emit, out, false);
    c.emit.sink = sink;
    write_job(&c, job);
    out->failed |= c.emit.stopped;
}

void td_canon_publish(const struct td_model *model, const struct td_publish *publish,
                      struct td_buf *out)
{
    struct canon c = {.model = model};
    td_emit_init(&c.emit, out, false);
    publish_entry(&c, publish);
}
