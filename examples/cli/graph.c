/* graph.c - `tracedag graph`: a document as a picture. */
#include "document.h"
#include "output.h"
#include "program.h"

/* The words of `--format`, in their order. */
enum { FORMAT_TEXT = 1, FORMAT_MERMAID, FORMAT_DOT, FORMAT_SVG };

static enum status write_svg(const char *text, size_t size)
{
    static const char *const arguments[] = {"dot", "-Tsvg", NULL};
    return program_run(arguments, text, size,
                       "it is part of Graphviz, which `--format dot` does without");
}

static enum status write_picture(const struct settings *settings, const char *file,
                                 const tracedag_dag *dag, const tracedag_report *report,
                                 const tracedag_diff *change)
{
    static const uint32_t pictures[] = {
        [FORMAT_TEXT] = TRACEDAG_PICTURE_TEXT,
        [FORMAT_MERMAID] = TRACEDAG_PICTURE_MERMAID,
        [FORMAT_DOT] = TRACEDAG_PICTURE_DOT,
        [FORMAT_SVG] = TRACEDAG_PICTURE_DOT,
    };
    bool color = document_color(settings, is_data_terminal());
    char *text = NULL;
    size_t size = 0;
    enum status status = STATUS_ACCEPTED;
    tracedag_status drawn =
        tracedag_dag_draw(dag, report, change, pictures[settings->format],
                          color ? TRACEDAG_DRAW_COLOR : 0, &text, &size);
    if (drawn != TRACEDAG_OK)
        status = document_fault(file, drawn);
    else if (settings->format == FORMAT_SVG)
        status = write_svg(text, size);
    else
        put_bytes(text, size);
    tracedag_free(text);
    return status;
}

/* What changed since another document, if one is given. */
static enum status compare(const struct settings *settings,
                           const struct settings *findings, const char *file,
                           const tracedag_dag *dag, tracedag_diff **change)
{
    tracedag_dag *older = NULL;
    *change = NULL;
    if (!settings->older)
        return STATUS_ACCEPTED;
    enum status status = document_accept(settings->older, findings, &older);
    tracedag_status compared = TRACEDAG_OK;
    if (status == STATUS_ACCEPTED)
        compared = tracedag_diff_new(older, dag, change);
    tracedag_dag_unref(older);
    return compared == TRACEDAG_OK ? status : document_fault(file, compared);
}

enum status run_graph(const struct settings *settings, char **files, size_t count)
{
    /* The findings of a rejected document are text, whatever the picture would have been. */
    struct settings findings = *settings;
    findings.format = TRACEDAG_FORMAT_TEXT;
    tracedag_dag *dag = NULL;
    tracedag_report *report = NULL;
    tracedag_diff *change = NULL;
    if (count != 1)
        return wrong_use("graph", "graph takes one FILE, not %zu", count);
    enum status status = document_accept_told(files[0], &findings, &dag, &report);
    if (status == STATUS_ACCEPTED)
        status = compare(settings, &findings, files[0], dag, &change);
    if (status == STATUS_ACCEPTED)
        status = write_picture(settings, files[0], dag, report, change);
    tracedag_diff_unref(change);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
    return status;
}
