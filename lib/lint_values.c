/* Values are visited where they are written, so that an anchored one is judged once. */
#include "lint_parts.h"
#include "number.h"
#include "secret.h"
#include "utf8.h"
#include "way.h"
#include "yaml11.h"

/* A walk through the scalars of a stretch of values. */
struct walk {
    const struct td_lint *lint;
    const struct td_scope *scope;
    const struct td_job *job; /* NULL outside of jobs */
    uint32_t from;            /* the list or map that ways begin at */
    struct td_way way;
};

/* A scalar of it. */
struct scalar {
    uint32_t node;
    uint32_t key; /* of the entry that it is the value of; 0 for an item of a list */
    bool is_key;
    struct td_str text;
};

/* ---- words ------------------------------------------------------------------------------ */

static struct td_str joint_of(struct td_diag *diag, const struct td_scope *scope)
{
    if (scope->kind == TD_SCOPE_DEFAULTS)
        return TD_S("in `defaults`");
    return td_words(diag, "of %t", td_scope_owner(diag, scope));
}

/* "`config.x` of job `a`", "key `no` of `config` of job `a`". */
static struct td_str words_of(struct walk *w, const struct scalar *s, struct td_str *path)
{
    struct td_diag *diag = w->lint->r->diag;
    const struct td_tree *tree = w->lint->r->tree;
    *path = s->text;
    if (s->node < w->from) /* the key of the whole */
        return td_scope_owner(diag, w->scope);
    td_way_go(tree, &w->way, w->from, s->is_key ? s->node + 1 : s->node);
    *path = td_way_words(diag, tree, &w->way, TD_S(""));
    struct td_str where = joint_of(diag, w->scope);
    return td_words(diag, s->is_key ? "key `%t` %t" : "`%t` %t", *path, where);
}

/* Starts a finding about a scalar; *words is what it is called. */
static struct td_finding *report(struct walk *w, const struct scalar *s, uint32_t code,
                                 struct td_span span, struct td_str *words)
{
    struct td_reader *r = w->lint->r;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, w->scope, code, span, s->node);
    struct td_str path;
    *words = TD_S("");
    if (!td_kept(r->diag, f))
        return f;
    *words = words_of(w, s, &path);
    td_data_text(r->diag, f, "name", path);
    return f;
}

/* ---- other readers ---------------------------------------------------------------------- */

/* The spelling of a number that every reader takes for it; empty when there is none. */
static struct td_str common_spelling(const struct td_node *node, struct td_str text,
                                     char room[TD_NUMBER_MAX])
{
    size_t len = 0;
    enum td_number_status status = node->kind == TD_INTEGER
                                       ? td_integer_canonical(text, room, &len)
                                       : td_float_canonical(text, room, &len);
    struct td_str spelled = {room, len};
    return status == TD_NUMBER_OK && !td_yaml11_reading(spelled) ? spelled : TD_S("");
}

static void judge_reading(struct walk *w, const struct scalar *s)
{
    struct td_reader *r = w->lint->r;
    const struct td_node *node = td_node_raw(r->tree, s->node);
    const char *reading = td_yaml11_reading(s->text);
    if (!reading)
        return;
    struct td_span span = td_node_span(r->tree, s->node);
    struct td_str words;
    struct td_finding *f = report(w, s, TRACEDAG_CODE_YAML11_WORD, span, &words);
    bool text = node->kind == TD_TEXT;
    td_message(r->diag, f, "%t is %s %q, which YAML 1.1 readers take for %s", words,
               text ? "text" : "the number", s->text, reading);
    td_data_text(r->diag, f, "found", s->text);
    char room[TD_NUMBER_MAX];
    struct td_str better = text ? td_words(r->diag, "\"%t\"", s->text)
                                : common_spelling(node, s->text, room);
    if (better.len == 0)
        return;
    td_help(r->diag, f, "write %q", better);
    td_fix(r->diag, f, TRACEDAG_SAFETY_SAFE, span, better, "write %q", better);
}

/* ---- people ----------------------------------------------------------------------------- */

static bool has_hidden(const struct td_source *source, size_t at, size_t end)
{
    size_t used;
    for (; at < end; at += used) {
        uint32_t c = td_utf8_next(source->bytes + at, end - at, &used);
        if (c >= 0x80 && td_utf8_hidden(c))
            return true;
    }
    return false;
}

