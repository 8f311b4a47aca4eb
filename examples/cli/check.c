/* check.c - `tracedag hash --check`: are the hashes of a list still those of the files?
 *
 * A line that is not read is a file that is not checked, so unlike sha256sum without
 * --strict it fails the check. Lists of jobs name a file once for each of its jobs: the
 * last DAG is kept, so that a list costs one validation a file.
 */
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "hash.h"
#include "input.h"
#include "limits.h"
#include "output.h"
#include "sums.h"

/* The DAG of the file that was read last. */
struct last {
    char *file;
    enum status status;
    tracedag_dag *dag;
};

/* What came of the lines of one list. */
struct tally {
    size_t read;
    size_t differing;
    size_t rejected;
    size_t unreadable;
    size_t malformed;
    size_t first_malformed; /* its line, from 1 */
};

static void forget(struct last *last)
{
    free(last->file);
    tracedag_dag_unref(last->dag);
    *last = (struct last){.file = NULL};
}

/* Loads the DAG of `file` into `last`, or finds it there. */
static enum status recall(const struct settings *settings, const char *file,
                          struct last *last)
{
    if (last->file && strcmp(last->file, file) == 0)
        return last->status;
    forget(last);
    tracedag_report *report = NULL;
    size_t size = strlen(file) + 1;
    last->file = malloc(size);
    if (!last->file)
        return no_memory();
    memcpy(last->file, file, size);
    last->status = document_load(file, settings, &last->dag, &report);
    tracedag_report_unref(report);
    return last->status;
}

static bool job_matches(const tracedag_dag *dag, const struct sum *sum)
{
    static const uint32_t kinds[2] = {TRACEDAG_HASH_JOB, TRACEDAG_HASH_MATERIALIZATION};
    uint32_t job = tracedag_dag_find_job(dag, sum->job, strlen(sum->job));
    for (size_t i = 0; i < 2; i++) {
        char hash[TRACEDAG_HASH_ROOM];
        if (job == TRACEDAG_NO_JOB ||
            tracedag_dag_job_hash(dag, job, kinds[i], hash, sizeof hash) != TRACEDAG_OK ||
            strcmp(hash, sum->hash[i]) != 0)
            return false;
    }
    return true;
}

/* Computes what `sum` says again: STATUS_ACCEPTED with `*same`, or why it could not. */
static enum status compare(const struct settings *settings, const struct sum *sum,
                           struct last *last, bool *same)
{
    char hash[TRACEDAG_HASH_ROOM];
    *same = false;
    enum status status = sum->kind == SUM_SOURCE ? hash_source(sum->file, hash)
                                                 : recall(settings, sum->file, last);
    if (status != STATUS_ACCEPTED)
        return status;
    if (sum->kind == SUM_JOB)
        *same = job_matches(last->dag, sum);
    else
        *same = strcmp(sum->kind == SUM_SOURCE ? hash : tracedag_dag_hash(last->dag),
                       sum->hash[0]) == 0;
    return STATUS_ACCEPTED;
}

static enum status check_sum(const struct settings *settings, const struct sum *sum,
                             struct last *last, struct tally *tally)
{
    bool same;
    enum status status = compare(settings, sum, last, &same);
    const char *verdict = "FAILED";
    if (status == STATUS_ACCEPTED && same)
        verdict = "OK";
    else if (status == STATUS_ACCEPTED)
        tally->differing++;
    else if (status == STATUS_REJECTED) {
        verdict = "FAILED rejected";
        tally->rejected++;
    } else {
        verdict = "FAILED open or read";
        tally->unreadable++;
    }
    if (!settings->silent && !(same && settings->quiet))
        sum_verdict(sum, verdict);
    return status == STATUS_ACCEPTED && !same ? STATUS_REJECTED : status;
}

static enum status check_line(const struct settings *settings, char *line, size_t len,
                              size_t number, struct last *last, struct tally *tally)
{
    if (len > 0 && line[len - 1] == '\r')
        line[--len] = '\0';
    if (len == 0 || line[0] == '#')
        return STATUS_ACCEPTED;
    struct sum sum;
    if (sum_read(line, len, &sum)) {
        tally->read++;
        return check_sum(settings, &sum, last, tally);
    }
    if (tally->malformed++ == 0)
        tally->first_malformed = number;
    return STATUS_REJECTED;
}

static void warn(size_t count, const char *one, const char *many)
{
    if (count > 0)
        complain("WARNING: %zu %s", count, count == 1 ? one : many);
}

static void write_warnings(const struct tally *tally)
{
    warn(tally->malformed, "line is improperly formatted",
         "lines are improperly formatted");
    if (tally->malformed > 0)
        complain("WARNING: the first of these is line %zu", tally->first_malformed);
    warn(tally->unreadable, "listed file could not be read",
         "listed files could not be read");
    warn(tally->rejected, "listed document is rejected", "listed documents are rejected");
    warn(tally->differing, "computed hash did NOT match",
         "computed hashes did NOT match");
}

static enum status check_bytes(const struct settings *settings, const char *list,
                               struct bytes bytes)
{
    struct tally tally = {.read = 0};
    struct last last = {.file = NULL};
    enum status worst = STATUS_ACCEPTED;
    char *end = bytes.ptr + bytes.len;
    size_t number = 1;
    for (char *line = bytes.ptr; line < end && !output_broken(); number++) {
        char *newline = memchr(line, '\n', (size_t)(end - line));
        char *behind = newline ? newline : end;
        *behind = '\0';
        size_t len = (size_t)(behind - line);
        worst = worse(worst, check_line(settings, line, len, number, &last, &tally));
        line = behind + 1;
    }
    forget(&last);
    if (!settings->silent)
        write_warnings(&tally);
    if (tally.read > 0)
        return worst;
    complain("`%s` has no properly formatted line", list);
    return worse(worst, STATUS_REJECTED);
}

static enum status check_list(const struct settings *settings, const char *list)
{
    size_t most = (size_t)limits_ceiling(TRACEDAG_LIMIT_INPUT_BYTES);
    struct bytes bytes;
    if (most == 0)
        return no_memory();
    enum status status = input_read(list, most + 1, &bytes);
    if (status != STATUS_ACCEPTED)
        return status;
    if (bytes.len > most) {
        complain("cannot check `%s`: it has more than %zu bytes", list, most);
        status = STATUS_FILE;
    } else {
        status = check_bytes(settings, list, bytes);
    }
    input_free(&bytes);
    return status;
}

enum status check_lists(const struct settings *settings, char **lists, size_t count)
{
    enum status worst = STATUS_ACCEPTED;
    for (size_t i = 0; i < count && !output_broken(); i++)
        worst = worse(worst, check_list(settings, lists[i]));
    return worst;
}
