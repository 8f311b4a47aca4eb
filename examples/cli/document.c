/* document.c - from a file to a verdict, and the report of it. */
#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "levels.h"
#include "output.h"

enum status document_fault(const char *file, tracedag_status status)
{
    if (status == TRACEDAG_NO_MEMORY)
        complain("memory ran out at `%s`, or its limit `heap-bytes`", file);
    else
        complain("internal fault %d at `%s`; please report it", (int)status, file);
    return STATUS_FAULT;
}

/* Reads and judges; what was read is the caller's, whatever came of it. */
static void judge_kept(const char *file, const struct settings *settings,
                       struct verdict *verdict, struct bytes *bytes)
{
    /* A byte more than the limit is enough for the library to see that it is crossed. */
    uint64_t limit = tracedag_options_limit(settings->limits, TRACEDAG_LIMIT_INPUT_BYTES);
    *bytes = (struct bytes){.ptr = NULL};
    *verdict = (struct verdict){.dag = NULL};
    verdict->status = input_fetch(file, (size_t)limit + 1, bytes, &verdict->error);
    if (verdict->status != STATUS_ACCEPTED)
        return;
    tracedag_options *options = levels_options(settings, document_name(file, settings));
    tracedag_status status = options ? tracedag_check(bytes->ptr, bytes->len, options,
                                                      &verdict->dag, &verdict->report)
                                     : TRACEDAG_NO_MEMORY;
    tracedag_options_unref(options);
    if (status == TRACEDAG_REJECTED) {
        verdict->status = STATUS_REJECTED;
    } else if (status != TRACEDAG_OK) {
        verdict->status = STATUS_FAULT;
        verdict->fault = status;
    }
}

void document_judge(const char *file, const struct settings *settings,
                    struct verdict *verdict)
{
    struct bytes bytes;
    judge_kept(file, settings, verdict, &bytes);
    input_free(&bytes);
}

void document_tell(const char *file, const struct verdict *verdict)
{
    if (verdict->status == STATUS_FILE)
        input_cannot_read(file, verdict->error);
    else if (verdict->fault != TRACEDAG_OK)
        document_fault(file, verdict->fault);
    else if (verdict->status == STATUS_FAULT)
        no_memory();
}

enum status document_read(const char *file, const struct settings *settings,
                          struct bytes *bytes, tracedag_dag **dag,
                          tracedag_report **report)
{
    struct verdict verdict;
    judge_kept(file, settings, &verdict, bytes);
    document_tell(file, &verdict);
    if (dag)
        *dag = verdict.dag;
    else
        tracedag_dag_unref(verdict.dag);
    *report = verdict.report;
    return verdict.status;
}

enum status document_load(const char *file, const struct settings *settings,
                          tracedag_dag **dag, tracedag_report **report)
{
    struct bytes bytes;
    enum status status = document_read(file, settings, &bytes, dag, report);
    input_free(&bytes);
    return status;
}

bool document_color(const struct settings *settings, bool terminal)
{
    const char *no_color = getenv("NO_COLOR");
    if (settings->format != TRACEDAG_FORMAT_TEXT || settings->color != COLOR_AUTO)
        return settings->format == TRACEDAG_FORMAT_TEXT &&
               settings->color == COLOR_ALWAYS;
    return terminal && !(no_color && *no_color);
}

const char *document_name(const char *file, const struct settings *settings)
{
    return strcmp(file, "-") == 0 ? settings->stdin_name : file;
}

void document_render(const char *file, const struct settings *settings,
                     struct verdict *verdict, char **text, size_t *size)
{
    bool color = document_color(settings, is_talk_terminal());
    uint32_t flags = color ? TRACEDAG_RENDER_COLOR : 0;
    tracedag_status status =
        tracedag_report_render(verdict->report, settings->format,
                               document_name(file, settings), flags, text, size);
    if (status != TRACEDAG_OK) {
        verdict->status = STATUS_FAULT;
        verdict->fault = status;
    }
}

void document_write(const struct settings *settings, const char *text, size_t size)
{
    if (settings->format == TRACEDAG_FORMAT_TEXT)
        put_report(text, size);
    else
        put_bytes(text, size);
}

enum status document_accept_told(const char *file, const struct settings *settings,
                                 tracedag_dag **dag, tracedag_report **report)
{
    struct verdict verdict;
    char *text = NULL;
    size_t size = 0;
    document_judge(file, settings, &verdict);
    if (verdict.status == STATUS_REJECTED)
        document_render(file, settings, &verdict, &text, &size);
    document_tell(file, &verdict);
    document_write(settings, text, size);
    tracedag_free(text);
    *report = verdict.report;
    *dag = verdict.dag;
    return verdict.status;
}

enum status document_accept(const char *file, const struct settings *settings,
                            tracedag_dag **dag)
{
    tracedag_report *report;
    enum status status = document_accept_told(file, settings, dag, &report);
    tracedag_report_unref(report);
    return status;
}
