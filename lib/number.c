/*
 * Exact numbers by hand: the C library's conversions depend on the locale and on binary
 * floating point, and both would change what a document means. Every count is bounded
 * before work that grows faster than the text, and exponents saturate, so hostile digits
 * cost one pass.
 */
#include "number.h"

#include <assert.h>

/* --- Plain scalars --- */

#define WORD(literal) \
    { \
        (literal), sizeof(literal) - 1 \
    }

static const struct {
    struct td_str text;
    enum td_scalar kind;
} words[] = {
    {WORD("null"), TD_SCALAR_NULL},   {WORD("Null"), TD_SCALAR_NULL},
    {WORD("NULL"), TD_SCALAR_NULL},   {WORD("~"), TD_SCALAR_NULL},
    {WORD("true"), TD_SCALAR_TRUE},   {WORD("True"), TD_SCALAR_TRUE},
    {WORD("TRUE"), TD_SCALAR_TRUE},   {WORD("false"), TD_SCALAR_FALSE},
    {WORD("False"), TD_SCALAR_FALSE}, {WORD("FALSE"), TD_SCALAR_FALSE},
};

static const struct td_str infinities[] = {WORD(".inf"), WORD(".Inf"), WORD(".INF")};
static const struct td_str not_numbers[] = {WORD(".nan"), WORD(".NaN"), WORD(".NAN")};

