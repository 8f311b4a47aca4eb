/*
 * How bad findings are, and which are set aside: severities by option, comments, baselines.
 */
#include "api.h"

#include <stdio.h>

/* One job that nobody reads (TD803), with a word of YAML 1.1 (TD801) and a value that repeats
 * the defaults (TD805). */
static const char doubtful[] = "name: d\n"
                               "defaults: {max_attempts: 5}\n"
                               "jobs:\n"
                               "  - name: a\n"
                               "    activation: source\n"
                               "    runtime: ecs_platform\n"
                               "    operator: op\n"
                               "    outputs: 1\n"
                               "    source: {kind: manual}\n"
                               "    max_attempts: 5\n"
                               "    config: {country: no}\n";

static tracedag_options *make_options(void)
{
    tracedag_options *options = tracedag_options_new();
    ck_assert_ptr_nonnull(options);
    return options;
}

static void set_severity(tracedag_options *options, uint32_t code, uint32_t severity)
{
    ck_assert_int_eq(tracedag_options_set_severity(options, code, severity), TRACEDAG_OK);
}

static tracedag_report *must_check(const char *document, const tracedag_options *options,
                                   tracedag_status expected)
{
    tracedag_dag *dag;
    tracedag_report *report;
    ck_assert_int_eq(tracedag_check(document, strlen(document), options, &dag, &report),
                     expected);
    ck_assert(!dag == (expected == TRACEDAG_REJECTED));
    tracedag_dag_unref(dag);
    return report;
}

static void check_counts(const tracedag_report *report, size_t errors, size_t warnings,
                         size_t notes, size_t suppressed)
{
    tracedag_list list;
    tracedag_report_suppressed(report, &list);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), errors);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_WARNING), warnings);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_NOTE), notes);
    ck_assert_uint_eq(list.count, suppressed);
    tracedag_report_findings(report, &list);
    ck_assert_uint_eq(list.count, errors + warnings + notes);
}

/* ---- severities ------------------------------------------------------------------------- */

START_TEST(test_defaults)
{
    tracedag_report *report = must_check(doubtful, NULL, TRACEDAG_OK);
    check_counts(report, 0, 1, 2, 0);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_allowed)
{
    tracedag_options *options = make_options();
    set_severity(options, TRACEDAG_CODE_YAML11_WORD, 0);
    set_severity(options, TRACEDAG_CODE_UNREAD_JOB, 0);
    tracedag_report *report = must_check(doubtful, options, TRACEDAG_OK);
    check_counts(report, 0, 0, 1, 0);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_DEFAULT_REPEATED), 1);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
}
END_TEST

START_TEST(test_warned)
{
    tracedag_options *options = make_options();
    set_severity(options, TRACEDAG_CODE_UNREAD_JOB, TRACEDAG_SEVERITY_WARNING);
    set_severity(options, TRACEDAG_CODE_YAML11_WORD, TRACEDAG_SEVERITY_NOTE);
    tracedag_report *report = must_check(doubtful, options, TRACEDAG_OK);
    check_counts(report, 0, 1, 2, 0);
    for (size_t i = 0; i < 3; i++) {
        const tracedag_finding *f = tracedag_report_finding(report, i);
        ck_assert_uint_eq(f->severity, f->code == TRACEDAG_CODE_UNREAD_JOB
                                           ? TRACEDAG_SEVERITY_WARNING
                                           : TRACEDAG_SEVERITY_NOTE);
    }
    tracedag_report_unref(report);
    tracedag_options_unref(options);
}
END_TEST

START_TEST(test_denied)
{
    tracedag_options *options = make_options();
    set_severity(options, TRACEDAG_CODE_YAML11_WORD, TRACEDAG_SEVERITY_ERROR);
    tracedag_report *report = must_check(doubtful, options, TRACEDAG_REJECTED);
    check_counts(report, 1, 0, 2, 0);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
}
END_TEST

