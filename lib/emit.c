#include "emit.h"

#include "names.h"
#include "number.h"
#include "open.h"

enum { STEP = 2, PLAIN_BYTES_MOST = 200, PIECE_BYTES = 16 * 1024 };

void td_emit_init(struct td_emit *emit, struct td_buf *out, bool yaml)
{
    *emit = (struct td_emit){.out = out, .yaml = yaml};
}

void td_emit_hand_on(struct td_emit *emit, bool all)
{
    struct td_buf *out = emit->out;
    if (!emit->sink || out->failed || (!all && out->len < PIECE_BYTES))
        return;
    if (!emit->sink->take(emit->sink->ctx, out->ptr, out->len))
        emit->stopped = true;
    out->len = 0;
}

static void put_indent(struct td_emit *emit)
{
    struct td_buf *out = emit->out;
    if (emit->indent == 0 || !td_buf_reserve(out, emit->indent))
        return;
    memset(out->ptr + out->len, ' ', emit->indent);
    out->len += emit->indent;
}

/* ---- YAML ------------------------------------------------------------------------------- */

/* Where the next key or item begins: behind a `- `, or on a line of its own. */
static void begin_line(struct td_emit *emit)
{
    if (!emit->line_open)
        put_indent(emit);
    emit->line_open = false;
}

static void open_yaml(struct td_emit *emit, bool map, bool empty)
{
    if (empty) {
        td_buf_text(emit->out, emit->after_key ? " " : "");
        td_buf_text(emit->out, map ? "{}\n" : "[]\n");
        emit->after_key = emit->line_open = false;
        return;
    }
    if (emit->after_key)
        td_buf_byte(emit->out, '\n');
    if (emit->after_key || emit->line_open)
        emit->indent += STEP;
    emit->after_key = false;
}

static bool is_word_byte(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.' || c == '/';
}

/* Words that some reader takes for a boolean or null. */
static bool is_special(struct td_str text)
{
    static const char *const words[] = {"y",   "n",    "yes",   "no",  "on",
                                        "off", "true", "false", "null"};
    char lower[8];
    if (text.len >= sizeof lower)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    for (size_t i = 0; i < TD_COUNT(words); i++) {
        if (strlen(words[i]) == text.len && memcmp(words[i], lower, text.len) == 0)
            return true;
    }
    return false;
}

