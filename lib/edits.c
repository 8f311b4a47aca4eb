#include "edits.h"

#include "line.h"
#include "number.h"
#include "yaml11.h"

static struct td_span span_of(size_t start, size_t end)
{
    return (struct td_span){(uint32_t)start, (uint32_t)end};
}

/* ---- spelling --------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether a text reads back as itself without quotes, anywhere and for every reader: letters first,
 * or a duration such as `5m`. */
static bool reads_plain(struct td_str text)
{
    if (text.len == 0 || td_scalar_resolve(text) != TD_SCALAR_TEXT ||
        td_yaml11_reading(text))
        return false;
    bool letters_only = !is_digit(text.ptr[0]);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool inner = letters_only && i > 0 && (c == '-' || c == '.');
        if (!is_letter(c) && !is_digit(c) && !inner)
            return false;
    }
    return letters_only || strchr("smhd", text.ptr[text.len - 1]);
}

/* In the quotes that stand there, if any. Empty when the text is too long to be put together. */
static struct td_str spelled(struct td_diag *diag, uint8_t style, struct td_str text)
{
    enum { ESCAPE_MOST = 6, QUOTES = 2 };
    bool plain = td_is_plain_text(text);
    if (text.len * (plain ? 1 : ESCAPE_MOST) + QUOTES > diag->message_most)
        return TD_S("");
    if (style == TD_STYLE_SINGLE_QUOTED && plain && !memchr(text.ptr, '\'', text.len))
        return td_words(diag, "'%t'", text);
    if (style == TD_STYLE_PLAIN && reads_plain(text))
        return text;
    td_buf_json(&diag->scratch, text);
    return td_words(diag, "");
}

/* A scalar that stands on its own: not an empty one, and not lines of a block. */
static bool is_editable(const struct td_tree *tree, uint32_t node)
{
    const struct td_node *n = td_node_raw(tree, node);
    return node && !td_is_collection(n) && n->kind != TD_ALIAS && n->start < n->end &&
           n->style != TD_STYLE_LITERAL && n->style != TD_STYLE_FOLDED;
}

void td_edit_text(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                  const struct td_tree *tree, uint32_t node, struct td_str text)
{
    if (!td_kept(diag, f) || !is_editable(tree, node))
        return;
    struct td_str written = spelled(diag, td_node_raw(tree, node)->style, text);
    if (written.len)
        td_fix(diag, f, safety, td_node_span(tree, node), written, "write %q", text);
}

void td_edit_value(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                   const struct td_tree *tree, uint32_t node, struct td_str written)
{
    if (td_kept(diag, f) && is_editable(tree, node))
        td_fix(diag, f, safety, td_node_span(tree, node), written, "write %q", written);
}

void td_edit_list(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                  const struct td_tree *tree, uint32_t node)
{
    if (!td_kept(diag, f) || !is_editable(tree, node))
        return;
    struct td_str item = spelled(diag, TD_STYLE_PLAIN, td_node_text(tree, node));
    if (item.len)
        td_edit_value(diag, f, safety, tree, node, td_words(diag, "[%t]", item));
}

void td_edit_quote(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                   const struct td_tree *tree, uint32_t node)
{
    if (!td_kept(diag, f) || !is_editable(tree, node))
        return;
    struct td_str written =
        spelled(diag, TD_STYLE_DOUBLE_QUOTED, td_node_text(tree, node));
    if (written.len)
        td_fix(diag, f, safety, td_node_span(tree, node), written, "write %q", written);
}

/* ---- what is missing ---------------------------------------------------------------------- */

/* The spaces before the entries of a block map; more than there may be where its first line begins
 * with something else than them and dashes. */
static size_t indentation(const struct td_tree *tree, uint32_t map)
{
    const struct td_source *source = tree->source;
    size_t first = tree->nodes[map + 1].start;
    size_t at = first;
    while (at > source->text &&
           (source->bytes[at - 1] == ' ' || source->bytes[at - 1] == '-'))
        at--;
    bool begins = at == source->text || source->bytes[at - 1] == '\n';
    return begins ? first - at : SIZE_MAX;
}

