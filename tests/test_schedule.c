/*
 * Schedules: which are accepted and in which spelling, and which are refused with what
 * message and help. The rows follow the format's tables of grammars and of expressions
 * that cron programs disagree on.
 */
#include <stdio.h>

#include "suites.h"

#include "../lib/schedule.h"

/* Text that a sink collects; more than it holds is dropped and noticed by its length. */
struct collected {
    char bytes[512];
    size_t len;
};

static void collect(void *ctx, const char *bytes, size_t len)
{
    struct collected *c = ctx;
    size_t room =
        sizeof(c->bytes) - (c->len < sizeof(c->bytes) ? c->len : sizeof(c->bytes));
    memcpy(c->bytes + (sizeof(c->bytes) - room), bytes, len < room ? len : room);
    c->len += len;
}

static void quote(void *ctx, struct td_str raw)
{
    collect(ctx, raw.ptr, raw.len);
}

static struct td_schedule_sink sink_to(struct collected *c)
{
    c->len = 0;
    return (struct td_schedule_sink){collect, quote, c};
}

static struct td_str str(const char *s)
{
    return (struct td_str){s, strlen(s)};
}

static void check_collected(const struct collected *c, const char *text,
                            const char *expected)
{
    ck_assert_msg(td_str_eq((struct td_str){c->bytes, c->len}, str(expected)),
                  "`%s` gave \"%.*s\", not \"%s\"", text, (int)c->len, c->bytes,
                  expected);
}

static void check_spelling(const char *text, const char *expected)
{
    struct td_schedule schedule;
    struct td_schedule_fault fault;
    struct collected c;
    struct td_schedule_sink sink = sink_to(&c);
    ck_assert_msg(td_schedule_parse(str(text), &schedule, &fault), "`%s`: %u", text,
                  fault.code);
    td_schedule_write(&schedule, str(text), &sink);
    check_collected(&c, text, expected);
}

static const struct {
    const char *text, *canonical;
} accepted[] = {
    {"rate(1 minute)", "rate(1 minute)"},
    {"rate(5   minutes)", "rate(5 minutes)"},
    {"rate(60 minutes)", "rate(60 minutes)"},
    {"rate(1 hour)", "rate(1 hour)"},
    {"rate(366 days)", "rate(366 days)"},
    {"rate(527040 minutes)", "rate(527040 minutes)"},
    {"cron(0 12 * * ? *)", "cron(0 12 * * ? *)"},
    {"cron(00  09 ? \t JAN,mar-05 MON-Fri 2026)", "cron(0 9 ? 1,3-5 2-6 2026)"},
    {"cron(5/15 */2 1/10 1-12/3 ? 1970-2199/4)",
     "cron(5/15 */2 1/10 1-12/3 ? 1970-2199/4)"},
    {"cron(0 0 L * ? *)", "cron(0 0 L * ? *)"},
    {"cron(0 0 015W * ? *)", NULL},
    {"cron(0 0 05W * ? *)", "cron(0 0 5W * ? *)"},
    {"cron(0 0 ? * L *)", "cron(0 0 ? * L *)"},
    {"cron(0 0 ? * FRIL *)", "cron(0 0 ? * 6L *)"},
    {"cron(0 0 ? * TUE#2 *)", "cron(0 0 ? * 3#2 *)"},
    {"cron(0 0 ? * 5#5 *)", "cron(0 0 ? * 5#5 *)"},
    {"cron(0 0 ? * * *)", "cron(0 0 ? * * *)"},
    {"cron(0 0 31W * ? *)", "cron(0 0 31W * ? *)"},
    {"cron(0 0 29 2 ? 2000)", "cron(0 0 29 2 ? 2000)"},
    {"cron(0 0 29 2 ? 2100-2104)", "cron(0 0 29 2 ? 2100-2104)"},
    {"cron(0 0 ? 2 5#5 2024-2199)", "cron(0 0 ? 2 5#5 2024-2199)"},
    {"cron(0 0 ? 2 5#5 2024)", "cron(0 0 ? 2 5#5 2024)"},
    {"*/60 * * * *", "*/60 * * * *"},
    {"0 0 29 2 *", "0 0 29 2 *"},
    {"0 0 31 2 1", "0 0 31 2 1"},
    {"0 0 * * 7", "0 0 * * 0"},
    {"0 0 * * 6-7", "0 0 * * 0,6"},
    {"0 0 * * 0-7", "0 0 * * 0,1,2,3,4,5,6"},
    {"0 0 * * 1-7/2", "0 0 * * 0,1,3,5"},
    {"0 0 * * 3,7,7-7,sun", "0 0 * * 3,0,0,0"},
    {"01 * * * *", "1 * * * *"},
    {"0\t0   1 jan Mon-FRI", "0 0 1 1 1-5"},
    {"5,5,3 0-23/2 *,5 * *", "5,5,3 0-23/2 *,5 * *"},
    {"0 0 */2 * */2", "0 0 */2 * */2"},
    {"0 0 * * */2", "0 0 * * */2"},
    {"0 0 30 2,4 *", "0 0 30 2,4 *"},
};

