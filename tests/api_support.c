#include "api.h"

#include <stdarg.h>
#include <stdio.h>

const char one_job[] = "name: d\n"
                       "jobs:\n"
                       "  - name: a\n"
                       "    activation: source\n"
                       "    runtime: ecs_platform\n"
                       "    operator: op\n"
                       "    outputs: 0\n"
                       "    source: {kind: manual}\n";

const char ten_jobs[] =
    "name: ten-jobs\n"
    "defaults:\n"
    "  max_attempts: 7\n"
    "  priority: bulk\n"
    "  max_queue_age: 90m\n"
    "jobs:\n"
    "  - &trigger\n"
    "    name: trigger\n"
    "    activation: source\n"
    "    runtime: lambda\n"
    "    operator: trigger_cron\n"
    "    outputs: 1\n"
    "    source: {kind: cron, schedule: \"rate(2  days)\"}\n"
    "    timeout_seconds: 60\n"
    "  - name: hook\n"
    "    activation: source\n"
    "    runtime: ecs_platform\n"
    "    operator: webhook\n"
    "    outputs: 3\n"
    "    source: {kind: webhook, webhook_path: /in/hook}\n"
    "    bootstrap: {reset_outputs: true}\n"
    "    update_strategy: append\n"
    "    unique_key: [org_id, zeta, alpha]\n"
    "    secrets: [two, one, TOKEN]\n"
    "    max_attempts: 2\n"
    "    config:\n"
    "      shared: &shared {n: 0x10, list: [1, two, 3.50, null, true]}\n"
    "      again: *shared\n"
    "      empty: {}\n"
    "      deep: [[[\"x\\ty\"]], *shared]\n"
    "  - name: zip\n"
    "    activation: reactive\n"
    "    runtime: dispatcher\n"
    "    operator: zip\n"
    "    outputs: 2\n"
    "    update_strategy: replace\n"
    "    execution_strategy: PerPartition\n"
    "    inputs:\n"
    "      - from: {job: hook, output: 2}\n"
    "        where: {kind: \"a\", level: 3, on: true}\n"
    "      - from: {job: trigger, output: 0}\n"
    "      - from: {job: hook, output: 2}\n"
    "    heartbeat_timeout_seconds: 30\n"
    "    priority: normal\n"
    "    max_queue_depth: 5\n"
    "    max_queue_age: 1h\n"
    "    backpressure_mode: pause\n"
    "  - name: udf-job\n"
    "    activation: reactive\n"
    "    runtime: lambda\n"
    "    operator: udf\n"
    "    outputs: 1\n"
    "    update_strategy: append\n"
    "    unique_key: [id]\n"
    "    execution_strategy: PerUpdate\n"
    "    udf: {bundle_id: b-1, entrypoint: mod.run}\n"
    "    inputs:\n"
    "      - from: {dataset: zipped}\n"
    "      - from: {dataset: world}\n"
    "        where: {chain_id: 1}\n"
    "  - {name: b1, activation: reactive, runtime: ecs_platform, operator: op, outputs: 1,\n"
    "     update_strategy: replace, execution_strategy: PerUpdate,\n"
    "     inputs: [{from: {job: zip, output: 1}}, {from: {dataset: abroad}}]}\n"
    "  - {name: b10, activation: reactive, runtime: ecs_platform, operator: op, outputs: 1,\n"
    "     update_strategy: replace, execution_strategy: PerUpdate,\n"
    "     inputs: [{from: {job: zip, output: 0}}, {from: {dataset: world}}]}\n"
    "  - {name: b2, activation: reactive, runtime: ecs_platform, operator: op, outputs: 1,\n"
    "     update_strategy: replace, execution_strategy: PerUpdate,\n"
    "     inputs: [{from: {job: b1, output: 0}}, {from: {job: b10, output: 0}}]}\n"
    "  - {name: sink, activation: reactive, runtime: ecs_platform, operator: op, outputs: 0,\n"
    "     execution_strategy: PerUpdate, inputs: [{from: {job: b2, output: 0}}]}\n"
    "  - {name: a, activation: source, runtime: ecs_platform, operator: op, outputs: 0,\n"
    "     source: {kind: always_on}}\n"
    "  - {name: m, activation: source, runtime: ecs_platform, operator: op, outputs: 0,\n"
    "     source: {kind: manual}}\n"
    "publish:\n"
    "  zipped:\n"
    "    from: {job: zip, output: 1}\n"
    "    storage: s3\n"
    "  ids:\n"
    "    from: {job: udf-job, output: 0}\n"
    "    write_mode: buffered\n"
    "    schema:\n"
    "      columns:\n"
    "        - {name: id, type: bigint, nullable: false}\n"
    "        - {name: body, type: jsonb}\n"
    "      unique: [id]\n"
    "      indexes: [[body], [body, id]]\n"
    "  hooked:\n"
    "    from: {job: hook, output: 0}\n";

