/* What the fields of the two cron grammars hold: tables. */
#include "schedule_parts.h"

static const struct td_str month_names[] = {
    TD_WORD("JAN"), TD_WORD("FEB"), TD_WORD("MAR"), TD_WORD("APR"),
    TD_WORD("MAY"), TD_WORD("JUN"), TD_WORD("JUL"), TD_WORD("AUG"),
    TD_WORD("SEP"), TD_WORD("OCT"), TD_WORD("NOV"), TD_WORD("DEC"),
};

static const struct td_str day_names[] = {
    TD_WORD("SUN"), TD_WORD("MON"), TD_WORD("TUE"), TD_WORD("WED"),
    TD_WORD("THU"), TD_WORD("FRI"), TD_WORD("SAT"),
};

static const struct td_cron_rule rules[] = {
    [TD_CRON_MINUTE] = {TD_WORD("minute"), 0, 59, 59, 60, 2, NULL, 0, TD_WORD("0 to 59")},
    [TD_CRON_HOUR] = {TD_WORD("hour"), 0, 23, 23, 24, 2, NULL, 0, TD_WORD("0 to 23")},
    [TD_CRON_DAY] = {TD_WORD("day of month"), 1, 31, 31, 31, 2, NULL, 0,
                     TD_WORD("1 to 31")},
    [TD_CRON_MONTH] = {TD_WORD("month"), 1, 12, 12, 12, 2, month_names,
                       TD_COUNT(month_names), TD_WORD("1 to 12 or `JAN` to `DEC`")},
    [TD_CRON_WEEKDAY] = {TD_WORD("day of week"), 1, 7, 7, 7, 2, day_names,
                         TD_COUNT(day_names), TD_WORD("1 to 7 or `SUN` to `SAT`")},
    [TD_CRON_YEAR] = {TD_WORD("year"), TD_CRON_FIRST_YEAR, TD_CRON_LAST_YEAR,
                      TD_CRON_LAST_YEAR, 230, 4, NULL, 0, TD_WORD("1970 to 2199")},
    /* A line counts the days of the week from 0 and takes 7 for Sunday too. */
    [TD_CRON_FIELDS] = {TD_WORD("day of week"), 0, 7, 6, 7, 2, day_names,
                        TD_COUNT(day_names), TD_WORD("0 to 7 or `SUN` to `SAT`")},
};

const struct td_cron_rule *td_schedule_rule(enum td_schedule_kind kind,
                                            enum td_cron_field field)
{
    if (kind == TD_SCHEDULE_LINE && field == TD_CRON_WEEKDAY)
        return &rules[TD_CRON_FIELDS];
    return &rules[field];
}
