/*
 * Many DAGs together: outlines and groups, used and misused. The golden cases of `together` show
 * the findings; here is what takes options, many documents, or an oracle.
 */
#include "api.h"

#include <stdio.h>

/* ---- small documents ---------------------------------------------------------------------- */

/* A DAG with one job that reads `reads` and publishes `publishes`; either may be NULL. */
static void put_dag(struct text *out, const char *name, const char *reads,
                    const char *publishes)
{
    put(out,
        "name: %s\njobs:\n  - name: a\n    runtime: ecs_platform\n    operator: op\n",
        name);
    put(out, "    outputs: 1\n    update_strategy: replace\n");
    if (reads)
        put(out,
            "    activation: reactive\n    execution_strategy: PerUpdate\n"
            "    inputs: [{from: {dataset: %s}}]\n",
            reads);
    else
        put(out, "    activation: source\n    source: {kind: manual}\n");
    if (publishes)
        put(out, "publish: {%s: {from: {job: a, output: 0}}}\n", publishes);
}

static tracedag_outline *outline_of(const struct text *document,
                                    const tracedag_options *options, const char *file)
{
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_outline *outline;
    tracedag_check(document->ptr, document->len, options, &dag, &report);
    ck_assert_int_eq(tracedag_outline_new(dag, report, file, &outline), TRACEDAG_OK);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    return outline;
}

static tracedag_outline *make_outline(const char *name, const char *reads,
                                      const char *publishes,
                                      const tracedag_options *options)
{
    struct text document = {NULL, 0, 0};
    put_dag(&document, name, reads, publishes);
    tracedag_outline *outline = outline_of(&document, options, name);
    drop(&document);
    return outline;
}

/* Judges outlines, and drops them. */
static tracedag_group *judge(tracedag_outline **outlines, size_t count,
                             tracedag_status expected)
{
    tracedag_group *group;
    ck_assert_int_eq(
        tracedag_group_new((const tracedag_outline *const *)outlines, count, &group),
        expected);
    for (size_t i = 0; i < count; i++)
        tracedag_outline_unref(outlines[i]);
    return group;
}

static size_t count_in(const tracedag_group *group, size_t documents, uint32_t code)
{
    size_t count = 0;
    for (size_t i = 0; i < documents; i++)
        count += count_code(tracedag_group_report(group, i), code);
    return count;
}

/* ---- misuse -------------------------------------------------------------------------------- */

START_TEST(test_outlines_are_not_made_of_anything)
{
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_report *other;
    tracedag_outline *outline = (tracedag_outline *)&report;
    tracedag_check(ten_jobs, strlen(ten_jobs), NULL, &dag, &report);
    ck_assert_int_eq(tracedag_outline_new(dag, NULL, "f", &outline), TRACEDAG_MISUSE);
    ck_assert_ptr_null(outline);
    ck_assert_int_eq(tracedag_outline_new(dag, report, "f", NULL), TRACEDAG_MISUSE);
    tracedag_check(ten_jobs, strlen(ten_jobs), NULL, NULL, &other);
    ck_assert_int_eq(tracedag_outline_new(dag, other, "f", &outline), TRACEDAG_MISUSE);
    tracedag_report_unref(other);
    ck_assert_int_eq(tracedag_outline_new(dag, report, NULL, &outline), TRACEDAG_OK);
    tracedag_group *group = judge(&outline, 1, TRACEDAG_REJECTED);
    ck_assert_int_eq(
        tracedag_outline_new(NULL, tracedag_group_report(group, 0), "f", &outline),
        TRACEDAG_MISUSE);
    char *text = (char *)dag;
    ck_assert_int_eq(
        tracedag_report_fix(tracedag_group_report(group, 0), 0, &text, NULL, NULL, NULL),
        TRACEDAG_MISUSE);
    ck_assert_ptr_null(text);
    tracedag_group_unref(group);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_groups_are_not_made_of_anything)
{
    tracedag_group *group = (tracedag_group *)&group;
    ck_assert_int_eq(tracedag_group_new(NULL, 1, &group), TRACEDAG_MISUSE);
    ck_assert_ptr_null(group);
    ck_assert_int_eq(tracedag_group_new(NULL, 0, NULL), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_group_new(NULL, 0, &group), TRACEDAG_OK);
    ck_assert_ptr_null(tracedag_group_report(group, 0));
    ck_assert_uint_eq(tracedag_group_summary(group)->documents, 0);
    ck_assert_uint_eq(tracedag_group_summary(group)->all_known, 1);
    tracedag_group_unref(group);
}
END_TEST

