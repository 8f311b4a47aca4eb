#include "lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "documents.h"

static void take(const struct db_rows *rows, struct version *version)
{
    version->id = db_get_integer(rows, 0, 0);
    version->number = db_get_integer(rows, 0, 1);
    snprintf(version->hash, sizeof version->hash, "%s", db_get(rows, 0, 2, NULL));
}

enum outcome find_active(struct db *db, const char *org, const char *dag,
                         struct version *version, struct fault *fault)
{
    struct db_rows *rows;
    *version = (struct version){0};
    enum outcome outcome = DB_RUN(db, &rows, fault,
                                  "SELECT v.id, v.number, v.yaml_hash"
                                  " FROM dag_current_versions c"
                                  " JOIN dag_versions v ON v.id = c.version_id"
                                  " WHERE c.org = $1 AND c.dag = $2",
                                  db_text(org), db_text(dag));
    if (outcome == DONE && db_count(rows) > 0)
        take(rows, version);
    db_free(rows);
    return outcome;
}

/* Reads a number of a version; 0 where it is none. */
static int64_t number_of(const char *which)
{
    size_t digits = strspn(which, "0123456789");
    return digits > 0 && digits <= 18 && !which[digits] ? strtoll(which, NULL, 10) : 0;
}

enum outcome find_version(struct db *db, const char *org, const char *dag,
                          const char *which, struct version *version, struct fault *fault)
{
    if (!which || !strcmp(which, "active")) {
        enum outcome outcome = find_active(db, org, dag, version, fault);
        if (outcome == DONE && version->id == 0)
            return fault_set(fault, NOT_FOUND, "no version of `%s` is active", dag);
        return outcome;
    }
    struct db_rows *rows;
    enum outcome outcome =
        DB_RUN(db, &rows, fault,
               "SELECT id, number, yaml_hash FROM dag_versions"
               " WHERE org = $1 AND dag = $2"
               " AND (number = $3 OR yaml_hash = $4)",
               db_text(org), db_text(dag), db_integer(number_of(which)), db_text(which));
    if (outcome == DONE && db_count(rows) == 0)
        outcome =
            fault_set(fault, NOT_FOUND, "there is no version `%s` of `%s`", which, dag);
    if (outcome == DONE)
        take(rows, version);
    db_free(rows);
    return outcome;
}

enum outcome read_version(struct db *db, const struct version *version,
                          tracedag_dag **dag, struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome =
        DB_RUN(db, &rows, fault, "SELECT source FROM dag_versions WHERE id = $1",
               db_integer(version->id));
    if (outcome == DONE) {
        size_t size;
        const char *source = db_get(rows, 0, 0, &size);
        outcome = document_read(source, size, dag, fault);
    }
    if (outcome == DONE && strcmp(tracedag_dag_hash(*dag), version->hash) != 0) {
        tracedag_dag_unref(*dag);
        *dag = NULL;
        outcome = fault_set(fault, BROKEN, "version %lld is not what its hash says",
                            (long long)version->number);
    }
    db_free(rows);
    return outcome;
}

enum outcome compare_versions(struct db *db, const struct version *older,
                              const struct version *newer, json_t **diff,
                              struct fault *fault)
{
    tracedag_dag *before = NULL, *after = NULL;
    enum outcome outcome = read_version(db, older, &before, fault);
    if (outcome == DONE)
        outcome = read_version(db, newer, &after, fault);
    if (outcome == DONE)
        outcome = document_diff(before, after, diff, fault);
    if (outcome == DONE &&
        (json_object_set_new(*diff, "old", json_integer(older->number)) ||
         json_object_set_new(*diff, "new", json_integer(newer->number)))) {
        json_decref(*diff);
        *diff = NULL;
        outcome = fault_set(fault, NO_MEMORY, "no memory");
    }
    tracedag_dag_unref(before);
    tracedag_dag_unref(after);
    return outcome;
}
