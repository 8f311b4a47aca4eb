/* Reports as a log of SARIF 2.1.0, the format of OASIS that code scanning services read. One run
 * has the findings of all documents, and of the rules those that occur. The log is one line,
 * with keys in a fixed order. */
#include "codes.h"
#include "mask.h"
#include "pages.h"
#include "render_parts.h"

#define HOMEPAGE "https://libtracedag.example"
#define SCHEMA \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/" \
    "sarif-schema-2.1.0.json"

enum {
    RESULTS_MOST = 5000,  /* what services read of a run */
    SNIPPET_BYTES = 1000, /* a region may be as long as the document */
    CODES = 1000,         /* a code has three digits */
    CODES_OF_A_KIND = 100,
    SECURITY = 6 /* the kind of TD6xx */
};

struct sarif {
    struct td_buf *out;
    struct td_buf words; /* where a message is put together */
    const struct td_reports *reports;
    struct td_hidden *hidden; /* of each report */
    uint16_t rule[CODES];     /* from 1, by code; 0 where it does not occur */
    size_t results;
    size_t left_out;
};

/* ---- values ------------------------------------------------------------------------ */

static void put_number(struct td_buf *out, const char *key, uint64_t number)
{
    td_buf_text(out, key);
    td_buf_number(out, number);
}

static void put_string(struct td_buf *out, const char *key, tracedag_text text)
{
    td_buf_text(out, key);
    td_buf_json(out, (struct td_str){text.ptr, text.len});
}

/* Adds to a message. Braces are doubled, for single ones stand for arguments, and names in a
 * document cannot make a link, which is `[text](address)`. */
static void add_words(struct sarif *s, tracedag_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (byte == '(' && i > 0 && text.ptr[i - 1] == ']')
            td_buf_byte(&s->words, ' ');
        if (byte == '{' || byte == '}')
            td_buf_byte(&s->words, byte);
        td_buf_byte(&s->words, byte);
    }
}

static void put_words(struct sarif *s, const char *key)
{
    put_string(s->out, key, (tracedag_text){s->words.ptr, s->words.len});
    s->words.len = 0;
}

/* ---- addresses of documents -------------------------------------------------------- */

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

static void put_segment(struct td_buf *out, const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (is_unreserved(name[i])) {
            td_buf_byte(out, name[i]);
        } else {
            td_buf_byte(out, '%');
            td_buf_hex(out, (unsigned char)name[i], 2, true);
        }
    }
}

/* The parts of a path without those that say nothing, `.` and empty ones: services compare
 * the address with names in the repository. */
static void put_path(struct td_buf *out, const char *path)
{
    const char *between = "";
    while (*path) {
        size_t len = strcspn(path, "/");
        if (len > 1 || (len == 1 && *path != '.')) {
            td_buf_text(out, between);
            put_segment(out, path, len);
            between = "/";
        }
        path += len + (path[len] == '/');
    }
}

static void put_artifact_named(const struct sarif *s, const char *file)
{
    bool is_absolute = file[0] == '/';
    td_buf_text(s->out, "\"artifactLocation\":{\"uri\":\"");
    td_buf_text(s->out, is_absolute ? "file:///" : "");
    put_path(s->out, file);
    td_buf_text(s->out, is_absolute ? "\"}" : "\",\"uriBaseId\":\"%SRCROOT%\"}");
}

static void put_artifact(const struct sarif *s, size_t report)
{
    put_artifact_named(s, td_reports_file(s->reports, report));
}

/* ---- places ------------------------------------------------------------------------ */

/* Whether a region shows no more of a credential than may be shown. */
static bool may_be_shown(const struct td_hidden *hidden, struct td_region region)
{
    size_t part = td_hidden_behind(hidden, (size_t)region.start.byte);
    return part == hidden->count || hidden->parts[part].start >= region.end.byte;
}

static void put_bounds(struct td_buf *out, const struct td_region *region)
{
    put_number(out, ",\"region\":{\"startLine\":", region->start.line);
    put_number(out, ",\"startColumn\":", region->start.column);
    put_number(out, ",\"endLine\":", region->end.line);
    put_number(out, ",\"endColumn\":", region->end.column);
    put_number(out, ",\"byteOffset\":", region->start.byte);
    put_number(out, ",\"byteLength\":", region->end.byte - region->start.byte);
}

