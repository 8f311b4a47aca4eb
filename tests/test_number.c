/*
 * Scalars, exact numbers and durations. The vectors are those of the format's number
 * rules; the table `decimals` was made by Python's decimal module, so that a second
 * reading of the rules stands against ours.
 */
#include "suites.h"

#include "../lib/number.h"

static struct td_str str(const char *s)
{
    return (struct td_str){s, strlen(s)};
}

/* Room for a text longer than any that is accepted. */
#define LONG_TEXT 70000

/* `head`, then `count` times `c`, then `tail`. */
static struct td_str built(char *out, const char *head, char c, size_t count,
                           const char *tail)
{
    size_t head_len = strlen(head);
    memcpy(out, head, head_len);
    memset(out + head_len, c, count);
    memcpy(out + head_len + count, tail, strlen(tail));
    return (struct td_str){out, head_len + count + strlen(tail)};
}

/* --- Scalars --- */

static const struct {
    const char *text;
    enum td_scalar kind;
} scalars[] = {
    {"", TD_SCALAR_NULL},
    {"~", TD_SCALAR_NULL},
    {"null", TD_SCALAR_NULL},
    {"Null", TD_SCALAR_NULL},
    {"NULL", TD_SCALAR_NULL},
    {"nULL", TD_SCALAR_TEXT},
    {"nul", TD_SCALAR_TEXT},
    {"~~", TD_SCALAR_TEXT},
    {"true", TD_SCALAR_TRUE},
    {"True", TD_SCALAR_TRUE},
    {"TRUE", TD_SCALAR_TRUE},
    {"tRUE", TD_SCALAR_TEXT},
    {"false", TD_SCALAR_FALSE},
    {"False", TD_SCALAR_FALSE},
    {"FALSE", TD_SCALAR_FALSE},
    {"falsey", TD_SCALAR_TEXT},
    {"yes", TD_SCALAR_TEXT},
    {"no", TD_SCALAR_TEXT},
    {"on", TD_SCALAR_TEXT},
    {"y", TD_SCALAR_TEXT},
    {"0", TD_SCALAR_INTEGER},
    {"-0", TD_SCALAR_INTEGER},
    {"+12", TD_SCALAR_INTEGER},
    {"017", TD_SCALAR_INTEGER},
    {"0o17", TD_SCALAR_INTEGER},
    {"0x1F", TD_SCALAR_INTEGER},
    {"0o8", TD_SCALAR_TEXT},
    {"0xg", TD_SCALAR_TEXT},
    {"0x", TD_SCALAR_TEXT},
    {"0o", TD_SCALAR_TEXT},
    {"-0x1F", TD_SCALAR_TEXT},
    {"+0o7", TD_SCALAR_TEXT},
    {"0X1F", TD_SCALAR_TEXT},
    {"0O7", TD_SCALAR_TEXT},
    {"0b1", TD_SCALAR_TEXT},
    {"1_000", TD_SCALAR_TEXT},
    {"1:30", TD_SCALAR_TEXT},
    {"1 ", TD_SCALAR_TEXT},
    {"-", TD_SCALAR_TEXT},
    {"+", TD_SCALAR_TEXT},
    {"--1", TD_SCALAR_TEXT},
    {"1.", TD_SCALAR_FLOAT},
    {".5", TD_SCALAR_FLOAT},
    {"+.5", TD_SCALAR_FLOAT},
    {"5.e3", TD_SCALAR_FLOAT},
    {"1e3", TD_SCALAR_FLOAT},
    {"1E+03", TD_SCALAR_FLOAT},
    {".", TD_SCALAR_TEXT},
    {"-.", TD_SCALAR_TEXT},
    {".e1", TD_SCALAR_TEXT},
    {"1e", TD_SCALAR_TEXT},
    {"1e+", TD_SCALAR_TEXT},
    {"1.2.3", TD_SCALAR_TEXT},
    {"1e1.5", TD_SCALAR_TEXT},
    {"e3", TD_SCALAR_TEXT},
    {"1f", TD_SCALAR_TEXT},
    {".inf", TD_SCALAR_NOT_FINITE},
    {"-.Inf", TD_SCALAR_NOT_FINITE},
    {"+.INF", TD_SCALAR_NOT_FINITE},
    {".nan", TD_SCALAR_NOT_FINITE},
    {".NaN", TD_SCALAR_NOT_FINITE},
    {".NAN", TD_SCALAR_NOT_FINITE},
    {"-.nan", TD_SCALAR_TEXT},
    {".iNF", TD_SCALAR_TEXT},
    {"inf", TD_SCALAR_TEXT},
    {"nan", TD_SCALAR_TEXT},
    {"=", TD_SCALAR_TEXT},
    {"2026-01-02", TD_SCALAR_TEXT},
};