START_TEST(spells)
{
    struct td_schedule schedule;
    struct td_schedule_fault fault;
    if (!accepted[_i].canonical) {
        ck_assert(!td_schedule_parse(str(accepted[_i].text), &schedule, &fault));
        return;
    }
    check_spelling(accepted[_i].text, accepted[_i].canonical);
    check_spelling(accepted[_i].canonical, accepted[_i].canonical);
}
END_TEST

#define THREE_FORMS "use `rate(1 day)`, `cron(0 12 * * ? *)` or `0 12 * * *`"
#define IN_JOB " in the schedule of job `t` "
#define L_W_HELP \
    "day of month takes `L` or `15W`, day of week `L`, `6L` or `6#3`, each alone"
#define DAY_RANGE "0 to 7 or `SUN` to `SAT`"

/* What is refused: the bytes at fault are `at`, and a help of NULL is none. */
static const struct refusal {
    const char *text;
    unsigned code;
    const char *at, *message, *help;
} refused[] = {
    {"every day", 701, "every day", "schedule of job `t` cannot be read: `every day`",
     THREE_FORMS},
    {"", 701, "", "schedule of job `t` cannot be read: ``", THREE_FORMS},
    {"@daily", 701, "@daily", "schedule of job `t` cannot be read: `@daily`",
     "use `0 0 * * *`"},
    {"@reboot", 701, "@reboot", "schedule of job `t` cannot be read: `@reboot`",
     THREE_FORMS},
    {"H * * * *", 701, "H * * * *", "schedule of job `t` cannot be read: `H * * * *`",
     THREE_FORMS},
    {"a * * * *", 701, "a * * * *", "schedule of job `t` cannot be read: `a * * * *`",
     THREE_FORMS},
    {"A * * * *", 701, "A * * * *", "schedule of job `t` cannot be read: `A * * * *`",
     THREE_FORMS},
    {"at(2026-01-01T00:00:00)", 701, "at(2026-01-01T00:00:00)",
     "schedule of job `t` runs once and does not recur: `at(2026-01-01T00:00:00)`",
     THREE_FORMS},
    {"0 0 * * * ", 701, "0 0 * * * ",
     "schedule of job `t` begins or ends with a blank: "
     "`0 0 * * * `",
     "remove the blanks around it"},
    {"cron( 0 12 * * ? *)", 701, "cron( 0 12 * * ? *)",
     "schedule of job `t` cannot be read: `cron( 0 12 * * ? *)`",
     "remove the blanks beside the parentheses"},
    {"rate(5 minutes", 701, "rate(5 minutes",
     "schedule of job `t` cannot be read: "
     "`rate(5 minutes`",
     "end it with `)`"},
    {"rate(1 day) x", 701, "rate(1 day) x",
     "schedule of job `t` cannot be read: `rate(1 day) x`", "end it at the first `)`"},
    {"Rate(1 day)", 701, "Rate(1 day)",
     "schedule of job `t` cannot be read: `Rate(1 day)`",
     "write `rate` and `cron` in lower case"},
    {"TZ=UTC 0 * * * *", 701, "TZ=UTC 0 * * * *",
     "schedule of job `t` cannot be read: "
     "`TZ=UTC 0 * * * *`",
     "leave the time zone out; schedules are in UTC"},
    {"rate(5)", 701, "rate(5)", "schedule of job `t` cannot be read: `rate(5)`",
     "write a whole number, a blank and a unit, as in `rate(5 minutes)`"},
    {"rate(5\tminutes)", 701, "rate(5\tminutes)",
     "schedule of job `t` cannot be read: "
     "`rate(5\tminutes)`",
     "write a whole number, a blank and a unit, as in `rate(5 minutes)`"},
    {"cron()", 701, "cron()", "schedule of job `t` cannot be read: `cron()`",
     "write six fields, as in `cron(0 12 * * ? *)`"},

    {"rate(0 days)", 702, "0", "`rate`" IN_JOB "must be 1 or more, found 0", NULL},
    {"rate(-5 days)", 702, "-5", "`rate`" IN_JOB "must be 1 or more, found -5", NULL},
    {"rate(05 days)", 702, "05",
     "`rate`" IN_JOB "must be without leading zeros, found 05", "write `5`"},
    {"rate(0012 days)", 702, "0012",
     "`rate`" IN_JOB "must be without leading zeros, found 0012", "write `12`"},
    {"rate(1.5 days)", 702, "1.5", "`rate`" IN_JOB "must be a whole number, found `1.5`",
     NULL},
    {"rate(367 days)", 702, "367",
     "`rate`" IN_JOB "must be 366 days at most, found "
     "`rate(367 days)`",
     NULL},
    {"rate(8785 hours)", 702, "8785",
     "`rate`" IN_JOB "must be 366 days at most, found "
     "`rate(8785 hours)`",
     NULL},
    {"rate(99999999999999999999 x)", 702, "99999999999999999999",
     "`rate`" IN_JOB "must be 366 days at most, found `rate(99999999999999999999 x)`",
     NULL},

    {"rate(1 days)", 703, "days", "`rate(1 days)`" IN_JOB "must be `rate(1 day)`", NULL},
    {"rate(2 hour)", 703, "hour", "`rate(2 hour)`" IN_JOB "must be `rate(2 hours)`",
     NULL},
    {"rate(5 mins)", 703, "mins",
     "the unit of `rate`" IN_JOB "must be `minutes`, `hours` or "
     "`days`, found `mins`",
     "did you mean `rate(5 minutes)`?"},
    {"rate(1 week)", 703, "week",
     "the unit of `rate`" IN_JOB "must be `minute`, `hour` or "
     "`day`, found `week`",
     "did you mean `rate(7 days)`?"},
    {"rate(30 seconds)", 703, "seconds",
     "the unit of `rate`" IN_JOB "must be `minutes`, "
     "`hours` or `days`, found `seconds`",
     NULL},

    {"cron(0 12 * * ?)", 704, "cron(0 12 * * ?)",
     "`cron()`" IN_JOB "has 6 fields, found 5", "the last one is the year, often `*`"},
    {"cron(0 0 12 * * ? *)", 704, "cron(0 0 12 * * ? *)",
     "`cron()`" IN_JOB "has 6 fields, found 7",
     "the first one is the minute; seconds have no field"},
    {"*/5 * * *", 704, "*/5 * * *", "cron line" IN_JOB "has 5 fields, found 4",
     THREE_FORMS},
    {"0 0 1 1 * 2020", 704, "0 0 1 1 * 2020", "cron line" IN_JOB "has 5 fields, found 6",
     "six fields belong in `cron(...)`, as in `cron(0 12 * * ? *)`"},

    {"0 25 * * *", 705, "25", "hour" IN_JOB "must be 0 to 23, found 25", NULL},
    {"0 0 0 * *", 705, "0", "day of month" IN_JOB "must be 1 to 31, found 0", NULL},
    {"0 0 * 13 *", 705, "13",
     "month" IN_JOB "must be 1 to 12 or `JAN` to `DEC`, found 13", NULL},
    {"-5 * * * *", 705, "-5", "minute" IN_JOB "must be 0 to 59, found -5", NULL},
    {"1,x-3 * * * *", 705, "1,x-3", "minute" IN_JOB "must be 0 to 59, found `x-3`", NULL},
    {"005 * * * *", 705, "005", "minute" IN_JOB "must be 0 to 59, found 005",
     "write `5`"},
    {"000 * * * *", 705, "000", "minute" IN_JOB "must be 0 to 59, found 000",
     "write `0`"},
    {"[ * * * *", 705, "[", "minute" IN_JOB "must be 0 to 59, found `[`", NULL},
    {"{ * * * *", 705, "{", "minute" IN_JOB "must be 0 to 59, found `{`", NULL},
    {"0 x5 * * *", 705, "x5", "hour" IN_JOB "must be 0 to 23, found `x5`", NULL},
    {"1,,2 * * * *", 705, "1,,2", "minute" IN_JOB "has an empty item: `1,,2`",
     "remove the extra `,`"},
    {"1, * * * *", 705, "1,", "minute" IN_JOB "has an empty item: `1,`",
     "remove the extra `,`"},
    {"*/0 * * * *", 705, "*/0", "step of minute" IN_JOB "must be 1 to 60, found 0", NULL},
    {"*/61 * * * *", 705, "*/61", "step of minute" IN_JOB "must be 1 to 60, found 61",
     NULL},
    {"*/ * * * *", 705, "*/", "step of minute" IN_JOB "must be 1 to 60, found `*/`",
     NULL},
    {"*/05 * * * *", 705, "*/05", "step of minute" IN_JOB "must be 1 to 60, found 05",
     "write `5`"},
    {"0 0 * * */8", 705, "*/8", "step of day of week" IN_JOB "must be 1 to 7, found 8",
     NULL},
    {"5/15 * * * *", 705, "5/15", "minute" IN_JOB "has a step after one value, `5/15`",
     "write `5-59/15`"},
    {"5-1 * * * *", 705, "5-1", "minute" IN_JOB "has a reversed range, `5-1`",
     "write `5-59,0-1`"},
    {"0 22-2/2 * * *", 705, "22-2/2", "hour" IN_JOB "has a reversed range, `22-2/2`",
     "put the smaller value first"},
    {"0 0 * * sat-sun", 705, "sat-sun",
     "day of week" IN_JOB "has a reversed range, `sat-sun`", "write `6-7`"},
    {"0 0 * * FRI-MON", 705, "FRI-MON",
     "day of week" IN_JOB "has a reversed range, `FRI-MON`", "write `5-6,0-1`"},
    {"0 0 * * 7-2", 705, "7-2", "day of week" IN_JOB "has a reversed range, `7-2`",
     "write `0-2`"},
    {"cron(0 0 ? * SAT-SUN *)", 705, "SAT-SUN",
     "day of week" IN_JOB "has a reversed range, `SAT-SUN`", "write `7,1`"},
    {"cron(0 0 1 * ? 2030-2020)", 705, "2030-2020",
     "year" IN_JOB "has a reversed range, `2030-2020`", "write `2020-2030`"},
    {"cron(0 0 1 * ? 1969)", 705, "1969",
     "year" IN_JOB "must be 1970 to 2199, found 1969", NULL},
    {"cron(0 0 1 * ? ?)", 705, "?", "year" IN_JOB "must be 1970 to 2199, found `?`",
     "`?` stands alone in a day field; write `*` elsewhere"},
    {"0 0 ? * ?", 705, "?", "day of month" IN_JOB "must be 1 to 31, found `?`",
     "`?` belongs to `cron(...)`; write `*`"},
    {"0 0 L * *", 705, "L", "day of month" IN_JOB "must be 1 to 31, found `L`",
     "`L`, `W` and `#` belong to `cron(...)`"},
    {"0 0 15W * *", 705, "15W", "day of month" IN_JOB "must be 1 to 31, found `15W`",
     "`L`, `W` and `#` belong to `cron(...)`"},
    {"0 0 * * 5L", 705, "5L", "day of week" IN_JOB "must be " DAY_RANGE ", found `5L`",
     "`L`, `W` and `#` belong to `cron(...)`"},
    {"0 0 * * FRIL", 705, "FRIL",
     "day of week" IN_JOB "must be " DAY_RANGE ", found `FRIL`",
     "`L`, `W` and `#` belong to `cron(...)`"},
    {"0 0 * * 6#5", 705, "6#5", "day of week" IN_JOB "must be " DAY_RANGE ", found `6#5`",
     "`L`, `W` and `#` belong to `cron(...)`"},
    {"cron(0 0 LW * ? *)", 705, "LW", "day of month" IN_JOB "must be 1 to 31, found `LW`",
     L_W_HELP},
    {"cron(0 0 1,L * ? *)", 705, "1,L",
     "day of month" IN_JOB "must be 1 to 31, found `L`", L_W_HELP},
    {"cron(0 0 32W * ? *)", 705, "32W", "day of month" IN_JOB "must be 1 to 31, found 32",
     NULL},
    {"cron(0 0 ? * 3#1,6#3 *)", 705, "3#1,6#3",
     "day of week" IN_JOB "must be 1 to 7 or `SUN` to `SAT`, found `3#1`", L_W_HELP},
    {"cron(0 0 ? * 6#6 *)", 705, "6#6",
     "day of week" IN_JOB "must have 1 to 5 after `#`, found 6", NULL},
    {"cron(0 0 ? * 0 *)", 705, "0",
     "day of week" IN_JOB "must be 1 to 7 or `SUN` to `SAT`, found 0",
     "days of `cron(...)` begin with Sunday as `1`"},
    {"cron(0 0 ? * 2/2 *)", 705, "2/2", "day of week" IN_JOB "takes no step, found `2/2`",
     "list the days, as in `2,4,6`"},

    {"cron(0 12 1 * MON *)", 706, "MON",
     "schedule of job `t` sets both day of month and day of week", "put `?` in one"},
    {"cron(0 12 * * * *)", 706, "*",
     "schedule of job `t` sets both day of month and day of week", "put `?` in one"},
    {"cron(0 12 ? * ? *)", 706, "?",
     "schedule of job `t` sets neither day of month nor day of week", "put `*` in one"},
    {"0 0 13 * */2", 706, "*/2",
     "schedule of job `t` sets day of month beside day of week "
     "`*/2`, which cron programs read differently",
     "list the days of the week, as in `1,3,5`"},

    {"0 0 30 2 *", 707, "30", "schedule of job `t` never fires; month 2 has no day 30",
     NULL},
    {"0 0 31 4,6 *", 707, "31", "schedule of job `t` never fires; month 4 has no day 31",
     NULL},
    {"cron(0 0 30W 2 ? *)", 707, "30W",
     "schedule of job `t` never fires; month 2 has no day 30",
     "`L` is the last day of a month"},
    {"cron(0 0 29 2 ? 2025-2027)", 707, "29",
     "schedule of job `t` never fires; none of its years has a 29 February",
     "`L` is the last day of a month"},
    {"cron(0 0 29 2 ? 2100)", 707, "29",
     "schedule of job `t` never fires; none of its years has a 29 February",
     "`L` is the last day of a month"},
    {"cron(0 0 ? SEP,APR 5#5 2045)", 707, "5#5",
     "schedule of job `t` never fires; month 4 has no such fifth day of the week in its "
     "years",
     NULL},
    {"cron(0 0 ? 2 6#5 2024)", 707, "6#5",
     "schedule of job `t` never fires; month 2 has no such fifth day of the week in its "
     "years",
     NULL},
};

