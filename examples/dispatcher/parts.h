/* parts.h - the rows of a version: its jobs, edges and published datasets. */
#ifndef DISPATCHER_PARTS_H
#define DISPATCHER_PARTS_H

#include <tracedag/tracedag.h>

#include "db.h"

/** Stores the parts of a version, inside a transaction. */
enum outcome parts_store(struct db *db, int64_t version, const tracedag_dag *dag,
                         struct fault *fault);

#endif
