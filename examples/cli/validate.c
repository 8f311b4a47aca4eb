/* validate.c - `tracedag validate`: the findings of each document, and the verdict. */
#include "document.h"
#include "input.h"
#include "output.h"

static enum status validate_file(const struct settings *settings, const char *file)
{
    tracedag_dag *dag = NULL;
    tracedag_report *report = NULL;
    enum status status = document_load(file, settings, &dag, &report);
    if (status <= STATUS_REJECTED && !settings->quiet)
        status = worse(status, document_report(file, settings, report));
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    return status;
}

enum status run_validate(const struct settings *settings, char **files, size_t count)
{
    struct names names;
    enum status worst = input_list(files, count, &names);
    for (size_t i = 0; i < names.count && !output_broken(); i++)
        worst = worse(worst, validate_file(settings, names.items[i]));
    input_list_free(&names);
    return worst == STATUS_REJECTED && settings->exit_zero ? STATUS_ACCEPTED : worst;
}
