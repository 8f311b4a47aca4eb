/* Reading alone: a document or its faults, each of them in its place. */
#include "fuzz.h"

#include "../tests/calls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tracedag_doc *doc;
    struct choices from = fuzz_choices(data, size);
    char *bytes = fuzz_document(data, &size);
    tracedag_status status = tracedag_parse(bytes, size, NULL, &doc);
    free(bytes); /* nobody looks at them after the call */
    const tracedag_report *report = tracedag_doc_report(doc);
    bool faulty = tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR) > 0;
    HOLDS(status == (faulty ? TRACEDAG_REJECTED : TRACEDAG_OK));
    check_report(report, (const char *)data, size);
    struct subject subject = make_subject(NULL, report, 0);
    check_calls(&subject, choose(&from, 256));
    tracedag_doc_unref(doc);
    return 0;
}
