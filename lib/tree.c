#include "tree.h"

#include "alias.h"
#include "key.h"
#include "lexer.h"
#include "number.h"
#include "open.h"

/* A list or map that is still open. */
struct frame {
    uint32_t node;
    uint32_t children; /* keys count too */
    uint32_t anchor;   /* its anchor, or the anchor around it; TD_NO_ANCHOR for none */
    uint32_t height;   /* of the highest subtree seen in it */
    bool key;          /* it stands where a key is expected */
};

struct reader {
    struct td_tree *tree;
    struct td_mem *mem;
    struct td_diag *diag;
    const struct td_limits *limits;
    struct td_lexer *lexer;
    struct td_aliases aliases;
    struct frame frames[TD_DEPTH_CEILING + 1];
    uint32_t depth;
    uint32_t closed[TD_DEPTH_CEILING]; /* what ended since the last value began */
    uint32_t closed_count;
};

/* ---- adding values --------------------------------------------------------------------- */

static bool reserve_nodes(struct reader *r, size_t need)
{
    struct td_tree *tree = r->tree;
    void *nodes =
        td_mem_grow(r->mem, tree->nodes, &tree->room, need, sizeof *tree->nodes);
    if (nodes)
        tree->nodes = nodes;
    return nodes != NULL;
}

static struct td_node *add_node(struct reader *r)
{
    struct td_tree *tree = r->tree;
    if (tree->count == tree->room && !reserve_nodes(r, tree->count + 1))
        return NULL;
    return &tree->nodes[tree->count++];
}

static bool copy_text(struct reader *r, struct td_node *node, struct td_str text)
{
    struct td_tree *tree = r->tree;
    uint32_t len = (uint32_t)text.len;
    size_t need = tree->copies_len + sizeof len + text.len;
    if (need > tree->copies_room) {
        void *copies = td_mem_grow(r->mem, tree->copies, &tree->copies_room, need, 1);
        if (!copies)
            return false;
        tree->copies = copies;
    }
    node->link = (uint32_t)tree->copies_len;
    node->flags |= TD_COPIED;
    memcpy(tree->copies + tree->copies_len, &len, sizeof len);
    if (text.len)
        memcpy(tree->copies + tree->copies_len + sizeof len, text.ptr, text.len);
    tree->copies_len = need;
    return true;
}

static const uint8_t kinds[] = {
    [TD_SCALAR_NULL] = TD_NULL,   [TD_SCALAR_TRUE] = TD_TRUE,
    [TD_SCALAR_FALSE] = TD_FALSE, [TD_SCALAR_INTEGER] = TD_INTEGER,
    [TD_SCALAR_FLOAT] = TD_FLOAT, [TD_SCALAR_NOT_FINITE] = TD_NOT_FINITE,
    [TD_SCALAR_TEXT] = TD_TEXT,
};

static bool add_scalar(struct reader *r, const struct td_token *token)
{
    struct td_node *node = add_node(r);
    if (!node)
        return false;
    node->kind = token->style == TD_STYLE_PLAIN ? kinds[td_scalar_resolve(token->value)]
                                                : (uint8_t)TD_TEXT;
    node->style = (uint8_t)token->style;
    node->flags = token->damaged ? TD_DAMAGED : 0;
    node->start = token->span.start;
    node->end = token->span.end;
    r->aliases.bytes += token->value.len;
    if (!token->in_source)
        return copy_text(r, node, token->value);
    if (token->style != TD_STYLE_PLAIN)
        node->flags |= TD_QUOTED;
    return true;
}

static bool add_alias(struct reader *r, const struct td_token *token)
{
    struct td_node *node = add_node(r);
    if (!node)
        return false;
    uint32_t id = (uint32_t)r->tree->count - 1;
    *node = (struct td_node){
        .kind = TD_ALIAS, .start = token->span.start, .end = token->span.end};
    return td_alias_add(&r->aliases, id, r->frames[r->depth].anchor, r->depth + 1);
}

static bool open_collection(struct reader *r, const struct td_token *token)
{
    struct td_node *node = add_node(r);
    if (!node)
        return false;
    *node = (struct td_node){
        .kind = token->kind == TD_TOKEN_LIST ? TD_LIST : TD_MAP,
        .style = (uint8_t)token->style,
        .flags = (uint16_t)((token->damaged ? TD_DAMAGED : 0) |
                            (token->style == TD_STYLE_FLOW ? TD_FLOW : 0)),
        .start = token->span.start,
        .end = token->span.end,
    };
    return true;
}