/* Where more follow, somebody should look at all of them. */
static void report_hidden(struct walk *w, const struct scalar *s, struct td_span span,
                          uint32_t c)
{
    const struct td_tree *tree = w->lint->r->tree;
    struct td_diag *diag = w->lint->r->diag;
    struct td_str words;
    struct td_finding *f = report(w, s, TRACEDAG_CODE_INVISIBLE_CHARACTER, span, &words);
    td_message(diag, f, "%t has an invisible character %c", words, c);
    td_help(diag, f, "remove it, or write it as an escape in double quotes");
    if (!has_hidden(tree->source, span.end, tree->nodes[s->node].end))
        td_fix(diag, f, TRACEDAG_SAFETY_UNSAFE, span, TD_S(""), "remove the character");
}

/* The first character that nobody sees, where it stands as it is: escapes can be seen. */
static void judge_sight(struct walk *w, const struct scalar *s)
{
    const struct td_source *source = w->lint->r->tree->source;
    struct td_span span = td_node_span(w->lint->r->tree, s->node);
    size_t used;
    for (uint32_t at = span.start; !source->ascii && at < span.end;
         at += (uint32_t)used) {
        uint32_t c = td_utf8_next(source->bytes + at, span.end - at, &used);
        if (c >= 0x80 && td_utf8_hidden(c)) {
            report_hidden(w, s, (struct td_span){at, at + (uint32_t)used}, c);
            return;
        }
    }
}

/* ---- what should not be there ----------------------------------------------------------- */

static bool is_between(struct td_str text, struct td_str opening, struct td_str closing)
{
    return text.len > opening.len + closing.len &&
           memcmp(text.ptr, opening.ptr, opening.len) == 0 &&
           memcmp(text.ptr + text.len - closing.len, closing.ptr, closing.len) == 0;
}

static bool is_folded(struct td_str text, struct td_str word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text.ptr[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c == '-' ? '_' : c;
        if (c != word.ptr[i])
            return false;
    }
    return true;
}

static bool is_placeholder(struct td_str text)
{
    static const struct td_str words[] = {
        {"todo", 4},        {"tbd", 3},          {"fixme", 5},
        {"changeme", 8},    {"change_me", 9},    {"replaceme", 9},
        {"replace_me", 10}, {"placeholder", 11}, {"xxx", 3},
    };
    const struct td_str your = TD_S("your_");
    if (is_between(text, TD_S("<"), TD_S(">")) ||
        is_between(text, TD_S("${"), TD_S("}")) ||
        is_between(text, TD_S("{{"), TD_S("}}")))
        return !memchr(text.ptr, '\n', text.len);
    if (text.len > your.len && is_folded(text, your, your.len))
        return true;
    for (size_t i = 0; i < TD_COUNT(words); i++) {
        if (text.len == words[i].len && is_folded(text, words[i], text.len))
            return true;
    }
    return false;
}

static void report_placeholder(struct walk *w, const struct scalar *s)
{
    struct td_reader *r = w->lint->r;
    struct td_str words;
    struct td_finding *f =
        report(w, s, TRACEDAG_CODE_PLACEHOLDER, td_node_span(r->tree, s->node), &words);
    td_message(r->diag, f, "%t is a placeholder", words);
    td_help(r->diag, f, "put the value in its place");
}

/* Whether a job lists a name in its `secrets`: to name a secret is what it should do. */
static bool names_secret(const struct walk *w, struct td_str text)
{
    const struct td_model *m = w->lint->r->model;
    for (uint32_t i = 0; w->job && i < w->job->pub.secret_count; i++) {
        if (td_str_eq(td_slice(m->names[w->job->pub.first_secret + i]), text))
            return true;
    }
    return false;
}

static bool holds_secret(const struct walk *w, const struct scalar *s)
{
    enum { SHORTEST = 6 };
    if (td_is_secret(s->text))
        return true;
    return s->key && s->text.len >= SHORTEST && !memchr(s->text.ptr, '$', s->text.len) &&
           td_is_secret_key(td_node_text(w->lint->r->tree, s->key)) &&
           !names_secret(w, s->text);
}

static void report_secret(struct walk *w, const struct scalar *s)
{
    struct td_reader *r = w->lint->r;
    struct td_str words;
    struct td_finding *f =
        report(w, s, TRACEDAG_CODE_SECRET_VALUE, td_node_span(r->tree, s->node), &words);
    td_message(r->diag, f, "%t looks like a secret (`%e...`)", words,
               (struct td_str){s->text.ptr, td_secret_shown(s->text)});
    td_help(r->diag, f, "store it and list its name in `secrets`");
}

/* ---- the walk --------------------------------------------------------------------------- */

