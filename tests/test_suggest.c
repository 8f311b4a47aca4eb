/*
 * The nearest name: what is near enough, which of two is nearer, and when both are shown.
 */
#include "suites.h"

#include "../lib/suggest.h"

static struct td_str str(const char *s)
{
    return (struct td_str){s, strlen(s)};
}

static struct td_suggest_result search(const char *found, const char *const *names)
{
    struct td_suggest s;
    td_suggest_start(&s, str(found));
    for (; *names; names++)
        td_suggest_offer(&s, str(*names));
    return td_suggest_result(&s);
}

/* Up to four names in source order, and what comes of them. */
static const struct {
    const char *found;
    const char *names[5];
    const char *first, *second;
    bool equal;
} rows[] = {
    {"opertor", {"outputs", "operator", "runtime"}, "operator", NULL, false},
    {"reactiv", {"source", "reactive"}, "reactive", NULL, false},
    {"Unique-Key", {"unique_key"}, "unique_key", NULL, true},
    {"unique key", {"unique_key"}, "unique_key", NULL, true},
    {"uniqueKey", {"unique_key"}, "unique_key", NULL, false},
    {"anem", {"name"}, NULL, NULL, false},
    {"nmae", {"name"}, "name", NULL, false},
    {"abc", {"xyz"}, NULL, NULL, false},
    {"cat", {"cart", "cot"}, "cart", "cot", false},
    {"cat", {"bat", "car"}, "car", "bat", false},
    {"ab", {"ba"}, "ba", NULL, false},
    {"abcdef", {"abcxyz"}, NULL, NULL, false},
    {"abcdef", {"abcxyf"}, "abcxyf", NULL, false},
    {"abcde", {"abcxy"}, NULL, NULL, false},
    {"a_b", {"a_c", "a-b", "a b"}, "a-b", "a b", true},
    {"name", {"names", "names"}, "names", NULL, false},
    {"job1", {"job2", "job3", "job4"}, "job2", "job3", false},
    {"", {"a"}, NULL, NULL, false},
    {"x", {""}, NULL, NULL, false},
    {"JOBS", {"jobs"}, "jobs", NULL, true},
    {"secret", {"secrets", "secreta", "secre"}, "secrets", "secreta", false},
};

START_TEST(finds)
{
    struct td_suggest_result r = search(rows[_i].found, rows[_i].names);
    size_t count = !rows[_i].first ? 0 : !rows[_i].second ? 1 : 2;
    ck_assert_msg(r.count == count, "`%s`: %zu", rows[_i].found, r.count);
    if (count > 0)
        ck_assert_msg(td_str_eq(r.names[0], str(rows[_i].first)), "`%s`", rows[_i].found);
    if (count > 1)
        ck_assert_msg(td_str_eq(r.names[1], str(rows[_i].second)), "`%s`",
                      rows[_i].found);
    ck_assert_int_eq(r.equal_folded, rows[_i].equal);
}
END_TEST

START_TEST(skips_long_names)
{
    char name[TD_SUGGEST_NAME_MAX + 1];
    struct td_suggest s;
    memset(name, 'a', sizeof(name));
    td_suggest_start(&s, (struct td_str){name, TD_SUGGEST_NAME_MAX});
    td_suggest_offer(&s, (struct td_str){name, TD_SUGGEST_NAME_MAX + 1});
    ck_assert_uint_eq(td_suggest_result(&s).count, 0);
    td_suggest_offer(&s, (struct td_str){name, TD_SUGGEST_NAME_MAX - 21});
    ck_assert_uint_eq(td_suggest_result(&s).count, 1);
    td_suggest_start(&s, (struct td_str){name, TD_SUGGEST_NAME_MAX + 1});
    td_suggest_offer(&s, (struct td_str){name, TD_SUGGEST_NAME_MAX});
    ck_assert_uint_eq(td_suggest_result(&s).count, 0);
}
END_TEST

/* Sets of 2,000 names are searched, and no larger ones. */
START_TEST(skips_large_sets)
{
    enum { SET_MOST = 2000 };
    struct td_suggest s;
    td_suggest_start(&s, TD_S("names"));
    td_suggest_offer(&s, TD_S("name"));
    for (size_t i = 1; i < SET_MOST; i++)
        td_suggest_offer(&s, TD_S("other"));
    ck_assert_uint_eq(td_suggest_result(&s).count, 1);
    td_suggest_offer(&s, TD_S("other"));
    ck_assert_uint_eq(td_suggest_result(&s).count, 0);
}
END_TEST

Suite *td_suite_suggest(void)
{
    Suite *suite = suite_create("suggest");
    TCase *tcase = tcase_create("nearest");
    tcase_add_loop_test(tcase, finds, 0, TD_COUNT(rows));
    tcase_add_test(tcase, skips_long_names);
    tcase_add_test(tcase, skips_large_sets);
    suite_add_tcase(suite, tcase);
    return suite;
}