START_TEST(test_no_group_has_nothing)
{
    tracedag_list list = {&list, 7, 7};
    tracedag_group_datasets(NULL, &list);
    ck_assert(list.items == NULL && list.count == 0);
    tracedag_group_datasets(NULL, NULL);
    ck_assert_ptr_null(tracedag_group_report(NULL, 0));
    ck_assert_ptr_null(tracedag_group_summary(NULL));
    ck_assert_ptr_null(tracedag_group_ref(NULL));
    ck_assert_ptr_null(tracedag_group_unref(NULL));
    ck_assert_ptr_null(tracedag_outline_ref(NULL));
    ck_assert_ptr_null(tracedag_outline_unref(NULL));
}
END_TEST

START_TEST(test_a_group_is_written_in_two_formats)
{
    static const struct {
        uint32_t format, parts;
    } wrong[] = {{TRACEDAG_FORMAT_SARIF, 1},
                 {TRACEDAG_FORMAT_GITHUB, 1},
                 {0, 1},
                 {UINT32_MAX, 1},
                 {TRACEDAG_FORMAT_TEXT, 0},
                 {TRACEDAG_FORMAT_JSON, 4},
                 {TRACEDAG_FORMAT_TEXT, UINT32_MAX}};
    char *text;
    size_t size;
    tracedag_group *group = judge(NULL, 0, TRACEDAG_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        text = (char *)group;
        size = 7;
        ck_assert_int_eq(
            tracedag_group_render(group, wrong[i].format, wrong[i].parts, &text, &size),
            TRACEDAG_MISUSE);
        ck_assert(!text && size == 0);
    }
    ck_assert_int_eq(tracedag_group_render(NULL, TRACEDAG_FORMAT_TEXT, 1, &text, NULL),
                     TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_group_render(group, TRACEDAG_FORMAT_TEXT, 1, NULL, NULL),
                     TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_group_render(group, TRACEDAG_FORMAT_TEXT, 1, &text, &size),
                     TRACEDAG_OK);
    ck_assert(size == 0 && text[0] == '\0');
    tracedag_free(text);
    tracedag_group_unref(group);
}
END_TEST

/* ---- documents ----------------------------------------------------------------------------- */

START_TEST(test_who_reads_what)
{
    tracedag_outline *outlines[] = {
        make_outline("chain", "raw", "rows", NULL),
        make_outline("market", "rows", "prices", NULL),
        make_outline("other", "rows", "raw", NULL),
    };
    tracedag_list list;
    tracedag_group *group = judge(outlines, 3, TRACEDAG_REJECTED);
    tracedag_group_datasets(group, &list);
    ck_assert_uint_eq(list.count, 3);
    const tracedag_shared_dataset *prices = record(&list, 0);
    const tracedag_shared_dataset *rows = record(&list, 2);
    ck_assert(is_text(prices->name, "prices") && is_text(rows->name, "rows"));
    ck_assert_uint_eq(prices->readers.count, 0);
    ck_assert_ptr_null(prices->readers.items);
    ck_assert_uint_eq(rows->known, TRACEDAG_KNOWN_PUBLISHED);
    ck_assert_uint_eq(rows->publishers.count, 1);
    const tracedag_dataset_use *use = record(&rows->publishers, 0);
    ck_assert(use->document == 0 && use->item == 0 && use->line == 11);
    ck_assert(is_text(use->job, "a"));
    ck_assert_uint_eq(rows->readers.count, 2);
    use = record(&rows->readers, 1);
    ck_assert(use->document == 2 && use->item == 0 && use->line == 10);
    ck_assert_uint_eq(count_in(group, 3, TRACEDAG_CODE_DAG_CYCLE), 1);
    tracedag_group_unref(group);
}
END_TEST

