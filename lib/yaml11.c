#include "yaml11.h"

#include "calendar.h"
#include "number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_in(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Steps over characters of a set; true when there was one. */
static bool take_some(struct td_str *text, const char *set)
{
    size_t len = text->len;
    while (text->len > 0 && is_in(*text->ptr, set)) {
        text->ptr++;
        text->len--;
    }
    return text->len < len;
}

static bool take_one(struct td_str *text, const char *set)
{
    bool found = text->len > 0 && is_in(*text->ptr, set);
    text->ptr += found;
    text->len -= found;
    return found;
}

static const char digits[] = "0123456789";

/* ---- words ------------------------------------------------------------------------------ */

enum { WORD_MOST = 3 };

static const struct {
    struct td_str word;
    const char *reading;
} words[] = {
    {{"y", 1}, "true"},
    {{"yes", 3}, "true"},
    {{"on", 2}, "true"},
    {{"n", 1}, "false"},
    {{"no", 2}, "false"},
    {{"off", 3}, "false"},
    {{"=", 1}, "a special value"},
    {{"<<", 2}, "a merge key"},
};

/* In one of three cases: `no`, `No`, `NO`. */
static bool is_word(struct td_str text, struct td_str word)
{
    bool all_upper = true;
    bool rest_lower = true;
    if (text.len != word.len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (lower(text.ptr[i]) != word.ptr[i])
            return false;
        bool upper = text.ptr[i] != word.ptr[i];
        all_upper &= upper;
        rest_lower &= i == 0 || !upper;
    }
    return all_upper || rest_lower;
}

static const char *as_word(struct td_str text)
{
    for (size_t i = 0; i < TD_COUNT(words); i++) {
        if (is_word(text, words[i].word))
            return words[i].reading;
    }
    return NULL;
}

/* ---- numbers ---------------------------------------------------------------------------- */

/* `0b1`, `-0x1F`, `0O17`: a prefix that YAML 1.2 does not know, with a digit behind it. */
static const char *as_prefixed(struct td_str text)
{
    static const struct {
        const char *letter;
        const char *set;
        const char *reading;
    } bases[] = {
        {"bB", "01_", "a binary number"},
        {"xX", "0123456789abcdefABCDEF_", "a hexadecimal number"},
        {"oO", "01234567_", "an octal number"},
    };
    take_one(&text, "+-");
    if (!take_one(&text, "0"))
        return NULL;
    for (size_t i = 0; i < TD_COUNT(bases); i++) {
        struct td_str rest = text;
        if (take_one(&rest, bases[i].letter) && take_some(&rest, bases[i].set) &&
            rest.len == 0)
            return bases[i].reading;
    }
    return NULL;
}

/* `1_000`, `1_0.5`, `1_0e3`: with its `_` taken out it is a number. Only short text can be. */
static const char *as_grouped(struct td_str text)
{
    enum { LONGEST = 256 };
    char plain[LONGEST];
    size_t len = 0;
    if (text.len > LONGEST || !memchr(text.ptr, '_', text.len) ||
        !is_in(text.ptr[0], "+-0123456789"))
        return NULL;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '_')
            plain[len++] = text.ptr[i];
    }
    enum td_scalar kind = td_scalar_resolve((struct td_str){plain, len});
    return kind == TD_SCALAR_INTEGER || kind == TD_SCALAR_FLOAT ? "a number" : NULL;
}

/* `12:30`, `190:20:30.15`. */
static const char *as_base_60(struct td_str text)
{
    take_one(&text, "+-");
    if (text.len == 0 || !is_digit(*text.ptr))
        return NULL;
    bool needs_point = *text.ptr == '0';
    bool parts = false;
    take_some(&text, "0123456789_");
    while (take_one(&text, ":")) {
        struct td_str part = text;
        take_some(&text, digits);
        size_t len = part.len - text.len;
        if (len == 0 || len > 2 || (len == 2 && part.ptr[0] > '5'))
            return NULL;
        parts = true;
    }
    if (take_one(&text, "."))
        take_some(&text, "0123456789_");
    else if (needs_point)
        return NULL;
    return parts && text.len == 0 ? "a number in base 60" : NULL;
}

static bool take_count(struct td_str *text, size_t least, size_t most)
{
    struct td_str part = *text;
    take_some(text, digits);
    size_t len = part.len - text->len;
    return len >= least && len <= most;
}

/* Takes a number of one or two digits. */
static bool take_part(struct td_str *text, uint32_t *value)
{
    struct td_str part = *text;
    *value = 0;
    if (!take_count(text, 1, 2))
        return false;
    for (size_t i = 0; i < part.len - text->len; i++)
        *value = *value * 10 + (uint32_t)(part.ptr[i] - '0');
    return true;
}

/* Months and days with one digit are a date to Go alone, which looks whether there is one. */
static bool may_be_date(struct td_str text, uint32_t month, uint32_t day)
{
    const size_t full = strlen("2026-01-02");
    uint32_t year = 0;
    for (size_t i = 0; i < 4; i++)
        year = year * 10 + (uint32_t)(text.ptr[i] - '0');
    return text.len >= full || (month >= 1 && month <= 12 && day >= 1 &&
                                day <= td_month_length(td_is_leap(year), month));
}

