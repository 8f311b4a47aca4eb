/*
 * Fixes that are applied: what comes of a document, what is refused, and what it says it did.
 */
#include "api.h"

#include <stdio.h>

/* What came of one call. */
struct fixed {
    char *text;
    size_t size;
    tracedag_list applied;
    tracedag_report *left;
};

static struct fixed fix(const char *bytes, size_t size, uint32_t flags,
                        const tracedag_options *options)
{
    struct fixed out = {.text = NULL};
    tracedag_report *report;
    tracedag_check(bytes, size, options, NULL, &report);
    ck_assert_ptr_nonnull(report);
    ck_assert_int_eq(
        tracedag_report_fix(report, flags, &out.text, &out.size, &out.applied, &out.left),
        TRACEDAG_OK);
    tracedag_report_unref(report);
    ck_assert_uint_eq(strlen(out.text), out.size);
    return out;
}

static void drop_fixed(struct fixed *fixed)
{
    tracedag_free(fixed->text);
    tracedag_free(fixed->applied.items);
    tracedag_report_unref(fixed->left);
}

/* A document becomes another one by as many fixes, with as many errors left. */
static void check_fixed(const char *before, uint32_t flags, const char *after,
                        size_t applied, size_t errors)
{
    struct fixed fixed = fix(before, strlen(before), flags, NULL);
    ck_assert_str_eq(fixed.text, after);
    ck_assert_uint_eq(fixed.applied.count, applied);
    ck_assert_uint_eq(tracedag_report_count(fixed.left, TRACEDAG_SEVERITY_ERROR), errors);
    drop_fixed(&fixed);
}

#define HEAD \
    "name: d\n" \
    "jobs:\n" \
    "  - name: a\n" \
    "    activation: source\n" \
    "    runtime: ecs_platform\n" \
    "    operator: op\n" \
    "    outputs: 1\n"

static const char two_faults[] =
    HEAD "    maxAttempts: 2 # twice\n"
         "    source: {kind: cron, schedule: rate(1 days)}\n";

START_TEST(test_safe_fixes)
{
    struct fixed fixed = fix(two_faults, strlen(two_faults), 0, NULL);
    ck_assert_str_eq(fixed.text,
                     HEAD "    max_attempts: 2 # twice\n"
                          "    source: {kind: cron, schedule: rate(1 day)}\n");
    ck_assert_uint_eq(fixed.applied.count, 2);
    ck_assert_uint_ge(fixed.applied.stride, sizeof(tracedag_applied_fix));
    const tracedag_applied_fix *first = record(&fixed.applied, 0);
    ck_assert_uint_eq(first->code, TRACEDAG_CODE_UNKNOWN_KEY);
    ck_assert_uint_eq(first->safety, TRACEDAG_SAFETY_SAFE);
    ck_assert_uint_eq(first->start.byte, strlen(HEAD) + 4);
    ck_assert_uint_eq(first->start.line, 8);
    ck_assert_uint_eq(first->start.column, 5);
    ck_assert(is_text(first->title, "write `max_attempts`"));
    const tracedag_applied_fix *second = record(&fixed.applied, 1);
    ck_assert_uint_eq(second->code, TRACEDAG_CODE_RATE_UNIT);
    ck_assert_uint_eq(second->start.line, 9);
    ck_assert(is_text(second->title, "write `day`"));
    ck_assert_uint_eq(tracedag_report_count(fixed.left, TRACEDAG_SEVERITY_ERROR), 0);
    drop_fixed(&fixed);
}
END_TEST

START_TEST(test_unsafe_fixes_are_asked_for)
{
    const char *misspelt = HEAD "    surce: {kind: manual}\n";
    check_fixed(misspelt, 0, misspelt, 0, 1);
    check_fixed(misspelt, TRACEDAG_FIX_UNSAFE, HEAD "    source: {kind: manual}\n", 1, 0);
}
END_TEST

