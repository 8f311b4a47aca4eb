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

uint32_t td_code_row(uint32_t number)
{
    const tracedag_code_info *row = td_code_find(number);
    return (uint32_t)(row ? row - table : (ptrdiff_t)TD_COUNT(table));
}

/* The letters of codes and names are those of ASCII, whatever the locale. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_same(struct td_str text, struct td_str lower_case)
{
    if (text.len != lower_case.len)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (lower(text.ptr[i]) != lower_case.ptr[i])
            return false;
    return true;
}

/* The number of a text like `TD402` or `402`; 0, which is no code, for any other. */
static uint32_t number_of(struct td_str text)
{
    enum { DIGITS = 3 };
    if (text.len == DIGITS + 2 && is_same((struct td_str){text.ptr, 2}, TD_S("td")))
        text = (struct td_str){text.ptr + 2, DIGITS};
    uint32_t number = 0;
    if (text.len != DIGITS)
        return 0;
    for (size_t i = 0; i < DIGITS; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return 0;
        number = number * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    return number;
}

const tracedag_code_info *td_code_named(struct td_str text)
{
    const tracedag_code_info *row = td_code_find(number_of(text));
    for (size_t i = 0; !row && i < TD_COUNT(table); i++)
        if (is_same(text, (struct td_str){table[i].name.ptr, table[i].name.len}))
            row = &table[i];
    return row;
}
