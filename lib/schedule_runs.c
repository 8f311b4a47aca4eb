/* When a schedule runs. Years, months and days that a schedule leaves out are passed over as
 * such: the days of a month that it asks for are one word of bits. */
#include "calendar.h"
#include "schedule_parts.h"

#define MONTH_BITS(length) ((UINT64_C(1) << ((length) + 1)) - 2)
#define EVERY_SEVENTH UINT64_C(0x10204081)

enum { SUNDAY = 0, SATURDAY = 6 };

/* A month, and its days as bits 1 to 31. */
struct month {
    uint32_t year, month;
    uint32_t length;
    uint32_t first; /* the number of its first day */
    uint64_t days;
};

static struct month month_of(uint32_t year, uint32_t month)
{
    uint32_t length = td_month_length(td_is_leap(year), month);
    return (struct month){year, month, length, td_day_number(year, month, 1),
                          MONTH_BITS(length)};
}

/* ---- the days of a month ---------------------------------------------------------------- */

/* The first day of a month that is such a day of the week. */
static uint32_t first_such(const struct month *m, uint32_t weekday)
{
    return 1 + (weekday + 7 - td_weekday(m->first)) % 7;
}

static uint64_t all_such(const struct month *m, uint32_t weekday)
{
    return EVERY_SEVENTH << first_such(m, weekday) & m->days;
}

static uint64_t last_such(const struct month *m, uint32_t weekday)
{
    uint32_t fifth = first_such(m, weekday) + 28;
    return UINT64_C(1) << (fifth <= m->length ? fifth : fifth - 7);
}

/* The weekday nearest to a day, in the same month; none where the month has no such day. */
static uint64_t nearest(const struct month *m, uint32_t day)
{
    if (day > m->length)
        return 0;
    uint32_t weekday = td_weekday(m->first + day - 1);
    if (weekday == SATURDAY)
        day = day == 1 ? 3 : day - 1;
    else if (weekday == SUNDAY)
        day = day == m->length ? day - 2 : day + 1;
    return UINT64_C(1) << day;
}

static uint64_t days_by_date(const struct td_schedule *s, const struct month *m)
{
    switch (s->days) {
    case TD_DAYS_LISTED:
        return s->sets[TD_CRON_DAY].words[0] & m->days;
    case TD_DAYS_LAST:
        return UINT64_C(1) << m->length;
    case TD_DAYS_NEAREST:
        return nearest(m, s->nearest_day);
    default:
        return m->days;
    }
}

static uint64_t listed_weekdays(const struct td_schedule *s, const struct month *m)
{
    uint64_t days = 0;
    for (uint32_t weekday = SUNDAY; weekday <= SATURDAY; weekday++)
        if (td_schedule_holds(s, TD_CRON_WEEKDAY, weekday))
            days |= all_such(m, weekday);
    return days;
}

static uint64_t days_by_weekday(const struct td_schedule *s, const struct month *m)
{
    switch (s->weekdays) {
    case TD_DAYS_LISTED:
        return listed_weekdays(s, m);
    case TD_DAYS_LAST:
        return all_such(m, SATURDAY);
    case TD_DAYS_FINAL:
        return last_such(m, s->weekday);
    case TD_DAYS_NTH:
        return UINT64_C(1) << (first_such(m, s->weekday) + 7 * (s->nth - 1U)) & m->days;
    default:
        return m->days;
    }
}

static uint64_t days_of(const struct td_schedule *s, const struct month *m)
{
    uint64_t by_date = days_by_date(s, m);
    uint64_t by_weekday = days_by_weekday(s, m);
    return s->either_day ? by_date | by_weekday : by_date & by_weekday;
}

/* ---- the runs --------------------------------------------------------------------------- */

struct runs {
    const struct td_schedule *schedule;
    int64_t after;
    int64_t *items;
    size_t count, room;
};

static void take_hour(struct runs *r, int64_t start)
{
    for (uint32_t minute = 0; minute < 60 && r->count < r->room; minute++) {
        int64_t run = start + minute * 60;
        if (run > r->after && td_schedule_holds(r->schedule, TD_CRON_MINUTE, minute))
            r->items[r->count++] = run;
    }
}

static void take_day(struct runs *r, uint32_t number)
{
    for (uint32_t hour = 0; hour < 24; hour++)
        if (td_schedule_holds(r->schedule, TD_CRON_HOUR, hour))
            take_hour(r, (int64_t)number * TD_DAY_SECONDS + hour * 3600);
}

/* Takes the runs of a month from a day of it on. */
static void take_month(struct runs *r, const struct td_date *from)
{
    struct month m = month_of(from->year, from->month);
    uint64_t days = days_of(r->schedule, &m);
    for (uint32_t day = from->day; day <= m.length && r->count < r->room; day++)
        if (days >> day & 1)
            take_day(r, m.first + day - 1);
}

static void take_year(struct runs *r, struct td_date from)
{
    while (from.month <= 12 && r->count < r->room) {
        if (td_schedule_holds(r->schedule, TD_CRON_MONTH, from.month))
            take_month(r, &from);
        from = (struct td_date){from.year, from.month + 1, 1};
    }
}

static void take_all(struct runs *r)
{
    bool cron = r->schedule->kind == TD_SCHEDULE_CRON;
    uint32_t end = cron ? TD_CRON_LAST_YEAR : TD_LAST_YEAR;
    struct td_date from = td_date_of((uint32_t)(r->after / TD_DAY_SECONDS));
    while (from.year <= end && r->count < r->room) {
        if (!cron || td_schedule_holds(r->schedule, TD_CRON_YEAR, from.year))
            take_year(r, from);
        from = (struct td_date){from.year + 1, 1, 1};
    }
}

/* EventBridge counts from when a rule was made, which no document says. */
static void take_periods(struct runs *r)
{
    int64_t run = r->after + r->schedule->rate_period;
    for (; run <= TD_LAST_INSTANT && r->count < r->room; run += r->schedule->rate_period)
        r->items[r->count++] = run;
}

size_t td_schedule_runs(const struct td_schedule *schedule, int64_t after, int64_t *runs,
                        size_t room)
{
    struct runs r = {schedule, after, runs, 0, room};
    if (schedule->kind == TD_SCHEDULE_RATE)
        take_periods(&r);
    else
        take_all(&r);
    return r.count;
}