/* What is denied can be allowed by a comment: the document is accepted, with its hash. */
START_TEST(test_denied_and_allowed_by_a_comment)
{
    struct text document = {.ptr = NULL};
    put(&document, "%.*s  # tracedag: allow TD801 -- a country\n",
        (int)(strlen(doubtful) - 1), doubtful);
    tracedag_options *options = make_options();
    set_severity(options, TRACEDAG_CODE_YAML11_WORD, TRACEDAG_SEVERITY_ERROR);
    tracedag_report *report = must_check(document.ptr, options, TRACEDAG_OK);
    check_counts(report, 0, 0, 2, 1);
    tracedag_list list;
    tracedag_report_suppressed(report, &list);
    const tracedag_finding *f = record(&list, 0);
    ck_assert_uint_eq(f->code, TRACEDAG_CODE_YAML11_WORD);
    ck_assert_uint_eq(f->suppression, TRACEDAG_SUPPRESSED_IN_SOURCE);
    ck_assert(is_text(f->justification, "a country"));
    ck_assert(is_text(f->pointer, "/jobs/0/config/country"));
    ck_assert_uint_eq(f->start.line, 11);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

START_TEST(test_severities_that_cannot_be_set)
{
    tracedag_options *options = make_options();
    static const struct {
        uint32_t code;
        uint32_t severity;
    } rows[] = {
        {TRACEDAG_CODE_UNKNOWN_JOB, 0},
        {TRACEDAG_CODE_UNKNOWN_JOB, TRACEDAG_SEVERITY_WARNING},
        {TRACEDAG_CODE_DROPPED, 0},
        {TRACEDAG_CODE_UNREAD_JOB, 4},
        {999, TRACEDAG_SEVERITY_WARNING},
        {0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t before = tracedag_options_severity(options, rows[i].code);
        ck_assert_int_eq(
            tracedag_options_set_severity(options, rows[i].code, rows[i].severity),
            TRACEDAG_MISUSE);
        ck_assert_uint_eq(tracedag_options_severity(options, rows[i].code), before);
    }
    ck_assert_int_eq(tracedag_options_set_severity(NULL, TRACEDAG_CODE_UNREAD_JOB, 0),
                     TRACEDAG_MISUSE);
    tracedag_options_unref(options);
}
END_TEST

/* The table's own severities are the defaults, with or without options. */
START_TEST(test_severities_of_all_codes)
{
    tracedag_options *options = make_options();
    tracedag_list codes;
    tracedag_codes(&codes);
    for (size_t i = 0; i < codes.count; i++) {
        const tracedag_code_info *info = record(&codes, i);
        ck_assert_uint_eq(tracedag_options_severity(options, info->code), info->severity);
        ck_assert_uint_eq(tracedag_options_severity(NULL, info->code), info->severity);
    }
    ck_assert_uint_eq(tracedag_options_severity(NULL, 999), 0);
    tracedag_options_unref(options);
}
END_TEST

/* The options of a document are those of its validation, unless that has its own. */
START_TEST(test_validation_with_other_severities)
{
    tracedag_options *options = make_options();
    set_severity(options, TRACEDAG_CODE_UNREAD_JOB, TRACEDAG_SEVERITY_ERROR);
    tracedag_doc *doc;
    ck_assert_int_eq(tracedag_parse(doubtful, strlen(doubtful), options, &doc),
                     TRACEDAG_OK);
    options = tracedag_options_unref(options);
    ck_assert_int_eq(tracedag_validate(doc, NULL, NULL, NULL), TRACEDAG_REJECTED);
    options = make_options();
    ck_assert_int_eq(tracedag_validate(doc, options, NULL, NULL), TRACEDAG_OK);
    tracedag_options_unref(options);
    tracedag_doc_unref(doc);
}
END_TEST

/* ---- baselines -------------------------------------------------------------------------- */

static char *baseline_of(const char *document, const char *file)
{
    char *text = NULL;
    size_t size = 0;
    tracedag_report *report = must_check(document, NULL, TRACEDAG_OK);
    ck_assert_int_eq(tracedag_report_baseline(report, file, &text, &size), TRACEDAG_OK);
    ck_assert_uint_eq(size, strlen(text));
    tracedag_report_unref(report);
    return text;
}

static void set_baseline(tracedag_options *options, const char *text, const char *file)
{
    ck_assert_int_eq(tracedag_options_set_baseline(options, text, strlen(text), file),
                     TRACEDAG_OK);
}

/* Of three findings each has a line; with them nothing is left, also where lines have moved. */
START_TEST(test_baseline)
{
    char *text = baseline_of(doubtful, "dags/a b.yaml");
    size_t lines = 0;
    for (const char *at = text; *at; lines++) {
        const char *end = strchr(at, '\n');
        ck_assert_ptr_nonnull(end);
        ck_assert_uint_eq(strspn(at, "0123456789abcdef"), 16);
        ck_assert(memcmp(at + 16, "  TD80", 6) == 0);
        ck_assert(memcmp(at + 23, "  dags/a b.yaml", 15) == 0);
        at = end + 1;
    }
    ck_assert_uint_eq(lines, 3);
    tracedag_options *options = make_options();
    set_baseline(options, text, "dags/a b.yaml");
    struct text moved = {.ptr = NULL};
    put(&moved, "# moved\n%s", doubtful);
    tracedag_report *report = must_check(moved.ptr, options, TRACEDAG_OK);
    check_counts(report, 0, 0, 0, 3);
    tracedag_list list;
    tracedag_report_suppressed(report, &list);
    for (size_t i = 0; i < list.count; i++) {
        const tracedag_finding *f = record(&list, i);
        ck_assert_uint_eq(f->suppression, TRACEDAG_SUPPRESSED_BASELINE);
        ck_assert(is_text(f->justification, ""));
    }
    char *again = NULL;
    ck_assert_int_eq(tracedag_report_baseline(report, "dags/a b.yaml", &again, NULL),
                     TRACEDAG_OK);
    ck_assert_str_eq(again, text);
    tracedag_free(again);
    ck_assert_int_eq(
        tracedag_report_render(report, TRACEDAG_FORMAT_SARIF, "f", 0, &again, NULL),
        TRACEDAG_OK);
    ck_assert_ptr_nonnull(strstr(again, "\"suppressions\":[{\"kind\":\"external\"}]"));
    tracedag_free(again);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&moved);
    tracedag_free(text);
}
END_TEST

/* A baseline without entries sets nothing aside, and is no error. */
START_TEST(test_baseline_of_nothing)
{
    tracedag_options *options = make_options();
    set_baseline(options, "", "dags/a b.yaml");
    tracedag_report *report = must_check(doubtful, options, TRACEDAG_OK);
    check_counts(report, 0, 1, 2, 0);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
}
END_TEST

/* A comment that allows what no one is told of is not unused: others may judge the file, too. */
START_TEST(test_comment_for_a_code_that_is_off)
{
    static const char comment[] = "# tracedag: allow TD801 -- it is a country\n";
    struct text document = {.ptr = NULL};
    put(&document, "%s    %s", doubtful, comment);
    tracedag_options *options = make_options();
    set_severity(options, TRACEDAG_CODE_YAML11_WORD, 0);
    tracedag_report *report = must_check(document.ptr, options, TRACEDAG_OK);
    check_counts(report, 0, 0, 2, 0);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

/* Entries of other files say nothing; one of this file that matches nothing is told. */
START_TEST(test_baseline_of_other_files)
{
    char *text = baseline_of(doubtful, "a.yaml");
    tracedag_options *options = make_options();
    set_baseline(options, text, "b.yaml");
    tracedag_report *report = must_check(doubtful, options, TRACEDAG_OK);
    check_counts(report, 0, 1, 2, 0);
    tracedag_report_unref(report);
    set_baseline(options, text, NULL);
    report = must_check(doubtful, options, TRACEDAG_OK);
    check_counts(report, 0, 0, 0, 3);
    tracedag_report_unref(report);
    set_baseline(options, "# new\n\n0123456789abcdef  TD803  a.yaml\r\n", "a.yaml");
    report = must_check(doubtful, options, TRACEDAG_OK);
    check_counts(report, 0, 1, 3, 0);
    const tracedag_finding *stale = tracedag_report_finding(report, 0);
    ck_assert_uint_eq(stale->code, TRACEDAG_CODE_UNUSED_BASELINE);
    ck_assert(is_text(stale->message,
                      "baseline entry `0123456789abcdef` of TD803 matches nothing"));
    tracedag_report_unref(report);
    ck_assert_int_eq(tracedag_options_set_baseline(options, NULL, 0, NULL), TRACEDAG_OK);
    report = must_check(doubtful, options, TRACEDAG_OK);
    check_counts(report, 0, 1, 2, 0);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    tracedag_free(text);
}
END_TEST

/* Errors are never set aside, and where there are some nobody says that entries are stale. */
START_TEST(test_baseline_of_errors)
{
    tracedag_report *report = must_check("name: d\n", NULL, TRACEDAG_REJECTED);
    struct text entry = {.ptr = NULL};
    const tracedag_finding *f = tracedag_report_finding(report, 0);
    put(&entry, "%.*s  TD%u  -\n0123456789abcdef  TD803  -\n", (int)f->fingerprint.len,
        f->fingerprint.ptr, f->code);
    tracedag_report_unref(report);
    tracedag_options *options = make_options();
    set_baseline(options, entry.ptr, "-");
    report = must_check("name: d\n", options, TRACEDAG_REJECTED);
    check_counts(report, 1, 0, 0, 0);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&entry);
}
END_TEST

/* A document keeps the baseline that it was read with. */
START_TEST(test_baseline_outlives_its_options)
{
    char *text = baseline_of(doubtful, NULL);
    tracedag_options *options = make_options();
    set_baseline(options, text, "-");
    tracedag_doc *doc;
    ck_assert_int_eq(tracedag_parse(doubtful, strlen(doubtful), options, &doc),
                     TRACEDAG_OK);
    tracedag_options_unref(options);
    tracedag_report *report;
    ck_assert_int_eq(tracedag_validate(doc, NULL, NULL, &report), TRACEDAG_OK);
    check_counts(report, 0, 0, 0, 3);
    tracedag_report_unref(report);
    tracedag_doc_unref(doc);
    tracedag_free(text);
}
END_TEST

/* A copy says the same, and goes its own way from then on. */
START_TEST(test_copies)
{
    char *text = baseline_of(doubtful, NULL);
    tracedag_options *options = make_options();
    set_baseline(options, text, NULL);
    set_severity(options, TRACEDAG_CODE_DEFAULT_REPEATED, 0);
    set_limit(options, TRACEDAG_LIMIT_JOBS, 1);
    tracedag_options *copy = tracedag_options_copy(options);
    ck_assert_uint_eq(tracedag_options_limit(copy, TRACEDAG_LIMIT_JOBS), 1);
    set_severity(options, TRACEDAG_CODE_UNREAD_JOB, 0);
    tracedag_options_unref(options);
    tracedag_report *report = must_check(doubtful, copy, TRACEDAG_OK);
    check_counts(report, 0, 0, 1, 2);
    tracedag_report_unref(report);
    tracedag_options_unref(copy);
    copy = tracedag_options_copy(NULL);
    report = must_check(doubtful, copy, TRACEDAG_OK);
    check_counts(report, 0, 1, 2, 0);
    tracedag_report_unref(report);
    tracedag_options_unref(copy);
    tracedag_free(text);
}
END_TEST

START_TEST(test_baselines_that_cannot_be_read)
{
    static const char *const texts[] = {
        "0123456789abcde  TD803  a\n",  "0123456789ABCDEF  TD803  a\n",
        "0123456789abcdef  TD999  a\n", "0123456789abcdef  TD803\n",
        "0123456789abcdef\n",           "0123456789abcdef  TD803  a\nx\n",
        "0123456789abcde/  TD803  a\n", "0123456789abcde:  TD803  a\n",
        "0123456789abcde`  TD803  a\n", "0123456789abcdeg  TD803  a\n",
    };
    tracedag_options *options = make_options();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = texts[i];
        ck_assert_int_eq(tracedag_options_set_baseline(options, text, strlen(text), NULL),
                         TRACEDAG_MISUSE);
    }
    ck_assert_int_eq(tracedag_options_set_baseline(options, NULL, 1, NULL),
                     TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_options_set_baseline(NULL, "", 0, NULL), TRACEDAG_MISUSE);
    tracedag_options_unref(options);
}
END_TEST

