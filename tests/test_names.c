#include "names.h"

#include <stdio.h>
#include <stdlib.h>

#include "suites.h"

/* Sorting is checked against its definition, not against another sort: ascending by unsigned
 * bytes, a prefix first, equal names by id, and every id still there once. */

enum { NAMES_MOST = 3000, NAME_ROOM = 24 };

static char texts[NAMES_MOST][NAME_ROOM];
static struct td_name names[NAMES_MOST];

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

static void check_sorted(size_t count)
{
    static bool seen[NAMES_MOST];
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < count; i++) {
        ck_assert(!seen[names[i].id]);
        seen[names[i].id] = true;
        if (i == 0)
            continue;
        int order = td_str_compare(names[i - 1].text, names[i].text);
        ck_assert_msg(order < 0 || (order == 0 && names[i - 1].id < names[i].id),
                      "%zu of %zu: `%s` before `%s`", i, count, names[i - 1].text.ptr,
                      names[i].text.ptr);
    }
}

static void fill(size_t count, const char *format, uint32_t values, uint32_t *state)
{
    for (size_t i = 0; i < count; i++) {
        int len =
            snprintf(texts[i], NAME_ROOM, "%s%u", format, next_random(state) % values);
        names[i] = td_name_of((struct td_str){texts[i], (size_t)len}, (uint32_t)i);
    }
}

START_TEST(test_random_names)
{
    uint32_t state = 7;
    static const char *const starts[] = {"", "a", "abcdefgh", "abcdefghi_", "\xC3\xA9"};
    for (size_t count = 0; count <= 200; count++) {
        fill(count, starts[count % 5], 1 + (uint32_t)count / 3, &state);
        td_names_sort(names, count);
        check_sorted(count);
    }
    for (int round = 0; round < 40; round++) {
        fill(NAMES_MOST, starts[round % 5], round % 2 ? 10 : 100000, &state);
        td_names_sort(names, NAMES_MOST);
        check_sorted(NAMES_MOST);
    }
}
END_TEST

/* Orders that make a careless quicksort slow or wrong. */
START_TEST(test_orders)
{
    for (int order = 0; order < 4; order++) {
        for (size_t i = 0; i < NAMES_MOST; i++) {
            size_t value = order == 0   ? i
                           : order == 1 ? NAMES_MOST - i
                           : order == 2 ? 5
                                        : (i < NAMES_MOST / 2 ? i : NAMES_MOST - i);
            int len = snprintf(texts[i], NAME_ROOM, "job_%06zu", value);
            names[i] = td_name_of((struct td_str){texts[i], (size_t)len}, (uint32_t)i);
        }
        td_names_sort(names, NAMES_MOST);
        check_sorted(NAMES_MOST);
    }
}
END_TEST

START_TEST(test_find)
{
    uint32_t state = 11;
    fill(NAMES_MOST, "name_", 1000, &state);
    td_names_sort(names, NAMES_MOST);
    for (uint32_t value = 0; value < 1100; value++) {
        char text[NAME_ROOM];
        int len = snprintf(text, sizeof text, "name_%u", value);
        struct td_str wanted = {text, (size_t)len};
        const struct td_name *found = td_names_find(names, NAMES_MOST, wanted);
        const struct td_name *expected = NULL;
        for (size_t i = 0; i < NAMES_MOST && !expected; i++)
            expected = td_str_eq(names[i].text, wanted) ? &names[i] : NULL;
        ck_assert_ptr_eq(found, expected);
    }
    ck_assert_ptr_null(td_names_find(names, 0, TD_S("a")));
    ck_assert_ptr_null(td_names_find(names, NAMES_MOST, TD_S("")));
}
END_TEST

Suite *td_suite_names(void)
{
    Suite *suite = suite_create("names");
    TCase *tests = tcase_create("sorting");
    tcase_add_test(tests, test_random_names);
    tcase_add_test(tests, test_orders);
    tcase_add_test(tests, test_find);
    suite_add_tcase(suite, tests);
    return suite;
}
