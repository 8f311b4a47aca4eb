/* calendar.h - the Gregorian calendar in UTC, from 1970 to 9999, without leap seconds: instants are
 * seconds since 1970-01-01T00:00:00Z, days are numbered from there. Nothing here asks a clock or
 * knows a time zone. */
#ifndef TD_CALENDAR_H
#define TD_CALENDAR_H

#include "base.h"

#define TD_DAY_SECONDS UINT32_C(86400)
#define TD_LAST_YEAR 9999
#define TD_LAST_INSTANT INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

struct td_date {
    uint32_t year, month, day; /**< months and days from 1 */
};

bool td_is_leap(uint32_t year);

/** How many days a month has, in a leap year or not. */
uint32_t td_month_length(bool leap, uint32_t month);

/** The number of a day. */
uint32_t td_day_number(uint32_t year, uint32_t month, uint32_t day);

/** The date of a numbered day. */
struct td_date td_date_of(uint32_t number);

/** The day of the week of a numbered day, Sunday being 0. */
uint32_t td_weekday(uint32_t number);

#endif
