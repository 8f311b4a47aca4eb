/*
 * Reading a DAG: its records, its order, what lies upstream and downstream, its runs, values,
 * forms and hashes. Graphs of random DAGs are compared with the plainest algorithms there are.
 */
#include "api.h"

#include <stdio.h>

/* ---- ten jobs, record by record --------------------------------------------------------- */

static tracedag_dag *ten(void)
{
    return must_accept(ten_jobs, strlen(ten_jobs), NULL);
}

static uint32_t job_of(const tracedag_dag *dag, const char *name)
{
    uint32_t job = tracedag_dag_find_job(dag, name, strlen(name));
    ck_assert_msg(job != TRACEDAG_NO_JOB, "no job %s", name);
    return job;
}

static const tracedag_job *job_named(const tracedag_dag *dag, const char *name)
{
    return tracedag_dag_job(dag, job_of(dag, name));
}

/* The 1-based line of ten_jobs where a text first stands. */
static uint32_t line_with(const char *text)
{
    const char *at = strstr(ten_jobs, text);
    uint32_t line = 1;
    ck_assert_msg(at != NULL, "%s", text);
    for (const char *c = ten_jobs; c < at; c++)
        line += *c == '\n';
    return line;
}

START_TEST(test_name)
{
    tracedag_dag *dag = ten();
    ck_assert_str_eq(tracedag_dag_name(dag), "ten-jobs");
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_jobs_are_in_order_of_names)
{
    static const char *const names[] = {"a", "b1",   "b10",     "b2",      "hook",
                                        "m", "sink", "trigger", "udf-job", "zip"};
    tracedag_dag *dag = ten();
    tracedag_list list;
    tracedag_dag_jobs(dag, &list);
    ck_assert_uint_eq(list.count, 10);
    for (uint32_t i = 0; i < 10; i++) {
        const tracedag_job *job = record(&list, i);
        ck_assert_msg(is_text(job->name, names[i]), "%u: %.*s", i, (int)job->name.len,
                      job->name.ptr);
        ck_assert_ptr_eq(job, tracedag_dag_job(dag, i));
        ck_assert_uint_eq(tracedag_dag_find_job(dag, names[i], strlen(names[i])), i);
    }
    ck_assert_ptr_null(tracedag_dag_job(dag, 10));
    ck_assert_ptr_null(tracedag_dag_job(dag, TRACEDAG_NO_JOB));
    ck_assert_ptr_null(tracedag_dag_job(dag, UINT32_C(1) << 31));
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_find_job_wants_the_whole_name)
{
    static const char *const absent[] = {"b", "b11", "b100", "hoo",  "hooks",
                                         "A", "0",   "zzz",  "zip ", "~"};
    tracedag_dag *dag = ten();
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        ck_assert_uint_eq(tracedag_dag_find_job(dag, absent[i], strlen(absent[i])),
                          TRACEDAG_NO_JOB);
    ck_assert_uint_eq(tracedag_dag_find_job(dag, "", 0), TRACEDAG_NO_JOB);
    ck_assert_uint_eq(tracedag_dag_find_job(dag, NULL, 0), TRACEDAG_NO_JOB);
    ck_assert_uint_eq(tracedag_dag_find_job(dag, NULL, 3), TRACEDAG_NO_JOB);
    ck_assert_uint_eq(tracedag_dag_find_job(dag, "zip\0", 4), TRACEDAG_NO_JOB);
    ck_assert_uint_eq(tracedag_dag_find_job(dag, "zipper", 3), 9);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_source_jobs)
{
    tracedag_dag *dag = ten();
    const tracedag_job *trigger = job_named(dag, "trigger");
    const tracedag_job *hook = job_named(dag, "hook");
    ck_assert(is_text(trigger->operator_name, "trigger_cron"));
    ck_assert(is_text(trigger->schedule, "rate(2 days)"));
    ck_assert_uint_eq(trigger->webhook_path.len, 0);
    ck_assert_uint_eq(trigger->activation, TRACEDAG_ACTIVATION_SOURCE);
    ck_assert_uint_eq(trigger->runtime, TRACEDAG_RUNTIME_LAMBDA);
    ck_assert_uint_eq(trigger->source_kind, TRACEDAG_SOURCE_CRON);
    ck_assert_uint_eq(trigger->timeout_seconds, 60);
    ck_assert_uint_eq(trigger->execution_strategy, 0);
    ck_assert_uint_eq(trigger->input_count, 0);
    ck_assert_uint_eq(trigger->config, 0);
    ck_assert_uint_eq(hook->source_kind, TRACEDAG_SOURCE_WEBHOOK);
    ck_assert(is_text(hook->webhook_path, "/in/hook"));
    ck_assert_uint_eq(hook->schedule.len, 0);
    ck_assert_uint_eq(hook->reset_outputs, 1);
    ck_assert_uint_eq(hook->outputs, 3);
    ck_assert_uint_eq(hook->timeout_seconds, 0);
    ck_assert_uint_eq(hook->update_strategy, TRACEDAG_UPDATE_APPEND);
    ck_assert_uint_eq(job_named(dag, "a")->source_kind, TRACEDAG_SOURCE_ALWAYS_ON);
    ck_assert_uint_eq(job_named(dag, "m")->source_kind, TRACEDAG_SOURCE_MANUAL);
    ck_assert_uint_eq(job_named(dag, "m")->reset_outputs, 0);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_reactive_jobs)
{
    tracedag_dag *dag = ten();
    const tracedag_job *zip = job_named(dag, "zip");
    const tracedag_job *udf = job_named(dag, "udf-job");
    ck_assert_uint_eq(zip->activation, TRACEDAG_ACTIVATION_REACTIVE);
    ck_assert_uint_eq(zip->runtime, TRACEDAG_RUNTIME_DISPATCHER);
    ck_assert_uint_eq(zip->execution_strategy, TRACEDAG_EXECUTION_PER_PARTITION);
    ck_assert_uint_eq(zip->update_strategy, TRACEDAG_UPDATE_REPLACE);
    ck_assert_uint_eq(zip->source_kind, 0);
    ck_assert_uint_eq(zip->bundle_id.len, 0);
    ck_assert_uint_eq(udf->execution_strategy, TRACEDAG_EXECUTION_PER_UPDATE);
    ck_assert(is_text(udf->bundle_id, "b-1"));
    ck_assert(is_text(udf->entrypoint, "mod.run"));
    ck_assert_uint_eq(job_named(dag, "sink")->outputs, 0);
    ck_assert_uint_eq(job_named(dag, "sink")->update_strategy, 0);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_tuning_fields_have_defaults_applied)
{
    tracedag_dag *dag = ten();
    const tracedag_job *zip = job_named(dag, "zip");
    const tracedag_job *hook = job_named(dag, "hook");
    ck_assert_uint_eq(zip->heartbeat_timeout_seconds, 30);
    ck_assert_uint_eq(zip->max_attempts, 7);
    ck_assert_uint_eq(zip->priority, TRACEDAG_PRIORITY_NORMAL);
    ck_assert_uint_eq(zip->max_queue_depth, 5);
    ck_assert_uint_eq(zip->max_queue_age_seconds, 3600);
    ck_assert_uint_eq(zip->backpressure_mode, TRACEDAG_BACKPRESSURE_PAUSE);
    ck_assert_uint_eq(hook->heartbeat_timeout_seconds, 60);
    ck_assert_uint_eq(hook->max_attempts, 2);
    ck_assert_uint_eq(hook->priority, TRACEDAG_PRIORITY_BULK);
    ck_assert_uint_eq(hook->max_queue_depth, 1000);
    ck_assert_uint_eq(hook->max_queue_age_seconds, 5400);
    ck_assert_uint_eq(hook->backpressure_mode, TRACEDAG_BACKPRESSURE_PAUSE);
    tracedag_dag_unref(dag);
}
END_TEST

