/*
 * UTF-8: every code point there and back, every kind of ill-formed bytes, and samples of
 * what takes no column, two columns, or must not be shown raw.
 */
#include "suites.h"

#include "../lib/utf8.h"

/* Writes a code point as the bit patterns say, surrogates and too large ones as well. */
static size_t encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF00 >> n & 0xFF) | c);
    return n;
}

/* Asks for one code point and says whether all three answers are right. */
static bool is_stepped_over(uint32_t c)
{
    char bytes[4];
    size_t used;
    size_t n = encode(c, bytes);
    bool good = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    return td_utf8_next(bytes, n, &used) == (good ? c : TD_UTF8_REPLACEMENT) &&
           used == (good ? n : 1) && td_utf8_valid_prefix(bytes, n) == (good ? n : 0);
}

/* Check notes every assertion that it passes, so a million of them would be slow. */
START_TEST(steps_over_every_code_point)
{
    for (uint32_t c = 0; c <= 0x110010; c++)
        if (!is_stepped_over(c))
            ck_abort_msg("U+%04X", (unsigned)c);
}
END_TEST

/* The bytes that are well-formed from the start. */
static const struct {
    const char *bytes;
    size_t len, valid;
} prefixes[] = {
    {"", 0, 0},
    {"plain text of more than eight bytes", 35, 35},
    {"12345678\xFF", 9, 8},
    {"1234567\xFF"
     "89",
     10, 7},
    {"a\0b", 3, 3},
    {"\xC3\xA9"
     "12345678\xE2\x82\xAC",
     13, 13},
    {"\x80", 1, 0},
    {"\xC0\x80", 2, 0},
    {"\xC1\xBF", 2, 0},
    {"ab\xC3", 3, 2},
    {"\xE2\x82", 2, 0},
    {"\xE0\x9F\xBF", 3, 0},
    {"\xED\xA0\x80", 3, 0},
    {"\xE2\x28\xA1", 3, 0},
    {"\xE2\x82\x28", 3, 0},
    {"\xF0\x8F\xBF\xBF", 4, 0},
    {"\xF4\x90\x80\x80", 4, 0},
    {"\xF5\x80\x80\x80", 4, 0},
    {"\xF0\x9F\x98", 3, 0},
    {"\xF0\x9F\x98\x80!", 5, 5},
    {"\xFE", 1, 0},
};

START_TEST(validates)
{
    ck_assert_uint_eq(td_utf8_valid_prefix(prefixes[_i].bytes, prefixes[_i].len),
                      prefixes[_i].valid);
}
END_TEST

static const struct {
    uint32_t c;
    unsigned width;
} widths[] = {
    {'a', 1},     {0xE9, 1},    {0xAD, 1},    {0x300, 0},   {0x36F, 0},    {0x370, 1},
    {0x5B0, 0},   {0x1100, 2},  {0x1160, 0},  {0x11FF, 0},  {0x200B, 0},   {0x200D, 0},
    {0x2013, 1},  {0x231A, 2},  {0x3000, 2},  {0x3042, 2},  {0x4E2D, 2},   {0xAC00, 2},
    {0xD7A3, 2},  {0xFE0F, 0},  {0xFEFF, 0},  {0xFF21, 2},  {0xFF71, 1},   {0x1F600, 2},
    {0x1F1E6, 1}, {0x20000, 2}, {0x3FFFD, 2}, {0xE0100, 0}, {0x10FFFD, 1}, {0x2764, 1},
    {0x2705, 2},
};

START_TEST(measures)
{
    ck_assert_msg(td_utf8_width(widths[_i].c) == widths[_i].width, "U+%04X",
                  (unsigned)widths[_i].c);
}
END_TEST

static const uint32_t hidden[] = {
    0,       0x09,     0x0A,    0x1F,    0x7F,    0x80,     0x85,       0x9F,
    0xAD,    0x34F,    0x061C,  0x180E,  0x200B,  0x200E,   0x200F,     0x2028,
    0x2029,  0x202A,   0x202E,  0x2060,  0x2066,  0x2069,   0x3164,     0xFDD0,
    0xFDEF,  0xFE0F,   0xFEFF,  0xFFF9,  0xFFFE,  0xFFFF,   0xD800,     0xDFFF,
    0x1FFFE, 0x10FFFF, 0xE0001, 0xE007F, 0xE01EF, 0x110000, UINT32_MAX,
};

static const uint32_t shown[] = {
    ' ',    '~',    '`',    0xA0,   0xE9,   0x300,   0x2003,  0x2027,  0x202F,   0x3000,
    0x4E2D, 0xFDCF, 0xFDF0, 0xFFFC, 0xFFFD, 0x1F600, 0x1FFFD, 0xDFFFD, 0x10FFFD,
};

START_TEST(hides)
{
    for (size_t i = 0; i < TD_COUNT(hidden); i++)
        ck_assert_msg(td_utf8_hidden(hidden[i]), "U+%04X", (unsigned)hidden[i]);
    for (size_t i = 0; i < TD_COUNT(shown); i++)
        ck_assert_msg(!td_utf8_hidden(shown[i]), "U+%04X", (unsigned)shown[i]);
}
END_TEST

Suite *td_suite_utf8(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tcase = tcase_create("characters");
    tcase_set_timeout(tcase, 60); /* every code point, under valgrind too */
    tcase_add_test(tcase, steps_over_every_code_point);
    tcase_add_loop_test(tcase, validates, 0, TD_COUNT(prefixes));
    tcase_add_loop_test(tcase, measures, 0, TD_COUNT(widths));
    tcase_add_test(tcase, hides);
    suite_add_tcase(suite, tcase);
    return suite;
}