START_TEST(test_a_choice_is_left_alone)
{
    const char *document = HEAD "    source: {kind: manual}\n"
                                "  - {name: abc1, " SOURCE_JOB ", outputs: 1}\n"
                                "  - {name: abc2, " SOURCE_JOB ", outputs: 1}\n"
                                "  - name: reads\n"
                                "    activation: reactive\n"
                                "    runtime: ecs_platform\n"
                                "    operator: op\n"
                                "    outputs: 0\n"
                                "    execution_strategy: PerUpdate\n"
                                "    inputs: [{from: {job: abc3, output: 0}}]\n";
    tracedag_report *report = must_reject(document, strlen(document), NULL);
    const tracedag_finding *f = tracedag_report_finding(report, 0);
    ck_assert_uint_eq(f->fixes.count, 2);
    for (size_t i = 0; i < 2; i++)
        ck_assert_uint_eq(((const tracedag_fix *)record(&f->fixes, i))->safety,
                          TRACEDAG_SAFETY_UNSAFE);
    tracedag_report_unref(report);
    check_fixed(document, TRACEDAG_FIX_UNSAFE, document, 0, 1);
}
END_TEST

/* A reactive job needs the inputs that are null: without the key another error stands there. */
START_TEST(test_a_new_error_refuses_a_fix)
{
    const char *document = "name: d\n"
                           "jobs:\n"
                           "  - name: a\n"
                           "    activation: reactive\n"
                           "    runtime: ecs_platform\n"
                           "    operator: op\n"
                           "    outputs: 0\n"
                           "    execution_strategy: PerUpdate\n"
                           "    inputs: null\n";
    check_fixed(document, TRACEDAG_FIX_UNSAFE, document, 0, 1);
}
END_TEST

/* One fix that cannot be kept among many that can. */
START_TEST(test_one_of_many_is_refused)
{
    enum { JOBS = 300, REFUSED = 217 };
    struct text before = {NULL, 0, 0};
    struct text after = {NULL, 0, 0};
    put(&before, "name: d\njobs:\n");
    put(&after, "name: d\njobs:\n");
    for (int i = 0; i < JOBS; i++) {
        put(&before, "  - {name: j%d, outputs: 0, %s, %s: 2}\n", i, SOURCE_JOB,
            i == REFUSED ? "max_attempts: 1, maxAttempts" : "maxAttempts");
        put(&after, "  - {name: j%d, outputs: 0, %s, %s: 2}\n", i, SOURCE_JOB,
            i == REFUSED ? "max_attempts: 1, maxAttempts" : "max_attempts");
    }
    check_fixed(before.ptr, 0, after.ptr, JOBS - 1, 1);
    drop(&before);
    drop(&after);
}
END_TEST

/* Who does not know all findings cannot say that none is new. */
START_TEST(test_findings_that_were_left_out)
{
    struct text document = {NULL, 0, 0};
    put(&document, "name: d\njobs:\n");
    for (int i = 0; i < 3; i++)
        put(&document, "  - {name: j%d, outputs: 0, %s, maxAttempts: 2}\n", i,
            SOURCE_JOB);
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, 2);
    struct fixed fixed = fix(document.ptr, document.len, 0, options);
    ck_assert_uint_eq(fixed.applied.count, 0);
    ck_assert_str_eq(fixed.text, document.ptr);
    ck_assert_uint_eq(tracedag_report_count(fixed.left, TRACEDAG_SEVERITY_ERROR), 3);
    drop_fixed(&fixed);
    set_limit(options, TRACEDAG_LIMIT_FINDINGS, 3);
    fixed = fix(document.ptr, document.len, 0, options);
    ck_assert_uint_eq(fixed.applied.count, 3);
    drop_fixed(&fixed);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

/* A name is written so that it reads back as text. */
START_TEST(test_words_of_other_meaning_are_quoted)
{
    const char *reader = "    activation: reactive\n"
                         "    runtime: ecs_platform\n"
                         "    operator: op\n"
                         "    outputs: 0\n"
                         "    execution_strategy: PerUpdate\n";
    struct text before = {NULL, 0, 0};
    struct text after = {NULL, 0, 0};
    put(&before,
        HEAD "    source: {kind: manual}\n  - {name: \"true\", outputs: 1, %s}\n"
             "  - name: b\n%s    inputs: [{from: {job: \"True\", output: 0}},\n"
             "             {from: {job: TRue, output: 0}}]\n",
        SOURCE_JOB, reader);
    put(&after,
        HEAD "    source: {kind: manual}\n  - {name: \"true\", outputs: 1, %s}\n"
             "  - name: b\n%s    inputs: [{from: {job: \"True\", output: 0}},\n"
             "             {from: {job: \"true\", output: 0}}]\n",
        SOURCE_JOB, reader);
    struct fixed fixed = fix(before.ptr, before.len, 0, NULL);
    ck_assert_str_eq(fixed.text, after.ptr);
    ck_assert_uint_eq(fixed.applied.count, 1);
    drop_fixed(&fixed);
    drop(&before);
    drop(&after);
}
END_TEST

