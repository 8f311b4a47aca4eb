#include "calendar.h"

#define THURSDAY 4               /* 1970-01-01 */
#define MARCH_1_OF_YEAR_0 719468 /* so many days before 1970-01-01 */

/* Four hundred years, after which the calendar repeats. */
#define CYCLE_YEARS 400
#define CYCLE_DAYS 146097

bool td_is_leap(uint32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

uint32_t td_month_length(bool leap, uint32_t month)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (uint32_t)(leap && month == 2);
}

/* Years that begin in March have their leap day at the end, and months of 153 days in five. */
uint32_t td_day_number(uint32_t year, uint32_t month, uint32_t day)
{
    uint32_t years = year - (month < 3);
    uint32_t months = (month + 9) % 12;
    return years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 +
           day - 1 - MARCH_1_OF_YEAR_0;
}

/* The year by the mean length of years is off by one at most. */
struct td_date td_date_of(uint32_t number)
{
    uint64_t mean = (uint64_t)number * CYCLE_YEARS / CYCLE_DAYS;
    struct td_date date = {1970 + (uint32_t)mean + 1, 1, 1};
    while (td_day_number(date.year, 1, 1) > number)
        date.year--;
    uint32_t left = number - td_day_number(date.year, 1, 1);
    bool leap = td_is_leap(date.year);
    for (; left >= td_month_length(leap, date.month); date.month++)
        left -= td_month_length(leap, date.month);
    date.day += left;
    return date;
}

uint32_t td_weekday(uint32_t number)
{
    return (number + THURSDAY) % 7;
}