START_TEST(resolves)
{
    ck_assert_msg(td_scalar_resolve(str(scalars[_i].text)) == scalars[_i].kind, "`%s`",
                  scalars[_i].text);
}
END_TEST

/* --- Numbers --- */

struct spelling {
    const char *written, *canonical;
};

static const struct spelling integers[] = {
    {"0", "0"},
    {"-0", "0"},
    {"+0", "0"},
    {"000", "0"},
    {"017", "17"},
    {"0x1F", "31"},
    {"0o37", "31"},
    {"31", "31"},
    {"9007199254740993", "9007199254740993"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"-007", "-7"},
    {"+007", "7"},
    {"0x0", "0"},
    {"0o000", "0"},
    {"0x0000ff", "255"},
    {"0xFFFFFFFFFFFFFFFFFFFFFFFF", "79228162514264337593543950335"},
    {"0xde0b6b3a7640000", "1000000000000000000"},
    {"0x3b9aca00", "1000000000"},
    {"0o7346545000", "1000000000"},
    {"0o1777777777777777777777", "18446744073709551615"},
};

static const struct spelling floats[] = {
    {"0.0", "0.0"},
    {"-0.0", "0.0"},
    {"0e5", "0.0"},
    {".0", "0.0"},
    {"1.0", "1.0"},
    {"1.", "1.0"},
    {"1e0", "1.0"},
    {"10e-1", "1.0"},
    {"+1.00", "1.0"},
    {"1e3", "1000.0"},
    {"1.0E+03", "1000.0"},
    {"1000.", "1000.0"},
    {"0.1", "0.1"},
    {"0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"},
    {"1e20", "100000000000000000000.0"},
    {"1e21", "1.0e+21"},
    {"123456789012345678901.0", "123456789012345678901.0"},
    {"1e-6", "0.000001"},
    {"1e-7", "1.0e-7"},
    {"1.5e-7", "1.5e-7"},
    {"1e400", "1.0e+400"},
    {"12345e-10", "0.0000012345"},
    {"-1.50", "-1.5"},
    {"0e99999999999999999999", "0.0"},
    {"-.0e-99999999999999999999", "0.0"},
    {"1e9999", "1.0e+9999"},
    {"10e9998", "1.0e+9999"},
    {".1e10000", "1.0e+9999"},
    {"1e-9999", "1.0e-9999"},
    {"1e000000000000000000000000000001", "10.0"},
    {"99999999999999999999.5", "99999999999999999999.5"},
    {"1230.0450", "1230.045"},
};