/* ---- frames ---------------------------------------------------------------------------- */

static void push(struct reader *r, uint32_t node, uint32_t anchor, bool key)
{
    r->frames[++r->depth] = (struct frame){.node = node, .anchor = anchor, .key = key};
}

static void raise_height(struct frame *frame, uint32_t height)
{
    if (height > frame->height)
        frame->height = height;
}

static void pop(struct reader *r, uint32_t end)
{
    struct frame *frame = &r->frames[r->depth--];
    struct td_node *node = &r->tree->nodes[frame->node];
    node->link = (uint32_t)r->tree->count;
    r->closed[r->closed_count++] = frame->node;
    if (node->flags & TD_FLOW && end > node->start)
        node->end = end;
    if (frame->key)
        td_key_check(r->tree, r->diag, r->limits, frame->node, NULL);
    raise_height(&r->frames[r->depth], frame->height + 1);
    if (frame->anchor != r->frames[r->depth].anchor)
        td_anchor_close(&r->aliases, frame->anchor, node->link, frame->height + 1);
}

/* ---- tokens ---------------------------------------------------------------------------- */

static bool is_key(const struct reader *r)
{
    const struct frame *frame = &r->frames[r->depth];
    return r->depth > 0 && r->tree->nodes[frame->node].kind == TD_MAP &&
           frame->children % 2 == 0;
}

static bool add_value(struct reader *r, const struct td_token *token)
{
    switch (token->kind) {
    case TD_TOKEN_SCALAR:
        return add_scalar(r, token);
    case TD_TOKEN_ALIAS:
        return add_alias(r, token);
    default:
        return open_collection(r, token);
    }
}

/* Takes a token that begins a value, be it a key, an item or the root. */
static bool begin_value(struct reader *r, const struct td_token *token)
{
    bool key = is_key(r);
    r->closed_count = 0;
    uint32_t id = (uint32_t)r->tree->count;
    struct frame *around = &r->frames[r->depth];
    uint32_t anchor = around->anchor;
    around->children++;
    uint64_t bytes = r->aliases.bytes;
    if (!add_value(r, token))
        return false;
    bool anchored = token->anchor.end > token->anchor.start;
    if (anchored &&
        !td_anchor_add(&r->aliases, token->anchor, id, &anchor, bytes, r->depth + 1))
        return false;
    bool collection = td_is_collection(&r->tree->nodes[id]);
    if (key && !collection)
        td_key_check(r->tree, r->diag, r->limits, id, anchored ? &token->anchor : NULL);
    if (collection)
        push(r, id, anchor, key);
    else if (anchored)
        td_anchor_close(&r->aliases, anchor, id + 1, 0);
    return true;
}

static bool add_missing_value(struct reader *r, uint32_t at)
{
    struct td_node *node = add_node(r);
    if (!node)
        return false;
    *node =
        (struct td_node){.kind = TD_NULL, .flags = TD_DAMAGED, .start = at, .end = at};
    r->frames[r->depth].children++;
    return true;
}

/* A line at fault may have ended blocks that it was meant to go on with: what they lack may
 * stand in it, or below. */
static void cut_off_closed(struct reader *r)
{
    for (uint32_t i = 0; i < r->closed_count; i++) {
        struct td_node *node = &r->tree->nodes[r->closed[i]];
        if (!(node->flags & TD_FLOW))
            node->flags |= TD_CUT_OFF;
    }
}

/* A value that ends on the line of a syntax fault is part of it; its key is not. */
static void damage_last(struct reader *r, uint32_t at)
{
    const struct frame *frame = &r->frames[r->depth];
    struct td_node *last = &r->tree->nodes[r->tree->count - 1];
    uint32_t line = td_source_line_span(r->tree->source, at).start;
    bool key = r->tree->nodes[frame->node].kind == TD_MAP && frame->children % 2 == 1;
    if (!td_is_collection(last) && !key && last->end > line)
        last->flags |= TD_DAMAGED;
}

/* What a fault left without a value, and with entries that are lost. */
static bool end_entry(struct reader *r, bool unsure)
{
    const struct frame *frame = &r->frames[r->depth];
    struct td_node *node = &r->tree->nodes[frame->node];
    if (unsure)
        node->flags |= TD_CUT_OFF;
    return node->kind != TD_MAP || frame->children % 2 == 0 ||
           add_missing_value(r, node->start);
}

/* Closes what a syntax fault left open, but for the lists and maps that reading goes on in: of
 * these, some are open again. */
