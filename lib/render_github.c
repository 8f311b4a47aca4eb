/* Reports as workflow commands, which GitHub shows as annotations of the lines that they name:
 *
 *     ::error file=F,line=L,endLine=L2,col=C,endColumn=C2,title=TD402 unknown-job::MESSAGE
 *
 * A command is one line, so line breaks are escaped; so is what separates its parts. The service
 * shows about ten annotations of each level for a step: errors come first, and a last notice
 * has the counts of all. */
#include "render_parts.h"
#include "utf8.h"

static const char *const command[] = {
    [TRACEDAG_SEVERITY_ERROR] = "::error ",
    [TRACEDAG_SEVERITY_WARNING] = "::warning ",
    [TRACEDAG_SEVERITY_NOTE] = "::notice ",
};

/* ---- values ------------------------------------------------------------------------ */

/* What GitHub reads an escape for, or NULL; `:` and `,` separate values, and mean nothing in a
 * message. */
static const char *escape_of(uint32_t c, bool is_value)
{
    switch (c) {
    case '%':
        return "%25";
    case '\r':
        return "%0D";
    case '\n':
        return "%0A";
    case ':':
        return is_value ? "%3A" : NULL;
    case ',':
        return is_value ? "%2C" : NULL;
    default:
        return NULL;
    }
}

/* Texts of findings hide nothing; a file's name may, and a log is read in a terminal too. */
static void put_escaped(struct td_buf *out, tracedag_text text, bool is_value)
{
    for (size_t at = 0, used; at < text.len; at += used) {
        uint32_t c = td_utf8_next(text.ptr + at, text.len - at, &used);
        const char *escape = escape_of(c, is_value);
        if (escape)
            td_buf_text(out, escape);
        else
            td_buf_escaped(out, (struct td_str){text.ptr + at, used}, 1);
    }
}

static void put_number(struct td_buf *out, const char *key, uint64_t number)
{
    td_buf_text(out, key);
    td_buf_number(out, number);
}

/* ---- a finding --------------------------------------------------------------------- */

/* Columns belong to annotations of one line. */
static void put_region(struct td_buf *out, const struct td_region *region)
{
    put_number(out, ",line=", region->start.line);
    put_number(out, ",endLine=", region->end.line);
    if (region->start.line != region->end.line)
        return;
    put_number(out, ",col=", region->start.column);
    put_number(out, ",endColumn=", region->end.column);
}

/* The service marks one place; those in other documents are told in words. */
static void put_elsewhere(struct td_buf *out, const tracedag_finding *finding)
{
    const tracedag_related *related = finding->related.items;
    for (size_t i = 0; i < finding->related.count; i++, related++) {
        if (related->file.len == 0)
            continue;
        td_buf_text(out, "%0A");
        put_escaped(out, related->file, false);
        put_number(out, ":", related->start.line);
        put_number(out, ":", related->start.column);
        td_buf_text(out, ": ");
        put_escaped(out, related->label, false);
    }
}

static void put_message(struct td_buf *out, const tracedag_finding *finding)
{
    const tracedag_text *help = finding->help.items;
    put_escaped(out, finding->message, false);
    for (size_t i = 0; i < finding->help.count; i++) {
        td_buf_text(out, "%0Ahelp: ");
        put_escaped(out, help[i], false);
    }
    put_elsewhere(out, finding);
}

static void put_finding(struct td_buf *out, const struct td_cursor *cursor)
{
    const tracedag_finding *finding = cursor->finding;
    const struct td_source *source = cursor->reports->list[cursor->report]->source;
    const char *file = td_reports_file(cursor->reports, cursor->report);
    struct td_region region = td_region_of(source, &finding->start, &finding->end);
    td_buf_text(out, command[finding->severity]);
    td_buf_text(out, "file=");
    put_escaped(out, (tracedag_text){file, strlen(file)}, true);
    put_region(out, &region);
    put_number(out, ",title=TD", finding->code);
    td_buf_byte(out, ' ');
    put_escaped(out, finding->name, true);
    td_buf_text(out, "::");
    put_message(out, finding);
    td_buf_byte(out, '\n');
}

/* ---- the counts -------------------------------------------------------------------- */

struct counts {
    size_t files;
    size_t alone; /* reports on one document each */
    size_t accepted;
    size_t rejected;
    size_t not_judged;
    size_t by_severity[TRACEDAG_SEVERITY_NOTE + 1];
};

/* What documents have together comes behind the reports of each, of which it changes the verdict:
 * of accepted ones alone. */
static void count(struct counts *counts, const struct tracedag_report *report)
{
    if (!report) {
        counts->files++;
        counts->not_judged++;
        return;
    }
    const size_t *by_severity = report->diag.by_severity;
    bool rejected = by_severity[TRACEDAG_SEVERITY_ERROR] > 0;
    bool again = report->among > 0 && counts->alone > 0;
    counts->alone += report->among == 0;
    counts->files += !again;
    counts->accepted += !again && !rejected;
    counts->accepted -= again && rejected && counts->accepted > 0;
    counts->rejected += rejected;
    for (size_t i = TRACEDAG_SEVERITY_ERROR; i < TD_COUNT(counts->by_severity); i++)
        counts->by_severity[i] += by_severity[i];
}

static void put_count(struct td_buf *out, const char *before, size_t number,
                      const char *what)
{
    put_number(out, before, number);
    td_buf_text(out, what);
    if (number != 1)
        td_buf_byte(out, 's');
}

static void put_counts(struct td_buf *out, const struct td_reports *reports)
{
    struct counts counts = {.accepted = 0};
    for (size_t i = 0; i < reports->count; i++)
        count(&counts, reports->list[i]);
    put_count(out, "::notice::", counts.files, " file");
    put_number(out, ": ", counts.accepted);
    put_number(out, " accepted, ", counts.rejected);
    td_buf_text(out, " rejected");
    if (counts.not_judged) {
        put_number(out, ", ", counts.not_judged);
        td_buf_text(out, " not judged");
    }
    put_count(out, "; ", counts.by_severity[TRACEDAG_SEVERITY_ERROR], " error");
    put_count(out, ", ", counts.by_severity[TRACEDAG_SEVERITY_WARNING], " warning");
    put_count(out, ", ", counts.by_severity[TRACEDAG_SEVERITY_NOTE], " note");
    td_buf_byte(out, '\n');
}

void td_render_github(const struct td_reports *reports, struct td_buf *out)
{
    struct td_cursor cursor;
    td_cursor_init(&cursor, reports);
    while (!out->failed && td_cursor_next(&cursor))
        put_finding(out, &cursor);
    put_counts(out, reports);
}