static const struct spelling decimals[] = {
    {"20.5000046299E+26", "2.05000046299e+27"},
    {"-921.2", "-921.2"},
    {"7.84610E09999", "7.8461e+9999"},
    {"4724501229.E-00241", "4.724501229e-232"},
    {"-04.88E-0010", "-4.88e-10"},
    {"0.29", "0.29"},
    {"-715.024e+86", "-7.15024e+88"},
    {"+5.41e-009982", "5.41e-9982"},
    {"30.6", "30.6"},
    {"1154501451841510022161914e-010021", "1.154501451841510022161914e-9997"},
    {"4041703285983461898923450.881", "4.041703285983461898923450881e+24"},
    {"+800.7594419010072049994160108", "800.7594419010072049994160108"},
    {"+0009705627900309602300654.92", "9.70562790030960230065492e+21"},
    {"0E+009984", "0.0"},
    {"540e+09996", "5.4e+9998"},
    {"+0.060", "0.06"},
    {"6.42", "6.42"},
    {"-4.3E000", "-4.3"},
    {"0e10023", "0.0"},
    {"-25470.065", "-25470.065"},
    {"+4700605837.092", "4700605837.092"},
    {".09E31", "9.0e+29"},
    {"8.0990639096e+016", "80990639096000000.0"},
    {"646.430e+000", "646.43"},
    {"+0.E-0010026", "0.0"},
    {"-06710.7328479081279872958390130", "-6710.732847908127987295839013"},
    {"3009056679101803970920660.1", "3.0090566791018039709206601e+24"},
    {"+0045096626e0223", "4.5096626e+230"},
    {"-3971226004E19", "-3.971226004e+28"},
    {"-85.8e7", "-858000000.0"},
    {"778.9", "778.9"},
    {".8E-0394", "8.0e-395"},
    {"9e-0342", "9.0e-342"},
    {"-90e11", "-9000000000000.0"},
    {"78E006", "78000000.0"},
    {"993.0299940047533059050999941e05", "99302999.40047533059050999941"},
    {"73E004", "730000.0"},
    {"-149.68309", "-149.68309"},
    {"736.e+09984", "7.36e+9986"},
    {"0E0010030", "0.0"},
};

typedef enum td_number_status canonical_fn(struct td_str, char *, size_t *);

static void check_spelling(canonical_fn *canonical, const struct spelling *row)
{
    char out[TD_NUMBER_MAX];
    size_t len = 0;
    ck_assert_int_eq(canonical(str(row->written), out, &len), TD_NUMBER_OK);
    ck_assert_msg(td_str_eq((struct td_str){out, len}, str(row->canonical)),
                  "`%s` became `%.*s`, not `%s`", row->written, (int)len, out,
                  row->canonical);
}

START_TEST(spells_integers)
{
    check_spelling(td_integer_canonical, &integers[_i]);
}
END_TEST

START_TEST(spells_floats)
{
    check_spelling(td_float_canonical, &floats[_i]);
}
END_TEST

START_TEST(spells_as_python_does)
{
    check_spelling(td_float_canonical, &decimals[_i]);
}
END_TEST

static void check_status(canonical_fn *canonical, struct td_str s,
                         enum td_number_status status, size_t expected_len)
{
    char out[TD_NUMBER_MAX];
    size_t len = 0;
    ck_assert_int_eq(canonical(s, out, &len), status);
    if (status == TD_NUMBER_OK)
        ck_assert_uint_eq(len, expected_len);
}

START_TEST(counts_digits_of_integers)
{
    char b[LONG_TEXT];
    canonical_fn *f = td_integer_canonical;
    check_status(f, built(b, "", '9', 1023, ""), TD_NUMBER_OK, 1023);
    check_status(f, built(b, "-", '9', 1024, ""), TD_NUMBER_OK, 1025);
    check_status(f, built(b, "", '9', 1025, ""), TD_NUMBER_TOO_LONG, 0);
    check_status(f, built(b, "1", '0', 1024, ""), TD_NUMBER_TOO_LONG, 0);
    check_status(f, built(b, "", '0', 65000, "7"), TD_NUMBER_OK, 1);
    check_status(f, built(b, "0x", '0', 65000, "7"), TD_NUMBER_OK, 1);
    check_status(f, built(b, "0x", 'f', 850, ""), TD_NUMBER_OK, 1024);
    check_status(f, built(b, "0x", 'f', 851, ""), TD_NUMBER_TOO_LONG, 0);
    check_status(f, built(b, "0x1", '0', 850, ""), TD_NUMBER_OK, 1024);
    check_status(f, built(b, "0x", 'f', 65000, ""), TD_NUMBER_TOO_LONG, 0);
    check_status(f, built(b, "0o", '7', 1133, ""), TD_NUMBER_OK, 1024);
    check_status(f, built(b, "0o", '7', 1134, ""), TD_NUMBER_TOO_LONG, 0);
    check_status(f, built(b, "0o1", '0', 1133, ""), TD_NUMBER_OK, 1024);
    check_status(f, built(b, "0o1", '0', 1134, ""), TD_NUMBER_TOO_LONG, 0);
}
END_TEST

