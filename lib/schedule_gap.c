#include "schedule_gap.h"

enum { HOURS = 24, MINUTES = 60, MONTHS = 12, DAY_MINUTES = HOURS * MINUTES };

static bool runs_every_day(const struct td_schedule *s)
{
    if (s->days != TD_DAYS_ANY || s->weekdays != TD_DAYS_ANY)
        return false;
    for (uint32_t month = 1; month <= MONTHS; month++) {
        if (!td_schedule_holds(s, TD_CRON_MONTH, month))
            return false;
    }
    return true;
}

/* The times of a day, in minutes, and what lies between one and the next. */
struct day {
    uint32_t first;
    uint32_t last;
    uint32_t shortest;
    uint32_t longest;
    bool any;
};

static void add_gap(struct day *day, uint32_t gap)
{
    if (gap < day->shortest)
        day->shortest = gap;
    if (gap > day->longest)
        day->longest = gap;
}

static void add_time(struct day *day, uint32_t time)
{
    if (day->any)
        add_gap(day, time - day->last);
    else
        day->first = time;
    day->last = time;
    day->any = true;
}

uint32_t td_schedule_gap(const struct td_schedule *schedule, bool *even)
{
    *even = true;
    if (schedule->kind == TD_SCHEDULE_RATE)
        return schedule->rate_period;
    struct day day = {.shortest = UINT32_MAX / MINUTES};
    for (uint32_t hour = 0; hour < HOURS; hour++) {
        for (uint32_t minute = 0;
             td_schedule_holds(schedule, TD_CRON_HOUR, hour) && minute < MINUTES;
             minute++) {
            if (td_schedule_holds(schedule, TD_CRON_MINUTE, minute))
                add_time(&day, hour * MINUTES + minute);
        }
    }
    bool daily = runs_every_day(schedule);
    if (daily)
        add_gap(&day, day.first + DAY_MINUTES - day.last);
    *even = daily && day.shortest == day.longest;
    return day.shortest * MINUTES;
}
