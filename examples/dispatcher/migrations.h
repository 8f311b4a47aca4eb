/* migrations.h - the tables, and how an older database becomes a newer one. */
#ifndef DISPATCHER_MIGRATIONS_H
#define DISPATCHER_MIGRATIONS_H

#include "db.h"

/** Brings the tables to the newest state, in one transaction; does nothing where they are.
 *  `*from` and `*to` are the numbers of the last migration before and after. A database that is
 *  newer than this program is a CONFLICT. */
enum outcome migrate(struct db *db, int *from, int *to, struct fault *fault);

/** Asks that all migrations have been made: else a fault says what to do. */
enum outcome migrations_check(struct db *db, struct fault *fault);

#endif
