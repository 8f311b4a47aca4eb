#include "fields.h"

#define NAMED(literal) .name = {(literal), sizeof(literal) - 1}
#define COUNT_FIELD .type = TD_TYPE_INTEGER, .low = 1, .high = INT32_MAX
#define SHAPE(rows) \
    { \
        rows, TD_COUNT(rows) \
    }
#define WORD(literal) \
    { \
        literal, sizeof(literal) - 1 \
    }
#define WORDS(list) \
    { \
        list, TD_COUNT(list) \
    }

/* ---- forms of names (format specification, section 2) ----------------------------------- */

const struct td_name_form td_form_job = {
    .lower = true,
    .marks = "_-",
    .most = 128,
    .words =
        "lower case letters, digits, `_` and `-`, starting with a letter, 128 at most"};
const struct td_name_form td_form_operator = {
    .lower = true,
    .marks = "_",
    .most = 128,
    .words = "lower case letters, digits and `_`, starting with a letter, 128 at most"};
const struct td_name_form td_form_dataset = {
    .lower = true,
    .marks = "_",
    .most = 128,
    .words = "lower case letters, digits and `_`, starting with a letter"};
const struct td_name_form td_form_secret = {
    .underscore = true,
    .marks = "_.-",
    .most = 128,
    .words =
        "letters, digits, `_`, `.` and `-`, starting with a letter or `_`, 128 at most"};
const struct td_name_form td_form_column = {
    .underscore = true,
    .marks = "_",
    .most = 63,
    .words = "letters, digits and `_`, starting with a letter or `_`, 63 at most"};
static const struct td_name_form entrypoint = {
    .parts = true,
    .marks = "_-",
    .most = 256,
    .words = "letters, digits, `_` and `-` in parts joined by dots, 256 at most"};

/* ---- closed sets ------------------------------------------------------------------------ */

static const struct td_str activations[] = {WORD("source"), WORD("reactive")};
static const struct td_str runtimes[] = {WORD("lambda"), WORD("ecs_platform"),
                                         WORD("dispatcher")};
static const struct td_str executions[] = {WORD("PerUpdate"), WORD("PerPartition")};
static const struct td_str updates[] = {WORD("append"), WORD("replace")};
static const struct td_str source_kinds[] = {WORD("cron"), WORD("webhook"),
                                             WORD("manual"), WORD("always_on")};
static const struct td_str priorities[] = {WORD("normal"), WORD("bulk")};
static const struct td_str backpressures[] = {WORD("pause")};
static const struct td_str storages[] = {WORD("postgres"), WORD("s3")};
static const struct td_str write_modes[] = {WORD("buffered"), WORD("direct")};
static const struct td_str column_types[] = {
    WORD("text"),   WORD("boolean"),   WORD("smallint"),    WORD("integer"),
    WORD("bigint"), WORD("numeric"),   WORD("real"),        WORD("double precision"),
    WORD("date"),   WORD("timestamp"), WORD("timestamptz"), WORD("uuid"),
    WORD("bytea"),  WORD("json"),      WORD("jsonb")};

const struct td_word_list td_activation_words = WORDS(activations);
const struct td_word_list td_runtime_words = WORDS(runtimes);
const struct td_word_list td_execution_words = WORDS(executions);
const struct td_word_list td_update_words = WORDS(updates);
const struct td_word_list td_source_words = WORDS(source_kinds);
static const struct td_word_list storage_words = WORDS(storages);
static const struct td_word_list write_mode_words = WORDS(write_modes);
const struct td_word_list td_priority_words = WORDS(priorities);
const struct td_word_list td_backpressure_words = WORDS(backpressures);
const struct td_word_list td_column_types = WORDS(column_types);

/* ---- the six tuning fields -------------------------------------------------------------- */

/* They stand in `defaults` and in every job, with one row for both. */
#define BACKPRESSURE_MODE \
    { \
        NAMED("backpressure_mode"), \
            .type = TD_TYPE_ENUM, .words = &td_backpressure_words, \
            .standard = "\"pause\"", \
            .means = \
                "what the Dispatcher does when a queue crosses its threshold; a hint" \
    }
