/* The report as text for people. Nothing of the document goes to a terminal as it is:
 * texts of findings are escaped by their makers, source lines and the file's name here. A
 * line of source may be as long as the document, so no more of it is read than a bounded
 * stretch around the place that a finding marks. */
#include "render.h"

#include "catalog.h"
#include "mask.h"
#include "utf8.h"

enum {
    SHOWN_MOST = 100, /* findings */
    ALIKE_MOST = 5,   /* findings of one code and name */
    LINE_COLUMNS = 120,
    DOTS = 3,          /* columns of `...` where a line is cut */
    MARK_COLUMNS = 80, /* of a mark that a cut line keeps; what is longer may be lost */
    AROUND = 200,      /* characters read in front of a mark, and behind its start */
    BYTES_MOST = 4,    /* of a character */
    TAB_COLUMNS = 4,
    MARKS_MOST = 1 + TD_RELATED_MOST
};

static const char RESET[] = "\033[0m", DIM[] = "\033[2m", CYAN[] = "\033[36m";

static const struct {
    const char *word, *color;
} level[] = {
    [TRACEDAG_SEVERITY_ERROR] = {"error", "\033[1;31m"},
    [TRACEDAG_SEVERITY_WARNING] = {"warning", "\033[33m"},
    [TRACEDAG_SEVERITY_NOTE] = {"note", "\033[34m"},
};

struct text {
    struct td_buf *out;
    const char *file;
    const struct td_source *source;
    const struct td_diag *diag;
    const struct tracedag_report *report;
    struct td_hidden hidden;
    bool color;
    unsigned gutter; /* digits of the largest line number of this finding */
};

/* ---- small pieces ------------------------------------------------------------------ */

static void put_repeated(struct td_buf *out, char byte, size_t count)
{
    for (; count > 0; count--)
        td_buf_byte(out, byte);
}

static void start_color(const struct text *t, const char *color)
{
    if (t->color)
        td_buf_text(t->out, color);
}

static void put_count(struct td_buf *out, const char *before, size_t count,
                      const char *what)
{
    td_buf_text(out, before);
    td_buf_number(out, count);
    td_buf_text(out, what);
    if (count != 1)
        td_buf_byte(out, 's');
}

static void put_text(struct td_buf *out, tracedag_text text)
{
    td_buf_put(out, text.ptr, text.len);
}

/* One character, so that it neither moves the cursor nor hides. */
static void put_character(struct td_buf *out, const char *at, size_t len)
{
    size_t used;
    if (td_utf8_next(at, len, &used) == TD_UTF8_REPLACEMENT)
        td_buf_text(out, "\xEF\xBF\xBD");
    else
        td_buf_escaped(out, (struct td_str){at, used}, 1);
}

static void put_shown(struct td_buf *out, const char *name, size_t size)
{
    for (size_t at = 0, used; at < size; at += used) {
        td_utf8_next(name + at, size - at, &used);
        put_character(out, name + at, used);
    }
}

static void put_file(const struct text *t)
{
    put_shown(t->out, t->file, strlen(t->file));
}

static unsigned digits(uint32_t number)
{
    unsigned count = 1;
    while (number /= 10)
        count++;
    return count;
}

/* `12 |`, or without a number `   |`, as wide as this finding needs it. */
static void put_gutter(const struct text *t, uint32_t line)
{
    start_color(t, DIM);
    put_repeated(t->out, ' ', t->gutter - (line ? digits(line) : 0));
    if (line)
        td_buf_number(t->out, line);
    td_buf_text(t->out, " |");
    start_color(t, RESET);
}

static void put_advice(const struct text *t, const char *kind)
{
    start_color(t, DIM);
    put_repeated(t->out, ' ', t->gutter + 1);
    td_buf_byte(t->out, '=');
    start_color(t, RESET);
    td_buf_text(t->out, kind);
}