static bool cut_off(struct reader *r, uint32_t at, const struct td_resume *resume)
{
    damage_last(r, at);
    cut_off_closed(r);
    while (r->depth > resume->level) {
        if (!end_entry(r, true))
            return false;
        pop(r, 0);
    }
    for (uint32_t level = resume->unsure; level < resume->level; level++)
        r->tree->nodes[r->frames[level + 1].node].flags |= TD_CUT_OFF;
    r->depth = resume->level;
    r->closed_count = 0;
    return resume->level == 0 || end_entry(r, false);
}

/* Goes on behind a fault; sets *over when there is nothing to go on with. */
static bool read_on(struct reader *r, const struct td_token *token, bool *over)
{
    const struct td_resume *resume = &token->resume;
    *over = resume->level == 0;
    if (!*over && r->aliases.lost_from == UINT32_MAX &&
        memchr(r->tree->source->bytes + resume->from, '&', resume->at - resume->from))
        r->aliases.lost_from = (uint32_t)r->tree->count;
    return cut_off(r, token->span.start, resume) &&
           (*over || td_lexer_resume(r->lexer, resume, (uint32_t)r->tree->count - 1));
}

static bool read_tokens(struct reader *r)
{
    for (bool over = false; !over;) {
        struct td_token token;
        if (!td_lexer_next(r->lexer, &token))
            return false;
        switch (token.kind) {
        case TD_TOKEN_END:
            return true;
        case TD_TOKEN_FAULT:
            if (!read_on(r, &token, &over))
                return false;
            break;
        case TD_TOKEN_CLOSE:
            pop(r, token.span.end);
            break;
        default:
            if (!begin_value(r, &token))
                return false;
        }
    }
    return true;
}

static bool is_empty_document(const struct td_tree *tree)
{
    return tree->count > 1 && tree->nodes[1].kind == TD_NULL &&
           !td_is_damaged(&tree->nodes[1]);
}

/* Where nothing is written, its `---` stands for it. */
static struct td_span empty_span(const struct td_tree *tree)
{
    struct td_span span = td_node_span(tree, 1);
    const char *bytes = tree->source->bytes;
    size_t at = span.start;
    while (span.start == span.end && at > 0) {
        at--;
        bool line_start = at == tree->source->text || (at > 0 && bytes[at - 1] == '\n');
        if (line_start && strncmp(bytes + at, "---", 3) == 0)
            return (struct td_span){(uint32_t)at, (uint32_t)at + 3};
    }
    return span;
}

static void report_empty(struct td_tree *tree, struct td_diag *diag)
{
    struct td_finding *f =
        td_report(diag, TRACEDAG_CODE_NO_DOCUMENT, empty_span(tree), 1);
    td_message(diag, f, "this file has no document");
    td_subject(diag, f, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    tree->nodes[1].flags |= TD_DAMAGED;
}

bool td_tree_read(struct td_tree *tree, struct td_mem *mem,
                  const struct td_source *source, struct td_diag *diag,
                  const struct td_limits *limits)
{
    *tree = (struct td_tree){.source = source};
    struct reader r = {.tree = tree, .mem = mem, .diag = diag, .limits = limits};
    td_aliases_init(&r.aliases, mem);
    r.frames[0] = (struct frame){.anchor = TD_NO_ANCHOR};
    r.lexer = td_lexer_new(mem, source, diag, limits);
    /* Room for as many values as such a text has as a rule: memory that is not touched costs
     * nothing, and moving a full array does. */
    enum { BYTES_EACH = 6 };
    struct td_node *none =
        r.lexer && reserve_nodes(&r, source->size / BYTES_EACH + 1) ? add_node(&r) : NULL;
    bool done = none != NULL;
    if (done) {
        *none = (struct td_node){.kind = TD_NONE};
        done = read_tokens(&r);
    }
    td_lexer_free(r.lexer);
    if (done) {
        tree->root = tree->count > 1 ? 1 : 0;
        if (is_empty_document(tree))
            report_empty(tree, diag);
        done = td_aliases_resolve(&r.aliases, tree, diag, limits);
    }
    td_aliases_free(&r.aliases);
    return done;
}

void td_tree_free(struct td_tree *tree, struct td_mem *mem)
{
    td_mem_free(mem, tree->nodes, tree->room * sizeof *tree->nodes);
    td_mem_free(mem, tree->copies, tree->copies_room);
    td_mem_free(mem, tree->unused, tree->unused_count * sizeof *tree->unused);
    *tree = (struct td_tree){0};
}
