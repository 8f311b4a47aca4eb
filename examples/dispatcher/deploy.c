/* deploy.c - from an uploaded document to a stored version. */
#include <stdio.h>
#include <string.h>

#include "documents.h"
#include "lookup.h"
#include "organisations.h"
#include "parts.h"
#include "pointer.h"
#include "registry.h"
#include "settle.h"

/* What one deploy carries from step to step. */
struct deployment {
    struct db *db;
    const struct caller *caller;
    const char *bytes;
    size_t size;
    bool activate;
    tracedag_dag *dag;
    tracedag_report *report;
    char *canonical;
    size_t canonical_size;
    bool created;
    struct version version;
    struct version active; /**< when the deploy began; id 0: none */
    bool activated;
    json_t *datasets;
    json_t *diff;
};

/* Judges the document by the organisation's catalog. Parsing holds no lock. */
static enum outcome judge_document(struct deployment *d, struct fault *fault)
{
    struct db_rows *rows = NULL;
    enum outcome outcome = db_begin_reading(d->db, fault);
    if (outcome == DONE)
        outcome =
            DB_RUN(d->db, &rows, fault, "SELECT catalog FROM organisations WHERE id = $1",
                   db_text(d->caller->org));
    db_rollback(d->db);
    if (outcome == DONE && db_count(rows) == 0)
        outcome =
            fault_set(fault, NOT_FOUND, "there is no organisation `%s`", d->caller->org);
    if (outcome == DONE) {
        size_t size;
        const char *catalog = db_get(rows, 0, 0, &size);
        outcome =
            document_judge(d->bytes, d->size, catalog, size, &d->dag, &d->report, fault);
    }
    db_free(rows);
    return outcome;
}

enum outcome judge(struct db *db, const struct caller *caller, const char *bytes,
                   size_t size, tracedag_report **report, struct fault *fault)
{
    struct deployment d = {.db = db, .caller = caller, .bytes = bytes, .size = size};
    enum outcome outcome = judge_document(&d, fault);
    if (outcome == DONE)
        outcome = db_begin_reading(db, fault);
    if (outcome == DONE)
        outcome = registry_has(db, caller->org, d.dag, d.report, fault);
    db_rollback(db);
    tracedag_dag_unref(d.dag);
    *report = d.report;
    return outcome;
}

static enum outcome write_canonical(struct deployment *d, struct fault *fault)
{
    tracedag_status status =
        tracedag_dag_write(d->dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON,
                           &d->canonical, &d->canonical_size);
    return status == TRACEDAG_OK ? DONE : fault_of_status(status, fault);
}

/* The hash is not one that nobody can forge: on a hit the bytes decide. */
static enum outcome is_the_same(const struct deployment *d, const struct db_rows *rows,
                                struct fault *fault)
{
    size_t size;
    const char *stored = db_get(rows, 0, 2, &size);
    if (size == d->canonical_size && !memcmp(stored, d->canonical, size))
        return DONE;
    return fault_set(
        fault, CONFLICT,
        "version %s of `%s` has the hash of this document, and is another one: "
        "change anything in it",
        db_get(rows, 0, 1, NULL), tracedag_dag_name(d->dag));
}

static enum outcome insert_version(struct deployment *d, struct fault *fault)
{
    char source_hash[TRACEDAG_HASH_ROOM];
    static const char sql[] =
        "INSERT INTO dag_versions (org, dag, number, yaml_hash, source_hash, canonical,"
        " source, created_by, created_at) VALUES ($1, $2, (SELECT"
        " COALESCE(MAX(number), 0) + 1 FROM dag_versions WHERE org = $1 AND dag = $2),"
        " $3, $4, $5, $6, $7, {now}) RETURNING id, number";
    struct db_rows *rows = NULL;
    tracedag_status status =
        tracedag_source_hash(d->bytes, d->size, source_hash, sizeof source_hash);
    if (status != TRACEDAG_OK)
        return fault_of_status(status, fault);
    enum outcome outcome =
        DB_RUN(d->db, &rows, fault, sql, db_text(d->caller->org),
               db_text(tracedag_dag_name(d->dag)), db_text(tracedag_dag_hash(d->dag)),
               db_text(source_hash), db_bytes(d->canonical, d->canonical_size),
               db_bytes(d->bytes, d->size), db_text(d->caller->actor));
    if (outcome == DONE) {
        d->version.id = db_get_integer(rows, 0, 0);
        d->version.number = db_get_integer(rows, 0, 1);
        d->created = true;
        outcome = parts_store(d->db, d->version.id, d->dag, fault);
    }
    db_free(rows);
    return outcome;
}

