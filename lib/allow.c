/* The YAML parser tells nothing of comments, so they are looked for in the text: a `#` behind a
 * blank that lies in no scalar begins one. */
#include "allow.h"

#include "line.h"

/* A code that a comment names. */
struct allow {
    struct td_span place; /* the code as written */
    struct td_span covers;
    struct td_str reason;
    uint32_t row;   /* of its code */
    uint32_t outer; /* the one around it of the same code, and */
    uint32_t below; /* the one around it of any; from 1, 0 for none */
    bool used;
};

struct search {
    struct td_diag *diag;
    struct td_mem *mem;
    const struct td_tree *tree;
    const struct td_source *source;
    struct allow *list;
    size_t count;
    size_t room;
    uint32_t node;         /* the last value that begins before the place at hand */
    struct td_span stack;  /* lines of comments, of which the end is known */
    uint32_t line;         /* where the line begins whose cover is known */
    struct td_span covers; /* its cover */
};

static const struct td_str mark = {"tracedag:", 9};
static const struct td_str word = {"allow", 5};

/* ---- lines ------------------------------------------------------------------------------ */

static uint32_t skip_blanks(const struct td_source *source, uint32_t at)
{
    while (td_is_blank(source->bytes[at]))
        at++;
    return at;
}

/* Where the next line begins; the end of the text behind the last one. */
static uint32_t next_line(const struct td_source *source, uint32_t at)
{
    const char *end = memchr(source->bytes + at, '\n', source->size - at);
    return end ? (uint32_t)(end - source->bytes) + 1 : (uint32_t)source->size;
}

static bool is_empty(const struct td_source *source, uint32_t first)
{
    return first >= source->size || source->bytes[first] == '\n' ||
           source->bytes[first] == '\r';
}

/* How far a `-` may stand left of what it belongs to: items of a list may stand below its key. */
static bool is_dash(const struct td_source *source, uint32_t first)
{
    char behind = source->bytes[first] == '-' ? source->bytes[first + 1] : 'x';
    return td_is_blank(behind) || behind == '\n' || behind == '\r' || behind == '\0';
}

/* The line that begins at `line`, and all lines that are indented below it. */
static struct td_span cover_of(const struct td_source *source, uint32_t line)
{
    uint32_t first = skip_blanks(source, line);
    bool dash = is_dash(source, first);
    struct td_span covers = {line, next_line(source, line)};
    if (line >= source->size || is_empty(source, first))
        return (struct td_span){line, line};
    for (uint32_t at = covers.end; at < source->size; at = next_line(source, at)) {
        uint32_t visible = skip_blanks(source, at);
        if (is_empty(source, visible) || source->bytes[visible] == '#')
            continue;
        uint32_t indent = visible - at;
        bool below = indent > first - line ||
                     (indent == first - line && !dash && is_dash(source, visible));
        if (!below)
            break;
        covers.end = next_line(source, at);
    }
    return covers;
}

/* The first line behind comments that each have a line of their own. Many may stand on each other:
 * where they end is found once. */
static uint32_t behind_comments(struct search *s, uint32_t line)
{
    const struct td_source *source = s->source;
    uint32_t behind = line;
    if (line >= s->stack.start && line < s->stack.end)
        return s->stack.end;
    while (behind < source->size && source->bytes[skip_blanks(source, behind)] == '#')
        behind = next_line(source, behind);
    s->stack = (struct td_span){line, behind};
    return behind;
}

/* What a comment at `at` covers: its own line, or where nothing stands before it the first line
 * behind that is no comment. */
static struct td_span cover_of_comment(struct search *s, uint32_t at)
{
    const struct td_source *source = s->source;
    uint32_t line = td_source_line_span(source, at).start;
    if (line == 0)
        line = (uint32_t)source->text;
    if (skip_blanks(source, line) == at)
        line = behind_comments(s, line);
    if (line != s->line) {
        s->covers = cover_of(source, line);
        s->line = line;
    }
    return s->covers;
}

/* ---- comments --------------------------------------------------------------------------- */

