/*
 * Memory that runs out: every allocation of the library, and of the YAML parser below it, fails
 * once, alone and with all that follow. Whatever happens, a call says so or does its work,
 * nothing leaks, and results that were handed out before stay as they are.
 */
#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tracedag/tracedag.h>

#include "memory.h"

/* ---- documents -------------------------------------------------------------------------- */

#define JOB(name, more) \
    "  - {name: " name ", activation: source, runtime: ecs_platform, operator: op,\n" \
    "     source: {kind: manual}, " more "}\n"
#define READER(name, inputs) \
    "  - {name: " name ", activation: reactive, runtime: ecs_platform, operator: op,\n" \
    "     outputs: 2, update_strategy: replace, execution_strategy: PerUpdate,\n" \
    "     inputs: [" inputs "]}\n"
#define FROM(name) "{from: {job: " name ", output: 0}}"
#define TEN(piece) piece piece piece piece piece piece piece piece piece piece

/* clang-format off */
static const struct document {
    const char *name;
    tracedag_status verdict;
    const char *bytes;
    uint64_t findings; /* the limit of findings; 0 for its default */
} documents[] = {
    {"minimal", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 0"), 0},
    {"graph", TRACEDAG_OK,
     "name: d\njobs:\n"
     READER("c", FROM("b") ", " FROM("a"))
     READER("b", FROM("a") ", {from: {dataset: x}, where: {k: v, n: 1}}")
     JOB("a", "outputs: 1")
     "publish:\n"
     "  p: {from: {job: b, output: 0}}\n"
     "  q: {from: {job: c, output: 1}, storage: s3}\n", 0},
    {"config", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 0, config: {s: \"a\\nb\\u00e9\", l: [1, 2.50, null, {x: [], y: {}}],\n"
              "     z: true, 'q': 'it''s'}"), 0},
    {"block scalars", TRACEDAG_OK,
     "name: d\njobs:\n"
     "  - name: a\n    activation: source\n    runtime: lambda\n    operator: op\n"
     "    outputs: 0\n    source: {kind: cron, schedule: \"5 4 * * SUN\"}\n    config:\n"
     "      x: |\n        one\n        two\n      y: >-\n        three\n        four\n", 0},
    {"aliases", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 0, config: &c {x: &x [1, &y {k: v}], z: *x }")
     JOB("b", "outputs: 0, config: *c ")
     JOB("c", "outputs: 0, config: {y: *y }"), 0},
    {"tuning", TRACEDAG_OK,
     "name: d\ndefaults: {max_attempts: 4, max_queue_age: 90m, priority: bulk}\njobs:\n"
     JOB("a", "outputs: 1, secrets: [two, one], update_strategy: append,\n"
              "     unique_key: [k, l], bootstrap: {reset_outputs: true}, max_queue_depth: 4")
     JOB("b", "outputs: 0, timeout_seconds: 5"), 0},
    {"schema", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 1, update_strategy: append, unique_key: [k]")
     "publish:\n  p:\n    from: {job: a, output: 0}\n    write_mode: buffered\n    schema:\n"
     "      columns:\n        - {name: k, type: text, nullable: false}\n"
     "        - {name: v, type: jsonb}\n      unique: [k]\n      indexes: [[v], [v, k]]\n", 0},
    {"many jobs", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a0", "outputs: 9")
     JOB("a1", "outputs: 1")
     JOB("a2", "outputs: 1")
     READER("b0", FROM("a0") ", " FROM("a1") ", " FROM("a2"))
     READER("b1", FROM("b0") ", " FROM("a2"))
     READER("b2", FROM("b1"))
     READER("b3", FROM("b2") ", " FROM("b1"))
     READER("b4", FROM("b3"))
     READER("b5", FROM("b4") ", {from: {dataset: p}}")
     READER("b6", FROM("b5"))
     "publish:\n  p: {from: {job: b4, output: 1}}\n", 0},
    {"cycles", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     READER("a", FROM("c"))
     READER("b", FROM("a"))
     READER("c", FROM("b"))
     READER("d", FROM("d"))
     READER("e", FROM("f") ", " FROM("c"))
     READER("f", FROM("e")), 0},
    {"wrong references", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     JOB("alpha", "outputs: 1")
     READER("b", FROM("alhpa") ", {from: {job: alpha, output: 4}}, {from: {x: 1}},\n"
                 "      {from: {dataset: A}, where: {k: [1]}}"), 0},
    {"wrong fields", TRACEDAG_REJECTED,
     "name: Bad\nextra: 1\njobs:\n"
     "  - {name: a, activaton: source, runtime: ecs_udf, outputs: -1}\n"
     "  - 5\n"
     "  - {name: a, outputs: 1.5, source: {kind: cron, schedule: \"61 * * * *\"},\n"
     "     max_queue_age: 5min}\n"
     "publish: {P: {from: {job: nope}}}\n", 0},
    {"wrong text", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     JOB("a", "outputs: 0, config: {x: !!int 1, <<: *no , x: \"\\0\", 1: 2, y: &y 1,\n"
              "     z: &y [*y , *z ]}"), 0},
    {"many repeated keys", TRACEDAG_REJECTED,
     "name: d\njobs:\n  - {name: a, " TEN("x: 1, ") TEN("x: 1, ") "y: 1}\n", 0},
    {"not YAML", TRACEDAG_REJECTED,
     "name: d\njobs:\n  - {name: a, outputs: [0, 1\n    x: y\n", 0},
    {"bad bytes", TRACEDAG_REJECTED,
     "name: d\xFF\njobs: [\x01 \xE2\x80\xA8 ]\r%x\n", 0},
    {"nothing", TRACEDAG_REJECTED,
     "# nothing\n", 0},
    {"many findings", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     TEN("  - {name: a, colour: red, outputs: x}\n  - {name: a, sources: 1}\n"), 0},
    {"more findings than are kept", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     TEN("  - {name: a, colour: red, outputs: *x }\n  - {name: a, sources: 1}\n"), 7},
};
/* clang-format on */

enum { DOCUMENTS = sizeof documents / sizeof *documents };

/* ---- one run of all calls --------------------------------------------------------------- */

enum { FORMS = 6, FORMATS = 2, REACHES = 4, TEXTS = FORMS + FORMATS + REACHES + 4 };

/* What the calls gave: a status and a text each. No assertion is made while calls may fail, for
 * Check allocates as well. */
struct run {
    tracedag_status parsed;
    tracedag_status judged;
    tracedag_status status[TEXTS];
    char *text[TEXTS];
    size_t size[TEXTS];
    bool kept; /* an out-parameter was left as it was, or was not cleared */
    char job_hash[TRACEDAG_HASH_ROOM];
    char hash[TRACEDAG_HASH_ROOM];
};

static void note_text(struct run *run, size_t at, tracedag_status status, char *text,
                      size_t size)
{
    run->status[at] = status;
    run->text[at] = text;
    run->size[at] = size;
    if (status != TRACEDAG_OK && (text || size))
        run->kept = true;
}

static void note_list(struct run *run, size_t at, tracedag_status status,
                      const tracedag_list *list)
{
    note_text(run, at, status, (char *)(uintptr_t)list->items,
              list->count * list->stride);
}

static void write_all(struct run *run, const tracedag_dag *dag)
{
    for (uint32_t i = 0; i < FORMS; i++) {
        char *text = (char *)run;
        size_t size = 7;
        tracedag_status status =
            tracedag_dag_write(dag, 1 + i / 2, 1 + i % 2, &text, &size);
        note_text(run, i, status, text, size);
    }
}

static void render_all(struct run *run, const tracedag_report *report)
{
    for (uint32_t i = 0; i < FORMATS; i++) {
        char *text = (char *)run;
        size_t size = 7;
        tracedag_status status =
            tracedag_report_render(report, 1 + i, "dag.yaml", 0, &text, &size);
        note_text(run, FORMS + i, status, text, size);
    }
}

static void reach_all(struct run *run, const tracedag_dag *dag)
{
    tracedag_list order;
    tracedag_dag_order(dag, &order);
    uint32_t first = *(const uint32_t *)order.items;
    uint32_t last = ((const uint32_t *)order.items)[order.count - 1];
    for (uint32_t i = 0; i < REACHES; i++) {
        tracedag_list jobs = {run, 7, 0};
        tracedag_status status =
            i < 2
                ? tracedag_dag_upstream(dag, last, i % 2, &jobs)
                : tracedag_dag_downstream(dag, first, TRACEDAG_ANY_OUTPUT, i % 2, &jobs);
        note_list(run, FORMS + FORMATS + i, status, &jobs);
    }
}

static void read_dag(struct run *run, const tracedag_dag *dag)
{
    char *json = (char *)run;
    size_t size = 7;
    size_t at = FORMS + FORMATS + REACHES;
    write_all(run, dag);
    reach_all(run, dag);
    if (tracedag_dag_job(dag, 0)->config) {
        tracedag_status status =
            tracedag_value_json(dag, tracedag_dag_job(dag, 0)->config, &json, &size);
        note_text(run, at, status, json, size);
    }
    tracedag_list list = {run, 7, 0};
    tracedag_status listed = tracedag_dag_origins(dag, &list);
    note_list(run, at + 1, listed, &list);
    list = (tracedag_list){run, 7, 0};
    listed = tracedag_dag_job_hashes(dag, &list);
    note_list(run, at + 2, listed, &list);
    run->status[at + 3] = tracedag_dag_job_hash(dag, 0, TRACEDAG_HASH_MATERIALIZATION,
                                                run->job_hash, sizeof run->job_hash);
    memcpy(run->hash, tracedag_dag_hash(dag), strlen(tracedag_dag_hash(dag)) + 1);
}

static tracedag_options *options_for(const struct document *document)
{
    tracedag_options *options = tracedag_options_new();
    if (options)
        tracedag_options_set_limit(options, TRACEDAG_LIMIT_FINDINGS, document->findings);
    return options;
}

static void judge(struct run *run, const tracedag_doc *doc)
{
    tracedag_dag *dag = (tracedag_dag *)run;
    tracedag_report *report = (tracedag_report *)run;
    run->judged = tracedag_validate(doc, NULL, &dag, &report);
    if (run->judged == TRACEDAG_NO_MEMORY) {
        run->kept = run->kept || dag || report;
        return;
    }
    render_all(run, report);
    if (dag)
        read_dag(run, dag);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
}

/* All calls on one document, of which some may fail; each goes on with what it has. */
static void call_all(struct run *run, const struct document *document)
{
    tracedag_doc *doc = (tracedag_doc *)run;
    tracedag_options *options = options_for(document);
    memset(run, 0, sizeof *run);
    run->parsed = run->judged = TRACEDAG_NO_MEMORY;
    if (!options)
        return;
    run->parsed = tracedag_parse(document->bytes, strlen(document->bytes), options, &doc);
    tracedag_options_unref(options);
    if (run->parsed == TRACEDAG_NO_MEMORY)
        run->kept = doc != NULL;
    else
        judge(run, doc);
    if (run->parsed != TRACEDAG_NO_MEMORY)
        tracedag_doc_unref(doc);
}

static void release(struct run *run)
{
    for (size_t i = 0; i < TEXTS; i++)
        tracedag_free(run->text[i]);
}

/* ---- what must hold --------------------------------------------------------------------- */

static bool is_fine(tracedag_status found, tracedag_status expected)
{
    return found == expected || found == TRACEDAG_NO_MEMORY;
}

static bool is_short(const struct run *run)
{
    bool missed = run->parsed == TRACEDAG_NO_MEMORY || run->judged == TRACEDAG_NO_MEMORY;
    for (size_t i = 0; i < TEXTS; i++)
        missed = missed || run->status[i] == TRACEDAG_NO_MEMORY;
    return missed;
}

/* Check writes down each assertion that holds, which is slow: a fault is told, nothing else. */
static void expect(bool fine, const char *where, const char *what, size_t which)
{
    if (!fine)
        ck_abort_msg("%s: %s (%zu)", where, what, which);
}

/* Compares texts as far as both were made; `where` is for the message of a failure. */
static void compare(const struct run *run, const struct run *normal, const char *where)
{
    expect(!run->kept, where, "an out-parameter is not cleared", 0);
    expect(is_fine(run->parsed, normal->parsed), where, "status of parse", 0);
    expect(is_fine(run->judged, normal->judged), where, "status of validate", 0);
    if (run->judged == TRACEDAG_NO_MEMORY)
        return;
    expect(strcmp(run->hash, normal->hash) == 0, where, "hash", 0);
    for (size_t i = 0; i < TEXTS; i++) {
        expect(is_fine(run->status[i], normal->status[i]), where, "status of text", i);
        if (run->status[i] != TRACEDAG_OK || run->size[i] + normal->size[i] == 0)
            continue;
        expect(run->size[i] == normal->size[i], where, "size of text", i);
        expect(memcmp(run->text[i], normal->text[i], run->size[i]) == 0, where, "text",
               i);
    }
    if (run->status[TEXTS - 1] == TRACEDAG_OK)
        expect(strcmp(run->job_hash, normal->job_hash) == 0, where, "hash of a job", 0);
}

/* Results that were handed out before the failures, to be read again after each of them. */
struct earlier {
    tracedag_doc *doc;
    tracedag_dag *dag;
    tracedag_report *report;
};

static void make_earlier(struct earlier *earlier, const struct document *document)
{
    tracedag_options *options = options_for(document);
    ck_assert_int_ne(
        tracedag_parse(document->bytes, strlen(document->bytes), options, &earlier->doc),
        TRACEDAG_NO_MEMORY);
    ck_assert_int_ne(
        tracedag_validate(earlier->doc, NULL, &earlier->dag, &earlier->report),
        TRACEDAG_NO_MEMORY);
    tracedag_options_unref(options);
}

static void check_earlier(const struct earlier *earlier, const struct run *normal,
                          const char *where)
{
    struct run again = {.parsed = normal->parsed, .judged = normal->judged};
    render_all(&again, earlier->report);
    if (earlier->dag)
        read_dag(&again, earlier->dag);
    compare(&again, normal, where);
    release(&again);
}

/* The calls on results that are there already, with failures: they change nothing in them. */
static void call_earlier(const struct earlier *earlier, struct run *run)
{
    memset(run, 0, sizeof *run);
    judge(run, earlier->doc);
    release(run);
    memset(run, 0, sizeof *run);
    render_all(run, earlier->report);
    if (earlier->dag)
        read_dag(run, earlier->dag);
}

static void fail_at(const struct document *document, const struct earlier *earlier,
                    const struct run *normal, size_t fail, bool onward)
{
    struct run run;
    char where[128];
    snprintf(where, sizeof where, "%s, allocation %zu%s", document->name, fail,
             onward ? " and all later" : "");
    long live = memory.live;
    start_counting(fail, onward);
    call_all(&run, document);
    stop_counting();
    compare(&run, normal, where);
    expect(is_short(&run), where, "nobody says so", 0);
    release(&run);
    expect(memory.live == live, where, "blocks leak", (size_t)(memory.live - live));
    start_counting(fail, onward);
    call_earlier(earlier, &run);
    stop_counting();
    release(&run);
    expect(memory.live == live, where, "blocks leak", (size_t)(memory.live - live));
    check_earlier(earlier, normal, where);
}

START_TEST(test_every_allocation_fails)
{
    const struct document *document = &documents[_i];
    struct run normal;
    struct earlier earlier;
    start_counting(0, false);
    call_all(&normal, document);
    size_t count = stop_counting();
    ck_assert_uint_gt(count, 5);
    ck_assert(!is_short(&normal));
    ck_assert_int_eq(normal.judged, document->verdict);
    make_earlier(&earlier, document);
    for (size_t fail = 1; fail <= count; fail++) {
        fail_at(document, &earlier, &normal, fail, false);
        fail_at(document, &earlier, &normal, fail, true);
    }
    tracedag_dag_unref(earlier.dag);
    tracedag_report_unref(earlier.report);
    tracedag_doc_unref(earlier.doc);
    release(&normal);
}
END_TEST

/* tracedag_check() is two calls in one, with the same promise. */
START_TEST(test_check_fails_as_a_whole)
{
    const struct document *document = &documents[_i];
    size_t size = strlen(document->bytes);
    tracedag_status normal = tracedag_check(document->bytes, size, NULL, NULL, NULL);
    tracedag_status status = TRACEDAG_NO_MEMORY;
    for (size_t fail = 1; status == TRACEDAG_NO_MEMORY; fail++) {
        tracedag_dag *dag = (tracedag_dag *)&fail;
        tracedag_report *report = (tracedag_report *)&fail;
        long live = memory.live;
        start_counting(fail, false);
        status = tracedag_check(document->bytes, size, NULL, &dag, &report);
        stop_counting();
        if (status == TRACEDAG_NO_MEMORY) {
            ck_assert_ptr_null(dag);
            ck_assert_ptr_null(report);
        }
        tracedag_dag_unref(dag);
        tracedag_report_unref(report);
        ck_assert_int_eq(memory.live, live);
        ck_assert_uint_lt(fail, 100000);
    }
    ck_assert_int_eq(status, normal);
}
END_TEST

/* Releasing, keeping, counting and looking up need no memory at all. */
START_TEST(test_what_never_allocates)
{
    struct earlier e;
    tracedag_list list;
    uint32_t line;
    tracedag_position place;
    make_earlier(&e, &documents[1]);
    start_counting(1, true);
    tracedag_dag_jobs(e.dag, &list);
    tracedag_dag_inputs(e.dag, &list);
    tracedag_dag_find_job(e.dag, "b", 1);
    tracedag_dag_origin(e.dag, 0, TRACEDAG_SETTING_PRIORITY, &line);
    tracedag_report_count(e.report, 0);
    tracedag_report_findings(e.report, &list);
    tracedag_report_position(e.report, 9, &place);
    tracedag_report_unref(tracedag_report_ref(e.report));
    tracedag_dag_unref(tracedag_dag_ref(e.dag));
    tracedag_report_unref(e.report);
    tracedag_dag_unref(e.dag);
    tracedag_doc_unref(e.doc);
    tracedag_options_unref(NULL);
    size_t calls = stop_counting();
    ck_assert_uint_eq(calls, 0);
}
END_TEST

START_TEST(test_source_hash_never_allocates)
{
    char hash[TRACEDAG_HASH_ROOM];
    start_counting(1, true);
    tracedag_status status = tracedag_source_hash("abc", 3, hash, sizeof hash);
    size_t calls = stop_counting();
    ck_assert_int_eq(status, TRACEDAG_OK);
    ck_assert_uint_eq(calls, 0);
}
END_TEST

/* ---- the heap limit --------------------------------------------------------------------- */

/* Many jobs, and many faults in them: document, DAG and report all take their part. */
static char *large_document(void)
{
    enum { JOBS = 4000, LINE = 100 };
    char *bytes = malloc(JOBS * LINE);
    size_t len = (size_t)sprintf(bytes, "name: d\njobs:\n");
    for (int i = 0; i < JOBS; i++)
        len += (size_t)sprintf(bytes + len, "  - {name: job%d, outputs: %s}\n", i,
                               i % 4 ? "1" : "x");
    return bytes;
}

static tracedag_status validate_in(const tracedag_doc *doc, size_t heap, size_t *peak)
{
    tracedag_options *options = tracedag_options_new();
    tracedag_options_set_limit(options, TRACEDAG_LIMIT_HEAP_BYTES, heap);
    memory.peak = memory.bytes;
    size_t before = memory.bytes;
    tracedag_status status = tracedag_validate(doc, options, NULL, NULL);
    *peak = memory.peak - before;
    tracedag_options_unref(options);
    return status;
}

/* At the least heap that a call gets by with, it uses no more than that. */
START_TEST(test_heap_limit_covers_the_whole_call)
{
    enum { SLACK = 4096 }; /* what the allocator rounds up, and the state of the hash */
    char *bytes = large_document();
    tracedag_doc *doc;
    size_t peak;
    size_t low = 1;
    size_t high = 64 << 20;
    ck_assert_int_eq(tracedag_parse(bytes, strlen(bytes), NULL, &doc), TRACEDAG_OK);
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (validate_in(doc, middle, &peak) == TRACEDAG_NO_MEMORY)
            low = middle;
        else
            high = middle;
    }
    ck_assert_int_eq(validate_in(doc, high, &peak), TRACEDAG_REJECTED);
    ck_assert_msg(peak <= high + high / 50 + SLACK, "%zu bytes under a limit of %zu",
                  peak, high);
    tracedag_doc_unref(doc);
    free(bytes);
}
END_TEST

/* ---- the runner ------------------------------------------------------------------------- */

/* A linker or a tool that undoes the replacement would make every test here pass for nothing. */
static bool is_replaced(void)
{
    start_counting(1, false);
    tracedag_options *options = tracedag_options_new();
    stop_counting();
    tracedag_options_unref(options);
    return options == NULL;
}

int main(void)
{
    if (!is_replaced()) {
        fputs("skipped: allocations of the library are not replaced here\n", stderr);
        return 77;
    }
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("memory");
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, test_every_allocation_fails, 0, DOCUMENTS);
    tcase_add_loop_test(tests, test_check_fails_as_a_whole, 0, DOCUMENTS);
    tcase_add_test(tests, test_what_never_allocates);
    tcase_add_test(tests, test_source_hash_never_allocates);
    tcase_add_test(tests, test_heap_limit_covers_the_whole_call);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
