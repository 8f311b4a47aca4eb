/* scope.h - where in a DAG a value is judged, in the words of messages: "`outputs` of job `a`",
 * "input 0 of job `b`". And where its findings point. */
#ifndef TD_SCOPE_H
#define TD_SCOPE_H

#include "diag.h"
#include "node.h"

enum td_scope_kind {
    TD_SCOPE_DAG,
    TD_SCOPE_DEFAULTS,
    TD_SCOPE_JOB,
    TD_SCOPE_INPUT,
    TD_SCOPE_DATASET,
    TD_SCOPE_COLUMN,
    TD_SCOPE_CATALOG, /**< and what follows: things of a catalog */
    TD_SCOPE_OPERATOR,
    TD_SCOPE_READABLE /**< a dataset */
};

struct td_scope {
    enum td_scope_kind kind;
    struct td_str job;  /**< its name; empty when it has none that can be read */
    uint32_t job_index; /**< its position in the file */
    uint32_t input;
    struct td_str dataset;
    struct td_str entry;  /**< the name of an operator or dataset of a catalog */
    struct td_str column; /**< its name; empty likewise */
    uint32_t column_index;
    struct td_str path; /**< the map inside, such as `udf`; empty for the thing itself */
    uint32_t key;       /**< the key that the map is the value of; 0 for none */
    uint32_t list;      /**< the list that the map is an item of; 0 for none */
    uint32_t node;      /**< the map */
    uint32_t alias;     /**< the alias that it was reached by; 0 for none */
};

static inline bool td_scope_in_catalog(const struct td_scope *scope)
{
    return scope->kind >= TD_SCOPE_CATALOG;
}

/** The scope of the map `node`, which is the value of the field `path` at `key`. */
struct td_scope td_scope_inner(const struct td_scope *scope, struct td_str path,
                               uint32_t key, uint32_t node);

/** What stands in the scope: "job `a`", "`udf` of job `a`", "this DAG". */
struct td_str td_scope_owner(struct td_diag *diag, const struct td_scope *scope);

/** A field of it: "`outputs` of job `a`", "`udf.bundle_id` of job `a`". */
struct td_str td_scope_field(struct td_diag *diag, const struct td_scope *scope,
                             struct td_str field);

/** What opens the map or list `node`: the key that it is the value of, or its `-`. */
struct td_span td_opener(const struct td_tree *tree, uint32_t node, uint32_t key,
                         uint32_t list);

/** The opener of the scope's map. */
struct td_span td_scope_opener(const struct td_tree *tree, const struct td_scope *scope);

/** Where a fault of the value `node` points: its text; a block by its opener. */
struct td_span td_value_span(const struct td_tree *tree, uint32_t node, uint32_t key,
                             uint32_t list);

/** The key of a map with a name; 0 when there is none. */
uint32_t td_find_key(const struct td_tree *tree, uint32_t map, struct td_str name);

/** The text of a field of a map that may be damaged elsewhere; empty when it has none. */
struct td_str td_peek_text(const struct td_tree *tree, uint32_t map, struct td_str field);

/** The `-` of a list item that begins at an offset. */
struct td_span td_dash(const struct td_tree *tree, uint32_t list, uint32_t start);

/** Starts a finding about the scope's thing: its subject, and how it was reached. */
struct td_finding *td_scope_report(struct td_diag *diag, const struct td_tree *tree,
                                   const struct td_scope *scope, uint32_t code,
                                   struct td_span span, uint32_t place);

#endif
