/* registry.h - which DAG a dataset's name belongs to. */
#ifndef DISPATCHER_REGISTRY_H
#define DISPATCHER_REGISTRY_H

#include "versions.h"

/** Takes the names that a DAG publishes, inside a transaction that holds the organisation: adds to
 *  `datasets` a {"name", "dataset_id"} each. Names that are another
 *  DAG's are a CONFLICT that names them and their DAGs. */
enum outcome registry_take(struct db *db, const char *org, const tracedag_dag *dag,
                           json_t *datasets, struct fault *fault);

/** Asks that every dataset which a DAG reads from others is in the catalog of its report, or belongs
 *  to a DAG of the organisation: else a CONFLICT that
 *  names those that are not. */
enum outcome registry_has(struct db *db, const char *org, const tracedag_dag *dag,
                          const tracedag_report *report, struct fault *fault);

#endif
