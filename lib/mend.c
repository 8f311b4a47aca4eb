/*
 * A round takes one fix of each finding that leaves no choice, as long as they do not overlap,
 * the last of the document first. All are tried together; where that cannot be proved, halves
 * are, down to single fixes. What was refused is tried again in the next round, for others may
 * have been in its way. Each try reads a whole document, so there is a budget for them.
 */
#include "mend.h"

#include "catalog.h"

#include "place.h"

#include <stdlib.h>

/* A fix on its way into the document. */
struct candidate {
    const struct td_finding *finding;
    const tracedag_fix *fix;
    uint32_t start; /* of all its edits */
    uint32_t end;
    bool taken;
};

struct round {
    struct td_mending *m;
    struct td_version base; /* what the round began with */
    struct candidate *list;
    size_t count;
    size_t room;
    struct td_version
        best; /* with all that were taken; NULL while it is to be made again */
    struct td_patch patch; /* that leads from `base` to it */
    bool any;
};

/* ---- versions --------------------------------------------------------------------------- */

static void drop_version(struct td_version *version)
{
    if (version->report)
        td_report_drop(version->report);
    if (version->doc)
        td_doc_drop(version->doc);
    *version = (struct td_version){NULL, NULL};
}

/* Judges a version as what the given document is: a DAG, or a catalog. */
static bool judge_version(struct td_version *version, const struct td_mending *m)
{
    struct tracedag_dag *dag = NULL;
    struct tracedag_catalog *catalog = NULL;
    if (!version->doc)
        return false;
    bool done =
        m->of_catalog
            ? td_judge_catalog(version->doc, &m->settings, &catalog, &version->report)
            : td_judge(version->doc, &m->settings, &dag, &version->report);
    if (dag)
        td_dag_drop(dag);
    td_catalog_drop(catalog);
    return done;
}

/* ---- what may be applied ---------------------------------------------------------------- */

/* The one fix of a finding that may be trusted most; NULL where there is none, or a choice that
 * somebody has to make. */
static const tracedag_fix *choose(const struct td_mending *m,
                                  const struct td_finding *finding)
{
    const tracedag_list *fixes = &finding->pub.fixes;
    const tracedag_fix *best = NULL;
    bool alone = true;
    for (size_t i = 0; i < fixes->count; i++) {
        const tracedag_fix *fix = (const tracedag_fix *)fixes->items + i;
        if (fix->safety == TRACEDAG_SAFETY_DISPLAY ||
            (fix->safety == TRACEDAG_SAFETY_UNSAFE && !m->unsafe))
            continue;
        if (!best || fix->safety < best->safety) {
            best = fix;
            alone = true;
        } else if (fix->safety == best->safety) {
            alone = false;
        }
    }
    return alone ? best : NULL;
}

static const tracedag_edit *edit_of(const tracedag_fix *fix, size_t i)
{
    return (const tracedag_edit *)fix->edits.items + i;
}

static void add_candidate(struct round *r, const struct td_finding *finding,
                          const tracedag_fix *fix)
{
    if (r->count == r->room) {
        void *list =
            td_mem_grow(&r->m->mem, r->list, &r->room, r->count + 1, sizeof *r->list);
        r->m->failed = !list;
        if (!list)
            return;
        r->list = list;
    }
    r->list[r->count++] =
        (struct candidate){finding, fix, (uint32_t)edit_of(fix, 0)->start,
                           (uint32_t)edit_of(fix, fix->edits.count - 1)->end, false};
}

static int by_start(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->finding->serial > b->finding->serial) -
           (a->finding->serial < b->finding->serial);
}

/* Leaves those that do not overlap. Two that only touch would depend on their order. */
static void drop_overlaps(struct round *r)
{
    size_t left = r->count;
    uint32_t limit = UINT32_MAX;
    for (size_t i = r->count; i > 0; i--) {
        const struct candidate *last = &r->list[i - 1];
        if (last->end >= limit)
            continue;
        limit = last->start;
        r->list[--left] = *last;
    }
    r->count -= left;
    if (r->count && left)
        memmove(r->list, r->list + left, r->count * sizeof *r->list);
}

static void collect(struct round *r)
{
    const struct td_diag *diag = &r->base.report->diag;
    for (size_t i = 0; i < diag->count && !r->m->failed; i++) {
        const tracedag_fix *fix = choose(r->m, &diag->list[i]);
        if (fix)
            add_candidate(r, &diag->list[i], fix);
    }
    if (r->count)
        qsort(r->list, r->count, sizeof *r->list, by_start);
    drop_overlaps(r);
}

