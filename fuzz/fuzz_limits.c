/* Limits that the input chooses: they are kept, and change nothing but what passes them. */
#include "fuzz.h"

enum { LIMITS = TRACEDAG_LIMIT_HEAP_BYTES, CHANGES_MOST = 3 };

/* Small numbers, where limits are passed; 0 is the default. */
static uint64_t choose_value(struct choices *from)
{
    static const uint32_t rooms[] = {4, 16, 64, 256, 4096, 65536};
    return choose(from, rooms[choose(from, sizeof rooms / sizeof *rooms)]);
}

/* Any but that of an error, so that a document is rejected by its limits alone. */
static void choose_severity(struct choices *from, tracedag_options *options)
{
    static const uint32_t severities[] = {0, TRACEDAG_SEVERITY_WARNING,
                                          TRACEDAG_SEVERITY_NOTE, 4};
    uint32_t code = 600 + choose(from, 300);
    uint32_t severity = severities[choose(from, 4)];
    uint32_t before = tracedag_options_severity(options, code);
    tracedag_status status = tracedag_options_set_severity(options, code, severity);
    uint32_t after = tracedag_options_severity(options, code);
    HOLDS(after == (status == TRACEDAG_OK ? severity : before));
}

/* Text of the input as a baseline, and entries that are one. */
static void choose_baseline(struct choices *from, tracedag_options *options)
{
    static const char entries[] =
        "# x\n0123456789abcdef  TD803  a b\nfedcba9876543210  TD801  -\n";
    size_t size = choose(from, sizeof entries);
    tracedag_status status = tracedag_options_set_baseline(options, entries, size, NULL);
    HOLDS(status == TRACEDAG_OK || status == TRACEDAG_MISUSE);
    if (choose(from, 2))
        HOLDS(tracedag_options_set_baseline(options, NULL, 0, NULL) == TRACEDAG_OK);
    tracedag_options *copy = tracedag_options_copy(options);
    HOLDS(copy != NULL);
    tracedag_options_unref(copy);
}

static tracedag_options *choose_limits(struct choices *from)
{
    tracedag_options *options = tracedag_options_new();
    HOLDS(options != NULL);
    choose_severity(from, options);
    choose_baseline(from, options);
    for (uint32_t left = 1 + choose(from, CHANGES_MOST); left > 0; left--) {
        uint32_t limit = choose(from, LIMITS + 2);
        uint64_t value = choose_value(from);
        uint64_t before = tracedag_options_limit(options, limit);
        tracedag_status status = tracedag_options_set_limit(options, limit, value);
        uint64_t after = tracedag_options_limit(options, limit);
        bool known = limit > 0 && limit <= LIMITS;
        HOLDS(known || status == TRACEDAG_MISUSE);
        HOLDS(status == TRACEDAG_OK || after == before);
        HOLDS(status != TRACEDAG_OK ||
              after == (value ? value : tracedag_options_limit(NULL, limit)));
    }
    return options;
}

static bool is_lower(const tracedag_options *options, uint32_t limit)
{
    return tracedag_options_limit(options, limit) < tracedag_options_limit(NULL, limit);
}

static bool is_of_limits(const tracedag_finding *f)
{
    return f->severity != TRACEDAG_SEVERITY_ERROR || f->code == TRACEDAG_CODE_BLANK_RUN ||
           (f->code >= 190 && f->code <= 199);
}

/* A sound document has no faults but that it passes limits. */
static void check_only_limits(const tracedag_report *report)
{
    tracedag_list list;
    tracedag_report_findings(report, &list);
    for (size_t i = 0; i < list.count; i++)
        HOLDS(is_of_limits(record(&list, i)));
}

/* The note of what was dropped comes on top. */
static void check_report_limits(const tracedag_report *report,
                                const tracedag_options *options)
{
    tracedag_list list;
    uint64_t message = tracedag_options_limit(options, TRACEDAG_LIMIT_MESSAGE_BYTES);
    uint64_t most = tracedag_options_limit(options, TRACEDAG_LIMIT_FINDINGS);
    tracedag_report_findings(report, &list);
    HOLDS(list.count <= most + (tracedag_report_dropped(report) > 0));
    for (size_t i = 0; i < list.count; i++) {
        const tracedag_finding *f = record(&list, i);
        HOLDS(f->message.len <= message && f->label.len <= message);
    }
}

static void check_kept(const tracedag_dag *dag, const tracedag_options *options)
{
    tracedag_list list;
    size_t size;
    tracedag_dag_jobs(dag, &list);
    HOLDS(list.count <= tracedag_options_limit(options, TRACEDAG_LIMIT_JOBS));
    tracedag_dag_inputs(dag, &list);
    HOLDS(list.count <= tracedag_options_limit(options, TRACEDAG_LIMIT_EDGES));
    tracedag_dag_publishes(dag, &list);
    HOLDS(list.count <= tracedag_options_limit(options, TRACEDAG_LIMIT_PUBLISHES));
    tracedag_free(canonical(dag, &size));
    HOLDS(size <= tracedag_options_limit(options, TRACEDAG_LIMIT_CANONICAL_BYTES));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tracedag_dag *normal;
    tracedag_dag *dag;
    tracedag_report *report;
    struct choices from = fuzz_choices(data, size);
    tracedag_options *options = choose_limits(&from);
    char *bytes = fuzz_document(data, &size);
    tracedag_check(bytes, size, NULL, &normal, NULL);
    tracedag_status status = tracedag_check(bytes, size, options, &dag, &report);
    free(bytes);
    if (status == TRACEDAG_NO_MEMORY) {
        HOLDS(!dag && !report && is_lower(options, TRACEDAG_LIMIT_HEAP_BYTES));
    } else {
        check_verdict(status, dag, report);
        check_report_limits(report, options);
        if (normal && !dag)
            check_only_limits(report);
        if (tracedag_options_limit(options, TRACEDAG_LIMIT_MESSAGE_BYTES) > 3)
            check_report(report, (const char *)data, size);
    }
    if (dag)
        check_kept(dag, options);
    if (dag && normal)
        HOLDS(strcmp(tracedag_dag_hash(dag), tracedag_dag_hash(normal)) == 0);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
    tracedag_dag_unref(normal);
    tracedag_options_unref(options);
    return 0;
}
