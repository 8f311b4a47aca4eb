#include "lexer.h"

#include <yaml.h>

#include "feed.h"
#include "syntax.h"

enum { ANCHOR_BYTES_MOST = 128 };

/* What faults of syntax may cost, so that time stays linear: each makes a parser that reads lines
 * which open the blocks again. */
enum { OPENINGS_ALWAYS = 4096, OPENINGS_PER_BYTE = 4 };

struct td_lexer {
    struct td_mem *mem;
    const struct td_source *source;
    struct td_diag *diag;
    const struct td_limits *limits;
    uint32_t place; /* the number of the value that is read */
    struct td_feed feed;
    size_t behind; /* the end of the last event, or the `?` that it begins with */
    bool has_event;
    bool begun;    /* the document has begun */
    char *opening; /* what a parser that begins in the middle reads first, or NULL */
    size_t opening_size;
    size_t openings_left; /* how much of that there may still be */
    uint32_t repeats;     /* events to come that are of the opening */
    yaml_event_t event;
    yaml_parser_t parser;
    struct td_open_stack open;
};

static bool begin_parser(struct td_lexer *lexer)
{
    if (!yaml_parser_initialize(&lexer->parser))
        return false;
    yaml_parser_set_encoding(&lexer->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&lexer->parser, td_feed_read, &lexer->feed);
    return true;
}

struct td_lexer *td_lexer_new(struct td_mem *mem, const struct td_source *source,
                              struct td_diag *diag, const struct td_limits *limits)
{
    struct td_lexer *lexer = td_mem_alloc(mem, sizeof *lexer);
    if (!lexer)
        return NULL;
    lexer->mem = mem;
    lexer->source = source;
    lexer->diag = diag;
    lexer->limits = limits;
    lexer->place = 0;
    td_feed_start(&lexer->feed, source);
    lexer->behind = 0;
    lexer->has_event = false;
    lexer->begun = false;
    lexer->opening = NULL;
    lexer->opening_size = 0;
    lexer->openings_left = OPENINGS_ALWAYS + OPENINGS_PER_BYTE * source->size;
    lexer->repeats = 0;
    lexer->open.depth = 0;
    lexer->open.depth_before = 0;
    if (!begin_parser(lexer)) {
        td_mem_free(mem, lexer, sizeof *lexer);
        return NULL;
    }
    return lexer;
}

static void drop_event(struct td_lexer *lexer)
{
    if (lexer->has_event)
        yaml_event_delete(&lexer->event);
    lexer->has_event = false;
}

void td_lexer_free(struct td_lexer *lexer)
{
    if (!lexer)
        return;
    drop_event(lexer);
    yaml_parser_delete(&lexer->parser);
    td_mem_free(lexer->mem, lexer->opening, lexer->opening_size);
    td_mem_free(lexer->mem, lexer, sizeof *lexer);
}

/* ---- findings -------------------------------------------------------------------------- */

static size_t byte_at(struct td_lexer *lexer, const yaml_mark_t *mark)
{
    return td_feed_byte(&lexer->feed, mark->index);
}

static struct td_span span_of(size_t start, size_t end)
{
    return (struct td_span){(uint32_t)start, (uint32_t)end};
}