static void check_origin(const tracedag_dag *dag, const char *job, uint32_t setting,
                         uint32_t origin, uint32_t line)
{
    uint32_t found = UINT32_MAX;
    ck_assert_msg(tracedag_dag_origin(dag, job_of(dag, job), setting, &found) == origin,
                  "%s, setting %u", job, setting);
    ck_assert_uint_eq(found, line);
    ck_assert_uint_eq(tracedag_dag_origin(dag, job_of(dag, job), setting, NULL), origin);
}

START_TEST(test_origins)
{
    static const struct {
        uint32_t setting;
        const char *in_job;
        const char *in_defaults;
    } rows[] = {
        {TRACEDAG_SETTING_HEARTBEAT_TIMEOUT_SECONDS, "heartbeat_timeout_seconds: 30",
         NULL},
        {TRACEDAG_SETTING_MAX_ATTEMPTS, NULL, "max_attempts: 7"},
        {TRACEDAG_SETTING_PRIORITY, "priority: normal", "priority: bulk"},
        {TRACEDAG_SETTING_MAX_QUEUE_DEPTH, "max_queue_depth: 5", NULL},
        {TRACEDAG_SETTING_MAX_QUEUE_AGE, "max_queue_age: 1h", "max_queue_age: 90m"},
        {TRACEDAG_SETTING_BACKPRESSURE_MODE, "backpressure_mode: pause", NULL},
    };
    tracedag_dag *dag = ten();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = rows[i].in_job ? rows[i].in_job : rows[i].in_defaults;
        check_origin(dag, "zip", rows[i].setting,
                     rows[i].in_job ? TRACEDAG_ORIGIN_JOB : TRACEDAG_ORIGIN_DEFAULTS,
                     line_with(text));
        if (rows[i].in_defaults)
            check_origin(dag, "a", rows[i].setting, TRACEDAG_ORIGIN_DEFAULTS,
                         line_with(rows[i].in_defaults));
        else
            check_origin(dag, "a", rows[i].setting, TRACEDAG_ORIGIN_BUILT_IN, 0);
    }
    check_origin(dag, "hook", TRACEDAG_SETTING_MAX_ATTEMPTS, TRACEDAG_ORIGIN_JOB,
                 line_with("max_attempts: 2"));
    tracedag_dag_unref(dag);
}
END_TEST

/* All of them in one call are what each call gives. */
START_TEST(test_origins_in_one_call)
{
    tracedag_dag *dag = ten();
    tracedag_list list;
    ck_assert_int_eq(tracedag_dag_origins(dag, &list), TRACEDAG_OK);
    ck_assert_uint_eq(list.count, 60);
    for (uint32_t i = 0; i < 60; i++) {
        const tracedag_setting_origin *found = record(&list, i);
        uint32_t line;
        ck_assert_uint_eq(found->job, i / 6);
        ck_assert_uint_eq(found->setting, i % 6 + 1);
        ck_assert_uint_eq(found->origin,
                          tracedag_dag_origin(dag, found->job, found->setting, &line));
        ck_assert_uint_eq(found->line, line);
    }
    tracedag_free(list.items);
    list.count = 1;
    ck_assert_int_eq(tracedag_dag_origins(NULL, &list), TRACEDAG_MISUSE);
    ck_assert_ptr_null(list.items);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_int_eq(tracedag_dag_origins(dag, NULL), TRACEDAG_MISUSE);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_origins_of_nothing)
{
    static const uint32_t settings[] = {0, 7, UINT32_MAX, UINT32_C(1) << 31, 257};
    tracedag_dag *dag = ten();
    uint32_t line = 5;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        ck_assert_uint_eq(tracedag_dag_origin(dag, 0, settings[i], &line), 0);
        ck_assert_uint_eq(line, 0);
    }
    ck_assert_uint_eq(tracedag_dag_origin(dag, 10, 1, NULL), 0);
    ck_assert_uint_eq(tracedag_dag_origin(dag, TRACEDAG_NO_JOB, 1, NULL), 0);
    tracedag_dag_unref(dag);
}
END_TEST

/* ---- inputs, names, datasets ------------------------------------------------------------ */

static const tracedag_input *input_of(const tracedag_dag *dag, const char *job,
                                      uint32_t index)
{
    tracedag_list list;
    const tracedag_job *reader = job_named(dag, job);
    tracedag_dag_inputs(dag, &list);
    ck_assert_uint_lt(index, reader->input_count);
    const tracedag_input *input = record(&list, reader->first_input + index);
    ck_assert_uint_eq(input->reader, job_of(dag, job));
    return input;
}

START_TEST(test_inputs)
{
    tracedag_dag *dag = ten();
    tracedag_list list;
    tracedag_dag_inputs(dag, &list);
    ck_assert_uint_eq(list.count, 12);
    ck_assert_uint_eq(job_named(dag, "zip")->input_count, 3);
    const tracedag_input *first = input_of(dag, "zip", 0);
    ck_assert_uint_eq(first->job, job_of(dag, "hook"));
    ck_assert_uint_eq(first->output, 2);
    ck_assert_uint_eq(first->where_count, 3);
    ck_assert_uint_eq(first->dataset.len, 0);
    ck_assert_uint_eq(first->line, line_with("- from: {job: hook, output: 2}"));
    ck_assert_uint_eq(input_of(dag, "zip", 1)->job, job_of(dag, "trigger"));
    ck_assert_uint_eq(input_of(dag, "zip", 1)->where, 0);
    ck_assert_uint_eq(input_of(dag, "zip", 1)->where_count, 0);
    ck_assert_uint_eq(input_of(dag, "zip", 2)->job, job_of(dag, "hook"));
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_inputs_from_datasets)
{
    tracedag_dag *dag = ten();
    const tracedag_input *inside = input_of(dag, "udf-job", 0);
    const tracedag_input *outside = input_of(dag, "udf-job", 1);
    ck_assert(is_text(inside->dataset, "zipped"));
    ck_assert_uint_eq(inside->job, job_of(dag, "zip"));
    ck_assert_uint_eq(inside->output, 1);
    ck_assert(is_text(outside->dataset, "world"));
    ck_assert_uint_eq(outside->job, TRACEDAG_NO_JOB);
    ck_assert_uint_eq(outside->output, 0);
    ck_assert_uint_eq(outside->where_count, 1);
    ck_assert_uint_eq(outside->line, line_with("- from: {dataset: world}"));
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_inputs_lie_job_by_job)
{
    tracedag_dag *dag = ten();
    tracedag_list list;
    size_t seen = 0;
    tracedag_dag_inputs(dag, &list);
    for (uint32_t job = 0; tracedag_dag_job(dag, job); job++) {
        const tracedag_job *reader = tracedag_dag_job(dag, job);
        for (uint32_t i = 0; i < reader->input_count; i++, seen++) {
            const tracedag_input *input = record(&list, reader->first_input + i);
            ck_assert_uint_eq(input->reader, job);
        }
    }
    ck_assert_uint_eq(seen, list.count);
    tracedag_dag_unref(dag);
}
END_TEST

