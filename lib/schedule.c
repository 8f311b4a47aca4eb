/*
 * Schedules, read in place: nothing is copied and nothing allocated, so a list of 64 KiB
 * costs one pass. Judging and writing share read_item(), which keeps what is accepted and
 * what is spelled the same thing. The words of faults stand in schedule_text.c.
 */
#include "calendar.h"
#include "schedule_parts.h"

#include <assert.h>

/* --- Small things about text --- */

#define LONGEST_DAYS 366

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool starts_with(struct td_str s, struct td_str prefix)
{
    return s.len >= prefix.len && td_str_eq(td_slice_of(s, 0, prefix.len), prefix);
}

static bool equal_folded(struct td_str s, struct td_str upper_case)
{
    if (s.len != upper_case.len)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (upper(s.ptr[i]) != upper_case.ptr[i])
            return false;
    return true;
}

/* The value of digits, saturated far above every bound and far below an overflow. */
static uint32_t read_number(struct td_str digits)
{
    const uint32_t cap = UINT32_C(100000000);
    uint32_t value = 0;
    for (size_t i = 0; i < digits.len && value < cap; i++)
        value = value * 10 + (uint32_t)(digits.ptr[i] - '0');
    return value < cap ? value : cap;
}

/* --- The fields --- */

static size_t field_count(enum td_schedule_kind kind)
{
    return kind == TD_SCHEDULE_CRON ? TD_CRON_FIELDS : TD_CRON_YEAR;
}

static bool is_day_field(enum td_cron_field field)
{
    return field == TD_CRON_DAY || field == TD_CRON_WEEKDAY;
}

/* --- Items --- */

/* One item of a field's list, and what was found where it is none. */
struct item {
    bool star;
    bool range;
    uint32_t first, last;
    uint32_t step; /* 0 where none is written */
    struct td_str found;
};

/* What an item is read by. */
struct grammar {
    enum td_schedule_kind kind;
    enum td_cron_field field;
    const struct td_cron_rule *rule;
};

static struct grammar grammar_of(enum td_schedule_kind kind, size_t field)
{
    enum td_cron_field f = (enum td_cron_field)field;
    return (struct grammar){kind, f, td_schedule_rule(kind, f)};
}

static bool is_star(struct td_str s)
{
    return s.len == 1 && s.ptr[0] == '*';
}

/* Whether an item that no field takes was meant as one of `L`, `15W` and `6#3`; it is not empty. */
static bool looks_special(struct td_str item)
{
    char last = upper(item.ptr[item.len - 1]);
    return td_index_of(item, '#') < item.len ||
           (item.len <= 4 && (last == 'L' || last == 'W'));
}

static enum td_schedule_why why_no_value(const struct grammar *g, struct td_str item)
{
    if (item.len == 0)
        return TD_SCHEDULE_EMPTY_ITEM;
    if (td_index_of(item, '?') < item.len)
        return g->kind == TD_SCHEDULE_LINE ? TD_SCHEDULE_QUESTION_LINE
                                           : TD_SCHEDULE_QUESTION_CRON;
    if (!is_day_field(g->field) || !looks_special(item))
        return TD_SCHEDULE_RANGE;
    return g->kind == TD_SCHEDULE_LINE ? TD_SCHEDULE_CRON_ONLY : TD_SCHEDULE_NOT_ALONE;
}

static bool read_name(const struct td_cron_rule *rule, struct td_str s, uint32_t *value)
{
    for (size_t i = 0; i < rule->name_count; i++) {
        if (equal_folded(s, rule->names[i])) {
            *value = rule->low + (uint32_t)i;
            return true;
        }
    }
    return false;
}

/* Reads a number or a name; `item` is what it stands in, for the fault. */
static enum td_schedule_why read_value(const struct grammar *g, struct td_str item,
                                       struct td_str s, uint32_t *value,
                                       struct td_str *found)
{
    if (!td_is_digits(s)) {
        *found = item;
        return read_name(g->rule, s, value) ? TD_SCHEDULE_FINE : why_no_value(g, item);
    }
    *found = s;
    *value = read_number(s);
    if (*value == 0 && g->kind == TD_SCHEDULE_CRON && g->field == TD_CRON_WEEKDAY)
        return TD_SCHEDULE_SUNDAY;
    if (*value < g->rule->low || *value > g->rule->high)
        return TD_SCHEDULE_RANGE;
    return s.len > g->rule->digits ? TD_SCHEDULE_PADDED : TD_SCHEDULE_FINE;
}

