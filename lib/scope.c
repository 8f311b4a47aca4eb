#include "scope.h"

struct td_scope td_scope_inner(const struct td_scope *scope, struct td_str path,
                               uint32_t key, uint32_t node)
{
    struct td_scope inner = *scope;
    inner.path = path;
    inner.key = key;
    inner.list = 0;
    inner.node = node;
    return inner;
}

/* ---- words ------------------------------------------------------------------------------ */

static struct td_str job_words(struct td_diag *diag, const struct td_scope *scope)
{
    if (scope->job.len)
        return td_words(diag, "job %q", scope->job);
    return td_words(diag, "job %u", (uint64_t)scope->job_index);
}

static struct td_str column_words(struct td_diag *diag, const struct td_scope *scope)
{
    if (scope->column.len)
        return td_words(diag, "column %q of dataset %q", scope->column, scope->dataset);
    return td_words(diag, "column %u of dataset %q", (uint64_t)scope->column_index,
                    scope->dataset);
}

static struct td_str thing(struct td_diag *diag, const struct td_scope *scope)
{
    switch (scope->kind) {
    case TD_SCOPE_JOB:
        return job_words(diag, scope);
    case TD_SCOPE_INPUT:
        return td_words(diag, "input %u of %t", (uint64_t)scope->input,
                        job_words(diag, scope));
    case TD_SCOPE_DATASET:
        return td_words(diag, "dataset %q", scope->dataset);
    case TD_SCOPE_COLUMN:
        return column_words(diag, scope);
    case TD_SCOPE_DEFAULTS:
        return TD_S("`defaults`");
    case TD_SCOPE_CATALOG:
        return TD_S("this catalog");
    case TD_SCOPE_OPERATOR:
        return td_words(diag, "operator %q", scope->entry);
    case TD_SCOPE_READABLE:
        return td_words(diag, "dataset %q", scope->entry);
    default:
        return TD_S("this DAG");
    }
}

struct td_str td_scope_owner(struct td_diag *diag, const struct td_scope *scope)
{
    if (scope->path.len &&
        (scope->kind == TD_SCOPE_DAG || scope->kind == TD_SCOPE_CATALOG))
        return td_words(diag, "%q", scope->path);
    if (scope->path.len)
        return td_words(diag, "%q of %t", scope->path, thing(diag, scope));
    return thing(diag, scope);
}

struct td_str td_scope_field(struct td_diag *diag, const struct td_scope *scope,
                             struct td_str field)
{
    const char *joint = scope->kind == TD_SCOPE_DEFAULTS ? "in" : "of";
    struct td_str owner = thing(diag, scope);
    if (scope->path.len)
        return td_words(diag, "`%e.%e` %s %t", scope->path, field, joint, owner);
    return td_words(diag, "%q %s %t", field, joint, owner);
}

/* ---- places ----------------------------------------------------------------------------- */

static struct td_span span_of(size_t start, size_t end)
{
    return (struct td_span){(uint32_t)start, (uint32_t)end};
}

/* Where the line of an offset begins, looked for no further back than `least`. */
static size_t line_start(const struct td_source *source, size_t at, size_t least)
{
    while (at > least && source->bytes[at - 1] != '\n')
        at--;
    return at;
}

/* Lines between a `-` and its item are empty or comments; the `-` stands where its list does.
 * It is looked for in a bounded stretch of text, for there may be many findings. */
struct td_span td_dash(const struct td_tree *tree, uint32_t list, uint32_t start)
{
    enum { STRETCH = 4096 };
    const struct td_source *source = tree->source;
    uint32_t first = tree->nodes[list].start;
    size_t least = start > STRETCH ? start - STRETCH : 0;
    size_t indent =
        first - line_start(source, first, first > STRETCH ? first - STRETCH : 0);
    for (size_t at = start;;) {
        size_t line = line_start(source, at, least);
        size_t dash = line + indent;
        size_t visible = line;
        while (visible < dash && source->bytes[visible] == ' ')
            visible++;
        bool comment = source->bytes[visible] == '#';
        if (!comment && dash <= start && source->bytes[dash] == '-')
            return span_of(dash, dash + 1);
        if (line <= first || line <= least + 1)
            break;
        at = line - 1;
    }
    return span_of(start, start + (start < source->size));
}