static void check_names(const tracedag_dag *dag, uint32_t first, uint32_t count,
                        const char *const *expected, uint32_t wanted)
{
    tracedag_list list;
    tracedag_dag_names(dag, &list);
    ck_assert_uint_eq(count, wanted);
    for (uint32_t i = 0; i < wanted; i++) {
        const tracedag_text *name = record(&list, first + i);
        ck_assert_msg(is_text(*name, expected[i]), "%u: %.*s", i, (int)name->len,
                      name->ptr);
    }
}

START_TEST(test_keys_and_secrets)
{
    static const char *const keys[] = {"org_id", "zeta", "alpha"};
    static const char *const secrets[] = {"TOKEN", "one", "two"};
    static const char *const id[] = {"id"};
    tracedag_dag *dag = ten();
    const tracedag_job *hook = job_named(dag, "hook");
    const tracedag_job *udf = job_named(dag, "udf-job");
    check_names(dag, hook->first_key, hook->key_count, keys, 3);
    check_names(dag, hook->first_secret, hook->secret_count, secrets, 3);
    check_names(dag, udf->first_key, udf->key_count, id, 1);
    ck_assert_uint_eq(udf->secret_count, 0);
    ck_assert_uint_eq(job_named(dag, "zip")->key_count, 0);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_publishes)
{
    tracedag_dag *dag = ten();
    tracedag_list list;
    tracedag_dag_publishes(dag, &list);
    ck_assert_uint_eq(list.count, 3);
    const tracedag_publish *hooked = record(&list, 0);
    const tracedag_publish *ids = record(&list, 1);
    const tracedag_publish *zipped = record(&list, 2);
    ck_assert(is_text(hooked->name, "hooked"));
    ck_assert_uint_eq(hooked->job, job_of(dag, "hook"));
    ck_assert_uint_eq(hooked->storage, 0);
    ck_assert_uint_eq(hooked->write_mode, 0);
    ck_assert_uint_eq(hooked->schema, 0);
    ck_assert(is_text(ids->name, "ids"));
    ck_assert_uint_eq(ids->job, job_of(dag, "udf-job"));
    ck_assert_uint_eq(ids->output, 0);
    ck_assert_uint_eq(ids->storage, TRACEDAG_STORAGE_POSTGRES);
    ck_assert_uint_eq(ids->write_mode, TRACEDAG_WRITE_BUFFERED);
    ck_assert_uint_eq(tracedag_value_kind(dag, ids->schema), TRACEDAG_KIND_MAP);
    ck_assert_uint_eq(tracedag_value_count(dag, ids->schema), 3);
    ck_assert(is_text(zipped->name, "zipped"));
    ck_assert_uint_eq(zipped->output, 1);
    ck_assert_uint_eq(zipped->storage, TRACEDAG_STORAGE_S3);
    ck_assert_uint_eq(hooked->line, line_with("  hooked:"));
    ck_assert_uint_eq(ids->line, line_with("  ids:"));
    ck_assert_uint_eq(zipped->line, line_with("  zipped:"));
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_external_datasets)
{
    tracedag_dag *dag = ten();
    tracedag_list list;
    tracedag_dag_external_datasets(dag, &list);
    ck_assert_uint_eq(list.count, 2);
    ck_assert(is_text(*(const tracedag_text *)record(&list, 0), "abroad"));
    ck_assert(is_text(*(const tracedag_text *)record(&list, 1), "world"));
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_lines_of_jobs)
{
    tracedag_dag *dag = ten();
    ck_assert_uint_eq(job_named(dag, "hook")->line, line_with("name: hook"));
    ck_assert_uint_eq(job_named(dag, "b1")->line, line_with("{name: b1,"));
    ck_assert_uint_eq(job_named(dag, "m")->line, line_with("{name: m,"));
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_order)
{
    static const char *const order[] = {"a",  "hook", "m",  "trigger", "zip",
                                        "b1", "b10",  "b2", "sink",    "udf-job"};
    tracedag_dag *dag = ten();
    tracedag_list list;
    tracedag_dag_order(dag, &list);
    ck_assert_uint_eq(list.count, 10);
    for (size_t i = 0; i < 10; i++)
        ck_assert_uint_eq(*(const uint32_t *)record(&list, i), job_of(dag, order[i]));
    tracedag_dag_unref(dag);
}
END_TEST

/* 2026-11-24T12:00:00Z, a Tuesday. */
#define NOON INT64_C(1795521600)
#define DAY INT64_C(86400)

static void check_runs(const tracedag_dag *dag, const char *job, uint32_t most,
                       uint32_t count, int64_t first, int64_t period)
{
    tracedag_list runs;
    ck_assert_int_eq(tracedag_dag_next_runs(dag, job_of(dag, job), NOON, most, &runs),
                     TRACEDAG_OK);
    ck_assert_uint_eq(runs.count, count);
    ck_assert((runs.items != NULL) == (count > 0));
    ck_assert_uint_eq(runs.stride, sizeof(int64_t));
    for (uint32_t i = 0; i < count; i++)
        ck_assert_int_eq(*(const int64_t *)record(&runs, i), first + i * period);
    tracedag_free(runs.items);
}

START_TEST(test_next_runs)
{
    tracedag_dag *dag = ten();
    check_runs(dag, "trigger", 3, 3, NOON + 2 * DAY, 2 * DAY);
    check_runs(dag, "trigger", 0, 0, 0, 0);
    check_runs(dag, "trigger", TRACEDAG_RUNS_MOST, TRACEDAG_RUNS_MOST, NOON + 2 * DAY,
               2 * DAY);
    check_runs(dag, "hook", 3, 0, 0, 0);
    check_runs(dag, "zip", 3, 0, 0, 0);
    tracedag_dag_unref(dag);
}
END_TEST

static tracedag_dag *with_schedule(const char *schedule)
{
    char document[512];
    snprintf(
        document, sizeof document,
        "{name: a, jobs: [{name: a, activation: source, runtime: lambda, operator: o,"
        " outputs: 0, source: {kind: cron, schedule: \"%s\"}}]}",
        schedule);
    return must_accept(document, strlen(document), NULL);
}

/* The schedule is kept in its canonical spelling, which means the same. */
START_TEST(test_next_runs_of_cron)
{
    tracedag_dag *dag = with_schedule("cron(05  13 ? * TUE-WED *)");
    check_runs(dag, "a", 2, 2, NOON + 65 * 60, DAY);
    tracedag_dag_unref(dag);
    dag = with_schedule("0 13 * * SUN,2-3,7-7");
    check_runs(dag, "a", 2, 2, NOON + 3600, DAY);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_next_runs_end)
{
    tracedag_dag *dag = with_schedule("cron(0 13 24-25 11 ? 2020-2026)");
    check_runs(dag, "a", 10, 2, NOON + 3600, DAY);
    tracedag_dag_unref(dag);
    dag = with_schedule("cron(0 12 24 11 ? 2026)");
    check_runs(dag, "a", 10, 0, 0, 0);
    tracedag_dag_unref(dag);
}
END_TEST

/* Lists of a DAG that has nothing to list. */
START_TEST(test_empty_lists)
{
    tracedag_dag *dag = must_accept(one_job, strlen(one_job), NULL);
    tracedag_list list;
    tracedag_dag_inputs(dag, &list);
    ck_assert_uint_eq(list.count, 0);
    tracedag_dag_names(dag, &list);
    ck_assert_uint_eq(list.count, 0);
    tracedag_dag_publishes(dag, &list);
    ck_assert_uint_eq(list.count, 0);
    tracedag_dag_external_datasets(dag, &list);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_uint_gt(list.stride, 0);
    tracedag_dag_order(dag, &list);
    ck_assert_uint_eq(list.count, 1);
    tracedag_dag_jobs(dag, &list);
    ck_assert_uint_eq(list.count, 1);
    ck_assert_uint_ge(list.stride, sizeof(tracedag_job));
    tracedag_dag_unref(dag);
}
END_TEST