#define HEARTBEAT_TIMEOUT_SECONDS \
    { \
        NAMED("heartbeat_timeout_seconds"), COUNT_FIELD, \
            .standard = "60", \
            .means = "seconds without a heartbeat after which an attempt counts as lost" \
    }
#define MAX_ATTEMPTS \
    { \
        NAMED("max_attempts"), COUNT_FIELD, .standard = "3", \
                                            .means = "attempts of one task" \
    }
#define MAX_QUEUE_AGE \
    { \
        NAMED("max_queue_age"), \
            .type = TD_TYPE_DURATION, .standard = "\"5m\"", \
            .means = \
                "age of the oldest queued task that calls for backpressure; a hint", \
            .examples = "\"5m\", \"1h30m\", \"2d\"" \
    }
#define MAX_QUEUE_DEPTH \
    { \
        NAMED("max_queue_depth"), COUNT_FIELD, \
            .standard = "1000", \
            .means = "queued tasks that call for backpressure; a hint" \
    }
#define PRIORITY \
    { \
        NAMED("priority"), .type = TD_TYPE_ENUM, .words = &td_priority_words, \
                           .standard = "\"normal\"", \
                           .means = "`bulk` work is shed first" \
    }

static const struct td_field defaults[] = {
    [TD_DEFAULT_BACKPRESSURE_MODE] = BACKPRESSURE_MODE,
    [TD_DEFAULT_HEARTBEAT] = HEARTBEAT_TIMEOUT_SECONDS,
    [TD_DEFAULT_MAX_ATTEMPTS] = MAX_ATTEMPTS,
    [TD_DEFAULT_MAX_QUEUE_AGE] = MAX_QUEUE_AGE,
    [TD_DEFAULT_MAX_QUEUE_DEPTH] = MAX_QUEUE_DEPTH,
    [TD_DEFAULT_PRIORITY] = PRIORITY,
};

static const uint8_t job_field_of_default[TD_DEFAULT_COUNT] = {
    [TD_DEFAULT_BACKPRESSURE_MODE] = TD_JOB_BACKPRESSURE_MODE,
    [TD_DEFAULT_HEARTBEAT] = TD_JOB_HEARTBEAT,
    [TD_DEFAULT_MAX_ATTEMPTS] = TD_JOB_MAX_ATTEMPTS,
    [TD_DEFAULT_MAX_QUEUE_AGE] = TD_JOB_MAX_QUEUE_AGE,
    [TD_DEFAULT_MAX_QUEUE_DEPTH] = TD_JOB_MAX_QUEUE_DEPTH,
    [TD_DEFAULT_PRIORITY] = TD_JOB_PRIORITY,
};

uint32_t td_job_field_of(uint32_t default_field)
{
    return job_field_of_default[default_field];
}

/* ---- shapes ----------------------------------------------------------------------------- */

static const struct td_field root[] = {
    [TD_ROOT_DEFAULTS] = {NAMED("defaults"), .type = TD_TYPE_MAP,
                          .shape = &td_defaults_shape,
                          .means = "tuning fields for all jobs that do not set them"},
    [TD_ROOT_JOBS] = {NAMED("jobs"), .type = TD_TYPE_LIST, .required = true,
                      .shape = &td_job_shape, .empty = "a DAG has at least one job",
                      .advice = "add `jobs:` and a list of jobs", .means = "the jobs"},
    [TD_ROOT_NAME] = {NAMED("name"), .type = TD_TYPE_NAME, .required = true,
                      .form = &td_form_job,
                      .advice = "add `name:` and the name of the DAG",
                      .means = "the name of the DAG", .examples = "\"daily_blocks\""},
    [TD_ROOT_PUBLISH] = {NAMED("publish"), .type = TD_TYPE_MAP, .class = TD_PUBLISHING,
                         .keys = &td_form_dataset, .shape = &td_publish_shape,
                         .means = "dataset names and the outputs behind them"},
};

#define ON_REACTIVE "required on a reactive job, refused on a source job"