static void judge_scalar(struct walk *w, const struct scalar *s)
{
    const struct td_node *node = td_node_raw(w->lint->r->tree, s->node);
    bool value = !s->is_key && node->kind == TD_TEXT;
    judge_sight(w, s);
    if (value && is_placeholder(s->text))
        report_placeholder(w, s);
    else if (value && holds_secret(w, s))
        report_secret(w, s); /* and nothing that shows more of it */
    else if (node->style == TD_STYLE_PLAIN)
        judge_reading(w, s);
}

/* The lists and maps that are open in a walk, to tell keys from values. */
struct open {
    struct {
        uint32_t end;
        uint32_t key; /* the last one; 0 before one, and in a list */
        bool map;
    } at[TD_DEPTH_CEILING + 1];
    uint32_t depth;
};

/* Notes a value; gives what it is in the innermost list or map. */
static struct scalar note(struct open *open, const struct td_tree *tree, uint32_t node)
{
    struct scalar s = {.node = node};
    while (open->depth > 0 && node >= open->at[open->depth - 1].end)
        open->depth--;
    if (open->depth > 0 && open->at[open->depth - 1].map) {
        uint32_t *key = &open->at[open->depth - 1].key;
        s.is_key = *key == 0;
        s.key = *key;
        *key = s.is_key ? node : 0;
    }
    const struct td_node *n = td_node_raw(tree, node);
    if (td_is_collection(n)) {
        open->at[open->depth].end = n->link;
        open->at[open->depth].key = 0;
        open->at[open->depth].map = n->kind == TD_MAP;
        open->depth++;
    }
    return s;
}

/* Walks through `map`, all but the subtree of `without`. */
static void walk_map(const struct td_lint *lint, const struct td_scope *scope,
                     const struct td_job *job, uint32_t map, uint32_t without)
{
    const struct td_tree *tree = lint->r->tree;
    struct walk w;
    w.lint = lint;
    w.scope = scope;
    w.job = job;
    w.from = map;
    w.way.depth = 0;
    struct open open;
    open.depth = 0;
    uint32_t end = td_after(tree, map);
    for (uint32_t at = map; at < end; at = at == without ? td_after(tree, at) : at + 1) {
        struct scalar s = note(&open, tree, at);
        const struct td_node *node = td_node_raw(tree, at);
        if (td_is_collection(node) || node->kind == TD_ALIAS)
            continue;
        s.text = td_node_text(tree, at);
        judge_scalar(&w, &s);
    }
}

/* The key of what a scope is about. */
static void walk_key(const struct td_lint *lint, const struct td_scope *scope,
                     uint32_t key)
{
    struct walk w;
    w.lint = lint;
    w.scope = scope;
    w.job = NULL;
    w.from = key + 1;
    w.way.depth = 0;
    const struct scalar s = {
        .node = key, .is_key = true, .text = td_node_text(lint->r->tree, key)};
    judge_scalar(&w, &s);
}

static bool lies_in(const struct td_tree *tree, uint32_t node, uint32_t around)
{
    return node > around && node < td_after(tree, around);
}

static void walk_inputs(const struct td_lint *lint, const struct td_job *job, size_t *at)
{
    const struct td_model *m = lint->r->model;
    for (; *at < m->input_count && m->inputs[*at].pub.reader == job->index; (*at)++) {
        const struct td_input *input = &m->inputs[*at];
        struct td_scope scope = td_input_scope(m, job, input);
        if (lies_in(m->tree, input->item, job->node) && scope.node == input->item)
            walk_map(lint, &scope, job, input->item, 0);
    }
}

static void walk_jobs(const struct td_lint *lint)
{
    const struct td_model *m = lint->r->model;
    size_t input = 0;
    for (size_t i = 0; i < m->job_count; i++) {
        const struct td_job *job = &m->jobs[i];
        while (input < m->input_count && m->inputs[input].pub.reader < job->index)
            input++;
        if (!td_lint_judges(lint, job))
            continue;
        struct td_scope scope = td_job_scope(m, job);
        walk_map(lint, &scope, job, job->node, job->field[TD_JOB_INPUTS]);
        walk_inputs(lint, job, &input);
    }
}

static void walk_publishes(const struct td_lint *lint)
{
    const struct td_model *m = lint->r->model;
    for (size_t i = 0; i < m->publish_count; i++) {
        const struct td_publish *publish = &m->publishes[i];
        uint32_t behind = td_after(m->tree, publish->key + 1);
        if (td_faults_in(&lint->faults, publish->key, behind))
            continue;
        struct td_scope scope = td_publish_scope(m, publish);
        walk_key(lint, &scope, publish->key);
        if (publish->node == publish->key + 1)
            walk_map(lint, &scope, NULL, publish->node, 0);
    }
}