/* ---- values ----------------------------------------------------------------------------- */

static bool is_value(const tracedag_dag *dag, tracedag_value value, const char *expected)
{
    tracedag_text text;
    tracedag_value_text(dag, value, &text);
    return text.ptr && is_text(text, expected);
}

/* The value of a key of a map; 0 where it is not. */
static tracedag_value at_key(const tracedag_dag *dag, tracedag_value map, const char *key)
{
    for (tracedag_value item = tracedag_value_first(dag, map); item;
         item = tracedag_value_next(dag, map, item)) {
        tracedag_text text;
        tracedag_value_key(dag, map, item, &text);
        if (is_text(text, key))
            return item;
    }
    return 0;
}

static tracedag_value at_index(const tracedag_dag *dag, tracedag_value list, size_t index)
{
    tracedag_value item = tracedag_value_first(dag, list);
    for (; index > 0; index--)
        item = tracedag_value_next(dag, list, item);
    return item;
}

static void check_scalar(const tracedag_dag *dag, tracedag_value value, uint32_t kind,
                         const char *text)
{
    ck_assert_uint_eq(tracedag_value_kind(dag, value), kind);
    ck_assert_msg(is_value(dag, value, text), "not %s", text);
    ck_assert_uint_eq(tracedag_value_count(dag, value), 0);
    ck_assert_uint_eq(tracedag_value_first(dag, value), 0);
}

START_TEST(test_where)
{
    tracedag_dag *dag = ten();
    const tracedag_input *input = input_of(dag, "zip", 0);
    ck_assert_uint_eq(tracedag_value_kind(dag, input->where), TRACEDAG_KIND_MAP);
    ck_assert_uint_eq(tracedag_value_count(dag, input->where), 3);
    check_scalar(dag, at_key(dag, input->where, "kind"), TRACEDAG_KIND_TEXT, "a");
    check_scalar(dag, at_key(dag, input->where, "level"), TRACEDAG_KIND_INTEGER, "3");
    check_scalar(dag, at_key(dag, input->where, "on"), TRACEDAG_KIND_BOOLEAN, "true");
    ck_assert_uint_eq(at_key(dag, input->where, "off"), 0);
    tracedag_dag_unref(dag);
}
END_TEST

static void check_shared(const tracedag_dag *dag, tracedag_value shared)
{
    ck_assert_uint_eq(tracedag_value_kind(dag, shared), TRACEDAG_KIND_MAP);
    ck_assert_uint_eq(tracedag_value_count(dag, shared), 2);
    tracedag_value list = at_key(dag, shared, "list");
    check_scalar(dag, at_key(dag, shared, "n"), TRACEDAG_KIND_INTEGER, "0x10");
    ck_assert_uint_eq(tracedag_value_kind(dag, list), TRACEDAG_KIND_LIST);
    ck_assert_uint_eq(tracedag_value_count(dag, list), 5);
    check_scalar(dag, at_index(dag, list, 0), TRACEDAG_KIND_INTEGER, "1");
    check_scalar(dag, at_index(dag, list, 1), TRACEDAG_KIND_TEXT, "two");
    check_scalar(dag, at_index(dag, list, 2), TRACEDAG_KIND_FLOAT, "3.50");
    check_scalar(dag, at_index(dag, list, 3), TRACEDAG_KIND_NULL, "null");
    check_scalar(dag, at_index(dag, list, 4), TRACEDAG_KIND_BOOLEAN, "true");
    ck_assert_uint_eq(at_index(dag, list, 5), 0);
}

START_TEST(test_config)
{
    tracedag_dag *dag = ten();
    tracedag_value config = job_named(dag, "hook")->config;
    ck_assert_uint_eq(tracedag_value_count(dag, config), 4);
    check_shared(dag, at_key(dag, config, "shared"));
    check_shared(dag, at_key(dag, config, "again"));
    tracedag_value deep = at_key(dag, config, "deep");
    ck_assert_uint_eq(tracedag_value_count(dag, deep), 2);
    check_shared(dag, at_index(dag, deep, 1));
    tracedag_value inner = at_index(dag, at_index(dag, deep, 0), 0);
    check_scalar(dag, at_index(dag, inner, 0), TRACEDAG_KIND_TEXT, "x\ty");
    tracedag_value empty = at_key(dag, config, "empty");
    ck_assert_uint_eq(tracedag_value_kind(dag, empty), TRACEDAG_KIND_MAP);
    ck_assert_uint_eq(tracedag_value_count(dag, empty), 0);
    ck_assert_uint_eq(tracedag_value_first(dag, empty), 0);
    tracedag_dag_unref(dag);
}
END_TEST

/* A config that is itself an alias is walked as what it stands for. */
START_TEST(test_config_behind_an_alias)
{
    struct text document = {NULL, 0, 0};
    put(&document,
        "%s    config: &c {x: [1, 2]}\n"
        "  - {name: b, outputs: 0, config: *c , " SOURCE_JOB "}\n",
        one_job);
    tracedag_dag *dag = must_accept(document.ptr, document.len, NULL);
    for (uint32_t job = 0; job < 2; job++) {
        tracedag_value config = tracedag_dag_job(dag, job)->config;
        ck_assert_uint_eq(tracedag_value_kind(dag, config), TRACEDAG_KIND_MAP);
        ck_assert_uint_eq(tracedag_value_count(dag, at_key(dag, config, "x")), 2);
    }
    tracedag_dag_unref(dag);
    drop(&document);
}
END_TEST

START_TEST(test_value_json)
{
    tracedag_dag *dag = ten();
    char *json;
    size_t size;
    const char expected[] = "{\"again\":{\"list\":[1,\"two\",3.5,null,true],\"n\":16},"
                            "\"deep\":[[[\"x\\ty\"]],{\"list\":[1,\"two\",3.5,null,true],"
                            "\"n\":16}],\"empty\":{},"
                            "\"shared\":{\"list\":[1,\"two\",3.5,null,true],\"n\":16}}";
    tracedag_value config = job_named(dag, "hook")->config;
    ck_assert_int_eq(tracedag_value_json(dag, config, &json, &size), TRACEDAG_OK);
    ck_assert_str_eq(json, expected);
    ck_assert_uint_eq(size, strlen(expected));
    tracedag_free(json);
    tracedag_value scalar = at_key(dag, at_key(dag, config, "again"), "n");
    ck_assert_int_eq(tracedag_value_json(dag, scalar, &json, NULL), TRACEDAG_OK);
    ck_assert_str_eq(json, "16");
    tracedag_free(json);
    ck_assert_int_eq(tracedag_value_json(dag, config, NULL, &size), TRACEDAG_MISUSE);
    ck_assert_uint_eq(size, 0);
    tracedag_dag_unref(dag);
}
END_TEST

static void check_no_text(const tracedag_dag *dag, tracedag_value value)
{
    tracedag_text text = {"x", 1};
    tracedag_value_text(dag, value, &text);
    ck_assert_ptr_null(text.ptr);
    ck_assert_uint_eq(text.len, 0);
    tracedag_value_text(dag, value, NULL);
}

static void check_no_key(const tracedag_dag *dag, tracedag_value map, tracedag_value item)
{
    tracedag_text key = {"x", 1};
    tracedag_value_key(dag, map, item, &key);
    ck_assert_ptr_null(key.ptr);
    ck_assert_uint_eq(key.len, 0);
    tracedag_value_key(dag, map, item, NULL);
}