static const struct td_field job[] = {
    [TD_JOB_ACTIVATION] = {NAMED("activation"), .type = TD_TYPE_ENUM, .required = true,
                           .class = TD_MATERIALIZATION, .words = &td_activation_words,
                           .advice = "add `activation: source` or `activation: reactive`",
                           .means =
                               "what starts the job: a source of its own, or its inputs"},
    [TD_JOB_BACKPRESSURE_MODE] = BACKPRESSURE_MODE,
    [TD_JOB_BOOTSTRAP] = {NAMED("bootstrap"), .type = TD_TYPE_MAP, .class = TD_TRIGGER,
                          .shape = &td_bootstrap_shape,
                          .when = "refused on a reactive job",
                          .means = "what happens once when a version becomes active"},
    [TD_JOB_CONFIG] = {NAMED("config"), .type = TD_TYPE_FREE_MAP,
                       .class = TD_MATERIALIZATION,
                       .means = "settings of the operator, free in shape",
                       .examples = "{\"chunk_size\": 1000}"},
    [TD_JOB_EXECUTION_STRATEGY] = {NAMED("execution_strategy"), .type = TD_TYPE_ENUM,
                                   .class = TD_MATERIALIZATION,
                                   .words = &td_execution_words,
                                   .advice = "add `execution_strategy: PerUpdate` or "
                                             "`execution_strategy: PerPartition`",
                                   .when = ON_REACTIVE,
                                   .means = "one task for each update or each partition"},
    [TD_JOB_HEARTBEAT] = HEARTBEAT_TIMEOUT_SECONDS,
    [TD_JOB_INPUTS] = {NAMED("inputs"), .type = TD_TYPE_LIST, .class = TD_MATERIALIZATION,
                       .shape = &td_input_shape,
                       .advice = "add the outputs or datasets it reads",
                       .when = ON_REACTIVE, .means = "what the job reads"},
    [TD_JOB_MAX_ATTEMPTS] = MAX_ATTEMPTS,
    [TD_JOB_MAX_QUEUE_AGE] = MAX_QUEUE_AGE,
    [TD_JOB_MAX_QUEUE_DEPTH] = MAX_QUEUE_DEPTH,
    [TD_JOB_NAME] = {NAMED("name"), .type = TD_TYPE_NAME, .required = true,
                     .form = &td_form_job,
                     .advice = "add `name:` and the name of the job",
                     .means = "the name of the job, unique in the document",
                     .examples = "\"compact_blocks\""},
    [TD_JOB_OPERATOR] = {NAMED("operator"), .type = TD_TYPE_NAME, .required = true,
                         .class = TD_MATERIALIZATION, .form = &td_form_operator,
                         .advice = "add `operator:` and the identifier of an operator",
                         .means = "the operator that does the work",
                         .examples = "\"parquet_compact\""},
    [TD_JOB_OUTPUTS] = {NAMED("outputs"), .type = TD_TYPE_INTEGER, .required = true,
                        .class = TD_MATERIALIZATION, .low = 0, .high = TD_OUTPUTS_MOST,
                        .advice = "add `outputs:` and their number",
                        .means = "how many outputs it has; a job with none is a sink",
                        .examples = "1"},
    [TD_JOB_PRIORITY] = PRIORITY,
    [TD_JOB_RUNTIME] = {NAMED("runtime"), .type = TD_TYPE_RUNTIME, .required = true,
                        .class = TD_MATERIALIZATION, .words = &td_runtime_words,
                        .advice = "add `runtime: lambda`, `runtime: ecs_platform` or "
                                  "`runtime: dispatcher`",
                        .means = "where it runs; `lambda` is for untrusted code"},
    [TD_JOB_SECRETS] = {NAMED("secrets"), .type = TD_TYPE_NAMES, .form = &td_form_secret,
                        .means = "logical names of the secrets that it needs",
                        .examples = "[\"rpc_key\"]"},
    [TD_JOB_SOURCE] = {NAMED("source"), .type = TD_TYPE_MAP, .class = TD_TRIGGER,
                       .shape = &td_source_shape, .advice = "add `source:` with `kind`",
                       .when = "required on a source job, refused on a reactive job",
                       .means = "what starts it"},
    [TD_JOB_TIMEOUT] = {NAMED("timeout_seconds"), COUNT_FIELD,
                        .means = "seconds after which the platform ends an attempt",
                        .examples = "900"},
    [TD_JOB_UDF] = {NAMED("udf"), .type = TD_TYPE_MAP, .class = TD_MATERIALIZATION,
                    .shape = &td_udf_shape, .when = "required with operator `udf`",
                    .means = "the user bundle that it runs"},
    [TD_JOB_UNIQUE_KEY] = {NAMED("unique_key"), .type = TD_TYPE_NAMES,
                           .class = TD_MATERIALIZATION, .form = &td_form_column,
                           .empty = "a key has at least one column",
                           .when = "required with `append`, refused without",
                           .means = "the columns that the sink upserts on",
                           .examples = "[\"dedupe_key\"]"},
    [TD_JOB_UPDATE_STRATEGY] = {NAMED("update_strategy"), .type = TD_TYPE_ENUM,
                                .class = TD_MATERIALIZATION, .words = &td_update_words,
                                .advice = "add `update_strategy: append` or "
                                          "`update_strategy: replace`",
                                .when = "required on a reactive job with outputs",
                                .means = "whether its outputs grow or are replaced"},
};