static void check_texts(const struct refusal *row, const struct td_schedule_fault *fault)
{
    struct collected c;
    struct td_schedule_sink sink = sink_to(&c);
    td_schedule_message(fault, str(row->text), TD_S("t"), &sink);
    check_collected(&c, row->text, row->message);
    sink = sink_to(&c);
    bool helped = td_schedule_help(fault, str(row->text), &sink);
    ck_assert_int_eq(helped, row->help != NULL);
    check_collected(&c, row->text, row->help ? row->help : "");
}

START_TEST(refuses)
{
    const struct refusal *row = &refused[_i];
    struct td_schedule schedule;
    struct td_schedule_fault fault;
    ck_assert_msg(!td_schedule_parse(str(row->text), &schedule, &fault), "`%s`",
                  row->text);
    ck_assert_msg(fault.code == row->code, "`%s` is %u", row->text, fault.code);
    struct td_str at = {row->text + fault.start, fault.end - fault.start};
    ck_assert_msg(td_str_eq(at, str(row->at)), "`%s`: `%.*s`", row->text, (int)at.len,
                  at.ptr);
    check_texts(row, &fault);
}
END_TEST

/* What is refused, and what it becomes by its fix; NULL where there is none. */
static const struct {
    const char *text;
    const char *fixed;
    bool unsure;
} fixes[] = {
    {"rate(1 days)", "rate(1 day)", false},
    {"rate(2 day)", "rate(2 days)", false},
    {"rate(05 minutes)", "rate(5 minutes)", false},
    {"rate(5 mins)", "rate(5 minutes)", true},
    {"rate(1 week)", NULL, false},
    {"rate(0 days)", NULL, false},
    {"rate(1 day", "rate(1 day)", false},
    {"Rate(1 day)", "rate(1 day)", false},
    {"CRON(0 12 * * ? *)", "cron(0 12 * * ? *)", false},
    {" 0 12 * * *  ", "0 12 * * *", false},
    {" ", NULL, false},
    {"@Daily", "0 0 * * *", false},
    {"@reboot", NULL, false},
    {"0 012 * * *", "0 12 * * *", false},
    {"0 */05 * * *", "0 */5 * * *", false},
    {"0 12 ? * *", "0 12 * * *", false},
    {"0 12 1,? * *", NULL, false},
    {"0 25 * * *", NULL, false},
    {"cron(0 12 * * * *)", "cron(0 12 * * ? *)", false},
    {"cron(0 12 * * MON *)", "cron(0 12 ? * MON *)", false},
    {"cron(0 12 1 * * *)", "cron(0 12 1 * ? *)", false},
    {"cron(0 12 1 * MON *)", NULL, false},
    {"cron(0 12 ? * ? *)", "cron(0 12 ? * * *)", false},
    {"cron(0 12 ? * 0 *)", "cron(0 12 ? * 1 *)", false},
    {"cron(0 12 ? * 0,2 *)", NULL, false},
};