static void put_region(const struct sarif *s, size_t report,
                       const tracedag_position *start, const tracedag_position *end)
{
    struct td_buf *out = s->out;
    const struct td_source *source = s->reports->list[report]->source;
    struct td_region region = td_region_of(source, start, end);
    size_t size = (size_t)(region.end.byte - region.start.byte);
    put_bounds(out, &region);
    if (size <= SNIPPET_BYTES && may_be_shown(&s->hidden[report], region)) {
        put_string(out, ",\"snippet\":{\"text\":",
                   (tracedag_text){source->bytes + region.start.byte, size});
        td_buf_byte(out, '}');
    }
    td_buf_byte(out, '}');
}

static void put_place(const struct sarif *s, size_t report,
                      const tracedag_position *start, const tracedag_position *end)
{
    td_buf_text(s->out, "\"physicalLocation\":{");
    put_artifact(s, report);
    put_region(s, report, start, end);
    td_buf_byte(s->out, '}');
}

/* A place in a document that may have no report here, and then no text to show. */
static void put_place_elsewhere(const struct sarif *s, const tracedag_related *related)
{
    const struct td_region region = {related->start, related->end};
    td_buf_text(s->out, "\"physicalLocation\":{");
    put_artifact_named(s, related->file.ptr);
    put_bounds(s->out, &region);
    td_buf_text(s->out, "}}");
}

static void put_related(struct sarif *s, const struct td_cursor *cursor)
{
    const tracedag_list *list = &cursor->finding->related;
    const tracedag_related *related = list->items;
    if (list->count == 0)
        return;
    td_buf_text(s->out, ",\"relatedLocations\":[");
    for (size_t i = 0; i < list->count; i++, related++) {
        put_number(s->out, i ? ",{\"id\":" : "{\"id\":", i + 1);
        td_buf_byte(s->out, ',');
        if (related->file.len)
            put_place_elsewhere(s, related);
        else
            put_place(s, cursor->report, &related->start, &related->end);
        add_words(s, related->label);
        put_words(s, ",\"message\":{\"text\":");
        td_buf_text(s->out, "}}");
    }
    td_buf_byte(s->out, ']');
}

/* ---- results ----------------------------------------------------------------------- */

/* The message, and advice on lines of its own. */
static void put_message(struct sarif *s, const tracedag_finding *finding)
{
    const tracedag_text *help = finding->help.items;
    add_words(s, finding->message);
    for (size_t i = 0; i < finding->help.count; i++) {
        td_buf_text(&s->words, "\nhelp: ");
        add_words(s, help[i]);
    }
    put_words(s, ",\"message\":{\"text\":");
    td_buf_byte(s->out, '}');
}

/* The one fix of a finding that is safe; NULL where there is none, or a choice. */
static const tracedag_fix *safe_fix(const tracedag_finding *finding)
{
    const tracedag_fix *safe = NULL;
    const tracedag_fix *fix = finding->fixes.items;
    for (size_t i = 0; i < finding->fixes.count; i++, fix++) {
        if (fix->safety != TRACEDAG_SAFETY_SAFE)
            continue;
        if (safe)
            return NULL;
        safe = fix;
    }
    return safe;
}

static void put_edits(struct td_buf *out, const tracedag_fix *fix)
{
    const tracedag_edit *edit = fix->edits.items;
    for (size_t i = 0; i < fix->edits.count; i++, edit++) {
        td_buf_text(out, i ? "," : "");
        put_number(out, "{\"deletedRegion\":{\"byteOffset\":", edit->start);
        put_number(out, ",\"byteLength\":", edit->end - edit->start);
        put_string(out, "},\"insertedContent\":{\"text\":", edit->text);
        td_buf_text(out, "}}");
    }
}

static void put_fixes(struct sarif *s, const struct td_cursor *cursor)
{
    const tracedag_fix *fix = safe_fix(cursor->finding);
    if (!fix)
        return;
    add_words(s, fix->title);
    put_words(s, ",\"fixes\":[{\"description\":{\"text\":");
    td_buf_text(s->out, "},\"artifactChanges\":[{");
    put_artifact(s, cursor->report);
    td_buf_text(s->out, ",\"replacements\":[");
    put_edits(s->out, fix);
    td_buf_text(s->out, "]}]}]");
}

static void put_suppression(struct td_buf *out, const tracedag_finding *finding)
{
    bool in_source = finding->suppression == TRACEDAG_SUPPRESSED_IN_SOURCE;
    if (finding->suppression == 0)
        return;
    td_buf_text(out, ",\"suppressions\":[{\"kind\":\"");
    td_buf_text(out, in_source ? "inSource\"" : "external\"");
    if (finding->justification.len > 0)
        put_string(out, ",\"justification\":", finding->justification);
    td_buf_text(out, "}]");
}

