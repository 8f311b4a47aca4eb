/* The report as JSON Lines. Keys and their order are a promise to readers; new keys may
 * come. Strings are the report's own, which are UTF-8; only the file's name can be
 * anything. */
#include "catalog.h"
#include "render_parts.h"
#include "utf8.h"

static const char *const subject_word[] = {
    [TRACEDAG_SUBJECT_DAG] = "dag",           [TRACEDAG_SUBJECT_JOB] = "job",
    [TRACEDAG_SUBJECT_INPUT] = "input",       [TRACEDAG_SUBJECT_DATASET] = "dataset",
    [TRACEDAG_SUBJECT_OPERATOR] = "operator", [TRACEDAG_SUBJECT_CATALOG] = "catalog",
};

static const char *const safety_word[] = {
    [TRACEDAG_SAFETY_SAFE] = "safe",
    [TRACEDAG_SAFETY_UNSAFE] = "unsafe",
    [TRACEDAG_SAFETY_DISPLAY] = "display",
};

struct json {
    struct td_buf *out;
    struct td_buf file; /* ready, with its quotes */
};

/* ---- values ------------------------------------------------------------------------ */

static void put_string(struct td_buf *out, const char *key, tracedag_text text)
{
    td_buf_text(out, key);
    td_buf_json(out, (struct td_str){text.ptr, text.len});
}

static void put_number(struct td_buf *out, const char *key, uint64_t number)
{
    td_buf_text(out, key);
    td_buf_number(out, number);
}

/* File systems take names that are not UTF-8; JSON does not. */
static void put_file(struct td_buf *out, const char *file)
{
    struct td_buf clean;
    td_buf_init(&clean, out->mem);
    size_t size = strlen(file);
    for (size_t at = 0, used; at < size; at += used) {
        if (td_utf8_next(file + at, size - at, &used) == TD_UTF8_REPLACEMENT)
            td_buf_text(&clean, "\xEF\xBF\xBD");
        else
            td_buf_put(&clean, file + at, used);
    }
    td_buf_json(out, (struct td_str){clean.ptr, clean.len});
    out->failed |= clean.failed;
    td_buf_free(&clean);
}

/* ---- parts of a record ------------------------------------------------------------- */

static void put_position(struct td_buf *out, const char *key,
                         const tracedag_position *place)
{
    td_buf_text(out, key);
    put_number(out, "{\"byte\":", place->byte);
    put_number(out, ",\"line\":", place->line);
    put_number(out, ",\"col\":", place->column);
    put_number(out, ",\"utf16\":", place->utf16);
    td_buf_byte(out, '}');
}

static void put_span(struct td_buf *out, const char *key, const tracedag_position *start,
                     const tracedag_position *end)
{
    td_buf_text(out, key);
    put_position(out, "{\"start\":", start);
    put_position(out, ",\"end\":", end);
    td_buf_byte(out, '}');
}

static void put_subject(struct td_buf *out, const tracedag_finding *finding)
{
    uint32_t kind = finding->subject_kind;
    td_buf_text(out, ",\"subject\":{\"kind\":\"");
    td_buf_text(out, subject_word[kind]);
    put_string(out, "\",\"name\":", finding->subject);
    if (kind == TRACEDAG_SUBJECT_INPUT)
        put_number(out, ",\"index\":", finding->subject_index);
    td_buf_byte(out, '}');
}

static void put_related(struct td_buf *out, const tracedag_finding *finding)
{
    const tracedag_related *related = finding->related.items;
    td_buf_text(out, ",\"related\":[");
    for (size_t i = 0; i < finding->related.count; i++, related++) {
        put_span(out, i ? ",{\"span\":" : "{\"span\":", &related->start, &related->end);
        put_string(out, ",\"label\":", related->label);
        if (related->file.len)
            put_string(out, ",\"file\":", related->file);
        td_buf_byte(out, '}');
    }
    td_buf_byte(out, ']');
}

static void put_help(struct td_buf *out, const tracedag_finding *finding)
{
    const tracedag_text *help = finding->help.items;
    td_buf_text(out, ",\"help\":[");
    for (size_t i = 0; i < finding->help.count; i++)
        put_string(out, i ? "," : "", help[i]);
    td_buf_byte(out, ']');
}

