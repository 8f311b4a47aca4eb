/* A report while it is made: which findings are kept, and what memory they take. */
#include "../lib/diag.h"

#include "suites.h"

/* As many as are kept in the end, and as many as there is room for on the way. */
enum { MOST = 4, ROOM = MOST + MOST / 4 + 16 + 1, MESSAGE_MOST = 4096 };

static struct td_mem mem;
static struct td_diag diag;

static void begin(void)
{
    mem = (struct td_mem){.budget = SIZE_MAX};
    struct td_levels levels;
    td_levels_init(&levels);
    td_diag_init(&diag, &mem, &levels, MOST, MESSAGE_MOST);
}

static void end(void)
{
    td_diag_free(&diag);
    ck_assert_uint_eq(mem.live, 0);
}

/* The one code whose findings are notes stands for all notes. */
static struct td_finding *report_note(uint32_t start)
{
    return td_report(&diag, TRACEDAG_CODE_DROPPED, (struct td_span){start, start + 1}, 0);
}

static struct td_finding *report_error(uint32_t start)
{
    return td_report(&diag, TRACEDAG_CODE_UNKNOWN_KEY, (struct td_span){start, start + 1},
                     0);
}

static bool reads(tracedag_text text, const char *words)
{
    return text.len == strlen(words) && memcmp(text.ptr, words, text.len) == 0;
}

static size_t count_notes(void)
{
    size_t count = 0;
    for (size_t i = 0; i < diag.count; i++)
        count += diag.list[i].pub.severity == TRACEDAG_SEVERITY_NOTE;
    return count;
}

START_TEST(errors_push_out_notes)
{
    uint32_t start = 0;
    report_note(start++);
    report_note(start++);
    while (diag.count < ROOM)
        report_error(start++);
    ck_assert_uint_eq(count_notes(), 2);
    ck_assert(td_kept(&diag, report_error(start++)));
    ck_assert_uint_eq(count_notes(), 1);
    ck_assert_uint_eq(diag.list[0].pub.severity, TRACEDAG_SEVERITY_NOTE);
    ck_assert(td_kept(&diag, report_error(start++)));
    ck_assert_uint_eq(count_notes(), 0);
    ck_assert(!td_kept(&diag, report_error(start++)));
    ck_assert(!td_kept(&diag, report_note(start++)));
    ck_assert_uint_eq(diag.count, ROOM);
    ck_assert_uint_eq(diag.dropped, 4);
}
END_TEST

START_TEST(notes_in_between_do_not_change_the_order)
{
    static const char *const words[] = {"first", "second"};
    report_error(7);
    report_error(8);
    for (uint32_t i = 0; i < TD_COUNT(words); i++) {
        struct td_finding *f = report_error(0);
        td_message(&diag, f, "%s", words[i]);
        td_data_number(&diag, f, "count", i);
        for (uint32_t note = 0; note < 3; note++)
            report_note(10 + 3 * i + note);
    }
    td_diag_finish(&diag);
    for (size_t i = 0; i < TD_COUNT(words); i++)
        ck_assert(reads(diag.list[i].pub.message, words[i]));
}
END_TEST

static void report_repeats(size_t count)
{
    char text[1000];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < count; i++) {
        struct td_finding *f = report_error(0);
        td_subject(&diag, f, TRACEDAG_SUBJECT_JOB, TD_S("a"), 0);
        td_message(&diag, f, "%t", (struct td_str){text, sizeof text});
        td_related(&diag, f, (struct td_span){3, 5}, "there");
        td_related(&diag, f, (struct td_span){6, 7}, "and there");
    }
}