static void check_no_value(const tracedag_dag *dag, tracedag_value value)
{
    size_t len = 7;
    char *json = (char *)"x";
    ck_assert_uint_eq(tracedag_value_kind(dag, value), 0);
    check_no_text(dag, value);
    check_no_key(dag, value, 1);
    ck_assert_uint_eq(tracedag_value_count(dag, value), 0);
    ck_assert_uint_eq(tracedag_value_first(dag, value), 0);
    ck_assert_uint_eq(tracedag_value_next(dag, value, 1), 0);
    ck_assert_int_eq(tracedag_value_json(dag, value, &json, &len), TRACEDAG_MISUSE);
    ck_assert_ptr_null(json);
    ck_assert_uint_eq(len, 0);
}

START_TEST(test_values_that_are_none)
{
    static const tracedag_value bad[] = {0, 100000, UINT32_MAX, UINT32_C(1) << 31};
    tracedag_dag *dag = ten();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check_no_value(dag, bad[i]);
    for (tracedag_value value = 0; value < 10; value++)
        check_no_value(NULL, value);
    tracedag_dag_unref(dag);
}
END_TEST

/* Any number may come in where a value is expected, in any place: nothing but an answer. */
START_TEST(test_values_in_any_combination)
{
    tracedag_dag *dag = ten();
    tracedag_value end = 0;
    for (tracedag_value value = 1; value < 1000; value++)
        end = tracedag_value_kind(dag, value) ? value : end;
    ck_assert_uint_gt(end, 100);
    for (tracedag_value map = 0; map < end + 3; map++) {
        for (tracedag_value item = 0; item < end + 3; item++) {
            tracedag_value next = tracedag_value_next(dag, map, item);
            tracedag_text key = {NULL, 1};
            tracedag_value_key(dag, map, item, &key);
            ck_assert_uint_le(next, end + 1);
            ck_assert(key.ptr || key.len == 0);
        }
        ck_assert_uint_le(tracedag_value_first(dag, map), end);
        ck_assert_uint_le(tracedag_value_count(dag, map), end);
    }
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_scalars_and_lists_have_no_keys)
{
    tracedag_dag *dag = ten();
    tracedag_value config = job_named(dag, "hook")->config;
    tracedag_value list = at_key(dag, at_key(dag, config, "shared"), "list");
    tracedag_value item = tracedag_value_first(dag, list);
    tracedag_text key;
    check_no_key(dag, list, item);
    check_no_key(dag, item, item);
    check_no_text(dag, list);
    check_no_text(dag, config);
    tracedag_value_key(dag, config, tracedag_value_first(dag, config), &key);
    ck_assert_ptr_nonnull(key.ptr);
    tracedag_dag_unref(dag);
}
END_TEST

/* ---- names of enumerated values --------------------------------------------------------- */

