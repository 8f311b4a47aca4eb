#include "alias.h"

#include "names.h"
#include "suggest.h"

enum { BYTES_ALWAYS_FINE = 1024 * 1024 };

struct resolver {
    struct td_aliases *aliases;
    struct td_tree *tree;
    struct td_diag *diag;
    const struct td_limits *limits;
    struct td_name *names; /* of the anchors, sorted */
    uint64_t nodes;        /* that aliases add */
    uint64_t bytes;
    bool full; /* a budget is spent: aliases stand for nothing any more */
};

void td_aliases_init(struct td_aliases *aliases, struct td_mem *mem)
{
    *aliases = (struct td_aliases){.mem = mem, .lost_from = UINT32_MAX};
}

void td_aliases_free(struct td_aliases *aliases)
{
    td_mem_free(aliases->mem, aliases->anchors,
                aliases->anchor_room * sizeof *aliases->anchors);
    td_mem_free(aliases->mem, aliases->uses, aliases->use_room * sizeof *aliases->uses);
}

bool td_anchor_add(struct td_aliases *aliases, struct td_span span, uint32_t node,
                   uint32_t *around, uint64_t bytes, uint32_t depth)
{
    if (aliases->anchor_count == aliases->anchor_room) {
        void *anchors = td_mem_grow(aliases->mem, aliases->anchors, &aliases->anchor_room,
                                    aliases->anchor_count + 1, sizeof *aliases->anchors);
        if (!anchors)
            return false;
        aliases->anchors = anchors;
    }
    aliases->anchors[aliases->anchor_count] = (struct td_anchor){
        .span = span, .node = node, .around = *around, .depth = depth, .before = bytes};
    *around = (uint32_t)aliases->anchor_count++;
    return true;
}

void td_anchor_close(struct td_aliases *aliases, uint32_t anchor, uint32_t next,
                     uint32_t height)
{
    struct td_anchor *a = &aliases->anchors[anchor];
    a->next = next;
    a->height = height;
    a->nodes = next - a->node;
    a->bytes = aliases->bytes - a->before;
}

bool td_alias_add(struct td_aliases *aliases, uint32_t node, uint32_t around,
                  uint32_t depth)
{
    if (aliases->use_count == aliases->use_room) {
        void *uses = td_mem_grow(aliases->mem, aliases->uses, &aliases->use_room,
                                 aliases->use_count + 1, sizeof *aliases->uses);
        if (!uses)
            return false;
        aliases->uses = uses;
    }
    aliases->uses[aliases->use_count++] = (struct td_alias_use){node, around, depth};
    return true;
}

/* ---- findings -------------------------------------------------------------------------- */

static struct td_str anchor_name(const struct resolver *r, const struct td_anchor *anchor)
{
    struct td_str text = td_source_text(r->tree->source, anchor->span);
    return (struct td_str){text.ptr + 1, text.len - 1};
}

static struct td_str alias_text(const struct resolver *r, uint32_t node)
{
    return td_source_text(r->tree->source, td_node_span(r->tree, node));
}