/* `2026-01-02`, `2026-1-2`, `2026-01-02T03:04:05.6Z`, `2026-01-02 3:04:05 +01:00`. */
static const char *as_date(struct td_str text)
{
    const struct td_str all = text;
    uint32_t month;
    uint32_t day;
    if (!take_count(&text, 4, 4) || !take_one(&text, "-") || !take_part(&text, &month) ||
        !take_one(&text, "-") || !take_part(&text, &day))
        return NULL;
    if (text.len == 0)
        return may_be_date(all, month, day) ? "a date" : NULL;
    if (!take_one(&text, "Tt") && !take_some(&text, " \t"))
        return NULL;
    if (!take_count(&text, 1, 2) || !take_one(&text, ":") || !take_count(&text, 2, 2) ||
        !take_one(&text, ":") || !take_count(&text, 2, 2))
        return NULL;
    if (take_one(&text, "."))
        take_some(&text, digits);
    take_some(&text, " \t");
    if (take_one(&text, "+-")) {
        if (!take_count(&text, 1, 2) ||
            (take_one(&text, ":") && !take_count(&text, 2, 2)))
            return NULL;
    } else {
        take_one(&text, "Z");
    }
    return text.len == 0 ? "a time" : NULL;
}

static const char *of_text(struct td_str text)
{
    static const char *(*const kinds[])(struct td_str) = {
        as_word, as_prefixed, as_grouped, as_base_60, as_date,
    };
    for (size_t i = 0; i < TD_COUNT(kinds); i++) {
        const char *reading = kinds[i](text);
        if (reading)
            return reading;
    }
    return NULL;
}

/* Whether 64 bits hold an integer, with or without a sign. */
static bool fits_64_bits(struct td_str text)
{
    enum { SURELY_FINE = 18 };
    static const struct td_str most[2] = {{"18446744073709551615", 20},
                                          {"9223372036854775808", 19}};
    char spelled[TD_NUMBER_MAX];
    size_t len;
    if (text.len <= SURELY_FINE)
        return true;
    if (td_integer_canonical(text, spelled, &len) != TD_NUMBER_OK)
        return false;
    size_t sign = spelled[0] == '-' ? 1 : 0;
    struct td_str magnitude = {spelled + sign, len - sign};
    return magnitude.len < most[sign].len || (magnitude.len == most[sign].len &&
                                              td_str_compare(magnitude, most[sign]) <= 0);
}

/* `017` is octal, `08` and `0o17` are no numbers; what 64 bits do not hold is rounded. */
static const char *of_integer(struct td_str text)
{
    struct td_str number = text;
    bool sign = take_one(&number, "+-");
    if (!sign && number.len > 1 && number.ptr[0] == '0' && number.ptr[1] == 'o')
        return "text";
    if (number.len > 1 && number.ptr[0] == '0' && is_digit(number.ptr[1])) {
        struct td_str rest = number;
        struct td_str significant = number;
        take_some(&significant, "0");
        take_some(&rest, "01234567");
        if (rest.len > 0)
            return "text";
        return significant.len > 1 ? "an octal number" : NULL; /* `007` is 7 in both */
    }
    return fits_64_bits(text) ? NULL : "a rounded number";
}

/* They need a point, and a sign in the exponent; and a number goes into a double, which keeps
 * 15 digits of any number with an exponent of two. */
static const char *of_float(struct td_str text)
{
    enum { DIGITS_FINE = 15, EXPONENT_DIGITS_FINE = 2 };
    struct td_str number = text;
    bool sign = take_one(&number, "+-");
    if (number.ptr[0] == '.' && sign)
        return "text";
    const char *exponent = memchr(number.ptr, 'e', number.len);
    if (!exponent)
        exponent = memchr(number.ptr, 'E', number.len);
    size_t len = exponent ? (size_t)(exponent - number.ptr) : number.len;
    bool signed_exponent = exponent && is_in(exponent[1], "+-");
    if (exponent && (!signed_exponent || !memchr(number.ptr, '.', len)))
        return "text";
    struct td_str behind = {number.ptr + len, number.len - len};
    take_some(&behind, "eE+-0");
    bool fits = len <= DIGITS_FINE + 1 && behind.len <= EXPONENT_DIGITS_FINE;
    return fits ? NULL : "a rounded number";
}

const char *td_yaml11_reading(struct td_str plain)
{
    /* Most text begins with a letter, and of that only short words mean something. */
    if (plain.len == 0 || (plain.len > WORD_MOST && is_letter(plain.ptr[0])))
        return NULL;
    switch (td_scalar_resolve(plain)) {
    case TD_SCALAR_TEXT:
        return of_text(plain);
    case TD_SCALAR_INTEGER:
        return of_integer(plain);
    case TD_SCALAR_FLOAT:
        return of_float(plain);
    default:
        return NULL;
    }
}
