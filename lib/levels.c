#include "levels.h"

void td_levels_init(struct td_levels *levels)
{
    size_t count;
    const tracedag_code_info *table = td_code_table(&count);
    for (size_t i = 0; i < count; i++)
        levels->of[i] = (uint8_t)table[i].severity;
}

bool td_levels_set(struct td_levels *levels, uint32_t code, uint32_t severity)
{
    const tracedag_code_info *row = td_code_find(code);
    if (!row || row->severity == TRACEDAG_SEVERITY_ERROR ||
        code == TRACEDAG_CODE_DROPPED || severity > TRACEDAG_SEVERITY_NOTE)
        return false;
    levels->of[td_code_row(code)] = (uint8_t)severity;
    return true;
}

uint32_t td_levels_of(const struct td_levels *levels, uint32_t code)
{
    size_t row = td_code_row(code);
    return row < TD_CODE_COUNT ? levels->of[row] : 0;
}
