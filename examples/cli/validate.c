/* validate.c - `tracedag validate`: the findings of each document, and the verdict.
 *
 * Threads judge documents ahead, and what is said of them comes in the order of the operands.
 * Text and JSON are written document by document, and no more of them is held than the threads
 * are ahead. SARIF and GitHub's annotations have errors of all documents first: their reports
 * are kept to the end, each with its document, but for those without a finding, which are alike.
 * What `--together` finds between documents comes behind what each of them has alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crew.h"
#include "document.h"
#include "input.h"
#include "levels.h"
#include "output.h"
#include "progress.h"
#include "together.h"

#define AHEAD_OF_EACH 4
#define THREADS_MOST 8 /* unless `--jobs` asks for more */

/* What came of one document. */
struct result {
    struct verdict verdict;
    char *text;
    size_t size;
    char *entries; /* for the baseline */
    size_t entries_len;
};

/* Entries of the baseline that is written. */
struct entries {
    char *ptr;
    size_t len;
    size_t room;
};

struct run {
    const struct settings *settings;
    const struct names *names;
    struct result *results; /* by index modulo `ahead` */
    size_t ahead;
    tracedag_report **reports; /* of all documents, where they are written as one text, */
    const char **files;        /* and how these are named; */
    size_t report_count;       /* behind them what is wrong between documents */
    struct together together;
    struct entries baseline;
    tracedag_report *clean; /* the first without a finding, in the place of all such */
    enum status worst;
    size_t done;
    size_t accepted;
    size_t rejected;
    size_t not_judged;
};

static bool is_one_text(const struct settings *settings)
{
    return settings->format == TRACEDAG_FORMAT_SARIF ||
           settings->format == TRACEDAG_FORMAT_GITHUB;
}

static void note_baseline(const char *file, const struct settings *settings,
                          struct result *result)
{
    tracedag_status status =
        tracedag_report_baseline(result->verdict.report, document_name(file, settings),
                                 &result->entries, &result->entries_len);
    if (status != TRACEDAG_OK) {
        result->verdict.status = STATUS_FAULT;
        result->verdict.fault = status;
    }
}

/* What is to be written of a report, and kept of it. */
static void tell_of(const struct run *run, const char *file, struct result *result)
{
    const struct settings *settings = run->settings;
    if (!result->verdict.report)
        return;
    if (settings->write_baseline)
        note_baseline(file, settings, result);
    if (!settings->quiet && !is_one_text(settings))
        document_render(file, settings, &result->verdict, &result->text, &result->size);
}

static void judge(void *context, size_t index)
{
    struct run *run = context;
    const struct settings *settings = run->settings;
    const char *file = run->names->items[index];
    struct result *result = &run->results[index % run->ahead];
    struct verdict *verdict = &result->verdict;
    document_judge(file, settings, verdict);
    if (run->together.outlines)
        together_note(&run->together, index, document_name(file, settings), verdict);
    verdict->dag = tracedag_dag_unref(verdict->dag);
    tell_of(run, file, result);
}

/* ---- in order, by one thread ---------------------------------------------------------- */

static void tally(struct run *run, enum status status)
{
    run->done++;
    run->worst = worse(run->worst, status);
    if (status == STATUS_ACCEPTED)
        run->accepted++;
    else if (status == STATUS_REJECTED)
        run->rejected++;
    else
        run->not_judged++;
}

/* Adds the entries of a document; false when memory ran out. */
static bool add_entries(struct entries *all, const char *entries, size_t len)
{
    if (all->len + len > all->room) {
        size_t room = 2 * (all->len + len);
        char *ptr = realloc(all->ptr, room);
        if (!ptr)
            return false;
        all->ptr = ptr;
        all->room = room;
    }
    if (len > 0)
        memcpy(all->ptr + all->len, entries, len);
    all->len += len;
    return true;
}

static void take_entries(struct run *run, struct result *result)
{
    if (!add_entries(&run->baseline, result->entries, result->entries_len))
        run->worst = worse(run->worst, no_memory());
    tracedag_free(result->entries);
}

/* Whether nothing is written of a document: formats for services have what is set aside, too. */
static bool is_clean(const tracedag_report *report)
{
    tracedag_list suppressed;
    tracedag_report_suppressed(report, &suppressed);
    return tracedag_report_count(report, 0) + suppressed.count == 0;
}

/* Keeps a report for the end; they come in the order of the operands. */
static void keep(struct run *run, size_t index, tracedag_report *report)
{
    if (report && is_clean(report)) {
        if (!run->clean)
            run->clean = tracedag_report_ref(report);
        tracedag_report_unref(report);
        report = tracedag_report_ref(run->clean);
    }
    run->files[run->report_count] =
        document_name(run->names->items[index], run->settings);
    run->reports[run->report_count++] = report;
}

/* Writes what was made of a report, and lets go of it. */
static void take_result(struct run *run, size_t index, struct result *result)
{
    bool says = result->size > 0 || result->verdict.status > STATUS_REJECTED;
    if (says)
        progress_clear();
    document_tell(run->names->items[index], &result->verdict);
    document_write(run->settings, result->text, result->size);
    tracedag_free(result->text);
    take_entries(run, result);
    if (run->settings->deny_warnings &&
        tracedag_report_count(result->verdict.report, TRACEDAG_SEVERITY_WARNING) > 0)
        run->worst = worse(run->worst, STATUS_REJECTED);
    if (run->reports)
        keep(run, index, result->verdict.report);
    else
        tracedag_report_unref(result->verdict.report);
    *result = (struct result){.text = NULL};
}

static bool take(void *context, size_t index)
{
    struct run *run = context;
    struct result *result = &run->results[index % run->ahead];
    tally(run, result->verdict.status);
    take_result(run, index, result);
    return !output_broken();
}