/* ---- a stretch of a line ----------------------------------------------------------- */

struct cell {
    uint32_t at;     /* where a character begins */
    uint32_t column; /* where it stands, from 0 at the first cell */
};

/* The characters around a mark, and which of them are shown. */
struct window {
    struct cell cells[2 * AROUND + 1]; /* one more than there are characters: the end */
    size_t count;
    size_t first, last; /* half-open */
    bool cut_left, cut_right;
};

static bool at_line_end(const struct td_source *source, size_t at)
{
    if (at < source->size && source->bytes[at] == '\r')
        at++;
    return at == source->size || source->bytes[at] == '\n';
}

static uint32_t columns(const struct td_source *source, size_t at, size_t *used)
{
    uint32_t c = td_utf8_next(source->bytes + at, source->size - at, used);
    if (c == '\t')
        return TAB_COLUMNS;
    if (td_utf8_hidden(c)) /* \u{XXXX} */
        return c > 0xFFFFF ? 10 : c > 0xFFFF ? 9 : 8;
    return td_utf8_width(c);
}

static bool is_tail(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The start of the line, or of the farthest character that is looked at. */
static size_t step_back(const struct td_source *source, size_t offset, bool *cut)
{
    const char *bytes = source->bytes;
    size_t most = offset - source->text, at = offset;
    if (most > BYTES_MOST * AROUND)
        most = BYTES_MOST * AROUND;
    while (offset - at < most && bytes[at - 1] != '\n')
        at--;
    *cut = at > source->text && bytes[at - 1] != '\n';
    for (unsigned i = 1; *cut && i < BYTES_MOST && at < offset && is_tail(bytes[at]); i++)
        at++;
    return at;
}

/* Goes on to where no more than AROUND characters stand in front of the offset. */
static size_t step_closer(const struct td_source *source, size_t at, size_t offset,
                          bool *cut)
{
    size_t characters = 0, used;
    for (size_t i = at; i < offset; i += used, characters++)
        columns(source, i, &used);
    for (; characters > AROUND; characters--) {
        columns(source, at, &used);
        at += used;
        *cut = true;
    }
    return at;
}

/* The cell of an offset; the end where the offset lies behind all cells. */
static size_t cell_of(const struct window *w, uint32_t offset)
{
    size_t i = w->count;
    while (i > 0 && w->cells[i].at > offset)
        i--;
    return i;
}

/* The cell behind a mark: the first that begins at its end or later. */
static size_t cell_behind(const struct window *w, struct td_span mark)
{
    size_t i = cell_of(w, mark.start);
    while (i < w->count && w->cells[i].at < mark.end)
        i++;
    return i;
}

static void read_cells(const struct td_source *source, struct window *w, size_t offset)
{
    size_t used, at = step_back(source, offset, &w->cut_left);
    at = step_closer(source, at, offset, &w->cut_left);
    uint32_t column = 0;
    size_t most = TD_COUNT(w->cells) - 1;
    w->count = 0;
    while (w->count < most && !at_line_end(source, at)) {
        w->cells[w->count++] = (struct cell){(uint32_t)at, column};
        column += columns(source, at, &used);
        at += used;
    }
    w->cells[w->count] = (struct cell){(uint32_t)at, column};
    w->cut_right = !at_line_end(source, at);
}

/* Shows the cells that lie between two columns. A combining mark whose base is cut off is
 * cut off with it. */
static void show_columns(struct window *w, uint32_t from, uint32_t to, size_t mark)
{
    while (w->first < w->count && w->cells[w->first].column < from)
        w->first++;
    while (from > 0 && w->first < mark &&
           w->cells[w->first].column == w->cells[w->first + 1].column)
        w->first++;
    while (w->cells[w->last].column > to)
        w->last--;
}

/* Decides what of a line is shown: all of it, else its begin or its end where the mark
 * lies there, else a stretch with the mark in the middle. */
static void choose_cells(struct window *w, struct td_span span)
{
    size_t mark = cell_of(w, span.start);
    uint32_t total = w->cells[w->count].column, start = w->cells[mark].column;
    uint32_t wide = w->cells[cell_behind(w, span)].column - start;
    wide = wide < 1 ? 1 : wide > MARK_COLUMNS ? MARK_COLUMNS : wide;
    w->first = 0;
    w->last = w->count;
    if (!w->cut_left && !w->cut_right && total <= LINE_COLUMNS)
        return;
    uint32_t room = LINE_COLUMNS - DOTS;
    uint32_t from = 0, to = total;
    if (!w->cut_left && start + wide <= room) {
        to = room;
    } else if (!w->cut_right && total - start <= room) {
        from = total > room ? total - room : 0;
    } else {
        room -= DOTS;
        uint32_t before = (room - wide) / 2;
        from = start > before ? start - before : 0;
        to = from + room;
    }
    show_columns(w, from, to, mark);
}

static bool dots_left(const struct window *w)
{
    return w->cut_left || w->first > 0;
}

static bool dots_right(const struct window *w)
{
    return w->cut_right || w->last < w->count;
}

/* Whether a mark on the same line can be drawn below what is shown. */
static bool is_shown(const struct window *w, struct td_span mark)
{
    size_t cell = cell_of(w, mark.start);
    if (mark.start < w->cells[w->first].at)
        return false;
    return cell < w->last || (cell == w->count && !dots_right(w));
}

static void put_cell(const struct text *t, const struct cell *cell, bool hidden)
{
    const char *at = t->source->bytes + cell->at;
    if (hidden)
        put_repeated(t->out, '*', cell[1].column - cell->column);
    else if (*at == '\t')
        put_repeated(t->out, ' ', TAB_COLUMNS);
    else
        put_character(t->out, at, cell[1].at - cell->at);
}

static void put_cells(const struct text *t, const struct window *w)
{
    const struct td_hidden *hidden = &t->hidden;
    size_t part = td_hidden_behind(hidden, w->cells[w->first].at);
    if (w->count)
        td_buf_byte(t->out, ' ');
    if (dots_left(w))
        td_buf_text(t->out, "...");
    for (size_t i = w->first; i < w->last; i++) {
        uint32_t at = w->cells[i].at;
        while (part < hidden->count && hidden->parts[part].end <= at)
            part++;
        put_cell(t, &w->cells[i],
                 part < hidden->count && hidden->parts[part].start <= at);
    }
    if (dots_right(w))
        td_buf_text(t->out, "...");
    td_buf_byte(t->out, '\n');
}

/* ---- marks ------------------------------------------------------------------------- */

struct mark {
    struct td_span span;
    uint32_t line;
    tracedag_text label;
    const char *color;
    char sign;
};

static struct mark make_mark(const struct text *t, const tracedag_position *from,
                             const tracedag_position *to)
{
    uint64_t start = from->byte, end = to->byte;
    if (start < t->source->text) /* a byte order mark is not shown */
        start = t->source->text;
    if (end < start)
        end = start;
    return (struct mark){.span = {(uint32_t)start, (uint32_t)end}, .line = from->line};
}

/* The marks of a finding by lines; on one line the primary one first, the others as
 * given. */
static size_t collect_marks(const struct text *t, const tracedag_finding *finding,
                            struct mark *marks)
{
    struct mark mark = make_mark(t, &finding->start, &finding->end);
    mark.label = finding->label;
    mark.color = level[finding->severity].color;
    mark.sign = '^';
    marks[0] = mark;
    size_t count = 1;
    const tracedag_related *related = finding->related.items;
    for (size_t i = 0; i < finding->related.count && count < MARKS_MOST; i++, related++) {
        if (related->file.len) /* its lines are not here */
            continue;
        mark = make_mark(t, &related->start, &related->end);
        mark.label = related->label;
        mark.color = CYAN;
        mark.sign = '-';
        size_t at = count++;
        for (; at > 0 && marks[at - 1].line > mark.line; at--)
            marks[at] = marks[at - 1];
        marks[at] = mark;
    }
    return count;
}

static void put_mark(const struct text *t, const struct window *w,
                     const struct mark *mark)
{
    size_t from = cell_of(w, mark->span.start), to = cell_behind(w, mark->span);
    if (to > w->last)
        to = w->last;
    uint32_t start = w->cells[from].column;
    uint32_t wide = w->cells[to].column - start;
    if (wide == 0 && from < to && start > 0)
        start--; /* a combining mark stands on the character in front of it */
    put_gutter(t, 0);
    put_repeated(t->out, ' ',
                 1 + start - w->cells[w->first].column + (dots_left(w) ? DOTS : 0));
    start_color(t, mark->color);
    put_repeated(t->out, mark->sign, wide ? wide : 1);
    if (mark->label.len) {
        td_buf_byte(t->out, ' ');
        put_text(t->out, mark->label);
    }
    start_color(t, RESET);
    td_buf_byte(t->out, '\n');
}

static void put_line(const struct text *t, struct window *w, const struct mark *mark)
{
    read_cells(t->source, w, mark->span.start);
    choose_cells(w, mark->span);
    put_gutter(t, mark->line);
    put_cells(t, w);
}

static void put_skipped(const struct text *t)
{
    start_color(t, DIM);
    td_buf_text(t->out, "...");
    start_color(t, RESET);
    td_buf_byte(t->out, '\n');
}

static void put_snippet(const struct text *t, const struct mark *marks, size_t count)
{
    struct window window;
    put_gutter(t, 0);
    td_buf_byte(t->out, '\n');
    for (size_t i = 0; i < count; i++) {
        bool same_line = i > 0 && marks[i].line == marks[i - 1].line;
        if (i > 0 && marks[i].line > marks[i - 1].line + 1)
            put_skipped(t);
        if (!same_line || !is_shown(&window, marks[i].span))
            put_line(t, &window, &marks[i]);
        put_mark(t, &window, &marks[i]);
    }
}

/* ---- a finding --------------------------------------------------------------------- */

static void put_heading(const struct text *t, const tracedag_finding *finding)
{
    start_color(t, level[finding->severity].color);
    td_buf_text(t->out, level[finding->severity].word);
    td_buf_text(t->out, "[TD");
    td_buf_number(t->out, finding->code);
    td_buf_byte(t->out, ']');
    start_color(t, RESET);
    td_buf_text(t->out, ": ");
    put_text(t->out, finding->message);
    td_buf_byte(t->out, '\n');
}

static void put_place(const struct text *t, const tracedag_position *place)
{
    start_color(t, DIM);
    put_repeated(t->out, ' ', t->gutter);
    td_buf_text(t->out, "-->");
    start_color(t, RESET);
    td_buf_byte(t->out, ' ');
    put_file(t);
    td_buf_byte(t->out, ':');
    td_buf_number(t->out, place->line);
    td_buf_byte(t->out, ':');
    td_buf_number(t->out, place->column);
    td_buf_byte(t->out, '\n');
}

/* Places in other documents, by line and column alone. */
static void put_elsewhere(const struct text *t, const tracedag_finding *finding)
{
    const tracedag_related *related = finding->related.items;
    for (size_t i = 0; i < finding->related.count; i++, related++) {
        if (related->file.len == 0)
            continue;
        start_color(t, DIM);
        put_repeated(t->out, ' ', t->gutter);
        td_buf_text(t->out, ":::");
        start_color(t, RESET);
        td_buf_byte(t->out, ' ');
        put_shown(t->out, related->file.ptr, related->file.len);
        td_buf_byte(t->out, ':');
        td_buf_number(t->out, related->start.line);
        td_buf_byte(t->out, ':');
        td_buf_number(t->out, related->start.column);
        td_buf_text(t->out, ": ");
        put_text(t->out, related->label);
        td_buf_byte(t->out, '\n');
    }
}

static void put_finding(struct text *t, const tracedag_finding *finding)
{
    struct mark marks[MARKS_MOST];
    size_t count = collect_marks(t, finding, marks);
    t->gutter = digits(marks[count - 1].line);
    put_heading(t, finding);
    put_place(t, &finding->start);
    if (finding->code != TRACEDAG_CODE_LIMIT_SIZE) /* its document was not read */
        put_snippet(t, marks, count);
    put_elsewhere(t, finding);
    const tracedag_text *help = finding->help.items;
    for (size_t i = 0; i < finding->help.count; i++) {
        put_advice(t, " help: ");
        put_text(t->out, help[i]);
        td_buf_byte(t->out, '\n');
    }
    put_advice(t, " explain: tracedag explain TD");
    td_buf_number(t->out, finding->code);
    td_buf_byte(t->out, '\n');
}

/* ---- which findings are shown ------------------------------------------------------ */

/* Findings of one code and one name; those without a name are alike, too. */
struct group {
    const struct td_finding *first;
    size_t found;
    size_t shown;   /* chosen to be shown */
    size_t written; /* of those */
};

/* There is no group without a finding that is shown, so that few findings at most have to
 * be looked through for each one, however many there are. */
struct choice {
    struct group groups[SHOWN_MOST];
    size_t group_count;
    struct {
        size_t finding;
        struct group *group;
    } shown[SHOWN_MOST]; /* in the order of the report */
    size_t shown_count;
};

static bool is_alike(const struct td_finding *a, const struct td_finding *b)
{
    return a->pub.code == b->pub.code &&
           td_str_eq(a->fingerprint_name, b->fingerprint_name);
}

static struct group *group_of(struct choice *c, const struct td_finding *finding)
{
    for (size_t i = 0; i < c->group_count; i++) {
        if (is_alike(c->groups[i].first, finding))
            return &c->groups[i];
    }
    if (c->shown_count == SHOWN_MOST)
        return NULL;
    c->groups[c->group_count] = (struct group){.first = finding};
    return &c->groups[c->group_count++];
}

static void show(struct choice *c, size_t finding, struct group *group)
{
    size_t at = c->shown_count++;
    for (; at > 0 && c->shown[at - 1].finding > finding; at--)
        c->shown[at] = c->shown[at - 1];
    c->shown[at].finding = finding;
    c->shown[at].group = group;
    group->shown++;
}

/* Errors have the first choice, or a hundred notes could hide why a document is rejected.
 * */
static void choose_findings(struct choice *c, const struct td_diag *diag)
{
    c->group_count = c->shown_count = 0;
    for (uint32_t severity = TRACEDAG_SEVERITY_ERROR; severity <= TRACEDAG_SEVERITY_NOTE;
         severity++) {
        for (size_t i = 0; i < diag->count; i++) {
            if (diag->list[i].pub.severity != severity)
                continue;
            struct group *group = group_of(c, &diag->list[i]);
            if (!group)
                continue;
            group->found++;
            if (group->shown < ALIKE_MOST && c->shown_count < SHOWN_MOST)
                show(c, i, group);
        }
    }
}

/* How many of a group are left to the line that counts them. */
static size_t left_out(const struct group *group)
{
    return group->shown == ALIKE_MOST ? group->found - ALIKE_MOST : 0;
}

static void put_left_out(const struct text *t, const struct group *group)
{
    size_t count = left_out(group);
    td_buf_text(t->out, "... ");
    td_buf_number(t->out, count);
    td_buf_text(t->out, " more of TD");
    td_buf_number(t->out, group->first->pub.code);
    if (group->first->fingerprint_name.len) {
        td_buf_text(t->out, " for `");
        td_buf_escaped(t->out, group->first->fingerprint_name, TD_QUOTE_CHARACTERS);
        td_buf_byte(t->out, '`');
    }
    td_buf_text(t->out, count == 1 ? " is not shown\n" : " are not shown\n");
}

static size_t found(const struct td_diag *diag)
{
    return diag->by_severity[TRACEDAG_SEVERITY_ERROR] +
           diag->by_severity[TRACEDAG_SEVERITY_WARNING] +
           diag->by_severity[TRACEDAG_SEVERITY_NOTE];
}

/* What no other line accounts for, with those that the report did not keep: the numbers
 * add up to those of the verdict. */
static void put_rest(const struct text *t, const struct choice *c,
                     const struct td_diag *diag)
{
    size_t told = c->shown_count;
    for (size_t i = 0; i < c->group_count; i++)
        told += left_out(&c->groups[i]);
    if (told >= diag->count)
        return;
    size_t rest = (found(diag) > diag->count ? found(diag) : diag->count) - told;
    put_count(t->out, "... ", rest, " more diagnostic");
    td_buf_text(t->out, rest == 1 ? " is not shown\n" : " are not shown\n");
}

static void put_findings(struct text *t, const struct td_diag *diag)
{
    struct choice choice;
    choose_findings(&choice, diag);
    for (size_t i = 0; i < choice.shown_count && !t->out->failed; i++) {
        struct group *group = choice.shown[i].group;
        put_finding(t, &diag->list[choice.shown[i].finding].pub);
        if (++group->written == ALIKE_MOST && left_out(group) > 0)
            put_left_out(t, group);
    }
    put_rest(t, &choice, diag);
}

/* ---- the report -------------------------------------------------------------------- */

/* What was left out for want of a catalog, or of a part of one. */
static const char *unchecked(const struct tracedag_report *report)
{
    const struct tracedag_catalog *catalog = report->settings.catalog;
    if (report->of_catalog)
        return "";
    if (!catalog)
        return " (operators not checked: no catalog given)";
    if (!catalog->operators.given)
        return catalog->datasets.given
                   ? " (operators not checked: the catalog names none)"
                   : " (operators and datasets not checked: the catalog names none)";
    return catalog->datasets.given ? ""
                                   : " (datasets not checked: the catalog names none)";
}

static void put_verdict(const struct text *t)
{
    const size_t *by_severity = t->diag->by_severity;
    struct td_buf *out = t->out;
    bool rejected = by_severity[TRACEDAG_SEVERITY_ERROR] > 0;
    put_file(t);
    td_buf_text(out, rejected ? ": rejected" : ": accepted");
    if (t->report->among)
        put_count(out, " among ", t->report->among, " document");
    if (rejected)
        put_count(out, ", ", by_severity[TRACEDAG_SEVERITY_ERROR], " error");
    put_count(out, ", ", by_severity[TRACEDAG_SEVERITY_WARNING], " warning");
    if (by_severity[TRACEDAG_SEVERITY_NOTE])
        put_count(out, ", ", by_severity[TRACEDAG_SEVERITY_NOTE], " note");
    if (t->diag->suppressed) {
        td_buf_text(out, ", ");
        td_buf_number(out, t->diag->suppressed);
        td_buf_text(out, " suppressed");
    }
    if (!t->report->among)
        td_buf_text(out, unchecked(t->report));
    td_buf_byte(out, '\n');
}

void td_render_text(const struct tracedag_report *report, const char *file, bool color,
                    struct td_buf *out)
{
    struct text t = {
        .out = out,
        .source = report->source,
        .diag = &report->diag,
        .report = report,
        .file = file,
        .color = color,
    };
    out->failed |= !td_hidden_init(&t.hidden, out->mem, report);
    put_findings(&t, &report->diag);
    put_verdict(&t);
    td_hidden_free(&t.hidden, out->mem);
}
