/* codes.h - look-ups in the one table of codes. */
#ifndef TD_CODES_H
#define TD_CODES_H

#include "../include/tracedag/tracedag-codes.h"
#include "base.h"

struct td_code {
    uint32_t number;
    uint32_t severity;
    const char *name;
    const char *rule;
};

/** The row of a code; NULL for a number that is no code. */
const struct td_code *td_code_find(uint32_t number);

/** All rows in ascending order of numbers. */
const struct td_code *td_code_table(size_t *count);

#endif