START_TEST(test_baselines_that_cannot_be_written)
{
    char *text = NULL;
    size_t size = 1;
    tracedag_report *report = must_check(doubtful, NULL, TRACEDAG_OK);
    ck_assert_int_eq(tracedag_report_baseline(NULL, "a", &text, &size), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_report_baseline(report, "", &text, &size), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_report_baseline(report, "a\nb", &text, &size),
                     TRACEDAG_MISUSE);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(size, 0);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_suppressed_of_null)
{
    tracedag_list list = {"", 1, 1};
    tracedag_report_suppressed(NULL, &list);
    ck_assert_ptr_null(list.items);
    ck_assert_uint_eq(list.count, 0);
    tracedag_report_suppressed(NULL, NULL);
}
END_TEST

/* ---- secrets ---------------------------------------------------------------------------- */

/* No rendering shows more of a secret than its first four characters, whatever finding it is
 * that shows its line. */
START_TEST(test_secrets_are_not_shown)
{
    static const char secret[] = "AKIAIOSFODNN7EXAMPLE";
    struct text document = {.ptr = NULL};
    put(&document, "%s    config: {key: \"%s\", country: no}\n", one_job, secret);
    tracedag_report *report = must_check(document.ptr, NULL, TRACEDAG_OK);
    check_counts(report, 0, 2, 0, 0);
    for (uint32_t format = TRACEDAG_FORMAT_TEXT; format <= TRACEDAG_FORMAT_JSON;
         format++) {
        char *text;
        ck_assert_int_eq(tracedag_report_render(report, format, NULL, 0, &text, NULL),
                         TRACEDAG_OK);
        ck_assert_ptr_nonnull(strstr(text, "AKIA"));
        ck_assert_ptr_null(strstr(text, "AKIAI"));
        tracedag_free(text);
    }
    tracedag_report_unref(report);
    drop(&document);
}
END_TEST

