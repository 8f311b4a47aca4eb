#include "make.h"

#include <stdio.h>

enum outcome make_message(struct db *db, int64_t task, struct fault *fault)
{
    static const char sql[] = "INSERT INTO outbox (task_id, attempt, created_at)"
                              " SELECT id, attempt, {now} FROM tasks WHERE id = $1";
    return DB_RUN(db, NULL, fault, sql, db_integer(task));
}

/* Finds the task that the key made before. */
static enum outcome find_made(struct db *db, const char *org, const char *dag,
                              const char *key, struct made *made, struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome =
        DB_RUN(db, &rows, fault,
               "SELECT id FROM tasks WHERE org = $1 AND dag = $2 AND dedupe_key = $3",
               db_text(org), db_text(dag), db_text(key));
    if (outcome == DONE)
        made->task = db_get_integer(rows, 0, 0);
    db_free(rows);
    return outcome;
}

enum outcome make_task(struct db *db, const char *org, const char *dag, int64_t version,
                       const char *job, const char *key, const char *cause,
                       struct made *made, struct fault *fault)
{
    static const char sql[] =
        "INSERT INTO tasks (org, dag, version_id, job, dedupe_key, cause, state,"
        " attempt, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'pending', 0, {now})"
        " ON CONFLICT (org, dag, dedupe_key) DO NOTHING RETURNING id";
    struct db_rows *rows;
    *made = (struct made){0};
    enum outcome outcome =
        DB_RUN(db, &rows, fault, sql, db_text(org), db_text(dag), db_integer(version),
               db_text(job), db_text(key), db_text(cause));
    if (outcome == DONE && db_count(rows) == 0) {
        outcome = find_made(db, org, dag, key, made, fault);
    } else if (outcome == DONE) {
        made->task = db_get_integer(rows, 0, 0);
        made->created = true;
        outcome = make_message(db, made->task, fault);
    }
    db_free(rows);
    return outcome;
}
