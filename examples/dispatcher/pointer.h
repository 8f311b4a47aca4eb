/* pointer.h - the one pointer of a DAG that says which version counts. */
#ifndef DISPATCHER_POINTER_H
#define DISPATCHER_POINTER_H

#include "lookup.h"

/** Makes a version the active one, inside a transaction that holds the organisation: the pointer,
 *  the history, when its cron sources are due, and the tasks of its sources that are always on.
 *  `*moved` is false when it was active already. */
enum outcome pointer_move(struct db *db, const struct caller *caller, const char *dag,
                          const struct version *version, enum move move, bool *moved,
                          struct fault *fault);

#endif
