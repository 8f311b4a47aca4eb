/* change.c - `tracedag diff` and `tracedag hash --why`: two versions of a document.
 *
 * Both are judged before anything is said of a change, so that the findings of both are known at
 * once. A document that is rejected has no canonical form to compare: that is not a difference,
 * and the exit code keeps the two apart.
 */
#include "document.h"
#include "output.h"

enum { OLD, NEW, VERSIONS };

/* Findings are text for people, whatever the format of the changes is. */
static enum status load(const struct settings *settings, char **files,
                        tracedag_dag *dags[VERSIONS])
{
    struct settings for_findings = *settings;
    for_findings.format = TRACEDAG_FORMAT_TEXT;
    enum status worst = STATUS_ACCEPTED;
    for (unsigned i = 0; i < VERSIONS; i++) {
        enum status status = document_accept(files[i], &for_findings, &dags[i]);
        worst = worse(worst, status == STATUS_REJECTED ? STATUS_WRONG_USE : status);
    }
    return worst;
}

static enum status put_diff(const struct settings *settings, char **files,
                            const tracedag_diff *diff, uint32_t flags)
{
    char *text = NULL;
    size_t size = 0;
    if (document_color(settings, is_data_terminal()))
        flags |= TRACEDAG_DIFF_COLOR;
    tracedag_status status =
        tracedag_diff_render(diff, settings->format, document_name(files[OLD], settings),
                             document_name(files[NEW], settings), flags, &text, &size);
    if (status != TRACEDAG_OK)
        return document_fault(files[NEW], status);
    put_bytes(text, size);
    tracedag_free(text);
    return STATUS_ACCEPTED;
}

static bool differs(const struct settings *settings, const tracedag_diff *diff)
{
    tracedag_list changes;
    tracedag_diff_changes(diff, &changes);
    return settings->breaking ? tracedag_diff_breaking(diff) > 0 : changes.count > 0;
}

static enum status compare(const struct settings *settings, char **files, uint32_t flags)
{
    tracedag_dag *dags[VERSIONS] = {NULL, NULL};
    tracedag_diff *diff = NULL;
    enum status status = load(settings, files, dags);
    if (status == STATUS_ACCEPTED) {
        tracedag_status made = tracedag_diff_new(dags[OLD], dags[NEW], &diff);
        status = made == TRACEDAG_OK ? put_diff(settings, files, diff, flags)
                                     : document_fault(files[NEW], made);
    }
    if (status == STATUS_ACCEPTED && differs(settings, diff))
        status = STATUS_REJECTED;
    tracedag_diff_unref(diff);
    for (unsigned i = 0; i < VERSIONS; i++)
        tracedag_dag_unref(dags[i]);
    return status;
}

enum status run_diff(const struct settings *settings, char **files, size_t count)
{
    if (count != VERSIONS)
        return wrong_use("diff", "diff takes two files, OLD and NEW, not %zu", count);
    return compare(settings, files, settings->breaking ? TRACEDAG_DIFF_BREAKING : 0);
}

enum status explain_hash(const struct settings *settings, char **files, size_t count)
{
    if (count != VERSIONS)
        return wrong_use("hash", "`--why` takes two files, an old and a new one, not %zu",
                         count);
    return compare(settings, files, TRACEDAG_DIFF_FIRST);
}