/* What of it lies in the document is told by the positions that reports give. */
START_TEST(test_a_report_outlives_its_group)
{
    tracedag_outline *outlines[] = {
        make_outline("chain", NULL, "rows", NULL),
        make_outline("\xFF.yaml", NULL, NULL, NULL),
        make_outline("other", NULL, "rows", NULL),
    };
    tracedag_group *group = judge(outlines, 3, TRACEDAG_REJECTED);
    ck_assert_ptr_null(tracedag_group_report(group, 1)); /* its name is a fault */
    tracedag_report *report = tracedag_report_ref(
        (tracedag_report *)(uintptr_t)tracedag_group_report(group, 2));
    tracedag_group_unref(group);
    const tracedag_finding *finding = tracedag_report_finding(report, 0);
    tracedag_position place;
    tracedag_report_position(report, finding->start.byte, &place);
    ck_assert_int_eq(memcmp(&place, &finding->start, sizeof place), 0);
    const tracedag_related *first = record(&finding->related, 0);
    ck_assert(is_text(first->file, "chain") && first->start.line == 10);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_documents_that_were_not_read)
{
    tracedag_outline *outlines[] = {make_outline("a", "rows", NULL, NULL), NULL};
    char *text;
    tracedag_group *group = judge(outlines, 2, TRACEDAG_OK);
    const tracedag_group_counts *counts = tracedag_group_summary(group);
    ck_assert(counts->documents == 2 && counts->dags == 1 && counts->unread == 1);
    ck_assert_uint_eq(counts->all_known, 0);
    ck_assert_ptr_null(tracedag_group_report(group, 1));
    tracedag_group_render(group, TRACEDAG_FORMAT_TEXT, TRACEDAG_GROUP_SUMMARY, &text,
                          NULL);
    ck_assert_ptr_nonnull(strstr(text, "; 1 document not read; unknown datasets"));
    tracedag_free(text);
    tracedag_group_unref(group);
}
END_TEST

/* Names of files are shown as they can be: they may hold any bytes, and be long. */
START_TEST(test_names_of_files)
{
    char name[300];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    name[0] = '\x1B';
    name[1] = '\xFF';
    struct text document = {NULL, 0, 0};
    put_dag(&document, "a", NULL, "rows");
    tracedag_outline *outlines[] = {outline_of(&document, NULL, name),
                                    outline_of(&document, NULL, name)};
    tracedag_group *group = judge(outlines, 2, TRACEDAG_REJECTED);
    char *text;
    for (uint32_t format = TRACEDAG_FORMAT_TEXT; format <= TRACEDAG_FORMAT_GITHUB;
         format++) {
        ck_assert_int_eq(tracedag_report_render(tracedag_group_report(group, 1), format,
                                                name, 0, &text, NULL),
                         TRACEDAG_OK);
        ck_assert_ptr_null(strchr(text, '\x1B'));
        tracedag_free(text);
    }
    tracedag_group_render(group, TRACEDAG_FORMAT_TEXT, TRACEDAG_GROUP_DATASETS, &text,
                          NULL);
    ck_assert_ptr_null(strchr(text, '\x1B'));
    ck_assert_ptr_nonnull(strstr(text, "\xEF\xBF\xBDxxx"));
    ck_assert_ptr_nonnull(strstr(text, name + 2));
    tracedag_free(text);
    tracedag_group_unref(group);
    drop(&document);
}
END_TEST

