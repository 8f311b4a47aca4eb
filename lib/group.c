#include "group_parts.h"

#include "catalog.h"
#include "names.h"

/* ---- uses by name ----------------------------------------------------------------------- */

/* Uses of all documents while they are put into the order of names. Their numbers have 32 bits,
 * for uses that need more would fill a hundred GiB. */
struct uses {
    struct td_shared_use *list;
    struct td_name *names;
    size_t count;
    size_t room;
};

static bool make_uses(struct uses *uses, struct td_mem *mem, size_t room)
{
    *uses = (struct uses){.room = room};
    if (room == 0)
        return true;
    uses->list = td_mem_alloc(mem, room * sizeof *uses->list);
    uses->names = td_mem_alloc(mem, room * sizeof *uses->names);
    return uses->list && uses->names;
}

static void free_uses(struct uses *uses, struct td_mem *mem)
{
    td_mem_free(mem, uses->list, uses->room * sizeof *uses->list);
    td_mem_free(mem, uses->names, uses->room * sizeof *uses->names);
}

static void add_uses(struct uses *uses, uint32_t document, const struct td_use *list,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct td_use *use = &list[i];
        assert(uses->names && uses->count < uses->room);
        uses->names[uses->count] = td_name_of(use->name, (uint32_t)uses->count);
        uses->list[uses->count++] = (struct td_shared_use){
            .pub = {.document = document,
                    .item = use->item,
                    .line = use->line,
                    .job = {use->job.ptr, use->job.len}},
            .use = use,
        };
    }
}

/* Their copy in the order of names; NULL for none. */
static struct td_shared_use *sorted_uses(struct tracedag_group *g, struct uses *uses)
{
    struct td_shared_use *sorted = td_arena_array(&g->arena, uses->count, sizeof *sorted);
    if (!sorted)
        return NULL;
    td_names_sort(uses->names, uses->count);
    for (size_t i = 0; i < uses->count; i++)
        sorted[i] = uses->list[uses->names[i].id];
    return sorted;
}

/* ---- datasets --------------------------------------------------------------------------- */

static struct td_str name_of(const struct td_shared_use *use)
{
    return use->use->name;
}

/* How many uses from `first` on have the name of the first one. */
static size_t same_names(const struct td_shared_use *list, size_t first, size_t count)
{
    size_t at = first;
    while (at < count && td_str_eq(name_of(&list[at]), name_of(&list[first])))
        at++;
    return at - first;
}

static tracedag_list list_of(const struct td_shared_use *list, size_t first, size_t count)
{
    return (tracedag_list){count ? list + first : NULL, count, sizeof *list};
}

/* Readers get the first that publishes what they read. Where another one does, too, that is
 * told, and what would follow from it is not. */
static void connect(struct td_shared_use *readers, size_t first, size_t count,
                    const struct td_shared_use *from)
{
    for (size_t i = first; i < first + count; i++) {
        if (!readers[i].use->own)
            readers[i].from = from;
    }
}

/* One dataset after the other, in the order of names, from two lists in that order. */
static void merge(struct tracedag_group *g)
{
    size_t p = 0;
    size_t r = 0;
    while (p < g->publisher_count || r < g->reader_count) {
        int order = p == g->publisher_count ? 1
                    : r == g->reader_count  ? -1
                                            : td_str_compare(name_of(&g->publishers[p]),
                                                             name_of(&g->readers[r]));
        struct td_str name = name_of(order <= 0 ? &g->publishers[p] : &g->readers[r]);
        size_t publishers =
            order <= 0 ? same_names(g->publishers, p, g->publisher_count) : 0;
        size_t readers = order >= 0 ? same_names(g->readers, r, g->reader_count) : 0;
        if (publishers > 0)
            connect(g->readers, r, readers, &g->publishers[p]);
        g->datasets[g->dataset_count++] = (tracedag_shared_dataset){
            .name = {name.ptr, name.len},
            .publishers = list_of(g->publishers, p, publishers),
            .readers = list_of(g->readers, r, readers),
            .known = publishers > 0 ? TRACEDAG_KNOWN_PUBLISHED : 0,
        };
        p += publishers;
        r += readers;
    }
}

static bool list_datasets(struct tracedag_group *g)
{
    g->datasets = td_arena_array(&g->arena, g->publisher_count + g->reader_count,
                                 sizeof *g->datasets);
    if (!g->datasets)
        return g->publisher_count + g->reader_count == 0;
    merge(g);
    return true;
}

/* ---- names that are known --------------------------------------------------------------- */

/* Sorts, and leaves each name once. */
static size_t each_once(struct td_name *names, size_t count)
{
    size_t kept = 0;
    td_names_sort(names, count);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !td_str_eq(names[kept - 1].text, names[i].text))
            names[kept++] = names[i];
    }
    return kept;
}

/* What rejected documents mean to publish is known by name. */
static size_t add_rejected(const struct tracedag_group *g, struct td_name *names,
                           size_t count)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct tracedag_outline *o = g->outlines[i];
        for (size_t k = 0; o && !o->is_judged && k < o->publish_count; k++)
            names[count++] = td_name_of(o->publishes[k].name, TRACEDAG_KNOWN_REJECTED);
    }
    return count;
}

