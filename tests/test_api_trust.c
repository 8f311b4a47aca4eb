/*
 * What reaches which published dataset: the flows of a DAG, and the report on them.
 */
#include "api.h"

#include <stdio.h>

#define READER \
    "activation: reactive, runtime: ecs_platform, operator: op, execution_strategy: PerUpdate"

/* Two ways from `a` to `e` are equally long, and `s2` enters at two jobs that are equally near.
 * `lone` leads to no dataset. */
static const char ways[] =
    "name: ways\n"
    "jobs:\n"
    "  - {name: e, " READER ", outputs: 1, update_strategy: replace,\n"
    "     inputs: [{from: {job: d, output: 0}}, {from: {job: c, output: 0}},\n"
    "              {from: {dataset: x}}]}\n"
    "  - {name: d, " READER ", outputs: 1, update_strategy: replace,\n"
    "     inputs: [{from: {job: a, output: 0}}, {from: {dataset: x}, where: {n: 1}},\n"
    "              {from: {dataset: x}}], secrets: [s2]}\n"
    "  - {name: c, " READER ", outputs: 1, update_strategy: replace,\n"
    "     inputs: [{from: {job: a, output: 0}}, {from: {job: d, output: 0}}],\n"
    "     secrets: [s2, s1]}\n"
    "  - {name: b, " READER ", outputs: 1, update_strategy: replace,\n"
    "     inputs: [{from: {dataset: first}}]}\n"
    "  - {name: a, " SOURCE_JOB ", outputs: 1, secrets: [s1, s0]}\n"
    "  - {name: lone, activation: source, runtime: lambda, operator: udf, outputs: 1,\n"
    "     source: {kind: webhook, webhook_path: /in}, udf: {bundle_id: code}}\n"
    "publish:\n"
    "  first: {from: {job: e, output: 0}}\n"
    "  second: {from: {job: b, output: 0}}\n";

/* What a flow is to be, with the names of its jobs. */
struct expected {
    uint32_t kind;
    const char *name;
    uint32_t publish;
    uint32_t entries;
    const char *path;
};

static const struct expected of_ways[] = {
    {TRACEDAG_FLOW_SECRET, "s0", 0, 1, "a c e"},
    {TRACEDAG_FLOW_SECRET, "s1", 0, 2, "c e"},
    {TRACEDAG_FLOW_SECRET, "s2", 0, 2, "c e"},
    {TRACEDAG_FLOW_EXTERNAL, "x", 0, 2, "e"},
    {TRACEDAG_FLOW_SECRET, "s0", 1, 1, "a c e b"},
    {TRACEDAG_FLOW_SECRET, "s1", 1, 2, "c e b"},
    {TRACEDAG_FLOW_SECRET, "s2", 1, 2, "c e b"},
    {TRACEDAG_FLOW_EXTERNAL, "x", 1, 2, "e b"},
    {TRACEDAG_FLOW_BUNDLE, "code", TRACEDAG_NO_PUBLISH, 1, "lone"},
    {TRACEDAG_FLOW_WEBHOOK, "/in", TRACEDAG_NO_PUBLISH, 1, "lone"},
};

enum { OF_WAYS = sizeof of_ways / sizeof *of_ways };

static uint32_t number_at(const tracedag_list *list, size_t index)
{
    return *(const uint32_t *)record(list, index);
}

/* Each input of a path leads from one of its jobs to the next. */
static void check_path(const tracedag_dag *dag, const tracedag_flow *flow,
                       const char *expected)
{
    char names[256] = "";
    tracedag_list inputs;
    tracedag_dag_inputs(dag, &inputs);
    ck_assert_uint_eq(number_at(&flow->path, 0), flow->job);
    ck_assert_uint_eq(flow->inputs.count + 1, flow->path.count);
    for (size_t i = 0; i < flow->path.count; i++) {
        tracedag_text name = tracedag_dag_job(dag, number_at(&flow->path, i))->name;
        strcat(names, i ? " " : "");
        strncat(names, name.ptr, name.len);
        if (i == 0)
            continue;
        const tracedag_input *input = record(&inputs, number_at(&flow->inputs, i - 1));
        ck_assert_uint_eq(input->job, number_at(&flow->path, i - 1));
        ck_assert_uint_eq(input->reader, number_at(&flow->path, i));
    }
    ck_assert_str_eq(names, expected);
}

