/* trust.c - `tracedag trust`: what reaches the datasets that a document publishes. */
#include <string.h>

#include "document.h"
#include "output.h"

enum { DEFAULT_COUNT = 1000 };

static enum status read_count(const char *text, uint32_t *count)
{
    size_t digits = text ? strspn(text, "0123456789") : 0;
    *count = text ? 0 : DEFAULT_COUNT;
    for (size_t i = 0; i < digits && *count <= TRACEDAG_FLOWS_MOST; i++)
        *count = *count * 10 + (uint32_t)(text[i] - '0');
    if (!text || (!text[digits] && *count > 0 && *count <= TRACEDAG_FLOWS_MOST))
        return STATUS_ACCEPTED;
    return wrong_use("trust",
                     "option `--count` takes a whole number from 1 to %d, not `%s`",
                     TRACEDAG_FLOWS_MOST, text);
}

static enum status write_report(const struct settings *settings, const char *file,
                                const tracedag_dag *dag, uint32_t count)
{
    bool color = document_color(settings, is_data_terminal());
    char *text;
    size_t size;
    tracedag_status status = tracedag_dag_trust_render(
        dag, count, settings->format, document_name(file, settings),
        color ? TRACEDAG_RENDER_COLOR : 0, &text, &size);
    if (status != TRACEDAG_OK)
        return document_fault(file, status);
    put_bytes(text, size);
    tracedag_free(text);
    return STATUS_ACCEPTED;
}

enum status run_trust(const struct settings *settings, char **files, size_t count)
{
    /* The findings of a rejected document are text, whatever the report would have been. */
    struct settings findings = *settings;
    findings.format = TRACEDAG_FORMAT_TEXT;
    tracedag_dag *dag = NULL;
    uint32_t most;
    if (count != 1)
        return wrong_use("trust", "trust takes one FILE, not %zu", count);
    enum status status = read_count(settings->count, &most);
    if (status == STATUS_ACCEPTED)
        status = document_accept(files[0], &findings, &dag);
    if (status == STATUS_ACCEPTED)
        status = write_report(settings, files[0], dag, most);
    tracedag_dag_unref(dag);
    return status;
}
