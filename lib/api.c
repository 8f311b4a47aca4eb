/* Every exported function: it checks its arguments, calls, and translates. The contracts stand
 * in the header. */
#include "../include/tracedag/tracedag.h"

#include "baseline.h"
#include "calendar.h"
#include "catalog.h"
#include "catalog_write.h"
#include "codes.h"
#include "compile.h"
#include "diff_render.h"
#include "draw.h"
#include "group.h"
#include "hold.h"
#include "job_hash.h"
#include "json_schema.h"
#include "lexer.h"
#include "mend.h"
#include "pages.h"
#include "render.h"
#include "trust.h"
#include "walk.h"

struct tracedag_options {
    atomic_uint refs;
    struct td_mem mem;
    struct td_settings settings;
};

/* ---- the library itself ----------------------------------------------------------------- */

uint32_t tracedag_version_number(void)
{
    return TRACEDAG_VERSION_NUMBER;
}

const char *tracedag_version_string(void)
{
    return TRACEDAG_VERSION_STRING;
}

uint32_t tracedag_feature(uint32_t feature)
{
    switch (feature) {
    case TRACEDAG_FEATURE_FORMAT:
    case TRACEDAG_FEATURE_HASH_SCHEME:
    case TRACEDAG_FEATURE_JSON_REPORT:
        return 1;
    case TRACEDAG_FEATURE_YAML_PARSER:
        return td_lexer_parser_version();
    case TRACEDAG_FEATURE_XXHASH:
        return td_hash_version();
    default:
        return 0;
    }
}

const char *tracedag_status_text(tracedag_status status)
{
    switch (status) {
    case TRACEDAG_OK:
        return "done";
    case TRACEDAG_REJECTED:
        return "the document is rejected";
    case TRACEDAG_MISUSE:
        return "an argument is not accepted";
    case TRACEDAG_INTERNAL:
        return "internal fault of the library";
    case TRACEDAG_NO_MEMORY:
        return "memory, or the heap limit, ran out";
    default:
        return "unknown status";
    }
}

void tracedag_free(const void *owned)
{
    td_mem_owned_free((void *)(uintptr_t)owned);
}

const void *tracedag_list_at(const tracedag_list *list, size_t index)
{
    if (!list || index >= list->count)
        return NULL;
    return (const char *)list->items + index * list->stride;
}

static void give_list(tracedag_list *list, const void *items, size_t count, size_t stride)
{
    if (list)
        *list = (tracedag_list){items, count, stride};
}

void tracedag_codes(tracedag_list *list)
{
    size_t count;
    const tracedag_code_info *table = td_code_table(&count);
    give_list(list, table, count, sizeof *table);
}

const char *tracedag_code_name(uint32_t code)
{
    const tracedag_code_info *row = td_code_find(code);
    return row ? row->name.ptr : NULL;
}

uint32_t tracedag_code_find(const char *code_or_name)
{
    const tracedag_code_info *row =
        code_or_name ? td_code_named((struct td_str){code_or_name, strlen(code_or_name)})
                     : NULL;
    return row ? row->code : 0;
}

const tracedag_page *tracedag_code_page(uint32_t code)
{
    return td_page_find(code);
}

const char *tracedag_enum_name(const char *field, uint32_t value)
{
    static const struct td_shape *const shapes[] = {&td_job_shape, &td_source_shape,
                                                    &td_publish_shape};
    if (!field || value == 0)
        return NULL;
    for (size_t i = 0; i < TD_COUNT(shapes); i++) {
        uint32_t at = td_field_find(shapes[i], (struct td_str){field, strlen(field)});
        const struct td_word_list *words =
            at < shapes[i]->count ? shapes[i]->fields[at].words : NULL;
        if (words)
            return value <= words->count ? words->words[value - 1].ptr : NULL;
    }
    return NULL;
}

/* ---- options ---------------------------------------------------------------------------- */

tracedag_options *tracedag_options_new(void)
{
    struct td_mem mem = {.budget = SIZE_MAX};
    tracedag_options *options = td_mem_alloc(&mem, sizeof *options);
    if (!options)
        return NULL;
    options->mem = mem;
    atomic_init(&options->refs, 1);
    td_settings_init(&options->settings);
    return options;
}

tracedag_options *tracedag_options_copy(const tracedag_options *options)
{
    tracedag_options *copy = tracedag_options_new();
    if (copy && options) {
        copy->settings = options->settings;
        td_settings_hold(&copy->settings);
    }
    return copy;
}

tracedag_options *tracedag_options_ref(tracedag_options *options)
{
    if (options)
        td_ref(&options->refs);
    return options;
}

tracedag_options *tracedag_options_unref(tracedag_options *options)
{
    if (options && td_unref(&options->refs)) {
        struct td_mem mem = options->mem;
        td_settings_let_go(&options->settings);
        td_mem_free(&mem, options, sizeof *options);
    }
    return NULL;
}

tracedag_status tracedag_options_set_limit(tracedag_options *options, uint32_t limit,
                                           uint64_t value)
{
    if (!options || !td_limits_set(&options->settings.limits, limit, value))
        return TRACEDAG_MISUSE;
    return TRACEDAG_OK;
}

static struct td_settings settings_of(const tracedag_options *options)
{
    struct td_settings settings;
    if (options)
        return options->settings;
    td_settings_init(&settings);
    return settings;
}

uint64_t tracedag_options_limit(const tracedag_options *options, uint32_t limit)
{
    struct td_settings settings = settings_of(options);
    return limit < TD_LIMIT_COUNT ? settings.limits.of[limit] : 0;
}

tracedag_status tracedag_options_set_severity(tracedag_options *options, uint32_t code,
                                              uint32_t severity)
{
    if (!options || !td_levels_set(&options->settings.levels, code, severity))
        return TRACEDAG_MISUSE;
    return TRACEDAG_OK;
}

