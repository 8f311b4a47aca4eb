/* levels.h - how bad findings of each code are: the table says it, and options can say
 * otherwise of those that do not reject a document. */
#ifndef TD_LEVELS_H
#define TD_LEVELS_H

#include "codes.h"

#define TD_ONE_CODE(id, ...) TD_ROW_##id,
enum { TRACEDAG_CODE_LIST(TD_ONE_CODE) TD_CODE_COUNT };
#undef TD_ONE_CODE

/** The severity of each row of the table of codes; 0 where findings are not made. */
struct td_levels {
    uint8_t of[TD_CODE_COUNT];
};

/** All as the table has them. */
void td_levels_init(struct td_levels *levels);

/** Sets one, 0 to make no such findings. False for a number that is no code, for a code that
 *  rejects documents or counts what was left out, and for a severity that is none. */
bool td_levels_set(struct td_levels *levels, uint32_t code, uint32_t severity);

/** The one in force; 0 for a number that is no code, too. */
uint32_t td_levels_of(const struct td_levels *levels, uint32_t code);

#endif
