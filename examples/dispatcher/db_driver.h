/* db_driver.h - what a back end of db.h has to do. */
#ifndef DISPATCHER_DB_DRIVER_H
#define DISPATCHER_DB_DRIVER_H

#include "db.h"

/** One value of the result, as text; bytes of a blob are not encoded. */
struct db_cell {
    char *bytes; /**< owned, ended by a NUL; NULL is the null value */
    size_t size;
};

struct db_rows {
    struct db_cell *cells; /**< row by row */
    size_t count;          /**< of rows */
    size_t columns;
};

/** A back end. `self` is its own record of the connection. */
struct db_driver {
    void (*close)(void *self);
    enum outcome (*begin)(void *self, bool reading, struct fault *fault);
    enum outcome (*commit)(void *self, struct fault *fault);
    void (*rollback)(void *self);
    enum outcome (*run)(void *self, const char *sql, const struct db_value *values,
                        size_t count, struct db_rows *rows, struct fault *fault);
    enum outcome (*script)(void *self, const char *sql, struct fault *fault);
    const char *now, *for_update, *skip_locked; /**< for the words in braces */
};

extern const struct db_driver db_driver_sqlite;
extern const struct db_driver db_driver_postgres;

enum outcome db_sqlite_open(const char *path, bool create, void **self,
                            struct fault *fault);
enum outcome db_postgres_open(const char *uri, void **self, struct fault *fault);

/** Makes room for one more row, all of it null; NULL without memory. */
struct db_cell *db_rows_grow(struct db_rows *rows);

/** Sets a cell to a copy of some bytes. */
bool db_cell_set(struct db_cell *cell, const void *bytes, size_t size);

#endif