START_TEST(test_enum_names)
{
    static const struct {
        const char *field;
        const char *names[6]; /* from 1 on */
    } rows[] = {
        {"activation", {"source", "reactive"}},
        {"runtime", {"lambda", "ecs_platform", "dispatcher"}},
        {"execution_strategy", {"PerUpdate", "PerPartition"}},
        {"update_strategy", {"append", "replace"}},
        {"kind", {"cron", "webhook", "manual", "always_on"}},
        {"priority", {"normal", "bulk"}},
        {"backpressure_mode", {"pause"}},
        {"storage", {"postgres", "s3"}},
        {"write_mode", {"buffered", "direct"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t value = 1;
        ck_assert_ptr_null(tracedag_enum_name(rows[i].field, 0));
        for (; rows[i].names[value - 1]; value++)
            ck_assert_str_eq(tracedag_enum_name(rows[i].field, value),
                             rows[i].names[value - 1]);
        for (uint32_t more = value; more < value + 20; more++)
            ck_assert_ptr_null(tracedag_enum_name(rows[i].field, more));
        ck_assert_ptr_null(tracedag_enum_name(rows[i].field, UINT32_MAX));
        ck_assert_ptr_null(tracedag_enum_name(rows[i].field, UINT32_C(1) << 31));
    }
}
END_TEST

START_TEST(test_enum_names_of_other_fields)
{
    static const char *const fields[] = {"",      "name",   "jobs",     "outputs",
                                         "runti", "source", "runtimes", "Runtime"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        for (uint32_t value = 0; value < 4; value++)
            ck_assert_ptr_null(tracedag_enum_name(fields[i], value));
    }
    ck_assert_ptr_null(tracedag_enum_name(NULL, 1));
}
END_TEST

/* ---- random graphs ---------------------------------------------------------------------- */

enum { MOST_JOBS = 40, MOST_OUTPUTS = 4, MOST_EDGES = 400, GRAPHS = 60 };

struct edge {
    int reader;
    int job;
    int output;
};

/* Jobs by their place in the hidden order; names are a shuffle of numbers, so that the order
 * of names says nothing about the order of edges. */
struct graph {
    int jobs;
    int name[MOST_JOBS];
    int outputs[MOST_JOBS];
    struct edge edges[MOST_EDGES];
    int edge_count;
    bool published[MOST_JOBS][MOST_OUTPUTS];
    uint32_t seed;
};

static int below(struct graph *g, int bound)
{
    g->seed = g->seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return (int)((g->seed >> 8) % (uint32_t)bound);
}

static void shuffle_names(struct graph *g)
{
    for (int i = 0; i < g->jobs; i++) {
        int j = below(g, i + 1);
        g->name[i] = g->name[j];
        g->name[j] = i;
    }
}

static bool has_edge(const struct graph *g, int reader, int job, int output)
{
    for (int i = 0; i < g->edge_count; i++) {
        const struct edge *e = &g->edges[i];
        if (e->reader == reader && e->job == job && e->output == output)
            return true;
    }
    return false;
}

static void add_edges(struct graph *g, int reader)
{
    int tries = below(g, 6);
    for (int i = 0; i < tries && reader > 0; i++) {
        int job = below(g, reader);
        int output = below(g, MOST_OUTPUTS);
        if (output < g->outputs[job] && !has_edge(g, reader, job, output))
            g->edges[g->edge_count++] = (struct edge){reader, job, output};
    }
}

static void make_graph(struct graph *g, uint32_t seed)
{
    *g = (struct graph){.seed = seed};
    g->jobs = 1 + below(g, MOST_JOBS);
    shuffle_names(g);
    for (int i = 0; i < g->jobs; i++) {
        g->outputs[i] = below(g, MOST_OUTPUTS + 1);
        for (int o = 0; o < g->outputs[i]; o++)
            g->published[i][o] = below(g, 3) == 0;
        add_edges(g, i);
    }
}

static void put_inputs(struct text *out, struct graph *g, int reader)
{
    put(out, "    inputs:\n      - from: {dataset: other%d}\n", below(g, 3));
    for (int i = 0; i < g->edge_count; i++) {
        const struct edge *e = &g->edges[i];
        if (e->reader != reader)
            continue;
        if (g->published[e->job][e->output] && below(g, 2))
            put(out, "      - from: {dataset: d%d_%d}\n", e->job, e->output);
        else
            put(out, "      - from: {job: j%d, output: %d}\n", g->name[e->job],
                e->output);
    }
}

static void put_job(struct text *out, struct graph *g, int job)
{
    put(out,
        "  - name: j%d\n    runtime: ecs_platform\n    operator: op\n"
        "    activation: reactive\n    execution_strategy: PerUpdate\n    outputs: %d\n",
        g->name[job], g->outputs[job]);
    if (g->outputs[job])
        put(out, "    update_strategy: replace\n");
    put_inputs(out, g, job);
}

/* Jobs stand in the file in an order of their own. */
static void put_graph(struct text *out, struct graph *g)
{
    int step = g->jobs % 7 ? 7 : 11;
    put(out, "name: random\njobs:\n");
    for (int i = 0; i < g->jobs; i++)
        put_job(out, g, i * (g->jobs % step == 0 ? 1 : step) % g->jobs);
    bool any = false;
    for (int i = 0; i < g->jobs; i++) {
        for (int o = 0; o < g->outputs[i]; o++) {
            if (!g->published[i][o])
                continue;
            put(out, "%s  d%d_%d: {from: {job: j%d, output: %d}}\n",
                any ? "" : "publish:\n", i, o, g->name[i], o);
            any = true;
        }
    }
}

/* The number of each job in the DAG, by its name. */
static void number_jobs(const struct graph *g, const tracedag_dag *dag, uint32_t *index)
{
    for (int i = 0; i < g->jobs; i++) {
        char name[16];
        snprintf(name, sizeof name, "j%d", g->name[i]);
        index[i] = job_of(dag, name);
    }
}

/* Direct readers as a table; output -1 means any. */
static void mark_direct(const struct graph *g, const uint32_t *index, int output,
                        bool reads[MOST_JOBS][MOST_JOBS])
{
    for (int i = 0; i < g->edge_count; i++) {
        const struct edge *e = &g->edges[i];
        if (output < 0 || e->output == output)
            reads[index[e->reader]][index[e->job]] = true;
    }
}

static void close_over(int jobs, bool reads[MOST_JOBS][MOST_JOBS])
{
    for (int k = 0; k < jobs; k++) {
        for (int i = 0; i < jobs; i++) {
            for (int j = 0; j < jobs; j++)
                reads[i][j] = reads[i][j] || (reads[i][k] && reads[k][j]);
        }
    }
}

/* Of the jobs whose inputs are all placed, the one with the first name, again and again. */
static void place_jobs(int jobs, bool reads[MOST_JOBS][MOST_JOBS], uint32_t *order)
{
    bool placed[MOST_JOBS] = {false};
    for (int n = 0; n < jobs; n++) {
        int next = -1;
        for (int i = jobs - 1; i >= 0; i--) {
            bool ready = !placed[i];
            for (int j = 0; j < jobs; j++)
                ready = ready && (!reads[i][j] || placed[j]);
            next = ready ? i : next;
        }
        ck_assert_int_ge(next, 0);
        placed[next] = true;
        order[n] = (uint32_t)next;
    }
}

/* Compares a list that the library made with the marked jobs in order; then releases it. */
static void check_list(const tracedag_list *list, const bool *marked,
                       const uint32_t *order, int jobs)
{
    size_t n = 0;
    for (int i = 0; i < jobs; i++) {
        if (!marked[order[i]])
            continue;
        ck_assert_uint_lt(n, list->count);
        ck_assert_uint_eq(*(const uint32_t *)record(list, n), order[i]);
        n++;
    }
    ck_assert_uint_eq(n, list->count);
    ck_assert((list->items == NULL) == (list->count == 0));
    tracedag_free(list->items);
}

struct truth {
    bool direct[MOST_JOBS][MOST_JOBS];
    bool all[MOST_JOBS][MOST_JOBS];
    uint32_t order[MOST_JOBS];
    uint32_t index[MOST_JOBS];
};

static void check_upstream(const tracedag_dag *dag, const struct truth *t, int jobs)
{
    for (uint32_t job = 0; job < (uint32_t)jobs; job++) {
        tracedag_list list;
        ck_assert_int_eq(tracedag_dag_upstream(dag, job, 0, &list), TRACEDAG_OK);
        check_list(&list, t->direct[job], t->order, jobs);
        ck_assert_int_eq(tracedag_dag_upstream(dag, job, 1, &list), TRACEDAG_OK);
        check_list(&list, t->all[job], t->order, jobs);
    }
}

/* Who reads this output of a job, and who reads those readers. */
static void check_downstream(const tracedag_dag *dag, const struct truth *t,
                             const struct graph *g, uint32_t job, int output)
{
    bool reads[MOST_JOBS][MOST_JOBS] = {{false}};
    bool near[MOST_JOBS] = {false};
    bool far[MOST_JOBS] = {false};
    mark_direct(g, t->index, output, reads);
    for (int i = 0; i < g->jobs; i++) {
        near[i] = reads[i][job];
        for (int j = 0; j < g->jobs; j++)
            far[j] = far[j] || (near[i] && (i == j || t->all[j][i]));
    }
    tracedag_list list;
    uint32_t wanted = output < 0 ? TRACEDAG_ANY_OUTPUT : (uint32_t)output;
    ck_assert_int_eq(tracedag_dag_downstream(dag, job, wanted, 0, &list), TRACEDAG_OK);
    check_list(&list, near, t->order, g->jobs);
    ck_assert_int_eq(tracedag_dag_downstream(dag, job, wanted, 1, &list), TRACEDAG_OK);
    check_list(&list, far, t->order, g->jobs);
}

static void check_order(const tracedag_dag *dag, const struct truth *t, int jobs)
{
    tracedag_list list;
    tracedag_dag_order(dag, &list);
    ck_assert_uint_eq(list.count, (size_t)jobs);
    for (int i = 0; i < jobs; i++)
        ck_assert_uint_eq(*(const uint32_t *)record(&list, (size_t)i), t->order[i]);
}

START_TEST(test_random_graph)
{
    struct graph g;
    struct truth t = {.direct = {{false}}};
    struct text document = {NULL, 0, 0};
    make_graph(&g, (uint32_t)_i + 1);
    put_graph(&document, &g);
    tracedag_dag *dag = must_accept(document.ptr, document.len, NULL);
    number_jobs(&g, dag, t.index);
    mark_direct(&g, t.index, -1, t.direct);
    memcpy(t.all, t.direct, sizeof t.all);
    close_over(g.jobs, t.all);
    place_jobs(g.jobs, t.direct, t.order);
    check_order(dag, &t, g.jobs);
    check_upstream(dag, &t, g.jobs);
    for (uint32_t job = 0; job < (uint32_t)g.jobs; job++) {
        int outputs = (int)tracedag_dag_job(dag, job)->outputs;
        for (int output = -1; output < outputs; output++)
            check_downstream(dag, &t, &g, job, output);
    }
    tracedag_dag_unref(dag);
    drop(&document);
}
END_TEST

/* ---- forms and hashes ------------------------------------------------------------------- */

static char *must_write(const tracedag_dag *dag, uint32_t form, uint32_t syntax)
{
    char *text;
    size_t size;
    ck_assert_int_eq(tracedag_dag_write(dag, form, syntax, &text, &size), TRACEDAG_OK);
    ck_assert_uint_eq(strlen(text), size);
    ck_assert_uint_gt(size, 0);
    ck_assert_int_eq(text[size - 1], '\n');
    return text;
}

static bool holds(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

START_TEST(test_forms)
{
    tracedag_dag *dag = ten();
    char *canonical = must_write(dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON);
    char *resolved = must_write(dag, TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_JSON);
    char *origins = must_write(dag, TRACEDAG_FORM_ORIGINS, TRACEDAG_SYNTAX_JSON);
    const char *ends[] = {canonical, resolved, origins};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_ptr_eq(strchr(ends[i], '\n'), ends[i] + strlen(ends[i]) - 1);
        ck_assert_int_eq(ends[i][0], '{');
    }
    ck_assert(!holds(canonical, "\"backpressure_mode\""));
    ck_assert(!holds(canonical, "\"defaults\""));
    ck_assert(holds(resolved, "\"backpressure_mode\":\"pause\""));
    ck_assert(!holds(resolved, "\"origins\""));
    ck_assert(holds(origins, "\"origins\""));
    tracedag_free(canonical);
    tracedag_free(resolved);
    tracedag_free(origins);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_forms_in_yaml)
{
    tracedag_dag *dag = ten();
    char *canonical = must_write(dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_YAML);
    char *resolved = must_write(dag, TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_YAML);
    char *origins = must_write(dag, TRACEDAG_FORM_ORIGINS, TRACEDAG_SYNTAX_YAML);
    const char *texts[] = {canonical, resolved, origins};
    for (size_t i = 0; i < 3; i++) {
        tracedag_dag *again = must_accept(texts[i], strlen(texts[i]), NULL);
        ck_assert_str_eq(tracedag_dag_hash(again), tracedag_dag_hash(dag));
        tracedag_dag_unref(again);
    }
    ck_assert(!holds(canonical, "#"));
    ck_assert(!holds(resolved, "#"));
    ck_assert(holds(origins, "# built-in"));
    ck_assert(holds(origins, "# defaults, line 3"));
    tracedag_free(canonical);
    tracedag_free(resolved);
    tracedag_free(origins);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_forms_and_syntaxes_that_are_none)
{
    static const uint32_t bad[] = {0, 4, UINT32_MAX, UINT32_C(1) << 31, 257};
    tracedag_dag *dag = ten();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *text = (char *)"x";
        size_t size = 7;
        ck_assert_int_eq(
            tracedag_dag_write(dag, bad[i], TRACEDAG_SYNTAX_JSON, &text, &size),
            TRACEDAG_MISUSE);
        ck_assert_ptr_null(text);
        ck_assert_uint_eq(size, 0);
        text = (char *)"x";
        ck_assert_int_eq(
            tracedag_dag_write(dag, TRACEDAG_FORM_CANONICAL, bad[i], &text, NULL),
            TRACEDAG_MISUSE);
        ck_assert_ptr_null(text);
    }
    char *text = NULL;
    size_t size = 7;
    ck_assert_int_eq(tracedag_dag_write(dag, 1, 3, &text, &size), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_dag_write(dag, 1, 1, NULL, &size), TRACEDAG_MISUSE);
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(tracedag_dag_write(dag, 1, 1, &text, NULL), TRACEDAG_OK);
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

static void check_hash_form(const char *hash, const char *prefix)
{
    size_t head = strlen(prefix);
    ck_assert_uint_eq(strlen(hash), head + 32);
    ck_assert_uint_lt(strlen(hash), TRACEDAG_HASH_ROOM);
    ck_assert_msg(strncmp(hash, prefix, head) == 0, "%s", hash);
    ck_assert_uint_eq(strspn(hash + head, "0123456789abcdef"), 32);
}

START_TEST(test_hash_forms)
{
    tracedag_dag *dag = ten();
    char hash[TRACEDAG_HASH_ROOM];
    check_hash_form(tracedag_dag_hash(dag), "td1:");
    ck_assert_ptr_eq(tracedag_dag_hash(dag), tracedag_dag_hash(dag));
    for (uint32_t job = 0; job < 10; job++) {
        ck_assert_int_eq(
            tracedag_dag_job_hash(dag, job, TRACEDAG_HASH_JOB, hash, sizeof hash),
            TRACEDAG_OK);
        check_hash_form(hash, "tdj1:");
        ck_assert_int_eq(tracedag_dag_job_hash(dag, job, TRACEDAG_HASH_MATERIALIZATION,
                                               hash, sizeof hash),
                         TRACEDAG_OK);
        check_hash_form(hash, "tdm1:");
    }
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_job_hashes_in_one_call)
{
    tracedag_dag *dag = ten();
    tracedag_list list;
    char hash[TRACEDAG_HASH_ROOM];
    ck_assert_int_eq(tracedag_dag_job_hashes(dag, &list), TRACEDAG_OK);
    ck_assert_uint_eq(list.count, 10);
    for (uint32_t job = 0; job < 10; job++) {
        const tracedag_job_hashes *found = record(&list, job);
        tracedag_dag_job_hash(dag, job, TRACEDAG_HASH_JOB, hash, sizeof hash);
        ck_assert_str_eq(found->job, hash);
        tracedag_dag_job_hash(dag, job, TRACEDAG_HASH_MATERIALIZATION, hash, sizeof hash);
        ck_assert_str_eq(found->materialization, hash);
        for (size_t i = strlen(found->job); i < sizeof found->job; i++)
            ck_assert_int_eq(found->job[i] | found->materialization[i], 0);
    }
    tracedag_free(list.items);
    list.count = 1;
    ck_assert_int_eq(tracedag_dag_job_hashes(NULL, &list), TRACEDAG_MISUSE);
    ck_assert_ptr_null(list.items);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_int_eq(tracedag_dag_job_hashes(dag, NULL), TRACEDAG_MISUSE);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_job_hash_misuse)
{
    static const uint32_t kinds[] = {0, 3, UINT32_MAX, UINT32_C(1) << 31};
    tracedag_dag *dag = ten();
    char hash[TRACEDAG_HASH_ROOM] = "kept";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        ck_assert_int_eq(tracedag_dag_job_hash(dag, 0, kinds[i], hash, sizeof hash),
                         TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_dag_job_hash(dag, 10, 1, hash, sizeof hash),
                     TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_dag_job_hash(dag, TRACEDAG_NO_JOB, 1, hash, sizeof hash),
                     TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_dag_job_hash(dag, 0, 1, hash, sizeof hash - 1),
                     TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_dag_job_hash(dag, 0, 1, hash, 0), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_dag_job_hash(dag, 0, 1, NULL, sizeof hash),
                     TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_dag_job_hash(NULL, 0, 1, hash, sizeof hash),
                     TRACEDAG_MISUSE);
    ck_assert_str_eq(hash, "");
    tracedag_dag_unref(dag);
}
END_TEST

/* A name decides the hash of a job and not that of its data; the operator decides both. */
START_TEST(test_what_job_hashes_cover)
{
    struct text document = {NULL, 0, 0};
    put(&document, "name: d\njobs:\n"
                   "  - {name: a, outputs: 0, " SOURCE_JOB "}\n"
                   "  - {name: b, outputs: 0, " SOURCE_JOB "}\n"
                   "  - {name: c, outputs: 1, " SOURCE_JOB "}\n"
                   "  - {name: d, outputs: 0, priority: bulk, " SOURCE_JOB "}\n");
    tracedag_dag *dag = must_accept(document.ptr, document.len, NULL);
    char job[4][TRACEDAG_HASH_ROOM];
    char data[4][TRACEDAG_HASH_ROOM];
    for (uint32_t i = 0; i < 4; i++) {
        tracedag_dag_job_hash(dag, i, TRACEDAG_HASH_JOB, job[i], sizeof job[i]);
        tracedag_dag_job_hash(dag, i, TRACEDAG_HASH_MATERIALIZATION, data[i],
                              sizeof data[i]);
    }
    for (uint32_t i = 1; i < 4; i++)
        ck_assert_str_ne(job[0], job[i]);
    ck_assert_str_eq(data[0], data[1]);
    ck_assert_str_ne(data[0], data[2]);
    ck_assert_str_eq(data[0], data[3]);
    tracedag_dag_unref(dag);
    drop(&document);
}
END_TEST

/* The digits are those that `xxh128sum` prints for the same bytes. */
/* The hash of a job covers its part of the canonical form and an LF, also where that is hashed in
 * pieces. */
START_TEST(test_hash_of_a_large_job)
{
    struct text document = {NULL, 0, 0};
    put(&document, "%s    config: {a: &a [", one_job);
    put_times(&document, "some text, ", 900);
    put(&document, "], b: *a , c: *a , d: *a }\n");
    tracedag_dag *dag = must_accept(document.ptr, document.len, NULL);
    char *canonical;
    char hash[TRACEDAG_HASH_ROOM];
    char expected[TRACEDAG_HASH_ROOM];
    size_t size;
    tracedag_dag_write(dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON, &canonical,
                       &size);
    char *job = strstr(canonical, "{\"activation\"");
    char *end = strstr(canonical, "],\"name\":\"d\"}\n");
    *end = '\n';
    ck_assert_uint_gt(size, 40000);
    tracedag_source_hash(job, (size_t)(end - job) + 1, expected, sizeof expected);
    ck_assert_int_eq(tracedag_dag_job_hash(dag, 0, TRACEDAG_HASH_JOB, hash, sizeof hash),
                     TRACEDAG_OK);
    ck_assert_str_eq(strchr(hash, ':'), strchr(expected, ':'));
    tracedag_free(canonical);
    tracedag_dag_unref(dag);
    drop(&document);
}
END_TEST

START_TEST(test_source_hash)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *hash;
    } rows[] = {
        {"", 0, "src1:99aa06d3014798d86001c324468d497f"},
        {NULL, 0, "src1:99aa06d3014798d86001c324468d497f"},
        {"abc", 3, "src1:06b05ab6733a618578af5f94892f3950"},
        {"a\0b", 3, "src1:39797789ed4c7ea0d5a06cd078125351"},
        {"name: d\n", 8, "src1:c8e5b17b49b67cdb4ae0f2793673f823"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char hash[TRACEDAG_HASH_ROOM];
        ck_assert_int_eq(
            tracedag_source_hash(rows[i].bytes, rows[i].size, hash, sizeof hash),
            TRACEDAG_OK);
        ck_assert_str_eq(hash, rows[i].hash);
    }
}
END_TEST

START_TEST(test_source_hash_misuse)
{
    char hash[TRACEDAG_HASH_ROOM] = "kept";
    ck_assert_int_eq(tracedag_source_hash(NULL, 1, hash, sizeof hash), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_source_hash("", 0, NULL, sizeof hash), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_source_hash("", 0, hash, sizeof hash - 1), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_source_hash("", 0, hash, 0), TRACEDAG_MISUSE);
    ck_assert_str_eq(hash, "");
}
END_TEST

/* ---- the committed vectors -------------------------------------------------------------- */

static char *read_case(const char *name, size_t *size)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/cases/valid/%s.yaml", tests_folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "cannot read %s", path);
    char *bytes = malloc(1 << 20);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void check_vector(const char *name, const char *job, const char *expected)
{
    size_t size;
    char *bytes = read_case(name, &size);
    char hash[TRACEDAG_HASH_ROOM] = "";
    if (strncmp(expected, "src1:", 5) == 0) {
        tracedag_source_hash(bytes, size, hash, sizeof hash);
    } else {
        tracedag_dag *dag = must_accept(bytes, size, NULL);
        uint32_t kind = strncmp(expected, "tdj1:", 5) == 0
                            ? TRACEDAG_HASH_JOB
                            : TRACEDAG_HASH_MATERIALIZATION;
        tracedag_dag_job_hash(dag, job_of(dag, job), kind, hash, sizeof hash);
        tracedag_dag_unref(dag);
    }
    ck_assert_msg(strcmp(hash, expected) == 0, "%s %s: %s, expected %s", name, job, hash,
                  expected);
    free(bytes);
}

START_TEST(test_hash_vectors)
{
    char path[1024];
    char line[1024];
    size_t lines = 0;
    if (!tests_folder)
        return;
    snprintf(path, sizeof path, "%s/reference/hash-vectors.txt", tests_folder);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "cannot read %s", path);
    for (; fgets(line, sizeof line, file); lines++) {
        char name[256], job[256], expected[256];
        ck_assert_int_eq(sscanf(line, "%255s %255s %255s", name, job, expected), 3);
        check_vector(name, job, expected);
    }
    ck_assert_uint_gt(lines, 100);
    fclose(file);
}
END_TEST

