/* document.c - from a file to a verdict, and the report of it. */
#include "document.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"
#include "output.h"

enum status document_fault(const char *file, tracedag_status status)
{
    if (status == TRACEDAG_NO_MEMORY)
        complain("memory ran out at `%s`, or its limit `heap-bytes`", file);
    else
        complain("internal fault %d at `%s`; please report it", (int)status, file);
    return STATUS_FAULT;
}

enum status document_load(const char *file, const struct settings *settings,
                          tracedag_dag **dag, tracedag_report **report)
{
    /* A byte more than the limit is enough for the library to see that it is crossed. */
    uint64_t limit = tracedag_options_limit(settings->limits, TRACEDAG_LIMIT_INPUT_BYTES);
    struct bytes bytes;
    enum status status = input_read(file, (size_t)limit + 1, &bytes);
    if (status != STATUS_ACCEPTED)
        return status;
    tracedag_status verdict =
        tracedag_check(bytes.ptr, bytes.len, settings->limits, dag, report);
    input_free(&bytes);
    if (verdict == TRACEDAG_OK)
        return STATUS_ACCEPTED;
    return verdict == TRACEDAG_REJECTED ? STATUS_REJECTED : document_fault(file, verdict);
}

static bool wants_color(const struct settings *settings)
{
    const char *no_color = getenv("NO_COLOR");
    if (settings->color != COLOR_AUTO)
        return settings->color == COLOR_ALWAYS;
    return !(no_color && *no_color) && isatty(STDERR_FILENO);
}

enum status document_report(const char *file, const struct settings *settings,
                            const tracedag_report *report)
{
    bool is_text = settings->format == TRACEDAG_FORMAT_TEXT;
    bool is_stdin = strcmp(file, "-") == 0;
    uint32_t flags = is_text && wants_color(settings) ? TRACEDAG_RENDER_COLOR : 0;
    char *text = NULL;
    size_t size = 0;
    tracedag_status status = tracedag_report_render(
        report, settings->format, is_stdin ? settings->stdin_name : file, flags, &text,
        &size);
    if (status != TRACEDAG_OK)
        return document_fault(file, status);
    if (is_text)
        put_report(text, size);
    else
        put_bytes(text, size);
    tracedag_free(text);
    return STATUS_ACCEPTED;
}

enum status document_accept(const char *file, const struct settings *settings,
                            tracedag_dag **dag)
{
    tracedag_report *report = NULL;
    enum status status = document_load(file, settings, dag, &report);
    if (status == STATUS_REJECTED)
        status = worse(status, document_report(file, settings, report));
    tracedag_report_unref(report);
    return status;
}
