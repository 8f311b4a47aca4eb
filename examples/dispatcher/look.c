/* look.c - looking at versions, their history and the registry. */
#include <string.h>

#include "documents.h"
#include "lookup.h"
#include "tasks.h"

/** How a column becomes a member of an object. */
struct column {
    const char *name;
    enum { AS_TEXT, AS_NUMBER, AS_TRUTH, AS_JSON } kind;
};

static json_t *member_of(const struct db_rows *rows, size_t row, size_t column,
                         const struct column *as)
{
    size_t size;
    const char *text = db_get(rows, row, column, &size);
    if (!text)
        return json_null();
    switch (as->kind) {
    case AS_NUMBER:
        return json_integer(db_get_integer(rows, row, column));
    case AS_TRUTH:
        return json_boolean(db_get_integer(rows, row, column));
    case AS_JSON:
        return json_of_text(text);
    default:
        return json_stringn(text, size);
    }
}

static json_t *object_of(const struct db_rows *rows, size_t row,
                         const struct column *columns, size_t count)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        if (json_object_set_new(object, columns[i].name,
                                member_of(rows, row, i, columns + i))) {
            json_decref(object);
            return NULL;
        }
    return object;
}

/* Makes a list of objects of what a statement gives. */
static enum outcome list_of(struct db *db, const char *sql, const struct db_value *values,
                            size_t value_count, const struct column *columns,
                            size_t count, json_t **list, struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome = db_run(db, sql, values, value_count, &rows, fault);
    if (outcome != DONE)
        return outcome;
    *list = json_array();
    for (size_t row = 0; row < db_count(rows) && *list; row++)
        if (json_array_append_new(*list, object_of(rows, row, columns, count))) {
            json_decref(*list);
            *list = NULL;
        }
    db_free(rows);
    return *list ? DONE : fault_set(fault, NO_MEMORY, "no memory");
}

/* One list in a transaction of its own. */
static enum outcome answer_list(struct db *db, const char *sql,
                                const struct db_value *values, size_t value_count,
                                const struct column *columns, size_t count,
                                json_t **answer, struct fault *fault)
{
    *answer = NULL;
    enum outcome outcome = db_begin_reading(db, fault);
    if (outcome == DONE)
        outcome = list_of(db, sql, values, value_count, columns, count, answer, fault);
    db_rollback(db);
    return outcome;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define VALUES(...) \
    (const struct db_value[]){__VA_ARGS__}, \
        sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)

enum outcome list_dags(struct db *db, const struct caller *caller, json_t **answer,
                       struct fault *fault)
{
    static const struct column columns[] = {
        {"dag", AS_TEXT}, {"versions", AS_NUMBER}, {"active", AS_NUMBER}};
    return answer_list(
        db,
        "SELECT v.dag, COUNT(*), MAX(CASE WHEN c.version_id = v.id"
        " THEN v.number END) FROM dag_versions v"
        " LEFT JOIN dag_current_versions c ON c.org = v.org AND c.dag = v.dag"
        " WHERE v.org = $1 GROUP BY v.dag ORDER BY v.dag",
        VALUES(db_text(caller->org)), columns, COUNT(columns), answer, fault);
}

static enum outcome none_of(const char *dag, json_t **answer, struct fault *fault)
{
    json_decref(*answer);
    *answer = NULL;
    return fault_set(fault, NOT_FOUND, "there is no DAG `%s`", dag);
}

enum outcome list_versions(struct db *db, const struct caller *caller, const char *dag,
                           json_t **answer, struct fault *fault)
{
    static const struct column columns[] = {
        {"version", AS_NUMBER},  {"yaml_hash", AS_TEXT},    {"source_hash", AS_TEXT},
        {"created_by", AS_TEXT}, {"created_at", AS_NUMBER}, {"active", AS_TRUTH}};
    enum outcome outcome = answer_list(
        db,
        "SELECT v.number, v.yaml_hash, v.source_hash, v.created_by, v.created_at,"
        " CASE WHEN c.version_id = v.id THEN 1 ELSE 0 END FROM dag_versions v"
        " LEFT JOIN dag_current_versions c ON c.org = v.org AND c.dag = v.dag"
        " WHERE v.org = $1 AND v.dag = $2 ORDER BY v.number DESC",
        VALUES(db_text(caller->org), db_text(dag)), columns, COUNT(columns), answer,
        fault);
    if (outcome == DONE && json_array_size(*answer) == 0)
        return none_of(dag, answer, fault);
    return outcome;
}