/* ---- trying ----------------------------------------------------------------------------- */

/* What a try works with. */
struct attempt {
    struct td_version version;
    struct td_patch patch;
    const struct td_finding **mended;
    size_t count;
};

/* Whether a candidate is in a try: it was taken before, or it is one of those in question. */
static bool is_tried(const struct round *r, size_t i, size_t low, size_t high)
{
    return r->list[i].taken || (i >= low && i < high);
}

static bool put_candidate(struct round *r, struct attempt *a, const struct candidate *c)
{
    a->mended[a->count++] = c->finding;
    for (size_t i = 0; i < c->fix->edits.count; i++) {
        const tracedag_edit *edit = edit_of(c->fix, i);
        struct td_span span = {(uint32_t)edit->start, (uint32_t)edit->end};
        struct td_str text = {edit->text.ptr, edit->text.len};
        if (!td_patch_add(&a->patch, &r->m->mem, span, text))
            return false;
    }
    return true;
}

static bool read_attempt(struct round *r, struct attempt *a)
{
    const struct td_source *source = &r->base.doc->source;
    struct td_buf text;
    td_buf_init(&text, &r->m->mem);
    td_patch_apply(&a->patch, (struct td_str){source->bytes, source->size}, &text);
    bool done = !text.failed;
    if (done) {
        a->version.doc = td_read(text.ptr ? text.ptr : "", text.len, &r->m->settings);
        done = judge_version(&a->version, r->m);
    }
    td_buf_free(&text);
    return done;
}

static bool make_attempt(struct round *r, struct attempt *a, size_t low, size_t high)
{
    for (size_t i = 0; i < r->count; i++) {
        if (is_tried(r, i, low, high) && !put_candidate(r, a, &r->list[i]))
            return false;
    }
    return read_attempt(r, a);
}

static void drop_best(struct round *r)
{
    drop_version(&r->best);
    td_patch_free(&r->patch, &r->m->mem);
}

/* Tries candidates together with all that were taken. One result at a time is held: that of
 * before is not needed to go on, and can be made again. True when they are proved. */
static bool try_range(struct round *r, size_t low, size_t high)
{
    struct td_mem *mem = &r->m->mem;
    struct attempt a = {.count = 0};
    size_t bytes = r->count * sizeof *a.mended;
    drop_best(r);
    a.mended = td_mem_alloc(mem, bytes);
    bool done = a.mended && make_attempt(r, &a, low, high);
    enum td_proof proof =
        done ? td_prove(&r->base, &a.version, &a.patch, a.mended, a.count, mem)
             : TD_PROOF_NO_MEMORY;
    r->m->failed = proof == TD_PROOF_NO_MEMORY;
    r->best = a.version;
    r->patch = a.patch;
    if (proof != TD_PROOF_HOLDS)
        drop_best(r);
    td_mem_free(mem, a.mended, bytes);
    for (size_t i = low; proof == TD_PROOF_HOLDS && i < high; i++)
        r->list[i].taken = r->any = true;
    return proof == TD_PROOF_HOLDS;
}

/* All together, else halves: the ranges that are still to be tried, the last of them first. */
static void try_all(struct round *r)
{
    struct {
        size_t low;
        size_t high;
    } open[64];
    size_t depth = 0;
    open[depth].low = 0;
    open[depth++].high = r->count;
    while (depth > 0 && r->m->tries > 0 && !r->m->failed) {
        size_t low = open[--depth].low;
        size_t high = open[depth].high;
        r->m->tries--;
        if (try_range(r, low, high) || high - low == 1)
            continue;
        size_t middle = low + (high - low) / 2;
        open[depth].low = low;
        open[depth++].high = middle;
        open[depth].low = middle;
        open[depth++].high = high;
    }
    if (r->any && !r->best.doc && !r->m->failed)
        try_range(r, 0, 0);
}

/* ---- rounds ----------------------------------------------------------------------------- */

/* Where an offset of the text after all rounds so far stood in the document as it was. */
static uint32_t first_place(const struct td_mending *m, uint32_t at)
{
    for (size_t i = m->round_count; i > 0; i--)
        at = td_patch_back(&m->rounds[i - 1], at);
    return at;
}