static const struct td_field input[] = {
    [TD_INPUT_FROM] = {NAMED("from"), .type = TD_TYPE_INPUT_FROM, .required = true,
                       .class = TD_MATERIALIZATION, .shape = &td_from_shape,
                       .advice = "add `from: {job: NAME, output: 0}` or `from: {dataset: "
                                 "NAME}`",
                       .means = "the output or dataset that is read"},
    [TD_INPUT_WHERE] = {NAMED("where"), .type = TD_TYPE_WHERE,
                        .class = TD_MATERIALIZATION, .keys = &td_form_column,
                        .means = "fields and the values that they must equal",
                        .examples = "{\"chain_id\": 1}"},
};

#define JOB_FIELD \
    NAMED("job"), .type = TD_TYPE_LOOKUP, .form = &td_form_job, \
                  .advice = "add `job:` and the name of a job", \
                  .means = "the name of a job", .examples = "\"compact_blocks\""
#define OUTPUT_FIELD \
    NAMED("output"), .type = TD_TYPE_OUTPUT, .low = 0, .high = TD_OUTPUTS_MOST - 1, \
                     .advice = "add `output:` and its number; the first one is 0", \
                     .means = "which of its outputs, from 0", .examples = "0"

static const struct td_field from[] = {
    [TD_FROM_DATASET] = {NAMED("dataset"), .type = TD_TYPE_LOOKUP,
                         .form = &td_form_dataset,
                         .when = "refused with `job`, and in `publish`",
                         .means = "the name of a dataset",
                         .examples = "\"address_labels\""},
    [TD_FROM_JOB] = {JOB_FIELD, .when = "required without `dataset`"},
    [TD_FROM_OUTPUT] = {OUTPUT_FIELD, .when = "required with `job`, refused without"},
};

/* The same where no dataset may stand. */
static const struct td_field output[] = {
    [TD_OUTPUT_JOB] = {JOB_FIELD, .required = true},
    [TD_OUTPUT_OUTPUT] = {OUTPUT_FIELD, .required = true},
};

static const struct td_field source[] = {
    [TD_SOURCE_KIND] = {NAMED("kind"), .type = TD_TYPE_ENUM, .required = true,
                        .class = TD_TRIGGER, .words = &td_source_words,
                        .advice = "add `kind: cron`, `webhook`, `manual` or `always_on`",
                        .means = "what starts the job"},
    [TD_SOURCE_SCHEDULE] = {NAMED("schedule"), .type = TD_TYPE_SCHEDULE,
                            .class = TD_TRIGGER,
                            .advice = "add `schedule:`, as in `schedule: rate(1 day)`",
                            .when = "required with `cron`, refused without",
                            .means =
                                "when, in UTC: `rate(...)`, `cron(...)` or five fields",
                            .examples = "\"rate(1 day)\", \"cron(0 12 * * ? *)\", "
                                        "\"0 12 * * *\""},
    [TD_SOURCE_WEBHOOK_PATH] = {NAMED("webhook_path"), .type = TD_TYPE_WEBHOOK,
                                .class = TD_TRIGGER,
                                .advice =
                                    "add `webhook_path:`, as in `webhook_path: /hooks/a`",
                                .when = "required with `webhook`, refused without",
                                .means = "the absolute path that starts it",
                                .examples = "\"/hooks/reload\""},
};