static void put_result(struct sarif *s, const struct td_cursor *cursor)
{
    const tracedag_finding *finding = cursor->finding;
    struct td_buf *out = s->out;
    put_number(out, "{\"ruleId\":\"TD", finding->code);
    put_number(out, "\",\"ruleIndex\":", s->rule[finding->code] - 1U);
    td_buf_text(out, ",\"level\":\"");
    td_buf_text(out, td_severity_word(finding->severity));
    td_buf_byte(out, '"');
    put_message(s, finding);
    td_buf_text(out, ",\"locations\":[{");
    put_place(s, cursor->report, &finding->start, &finding->end);
    put_string(out, ",\"logicalLocations\":[{\"fullyQualifiedName\":", finding->pointer);
    td_buf_text(out, "}]}]");
    put_related(s, cursor);
    put_string(out, ",\"partialFingerprints\":{\"tracedag/v1\":", finding->fingerprint);
    td_buf_byte(out, '}');
    put_fixes(s, cursor);
    put_suppression(out, finding);
    td_buf_byte(out, '}');
}

static void put_results(struct sarif *s)
{
    struct td_cursor cursor;
    td_buf_text(s->out, ",\"results\":[");
    td_cursor_init(&cursor, s->reports);
    cursor.with_suppressed = true;
    for (size_t i = 0; i < s->results && !s->out->failed; i++) {
        td_cursor_next(&cursor);
        td_buf_text(s->out, i ? "," : "");
        put_result(s, &cursor);
    }
    td_buf_byte(s->out, ']');
}

/* ---- rules ------------------------------------------------------------------------- */

/* What a rule is for, by the first digit of its code. */
static const char *const kinds[] = {NULL,         "yaml",        "fields",   "jobs",
                                    "references", "publishing",  "security", "schedules",
                                    "lint",       "organisation"};

/* Why there is the rule and what to do, and where all of its page is. */
static void put_explained(struct sarif *s, const tracedag_page *page, const char *before,
                          const char *behind)
{
    add_words(s, page->why);
    td_buf_text(&s->words, "\n\n");
    add_words(s, page->advice);
    put_number(&s->words, before, page->code);
    td_buf_text(&s->words, behind);
}

static void put_help(struct sarif *s, const tracedag_code_info *code)
{
    const tracedag_page *page = td_page_find(code->code);
    put_explained(s, page, "\n\nMore by: tracedag explain TD", "");
    put_words(s, ",\"help\":{\"text\":");
    put_explained(s, page, "\n\nMore by `tracedag explain TD", "`.");
    put_words(s, ",\"markdown\":");
    td_buf_byte(s->out, '}');
}

static void put_properties(struct td_buf *out, const tracedag_code_info *code)
{
    uint32_t kind = code->code / CODES_OF_A_KIND;
    bool is_error = code->severity == TRACEDAG_SEVERITY_ERROR;
    assert(kind < TD_COUNT(kinds));
    td_buf_text(out, ",\"properties\":{\"tags\":[\"");
    td_buf_text(out, kinds[kind]);
    td_buf_text(out, "\"]");
    if (kind == SECURITY) /* of 10; from 7 on it is high, from 4 on medium */
        td_buf_text(out, is_error ? ",\"security-severity\":\"8.0\""
                                  : ",\"security-severity\":\"5.0\"");
    td_buf_byte(out, '}');
}

static void put_rule(struct sarif *s, const tracedag_code_info *code)
{
    struct td_buf *out = s->out;
    put_number(out, "{\"id\":\"TD", code->code);
    put_string(out, "\",\"name\":", code->name);
    add_words(s, code->rule);
    put_words(s, ",\"shortDescription\":{\"text\":");
    add_words(s, code->rule);
    put_words(s, "},\"fullDescription\":{\"text\":");
    td_buf_byte(out, '}');
    put_help(s, code);
    put_number(out, ",\"helpUri\":\"" HOMEPAGE "/codes/TD", code->code);
    td_buf_text(out, "\",\"defaultConfiguration\":{\"level\":\"");
    td_buf_text(out, td_severity_word(code->severity));
    td_buf_text(out, "\"}");
    put_properties(out, code);
    td_buf_byte(out, '}');
}

