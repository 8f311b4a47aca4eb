#include "parts.h"

#include "documents.h"

static struct db_value text_of(tracedag_text text)
{
    return text.len ? db_text_of(text.ptr, text.len) : db_null();
}

/* The word of an enumeration; the null value of 0. */
static struct db_value word_of(const char *field, uint32_t value)
{
    return value ? db_text(tracedag_enum_name(field, value)) : db_null();
}

static tracedag_text job_name(const tracedag_dag *dag, uint32_t job)
{
    return tracedag_dag_job(dag, job)->name;
}

static enum outcome store_job(struct db *db, int64_t version, const tracedag_job *job,
                              struct fault *fault)
{
    return DB_RUN(
        db, NULL, fault,
        "INSERT INTO version_jobs (version_id, name, operator, runtime, activation,"
        " source_kind, schedule, outputs, timeout_seconds, heartbeat_timeout_seconds,"
        " max_attempts, priority, max_queue_depth, max_queue_age_seconds,"
        " backpressure_mode, reset_outputs) VALUES"
        " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        db_integer(version), text_of(job->name), text_of(job->operator_name),
        word_of("runtime", job->runtime), word_of("activation", job->activation),
        word_of("kind", job->source_kind), text_of(job->schedule),
        db_integer(job->outputs),
        job->timeout_seconds ? db_integer(job->timeout_seconds) : db_null(),
        db_integer(job->heartbeat_timeout_seconds), db_integer(job->max_attempts),
        word_of("priority", job->priority), db_integer(job->max_queue_depth),
        db_integer(job->max_queue_age_seconds),
        word_of("backpressure_mode", job->backpressure_mode),
        db_integer(job->reset_outputs));
}

/* A free value as JSON, owned, or NULL where there is none. */
static enum outcome json_of_value(const tracedag_dag *dag, tracedag_value value,
                                  char **json, struct fault *fault)
{
    *json = NULL;
    if (!value)
        return DONE;
    tracedag_status status = tracedag_value_json(dag, value, json, NULL);
    return status == TRACEDAG_OK ? DONE : fault_of_status(status, fault);
}

static enum outcome store_edge(struct db *db, int64_t version, const tracedag_dag *dag,
                               const tracedag_input *input, uint32_t position,
                               struct fault *fault)
{
    char *filter;
    enum outcome outcome = json_of_value(dag, input->where, &filter, fault);
    bool inside = input->job != TRACEDAG_NO_JOB;
    if (outcome == DONE)
        outcome = DB_RUN(db, NULL, fault,
                         "INSERT INTO version_edges (version_id, reader, position, job,"
                         " output, dataset, filter) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                         db_integer(version), text_of(job_name(dag, input->reader)),
                         db_integer(position),
                         inside ? text_of(job_name(dag, input->job)) : db_null(),
                         inside ? db_integer(input->output) : db_null(),
                         text_of(input->dataset), db_text(filter));
    tracedag_free(filter);
    return outcome;
}

static enum outcome store_publish(struct db *db, int64_t version, const tracedag_dag *dag,
                                  const tracedag_publish *publish, struct fault *fault)
{
    char *schema;
    enum outcome outcome = json_of_value(dag, publish->schema, &schema, fault);
    if (outcome == DONE)
        outcome =
            DB_RUN(db, NULL, fault,
                   "INSERT INTO version_publishes (version_id, dataset, job, output,"
                   " storage, write_mode, table_schema)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   db_integer(version), text_of(publish->name),
                   text_of(job_name(dag, publish->job)), db_integer(publish->output),
                   word_of("storage", publish->storage),
                   word_of("write_mode", publish->write_mode), db_text(schema));
    tracedag_free(schema);
    return outcome;
}

static enum outcome store_jobs(struct db *db, int64_t version, const tracedag_dag *dag,
                               struct fault *fault)
{
    tracedag_list jobs, inputs;
    tracedag_dag_jobs(dag, &jobs);
    tracedag_dag_inputs(dag, &inputs);
    enum outcome outcome = DONE;
    for (size_t i = 0; i < jobs.count && outcome == DONE; i++) {
        const tracedag_job *job = tracedag_list_at(&jobs, i);
        outcome = store_job(db, version, job, fault);
        for (uint32_t k = 0; k < job->input_count && outcome == DONE; k++)
            outcome =
                store_edge(db, version, dag,
                           tracedag_list_at(&inputs, job->first_input + k), k, fault);
    }
    return outcome;
}

enum outcome parts_store(struct db *db, int64_t version, const tracedag_dag *dag,
                         struct fault *fault)
{
    tracedag_list publishes;
    tracedag_dag_publishes(dag, &publishes);
    enum outcome outcome = store_jobs(db, version, dag, fault);
    for (size_t i = 0; i < publishes.count && outcome == DONE; i++)
        outcome = store_publish(db, version, dag, tracedag_list_at(&publishes, i), fault);
    return outcome;
}