static const struct td_field bootstrap[] = {
    [TD_BOOTSTRAP_RESET_OUTPUTS] = {NAMED("reset_outputs"), .type = TD_TYPE_BOOLEAN,
                                    .required = true, .class = TD_TRIGGER,
                                    .standard = "false",
                                    .advice = "add `reset_outputs: true` or "
                                              "`reset_outputs: false`",
                                    .means = "whether its outputs are emptied first"},
};

static const struct td_field udf[] = {
    [TD_UDF_BUNDLE_ID] = {NAMED("bundle_id"), .type = TD_TYPE_TEXT, .required = true,
                          .class = TD_MATERIALIZATION,
                          .advice = "add `bundle_id:` and the id of the bundle",
                          .means = "the id that the upload of the bundle gave",
                          .examples = "\"bundle-7f3a\""},
    [TD_UDF_ENTRYPOINT] = {NAMED("entrypoint"), .type = TD_TYPE_NAME,
                           .class = TD_MATERIALIZATION, .form = &entrypoint,
                           .means = "the handler in it; a Rust bundle ignores it",
                           .examples = "\"handlers.run\""},
};

static const struct td_field publish[] = {
    [TD_PUBLISH_FROM] = {NAMED("from"), .type = TD_TYPE_MAP, .required = true,
                         .class = TD_PUBLISHING, .shape = &td_output_shape,
                         .advice = "add `from: {job: NAME, output: 0}`",
                         .means = "the job output that is published"},
    [TD_PUBLISH_SCHEMA] = {NAMED("schema"), .type = TD_TYPE_MAP, .class = TD_PUBLISHING,
                           .shape = &td_table_shape,
                           .when = "required with `buffered`, refused without",
                           .means = "the table of a buffered dataset"},
    [TD_PUBLISH_STORAGE] = {NAMED("storage"), .type = TD_TYPE_ENUM,
                            .class = TD_PUBLISHING, .words = &storage_words,
                            .means = "where it is stored"},
    [TD_PUBLISH_WRITE_MODE] = {NAMED("write_mode"), .type = TD_TYPE_ENUM,
                               .class = TD_PUBLISHING, .words = &write_mode_words,
                               .when = "required with `postgres`, refused with `s3`",
                               .means = "how it is written to postgres"},
};

static const struct td_field table[] = {
    [TD_TABLE_COLUMNS] = {NAMED("columns"), .type = TD_TYPE_LIST, .required = true,
                          .class = TD_PUBLISHING, .shape = &td_column_shape,
                          .empty = "a table has at least one column",
                          .advice = "add `columns:` with `name` and `type` of each",
                          .means = "the columns"},
    [TD_TABLE_INDEXES] = {NAMED("indexes"), .type = TD_TYPE_NAME_LISTS,
                          .class = TD_PUBLISHING, .form = &td_form_column,
                          .means = "lists of the columns of an index",
                          .examples = "[[\"block_number\"]]"},
    [TD_TABLE_UNIQUE] = {NAMED("unique"), .type = TD_TYPE_NAMES, .required = true,
                         .class = TD_PUBLISHING, .form = &td_form_column,
                         .empty = "a key has at least one column",
                         .advice = "add `unique:` and the columns of the producer's key",
                         .means = "the columns that identify a row",
                         .examples = "[\"dedupe_key\"]"},
};

