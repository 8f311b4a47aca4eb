/* db.h - one interface to SQLite and PostgreSQL.
 *
 * Statements are written once, in the SQL that both understand, with $1, $2, ... for values, which
 * are never pasted into the text. What the two say differently is a word in braces:
 *
 *     {now}          the database's clock, milliseconds since 1970-01-01T00:00:00Z
 *     {for update}   behind a SELECT: lock the rows (SQLite locks the whole file)
 *     {skip locked}  the same of the table `t`, and leave out rows that others lock
 *
 * A connection is for one thread at a time.
 */
#ifndef DISPATCHER_DB_H
#define DISPATCHER_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

/** A connection. */
struct db;

/** Opens a database: `sqlite:PATH`, or a connection URI of PostgreSQL, `postgresql://...`. With
 *  `create`, a file that does not exist is made. `*db` is owned, also by db_close(). */
enum outcome db_open(const char *url, bool create, struct db **db, struct fault *fault);

/** Closes a connection; NULL is fine. A transaction that is open is rolled back. */
void db_close(struct db *db);

/** Begins a transaction that may write. It opens a lost connection again. */
enum outcome db_begin(struct db *db, struct fault *fault);

/** Begins a transaction that only reads, all of it at one state of the database. */
enum outcome db_begin_reading(struct db *db, struct fault *fault);

/** Ends the transaction and keeps what it did. When that fails, nothing is kept; only where the
 *  connection is lost in that moment (UNAVAILABLE) it is not known. */
enum outcome db_commit(struct db *db, struct fault *fault);

/** Ends the transaction, if there is one, and undoes what it did. */
void db_rollback(struct db *db);

/** Ends the transaction, if there is one, as what was done in it ended: db_commit() for DONE,
 *  db_rollback() for anything else. Returns how all of it ended. */
enum outcome db_end(struct db *db, enum outcome outcome, struct fault *fault);

/** A value of a statement. */
struct db_value {
    enum { DB_NULL, DB_INTEGER, DB_TEXT, DB_BYTES } kind;
    int64_t integer;
    const char *bytes; /**< of text and bytes, borrowed */
    size_t size;
};

struct db_value db_null(void);
struct db_value db_integer(int64_t integer);
struct db_value db_text(const char *text); /**< NULL is the null value */
struct db_value db_text_of(const char *bytes, size_t size);
struct db_value db_bytes(const char *bytes, size_t size);

/** What a statement gave. */
struct db_rows;

/** Runs one statement. `*rows` (may be NULL) is owned. A violated unique key is CONFLICT; that two
 *  transactions met and one has to be done again is UNAVAILABLE. */
enum outcome db_run(struct db *db, const char *sql, const struct db_value *values,
                    size_t count, struct db_rows **rows, struct fault *fault);

/** db_run() with the values as arguments. */
#define DB_RUN(db, rows, fault, sql, ...) \
    db_run(db, sql, (const struct db_value[]){__VA_ARGS__}, \
           sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value), \
           rows, fault)

/** Runs statements without values and results, one after the other, as a migration has them. */
enum outcome db_script(struct db *db, const char *sql, struct fault *fault);

size_t db_count(const struct db_rows *rows);
bool db_is_null(const struct db_rows *rows, size_t row, size_t column);
int64_t db_get_integer(const struct db_rows *rows, size_t row, size_t column);
/** Text or bytes, borrowed from the rows and ended by a NUL; `size` may be NULL. Of a null value
 *  it is NULL. */
const char *db_get(const struct db_rows *rows, size_t row, size_t column, size_t *size);
void db_free(struct db_rows *rows);

/** Whether it is PostgreSQL. */
bool db_is_postgres(const struct db *db);

#endif
