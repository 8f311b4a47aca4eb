/*
 * Catalogs: the input is one that judges documents of ours, or a document that a catalog of ours
 * judges. A catalog only takes away: what it accepts is accepted without it, with the same hash.
 */
#include "fuzz.h"

#include "../tests/calls.h"

static const char ours[] =
    "operators:\n"
    "  trigger_cron: {activations: [source], source_kinds: [cron], outputs: {min: 1, max: 1},\n"
    "                 runtimes: [dispatcher, ecs_platform], where: {k: {type: string, max: 4}}}\n"
    "  op: {udf: allowed, secrets: required, trusted_on_lambda: true, where: {},\n"
    "       execution_strategies: [PerUpdate], update_strategies: [append],\n"
    "       config: {n: {type: integer, required: true, min: 1, max: 0x10},\n"
    "                s: &s {type: string, enum: [a, b, cc], min: 1},\n"
    "                f: {type: number, enum: [1, 2.5]}, b: {type: boolean}, x: {type: any},\n"
    "                l: {type: list, max: 3, items: {type: map, fields: {s: *s }}}}}\n"
    "  udf: {udf: required}\n"
    "datasets:\n"
    "  labels: {where: {chain_id: {type: integer, min: 1}, kind: *s }}\n"
    "  free: {}\n";

static const char documents[][1024] = {
    "name: d\njobs:\n"
    "  - {name: a, activation: source, runtime: lambda, operator: op, outputs: 1, secrets: [q],\n"
    "     source: {kind: manual}, config: {n: 3, s: a, f: 2.50, l: [{s: b}, {}], b: true}}\n"
    "  - {name: b, activation: reactive, runtime: lambda, operator: udf, outputs: 1,\n"
    "     execution_strategy: PerUpdate, update_strategy: append, unique_key: [k], udf: {bundle_id: u},\n"
    "     inputs: [{from: {job: a, output: 0}, where: {k: v, n: 1}}, {from: {dataset: labels},\n"
    "              where: {chain_id: 1, kind: a}}, {from: {dataset: rows}, where: {k: 1}}]}\n"
    "publish: {rows: {from: {job: a, output: 0}}}\n",
    "name: d\njobs:\n"
    "  - {name: a, activation: source, runtime: dispatcher, operator: trigger_cron, outputs: 1,\n"
    "     source: {kind: cron, schedule: rate(1 day)}}\n",
};

static tracedag_options *judged_by(const tracedag_catalog *catalog)
{
    tracedag_options *options = tracedag_options_new();
    HOLDS(options && tracedag_options_set_catalog(options, catalog) == TRACEDAG_OK);
    return options;
}

static void check_judged(const char *bytes, size_t size, const tracedag_catalog *catalog,
                         uint32_t which)
{
    tracedag_options *options = judged_by(catalog);
    tracedag_dag *dag;
    tracedag_dag *free_dag;
    tracedag_report *report;
    tracedag_status status = tracedag_check(bytes, size, options, &dag, &report);
    HOLDS(tracedag_report_catalog(report) == catalog);
    check_verdict(status, dag, report);
    check_report(report, bytes, size);
    tracedag_check(bytes, size, NULL, &free_dag, NULL);
    if (dag && free_dag)
        HOLDS(strcmp(tracedag_dag_hash(dag), tracedag_dag_hash(free_dag)) == 0);
    struct subject subject = make_subject(dag, report, which);
    check_calls(&subject, which);
    tracedag_dag_unref(free_dag);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
}

static tracedag_catalog *read_ours(void)
{
    tracedag_catalog *catalog;
    HOLDS(tracedag_catalog_read(ours, strlen(ours), NULL, &catalog, NULL) == TRACEDAG_OK);
    return catalog;
}

/* What is made of the records, or of what is written, is the same catalog. */
static void check_copy(const tracedag_catalog *catalog)
{
    tracedag_list operators;
    tracedag_list datasets;
    tracedag_catalog *copy;
    char *text;
    char *again;
    tracedag_catalog_operators(catalog, &operators);
    tracedag_catalog_datasets(catalog, &datasets);
    HOLDS(tracedag_catalog_new(operators.items ? &operators : NULL,
                               datasets.items ? &datasets : NULL, NULL, &copy,
                               NULL) == TRACEDAG_OK);
    HOLDS(tracedag_catalog_write(catalog, &text, NULL) == TRACEDAG_OK);
    HOLDS(tracedag_catalog_write(copy, &again, NULL) == TRACEDAG_OK);
    HOLDS(strcmp(text, again) == 0);
    tracedag_free(text);
    tracedag_free(again);
    tracedag_catalog_unref(copy);
}

static void check_catalog(const char *bytes, size_t size, uint32_t which)
{
    tracedag_catalog *catalog;
    tracedag_report *report;
    tracedag_status status = tracedag_catalog_read(bytes, size, NULL, &catalog, &report);
    HOLDS((status == TRACEDAG_OK) == (catalog != NULL));
    HOLDS((tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR) == 0) ==
          (catalog != NULL));
    check_report(report, bytes, size);
    tracedag_report_unref(report);
    if (catalog)
        check_copy(catalog);
    for (size_t i = 0; catalog && i < sizeof documents / sizeof *documents; i++)
        check_judged(documents[i], strlen(documents[i]), catalog, which);
    tracedag_catalog_unref(tracedag_catalog_ref(catalog));
    tracedag_catalog_unref(catalog);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct choices from = fuzz_choices(data, size);
    char *bytes = fuzz_document(data, &size);
    uint32_t which = choose(&from, 256);
    check_catalog(bytes, size, which);
    tracedag_catalog *catalog = read_ours();
    check_judged(bytes, size, catalog, which);
    tracedag_catalog_unref(catalog);
    free(bytes);
    return 0;
}