static void check_flow(const tracedag_dag *dag, const tracedag_flow *flow,
                       const struct expected *expected)
{
    ck_assert_uint_eq(flow->kind, expected->kind);
    ck_assert(is_text(flow->name, expected->name));
    ck_assert_uint_eq(flow->publish, expected->publish);
    ck_assert_uint_eq(flow->entries, expected->entries);
    check_path(dag, flow, expected->path);
}

static tracedag_list flows_of(const tracedag_dag *dag, uint32_t most, size_t left_out)
{
    tracedag_list flows;
    size_t left = 7;
    ck_assert_int_eq(tracedag_dag_flows(dag, most, &flows, &left), TRACEDAG_OK);
    ck_assert_uint_eq(left, left_out);
    return flows;
}

START_TEST(test_flows)
{
    tracedag_dag *dag = must_accept(ways, strlen(ways), NULL);
    tracedag_list flows = flows_of(dag, TRACEDAG_FLOWS_MOST, 0);
    ck_assert_uint_eq(flows.count, OF_WAYS);
    for (size_t i = 0; i < OF_WAYS; i++)
        check_flow(dag, record(&flows, i), &of_ways[i]);
    tracedag_free(flows.items);
    tracedag_dag_unref(dag);
}
END_TEST

/* The list is cut behind any flow, and what it has stays as it was. */
START_TEST(test_flows_are_cut)
{
    static const size_t left_out[OF_WAYS + 2] = {3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 0, 0};
    tracedag_dag *dag = must_accept(ways, strlen(ways), NULL);
    for (uint32_t most = 0; most < OF_WAYS + 2; most++) {
        tracedag_list flows = flows_of(dag, most, left_out[most]);
        ck_assert_uint_eq(flows.count, most < OF_WAYS ? most : OF_WAYS);
        ck_assert((flows.items != NULL) == (most > 0));
        for (size_t i = 0; i < flows.count; i++)
            check_flow(dag, record(&flows, i), &of_ways[i]);
        tracedag_free(flows.items);
    }
    tracedag_dag_unref(dag);
}
END_TEST

/* Two jobs have one list of secrets by an alias: its names are two origins, not four. */
START_TEST(test_flows_of_an_alias)
{
    static const char document[] =
        "name: d\n"
        "jobs:\n"
        "  - {name: a, " SOURCE_JOB ", outputs: 1, secrets: &s [k, l]}\n"
        "  - {name: b, " READER ", outputs: 1, update_strategy: replace, secrets: *s ,\n"
        "     inputs: [{from: {job: a, output: 0}}]}\n"
        "publish: {p: {from: {job: b, output: 0}}}\n";
    static const struct expected expected[] = {
        {TRACEDAG_FLOW_SECRET, "k", 0, 2, "b"},
        {TRACEDAG_FLOW_SECRET, "l", 0, 2, "b"},
    };
    tracedag_dag *dag = must_accept(document, strlen(document), NULL);
    tracedag_list flows = flows_of(dag, 9, 0);
    ck_assert_uint_eq(flows.count, 2);
    for (size_t i = 0; i < 2; i++)
        check_flow(dag, record(&flows, i), &expected[i]);
    tracedag_free(flows.items);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_no_flows)
{
    tracedag_list flows;
    tracedag_dag *dag = must_accept(one_job, strlen(one_job), NULL);
    ck_assert_int_eq(tracedag_dag_flows(dag, 9, &flows, NULL), TRACEDAG_OK);
    ck_assert_ptr_null(flows.items);
    ck_assert_uint_eq(flows.count, 0);
    ck_assert_uint_eq(flows.stride, sizeof(tracedag_flow));
    tracedag_dag_unref(dag);
}
END_TEST

/* A chain of `count` jobs, all with a secret and published: as many flows as pairs of them. */
static tracedag_dag *chain(uint32_t count)
{
    struct text text = {NULL, 0, 0};
    tracedag_options *options = tracedag_options_new();
    set_limit(options, TRACEDAG_LIMIT_INPUT_BYTES, 64 << 20);
    set_limit(options, TRACEDAG_LIMIT_NODES, 16 << 20);
    put(&text,
        "name: d\njobs:\n  - {name: j0, " SOURCE_JOB ", outputs: 1, secrets: [s0]}\n");
    for (uint32_t i = 1; i < count; i++)
        put(&text,
            "  - {name: j%u, " READER ", outputs: 1, update_strategy: replace,\n"
            "     inputs: [{from: {job: j%u, output: 0}}], secrets: [s%u]}\n",
            i, i - 1, i);
    put(&text, "publish:\n");
    for (uint32_t i = 0; i < count; i++)
        put(&text, "  d%06u: {from: {job: j%u, output: 0}}\n", i, i);
    tracedag_dag *dag = must_accept(text.ptr, text.len, options);
    tracedag_options_unref(options);
    drop(&text);
    return dag;
}