const char broken[] = "name: Bad Name\n"
                      "jobs:\n"
                      "  - name: a\n"
                      "    activation: sometimes\n"
                      "    runtime: ecs_platform\n"
                      "    operator: op\n"
                      "    outputs: -1\n"
                      "    colour: red\n"
                      "    source: {kind: manual}\n";

const char *tests_folder;

static void make_room(struct text *out, size_t more)
{
    if (out->len + more + 1 <= out->room)
        return;
    out->room = (out->len + more + 1) * 2;
    out->ptr = realloc(out->ptr, out->room);
    ck_assert_ptr_nonnull(out->ptr);
}

void put(struct text *out, const char *format, ...)
{
    va_list args;
    if (!format) /* gcc with sanitizers takes this for possible, and warns */
        return;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    make_room(out, (size_t)len);
    va_start(args, format);
    vsnprintf(out->ptr + out->len, (size_t)len + 1, format, args);
    va_end(args);
    out->len += (size_t)len;
}

void put_times(struct text *out, const char *word, size_t times)
{
    size_t len = strlen(word);
    make_room(out, len * times);
    for (size_t i = 0; i < times; i++)
        memcpy(out->ptr + out->len + i * len, word, len);
    out->len += len * times;
    out->ptr[out->len] = '\0';
}

void drop(struct text *text)
{
    free(text->ptr);
    *text = (struct text){NULL, 0, 0};
}

/* All findings on lines of their own, for the message of a failed test. */
static const char *words_of(const tracedag_report *report)
{
    char *words = NULL;
    tracedag_report_render(report, TRACEDAG_FORMAT_TEXT, NULL, 0, &words, NULL);
    return words ? words : "";
}

tracedag_dag *must_accept(const char *bytes, size_t size, const tracedag_options *options)
{
    tracedag_dag *dag = NULL;
    tracedag_report *report = NULL;
    tracedag_status status = tracedag_check(bytes, size, options, &dag, &report);
    if (status != TRACEDAG_OK)
        ck_abort_msg("status %d: %.2000s", status, report ? words_of(report) : "");
    ck_assert_ptr_nonnull(dag);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 0);
    tracedag_report_unref(report);
    return dag;
}

tracedag_report *must_reject(const char *bytes, size_t size,
                             const tracedag_options *options)
{
    tracedag_dag *dag;
    tracedag_report *report = NULL;
    memset(&dag, 0xA5, sizeof dag);
    ck_assert_int_eq(tracedag_check(bytes, size, options, &dag, &report),
                     TRACEDAG_REJECTED);
    ck_assert_ptr_null(dag);
    ck_assert_ptr_nonnull(report);
    ck_assert_uint_gt(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 0);
    return report;
}

size_t count_code(const tracedag_report *report, uint32_t code)
{
    size_t count = 0;
    for (size_t i = 0; tracedag_report_finding(report, i); i++)
        count += tracedag_report_finding(report, i)->code == code;
    return count;
}

void set_limit(tracedag_options *options, uint32_t limit, uint64_t value)
{
    ck_assert_int_eq(tracedag_options_set_limit(options, limit, value), TRACEDAG_OK);
}

tracedag_options *with_limit(uint32_t limit, uint64_t value)
{
    tracedag_options *options = tracedag_options_new();
    ck_assert_ptr_nonnull(options);
    set_limit(options, limit, value);
    return options;
}

bool is_text(tracedag_text text, const char *expected)
{
    return text.len == strlen(expected) && memcmp(text.ptr, expected, text.len) == 0;
}

const void *record(const tracedag_list *list, size_t index)
{
    ck_assert_uint_lt(index, list->count);
    return (const char *)list->items + index * list->stride;
}