enum outcome list_activations(struct db *db, const struct caller *caller, const char *dag,
                              json_t **answer, struct fault *fault)
{
    static const struct column columns[] = {{"version", AS_NUMBER},
                                            {"previous", AS_NUMBER},
                                            {"kind", AS_TEXT},
                                            {"actor", AS_TEXT},
                                            {"at", AS_NUMBER}};
    enum outcome outcome =
        answer_list(db,
                    "SELECT v.number, p.number, a.kind, a.actor, a.at FROM activations a"
                    " JOIN dag_versions v ON v.id = a.version_id"
                    " LEFT JOIN dag_versions p ON p.id = a.previous_id"
                    " WHERE a.org = $1 AND a.dag = $2 ORDER BY a.id DESC",
                    VALUES(db_text(caller->org), db_text(dag)), columns, COUNT(columns),
                    answer, fault);
    if (outcome != DONE || json_array_size(*answer) > 0)
        return outcome;
    json_t *versions; /* none was ever active, or there is no such DAG */
    outcome = list_versions(db, caller, dag, &versions, fault);
    json_decref(versions);
    return outcome == NOT_FOUND ? none_of(dag, answer, fault) : outcome;
}

enum outcome list_datasets(struct db *db, const struct caller *caller, json_t **answer,
                           struct fault *fault)
{
    static const struct column columns[] = {
        {"name", AS_TEXT},      {"dataset_id", AS_TEXT}, {"dag", AS_TEXT},
        {"version", AS_NUMBER}, {"yaml_hash", AS_TEXT},  {"job", AS_TEXT},
        {"output", AS_NUMBER},  {"storage", AS_TEXT},    {"write_mode", AS_TEXT},
        {"schema", AS_JSON}};
    return answer_list(db,
                       "SELECT name, dataset_id, dag, version, yaml_hash, job, output,"
                       " storage, write_mode, table_schema FROM dataset_registry"
                       " WHERE org = $1 ORDER BY name",
                       VALUES(db_text(caller->org)), columns, COUNT(columns), answer,
                       fault);
}

enum outcome list_tasks(struct db *db, const struct caller *caller, const char *dag,
                        long most, json_t **answer, struct fault *fault)
{
    static const struct column columns[] = {
        {"id", AS_NUMBER},       {"dag", AS_TEXT},     {"version", AS_NUMBER},
        {"job", AS_TEXT},        {"state", AS_TEXT},   {"attempt", AS_NUMBER},
        {"dedupe_key", AS_TEXT}, {"failure", AS_TEXT}, {"created_at", AS_NUMBER},
        {"ended_at", AS_NUMBER}};
    return answer_list(
        db,
        "SELECT t.id, t.dag, v.number, t.job, t.state, t.attempt,"
        " t.dedupe_key, t.failure, t.created_at, t.ended_at FROM tasks t"
        " JOIN dag_versions v ON v.id = t.version_id"
        " WHERE t.org = $1 AND ($2 = '' OR t.dag = $2)"
        " ORDER BY t.id DESC LIMIT $3",
        VALUES(db_text(caller->org), db_text(dag ? dag : ""), db_integer(most)), columns,
        COUNT(columns), answer, fault);
}

/* Sets a member to the list that a statement about a version gives. */
static enum outcome add_list(struct db *db, json_t *object, const char *name,
                             const char *sql, int64_t version,
                             const struct column *columns, size_t count,
                             struct fault *fault)
{
    json_t *list = NULL;
    enum outcome outcome =
        list_of(db, sql, VALUES(db_integer(version)), columns, count, &list, fault);
    if (outcome == DONE && json_object_set_new(object, name, list))
        outcome = fault_set(fault, NO_MEMORY, "no memory");
    return outcome;
}

