/* codes.h - look-ups in the one table of codes. */
#ifndef TD_CODES_H
#define TD_CODES_H

#include "../include/tracedag/tracedag-types.h"
#include "base.h"

/** The row of a code; NULL for a number that is no code. */
const tracedag_code_info *td_code_find(uint32_t number);

/** The row of a code that is given as `TD402`, as `402` or by its name, in any letter case; NULL
 *  for a text that is none of these. */
const tracedag_code_info *td_code_named(struct td_str text);

/** The position of a code's row among all; their number where there is none. */
uint32_t td_code_row(uint32_t number);

/** All rows in ascending order of numbers. */
const tracedag_code_info *td_code_table(size_t *count);

/** Whether a code is about documents together: alone, none has such a finding. */
static inline bool td_is_between(uint32_t code)
{
    return code >= TRACEDAG_CODE_UNPUBLISHED_DATASET;
}

#endif