static struct td_finding *report(struct resolver *r, uint32_t code, struct td_span span,
                                 uint32_t node)
{
    struct td_finding *finding = td_report(r->diag, code, span, node);
    td_subject(r->diag, finding, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    return finding;
}

static void report_repeat(struct resolver *r, const struct td_anchor *first,
                          const struct td_anchor *second)
{
    struct td_finding *f =
        report(r, TRACEDAG_CODE_REPEATED_ANCHOR, second->span, second->node);
    td_message(r->diag, f, "anchor %q is set twice",
               td_source_text(r->tree->source, second->span));
    td_related(r->diag, f, first->span, "first set here");
    td_data_text(r->diag, f, "name", anchor_name(r, second));
}

static void suggest_anchor(struct resolver *r, struct td_finding *f, uint32_t node,
                           struct td_str name)
{
    if (!td_kept(r->diag, f) || !td_may_search(r->diag, r->aliases->anchor_count))
        return;
    struct td_suggest s;
    td_suggest_start(&s, name);
    const struct td_aliases *all = r->aliases;
    for (size_t i = 0; i < all->anchor_count && all->anchors[i].node < node; i++)
        td_suggest_offer(&s, anchor_name(r, &all->anchors[i]));
    struct td_suggest_result near = td_suggest_result(&s);
    bool sure = near.count == 1 && near.equal_folded;
    for (size_t i = 0; i < near.count; i++) {
        td_help(r->diag, f, "did you mean `*%e`?", near.names[i]);
        td_fix(r->diag, f, sure ? TRACEDAG_SAFETY_SAFE : TRACEDAG_SAFETY_UNSAFE,
               td_node_span(r->tree, node), td_words(r->diag, "*%t", near.names[i]),
               "write `*%e`", near.names[i]);
    }
}

static void report_undefined(struct resolver *r, uint32_t node, struct td_str name)
{
    struct td_finding *f =
        report(r, TRACEDAG_CODE_UNDEFINED_ALIAS, td_node_span(r->tree, node), node);
    td_message(r->diag, f, "alias %q names no anchor above it", alias_text(r, node));
    suggest_anchor(r, f, node, name);
    td_data_text(r->diag, f, "name", name);
}

static void report_recursive(struct resolver *r, uint32_t node,
                             const struct td_anchor *anchor)
{
    struct td_finding *f =
        report(r, TRACEDAG_CODE_RECURSIVE_ALIAS, td_node_span(r->tree, node), node);
    td_message(r->diag, f, "alias %q lies inside the value it repeats",
               alias_text(r, node));
    td_related(r->diag, f, anchor->span, "the value begins here");
    td_data_text(r->diag, f, "name", anchor_name(r, anchor));
}

static struct td_finding *report_budget(struct resolver *r, uint32_t code, uint32_t node,
                                        const struct td_anchor *anchor)
{
    r->full = true;
    struct td_finding *f = report(r, code, td_node_span(r->tree, node), node);
    td_related(r->diag, f, anchor->span, "it stands for this value");
    td_data_text(r->diag, f, "name", anchor_name(r, anchor));
    return f;
}

/* ---- budgets --------------------------------------------------------------------------- */

/* Judges what an alias adds where it stands; false when it goes over. */
static bool fits(struct resolver *r, const struct td_alias_use *use,
                 const struct td_anchor *anchor)
{
    const uint64_t *limit = r->limits->of;
    uint64_t written = r->tree->count - 1 - r->aliases->use_count;
    if (r->nodes > limit[TRACEDAG_LIMIT_ALIAS_NODES]) {
        struct td_finding *f =
            report_budget(r, TRACEDAG_CODE_LIMIT_ALIASES, use->node, anchor);
        td_message(r->diag, f, "aliases make this document larger than %n nodes",
                   limit[TRACEDAG_LIMIT_ALIAS_NODES]);
    } else if (written + r->nodes > limit[TRACEDAG_LIMIT_NODES]) {
        struct td_finding *f =
            report_budget(r, TRACEDAG_CODE_LIMIT_NODES, use->node, anchor);
        td_message(r->diag, f, "this document has more than %n values and keys",
                   limit[TRACEDAG_LIMIT_NODES]);
    } else if (use->depth + anchor->height - 1 > limit[TRACEDAG_LIMIT_DEPTH] &&
               td_is_collection(&r->tree->nodes[anchor->node])) {
        struct td_finding *f =
            report_budget(r, TRACEDAG_CODE_LIMIT_DEPTH, use->node, anchor);
        td_message(
            r->diag, f, "this alias nests lists and maps %n levels deep, the limit is %n",
            (uint64_t)use->depth + anchor->height - 1, limit[TRACEDAG_LIMIT_DEPTH]);
    }
    return !r->full;
}

/* What an alias stands for counts in every anchored value around it. */
static void count_around(struct resolver *r, const struct td_alias_use *use,
                         const struct td_anchor *target)
{
    uint32_t around = use->around;
    while (around != TD_NO_ANCHOR) {
        struct td_anchor *a = &r->aliases->anchors[around];
        a->nodes += target->nodes - 1;
        a->bytes += target->bytes;
        uint32_t height = use->depth - a->depth + target->height;
        if (height > a->height)
            a->height = height;
        around = a->around;
    }
    r->nodes += target->nodes;
    r->bytes += target->bytes;
}

static void resolve_one(struct resolver *r, const struct td_alias_use *use)
{
    struct td_node *node = &r->tree->nodes[use->node];
    struct td_str text = alias_text(r, use->node);
    struct td_str name = {text.ptr + 1, text.len - 1};
    const struct td_name *found = td_names_find(r->names, r->aliases->anchor_count, name);
    const struct td_anchor *anchor = found ? &r->aliases->anchors[found->id] : NULL;
    node->flags |= TD_DAMAGED;
    if (!anchor || anchor->node >= use->node) {
        if (use->node < r->aliases->lost_from)
            report_undefined(r, use->node, name);
        return;
    }
    r->aliases->anchors[found->id].used = true;
    if (use->node < anchor->next) {
        report_recursive(r, use->node, anchor);
        return;
    }
    if (r->full)
        return;
    count_around(r, use, anchor);
    if (!fits(r, use, anchor))
        return;
    node->link = anchor->node;
    node->flags &= (uint16_t)~TD_DAMAGED;
}

/* What is judged at the end counts against the whole document, and points at the last alias. */
static void judge_ratios(struct resolver *r)
{
    const struct td_aliases *all = r->aliases;
    if (r->full || r->nodes == 0)
        return;
    const struct td_alias_use *use = &all->uses[all->use_count - 1];
    while (td_is_damaged(&r->tree->nodes[use->node]))
        use--;
    uint32_t target = r->tree->nodes[use->node].link;
    const struct td_anchor *anchor = all->anchors;
    while (anchor->node != target)
        anchor++;
    uint64_t written = r->tree->count - 1 - all->use_count;
    uint64_t times = r->limits->of[TRACEDAG_LIMIT_ALIAS_NODE_RATIO];
    uint64_t byte_times = r->limits->of[TRACEDAG_LIMIT_ALIAS_BYTE_RATIO];
    if (r->nodes > times * written) {
        struct td_finding *f =
            report_budget(r, TRACEDAG_CODE_LIMIT_ALIASES, use->node, anchor);
        td_message(r->diag, f,
                   "aliases add %n values and keys to the %n that are written, "
                   "more than %n times as many",
                   r->nodes, written, times);
    } else if (r->bytes > BYTES_ALWAYS_FINE &&
               r->bytes > byte_times * r->tree->source->size) {
        struct td_finding *f =
            report_budget(r, TRACEDAG_CODE_LIMIT_ALIASES, use->node, anchor);
        td_message(r->diag, f,
                   "aliases add %n bytes to the %n that are written, more than %n "
                   "times as many",
                   r->bytes, (uint64_t)r->tree->source->size, byte_times);
    }
}

/* Over a budget that is judged at the end, aliases stand for nothing: nobody walks them. */
static void unlink_all(struct resolver *r)
{
    for (size_t i = 0; i < r->aliases->use_count; i++) {
        struct td_node *node = &r->tree->nodes[r->aliases->uses[i].node];
        node->link = 0;
        node->flags |= TD_DAMAGED;
    }
}

static void report_repeats(struct resolver *r, size_t count)
{
    const struct td_anchor *anchors = r->aliases->anchors;
    const struct td_name *first = r->names;
    for (size_t i = 1; i < count; i++) {
        if (td_str_eq(first->text, r->names[i].text))
            report_repeat(r, &anchors[first->id], &anchors[r->names[i].id]);
        else
            first = &r->names[i];
    }
}

/* Leaves what no alias names to those who warn of it. */
static bool keep_unused(const struct td_aliases *aliases, struct td_tree *tree)
{
    size_t count = 0;
    for (size_t i = 0; i < aliases->anchor_count; i++)
        count += !aliases->anchors[i].used;
    if (count == 0)
        return true;
    tree->unused = td_mem_alloc(aliases->mem, count * sizeof *tree->unused);
    if (!tree->unused)
        return false;
    for (size_t i = 0; i < aliases->anchor_count; i++) {
        const struct td_anchor *anchor = &aliases->anchors[i];
        if (!anchor->used)
            tree->unused[tree->unused_count++] =
                (struct td_unused){anchor->span, anchor->node};
    }
    return true;
}

bool td_aliases_resolve(struct td_aliases *aliases, struct td_tree *tree,
                        struct td_diag *diag, const struct td_limits *limits)
{
    size_t count = aliases->anchor_count;
    struct resolver r = {aliases, tree, diag, limits, NULL, 0, 0, false};
    size_t bytes = count * sizeof *r.names;
    if (count && !(r.names = td_mem_alloc(aliases->mem, bytes)))
        return false;
    for (size_t i = 0; i < count; i++)
        r.names[i] = td_name_of(anchor_name(&r, &aliases->anchors[i]), (uint32_t)i);
    td_names_sort(r.names, count);
    report_repeats(&r, count);
    for (size_t i = 0; i < aliases->use_count; i++)
        resolve_one(&r, &aliases->uses[i]);
    judge_ratios(&r);
    if (r.full)
        unlink_all(&r);
    td_mem_free(aliases->mem, r.names, bytes);
    return keep_unused(aliases, tree);
}
