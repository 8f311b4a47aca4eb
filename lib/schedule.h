/*
 * Schedules: `rate(...)`, the six-field `cron(...)` and the classic five-field line are
 * parsed, judged and spelled canonically. What is accepted has a meaning that every field
 * of struct td_schedule states, and what is refused has exactly one fault, the first in
 * reading order.
 */
#ifndef TD_SCHEDULE_H
#define TD_SCHEDULE_H

#include "base.h"

enum td_schedule_kind {
    TD_SCHEDULE_RATE,
    TD_SCHEDULE_CRON, /* six fields in `cron(...)` */
    TD_SCHEDULE_LINE, /* five bare fields */
};

/* The fields in the order in which both grammars write them; a line has no year. */
enum td_cron_field {
    TD_CRON_MINUTE,
    TD_CRON_HOUR,
    TD_CRON_DAY,
    TD_CRON_MONTH,
    TD_CRON_WEEKDAY,
    TD_CRON_YEAR,
    TD_CRON_FIELDS,
};

/* What a day field says; only TD_DAYS_LISTED makes use of the field's set. */
enum td_day_rule {
    TD_DAYS_ANY,     /* `?`, or `*` alone */
    TD_DAYS_LISTED,  /* the values of the set */
    TD_DAYS_LAST,    /* `L`: the last day of the month, or Saturday */
    TD_DAYS_NEAREST, /* `15W`: the weekday of the month that is nearest to a day */
    TD_DAYS_FINAL,   /* `6L`: the last such day of the week in the month */
    TD_DAYS_NTH,     /* `6#3`: the third such day of the week in the month */
};

#define TD_CRON_FIRST_YEAR 1970
#define TD_CRON_LAST_YEAR 2199

/* The values of one field, one bit each. */
struct td_cron_set {
    uint64_t words[4];
};

struct td_schedule {
    enum td_schedule_kind kind;
    uint32_t rate_count;  /* N of `rate(N unit)` */
    uint32_t rate_period; /* seconds from one run to the next */
    /* Bits are the values themselves; years count from 1970, and Sunday is 0 in both
     * grammars. */
    struct td_cron_set sets[TD_CRON_FIELDS];
    enum td_day_rule days;
    enum td_day_rule weekdays;
    uint8_t nearest_day; /* of TD_DAYS_NEAREST, 1 to 31 */
    uint8_t weekday;     /* of TD_DAYS_FINAL and TD_DAYS_NTH, 0 to 6 */
    uint8_t nth;         /* of TD_DAYS_NTH, 1 to 5 */
    /*
     * A five-field line whose day fields both restrict runs on a day that satisfies
     * either of them. As in Vixie cron, one that begins with `*` does not count: then
     * both must hold.
     */
    bool either_day;
};

/* What is wrong, more finely than the code of the diagnostic says it. */
enum td_schedule_why {
    TD_SCHEDULE_FINE,
    /* 701: the form */
    TD_SCHEDULE_UNREADABLE,
    TD_SCHEDULE_MACRO,
    TD_SCHEDULE_ONCE,
    TD_SCHEDULE_BLANKS,
    TD_SCHEDULE_INNER_BLANKS,
    TD_SCHEDULE_UNCLOSED,
    TD_SCHEDULE_TRAILING,
    TD_SCHEDULE_UPPER_CASE,
    TD_SCHEDULE_TIME_ZONE,
    TD_SCHEDULE_RATE_FORM,
    TD_SCHEDULE_CRON_FORM,
    /* 702: N of rate() */
    TD_SCHEDULE_RATE_ZERO,
    TD_SCHEDULE_RATE_TEXT,
    TD_SCHEDULE_RATE_PADDED,
    TD_SCHEDULE_RATE_LONG,
    /* 703: the unit of rate() */
    TD_SCHEDULE_UNIT_NUMBER,
    TD_SCHEDULE_UNIT_NEAR,
    TD_SCHEDULE_UNIT_UNKNOWN,
    /* 704: the number of fields */
    TD_SCHEDULE_CRON_COUNT,
    TD_SCHEDULE_CRON_NO_YEAR,
    TD_SCHEDULE_CRON_SEVEN,
    TD_SCHEDULE_LINE_COUNT,
    TD_SCHEDULE_LINE_SIX,
    /* 705: an item that its field cannot hold */
    TD_SCHEDULE_RANGE,
    TD_SCHEDULE_SUNDAY,
    TD_SCHEDULE_PADDED,
    TD_SCHEDULE_EMPTY_ITEM,
    TD_SCHEDULE_STEP,
    TD_SCHEDULE_STEP_PADDED,
    TD_SCHEDULE_STEP_ALONE,
    TD_SCHEDULE_NO_STEP,
    TD_SCHEDULE_REVERSED,
    TD_SCHEDULE_REVERSED_STEP,
    TD_SCHEDULE_QUESTION_LINE,
    TD_SCHEDULE_QUESTION_CRON,
    TD_SCHEDULE_CRON_ONLY,
    TD_SCHEDULE_NOT_ALONE,
    TD_SCHEDULE_NTH,
    /* 706: the two day fields together */
    TD_SCHEDULE_BOTH_DAYS,
    TD_SCHEDULE_NEITHER_DAY,
    TD_SCHEDULE_STARRED_WEEKDAY,
    /* 707: no day at all */
    TD_SCHEDULE_NO_DAY_LINE,
    TD_SCHEDULE_NO_DAY_CRON,
    TD_SCHEDULE_NO_LEAP_YEAR,
    TD_SCHEDULE_NO_FIFTH,
    TD_SCHEDULE_WHY_COUNT,
};

