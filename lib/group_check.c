/* What is wrong with names between documents, and how findings stand in their documents. */
#include "group_parts.h"

#include "baseline.h"
#include "catalog.h"
#include "names.h"
#include "pointer.h"
#include "reader.h"
#include "suggest.h"

/* ---- findings --------------------------------------------------------------------------- */

struct td_diag *td_group_diag(const struct tracedag_group *group, uint32_t document)
{
    return &group->reports[document]->diag;
}

static const struct tracedag_outline *outline_of(const struct tracedag_group *g,
                                                 const struct td_shared_use *use)
{
    return g->outlines[use->pub.document];
}

static bool is_read(const struct tracedag_outline *o, const struct td_use *use)
{
    return o->read_count > 0 && use >= o->reads && use < o->reads + o->read_count;
}

struct td_finding *td_group_at_use(struct tracedag_group *group, uint32_t code,
                                   const struct td_shared_use *use)
{
    const struct tracedag_outline *o = outline_of(group, use);
    struct td_diag *diag = td_group_diag(group, use->pub.document);
    bool reads = is_read(o, use->use);
    size_t place = reads ? o->publish_count + (size_t)(use->use - o->reads)
                         : (size_t)(use->use - o->publishes);
    struct td_finding *f =
        td_report(diag, code, use->use->span, (uint32_t)place + TD_PLACE_FIRST_USE);
    if (reads)
        td_subject(diag, f, TRACEDAG_SUBJECT_INPUT, use->use->job, use->use->input);
    else
        td_subject(diag, f, TRACEDAG_SUBJECT_DATASET, use->use->name, 0);
    if (use->use->alias.end > 0)
        td_related(diag, f, use->use->alias, "used here");
    return f;
}

/* ---- one name published twice ----------------------------------------------------------- */

static void tell_taken(struct tracedag_group *g, const struct td_shared_use *first,
                       const struct td_shared_use *again)
{
    const struct tracedag_outline *o = outline_of(g, first);
    struct td_diag *diag = td_group_diag(g, again->pub.document);
    struct td_finding *f = td_group_at_use(g, TRACEDAG_CODE_DATASET_TAKEN, again);
    td_message(diag, f, "dataset %q is published by DAG %q, and by DAG %q before it",
               again->use->name, outline_of(g, again)->name, o->name);
    td_label(diag, f, "published again here");
    td_related_elsewhere(diag, f, &o->doc->source, o->file, first->use->span,
                         "first published here");
    td_help(diag, f, "keep one of them, or give one another name");
    td_data_text(diag, f, "name", again->use->name);
    td_data_text(diag, f, "dag", o->name);
}

void td_group_tell_taken(struct tracedag_group *group)
{
    for (size_t i = 1, first = 0; i < group->publisher_count; i++) {
        const struct td_shared_use *list = group->publishers;
        if (td_str_eq(list[i].use->name, list[first].use->name))
            tell_taken(group, &list[first], &list[i]);
        else
            first = i;
    }
}

/* ---- datasets that nobody publishes ----------------------------------------------------- */