/* The report of reading alone tells of the document, too. */
START_TEST(test_an_outline_of_reading_alone)
{
    struct text document = {NULL, 0, 0};
    tracedag_doc *doc;
    tracedag_outline *outlines[2] = {make_outline("b", "rows", NULL, NULL)};
    put_dag(&document, "a", NULL, "rows");
    tracedag_parse(document.ptr, document.len, NULL, &doc);
    ck_assert_int_eq(
        tracedag_outline_new(NULL, tracedag_doc_report(doc), "a", &outlines[1]),
        TRACEDAG_OK);
    tracedag_doc_unref(doc);
    drop(&document);
    tracedag_group *group = judge(outlines, 2, TRACEDAG_OK);
    tracedag_list list;
    tracedag_group_datasets(group, &list);
    const tracedag_shared_dataset *rows = record(&list, 0);
    ck_assert_uint_eq(rows->known, TRACEDAG_KNOWN_REJECTED);
    ck_assert_uint_eq(tracedag_group_summary(group)->rejected, 1);
    tracedag_group_unref(group);
}
END_TEST

/* ---- options ------------------------------------------------------------------------------- */

static tracedag_group *two_of_a_name(const tracedag_options *options,
                                     tracedag_status expected)
{
    tracedag_outline *outlines[] = {
        make_outline("chain", NULL, "a", options),
        make_outline("chain", NULL, "b", options),
    };
    return judge(outlines, 2, expected);
}

START_TEST(test_severities_hold_between_documents)
{
    tracedag_options *options = tracedag_options_new();
    tracedag_group *group = two_of_a_name(NULL, TRACEDAG_OK);
    ck_assert_uint_eq(tracedag_group_summary(group)->warnings, 1);
    tracedag_group_unref(group);
    tracedag_options_set_severity(options, TRACEDAG_CODE_REPEATED_DAG_NAME,
                                  TRACEDAG_SEVERITY_ERROR);
    group = two_of_a_name(options, TRACEDAG_REJECTED);
    ck_assert_uint_eq(tracedag_group_summary(group)->errors, 1);
    tracedag_group_unref(group);
    tracedag_options_set_severity(options, TRACEDAG_CODE_REPEATED_DAG_NAME, 0);
    group = two_of_a_name(options, TRACEDAG_OK);
    ck_assert_uint_eq(tracedag_report_count(tracedag_group_report(group, 1), 0), 0);
    tracedag_group_unref(group);
    ck_assert_int_eq(tracedag_options_set_severity(options, TRACEDAG_CODE_DATASET_TAKEN,
                                                   TRACEDAG_SEVERITY_NOTE),
                     TRACEDAG_MISUSE);
    tracedag_options_unref(options);
}
END_TEST

START_TEST(test_a_baseline_holds_between_documents)
{
    tracedag_options *options = tracedag_options_new();
    tracedag_group *group = two_of_a_name(NULL, TRACEDAG_OK);
    char *baseline;
    size_t size;
    ck_assert_int_eq(tracedag_report_baseline(tracedag_group_report(group, 1), "b.yaml",
                                              &baseline, &size),
                     TRACEDAG_OK);
    tracedag_group_unref(group);
    ck_assert_ptr_nonnull(strstr(baseline, "  TD904  b.yaml\n"));
    ck_assert_int_eq(tracedag_options_set_baseline(options, baseline, size, NULL),
                     TRACEDAG_OK);
    group = two_of_a_name(options, TRACEDAG_OK);
    tracedag_list aside;
    tracedag_report_suppressed(tracedag_group_report(group, 1), &aside);
    ck_assert_uint_eq(aside.count, 1);
    ck_assert_uint_eq(tracedag_group_summary(group)->warnings, 0);
    /* In the first document nothing matches the entry, which is told here and not there. */
    ck_assert_uint_eq(
        count_code(tracedag_group_report(group, 0), TRACEDAG_CODE_UNUSED_BASELINE), 1);
    tracedag_group_unref(group);
    struct text document = {NULL, 0, 0};
    tracedag_report *report;
    put_dag(&document, "chain", NULL, "a");
    tracedag_check(document.ptr, document.len, options, NULL, &report);
    ck_assert_uint_eq(tracedag_report_count(report, 0), 0);
    tracedag_report_unref(report);
    drop(&document);
    tracedag_options_unref(options);
    tracedag_free(baseline);
}
END_TEST