uint32_t tracedag_options_severity(const tracedag_options *options, uint32_t code)
{
    struct td_settings settings = settings_of(options);
    return td_levels_of(&settings.levels, code);
}

tracedag_status tracedag_options_set_baseline(tracedag_options *options, const char *text,
                                              size_t size, const char *file)
{
    struct td_baseline *baseline = NULL;
    if (!options || (!text && size > 0))
        return TRACEDAG_MISUSE;
    if (size > 0) {
        switch (td_baseline_read((struct td_str){text, size}, file, &baseline)) {
        case TD_BASELINE_MALFORMED:
            return TRACEDAG_MISUSE;
        case TD_BASELINE_NO_MEMORY:
            return TRACEDAG_NO_MEMORY;
        default:
            break;
        }
    }
    td_baseline_drop(options->settings.baseline);
    options->settings.baseline = baseline;
    return TRACEDAG_OK;
}

/* ---- catalogs --------------------------------------------------------------------------- */

static void clear_catalog(tracedag_catalog **catalog, tracedag_report **report)
{
    if (catalog)
        *catalog = NULL;
    if (report)
        *report = NULL;
}

/* Reads a catalog, hands over what the caller wants, and drops the rest. */
static tracedag_status read_catalog(struct td_str text,
                                    const struct td_settings *settings,
                                    tracedag_catalog **catalog, tracedag_report **report)
{
    struct tracedag_catalog *made;
    struct tracedag_report *told;
    if (!td_compile_catalog(text.ptr, text.len, settings, &made, &told))
        return TRACEDAG_NO_MEMORY;
    tracedag_status status = made ? TRACEDAG_OK : TRACEDAG_REJECTED;
    if (catalog)
        *catalog = made;
    else
        td_catalog_drop(made);
    if (report)
        *report = told;
    else
        td_report_drop(told);
    return status;
}

tracedag_status tracedag_catalog_read(const char *bytes, size_t size,
                                      const tracedag_options *options,
                                      tracedag_catalog **catalog,
                                      tracedag_report **report)
{
    clear_catalog(catalog, report);
    if (!bytes && size > 0)
        return TRACEDAG_MISUSE;
    struct td_settings settings = settings_of(options);
    return read_catalog((struct td_str){bytes, size}, &settings, catalog, report);
}

tracedag_status tracedag_catalog_new(const tracedag_list *operators,
                                     const tracedag_list *datasets,
                                     const tracedag_options *options,
                                     tracedag_catalog **catalog, tracedag_report **report)
{
    struct td_settings settings = settings_of(options);
    struct td_mem mem = {.budget = (size_t)settings.limits.of[TRACEDAG_LIMIT_HEAP_BYTES]};
    struct td_buf buf;
    tracedag_status status = TRACEDAG_MISUSE;
    clear_catalog(catalog, report);
    td_buf_init(&buf, &mem);
    if (td_catalog_write(operators, datasets,
                         (size_t)settings.limits.of[TRACEDAG_LIMIT_INPUT_BYTES], &buf))
        status = buf.failed ? TRACEDAG_NO_MEMORY
                            : read_catalog((struct td_str){buf.ptr, buf.len}, &settings,
                                           catalog, report);
    td_buf_free(&buf);
    return status;
}

tracedag_status tracedag_options_set_catalog(tracedag_options *options,
                                             const tracedag_catalog *catalog)
{
    if (!options)
        return TRACEDAG_MISUSE;
    /* A catalog never changes; only who keeps it is counted. */
    struct tracedag_catalog *kept = (struct tracedag_catalog *)(uintptr_t)catalog;
    td_catalog_keep(kept);
    td_catalog_drop(options->settings.catalog);
    options->settings.catalog = kept;
    return TRACEDAG_OK;
}

tracedag_status tracedag_options_set_together(tracedag_options *options,
                                              uint32_t together)
{
    if (!options || together > 1)
        return TRACEDAG_MISUSE;
    options->settings.datasets_elsewhere = together == 1;
    return TRACEDAG_OK;
}

tracedag_catalog *tracedag_catalog_ref(tracedag_catalog *catalog)
{
    return td_catalog_keep(catalog);
}

tracedag_catalog *tracedag_catalog_unref(tracedag_catalog *catalog)
{
    td_catalog_drop(catalog);
    return NULL;
}

void tracedag_catalog_operators(const tracedag_catalog *catalog, tracedag_list *list)
{
    give_list(list, catalog ? catalog->operators.items : NULL,
              catalog ? catalog->operators.count : 0, sizeof(tracedag_operator));
}

void tracedag_catalog_datasets(const tracedag_catalog *catalog, tracedag_list *list)
{
    give_list(list, catalog ? catalog->datasets.items : NULL,
              catalog ? catalog->datasets.count : 0, sizeof(tracedag_dataset));
}

/* ---- from bytes to a verdict ------------------------------------------------------------ */

tracedag_status tracedag_parse(const char *bytes, size_t size,
                               const tracedag_options *options, tracedag_doc **doc)
{
    if (!doc)
        return TRACEDAG_MISUSE;
    *doc = NULL;
    if (!bytes && size > 0)
        return TRACEDAG_MISUSE;
    struct td_settings settings = settings_of(options);
    *doc = td_read(bytes, size, &settings);
    if (!*doc)
        return TRACEDAG_NO_MEMORY;
    return (*doc)->report.diag.by_severity[TRACEDAG_SEVERITY_ERROR] ? TRACEDAG_REJECTED
                                                                    : TRACEDAG_OK;
}