START_TEST(counts_digits_of_floats)
{
    char b[LONG_TEXT];
    canonical_fn *f = td_float_canonical;
    check_status(f, built(b, "1.", '9', 1022, ""), TD_NUMBER_OK, 1024);
    check_status(f, built(b, "1.", '9', 1023, ""), TD_NUMBER_OK, 1025);
    check_status(f, built(b, "1.", '9', 1024, ""), TD_NUMBER_TOO_LONG, 0);
    check_status(f, built(b, "-.00000", '1', 1024, ""), TD_NUMBER_OK, 1032);
    check_status(f, built(b, "-", '1', 1024, "e8976"), TD_NUMBER_OK, 1032);
    check_status(f, built(b, "-", '1', 1024, "e8977"), TD_NUMBER_EXPONENT, 0);
    check_status(f, built(b, "1", '0', 9999, "."), TD_NUMBER_OK, 9);
    check_status(f, built(b, "1", '0', 10000, "."), TD_NUMBER_EXPONENT, 0);
    check_status(f, built(b, "0.", '0', 9998, "1"), TD_NUMBER_OK, 9);
    check_status(f, built(b, "0.", '0', 9999, "1"), TD_NUMBER_EXPONENT, 0);
    check_status(f, built(b, "0.", '0', 65000, "1e65001"), TD_NUMBER_OK, 3);
    check_status(f, built(b, "1", '0', 65000, "e-65000"), TD_NUMBER_OK, 3);
    check_status(f, built(b, "0.", '0', 65000, ""), TD_NUMBER_OK, 3);
}
END_TEST

START_TEST(bounds_exponents)
{
    char b[LONG_TEXT];
    canonical_fn *f = td_float_canonical;
    check_status(f, str("1e10000"), TD_NUMBER_EXPONENT, 0);
    check_status(f, str("1e-10000"), TD_NUMBER_EXPONENT, 0);
    check_status(f, str("10e9999"), TD_NUMBER_EXPONENT, 0);
    check_status(f, str("0.1e-9999"), TD_NUMBER_EXPONENT, 0);
    check_status(f, str("1e99999999999999999999"), TD_NUMBER_EXPONENT, 0);
    check_status(f, str("1e-18446744073709551616"), TD_NUMBER_EXPONENT, 0);
    check_status(f, built(b, "1e", '9', 65000, ""), TD_NUMBER_EXPONENT, 0);
    check_status(f, built(b, "0e", '9', 65000, ""), TD_NUMBER_OK, 3);
}
END_TEST

static const struct {
    const char *text;
    bool fits;
    int64_t value;
} smalls[] = {
    {"0", true, 0},
    {"-0", true, 0},
    {"+5", true, 5},
    {"-0012", true, -12},
    {"0x1f", true, 31},
    {"0o17", true, 15},
    {"017", true, 17},
    {"9223372036854775807", true, INT64_MAX},
    {"9223372036854775808", false, 0},
    {"-9223372036854775808", true, INT64_MIN},
    {"-9223372036854775809", false, 0},
    {"0x7fffffffffffffff", true, INT64_MAX},
    {"0x8000000000000000", false, 0},
    {"0o777777777777777777777", true, INT64_MAX},
    {"0o1000000000000000000000", false, 0},
    {"000000000000000000000000000000007", true, 7},
    {"99999999999999999999999999999999999999", false, 0},
};

START_TEST(fits_integers)
{
    int64_t value = 0;
    ck_assert_int_eq(td_integer_small(str(smalls[_i].text), &value), smalls[_i].fits);
    ck_assert_int_eq(value, smalls[_i].value);
}
END_TEST

/* --- Values --- */

/* In the order of their values; those of one line are equal. */
static const char *const ordered[][3] = {
    {"-9999999999999999999999999", NULL, NULL},
    {"-1e2", "-100", "-100.0"},
    {"-99.5", "-9.95e1", NULL},
    {"-0.001", "-1e-3", NULL},
    {"0", "-0", "0.0"},
    {"1e-9999", NULL, NULL},
    {"0.5", "5e-1", ".5"},
    {"1", "0x1", "1.00"},
    {"1.5", NULL, NULL},
    {"16", "0o20", "+1.6e1"},
    {"0x11", "17", NULL},
    {"1e9999", NULL, NULL},
};

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

