/* catalog.c - `--catalog`: the operators and datasets that a run knows. */
#include "catalog.h"

#include "document.h"
#include "input.h"
#include "output.h"

/* The catalog is no document: neither the format of findings nor the name of standard input is
 * meant for it. */
static enum status put_findings(const struct settings *settings, tracedag_report *report)
{
    struct settings as_text = *settings;
    struct verdict verdict = {.report = report};
    char *text = NULL;
    size_t size = 0;
    as_text.format = TRACEDAG_FORMAT_TEXT;
    as_text.stdin_name = NULL;
    document_render(settings->catalog_file, &as_text, &verdict, &text, &size);
    document_tell(settings->catalog_file, &verdict);
    document_write(&as_text, text, size);
    tracedag_free(text);
    return verdict.status;
}

static enum status take(struct settings *settings, const struct bytes *bytes,
                        bool shows_warnings)
{
    tracedag_report *report = NULL;
    tracedag_status read = tracedag_catalog_read(bytes->ptr, bytes->len, settings->limits,
                                                 &settings->catalog, &report);
    enum status status = STATUS_ACCEPTED;
    if (read == TRACEDAG_REJECTED)
        status = worse(STATUS_WRONG_USE, put_findings(settings, report));
    else if (read != TRACEDAG_OK)
        status = document_fault(settings->catalog_file, read);
    else if (shows_warnings && tracedag_report_count(report, 0) > 0)
        status = put_findings(settings, report);
    tracedag_report_unref(report);
    if (status == STATUS_ACCEPTED &&
        tracedag_options_set_catalog(settings->limits, settings->catalog) != TRACEDAG_OK)
        status = no_memory();
    return status;
}

enum status catalog_load(struct settings *settings, bool shows_warnings)
{
    const char *file = settings->catalog_file;
    if (!file)
        return STATUS_ACCEPTED;
    struct bytes bytes;
    uint64_t limit = tracedag_options_limit(settings->limits, TRACEDAG_LIMIT_INPUT_BYTES);
    enum status status = input_read(file, (size_t)limit + 1, &bytes);
    if (status == STATUS_ACCEPTED)
        status = take(settings, &bytes, shows_warnings);
    input_free(&bytes);
    return status;
}

void catalog_free(struct settings *settings)
{
    settings->catalog = tracedag_catalog_unref(settings->catalog);
}
