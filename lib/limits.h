/* limits.h - the limits of a call, by the numbers of enum tracedag_limit; and their table. */
#ifndef TD_LIMITS_H
#define TD_LIMITS_H

#include "base.h"

enum { TD_LIMIT_COUNT = 20 }; /* one more than the last of enum tracedag_limit */

/** Limits in force, indexed by enum tracedag_limit. */
struct td_limits {
    uint64_t of[TD_LIMIT_COUNT];
};

/** All limits at their defaults. */
void td_limits_init(struct td_limits *limits);

/** Sets one, 0 for its default; false for an unknown one or a value above its ceiling. */
bool td_limits_set(struct td_limits *limits, uint32_t limit, uint64_t value);

#endif