static bool is_in_scalar(struct search *s, uint32_t at)
{
    const struct td_tree *tree = s->tree;
    while (s->node + 1 < tree->count && tree->nodes[s->node + 1].start <= at)
        s->node++;
    const struct td_node *n = td_node_raw(tree, s->node);
    if (s->node == 0 || td_is_collection(n) || at >= n->end)
        return false;
    bool block = n->style == TD_STYLE_LITERAL || n->style == TD_STYLE_FOLDED;
    return !block || td_source_line(s->source, n->start) != td_source_line(s->source, at);
}

/* The `#` of the comment that a mark begins; 0 where it begins none. */
static uint32_t comment_of(struct search *s, uint32_t at)
{
    const char *bytes = s->source->bytes;
    uint32_t hash = at;
    while (hash > s->source->text && td_is_blank(bytes[hash - 1]))
        hash--;
    if (hash == s->source->text || bytes[--hash] != '#')
        return UINT32_MAX;
    bool begins = hash == s->source->text || td_is_blank(bytes[hash - 1]) ||
                  bytes[hash - 1] == '\n';
    return begins && !is_in_scalar(s, hash) ? hash : UINT32_MAX;
}

static struct td_finding *report(struct search *s, struct td_span span,
                                 struct td_str name)
{
    struct td_finding *f = td_report(s->diag, TRACEDAG_CODE_UNUSED_ALLOW, span, 0);
    td_subject(s->diag, f, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    td_data_text(s->diag, f, "name", name);
    return f;
}

static void no_directive(struct search *s, struct td_span span)
{
    struct td_str text = td_source_text(s->source, span);
    struct td_finding *f = report(s, span, text);
    td_message(s->diag, f, "%q is no comment that this library knows", text);
    td_help(s->diag, f, "write `# tracedag: allow CODE -- reason`");
}

static void no_code(struct search *s, struct td_span span, const tracedag_code_info *row)
{
    struct td_str text = td_source_text(s->source, span);
    struct td_finding *f = report(s, span, text);
    if (row)
        td_message(s->diag, f, "`allow %e` has no effect: an error cannot be allowed",
                   text);
    else
        td_message(s->diag, f, "`allow %e` names no code", text);
}

/* Takes a code of a comment; false when memory ran out. */
static bool take_code(struct search *s, struct td_span place, struct td_span covers,
                      struct td_str reason)
{
    const tracedag_code_info *row = td_code_named(td_source_text(s->source, place));
    if (!row || row->severity == TRACEDAG_SEVERITY_ERROR) {
        no_code(s, place, row);
        return true;
    }
    if (td_levels_of(&s->diag->levels, row->code) == 0) /* there are no such findings */
        return true;
    if (s->count == s->room) {
        void *list =
            td_mem_grow(s->mem, s->list, &s->room, s->count + 1, sizeof *s->list);
        if (!list)
            return false;
        s->list = list;
    }
    s->list[s->count++] = (struct allow){.place = place,
                                         .covers = covers,
                                         .reason = reason,
                                         .row = td_code_row(row->code)};
    return true;
}

/* Where the reason begins: behind ` -- `; the end where there is none. */
static uint32_t reason_of(const struct td_source *source, uint32_t at, uint32_t end)
{
    for (; at + 1 < end; at++) {
        bool dashes = source->bytes[at] == '-' && source->bytes[at + 1] == '-';
        if (dashes && td_is_blank(source->bytes[at - 1]))
            return at;
    }
    return end;
}

static bool read_comment(struct search *s, uint32_t hash, uint32_t at)
{
    const struct td_source *source = s->source;
    uint32_t end = td_source_line_span(source, at).end;
    uint32_t begin = at;
    at = skip_blanks(source, at + (uint32_t)mark.len);
    uint32_t stop = reason_of(source, at, end);
    struct td_str found = {source->bytes + at, end - at};
    bool known = found.len > word.len && memcmp(found.ptr, word.ptr, word.len) == 0 &&
                 td_is_blank(found.ptr[word.len]);
    if (!known) {
        while (stop > begin && td_is_blank(source->bytes[stop - 1]))
            stop--;
        no_directive(s, (struct td_span){begin, stop});
        return true;
    }
    uint32_t behind = stop < end ? skip_blanks(source, stop + 2) : end;
    const struct td_str reason = {source->bytes + behind, end - behind};
    struct td_span covers = cover_of_comment(s, hash);
    for (at += (uint32_t)word.len; at < stop;) {
        uint32_t first = at;
        while (at < stop && !td_is_blank(source->bytes[at]) && source->bytes[at] != ',')
            at++;
        if (at > first && !take_code(s, (struct td_span){first, at}, covers, reason))
            return false;
        at += at < stop;
    }
    return true;
}

static bool find_comments(struct search *s)
{
    const struct td_source *source = s->source;
    const char *end = source->bytes + source->size;
    for (const char *at = source->bytes + source->text; at < end; at++) {
        at = memchr(at, mark.ptr[0], (size_t)(end - at));
        if (!at)
            return true;
        if ((size_t)(end - at) < mark.len || memcmp(at, mark.ptr, mark.len) != 0)
            continue;
        uint32_t place = (uint32_t)(at - source->bytes);
        uint32_t hash = comment_of(s, place);
        if (hash != UINT32_MAX && !read_comment(s, hash, place))
            return false;
    }
    return true;
}

/* ---- findings --------------------------------------------------------------------------- */

/* The comments that cover a place: they lie in each other, as what they cover does. */
struct cover {
    struct search *s;
    uint32_t top;                   /* the innermost; from 1, 0 for none */
    uint32_t active[TD_CODE_COUNT]; /* the innermost of each code */
    size_t next;                    /* the first that begins behind the place */
};

static void leave(struct cover *c, uint64_t place)
{
    while (c->top && c->s->list[c->top - 1].covers.end <= place) {
        const struct allow *allow = &c->s->list[c->top - 1];
        c->active[allow->row] = allow->outer;
        c->top = allow->below;
    }
}

static void move_to(struct cover *c, uint64_t place)
{
    for (; c->next < c->s->count && c->s->list[c->next].covers.start <= place;
         c->next++) {
        struct allow *allow = &c->s->list[c->next];
        leave(c, allow->covers.start);
        allow->outer = c->active[allow->row];
        allow->below = c->top;
        c->top = c->active[allow->row] = (uint32_t)c->next + 1;
    }
    leave(c, place);
}

/* Findings are in the order of their places. */
static void set_aside(struct search *s)
{
    struct cover c = {.s = s};
    for (size_t i = 0; i < s->diag->count; i++) {
        struct td_finding *finding = &s->diag->list[i];
        move_to(&c, finding->pub.start.byte);
        uint32_t found = c.active[td_code_row(finding->pub.code)];
        if (found == 0)
            continue;
        s->list[found - 1].used = true;
        td_suppress(s->diag, finding, TRACEDAG_SUPPRESSED_IN_SOURCE,
                    s->list[found - 1].reason);
    }
}

static void report_unused(struct search *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct allow *allow = &s->list[i];
        struct td_str text = td_source_text(s->source, allow->place);
        if (allow->used || td_is_between(td_code_named(text)->code))
            continue;
        struct td_finding *f = report(s, allow->place, text);
        td_message(s->diag, f, "`allow %e` matches nothing here", text);
        td_help(s->diag, f, "remove it");
    }
}

bool td_allow(struct td_diag *diag, struct td_mem *mem, const struct td_tree *tree)
{
    struct search s = {.diag = diag,
                       .mem = mem,
                       .tree = tree,
                       .source = tree->source,
                       .line = UINT32_MAX};
    bool done = find_comments(&s);
    if (done && s.count > 0) {
        set_aside(&s);
        if (diag->by_severity[TRACEDAG_SEVERITY_ERROR] == 0)
            report_unused(&s);
    }
    td_mem_free(mem, s.list, s.room * sizeof *s.list);
    return done;
}
