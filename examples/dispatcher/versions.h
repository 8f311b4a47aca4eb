/* versions.h - deploying, activating, rolling back, and looking at versions of DAGs.
 *
 * Each call is a transaction of its own. Answers are JSON, owned by the caller, NULL unless the
 * outcome is DONE (or REJECTED, where said so).
 */
#ifndef DISPATCHER_VERSIONS_H
#define DISPATCHER_VERSIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>
#include <tracedag/tracedag.h>

#include "db.h"

/** Who asks, and of which organisation. */
struct caller {
    const char *org;   /**< its id */
    const char *actor; /**< who it is, for the history */
};

/** Judges a document as deploy() does, and stores nothing. `*report` (owned) has the findings of the
 *  library for DONE, REJECTED, and CONFLICT, that it reads a dataset which is not there. */
enum outcome judge(struct db *db, const struct caller *caller, const char *bytes,
                   size_t size, tracedag_report **report, struct fault *fault);

/** Stores a document as a version of its DAG, or finds the version that it is already: one has
 *  the same `yaml_hash` and, byte by byte, the same canonical form. With `activate`, that version
 *  is active afterwards. The names that it publishes belong to its DAG from now on; a name that is
 *  another DAG's is a CONFLICT.
 *
 *  `*report` (owned) has the findings of the library for DONE and REJECTED. The answer:
 *  {"dag", "version", "yaml_hash", "source_hash", "created", "active", "datasets", "diff"}:
 *  `created` false when it was there before; `active` the number of the active version or null;
 *  `datasets` a list of {"name", "dataset_id"}; `diff` against the version that was active
 *  before, as diff_versions() has it, or null where there was none. */
enum outcome deploy(struct db *db, const struct caller *caller, const char *bytes,
                    size_t size, bool activate, tracedag_report **report, json_t **answer,
                    struct fault *fault);

/** Which move activate_version() makes. A rollback is one to a version that was active before. */
enum move { MOVE_ACTIVATE, MOVE_ROLLBACK };

/** Makes a version the active one. `version` is its number or its `yaml_hash`; for a rollback NULL
 *  is the version that was active before the present one. The answer: {"dag", "version",
 *  "yaml_hash", "previous", "changed"}; `changed` is false when it was active already. */
enum outcome activate_version(struct db *db, const struct caller *caller, const char *dag,
                              const char *version, enum move move, json_t **answer,
                              struct fault *fault);

/** Lists the DAGs of an organisation: [{"dag", "versions", "active"}], by name. */
enum outcome list_dags(struct db *db, const struct caller *caller, json_t **answer,
                       struct fault *fault);

/** Lists the versions of a DAG, the newest first: [{"version", "yaml_hash", "source_hash",
 *  "created_by", "created_at", "active"}]. */
enum outcome list_versions(struct db *db, const struct caller *caller, const char *dag,
                           json_t **answer, struct fault *fault);

/** Lists what was activated, the newest first: [{"version", "previous", "kind", "actor",
 *  "at"}]; empty where nothing was yet. */
enum outcome list_activations(struct db *db, const struct caller *caller, const char *dag,
                              json_t **answer, struct fault *fault);

/** Shows a version, found by number, hash, or NULL for the active one: what list_versions() has,
 *  and {"dag", "canonical", "source", "jobs", "edges", "publishes"}. */
enum outcome show_version(struct db *db, const struct caller *caller, const char *dag,
                          const char *version, json_t **answer, struct fault *fault);

/** Compares two versions of a DAG: {"old", "new", "changes", "scope", "breaking"}, the records of
 *  tracedag_diff_render(). NULL is the active version. */
enum outcome diff_versions(struct db *db, const struct caller *caller, const char *dag,
                           const char *older, const char *newer, json_t **answer,
                           struct fault *fault);

/** Lists the registry of an organisation: [{"name", "dataset_id", "dag", "version", "job",
 *  "output", "storage", "write_mode", "schema"}]. */
enum outcome list_datasets(struct db *db, const struct caller *caller, json_t **answer,
                           struct fault *fault);

#endif
