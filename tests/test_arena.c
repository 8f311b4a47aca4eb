#include "arena.h"

#include "suites.h"

/* Sizes that no document has, and what memory gives back when they are asked for. */

static struct td_mem mem;
static struct td_arena arena;

static void begin(void)
{
    mem = (struct td_mem){.budget = SIZE_MAX};
    td_arena_init(&arena, &mem);
}

static void end(void)
{
    td_arena_free(&arena);
    ck_assert_uint_eq(mem.live, 0);
}

START_TEST(pieces_do_not_overlap)
{
    char *pieces[300];
    for (size_t i = 0; i < TD_COUNT(pieces); i++) {
        pieces[i] = td_arena_alloc(&arena, i + 1);
        ck_assert_uint_eq((uintptr_t)pieces[i] % sizeof(void *), 0);
        memset(pieces[i], (int)(i % 251), i + 1);
    }
    for (size_t i = 0; i < TD_COUNT(pieces); i++) {
        for (size_t k = 0; k <= i; k++)
            ck_assert_int_eq((unsigned char)pieces[i][k], (int)(i % 251));
    }
}
END_TEST

/* The newest piece grows where it stands, and what follows lies behind all of it. */
START_TEST(the_newest_piece_is_extended_in_place)
{
    char *piece = td_arena_alloc(&arena, 5);
    memcpy(piece, "12345", 5);
    ck_assert_ptr_eq(td_arena_extend(&arena, piece, 5, 17), piece);
    memset(piece + 5, 'x', 12);
    char *next = td_arena_alloc(&arena, 8);
    ck_assert(next >= piece + 17);
    memset(next, 'y', 8);
    char *moved = td_arena_extend(&arena, piece, 17, 40);
    ck_assert(moved != piece && memcmp(moved, "12345xxxxxxxxxxxx", 17) == 0);
}
END_TEST

START_TEST(arrays_are_cleared)
{
    memset(td_arena_alloc(&arena, 1000), 0xA5, 1000);
    td_arena_reset(&arena);
    const unsigned char *array = td_arena_array(&arena, 10, 100);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_uint_eq(array[i], 0);
    ck_assert_ptr_null(td_arena_array(&arena, 0, 100));
    ck_assert(!arena.failed);
}
END_TEST

START_TEST(sizes_that_overflow_fail_for_good)
{
    static const size_t counts[] = {SIZE_MAX, SIZE_MAX - 6, SIZE_MAX - 7, SIZE_MAX - 8};
    for (size_t i = 0; i < TD_COUNT(counts); i++) {
        td_arena_init(&arena, &mem);
        ck_assert_ptr_null(td_arena_alloc(&arena, counts[i]));
        ck_assert(arena.failed);
        ck_assert_ptr_null(td_arena_alloc(&arena, 1));
    }
    td_arena_init(&arena, &mem);
    ck_assert_ptr_null(td_arena_array(&arena, SIZE_MAX / 2 + 1, 2));
    ck_assert(arena.failed);
    ck_assert_ptr_null(td_arena_array(&arena, 1, 1));
}
END_TEST

/* An array may begin with room for one item, or for none. */
START_TEST(any_room_grows)
{
    for (size_t first = 0; first < 20; first++) {
        size_t room = first;
        void *items = first ? td_mem_alloc(&mem, first) : NULL;
        items = td_mem_grow(&mem, items, &room, first + 1, 1);
        ck_assert_ptr_nonnull(items);
        ck_assert_uint_gt(room, first);
        td_mem_free(&mem, items, room);
    }
}
END_TEST

START_TEST(growing_past_all_sizes_fails)
{
    size_t room = 0;
    char *items = td_mem_grow(&mem, NULL, &room, 20, 1);
    ck_assert_uint_ge(room, 20);
    size_t before = room;
    ck_assert_ptr_null(td_mem_grow(&mem, items, &room, SIZE_MAX, 1));
    ck_assert_ptr_null(td_mem_grow(&mem, items, &room, SIZE_MAX / 4, 8));
    ck_assert_uint_eq(room, before);
    td_mem_free(&mem, items, room);
}
END_TEST

START_TEST(the_budget_is_met_and_not_passed)
{
    mem.budget = 100;
    void *piece = td_mem_alloc(&mem, 60);
    ck_assert_ptr_nonnull(piece);
    ck_assert_ptr_null(td_mem_alloc(&mem, 41));
    ck_assert_ptr_null(td_mem_resize(&mem, piece, 60, 101));
    piece = td_mem_resize(&mem, piece, 60, 100);
    ck_assert_ptr_nonnull(piece);
    ck_assert_uint_eq(mem.live, 100);
    piece = td_mem_resize(&mem, piece, 100, 40);
    ck_assert_uint_eq(mem.live, 40);
    td_mem_free(&mem, piece, 40);
}
END_TEST

Suite *td_suite_arena(void)
{
    Suite *suite = suite_create("arena");
    TCase *tests = tcase_create("memory");
    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, pieces_do_not_overlap);
    tcase_add_test(tests, the_newest_piece_is_extended_in_place);
    tcase_add_test(tests, arrays_are_cleared);
    tcase_add_test(tests, sizes_that_overflow_fail_for_good);
    tcase_add_test(tests, any_room_grows);
    tcase_add_test(tests, growing_past_all_sizes_fails);
    tcase_add_test(tests, the_budget_is_met_and_not_passed);
    suite_add_tcase(suite, tests);
    return suite;
}