static void walk_name(const struct td_lint *lint)
{
    const struct td_tree *tree = lint->r->tree;
    uint32_t key = td_find_key(tree, tree->root, TD_S("name"));
    uint32_t name = key ? key + 1 : 0;
    if (name == 0 || tree->nodes[name].kind != TD_TEXT ||
        td_faults_in(&lint->faults, key, name + 1))
        return;
    const struct td_scope scope = {.kind = TD_SCOPE_DAG, .node = tree->root};
    struct walk w;
    w.lint = lint;
    w.scope = &scope;
    w.job = NULL;
    w.from = tree->root;
    w.way.depth = 0;
    const struct scalar s = {.node = name, .key = key, .text = td_node_text(tree, name)};
    judge_scalar(&w, &s);
}

static void walk_defaults(const struct td_lint *lint)
{
    const struct td_tree *tree = lint->r->tree;
    uint32_t key = td_find_key(tree, tree->root, TD_S("defaults"));
    uint32_t map = key ? td_after(tree, key) : 0;
    if (map == 0 || tree->nodes[map].kind != TD_MAP ||
        td_faults_in(&lint->faults, key, td_after(tree, map)))
        return;
    const struct td_scope scope = {.kind = TD_SCOPE_DEFAULTS, .key = key, .node = map};
    walk_map(lint, &scope, NULL, map, 0);
}

/* Whether an offset lies in a scalar; *node is the last value that begins before it, and moves
 * on from call to call. */
static bool is_in_scalar(const struct td_tree *tree, uint32_t at, uint32_t *node)
{
    while (*node + 1 < tree->count && tree->nodes[*node + 1].start <= at)
        (*node)++;
    const struct td_node *n = td_node_raw(tree, *node);
    return *node != 0 && !td_is_collection(n) && at < n->end;
}

/* Comments and names of anchors: what nobody sees there can make the rest look otherwise. */
static void walk_rest(const struct td_lint *lint, uint32_t subject)
{
    const struct td_tree *tree = lint->r->tree;
    const struct td_source *source = tree->source;
    uint32_t node = 0;
    size_t used;
    if (source->ascii)
        return;
    for (uint32_t at = (uint32_t)source->text; at < source->size; at += (uint32_t)used) {
        uint32_t c = td_utf8_next(source->bytes + at, source->size - at, &used);
        if (c < 0x80 || !td_utf8_hidden(c) || is_in_scalar(tree, at, &node))
            continue;
        struct td_span span = {at, at + (uint32_t)used};
        struct td_finding *f =
            td_report(lint->r->diag, TRACEDAG_CODE_INVISIBLE_CHARACTER, span, 0);
        td_message(lint->r->diag, f, "this line has an invisible character %c", c);
        td_help(lint->r->diag, f, "remove it");
        td_fix(lint->r->diag, f, TRACEDAG_SAFETY_UNSAFE, span, TD_S(""),
               "remove the character");
        td_subject(lint->r->diag, f, subject, TD_S(""), 0);
        used = td_source_line_span(source, at).end - at; /* once a line */
    }
}

void td_lint_values(const struct td_lint *lint)
{
    if (lint->sound)
        walk_rest(lint, TRACEDAG_SUBJECT_DAG);
    walk_name(lint);
    walk_defaults(lint);
    walk_jobs(lint);
    walk_publishes(lint);
}

/* The operators or the datasets of a catalog. */
static void walk_things(const struct td_lint *lint, struct td_str name,
                        enum td_scope_kind kind)
{
    const struct td_tree *tree = lint->r->tree;
    uint32_t at = td_find_key(tree, tree->root, name);
    uint32_t map = at ? td_after(tree, at) : 0;
    if (map == 0 || tree->nodes[map].kind != TD_MAP)
        return;
    for (uint32_t key = map + 1; key < tree->nodes[map].link;) {
        uint32_t behind = td_after(tree, td_after(tree, key));
        if (!td_faults_in(&lint->faults, key, behind)) {
            const struct td_scope scope = {.kind = kind,
                                           .entry = td_node_text(tree, key),
                                           .key = key,
                                           .node = key + 1};
            walk_key(lint, &scope, key);
            walk_map(lint, &scope, NULL, key + 1, 0);
        }
        key = behind;
    }
}

void td_lint_entries(const struct td_lint *lint)
{
    if (lint->sound)
        walk_rest(lint, TRACEDAG_SUBJECT_CATALOG);
    walk_things(lint, TD_S("operators"), TD_SCOPE_OPERATOR);
    walk_things(lint, TD_S("datasets"), TD_SCOPE_READABLE);
}