START_TEST(fixes_what_is_clear)
{
    struct td_schedule schedule;
    struct td_schedule_fault fault;
    struct td_str text = str(fixes[_i].text);
    ck_assert(!td_schedule_parse(text, &schedule, &fault));
    ck_assert_msg((fault.fix.ptr != NULL) == (fixes[_i].fixed != NULL), "`%s`", text.ptr);
    if (!fault.fix.ptr)
        return;
    char fixed[64];
    size_t before = (size_t)(fault.part.ptr - text.ptr);
    snprintf(fixed, sizeof fixed, "%.*s%.*s%s", (int)before, text.ptr, (int)fault.fix.len,
             fault.fix.ptr, fault.part.ptr + fault.part.len);
    ck_assert_str_eq(fixed, fixes[_i].fixed);
    ck_assert(fault.unsure == fixes[_i].unsure);
    ck_assert_msg(td_schedule_parse(str(fixed), &schedule, &fault), "`%s`", fixed);
}
END_TEST

START_TEST(keeps_the_meaning)
{
    struct td_schedule s;
    struct td_schedule_fault fault;
    ck_assert(td_schedule_parse(TD_S("rate(2 hours)"), &s, &fault));
    ck_assert(s.kind == TD_SCHEDULE_RATE && s.rate_period == 7200);
    ck_assert(td_schedule_parse(TD_S("cron(5/20 0 ? 2 SUN#3 1970,2199)"), &s, &fault));
    ck_assert(td_schedule_holds(&s, TD_CRON_MINUTE, 45));
    ck_assert(!td_schedule_holds(&s, TD_CRON_MINUTE, 0));
    ck_assert(td_schedule_holds(&s, TD_CRON_YEAR, 1970));
    ck_assert(td_schedule_holds(&s, TD_CRON_YEAR, 2199));
    ck_assert(!td_schedule_holds(&s, TD_CRON_YEAR, 1969));
    ck_assert(!td_schedule_holds(&s, TD_CRON_YEAR, 2300));
    ck_assert(s.weekdays == TD_DAYS_NTH && s.weekday == 0 && s.nth == 3);
    ck_assert(td_schedule_parse(TD_S("0 0 1 * 5-7"), &s, &fault));
    ck_assert(s.either_day && td_schedule_holds(&s, TD_CRON_WEEKDAY, 0));
    ck_assert(!td_schedule_holds(&s, TD_CRON_WEEKDAY, 4));
    ck_assert(td_schedule_parse(TD_S("0 0 */2 * 1"), &s, &fault));
    ck_assert(!s.either_day);
}
END_TEST

