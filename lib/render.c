/* The order in which formats for services tell the findings of many reports, and the places
 * that these can show. */
#include "render_parts.h"

/* ---- the order --------------------------------------------------------------------- */

void td_cursor_init(struct td_cursor *cursor, const struct td_reports *reports)
{
    *cursor = (struct td_cursor){.reports = reports, .severity = TRACEDAG_SEVERITY_ERROR};
}

enum { SUPPRESSED = TRACEDAG_SEVERITY_NOTE + 1 };

/* The next suppressed finding in the report where the cursor stands. */
static bool next_suppressed(struct td_cursor *cursor)
{
    const struct tracedag_report *report = cursor->reports->list[cursor->report];
    if (!report || cursor->next == report->diag.suppressed)
        return false;
    cursor->finding = &report->diag.list[report->diag.count + cursor->next++].pub;
    return true;
}

/* The next finding of the severity in the report where the cursor stands. */
static bool next_in_report(struct td_cursor *cursor)
{
    const struct tracedag_report *report = cursor->reports->list[cursor->report];
    if (cursor->severity == SUPPRESSED)
        return next_suppressed(cursor);
    while (report && cursor->next < report->diag.count) {
        cursor->finding = &report->diag.list[cursor->next++].pub;
        if (cursor->finding->severity == cursor->severity)
            return true;
    }
    return false;
}

bool td_cursor_next(struct td_cursor *cursor)
{
    uint32_t last = cursor->with_suppressed ? SUPPRESSED : TRACEDAG_SEVERITY_NOTE;
    for (; cursor->severity <= last; cursor->severity++) {
        for (; cursor->report < cursor->reports->count; cursor->report++) {
            if (next_in_report(cursor))
                return true;
            cursor->next = 0;
        }
        cursor->report = 0;
    }
    return false;
}

/* ---- places ------------------------------------------------------------------------ */

static tracedag_position position_of(const struct td_source *source, size_t offset)
{
    struct td_position place = td_source_position(source, offset);
    return (tracedag_position){offset, place.line, place.column, place.utf16, 0};
}

static bool is_break(char byte)
{
    return byte == '\n' || byte == '\r';
}

static bool is_tail(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

static struct td_region last_character(const struct td_source *source)
{
    enum { TAILS_MOST = 3 };
    const char *bytes = source->bytes;
    size_t end = source->size;
    while (end > source->text && is_break(bytes[end - 1]))
        end--;
    size_t start = end > source->text ? end - 1 : end;
    for (unsigned i = 0; i < TAILS_MOST && start > source->text && is_tail(bytes[start]);
         i++)
        start--;
    return (struct td_region){position_of(source, start), position_of(source, end)};
}

struct td_region td_region_of(const struct td_source *source,
                              const tracedag_position *start,
                              const tracedag_position *end)
{
    if (start->byte == source->size && source->size > 0)
        return last_character(source);
    return (struct td_region){*start, *end};
}

/* ---- words ------------------------------------------------------------------------- */

const char *td_severity_word(uint32_t severity)
{
    static const char *const words[] = {
        [TRACEDAG_SEVERITY_ERROR] = "error",
        [TRACEDAG_SEVERITY_WARNING] = "warning",
        [TRACEDAG_SEVERITY_NOTE] = "note",
    };
    return words[severity];
}