/* A number in decimal as it is written, cut into its parts. */
struct decimal {
    bool negative;
    bool integer;           /* neither point nor exponent */
    struct td_str mantissa; /* digits, with a point among them or not */
    size_t whole;           /* digits before the point */
    struct td_str exponent; /* with its sign, without the `e` */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_sign(char c)
{
    return c == '+' || c == '-';
}

static struct td_str slice(struct td_str s, size_t start, size_t end)
{
    return (struct td_str){s.ptr + start, end - start};
}

static size_t skip_digits(struct td_str s, size_t at)
{
    while (at < s.len && is_digit(s.ptr[at]))
        at++;
    return at;
}

/* The value of a digit in any base up to 16, or 16 for any other byte. */
static unsigned digit_value(char c)
{
    if (is_digit(c))
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

/* 8 or 16 when the text starts as an octal or hexadecimal number with a digit to come,
 * else 10. */
static unsigned base_of(struct td_str s)
{
    if (s.len < 3 || s.ptr[0] != '0')
        return 10;
    return s.ptr[1] == 'x' ? 16 : s.ptr[1] == 'o' ? 8 : 10;
}

static bool all_digits(struct td_str s, unsigned base)
{
    for (size_t i = 0; i < s.len; i++)
        if (digit_value(s.ptr[i]) >= base)
            return false;
    return true;
}

static bool scan_exponent(struct td_str s, size_t at, struct decimal *out)
{
    size_t start = at;
    if (at < s.len && is_sign(s.ptr[at]))
        at++;
    if (at == s.len || skip_digits(s, at) != s.len)
        return false;
    out->exponent = slice(s, start, s.len);
    return true;
}

static bool scan_decimal(struct td_str s, struct decimal *out)
{
    *out = (struct decimal){.integer = true};
    size_t start = s.len > 0 && is_sign(s.ptr[0]);
    out->negative = start == 1 && s.ptr[0] == '-';
    size_t at = skip_digits(s, start);
    out->whole = at - start;
    size_t digits = out->whole;
    if (at < s.len && s.ptr[at] == '.') {
        size_t fraction = at + 1;
        at = skip_digits(s, fraction);
        digits += at - fraction;
        out->integer = false;
    }
    if (digits == 0)
        return false;
    out->mantissa = slice(s, start, at);
    if (at == s.len)
        return true;
    out->integer = false;
    return (s.ptr[at] == 'e' || s.ptr[at] == 'E') && scan_exponent(s, at + 1, out);
}

static bool is_one_of(struct td_str s, const struct td_str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (td_str_eq(s, list[i]))
            return true;
    return false;
}

static bool is_not_finite(struct td_str s)
{
    if (is_one_of(s, not_numbers, TD_COUNT(not_numbers)))
        return true;
    if (s.len > 0 && is_sign(s.ptr[0]))
        s = slice(s, 1, s.len);
    return is_one_of(s, infinities, TD_COUNT(infinities));
}

static enum td_scalar resolve_number(struct td_str s)
{
    unsigned base = base_of(s);
    if (base != 10)
        return all_digits(slice(s, 2, s.len), base) ? TD_SCALAR_INTEGER : TD_SCALAR_TEXT;
    struct decimal parts;
    if (scan_decimal(s, &parts))
        return parts.integer ? TD_SCALAR_INTEGER : TD_SCALAR_FLOAT;
    return is_not_finite(s) ? TD_SCALAR_NOT_FINITE : TD_SCALAR_TEXT;
}

static enum td_scalar resolve_word(struct td_str s)
{
    for (size_t i = 0; i < TD_COUNT(words); i++)
        if (td_str_eq(s, words[i].text))
            return words[i].kind;
    return TD_SCALAR_TEXT;
}

enum td_scalar td_scalar_resolve(struct td_str plain)
{
    if (plain.len == 0)
        return TD_SCALAR_NULL;
    char first = plain.ptr[0];
    if (is_digit(first) || is_sign(first) || first == '.')
        return resolve_number(plain);
    /* Nearly every scalar is a word, and most of those end here. */
    if (plain.len > sizeof("false") - 1)
        return TD_SCALAR_TEXT;
    switch (first) {
    case 'n':
    case 'N':
    case 't':
    case 'T':
    case 'f':
    case 'F':
    case '~':
        return resolve_word(plain);
    default:
        return TD_SCALAR_TEXT;
    }
}

/* --- Writing --- */

/* Bytes written so far into a caller's buffer, whose size the caller of each writer has
 * checked. */
struct writer {
    char *out;
    size_t len;
};

static void put(struct writer *w, const char *bytes, size_t len)
{
    memcpy(w->out + w->len, bytes, len);
    w->len += len;
}

static void put_char(struct writer *w, char c)
{
    w->out[w->len++] = c;
}

static void put_zeros(struct writer *w, size_t count)
{
    memset(w->out + w->len, '0', count);
    w->len += count;
}

static void put_number(struct writer *w, uint32_t value)
{
    char digits[10];
    size_t at = sizeof(digits);
    do
        digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    put(w, digits + at, sizeof(digits) - at);
}

/* --- Integers --- */

/* Nine decimal digits a limb, the lowest first; room for what 851 hexadecimal digits can
 * make. */
#define LIMB_DIGITS 9
#define LIMB_BASE UINT32_C(1000000000)
#define LIMBS 114

struct natural {
    uint32_t limbs[LIMBS];
    size_t count;
};

static_assert(LIMBS * LIMB_DIGITS > TD_NUMBER_DIGITS, "16^851 has 1,025 decimal digits");

/* Leaves out leading zeros. */
static struct td_str significant(struct td_str digits)
{
    size_t at = 0;
    while (at < digits.len && digits.ptr[at] == '0')
        at++;
    return slice(digits, at, digits.len);
}

static void multiply_add(struct natural *n, uint32_t factor, uint32_t term)
{
    uint64_t carry = term;
    for (size_t i = 0; i < n->count; i++) {
        uint64_t sum = (uint64_t)n->limbs[i] * factor + carry;
        n->limbs[i] = (uint32_t)(sum % LIMB_BASE);
        carry = sum / LIMB_BASE;
    }
    for (; carry > 0; carry /= LIMB_BASE)
        n->limbs[n->count++] = (uint32_t)(carry % LIMB_BASE);
}

/* Takes several digits a step: the square of the digit count is what this costs. */
static void read_natural(struct td_str digits, unsigned base, struct natural *out)
{
    const uint32_t full = UINT32_C(1) << 24; /* a power of 8 and of 16 */
    out->count = 0;
    uint32_t factor = 1;
    uint32_t term = 0;
    for (size_t i = 0; i < digits.len; i++) {
        factor *= base;
        term = term * base + digit_value(digits.ptr[i]);
        if (factor == full || i + 1 == digits.len) {
            multiply_add(out, factor, term);
            factor = 1;
            term = 0;
        }
    }
}

/* Writes all limbs with their leading zeros, which the caller leaves out again. */
static size_t write_limbs(const struct natural *n, char *out)
{
    for (size_t i = 0; i < n->count; i++) {
        char *end = out + (n->count - i) * LIMB_DIGITS;
        uint32_t rest = n->limbs[i];
        for (size_t k = 1; k <= LIMB_DIGITS; k++, rest /= 10)
            end[-(ptrdiff_t)k] = (char)('0' + rest % 10);
    }
    return n->count * LIMB_DIGITS;
}

static enum td_number_status write_digits(struct writer *w, bool negative,
                                          struct td_str digits)
{
    digits = significant(digits);
    if (digits.len > TD_NUMBER_DIGITS)
        return TD_NUMBER_TOO_LONG;
    if (digits.len == 0) {
        put_char(w, '0');
        return TD_NUMBER_OK;
    }
    if (negative)
        put_char(w, '-');
    put(w, digits.ptr, digits.len);
    return TD_NUMBER_OK;
}

static enum td_number_status convert(struct writer *w, struct td_str digits,
                                     unsigned base)
{
    /* The longest that may have 1,024 decimal digits: one digit more is 10^1024 at least.
     */
    const size_t most = base == 16 ? 851 : 1134;
    digits = significant(digits);
    if (digits.len > most)
        return TD_NUMBER_TOO_LONG;
    struct natural n;
    char decimal[LIMBS * LIMB_DIGITS];
    read_natural(digits, base, &n);
    size_t len = write_limbs(&n, decimal);
    return write_digits(w, false, (struct td_str){decimal, len});
}

enum td_number_status td_integer_canonical(struct td_str written, char *out,
                                           size_t *out_len)
{
    struct writer w = {out, 0};
    assert(td_scalar_resolve(written) == TD_SCALAR_INTEGER);
    unsigned base = base_of(written);
    size_t sign = is_sign(written.ptr[0]);
    enum td_number_status status =
        base == 10
            ? write_digits(&w, written.ptr[0] == '-', slice(written, sign, written.len))
            : convert(&w, slice(written, 2, written.len), base);
    *out_len = w.len;
    return status;
}

/* False when the digits make more than `most`. */
static bool read_magnitude(struct td_str digits, unsigned base, uint64_t most,
                           uint64_t *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < digits.len; i++) {
        unsigned digit = digit_value(digits.ptr[i]);
        if (sum > (most - digit) / base)
            return false;
        sum = sum * base + digit;
    }
    *value = sum;
    return true;
}

bool td_integer_small(struct td_str written, int64_t *value)
{
    assert(td_scalar_resolve(written) == TD_SCALAR_INTEGER);
    unsigned base = base_of(written);
    bool negative = written.ptr[0] == '-';
    size_t start = base != 10 ? 2 : is_sign(written.ptr[0]);
    uint64_t most = (uint64_t)INT64_MAX + negative;
    uint64_t magnitude;
    if (!read_magnitude(slice(written, start, written.len), base, most, &magnitude))
        return false;
    if (negative && magnitude > 0)
        *value = -(int64_t)(magnitude - 1) -
                 1; /* so that the smallest value overflows nowhere */
    else
        *value = (int64_t)magnitude;
    return true;
}

/* --- Floats --- */

/* Far above any length of a text, so that adding a place to it neither overflows nor
 * matters. */
#define EXPONENT_CAP INT64_C(1000000000000000)

/* A float as sign, digits without zeros at either end, and the exponent of the first of
 * them. */
struct scientific {
    bool negative;
    char digits[TD_NUMBER_DIGITS];
    size_t count;
    int64_t exponent;
};

static int64_t read_exponent(struct td_str s)
{
    int64_t value = 0;
    size_t at = s.len > 0 && is_sign(s.ptr[0]);
    bool negative = at == 1 && s.ptr[0] == '-';
    for (; at < s.len && value < EXPONENT_CAP; at++)
        value = value * 10 + (s.ptr[at] - '0');
    return negative ? -value : value;
}

static bool is_significant(char c)
{
    return c >= '1' && c <= '9';
}

/* The power of ten of the digit at an index; the point has the index `whole`. */
static int64_t place(size_t whole, size_t index)
{
    if (index < whole)
        return (int64_t)(whole - index) - 1;
    return -(int64_t)(index - whole);
}

/* Copies digits and leaves out the point; false when there are more than fit. */
static bool copy_digits(struct td_str s, struct scientific *out)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.')
            continue;
        if (out->count == TD_NUMBER_DIGITS)
            return false;
        out->digits[out->count++] = s.ptr[i];
    }
    return true;
}

