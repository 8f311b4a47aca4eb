/*
 * When schedules run. The rows are worked out with a calendar on the wall; instants are written
 * and read here by counting days one by one.
 */
#include "suites.h"

#include <stdio.h>

#include "../lib/calendar.h"
#include "../lib/schedule.h"

/* ---- the plainest calendar -------------------------------------------------------------- */

static const uint32_t lengths[2][12] = {
    {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31},
    {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31},
};

static bool has_leap_day(uint32_t year)
{
    return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

/* Reads `2026-11-24 12:00:00`; seconds may be left out. */
static int64_t instant(const char *text)
{
    unsigned year, month, day, hour, minute, second = 0;
    int found =
        sscanf(text, "%u-%u-%u %u:%u:%u", &year, &month, &day, &hour, &minute, &second);
    ck_assert_msg(found >= 5, "`%s` is no instant", text);
    int64_t days = day - 1;
    for (unsigned y = 1970; y < year; y++)
        days += has_leap_day(y) ? 366 : 365;
    for (unsigned m = 1; m < month; m++)
        days += lengths[has_leap_day(year)][m - 1];
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

static bool is_day(uint32_t number, struct td_date date)
{
    struct td_date found = td_date_of(number);
    return td_day_number(date.year, date.month, date.day) == number &&
           found.year == date.year && found.month == date.month &&
           found.day == date.day && td_weekday(number) == (4 + number) % 7;
}

static struct td_date day_after(struct td_date date)
{
    if (date.day < lengths[has_leap_day(date.year)][date.month - 1])
        return (struct td_date){date.year, date.month, date.day + 1};
    if (date.month < 12)
        return (struct td_date){date.year, date.month + 1, 1};
    return (struct td_date){date.year + 1, 1, 1};
}

/* Check notes each assertion, which takes longer than all that is asserted here. */
START_TEST(days_have_numbers_and_dates)
{
    struct td_date date = {1970, 1, 1};
    for (uint32_t number = 0; date.year < 2401; number++, date = day_after(date))
        if (!is_day(number, date))
            ck_abort_msg("day %u is not %u-%u-%u", number, date.year, date.month,
                         date.day);
}
END_TEST

START_TEST(the_calendar_ends_with_9999)
{
    struct td_date last = td_date_of((uint32_t)(TD_LAST_INSTANT / TD_DAY_SECONDS));
    ck_assert(last.year == 9999 && last.month == 12 && last.day == 31);
    ck_assert_int_eq(TD_LAST_INSTANT, instant("9999-12-31 23:59:59"));
}
END_TEST

/* ---- schedules -------------------------------------------------------------------------- */

#define MOST 6 /* runs that a row asks for; a row with fewer has all there are */

static const struct {
    const char *schedule;
    const char *after;
    const char *runs[MOST];
} rows[] = {
    /* Runs come strictly after. */
    {"cron(0 12 * * ? *)",
     "2026-11-24 11:59:59",
     {"2026-11-24 12:00", "2026-11-25 12:00", "2026-11-26 12:00", "2026-11-27 12:00",
      "2026-11-28 12:00", "2026-11-29 12:00"}},
    {"cron(0 12 * * ? 2026-2027)", "2027-12-30 12:00", {"2027-12-31 12:00"}},
    {"cron(0 12 * * ? 2026)", "2026-12-31 12:00", {NULL}},
    {"cron(0 0 1 1 ? 1970-1972)",
     "1970-01-01 00:00",
     {"1971-01-01 00:00", "1972-01-01 00:00"}},
    {"* * * * *",
     "2026-12-31 23:57:01",
     {"2026-12-31 23:58", "2026-12-31 23:59", "2027-01-01 00:00", "2027-01-01 00:01",
      "2027-01-01 00:02", "2027-01-01 00:03"}},
    {"59 23 31 12 *",
     "2026-12-31 23:59",
     {"2027-12-31 23:59", "2028-12-31 23:59", "2029-12-31 23:59", "2030-12-31 23:59",
      "2031-12-31 23:59", "2032-12-31 23:59"}},
    /* Lists, ranges and steps. */
    {"cron(5/20 8-9 24 11 ? 2026)",
     "2026-11-01 00:00",
     {"2026-11-24 08:05", "2026-11-24 08:25", "2026-11-24 08:45", "2026-11-24 09:05",
      "2026-11-24 09:25", "2026-11-24 09:45"}},
    {"10-20/5,50,50 */12 1 1 *",
     "2026-01-01 00:00",
     {"2026-01-01 00:10", "2026-01-01 00:15", "2026-01-01 00:20", "2026-01-01 00:50",
      "2026-01-01 12:10", "2026-01-01 12:15"}},
    {"cron(0 0 1 */5 ? 2027)",
     "2026-11-24 00:00",
     {"2027-01-01 00:00", "2027-06-01 00:00", "2027-11-01 00:00"}},
    {"cron(0 0 1 1 ? 2024-2199/100)",
     "2000-01-01 00:00",
     {"2024-01-01 00:00", "2124-01-01 00:00"}},
    {"cron(0 0 1 1 ? 1970,2199)", "1971-01-01 00:00", {"2199-01-01 00:00"}},
    /* Names. */
    {"cron(0 9 ? JAN,sep MON-FRI 2026)",
     "2026-01-28 09:00",
     {"2026-01-29 09:00", "2026-01-30 09:00", "2026-09-01 09:00", "2026-09-02 09:00",
      "2026-09-03 09:00", "2026-09-04 09:00"}},
    /* Sunday is 1 in cron(), and 0 or 7 in a line. */
    {"cron(0 0 ? * 1 *)",
     "2026-11-24 00:00",
     {"2026-11-29 00:00", "2026-12-06 00:00", "2026-12-13 00:00", "2026-12-20 00:00",
      "2026-12-27 00:00", "2027-01-03 00:00"}},
    {"0 0 * 11-12 0",
     "2026-11-24 00:00",
     {"2026-11-29 00:00", "2026-12-06 00:00", "2026-12-13 00:00", "2026-12-20 00:00",
      "2026-12-27 00:00", "2027-11-07 00:00"}},
    {"0 0 * * 6-7",
     "2026-11-24 00:00",
     {"2026-11-28 00:00", "2026-11-29 00:00", "2026-12-05 00:00", "2026-12-06 00:00",
      "2026-12-12 00:00", "2026-12-13 00:00"}},
    {"0 0 * * 1",
     "2026-11-24 00:00",
     {"2026-11-30 00:00", "2026-12-07 00:00", "2026-12-14 00:00", "2026-12-21 00:00",
      "2026-12-28 00:00", "2027-01-04 00:00"}},
    /* Leap days: 2100 has none. */
    {"0 0 29 2 *",
     "2092-02-29 00:00",
     {"2096-02-29 00:00", "2104-02-29 00:00", "2108-02-29 00:00", "2112-02-29 00:00",
      "2116-02-29 00:00", "2120-02-29 00:00"}},
    {"cron(30 6 29 2 ? 2095-2105)",
     "2026-11-24 00:00",
     {"2096-02-29 06:30", "2104-02-29 06:30"}},
    {"cron(0 0 29-30 2 ? 2000)", "1999-12-31 23:59:59", {"2000-02-29 00:00"}},
    {"cron(0 0 31 * ? 2026)",
     "2026-01-31 00:00",
     {"2026-03-31 00:00", "2026-05-31 00:00", "2026-07-31 00:00", "2026-08-31 00:00",
      "2026-10-31 00:00", "2026-12-31 00:00"}},
    /* The last day of a month. */
    {"cron(0 0 L 1-4 ? 2024)",
     "2024-01-01 00:00",
     {"2024-01-31 00:00", "2024-02-29 00:00", "2024-03-31 00:00", "2024-04-30 00:00"}},
    {"cron(0 0 L 2 ? 2100)", "2026-01-01 00:00", {"2100-02-28 00:00"}},
    /* The nearest weekday, never of another month: a Saturday, a Sunday and a Tuesday. */
    {"cron(0 0 15W 8,11,12 ? 2026)",
     "2026-01-01 00:00",
     {"2026-08-14 00:00", "2026-11-16 00:00", "2026-12-15 00:00"}},
    {"cron(0 0 1W 1,2,8 ? 2026)",
     "2025-12-31 00:00", /* Thursday, Sunday, Saturday */
     {"2026-01-01 00:00", "2026-02-02 00:00", "2026-08-03 00:00"}},
    {"cron(0 0 31W 1-6 ? 2026)",
     "2026-01-01 00:00", /* Saturday, Tuesday, Sunday */
     {"2026-01-30 00:00", "2026-03-31 00:00", "2026-05-29 00:00"}},
    {"cron(0 0 30W 8,11 ? 2025-2026)",
     "2025-01-01 00:00", /* Sat, Sun; Sun, Mon */
     {"2025-08-29 00:00", "2025-11-28 00:00", "2026-08-31 00:00", "2026-11-30 00:00"}},
    {"cron(0 0 28W 2 ? 2026)", "2026-01-01 00:00", {"2026-02-27 00:00"}},
    {"cron(0 0 29W 2 ? 2024-2028)",
     "2024-01-01 00:00",
     {"2024-02-29 00:00", "2028-02-29 00:00"}},
    /* The last and the fifth such day of a month. */
    {"cron(0 0 ? * L 2026)",
     "2026-12-01 00:00",
     {"2026-12-05 00:00", "2026-12-12 00:00", "2026-12-19 00:00", "2026-12-26 00:00"}},
    {"cron(0 0 ? 1-4 6L 2026)",
     "2026-01-01 00:00",
     {"2026-01-30 00:00", "2026-02-27 00:00", "2026-03-27 00:00", "2026-04-24 00:00"}},
    {"cron(0 0 ? 2 SUNL 2032)", "2026-01-01 00:00", {"2032-02-29 00:00"}},
    {"cron(0 0 ? * MON#5 2026)",
     "2026-01-01 00:00",
     {"2026-03-30 00:00", "2026-06-29 00:00", "2026-08-31 00:00", "2026-11-30 00:00"}},
    {"cron(0 0 ? 2 5#5 2024-2060)",
     "2020-01-01 00:00",
     {"2024-02-29 00:00", "2052-02-29 00:00"}},
    {"cron(0 0 ? 11 3#1 2026-2027)",
     "2026-01-01 00:00",
     {"2026-11-03 00:00", "2027-11-02 00:00"}},
    /* Two day fields of a line: either, but both where one begins with a star. */
    {"0 0 13 * 5",
     "2026-02-06 00:00", /* the 13th is a Friday twice */
     {"2026-02-13 00:00", "2026-02-20 00:00", "2026-02-27 00:00", "2026-03-06 00:00",
      "2026-03-13 00:00", "2026-03-20 00:00"}},
    {"0 0 31 2 1",
     "2026-01-01 00:00",
     {"2026-02-02 00:00", "2026-02-09 00:00", "2026-02-16 00:00", "2026-02-23 00:00",
      "2027-02-01 00:00", "2027-02-08 00:00"}},
    {"0 0 */2 1 1",
     "2026-01-01 00:00", /* Mondays of odd number */
     {"2026-01-05 00:00", "2026-01-19 00:00", "2027-01-11 00:00", "2027-01-25 00:00",
      "2028-01-03 00:00", "2028-01-17 00:00"}},
    {"0 0 * 1 */2",
     "2026-01-01 00:00", /* Sunday, Tuesday, Thursday, Saturday */
     {"2026-01-03 00:00", "2026-01-04 00:00", "2026-01-06 00:00", "2026-01-08 00:00",
      "2026-01-10 00:00", "2026-01-11 00:00"}},
    {"0 0 * * *", "9999-12-29 00:00", {"9999-12-30 00:00", "9999-12-31 00:00"}},
    /* Periods, to the second. */
    {"rate(5 minutes)",
     "2026-11-24 23:50:30",
     {"2026-11-24 23:55:30", "2026-11-25 00:00:30", "2026-11-25 00:05:30",
      "2026-11-25 00:10:30", "2026-11-25 00:15:30", "2026-11-25 00:20:30"}},
    {"rate(36 hours)",
     "2026-11-24 12:00",
     {"2026-11-26 00:00", "2026-11-27 12:00", "2026-11-29 00:00", "2026-11-30 12:00",
      "2026-12-02 00:00", "2026-12-03 12:00"}},
    {"rate(366 days)", "9998-12-30 23:59:59", {"9999-12-31 23:59:59"}},
    {"rate(366 days)", "9998-12-31 00:00", {NULL}},
    /* Where the calendar ends, and the years of cron(). */
    {"59 23 31 12 *", "9999-12-31 23:58:59", {"9999-12-31 23:59"}},
    {"* * * * *", "9999-12-31 23:59:59", {NULL}},
    {"cron(59 23 31 12 ? *)", "2199-12-31 23:58:59", {"2199-12-31 23:59"}},
    {"cron(* * * * ? *)", "2199-12-31 23:59", {NULL}},
    {"cron(* * * * ? *)", "9999-12-31 23:59:59", {NULL}},
    {"cron(0 0 1 1 ? 1970)", "1970-01-01 00:00", {NULL}},
};

static struct td_schedule parse(const char *text)
{
    struct td_schedule schedule;
    struct td_schedule_fault fault;
    struct td_str whole = {text, strlen(text)};
    ck_assert_msg(td_schedule_parse(whole, &schedule, &fault), "`%s`", text);
    return schedule;
}

static size_t expected_of(size_t row)
{
    size_t count = 0;
    while (count < MOST && rows[row].runs[count])
        count++;
    return count;
}

START_TEST(runs_are_those_of_the_calendar)
{
    struct td_schedule schedule = parse(rows[_i].schedule);
    int64_t runs[MOST];
    size_t found = td_schedule_runs(&schedule, instant(rows[_i].after), runs, MOST);
    size_t expected = expected_of((size_t)_i);
    ck_assert_msg(found == expected, "`%s` after %s: %zu runs, not %zu",
                  rows[_i].schedule, rows[_i].after, found, expected);
    for (size_t i = 0; i < found; i++)
        ck_assert_msg(runs[i] == instant(rows[_i].runs[i]), "`%s` after %s: run %zu",
                      rows[_i].schedule, rows[_i].after, i);
}
END_TEST

/* However few are asked for at a time, they are the same. */
START_TEST(runs_go_on_from_the_last)
{
    struct td_schedule schedule = parse(rows[_i].schedule);
    int64_t after = instant(rows[_i].after);
    for (size_t i = 0; i < expected_of((size_t)_i); i++) {
        ck_assert_uint_eq(td_schedule_runs(&schedule, after, &after, 1), 1);
        ck_assert_msg(after == instant(rows[_i].runs[i]), "`%s` after %s: run %zu",
                      rows[_i].schedule, rows[_i].after, i);
    }
}
END_TEST

START_TEST(no_run_is_written_where_there_is_no_room)
{
    struct td_schedule schedule = parse("* * * * *");
    int64_t runs[3] = {-1, -1, -1};
    ck_assert_uint_eq(td_schedule_runs(&schedule, 0, runs, 0), 0);
    ck_assert_int_eq(runs[0], -1);
    ck_assert_uint_eq(td_schedule_runs(&schedule, 0, runs, 2), 2);
    ck_assert_int_eq(runs[1], 120);
    ck_assert_int_eq(runs[2], -1);
}
END_TEST

Suite *td_suite_runs(void)
{
    Suite *suite = suite_create("runs");
    TCase *tests = tcase_create("runs");
    tcase_add_test(tests, days_have_numbers_and_dates);
    tcase_add_test(tests, the_calendar_ends_with_9999);
    tcase_add_loop_test(tests, runs_are_those_of_the_calendar, 0, (int)TD_COUNT(rows));
    tcase_add_loop_test(tests, runs_go_on_from_the_last, 0, (int)TD_COUNT(rows));
    tcase_add_test(tests, no_run_is_written_where_there_is_no_room);
    suite_add_tcase(suite, tests);
    return suite;
}