static void clear(tracedag_dag **dag, tracedag_report **report)
{
    if (dag)
        *dag = NULL;
    if (report)
        *report = NULL;
}

/* Hands over what the caller wants, and drops the rest. */
static void hand_over(struct tracedag_dag *made_dag, struct tracedag_report *made_report,
                      tracedag_dag **dag, tracedag_report **report)
{
    if (dag)
        *dag = made_dag;
    else
        tracedag_dag_unref(made_dag);
    if (report)
        *report = made_report;
    else
        tracedag_report_unref(made_report);
}

tracedag_status tracedag_validate(const tracedag_doc *doc,
                                  const tracedag_options *options, tracedag_dag **dag,
                                  tracedag_report **report)
{
    clear(dag, report);
    if (!doc)
        return TRACEDAG_MISUSE;
    struct td_settings settings = options ? options->settings : doc->settings;
    struct tracedag_dag *made_dag;
    struct tracedag_report *made_report;
    /* The document itself never changes; what is made from it holds a reference to it. */
    struct tracedag_doc *kept = (struct tracedag_doc *)(uintptr_t)doc;
    if (!td_judge(kept, &settings, &made_dag, &made_report))
        return TRACEDAG_NO_MEMORY;
    tracedag_status status = made_dag ? TRACEDAG_OK : TRACEDAG_REJECTED;
    hand_over(made_dag, made_report, dag, report);
    return status;
}

tracedag_status tracedag_check(const char *bytes, size_t size,
                               const tracedag_options *options, tracedag_dag **dag,
                               tracedag_report **report)
{
    tracedag_doc *doc;
    clear(dag, report);
    tracedag_status status = tracedag_parse(bytes, size, options, &doc);
    if (!doc)
        return status;
    status = tracedag_validate(doc, options, dag, report);
    tracedag_doc_unref(doc);
    return status;
}

tracedag_doc *tracedag_doc_ref(tracedag_doc *doc)
{
    return doc ? td_doc_keep(doc) : NULL;
}

tracedag_doc *tracedag_doc_unref(tracedag_doc *doc)
{
    if (doc)
        td_doc_drop(doc);
    return NULL;
}

const tracedag_report *tracedag_doc_report(const tracedag_doc *doc)
{
    return doc ? &doc->report : NULL;
}

/* ---- the report ------------------------------------------------------------------------- */

tracedag_report *tracedag_report_ref(tracedag_report *report)
{
    if (report)
        td_ref(&report->refs);
    return report;
}

tracedag_report *tracedag_report_unref(tracedag_report *report)
{
    if (report)
        td_report_drop(report);
    return NULL;
}

size_t tracedag_report_count(const tracedag_report *report, uint32_t severity)
{
    if (!report || severity > TRACEDAG_SEVERITY_NOTE)
        return 0;
    const size_t *counts = report->diag.by_severity;
    if (severity)
        return counts[severity];
    return counts[TRACEDAG_SEVERITY_ERROR] + counts[TRACEDAG_SEVERITY_WARNING] +
           counts[TRACEDAG_SEVERITY_NOTE];
}

size_t tracedag_report_dropped(const tracedag_report *report)
{
    return report ? report->diag.dropped : 0;
}

const tracedag_catalog *tracedag_report_catalog(const tracedag_report *report)
{
    return report ? report->settings.catalog : NULL;
}

void tracedag_report_findings(const tracedag_report *report, tracedag_list *list)
{
    give_list(list, report ? report->diag.list : NULL, report ? report->diag.count : 0,
              sizeof(struct td_finding));
}

void tracedag_report_suppressed(const tracedag_report *report, tracedag_list *list)
{
    size_t count = report ? report->diag.suppressed : 0;
    give_list(list, count ? report->diag.list + report->diag.count : NULL, count,
              sizeof(struct td_finding));
}

const tracedag_finding *tracedag_report_finding(const tracedag_report *report,
                                                size_t index)
{
    return report && index < report->diag.count ? &report->diag.list[index].pub : NULL;
}

void tracedag_report_position(const tracedag_report *report, uint64_t byte,
                              tracedag_position *position)
{
    if (!position)
        return;
    *position = (tracedag_position){.line = 1, .column = 1, .utf16 = 1};
    if (!report)
        return;
    size_t at = byte < report->source->size ? (size_t)byte : report->source->size;
    struct td_position place = td_source_position(report->source, at);
    *position = (tracedag_position){at, place.line, place.column, place.utf16, 0};
}

/* ---- texts that the caller owns --------------------------------------------------------- */

/* A builder whose bytes go to the caller: its memory is counted nowhere. */
/* What a call says that fails by nothing but memory. */
static tracedag_status unless_short(bool done)
{
    return done ? TRACEDAG_OK : TRACEDAG_NO_MEMORY;
}

static void begin_text(struct td_mem *mem, struct td_buf *buf)
{
    *mem = (struct td_mem){.budget = SIZE_MAX};
    td_buf_init(buf, mem);
}

static tracedag_status end_text(struct td_buf *buf, bool done, char **text, size_t *size)
{
    size_t len = buf->len;
    td_buf_byte(buf, '\0');
    if (!done || buf->failed) {
        td_buf_free(buf);
        return TRACEDAG_NO_MEMORY;
    }
    *text = buf->ptr;
    if (size)
        *size = len;
    return TRACEDAG_OK;
}

static bool begin_out(char **text, size_t *size)
{
    if (text)
        *text = NULL;
    if (size)
        *size = 0;
    return text != NULL;
}

tracedag_status tracedag_explain(uint32_t code, char **text, size_t *size)
{
    const tracedag_page *page = td_page_find(code);
    if (!begin_out(text, size) || !page)
        return TRACEDAG_MISUSE;
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    td_page_write(page, &buf);
    return end_text(&buf, true, text, size);
}