static enum td_number_status normalize(const struct decimal *parts,
                                       struct scientific *out)
{
    struct td_str m = parts->mantissa;
    size_t first = 0;
    size_t end = m.len;
    out->negative = parts->negative;
    out->count = 0;
    while (first < m.len && !is_significant(m.ptr[first]))
        first++;
    if (first == m.len)
        return TD_NUMBER_OK; /* zero, whatever its exponent */
    while (!is_significant(m.ptr[end - 1]))
        end--;
    if (!copy_digits(slice(m, first, end), out))
        return TD_NUMBER_TOO_LONG;
    out->exponent = place(parts->whole, first) + read_exponent(parts->exponent);
    if (out->exponent > TD_NUMBER_EXPONENT_MAX || out->exponent < -TD_NUMBER_EXPONENT_MAX)
        return TD_NUMBER_EXPONENT;
    return TD_NUMBER_OK;
}

static void write_plain(struct writer *w, const struct scientific *f)
{
    if (f->exponent < 0) {
        put(w, "0.", 2);
        put_zeros(w, (size_t)(-f->exponent - 1));
        put(w, f->digits, f->count);
        return;
    }
    size_t whole = (size_t)f->exponent + 1;
    size_t written = f->count < whole ? f->count : whole;
    put(w, f->digits, written);
    put_zeros(w, whole - written);
    put_char(w, '.');
    if (written < f->count)
        put(w, f->digits + written, f->count - written);
    else
        put_char(w, '0');
}

