/* The messages about schedules: one table of templates, and the few that fill them. */
#include "schedule_parts.h"
#include <assert.h>

/*
 * Templates. `%j` job, `%t` the schedule, `%f` field, `%g` field at fault, `%q` what was
 * found,
 * `%v` the same, without backticks where it is a number, `%z` the same without leading
 * zeros,
 * `%r` what the field may hold, `%a` `%b` `%s` the numbers of the item, `%h` the highest
 * of the field or step, `%o` where an open step ends, `%x` a reversed range put right,
 * `%n` fields found,
 * `%w` a word, `%p` an `s` unless the first number is 1.
 */
#define CANNOT_READ "schedule of job `%j` cannot be read: `%t`"
#define THREE_FORMS "use `rate(1 day)`, `cron(0 12 * * ? *)` or `0 12 * * *`"
#define MUST_BE "%f in the schedule of job `%j` must be %r, found %v"
#define RATE_MUST "`rate` in the schedule of job `%j` must be "
#define UNIT_MUST \
    "the unit of `rate` in the schedule of job `%j` must be `minute%p`, `hour%p` or " \
    "`day%p`, " \
    "found `%q`"
#define STEP_MUST "step of %f in the schedule of job `%j` must be 1 to %h, found %v"
#define CRON_HAS "`cron()` in the schedule of job `%j` has 6 fields, found %n"
#define LINE_HAS "cron line in the schedule of job `%j` has 5 fields, found %n"
#define REVERSES "%f in the schedule of job `%j` has a reversed range, `%q`"
#define NEVER "schedule of job `%j` never fires; "