/* Finds the version that the document is, or makes it. */
static enum outcome settle_version(struct deployment *d, struct fault *fault)
{
    struct db_rows *rows;
    snprintf(d->version.hash, sizeof d->version.hash, "%s", tracedag_dag_hash(d->dag));
    enum outcome outcome =
        DB_RUN(d->db, &rows, fault,
               "SELECT id, number, canonical FROM dag_versions"
               " WHERE org = $1 AND dag = $2 AND yaml_hash = $3",
               db_text(d->caller->org), db_text(tracedag_dag_name(d->dag)),
               db_text(d->version.hash));
    if (outcome == DONE && db_count(rows) == 0) {
        outcome = insert_version(d, fault);
    } else if (outcome == DONE) {
        d->version.id = db_get_integer(rows, 0, 0);
        d->version.number = db_get_integer(rows, 0, 1);
        outcome = is_the_same(d, rows, fault);
    }
    db_free(rows);
    return outcome;
}

static enum outcome compare_with_active(struct deployment *d, struct fault *fault)
{
    if (d->active.id == 0) {
        d->diff = json_null();
        return DONE;
    }
    return compare_versions(d->db, &d->active, &d->version, &d->diff, fault);
}

/* All that is written, in one transaction. */
static enum outcome store(struct deployment *d, struct fault *fault)
{
    const char *org = d->caller->org, *dag = tracedag_dag_name(d->dag);
    enum outcome outcome = organisation_lock(d->db, org, fault);
    if (outcome == DONE)
        outcome = find_active(d->db, org, dag, &d->active, fault);
    if (outcome == DONE)
        outcome = registry_has(d->db, org, d->dag, d->report, fault);
    if (outcome == DONE)
        outcome = settle_version(d, fault);
    if (outcome == DONE)
        outcome = registry_take(d->db, org, d->dag, d->datasets, fault);
    if (outcome == DONE)
        outcome = compare_with_active(d, fault);
    if (outcome == DONE && d->activate)
        outcome = pointer_move(d->db, d->caller, dag, &d->version, MOVE_ACTIVATE,
                               &d->activated, fault);
    return outcome;
}

static json_t *answer_of(const struct deployment *d, const char *source_hash)
{
    int64_t active = d->activate ? d->version.number : d->active.number;
    return json_pack("{s:s,s:I,s:s,s:s,s:b,s:o,s:b,s:O,s:O}", "dag",
                     tracedag_dag_name(d->dag), "version", (json_int_t)d->version.number,
                     "yaml_hash", d->version.hash, "source_hash", source_hash, "created",
                     (int)d->created, "active",
                     active ? json_integer(active) : json_null(), "activated",
                     (int)d->activated, "datasets", d->datasets, "diff", d->diff);
}

static enum outcome make_answer(const struct deployment *d, json_t **answer,
                                struct fault *fault)
{
    char source_hash[TRACEDAG_HASH_ROOM];
    tracedag_status status =
        tracedag_source_hash(d->bytes, d->size, source_hash, sizeof source_hash);
    if (status != TRACEDAG_OK)
        return fault_of_status(status, fault);
    *answer = answer_of(d, source_hash);
    return DONE;
}

enum outcome deploy(struct db *db, const struct caller *caller, const char *bytes,
                    size_t size, bool activate, tracedag_report **report, json_t **answer,
                    struct fault *fault)
{
    struct deployment d = {.db = db,
                           .caller = caller,
                           .bytes = bytes,
                           .size = size,
                           .activate = activate,
                           .datasets = json_array()};
    *answer = NULL;
    enum outcome outcome = judge_document(&d, fault);
    if (outcome == DONE)
        outcome = write_canonical(&d, fault);
    if (outcome == DONE)
        outcome = db_begin(db, fault);
    if (outcome == DONE)
        outcome = store(&d, fault);
    if (outcome == DONE)
        outcome = make_answer(&d, answer, fault);
    outcome = settle(db, outcome, answer, fault);
    json_decref(d.datasets);
    json_decref(d.diff);
    tracedag_free(d.canonical);
    tracedag_dag_unref(d.dag);
    *report = d.report;
    return outcome;
}
