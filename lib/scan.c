#include "scan.h"

#include "utf8.h"

struct scan {
    struct td_source *source;
    struct td_mem *mem;
    struct td_diag *diag;
    size_t blank_run_most;
    size_t resume;    /* where the next character begins, when it lies in a later block */
    size_t run_start; /* of the run of blanks that reaches up to here */
    bool in_run;
    bool fatal;
};

static struct td_span span_of(size_t start, size_t end)
{
    return (struct td_span){(uint32_t)start, (uint32_t)end};
}

static struct td_finding *fault(struct scan *s, uint32_t code, size_t start, size_t end)
{
    s->fatal = true;
    struct td_finding *finding = td_report(s->diag, code, span_of(start, end), 0);
    td_subject(s->diag, finding, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    return finding;
}

/* ---- single characters ----------------------------------------------------------------- */

/* Reports a stretch of bytes that is not UTF-8 once, at its first byte. */
static size_t bad_utf8(struct scan *s, size_t at)
{
    const struct td_source *source = s->source;
    unsigned byte = (unsigned char)source->bytes[at];
    struct td_finding *f = fault(s, TRACEDAG_CODE_INVALID_UTF8, at, at + 1);
    td_message(s->diag, f, "byte %x at offset %u is not UTF-8", byte, (uint64_t)at);
    td_help(s->diag, f, "save the document as UTF-8");
    td_data_number(s->diag, f, "byte", byte);
    td_data_number(s->diag, f, "offset", at);
    size_t end = at + 1;
    while (end < source->size && (unsigned char)source->bytes[end] >= 0x80 &&
           td_utf8_valid_prefix(source->bytes + end, source->size - end) == 0)
        end++;
    return end - at;
}

static void bad_break(struct scan *s, uint32_t c, size_t at, size_t used)
{
    struct td_finding *f = fault(s, TRACEDAG_CODE_LINE_BREAK, at, at + used);
    td_message(s->diag, f, "line break %p is not accepted", c);
    if (c == '\r')
        td_help(s->diag, f, "end lines with LF or CRLF");
    else
        td_help(s->diag, f, "end lines with LF or CRLF, and write %k inside quotes",
                c == 0x85     ? "\\u0085"
                : c == 0x2028 ? "\\u2028"
                              : "\\u2029");
    td_data_number(s->diag, f, "code_point", c);
}

static void bad_character(struct scan *s, uint32_t c, size_t at, size_t used)
{
    struct td_finding *f = fault(s, TRACEDAG_CODE_CONTROL_CHARACTER, at, at + used);
    if (c == 0xFEFF)
        td_message(s->diag, f, "byte order mark %c is accepted only at the start", c);
    else
        td_message(s->diag, f, "control character %c is not accepted", c);
    td_data_number(s->diag, f, "code_point", c);
}

/* The characters that YAML does not take as they are; blanks and line breaks come before. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xFEFF || c == 0xFFFE ||
           c == 0xFFFF;
}

static size_t wide_character(struct scan *s, size_t at)
{
    struct td_source *source = s->source;
    source->ascii = false;
    if (td_utf8_valid_prefix(source->bytes + at,
                             source->size - at < 4 ? source->size - at : 4) == 0)
        return bad_utf8(s, at);
    size_t used;
    uint32_t c = td_utf8_next(source->bytes + at, source->size - at, &used);
    if (c == 0x85 || c == 0x2028 || c == 0x2029)
        bad_break(s, c, at, used);
    else if (is_control(c) && !(c == 0xFEFF && at == 0))
        bad_character(s, c, at, used);
    return used;
}

/* ---- lines and runs -------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void directive(struct scan *s, size_t at)
{
    struct td_span line = td_source_line_span(s->source, at);
    while (is_blank(s->source->bytes[line.end - 1])) /* the `%` is none */
        line.end--;
    struct td_finding *f = fault(s, TRACEDAG_CODE_DIRECTIVE, at, line.end);
    struct td_str text = td_source_text(s->source, span_of(at, line.end));
    bool version = text.len >= 5 && memcmp(text.ptr, "%YAML", 5) == 0;
    td_message(s->diag, f, "%q is a directive, and a DAG takes none%s", text,
               version ? "; it is read as YAML 1.2" : "");
    td_help(s->diag, f, "remove this line, or indent it where it is text");
    td_data_text(s->diag, f, "name", text);
}

/* A run that is too long makes the parser slow, so its middle is kept from it. Enough of both
 * ends stays for the text around to keep its shape, however low the limit is. */
static void cut_run(struct scan *s, size_t end)
{
    enum { KEPT_LEAST = 512 };
    struct td_source *source = s->source;
    size_t kept = s->blank_run_most / 2 > KEPT_LEAST ? s->blank_run_most / 2 : KEPT_LEAST;
    if (end - s->run_start <= 2 * kept)
        return;
    if (source->cut_count == source->cut_room) {
        void *cuts = td_mem_grow(s->mem, source->cuts, &source->cut_room,
                                 source->cut_count + 1, sizeof *source->cuts);
        if (!cuts) {
            s->diag->failed = true;
            return;
        }
        source->cuts = cuts;
    }
    source->cuts[source->cut_count++] = span_of(s->run_start + kept, end - kept);
}

