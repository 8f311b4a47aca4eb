#include "events.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "documents.h"
#include "make.h"

enum outcome task_of_cause(struct db *db, const char *org, const char *dag,
                           int64_t version, const char *job, const char *key,
                           const json_t *cause, json_t *tasks, struct fault *fault)
{
    struct made made;
    char *text = json_dumps(cause, JSON_COMPACT);
    if (!text)
        return fault_set(fault, NO_MEMORY, "no memory");
    enum outcome outcome = make_task(db, org, dag, version, job, key, text, &made, fault);
    free(text);
    if (outcome == DONE &&
        json_array_append_new(tasks,
                              json_pack("{s:I,s:s,s:s,s:s,s:b}", "id",
                                        (json_int_t)made.task, "dag", dag, "job", job,
                                        "dedupe_key", key, "created", (int)made.created)))
        outcome = fault_set(fault, NO_MEMORY, "no memory");
    return outcome;
}

/* The inputs by which something reads an output: rows of (dag, version_id, reader, position,
 * filter). Those of the DAG itself, and those of the active versions of others that read the
 * dataset which the output is published as. */
static enum outcome readers_of(struct db *db, const char *org, const char *dag,
                               int64_t version, const char *job, int64_t output,
                               struct db_rows **rows, struct fault *fault)
{
    return DB_RUN(
        db, rows, fault,
        "SELECT $2, e.version_id, e.reader, e.position, e.filter FROM version_edges e"
        " WHERE e.version_id = $3 AND e.job = $4 AND e.output = $5"
        " UNION ALL"
        " SELECT c.dag, e.version_id, e.reader, e.position, e.filter"
        " FROM version_publishes p"
        " JOIN version_edges e ON e.dataset = p.dataset AND e.job IS NULL"
        " JOIN dag_current_versions c ON c.version_id = e.version_id AND c.org = $1"
        " WHERE p.version_id = $3 AND p.job = $4 AND p.output = $5"
        " ORDER BY 1, 3, 4",
        db_text(org), db_text(dag), db_integer(version), db_text(job),
        db_integer(output));
}

static bool same_reader(const struct db_rows *rows, size_t a, size_t b)
{
    return db_get_integer(rows, a, 1) == db_get_integer(rows, b, 1) &&
           !strcmp(db_get(rows, a, 2, NULL), db_get(rows, b, 2, NULL));
}

/* The inputs of one reader, from `row` on: a list of {"position", "where"}. */
static json_t *inputs_of(const struct db_rows *rows, size_t row, size_t end)
{
    json_t *inputs = json_array();
    for (; row < end; row++)
        json_array_append_new(inputs,
                              json_pack("{s:I,s:o}", "position",
                                        (json_int_t)db_get_integer(rows, row, 3), "where",
                                        json_of_text(db_get(rows, row, 4, NULL))));
    return inputs;
}

enum outcome event_spread(struct db *db, const char *org, const char *dag,
                          const struct version *active, const char *job, int64_t output,
                          const char *key, json_t *payload, json_t *tasks,
                          struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome =
        readers_of(db, org, dag, active->id, job, output, &rows, fault);
    for (size_t row = 0, end; outcome == DONE && row < db_count(rows); row = end) {
        for (end = row + 1; end < db_count(rows) && same_reader(rows, row, end);)
            end++;
        char dedupe[1024];
        const char *reader = db_get(rows, row, 2, NULL);
        snprintf(dedupe, sizeof dedupe, "event:%s/%s:%" PRId64 ":%s:%s", dag, job, output,
                 reader, key);
        json_t *cause =
            json_pack("{s:s,s:s,s:s,s:I,s:s,s:O?,s:o}", "kind", "event", "dag", dag,
                      "job", job, "output", (json_int_t)output, "key", key, "payload",
                      payload, "inputs", inputs_of(rows, row, end));
        outcome = task_of_cause(db, org, db_get(rows, row, 0, NULL),
                                db_get_integer(rows, row, 1), reader, dedupe, cause,
                                tasks, fault);
        json_decref(cause);
    }
    db_free(rows);
    return outcome;
}
