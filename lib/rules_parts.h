/* rules_parts.h - how values are held against the fields of a catalog: `config` of jobs, and the
 * filters of inputs. */
#ifndef TD_RULES_PARTS_H
#define TD_RULES_PARTS_H

#include "catalog.h"
#include "rules.h"

/** So many missing fields of one map have a finding each; one more tells of the rest. Otherwise a
 *  few bytes of a job would cost as much as all fields of the catalog. */
enum { TD_MISSING_NAMED = 16 };

/** What judges values. */
struct td_allowed {
    struct td_reader *r;
    const struct td_scope *scope; /**< of what the values stand in */
    struct td_str head;           /**< `config`, or `where` */
    uint32_t code;                /**< of findings */
    const char *thing;            /**< whose fields they are: `operator` or `dataset`, */
    struct td_str name;           /**< and its name */
    uint32_t
        *seen; /**< by the number of a field: the map that has it; see td_allowed_map() */
};

/** Judges the map `node`, and all that is in it, by a list of fields that is closed. `seen` has
 *  room for all fields of the catalog. */
void td_allowed_map(const struct td_allowed *a, uint32_t node,
                    const tracedag_list *fields);

/** Says in a finding that the map of a path lacks more fields than have been named. */
void td_allowed_lacks_more(const struct td_allowed *a, struct td_finding *f,
                           struct td_str path);

/** Judges one value behind a key of a filter. */
void td_allowed_value(const struct td_allowed *a, uint32_t key,
                      const struct td_catalog_entry *entry);

/** Suggests the nearest name of a catalog, or says which there are; `noun` is `operators` or
 *  `datasets`, `node` the value that is to become the name. */
void td_catalog_advise(struct td_reader *r, struct td_finding *f, struct td_str found,
                       const struct td_index *index, const char *noun, uint32_t node);

/** The operator that judges each job; NULL for none. */
struct td_operators {
    const tracedag_operator **of; /**< in the order of the file */
};

/** Judges the filters of all inputs, and whether their datasets exist. */
void td_rules_filters(struct td_reader *r, const struct td_operators *operators);

#endif