static TCase *records(void)
{
    TCase *tests = tcase_create("records");
    tcase_add_test(tests, test_name);
    tcase_add_test(tests, test_jobs_are_in_order_of_names);
    tcase_add_test(tests, test_find_job_wants_the_whole_name);
    tcase_add_test(tests, test_source_jobs);
    tcase_add_test(tests, test_reactive_jobs);
    tcase_add_test(tests, test_tuning_fields_have_defaults_applied);
    tcase_add_test(tests, test_origins);
    tcase_add_test(tests, test_origins_in_one_call);
    tcase_add_test(tests, test_origins_of_nothing);
    tcase_add_test(tests, test_inputs);
    tcase_add_test(tests, test_inputs_from_datasets);
    tcase_add_test(tests, test_inputs_lie_job_by_job);
    tcase_add_test(tests, test_keys_and_secrets);
    tcase_add_test(tests, test_publishes);
    tcase_add_test(tests, test_external_datasets);
    tcase_add_test(tests, test_lines_of_jobs);
    tcase_add_test(tests, test_order);
    tcase_add_test(tests, test_next_runs);
    tcase_add_test(tests, test_next_runs_of_cron);
    tcase_add_test(tests, test_next_runs_end);
    tcase_add_test(tests, test_empty_lists);
    tcase_add_test(tests, test_enum_names);
    tcase_add_test(tests, test_enum_names_of_other_fields);
    return tests;
}