static void put_edits(struct td_buf *out, const tracedag_fix *fix)
{
    const tracedag_edit *edit = fix->edits.items;
    td_buf_text(out, ",\"edits\":[");
    for (size_t i = 0; i < fix->edits.count; i++, edit++) {
        put_number(out, i ? ",{\"start\":" : "{\"start\":", edit->start);
        put_number(out, ",\"end\":", edit->end);
        put_string(out, ",\"text\":", edit->text);
        td_buf_byte(out, '}');
    }
    td_buf_byte(out, ']');
}

static void put_fixes(struct td_buf *out, const tracedag_finding *finding)
{
    const tracedag_fix *fix = finding->fixes.items;
    td_buf_text(out, ",\"fixes\":[");
    for (size_t i = 0; i < finding->fixes.count; i++, fix++) {
        put_string(out, i ? ",{\"title\":" : "{\"title\":", fix->title);
        td_buf_text(out, ",\"safety\":\"");
        td_buf_text(out, safety_word[fix->safety]);
        td_buf_byte(out, '"');
        put_edits(out, fix);
        td_buf_byte(out, '}');
    }
    td_buf_byte(out, ']');
}

/* ---- records ----------------------------------------------------------------------- */

static void put_finding(const struct json *j, const tracedag_finding *finding)
{
    struct td_buf *out = j->out;
    put_number(out, "{\"v\":1,\"type\":\"diagnostic\",\"code\":\"TD", finding->code);
    put_string(out, "\",\"name\":", finding->name);
    td_buf_text(out, ",\"severity\":\"");
    td_buf_text(out, td_severity_word(finding->severity));
    put_string(out, "\",\"message\":", finding->message);
    td_buf_text(out, ",\"file\":");
    td_buf_put(out, j->file.ptr, j->file.len);
    put_span(out, ",\"span\":", &finding->start, &finding->end);
    put_string(out, ",\"label\":", finding->label);
    put_string(out, ",\"pointer\":", finding->pointer);
    put_subject(out, finding);
    put_related(out, finding);
    put_help(out, finding);
    put_fixes(out, finding);
    td_buf_text(out, ",\"data\":");
    td_buf_put(out, finding->data.ptr, finding->data.len);
    put_string(out, ",\"fingerprint\":", finding->fingerprint);
    put_number(out, ",\"doc\":\"TD", finding->code);
    td_buf_text(out, "\"}\n");
}

static void put_size(struct td_buf *out, const char *head, const struct td_index *index)
{
    td_buf_text(out, head);
    if (index->given)
        td_buf_number(out, index->count);
    else
        td_buf_text(out, "null");
}

void td_render_catalog(const struct tracedag_catalog *catalog, struct td_buf *out)
{
    if (!catalog) {
        td_buf_text(out, "null");
        return;
    }
    put_size(out, "{\"operators\":", &catalog->operators);
    put_size(out, ",\"datasets\":", &catalog->datasets);
    td_buf_byte(out, '}');
}

static void put_summary(const struct json *j, const struct tracedag_report *report)
{
    const struct td_diag *diag = &report->diag;
    struct td_buf *out = j->out;
    td_buf_text(out, "{\"v\":1,\"type\":\"summary\",\"file\":");
    td_buf_put(out, j->file.ptr, j->file.len);
    td_buf_text(out, ",\"valid\":");
    td_buf_text(out, diag->by_severity[TRACEDAG_SEVERITY_ERROR] ? "false" : "true");
    put_number(out, ",\"errors\":", diag->by_severity[TRACEDAG_SEVERITY_ERROR]);
    put_number(out, ",\"warnings\":", diag->by_severity[TRACEDAG_SEVERITY_WARNING]);
    put_number(out, ",\"notes\":", diag->by_severity[TRACEDAG_SEVERITY_NOTE]);
    put_number(out, ",\"suppressed\":", diag->suppressed);
    put_number(out, ",\"dropped\":", diag->dropped);
    td_buf_text(out, ",\"catalog\":");
    td_render_catalog(report->settings.catalog, out);
    if (report->among)
        put_number(out, ",\"among\":", report->among);
    td_buf_text(out, "}\n");
}

void td_render_json(const struct tracedag_report *report, const char *file,
                    struct td_buf *out)
{
    const struct td_diag *diag = &report->diag;
    struct json j = {.out = out};
    td_buf_init(&j.file, out->mem);
    put_file(&j.file, file);
    for (size_t i = 0; i < diag->count && !out->failed; i++)
        put_finding(&j, &diag->list[i].pub);
    put_summary(&j, report);
    out->failed |= j.file.failed;
    td_buf_free(&j.file);
}