static size_t jobs_of_paths(const tracedag_list *flows)
{
    size_t jobs = 0;
    for (size_t i = 0; i < flows->count; i++)
        jobs += ((const tracedag_flow *)record(flows, i))->path.count;
    return jobs;
}

START_TEST(test_flows_of_a_small_chain)
{
    tracedag_dag *dag = chain(40);
    tracedag_list flows = flows_of(dag, TRACEDAG_FLOWS_MOST, 0);
    ck_assert_uint_eq(flows.count, 40 * 41 / 2);
    ck_assert_uint_eq(jobs_of_paths(&flows), 40 * 41 * 42 / 6);
    tracedag_free(flows.items);
    tracedag_dag_unref(dag);
}
END_TEST

/* Twice the jobs, not four times the work. Datasets are whole, or lack something and say so: no
 * flow is found to a dataset whose search did not end. */
START_TEST(test_work_is_bounded)
{
    size_t jobs[2];
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t count = UINT32_C(4000) << i;
        tracedag_dag *dag = chain(count);
        tracedag_list flows;
        size_t left_out;
        ck_assert_int_eq(tracedag_dag_flows(dag, TRACEDAG_FLOWS_MOST, &flows, &left_out),
                         TRACEDAG_OK);
        jobs[i] = jobs_of_paths(&flows);
        ck_assert_uint_gt(flows.count, 1000);
        ck_assert_uint_gt(left_out, 1000);
        ck_assert_uint_lt(left_out, count);
        tracedag_free(flows.items);
        tracedag_dag_unref(dag);
    }
    ck_assert_uint_gt(jobs[1], jobs[0]);
    ck_assert_uint_lt(jobs[1], 2 * jobs[0]);
}
END_TEST

/* A job that reads `count` others, all of which read `x`, and has as many outputs, all published:
 * searches are long, and each finds one flow. */
static tracedag_dag *funnel(uint32_t count)
{
    struct text text = {NULL, 0, 0};
    put(&text, "name: d\njobs:\n");
    for (uint32_t i = 0; i < count; i++)
        put(&text,
            "  - {name: r%u, " READER ", outputs: 1, update_strategy: replace,\n"
            "     inputs: [{from: {dataset: x}}]}\n",
            i);
    put(&text,
        "  - {name: all, " READER ", outputs: %u, update_strategy: replace, inputs: [",
        count);
    for (uint32_t i = 0; i < count; i++)
        put(&text, "%s{from: {job: r%u, output: 0}}", i ? ", " : "", i);
    put(&text, "]}\npublish:\n");
    for (uint32_t i = 0; i < count; i++)
        put(&text, "  d%u: {from: {job: all, output: %u}}\n", i, i);
    tracedag_dag *dag = must_accept(text.ptr, text.len, NULL);
    drop(&text);
    return dag;
}

/* A search that does not come to its end gives no flow, nor does any behind it. */
START_TEST(test_searches_are_bounded)
{
    enum { COUNT = 1000 };
    tracedag_dag *dag = funnel(COUNT);
    tracedag_list flows;
    size_t left_out;
    ck_assert_int_eq(tracedag_dag_flows(dag, COUNT, &flows, &left_out), TRACEDAG_OK);
    ck_assert_uint_gt(flows.count, 100);
    ck_assert_uint_eq(flows.count + left_out, COUNT);
    for (uint32_t i = 0; i < flows.count; i++) {
        const tracedag_flow *flow = record(&flows, i);
        ck_assert_uint_eq(flow->publish, i);
        ck_assert_uint_eq(flow->entries, COUNT);
        check_path(dag, flow, "r0 all");
    }
    tracedag_free(flows.items);
    tracedag_dag_unref(dag);
}
END_TEST

/* ---- the report ------------------------------------------------------------------------- */