START_TEST(compares_numbers)
{
    for (int j = 0; j < (int)TD_COUNT(ordered); j++) {
        for (size_t k = 0; k < 9; k++) {
            const char *a = ordered[_i][k % 3];
            const char *b = ordered[j][k / 3];
            char key[TD_NUMBER_MAX];
            char other[TD_NUMBER_MAX];
            if (!a || !b)
                continue;
            struct td_str one = {a, strlen(a)};
            struct td_str two = {b, strlen(b)};
            ck_assert_msg(sign(td_number_compare(one, two)) == sign(_i - j), "%s and %s",
                          a, b);
            struct td_str left = {key, td_number_key(one, key)};
            struct td_str right = {other, td_number_key(two, other)};
            ck_assert_msg(td_str_eq(left, right) == (_i == j), "keys of %s and %s", a, b);
        }
    }
}
END_TEST

/* --- Durations --- */

static const struct {
    const char *text;
    enum td_duration_status status;
    uint32_t seconds;
    const char *canonical;
} durations[] = {
    {"5m", TD_DURATION_OK, 300, "5m"},
    {"1h30m", TD_DURATION_OK, 5400, "1h30m"},
    {"90m", TD_DURATION_OK, 5400, "1h30m"},
    {"60s", TD_DURATION_OK, 60, "1m"},
    {"24h", TD_DURATION_OK, 86400, "1d"},
    {"7d", TD_DURATION_OK, 604800, "7d"},
    {"1s", TD_DURATION_OK, 1, "1s"},
    {"1d1h1m1s", TD_DURATION_OK, 90061, "1d1h1m1s"},
    {"366d", TD_DURATION_OK, 31622400, "366d"},
    {"31622399s", TD_DURATION_OK, 31622399, "365d23h59m59s"},
    {"365d24h", TD_DURATION_OK, 31622400, "366d"},
    {"366d1s", TD_DURATION_TOO_LONG, 0, ""},
    {"367d", TD_DURATION_TOO_LONG, 0, ""},
    {"31622401s", TD_DURATION_TOO_LONG, 0, ""},
    {"99999999999999999999d", TD_DURATION_TOO_LONG, 0, ""},
    {"18446744073709551616s", TD_DURATION_TOO_LONG, 0, ""},
    {"99999999999999999999d1x", TD_DURATION_FORM, 0, ""},
    {"", TD_DURATION_FORM, 0, ""},
    {"300", TD_DURATION_FORM, 0, ""},
    {"0", TD_DURATION_FORM, 0, ""},
    {"0s", TD_DURATION_FORM, 0, ""},
    {"1:30", TD_DURATION_FORM, 0, ""},
    {"1h 30m", TD_DURATION_FORM, 0, ""},
    {"1.5h", TD_DURATION_FORM, 0, ""},
    {"5M", TD_DURATION_FORM, 0, ""},
    {"5min", TD_DURATION_FORM, 0, ""},
    {"-5m", TD_DURATION_FORM, 0, ""},
    {"+5m", TD_DURATION_FORM, 0, ""},
    {"P1D", TD_DURATION_FORM, 0, ""},
    {"05m", TD_DURATION_FORM, 0, ""},
    {"3h5h", TD_DURATION_FORM, 0, ""},
    {"30m1h", TD_DURATION_FORM, 0, ""},
    {"m", TD_DURATION_FORM, 0, ""},
    {"1h0m", TD_DURATION_FORM, 0, ""},
    {"5m ", TD_DURATION_FORM, 0, ""},
    {"1w", TD_DURATION_FORM, 0, ""},
    {"5ms", TD_DURATION_FORM, 0, ""},
};

START_TEST(reads_durations)
{
    uint32_t seconds = 0;
    ck_assert_int_eq(td_duration_parse(str(durations[_i].text), &seconds),
                     durations[_i].status);
    if (durations[_i].status != TD_DURATION_OK)
        return;
    char out[TD_DURATION_MAX];
    size_t len = td_duration_write(seconds, out);
    ck_assert_uint_eq(seconds, durations[_i].seconds);
    ck_assert(td_str_eq((struct td_str){out, len}, str(durations[_i].canonical)));
}
END_TEST