/* Alone, no document has what the comment allows, and yet it is not left over. */
START_TEST(test_a_comment_for_other_documents)
{
    struct text document = {NULL, 0, 0};
    tracedag_report *report;
    put(&document, "# tracedag: allow TD904, TD816\n");
    put_dag(&document, "chain", NULL, "a");
    tracedag_check(document.ptr, document.len, NULL, NULL, &report);
    ck_assert_uint_eq(tracedag_report_count(report, 0), 1); /* of TD816 */
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_UNUSED_ALLOW), 1);
    tracedag_report_unref(report);
    drop(&document);
}
END_TEST

static tracedag_options *with_catalog(const char *text)
{
    tracedag_catalog *catalog;
    tracedag_options *options = tracedag_options_new();
    ck_assert_int_eq(tracedag_catalog_read(text, strlen(text), NULL, &catalog, NULL),
                     TRACEDAG_OK);
    ck_assert_int_eq(tracedag_options_set_catalog(options, catalog), TRACEDAG_OK);
    ck_assert_int_eq(tracedag_options_set_together(options, 1), TRACEDAG_OK);
    tracedag_catalog_unref(catalog);
    return options;
}

static const char three_datasets[] = "datasets: {labels: {}, prices: {}, rows: {}}\n";

START_TEST(test_datasets_of_a_catalog_are_known)
{
    tracedag_options *options = with_catalog(three_datasets);
    tracedag_options *none = with_catalog("operators: {op: {config: {}}}\n");
    tracedag_outline *outlines[] = {
        make_outline("a", "labels", "made", options),
        make_outline("b", "made", NULL, options),
        make_outline("c", "labelz", NULL, options),
        make_outline("d", "labels", NULL, none), /* its own catalog says nothing of it */
    };
    tracedag_list list;
    tracedag_group *group = judge(outlines, 4, TRACEDAG_REJECTED);
    tracedag_group_datasets(group, &list);
    const tracedag_shared_dataset *labels = record(&list, 0);
    ck_assert(is_text(labels->name, "labels") && labels->publishers.count == 0);
    ck_assert_uint_eq(labels->known, TRACEDAG_KNOWN_CATALOG);
    ck_assert_uint_eq(tracedag_group_summary(group)->errors, 2);
    const tracedag_finding *finding =
        tracedag_report_finding(tracedag_group_report(group, 2), 0);
    ck_assert_ptr_nonnull(strstr(finding->message.ptr, "here publishes and the catalog"));
    ck_assert(is_text(*(const tracedag_text *)record(&finding->help, 0),
                      "did you mean `labels`?"));
    finding = tracedag_report_finding(tracedag_group_report(group, 3), 0);
    ck_assert_ptr_null(strstr(finding->message.ptr, "catalog"));
    char *text;
    for (uint32_t format = TRACEDAG_FORMAT_TEXT; format <= TRACEDAG_FORMAT_JSON;
         format++) {
        tracedag_group_render(group, format, TRACEDAG_GROUP_DATASETS, &text, NULL);
        ck_assert_ptr_nonnull(strstr(text, format == TRACEDAG_FORMAT_TEXT
                                               ? "`labels`: of the catalog\n"
                                               : "\"known\":\"catalog\""));
        tracedag_free(text);
    }
    tracedag_group_unref(group);
    tracedag_options_unref(options);
    tracedag_options_unref(none);
}
END_TEST

START_TEST(test_datasets_are_left_to_the_group)
{
    struct text document = {NULL, 0, 0};
    tracedag_options *options = with_catalog(three_datasets);
    put_dag(&document, "a", "made", "b");
    tracedag_dag_unref(must_accept(document.ptr, document.len, options));
    ck_assert_int_eq(tracedag_options_set_together(options, 0), TRACEDAG_OK);
    tracedag_report *report = must_reject(document.ptr, document.len, options);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_UNKNOWN_DATASET), 1);
    tracedag_report_unref(report);
    ck_assert_int_eq(tracedag_options_set_together(options, 2), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_options_set_together(NULL, 0), TRACEDAG_MISUSE);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