static void write_scientific(struct writer *w, const struct scientific *f)
{
    put_char(w, f->digits[0]);
    put_char(w, '.');
    if (f->count > 1)
        put(w, f->digits + 1, f->count - 1);
    else
        put_char(w, '0');
    put_char(w, 'e');
    put_char(w, f->exponent < 0 ? '-' : '+');
    put_number(w, (uint32_t)(f->exponent < 0 ? -f->exponent : f->exponent));
}

enum td_number_status td_float_canonical(struct td_str written, char *out,
                                         size_t *out_len)
{
    struct writer w = {out, 0};
    struct decimal parts;
    struct scientific f;
    bool scanned = scan_decimal(written, &parts);
    assert(scanned);
    (void)scanned;
    enum td_number_status status = normalize(&parts, &f);
    if (status != TD_NUMBER_OK)
        return status;
    if (f.count == 0) {
        put(&w, "0.0", 3);
    } else {
        if (f.negative)
            put_char(&w, '-');
        if (f.exponent > -7 && f.exponent < 21)
            write_plain(&w, &f);
        else
            write_scientific(&w, &f);
    }
    *out_len = w.len;
    return TD_NUMBER_OK;
}

/* --- Values --- */

/* An integer in any spelling becomes decimal first; then the digits say all. */
static void read_scientific(struct td_str written, struct scientific *out)
{
    char decimal[TD_NUMBER_MAX];
    struct decimal parts;
    size_t len;
    if (td_scalar_resolve(written) == TD_SCALAR_INTEGER) {
        td_integer_canonical(written, decimal, &len);
        written = (struct td_str){decimal, len};
    }
    scan_decimal(written, &parts);
    out->exponent = 0;
    normalize(&parts, out);
    if (out->count == 0)
        out->negative = false;
}

size_t td_number_key(struct td_str written, char out[TD_NUMBER_MAX])
{
    struct writer w = {out, 0};
    struct scientific f;
    read_scientific(written, &f);
    if (f.negative)
        put_char(&w, '-');
    put(&w, f.digits, f.count);
    put_char(&w, f.exponent < 0 ? '-' : '+');
    put_number(&w, (uint32_t)(f.exponent < 0 ? -f.exponent : f.exponent));
    return w.len;
}

static int compare_magnitudes(const struct scientific *a, const struct scientific *b)
{
    if (a->count == 0 || b->count == 0)
        return (a->count > 0) - (b->count > 0);
    if (a->exponent != b->exponent)
        return a->exponent < b->exponent ? -1 : 1;
    return td_str_compare((struct td_str){a->digits, a->count},
                          (struct td_str){b->digits, b->count});
}