static void idle(void *context)
{
    const struct run *run = context;
    progress_show(run->done);
}

/* ---- between documents ------------------------------------------------------------------ */

/* A document that others do not go with is rejected after all. */
static void tally_between(struct run *run, const tracedag_report *report)
{
    if (tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR) == 0)
        return;
    run->worst = worse(run->worst, STATUS_REJECTED);
    run->accepted--;
    run->rejected++;
}

static void take_between(struct run *run, size_t index)
{
    const tracedag_report *report = together_report(&run->together, index);
    if (!report)
        return;
    tracedag_report *kept = tracedag_report_ref((tracedag_report *)(uintptr_t)report);
    struct result result = {.verdict = {.report = kept}};
    tally_between(run, report);
    tell_of(run, run->names->items[index], &result);
    run->worst = worse(run->worst, result.verdict.status);
    take_result(run, index, &result);
}

static void judge_together(struct run *run)
{
    if (!together_judge(&run->together)) {
        run->worst = worse(run->worst, no_memory());
        return;
    }
    for (size_t i = 0; i < run->names->count && !output_broken(); i++)
        take_between(run, i);
    if (run->settings->readers)
        run->worst =
            worse(run->worst, together_write_readers(&run->together, run->settings));
}

/* ---- the end ---------------------------------------------------------------------------- */

static void write_totals(const struct run *run)
{
    char others[48] = "", line[128];
    if (run->not_judged)
        snprintf(others, sizeof others, ", %zu not judged", run->not_judged);
    int size = snprintf(line, sizeof line, "%zu files: %zu accepted, %zu rejected%s\n",
                        run->done, run->accepted, run->rejected, others);
    put_report(line, (size_t)size);
}

static enum status write_reports(const struct run *run)
{
    char *text = NULL;
    size_t size = 0;
    tracedag_status status = tracedag_reports_render(
        (const tracedag_report *const *)run->reports, run->files, run->report_count,
        run->settings->format, 0, &text, &size);
    if (status != TRACEDAG_OK)
        return no_memory();
    put_bytes(text, size);
    tracedag_free(text);
    return STATUS_ACCEPTED;
}

static void finish(struct run *run)
{
    const struct settings *settings = run->settings;
    progress_clear();
    if (run->together.outlines && !output_broken())
        judge_together(run);
    if (settings->write_baseline && run->worst <= STATUS_REJECTED)
        run->worst = worse(run->worst,
                           levels_write_baseline(settings->write_baseline,
                                                 run->baseline.ptr, run->baseline.len));
    if (settings->quiet || output_broken())
        return;
    if (run->reports)
        run->worst = worse(run->worst, write_reports(run));
    else if (settings->format == TRACEDAG_FORMAT_TEXT && run->names->count > 1)
        write_totals(run);
    /* Formats for services cannot say what was not looked for. */
    if (run->together.group && (!run->reports || !together_knows_all(&run->together)))
        run->worst = worse(run->worst, together_write_summary(&run->together, settings));
}

static void release(struct run *run)
{
    for (size_t i = 0; i < run->ahead && run->results; i++) {
        tracedag_report_unref(run->results[i].verdict.report);
        tracedag_free(run->results[i].text);
        tracedag_free(run->results[i].entries);
    }
    free(run->baseline.ptr);
    for (size_t i = 0; i < run->report_count; i++)
        tracedag_report_unref(run->reports[i]);
    together_end(&run->together);
    tracedag_report_unref(run->clean);
    free(run->results);
    free(run->reports);
    free(run->files);
}

static bool make_room(struct run *run)
{
    const struct settings *settings = run->settings;
    size_t count = run->names->count;
    size_t most = settings->together ? 2 * count : count;
    run->results = calloc(run->ahead, sizeof *run->results);
    if (!run->results || (settings->together && !together_begin(&run->together, count)))
        return false;
    if (!is_one_text(settings) || settings->quiet)
        return true;
    run->reports = calloc(most, sizeof(tracedag_report *));
    run->files = calloc(most, sizeof *run->files);
    return run->reports && run->files;
}

static void validate_all(struct run *run, size_t threads)
{
    const struct settings *settings = run->settings;
    run->ahead = threads * AHEAD_OF_EACH;
    if (!make_room(run)) {
        run->worst = no_memory();
        return;
    }
    if (!settings->quiet)
        progress_begin(run->names->count);
    crew_run(
        &(struct crew){run->names->count, threads, run->ahead, run, judge, take, idle});
    finish(run);
}

static size_t default_threads(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > THREADS_MOST ? THREADS_MOST : (size_t)count;
}

/* Formats for services have findings, and nothing else. */
static enum status check_readers(const struct settings *settings)
{
    if (!settings->readers)
        return STATUS_ACCEPTED;
    if (!settings->together)
        return wrong_use("validate", "--readers goes with --together");
    if (is_one_text(settings))
        return wrong_use("validate", "--readers goes with --format text or json");
    return STATUS_ACCEPTED;
}

enum status run_validate(const struct settings *settings, char **files, size_t count)
{
    struct names names;
    if (check_readers(settings) != STATUS_ACCEPTED)
        return STATUS_WRONG_USE;
    tracedag_options_set_together(settings->limits, settings->together);
    enum status worst = input_list(files, count, &names);
    struct run run = {.settings = settings, .names = &names, .worst = worst};
    size_t threads = settings->threads ? settings->threads : default_threads();
    if (names.count > 0)
        validate_all(&run, threads < names.count ? threads : names.count);
    release(&run);
    input_list_free(&names);
    return run.worst == STATUS_REJECTED && settings->exit_zero ? STATUS_ACCEPTED
                                                               : run.worst;
}