static void count_bytes(void *ctx, const char *bytes, size_t len)
{
    (void)bytes;
    *(size_t *)ctx += len;
}

START_TEST(takes_long_lists)
{
    static char text[65536];
    struct td_schedule s;
    struct td_schedule_fault fault;
    size_t len = 0;
    for (; len + 16 < sizeof(text); len += 2)
        memcpy(text + len, "1,", 2);
    memcpy(text + len, "1 * * * *", 9);
    struct td_str all = {text, len + 9};
    size_t written = 0;
    struct td_schedule_sink sink = {count_bytes, NULL, &written};
    ck_assert(td_schedule_parse(all, &s, &fault));
    td_schedule_write(&s, all, &sink);
    ck_assert_uint_eq(written, all.len);
}
END_TEST

Suite *td_suite_schedule(void)
{
    Suite *suite = suite_create("schedule");
    TCase *tcase = tcase_create("schedules");
    tcase_add_loop_test(tcase, spells, 0, TD_COUNT(accepted));
    tcase_add_loop_test(tcase, refuses, 0, TD_COUNT(refused));
    tcase_add_loop_test(tcase, fixes_what_is_clear, 0, (int)TD_COUNT(fixes));
    tcase_add_test(tcase, keeps_the_meaning);
    tcase_add_test(tcase, takes_long_lists);
    suite_add_tcase(suite, tcase);
    return suite;
}
