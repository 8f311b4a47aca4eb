#include "db_driver.h"

#include <stdlib.h>
#include <string.h>

struct db {
    const struct db_driver *driver;
    void *self;
    bool inside; /**< a transaction */
};

enum outcome db_open(const char *url, bool create, struct db **db, struct fault *fault)
{
    *db = calloc(1, sizeof **db);
    if (!*db)
        return fault_set(fault, NO_MEMORY, "no memory");
    enum outcome outcome;
    if (!strncmp(url, "sqlite:", 7) && url[7]) {
        (*db)->driver = &db_driver_sqlite;
        outcome = db_sqlite_open(url + 7, create, &(*db)->self, fault);
    } else if (!strncmp(url, "postgresql://", 13) || !strncmp(url, "postgres://", 11)) {
        (*db)->driver = &db_driver_postgres;
        outcome = db_postgres_open(url, &(*db)->self, fault);
    } else {
        outcome =
            fault_set(fault, MISUSE, "a database is `sqlite:PATH` or `postgresql://...`");
    }
    if (outcome != DONE) {
        free(*db);
        *db = NULL;
    }
    return outcome;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_rollback(db);
    db->driver->close(db->self);
    free(db);
}

static enum outcome begin(struct db *db, bool reading, struct fault *fault)
{
    enum outcome outcome = db->driver->begin(db->self, reading, fault);
    db->inside = outcome == DONE;
    return outcome;
}

enum outcome db_begin(struct db *db, struct fault *fault)
{
    return begin(db, false, fault);
}

enum outcome db_begin_reading(struct db *db, struct fault *fault)
{
    return begin(db, true, fault);
}

enum outcome db_commit(struct db *db, struct fault *fault)
{
    enum outcome outcome = db->driver->commit(db->self, fault);
    if (outcome != DONE)
        db->driver->rollback(db->self);
    db->inside = false;
    return outcome;
}

void db_rollback(struct db *db)
{
    if (db->inside)
        db->driver->rollback(db->self);
    db->inside = false;
}

enum outcome db_end(struct db *db, enum outcome outcome, struct fault *fault)
{
    if (outcome == DONE)
        outcome = db_commit(db, fault);
    db_rollback(db);
    return outcome;
}

struct db_value db_null(void)
{
    return (struct db_value){.kind = DB_NULL};
}

struct db_value db_integer(int64_t integer)
{
    return (struct db_value){.kind = DB_INTEGER, .integer = integer};
}

struct db_value db_text(const char *text)
{
    return text ? db_text_of(text, strlen(text)) : db_null();
}

struct db_value db_text_of(const char *bytes, size_t size)
{
    return (struct db_value){.kind = DB_TEXT, .bytes = bytes, .size = size};
}

struct db_value db_bytes(const char *bytes, size_t size)
{
    return (struct db_value){.kind = DB_BYTES, .bytes = bytes, .size = size};
}

/* The word in braces that a text begins with, and how long it is with them; NULL: none. */
static const char *word_at(const struct db_driver *driver, const char *text,
                           size_t *length)
{
    const struct {
        const char *braced, *word;
    } words[] = {{"{now}", driver->now},
                 {"{for update}", driver->for_update},
                 {"{skip locked}", driver->skip_locked}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        *length = strlen(words[i].braced);
        if (!strncmp(text, words[i].braced, *length))
            return words[i].word;
    }
    return NULL;
}

/* Writes a statement with the words of a database, if `to` is not NULL; returns its length. */
static size_t expand(const struct db_driver *driver, const char *sql, char *to)
{
    size_t size = 0;
    while (*sql) {
        size_t length, taken = 1;
        const char *word = *sql == '{' ? word_at(driver, sql, &taken) : NULL;
        length = word ? strlen(word) : 1;
        if (to)
            memcpy(to + size, word ? word : sql, length);
        size += length;
        sql += word ? taken : 1;
    }
    if (to)
        to[size] = '\0';
    return size;
}

enum outcome db_run(struct db *db, const char *sql, const struct db_value *values,
                    size_t count, struct db_rows **rows, struct fault *fault)
{
    if (rows)
        *rows = NULL;
    struct db_rows *got = calloc(1, sizeof *got);
    char *statement = malloc(expand(db->driver, sql, NULL) + 1);
    enum outcome outcome = NO_MEMORY;
    if (got && statement) {
        expand(db->driver, sql, statement);
        outcome = db->driver->run(db->self, statement, values, count, got, fault);
    } else {
        fault_set(fault, NO_MEMORY, "no memory");
    }
    free(statement);
    if (outcome == DONE && rows)
        *rows = got;
    else
        db_free(got);
    return outcome;
}

enum outcome db_script(struct db *db, const char *sql, struct fault *fault)
{
    return db->driver->script(db->self, sql, fault);
}

bool db_is_postgres(const struct db *db)
{
    return db->driver == &db_driver_postgres;
}

/* ---- rows ---- */

static const struct db_cell *cell(const struct db_rows *rows, size_t row, size_t column)
{
    return &rows->cells[row * rows->columns + column];
}

size_t db_count(const struct db_rows *rows)
{
    return rows->count;
}

bool db_is_null(const struct db_rows *rows, size_t row, size_t column)
{
    return !cell(rows, row, column)->bytes;
}

int64_t db_get_integer(const struct db_rows *rows, size_t row, size_t column)
{
    const char *text = cell(rows, row, column)->bytes;
    return text ? strtoll(text, NULL, 10) : 0;
}

const char *db_get(const struct db_rows *rows, size_t row, size_t column, size_t *size)
{
    if (size)
        *size = cell(rows, row, column)->size;
    return cell(rows, row, column)->bytes;
}

void db_free(struct db_rows *rows)
{
    if (!rows)
        return;
    for (size_t i = 0; i < rows->count * rows->columns; i++)
        free(rows->cells[i].bytes);
    free(rows->cells);
    free(rows);
}

struct db_cell *db_rows_grow(struct db_rows *rows)
{
    /* Doubling: there is room for the next power of two of rows. */
    if ((rows->count & (rows->count - 1)) == 0) {
        size_t room = rows->count ? 2 * rows->count : 1;
        struct db_cell *cells = realloc(
            rows->cells, room * (rows->columns ? rows->columns : 1) * sizeof *cells);
        if (!cells)
            return NULL;
        rows->cells = cells;
    }
    struct db_cell *row = rows->cells + rows->count++ * rows->columns;
    memset(row, 0, rows->columns * sizeof *row);
    return row;
}

bool db_cell_set(struct db_cell *cell, const void *bytes, size_t size)
{
    cell->bytes = malloc(size + 1);
    if (!cell->bytes)
        return false;
    if (size)
        memcpy(cell->bytes, bytes, size);
    cell->bytes[size] = '\0';
    cell->size = size;
    return true;
}
