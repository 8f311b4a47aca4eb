/* together.c - the part of `validate` that looks at all documents at once. Of each document its
 * outline is kept, which is little more than its bytes.
 */
#include "together.h"

#include <stdlib.h>

#include "output.h"

bool together_begin(struct together *together, size_t count)
{
    together->outlines = calloc(count, sizeof(tracedag_outline *));
    together->count = count;
    return together->outlines != NULL;
}

void together_note(struct together *together, size_t index, const char *name,
                   struct verdict *verdict)
{
    if (!verdict->report)
        return;
    tracedag_status status = tracedag_outline_new(verdict->dag, verdict->report, name,
                                                  &together->outlines[index]);
    if (status != TRACEDAG_OK) {
        verdict->status = STATUS_FAULT;
        verdict->fault = status;
    }
}

bool together_judge(struct together *together)
{
    const tracedag_outline *const *outlines =
        (const tracedag_outline *const *)together->outlines;
    tracedag_group_new(outlines, together->count, &together->group);
    return together->group != NULL;
}

const tracedag_report *together_report(const struct together *together, size_t index)
{
    const tracedag_report *report = tracedag_group_report(together->group, index);
    tracedag_list suppressed;
    tracedag_report_suppressed(report, &suppressed);
    return tracedag_report_count(report, 0) + suppressed.count > 0 ? report : NULL;
}

bool together_knows_all(const struct together *together)
{
    return tracedag_group_summary(together->group)->all_known == 1;
}

enum status together_write_readers(const struct together *together,
                                   const struct settings *settings)
{
    char *text;
    size_t size;
    if (tracedag_group_render(together->group, settings->format, TRACEDAG_GROUP_DATASETS,
                              &text, &size) != TRACEDAG_OK)
        return no_memory();
    put_bytes(text, size);
    tracedag_free(text);
    return STATUS_ACCEPTED;
}

enum status together_write_summary(const struct together *together,
                                   const struct settings *settings)
{
    bool is_json = settings->format == TRACEDAG_FORMAT_JSON;
    char *text;
    size_t size;
    if (tracedag_group_render(together->group,
                              is_json ? TRACEDAG_FORMAT_JSON : TRACEDAG_FORMAT_TEXT,
                              TRACEDAG_GROUP_SUMMARY, &text, &size) != TRACEDAG_OK)
        return no_memory();
    if (is_json)
        put_bytes(text, size);
    else
        put_report(text, size);
    tracedag_free(text);
    return STATUS_ACCEPTED;
}

void together_end(struct together *together)
{
    tracedag_group_unref(together->group);
    for (size_t i = 0; i < together->count && together->outlines; i++)
        tracedag_outline_unref(together->outlines[i]);
    free(together->outlines);
}