/* A NULL guess is none. */
static const struct spelling guesses[] = {
    {"300", "5m"},
    {"1.5h", "1h30m"},
    {"5min", "5m"},
    {"5 minutes", "5m"},
    {"5mins", "5m"},
    {"5 m", "5m"},
    {"1h 30m", "1h30m"},
    {"5M", "5m"},
    {"P1D", "1d"},
    {"PT5M", "5m"},
    {"PT1H30M", "1h30m"},
    {"p1dt2h", "1d2h"},
    {"P1W", "7d"},
    {"PT1.5H", "1h30m"},
    {"05m", "5m"},
    {"+5m", "5m"},
    {"30m1h", "1h30m"},
    {"2D", "2d"},
    {"1 Week", "7d"},
    {"0h30m", "30m"},
    {" 5m ", "5m"},
    {"0.5d", "12h"},
    {".5h", "30m"},
    {"366d", "366d"},
    {"1hr", "1h"},
    {"", NULL},
    {"0", NULL},
    {"0s", NULL},
    {"-5m", NULL},
    {"1:30", NULL},
    {"367d", NULL},
    {"99999999999999999999", NULL},
    {"1.5", NULL},
    {"1h30", NULL},
    {"3h5h", NULL},
    {"5h 3hours", NULL},
    {"0.1s", NULL},
    {"1h0.1s", NULL},
    {"P1M", NULL},
    {"P1Y", NULL},
    {"P", NULL},
    {"PT", NULL},
    {"P1DT", NULL},
    {"P5", NULL},
    {"1.h", NULL},
    {"5.", NULL},
    {"5.m", NULL},
    {"5", "5s"},
    {"m", NULL},
    {"h", NULL},
    {"5ms", NULL},
    {"never", NULL},
    {"5m!", NULL},
    {"+ ", NULL},
    {"+-5m", NULL},
    {"1.0000000001h", NULL},
    {"1.500000000h", "1h30m"},
    {"1.5000000000h", NULL},
    {"1h1h", NULL},
    {"5MIN", "5m"},
    {"5Days", "5d"},
    {"5DAYS", "5d"},
    {"1z", NULL},
    {"1`h", NULL},
    {"1h{", NULL},
    {"1WEEK", "7d"},
};

START_TEST(guesses_durations)
{
    char out[TD_DURATION_MAX];
    size_t len = 0;
    bool guessed = td_duration_guess(str(guesses[_i].written), out, &len);
    ck_assert_msg(guessed == (guesses[_i].canonical != NULL), "`%s`",
                  guesses[_i].written);
    if (guessed)
        ck_assert_msg(td_str_eq((struct td_str){out, len}, str(guesses[_i].canonical)),
                      "`%s` became `%.*s`", guesses[_i].written, (int)len, out);
}
END_TEST

Suite *td_suite_number(void)
{
    Suite *suite = suite_create("number");
    TCase *scalar = tcase_create("scalars");
    tcase_add_loop_test(scalar, resolves, 0, TD_COUNT(scalars));
    suite_add_tcase(suite, scalar);
    TCase *number = tcase_create("numbers");
    tcase_add_loop_test(number, spells_integers, 0, TD_COUNT(integers));
    tcase_add_loop_test(number, spells_floats, 0, TD_COUNT(floats));
    tcase_add_loop_test(number, spells_as_python_does, 0, TD_COUNT(decimals));
    tcase_add_test(number, counts_digits_of_integers);
    tcase_add_test(number, counts_digits_of_floats);
    tcase_add_test(number, bounds_exponents);
    tcase_add_loop_test(number, fits_integers, 0, TD_COUNT(smalls));
    tcase_add_loop_test(number, compares_numbers, 0, TD_COUNT(ordered));
    suite_add_tcase(suite, number);
    TCase *duration = tcase_create("durations");
    tcase_add_loop_test(duration, reads_durations, 0, TD_COUNT(durations));
    tcase_add_loop_test(duration, guesses_durations, 0, TD_COUNT(guesses));
    suite_add_tcase(suite, duration);
    return suite;
}