static const struct {
    unsigned code;
    const char *message;
    const char *help; /* or NULL */
} texts[] = {
    [TD_SCHEDULE_UNREADABLE] = {701, CANNOT_READ, THREE_FORMS},
    [TD_SCHEDULE_MACRO] = {701, CANNOT_READ, "use `%w`"},
    [TD_SCHEDULE_ONCE] = {701, "schedule of job `%j` runs once and does not recur: `%t`",
                          THREE_FORMS},
    [TD_SCHEDULE_BLANKS] = {701, "schedule of job `%j` begins or ends with a blank: `%t`",
                            "remove the blanks around it"},
    [TD_SCHEDULE_INNER_BLANKS] = {701, CANNOT_READ,
                                  "remove the blanks beside the parentheses"},
    [TD_SCHEDULE_UNCLOSED] = {701, CANNOT_READ, "end it with `)`"},
    [TD_SCHEDULE_TRAILING] = {701, CANNOT_READ, "end it at the first `)`"},
    [TD_SCHEDULE_UPPER_CASE] = {701, CANNOT_READ,
                                "write `rate` and `cron` in lower case"},
    [TD_SCHEDULE_TIME_ZONE] = {701, CANNOT_READ,
                               "leave the time zone out; schedules are in UTC"},
    [TD_SCHEDULE_RATE_FORM] = {701, CANNOT_READ,
                               "write a whole number, a blank and a unit, as in "
                               "`rate(5 minutes)`"},
    [TD_SCHEDULE_CRON_FORM] = {701, CANNOT_READ,
                               "write six fields, as in `cron(0 12 * * ? *)`"},

    [TD_SCHEDULE_RATE_ZERO] = {702, RATE_MUST "1 or more, found %v", NULL},
    [TD_SCHEDULE_RATE_TEXT] = {702, RATE_MUST "a whole number, found `%q`", NULL},
    [TD_SCHEDULE_RATE_PADDED] = {702, RATE_MUST "without leading zeros, found %v",
                                 "write `%z`"},
    [TD_SCHEDULE_RATE_LONG] = {702, RATE_MUST "366 days at most, found `%t`", NULL},

    [TD_SCHEDULE_UNIT_NUMBER] = {703,
                                 "`%t` in the schedule of job `%j` must be `rate(%a %w)`",
                                 NULL},
    [TD_SCHEDULE_UNIT_NEAR] = {703, UNIT_MUST, "did you mean `rate(%b %w)`?"},
    [TD_SCHEDULE_UNIT_UNKNOWN] = {703, UNIT_MUST, NULL},

    [TD_SCHEDULE_CRON_COUNT] = {704, CRON_HAS, NULL},
    [TD_SCHEDULE_CRON_NO_YEAR] = {704, CRON_HAS, "the last one is the year, often `*`"},
    [TD_SCHEDULE_CRON_SEVEN] = {704, CRON_HAS,
                                "the first one is the minute; seconds have no field"},
    [TD_SCHEDULE_LINE_COUNT] = {704, LINE_HAS, THREE_FORMS},
    [TD_SCHEDULE_LINE_SIX] =
        {704, LINE_HAS, "six fields belong in `cron(...)`, as in `cron(0 12 * * ? *)`"},

    [TD_SCHEDULE_RANGE] = {705, MUST_BE, NULL},
    [TD_SCHEDULE_SUNDAY] = {705, MUST_BE, "days of `cron(...)` begin with Sunday as `1`"},
    [TD_SCHEDULE_PADDED] = {705, MUST_BE, "write `%z`"},
    [TD_SCHEDULE_EMPTY_ITEM] = {705,
                                "%f in the schedule of job `%j` has an empty item: `%g`",
                                "remove the extra `,`"},
    [TD_SCHEDULE_STEP] = {705, STEP_MUST, NULL},
    [TD_SCHEDULE_STEP_PADDED] = {705, STEP_MUST, "write `%z`"},
    [TD_SCHEDULE_STEP_ALONE] =
        {705, "%f in the schedule of job `%j` has a step after one value, `%q`",
         "write `%a-%o/%s`"},
    [TD_SCHEDULE_NO_STEP] = {705,
                             "%f in the schedule of job `%j` takes no step, found `%q`",
                             "list the days, as in `2,4,6`"},
    [TD_SCHEDULE_REVERSED] = {705, REVERSES, "write `%x`"},
    [TD_SCHEDULE_REVERSED_STEP] = {705, REVERSES, "put the smaller value first"},
    [TD_SCHEDULE_QUESTION_LINE] = {705, MUST_BE, "`?` belongs to `cron(...)`; write `*`"},
    [TD_SCHEDULE_QUESTION_CRON] =
        {705, MUST_BE, "`?` stands alone in a day field; write `*` elsewhere"},
    [TD_SCHEDULE_CRON_ONLY] = {705, MUST_BE, "`L`, `W` and `#` belong to `cron(...)`"},
    [TD_SCHEDULE_NOT_ALONE] =
        {705, MUST_BE,
         "day of month takes `L` or `15W`, day of week `L`, `6L` or `6#3`, "
         "each alone"},
    [TD_SCHEDULE_NTH] =
        {705, "%f in the schedule of job `%j` must have 1 to 5 after `#`, found %v",
         NULL},

    [TD_SCHEDULE_BOTH_DAYS] =
        {706, "schedule of job `%j` sets both day of month and day of week",
         "put `?` in one"},
    [TD_SCHEDULE_NEITHER_DAY] =
        {706, "schedule of job `%j` sets neither day of month nor day of week",
         "put `*` in one"},
    [TD_SCHEDULE_STARRED_WEEKDAY] =
        {706,
         "schedule of job `%j` sets day of month beside day of week "
         "`%q`, which cron programs read differently",
         "list the days of the week, as in `1,3,5`"},

    [TD_SCHEDULE_NO_DAY_LINE] = {707, NEVER "month %a has no day %b", NULL},
    [TD_SCHEDULE_NO_DAY_CRON] = {707, NEVER "month %a has no day %b",
                                 "`L` is the last day of a month"},
    [TD_SCHEDULE_NO_LEAP_YEAR] = {707, NEVER "none of its years has a 29 February",
                                  "`L` is the last day of a month"},
    [TD_SCHEDULE_NO_FIFTH] = {707,
                              NEVER
                              "month %a has no such fifth day of the week in its years",
                              NULL},
};

static_assert(TD_COUNT(texts) == TD_SCHEDULE_WHY_COUNT, "every fault has its text");

unsigned td_schedule_code(enum td_schedule_why why)
{
    return texts[why].code;
}