int td_number_compare(struct td_str a, struct td_str b)
{
    struct scientific one;
    struct scientific two;
    read_scientific(a, &one);
    read_scientific(b, &two);
    if (one.negative != two.negative)
        return one.negative ? -1 : 1;
    int order = compare_magnitudes(&one, &two);
    return one.negative ? -order : order;
}

/* --- Durations --- */

/* Counts saturate here: far above 366 days in any unit, far below an overflow in any
 * product. */
#define COUNT_CAP UINT64_C(1000000000)

static const struct {
    char letter;
    uint32_t seconds;
} units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

static uint64_t read_count(struct td_str digits)
{
    uint64_t value = 0;
    for (size_t i = 0; i < digits.len && value < COUNT_CAP; i++)
        value = value * 10 + (uint64_t)(digits.ptr[i] - '0');
    return value < COUNT_CAP ? value : COUNT_CAP;
}

enum td_duration_status td_duration_parse(struct td_str s, uint32_t *seconds)
{
    uint64_t total = 0;
    size_t unit = 0;
    size_t at = 0;
    while (at < s.len) {
        size_t end = skip_digits(s, at);
        if (end == at || s.ptr[at] == '0' || end == s.len)
            return TD_DURATION_FORM;
        while (unit < TD_COUNT(units) && units[unit].letter != s.ptr[end])
            unit++;
        if (unit == TD_COUNT(units))
            return TD_DURATION_FORM;
        total += read_count(slice(s, at, end)) * units[unit++].seconds;
        at = end + 1;
    }
    if (s.len == 0)
        return TD_DURATION_FORM;
    if (total > TD_DURATION_SECONDS_MAX)
        return TD_DURATION_TOO_LONG;
    *seconds = (uint32_t)total;
    return TD_DURATION_OK;
}

size_t td_duration_write(uint32_t seconds, char out[TD_DURATION_MAX])
{
    struct writer w = {out, 0};
    assert(seconds > 0 && seconds <= TD_DURATION_SECONDS_MAX);
    for (size_t i = 0; i < TD_COUNT(units); i++) {
        uint32_t count = seconds / units[i].seconds;
        seconds %= units[i].seconds;
        if (count == 0)
            continue;
        put_number(&w, count);
        put_char(&w, units[i].letter);
    }
    return w.len;
}

/* Names of units that people write, in lower case. */
static const struct unit_name {
    struct td_str text;
    uint32_t seconds;
} unit_names[] = {
    {WORD("w"), 604800},   {WORD("week"), 604800}, {WORD("weeks"), 604800},
    {WORD("d"), 86400},    {WORD("day"), 86400},   {WORD("days"), 86400},
    {WORD("h"), 3600},     {WORD("hr"), 3600},     {WORD("hrs"), 3600},
    {WORD("hour"), 3600},  {WORD("hours"), 3600},  {WORD("m"), 60},
    {WORD("min"), 60},     {WORD("mins"), 60},     {WORD("minute"), 60},
    {WORD("minutes"), 60}, {WORD("s"), 1},         {WORD("sec"), 1},
    {WORD("secs"), 1},     {WORD("second"), 1},    {WORD("seconds"), 1},
};

/* ISO 8601 gives `M` two meanings; only the one after the `T` has a fixed length. */
static const struct unit_name iso_dates[] = {{WORD("w"), 604800}, {WORD("d"), 86400}};
static const struct unit_name iso_times[] = {
    {WORD("h"), 3600}, {WORD("m"), 60}, {WORD("s"), 1}};

