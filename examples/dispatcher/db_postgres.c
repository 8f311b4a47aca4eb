/* db_postgres.c - PostgreSQL behind db.h, by libpq. */
#include "db_driver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

/* Type numbers that PostgreSQL never changes, of pg_type.dat. */
enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };

#define MOST_VALUES 32

/* Copies the first line of what PostgreSQL says, without its end of line. */
static void first_line(const char *text, char *line, size_t room)
{
    size_t length = strcspn(text, "\n");
    snprintf(line, room, "%.*s", (int)(length < room ? length : room - 1), text);
}

static enum outcome lost(PGconn *base, struct fault *fault)
{
    char line[256];
    first_line(PQerrorMessage(base), line, sizeof line);
    return fault_set(fault, UNAVAILABLE, "the database does not answer: %s", line);
}

/* Makes an outcome of a result that is a failure, by its SQLSTATE. */
static enum outcome fault_of(PGconn *base, const PGresult *result, struct fault *fault)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (PQstatus(base) != CONNECTION_OK || !state)
        return lost(base, fault);
    char line[256];
    first_line(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), line, sizeof line);
    if (!strcmp(state, "23505")) /* unique_violation */
        return fault_set(fault, CONFLICT, "the database refuses it: %s", line);
    if (!strncmp(state, "22",
                 2)) /* data exception: bytes that are no UTF-8, a NUL in a text */
        return fault_set(fault, MISUSE, "the database cannot hold that value: %s", line);
    /* 08 connection, 40 rolled back (a deadlock, or two that met), 53 resources, 57 shut down,
     * 55P03 a lock that is not to be had, 25006 a server that only reads. */
    static const char *const passing[] = {"08", "40", "53", "57", "55P03", "25006"};
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (!strncmp(state, passing[i], strlen(passing[i])))
            return fault_set(fault, UNAVAILABLE, "the database cannot be used: %s", line);
    return fault_set(fault, BROKEN, "the database refuses it: %s", line);
}

static void be_silent(void *nothing, const char *notice)
{
    (void)nothing;
    (void)notice;
}

enum outcome db_postgres_open(const char *uri, void **self, struct fault *fault)
{
    PGconn *base = PQconnectdb(uri);
    if (!base)
        return fault_set(fault, NO_MEMORY, "no memory");
    if (PQstatus(base) != CONNECTION_OK) {
        lost(base, fault);
        PQfinish(base);
        return fault->outcome;
    }
    PQsetNoticeProcessor(base, be_silent, NULL);
    *self = base;
    return DONE;
}

static void close_base(void *self)
{
    PQfinish(self);
}

static enum outcome script(void *self, const char *sql, struct fault *fault)
{
    PGresult *result = PQexec(self, sql);
    ExecStatusType status = PQresultStatus(result);
    enum outcome outcome = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
                               ? DONE
                               : fault_of(self, result, fault);
    PQclear(result);
    return outcome;
}

static enum outcome begin(void *self, bool reading, struct fault *fault)
{
    const char *sql =
        reading ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" : "BEGIN";
    enum outcome outcome = script(self, sql, fault);
    if (outcome == DONE || PQstatus(self) == CONNECTION_OK)
        return outcome;
    PQreset(self); /* the connection was lost since it was used last */
    return PQstatus(self) == CONNECTION_OK ? script(self, sql, fault) : lost(self, fault);
}

static enum outcome commit(void *self, struct fault *fault)
{
    /* COMMIT of a transaction that failed answers ROLLBACK, and no error. */
    PGresult *result = PQexec(self, "COMMIT");
    enum outcome outcome = DONE;
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        outcome = fault_of(self, result, fault);
    else if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
        outcome = fault_set(fault, BROKEN, "a transaction that failed cannot be kept");
    PQclear(result);
    return outcome;
}

static void rollback(void *self)
{
    if (PQtransactionStatus(self) != PQTRANS_IDLE)
        PQclear(PQexec(self, "ROLLBACK"));
}

/* The values in the form of PQexecParams(): integers as text, bytes as they are. */
struct parameters {
    Oid types[MOST_VALUES];
    const char *values[MOST_VALUES];
    int sizes[MOST_VALUES];
    int formats[MOST_VALUES];
    char digits[MOST_VALUES][24];
};

static void set_parameter(struct parameters *p, size_t i, const struct db_value *value)
{
    static const Oid types[] = {
        [DB_INTEGER] = OID_INT8, [DB_TEXT] = OID_TEXT, [DB_BYTES] = OID_BYTEA};
    p->types[i] =
        types[value->kind]; /* 0, of the null value: as the statement needs it */
    p->values[i] = value->kind == DB_NULL ? NULL : value->size ? value->bytes : "";
    p->sizes[i] = (int)value->size;
    p->formats[i] = value->kind != DB_INTEGER;
    if (value->kind == DB_INTEGER) {
        snprintf(p->digits[i], sizeof p->digits[i], "%" PRId64, value->integer);
        p->values[i] = p->digits[i];
    }
}

static bool read_cell(const PGresult *result, int row, int column, struct db_cell *cell)
{
    if (PQgetisnull(result, row, column))
        return true;
    const char *text = PQgetvalue(result, row, column);
    if (PQftype(result, column) != OID_BYTEA)
        return db_cell_set(cell, text, (size_t)PQgetlength(result, row, column));
    size_t size = 0;
    unsigned char *bytes = PQunescapeBytea((const unsigned char *)text, &size);
    bool good = bytes && db_cell_set(cell, bytes, size);
    PQfreemem(bytes);
    return good;
}

static bool read_rows(const PGresult *result, struct db_rows *rows)
{
    rows->columns = (size_t)PQnfields(result);
    for (int row = 0; row < PQntuples(result); row++) {
        struct db_cell *cells = db_rows_grow(rows);
        if (!cells)
            return false;
        for (int column = 0; column < PQnfields(result); column++)
            if (!read_cell(result, row, column, cells + column))
                return false;
    }
    return true;
}

static enum outcome run(void *self, const char *sql, const struct db_value *values,
                        size_t count, struct db_rows *rows, struct fault *fault)
{
    struct parameters p;
    if (count > MOST_VALUES)
        return fault_set(fault, BROKEN, "a statement with too many values");
    for (size_t i = 0; i < count; i++)
        set_parameter(&p, i, values + i);
    PGresult *result =
        PQexecParams(self, sql, (int)count, p.types, p.values, p.sizes, p.formats, 0);
    enum outcome outcome = DONE;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK) {
        if (!read_rows(result, rows))
            outcome = fault_set(fault, NO_MEMORY, "no memory");
    } else if (status != PGRES_COMMAND_OK) {
        outcome = fault_of(self, result, fault);
    }
    PQclear(result);
    return outcome;
}

const struct db_driver db_driver_postgres = {
    .close = close_base,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .run = run,
    .script = script,
    .now = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
    .for_update = " FOR NO KEY UPDATE",
    .skip_locked = " FOR UPDATE OF t SKIP LOCKED",
};
