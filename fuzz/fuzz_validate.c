/* Judging: the verdict, the findings, and all that an accepted document says of itself. */
#include "fuzz.h"

#include "../tests/calls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tracedag_dag *dag;
    tracedag_report *report;
    struct choices from = fuzz_choices(data, size);
    char *bytes = fuzz_document(data, &size);
    tracedag_status status = tracedag_check(bytes, size, NULL, &dag, &report);
    free(bytes);
    check_verdict(status, dag, report);
    check_report(report, (const char *)data, size);
    if (dag)
        check_dag(dag);
    struct subject subject = make_subject(dag, report, choose(&from, 256));
    check_calls(&subject, choose(&from, 256));
    if (size <= tracedag_options_limit(NULL, TRACEDAG_LIMIT_INPUT_BYTES))
        check_fixes(report, (const char *)data, size, choose(&from, 2));
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
    return 0;
}