static char *render(const tracedag_dag *dag, uint32_t most, uint32_t format,
                    const char *file, uint32_t flags)
{
    char *text;
    size_t size;
    ck_assert_int_eq(
        tracedag_dag_trust_render(dag, most, format, file, flags, &text, &size),
        TRACEDAG_OK);
    ck_assert_uint_eq(strlen(text), size);
    ck_assert_int_eq(text[size - 1], '\n');
    return text;
}

static void check_render(const tracedag_dag *dag, uint32_t most, uint32_t format,
                         const char *file, uint32_t flags, const char *expected)
{
    char *text = render(dag, most, format, file, flags);
    ck_assert_str_eq(text, expected);
    tracedag_free(text);
}

#define COUNTS(counts) counts " (all of lambda is untrusted: no catalog given)\n"

START_TEST(test_report_that_is_cut)
{
    tracedag_dag *dag = must_accept(ways, strlen(ways), NULL);
    check_render(
        dag, 5, TRACEDAG_FORMAT_TEXT, NULL, 0,
        "dataset `first`, output 0 of `e`\n"
        "  secret `s0`: `a` -> `c` -> `e`\n"
        "  secret `s1`: `c` -> `e`, and from 1 more job\n"
        "  secret `s2`: `c` -> `e`, and from 1 more job\n"
        "  external dataset `x`: `e`, and from 1 more job\n"
        "\n"
        "dataset `second`, output 0 of `b`\n"
        "  secret `s0`: `a` -> `c` -> `e` -> `first` -> `b`\n"
        "  and more, not shown\n"
        "\n"
        "no published dataset is reached by\n"
        "  not shown\n"
        "\n" COUNTS(
            "-: 5 flows into 2 of 2 published datasets, 0 into none, more are not shown"));
    check_render(
        dag, 1, TRACEDAG_FORMAT_TEXT, "f", 0,
        "dataset `first`, output 0 of `e`\n"
        "  secret `s0`: `a` -> `c` -> `e`\n"
        "  and more, not shown\n"
        "\n"
        "... 1 more dataset is not shown\n"
        "\n"
        "no published dataset is reached by\n"
        "  not shown\n"
        "\n" COUNTS(
            "f: 1 flow into 1 of 2 published datasets, 0 into none, more are not shown"));
    check_render(
        dag, 0, TRACEDAG_FORMAT_JSON, "f", 0,
        "{\"v\":1,\"type\":\"dataset\",\"file\":\"f\",\"dataset\":\"first\",\"job\":\"e\","
        "\"zone\":\"platform\",\"output\":0,\"line\":18,\"flows\":[],\"complete\":false}\n"
        "{\"v\":1,\"type\":\"dataset\",\"file\":\"f\",\"dataset\":\"second\",\"job\":\"b\","
        "\"zone\":\"platform\",\"output\":0,\"line\":19,\"flows\":[],\"complete\":false}\n"
        "{\"v\":1,\"type\":\"unpublished\",\"file\":\"f\",\"flows\":[],\"complete\":false}\n"
        "{\"v\":1,\"type\":\"summary\",\"file\":\"f\",\"dag\":\"ways\",\"datasets\":2,"
        "\"flows\":0,\"unpublished\":0,\"left_out\":3,\"catalog\":null}\n");
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_report_in_colour)
{
    static const char document[] =
        "name: d\n"
        "jobs:\n"
        "  - {name: a, activation: source, runtime: lambda, operator: udf, outputs: 1,\n"
        "     source: {kind: manual}, udf: {bundle_id: code}}\n"
        "publish: {p: {from: {job: a, output: 0}}}\n";
    tracedag_dag *dag = must_accept(document, strlen(document), NULL);
    check_render(
        dag, 9, TRACEDAG_FORMAT_TEXT, "a\xFF\n.yaml", TRACEDAG_RENDER_COLOR,
        "\033[1mdataset `p`\033[0m, output 0 of `a`\033[33m (untrusted)\033[0m\n"
        "  bundle `code`: `a`\033[33m (untrusted)\033[0m\n"
        "\n" COUNTS("a\xEF\xBF\xBD\\u{000A}.yaml: 1 flow into 1 of 1 published dataset, "
                    "0 into none"));
    char *text =
        render(dag, 9, TRACEDAG_FORMAT_JSON, "a\xFF\n.yaml", TRACEDAG_RENDER_COLOR);
    ck_assert_ptr_nonnull(strstr(text, "\"file\":\"a\xEF\xBF\xBD\\n.yaml\""));
    ck_assert_ptr_null(strchr(text, '\033'));
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

/* TD604 warns of such a bundle, and the report is no way around that. JSON is for programs. */
START_TEST(test_report_hides_credentials)
{
    static const char document[] =
        "name: d\n"
        "jobs:\n"
        "  - {name: a, activation: source, runtime: lambda, operator: udf, outputs: 1,\n"
        "     source: {kind: manual}, udf: {bundle_id: AKIAIOSFODNN7EXAMPLE}}\n"
        "publish: {p: {from: {job: a, output: 0}}}\n";
    tracedag_dag *dag = must_accept(document, strlen(document), NULL);
    char *text = render(dag, 9, TRACEDAG_FORMAT_TEXT, NULL, 0);
    ck_assert_ptr_nonnull(strstr(text, "bundle `AKIA...`: `a`"));
    ck_assert_ptr_null(strstr(text, "AKIAI"));
    tracedag_free(text);
    text = render(dag, 9, TRACEDAG_FORMAT_JSON, NULL, 0);
    ck_assert_ptr_nonnull(strstr(text, "\"name\":\"AKIAIOSFODNN7EXAMPLE\""));
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

/* `lambda` runs an operator that the catalog trusts, one that it does not, and code of a user,
 * which stays untrusted whatever operator runs it. */
static const char on_lambda[] =
    "name: d\n"
    "jobs:\n"
    "  - {name: a, activation: reactive, runtime: lambda, operator: known, outputs: 1,\n"
    "     update_strategy: replace, execution_strategy: PerUpdate,\n"
    "     inputs: [{from: {dataset: x}}]}\n"
    "  - {name: b, activation: reactive, runtime: lambda, operator: runs, outputs: 1,\n"
    "     update_strategy: replace, execution_strategy: PerUpdate, udf: {bundle_id: code},\n"
    "     inputs: [{from: {job: a, output: 0}}]}\n"
    "  - {name: c, activation: reactive, runtime: lambda, operator: other, outputs: 1,\n"
    "     update_strategy: replace, execution_strategy: PerUpdate,\n"
    "     inputs: [{from: {job: b, output: 0}}]}\n"
    "publish: {p: {from: {job: c, output: 0}}}\n";

static tracedag_dag *judged_by(const char *document, const char *catalog_text)
{
    tracedag_options *options = tracedag_options_new();
    tracedag_catalog *catalog;
    ck_assert_int_eq(
        tracedag_catalog_read(catalog_text, strlen(catalog_text), NULL, &catalog, NULL),
        TRACEDAG_OK);
    ck_assert_int_eq(tracedag_options_set_catalog(options, catalog), TRACEDAG_OK);
    tracedag_dag *dag = must_accept(document, strlen(document), options);
    tracedag_catalog_unref(catalog);
    tracedag_options_unref(options);
    return dag;
}

START_TEST(test_report_by_a_catalog)
{
    tracedag_dag *dag = judged_by(
        on_lambda, "operators: {known: {trusted_on_lambda: true}, other: {},\n"
                   "            runs: {trusted_on_lambda: true, udf: allowed}}\n");
    check_render(dag, 9, TRACEDAG_FORMAT_TEXT, "f", 0,
                 "dataset `p`, output 0 of `c` (untrusted)\n"
                 "  bundle `code`: `b` (untrusted) -> `c` (untrusted)\n"
                 "  external dataset `x`: `a` -> `b` (untrusted) -> `c` (untrusted)\n"
                 "\n"
                 "f: 2 flows into 1 of 1 published dataset, 0 into none\n");
    char *text = render(dag, 9, TRACEDAG_FORMAT_JSON, NULL, 0);
    ck_assert_ptr_nonnull(strstr(text, "{\"job\":\"a\",\"zone\":\"platform\"}"));
    ck_assert_ptr_nonnull(
        strstr(text, "\"catalog\":{\"operators\":3,\"datasets\":null}}"));
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_report_by_a_catalog_of_datasets)
{
    tracedag_dag *dag = judged_by(on_lambda, "datasets: {x: {}}\n");
    char *text = render(dag, 9, TRACEDAG_FORMAT_TEXT, NULL, 0);
    ck_assert_ptr_nonnull(strstr(text, ": `a` (untrusted) -> `b` (untrusted) -> "));
    ck_assert_ptr_nonnull(strstr(
        text,
        "0 into none (all of lambda is untrusted: the catalog names no operators)\n"));
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_report_of_many_datasets)
{
    tracedag_dag *dag = chain(12);
    char *text = render(dag, 3, TRACEDAG_FORMAT_TEXT, NULL, 0);
    ck_assert_ptr_nonnull(strstr(text, "dataset `d000001`"));
    ck_assert_ptr_null(strstr(text, "dataset `d000002`"));
    ck_assert_ptr_nonnull(strstr(text, "\n... 10 more datasets are not shown\n"));
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

/* ---- misuse ----------------------------------------------------------------------------- */

static void check_flows_misuse(const tracedag_dag *dag, uint32_t most)
{
    tracedag_list flows = {&flows, 7, 7};
    size_t left_out = 7;
    ck_assert_int_eq(tracedag_dag_flows(dag, most, &flows, &left_out), TRACEDAG_MISUSE);
    ck_assert_ptr_null(flows.items);
    ck_assert_uint_eq(flows.count, 0);
    ck_assert_uint_eq(left_out, 0);
}

START_TEST(test_flows_misuse)
{
    tracedag_dag *dag = must_accept(ways, strlen(ways), NULL);
    check_flows_misuse(NULL, 1);
    check_flows_misuse(dag, TRACEDAG_FLOWS_MOST + 1);
    check_flows_misuse(dag, UINT32_MAX);
    ck_assert_int_eq(tracedag_dag_flows(dag, 1, NULL, NULL), TRACEDAG_MISUSE);
    tracedag_dag_unref(dag);
}
END_TEST

static void check_render_misuse(const tracedag_dag *dag, uint32_t most, uint32_t format,
                                uint32_t flags)
{
    char *text = (char *)(uintptr_t)ways;
    size_t size = 7;
    ck_assert_int_eq(
        tracedag_dag_trust_render(dag, most, format, NULL, flags, &text, &size),
        TRACEDAG_MISUSE);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(size, 0);
}

START_TEST(test_report_misuse)
{
    tracedag_dag *dag = must_accept(ways, strlen(ways), NULL);
    char *text;
    check_render_misuse(NULL, 1, TRACEDAG_FORMAT_TEXT, 0);
    check_render_misuse(dag, TRACEDAG_FLOWS_MOST + 1, TRACEDAG_FORMAT_TEXT, 0);
    check_render_misuse(dag, 1, 0, 0);
    check_render_misuse(dag, 1, TRACEDAG_FORMAT_SARIF, 0);
    check_render_misuse(dag, 1, UINT32_MAX, 0);
    check_render_misuse(dag, 1, TRACEDAG_FORMAT_TEXT, 2);
    check_render_misuse(dag, 1, TRACEDAG_FORMAT_JSON, 1u << 31);
    ck_assert_int_eq(
        tracedag_dag_trust_render(dag, 1, TRACEDAG_FORMAT_TEXT, NULL, 0, NULL, NULL),
        TRACEDAG_MISUSE);
    ck_assert_int_eq(
        tracedag_dag_trust_render(dag, 1, TRACEDAG_FORMAT_TEXT, NULL, 0, &text, NULL),
        TRACEDAG_OK);
    tracedag_free(text);
    tracedag_dag_unref(dag);
}
END_TEST

Suite *suite_trust(void)
{
    Suite *suite = suite_create("trust");
    TCase *tests = tcase_create("trust");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_flows);
    tcase_add_test(tests, test_flows_are_cut);
    tcase_add_test(tests, test_flows_of_an_alias);
    tcase_add_test(tests, test_no_flows);
    tcase_add_test(tests, test_flows_of_a_small_chain);
    tcase_add_test(tests, test_work_is_bounded);
    tcase_add_test(tests, test_searches_are_bounded);
    tcase_add_test(tests, test_report_that_is_cut);
    tcase_add_test(tests, test_report_in_colour);
    tcase_add_test(tests, test_report_hides_credentials);
    tcase_add_test(tests, test_report_by_a_catalog);
    tcase_add_test(tests, test_report_by_a_catalog_of_datasets);
    tcase_add_test(tests, test_report_of_many_datasets);
    tcase_add_test(tests, test_flows_misuse);
    tcase_add_test(tests, test_report_misuse);
    suite_add_tcase(suite, tests);
    return suite;
}
