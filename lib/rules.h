/* rules.h - rules between fields: what an activation needs, keys and strategies, trust, and
 * how a dataset is stored. Every rule is one small function, and silent where a value that it
 * needs has a fault of its own. */
#ifndef TD_RULES_H
#define TD_RULES_H

#include "read.h"

/** Judges every job of a read model. */
void td_rules_jobs(struct td_reader *r);

/** Judges every job and input by the reader's catalog. */
void td_rules_catalog(struct td_reader *r);

/** Judges every published dataset, once references are resolved. */
void td_rules_publishes(struct td_reader *r);

#endif