START_TEST(test_a_catalog_has_no_outline)
{
    tracedag_report *report;
    tracedag_outline *outline;
    tracedag_catalog_read(three_datasets, sizeof three_datasets - 1, NULL, NULL, &report);
    ck_assert_int_eq(tracedag_outline_new(NULL, report, "f", &outline), TRACEDAG_MISUSE);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_a_limit_holds_between_documents)
{
    struct text document = {NULL, 0, 0};
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, 2);
    put(&document, "name: d\njobs:\n");
    for (int i = 0; i < 9; i++)
        put(&document,
            "  - {name: j%d, activation: reactive, runtime: ecs_platform, operator: op, "
            "outputs: 0, execution_strategy: PerUpdate, inputs: [{from: {dataset: d%d}}]}"
            "\n",
            i, i);
    tracedag_outline *outline = outline_of(&document, options, "d.yaml");
    tracedag_group *group = judge(&outline, 1, TRACEDAG_REJECTED);
    const tracedag_report *report = tracedag_group_report(group, 0);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 9);
    ck_assert_uint_eq(tracedag_report_dropped(report), 7);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_DROPPED), 1);
    tracedag_group_unref(group);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

/* ---- many ---------------------------------------------------------------------------------- */

enum { MANY = 2500 };

/* Among more names than are compared with each, those that begin alike are. */
START_TEST(test_the_nearest_of_many_names)
{
    static tracedag_outline *outlines[MANY + 1];
    char name[32];
    char dataset[32];
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "dag-%d", i);
        snprintf(dataset, sizeof dataset, "rows_%05d_of_chain", i * 3);
        outlines[i] = make_outline(name, NULL, dataset, NULL);
    }
    outlines[MANY] = make_outline("reader", "rows_03000_fo_chain", NULL, NULL);
    tracedag_group *group = judge(outlines, MANY + 1, TRACEDAG_REJECTED);
    const tracedag_finding *finding =
        tracedag_report_finding(tracedag_group_report(group, MANY), 0);
    ck_assert(is_text(*(const tracedag_text *)record(&finding->help, 0),
                      "did you mean `rows_03000_of_chain`?"));
    tracedag_group_unref(group);
}
END_TEST

/* A document with many names that are unknown gets advice for the first ones: there is a bound on
 * what advice may cost. */
START_TEST(test_advice_has_a_bound)
{
    static tracedag_outline *outlines[MANY + 1];
    struct text document = {NULL, 0, 0};
    char name[32];
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "d%05d", i);
        outlines[i] = make_outline(name, NULL, name, NULL);
    }
    put(&document, "name: d\njobs:\n");
    for (int i = 0; i < 9; i++)
        put(&document,
            "  - {name: j%d, activation: reactive, runtime: ecs_platform, operator: op, "
            "outputs: 0, execution_strategy: PerUpdate, inputs: [{from: {dataset: "
            "d010%dx}}]}\n",
            i, i);
    outlines[MANY] = outline_of(&document, NULL, "d.yaml");
    tracedag_group *group = judge(outlines, MANY + 1, TRACEDAG_REJECTED);
    size_t helped = 0;
    for (size_t i = 0; i < 9; i++)
        helped +=
            tracedag_report_finding(tracedag_group_report(group, MANY), i)->help.count;
    ck_assert_uint_eq(helped, 4);
    tracedag_group_unref(group);
    drop(&document);
}
END_TEST

/* The longest way that these documents can make: nothing is walked by calls of itself. */
START_TEST(test_a_long_cycle)
{
    static tracedag_outline *outlines[MANY];
    char name[32];
    char before[32];
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "d%d", i);
        snprintf(before, sizeof before, "d%d", (i + MANY - 1) % MANY);
        outlines[i] = make_outline(name, before, name, NULL);
    }
    tracedag_group *group = judge(outlines, MANY, TRACEDAG_REJECTED);
    ck_assert_uint_eq(tracedag_group_summary(group)->errors, 1);
    const tracedag_finding *finding =
        tracedag_report_finding(tracedag_group_report(group, 0), 0);
    ck_assert_ptr_nonnull(strstr(finding->message.ptr, "... (2491 more)"));
    ck_assert_uint_eq(finding->related.count, 8);
    tracedag_group_unref(group);
}
END_TEST

