#include "syntax.h"

#include "fields.h"
#include "line.h"
#include "utf8.h"

/* One complaint on its way to a finding. */
struct fault {
    struct td_diag *diag;
    const struct td_source *source;
    const struct td_open_stack *open;
    size_t at;
    size_t from;
    uint32_t place; /* of the value at fault; 0 when it is to be found */
    size_t damage;  /* where the finding stands */
    size_t begin;   /* where the parser began to read */
};

static struct td_span span_of(size_t start, size_t end)
{
    return (struct td_span){(uint32_t)start, (uint32_t)end};
}

static uint32_t place_of(const struct fault *fault, size_t at);

static struct td_finding *report(struct fault *fault, uint32_t code, struct td_span span)
{
    uint32_t place = fault->place ? fault->place : place_of(fault, span.start);
    struct td_finding *finding = td_report(fault->diag, code, span, place);
    fault->damage = span.start;
    td_subject(fault->diag, finding, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    return finding;
}

/* ---- reading the line around a place --------------------------------------------------- */

/* The word at a place: up to a blank or the end of its line; at least one character. */
static struct td_span word_at(const struct td_source *source, size_t at)
{
    struct td_span line = td_line_rest(source, at);
    size_t end = at;
    while (end < line.end && !td_is_blank(source->bytes[end]))
        end++;
    return span_of(at, end);
}

static size_t first_visible(const struct td_source *source, size_t at)
{
    struct td_span line = td_source_line_span(source, at);
    size_t first = line.start < source->text ? source->text : line.start;
    while (first < line.end && td_is_blank(source->bytes[first]))
        first++;
    return first;
}

static bool begins_line(const struct td_source *source, size_t at)
{
    return first_visible(source, at) >= at;
}

static bool on_same_line(const struct td_source *source, size_t a, size_t b)
{
    return td_source_line_span(source, a).start == td_source_line_span(source, b).start;
}

/* A complaint often comes at the blank before, or the line after, what it is about. */
static size_t next_visible(const struct td_source *source, size_t at)
{
    while (at < source->size && td_is_space(source->bytes[at]))
        at++;
    return at;
}

static uint32_t column_of(const struct td_source *source, size_t at)
{
    return td_source_position(source, at).column - 1;
}

/* What a fault is about: the entry whose value is being read, or whose value just ended on the
 * same line; else the innermost open list or map. */
static uint32_t place_of(const struct fault *fault, size_t at)
{
    uint32_t depth = fault->open->depth_before;
    if (begins_line(fault->source, at)) {
        uint32_t column = column_of(fault->source, at);
        while (depth > 0 && !fault->open->at[depth - 1].flow &&
               fault->open->at[depth - 1].column > column)
            depth--;
    }
    if (depth == 0)
        return 0;
    const struct td_open *open = &fault->open->at[depth - 1];
    bool in_value = open->map && open->children % 2 == 1;
    bool behind = open->children > 0 && open->last_end <= fault->source->size &&
                  on_same_line(fault->source, open->last_end, at);
    return in_value || (behind && open->map) ? open->last : open->place;
}

/* ---- indentation ----------------------------------------------------------------------- */

/* The open blocks that stand nearest to a column: *below at most at it, *above behind it; -1
 * where there is none. */
static void nearest_blocks(const struct td_open_stack *open, int64_t column,
                           int64_t *below, int64_t *above)
{
    *below = *above = -1;
    for (uint32_t i = 0; i < open->depth_before; i++) {
        int64_t at = open->at[i].column;
        if (open->at[i].flow)
            continue;
        if (at <= column && at > *below)
            *below = at;
        if (at > column && *above < 0) /* inner ones stand no further left */
            *above = at;
    }
}

static bool is_open_column(const struct td_open_stack *open, uint32_t column)
{
    int64_t below;
    int64_t above;
    nearest_blocks(open, column, &below, &above);
    return below == column;
}

static struct td_str open_columns(struct fault *fault, uint32_t column)
{
    int64_t below;
    int64_t above;
    nearest_blocks(fault->open, column, &below, &above);
    if (below >= 0 && above >= 0)
        return td_words(fault->diag, "blocks stand at %u and %u", (uint64_t)below,
                        (uint64_t)above);
    return td_words(fault->diag, "block stands at %u",
                    (uint64_t)(below >= 0   ? below
                               : above >= 0 ? above
                                            : 0));
}

/* The first word of a line, as a key without its colon. */
static struct td_span key_at(const struct td_source *source, size_t at)
{
    struct td_span line = td_line_rest(source, at);
    size_t end = at;
    while (end < line.end && !td_is_blank(source->bytes[end]) &&
           source->bytes[end] != ':' && source->bytes[end] != '"' &&
           source->bytes[end] != '\'')
        end++;
    return end > at ? span_of(at, end) : line;
}

static void indentation(struct fault *fault, size_t at)
{
    const struct td_source *source = fault->source;
    uint32_t column = column_of(source, at);
    struct td_finding *f =
        report(fault, TRACEDAG_CODE_BAD_INDENTATION, key_at(source, at));
    td_message(fault->diag, f, "this line is indented %u column%s, but the open %t",
               (uint64_t)column, column == 1 ? "" : "s", open_columns(fault, column));
    td_data_number(fault->diag, f, "column", column);
}

/* The column at which blanks of a line end when a tab reaches to each multiple of a width. */
static uint32_t column_with_tabs(struct td_str blanks, uint32_t width)
{
    uint32_t column = 0;
    for (size_t i = 0; i < blanks.len; i++)
        column += blanks.ptr[i] == '\t' ? width - column % width : 1;
    return column;
}

/* Spaces in place of the blanks that begin a line, where only one width of tabs lines it up with
 * an open block, or where all of them line it up alike. */
static void offer_spaces(struct fault *fault, struct td_finding *f, size_t end)
{
    static const uint32_t widths[] = {1, 2, 4, 8};
    enum { SPACES = 64 };
    const struct td_source *source = fault->source;
    size_t line = end;
    while (line > source->text && td_is_blank(source->bytes[line - 1]))
        line--;
    if (line > source->text && !td_is_break(source->bytes[line - 1]))
        return;
    struct td_str blanks = td_source_text(source, span_of(line, end));
    uint32_t found = 0;
    for (size_t i = 0; i < TD_COUNT(widths); i++) {
        uint32_t column = column_with_tabs(blanks, widths[i]);
        if (!is_open_column(fault->open, column) || column == found)
            continue;
        if (found)
            return;
        found = column;
    }
    char spaces[SPACES];
    if (found == 0 || found > SPACES)
        return;
    memset(spaces, ' ', found);
    td_fix(fault->diag, f, TRACEDAG_SAFETY_SAFE, span_of(line, end),
           (struct td_str){spaces, found}, "indent with %u spaces", (uint64_t)found);
}

static void tab(struct fault *fault)
{
    size_t end = fault->at;
    while (end < fault->source->size && fault->source->bytes[end] == '\t')
        end++;
    struct td_finding *f =
        report(fault, TRACEDAG_CODE_TAB_INDENTATION, span_of(fault->at, end));
    td_message(fault->diag, f, "this line is indented with a tab");
    td_help(fault->diag, f, "indent with spaces");
    offer_spaces(fault, f, end);
}

/* ---- brackets and quotes --------------------------------------------------------------- */

static void unclosed_bracket(struct fault *fault, size_t bracket)
{
    for (uint32_t i = 0; i < fault->open->depth; i++) {
        if (fault->open->at[i].start == bracket)
            fault->place = fault->open->at[i].place;
    }
    struct td_str text = td_source_text(fault->source, span_of(bracket, bracket + 1));
    struct td_finding *f =
        report(fault, TRACEDAG_CODE_UNCLOSED_BRACKET, span_of(bracket, bracket + 1));
    td_message(fault->diag, f, "%q is never closed", text);
    td_help(fault->diag, f, "add %k", text.ptr[0] == '{' ? "}" : "]");
    td_data_text(fault->diag, f, "name", text);
}

/* Whether the bracket is closed before the lines leave the block that it stands in, or by the first
 * one that does. */
static bool closed_later(struct fault *fault, size_t bracket, size_t at)
{
    const struct td_source *source = fault->source;
    char closing = source->bytes[bracket] == '{' ? '}' : ']';
    int64_t indent = td_open_indent(fault->open);
    while (at < source->size) {
        size_t end = td_source_line_span(source, at).end;
        size_t first = first_visible(source, at);
        if (first >= at && first < end && (int64_t)column_of(source, first) <= indent)
            return source->bytes[first] == closing;
        if (end > at && memchr(source->bytes + at, closing, end - at))
            return true;
        at = end;
        while (at < source->size && td_is_break(source->bytes[at]))
            at++;
    }
    return false;
}

static bool is_bracket(const struct td_source *source, size_t at)
{
    return source->bytes[at] == '{' || source->bytes[at] == '[';
}

/* The innermost open bracket, which a pair without braces may stand in; the source's size when none
 * is open. */
static size_t open_bracket(const struct fault *fault)
{
    const struct td_open_stack *open = fault->open;
    for (uint32_t i = open->depth; i > 0 && open->at[i - 1].flow; i--) {
        if (is_bracket(fault->source, open->at[i - 1].start))
            return open->at[i - 1].start;
    }
    return fault->source->size;
}

static void unclosed_quote(struct fault *fault)
{
    struct td_finding *f = report(fault, TRACEDAG_CODE_UNCLOSED_QUOTE,
                                  span_of(fault->from, fault->from + 1));
    td_message(fault->diag, f, "quoted text is never closed");
    td_help(fault->diag, f, "add %k at its end",
            fault->source->bytes[fault->from] == '"' ? "\"" : "'");
}

static size_t escape_digits(char letter)
{
    return letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static struct td_span escape_at(const struct td_source *source, size_t backslash)
{
    size_t used = 1;
    size_t end = backslash + 1;
    if (end < source->size && !td_is_break(source->bytes[end])) {
        td_utf8_next(source->bytes + end, source->size - end, &used);
        size_t digits = escape_digits(source->bytes[end]);
        end += used;
        for (; digits > 0 && end < source->size && is_hex(source->bytes[end]); digits--)
            end++;
    }
    return span_of(backslash, end);
}

static uint32_t hex_value(char c)
{
    return (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* The character that an escape stands for (YAML 1.2.2, section 5.7). */
static uint32_t escaped_character(struct td_str escape)
{
    static const struct {
        char letter;
        uint16_t c;
    } letters[] = {{'0', 0},    {'a', 7},    {'b', 8},      {'t', 9},     {'\t', 9},
                   {'n', 10},   {'v', 11},   {'f', 12},     {'r', 13},    {'e', 27},
                   {'N', 0x85}, {'_', 0xA0}, {'L', 0x2028}, {'P', 0x2029}};
    size_t digits = escape.len > 1 ? escape_digits(escape.ptr[1]) : 0;
    uint32_t c = 0;
    for (size_t i = 2; digits && i < escape.len; i++)
        c = c << 4 | hex_value(escape.ptr[i]);
    if (digits)
        return c;
    for (size_t i = 0; escape.len > 1 && i < TD_COUNT(letters); i++) {
        if (letters[i].letter == escape.ptr[1])
            return letters[i].c;
    }
    return escape.len > 1 ? (unsigned char)escape.ptr[1] : 0;
}

static void bad_escape(struct fault *fault, size_t backslash)
{
    struct td_span span = escape_at(fault->source, backslash);
    struct td_str text = td_source_text(fault->source, span);
    uint32_t c = escaped_character(text);
    bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    struct td_finding *f = report(fault, TRACEDAG_CODE_BAD_ESCAPE, span);
    td_message(fault->diag, f, "%q is not an escape in double-quoted text", text);
    if (surrogate)
        td_help(fault->diag, f, "write the character itself");
    else
        td_help(fault->diag, f, "write %k for a backslash, or use single quotes", "\\\\");
    if (!surrogate)
        td_fix(fault->diag, f, TRACEDAG_SAFETY_UNSAFE, span_of(backslash, backslash),
               TD_S("\\"), "write %k", "\\\\");
    td_data_text(fault->diag, f, "name", text);
}

static void unknown_escape(struct fault *fault)
{
    bad_escape(fault, fault->at);
}

/* The complaint comes behind the letter, where another backslash may stand. */
static void bad_digits(struct fault *fault)
{
    bad_escape(fault, fault->at - 2);
}

/* ---- text in the wrong place ----------------------------------------------------------- */

static bool in_flow(const struct fault *fault)
{
    return fault->open->depth > 0 && fault->open->at[fault->open->depth - 1].flow;
}

/* In brackets a text ends where they, or the next entry, begin. */
static struct td_span until_punctuation(const struct td_source *source,
                                        struct td_span span)
{
    uint32_t end = span.start;
    while (end < span.end && !strchr(",[]{}", source->bytes[end]))
        end++;
    if (end == span.start && end < span.end)
        end++;
    while (end > span.start + 1 && td_is_blank(source->bytes[end - 1]))
        end--;
    return span_of(span.start, end);
}

/* A cron line that begins with `*` is no alias; of other text nobody knows where it was to end. */
static void offer_quotes(struct fault *fault, struct td_finding *f, struct td_span span)
{
    struct td_str text = td_source_text(fault->source, span);
    bool cron = text.len > 1 && text.ptr[0] == '*' && strchr("/ ,", text.ptr[1]);
    td_help(fault->diag, f, "quote the text, as in `\"%e\"`", text);
    td_fix(fault->diag, f, cron ? TRACEDAG_SAFETY_SAFE : TRACEDAG_SAFETY_UNSAFE, span,
           td_words(fault->diag, "\"%t\"", text), "write `\"%e\"`", text);
}

/* The value of the line in quotes, as advice; nothing for text that quotes would not mend. */
static void advise_quotes(struct fault *fault, struct td_finding *f, size_t start)
{
    struct td_span span = td_line_rest(fault->source, start);
    if (in_flow(fault))
        span = until_punctuation(fault->source, span);
    struct td_str text = td_source_text(fault->source, span);
    if (text.len == 0 || text.len > TD_QUOTE_CHARACTERS ||
        memchr(text.ptr, '"', text.len) || memchr(text.ptr, '\\', text.len))
        td_help(fault->diag, f, "quote the text");
    else
        offer_quotes(fault, f, span);
}

/* Where the value of a line begins: behind its first `: ` or `- `, or at `at`. */
static size_t value_start(const struct td_source *source, size_t at)
{
    for (size_t i = first_visible(source, at); i < at; i++) {
        if (source->bytes[i] == ':' && td_is_blank(source->bytes[i + 1]))
            return next_visible(source, i + 1);
    }
    size_t first = first_visible(source, at);
    if (source->bytes[first] == '-' && td_is_blank(source->bytes[first + 1]))
        return next_visible(source, first + 1);
    return at;
}

static struct td_finding *unexpected(struct fault *fault, struct td_span span)
{
    struct td_finding *f = report(fault, TRACEDAG_CODE_UNEXPECTED_TEXT, span);
    struct td_str text = td_source_text(fault->source, span);
    td_message(fault->diag, f, "%q cannot stand here", text);
    td_data_text(fault->diag, f, "name", text);
    return f;
}

/* The text of the visible line before the one at `at`, dashes of lists left out. What the parser
 * has not read is no matter. */
static size_t text_before(const struct fault *fault, size_t at)
{
    const struct td_source *source = fault->source;
    size_t line = td_source_line_span(source, at).start;
    while (line > fault->begin && td_is_space(source->bytes[line - 1]))
        line--;
    if (line <= fault->begin)
        return source->size;
    size_t first = first_visible(source, line - 1);
    while (source->bytes[first] == '-' && td_is_blank(source->bytes[first + 1]))
        first = next_visible(source, first + 1);
    return first;
}

static void missing_colon(struct fault *fault);

/* A colon that nothing on its line belongs to: the line before lacks one, and goes on here, or
 * this line is indented too far, or it has one too many. */
static void stray_line(struct fault *fault)
{
    size_t before = text_before(fault, fault->at);
    if (before < fault->source->size && !td_line_has_colon(fault->source, before) &&
        fault->source->bytes[before] != '#') {
        fault->from = before;
        missing_colon(fault);
        return;
    }
    size_t first = first_visible(fault->source, fault->at);
    if (is_open_column(fault->open, column_of(fault->source, first)))
        unexpected(fault, span_of(fault->at, fault->at + 1));
    else
        indentation(fault, first);
}

static void stray_value(struct fault *fault)
{
    size_t start = value_start(fault->source, fault->at);
    if (start == fault->at && !begins_line(fault->source, fault->at)) {
        stray_line(fault);
        return;
    }
    struct td_finding *f = unexpected(fault, span_of(fault->at, fault->at + 1));
    advise_quotes(fault, f, start);
}

static void stray_indicator(struct fault *fault)
{
    struct td_finding *f = unexpected(fault, span_of(fault->at, fault->at + 1));
    if (fault->source->bytes[fault->at] == '-')
        td_help(fault->diag, f, "start the list on a line of its own, or quote the text");
    else
        td_help(fault->diag, f, "quote the text");
}

static void stray_start(struct fault *fault)
{
    if (fault->source->bytes[fault->at] == '\t') {
        tab(fault);
        return;
    }
    struct td_finding *f = unexpected(fault, span_of(fault->at, fault->at + 1));
    advise_quotes(fault, f, fault->at);
}

/* `*` or `&` before text that is no name: most often a cron line without quotes. */
static void bad_anchor(struct fault *fault)
{
    struct td_finding *f = unexpected(fault, span_of(fault->from, fault->from + 1));
    advise_quotes(fault, f, fault->from);
}

static void stray_text(struct fault *fault)
{
    struct td_span span =
        td_line_rest(fault->source, next_visible(fault->source, fault->at));
    unexpected(fault, in_flow(fault) ? until_punctuation(fault->source, span) : span);
}

/* Only the header of a block scalar ends its line so: directives were told before. */
static void behind_header(struct fault *fault)
{
    size_t start = next_visible(fault->source, fault->at);
    struct td_finding *f = unexpected(fault, td_line_rest(fault->source, start));
    td_help(fault->diag, f, "begin the text on the next line, or quote it");
}

static void missing_colon(struct fault *fault)
{
    struct td_span span = td_line_rest(fault->source, fault->from);
    struct td_span word = word_at(fault->source, fault->from);
    struct td_finding *f = report(fault, TRACEDAG_CODE_MISSING_COLON, span);
    td_message(fault->diag, f, "%q stands where a key is expected",
               td_source_text(fault->source, span));
    struct td_str text = td_source_text(fault->source, word);
    const char *colon = memchr(text.ptr, ':', text.len);
    uint32_t at = colon ? word.start + (uint32_t)(colon - text.ptr) + 1 : word.end;
    if (colon) {
        td_help(fault->diag, f, "put a blank after `:`");
        td_fix(fault->diag, f, TRACEDAG_SAFETY_SAFE, span_of(at, at), TD_S(" "),
               "put a blank after `:`");
    } else {
        td_help(fault->diag, f, "did you forget `:` after %q?", text);
        if (word.end < span.end)
            td_fix(fault->diag, f,
                   td_field_is_known(text) ? TRACEDAG_SAFETY_SAFE
                                           : TRACEDAG_SAFETY_UNSAFE,
                   span_of(at, at), TD_S(":"), "write `:` after %q", text);
    }
    td_data_text(fault->diag, f, "name", td_source_text(fault->source, span));
}

static void block_entry(struct fault *fault)
{
    const struct td_source *source = fault->source;
    size_t at = next_visible(source, fault->at);
    if (begins_line(source, at) && at < source->size &&
        !is_open_column(fault->open, column_of(source, at)))
        indentation(fault, at);
    else
        unexpected(fault, td_line_rest(source, at));
}

/* `${NAME}` without quotes, as templates and shells write it. */
static void placeholder(struct fault *fault, size_t dollar)
{
    const struct td_source *source = fault->source;
    struct td_span line = td_line_rest(source, dollar);
    size_t end = dollar;
    while (end < line.end && source->bytes[end] != '}')
        end++;
    bool closed = end < line.end;
    struct td_span span = span_of(dollar, closed ? end + 1 : line.end);
    struct td_finding *f = unexpected(fault, span);
    if (closed && span.end - span.start <= TD_QUOTE_CHARACTERS)
        offer_quotes(fault, f, span);
    else
        td_help(fault->diag, f, "quote the text");
}

static void flow_entry(struct fault *fault)
{
    const struct td_source *source = fault->source;
    size_t bracket = is_bracket(source, fault->from) ? fault->from : open_bracket(fault);
    size_t at = next_visible(source, fault->at);
    if (bracket < source->size && !closed_later(fault, bracket, at)) {
        unclosed_bracket(fault, bracket);
        return;
    }
    if (source->bytes[at] == '{' && source->bytes[at - 1] == '$') {
        placeholder(fault, at - 1);
        return;
    }
    struct td_finding *f = unexpected(fault, word_at(source, at));
    td_help(fault->diag, f, "put `,` between entries");
}

/* Between brackets a tag ends at the next of them, or at a comma; not one in `!<...>`. */
static void bad_tag(struct fault *fault)
{
    struct td_span span = word_at(fault->source, fault->from);
    if (in_flow(fault) && fault->source->bytes[span.start + 1] != '<')
        span = until_punctuation(fault->source, span);
    struct td_finding *f = report(fault, TRACEDAG_CODE_TAG, span);
    td_message(fault->diag, f, "tag %q is not accepted",
               td_source_text(fault->source, span));
    td_help(fault->diag, f, "remove it");
    td_data_text(fault->diag, f, "name", td_source_text(fault->source, span));
}

/* What the parser says, and what it means. A text that is not here is reported as text in the
 * wrong place: the place is right even when the words are new. */
static const struct {
    const char *problem;
    void (*tell)(struct fault *);
} meanings[] = {
    {"could not find expected ':'", missing_colon},
    {"block sequence entries are not allowed in this context", stray_indicator},
    {"mapping keys are not allowed in this context", stray_indicator},
    {"mapping values are not allowed in this context", stray_value},
    {"did not find expected alphabetic or numeric character", bad_anchor},
    {"did not find expected comment or line break", behind_header},
    {"found an indentation indicator equal to 0", stray_start},
    {"found a tab character where an indentation space is expected", tab},
    {"found a tab character that violates indentation", tab},
    {"found unexpected document indicator", unclosed_quote},
    {"found unexpected end of stream", unclosed_quote},
    {"found unknown escape character", unknown_escape},
    {"did not find expected hexdecimal number", bad_digits},
    {"found invalid Unicode character escape code", bad_digits},
    {"found character that cannot start any token", stray_start},
    {"did not find expected '-' indicator", block_entry},
    {"did not find expected key", block_entry},
    {"did not find expected ',' or ']'", flow_entry},
    {"did not find expected ',' or '}'", flow_entry},
    {"found undefined tag handle", bad_tag},
    {"did not find expected tag URI", bad_tag},
    {"did not find the expected '>'", bad_tag},
    {"did not find expected whitespace or line break", bad_tag},
    {"did not find expected '!'", bad_tag},
};

/* What tells of a complaint; NULL for one that is not here. */
static void (*find_meaning(const char *problem))(struct fault *)
{
    for (size_t i = 0; problem && i < TD_COUNT(meanings); i++) {
        if (strcmp(problem, meanings[i].problem) == 0)
            return meanings[i].tell;
    }
    return NULL;
}

size_t td_syntax_fault(struct td_diag *diag, const struct td_source *source,
                       const struct td_open_stack *open,
                       const struct td_complaint *complaint)
{
    struct fault fault = {.diag = diag,
                          .source = source,
                          .open = open,
                          .at = complaint->at,
                          .from = complaint->from,
                          .begin = complaint->begin};
    void (*tell)(struct fault *) = find_meaning(complaint->problem);
    size_t bracket = open_bracket(&fault);
    if (tell)
        tell(&fault);
    else if (bracket < source->size &&
             !closed_later(&fault, bracket, next_visible(source, fault.at)))
        unclosed_bracket(&fault, bracket);
    else
        stray_text(&fault);
    return fault.damage;
}

/* ---- scalars that the parser lets pass ------------------------------------------------- */

static bool glued_comment(struct fault *fault, struct td_span span)
{
    const char *bytes = fault->source->bytes;
    size_t at = span.start + 1;
    while (at < span.end && (bytes[at] == '+' || bytes[at] == '-' ||
                             (bytes[at] >= '0' && bytes[at] <= '9')))
        at++;
    if (bytes[at] != '#')
        return false;
    struct td_finding *f = unexpected(fault, span_of(at, at + 1));
    td_help(fault->diag, f, "put a blank before `#`");
    return true;
}

static void not_indented(struct fault *fault, size_t at, size_t spaces, int64_t indent)
{
    struct td_finding *f =
        report(fault, TRACEDAG_CODE_BAD_INDENTATION, key_at(fault->source, at));
    td_message(fault->diag, f,
               "this line is indented %u column%s, but the text that it continues needs "
               "more than %u",
               (uint64_t)spaces, spaces == 1 ? "" : "s", (uint64_t)indent);
    td_data_number(fault->diag, f, "column", spaces);
}

/* The first line of a scalar, but its first, that is not indented more than the block around it,
 * by spaces, and not empty (YAML 1.2.2, production 69); the source's size when there is none. */
static size_t line_not_indented(struct fault *fault, struct td_span span, size_t *spaces)
{
    const char *bytes = fault->source->bytes;
    int64_t indent = td_open_indent(fault->open);
    for (size_t at = span.start; at < span.end; at++) {
        if (bytes[at] != '\n')
            continue;
        at = next_visible(fault->source, at);
        if (at >= span.end)
            break;
        size_t line = at;
        while (bytes[line - 1] != '\n')
            line--;
        *spaces = 0;
        while (bytes[line + *spaces] == ' ')
            ++*spaces;
        if ((int64_t)*spaces <= indent)
            return at;
    }
    return fault->source->size;
}

/* Whether a line in quoted text is one that was meant to stand outside of it. */
static bool is_outside(const struct fault *fault, size_t at)
{
    const struct td_source *source = fault->source;
    bool item = source->bytes[at] == '-' && td_is_blank(source->bytes[at + 1]);
    return is_open_column(fault->open, column_of(source, at)) &&
           (item || td_line_has_colon(source, at));
}

static enum td_scalar_fault judge_lines(struct fault *fault, struct td_span span)
{
    size_t spaces = 0;
    size_t at = line_not_indented(fault, span, &spaces);
    if (at == fault->source->size)
        return TD_SCALAR_FINE;
    size_t bracket = open_bracket(fault);
    char first = fault->source->bytes[span.start];
    bool plain = first != '"' && first != '\'';
    if (plain && bracket < fault->source->size &&
        !closed_later(fault, bracket, span.end)) {
        unclosed_bracket(fault, bracket);
        return TD_SCALAR_RUNS_ON;
    }
    if (!plain && is_outside(fault, at)) {
        unclosed_quote(fault);
        return TD_SCALAR_RUNS_ON;
    }
    not_indented(fault, at, spaces, td_open_indent(fault->open));
    return TD_SCALAR_DAMAGED;
}

enum td_scalar_fault td_syntax_scalar(struct td_diag *diag,
                                      const struct td_source *source,
                                      const struct td_open_stack *open, uint32_t place,
                                      struct td_span span, bool block, size_t *damage)
{
    struct fault fault = {diag, source, open, span.start, span.start, place, 0, 0};
    enum td_scalar_fault found;
    if (block)
        found = glued_comment(&fault, span) ? TD_SCALAR_DAMAGED : TD_SCALAR_FINE;
    else
        found = judge_lines(&fault, span);
    *damage = fault.damage;
    return found;
}

/* ---- marks that are glued to text ------------------------------------------------------- */

static size_t skip_line(const struct td_source *source, size_t at, size_t end)
{
    while (at < end && !td_is_break(source->bytes[at]))
        at++;
    return at;
}

bool td_syntax_glued_key(struct td_diag *diag, const struct td_source *source,
                         const struct td_open_stack *open, uint32_t place,
                         struct td_span between)
{
    struct fault fault = {diag, source, open, between.start, between.start, place, 0, 0};
    size_t at = in_flow(&fault) ? between.start : between.end;
    for (; at < between.end; at++) {
        char next = source->bytes[at + 1];
        if (source->bytes[at] == '#')
            at = skip_line(source, at, between.end);
        else if (source->bytes[at] == '?' && !td_is_space(next) && !strchr(",:]}", next))
            break;
    }
    if (at >= between.end)
        return false;
    struct td_finding *f = unexpected(&fault, span_of(at, at + 1));
    td_help(diag, f, "put a blank behind `?`, or quote the text");
    return true;
}

bool td_syntax_glued_name(struct td_diag *diag, const struct td_source *source,
                          const struct td_open_stack *open, uint32_t place, size_t at)
{
    struct fault fault = {diag, source, open, at, at, place, 0, 0};
    if (in_flow(&fault) || (source->bytes[at] != '?' && source->bytes[at] != ':'))
        return false;
    struct td_finding *f = unexpected(&fault, span_of(at, at + 1));
    td_help(diag, f, "the name of an anchor has letters, digits, `_` and `-`");
    return true;
}

/* ---- small readers --------------------------------------------------------------------- */

bool td_syntax_escape_of(const struct td_source *source, struct td_span text, uint32_t c,
                         struct td_span *escape)
{
    for (size_t at = text.start; at + 1 < text.end; at++) {
        if (source->bytes[at] != '\\')
            continue;
        *escape = escape_at(source, at);
        if (escaped_character(td_source_text(source, *escape)) == c)
            return true;
        at++;
    }
    return false;
}

/* A part of a text in double quotes. */
struct unit {
    size_t end;
    bool blank;     /* it stands for blanks and line breaks alone, */
    size_t count;   /* so many, */
    size_t written; /* and has so many as it is written */
};

/* Blanks as they are written, with one before them that is escaped. At a line break those beside it
 * are left out; one break is a space, or nothing where it is escaped. */
static struct unit written_blanks(const struct td_source *source, size_t at, bool escaped)
{
    size_t end = at;
    size_t breaks = 0;
    while (td_is_space(source->bytes[end]))
        breaks += source->bytes[end++] == '\n';
    size_t count = breaks == 0 ? end - at : breaks == 1 && !escaped ? 1 : breaks - 1;
    size_t before = td_is_space(source->bytes[at - 1]) ? 1 : 0;
    return (struct unit){end, true, count, before + end - at};
}

static struct unit unit_at(const struct td_source *source, size_t at)
{
    if (td_is_space(source->bytes[at]))
        return written_blanks(source, at, false);
    if (source->bytes[at] != '\\')
        return (struct unit){at + 1, false, 0, 0};
    if (td_is_break(source->bytes[at + 1]))
        return written_blanks(source, at + 1, true);
    struct td_span escape = escape_at(source, at);
    uint32_t c = escaped_character(td_source_text(source, escape));
    return (struct unit){escape.end, c < 0x80 && td_is_space((char)c), 1, 0};
}

size_t td_syntax_blank_run(const struct td_source *source, struct td_span text,
                           uint64_t limit, struct td_span *longest)
{
    size_t start = text.start;
    size_t count = 0;
    size_t most = 0;
    for (size_t at = text.start; at < text.end;) {
        struct unit unit = unit_at(source, at);
        if (unit.written > limit)
            return 0;
        count = unit.blank ? count + unit.count : 0;
        start = unit.blank ? start : unit.end;
        at = unit.end;
        if (count > most) {
            most = count;
            *longest = span_of(start, at);
        }
    }
    return most;
}

/* As the parser takes it, which is narrower than YAML 1.2 has it. */
static bool is_name(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '_' || c == '-';
}

static struct td_span anchor_at(const struct td_source *source, size_t at, size_t end)
{
    size_t stop = at + 1;
    while (stop < end && is_name(source->bytes[stop]))
        stop++;
    return span_of(at, stop);
}

/* The parser has seen to it that a blank or the end of the value follows. */
static struct td_span tag_at(const struct td_source *source, size_t at, size_t end)
{
    size_t stop = at + 1;
    while (stop < end && !td_is_space(source->bytes[stop]))
        stop++;
    return span_of(at, stop);
}

size_t td_syntax_skip_properties(const struct td_source *source, size_t at, size_t end,
                                 struct td_span *anchor, struct td_span *tag)
{
    while (at < end) {
        char c = source->bytes[at];
        if (td_is_space(c)) {
            at++;
        } else if (c == '#') {
            at = skip_line(source, at, end);
        } else {
            struct td_span **property = c == '&' ? &anchor : c == '!' ? &tag : NULL;
            if (!property || !*property)
                break;
            **property = c == '&' ? anchor_at(source, at, end) : tag_at(source, at, end);
            at = (*property)->end;
            *property = NULL;
        }
    }
    return at;
}
