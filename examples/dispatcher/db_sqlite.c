/* db_sqlite.c - SQLite behind db.h: one file, write-ahead log, one writer at a time. */
#include "db_driver.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sqlite3.h>

/* How long a transaction waits for another one before it gives up. */
#define WAIT_MS 30000

/* Makes an outcome of a code of SQLite. */
static enum outcome fault_of(sqlite3 *base, int code, struct fault *fault)
{
    const char *text = base ? sqlite3_errmsg(base) : sqlite3_errstr(code);
    int extended = base ? sqlite3_extended_errcode(base) : code;
    if (code == SQLITE_NOMEM)
        return fault_set(fault, NO_MEMORY, "no memory");
    if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY)
        return fault_set(fault, CONFLICT, "the database refuses it: %s", text);
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return fault_set(fault, UNAVAILABLE, "the database cannot be used: %s", text);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return fault_set(fault, BROKEN, "the file is no sound database: %s", text);
    default:
        return fault_set(fault, BROKEN, "the database refuses it: %s", text);
    }
}

static enum outcome script(void *self, const char *sql, struct fault *fault)
{
    int code = sqlite3_exec(self, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? DONE : fault_of(self, code, fault);
}

enum outcome db_sqlite_open(const char *path, bool create, void **self,
                            struct fault *fault)
{
    sqlite3 *base = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code =
        sqlite3_open_v2(path, &base, flags | (create ? SQLITE_OPEN_CREATE : 0), NULL);
    enum outcome outcome = DONE;
    if (code != SQLITE_OK)
        outcome = fault_set(fault, UNAVAILABLE, "%s: %s", path, sqlite3_errstr(code));
    if (outcome == DONE) {
        sqlite3_busy_timeout(base, WAIT_MS);
        /* FULL: what is committed stays when the machine stops. Recursive triggers: those that
         * keep versions from being deleted see INSERT OR REPLACE too. */
        outcome = script(base,
                         "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                         "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;",
                         fault);
    }
    if (outcome == DONE)
        *self = base;
    else
        sqlite3_close(base);
    return outcome;
}

static void close_base(void *self)
{
    sqlite3_close(self);
}

static enum outcome begin(void *self, bool reading, struct fault *fault)
{
    /* IMMEDIATE: who will write takes the lock at once, so that nothing read goes stale. */
    return script(self, reading ? "BEGIN" : "BEGIN IMMEDIATE", fault);
}

static enum outcome commit(void *self, struct fault *fault)
{
    return script(self, "COMMIT", fault);
}

static void rollback(void *self)
{
    if (!sqlite3_get_autocommit(self))
        sqlite3_exec(self, "ROLLBACK", NULL, NULL, NULL);
}

/* SQLite would keep any bytes as text; those that are no UTF-8 could not be given back as JSON. */
static enum outcome check_text(const struct db_value *value, struct fault *fault)
{
    if (value->kind != DB_TEXT)
        return DONE;
    json_t *text = json_stringn(value->bytes, value->size);
    json_decref(text);
    return text ? DONE
                : fault_set(fault, MISUSE,
                            "the database cannot hold that value: a text is no UTF-8");
}

static int bind(sqlite3_stmt *statement, size_t number, const struct db_value *value)
{
    char name[24];
    snprintf(name, sizeof name, "$%zu", number);
    int index = sqlite3_bind_parameter_index(statement, name);
    switch (value->kind) {
    case DB_INTEGER:
        return sqlite3_bind_int64(statement, index, value->integer);
    case DB_TEXT:
        return sqlite3_bind_text64(statement, index, value->bytes, value->size,
                                   SQLITE_STATIC, SQLITE_UTF8);
    case DB_BYTES:
        /* A pointer that is NULL would bind the null value. */
        return sqlite3_bind_blob64(statement, index, value->size ? value->bytes : "",
                                   value->size, SQLITE_STATIC);
    default:
        return sqlite3_bind_null(statement, index);
    }
}

static bool read_row(sqlite3_stmt *statement, struct db_rows *rows)
{
    struct db_cell *row = db_rows_grow(rows);
    if (!row)
        return false;
    for (size_t i = 0; i < rows->columns; i++) {
        int column = (int)i;
        if (sqlite3_column_type(statement, column) == SQLITE_NULL)
            continue;
        const void *bytes = sqlite3_column_type(statement, column) == SQLITE_BLOB
                                ? sqlite3_column_blob(statement, column)
                                : sqlite3_column_text(statement, column);
        if (!db_cell_set(row + i, bytes, (size_t)sqlite3_column_bytes(statement, column)))
            return false;
    }
    return true;
}

static enum outcome run(void *self, const char *sql, const struct db_value *values,
                        size_t count, struct db_rows *rows, struct fault *fault)
{
    sqlite3_stmt *statement = NULL;
    for (size_t i = 0; i < count; i++)
        if (check_text(values + i, fault) != DONE)
            return fault->outcome;
    int code = sqlite3_prepare_v2(self, sql, -1, &statement, NULL);
    for (size_t i = 0; i < count && code == SQLITE_OK; i++)
        code = bind(statement, i + 1, values + i);
    if (code != SQLITE_OK) {
        enum outcome outcome = fault_of(self, code, fault);
        sqlite3_finalize(statement);
        return outcome;
    }
    rows->columns = (size_t)sqlite3_column_count(statement);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        if (!read_row(statement, rows)) {
            code = SQLITE_NOMEM;
            break;
        }
    enum outcome outcome = code == SQLITE_DONE ? DONE : fault_of(self, code, fault);
    sqlite3_finalize(statement);
    return outcome;
}

const struct db_driver db_driver_sqlite = {
    .close = close_base,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .run = run,
    .script = script,
    .now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    .for_update = "",
    .skip_locked = "",
};