static enum td_schedule_why read_step(const struct grammar *g, struct td_str s,
                                      struct item *out)
{
    if (s.len > 0)
        out->found = s;
    out->step = read_number(s);
    if (!td_is_digits(s) || out->step == 0 || out->step > g->rule->steps)
        return TD_SCHEDULE_STEP;
    return s.ptr[0] == '0' ? TD_SCHEDULE_STEP_PADDED : TD_SCHEDULE_FINE;
}

/* Reads what stands before a step: `*`, a value or a range. */
static enum td_schedule_why read_base(const struct grammar *g, struct td_str item,
                                      struct td_str base, struct item *out)
{
    if (is_star(base)) {
        out->star = true;
        out->first = g->rule->low;
        out->last = g->rule->star_high;
        return TD_SCHEDULE_FINE;
    }
    size_t dash = td_index_of(base, '-');
    enum td_schedule_why why =
        read_value(g, item, td_slice_of(base, 0, dash), &out->first, &out->found);
    out->last = out->first;
    out->range = dash < base.len;
    if (why != TD_SCHEDULE_FINE || !out->range)
        return why;
    return read_value(g, item, td_slice_of(base, dash + 1, base.len), &out->last,
                      &out->found);
}

static enum td_schedule_why read_stepped(const struct grammar *g, struct td_str item,
                                         struct td_str step, struct item *out)
{
    out->found = item;
    if (g->kind == TD_SCHEDULE_CRON && g->field == TD_CRON_WEEKDAY)
        return TD_SCHEDULE_NO_STEP;
    enum td_schedule_why why = read_step(g, step, out);
    if (why != TD_SCHEDULE_FINE || out->star || out->range)
        return why;
    /* `5/15` runs from 5 on in cron(); programs that read lines disagree, so there it is
     * no item. */
    out->found = item;
    out->last = g->rule->star_high;
    return g->kind == TD_SCHEDULE_CRON ? TD_SCHEDULE_FINE : TD_SCHEDULE_STEP_ALONE;
}

static enum td_schedule_why read_item(const struct grammar *g, struct td_str s,
                                      struct item *out)
{
    *out = (struct item){.found = s};
    size_t slash = td_index_of(s, '/');
    enum td_schedule_why why = read_base(g, s, td_slice_of(s, 0, slash), out);
    if (why == TD_SCHEDULE_FINE && slash < s.len)
        why = read_stepped(g, s, td_slice_of(s, slash + 1, s.len), out);
    if (why != TD_SCHEDULE_FINE)
        return why;
    out->found = s;
    if (out->last < out->first)
        return out->step == 0 ? TD_SCHEDULE_REVERSED : TD_SCHEDULE_REVERSED_STEP;
    return TD_SCHEDULE_FINE;
}

/* Takes the next item off a list; `*more` tells whether a comma followed it. */
static struct td_str take_item(struct td_str *rest, bool *more)
{
    size_t comma = td_index_of(*rest, ',');
    struct td_str item = td_slice_of(*rest, 0, comma);
    *more = comma < rest->len;
    *rest = td_slice_of(*rest, *more ? comma + 1 : comma, rest->len);
    return item;
}

/* --- Sets --- */

/* The bit of a value as it is written; Sunday becomes 0 in both grammars. */
static uint32_t bit_of(const struct grammar *g, uint32_t value)
{
    if (g->field == TD_CRON_YEAR)
        return value - TD_CRON_FIRST_YEAR;
    if (g->field == TD_CRON_WEEKDAY)
        return g->kind == TD_SCHEDULE_CRON ? value - 1 : value % 7;
    return value;
}

static bool has_bit(const struct td_cron_set *set, uint32_t bit)
{
    return (set->words[bit / 64] >> (bit % 64) & 1) != 0;
}

