/* Buffers, and which characters are written as they are. */
#include "../lib/text.h"

#include "suites.h"

static struct td_mem mem;
static struct td_buf buf;

static void begin(void)
{
    mem = (struct td_mem){.budget = SIZE_MAX};
    td_buf_init(&buf, &mem);
}

static void end(void)
{
    td_buf_free(&buf);
    ck_assert_uint_eq(mem.live, 0);
}

static void check_written(const char *expected)
{
    ck_assert(!buf.failed);
    ck_assert_uint_eq(buf.len, strlen(expected));
    ck_assert_int_eq(memcmp(buf.ptr, expected, buf.len), 0);
    buf.len = 0;
}

START_TEST(a_size_that_overflows_fails_for_good)
{
    td_buf_byte(&buf, 'a');
    ck_assert(!td_buf_reserve(&buf, SIZE_MAX));
    ck_assert(buf.failed);
    ck_assert(!td_buf_reserve(&buf, 1));
    td_buf_text(&buf, "b");
    ck_assert_uint_eq(buf.len, 1);
}
END_TEST

START_TEST(what_fits_takes_no_more_room)
{
    td_buf_byte(&buf, 'a');
    size_t room = buf.room;
    ck_assert(td_buf_reserve(&buf, room - buf.len));
    ck_assert_uint_eq(buf.room, room);
    ck_assert(td_buf_reserve(&buf, room - buf.len + 1));
    ck_assert_uint_gt(buf.room, room);
}
END_TEST

/* Four digits at least, and as many as there are. */
START_TEST(hidden_characters_are_spelt_out)
{
    static const struct {
        const char *bytes;
        const char *written;
    } rows[] = {
        {"\x7F", "\\u{007F}"},
        {"\xEF\xBF\xBF", "\\u{FFFF}"},
        {"\xF0\x9F\xBF\xBF", "\\u{1FFFF}"},
        {"\xF3\xBF\xBF\xBF", "\\u{FFFFF}"},
        {"\xF4\x8F\xBF\xBF", "\\u{10FFFF}"},
    };
    for (size_t i = 0; i < TD_COUNT(rows); i++) {
        td_buf_escaped(&buf, (struct td_str){rows[i].bytes, strlen(rows[i].bytes)}, 60);
        check_written(rows[i].written);
    }
}
END_TEST

/* The format specification, section 4, rule 4. */
static char escape_of(uint32_t c)
{
    static const char written[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    if (c && c < 0x80 && strchr(written, (int)c))
        return letters[strchr(written, (int)c) - written];
    bool numbered = c < 0x20 || c == 0x7F || (c >= 0x80 && c <= 0x9F) || c == 0x2028 ||
                    c == 0x2029 || c == 0xFEFF || (c >= 0xFDD0 && c <= 0xFDEF) ||
                    c == 0xFFFE || c == 0xFFFF;
    return numbered ? 'u' : 0;
}

START_TEST(every_character_has_its_escape)
{
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (td_json_escape(c) != escape_of(c))
            ck_abort_msg("U+%04X", c);
    }
}
END_TEST

/* Each byte at each place of texts that take up a word, less, and more; what stands around a text
 * is not looked at. */
START_TEST(plain_text_is_visible_ascii)
{
    enum { LONGEST = 20 };
    char room[LONGEST + 2];
    for (size_t length = 1; length <= LONGEST; length++) {
        for (size_t at = 1; at <= length; at++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                memset(room, '"', sizeof room);
                memset(room + 1, 'a', length);
                room[at] = (char)byte;
                bool plain = byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
                if (td_is_plain_text((struct td_str){room + 1, length}) != plain)
                    ck_abort_msg("byte %u at %zu of %zu", byte, at - 1, length);
            }
        }
    }
}
END_TEST

Suite *td_suite_text(void)
{
    Suite *suite = suite_create("text");
    TCase *tests = tcase_create("buffers");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, a_size_that_overflows_fails_for_good);
    tcase_add_test(tests, what_fits_takes_no_more_room);
    tcase_add_test(tests, hidden_characters_are_spelt_out);
    tcase_add_test(tests, every_character_has_its_escape);
    tcase_add_test(tests, plain_text_is_visible_ascii);
    suite_add_tcase(suite, tests);
    return suite;
}
