/* fix.c - `tracedag fix`: applies the fixes that can be proved, and says what it did. */
#include <string.h>

#include "diff.h"
#include "document.h"
#include "input.h"
#include "limits.h"
#include "output.h"
#include "replace.h"

/* A document on its way. */
struct job {
    const struct settings *settings;
    const char *file;
    const char *name; /* how messages call it */
    bool is_stdin;
    struct stat seen; /* of a file that may be replaced */
    struct bytes bytes;
    tracedag_report *report;
    struct bytes mended; /* its text belongs to the library */
    tracedag_list applied;
    tracedag_report *left;
};

static void put_applied(const struct job *job)
{
    for (size_t i = 0; i < job->applied.count; i++) {
        const tracedag_applied_fix *fix = tracedag_list_at(&job->applied, i);
        talk("%s:%u:%u: fixed TD%u: %.*s", job->name, (unsigned)fix->start.line,
             (unsigned)fix->start.column, (unsigned)fix->code, (int)fix->title.len,
             fix->title.ptr);
    }
}

/* Standard input that was not read whole is not written as if it had been. */
static bool is_whole(const struct job *job)
{
    return job->bytes.len <=
           tracedag_options_limit(job->settings->limits, TRACEDAG_LIMIT_INPUT_BYTES);
}

static enum status put_result(const struct job *job)
{
    bool changed = job->applied.count > 0;
    const struct bytes *text = changed ? &job->mended : &job->bytes;
    if (job->settings->diff) {
        enum status status =
            changed ? diff_write(job->name, &job->bytes, text) : STATUS_ACCEPTED;
        return changed ? worse(status, STATUS_REJECTED) : status;
    }
    if (job->is_stdin && is_whole(job))
        put_bytes(text->ptr, text->len);
    if (job->is_stdin || !changed)
        return STATUS_ACCEPTED;
    return replace_file(job->file, &job->seen, text->ptr, text->len);
}

static enum status put_left(const struct job *job)
{
    struct verdict verdict = {.report = job->left};
    char *text = NULL;
    size_t size = 0;
    document_render(job->file, job->settings, &verdict, &text, &size);
    document_tell(job->file, &verdict);
    document_write(job->settings, text, size);
    tracedag_free(text);
    return verdict.status;
}

/* What was done is said when it is done. */
static enum status finish(struct job *job)
{
    enum status status = put_result(job);
    if (status > STATUS_REJECTED)
        return status;
    put_applied(job);
    if (tracedag_report_count(job->left, TRACEDAG_SEVERITY_ERROR) > 0)
        status = worse(status, STATUS_REJECTED);
    return worse(status, put_left(job));
}

static enum status mend(struct job *job)
{
    char *text;
    uint32_t flags = job->settings->unsafe ? TRACEDAG_FIX_UNSAFE : 0;
    tracedag_status done = tracedag_report_fix(
        job->report, flags, &text, &job->mended.len, &job->applied, &job->left);
    if (done != TRACEDAG_OK)
        return document_fault(job->file, done);
    job->mended.ptr = text;
    enum status status = finish(job);
    tracedag_free(text);
    tracedag_free(job->applied.items);
    tracedag_report_unref(job->left);
    return status;
}

static enum status fix_file(const struct settings *settings, const char *file)
{
    struct job job = {.settings = settings,
                      .file = file,
                      .name = file,
                      .is_stdin = strcmp(file, "-") == 0};
    enum status status = STATUS_ACCEPTED;
    if (job.is_stdin)
        job.name = settings->stdin_name ? settings->stdin_name : file;
    else if (!settings->diff)
        status = replace_begin(file, &job.seen);
    if (status == STATUS_ACCEPTED)
        status = document_read(file, settings, &job.bytes, NULL, &job.report);
    if (status <= STATUS_REJECTED && job.report)
        status = mend(&job);
    tracedag_report_unref(job.report);
    input_free(&job.bytes);
    return status;
}

/* Only a report of all findings proves a fix. */
static void keep_more_findings(tracedag_options *limits)
{
    uint32_t findings = TRACEDAG_LIMIT_FINDINGS;
    if (tracedag_options_limit(limits, findings) ==
        tracedag_options_limit(NULL, findings))
        tracedag_options_set_limit(limits, findings, limits_ceiling(findings));
}

enum status run_fix(const struct settings *settings, char **files, size_t count)
{
    struct names names;
    enum status worst = input_list(files, count, &names);
    keep_more_findings(settings->limits);
    for (size_t i = 0; i < names.count && !output_broken(); i++)
        worst = worse(worst, fix_file(settings, names.items[i]));
    input_list_free(&names);
    return worst;
}