static const struct td_field column[] = {
    [TD_COLUMN_NAME] = {NAMED("name"), .type = TD_TYPE_NAME, .required = true,
                        .class = TD_PUBLISHING, .form = &td_form_column,
                        .advice = "add `name:` and the name of the column",
                        .means = "its name", .examples = "\"dedupe_key\""},
    [TD_COLUMN_NULLABLE] = {NAMED("nullable"), .type = TD_TYPE_BOOLEAN,
                            .class = TD_PUBLISHING, .standard = "true",
                            .means = "whether it may hold NULL"},
    [TD_COLUMN_TYPE] = {NAMED("type"), .type = TD_TYPE_COLUMN, .required = true,
                        .class = TD_PUBLISHING, .words = &td_column_types,
                        .advice = "add `type:`, as in `type: text`",
                        .means = "its PostgreSQL type"},
};

static_assert(TD_COUNT(job) == TD_JOB_COUNT, "every job field has a row");
static_assert(TD_COUNT(defaults) == TD_DEFAULT_COUNT, "every default has a row");
static_assert((int)TD_JOB_COUNT <= (int)TD_FIELDS_MOST, "room for the largest shape");

const struct td_shape td_root_shape = SHAPE(root);
const struct td_shape td_defaults_shape = SHAPE(defaults);
const struct td_shape td_job_shape = SHAPE(job);
const struct td_shape td_input_shape = SHAPE(input);
const struct td_shape td_from_shape = SHAPE(from);
const struct td_shape td_output_shape = SHAPE(output);
const struct td_shape td_source_shape = SHAPE(source);
const struct td_shape td_bootstrap_shape = SHAPE(bootstrap);
const struct td_shape td_udf_shape = SHAPE(udf);
const struct td_shape td_publish_shape = SHAPE(publish);
const struct td_shape td_table_shape = SHAPE(table);
const struct td_shape td_column_shape = SHAPE(column);

static bool is_named(const struct td_field *field, struct td_str name)
{
    return field->name.len == name.len && field->name.ptr[0] == name.ptr[0] &&
           memcmp(field->name.ptr, name.ptr, name.len) == 0;
}

uint32_t td_field_find(const struct td_shape *shape, struct td_str name)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        if (is_named(&shape->fields[i], name))
            return i;
    }
    return shape->count;
}

bool td_field_is_known(struct td_str name)
{
    static const struct td_shape *const shapes[] = {
        &td_root_shape,   &td_job_shape,      &td_input_shape,   &td_from_shape,
        &td_source_shape, &td_udf_shape,      &td_publish_shape, &td_table_shape,
        &td_column_shape, &td_bootstrap_shape};
    for (size_t i = 0; i < TD_COUNT(shapes); i++) {
        if (td_field_find(shapes[i], name) < shapes[i]->count)
            return true;
    }
    return false;
}

uint32_t td_word_find(const struct td_word_list *list, struct td_str word)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (td_str_eq(list->words[i], word))
            return i + 1;
    }
    return 0;
}

/* ---- names ------------------------------------------------------------------------------ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(const struct td_name_form *form, char c)
{
    return (c >= 'a' && c <= 'z') || (!form->lower && c >= 'A' && c <= 'Z');
}

static bool may_follow(const struct td_name_form *form, char c)
{
    return is_letter(form, c) || is_digit(c) || (c && strchr(form->marks, c));
}

static bool parts_fit(const struct td_name_form *form, struct td_str name)
{
    size_t part = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '.' && part == 0)
            return false;
        if (name.ptr[i] != '.' && !may_follow(form, name.ptr[i]))
            return false;
        part = name.ptr[i] == '.' ? 0 : part + 1;
    }
    return part > 0;
}

bool td_name_fits(const struct td_name_form *form, struct td_str name)
{
    if (name.len == 0 || name.len > form->most)
        return false;
    if (form->parts)
        return parts_fit(form, name);
    if (!is_letter(form, name.ptr[0]) && !(form->underscore && name.ptr[0] == '_'))
        return false;
    for (size_t i = 1; i < name.len; i++) {
        if (!may_follow(form, name.ptr[i]))
            return false;
    }
    return true;
}
