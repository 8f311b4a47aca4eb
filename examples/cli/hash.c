/* hash.c - `tracedag hash`: hashes of documents, of their jobs, and of any bytes. */
#include "hash.h"

#include <inttypes.h>
#include <string.h>

#include "document.h"
#include "input.h"
#include "limits.h"
#include "output.h"
#include "sums.h"

enum status hash_source(const char *file, char out[TRACEDAG_HASH_ROOM])
{
    /* No document is larger than this. A file that is larger is refused, not cut: the
     * hash of a part would pass for the hash of the whole. */
    uint64_t most = limits_ceiling(TRACEDAG_LIMIT_INPUT_BYTES);
    struct bytes bytes;
    if (most == 0)
        return no_memory();
    enum status status = input_read(file, (size_t)most + 1, &bytes);
    if (status != STATUS_ACCEPTED)
        return status;
    if (bytes.len > most) {
        complain("cannot hash `%s`: it has more than %" PRIu64 " bytes", file, most);
        status = STATUS_FILE;
    } else {
        tracedag_status hashed =
            tracedag_source_hash(bytes.ptr, bytes.len, out, TRACEDAG_HASH_ROOM);
        if (hashed != TRACEDAG_OK)
            status = document_fault(file, hashed);
    }
    input_free(&bytes);
    return status;
}

static enum status write_source(const char *file)
{
    char hash[TRACEDAG_HASH_ROOM];
    enum status status = hash_source(file, hash);
    if (status == STATUS_ACCEPTED)
        sum_write(hash, NULL, file, NULL);
    return status;
}

static enum status write_dag(const struct settings *settings, const char *file)
{
    tracedag_dag *dag = NULL;
    enum status status = document_accept(file, settings, &dag);
    if (status == STATUS_ACCEPTED)
        sum_write(tracedag_dag_hash(dag), NULL, file, NULL);
    tracedag_dag_unref(dag);
    return status;
}

static enum status write_job(const tracedag_dag *dag, uint32_t index, const char *file)
{
    char whole[TRACEDAG_HASH_ROOM];
    char data[TRACEDAG_HASH_ROOM];
    tracedag_status status =
        tracedag_dag_job_hash(dag, index, TRACEDAG_HASH_JOB, whole, sizeof whole);
    if (status == TRACEDAG_OK)
        status = tracedag_dag_job_hash(dag, index, TRACEDAG_HASH_MATERIALIZATION, data,
                                       sizeof data);
    if (status != TRACEDAG_OK)
        return document_fault(file, status);
    tracedag_text name = tracedag_dag_job(dag, index)->name;
    char text[256]; /* names have at most 128 bytes */
    if (name.len >= sizeof text)
        return document_fault(file, TRACEDAG_INTERNAL);
    memcpy(text, name.ptr, name.len);
    text[name.len] = '\0';
    sum_write(whole, data, file, text);
    return STATUS_ACCEPTED;
}

static enum status write_jobs(const struct settings *settings, const char *file)
{
    tracedag_dag *dag = NULL;
    enum status status = document_accept(file, settings, &dag);
    for (uint32_t i = 0; status == STATUS_ACCEPTED && tracedag_dag_job(dag, i); i++)
        status = write_job(dag, i, file);
    tracedag_dag_unref(dag);
    return status;
}

enum status run_hash(const struct settings *settings, char **files, size_t count)
{
    if (settings->source + settings->jobs + settings->why + settings->check > 1)
        return wrong_use(
            "hash", "`--source`, `--jobs`, `--why` and `--check` exclude each other");
    if (!settings->check && (settings->quiet || settings->silent))
        return wrong_use("hash", "option `--%s` goes with `--check`",
                         settings->quiet ? "quiet" : "status");
    if (settings->check)
        return check_lists(settings, files, count);
    if (settings->why)
        return explain_hash(settings, files, count);
    enum status worst = STATUS_ACCEPTED;
    for (size_t i = 0; i < count && !output_broken(); i++)
        worst = worse(worst, settings->source ? write_source(files[i])
                             : settings->jobs ? write_jobs(settings, files[i])
                                              : write_dag(settings, files[i]));
    return worst;
}
