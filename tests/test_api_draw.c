/*
 * Pictures of a DAG. The golden cases show what they look like; here are their parts, one by one,
 * and what documents of the size of a case cannot show.
 */
#include "api.h"

#define READER \
    "activation: reactive, runtime: ecs_platform, operator: op, execution_strategy: PerUpdate"

/* A job of the platform, an output of which is read twice and published, and one of users. */
static const char small[] =
    "name: small\n"
    "jobs:\n"
    "  - {name: first, " SOURCE_JOB ", outputs: 2}\n"
    "  - {name: second, activation: reactive, runtime: lambda, operator: op, outputs: 0,\n"
    "     execution_strategy: PerPartition, inputs: [{from: {job: first, output: 1}},\n"
    "     {from: {dataset: shown}, where: {chain: 7, kind: \"<a & 'b'>\"}},\n"
    "     {from: {dataset: elsewhere}}]}\n"
    "publish:\n"
    "  shown: {from: {job: first, output: 0}, storage: s3}\n";

static char *draw(const tracedag_dag *dag, const tracedag_report *report,
                  uint32_t picture, uint32_t flags)
{
    char *text = NULL;
    size_t size = 0;
    ck_assert_int_eq(tracedag_dag_draw(dag, report, NULL, picture, flags, &text, &size),
                     TRACEDAG_OK);
    ck_assert_uint_eq(size, strlen(text));
    ck_assert(size > 0 && text[size - 1] == '\n');
    return text;
}

/* How often a word stands in a text. */
static size_t count(const char *text, const char *word)
{
    size_t found = 0;
    for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
        found++;
    return found;
}

static void check_has(const char *text, const char *word)
{
    ck_assert_msg(count(text, word) == 1, "%zu times `%s` in\n%s", count(text, word),
                  word, text);
}

