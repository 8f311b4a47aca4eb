/*
 * UTF-8 without a locale: validation, stepping, and what a character takes up or hides
 * when text is shown to people. Ill-formed is what Unicode calls so: overlong forms,
 * surrogates and anything above U+10FFFF; NUL and control characters are well-formed
 * here.
 */
#ifndef TD_UTF8_H
#define TD_UTF8_H

#include "base.h"

/* What stands for bytes that are no character. */
#define TD_UTF8_REPLACEMENT UINT32_C(0xFFFD)

/* Gives how many bytes from the start are well-formed UTF-8: `n` where all are. */
size_t td_utf8_valid_prefix(const char *p, size_t n);

/*
 * Gives the character at `p` and its bytes in `*used`. Ill-formed bytes give
 * TD_UTF8_REPLACEMENT and are stepped over one by one. `n` must be at least 1.
 */
uint32_t td_utf8_next(const char *p, size_t n, size_t *used);

/*
 * Gives the terminal columns of a character: 0 for combining marks and format characters,
 * 2 for wide East Asian characters and emoji, else 1. Tables follow Unicode 14; only
 * layout hangs on it.
 */
unsigned td_utf8_width(uint32_t c);

/*
 * True for what must be shown as `\u{XXXX}`: control, format and bidirectional
 * characters, line and paragraph separators, fillers and selectors that take no room, and
 * non-characters.
 */
bool td_utf8_hidden(uint32_t c);

#endif