static void end_run(struct scan *s, size_t end)
{
    s->in_run = false;
    if (end - s->run_start <= s->blank_run_most)
        return;
    struct td_finding *f =
        td_report(s->diag, TRACEDAG_CODE_BLANK_RUN, span_of(s->run_start, end), 0);
    td_subject(s->diag, f, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    td_message(s->diag, f, "%n blanks or line breaks in a row, the limit is %n",
               (uint64_t)(end - s->run_start), (uint64_t)s->blank_run_most);
    td_data_number(s->diag, f, "count", end - s->run_start);
    td_data_number(s->diag, f, "limit", s->blank_run_most);
    cut_run(s, end);
}

static void begin_run(struct scan *s, size_t at)
{
    if (!s->in_run) {
        s->in_run = true;
        s->run_start = at;
    }
}

static bool at_line_start(const struct td_source *source, size_t at)
{
    return at == source->text || source->bytes[at - 1] == '\n' ||
           source->bytes[at - 1] == '\r';
}

/* One character of a block that is not plain; returns its length in bytes. */
static size_t character(struct scan *s, size_t at)
{
    const struct td_source *source = s->source;
    char c = source->bytes[at];
    if (is_blank(c)) {
        begin_run(s, at);
        if (c == '\r' && !(at + 1 < source->size && source->bytes[at + 1] == '\n'))
            bad_break(s, '\r', at, 1);
        return 1;
    }
    if (s->in_run)
        end_run(s, at);
    if ((unsigned char)c >= 0x80)
        return wide_character(s, at);
    if (is_control((unsigned char)c))
        bad_character(s, (unsigned char)c, at, 1);
    if (c == '%' && at_line_start(source, at))
        directive(s, at);
    return 1;
}

/* ---- blocks ---------------------------------------------------------------------------- */

/* A block is plain when only a look at runs is left to do; the loop has no branches, so that
 * compilers turn it into vector code. */
static bool is_plain(const unsigned char *p)
{
    uint8_t odd = 0; /* as narrow as what is looked at, so that a vector holds many */
    for (size_t i = 0; i < TD_SOURCE_BLOCK; i++) {
        uint8_t control = (uint8_t)((p[i] < 0x20) & (p[i] != '\n') & (p[i] != '\t'));
        odd = (uint8_t)(odd | (p[i] >= 0x7F) | (p[i] == '%') | control);
    }
    return odd == 0;
}

static uint32_t count_breaks(const char *p, size_t size)
{
    static_assert(TD_SOURCE_BLOCK < UINT8_MAX, "a byte counts the breaks of a block");
    uint8_t count = 0;
    if (size == TD_SOURCE_BLOCK) { /* a fixed length is what compilers make vectors of */
        for (size_t i = 0; i < TD_SOURCE_BLOCK; i++)
            count = (uint8_t)(count + (p[i] == '\n'));
        return count;
    }
    for (size_t i = 0; i < size; i++)
        count = (uint8_t)(count + (p[i] == '\n'));
    return count;
}

/* In a plain block only the runs that touch its ends can be too long, for the limit is at
 * least two blocks. */
static void plain_block(struct scan *s, size_t at)
{
    const char *bytes = s->source->bytes;
    size_t end = at + TD_SOURCE_BLOCK;
    size_t first = at;
    if (s->in_run) {
        while (first < end && is_blank(bytes[first]))
            first++;
        if (first == end)
            return;
        end_run(s, first);
    }
    size_t last = end;
    while (last > first && is_blank(bytes[last - 1]))
        last--;
    if (last < end)
        begin_run(s, last);
}

static void block(struct scan *s, size_t at, size_t end)
{
    bool whole = end - at == TD_SOURCE_BLOCK;
    if (whole && s->resume <= at && s->blank_run_most >= 2 * TD_SOURCE_BLOCK &&
        is_plain((const unsigned char *)s->source->bytes + at)) {
        plain_block(s, at);
        return;
    }
    size_t next = s->resume > at ? s->resume : at;
    while (next < end)
        next += character(s, next);
    s->resume = next;
}

static bool is_utf16(const struct td_source *source)
{
    return source->size >= 2 && (memcmp(source->bytes, "\xFF\xFE", 2) == 0 ||
                                 memcmp(source->bytes, "\xFE\xFF", 2) == 0);
}

bool td_scan(struct td_source *source, struct td_mem *mem, struct td_diag *diag,
             size_t blank_run_most)
{
    struct scan s = {source, mem, diag, blank_run_most, 0, 0, false, false};
    if (source->size >= 3 && memcmp(source->bytes, "\xEF\xBB\xBF", 3) == 0)
        source->text = 3;
    source->ascii = true;
    uint32_t breaks = 0;
    for (size_t at = 0; at <= source->size; at += TD_SOURCE_BLOCK) {
        size_t end =
            at + TD_SOURCE_BLOCK < source->size ? at + TD_SOURCE_BLOCK : source->size;
        source->lines_before[at / TD_SOURCE_BLOCK] = breaks;
        breaks += count_breaks(source->bytes + at, end - at);
    }
    if (is_utf16(source)) { /* every byte would be a fault of its own */
        bad_utf8(&s, 0);
        return false;
    }
    for (size_t at = 0; at < source->size; at += TD_SOURCE_BLOCK)
        block(&s, at,
              at + TD_SOURCE_BLOCK < source->size ? at + TD_SOURCE_BLOCK : source->size);
    if (s.in_run)
        end_run(&s, source->size);
    return !s.fatal;
}