static void add_item(const struct grammar *g, const struct item *item,
                     struct td_cron_set *set)
{
    uint32_t step = item->step == 0 ? 1 : item->step;
    for (uint32_t value = item->first; value <= item->last; value += step) {
        uint32_t bit = bit_of(g, value);
        set->words[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
}

bool td_schedule_holds(const struct td_schedule *schedule, enum td_cron_field field,
                       uint32_t value)
{
    uint32_t first = field == TD_CRON_YEAR ? TD_CRON_FIRST_YEAR : 0;
    return value >= first && value - first < 256 &&
           has_bit(&schedule->sets[field], value - first);
}

/* --- Reading and judging --- */

struct reader {
    struct td_str text;
    struct td_schedule *out;
    struct td_schedule_fault *fault;
    struct td_str fields[TD_CRON_FIELDS];
    size_t count;         /* of fields, which may be more than are kept */
    bool starred_weekday; /* an item of the day of week begins with `*`, and is not all of
                             it */
};

static bool fail(struct reader *r, enum td_schedule_why why, struct td_str at)
{
    struct td_schedule_fault *f = r->fault;
    f->why = why;
    f->code = td_schedule_code(why);
    f->start = (size_t)(at.ptr - r->text.ptr);
    f->end = f->start + at.len;
    f->fix = (struct td_str){NULL, 0};
    if (!f->found.ptr)
        f->found = at;
    return false;
}

/* Adds to a fault what is meant by a part of the text. */
static bool mend(struct reader *r, struct td_str part, struct td_str fix)
{
    r->fault->part = part;
    r->fault->fix = fix;
    return false;
}

static bool fail_form(struct reader *r, enum td_schedule_why why)
{
    return fail(r, why, r->text);
}

static bool fail_item(struct reader *r, const struct grammar *g, enum td_schedule_why why,
                      const struct item *item)
{
    bool step = why == TD_SCHEDULE_STEP || why == TD_SCHEDULE_STEP_PADDED;
    struct td_schedule_fault *f = r->fault;
    f->field = g->field;
    f->found = item->found;
    f->high = step ? g->rule->steps : g->rule->high;
    f->first = item->first;
    f->last = item->last;
    f->step = item->step;
    fail(r, why, r->fields[g->field]);
    if (why == TD_SCHEDULE_PADDED || why == TD_SCHEDULE_STEP_PADDED)
        return mend(r, f->found, td_without_zeros(f->found));
    if (why == TD_SCHEDULE_QUESTION_LINE && td_str_eq(f->found, r->fields[g->field]))
        return mend(r, f->found, TD_S("*"));
    if (why == TD_SCHEDULE_SUNDAY && td_str_eq(f->found, r->fields[g->field]))
        return mend(r, f->found, TD_S("1"));
    return false;
}

/* `15W` alone in a day of month: true where the field has this form, with its fault if
 * any. */
static bool read_nearest(const struct grammar *g, struct td_str s,
                         struct td_schedule *out, struct item *item,
                         enum td_schedule_why *why)
{
    if (s.len < 2 || s.ptr[s.len - 1] != 'W' ||
        !td_is_digits(td_slice_of(s, 0, s.len - 1)))
        return false;
    *why = read_value(g, s, td_slice_of(s, 0, s.len - 1), &item->first, &item->found);
    out->days = TD_DAYS_NEAREST;
    out->nearest_day = (uint8_t)item->first;
    return true;
}

/* `6L` or `6#3` alone in a day of week, likewise. */
static bool read_weekday_of_month(const struct grammar *g, struct td_str s,
                                  struct td_schedule *out, struct item *item,
                                  enum td_schedule_why *why)
{
    size_t hash = td_index_of(s, '#');
    bool final = s.len > 1 && s.ptr[s.len - 1] == 'L';
    if (!final && hash == s.len)
        return false;
    struct td_str day = td_slice_of(s, 0, final ? s.len - 1 : hash);
    *why = read_value(g, s, day, &item->first, &item->found);
    out->weekdays = final ? TD_DAYS_FINAL : TD_DAYS_NTH;
    if (*why != TD_SCHEDULE_FINE)
        return true;
    out->weekday = (uint8_t)(item->first - 1);
    if (final)
        return true;
    item->found = td_slice_of(s, hash + 1, s.len);
    item->last = read_number(item->found);
    if (item->found.len != 1 || item->last < 1 || item->last > 5)
        *why = TD_SCHEDULE_NTH;
    out->nth = (uint8_t)item->last;
    return true;
}

/* The forms that only the day fields of cron() have. */
static bool read_special(const struct grammar *g, struct td_str s,
                         struct td_schedule *out, struct item *item,
                         enum td_schedule_why *why)
{
    bool month = g->field == TD_CRON_DAY;
    enum td_day_rule *rule = month ? &out->days : &out->weekdays;
    *item = (struct item){.found = s};
    *why = TD_SCHEDULE_FINE;
    if (s.len == 1 && (s.ptr[0] == '?' || s.ptr[0] == 'L')) {
        *rule = s.ptr[0] == '?' ? TD_DAYS_ANY : TD_DAYS_LAST;
        return true;
    }
    if (td_index_of(s, ',') < s.len)
        return false;
    return month ? read_nearest(g, s, out, item, why)
                 : read_weekday_of_month(g, s, out, item, why);
}

static bool read_list(struct reader *r, const struct grammar *g)
{
    struct td_str rest = r->fields[g->field];
    bool more;
    do {
        struct item item;
        enum td_schedule_why why = read_item(g, take_item(&rest, &more), &item);
        if (why != TD_SCHEDULE_FINE)
            return fail_item(r, g, why, &item);
        if (item.star && g->field == TD_CRON_WEEKDAY)
            r->starred_weekday = true;
        add_item(g, &item, &r->out->sets[g->field]);
    } while (more);
    return true;
}

static bool read_field(struct reader *r, size_t index)
{
    struct grammar g = grammar_of(r->out->kind, index);
    struct td_str s = r->fields[index];
    if (is_day_field(g.field)) {
        enum td_day_rule *rule =
            g.field == TD_CRON_DAY ? &r->out->days : &r->out->weekdays;
        struct item item;
        enum td_schedule_why why;
        *rule = is_star(s) ? TD_DAYS_ANY : TD_DAYS_LISTED;
        if (g.kind == TD_SCHEDULE_CRON && read_special(&g, s, r->out, &item, &why)) {
            if (why != TD_SCHEDULE_FINE)
                return fail_item(r, &g, why, &item);
            return true;
        }
    }
    return read_list(r, &g);
}

/* Cuts at blanks. Counts all fields and keeps as many as either grammar has. */
static void split_fields(struct reader *r, struct td_str s)
{
    size_t at = 0;
    while (at < s.len) {
        size_t start = at;
        while (at < s.len && !is_blank(s.ptr[at]))
            at++;
        if (r->count < TD_CRON_FIELDS)
            r->fields[r->count] = td_slice_of(s, start, at);
        r->count++;
        while (at < s.len && is_blank(s.ptr[at]))
            at++;
    }
}

static enum td_schedule_why why_count(enum td_schedule_kind kind, size_t count)
{
    if (kind == TD_SCHEDULE_LINE)
        return count == 6 ? TD_SCHEDULE_LINE_SIX : TD_SCHEDULE_LINE_COUNT;
    if (count == 5)
        return TD_SCHEDULE_CRON_NO_YEAR;
    return count == 7 ? TD_SCHEDULE_CRON_SEVEN : TD_SCHEDULE_CRON_COUNT;
}

/* Text whose first field is no time at all is not counted: it is words, not a cron
 * expression. */
static bool check_count(struct reader *r, enum td_schedule_why otherwise)
{
    size_t expected = field_count(r->out->kind);
    char first = r->count > 0 ? r->fields[0].ptr[0] : 'x';
    bool counts = td_is_digit(first) || first == '*' || first == '?';
    if (is_letter(first) || (r->count != expected && !counts))
        return fail_form(r, otherwise);
    if (r->count == expected)
        return true;
    r->fault->found_count = r->count;
    return fail(r, why_count(r->out->kind, r->count), r->text);
}

static bool fail_days(struct reader *r, enum td_schedule_why why)
{
    r->fault->field = TD_CRON_WEEKDAY;
    return fail(r, why, r->fields[TD_CRON_WEEKDAY]);
}

/* Each day is meant by `?` in both fields, and by `*` in one of them beside days in the other. */
static bool fail_both_days(struct reader *r, bool neither)
{
    struct td_str day = r->fields[TD_CRON_DAY];
    struct td_str weekday = r->fields[TD_CRON_WEEKDAY];
    fail_days(r, neither ? TD_SCHEDULE_NEITHER_DAY : TD_SCHEDULE_BOTH_DAYS);
    if (neither)
        return mend(r, weekday, TD_S("*"));
    if (is_star(weekday))
        return mend(r, weekday, TD_S("?"));
    return is_star(day) && mend(r, day, TD_S("?"));
}

static bool check_days(struct reader *r)
{
    struct td_str day = r->fields[TD_CRON_DAY];
    struct td_str weekday = r->fields[TD_CRON_WEEKDAY];
    if (r->out->kind == TD_SCHEDULE_CRON) {
        bool no_day = day.ptr[0] == '?';
        bool no_weekday = weekday.ptr[0] == '?';
        if (no_day == no_weekday)
            return fail_both_days(r, no_day);
        return true;
    }
    /* Some programs take a day of week that begins with `*` for none, and some do not. */
    if (r->starred_weekday && !is_star(weekday) && day.ptr[0] != '*')
        return fail_days(r, TD_SCHEDULE_STARRED_WEEKDAY);
    r->out->either_day = day.ptr[0] != '*' && weekday.ptr[0] != '*';
    return true;
}

/* --- Whether it ever fires --- */

/* The earliest day of the month that the day of month asks for, or 0 where every month
 * has one. */
static uint32_t lowest_day(const struct td_schedule *s)
{
    uint32_t day = 1;
    if (s->days == TD_DAYS_NEAREST)
        return s->nearest_day;
    if (s->days != TD_DAYS_LISTED)
        return 0;
    while (!td_schedule_holds(s, TD_CRON_DAY, day))
        day++;
    return day;
}

/* Finds a month of the set that has a day; February counts 29 in a leap year. */
static bool some_month_has(const struct td_schedule *s, bool leap, uint32_t day)
{
    for (uint32_t month = 1; month <= 12; month++)
        if (td_schedule_holds(s, TD_CRON_MONTH, month) &&
            day <= td_month_length(leap, month))
            return true;
    return false;
}

static bool some_year_has(const struct td_schedule *s, uint32_t day)
{
    for (uint32_t year = TD_CRON_FIRST_YEAR; year <= TD_CRON_LAST_YEAR; year++)
        if (td_schedule_holds(s, TD_CRON_YEAR, year) &&
            some_month_has(s, td_is_leap(year), day))
            return true;
    return false;
}

static bool month_has_fifth(uint32_t year, uint32_t month, uint32_t weekday)
{
    uint32_t earliest = 1 + (weekday + 7 - td_weekday(td_day_number(year, month, 1))) % 7;
    return earliest + 28 <= td_month_length(td_is_leap(year), month);
}

static bool some_month_has_fifth(const struct td_schedule *s)
{
    for (uint32_t year = TD_CRON_FIRST_YEAR; year <= TD_CRON_LAST_YEAR; year++)
        for (uint32_t month = 1; month <= 12; month++)
            if (td_schedule_holds(s, TD_CRON_YEAR, year) &&
                td_schedule_holds(s, TD_CRON_MONTH, month) &&
                month_has_fifth(year, month, s->weekday))
                return true;
    return false;
}

static bool fail_never(struct reader *r, enum td_schedule_why why,
                       enum td_cron_field field)
{
    uint32_t month = 1;
    while (!td_schedule_holds(r->out, TD_CRON_MONTH, month))
        month++;
    r->fault->field = field;
    r->fault->first = month;
    r->fault->last = lowest_day(r->out);
    return fail(r, why, r->fields[field]);
}

/* A day of the week comes in every month, but for a fifth one. */
static bool check_fires(struct reader *r)
{
    const struct td_schedule *s = r->out;
    bool cron = s->kind == TD_SCHEDULE_CRON;
    if (s->weekdays == TD_DAYS_NTH && s->nth == 5 && !some_month_has_fifth(s))
        return fail_never(r, TD_SCHEDULE_NO_FIFTH, TD_CRON_WEEKDAY);
    uint32_t day = lowest_day(s);
    if (s->weekdays != TD_DAYS_ANY || day == 0)
        return true;
    if (!some_month_has(s, true, day))
        return fail_never(r, cron ? TD_SCHEDULE_NO_DAY_CRON : TD_SCHEDULE_NO_DAY_LINE,
                          TD_CRON_DAY);
    if (cron && !some_year_has(s, day))
        return fail_never(r, TD_SCHEDULE_NO_LEAP_YEAR, TD_CRON_DAY);
    return true;
}

/* --- rate() --- */

static const struct {
    struct td_str one, many;
    uint32_t seconds;
} rate_units[] = {
    {TD_WORD("minute"), TD_WORD("minutes"), 60},
    {TD_WORD("hour"), TD_WORD("hours"), 3600},
    {TD_WORD("day"), TD_WORD("days"), TD_DAY_SECONDS},
};

/* Units that people write, as so many of a unit of rate(). */
static const struct {
    struct td_str name;
    uint32_t times;
    size_t unit;
} near_units[] = {
    {TD_WORD("MIN"), 1, 0},    {TD_WORD("MINS"), 1, 0},    {TD_WORD("M"), 1, 0},
    {TD_WORD("MINUTE"), 1, 0}, {TD_WORD("MINUTES"), 1, 0}, {TD_WORD("H"), 1, 1},
    {TD_WORD("HR"), 1, 1},     {TD_WORD("HRS"), 1, 1},     {TD_WORD("HOUR"), 1, 1},
    {TD_WORD("HOURS"), 1, 1},  {TD_WORD("D"), 1, 2},       {TD_WORD("DAY"), 1, 2},
    {TD_WORD("DAYS"), 1, 2},   {TD_WORD("W"), 7, 2},       {TD_WORD("WEEK"), 7, 2},
    {TD_WORD("WEEKS"), 7, 2},
};

static enum td_schedule_why why_no_count(struct td_str s)
{
    bool negative = s.len > 1 && s.ptr[0] == '-';
    struct td_str digits = td_slice_of(s, negative, s.len);
    if (!td_is_digits(digits))
        return TD_SCHEDULE_RATE_TEXT;
    if (negative || read_number(digits) == 0)
        return TD_SCHEDULE_RATE_ZERO;
    return s.ptr[0] == '0' ? TD_SCHEDULE_RATE_PADDED : TD_SCHEDULE_FINE;
}

static bool fail_unit(struct reader *r, struct td_str word)
{
    struct td_schedule_fault *f = r->fault;
    for (size_t i = 0; i < TD_COUNT(near_units); i++) {
        uint64_t count = (uint64_t)f->first * near_units[i].times;
        size_t unit = near_units[i].unit;
        if (!equal_folded(word, near_units[i].name) ||
            count * rate_units[unit].seconds > LONGEST_DAYS * TD_DAY_SECONDS)
            continue;
        f->last = (uint32_t)count;
        f->hint = count == 1 ? rate_units[unit].one : rate_units[unit].many;
        fail(r, TD_SCHEDULE_UNIT_NEAR, word);
        f->unsure = true;
        return count == f->first && mend(r, word, f->hint);
    }
    return fail(r, TD_SCHEDULE_UNIT_UNKNOWN, word);
}

static bool read_unit(struct reader *r, struct td_str number, struct td_str word)
{
    uint32_t count = r->fault->first;
    for (size_t i = 0; i < TD_COUNT(rate_units); i++) {
        struct td_str right = count == 1 ? rate_units[i].one : rate_units[i].many;
        if (!td_str_eq(word, rate_units[i].one) && !td_str_eq(word, rate_units[i].many))
            continue;
        if ((uint64_t)count * rate_units[i].seconds > LONGEST_DAYS * TD_DAY_SECONDS)
            return fail(r, TD_SCHEDULE_RATE_LONG, number);
        r->out->rate_count = count;
        r->out->rate_period = count * rate_units[i].seconds;
        if (td_str_eq(word, right))
            return true;
        r->fault->hint = right;
        fail(r, TD_SCHEDULE_UNIT_NUMBER, word);
        return mend(r, word, right);
    }
    return fail_unit(r, word);
}

/* Reads `N unit`, with blanks only between the two. */
static bool read_rate(struct reader *r, struct td_str inner)
{
    size_t end = td_index_of(inner, ' ');
    size_t unit = end;
    while (unit < inner.len && inner.ptr[unit] == ' ')
        unit++;
    struct td_str number = td_slice_of(inner, 0, end);
    struct td_str word = td_slice_of(inner, unit, inner.len);
    if (number.len == 0 || word.len == 0 || td_index_of(word, ' ') < word.len)
        return fail_form(r, TD_SCHEDULE_RATE_FORM);
    enum td_schedule_why why = why_no_count(number);
    if (why != TD_SCHEDULE_FINE) {
        fail(r, why, number);
        return why == TD_SCHEDULE_RATE_PADDED &&
               mend(r, number, td_without_zeros(number));
    }
    r->fault->first = read_number(number);
    /* Longer than any unit allows, so the unit need not be known. */
    if (r->fault->first > LONGEST_DAYS * 24 * 60)
        return fail(r, TD_SCHEDULE_RATE_LONG, number);
    return read_unit(r, number, word);
}

/* --- The whole text --- */

static const struct {
    struct td_str name, line;
} macros[] = {
    {TD_WORD("@HOURLY"), TD_WORD("0 * * * *")},
    {TD_WORD("@DAILY"), TD_WORD("0 0 * * *")},
    {TD_WORD("@MIDNIGHT"), TD_WORD("0 0 * * *")},
    {TD_WORD("@WEEKLY"), TD_WORD("0 0 * * 0")},
    {TD_WORD("@MONTHLY"), TD_WORD("0 0 1 * *")},
    {TD_WORD("@YEARLY"), TD_WORD("0 0 1 1 *")},
    {TD_WORD("@ANNUALLY"), TD_WORD("0 0 1 1 *")},
};

static bool starts_folded(struct td_str s, struct td_str upper_case)
{
    return s.len >= upper_case.len &&
           equal_folded(td_slice_of(s, 0, upper_case.len), upper_case);
}

/* Says why text that begins like no schedule cannot be read, as helpfully as its start
 * allows. */
static enum td_schedule_why why_unreadable(struct reader *r)
{
    struct td_str s = r->text;
    for (size_t i = 0; i < TD_COUNT(macros); i++) {
        if (equal_folded(s, macros[i].name)) {
            r->fault->hint = macros[i].line;
            return TD_SCHEDULE_MACRO;
        }
    }
    if (starts_folded(s, TD_S("RATE(")) || starts_folded(s, TD_S("CRON(")))
        return TD_SCHEDULE_UPPER_CASE;
    if (starts_folded(s, TD_S("TZ=")) || starts_folded(s, TD_S("CRON_TZ=")))
        return TD_SCHEDULE_TIME_ZONE;
    return TD_SCHEDULE_UNREADABLE;
}

static bool read_fields(struct reader *r, struct td_str s, enum td_schedule_why otherwise)
{
    split_fields(r, s);
    if (!check_count(r, otherwise))
        return false;
    for (size_t i = 0; i < field_count(r->out->kind); i++)
        if (!read_field(r, i))
            return false;
    return check_days(r) && check_fires(r);
}

/* The text between the parentheses of `rate(...)` or `cron(...)`, both names having four
 * letters. */
static struct td_str inside(struct td_str text)
{
    return td_slice_of(text, sizeof("rate(") - 1, text.len - 1);
}

static bool fail_unclosed(struct reader *r)
{
    fail_form(r, TD_SCHEDULE_UNCLOSED);
    return mend(r, td_slice_of(r->text, r->text.len, r->text.len), TD_S(")"));
}

static bool read_call(struct reader *r)
{
    size_t close = td_index_of(r->text, ')');
    if (close == r->text.len)
        return fail_unclosed(r);
    if (close + 1 != r->text.len)
        return fail_form(r, TD_SCHEDULE_TRAILING);
    struct td_str inner = inside(r->text);
    if (inner.len > 0 && (is_space(inner.ptr[0]) || is_space(inner.ptr[inner.len - 1])))
        return fail_form(r, TD_SCHEDULE_INNER_BLANKS);
    if (r->out->kind == TD_SCHEDULE_RATE)
        return read_rate(r, inner);
    return read_fields(r, inner, TD_SCHEDULE_CRON_FORM);
}

static bool fail_blanks(struct reader *r)
{
    size_t start = 0;
    size_t end = r->text.len;
    while (start < end && is_space(r->text.ptr[start]))
        start++;
    while (end > start && is_space(r->text.ptr[end - 1]))
        end--;
    fail_form(r, TD_SCHEDULE_BLANKS);
    return start < end && mend(r, r->text, td_slice_of(r->text, start, end));
}

/* What begins like no schedule, and what is meant by it where that is known. */
static bool read_other(struct reader *r)
{
    enum td_schedule_why why = why_unreadable(r);
    if (read_fields(r, r->text, why))
        return true;
    if (r->fault->why == TD_SCHEDULE_MACRO)
        return mend(r, r->text, r->fault->hint);
    if (r->fault->why == TD_SCHEDULE_UPPER_CASE)
        return mend(r, td_slice_of(r->text, 0, sizeof("rate") - 1),
                    upper(r->text.ptr[0]) == 'R' ? TD_S("rate") : TD_S("cron"));
    return false;
}

static bool read_text(struct reader *r)
{
    struct td_str s = r->text;
    if (s.len > 0 && (is_space(s.ptr[0]) || is_space(s.ptr[s.len - 1])))
        return fail_blanks(r);
    if (starts_with(s, TD_S("at(")))
        return fail_form(r, TD_SCHEDULE_ONCE);
    bool rate = starts_with(s, TD_S("rate("));
    if (rate || starts_with(s, TD_S("cron("))) {
        r->out->kind = r->fault->kind = rate ? TD_SCHEDULE_RATE : TD_SCHEDULE_CRON;
        return read_call(r);
    }
    return read_other(r);
}

bool td_schedule_parse(struct td_str text, struct td_schedule *out,
                       struct td_schedule_fault *fault)
{
    *out = (struct td_schedule){.kind = TD_SCHEDULE_LINE};
    *fault =
        (struct td_schedule_fault){.kind = TD_SCHEDULE_LINE, .field = TD_CRON_FIELDS};
    if (text.len == 0)
        text = TD_S(""); /* so that no arithmetic is done on a null pointer */
    struct reader r = {.text = text, .out = out, .fault = fault};
    return read_text(&r);
}

bool td_schedule_next_fault(struct td_str text, struct td_schedule_fault *fault)
{
    if (fault->code != 705)
        return false;
    struct td_schedule unused = {.kind = fault->kind};
    size_t next = (size_t)fault->field + 1;
    *fault = (struct td_schedule_fault){.kind = unused.kind, .field = TD_CRON_FIELDS};
    struct reader r = {.text = text, .out = &unused, .fault = fault};
    split_fields(&r, unused.kind == TD_SCHEDULE_CRON ? inside(text) : text);
    for (size_t i = next; i < field_count(unused.kind); i++)
        if (!read_field(&r, i))
            return true;
    return false;
}

/* --- Writing --- */

/* Only cron programs know 7, so what ends in it is written as its values with 0 for 7. */
static void write_seven(const struct grammar *g, const struct item *item,
                        const struct td_schedule_sink *sink)
{
    struct td_cron_set set = {{0}};
    bool any = false;
    add_item(g, item, &set);
    for (uint32_t day = 0; day < 7; day++) {
        if (!has_bit(&set, day))
            continue;
        if (any)
            td_put_char(sink, ',');
        td_put_number(sink, day);
        any = true;
    }
}

static void write_item(const struct grammar *g, const struct item *item,
                       const struct td_schedule_sink *sink)
{
    bool line_weekday = g->kind == TD_SCHEDULE_LINE && g->field == TD_CRON_WEEKDAY;
    if (line_weekday && item->last == 7) {
        write_seven(g, item, sink);
        return;
    }
    if (item->star)
        td_put_char(sink, '*');
    else
        td_put_number(sink, item->first);
    if (item->range) {
        td_put_char(sink, '-');
        td_put_number(sink, item->last);
    }
    if (item->step > 0) {
        td_put_char(sink, '/');
        td_put_number(sink, item->step);
    }
}

static void write_list(const struct grammar *g, struct td_str rest,
                       const struct td_schedule_sink *sink)
{
    bool more;
    do {
        struct item item;
        (void)read_item(g, take_item(&rest, &more), &item);
        write_item(g, &item, sink);
        if (more)
            td_put_char(sink, ',');
    } while (more);
}

static void write_days(enum td_day_rule rule, const struct td_schedule *s,
                       const struct td_schedule_sink *sink)
{
    if (rule == TD_DAYS_NEAREST)
        td_put_number(sink, s->nearest_day);
    if (rule == TD_DAYS_FINAL || rule == TD_DAYS_NTH)
        td_put_number(sink, s->weekday + UINT32_C(1));
    if (rule == TD_DAYS_NTH) {
        td_put_char(sink, '#');
        td_put_number(sink, s->nth);
    } else {
        td_put_char(sink, rule == TD_DAYS_NEAREST ? 'W' : 'L');
    }
}

static void write_field(const struct td_schedule *s, const struct reader *r, size_t index,
                        const struct td_schedule_sink *sink)
{
    struct grammar g = grammar_of(s->kind, index);
    struct td_str field = r->fields[index];
    enum td_day_rule rule = index == TD_CRON_DAY ? s->days : s->weekdays;
    if (field.ptr[0] == '?')
        td_put_char(sink, '?');
    else if (is_day_field(g.field) && rule > TD_DAYS_LISTED)
        write_days(rule, s, sink);
    else
        write_list(&g, field, sink);
}

static void write_rate(const struct td_schedule *s, const struct td_schedule_sink *sink)
{
    size_t unit = 0;
    while (rate_units[unit].seconds * s->rate_count != s->rate_period)
        unit++;
    td_put(sink, TD_S("rate("));
    td_put_number(sink, s->rate_count);
    td_put_char(sink, ' ');
    td_put(sink, s->rate_count == 1 ? rate_units[unit].one : rate_units[unit].many);
    td_put_char(sink, ')');
}

void td_schedule_write(const struct td_schedule *schedule, struct td_str text,
                       const struct td_schedule_sink *sink)
{
    struct reader r = {.text = text};
    bool cron = schedule->kind == TD_SCHEDULE_CRON;
    if (schedule->kind == TD_SCHEDULE_RATE) {
        write_rate(schedule, sink);
        return;
    }
    split_fields(&r, cron ? inside(text) : text);
    assert(r.count == field_count(schedule->kind));
    if (cron)
        td_put(sink, TD_S("cron("));
    for (size_t i = 0; i < r.count; i++) {
        if (i > 0)
            td_put_char(sink, ' ');
        write_field(schedule, &r, i, sink);
    }
    if (cron)
        td_put_char(sink, ')');
}