static enum outcome add_parts(struct db *db, json_t *object, int64_t version,
                              struct fault *fault)
{
    static const struct column jobs[] = {{"name", AS_TEXT},
                                         {"operator", AS_TEXT},
                                         {"runtime", AS_TEXT},
                                         {"activation", AS_TEXT},
                                         {"source_kind", AS_TEXT},
                                         {"schedule", AS_TEXT},
                                         {"outputs", AS_NUMBER},
                                         {"timeout_seconds", AS_NUMBER},
                                         {"heartbeat_timeout_seconds", AS_NUMBER},
                                         {"max_attempts", AS_NUMBER},
                                         {"priority", AS_TEXT},
                                         {"max_queue_depth", AS_NUMBER},
                                         {"max_queue_age_seconds", AS_NUMBER},
                                         {"backpressure_mode", AS_TEXT},
                                         {"reset_outputs", AS_TRUTH}};
    static const struct column edges[] = {{"reader", AS_TEXT},  {"position", AS_NUMBER},
                                          {"job", AS_TEXT},     {"output", AS_NUMBER},
                                          {"dataset", AS_TEXT}, {"where", AS_JSON}};
    static const struct column publishes[] = {
        {"dataset", AS_TEXT}, {"job", AS_TEXT},        {"output", AS_NUMBER},
        {"storage", AS_TEXT}, {"write_mode", AS_TEXT}, {"schema", AS_JSON}};
    enum outcome outcome = add_list(
        db, object, "jobs",
        "SELECT name, operator, runtime, activation, source_kind, schedule, outputs,"
        " timeout_seconds, heartbeat_timeout_seconds, max_attempts, priority,"
        " max_queue_depth, max_queue_age_seconds, backpressure_mode, reset_outputs"
        " FROM version_jobs WHERE version_id = $1 ORDER BY name",
        version, jobs, COUNT(jobs), fault);
    if (outcome == DONE)
        outcome = add_list(db, object, "edges",
                           "SELECT reader, position, job, output, dataset, filter"
                           " FROM version_edges WHERE version_id = $1"
                           " ORDER BY reader, position",
                           version, edges, COUNT(edges), fault);
    if (outcome == DONE)
        outcome =
            add_list(db, object, "publishes",
                     "SELECT dataset, job, output, storage, write_mode, table_schema"
                     " FROM version_publishes WHERE version_id = $1 ORDER BY dataset",
                     version, publishes, COUNT(publishes), fault);
    return outcome;
}

static enum outcome show_inside(struct db *db, const struct caller *caller,
                                const char *dag, const char *which, json_t **answer,
                                struct fault *fault)
{
    static const struct column columns[] = {
        {"dag", AS_TEXT},         {"version", AS_NUMBER},  {"yaml_hash", AS_TEXT},
        {"source_hash", AS_TEXT}, {"created_by", AS_TEXT}, {"created_at", AS_NUMBER},
        {"canonical", AS_TEXT},   {"source", AS_TEXT},     {"active", AS_TRUTH}};
    struct version version;
    json_t *list = NULL;
    enum outcome outcome = find_version(db, caller->org, dag, which, &version, fault);
    if (outcome == DONE)
        outcome = list_of(
            db,
            "SELECT v.dag, v.number, v.yaml_hash, v.source_hash, v.created_by,"
            " v.created_at, v.canonical, v.source,"
            " CASE WHEN c.version_id = v.id THEN 1 ELSE 0 END"
            " FROM dag_versions v LEFT JOIN dag_current_versions c"
            " ON c.org = v.org AND c.dag = v.dag WHERE v.id = $1",
            VALUES(db_integer(version.id)), columns, COUNT(columns), &list, fault);
    if (outcome == DONE) {
        *answer = json_incref(json_array_get(list, 0));
        outcome = add_parts(db, *answer, version.id, fault);
    }
    json_decref(list);
    return outcome;
}

/* Runs one look in a transaction that reads. */
#define READING(db, answer, fault, call) \
    do { \
        *(answer) = NULL; \
        enum outcome outcome = db_begin_reading(db, fault); \
        if (outcome == DONE) \
            outcome = (call); \
        db_rollback(db); \
        if (outcome != DONE) { \
            json_decref(*(answer)); \
            *(answer) = NULL; \
        } \
        return outcome; \
    } while (0)

enum outcome show_version(struct db *db, const struct caller *caller, const char *dag,
                          const char *version, json_t **answer, struct fault *fault)
{
    READING(db, answer, fault, show_inside(db, caller, dag, version, answer, fault));
}

static enum outcome diff_inside(struct db *db, const struct caller *caller,
                                const char *dag, const char *older, const char *newer,
                                json_t **answer, struct fault *fault)
{
    struct version old, new;
    enum outcome outcome = find_version(db, caller->org, dag, older, &old, fault);
    if (outcome == DONE)
        outcome = find_version(db, caller->org, dag, newer, &new, fault);
    if (outcome == DONE)
        outcome = compare_versions(db, &old, &new, answer, fault);
    return outcome;
}

enum outcome diff_versions(struct db *db, const struct caller *caller, const char *dag,
                           const char *older, const char *newer, json_t **answer,
                           struct fault *fault)
{
    READING(db, answer, fault, diff_inside(db, caller, dag, older, newer, answer, fault));
}
