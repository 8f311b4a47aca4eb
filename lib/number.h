/*
 * Scalars, exact numbers and durations: plain bytes in, plain values out. No number ever
 * passes through a binary floating-point value, nothing allocates or looks at the locale,
 * and every function takes time linear in its input however long the digits are.
 */
#ifndef TD_NUMBER_H
#define TD_NUMBER_H

#include "base.h"

/* What a plain scalar is in the core schema of YAML 1.2. */
enum td_scalar {
    TD_SCALAR_NULL,
    TD_SCALAR_TRUE,
    TD_SCALAR_FALSE,
    TD_SCALAR_INTEGER,
    TD_SCALAR_FLOAT,
    TD_SCALAR_NOT_FINITE,
    TD_SCALAR_TEXT,
};

enum td_number_status {
    TD_NUMBER_OK,
    TD_NUMBER_TOO_LONG, /* more than TD_NUMBER_DIGITS digits */
    TD_NUMBER_EXPONENT, /* the exponent's magnitude is above TD_NUMBER_EXPONENT_MAX */
};

/* Digits of a number in its canonical spelling, without the zeros that only place the
 * point. */
#define TD_NUMBER_DIGITS 1024
/* Magnitude of the exponent of a float's first significant digit. */
#define TD_NUMBER_EXPONENT_MAX 9999
/* Bytes that any canonical spelling fits in; the longest has 1,032. */
#define TD_NUMBER_MAX 1040

/* Gives the kind of a plain scalar (not quoted, no tag). The empty one is null. */
enum td_scalar td_scalar_resolve(struct td_str plain);

/*
 * Writes the decimal spelling of an integer: no sign for zero, no `+`, no leading zeros.
 * `written` must resolve to TD_SCALAR_INTEGER; `out` has room for TD_NUMBER_MAX bytes and
 * is not terminated. On failure neither `out` nor `*out_len` means anything.
 */
enum td_number_status td_integer_canonical(struct td_str written, char *out,
                                           size_t *out_len);

/*
 * Writes the one spelling of a float, exactly the decimal that was written: plain with a
 * digit on each side of the point when its exponent lies between -7 and 21 (both
 * excluded), else as in `1.5e-7`; zero is `0.0`. `written` must resolve to
 * TD_SCALAR_FLOAT, the rest is as for td_integer_canonical().
 */
enum td_number_status td_float_canonical(struct td_str written, char *out,
                                         size_t *out_len);

/*
 * Writes what numbers of one value share, however they are written: `1`, `0x1` and `1.0` give the
 * same bytes. `written` must resolve to an integer or a float that has a canonical spelling; `out`
 * has room for TD_NUMBER_MAX bytes. Gives the length.
 */
size_t td_number_key(struct td_str written, char out[TD_NUMBER_MAX]);

/* Compares two such numbers by their values: below 0, 0 or above 0. */
int td_number_compare(struct td_str a, struct td_str b);

/*
 * Gives the value of an integer in any of its spellings; false, with `*value` untouched,
 * when it does not fit. `written` must resolve to TD_SCALAR_INTEGER.
 */
bool td_integer_small(struct td_str written, int64_t *value);

enum td_duration_status {
    TD_DURATION_OK,
    TD_DURATION_FORM,     /* not a duration as the format writes it; zero is none */
    TD_DURATION_TOO_LONG, /* the form is right, the length is above 366 days */
};

/* 366 days, the longest duration. */
#define TD_DURATION_SECONDS_MAX UINT32_C(31622400)
/* Bytes that any canonical duration fits in; the longest is `365d23h59m59s`. */
#define TD_DURATION_MAX 16

/* Reads a duration such as `1h30m` (the format specification, section 2) into seconds. */
enum td_duration_status td_duration_parse(struct td_str s, uint32_t *seconds);

/*
 * Writes the largest-units spelling of 1 to TD_DURATION_SECONDS_MAX seconds, not
 * terminated, and gives its length.
 */
size_t td_duration_write(uint32_t seconds, char out[TD_DURATION_MAX]);

/*
 * Writes the duration that was probably meant by text that is none, in its canonical
 * spelling: `300`, `1.5h`, `5 minutes`, `30m1h`, `PT5M`. False when the text gives no
 * single sensible reading, or one that is zero, negative, no whole number of seconds or
 * above 366 days.
 */
bool td_duration_guess(struct td_str s, char out[TD_DURATION_MAX], size_t *len);

#endif
