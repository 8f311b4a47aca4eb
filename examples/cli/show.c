/* show.c - `tracedag canonicalize` and `tracedag resolve`: a DAG in one of its forms. */
#include "document.h"
#include "output.h"

static enum status show(const struct settings *settings, const char *file, uint32_t form)
{
    tracedag_dag *dag = NULL;
    enum status status = document_accept(file, settings, &dag);
    if (status != STATUS_ACCEPTED)
        return status;
    char *text = NULL;
    size_t size = 0;
    tracedag_status written = tracedag_dag_write(
        dag, form, settings->yaml ? TRACEDAG_SYNTAX_YAML : TRACEDAG_SYNTAX_JSON, &text,
        &size);
    if (written == TRACEDAG_OK)
        put_bytes(text, size);
    else
        status = document_fault(file, written);
    tracedag_free(text);
    tracedag_dag_unref(dag);
    return status;
}

enum status run_canonicalize(const struct settings *settings, char **files, size_t count)
{
    if (count != 1)
        return wrong_use("canonicalize", "canonicalize takes one FILE, not %zu", count);
    return show(settings, files[0], TRACEDAG_FORM_CANONICAL);
}

enum status run_resolve(const struct settings *settings, char **files, size_t count)
{
    if (count != 1)
        return wrong_use("resolve", "resolve takes one FILE, not %zu", count);
    return show(settings, files[0],
                settings->origin ? TRACEDAG_FORM_ORIGINS : TRACEDAG_FORM_RESOLVED);
}