static void render_each(const struct td_reports *reports, uint32_t format, uint32_t flags,
                        struct td_buf *buf)
{
    for (size_t i = 0; i < reports->count && !buf->failed; i++) {
        if (!reports->list[i])
            continue;
        const char *file = td_reports_file(reports, i);
        if (format == TRACEDAG_FORMAT_TEXT)
            td_render_text(reports->list[i], file, flags & TRACEDAG_RENDER_COLOR, buf);
        else
            td_render_json(reports->list[i], file, buf);
    }
}

tracedag_status tracedag_reports_render(const tracedag_report *const *reports,
                                        const char *const *files, size_t count,
                                        uint32_t format, uint32_t flags, char **text,
                                        size_t *size)
{
    bool known = format >= TRACEDAG_FORMAT_TEXT && format <= TRACEDAG_FORMAT_GITHUB;
    if (!begin_out(text, size) || (!reports && count) || !known ||
        flags > TRACEDAG_RENDER_COLOR)
        return TRACEDAG_MISUSE;
    const struct td_reports all = {reports, files, count};
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    if (format == TRACEDAG_FORMAT_SARIF)
        td_render_sarif(&all, TRACEDAG_VERSION_STRING, &buf);
    else if (format == TRACEDAG_FORMAT_GITHUB)
        td_render_github(&all, &buf);
    else
        render_each(&all, format, flags, &buf);
    return end_text(&buf, true, text, size);
}

tracedag_status tracedag_report_render(const tracedag_report *report, uint32_t format,
                                       const char *file, uint32_t flags, char **text,
                                       size_t *size)
{
    if (!begin_out(text, size) || !report)
        return TRACEDAG_MISUSE;
    return tracedag_reports_render(&report, &file, 1, format, flags, text, size);
}

tracedag_status tracedag_report_baseline(const tracedag_report *report, const char *file,
                                         char **text, size_t *size)
{
    if (!file)
        file = "-";
    if (!begin_out(text, size) || !report || *file == '\0' || strchr(file, '\n'))
        return TRACEDAG_MISUSE;
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    td_baseline_write(&report->diag, file, &buf);
    return end_text(&buf, true, text, size);
}

tracedag_status tracedag_catalog_json_schema(const tracedag_catalog *catalog, char **text,
                                             size_t *size)
{
    if (!begin_out(text, size))
        return TRACEDAG_MISUSE;
    struct td_mem mem;
    struct td_buf buf;
    struct td_narrowing by;
    tracedag_catalog_operators(catalog, &by.operators);
    tracedag_catalog_datasets(catalog, &by.datasets);
    begin_text(&mem, &buf);
    td_json_schema(&buf, &by);
    return end_text(&buf, true, text, size);
}

tracedag_status tracedag_catalog_write(const tracedag_catalog *catalog, char **text,
                                       size_t *size)
{
    if (!begin_out(text, size) || !catalog)
        return TRACEDAG_MISUSE;
    tracedag_list operators;
    tracedag_list datasets;
    tracedag_catalog_operators(catalog, &operators);
    tracedag_catalog_datasets(catalog, &datasets);
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    bool done = td_catalog_write(operators.items ? &operators : NULL,
                                 datasets.items ? &datasets : NULL, SIZE_MAX, &buf);
    return end_text(&buf, done, text, size);
}

tracedag_status tracedag_json_schema(char **text, size_t *size)
{
    return tracedag_catalog_json_schema(NULL, text, size);
}

/* ---- fixes ------------------------------------------------------------------------------ */

/* The records, and behind them their titles, in one piece that the caller frees. */
static tracedag_applied_fix *own_applied(const struct td_mending *m)
{
    size_t bytes = m->count * sizeof(tracedag_applied_fix);
    size_t all = bytes;
    for (size_t i = 0; i < m->count; i++)
        all += m->list[i].title.len;
    tracedag_applied_fix *items = td_mem_owned(all + 1);
    if (!items)
        return NULL;
    char *title = (char *)items + bytes;
    for (size_t i = 0; i < m->count; i++) {
        const struct td_mended *mended = &m->list[i];
        memcpy(title, mended->title.ptr, mended->title.len);
        items[i] = (tracedag_applied_fix){
            mended->code,
            mended->safety,
            mended->start,
            {title, mended->title.len},
        };
        title += mended->title.len;
    }
    return items;
}

static tracedag_status hand_over_text(const struct td_source *source, char **text,
                                      size_t *size)
{
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    td_buf_put(&buf, source->bytes, source->size);
    return end_text(&buf, true, text, size);
}

static tracedag_status hand_over_mended(const struct td_mending *m, char **text,
                                        size_t *size, tracedag_list *applied,
                                        tracedag_report **left)
{
    tracedag_applied_fix *items = NULL;
    if (applied && m->count) {
        items = own_applied(m);
        if (!items)
            return TRACEDAG_NO_MEMORY;
    }
    tracedag_status status = hand_over_text(&m->now.doc->source, text, size);
    if (status != TRACEDAG_OK) {
        td_mem_owned_free(items);
        return status;
    }
    give_list(applied, items, m->count, sizeof *items);
    if (left)
        *left = tracedag_report_ref(m->now.report);
    return TRACEDAG_OK;
}

tracedag_status tracedag_report_fix(const tracedag_report *report, uint32_t flags,
                                    char **text, size_t *size, tracedag_list *applied,
                                    tracedag_report **left)
{
    clear(NULL, left);
    give_list(applied, NULL, 0, sizeof(tracedag_applied_fix));
    if (!begin_out(text, size) || !report || report->among > 0 ||
        flags > TRACEDAG_FIX_UNSAFE)
        return TRACEDAG_MISUSE;
    struct td_mending m;
    /* The report never changes; what is made from its document holds a reference to that. */
    struct tracedag_report *kept = (struct tracedag_report *)(uintptr_t)report;
    bool done = td_mend(&m, kept, flags & TRACEDAG_FIX_UNSAFE);
    tracedag_status status = TRACEDAG_NO_MEMORY;
    if (done)
        status = hand_over_mended(&m, text, size, applied, left);
    td_mend_free(&m);
    return status;
}

