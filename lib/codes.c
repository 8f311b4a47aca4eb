#include "codes.h"

static const tracedag_code_info table[] = {
#define TEXT(words) \
    { \
        words, sizeof(words) - 1 \
    }
#define ROW(constant, number, severity, name, rule) \
    {number, TRACEDAG_SEVERITY_##severity, TEXT(name), TEXT(rule)},
    TRACEDAG_CODE_LIST(ROW)
#undef ROW
#undef TEXT
};

const tracedag_code_info *td_code_table(size_t *count)
{
    *count = TD_COUNT(table);
    return table;
}

const tracedag_code_info *td_code_find(uint32_t number)
{
    size_t low = 0;
    size_t high = TD_COUNT(table);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table[middle].code < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < TD_COUNT(table) && table[low].code == number ? &table[low] : NULL;
}