static void put_rules(struct sarif *s)
{
    size_t count;
    const tracedag_code_info *table = td_code_table(&count);
    td_buf_text(s->out, ",\"rules\":[");
    for (size_t i = 0; i < count; i++) {
        if (!s->rule[table[i].code])
            continue;
        td_buf_text(s->out, s->rule[table[i].code] > 1 ? "," : "");
        put_rule(s, &table[i]);
    }
    td_buf_byte(s->out, ']');
}

/* Numbers the rules of the findings that get a result, in the order of codes. */
static void choose(struct sarif *s)
{
    struct td_cursor cursor;
    uint16_t rules = 0;
    td_cursor_init(&cursor, s->reports);
    cursor.with_suppressed = true;
    while (td_cursor_next(&cursor)) {
        if (s->results == RESULTS_MOST) {
            s->left_out++;
        } else {
            s->results++;
            s->rule[cursor.finding->code] = 1;
        }
    }
    for (size_t i = 0; i < CODES; i++) {
        if (s->rule[i])
            s->rule[i] = ++rules;
    }
}

/* ---- the run ----------------------------------------------------------------------- */

static void put_tool(struct sarif *s, const char *version)
{
    struct td_buf *out = s->out;
    tracedag_text text = {version, strlen(version)};
    td_buf_text(out, "\"tool\":{\"driver\":{\"name\":\"tracedag\"");
    put_string(out, ",\"version\":", text);
    put_string(out, ",\"semanticVersion\":", text);
    td_buf_text(out, ",\"informationUri\":\"" HOMEPAGE "\"");
    put_rules(s);
    td_buf_text(out, "}}");
}

static void put_left_out(const struct sarif *s)
{
    put_number(s->out, "{\"level\":\"warning\",\"message\":{\"text\":\"", s->left_out);
    td_buf_text(s->out, s->left_out == 1 ? " more finding is" : " more findings are");
    put_number(s->out, " not in this log, which holds ", RESULTS_MOST);
    td_buf_text(s->out, "\"}}");
}

static void put_not_judged(const struct sarif *s, size_t report)
{
    td_buf_text(s->out, "{\"level\":\"error\",\"message\":{\"text\":\"this document "
                        "could not be judged\"},\"locations\":[{\"physicalLocation\":{");
    put_artifact(s, report);
    td_buf_text(s->out, "}}]}");
}

/* How the run went: whether all documents were judged, and whether all findings are here. */
static void put_invocation(const struct sarif *s)
{
    size_t count = 0;
    td_buf_text(s->out, ",\"invocations\":[{\"toolExecutionNotifications\":[");
    for (size_t i = 0; i < s->reports->count; i++) {
        if (s->reports->list[i])
            continue;
        td_buf_text(s->out, count++ ? "," : "");
        put_not_judged(s, i);
    }
    bool is_whole = count == 0;
    if (s->left_out) {
        td_buf_text(s->out, count ? "," : "");
        put_left_out(s);
    }
    td_buf_text(s->out, "],\"executionSuccessful\":");
    td_buf_text(s->out, is_whole ? "true}]" : "false}]");
}

static bool collect_hidden(struct sarif *s)
{
    size_t count = s->reports->count;
    struct td_mem *mem = s->out->mem;
    s->hidden = count ? td_mem_alloc(mem, count * sizeof *s->hidden) : NULL;
    if (count && !s->hidden)
        return false;
    bool done = true;
    for (size_t i = 0; i < count; i++) {
        s->hidden[i] = (struct td_hidden){.count = 0};
        if (done && s->reports->list[i])
            done = td_hidden_init(&s->hidden[i], mem, s->reports->list[i]);
    }
    return done;
}

static void drop_hidden(struct sarif *s)
{
    size_t count = s->hidden ? s->reports->count : 0;
    for (size_t i = 0; i < count; i++)
        td_hidden_free(&s->hidden[i], s->out->mem);
    td_mem_free(s->out->mem, s->hidden, count * sizeof *s->hidden);
}

void td_render_sarif(const struct td_reports *reports, const char *version,
                     struct td_buf *out)
{
    struct sarif s = {.out = out, .reports = reports};
    td_buf_init(&s.words, out->mem);
    out->failed |= !collect_hidden(&s);
    choose(&s);
    td_buf_text(out, "{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\",\"runs\":[{");
    put_tool(&s, version);
    put_invocation(&s);
    td_buf_text(out, ",\"columnKind\":\"unicodeCodePoints\"");
    put_results(&s);
    td_buf_text(out, "}]}\n");
    out->failed |= s.words.failed;
    td_buf_free(&s.words);
    drop_hidden(&s);
}