/* ---- reading a DAG ---------------------------------------------------------------------- */

tracedag_dag *tracedag_dag_ref(tracedag_dag *dag)
{
    if (dag)
        td_ref(&dag->refs);
    return dag;
}

tracedag_dag *tracedag_dag_unref(tracedag_dag *dag)
{
    if (dag)
        td_dag_drop(dag);
    return NULL;
}

const char *tracedag_dag_name(const tracedag_dag *dag)
{
    return dag ? dag->name.ptr : NULL;
}

void tracedag_dag_jobs(const tracedag_dag *dag, tracedag_list *list)
{
    give_list(list, dag ? dag->model.jobs : NULL, dag ? dag->model.job_count : 0,
              sizeof(struct td_job));
}

const tracedag_job *tracedag_dag_job(const tracedag_dag *dag, uint32_t index)
{
    return dag && index < dag->model.job_count ? &dag->model.jobs[index].pub : NULL;
}

uint32_t tracedag_dag_find_job(const tracedag_dag *dag, const char *name, size_t len)
{
    if (!dag || (!name && len))
        return TRACEDAG_NO_JOB;
    return td_walk_find(&dag->model, (struct td_str){name, len});
}

void tracedag_dag_inputs(const tracedag_dag *dag, tracedag_list *list)
{
    give_list(list, dag ? dag->model.inputs : NULL, dag ? dag->model.input_count : 0,
              sizeof(struct td_input));
}

void tracedag_dag_names(const tracedag_dag *dag, tracedag_list *list)
{
    give_list(list, dag ? dag->model.names : NULL, dag ? dag->model.name_count : 0,
              sizeof(tracedag_text));
}

void tracedag_dag_publishes(const tracedag_dag *dag, tracedag_list *list)
{
    give_list(list, dag ? dag->model.publishes : NULL, dag ? dag->model.publish_count : 0,
              sizeof(struct td_publish));
}

void tracedag_dag_external_datasets(const tracedag_dag *dag, tracedag_list *list)
{
    give_list(list, dag ? dag->model.externals : NULL,
              dag ? dag->model.external_count : 0, sizeof(tracedag_text));
}

void tracedag_dag_order(const tracedag_dag *dag, tracedag_list *list)
{
    give_list(list, dag ? dag->model.order : NULL, dag ? dag->model.ordered : 0,
              sizeof(uint32_t));
}

uint32_t tracedag_dag_origin(const tracedag_dag *dag, uint32_t job, uint32_t setting,
                             uint32_t *line)
{
    tracedag_setting_origin origin = {0};
    if (dag && job < dag->model.job_count && setting > 0 && setting <= TD_SETTINGS)
        origin = td_walk_origin(&dag->model, job, setting);
    if (line)
        *line = origin.line;
    return origin.origin;
}

/* An owned list, which is empty when memory ran out. */
static tracedag_status own_list(tracedag_list *list, bool done, const void *items,
                                size_t count, size_t stride)
{
    give_list(list, done ? items : NULL, done ? count : 0, stride);
    return unless_short(done);
}

tracedag_status tracedag_dag_origins(const tracedag_dag *dag, tracedag_list *origins)
{
    tracedag_setting_origin *items = NULL;
    size_t count = 0;
    give_list(origins, NULL, 0, sizeof *items);
    if (!dag || !origins)
        return TRACEDAG_MISUSE;
    bool done = td_walk_origins(&dag->model, &items, &count);
    return own_list(origins, done, items, count, sizeof *items);
}

static tracedag_status walk(const tracedag_dag *dag, uint32_t job, struct td_way way,
                            tracedag_list *jobs)
{
    uint32_t *items = NULL;
    size_t count = 0;
    bool done = td_walk_jobs(&dag->model, job, way, &items, &count);
    return own_list(jobs, done, items, count, sizeof *items);
}

tracedag_status tracedag_dag_upstream(const tracedag_dag *dag, uint32_t job, uint32_t all,
                                      tracedag_list *jobs)
{
    give_list(jobs, NULL, 0, sizeof(uint32_t));
    if (!jobs || !tracedag_dag_job(dag, job) || all > 1)
        return TRACEDAG_MISUSE;
    return walk(dag, job, (struct td_way){.all = all == 1}, jobs);
}

tracedag_status tracedag_dag_downstream(const tracedag_dag *dag, uint32_t job,
                                        uint32_t output, uint32_t all,
                                        tracedag_list *jobs)
{
    const tracedag_job *producer = tracedag_dag_job(dag, job);
    give_list(jobs, NULL, 0, sizeof(uint32_t));
    if (!jobs || !producer || all > 1 ||
        (output != TRACEDAG_ANY_OUTPUT && output >= producer->outputs))
        return TRACEDAG_MISUSE;
    struct td_way way = {.output = output, .down = true, .all = all == 1};
    return walk(dag, job, way, jobs);
}

static_assert(TRACEDAG_LAST_INSTANT == TD_LAST_INSTANT, "the calendar ends in one place");

