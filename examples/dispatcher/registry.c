#include "registry.h"

#include <stdio.h>
#include <string.h>

#include "documents.h"
#include "token.h"

/* Finds whose a name is: rows of (dag, dataset_id), one or none. */
static enum outcome owner_of(struct db *db, const char *org, tracedag_text name,
                             struct db_rows **rows, struct fault *fault)
{
    return DB_RUN(db, rows, fault,
                  "SELECT dag, dataset_id FROM datasets WHERE org = $1 AND name = $2",
                  db_text(org), db_text_of(name.ptr, name.len));
}

static enum outcome add_name(struct db *db, const char *org, const char *dag,
                             tracedag_text name, char *id, struct fault *fault)
{
    static const char sql[] =
        "INSERT INTO datasets (org, name, dataset_id, dag, created_at)"
        " VALUES ($1, $2, $3, $4, {now})";
    enum outcome outcome = token_make("ds_", id, fault);
    if (outcome == DONE)
        outcome = DB_RUN(db, NULL, fault, sql, db_text(org),
                         db_text_of(name.ptr, name.len), db_text(id), db_text(dag));
    return outcome;
}

/* Adds what is wrong with one name to what is wrong with others, as far as there is room. */
static enum outcome add_problem(struct fault *fault, tracedag_text name, const char *what,
                                const char *dag)
{
    size_t length = fault->outcome == CONFLICT ? strlen(fault->text) : 0;
    snprintf(fault->text + length, sizeof fault->text - length, "%sdataset `%.*s` %s%s%s",
             length ? "; " : "", (int)name.len, name.ptr, what, dag, *dag ? "`" : "");
    fault->outcome = CONFLICT;
    return CONFLICT;
}

static enum outcome take_name(struct db *db, const char *org, const char *dag,
                              tracedag_text name, json_t *datasets, struct fault *fault)
{
    char id[TOKEN_ROOM];
    struct db_rows *rows;
    enum outcome outcome = owner_of(db, org, name, &rows, fault);
    if (outcome == DONE && db_count(rows) == 0)
        outcome = add_name(db, org, dag, name, id, fault);
    else if (outcome == DONE && strcmp(db_get(rows, 0, 0, NULL), dag) != 0)
        outcome = add_problem(fault, name, "belongs to DAG `", db_get(rows, 0, 0, NULL));
    else if (outcome == DONE)
        snprintf(id, sizeof id, "%s", db_get(rows, 0, 1, NULL));
    if (outcome == DONE &&
        json_array_append_new(datasets, json_pack("{s:s%,s:s}", "name", name.ptr,
                                                  name.len, "dataset_id", id)))
        outcome = fault_set(fault, NO_MEMORY, "no memory");
    db_free(rows);
    return outcome;
}

/* Says whose wish it was, before all that stands against it. */
static enum outcome conflict_of(struct fault *fault, const char *dag, const char *what)
{
    struct fault problems = *fault;
    return fault_set(fault, CONFLICT, "DAG `%s` cannot %s: %s", dag, what, problems.text);
}

enum outcome registry_take(struct db *db, const char *org, const tracedag_dag *dag,
                           json_t *datasets, struct fault *fault)
{
    tracedag_list publishes;
    tracedag_dag_publishes(dag, &publishes);
    enum outcome outcome = DONE, worst = DONE;
    fault->outcome = DONE;
    for (size_t i = 0; i < publishes.count && (outcome == DONE || outcome == CONFLICT);
         i++) {
        const tracedag_publish *publish = tracedag_list_at(&publishes, i);
        outcome =
            take_name(db, org, tracedag_dag_name(dag), publish->name, datasets, fault);
        worst = outcome != DONE ? outcome : worst;
    }
    if (worst == CONFLICT)
        return conflict_of(fault, tracedag_dag_name(dag),
                           "publish what is another DAG's");
    return worst;
}

static enum outcome has_name(struct db *db, const char *org, tracedag_text name,
                             struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome = owner_of(db, org, name, &rows, fault);
    if (outcome == DONE && db_count(rows) == 0)
        outcome =
            add_problem(fault, name, "is in no catalog, and no DAG publishes it", "");
    db_free(rows);
    return outcome;
}

enum outcome registry_has(struct db *db, const char *org, const tracedag_dag *dag,
                          const tracedag_report *report, struct fault *fault)
{
    tracedag_list names;
    tracedag_dag_external_datasets(dag, &names);
    enum outcome outcome = DONE, worst = DONE;
    fault->outcome = DONE;
    for (size_t i = 0; i < names.count && (outcome == DONE || outcome == CONFLICT); i++) {
        tracedag_text name = *(const tracedag_text *)tracedag_list_at(&names, i);
        if (document_may_read(report, name))
            continue;
        outcome = has_name(db, org, name, fault);
        worst = outcome != DONE ? outcome : worst;
    }
    if (worst == CONFLICT)
        return conflict_of(fault, tracedag_dag_name(dag), "read what is not there");
    return worst;
}
