/* instant.c - instants as people write them, by RFC 3339.
 *
 * gmtime() would do for most, but its seconds end in 2038 where time_t has 32 bits.
 */
#include "instant.h"

#include <string.h>

#define DAY INT64_C(86400)

struct fields {
    int year, month, day;
    int hour, minute, second;
    int offset; /* minutes ahead of UTC */
};

/* ---- the calendar ------------------------------------------------------------------------- */

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return lengths[month - 1] + (leap && month == 2);
}

/* Days from 1970-01-01 to the first of January of a year from 1 on. */
static int64_t days_before(int year)
{
    int64_t past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400 - 719162;
}

static int64_t seconds_of(const struct fields *f)
{
    int64_t days = days_before(f->year) + f->day - 1;
    for (int month = 1; month < f->month; month++)
        days += month_length(f->year, month);
    /* No run falls into a leap second. */
    int second = f->second == 60 ? 59 : f->second;
    return days * DAY + f->hour * 3600 + (f->minute - f->offset) * 60 + second;
}

/* ---- reading ------------------------------------------------------------------------------ */

static bool take_char(const char **at, const char *any)
{
    if (**at == '\0' || !strchr(any, **at))
        return false;
    (*at)++;
    return true;
}

static bool take_number(const char **at, int digits, int low, int high, int *value)
{
    *value = 0;
    for (; digits > 0; digits--, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        *value = *value * 10 + (**at - '0');
    }
    return *value >= low && *value <= high;
}

static bool take_date(const char **at, struct fields *f)
{
    return take_number(at, 4, 1, 9999, &f->year) && take_char(at, "-") &&
           take_number(at, 2, 1, 12, &f->month) && take_char(at, "-") &&
           take_number(at, 2, 1, month_length(f->year, f->month), &f->day);
}

static bool take_time(const char **at, struct fields *f)
{
    bool taken = take_number(at, 2, 0, 23, &f->hour) && take_char(at, ":") &&
                 take_number(at, 2, 0, 59, &f->minute) && take_char(at, ":") &&
                 take_number(at, 2, 0, 60, &f->second);
    if (!taken || !take_char(at, "."))
        return taken;
    size_t digits = strspn(*at, "0123456789");
    *at += digits;
    return digits > 0;
}

static bool take_offset(const char **at, struct fields *f)
{
    int hours;
    int minutes;
    if (take_char(at, "Zz"))
        return true;
    bool behind = **at == '-';
    if (!take_char(at, "+-") || !take_number(at, 2, 0, 23, &hours) ||
        !take_char(at, ":") || !take_number(at, 2, 0, 59, &minutes))
        return false;
    f->offset = (behind ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

bool instant_read(const char *text, int64_t *instant)
{
    struct fields f = {.offset = 0};
    if (!take_date(&text, &f) || !take_char(&text, "Tt ") || !take_time(&text, &f) ||
        !take_offset(&text, &f) || *text)
        return false;
    *instant = seconds_of(&f);
    return *instant >= 0 && *instant <= TRACEDAG_LAST_INSTANT;
}

/* ---- writing ------------------------------------------------------------------------------ */

static void put_number(char *at, int digits, int value)
{
    for (; digits > 0; value /= 10)
        at[--digits] = (char)('0' + value % 10);
}

void instant_write(int64_t instant, char text[INSTANT_ROOM])
{
    int64_t days = instant / DAY;
    int second = (int)(instant % DAY);
    int year = 1970 + (int)(days / 366);
    while (days_before(year + 1) <= days)
        year++;
    int day = (int)(days - days_before(year));
    int month = 1;
    for (; day >= month_length(year, month); month++)
        day -= month_length(year, month);
    memcpy(text, "0000-00-00T00:00:00Z", INSTANT_ROOM);
    put_number(text, 4, year);
    put_number(text + 5, 2, month);
    put_number(text + 8, 2, day + 1);
    put_number(text + 11, 2, second / 3600);
    put_number(text + 14, 2, second / 60 % 60);
    put_number(text + 17, 2, second % 60);
}