/* ---- an oracle ----------------------------------------------------------------------------- */

enum { DAGS = 7, TRIES = 300 };

static uint32_t random_state;

static uint32_t random_below(uint32_t below)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (random_state >> 8) % below;
}

/* The closure of who waits for whom, as of any matrix. */
static bool has_cycle(bool waits[DAGS][DAGS])
{
    for (int k = 0; k < DAGS; k++)
        for (int i = 0; i < DAGS; i++)
            for (int j = 0; j < DAGS; j++)
                waits[i][j] |= waits[i][k] && waits[k][j];
    for (int i = 0; i < DAGS; i++)
        if (waits[i][i])
            return true;
    return false;
}

/* DAGs of one job each, so that a cycle of DAGs is one of jobs: what each publishes has its own
 * name, and each reads one at most. */
START_TEST(test_cycles_of_random_groups)
{
    random_state = (uint32_t)_i;
    bool waits[DAGS][DAGS] = {{false}};
    tracedag_outline *outlines[DAGS];
    size_t unknown = 0;
    for (uint32_t i = 0; i < DAGS; i++) {
        char name[8];
        char reads[8];
        uint32_t from = random_below(DAGS + 1); /* the last is published by nobody */
        bool is_source = from == i || random_below(8) == 0;
        snprintf(name, sizeof name, "d%u", i);
        snprintf(reads, sizeof reads, "d%u", from);
        outlines[i] = make_outline(name, is_source ? NULL : reads, name, NULL);
        unknown += !is_source && from == DAGS;
        if (!is_source && from < DAGS)
            waits[i][from] = true;
    }
    bool cycle = has_cycle(waits);
    tracedag_group *group =
        judge(outlines, DAGS, cycle || unknown ? TRACEDAG_REJECTED : TRACEDAG_OK);
    ck_assert_uint_eq(count_in(group, DAGS, TRACEDAG_CODE_DAG_CYCLE) > 0, cycle);
    ck_assert_uint_eq(count_in(group, DAGS, TRACEDAG_CODE_UNPUBLISHED_DATASET), unknown);
    ck_assert_uint_eq(count_in(group, DAGS, TRACEDAG_CODE_DATASET_TAKEN), 0);
    tracedag_group_unref(group);
}
END_TEST

Suite *suite_together(void)
{
    Suite *suite = suite_create("together");
    TCase *tests = tcase_create("together");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_outlines_are_not_made_of_anything);
    tcase_add_test(tests, test_groups_are_not_made_of_anything);
    tcase_add_test(tests, test_no_group_has_nothing);
    tcase_add_test(tests, test_a_group_is_written_in_two_formats);
    tcase_add_test(tests, test_who_reads_what);
    tcase_add_test(tests, test_a_report_outlives_its_group);
    tcase_add_test(tests, test_documents_that_were_not_read);
    tcase_add_test(tests, test_names_of_files);
    tcase_add_test(tests, test_an_outline_of_reading_alone);
    tcase_add_test(tests, test_severities_hold_between_documents);
    tcase_add_test(tests, test_a_baseline_holds_between_documents);
    tcase_add_test(tests, test_a_comment_for_other_documents);
    tcase_add_test(tests, test_datasets_of_a_catalog_are_known);
    tcase_add_test(tests, test_datasets_are_left_to_the_group);
    tcase_add_test(tests, test_a_catalog_has_no_outline);
    tcase_add_test(tests, test_a_limit_holds_between_documents);
    tcase_add_test(tests, test_the_nearest_of_many_names);
    tcase_add_test(tests, test_advice_has_a_bound);
    tcase_add_test(tests, test_a_long_cycle);
    tcase_add_loop_test(tests, test_cycles_of_random_groups, 0, TRIES);
    suite_add_tcase(suite, tests);
    return suite;
}