/* The fault of a refused schedule. Slices point into the text that was parsed, or at
 * literals. */
struct td_schedule_fault {
    enum td_schedule_why why;
    unsigned code; /* of the diagnostic, 701 to 707 */
    enum td_schedule_kind kind;
    enum td_cron_field field; /* TD_CRON_FIELDS where no field is at fault */
    size_t start, end;   /* the bytes at fault: the field, the part of rate(), or all */
    struct td_str found; /* within them, what does not fit */
    uint32_t high;       /* the most that the field, or its step, may hold */
    uint32_t first, last,
        step;           /* the numbers of the item, as far as they could be read */
    size_t found_count; /* fields, where the count is off */
    struct td_str hint; /* a word for the help line; NULL where there is none */
    struct td_str fix;  /* what is meant; NULL where nobody can tell */
    struct td_str part; /* of the text, in place of which the fix goes */
    bool unsure;        /* it is only likely */
};

/*
 * Where text goes. `put` takes bytes as they are, `quote` takes text from the document
 * and escapes and cuts it; it may be NULL for td_schedule_write(), which quotes nothing.
 */
struct td_schedule_sink {
    void (*put)(void *ctx, const char *bytes, size_t len);
    void (*quote)(void *ctx, struct td_str raw);
    void *ctx;
};

/*
 * Parses and judges a schedule without a look at the clock. True fills `*out`; false
 * fills
 * `*fault` and leaves nothing of use in `*out`. Takes time linear in the text.
 */
bool td_schedule_parse(struct td_str text, struct td_schedule *out,
                       struct td_schedule_fault *fault);

/*
 * A field that cannot hold what it says does not keep the later ones from being judged: turns
 * the fault of a field into that of the next field that has one. False, with `*fault` of no
 * more use, when there is none, and for every other kind of fault.
 */
bool td_schedule_next_fault(struct td_str text, struct td_schedule_fault *fault);

/*
 * Writes the one spelling of a schedule (the format specification, section 4) piece by
 * piece. `text` must be what `*schedule` was parsed from: lists keep their order and
 * their repeats, so the spelling is as long as the text and up to five times that where
 * ranges end in day 7.
 */
void td_schedule_write(const struct td_schedule *schedule, struct td_str text,
                       const struct td_schedule_sink *sink);

/* True when the set of a field holds a value (a year as such, Sunday as 0). */
bool td_schedule_holds(const struct td_schedule *schedule, enum td_cron_field field,
                       uint32_t value);

/*
 * Finds the first runs after an instant (calendar.h), at most `room` of them, and gives
 * their number. Those of rate() are counted from `after`. Of cron() none comes after its
 * last year, of the others none after TD_LAST_INSTANT. What is passed over costs a few
 * steps a month, so a call has a bound: `room` days, and the months of 8,030 years.
 */
size_t td_schedule_runs(const struct td_schedule *schedule, int64_t after, int64_t *runs,
                        size_t room);

/*
 * Writes the message of a fault: one line without the code. `text` is the whole schedule
 * and `job` the name of its job, escaped already.
 */
void td_schedule_message(const struct td_schedule_fault *fault, struct td_str text,
                         struct td_str job, const struct td_schedule_sink *sink);

/* Writes the help line of a fault, without `help:`; false, with nothing written, if it
 * has none. */
bool td_schedule_help(const struct td_schedule_fault *fault, struct td_str text,
                      const struct td_schedule_sink *sink);

#endif
