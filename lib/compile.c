#include "compile.h"

#include "allow.h"
#include "baseline.h"
#include "catalog.h"
#include "finish.h"
#include "graph.h"
#include "hold.h"
#include "lint.h"
#include "mask.h"
#include "place.h"
#include "pointer.h"
#include "rules.h"
#include "scan.h"

/* ---- handles ---------------------------------------------------------------------------- */

static size_t budget_of(const struct td_limits *limits)
{
    return (size_t)limits->of[TRACEDAG_LIMIT_HEAP_BYTES];
}

/* A handle counts its own bytes against the budget that it brings along. */
static void *new_handle(size_t size, struct td_mem *mem, const struct td_limits *limits,
                        size_t *call)
{
    *mem = (struct td_mem){.call = call, .budget = budget_of(limits)};
    void *handle = td_mem_alloc(mem, size);
    if (handle)
        memset(handle, 0, size);
    return handle;
}

void td_ref(atomic_uint *refs)
{
    atomic_fetch_add_explicit(refs, 1, memory_order_relaxed);
}

bool td_unref(atomic_uint *refs)
{
    return atomic_fetch_sub_explicit(refs, 1, memory_order_acq_rel) == 1;
}

struct tracedag_doc *td_doc_keep(struct tracedag_doc *doc)
{
    td_ref(&doc->refs);
    return doc;
}

void td_doc_drop(struct tracedag_doc *doc)
{
    if (!td_unref(&doc->refs))
        return;
    struct td_mem mem = doc->mem;
    td_diag_free(&doc->report.diag);
    td_tree_free(&doc->tree, &doc->mem);
    td_source_free(&doc->source, &doc->mem);
    td_settings_let_go(&doc->settings);
    td_mem_free(&mem, doc, sizeof *doc);
}

void td_report_drop(struct tracedag_report *report)
{
    if (!td_unref(&report->refs))
        return;
    struct td_mem mem = report->mem;
    struct tracedag_doc *doc = report->doc;
    td_settings_let_go(&report->settings);
    td_diag_free(&report->diag);
    td_mem_free(&mem, report, sizeof *report);
    td_doc_drop(doc);
}

void td_dag_drop(struct tracedag_dag *dag)
{
    if (!td_unref(&dag->refs))
        return;
    struct td_mem mem = dag->mem;
    struct tracedag_doc *doc = dag->doc;
    td_model_free(&dag->model);
    td_catalog_drop(dag->catalog);
    td_mem_free(&mem, dag, sizeof *dag);
    td_doc_drop(doc);
}

const struct tracedag_doc *td_report_document(const struct tracedag_report *report)
{
    if (report->doc)
        return report->doc;
    return (const void *)((const char *)report - offsetof(struct tracedag_doc, report));
}

/* Pointers decide the order; what finishing adds gets its own. */
void td_finish_report(struct td_diag *diag, const struct td_tree *tree)
{
    td_diag_settle(diag);
    td_pointers(diag, tree);
    td_diag_finish(diag);
    td_pointers(diag, tree);
    td_places_fill(diag, tree->source);
    td_diag_part(diag);
}

/* ---- reading ---------------------------------------------------------------------------- */