tracedag_status tracedag_dag_next_runs(const tracedag_dag *dag, uint32_t job,
                                       int64_t after, uint32_t count, tracedag_list *runs)
{
    int64_t *items = NULL;
    size_t found = 0;
    give_list(runs, NULL, 0, sizeof *items);
    if (!runs || !tracedag_dag_job(dag, job) || after < 0 ||
        after > TRACEDAG_LAST_INSTANT || count > TRACEDAG_RUNS_MOST)
        return TRACEDAG_MISUSE;
    bool done = td_walk_runs(&dag->model, job, after, count, &items, &found);
    return own_list(runs, done, items, found, sizeof *items);
}

/* ---- free-form values ------------------------------------------------------------------- */

static const struct td_tree *tree_of(const tracedag_dag *dag)
{
    return &dag->doc->tree;
}

/* What a value is, aliases followed; 0 for a number that is no value. */
static uint32_t resolve(const tracedag_dag *dag, tracedag_value value)
{
    if (!dag || value == 0 || value >= tree_of(dag)->count)
        return 0;
    return td_follow(tree_of(dag), value);
}

uint32_t tracedag_value_kind(const tracedag_dag *dag, tracedag_value value)
{
    static const uint8_t kinds[] = {
        [TD_NULL] = TRACEDAG_KIND_NULL,    [TD_FALSE] = TRACEDAG_KIND_BOOLEAN,
        [TD_TRUE] = TRACEDAG_KIND_BOOLEAN, [TD_INTEGER] = TRACEDAG_KIND_INTEGER,
        [TD_FLOAT] = TRACEDAG_KIND_FLOAT,  [TD_NOT_FINITE] = TRACEDAG_KIND_FLOAT,
        [TD_TEXT] = TRACEDAG_KIND_TEXT,    [TD_LIST] = TRACEDAG_KIND_LIST,
        [TD_MAP] = TRACEDAG_KIND_MAP,
    };
    uint32_t node = resolve(dag, value);
    return node ? kinds[tree_of(dag)->nodes[node].kind] : 0;
}

void tracedag_value_text(const tracedag_dag *dag, tracedag_value value,
                         tracedag_text *text)
{
    uint32_t node = resolve(dag, value);
    if (!text)
        return;
    *text = (tracedag_text){NULL, 0};
    if (node && !td_is_collection(&tree_of(dag)->nodes[node]))
        *text = td_public(td_node_text(tree_of(dag), node));
}

static bool is_collection(const tracedag_dag *dag, uint32_t node)
{
    return node && td_is_collection(&tree_of(dag)->nodes[node]);
}

static bool is_map(const tracedag_dag *dag, uint32_t node)
{
    return node && tree_of(dag)->nodes[node].kind == TD_MAP;
}

size_t tracedag_value_count(const tracedag_dag *dag, tracedag_value value)
{
    uint32_t node = resolve(dag, value);
    return is_collection(dag, node) ? td_node_count(tree_of(dag), node) : 0;
}

/* The child at `at`, or the value of the entry whose key stands there; 0 behind the end. */
static tracedag_value child_at(const tracedag_dag *dag, uint32_t node, uint32_t at)
{
    const struct td_tree *tree = tree_of(dag);
    if (at >= tree->nodes[node].link)
        return 0;
    return is_map(dag, node) ? td_after(tree, at) : at;
}

tracedag_value tracedag_value_first(const tracedag_dag *dag, tracedag_value collection)
{
    uint32_t node = resolve(dag, collection);
    return is_collection(dag, node) ? child_at(dag, node, node + 1) : 0;
}

/* Whether `item` lies in a collection, and so may be asked for what follows it. */
static bool lies_in(const tracedag_dag *dag, uint32_t node, tracedag_value item)
{
    return is_collection(dag, node) && item > node &&
           item < tree_of(dag)->nodes[node].link;
}

tracedag_value tracedag_value_next(const tracedag_dag *dag, tracedag_value collection,
                                   tracedag_value item)
{
    uint32_t node = resolve(dag, collection);
    return lies_in(dag, node, item) ? child_at(dag, node, td_after(tree_of(dag), item))
                                    : 0;
}

void tracedag_value_key(const tracedag_dag *dag, tracedag_value map, tracedag_value item,
                        tracedag_text *key)
{
    uint32_t node = resolve(dag, map);
    if (!key)
        return;
    *key = (tracedag_text){NULL, 0};
    if (is_map(dag, node) && lies_in(dag, node, item)) /* a key stands before its value */
        *key = td_public(td_node_text(tree_of(dag), item - 1));
}

tracedag_status tracedag_value_json(const tracedag_dag *dag, tracedag_value value,
                                    char **json, size_t *size)
{
    uint32_t node = resolve(dag, value);
    if (!begin_out(json, size) || node == 0)
        return TRACEDAG_MISUSE;
    struct td_mem mem;
    struct td_buf buf;
    struct td_emit emit;
    begin_text(&mem, &buf);
    td_emit_init(&emit, &buf, false);
    return end_text(&buf, td_emit_value(&emit, tree_of(dag), node), json, size);
}

/* ---- canonical form and hashes ---------------------------------------------------------- */

static const uint8_t forms[] = {
    [TRACEDAG_FORM_CANONICAL] = TD_FORM_CANONICAL,
    [TRACEDAG_FORM_RESOLVED] = TD_FORM_RESOLVED,
    [TRACEDAG_FORM_ORIGINS] = TD_FORM_ORIGINS,
};

tracedag_status tracedag_dag_write(const tracedag_dag *dag, uint32_t form,
                                   uint32_t syntax, char **text, size_t *size)
{
    bool known = form > 0 && form < TD_COUNT(forms) &&
                 (syntax == TRACEDAG_SYNTAX_JSON || syntax == TRACEDAG_SYNTAX_YAML);
    if (!begin_out(text, size) || !dag || !known)
        return TRACEDAG_MISUSE;
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    bool done = td_canon_write(&dag->model, (enum td_form)forms[form],
                               syntax == TRACEDAG_SYNTAX_YAML, &buf, NULL);
    return end_text(&buf, done, text, size);
}