/* Of documents that have one catalog, all but the first add nothing. */
static size_t add_catalogs(const struct tracedag_group *g, struct td_name *names,
                           size_t count)
{
    const struct tracedag_catalog *last = NULL;
    for (size_t i = 0; i < g->count; i++) {
        const struct tracedag_catalog *catalog =
            g->reports[i] ? g->reports[i]->settings.catalog : NULL;
        for (size_t k = 0; catalog && catalog != last && k < catalog->datasets.count;
             k++) {
            if (names)
                names[count] =
                    td_name_of(catalog->datasets.names[k].text, TRACEDAG_KNOWN_CATALOG);
            count++;
        }
        last = catalog ? catalog : last;
    }
    return count;
}

static void mark_known(struct tracedag_group *g, const struct td_name *known,
                       size_t count)
{
    for (size_t i = 0; i < g->dataset_count; i++) {
        tracedag_shared_dataset *dataset = &g->datasets[i];
        const struct td_name *found = td_names_find(
            known, count, (struct td_str){dataset->name.ptr, dataset->name.len});
        if (found && dataset->known == 0)
            dataset->known = found->id;
    }
}

static bool judge_names(struct tracedag_group *g)
{
    size_t room = add_catalogs(g, NULL, g->publisher_count + g->rejected_names) + 1;
    struct td_name *known = td_mem_alloc(&g->mem, room * sizeof *known);
    if (!known)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < g->publisher_count; i++)
        known[count++] = td_name_of(name_of(&g->publishers[i]), TRACEDAG_KNOWN_PUBLISHED);
    count = add_catalogs(g, known, add_rejected(g, known, count));
    count = each_once(known, count);
    mark_known(g, known, count);
    td_group_tell_taken(g);
    if (g->counts.all_known)
        td_group_tell_unpublished(g, known, count);
    td_mem_free(&g->mem, known, room * sizeof *known);
    return true;
}

/* ---- the group -------------------------------------------------------------------------- */

static void count_documents(struct tracedag_group *g)
{
    g->counts.documents = g->count;
    g->counts.all_known = 1;
    for (size_t i = 0; i < g->count; i++) {
        const struct tracedag_outline *o = g->outlines[i];
        g->counts.unread += !o;
        g->counts.dags += o && o->is_judged;
        g->counts.rejected += o && !o->is_judged;
        if (!o || !o->is_sure)
            g->counts.all_known = 0;
        if (!o)
            continue;
        g->publisher_count += o->is_judged ? o->publish_count : 0;
        g->rejected_names += o->is_judged ? 0 : o->publish_count;
        g->reader_count += o->read_count;
    }
}

static bool list_uses(struct tracedag_group *g)
{
    struct uses publishes;
    struct uses reads;
    bool done = make_uses(&publishes, &g->mem, g->publisher_count);
    done = make_uses(&reads, &g->mem, g->reader_count) && done;
    for (size_t i = 0; i < g->count && done; i++) {
        const struct tracedag_outline *o = g->outlines[i];
        if (!o || !o->is_judged)
            continue;
        add_uses(&publishes, (uint32_t)i, o->publishes, o->publish_count);
        add_uses(&reads, (uint32_t)i, o->reads, o->read_count);
    }
    if (done) {
        g->publishers = sorted_uses(g, &publishes);
        g->publisher_count = publishes.count;
        g->readers = sorted_uses(g, &reads);
        g->reader_count = reads.count;
    }
    free_uses(&publishes, &g->mem);
    free_uses(&reads, &g->mem);
    return done && !g->arena.failed;
}

static bool begin_reports(struct tracedag_group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        if (!g->outlines[i] || !g->outlines[i]->is_judged)
            continue;
        g->reports[i] = td_report_among(g->outlines[i]->doc, g->count);
        if (!g->reports[i])
            return false;
    }
    return true;
}

/* False when memory ran out in one of the phases, after which there are no more. */
static bool judge(struct tracedag_group *g)
{
    static bool (*const phases[])(struct tracedag_group *) = {
        begin_reports,   list_uses,           list_datasets,
        judge_names,     td_group_tell_names, td_group_tell_cycles,
        td_group_finish,
    };
    bool done = !g->arena.failed;
    count_documents(g);
    for (size_t i = 0; i < sizeof phases / sizeof *phases && done; i++)
        done = phases[i](g);
    g->counts.datasets = g->dataset_count;
    return done;
}

struct tracedag_group *td_group_make(const struct tracedag_outline *const *outlines,
                                     size_t count)
{
    struct td_mem mem = {.budget = SIZE_MAX};
    struct tracedag_group *g = td_mem_alloc(&mem, sizeof *g);
    if (!g)
        return NULL;
    *g = (struct tracedag_group){.mem = mem, .count = count};
    atomic_init(&g->refs, 1);
    td_arena_init(&g->arena, &g->mem);
    g->outlines = td_arena_array(&g->arena, count, sizeof *g->outlines);
    g->reports = td_arena_array(&g->arena, count, sizeof *g->reports);
    if (g->arena.failed)
        g->count = 0;
    for (size_t i = 0; i < g->count; i++)
        g->outlines[i] = outlines[i] ? td_outline_keep(outlines[i]) : NULL;
    if (!judge(g)) {
        td_group_drop(g);
        return NULL;
    }
    return g;
}

void td_group_drop(struct tracedag_group *group)
{
    if (!td_unref(&group->refs))
        return;
    struct td_mem mem = group->mem;
    for (size_t i = 0; i < group->count; i++) {
        if (group->reports[i])
            td_report_drop(group->reports[i]);
        if (group->outlines[i])
            td_outline_drop(group->outlines[i]);
    }
    td_arena_free(&group->arena);
    td_mem_free(&mem, group, sizeof *group);
}
