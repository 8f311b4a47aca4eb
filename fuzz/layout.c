/*
 * Canonical JSON goes in and becomes a tree; the tree is changed as far as its meaning stays, and
 * written as YAML. What stays the same is taken from tracedag-canonical(7), not from the library.
 */
#include "layout.h"

#include <stdio.h>

enum { NODES_MOST = 4096, OUT_MOST = 1 << 16, ANCHORS_MOST = 12, ENTRIES_MOST = 256 };

enum kind { SCALAR, LIST, MAP };

/* A value, and in a map its key, as JSON writes them; `next` is a sibling, 0 is no node. */
struct node {
    enum kind kind;
    tracedag_text key;
    tracedag_text text; /* of a scalar; of a collection all that JSON has for it */
    uint32_t first;
    uint32_t last;
    uint32_t next;
    uint32_t count;
    bool changed; /* stands for something else than its text by now */
};

struct layout {
    struct node *nodes;
    uint32_t used;
    const char *at;
    struct choices *from;
    char *out;
    size_t len;
    bool crlf;
    bool full; /* something did not fit */
    struct anchor {
        tracedag_text text;
        uint32_t name;
    } anchors[ANCHORS_MOST];
    uint32_t anchor_count;
    uint32_t names; /* of anchors */
};

static bool one_in(struct layout *l, uint32_t n)
{
    return choose(l->from, n) == 0;
}

static tracedag_text text_of(const char *literal)
{
    return (tracedag_text){literal, strlen(literal)};
}

static bool is_text(tracedag_text text, const char *literal)
{
    return text.len == strlen(literal) && memcmp(text.ptr, literal, text.len) == 0;
}

/* ---- reading canonical JSON ------------------------------------------------------------- */

static uint32_t new_node(struct layout *l)
{
    if (l->used == NODES_MOST) {
        l->full = true;
        return NODES_MOST - 1;
    }
    l->nodes[l->used] = (struct node){.kind = SCALAR};
    return l->used++;
}

static void append(struct layout *l, uint32_t parent, uint32_t child)
{
    struct node *p = &l->nodes[parent];
    if (p->last)
        l->nodes[p->last].next = child;
    else
        p->first = child;
    p->last = child;
    p->count++;
}

static tracedag_text read_token(struct layout *l)
{
    const char *start = l->at;
    if (*l->at == '"') {
        for (l->at++; *l->at != '"'; l->at++)
            l->at += *l->at == '\\';
        l->at++;
    } else {
        l->at += strcspn(l->at, ",]}\n");
    }
    return (tracedag_text){start, (size_t)(l->at - start)};
}

static uint32_t read_value(struct layout *l);

static void read_children(struct layout *l, uint32_t node, char end)
{
    l->at++;
    while (*l->at != end && !l->full) {
        tracedag_text key = {NULL, 0};
        if (end == '}') {
            key = read_token(l);
            l->at++;
        }
        uint32_t child = read_value(l);
        l->nodes[child].key = key;
        append(l, node, child);
        l->at += *l->at == ',';
    }
    l->at++;
}

/* As deep as the library lets documents be. */
static uint32_t read_value(struct layout *l)
{
    const char *start = l->at;
    uint32_t node = new_node(l);
    if (*l->at == '{' || *l->at == '[') {
        l->nodes[node].kind = *l->at == '{' ? MAP : LIST;
        read_children(l, node, *l->at == '{' ? '}' : ']');
    } else {
        read_token(l);
    }
    l->nodes[node].text = (tracedag_text){start, (size_t)(l->at - start)};
    return node;
}

/* ---- changes that mean nothing ---------------------------------------------------------- */

static uint32_t find(const struct layout *l, uint32_t map, const char *key)
{
    uint32_t child = l->nodes[map].first;
    while (child && !is_text(l->nodes[child].key, key))
        child = l->nodes[child].next;
    return child;
}

static void add_field(struct layout *l, uint32_t map, const char *key,
                      tracedag_text value)
{
    uint32_t child = new_node(l);
    if (l->full)
        return;
    l->nodes[child].key = text_of(key);
    l->nodes[child].text = value;
    l->nodes[map].changed = true;
    append(l, map, child);
}

