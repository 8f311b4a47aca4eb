#include "migrations.h"

#define BYTES "BLOB"
#define INTEGER "INTEGER"
#define ROW_ID "INTEGER PRIMARY KEY AUTOINCREMENT"
static const char tables_sqlite[] =
#include "tables.h"
    ;
#undef BYTES
#undef INTEGER
#undef ROW_ID

#define BYTES "BYTEA"
#define INTEGER "BIGINT"
#define ROW_ID "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
static const char tables_postgres[] =
#include "tables.h"
    ;

/* What is a record of the past stays as it is. In SQLite, INSERT OR REPLACE deletes: it fires the
 * trigger of DELETE, as recursive_triggers is on (see db_sqlite.c), and for connections that have
 * it off the one of INSERT refuses a key that is taken. */
#define KEEP_SQLITE(table, same_row) \
    "CREATE TRIGGER " table "_no_update BEFORE UPDATE ON " table \
    " BEGIN SELECT RAISE(ABORT, '" table " never change'); END;" \
    "CREATE TRIGGER " table "_no_delete BEFORE DELETE ON " table \
    " BEGIN SELECT RAISE(ABORT, '" table " never change'); END;" \
    "CREATE TRIGGER " table "_no_replace BEFORE INSERT ON " table \
    " WHEN EXISTS (SELECT 1 FROM " table " WHERE " same_row ")" \
    " BEGIN SELECT RAISE(ABORT, '" table " never change'); END;"

static const char keep_sqlite[] =
    KEEP_SQLITE("dag_versions", "id = NEW.id OR (org = NEW.org AND dag = NEW.dag AND"
                                " (yaml_hash = NEW.yaml_hash OR number = NEW.number))")
        KEEP_SQLITE("version_jobs", "version_id = NEW.version_id AND name = NEW.name")
            KEEP_SQLITE("version_edges",
                        "version_id = NEW.version_id AND reader = NEW.reader"
                        " AND position = NEW.position")
                KEEP_SQLITE("version_publishes",
                            "version_id = NEW.version_id AND dataset = NEW.dataset")
                    KEEP_SQLITE("activations", "id = NEW.id");

#define KEEP_POSTGRES(table) \
    "CREATE TRIGGER " table "_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON " table \
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"

static const char keep_postgres[] =
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION '% never change', TG_TABLE_NAME; END $$;" KEEP_POSTGRES(
        "dag_versions") KEEP_POSTGRES("version_jobs") KEEP_POSTGRES("version_edges")
        KEEP_POSTGRES("version_publishes") KEEP_POSTGRES("activations");

/** A migration: scripts for both databases, NULL behind the last one. */
struct migration {
    const char *name;
    const char *sqlite[3];
    const char *postgres[3];
};

static const struct migration migrations[] = {
    {"tables", {tables_sqlite, keep_sqlite}, {tables_postgres, keep_postgres}},
};

#define NEWEST ((int)(sizeof migrations / sizeof *migrations))

/* Finds the number of the last migration that was made. */
static enum outcome state_of(struct db *db, int *number, struct fault *fault)
{
    struct db_rows *rows;
    enum outcome outcome = db_run(db, "SELECT COALESCE(MAX(number), 0) FROM migrations",
                                  NULL, 0, &rows, fault);
    if (outcome == DONE)
        *number = (int)db_get_integer(rows, 0, 0);
    db_free(rows);
    return outcome;
}

static enum outcome apply(struct db *db, int number, struct fault *fault)
{
    const struct migration *m = &migrations[number - 1];
    const char *const *script = db_is_postgres(db) ? m->postgres : m->sqlite;
    enum outcome outcome = DONE;
    for (; *script && outcome == DONE; script++)
        outcome = db_script(db, *script, fault);
    if (outcome != DONE)
        return outcome;
    return DB_RUN(db, NULL, fault,
                  "INSERT INTO migrations (number, name) VALUES ($1, $2)",
                  db_integer(number), db_text(m->name));
}

static enum outcome too_new(int number, struct fault *fault)
{
    return fault_set(
        fault, CONFLICT,
        "the database has migration %d, this program knows %d: use a newer one", number,
        NEWEST);
}

/* All inside a transaction; who comes second waits for the lock and finds nothing to do. */
static enum outcome migrate_inside(struct db *db, int *from, struct fault *fault)
{
    enum outcome outcome = DONE;
    if (db_is_postgres(
            db)) /* a lock of no table, for there is none yet: any number, kept */
        outcome = db_script(db, "SELECT pg_advisory_xact_lock(7239117)", fault);
    if (outcome == DONE)
        outcome = db_script(db,
                            "CREATE TABLE IF NOT EXISTS migrations"
                            " (number INTEGER PRIMARY KEY, name TEXT NOT NULL)",
                            fault);
    if (outcome == DONE)
        outcome = state_of(db, from, fault);
    if (outcome == DONE && *from > NEWEST)
        outcome = too_new(*from, fault);
    for (int number = *from + 1; number <= NEWEST && outcome == DONE; number++)
        outcome = apply(db, number, fault);
    return outcome;
}

enum outcome migrate(struct db *db, int *from, int *to, struct fault *fault)
{
    *from = 0;
    *to = NEWEST;
    enum outcome outcome = db_begin(db, fault);
    if (outcome == DONE)
        outcome = migrate_inside(db, from, fault);
    outcome = db_end(db, outcome, fault);
    return outcome;
}

enum outcome migrations_check(struct db *db, struct fault *fault)
{
    int number = 0;
    enum outcome outcome = db_begin_reading(db, fault);
    if (outcome == DONE)
        outcome = state_of(db, &number, fault);
    db_rollback(db);
    if (outcome == BROKEN || (outcome == DONE && number < NEWEST))
        return fault_set(fault, CONFLICT,
                         "the database is not ready: run `dispatcher migrate` first");
    if (outcome == DONE && number > NEWEST)
        return too_new(number, fault);
    return outcome;
}
