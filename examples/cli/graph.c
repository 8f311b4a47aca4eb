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
                                 const tracedag_dag *dag, const tracedag_report *report)
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
        tracedag_dag_draw(dag, report, NULL, pictures[settings->format],
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

enum status run_graph(const struct settings *settings, char **files, size_t count)
{
    /* The findings of a rejected document are text, whatever the picture would have been. */
    struct settings findings = *settings;
    findings.format = TRACEDAG_FORMAT_TEXT;
    tracedag_dag *dag = NULL;
    tracedag_report *report = NULL;
    if (count != 1)
        return wrong_use("graph", "graph takes one FILE, not %zu", count);
    enum status status = document_accept_told(files[0], &findings, &dag, &report);
    if (status == STATUS_ACCEPTED)
        status = write_picture(settings, files[0], dag, report);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
    return status;
}