static TCase *values(void)
{
    TCase *tests = tcase_create("values");
    tcase_add_test(tests, test_where);
    tcase_add_test(tests, test_config);
    tcase_add_test(tests, test_config_behind_an_alias);
    tcase_add_test(tests, test_value_json);
    tcase_add_test(tests, test_values_that_are_none);
    tcase_add_test(tests, test_values_in_any_combination);
    tcase_add_test(tests, test_scalars_and_lists_have_no_keys);
    return tests;
}

static TCase *forms(void)
{
    TCase *tests = tcase_create("forms and hashes");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_forms);
    tcase_add_test(tests, test_forms_in_yaml);
    tcase_add_test(tests, test_forms_and_syntaxes_that_are_none);
    tcase_add_test(tests, test_hash_forms);
    tcase_add_test(tests, test_job_hashes_in_one_call);
    tcase_add_test(tests, test_job_hash_misuse);
    tcase_add_test(tests, test_what_job_hashes_cover);
    tcase_add_test(tests, test_hash_of_a_large_job);
    tcase_add_test(tests, test_source_hash);
    tcase_add_test(tests, test_source_hash_misuse);
    tcase_add_test(tests, test_hash_vectors);
    return tests;
}

Suite *suite_reading(void)
{
    Suite *suite = suite_create("reading a DAG");
    TCase *graphs = tcase_create("graphs");
    tcase_add_loop_test(graphs, test_random_graph, 0, GRAPHS);
    suite_add_tcase(suite, records());
    suite_add_tcase(suite, values());
    suite_add_tcase(suite, graphs);
    suite_add_tcase(suite, forms());
    return suite;
}