void td_edit_missing_entry(struct td_diag *diag, struct td_finding *f,
                           const struct td_tree *tree, uint32_t map, struct td_str name)
{
    enum { INDENTATION_MOST = 64 };
    const struct td_node *node = td_node_raw(tree, map);
    if (!td_kept(diag, f) || node->kind != TD_MAP || node->link == map + 1)
        return;
    bool flow = (node->flags & TD_FLOW) != 0;
    size_t indent = flow ? 0 : indentation(tree, map);
    if (indent > INDENTATION_MOST)
        return;
    uint32_t at = tree->nodes[map + 1].start;
    for (size_t i = 0; i < indent; i++)
        td_buf_byte(&diag->scratch, ' ');
    struct td_str spaces = td_words(diag, "");
    struct td_str entry =
        td_words(diag, "%t: <%t>%s%t", name, name, flow ? ", " : "\n", spaces);
    td_fix(diag, f, TRACEDAG_SAFETY_DISPLAY, span_of(at, at), entry, "add %q", name);
}

/* ---- removal ---------------------------------------------------------------------------- */

/* What is to go, and the characters around it. */
struct piece {
    const char *bytes;
    size_t size;
    size_t start; /* of the key or item */
    size_t end;   /* behind the value */
};

static size_t skip_blanks(const struct piece *p, size_t at)
{
    while (at < p->size && td_is_blank(p->bytes[at]))
        at++;
    return at;
}

static size_t back_over_blanks(const struct piece *p, size_t at)
{
    while (at > 0 && td_is_blank(p->bytes[at - 1]))
        at--;
    return at;
}

static bool begins_line(const struct piece *p, size_t at)
{
    return at == 0 || td_is_break(p->bytes[at - 1]);
}

static bool ends_line(const struct piece *p, size_t at)
{
    return at == p->size || td_is_break(p->bytes[at]);
}

static size_t next_line(const struct piece *p, size_t at)
{
    if (at < p->size && p->bytes[at] == '\r')
        at++;
    return at < p->size ? at + 1 : at;
}

/* The piece with its whole line, or what stands before the comment behind it. */
static bool take_line(const struct piece *p, size_t start, size_t end,
                      struct td_span *gone)
{
    size_t line = back_over_blanks(p, start);
    size_t rest = skip_blanks(p, end);
    if (!begins_line(p, line))
        return false;
    if (ends_line(p, rest))
        *gone = span_of(line, next_line(p, rest));
    else if (p->bytes[rest] == '#' && rest > end)
        *gone = span_of(start, rest);
    else
        return false;
    return true;
}

/* Behind a `- ` the next line of the map takes the place of the first. */
static bool take_first_line(const struct piece *p, struct td_span *gone)
{
    size_t rest = skip_blanks(p, p->end);
    size_t line = p->start;
    if (!ends_line(p, rest) || rest == p->size)
        return false;
    while (line > 0 && !td_is_break(p->bytes[line - 1]))
        line--;
    size_t next = next_line(p, rest);
    size_t visible = skip_blanks(p, next);
    if (visible - next != p->start - line || ends_line(p, visible) ||
        strchr("#-", p->bytes[visible]))
        return false;
    *gone = span_of(p->start, visible);
    return true;
}

static bool take_from_block(const struct piece *p, struct td_span *gone)
{
    return take_line(p, p->start, p->end, gone) || take_first_line(p, gone);
}

/* With the comma behind it or, at the end, with the one before. */
static bool take_from_flow(const struct piece *p, struct td_span *gone)
{
    size_t behind = skip_blanks(p, p->end);
    size_t before = back_over_blanks(p, p->start);
    bool comma = behind < p->size && p->bytes[behind] == ',';
    if (begins_line(p, before) &&
        take_line(p, p->start, comma ? behind + 1 : p->end, gone))
        return true;
    if (comma)
        *gone = span_of(p->start, skip_blanks(p, behind + 1));
    else if (behind == p->size || !strchr("}]", p->bytes[behind]) || before == 0)
        return false;
    else
        *gone = span_of(p->bytes[before - 1] == ',' ? before - 1 : p->start, p->end);
    return true;
}