static void note_candidate(struct td_mending *m, const struct candidate *c)
{
    if (m->count == m->room) {
        void *list =
            td_mem_grow(&m->mem, m->list, &m->room, m->count + 1, sizeof *m->list);
        m->failed = !list;
        if (!list)
            return;
        m->list = list;
    }
    struct td_str title = {c->fix->title.ptr, c->fix->title.len};
    m->list[m->count++] = (struct td_mended){
        .code = c->finding->pub.code,
        .safety = c->fix->safety,
        .start.byte = first_place(m, (uint32_t)c->finding->pub.start.byte),
        .title = td_arena_copy(&m->arena, title)};
    m->failed = m->arena.failed;
}

/* Keeps the patch of a round for its places; its texts go with the report they came from. */
static void note_patch(struct round *r)
{
    struct td_mending *m = r->m;
    if (m->round_count == m->round_room) {
        void *rounds = td_mem_grow(&m->mem, m->rounds, &m->round_room, m->round_count + 1,
                                   sizeof *m->rounds);
        m->failed = !rounds;
        if (!rounds)
            return;
        m->rounds = rounds;
    }
    m->rounds[m->round_count++] = r->patch;
    r->patch = (struct td_patch){NULL, 0, 0};
}

static void note_round(struct round *r)
{
    for (size_t i = 0; i < r->count && !r->m->failed; i++) {
        if (r->list[i].taken)
            note_candidate(r->m, &r->list[i]);
    }
    if (!r->m->failed)
        note_patch(r);
}

static struct td_version keep(const struct td_version *version)
{
    td_ref(&version->report->refs);
    return (struct td_version){td_doc_keep(version->doc), version->report};
}

/* False when nothing came of it, or memory ran out. */
static bool run_round(struct td_mending *m)
{
    struct round r = {.m = m, .base = m->now};
    collect(&r);
    if (r.count)
        try_all(&r);
    if (r.any)
        note_round(&r);
    bool any = r.any && !m->failed;
    if (any) {
        m->now = r.best;
        r.best = r.base;
    }
    drop_best(&r); /* the new one, or what came before it */
    td_mem_free(&m->mem, r.list, r.room * sizeof *r.list);
    return any;
}

static bool begin(struct td_mending *m, struct tracedag_report *report)
{
    const struct td_version given = {report->doc, report};
    if (report->doc) {
        m->now = keep(&given);
        return true;
    }
    /* Keeping a document is all that is done to it. */
    m->now.doc =
        td_doc_keep((struct tracedag_doc *)(uintptr_t)td_report_document(report));
    m->failed = !judge_version(&m->now, m);
    return !m->failed;
}

/* Each try costs as much as the first judgement did. */
static uint32_t tries_for(size_t size)
{
    enum { BYTES = 1 << 20, LEAST = 8, MOST = 32 };
    size_t tries = size ? BYTES / size : MOST;
    return (uint32_t)(tries < LEAST ? LEAST : tries > MOST ? MOST : tries);
}

bool td_mend(struct td_mending *m, struct tracedag_report *report, bool unsafe)
{
    const struct td_limits *limits = &report->settings.limits;
    /* What reading alone reports is to be judged as the document says. */
    const struct td_settings *settings =
        report->doc ? &report->settings : &td_report_document(report)->settings;
    *m = (struct td_mending){.settings = *settings, .unsafe = unsafe};
    m->of_catalog = report->of_catalog;
    m->mem.budget = (size_t)limits->of[TRACEDAG_LIMIT_HEAP_BYTES];
    m->tries = tries_for(report->source->size);
    td_arena_init(&m->arena, &m->mem);
    if (!begin(m, report))
        return false;
    if (m->now.report->diag.dropped == 0) {
        while (run_round(m)) {
        }
    }
    if (!m->failed && m->count)
        m->failed = !td_place_list(&m->mem, report->source, &m->list->start, m->count,
                                   sizeof *m->list);
    return !m->failed;
}

void td_mend_free(struct td_mending *m)
{
    drop_version(&m->now);
    for (size_t i = 0; i < m->round_count; i++)
        td_patch_free(&m->rounds[i], &m->mem);
    td_mem_free(&m->mem, m->rounds, m->round_room * sizeof *m->rounds);
    td_mem_free(&m->mem, m->list, m->room * sizeof *m->list);
    td_arena_free(&m->arena);
}
