#include "pointer.h"

#include <inttypes.h>
#include <stdio.h>

#include "cron.h"
#include "make.h"
#include "organisations.h"
#include "settle.h"

static struct db_value id_or_null(int64_t id)
{
    return id ? db_integer(id) : db_null();
}

/* Writes the history and moves the pointer. */
static enum outcome write_move(struct db *db, const struct caller *caller,
                               const char *dag, const struct version *from,
                               const struct version *to, enum move move,
                               int64_t *activation, struct fault *fault)
{
    static const char sql[] =
        "INSERT INTO activations (org, dag, version_id, previous_id, kind, actor, at)"
        " VALUES ($1, $2, $3, $4, $5, $6, {now}) RETURNING id";
    struct db_rows *rows;
    enum outcome outcome = DB_RUN(
        db, &rows, fault, sql, db_text(caller->org), db_text(dag), db_integer(to->id),
        id_or_null(from->id), db_text(move == MOVE_ROLLBACK ? "rollback" : "activate"),
        db_text(caller->actor));
    if (outcome == DONE)
        *activation = db_get_integer(rows, 0, 0);
    db_free(rows);
    if (outcome != DONE)
        return outcome;
    return DB_RUN(
        db, NULL, fault,
        "INSERT INTO dag_current_versions (org, dag, version_id, activation_id)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (org, dag) DO UPDATE SET"
        " version_id = EXCLUDED.version_id, activation_id = EXCLUDED.activation_id",
        db_text(caller->org), db_text(dag), db_integer(to->id), db_integer(*activation));
}

/* Jobs that are always on run for a version as long as it is active: those of the one before end,
 * and their workers learn it from the next heartbeat. */
static enum outcome end_always_on(struct db *db, const char *org, const char *dag,
                                  struct fault *fault)
{
    static const char sql[] =
        "UPDATE tasks SET state = 'done', ended_at = {now} WHERE org = $1 AND dag = $2"
        " AND state NOT IN ('done', 'dead') AND dedupe_key LIKE 'always_on:%'";
    return DB_RUN(db, NULL, fault, sql, db_text(org), db_text(dag));
}

static enum outcome start_always_on(struct db *db, const char *org, const char *dag,
                                    int64_t version, int64_t activation,
                                    struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome = DB_RUN(db, &rows, fault,
                                  "SELECT name FROM version_jobs WHERE version_id = $1"
                                  " AND source_kind = 'always_on' ORDER BY name",
                                  db_integer(version));
    for (size_t i = 0; outcome == DONE && i < db_count(rows); i++) {
        char key[256];
        const char *job = db_get(rows, i, 0, NULL);
        snprintf(key, sizeof key, "always_on:%s:%" PRId64, job, activation);
        struct made made;
        outcome = make_task(db, org, dag, version, job, key, "{\"kind\":\"always_on\"}",
                            &made, fault);
    }
    db_free(rows);
    return outcome;
}

enum outcome pointer_move(struct db *db, const struct caller *caller, const char *dag,
                          const struct version *version, enum move move, bool *moved,
                          struct fault *fault)
{
    struct version active;
    int64_t activation = 0;
    enum outcome outcome = find_active(db, caller->org, dag, &active, fault);
    *moved = outcome == DONE && active.id != version->id;
    if (!*moved)
        return outcome;
    outcome = write_move(db, caller, dag, &active, version, move, &activation, fault);
    if (outcome == DONE)
        outcome = cron_follow(db, caller->org, dag, version, fault);
    if (outcome == DONE)
        outcome = end_always_on(db, caller->org, dag, fault);
    if (outcome == DONE)
        outcome = start_always_on(db, caller->org, dag, version->id, activation, fault);
    return outcome;
}

/* Finds the version that was active before the present one. */
static enum outcome find_previous(struct db *db, const char *org, const char *dag,
                                  struct version *version, struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome = DB_RUN(db, &rows, fault,
                                  "SELECT v.number FROM dag_current_versions c"
                                  " JOIN activations a ON a.id = c.activation_id"
                                  " JOIN dag_versions v ON v.id = a.previous_id"
                                  " WHERE c.org = $1 AND c.dag = $2",
                                  db_text(org), db_text(dag));
    if (outcome == DONE && db_count(rows) == 0)
        outcome =
            fault_set(fault, NOT_FOUND, "no version of `%s` was active before", dag);
    if (outcome == DONE)
        outcome = find_version(db, org, dag, db_get(rows, 0, 0, NULL), version, fault);
    db_free(rows);
    return outcome;
}

/* A rollback goes back: to an older version, or to one that was active. */
static enum outcome lies_behind(struct db *db, const struct version *active,
                                const struct version *version, struct fault *fault)
{
    struct db_rows *rows;
    if (version->number <= active->number)
        return DONE;
    enum outcome outcome = DB_RUN(
        db, &rows, fault, "SELECT 1 FROM activations WHERE version_id = $1 LIMIT 1",
        db_integer(version->id));
    if (outcome == DONE && db_count(rows) == 0)
        outcome = fault_set(
            fault, MISUSE, "version %" PRId64 " was never active: `activate` makes it so",
            version->number);
    db_free(rows);
    return outcome;
}

static enum outcome activate_inside(struct db *db, const struct caller *caller,
                                    const char *dag, const char *which, enum move move,
                                    json_t **answer, struct fault *fault)
{
    struct version version, active;
    bool moved = false;
    enum outcome outcome = organisation_lock(db, caller->org, fault);
    if (outcome == DONE)
        outcome = find_active(db, caller->org, dag, &active, fault);
    if (outcome == DONE)
        outcome = move == MOVE_ROLLBACK && !which
                      ? find_previous(db, caller->org, dag, &version, fault)
                      : find_version(db, caller->org, dag, which, &version, fault);
    if (outcome == DONE && move == MOVE_ROLLBACK)
        outcome = lies_behind(db, &active, &version, fault);
    if (outcome == DONE)
        outcome = pointer_move(db, caller, dag, &version, move, &moved, fault);
    if (outcome != DONE)
        return outcome;
    *answer = json_pack("{s:s,s:I,s:s,s:o,s:b}", "dag", dag, "version",
                        (json_int_t)version.number, "yaml_hash", version.hash, "previous",
                        active.id ? json_integer(active.number) : json_null(), "changed",
                        (int)moved);
    return DONE;
}

enum outcome activate_version(struct db *db, const struct caller *caller, const char *dag,
                              const char *version, enum move move, json_t **answer,
                              struct fault *fault)
{
    *answer = NULL;
    enum outcome outcome = db_begin(db, fault);
    if (outcome == DONE)
        outcome = activate_inside(db, caller, dag, version, move, answer, fault);
    return settle(db, outcome, answer, fault);
}