static void remove_field(struct layout *l, uint32_t map, uint32_t child)
{
    struct node *m = &l->nodes[map];
    uint32_t before = 0;
    for (uint32_t at = m->first; at != child; at = l->nodes[at].next)
        before = at;
    if (before)
        l->nodes[before].next = l->nodes[child].next;
    else
        m->first = l->nodes[child].next;
    if (m->last == child)
        m->last = before;
    m->count--;
    m->changed = true;
}

/* The children of a node in another order. */
static void shuffle(struct layout *l, uint32_t parent)
{
    uint32_t order[ENTRIES_MOST];
    struct node *p = &l->nodes[parent];
    if (p->count > ENTRIES_MOST || p->count < 2)
        return;
    uint32_t n = 0;
    for (uint32_t child = p->first; child; child = l->nodes[child].next)
        order[n++] = child;
    p->first = p->last = p->count = 0;
    for (; n > 0; n--) {
        uint32_t pick = choose(l->from, n);
        uint32_t child = order[pick];
        order[pick] = order[n - 1];
        l->nodes[child].next = 0;
        append(l, parent, child);
    }
}

static void shuffle_maps(struct layout *l)
{
    for (uint32_t i = 1; i < l->used; i++) {
        if (l->nodes[i].kind == MAP && choose(l->from, 2))
            shuffle(l, i);
    }
}

static const struct tuning {
    const char *key;
    const char *built_in;
} tunings[] = {
    {"\"backpressure_mode\"", "\"pause\""},
    {"\"heartbeat_timeout_seconds\"", "60"},
    {"\"max_attempts\"", "3"},
    {"\"max_queue_age\"", "\"5m\""},
    {"\"max_queue_depth\"", "1000"},
    {"\"priority\"", "\"normal\""},
};

/* The value that a job has, be it written or built in. */
static tracedag_text tuning_of(const struct layout *l, uint32_t job,
                               const struct tuning *t)
{
    uint32_t field = find(l, job, t->key);
    return field ? l->nodes[field].text : text_of(t->built_in);
}

/* One tuning field: some job's value becomes the default, jobs with another write theirs. */
static void move_tuning(struct layout *l, uint32_t jobs, uint32_t defaults,
                        const struct tuning *t)
{
    tracedag_text standard = text_of(t->built_in);
    uint32_t job = l->nodes[jobs].first;
    for (uint32_t left = choose(l->from, l->nodes[jobs].count); left > 0; left--)
        job = l->nodes[job].next;
    bool has_default = choose(l->from, 2);
    if (has_default) {
        standard = tuning_of(l, job, t);
        add_field(l, defaults, t->key, standard);
    }
    for (job = l->nodes[jobs].first; job; job = l->nodes[job].next) {
        tracedag_text value = tuning_of(l, job, t);
        uint32_t field = find(l, job, t->key);
        bool same =
            value.len == standard.len && !memcmp(value.ptr, standard.ptr, value.len);
        bool written = !same || one_in(l, 4);
        if (written && !field)
            add_field(l, job, t->key, value);
        else if (!written && field)
            remove_field(l, job, field);
    }
}

static void move_tunings(struct layout *l, uint32_t root, uint32_t jobs)
{
    uint32_t defaults = new_node(l);
    if (l->full)
        return;
    l->nodes[defaults].kind = MAP;
    l->nodes[defaults].key = text_of("\"defaults\"");
    l->nodes[defaults].changed = true;
    for (size_t i = 0; i < sizeof tunings / sizeof *tunings; i++)
        move_tuning(l, jobs, defaults, &tunings[i]);
    if (l->nodes[defaults].count || one_in(l, 4))
        append(l, root, defaults);
}

static void add_empty(struct layout *l, uint32_t map, const char *key, const char *value)
{
    if (!find(l, map, key) && one_in(l, 4))
        add_field(l, map, key, text_of(value));
}

/* What is left out because it equals what absence means. */
static void add_standards(struct layout *l, uint32_t job)
{
    add_empty(l, job, "\"config\"", "{}");
    if (!find(l, job, "\"udf\""))
        add_empty(l, job, "\"secrets\"", "[]");
    if (!find(l, job, "\"source\""))
        return;
    add_empty(l, job, "\"bootstrap\"", "{\"reset_outputs\":false}");
    add_empty(l, job, "\"update_strategy\"", "\"replace\"");
}

