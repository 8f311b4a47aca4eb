#include "codes.h"

#include "../include/tracedag/tracedag-types.h"

static const struct td_code table[] = {
#define ROW(constant, number, severity, name, rule) \
    {number, TRACEDAG_##severity, name, rule},
    TRACEDAG_CODE_LIST(ROW)
#undef ROW
};

const struct td_code *td_code_table(size_t *count)
{
    *count = TD_COUNT(table);
    return table;
}

const struct td_code *td_code_find(uint32_t number)
{
    size_t low = 0;
    size_t high = TD_COUNT(table);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < TD_COUNT(table) && table[low].number == number ? &table[low] : NULL;
}