/* A text that every YAML reader takes for itself without quotes: it begins with a letter. */
static bool is_plain(struct td_str text)
{
    if (text.len == 0 || text.len > PLAIN_BYTES_MOST || is_special(text))
        return false;
    unsigned char first = (unsigned char)text.ptr[0];
    if (!((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z')))
        return false;
    for (size_t i = 1; i < text.len; i++) {
        if (!is_word_byte((unsigned char)text.ptr[i]))
            return false;
    }
    return true;
}

static void put_text(struct td_emit *emit, struct td_str text)
{
    if (emit->yaml && is_plain(text))
        td_buf_str(emit->out, text);
    else
        td_buf_json(emit->out, text);
}

static void put_known(struct td_emit *emit, struct td_str text)
{
    if (emit->yaml)
        put_text(emit, text);
    else
        td_buf_quoted(emit->out, text);
}

/* ---- both ------------------------------------------------------------------------------- */

static void begin_scalar(struct td_emit *emit)
{
    if (emit->yaml && emit->after_key)
        td_buf_byte(emit->out, ' ');
}

static void end_scalar(struct td_emit *emit)
{
    emit->comma = true;
    emit->after_key = emit->line_open = false;
    if (emit->yaml)
        td_buf_byte(emit->out, '\n');
}

void td_emit_open(struct td_emit *emit, bool map, bool empty)
{
    if (emit->yaml)
        open_yaml(emit, map, empty);
    else
        td_buf_byte(emit->out, map ? '{' : '[');
    emit->comma = false;
}

void td_emit_close(struct td_emit *emit, bool map, bool empty)
{
    if (!emit->yaml)
        td_buf_byte(emit->out, map ? '}' : ']');
    else if (!empty && emit->indent >= STEP)
        emit->indent -= STEP;
    emit->comma = true;
}

static void begin_key(struct td_emit *emit)
{
    if (emit->yaml)
        begin_line(emit);
    else if (emit->comma)
        td_buf_byte(emit->out, ',');
}

static void end_key(struct td_emit *emit)
{
    td_buf_byte(emit->out, ':');
    emit->after_key = true;
    emit->comma = false;
}

void td_emit_key(struct td_emit *emit, struct td_str key)
{
    begin_key(emit);
    put_text(emit, key);
    end_key(emit);
}

void td_emit_known_key(struct td_emit *emit, struct td_str key)
{
    begin_key(emit);
    put_known(emit, key);
    end_key(emit);
}

void td_emit_item(struct td_emit *emit)
{
    if (!emit->yaml) {
        if (emit->comma)
            td_buf_byte(emit->out, ',');
        emit->comma = false;
        return;
    }
    begin_line(emit);
    td_buf_text(emit->out, "- ");
    emit->line_open = true;
}

void td_emit_text(struct td_emit *emit, struct td_str text)
{
    begin_scalar(emit);
    put_text(emit, text);
    end_scalar(emit);
}

void td_emit_known(struct td_emit *emit, struct td_str text)
{
    begin_scalar(emit);
    put_known(emit, text);
    end_scalar(emit);
}

void td_emit_word(struct td_emit *emit, struct td_str word)
{
    begin_scalar(emit);
    td_buf_str(emit->out, word);
    end_scalar(emit);
}

void td_emit_number(struct td_emit *emit, uint64_t number)
{
    begin_scalar(emit);
    td_buf_number(emit->out, number);
    end_scalar(emit);
}

void td_emit_comment(struct td_emit *emit, struct td_str comment)
{
    if (!emit->yaml || emit->out->failed || emit->out->len == 0)
        return;
    emit->out->len--; /* the line end of the scalar */
    td_buf_text(emit->out, "  # ");
    td_buf_str(emit->out, comment);
    td_buf_byte(emit->out, '\n');
}

/* ---- values of a document --------------------------------------------------------------- */

/* A list or map on the way: the rest of it. A map goes through its entries in the order of
 * their keys, which lie sorted on a stack that all open maps share. */
struct level {
    uint32_t next;
    uint32_t end;
    bool map;
    bool empty;
    size_t first; /* of its entries on the stack */
    size_t at;
};

struct walk {
    struct td_emit *emit;
    const struct td_tree *tree;
    struct td_name *entries;
    size_t count;
    size_t room;
    struct level levels[TD_DEPTH_CEILING + 1];
    uint32_t depth;
    bool failed;
};

static void emit_scalar(struct td_emit *emit, const struct td_tree *tree, uint32_t node)
{
    char spelled[TD_NUMBER_MAX];
    size_t len = 0;
    struct td_str text = td_node_text(tree, node);
    switch (tree->nodes[node].kind) {
    case TD_TEXT:
        td_emit_text(emit, text);
        return;
    case TD_INTEGER:
        td_integer_canonical(text, spelled, &len);
        td_emit_word(emit, (struct td_str){spelled, len});
        return;
    case TD_FLOAT:
        td_float_canonical(text, spelled, &len);
        td_emit_word(emit, (struct td_str){spelled, len});
        return;
    case TD_TRUE:
        td_emit_word(emit, TD_S("true"));
        return;
    case TD_FALSE:
        td_emit_word(emit, TD_S("false"));
        return;
    default:
        td_emit_word(emit, TD_S("null"));
        return;
    }
}

static bool push_entries(struct walk *w, uint32_t map)
{
    const struct td_tree *tree = w->tree;
    size_t first = w->count;
    uint32_t end = tree->nodes[map].link;
    for (uint32_t key = map + 1; key < end; key = td_after(tree, td_after(tree, key))) {
        if (w->count == w->room) {
            void *entries = td_mem_grow(w->emit->out->mem, w->entries, &w->room,
                                        w->count + 1, sizeof *w->entries);
            if (!entries)
                return false;
            w->entries = entries;
        }
        w->entries[w->count++] = td_name_of(td_node_text(tree, key), key);
    }
    if (w->count > first)
        td_names_sort(w->entries + first, w->count - first);
    return true;
}

static void open_level(struct walk *w, uint32_t node)
{
    bool map = w->tree->nodes[node].kind == TD_MAP;
    bool empty = w->tree->nodes[node].link == node + 1;
    struct level *level = &w->levels[w->depth++];
    *level = (struct level){.next = node + 1,
                            .end = w->tree->nodes[node].link,
                            .map = map,
                            .empty = empty,
                            .first = w->count,
                            .at = w->count};
    td_emit_open(w->emit, map, empty);
    if (map && !push_entries(w, node))
        w->failed = true;
}

static void emit_node(struct walk *w, uint32_t raw)
{
    uint32_t node = td_follow(w->tree, raw);
    if (td_is_collection(&w->tree->nodes[node]))
        open_level(w, node);
    else
        emit_scalar(w->emit, w->tree, node);
}

static void close_level(struct walk *w)
{
    struct level *level = &w->levels[--w->depth];
    w->count = level->first;
    td_emit_close(w->emit, level->map, level->empty);
}

static void step(struct walk *w)
{
    struct level *level = &w->levels[w->depth - 1];
    if (level->map ? level->at == w->count : level->next == level->end) {
        close_level(w);
        return;
    }
    if (level->map) {
        const struct td_name *entry = &w->entries[level->at++];
        td_emit_key(w->emit, entry->text);
        emit_node(w, td_after(w->tree, entry->id));
        return;
    }
    uint32_t item = level->next;
    level->next = td_after(w->tree, item);
    td_emit_item(w->emit);
    emit_node(w, item);
}

bool td_emit_value(struct td_emit *emit, const struct td_tree *tree, uint32_t node)
{
    struct walk w; /* its levels need no clearing, and there are many */
    w.emit = emit;
    w.tree = tree;
    w.entries = NULL;
    w.count = w.room = 0;
    w.depth = 0;
    w.failed = false;
    emit_node(&w, node);
    while (w.depth > 0 && !w.failed && !emit->stopped) {
        step(&w);
        td_emit_hand_on(emit, false);
    }
    td_mem_free(emit->out->mem, w.entries, w.room * sizeof *w.entries);
    return !w.failed;
}