static void change_publish(struct layout *l, uint32_t entry)
{
    uint32_t storage = find(l, entry, "\"storage\"");
    uint32_t schema = find(l, entry, "\"schema\"");
    if (storage && find(l, entry, "\"write_mode\"") && one_in(l, 2))
        remove_field(l, entry, storage);
    if (!schema)
        return;
    add_empty(l, schema, "\"indexes\"", "[]");
    uint32_t columns = find(l, schema, "\"columns\"");
    for (uint32_t column = l->nodes[columns].first; column;
         column = l->nodes[column].next)
        add_empty(l, column, "\"nullable\"", "true");
    l->nodes[columns].changed = l->nodes[schema].changed = true;
}

/* A node that was changed, or holds one, is no longer what its text says. */
static void change(struct layout *l, uint32_t root)
{
    uint32_t jobs = find(l, root, "\"jobs\"");
    uint32_t publish = find(l, root, "\"publish\"");
    for (uint32_t job = l->nodes[jobs].first; job; job = l->nodes[job].next) {
        uint32_t secrets = find(l, job, "\"secrets\"");
        if (secrets)
            shuffle(l, secrets);
        add_standards(l, job);
    }
    for (uint32_t e = publish ? l->nodes[publish].first : 0; e; e = l->nodes[e].next)
        change_publish(l, e);
    move_tunings(l, root, jobs);
    if (!publish)
        add_empty(l, root, "\"publish\"", "{}");
    shuffle(l, jobs);
    shuffle_maps(l);
}

/* ---- writing ---------------------------------------------------------------------------- */

static void put(struct layout *l, const char *ptr, size_t len)
{
    if (l->len + len > OUT_MOST)
        l->full = true;
    if (l->full)
        return;
    memcpy(l->out + l->len, ptr, len);
    l->len += len;
}

static void put_word(struct layout *l, const char *word)
{
    put(l, word, strlen(word));
}

static void put_spaces(struct layout *l, uint32_t count)
{
    for (; count > 0; count--)
        put(l, " ", 1);
}

static void put_comment(struct layout *l)
{
    static const char *const comments[] = {
        "#",
        "# ",
        "# jobs: [",
        "#\t'\"",
        "# - {a: &b *c} !d",
        "## \xC3\xA9\xF0\x9F\x98\x80",
        "#%",
    };
    put_word(l, comments[choose(l->from, sizeof comments / sizeof *comments)]);
}

static void put_break(struct layout *l)
{
    if (l->crlf)
        put(l, "\r", 1);
    put(l, "\n", 1);
}

/* The end of a line, with what may stand there, and lines of nothing. */
static void end_line(struct layout *l)
{
    if (one_in(l, 12))
        put_spaces(l, 1 + choose(l->from, 3));
    if (one_in(l, 8)) {
        put(l, " ", 1);
        put_comment(l);
    }
    put_break(l);
    while (one_in(l, 10)) {
        put_spaces(l, choose(l->from, 9));
        if (one_in(l, 2))
            put_comment(l);
        put_break(l);
    }
}

static bool is_plain(tracedag_text inner)
{
    static const char *const others[] = {"null", "Null",  "NULL",  "true", "True",
                                         "TRUE", "false", "False", "FALSE"};
    for (size_t i = 0; i < inner.len; i++) {
        char c = inner.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '-')))
            return false;
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (is_text(inner, others[i]))
            return false;
    }
    return inner.len > 0;
}

/* Without escapes and breaks, so that single quotes can hold it on one line. */
static bool is_raw(tracedag_text inner)
{
    for (size_t i = 0; i < inner.len; i++) {
        if (inner.ptr[i] == '\\')
            return false;
    }
    return true;
}

static void put_single_quoted(struct layout *l, tracedag_text inner)
{
    put(l, "'", 1);
    for (size_t i = 0; i < inner.len; i++) {
        put(l, inner.ptr + i, 1);
        if (inner.ptr[i] == '\'')
            put(l, "'", 1);
    }
    put(l, "'", 1);
}