/* A null goes with its line or its comma, and no comment goes. */
START_TEST(test_entries_that_go)
{
    check_fixed(HEAD "    config: null # why\n    source: {kind: manual}\n", 0,
                HEAD "    # why\n    source: {kind: manual}\n", 1, 0);
    check_fixed(HEAD "    config: ~   \n    source: {kind: manual}\n", 0,
                HEAD "    source: {kind: manual}\n", 1, 0);
    check_fixed(HEAD "    source: {kind: manual, schedule: null, }\n", 0,
                HEAD "    source: {kind: manual, }\n", 1, 0);
    check_fixed(HEAD "    source: {schedule: null, kind: manual}\n", 0,
                HEAD "    source: {kind: manual}\n", 1, 0);
    check_fixed(HEAD "    source: {kind: manual, schedule: null}\n", 0,
                HEAD "    source: {kind: manual}\n", 1, 0);
    check_fixed(HEAD
                "    source: {\n      kind: manual,\n      schedule: null # x\n    }\n",
                0, HEAD "    source: {\n      kind: manual,\n      # x\n    }\n", 1, 0);
    check_fixed("name: d\njobs:\n  - config: null\n    name: a\n    outputs: 0\n"
                "    activation: source\n    runtime: lambda\n    operator: op\n"
                "    source: {kind: manual}\n",
                0,
                "name: d\njobs:\n  - name: a\n    outputs: 0\n"
                "    activation: source\n    runtime: lambda\n    operator: op\n"
                "    source: {kind: manual}\n",
                1, 0);
    check_fixed(HEAD "    source: {kind: manual}\n    config: null", 0,
                HEAD "    source: {kind: manual}\n", 1, 0);
}
END_TEST

/* Both repeats have their comma before them, so the second change begins where the first one ends;
 * places are those of the document as it was. */
START_TEST(test_changes_that_touch)
{
    const char *before = HEAD "    source: {kind: manual}\n    update_strategy: append\n"
                              "    unique_key: [id, id, id]\n";
    const char *after = HEAD "    source: {kind: manual}\n    update_strategy: append\n"
                             "    unique_key: [id]\n";
    struct fixed fixed = fix(before, strlen(before), 0, NULL);
    ck_assert_str_eq(fixed.text, after);
    ck_assert_uint_eq(fixed.applied.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const tracedag_applied_fix *applied = record(&fixed.applied, i);
        ck_assert(is_text(applied->title, "remove `id`"));
        ck_assert_uint_eq(applied->start.line, 10);
        ck_assert(applied->start.column == 22 || applied->start.column == 26);
    }
    drop_fixed(&fixed);
}
END_TEST

/* The name inside of the entry that goes: the last change comes first, the other one after it. */
START_TEST(test_changes_that_overlap)
{
    check_fixed(HEAD "    source: {kind: manual}\n"
                     "    inputs: [{from: {job: othr, output: 0}}]\n"
                     "  - {name: other, " SOURCE_JOB ", outputs: 1}\n",
                TRACEDAG_FIX_UNSAFE,
                HEAD "    source: {kind: manual}\n"
                     "  - {name: other, " SOURCE_JOB ", outputs: 1}\n",
                2, 0);
}
END_TEST

START_TEST(test_crlf_and_byte_order_mark_stay)
{
    check_fixed(
        "\xEF\xBB\xBFname: d\r\njobs:\r\n  - name: \xC3\xA9\r\n    config: null\r\n", 0,
        "\xEF\xBB\xBFname: d\r\njobs:\r\n  - name: \xC3\xA9\r\n", 1, 5);
}
END_TEST

START_TEST(test_nothing_to_mend)
{
    check_fixed(one_job, TRACEDAG_FIX_UNSAFE, one_job, 0, 0);
    check_fixed("", 0, "", 0, 1);
    check_fixed("\xFF", 0, "\xFF", 0, 1);
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_INPUT_BYTES, 3);
    struct fixed fixed = fix(two_faults, strlen(two_faults), 0, options);
    ck_assert_str_eq(fixed.text, "");
    ck_assert_uint_eq(fixed.applied.count, 0);
    drop_fixed(&fixed);
    tracedag_options_unref(options);
}
END_TEST