START_TEST(test_dot)
{
    tracedag_dag *dag = must_accept(small, strlen(small), NULL);
    char *text = draw(dag, NULL, TRACEDAG_PICTURE_DOT, 0);
    check_has(text, "digraph \"small\" {\n");
    check_has(text,
              "small: 2 jobs in 2 layers, 1 published dataset, 1 external dataset<");
    check_has(text, "  \"first\" -> \"second\" [label=<output 1>]\n");
    check_has(text, "  \"dataset shown\" -> \"second\" [label=<chain = 7<br/>kind = "
                    "&quot;&lt;a &amp; 'b'&gt;&quot;>]\n");
    check_has(text, "  \"dataset elsewhere\" -> \"second\"\n");
    check_has(text, "  \"first\" -> \"dataset shown\" [label=<output 0>]\n");
    ck_assert_uint_eq(count(text, " -> "), 4);
    ck_assert_uint_eq(count(text, "shape="), 4);
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_mermaid)
{
    tracedag_dag *dag = must_accept(small, strlen(small), NULL);
    char *text = draw(dag, NULL, TRACEDAG_PICTURE_MERMAID, 0);
    check_has(text, "title: \"small: 2 jobs in 2 layers, ");
    check_has(text, "\nflowchart LR\n");
    check_has(text, "  n0([\"first<br>op<br>manual\"]):::platform\n");
    check_has(text, "  n1[\"second<br>op\"]:::untrusted\n");
    check_has(text, "  n2[(\"shown<br>s3\")]:::published\n");
    check_has(text, "  n3[(\"elsewhere\")]:::external\n");
    check_has(text, "  n0 -->|\"output 1\"| n1\n");
    check_has(text,
              "  n2 -->|\"chain = 7<br>kind = #34;#60;a #38; #39;b#39;#62;#34;\"| n1\n");
    check_has(text, "  n3 --> n1\n");
    check_has(text, "  n0 -->|\"output 0\"| n2\n");
    ck_assert_ptr_null(strstr(text, "warned"));
    ck_assert_ptr_null(strstr(text, "%%"));
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_lines)
{
    tracedag_dag *dag = must_accept(small, strlen(small), NULL);
    char *text = draw(dag, NULL, TRACEDAG_PICTURE_TEXT, 0);
    check_has(text, "├─◆      shown      published, output 0, s3\n");
    check_has(text, "└─┴─┴─○  second     lambda        op\n");
    check_has(text, "< first.1, ◆ shown where chain = 7 and kind = \"<a & 'b'>\"\n");
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

/* In colour there is the same text, and nothing else that a terminal would obey. */
START_TEST(test_colour)
{
    tracedag_dag *dag = must_accept(small, strlen(small), NULL);
    char *plain = draw(dag, NULL, TRACEDAG_PICTURE_TEXT, 0);
    char *colour = draw(dag, NULL, TRACEDAG_PICTURE_TEXT, TRACEDAG_DRAW_COLOR);
    struct text stripped = {NULL, 0, 0};
    ck_assert_ptr_null(strchr(plain, '\033'));
    for (const char *at = colour; *at; at++) {
        if (*at == '\033')
            at = strchr(at, 'm');
        else
            put(&stripped, "%c", *at);
    }
    ck_assert_str_eq(stripped.ptr, plain);
    check_has(colour, "\033[1mfirst\033[0m");
    drop(&stripped);
    tracedag_free(colour);
    colour = draw(dag, NULL, TRACEDAG_PICTURE_DOT, TRACEDAG_DRAW_COLOR);
    ck_assert_ptr_null(strchr(colour, '\033'));
    tracedag_free(colour);
    tracedag_free(plain);
    tracedag_dag_unref(dag);
}
END_TEST

/* A credential is shown as findings show it, whether its value or its key tells. */
START_TEST(test_credentials)
{
    static const char document[] =
        "name: d\n"
        "jobs:\n"
        "  - {name: a, activation: source, runtime: lambda, operator: op, outputs: 1,\n"
        "     source: {kind: webhook, webhook_path: /hooks/in}}\n"
        "  - {name: b, " READER ", outputs: 0, inputs: [{from: {job: a, output: 0},\n"
        "     where: {access_token: first-of-all, url: 'db://me:second@host'}}]}\n";
    tracedag_dag *dag = must_accept(document, strlen(document), NULL);
    for (uint32_t picture = 1; picture <= TRACEDAG_PICTURE_DOT; picture++) {
        char *text = draw(dag, NULL, picture, 0);
        ck_assert_ptr_nonnull(strstr(text, "webhook /hooks/in"));
        ck_assert_ptr_nonnull(strstr(text, "access_token = "));
        ck_assert_ptr_nonnull(strstr(text, "fir..."));
        ck_assert_ptr_null(strstr(text, "first"));
        ck_assert_ptr_null(strstr(text, "second"));
        tracedag_free(text);
    }
    tracedag_dag_unref(dag);
}
END_TEST

/* Findings stand at what they are about; those of another document that has no such job or
 * dataset stand at the DAG. */
START_TEST(test_findings)
{
    static const char other[] =
        "name: other\n"
        "jobs:\n"
        "  - {name: first, " SOURCE_JOB ", outputs: 1}\n"
        "  - {name: stranger, " SOURCE_JOB ", outputs: 1, timeout_seconds: 1,\n"
        "     heartbeat_timeout_seconds: 2}\n";
    tracedag_dag *dag = must_accept(small, strlen(small), NULL);
    tracedag_dag *made = NULL;
    tracedag_report *report = NULL;
    ck_assert_int_eq(tracedag_check(other, strlen(other), NULL, &made, &report),
                     TRACEDAG_OK);
    tracedag_dag_unref(made);
    char *text = draw(dag, report, TRACEDAG_PICTURE_TEXT, 0);
    check_has(text,
              "1 external dataset\nnote TD803 unread-job\nwarning TD812 heartbeat\n\n");
    ck_assert_uint_eq(count(text, "! note TD803 unread-job\n"), 1);
    tracedag_free(text);
    text = draw(dag, report, TRACEDAG_PICTURE_MERMAID, 0);
    check_has(text, "manual<br>! note TD803 unread-job\"]):::platform\n");
    tracedag_free(text);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
}
END_TEST

static void put_inputs(struct text *text, const char *from, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        put(text, "%s{from: {job: %s, output: %u}}", i ? ", " : "", from, i);
}

/* A job with many readers, which is read by one of them twice, and by others through a dataset. */
static tracedag_dag *fan(unsigned readers, tracedag_report **report)
{
    struct text text = {NULL, 0, 0};
    tracedag_dag *dag = NULL;
    put(&text, "name: &unused fan\njobs:\n  - {name: hub, " SOURCE_JOB ", outputs: 3}\n");
    for (unsigned i = 0; i < readers; i++) {
        put(&text,
            "  - {name: r%05u, " READER
            ", outputs: 1, update_strategy: replace, inputs: [",
            i);
        put_inputs(&text, "hub", i == 0 ? 2 : 1);
        put(&text, "%s]}\n", i == 1 ? ", {from: {dataset: d}}" : "");
    }
    put(&text, "  - {name: sink, " READER ", outputs: 0, inputs: [");
    for (unsigned i = 0; i < readers; i++)
        put(&text, "%s{from: {job: r%05u, output: 0}}", i ? ", " : "", i);
    put(&text, "]}\npublish: {d: {from: {job: hub, output: 0}}}\n");
    ck_assert_int_eq(tracedag_check(text.ptr, text.len, NULL, &dag, report), TRACEDAG_OK);
    drop(&text);
    return dag;
}

/* Lines as long as sixteen run side by side: the hub, its dataset and its readers. */
START_TEST(test_lines_or_list)
{
    tracedag_report *report;
    tracedag_dag *dag = fan(14, &report);
    char *text = draw(dag, report, TRACEDAG_PICTURE_TEXT, 0);
    ck_assert_ptr_null(strstr(text, "layer 1"));
    check_has(text, "< hub.0, hub.1\n");
    check_has(text, "warning TD809 unused-anchor\n");
    tracedag_free(text);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
    dag = fan(17, &report);
    text = draw(dag, report, TRACEDAG_PICTURE_TEXT, 0);
    check_has(text, "layer 1: 1 job\n");
    check_has(text, "\nlayer 2: 17 jobs\n");
    check_has(
        text,
        "    > r00000, r00001, r00002, r00003, r00004, r00005, r00006, r00007, r00008,"
        " r00009,\n      r00010, r00011 and 5 more\n");
    check_has(text, "    < hub.0, ◆ d\n");
    check_has(text, "    ◆ d  published, output 0\n");
    check_has(text, "    ! note TD802 unread-output\n");
    check_has(text, "< reads   > is read by\n");
    tracedag_free(text);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
}
END_TEST

/* Mermaid draws large flowcharts only where it is told to. */
START_TEST(test_mermaid_advice)
{
    tracedag_report *report;
    tracedag_dag *dag = fan(900, &report);
    char *text = draw(dag, report, TRACEDAG_PICTURE_MERMAID, 0);
    check_has(text, "%% Mermaid draws it with maxEdges of 1803 or more\n");
    const char *advice = strstr(text, "%% Mermaid draws it with maxTextSize of ");
    ck_assert_ptr_nonnull(advice);
    ck_assert_uint_ge(strtoul(strpbrk(advice, "0123456789"), NULL, 10), strlen(text));
    ck_assert_uint_eq(count(text, " -->"), 1803);
    tracedag_free(text);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
}
END_TEST

/* ---- the change from another version ----------------------------------------------------- */

static const char older[] =
    "name: older\n"
    "jobs:\n"
    "  - {name: gone, " SOURCE_JOB ", outputs: 1}\n"
    "  - {name: old_name, " SOURCE_JOB ", outputs: 1, config: {a: 1}}\n"
    "  - {name: same, " SOURCE_JOB ", outputs: 1, config: {b: 1}}\n"
    "  - {name: tuned, " SOURCE_JOB ", outputs: 1, config: {c: 1}}\n"
    "  - {name: below, " READER ", outputs: 1, update_strategy: replace,\n"
    "     inputs: [{from: {job: same, output: 0}}]}\n"
    "  - {name: last, " READER
    ", outputs: 0, inputs: [{from: {job: below, output: 0}}]}\n"
    "publish:\n"
    "  moved: {from: {job: tuned, output: 0}}\n"
    "  taken: {from: {job: gone, output: 0}}\n";

static const char newer[] =
    "name: newer\n"
    "jobs:\n"
    "  - {name: new, " SOURCE_JOB ", outputs: 1, config: {d: 1}}\n"
    "  - {name: new_name, " SOURCE_JOB ", outputs: 1, config: {a: 1}}\n"
    "  - {name: same, " SOURCE_JOB ", outputs: 1, config: {b: 1}}\n"
    "  - {name: tuned, " SOURCE_JOB ", outputs: 1, config: {c: 1}, max_attempts: 9}\n"
    "  - {name: below, " READER ", outputs: 1, update_strategy: replace,\n"
    "     inputs: [{from: {job: same, output: 0}}, {from: {job: new, output: 0}}]}\n"
    "  - {name: last, " READER
    ", outputs: 0, inputs: [{from: {job: below, output: 0}}]}\n"
    "publish:\n"
    "  moved: {from: {job: below, output: 0}}\n"
    "  given: {from: {job: new, output: 0}}\n";

struct versions {
    tracedag_dag *old_dag, *new_dag;
    tracedag_diff *diff;
};

static struct versions compare(const char *before, const char *after)
{
    struct versions v = {.old_dag = must_accept(before, strlen(before), NULL),
                         .new_dag = must_accept(after, strlen(after), NULL)};
    ck_assert_int_eq(tracedag_diff_new(v.old_dag, v.new_dag, &v.diff), TRACEDAG_OK);
    return v;
}

static void drop_versions(struct versions *v)
{
    tracedag_diff_unref(v->diff);
    tracedag_dag_unref(v->old_dag);
    tracedag_dag_unref(v->new_dag);
}

static char *draw_change(const struct versions *v, uint32_t picture)
{
    char *text = NULL;
    ck_assert_int_eq(
        tracedag_dag_draw(v->new_dag, NULL, v->diff, picture, 0, &text, NULL),
        TRACEDAG_OK);
    return text;
}

START_TEST(test_change_as_text)
{
    struct versions v = compare(older, newer);
    char *text = draw_change(&v, TRACEDAG_PICTURE_TEXT);
    ck_assert_uint_eq(count(text, "+ added, made anew\n"), 2);
    check_has(text, "~ renamed from old_name\n");
    ck_assert_uint_eq(count(text, "~ changed\n"), 1);
    ck_assert_uint_eq(count(text, "~ changed, made anew\n"), 2);
    check_has(text, "* made anew\n");
    check_has(text, "\n\n- gone removed\n- dataset taken removed\n\n");
    tracedag_free(text);
    drop_versions(&v);
}
END_TEST

START_TEST(test_change_as_dot)
{
    struct versions v = compare(older, newer);
    char *text = draw_change(&v, TRACEDAG_PICTURE_DOT);
    check_has(text, "  \"removed gone\" [label=<<s>gone</s>");
    check_has(text, "  \"removed dataset taken\" [label=<<s>taken</s>");
    check_has(text, "\"same\" -> \"below\"\n");
    check_has(text, "\"new\" -> \"below\" [label=<>, color=\"#a85a00\", penwidth=2.5]\n");
    check_has(text, "\"below\" -> \"last\" [label=<>, color");
    check_has(text, "\"new\" -> \"dataset given\" [label=<>, color");
    ck_assert_uint_eq(count(text, "fillcolor=\"#a6e3cf\""), 2);
    ck_assert_uint_eq(count(text, "fillcolor=\"#f2b04a\""), 4);
    ck_assert_uint_eq(count(text, "fillcolor=\"#fdeecb\""), 1);
    ck_assert_uint_eq(count(text, "fillcolor=\"#ffffff\""), 1);
    ck_assert_uint_eq(count(text, "bgcolor="), 6);
    tracedag_free(text);
    drop_versions(&v);
}
END_TEST

START_TEST(test_change_as_mermaid)
{
    struct versions v = compare(older, newer);
    char *text = draw_change(&v, TRACEDAG_PICTURE_MERMAID);
    /* Jobs are below, last, new, new_name, same, tuned, datasets given and moved. */
    check_has(text, "  class n2,n6 added\n");
    check_has(text, "  class n0,n3,n5,n7 changed\n");
    check_has(text, "  class n1 anew\n");
    check_has(text, "  class n4 same\n");
    check_has(text, "  r0[\"gone<br>- removed\"]:::removed\n");
    check_has(text, "  r1[(\"taken<br>- removed\")]:::removed\n");
    tracedag_free(text);
    drop_versions(&v);
}
END_TEST

/* All is the same, and nothing is gone. */
START_TEST(test_no_change)
{
    struct versions v = compare(newer, newer);
    for (uint32_t picture = 1; picture <= TRACEDAG_PICTURE_DOT; picture++) {
        char *text = draw_change(&v, picture);
        ck_assert_ptr_null(strstr(text, "removed"));
        ck_assert_ptr_null(strstr(text, ", made anew"));
        ck_assert_ptr_null(strstr(text, "penwidth"));
        tracedag_free(text);
    }
    drop_versions(&v);
}
END_TEST

/* The change has to be that to the DAG which is drawn. */
START_TEST(test_change_of_another_dag)
{
    struct versions v = compare(older, newer);
    char *text = NULL;
    ck_assert_int_eq(
        tracedag_dag_draw(v.old_dag, NULL, v.diff, TRACEDAG_PICTURE_TEXT, 0, &text, NULL),
        TRACEDAG_MISUSE);
    ck_assert_int_eq(
        tracedag_dag_draw(NULL, NULL, v.diff, TRACEDAG_PICTURE_TEXT, 0, &text, NULL),
        TRACEDAG_MISUSE);
    drop_versions(&v);
}
END_TEST

START_TEST(test_draw_misuse)
{
    tracedag_dag *dag = must_accept(small, strlen(small), NULL);
    char *text = (char *)1;
    size_t size = 1;
    ck_assert_int_eq(
        tracedag_dag_draw(NULL, NULL, NULL, TRACEDAG_PICTURE_DOT, 0, &text, &size),
        TRACEDAG_MISUSE);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(
        tracedag_dag_draw(dag, NULL, NULL, TRACEDAG_PICTURE_DOT, 0, NULL, &size),
        TRACEDAG_MISUSE);
    static const uint32_t wrong[][2] = {
        {0, 0}, {4, 0}, {UINT32_MAX, 0}, {1, 2}, {1, UINT32_C(1) << 31}, {3, 3}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_int_eq(
            tracedag_dag_draw(dag, NULL, NULL, wrong[i][0], wrong[i][1], &text, NULL),
            TRACEDAG_MISUSE);
    ck_assert_int_eq(
        tracedag_dag_draw(dag, NULL, NULL, TRACEDAG_PICTURE_TEXT, 0, &text, NULL),
        TRACEDAG_OK);
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

Suite *suite_draw(void)
{
    Suite *suite = suite_create("draw");
    TCase *tests = tcase_create("draw");
    tcase_add_test(tests, test_dot);
    tcase_add_test(tests, test_mermaid);
    tcase_add_test(tests, test_lines);
    tcase_add_test(tests, test_colour);
    tcase_add_test(tests, test_credentials);
    tcase_add_test(tests, test_findings);
    tcase_add_test(tests, test_lines_or_list);
    tcase_add_test(tests, test_mermaid_advice);
    tcase_add_test(tests, test_change_as_text);
    tcase_add_test(tests, test_change_as_dot);
    tcase_add_test(tests, test_change_as_mermaid);
    tcase_add_test(tests, test_no_change);
    tcase_add_test(tests, test_change_of_another_dag);
    tcase_add_test(tests, test_draw_misuse);
    suite_add_tcase(suite, tests);
    return suite;
}