const char *tracedag_dag_hash(const tracedag_dag *dag)
{
    return dag ? dag->hash : NULL;
}

static_assert(TRACEDAG_HASH_ROOM >= TD_HASH_BYTES, "a hash fits into the promised room");

tracedag_status tracedag_dag_job_hash(const tracedag_dag *dag, uint32_t job,
                                      uint32_t kind, char *out, size_t room)
{
    if (out && room > 0)
        out[0] = '\0';
    if (!tracedag_dag_job(dag, job) || !out || room < TRACEDAG_HASH_ROOM ||
        (kind != TRACEDAG_HASH_JOB && kind != TRACEDAG_HASH_MATERIALIZATION))
        return TRACEDAG_MISUSE;
    bool whole = kind == TRACEDAG_HASH_JOB;
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    bool done = td_job_hash(&dag->model, job, whole, &buf, out);
    td_buf_free(&buf);
    return unless_short(done);
}

tracedag_status tracedag_dag_job_hashes(const tracedag_dag *dag, tracedag_list *hashes)
{
    tracedag_job_hashes *items = NULL;
    give_list(hashes, NULL, 0, sizeof *items);
    if (!dag || !hashes)
        return TRACEDAG_MISUSE;
    bool done = td_job_hashes(&dag->model, &items);
    return own_list(hashes, done, items, dag->model.job_count, sizeof *items);
}

tracedag_status tracedag_source_hash(const char *bytes, size_t size, char *out,
                                     size_t room)
{
    if (out && room > 0)
        out[0] = '\0';
    if (!out || room < TRACEDAG_HASH_ROOM || (!bytes && size))
        return TRACEDAG_MISUSE;
    td_hash_text(bytes, size, "src1:", out);
    return TRACEDAG_OK;
}

/* ---- change between two versions -------------------------------------------------------- */

/* A DAG never changes; what is made from it holds a reference to it. */
static struct tracedag_dag *to_keep(const tracedag_dag *dag)
{
    return (struct tracedag_dag *)(uintptr_t)dag;
}

tracedag_status tracedag_diff_new(const tracedag_dag *before, const tracedag_dag *after,
                                  tracedag_diff **diff)
{
    if (diff)
        *diff = NULL;
    if (!before || !after || !diff)
        return TRACEDAG_MISUSE;
    *diff = td_diff_new(to_keep(before), to_keep(after));
    return unless_short(*diff);
}

tracedag_diff *tracedag_diff_ref(tracedag_diff *diff)
{
    if (diff)
        td_ref(&diff->refs);
    return diff;
}

tracedag_diff *tracedag_diff_unref(tracedag_diff *diff)
{
    if (diff)
        td_diff_drop(diff);
    return NULL;
}

void tracedag_diff_changes(const tracedag_diff *diff, tracedag_list *list)
{
    give_list(list, diff ? diff->changes : NULL, diff ? diff->change_count : 0,
              sizeof(struct td_dag_change));
}

void tracedag_diff_scope(const tracedag_diff *diff, tracedag_list *list)
{
    give_list(list, diff ? diff->scope : NULL, diff ? diff->scope_count : 0,
              sizeof(tracedag_scope_job));
}

uint32_t tracedag_diff_breaking(const tracedag_diff *diff)
{
    return diff ? diff->breaking : 0;
}

static struct td_str file_of(const char *file)
{
    return file ? (struct td_str){file, strlen(file)} : TD_S("-");
}

static bool render_first(const struct td_diff_view *view, uint32_t format,
                         struct td_buf *buf)
{
    tracedag_difference *found = NULL;
    if (!td_diff_first(view->diff->dag[TD_OLD], view->diff->dag[TD_NEW], &found))
        return false;
    if (format == TRACEDAG_FORMAT_TEXT)
        td_difference_text(view, found, buf);
    else
        td_difference_json(view, found, buf);
    td_mem_owned_free(found);
    return true;
}

static bool render_diff(const struct td_diff_view *view, uint32_t format,
                        struct td_buf *buf)
{
    if (format == TRACEDAG_FORMAT_TEXT)
        td_diff_text(view, buf);
    else
        td_diff_json(view, buf);
    return true;
}

tracedag_status tracedag_diff_render(const tracedag_diff *diff, uint32_t format,
                                     const char *old_file, const char *new_file,
                                     uint32_t flags, char **text, size_t *size)
{
    const uint32_t known =
        TRACEDAG_DIFF_COLOR | TRACEDAG_DIFF_BREAKING | TRACEDAG_DIFF_FIRST;
    if (!begin_out(text, size) || !diff || flags > known ||
        (format != TRACEDAG_FORMAT_TEXT && format != TRACEDAG_FORMAT_JSON))
        return TRACEDAG_MISUSE;
    const struct td_diff_view view = {.diff = diff,
                                      .files = {file_of(old_file), file_of(new_file)},
                                      .breaking = flags & TRACEDAG_DIFF_BREAKING,
                                      .color = flags & TRACEDAG_DIFF_COLOR};
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    bool done = flags & TRACEDAG_DIFF_FIRST ? render_first(&view, format, &buf)
                                            : render_diff(&view, format, &buf);
    return end_text(&buf, done, text, size);
}

tracedag_status tracedag_dag_first_difference(const tracedag_dag *before,
                                              const tracedag_dag *after,
                                              tracedag_list *difference)
{
    tracedag_difference *item = NULL;
    give_list(difference, NULL, 0, sizeof *item);
    if (!before || !after || !difference)
        return TRACEDAG_MISUSE;
    bool done = td_diff_first(before, after, &item);
    return own_list(difference, done, item, item ? 1 : 0, sizeof *item);
}