static void too_large(struct td_diag *diag, uint64_t limit)
{
    struct td_finding *f =
        td_report(diag, TRACEDAG_CODE_LIMIT_SIZE, (struct td_span){0, 0}, 0);
    /* Who reads a file may well have stopped one byte behind the limit. */
    td_message(diag, f, "this document has more than %n bytes", limit);
    td_subject(diag, f, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    td_data_number(diag, f, "limit", limit);
}

static bool read_document(struct tracedag_doc *doc, const char *bytes, size_t size)
{
    const struct td_limits *limits = &doc->settings.limits;
    struct td_diag *diag = &doc->report.diag;
    bool large = size > limits->of[TRACEDAG_LIMIT_INPUT_BYTES];
    if (!td_source_init(&doc->source, &doc->mem, large ? "" : bytes, large ? 0 : size))
        return false;
    if (large)
        too_large(diag, limits->of[TRACEDAG_LIMIT_INPUT_BYTES]);
    else if (td_scan(&doc->source, &doc->mem, diag,
                     (size_t)limits->of[TRACEDAG_LIMIT_BLANK_RUN]) &&
             !td_tree_read(&doc->tree, &doc->mem, &doc->source, diag, limits))
        return false;
    return !diag->failed;
}

static void init_diag(struct td_diag *diag, struct td_mem *mem,
                      const struct td_settings *settings)
{
    const uint64_t *limit = settings->limits.of;
    td_diag_init(diag, mem, &settings->levels, (size_t)limit[TRACEDAG_LIMIT_FINDINGS],
                 (size_t)limit[TRACEDAG_LIMIT_MESSAGE_BYTES]);
}

static void init_doc(struct tracedag_doc *doc, const struct td_settings *settings)
{
    doc->settings = *settings;
    td_settings_hold(settings);
    atomic_init(&doc->refs, 1);
    doc->tree.source = &doc->source;
    doc->report.source = &doc->source;
    doc->report.settings = *settings;
    doc->report.settings.catalog = NULL; /* nothing is judged yet */
    init_diag(&doc->report.diag, &doc->mem, settings);
}

struct tracedag_doc *td_read(const char *bytes, size_t size,
                             const struct td_settings *settings)
{
    struct td_mem mem;
    struct tracedag_doc *doc = new_handle(sizeof *doc, &mem, &settings->limits, NULL);
    if (!doc)
        return NULL;
    doc->mem = mem;
    init_doc(doc, settings);
    bool done = read_document(doc, bytes, size);
    if (done) {
        td_finish_report(&doc->report.diag, &doc->tree);
    }
    if (!done || doc->report.diag.failed) {
        td_doc_drop(doc);
        return NULL;
    }
    return doc;
}

struct tracedag_doc *td_doc_bytes(const struct tracedag_report *report)
{
    struct td_mem mem;
    struct td_hidden hidden;
    const struct td_limits *limits = &report->settings.limits;
    struct tracedag_doc *doc = new_handle(sizeof *doc, &mem, limits, NULL);
    if (!doc)
        return NULL;
    doc->mem = mem;
    init_doc(doc, &report->settings);
    if (!td_source_copy(&doc->source, &doc->mem, report->source) ||
        !td_hidden_init(&hidden, &doc->mem, report)) {
        td_doc_drop(doc);
        return NULL;
    }
    doc->source.hidden = hidden.parts;
    doc->source.hidden_count = hidden.count;
    return doc;
}

/* ---- judging ---------------------------------------------------------------------------- */

/* The findings of reading are the first of the new report; their texts stay in the document,
 * which the report keeps. Related places are written to when a report is finished, and the
 * document never changes: the new report has its own. */
static bool take_over(struct td_diag *diag, const struct td_diag *first)
{
    diag->list = NULL;
    if (first->count) {
        diag->list =
            td_mem_grow(diag->mem, NULL, &diag->room, first->count, sizeof *diag->list);
        if (!diag->list)
            return false;
        memcpy(diag->list, first->list, first->count * sizeof *diag->list);
    }
    diag->count = first->count;
    diag->dropped = first->dropped;
    memcpy(diag->by_severity, first->by_severity, sizeof diag->by_severity);
    memcpy(diag->kept, first->kept, sizeof diag->kept);
    if (first->dropped) { /* the count of what was dropped is made anew at the end */
        assert(diag->count > 0);
        diag->count--;
        diag->by_severity[TRACEDAG_SEVERITY_NOTE]--;
        diag->kept[TRACEDAG_SEVERITY_NOTE]--;
    }
    for (size_t i = 0; i < diag->count; i++) {
        if (!td_own_related(diag, &diag->list[i]))
            return false;
    }
    return true;
}

static bool has_errors(const struct td_diag *diag)
{
    return diag->by_severity[TRACEDAG_SEVERITY_ERROR] > 0;
}

struct hashing {
    struct td_hasher *hasher;
    uint64_t bytes;
    uint64_t most;
};

/* False when there is more than the limit allows: then nobody needs the rest. */
static bool take_piece(void *ctx, const char *bytes, size_t size)
{
    struct hashing *h = ctx;
    h->bytes += size;
    td_hasher_add(h->hasher, bytes, size);
    return h->bytes <= h->most;
}

static void too_long(struct td_diag *diag, uint64_t limit)
{
    struct td_finding *f =
        td_report(diag, TRACEDAG_CODE_LIMIT_COUNT, (struct td_span){0, 0}, 0);
    td_message(diag, f, "the canonical form of this DAG has more than %n bytes", limit);
    td_subject(diag, f, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    td_data_number(diag, f, "limit", limit);
}

/* Canonical bytes go into the hash as they are made, and are not kept. */
static bool hash_dag(struct tracedag_dag *dag, struct td_diag *diag,
                     const struct td_limits *limits)
{
    struct hashing h = {td_hasher_new(), 0, limits->of[TRACEDAG_LIMIT_CANONICAL_BYTES]};
    if (!h.hasher)
        return false;
    struct td_buf piece;
    td_buf_init(&piece, &dag->mem);
    const struct td_emit_sink sink = {take_piece, &h};
    bool done = td_canon_write(&dag->model, TD_FORM_CANONICAL, false, &piece, &sink);
    if (done)
        td_hasher_text(h.hasher, "td1:", dag->hash);
    td_buf_free(&piece);
    td_hasher_free(h.hasher);
    if (done && h.bytes > h.most)
        too_long(diag, h.most);
    return done;
}

/* What is allowed does not reject, so this comes before the verdict. */
static bool set_aside(struct td_diag *diag, const struct td_tree *tree,
                      const struct td_baseline *baseline)
{
    td_diag_settle(diag);
    if (!td_allow(diag, diag->mem, tree))
        return false;
    if (baseline) {
        td_pointers(diag, tree);
        if (diag->failed || !td_baseline_apply(baseline, diag, diag->mem, false))
            return false;
    }
    return !diag->failed;
}

static void rules_catalog(struct td_reader *reader)
{
    if (reader->catalog)
        td_rules_catalog(reader);
}

/* The phases that need a document that can be read, in their order. */
static void (*const phases[])(struct td_reader *) = {
    td_read_dag,   td_graph_resolve, td_rules_jobs, td_rules_publishes,
    rules_catalog, td_graph_order,   td_lint,
};

static bool judge(struct tracedag_dag *dag, struct td_diag *diag,
                  const struct td_settings *settings)
{
    const struct td_limits *limits = &settings->limits;
    struct td_reader reader = {.model = &dag->model,
                               .tree = &dag->doc->tree,
                               .diag = diag,
                               .limits = limits,
                               .catalog = settings->catalog,
                               .datasets_elsewhere = settings->datasets_elsewhere};
    for (size_t i = 0; i < sizeof phases / sizeof *phases && !reader.failed; i++)
        phases[i](&reader);
    if (reader.failed || diag->failed || dag->model.arena.failed)
        return false;
    if (!set_aside(diag, &dag->doc->tree, settings->baseline))
        return false;
    if (has_errors(diag))
        return true;
    struct td_str name = td_node_text(&dag->doc->tree, dag->model.name);
    dag->name = td_arena_copy(&dag->model.arena, name);
    return dag->name.ptr && td_finish(&dag->model) && hash_dag(dag, diag, limits);
}

static struct tracedag_report *new_report(struct tracedag_doc *doc,
                                          const struct td_settings *settings,
                                          size_t *call)
{
    struct td_mem mem;
    struct tracedag_report *report =
        new_handle(sizeof *report, &mem, &settings->limits, call);
    if (!report)
        return NULL;
    report->mem = mem;
    report->settings = *settings;
    td_settings_hold(settings);
    atomic_init(&report->refs, 1);
    report->source = &doc->source;
    report->doc = td_doc_keep(doc);
    init_diag(&report->diag, &report->mem, settings);
    if (!take_over(&report->diag, &doc->report.diag)) {
        td_report_drop(report);
        return NULL;
    }
    return report;
}

struct tracedag_report *td_report_among(struct tracedag_doc *doc, size_t among)
{
    struct tracedag_report *report = new_report(doc, &doc->settings, NULL);
    if (report)
        report->among = among;
    return report;
}

static struct tracedag_dag *new_dag(struct tracedag_doc *doc,
                                    const struct td_settings *settings, size_t *call)
{
    struct td_mem mem;
    struct tracedag_dag *dag = new_handle(sizeof *dag, &mem, &settings->limits, call);
    if (!dag)
        return NULL;
    dag->mem = mem;
    atomic_init(&dag->refs, 1);
    dag->doc = td_doc_keep(doc);
    dag->catalog = td_catalog_keep(settings->catalog);
    td_model_init(&dag->model, &dag->mem, &doc->tree);
    return dag;
}

/* What a call gives away counts no more for its budget; NULL when the call failed. */
static struct tracedag_report *finished(struct tracedag_report *report, bool done)
{
    if (done)
        td_finish_report(&report->diag, &report->doc->tree);
    if (!done || report->diag.failed) {
        td_report_drop(report);
        return NULL;
    }
    report->mem.call = NULL;
    return report;
}

bool td_judge(struct tracedag_doc *doc, const struct td_settings *settings,
              struct tracedag_dag **dag, struct tracedag_report **report)
{
    size_t call = doc->mem.live; /* one budget for all that the call works with */
    struct tracedag_report *r = new_report(doc, settings, &call);
    *dag = NULL;
    *report = NULL;
    if (!r)
        return false;
    struct tracedag_dag *d = new_dag(doc, settings, &call);
    bool done = d && (doc->tree.root == 0 || judge(d, &r->diag, settings));
    *report = finished(r, done);
    if (*report && !has_errors(&r->diag)) {
        d->mem.call = NULL;
        *dag = d;
    } else if (d) {
        td_dag_drop(d);
    }
    return *report;
}

/* ---- catalogs --------------------------------------------------------------------------- */

static bool judge_catalog(struct tracedag_catalog *catalog,
                          struct tracedag_report *report)
{
    const struct td_tree *tree = &report->doc->tree;
    struct td_model model; /* where its reading keeps what it needs */
    struct td_reader reader = {.model = &model,
                               .tree = tree,
                               .diag = &report->diag,
                               .limits = &report->settings.limits};
    td_model_init(&model, &catalog->mem, tree);
    bool done = td_read_catalog(&reader, catalog);
    if (done)
        td_lint_catalog(&reader);
    done = done && !reader.failed && !report->diag.failed;
    td_model_free(&model);
    return done && set_aside(&report->diag, tree, report->settings.baseline);
}

static struct tracedag_catalog *new_catalog(const struct td_limits *limits, size_t *call)
{
    struct td_mem mem;
    struct tracedag_catalog *catalog = new_handle(sizeof *catalog, &mem, limits, call);
    if (catalog)
        td_catalog_init(catalog, mem);
    return catalog;
}

bool td_judge_catalog(struct tracedag_doc *doc, const struct td_settings *settings,
                      struct tracedag_catalog **catalog, struct tracedag_report **report)
{
    size_t call = doc->mem.live;
    struct tracedag_report *r = new_report(doc, settings, &call);
    *catalog = NULL;
    *report = NULL;
    if (!r)
        return false;
    struct tracedag_catalog *c = new_catalog(&settings->limits, &call);
    bool done = c && (doc->tree.root == 0 || judge_catalog(c, r));
    r->of_catalog = true;
    *report = finished(r, done);
    if (*report && !has_errors(&r->diag)) {
        c->mem.call = NULL;
        *catalog = c;
    } else if (c) {
        td_catalog_drop(c);
    }
    return *report;
}

bool td_compile_catalog(const char *bytes, size_t size,
                        const struct td_settings *settings,
                        struct tracedag_catalog **catalog,
                        struct tracedag_report **report)
{
    struct td_settings own = *settings; /* a catalog is judged by none */
    own.catalog = NULL;
    struct tracedag_doc *doc = td_read(bytes, size, &own);
    if (!doc)
        return false;
    bool done = td_judge_catalog(doc, &own, catalog, report);
    td_doc_drop(doc);
    return done;
}