/* Where a name would stand among sorted ones. */
static size_t position_of(const struct td_name *known, size_t count, struct td_str name)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (td_str_compare(known[middle].text, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The nearest name. Of very many only those are looked at that begin alike: they stand around the
 * place where the name would stand. */
static void suggest(struct td_diag *diag, struct td_finding *f, struct td_str name,
                    const struct td_name *known, size_t count)
{
    enum { AROUND = 500 };
    size_t at = count > TD_SUGGEST_SET_MAX ? position_of(known, count, name) : 0;
    size_t first = at > AROUND ? at - AROUND : 0;
    size_t behind = count > TD_SUGGEST_SET_MAX ? at + AROUND : count;
    behind = behind < count ? behind : count;
    struct td_suggest search;
    if (!td_may_search(diag, behind - first))
        return;
    td_suggest_start(&search, name);
    for (size_t i = first; i < behind; i++)
        td_suggest_offer(&search, known[i].text);
    struct td_suggest_result near = td_suggest_result(&search);
    if (near.count > 0)
        td_help(diag, f, "did you mean %t?",
                td_listed(diag, near.names, near.count, "or"));
}

/* Each document is held against the catalog that it was judged by. */
static const struct tracedag_catalog *catalog_of(const struct tracedag_group *g,
                                                 const struct td_shared_use *reader)
{
    const struct tracedag_catalog *catalog =
        g->reports[reader->pub.document]->settings.catalog;
    return catalog && catalog->datasets.given ? catalog : NULL;
}

static void tell_unpublished(struct tracedag_group *g, const struct td_shared_use *reader,
                             const struct td_name *known, size_t count)
{
    const struct tracedag_catalog *catalog = catalog_of(g, reader);
    struct td_diag *diag = td_group_diag(g, reader->pub.document);
    if (catalog && td_catalog_dataset(catalog, reader->use->name))
        return;
    struct td_finding *f = td_group_at_use(g, TRACEDAG_CODE_UNPUBLISHED_DATASET, reader);
    td_message(diag, f,
               "input %u of job %q reads dataset %q, which no DAG here publishes%s",
               (uint64_t)reader->use->input, reader->use->job, reader->use->name,
               catalog ? " and the catalog has not" : "");
    td_label(diag, f, "no DAG publishes it");
    td_data_text(diag, f, "name", reader->use->name);
    if (td_kept(diag, f))
        suggest(diag, f, reader->use->name, known, count);
}

void td_group_tell_unpublished(struct tracedag_group *group, const struct td_name *known,
                               size_t count)
{
    for (size_t i = 0; i < group->dataset_count; i++) {
        const tracedag_shared_dataset *dataset = &group->datasets[i];
        const struct td_shared_use *readers = dataset->readers.items;
        bool is_here = dataset->known == TRACEDAG_KNOWN_PUBLISHED ||
                       dataset->known == TRACEDAG_KNOWN_REJECTED;
        for (size_t k = 0; !is_here && k < dataset->readers.count; k++)
            tell_unpublished(group, &readers[k], known, count);
    }
}

/* ---- DAGs of one name ------------------------------------------------------------------- */

static void tell_repeated(struct tracedag_group *g, uint32_t first, uint32_t again)
{
    const struct tracedag_outline *o = g->outlines[again];
    const struct tracedag_outline *other = g->outlines[first];
    struct td_diag *diag = td_group_diag(g, again);
    struct td_finding *f =
        td_report(diag, TRACEDAG_CODE_REPEATED_DAG_NAME, o->name_span, TD_PLACE_NAME);
    td_subject(diag, f, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    td_message(diag, f, "another DAG has the name %q, too", o->name);
    td_related_elsewhere(diag, f, &other->doc->source, other->file, other->name_span,
                         "the same name");
    td_help(diag, f, "give one of them another name");
    td_data_text(diag, f, "name", o->name);
}

bool td_group_tell_names(struct tracedag_group *group)
{
    size_t bytes = (group->count + 1) * sizeof(struct td_name);
    struct td_name *names = td_mem_alloc(&group->mem, bytes);
    size_t count = 0;
    if (!names)
        return false;
    for (size_t i = 0; i < group->count; i++) {
        if (group->outlines[i] && group->outlines[i]->is_judged)
            names[count++] = td_name_of(group->outlines[i]->name, (uint32_t)i);
    }
    td_names_sort(names, count);
    for (size_t i = 1, first = 0; i < count; i++) {
        if (td_str_eq(names[i].text, names[first].text))
            tell_repeated(group, names[first].id, names[i].id);
        else
            first = i;
    }
    td_mem_free(&group->mem, names, bytes);
    return true;
}

/* ---- the reports ------------------------------------------------------------------------ */

/* The pointer of a use, which with the name of its job makes the fingerprint. Names need no
 * escape. */
static struct td_str pointer_to(struct td_diag *diag, const struct tracedag_outline *o,
                                uint32_t place, bool named)
{
    struct td_buf *buf = &diag->scratch;
    buf->len = 0;
    if (place < TD_PLACE_FIRST_USE) {
        td_buf_text(buf, place == TD_PLACE_NAME ? "/name" : "");
    } else if (place - TD_PLACE_FIRST_USE < o->publish_count) {
        td_buf_text(buf, "/publish/");
        td_buf_str(buf, o->publishes[place - TD_PLACE_FIRST_USE].name);
    } else {
        const struct td_use *use =
            &o->reads[place - TD_PLACE_FIRST_USE - o->publish_count];
        td_buf_text(buf, "/jobs/");
        if (named)
            td_buf_str(buf, use->job);
        else
            td_buf_number(buf, use->job_index);
        td_buf_text(buf, "/inputs/");
        td_buf_number(buf, use->input);
        td_buf_text(buf, "/from/dataset");
    }
    struct td_str pointer =
        td_arena_copy(&diag->arena, (struct td_str){buf->ptr, buf->len});
    buf->len = 0;
    return pointer;
}

static void point(struct td_diag *diag, const struct tracedag_outline *o)
{
    for (size_t i = 0; i < diag->count; i++) {
        struct td_finding *f = &diag->list[i];
        td_point(diag, f, pointer_to(diag, o, f->place, false),
                 pointer_to(diag, o, f->place, true));
    }
}

static void allow_name(struct td_diag *diag, const struct tracedag_outline *o)
{
    for (size_t i = 0; i < diag->count && o->allows_name; i++) {
        if (diag->list[i].pub.code == TRACEDAG_CODE_REPEATED_DAG_NAME)
            td_suppress(diag, &diag->list[i], TRACEDAG_SUPPRESSED_IN_SOURCE, o->reason);
    }
}

static bool finish_report(struct tracedag_report *report,
                          const struct tracedag_outline *o)
{
    struct td_diag *diag = &report->diag;
    const struct td_baseline *baseline = report->settings.baseline;
    td_diag_settle(diag);
    point(diag, o);
    allow_name(diag, o);
    if (diag->failed || (baseline && !td_baseline_apply(baseline, diag, diag->mem, true)))
        return false;
    td_finish_report(diag, &o->doc->tree);
    return !diag->failed;
}

bool td_group_finish(struct tracedag_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        struct tracedag_report *report = group->reports[i];
        if (!report)
            continue;
        if (!finish_report(report, group->outlines[i]))
            return false;
        group->counts.errors += report->diag.by_severity[TRACEDAG_SEVERITY_ERROR];
        group->counts.warnings += report->diag.by_severity[TRACEDAG_SEVERITY_WARNING];
    }
    return true;
}