/* Values are numbered in the order of the text, from 1; that number is their place. */
static struct td_finding *report(struct td_lexer *lexer, uint32_t code,
                                 struct td_span span)
{
    struct td_finding *finding = td_report(lexer->diag, code, span, lexer->place);
    td_subject(lexer->diag, finding, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    return finding;
}

static void report_tag(struct td_lexer *lexer, struct td_span span)
{
    struct td_str text = td_source_text(lexer->source, span);
    struct td_finding *f = report(lexer, TRACEDAG_CODE_TAG, span);
    td_message(lexer->diag, f, "tag %q is not accepted", text);
    td_help(lexer->diag, f, "remove it");
    td_data_text(lexer->diag, f, "name", text);
}

static void report_length(struct td_lexer *lexer, struct td_span span, const char *what,
                          size_t length, uint64_t limit)
{
    struct td_finding *f = report(lexer, TRACEDAG_CODE_LIMIT_SCALAR, span);
    td_message(lexer->diag, f, "%s has %n bytes, the limit is %n", what, (uint64_t)length,
               limit);
    td_data_number(lexer->diag, f, "limit", limit);
}

static void fault(struct td_token *token)
{
    token->kind = TD_TOKEN_FAULT;
}

/* A fault of syntax, behind which there may be more to read; where nobody keeps what is found
 * there, or it costs too much, there is not. */
static void syntax_fault(struct td_lexer *lexer, struct td_token *token, size_t damage)
{
    fault(token);
    if (td_is_full(lexer->diag))
        return;
    struct td_resume resume = td_resume_find(lexer->source, &lexer->open, damage);
    uint32_t events;
    size_t size = td_resume_opening(&lexer->open, resume.level, NULL, &events);
    if (size <= lexer->openings_left) {
        lexer->openings_left -= size;
        token->resume = resume;
    }
}

/* What the parser refuses. It sometimes says nothing at all, and then memory ran out. */
static bool complain(struct td_lexer *lexer, struct td_token *token)
{
    yaml_parser_t *parser = &lexer->parser;
    if (parser->error == YAML_MEMORY_ERROR || parser->error == YAML_NO_ERROR)
        return false;
    const yaml_mark_t *from =
        parser->context ? &parser->context_mark : &parser->problem_mark;
    struct td_complaint complaint = {
        .problem = parser->problem,
        .at = byte_at(lexer, &parser->problem_mark),
        .begin = lexer->feed.first_byte,
    };
    complaint.from = byte_at(lexer, from);
    size_t damage = td_syntax_fault(lexer->diag, lexer->source, &lexer->open, &complaint);
    token->span = span_of(complaint.at, complaint.at);
    syntax_fault(lexer, token, damage);
    return true;
}

/* ---- properties: anchors and tags ------------------------------------------------------ */

static void read_properties(struct td_lexer *lexer, struct td_token *token, bool anchored,
                            bool tagged)
{
    struct td_span tag = {0, 0};
    size_t text =
        td_syntax_skip_properties(lexer->source, token->span.start, token->span.end,
                                  anchored ? &token->anchor : NULL, tagged ? &tag : NULL);
    if (tagged) {
        report_tag(lexer, tag);
        token->damaged = true;
    }
    if (anchored && td_syntax_glued_name(lexer->diag, lexer->source, &lexer->open,
                                         lexer->place, token->anchor.end))
        token->damaged = true;
    size_t length = token->anchor.end - token->anchor.start;
    if (length > ANCHOR_BYTES_MOST + 1) {
        report_length(lexer, token->anchor, "this anchor name", length - 1,
                      ANCHOR_BYTES_MOST);
        token->damaged = true;
    }
    token->span.start = (uint32_t)text;
}

/* ---- tokens ---------------------------------------------------------------------------- */

static void check_mark(struct td_lexer *lexer, struct td_token *token)
{
    if (td_syntax_glued_key(lexer->diag, lexer->source, &lexer->open, lexer->place,
                            span_of(lexer->behind, token->span.start)))
        token->damaged = true;
}

static bool too_many_nodes(struct td_lexer *lexer, const struct td_token *token)
{
    uint64_t limit = lexer->limits->of[TRACEDAG_LIMIT_NODES];
    if (lexer->place <= limit)
        return false;
    lexer->place = 0; /* it is not in the tree */
    struct td_finding *f = report(lexer, TRACEDAG_CODE_LIMIT_NODES, token->span);
    td_message(lexer->diag, f, "this document has more than %n values and keys", limit);
    td_data_number(lexer->diag, f, "limit", limit);
    return true;
}

static bool too_deep(struct td_lexer *lexer, const struct td_token *token)
{
    uint64_t limit = lexer->limits->of[TRACEDAG_LIMIT_DEPTH];
    if (lexer->open.depth < limit)
        return false;
    lexer->place = lexer->open.at[lexer->open.depth - 1].place;
    struct td_finding *f = report(lexer, TRACEDAG_CODE_LIMIT_DEPTH, token->span);
    td_message(lexer->diag, f, "this %s is nested %n levels deep, the limit is %n",
               token->kind == TD_TOKEN_MAP ? "map" : "list", limit + 1, limit);
    td_data_number(lexer->diag, f, "limit", limit);
    return true;
}

static const enum td_style styles[] = {
    [YAML_ANY_SCALAR_STYLE] = TD_STYLE_PLAIN,
    [YAML_PLAIN_SCALAR_STYLE] = TD_STYLE_PLAIN,
    [YAML_SINGLE_QUOTED_SCALAR_STYLE] = TD_STYLE_SINGLE_QUOTED,
    [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = TD_STYLE_DOUBLE_QUOTED,
    [YAML_LITERAL_SCALAR_STYLE] = TD_STYLE_LITERAL,
    [YAML_FOLDED_SCALAR_STYLE] = TD_STYLE_FOLDED,
};

static bool is_block(enum td_style style)
{
    return style == TD_STYLE_LITERAL || style == TD_STYLE_FOLDED;
}

/* The text as written ends at its last visible character. */
static void trim_end(const struct td_source *source, struct td_token *token)
{
    while (strchr(" \t\r\n", source->bytes[token->span.end - 1]))
        token->span.end--;
}

/* A text that stands in the source as it is needs no copy. */
static bool lies_in_source(struct td_lexer *lexer, struct td_token *token)
{
    size_t quote = token->style == TD_STYLE_PLAIN ? 0 : 1;
    size_t written = token->span.end - token->span.start;
    if (is_block(token->style) || written != token->value.len + 2 * quote)
        return false;
    const char *text = lexer->source->bytes + token->span.start + quote;
    /* On one line only an escape makes a difference of the same length. */
    bool compared = token->style != TD_STYLE_DOUBLE_QUOTED &&
                    lexer->event.start_mark.line == lexer->event.end_mark.line;
    if (!compared && memcmp(text, token->value.ptr, token->value.len) != 0)
        return false;
    token->value.ptr = text;
    return true;
}

static void check_nul(struct td_lexer *lexer, struct td_token *token)
{
    struct td_span escape;
    if (token->style != TD_STYLE_DOUBLE_QUOTED || token->value.len == 0 ||
        !memchr(token->value.ptr, '\0', token->value.len) ||
        !td_syntax_escape_of(lexer->source, token->span, 0, &escape))
        return;
    struct td_finding *f = report(lexer, TRACEDAG_CODE_CONTROL_CHARACTER, escape);
    td_message(lexer->diag, f, "control character %c is not accepted", (uint32_t)0);
    td_data_number(lexer->diag, f, "code_point", 0);
    token->damaged = true;
}

/* Escapes can make a run of blanks that the text as written does not have. */
static void check_blank_run(struct td_lexer *lexer, struct td_token *token)
{
    uint64_t limit = lexer->limits->of[TRACEDAG_LIMIT_BLANK_RUN];
    struct td_span span;
    size_t longest = td_syntax_blank_run(lexer->source, token->span, limit, &span);
    if (longest <= limit)
        return;
    struct td_finding *f = report(lexer, TRACEDAG_CODE_BLANK_RUN, span);
    td_message(lexer->diag, f, "%n blanks or line breaks in a row, the limit is %n",
               (uint64_t)longest, limit);
    td_data_number(lexer->diag, f, "count", longest);
    td_data_number(lexer->diag, f, "limit", limit);
    token->damaged = true;
}

/* False when what follows makes no sense; then *damage is where that begins. */
static bool check_scalar(struct td_lexer *lexer, struct td_token *token, size_t *damage)
{
    uint64_t limit = lexer->limits->of[TRACEDAG_LIMIT_SCALAR_BYTES];
    if (token->value.len > limit) {
        report_length(lexer, token->span, "this text", token->value.len, limit);
        token->damaged = true;
    }
    if (token->in_source)
        return true;
    check_nul(lexer, token);
    if (token->style == TD_STYLE_DOUBLE_QUOTED)
        check_blank_run(lexer, token);
    enum td_scalar_fault found =
        td_syntax_scalar(lexer->diag, lexer->source, &lexer->open, lexer->place,
                         token->span, is_block(token->style), damage);
    if (found != TD_SCALAR_FINE)
        token->damaged = true;
    return found != TD_SCALAR_RUNS_ON;
}

static void take_scalar(struct td_lexer *lexer, struct td_token *token)
{
    token->kind = TD_TOKEN_SCALAR;
    lexer->place++;
    check_mark(lexer, token);
    token->style = styles[lexer->event.data.scalar.style];
    bool anchored = lexer->event.data.scalar.anchor != NULL;
    bool tagged = lexer->event.data.scalar.tag != NULL;
    if (anchored || tagged)
        read_properties(lexer, token, anchored, tagged);
    token->value = (struct td_str){(const char *)lexer->event.data.scalar.value,
                                   lexer->event.data.scalar.length};
    if (is_block(token->style))
        trim_end(lexer->source, token);
    token->in_source = lies_in_source(lexer, token);
    if (too_many_nodes(lexer, token)) {
        fault(token);
        return;
    }
    bool readable = true;
    size_t damage = 0;
    uint64_t limit = lexer->limits->of[TRACEDAG_LIMIT_SCALAR_BYTES];
    if (!token->in_source || token->value.len > limit)
        readable = check_scalar(lexer, token, &damage);
    if (!readable) {
        syntax_fault(lexer, token, damage);
        return;
    }
    td_open_note(&lexer->open, lexer->place, token->span.end);
}

static void take_open(struct td_lexer *lexer, struct td_token *token,
                      enum td_token_kind kind, bool flow, bool anchored, bool tagged)
{
    const struct td_source *source = lexer->source;
    token->kind = kind;
    lexer->place++;
    check_mark(lexer, token);
    token->style = flow ? TD_STYLE_FLOW : TD_STYLE_BLOCK;
    token->column = (uint32_t)lexer->event.start_mark.column;
    if (anchored || tagged) {
        token->span.end = (uint32_t)source->size;
        read_properties(lexer, token, anchored, tagged);
        if (!flow)
            token->column = td_source_position(source, token->span.start).column - 1;
    }
    token->span.end = token->span.start + (token->span.start < source->size);
    if (too_many_nodes(lexer, token) || too_deep(lexer, token)) {
        fault(token);
        return;
    }
    td_open_note(&lexer->open, lexer->place, token->span.end);
    lexer->open.at[lexer->open.depth++] = (struct td_open){
        .start = token->span.start,
        .column = token->column,
        .flow = flow,
        .map = kind == TD_TOKEN_MAP,
        .place = lexer->place,
    };
    lexer->open.depth_before = lexer->open.depth;
}

static void take_alias(struct td_lexer *lexer, struct td_token *token)
{
    token->kind = TD_TOKEN_ALIAS;
    lexer->place++;
    check_mark(lexer, token);
    if (too_many_nodes(lexer, token)) {
        fault(token);
        return;
    }
    td_open_note(&lexer->open, lexer->place, token->span.end);
}

static void take_close(struct td_lexer *lexer, struct td_token *token)
{
    token->kind = TD_TOKEN_CLOSE;
    lexer->open.depth--;
}

/* ---- documents ------------------------------------------------------------------------- */

static void second_document(struct td_lexer *lexer, struct td_token *token)
{
    const struct td_source *source = lexer->source;
    size_t at = token->span.start;
    size_t end = at;
    while (end < source->size && !strchr(" \t\r\n", source->bytes[end]))
        end++;
    lexer->place = 0;
    struct td_finding *f = report(lexer, TRACEDAG_CODE_MANY_DOCUMENTS, span_of(at, end));
    td_message(lexer->diag, f, "a second document starts here; a DAG is one document");
    token->kind = TD_TOKEN_END;
}

static void end_of_stream(struct td_lexer *lexer, struct td_token *token)
{
    token->kind = TD_TOKEN_END;
    if (lexer->begun)
        return;
    struct td_finding *f = report(lexer, TRACEDAG_CODE_NO_DOCUMENT, span_of(0, 0));
    td_message(lexer->diag, f, "this file has no document");
    fault(token);
}

/* Turns the event into a token; sets *again for events that are none. */
static void take(struct td_lexer *lexer, struct td_token *token, bool *again)
{
    const yaml_event_t *event = &lexer->event;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        take_scalar(lexer, token);
        break;
    case YAML_MAPPING_START_EVENT:
        take_open(lexer, token, TD_TOKEN_MAP,
                  event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
                  event->data.mapping_start.anchor != NULL,
                  event->data.mapping_start.tag != NULL);
        break;
    case YAML_SEQUENCE_START_EVENT:
        take_open(lexer, token, TD_TOKEN_LIST,
                  event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
                  event->data.sequence_start.anchor != NULL,
                  event->data.sequence_start.tag != NULL);
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        take_close(lexer, token);
        break;
    case YAML_ALIAS_EVENT:
        take_alias(lexer, token);
        break;
    case YAML_DOCUMENT_START_EVENT:
        *again = !lexer->begun;
        if (lexer->begun)
            second_document(lexer, token);
        lexer->begun = true;
        break;
    case YAML_STREAM_END_EVENT:
        end_of_stream(lexer, token);
        break;
    default: /* the stream's start and the document's end */
        *again = true;
    }
}

bool td_lexer_next(struct td_lexer *lexer, struct td_token *token)
{
    bool again;
    do {
        again = false;
        drop_event(lexer);
        *token = (struct td_token){0};
        if (!yaml_parser_parse(&lexer->parser, &lexer->event))
            return complain(lexer, token);
        lexer->has_event = true;
        if (lexer->repeats > 0) {
            lexer->repeats--;
            again = true;
            continue;
        }
        token->span.start = (uint32_t)byte_at(lexer, &lexer->event.start_mark);
        token->span.end = (uint32_t)byte_at(lexer, &lexer->event.end_mark);
        struct td_span span = token->span;
        take(lexer, token, &again);
        lexer->behind = lexer->source->bytes[span.start] == '?' ? span.start : span.end;
    } while (again);
    return true;
}

/* ---- going on behind a fault ------------------------------------------------------------- */

/* The stream and the document begin, too. */
enum { EVENTS_BEFORE = 2 };

static bool write_opening(struct td_lexer *lexer, uint32_t level)
{
    td_mem_free(lexer->mem, lexer->opening, lexer->opening_size);
    lexer->opening_size = td_resume_opening(&lexer->open, level, NULL, &lexer->repeats);
    lexer->opening = td_mem_alloc(lexer->mem, lexer->opening_size);
    if (!lexer->opening)
        return false;
    td_resume_opening(&lexer->open, level, lexer->opening, &lexer->repeats);
    lexer->repeats += EVENTS_BEFORE;
    return true;
}

/* The lists and maps that stay open; what had no value has one by now. */
static void reopen(struct td_open_stack *open, uint32_t level, uint32_t place)
{
    struct td_open *block = &open->at[level - 1];
    open->depth = open->depth_before = level;
    block->children += block->map ? block->children % 2 : 0;
    block->last = place;
}

bool td_lexer_resume(struct td_lexer *lexer, const struct td_resume *resume,
                     uint32_t place)
{
    drop_event(lexer);
    if (!write_opening(lexer, resume->level))
        return false;
    yaml_parser_delete(&lexer->parser);
    reopen(&lexer->open, resume->level, place);
    lexer->place = place;
    td_feed_restart(&lexer->feed, (struct td_str){lexer->opening, lexer->opening_size},
                    resume->at);
    return begin_parser(lexer);
}

uint32_t td_lexer_parser_version(void)
{
    int major, minor, patch;
    yaml_get_version(&major, &minor, &patch);
    return (uint32_t)(major * 10000 + minor * 100 + patch);
}
