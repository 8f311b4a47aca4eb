/* conditions.h - what fields of one map require and refuse of each other, as a table, for
 * descriptions of the format. What the validator does about it stands in the `rules_*.c` and
 * `read_*.c`; tests/check_schema.py holds the two against each other. */
#ifndef TD_CONDITIONS_H
#define TD_CONDITIONS_H

#include "fields.h"

enum td_claim {
    TD_CLAIM_NONE, /**< ends a list of clauses */
    TD_IS_THERE,
    TD_IS_ABSENT,
    TD_IS_WORD,     /**< it is the text `word` */
    TD_IS_POSITIVE, /**< a number of 1 or more */
    TD_IS_FILLED,   /**< a list that is not empty */
    TD_IS_EMPTY,    /**< a list without items, or no list at all */
    TD_IS_UNTRUSTED /**< an operator that no catalog trusts on lambda */
};

struct td_clause {
    enum td_claim claim;
    uint32_t field;
    const char *word;
};

enum { TD_PREMISES_MOST = 2, TD_DEMANDS_MOST = 5 };

/** Where all clauses of `when` hold, all of `then` must. */
struct td_condition {
    const struct td_shape *shape;
    struct td_clause when[TD_PREMISES_MOST + 1];
    struct td_clause then[TD_DEMANDS_MOST + 1];
};

/** All conditions; those of one shape stand together. */
const struct td_condition *td_conditions(size_t *count);

#endif
