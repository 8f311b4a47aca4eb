/* Lines of a document, whatever they end with. */
#include "../lib/source.h"

#include "../lib/line.h"
#include "suites.h"

static struct td_mem mem;
static struct td_source source;

static void begin(void)
{
    mem = (struct td_mem){.budget = SIZE_MAX};
}

static void end(void)
{
    td_source_free(&source, &mem);
    ck_assert_uint_eq(mem.live, 0);
}

static void open_text(const char *text)
{
    ck_assert(td_source_init(&source, &mem, text, strlen(text)));
}

static void check_line(size_t offset, const char *expected)
{
    struct td_str line = td_source_text(&source, td_source_line_span(&source, offset));
    ck_assert_msg(td_str_eq(line, (struct td_str){expected, strlen(expected)}),
                  "byte %zu: `%.*s`", offset, (int)line.len, line.ptr);
}

START_TEST(lines_have_no_break)
{
    open_text("ab\r\nc\n\r\n\nd");
    static const char *const lines[] = {"ab", "ab", "ab", NULL, "c", "c",
                                        "",   NULL, "",   "d",  "d"};
    for (size_t i = 0; i < TD_COUNT(lines); i++) {
        if (lines[i]) /* between CR and LF no line begins or ends */
            check_line(i, lines[i]);
    }
    check_line(100, "d");
}
END_TEST

START_TEST(a_carriage_return_in_a_line_is_part_of_it)
{
    open_text("a\rb\n\rc\r\n");
    check_line(0, "a\rb");
    check_line(4, "\rc");
}
END_TEST

static void check_rest(const char *needle, const char *expected)
{
    size_t at = (size_t)(strstr(source.bytes, needle) - source.bytes);
    struct td_str rest = td_source_text(&source, td_line_rest(&source, at));
    ck_assert_msg(td_str_eq(rest, (struct td_str){expected, strlen(expected)}),
                  "`%s`: `%.*s`", needle, (int)rest.len, rest.ptr);
}

START_TEST(comments_and_blanks_end_a_line)
{
    open_text("a: b#c  # d # e\nf: g \t \nh:\t#i\r\n#j\n");
    check_rest("a:", "a: b#c");
    check_rest("b#", "b#c");
    check_rest("f:", "f: g");
    check_rest("h:", "h:");
    check_rest("#j", "#j");
    check_rest("\n", "");
}
END_TEST

Suite *td_suite_source(void)
{
    Suite *suite = suite_create("source");
    TCase *tests = tcase_create("lines");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, lines_have_no_break);
    tcase_add_test(tests, a_carriage_return_in_a_line_is_part_of_it);
    tcase_add_test(tests, comments_and_blanks_end_a_line);
    suite_add_tcase(suite, tests);
    return suite;
}