/* ---- trust ------------------------------------------------------------------------------ */

tracedag_status tracedag_dag_flows(const tracedag_dag *dag, uint32_t most,
                                   tracedag_list *flows, size_t *left_out)
{
    tracedag_flow *items = NULL;
    size_t count = 0;
    size_t lacking = 0;
    give_list(flows, NULL, 0, sizeof *items);
    if (left_out)
        *left_out = 0;
    if (!dag || !flows || most > TRACEDAG_FLOWS_MOST)
        return TRACEDAG_MISUSE;
    if (!td_trust_list(dag, most, &items, &count, &lacking))
        return TRACEDAG_NO_MEMORY;
    if (left_out)
        *left_out = lacking;
    return own_list(flows, true, items, count, sizeof *items);
}

tracedag_status tracedag_dag_trust_render(const tracedag_dag *dag, uint32_t most,
                                          uint32_t format, const char *file,
                                          uint32_t flags, char **text, size_t *size)
{
    bool is_text = format == TRACEDAG_FORMAT_TEXT;
    if (!begin_out(text, size) || !dag || most > TRACEDAG_FLOWS_MOST ||
        (!is_text && format != TRACEDAG_FORMAT_JSON) || flags > TRACEDAG_RENDER_COLOR)
        return TRACEDAG_MISUSE;
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    if (!file)
        file = "-";
    bool done = is_text ? td_trust_text(dag, most, file, flags != 0, &buf)
                        : td_trust_json(dag, most, file, &buf);
    return end_text(&buf, done, text, size);
}

/* ---- pictures --------------------------------------------------------------------------- */

static_assert((int)TRACEDAG_PICTURE_TEXT == TD_DRAW_TEXT &&
                  (int)TRACEDAG_PICTURE_MERMAID == TD_DRAW_MERMAID &&
                  (int)TRACEDAG_PICTURE_DOT == TD_DRAW_DOT,
              "pictures have the same numbers inside");

tracedag_status tracedag_dag_draw(const tracedag_dag *dag, const tracedag_report *report,
                                  const tracedag_diff *change, uint32_t picture,
                                  uint32_t flags, char **text, size_t *size)
{
    bool known = picture >= TRACEDAG_PICTURE_TEXT && picture <= TRACEDAG_PICTURE_DOT;
    bool fits = !change || change->dag[TD_NEW] == dag;
    if (!begin_out(text, size) || !dag || !fits || !known || flags > TRACEDAG_DRAW_COLOR)
        return TRACEDAG_MISUSE;
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    bool done = td_draw(dag, report, change, (enum td_drawing)picture,
                        flags & TRACEDAG_DRAW_COLOR, &buf);
    return end_text(&buf, done, text, size);
}

/* ---- many DAGs -------------------------------------------------------------------------- */

tracedag_status tracedag_outline_new(const tracedag_dag *dag,
                                     const tracedag_report *report, const char *file,
                                     tracedag_outline **outline)
{
    if (outline)
        *outline = NULL;
    if (!outline || !report || report->among > 0 || report->of_catalog ||
        (dag && dag->doc != td_report_document(report)))
        return TRACEDAG_MISUSE;
    *outline = td_outline_make(dag, report, file ? file : "-");
    return unless_short(*outline);
}

tracedag_outline *tracedag_outline_ref(tracedag_outline *outline)
{
    return outline ? td_outline_keep(outline) : NULL;
}

tracedag_outline *tracedag_outline_unref(tracedag_outline *outline)
{
    if (outline)
        td_outline_drop(outline);
    return NULL;
}

tracedag_status tracedag_group_new(const tracedag_outline *const *outlines, size_t count,
                                   tracedag_group **group)
{
    if (group)
        *group = NULL;
    if (!group || (!outlines && count))
        return TRACEDAG_MISUSE;
    *group = td_group_make(outlines, count);
    if (!*group)
        return TRACEDAG_NO_MEMORY;
    return (*group)->counts.errors ? TRACEDAG_REJECTED : TRACEDAG_OK;
}

tracedag_group *tracedag_group_ref(tracedag_group *group)
{
    if (group)
        td_ref(&group->refs);
    return group;
}

tracedag_group *tracedag_group_unref(tracedag_group *group)
{
    if (group)
        td_group_drop(group);
    return NULL;
}

const tracedag_report *tracedag_group_report(const tracedag_group *group, size_t index)
{
    return group && index < group->count ? group->reports[index] : NULL;
}

void tracedag_group_datasets(const tracedag_group *group, tracedag_list *list)
{
    give_list(list, group ? group->datasets : NULL, group ? group->dataset_count : 0,
              sizeof(tracedag_shared_dataset));
}

const tracedag_group_counts *tracedag_group_summary(const tracedag_group *group)
{
    return group ? &group->counts : NULL;
}

tracedag_status tracedag_group_render(const tracedag_group *group, uint32_t format,
                                      uint32_t parts, char **text, size_t *size)
{
    bool json = format == TRACEDAG_FORMAT_JSON;
    bool known = json || format == TRACEDAG_FORMAT_TEXT;
    if (!begin_out(text, size) || !group || !known || parts == 0 ||
        parts > (TRACEDAG_GROUP_DATASETS | TRACEDAG_GROUP_SUMMARY))
        return TRACEDAG_MISUSE;
    struct td_mem mem;
    struct td_buf buf;
    begin_text(&mem, &buf);
    if (parts & TRACEDAG_GROUP_DATASETS)
        td_group_write_datasets(group, json, &buf);
    if (parts & TRACEDAG_GROUP_SUMMARY)
        td_group_write_counts(group, json, &buf);
    return end_text(&buf, true, text, size);
}
