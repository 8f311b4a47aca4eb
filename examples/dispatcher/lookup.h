/* lookup.h - finding versions, for calls inside a transaction. */
#ifndef DISPATCHER_LOOKUP_H
#define DISPATCHER_LOOKUP_H

#include "versions.h"

/** A version of a DAG. */
struct version {
    int64_t id;
    int64_t number;
    char hash[TRACEDAG_HASH_ROOM];
};

/** Finds the active version: `version->id` is 0 where there is none. */
enum outcome find_active(struct db *db, const char *org, const char *dag,
                         struct version *version, struct fault *fault);

/** Finds a version by number or `yaml_hash`; NULL or `active` is the active one. NOT_FOUND where
 *  there is none. */
enum outcome find_version(struct db *db, const char *org, const char *dag,
                          const char *which, struct version *version,
                          struct fault *fault);

/** Reads the document of a version again. */
enum outcome read_version(struct db *db, const struct version *version,
                          tracedag_dag **dag, struct fault *fault);

/** Compares two versions: document_diff() and their numbers. */
enum outcome compare_versions(struct db *db, const struct version *older,
                              const struct version *newer, json_t **diff,
                              struct fault *fault);

#endif