/* Between a key and its value only blanks, one colon and line breaks. */
static bool is_plain_joint(const struct td_tree *tree, uint32_t key, uint32_t value)
{
    const char *bytes = tree->source->bytes;
    size_t colons = 0;
    for (size_t at = tree->nodes[key].end; at < tree->nodes[value].start; at++) {
        colons += bytes[at] == ':';
        if (bytes[at] != ':' && !td_is_space(bytes[at]))
            return false;
    }
    return colons == 1;
}

/* Behind the last character of a value; 0 where that is not easily told. */
static size_t value_end(const struct td_tree *tree, uint32_t value)
{
    const struct td_node *n = td_node_raw(tree, value);
    if (n->kind == TD_ALIAS || is_editable(tree, value) || n->style == TD_STYLE_FLOW)
        return n->end;
    if (!td_is_collection(n) || n->link == value + 1)
        return 0;
    size_t end = 0;
    for (uint32_t at = value + 1; at < n->link; at++) {
        const struct td_node *inner = td_node_raw(tree, at);
        if (!td_is_collection(inner) && inner->kind != TD_ALIAS && !is_editable(tree, at))
            return 0;
        if (inner->style != TD_STYLE_BLOCK && inner->end > end)
            end = inner->end;
    }
    return end;
}

static bool is_flow(const struct td_tree *tree, uint32_t node)
{
    return (tree->nodes[node].flags & TD_FLOW) != 0;
}

/* A comment in what goes would go with it, and an anchor may be needed elsewhere. */
static bool holds_more(const struct piece *p)
{
    return memchr(p->bytes + p->start, '#', p->end - p->start) ||
           memchr(p->bytes + p->start, '&', p->end - p->start);
}

static void remove_piece(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                         const struct piece *p, bool flow, struct td_str name)
{
    struct td_span gone;
    if (p->end <= p->start || holds_more(p))
        return;
    if (flow ? take_from_flow(p, &gone) : take_from_block(p, &gone))
        td_fix(diag, f, safety, gone, TD_S(""), "remove %q", name);
}

void td_edit_remove_entry(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                          const struct td_tree *tree, uint32_t map, uint32_t key)
{
    if (!td_kept(diag, f) || key == 0 || !is_editable(tree, key))
        return;
    uint32_t value = td_after(tree, key);
    bool only = key == map + 1 && td_after(tree, value) == tree->nodes[map].link;
    const struct piece p = {tree->source->bytes, tree->source->size,
                            tree->nodes[key].start, value_end(tree, value)};
    if (!is_plain_joint(tree, key, value) || (only && !is_flow(tree, map)))
        return;
    remove_piece(diag, f, safety, &p, is_flow(tree, map), td_node_text(tree, key));
}

void td_edit_remove_item(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                         const struct td_tree *tree, uint32_t list, uint32_t item)
{
    if (!td_kept(diag, f) || !is_editable(tree, item))
        return;
    const struct td_node *node = td_node_raw(tree, item);
    struct piece p = {tree->source->bytes, tree->source->size, node->start, node->end};
    if (!is_flow(tree, list)) {
        p.start = back_over_blanks(&p, p.start);
        if (p.start == 0 || p.bytes[p.start - 1] != '-')
            return;
        p.start--;
    }
    remove_piece(diag, f, safety, &p, is_flow(tree, list), td_node_text(tree, item));
}

/* ---- names ------------------------------------------------------------------------------ */

/* Whether a text stands anywhere else than at a value; true when it would take too long to know. */
static bool is_mentioned(struct td_diag *diag, const struct td_tree *tree,
                         struct td_str text, uint32_t but)
{
    if (!td_may_walk(diag, tree->count))
        return true;
    for (uint32_t at = 1; at < tree->count; at++) {
        if (at != but && tree->nodes[at].kind == TD_TEXT &&
            td_str_eq(td_node_text(tree, at), text))
            return true;
    }
    return false;
}

void td_edit_name(struct td_diag *diag, struct td_finding *f, const struct td_tree *tree,
                  uint32_t node, struct td_str name)
{
    if (!td_kept(diag, f) || !is_editable(tree, node))
        return;
    if (is_mentioned(diag, tree, td_node_text(tree, node), node))
        td_help(diag, f, "change it where it is referred to, too");
    else if (!is_mentioned(diag, tree, name, node))
        td_edit_text(diag, f, TRACEDAG_SAFETY_SAFE, tree, node, name);
}