/* Some letters as escapes, which mean the same. */
static void put_double_quoted(struct layout *l, tracedag_text text)
{
    char escape[8];
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\\') {
            size_t len = text.ptr[i + 1] == 'u' ? 6 : 2;
            put(l, text.ptr + i, len);
            i += len - 1;
        } else if (c >= 'a' && c <= 'z' && one_in(l, 24)) {
            snprintf(escape, sizeof escape, one_in(l, 2) ? "\\x%02x" : "\\u%04X",
                     (unsigned)c);
            put_word(l, escape);
        } else {
            put(l, &c, 1);
        }
    }
}

static void put_string(struct layout *l, tracedag_text text)
{
    tracedag_text inner = {text.ptr + 1, text.len - 2};
    uint32_t way = choose(l->from, 3);
    if (way == 0 && is_plain(inner))
        put(l, inner.ptr, inner.len);
    else if (way <= 1 && is_raw(inner))
        put_single_quoted(l, inner);
    else
        put_double_quoted(l, text);
}

/* A number in another spelling of the same value, and of the same type. */
static void put_number(struct layout *l, tracedag_text text)
{
    bool negative = text.ptr[0] == '-';
    bool whole = !memchr(text.ptr, '.', text.len) && !memchr(text.ptr, 'e', text.len);
    if (whole && !negative && text.len < 10 && one_in(l, 4)) {
        char spelling[32];
        unsigned value = 0;
        for (size_t i = 0; i < text.len; i++)
            value = value * 10 + (unsigned)(text.ptr[i] - '0');
        snprintf(spelling, sizeof spelling, one_in(l, 2) ? "0x%X" : "0o%o", value);
        put_word(l, spelling);
        return;
    }
    if (!negative && one_in(l, 6))
        put(l, "+", 1);
    if (!negative && one_in(l, 6))
        put(l, "00", 2);
    put(l, text.ptr, text.len);
    if (!whole && !memchr(text.ptr, 'e', text.len) && one_in(l, 3))
        put(l, "00", 2);
}

/* `null`, `true` and `false`, in the spellings of the core schema. */
static void put_literal(struct layout *l, tracedag_text text)
{
    static const char *const spellings[3][4] = {
        {"null", "Null", "NULL", "~"},
        {"true", "True", "TRUE", "true"},
        {"false", "False", "FALSE", "false"},
    };
    size_t row = text.ptr[0] == 'n' ? 0 : text.ptr[0] == 't' ? 1 : 2;
    put_word(l, spellings[row][choose(l->from, 4)]);
}

static void put_scalar(struct layout *l, tracedag_text text)
{
    if (text.ptr[0] == '"')
        put_string(l, text);
    else if (text.ptr[0] == '-' || (text.ptr[0] >= '0' && text.ptr[0] <= '9'))
        put_number(l, text);
    else
        put(l, text.ptr, text.ptr[0] == '{' || text.ptr[0] == '[' ? text.len : 0);
    if (strchr("ntf", text.ptr[0]))
        put_literal(l, text);
}

/* An alias where the same stood before under an anchor; else maybe an anchor, whose name is
 * given. True when the value is done with. */
static bool put_alias(struct layout *l, const struct node *node)
{
    char name[16];
    if (node->changed || !node->text.ptr)
        return false;
    for (uint32_t i = 0; i < l->anchor_count; i++) {
        const struct anchor *a = &l->anchors[i];
        if (a->text.len == node->text.len && one_in(l, 2) &&
            memcmp(a->text.ptr, node->text.ptr, a->text.len) == 0) {
            snprintf(name, sizeof name, " *a%u ", a->name);
            put_word(l, name);
            return true;
        }
    }
    return false;
}

static bool put_anchor(struct layout *l, struct node *node, struct anchor *anchor)
{
    char name[16];
    if (node->changed || !node->text.ptr || !one_in(l, 16))
        return false;
    *anchor = (struct anchor){node->text, l->names++};
    snprintf(name, sizeof name, " &a%u", anchor->name);
    put_word(l, name);
    return true;
}

static void put_flow(struct layout *l, uint32_t index, uint32_t indent);
static void put_block(struct layout *l, uint32_t index, uint32_t indent, bool in_line);

static bool in_block(struct layout *l, const struct node *node, bool flow)
{
    return !flow && node->kind != SCALAR && node->count > 0 && choose(l->from, 4);
}