/* Numbers stand as they are in messages, other text from the document in backticks. */
static void put_found(struct td_str s, const struct td_schedule_sink *sink)
{
    bool sign = s.len > 1 && (s.ptr[0] == '-' || s.ptr[0] == '+');
    bool number = td_is_digits(td_slice_of(s, sign, s.len));
    if (!number)
        td_put_char(sink, '`');
    sink->quote(sink->ctx, s);
    if (!number)
        td_put_char(sink, '`');
}

/* Puts a reversed range right: around the end of the field, but for years, which do not
 * wrap. */
static void write_range(const struct td_schedule_sink *sink, uint32_t first,
                        uint32_t last)
{
    td_put_number(sink, first);
    if (first == last)
        return;
    td_put_char(sink, '-');
    td_put_number(sink, last);
}

static void put_right_range(const struct td_schedule_fault *f,
                            const struct td_schedule_sink *sink)
{
    const struct td_cron_rule *rule = td_schedule_rule(f->kind, f->field);
    bool sunday_last = rule->high != rule->star_high && f->last == rule->low;
    uint32_t first = f->first > rule->star_high ? rule->low : f->first;
    if (f->field == TD_CRON_YEAR) {
        write_range(sink, f->last, f->first);
    } else if (first <= f->last) {
        write_range(sink, first, f->last); /* `7-2` of a line */
    } else if (sunday_last) {
        write_range(sink, first, rule->high);
    } else {
        write_range(sink, first, rule->star_high);
        td_put_char(sink, ',');
        write_range(sink, rule->low, f->last);
    }
}

struct message {
    const struct td_schedule_fault *fault;
    struct td_str text;
    struct td_str job;
};

static void put_piece(char key, const struct message *m,
                      const struct td_schedule_sink *sink)
{
    const struct td_schedule_fault *f = m->fault;
    const struct td_cron_rule *rule = td_schedule_rule(f->kind, f->field);
    switch (key) {
    case 'j':
        td_put(sink, m->job);
        break;
    case 't':
        sink->quote(sink->ctx, m->text);
        break;
    case 'f':
        td_put(sink, rule->name);
        break;
    case 'g':
        sink->quote(sink->ctx, td_slice_of(m->text, f->start, f->end));
        break;
    case 'q':
        sink->quote(sink->ctx, f->found);
        break;
    case 'v':
        put_found(f->found, sink);
        break;
    case 'z':
        sink->quote(sink->ctx, td_without_zeros(f->found));
        break;
    case 'r':
        td_put(sink, rule->range);
        break;
    case 'a':
        td_put_number(sink, f->first);
        break;
    case 'b':
        td_put_number(sink, f->last);
        break;
    case 's':
        td_put_number(sink, f->step);
        break;
    case 'h':
        td_put_number(sink, f->high);
        break;
    case 'o':
        td_put_number(sink, rule->star_high);
        break;
    case 'x':
        put_right_range(f, sink);
        break;
    case 'n':
        td_put_number(sink, f->found_count);
        break;
    case 'w':
        td_put(sink, f->hint);
        break;
    case 'p':
        td_put(sink, f->first == 1 ? TD_S("") : TD_S("s"));
        break;
    default:
        assert(false); /* a template names a piece that there is not */
    }
}

static void expand(const char *template, const struct message *m,
                   const struct td_schedule_sink *sink)
{
    struct td_str rest = {template, strlen(template)};
    while (rest.len > 0) {
        size_t mark = td_index_of(rest, '%');
        td_put(sink, td_slice_of(rest, 0, mark));
        if (mark == rest.len)
            return;
        put_piece(rest.ptr[mark + 1], m, sink);
        rest = td_slice_of(rest, mark + 2, rest.len);
    }
}

void td_schedule_message(const struct td_schedule_fault *fault, struct td_str text,
                         struct td_str job, const struct td_schedule_sink *sink)
{
    const struct message m = {fault, text, job};
    expand(texts[fault->why].message, &m, sink);
}

bool td_schedule_help(const struct td_schedule_fault *fault, struct td_str text,
                      const struct td_schedule_sink *sink)
{
    const struct message m = {fault, text, TD_S("")};
    const char *help = texts[fault->why].help;
    if (help)
        expand(help, &m, sink);
    return help != NULL;
}