Suite *suite_levels(void)
{
    Suite *suite = suite_create("levels");
    TCase *tests = tcase_create("levels");
    tcase_add_test(tests, test_defaults);
    tcase_add_test(tests, test_allowed);
    tcase_add_test(tests, test_warned);
    tcase_add_test(tests, test_denied);
    tcase_add_test(tests, test_denied_and_allowed_by_a_comment);
    tcase_add_test(tests, test_severities_that_cannot_be_set);
    tcase_add_test(tests, test_severities_of_all_codes);
    tcase_add_test(tests, test_validation_with_other_severities);
    tcase_add_test(tests, test_baseline);
    tcase_add_test(tests, test_baseline_of_nothing);
    tcase_add_test(tests, test_comment_for_a_code_that_is_off);
    tcase_add_test(tests, test_baseline_of_other_files);
    tcase_add_test(tests, test_baseline_of_errors);
    tcase_add_test(tests, test_baseline_outlives_its_options);
    tcase_add_test(tests, test_copies);
    tcase_add_test(tests, test_baselines_that_cannot_be_read);
    tcase_add_test(tests, test_baselines_that_cannot_be_written);
    tcase_add_test(tests, test_suppressed_of_null);
    tcase_add_test(tests, test_secrets_are_not_shown);
    suite_add_tcase(suite, tests);
    return suite;
}