/* What stands behind a colon or a dash, up to the end of the line in a block. `indent` is that
 * of the collection around it. */
static void put_value(struct layout *l, uint32_t index, uint32_t indent, bool flow,
                      bool item)
{
    struct node *node = &l->nodes[index];
    struct anchor anchor;
    if (put_alias(l, node)) {
        if (!flow)
            end_line(l);
        return;
    }
    bool anchored = put_anchor(l, node, &anchor);
    if (in_block(l, node, flow)) {
        bool beside = item && !anchored && choose(l->from, 4);
        uint32_t spaces = 1 + choose(l->from, 3);
        bool same = !item && node->kind == LIST && one_in(l, 3);
        if (beside)
            put_spaces(l, spaces);
        else
            end_line(l);
        put_block(l, index,
                  beside ? indent + 1 + spaces
                  : same ? indent
                         : indent + spaces,
                  beside);
    } else {
        put_spaces(l, 1 + (one_in(l, 8) ? choose(l->from, 4) : 0));
        if (node->kind == SCALAR)
            put_scalar(l, node->text);
        else
            put_flow(l, index, indent);
        if (!flow)
            end_line(l);
    }
    if (anchored && l->anchor_count < ANCHORS_MOST)
        l->anchors[l->anchor_count++] = anchor;
}

/* Between the items of a flow collection a line may end; what follows stands deeper. */
static void put_gap(struct layout *l, uint32_t indent)
{
    if (one_in(l, 10)) {
        end_line(l);
        put_spaces(l, indent + 1 + choose(l->from, 4));
    } else {
        put_spaces(l, choose(l->from, 3) == 0);
    }
}

static void put_flow(struct layout *l, uint32_t index, uint32_t indent)
{
    const struct node *node = &l->nodes[index];
    put_word(l, node->kind == MAP ? "{" : "[");
    for (uint32_t child = node->first; child; child = l->nodes[child].next) {
        put_gap(l, indent);
        if (node->kind == MAP) {
            put_string(l, l->nodes[child].key);
            put(l, ":", 1);
        }
        put_value(l, child, indent, true, false);
        put_gap(l, indent);
        if (l->nodes[child].next || one_in(l, 6))
            put(l, ",", 1);
    }
    put_gap(l, indent);
    put_word(l, node->kind == MAP ? "}" : "]");
}

static void put_block(struct layout *l, uint32_t index, uint32_t indent, bool in_line)
{
    const struct node *node = &l->nodes[index];
    for (uint32_t child = node->first; child && !l->full; child = l->nodes[child].next) {
        if (!in_line)
            put_spaces(l, indent);
        in_line = false;
        if (node->kind == MAP) {
            put_string(l, l->nodes[child].key);
            put_spaces(l, one_in(l, 16));
            put(l, ":", 1);
        } else {
            put(l, "-", 1);
        }
        put_value(l, child, indent, false, node->kind == LIST);
    }
}

static void put_document(struct layout *l, uint32_t root)
{
    if (one_in(l, 8))
        put_word(l, "\xEF\xBB\xBF");
    if (one_in(l, 8)) {
        put_comment(l);
        put_break(l);
    }
    if (one_in(l, 4)) {
        put_word(l, "---");
        end_line(l);
    }
    if (one_in(l, 6)) {
        put_flow(l, root, 0);
        end_line(l);
    } else {
        put_block(l, root, choose(l->from, 3), false);
    }
    if (one_in(l, 8)) {
        put_word(l, "...");
        end_line(l);
    }
}

char *lay_out(const char *canonical, size_t size, struct choices *from, size_t *len)
{
    struct layout l = {.at = canonical, .from = from, .used = 1};
    if (size > OUT_MOST / 4)
        return NULL;
    l.nodes = calloc(NODES_MOST, sizeof *l.nodes);
    l.out = malloc(OUT_MOST);
    HOLDS(l.nodes && l.out);
    uint32_t root = read_value(&l);
    if (!l.full)
        change(&l, root);
    l.crlf = one_in(&l, 4);
    if (!l.full)
        put_document(&l, root);
    free(l.nodes);
    *len = l.len;
    if (l.full) {
        free(l.out);
        return NULL;
    }
    return l.out;
}