/* A reading of text that is no duration: where it stands and what it has found so far. */
struct guess {
    struct td_str s;
    size_t at;
    uint64_t total;
    uint32_t seen; /* one bit for each unit */
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal_folded(struct td_str s, struct td_str lower_case)
{
    if (s.len != lower_case.len)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (lower(s.ptr[i]) != lower_case.ptr[i])
            return false;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(struct guess *g)
{
    while (g->at < g->s.len && is_blank(g->s.ptr[g->at]))
        g->at++;
}

static struct td_str take_digits(struct guess *g)
{
    size_t start = g->at;
    g->at = skip_digits(g->s, start);
    return slice(g->s, start, g->at);
}

static struct td_str take_letters(struct guess *g)
{
    size_t start = g->at;
    while (g->at < g->s.len && lower(g->s.ptr[g->at]) >= 'a' &&
           lower(g->s.ptr[g->at]) <= 'z')
        g->at++;
    return slice(g->s, start, g->at);
}

/* The seconds of a unit, or 0 for a name that is none. */
static uint32_t unit_seconds(struct td_str name, const struct unit_name *names,
                             size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (equal_folded(name, names[i].text))
            return names[i].seconds;
    return 0;
}

/* A bit of its own for each length that the tables above have. */
static uint32_t unit_bit(uint32_t seconds)
{
    uint32_t bit = 1;
    for (size_t i = 0; i < TD_COUNT(units) && units[i].seconds != seconds; i++)
        bit <<= 1;
    return bit;
}

/* Adds one part; false when its unit came before or its length is no whole number of
 * seconds. */
static bool add_part(struct guess *g, struct td_str whole, struct td_str fraction,
                     uint32_t unit)
{
    uint64_t scale = 1;
    uint32_t bit = unit_bit(unit);
    if ((g->seen & bit) != 0 || fraction.len > 9)
        return false;
    for (size_t i = 0; i < fraction.len; i++)
        scale *= 10;
    uint64_t scaled = read_count(fraction) * unit;
    if (scaled % scale != 0)
        return false;
    g->seen |= bit;
    g->total += read_count(whole) * unit + scaled / scale;
    return true;
}

/* Reads `1` or `1.5`. */
static bool take_amount(struct guess *g, struct td_str *whole, struct td_str *fraction)
{
    *whole = take_digits(g);
    *fraction = slice(g->s, g->at, g->at);
    if (g->at < g->s.len && g->s.ptr[g->at] == '.') {
        g->at++;
        *fraction = take_digits(g);
        if (fraction->len == 0)
            return false;
    }
    return whole->len + fraction->len > 0;
}

static bool guess_parts(struct guess *g)
{
    struct td_str whole, fraction;
    do {
        if (!take_amount(g, &whole, &fraction))
            return false;
        skip_blanks(g);
        struct td_str name = take_letters(g);
        uint32_t unit = unit_seconds(name, unit_names, TD_COUNT(unit_names));
        /* A number alone counts seconds, as the neighbouring fields do. */
        if (name.len == 0 && g->seen == 0 && g->at == g->s.len && fraction.len == 0)
            unit = 1;
        if (unit == 0 || !add_part(g, whole, fraction, unit))
            return false;
        skip_blanks(g);
    } while (g->at < g->s.len);
    return true;
}

static bool take_iso_part(struct guess *g, bool time)
{
    struct td_str whole, fraction;
    if (!take_amount(g, &whole, &fraction) || g->at == g->s.len)
        return false;
    struct td_str name = slice(g->s, g->at, g->at + 1);
    uint32_t unit = time ? unit_seconds(name, iso_times, TD_COUNT(iso_times))
                         : unit_seconds(name, iso_dates, TD_COUNT(iso_dates));
    g->at++;
    return unit != 0 && add_part(g, whole, fraction, unit);
}

static bool guess_iso(struct guess *g)
{
    bool time = false;
    while (g->at < g->s.len) {
        if (!time && lower(g->s.ptr[g->at]) == 't') {
            time = true;
            g->at++;
        }
        if (!take_iso_part(g, time))
            return false;
    }
    return true;
}

bool td_duration_guess(struct td_str s, char out[TD_DURATION_MAX], size_t *len)
{
    struct guess g = {.s = s};
    if (s.len == 0)
        return false;
    skip_blanks(&g);
    bool iso = g.at < s.len && lower(s.ptr[g.at]) == 'p';
    if (g.at < s.len && (iso || s.ptr[g.at] == '+'))
        g.at++;
    if (!(iso ? guess_iso(&g) : guess_parts(&g)))
        return false;
    if (g.total == 0 || g.total > TD_DURATION_SECONDS_MAX)
        return false;
    *len = td_duration_write((uint32_t)g.total, out);
    return true;
}