START_TEST(repeats_leave_nothing_behind)
{
    report_repeats(ROOM);
    size_t before = mem.live;
    report_error(1);
    ck_assert_uint_eq(diag.count, 2);
    ck_assert_uint_lt(mem.live, before - 10000);
    const struct td_finding *f = &diag.list[0];
    const tracedag_related *related = f->pub.related.items;
    ck_assert_uint_eq(f->pub.message.len, 1000);
    ck_assert(reads(f->pub.subject, "a"));
    ck_assert_uint_eq(f->pub.related.count, 2);
    ck_assert_uint_eq(related[0].start.byte, 3);
    ck_assert(reads(related[0].label, "there"));
    ck_assert_uint_eq(related[1].end.byte, 7);
    ck_assert(reads(related[1].label, "and there"));
}
END_TEST

/* Findings whose texts could not be moved are looked at no more. */
START_TEST(findings_without_their_texts_are_given_up)
{
    report_repeats(ROOM);
    mem.budget = mem.live;
    report_error(1);
    ck_assert(diag.failed);
    ck_assert_uint_eq(diag.count, 1);
    ck_assert_uint_eq(diag.list[0].pub.start.byte, 1);
}
END_TEST

START_TEST(room_is_given_back)
{
    report_error(0);
    report_error(1);
    size_t before = mem.live;
    td_diag_settle(&diag);
    ck_assert_uint_lt(mem.live, before);
    ck_assert_uint_eq(diag.count, 2);
    report_note(2);
    report_note(3);
    ck_assert_uint_eq(diag.count, 4);
}
END_TEST

START_TEST(memory_that_ran_out_is_told)
{
    static bool *const parts[] = {&diag.arena.failed, &diag.words.failed,
                                  &diag.scratch.failed};
    td_diag_finish(&diag);
    ck_assert(!diag.failed);
    for (size_t i = 0; i < TD_COUNT(parts); i++) {
        *parts[i] = true;
        td_diag_finish(&diag);
        ck_assert(diag.failed);
        *parts[i] = diag.failed = false;
    }
}
END_TEST

/* Four thousand names are looked at, and then no more. */
START_TEST(searches_have_a_budget)
{
    ck_assert(!td_may_search(&diag, 4001));
    for (int i = 0; i < 4; i++)
        ck_assert(td_may_search(&diag, 1000));
    ck_assert(!td_may_search(&diag, 1));
}
END_TEST

/* `data.name` has the same part in fingerprints whether it was escaped or not. */
START_TEST(names_are_kept_as_they_are)
{
    static const char *const names[] = {"plain", "a\"b", "a\\", "\xC3\xA9\n", "x"};
    for (size_t i = 0; i < TD_COUNT(names); i++) {
        struct td_finding *f = report_error((uint32_t)i);
        struct td_str name = {names[i], strlen(names[i])};
        td_data_number(&diag, f, "count", i);
        td_data_text(&diag, f, "name", name);
        ck_assert(td_str_eq(f->fingerprint_name, name));
    }
}
END_TEST

START_TEST(texts_are_cut_between_characters)
{
    static const char text[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    static const size_t cuts[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
    for (size_t most = 0; most < TD_COUNT(cuts); most++) {
        diag.message_most = most;
        struct td_finding *f = report_error((uint32_t)most);
        td_message(&diag, f, "%t", TD_S(text));
        ck_assert_uint_eq(f->pub.message.len, cuts[most]);
        ck_assert_int_eq(memcmp(f->pub.message.ptr, text, cuts[most]), 0);
    }
}
END_TEST

Suite *td_suite_diag(void)
{
    Suite *suite = suite_create("diag");
    TCase *tests = tcase_create("findings");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, errors_push_out_notes);
    tcase_add_test(tests, notes_in_between_do_not_change_the_order);
    tcase_add_test(tests, repeats_leave_nothing_behind);
    tcase_add_test(tests, findings_without_their_texts_are_given_up);
    tcase_add_test(tests, room_is_given_back);
    tcase_add_test(tests, memory_that_ran_out_is_told);
    tcase_add_test(tests, searches_have_a_budget);
    tcase_add_test(tests, names_are_kept_as_they_are);
    tcase_add_test(tests, texts_are_cut_between_characters);
    suite_add_tcase(suite, tests);
    return suite;
}