/* A text that no longer fits into a limit is not made. */
START_TEST(test_result_stays_within_limits)
{
    tracedag_options *options =
        with_limit(TRACEDAG_LIMIT_INPUT_BYTES, strlen(two_faults));
    struct fixed fixed = fix(two_faults, strlen(two_faults), 0, options);
    ck_assert_uint_eq(fixed.applied.count, 2); /* a letter more, a letter less */
    ck_assert_uint_eq(fixed.size, strlen(two_faults));
    drop_fixed(&fixed);
    const char *longer = HEAD "    maxAttempts: 2\n    source: {kind: manual}\n";
    set_limit(options, TRACEDAG_LIMIT_INPUT_BYTES, strlen(longer));
    fixed = fix(longer, strlen(longer), 0, options);
    ck_assert_uint_eq(fixed.applied.count, 0);
    ck_assert_str_eq(fixed.text, longer);
    drop_fixed(&fixed);
    tracedag_options_unref(options);
}
END_TEST

START_TEST(test_what_nobody_wants_is_not_made)
{
    tracedag_report *report = must_reject(two_faults, strlen(two_faults), NULL);
    char *text;
    ck_assert_int_eq(tracedag_report_fix(report, 0, &text, NULL, NULL, NULL),
                     TRACEDAG_OK);
    ck_assert_ptr_nonnull(strstr(text, "max_attempts"));
    tracedag_free(text);
    tracedag_report_unref(report);
}
END_TEST

static void check_misuse(const tracedag_report *report, uint32_t flags, bool takes_text)
{
    char *text = (char *)(uintptr_t) "before";
    size_t size = 6;
    tracedag_list applied = {text, 6, 1};
    tracedag_report *left = (tracedag_report *)(uintptr_t)report;
    ck_assert_int_eq(tracedag_report_fix(report, flags, takes_text ? &text : NULL, &size,
                                         &applied, &left),
                     TRACEDAG_MISUSE);
    if (takes_text)
        ck_assert_ptr_null(text);
    ck_assert_uint_eq(size, 0);
    ck_assert_ptr_null(applied.items);
    ck_assert_uint_eq(applied.count, 0);
    ck_assert_ptr_null(left);
}

START_TEST(test_misuse)
{
    tracedag_report *report = must_reject(two_faults, strlen(two_faults), NULL);
    check_misuse(NULL, 0, true);
    check_misuse(report, 2, true);
    check_misuse(report, UINT32_MAX, true);
    check_misuse(report, 0, false);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_a_report_of_reading_alone)
{
    tracedag_doc *doc;
    char *text;
    tracedag_report *left;
    ck_assert_int_eq(tracedag_parse(two_faults, strlen(two_faults), NULL, &doc),
                     TRACEDAG_OK);
    ck_assert_int_eq(
        tracedag_report_fix(tracedag_doc_report(doc), 0, &text, NULL, NULL, &left),
        TRACEDAG_OK);
    tracedag_doc_unref(doc);
    ck_assert_ptr_nonnull(strstr(text, "max_attempts"));
    ck_assert_uint_eq(tracedag_report_count(left, TRACEDAG_SEVERITY_ERROR), 0);
    tracedag_report_unref(left);
    tracedag_free(text);
}
END_TEST

Suite *suite_fixes(void)
{
    Suite *suite = suite_create("fixes");
    TCase *tests = tcase_create("fixes");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_safe_fixes);
    tcase_add_test(tests, test_unsafe_fixes_are_asked_for);
    tcase_add_test(tests, test_a_choice_is_left_alone);
    tcase_add_test(tests, test_a_new_error_refuses_a_fix);
    tcase_add_test(tests, test_one_of_many_is_refused);
    tcase_add_test(tests, test_findings_that_were_left_out);
    tcase_add_test(tests, test_words_of_other_meaning_are_quoted);
    tcase_add_test(tests, test_entries_that_go);
    tcase_add_test(tests, test_changes_that_touch);
    tcase_add_test(tests, test_changes_that_overlap);
    tcase_add_test(tests, test_crlf_and_byte_order_mark_stay);
    tcase_add_test(tests, test_nothing_to_mend);
    tcase_add_test(tests, test_result_stays_within_limits);
    tcase_add_test(tests, test_what_nobody_wants_is_not_made);
    tcase_add_test(tests, test_a_report_of_reading_alone);
    tcase_add_test(tests, test_misuse);
    suite_add_tcase(suite, tests);
    return suite;
}
