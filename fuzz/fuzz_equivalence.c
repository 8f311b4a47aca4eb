/* A document that is laid out anew, with the same meaning, has the same canonical form and hash. */
#include "layout.h"

#include <stdio.h>

/* Says what document it was, for a fault here is one of two documents. */
static void expect_same(const char *bytes, size_t size, const tracedag_dag *dag)
{
    tracedag_options *options = highest_limits();
    tracedag_dag *other;
    tracedag_report *report;
    char *text;
    tracedag_check(bytes, size, options, &other, &report);
    if (!other || strcmp(tracedag_dag_hash(other), tracedag_dag_hash(dag)) != 0) {
        fprintf(stderr, "---- laid out as\n%.*s----\n", (int)size, bytes);
        tracedag_report_render(report, TRACEDAG_FORMAT_TEXT, NULL, 0, &text, NULL);
        fputs(text, stderr);
        fuzz_fail(__FILE__, __LINE__, "another layout is the same document");
    }
    tracedag_report_unref(report);
    tracedag_dag_unref(other);
    tracedag_options_unref(options);
    check_same(bytes, size, dag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tracedag_dag *dag;
    struct choices from = fuzz_choices(data, size);
    char *bytes = fuzz_document(data, &size);
    tracedag_check(bytes, size, NULL, &dag, NULL);
    free(bytes);
    if (!dag)
        return 0;
    char *text = canonical(dag, &size);
    size_t len;
    char *other = lay_out(text, size, &from, &len);
    if (other)
        expect_same(other, len, dag);
    free(other);
    tracedag_free(text);
    tracedag_dag_unref(dag);
    return 0;
}