static bool is_flow(const struct td_tree *tree, uint32_t node)
{
    return (tree->nodes[node].flags & TD_FLOW) != 0;
}

static struct td_span beginning(const struct td_tree *tree, uint32_t node)
{
    const struct td_node *n = &tree->nodes[node];
    return span_of(n->start, n->start + (n->start < tree->source->size));
}

struct td_span td_opener(const struct td_tree *tree, uint32_t node, uint32_t key,
                         uint32_t list)
{
    if (key)
        return td_node_span(tree, key);
    if (list && !is_flow(tree, list))
        return td_dash(tree, list, tree->nodes[node].start);
    if (!list && tree->nodes[node].kind == TD_MAP && tree->nodes[node].link > node + 1)
        return td_node_span(tree, node + 1); /* the root's first key */
    return beginning(tree, node);
}

struct td_span td_scope_opener(const struct td_tree *tree, const struct td_scope *scope)
{
    if (scope->alias && scope->list && !scope->key)
        return td_value_span(tree, scope->alias, 0, scope->list);
    return td_opener(tree, scope->node, scope->key, scope->list);
}

struct td_span td_value_span(const struct td_tree *tree, uint32_t node, uint32_t key,
                             uint32_t list)
{
    const struct td_node *n = &tree->nodes[node];
    if (td_is_collection(n) && !is_flow(tree, node))
        return td_opener(tree, node, key, list);
    if (n->start == n->end && (key || list))
        return td_opener(tree, node, key, list);
    return td_node_span(tree, node);
}

uint32_t td_find_key(const struct td_tree *tree, uint32_t map, struct td_str name)
{
    uint32_t end = tree->nodes[map].link;
    for (uint32_t key = map + 1; key < end; key = td_after(tree, td_after(tree, key))) {
        const struct td_node *node = td_node_raw(tree, key);
        if (node->kind == TD_TEXT && !td_is_damaged(node) &&
            td_str_eq(td_node_text(tree, key), name))
            return key;
    }
    return 0;
}

struct td_str td_peek_text(const struct td_tree *tree, uint32_t map, struct td_str field)
{
    uint32_t key = td_find_key(tree, map, field);
    uint32_t value = key ? td_follow(tree, td_after(tree, key)) : 0;
    bool readable = value && tree->nodes[value].kind == TD_TEXT;
    return readable ? td_node_text(tree, value) : TD_S("");
}

/* ---- findings --------------------------------------------------------------------------- */

static const uint32_t subjects[] = {
    [TD_SCOPE_DAG] = TRACEDAG_SUBJECT_DAG,
    [TD_SCOPE_DEFAULTS] = TRACEDAG_SUBJECT_DAG,
    [TD_SCOPE_JOB] = TRACEDAG_SUBJECT_JOB,
    [TD_SCOPE_INPUT] = TRACEDAG_SUBJECT_INPUT,
    [TD_SCOPE_DATASET] = TRACEDAG_SUBJECT_DATASET,
    [TD_SCOPE_COLUMN] = TRACEDAG_SUBJECT_DATASET,
    [TD_SCOPE_CATALOG] = TRACEDAG_SUBJECT_CATALOG,
    [TD_SCOPE_OPERATOR] = TRACEDAG_SUBJECT_OPERATOR,
    [TD_SCOPE_READABLE] = TRACEDAG_SUBJECT_DATASET,
};

static struct td_str subject_name(const struct td_scope *scope)
{
    switch (scope->kind) {
    case TD_SCOPE_JOB:
    case TD_SCOPE_INPUT:
        return scope->job;
    case TD_SCOPE_DATASET:
    case TD_SCOPE_COLUMN:
        return scope->dataset;
    case TD_SCOPE_OPERATOR:
    case TD_SCOPE_READABLE:
        return scope->entry;
    default:
        return TD_S("");
    }
}

struct td_finding *td_scope_report(struct td_diag *diag, const struct td_tree *tree,
                                   const struct td_scope *scope, uint32_t code,
                                   struct td_span span, uint32_t place)
{
    struct td_finding *f = td_report(diag, code, span, place);
    uint32_t kind = subjects[scope->kind];
    td_subject(diag, f, kind, subject_name(scope),
               kind == TRACEDAG_SUBJECT_INPUT ? scope->input : 0);
    if (scope->alias)
        td_related(diag, f, td_node_span(tree, scope->alias), "used here");
    return f;
}
