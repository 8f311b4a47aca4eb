#include "edits.h"
#include "number.h"
#include "open.h"
#include "rules_parts.h"
#include "words.h"

enum { LISTED_MOST = 8 };

/* A list or map on the way to a value. */
struct level {
    uint32_t node;
    uint32_t next;               /* the key or item that comes next */
    uint32_t key;                /* the one at hand, */
    uint32_t index;              /* and its position */
    bool unsure;                 /* a key has a fault: another may be missing for that */
    const tracedag_list *fields; /* of a map */
    const tracedag_catalog_field *item; /* of a list */
};

struct walk {
    const struct td_allowed *a;
    struct level at[TD_DEPTH_CEILING + 1];
    uint32_t depth;
};

static const struct td_tree *tree_of(const struct td_allowed *a)
{
    return a->r->tree;
}

/* ---- words ------------------------------------------------------------------------------ */

static void put_step(struct td_buf *buf, struct td_str step)
{
    td_buf_byte(buf, '.');
    td_buf_escaped(buf, step, TD_QUOTE_CHARACTERS);
}

/* The steps to the value at hand: "config.ranges.0.from". What is very long says enough. */
static struct td_str path_of(const struct walk *w)
{
    enum { PATH_BYTES_MOST = 200 };
    struct td_diag *diag = w->a->r->diag;
    struct td_buf *buf = &diag->scratch;
    if (diag->muted)
        return TD_S("");
    td_buf_str(buf, w->a->head);
    for (uint32_t i = 0; i < w->depth && buf->len < PATH_BYTES_MOST; i++) {
        if (w->at[i].fields) {
            put_step(buf, td_node_text(tree_of(w->a), w->at[i].key));
        } else {
            td_buf_byte(buf, '.');
            td_buf_number(buf, w->at[i].index);
        }
    }
    return td_words(diag, "");
}

/* ---- a value ---------------------------------------------------------------------------- */

/* A value while it is judged. */
struct judged {
    const struct td_allowed *a;
    const struct walk *walk; /* NULL in a filter, which has no more than a key */
    uint32_t key;
    uint32_t list;
    uint32_t raw;
    uint32_t node;
    const struct td_catalog_entry *entry;
};

static const struct {
    const char *words;
    unsigned kinds;
} types[] = {
    [TRACEDAG_FIELD_STRING] = {"text", 1U << TD_TEXT},
    [TRACEDAG_FIELD_INTEGER] = {"a whole number", 1U << TD_INTEGER},
    [TRACEDAG_FIELD_NUMBER] = {"a number", 1U << TD_INTEGER | 1U << TD_FLOAT},
    [TRACEDAG_FIELD_BOOLEAN] = {"true or false", 1U << TD_TRUE | 1U << TD_FALSE},
    [TRACEDAG_FIELD_LIST] = {"a list", 1U << TD_LIST},
    [TRACEDAG_FIELD_MAP] = {"a map", 1U << TD_MAP},
    [TRACEDAG_FIELD_ANY] = {"a value", ~0U},
};

static struct td_str text_of(const struct judged *j)
{
    return td_node_text(tree_of(j->a), j->node);
}

/* The value where it is written in place; 0 where an alias stands for it. */
static uint32_t own_node(const struct judged *j)
{
    return j->raw == j->node ? j->node : 0;
}

/* What the value is called, for the finding that was started last. */
static struct td_str path_words(const struct judged *j)
{
    if (j->walk)
        return path_of(j->walk);
    return td_words(j->a->r->diag, "%t.%e", j->a->head,
                    td_node_text(tree_of(j->a), j->key));
}

static struct td_finding *report(const struct judged *j)
{
    struct td_reader *r = j->a->r;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, j->a->scope, j->a->code,
                        td_value_span(r->tree, j->raw, j->key, j->list), j->raw);
    td_data_text(r->diag, f, "name", path_words(j));
    return f;
}

static struct td_str words_of(const struct judged *j)
{
    return td_words(j->a->r->diag, "`%t` of %t", path_words(j),
                    td_scope_owner(j->a->r->diag, j->a->scope));
}

static void offer_boolean(const struct judged *j, struct td_finding *f)
{
    struct td_str meant = td_boolean_meant(text_of(j));
    if (meant.len)
        td_edit_value(j->a->r->diag, f, TRACEDAG_SAFETY_SAFE, tree_of(j->a), own_node(j),
                      meant);
}

static void wrong_type(const struct judged *j)
{
    struct td_reader *r = j->a->r;
    const struct td_node *node = td_node_raw(r->tree, j->node);
    const char *wanted = types[j->entry->pub.type].words;
    struct td_finding *f = report(j);
    td_message(r->diag, f, "%t must be %s, found %t", words_of(j), wanted,
               td_found(r->diag, r->tree, j->node));
    td_data_text(r->diag, f, "expected", (struct td_str){wanted, strlen(wanted)});
    if (node->kind == TD_NULL) {
        td_help(r->diag, f, "write a value, or remove the key");
        return;
    }
    td_advise_type(r, f, j->node, wanted);
    if (j->entry->pub.type == TRACEDAG_FIELD_STRING && !td_is_collection(node))
        td_edit_quote(r->diag, f, TRACEDAG_SAFETY_SAFE, r->tree, own_node(j));
    else if (j->entry->pub.type == TRACEDAG_FIELD_INTEGER && node->kind == TD_TEXT &&
             td_scalar_resolve(text_of(j)) == TD_SCALAR_INTEGER)
        td_edit_value(r->diag, f, TRACEDAG_SAFETY_SAFE, r->tree, own_node(j), text_of(j));
    else if (j->entry->pub.type == TRACEDAG_FIELD_BOOLEAN && node->kind == TD_TEXT)
        offer_boolean(j, f);
}

/* ---- bounds ----------------------------------------------------------------------------- */

static struct td_str bound_of(const struct judged *j, bool below)
{
    return td_slice(below ? j->entry->pub.min : j->entry->pub.max);
}

static void beyond(const struct judged *j, bool below)
{
    struct td_diag *diag = j->a->r->diag;
    struct td_finding *f = report(j);
    td_message(diag, f, "%t must be %e or %s, found %e", words_of(j), bound_of(j, below),
               below ? "more" : "less", text_of(j));
    td_data_text(diag, f, below ? "least" : "most", bound_of(j, below));
}

static void miscounted(const struct judged *j, bool below, size_t count, const char *unit)
{
    struct td_diag *diag = j->a->r->diag;
    struct td_finding *f = report(j);
    bool one = (below ? j->entry->least : j->entry->most) == 1;
    td_message(diag, f, "%t must have %e %s%s or %s, found %n", words_of(j),
               bound_of(j, below), unit, one ? "" : "s", below ? "more" : "less",
               (uint64_t)count);
    td_data_text(diag, f, below ? "least" : "most", bound_of(j, below));
}

static bool judge_number(const struct judged *j)
{
    struct td_str text = text_of(j);
    tracedag_text min = j->entry->pub.min;
    tracedag_text max = j->entry->pub.max;
    bool below = min.ptr && td_number_compare(text, td_slice(min)) < 0;
    bool fits = !below && (!max.ptr || td_number_compare(text, td_slice(max)) <= 0);
    if (!fits)
        beyond(j, below);
    return fits;
}

static bool judge_count(const struct judged *j, size_t count, const char *unit)
{
    bool below = (int64_t)count < j->entry->least;
    bool fits = !below && (int64_t)count <= j->entry->most;
    if (!fits)
        miscounted(j, below, count, unit);
    return fits;
}

static size_t characters(struct td_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return count;
}

/* ---- accepted values -------------------------------------------------------------------- */

static struct td_str word_at(const void *set, size_t i)
{
    const tracedag_list *words = set;
    return td_slice(((const tracedag_text *)words->items)[i]);
}

static struct td_str listed(struct td_diag *diag, const tracedag_list *words)
{
    struct td_str few[LISTED_MOST];
    for (size_t i = 0; i < words->count; i++)
        few[i] = word_at(words, i);
    return td_listed(diag, few, words->count, "or");
}

static void not_accepted(const struct judged *j)
{
    struct td_reader *r = j->a->r;
    const tracedag_list *words = &j->entry->pub.words;
    struct td_str text = text_of(j);
    struct td_finding *f = report(j);
    if (words->count <= LISTED_MOST)
        td_message(r->diag, f, "%t must be %t, found %q", words_of(j),
                   listed(r->diag, words), text);
    else
        td_message(r->diag, f, "%t must be one of %n values, found %q", words_of(j),
                   (uint64_t)words->count, text);
    td_data_text(r->diag, f, "found", text);
    if (j->entry->pub.type != TRACEDAG_FIELD_STRING)
        return;
    struct td_advice advice = {word_at, words, words->count, own_node(j)};
    td_advise(r, f, text, &advice);
    if (f->pub.help.count == 0 && words->count > LISTED_MOST)
        td_help(r->diag, f, "such as %q, %q and %q", word_at(words, 0), word_at(words, 1),
                word_at(words, 2));
}

static void judge_words(const struct judged *j)
{
    char key[TD_NUMBER_MAX];
    struct td_str word = text_of(j);
    if (j->entry->pub.words.count == 0)
        return;
    if (j->entry->pub.type != TRACEDAG_FIELD_STRING)
        word = (struct td_str){key, td_number_key(word, key)};
    if (!td_catalog_has_word(j->entry, word))
        not_accepted(j);
}

/* A number with too many digits is told already, and compares with nothing. */
static bool can_compare(const struct judged *j)
{
    char spelled[TD_NUMBER_MAX];
    size_t len;
    if (td_node_raw(tree_of(j->a), j->node)->kind == TD_INTEGER)
        return td_integer_canonical(text_of(j), spelled, &len) == TD_NUMBER_OK;
    return td_float_canonical(text_of(j), spelled, &len) == TD_NUMBER_OK;
}

/* Whether the value has the type; then what the field says of such values is judged. */
static bool judge(const struct judged *j)
{
    const struct td_node *node = td_node_raw(tree_of(j->a), j->node);
    if ((types[j->entry->pub.type].kinds & (1U << node->kind)) == 0) {
        wrong_type(j);
        return false;
    }
    switch (j->entry->pub.type) {
    case TRACEDAG_FIELD_STRING:
        if (judge_count(j, characters(text_of(j)), "character"))
            judge_words(j);
        break;
    case TRACEDAG_FIELD_INTEGER:
    case TRACEDAG_FIELD_NUMBER:
        if (can_compare(j) && judge_number(j))
            judge_words(j);
        break;
    case TRACEDAG_FIELD_LIST:
        judge_count(j, td_node_count(tree_of(j->a), j->node), "item");
        break;
    default:
        break;
    }
    return true;
}

static bool can_be_judged(const struct td_tree *tree, uint32_t node)
{
    const struct td_node *n = td_node_raw(tree, node);
    return node != 0 && !td_is_damaged(n) && n->kind != TD_NOT_FINITE;
}

void td_allowed_value(const struct td_allowed *a, uint32_t key,
                      const struct td_catalog_entry *entry)
{
    uint32_t raw = td_after(a->r->tree, key);
    struct judged j = {a, NULL, key, 0, raw, td_follow(a->r->tree, raw), entry};
    judge(&j);
}

/* ---- keys of maps ----------------------------------------------------------------------- */

static struct td_str field_at(const void *set, size_t i)
{
    const tracedag_list *fields = set;
    return td_slice(td_entry_at(fields, i)->pub.name);
}

/* Which fields there are, where no near one was found. */
static void list_fields(const struct td_allowed *a, struct td_finding *f,
                        const tracedag_list *fields)
{
    struct td_diag *diag = a->r->diag;
    struct td_str few[LISTED_MOST];
    if (fields->count == 0) {
        td_help(diag, f, "%s %q takes none here", a->thing, a->name);
    } else if (fields->count > LISTED_MOST) {
        td_help(diag, f, "%s %q takes %n fields here, and none has a similar name",
                a->thing, a->name, (uint64_t)fields->count);
    } else {
        for (size_t i = 0; i < fields->count; i++)
            few[i] = field_at(fields, i);
        td_help(diag, f, "accepted here: %t", td_listed(diag, few, fields->count, "and"));
    }
}

/* A key that is near to a field counts as that field, which is then not missing. */
static void count_as(const struct walk *w, const struct level *level, struct td_str name)
{
    const struct td_catalog_entry *entry = td_catalog_field(level->fields, name);
    w->a->seen[entry->id] = level->node;
}

static void unknown_field(const struct walk *w, const struct level *level)
{
    const struct td_allowed *a = w->a;
    struct td_reader *r = a->r;
    struct td_str name = td_node_text(r->tree, level->key);
    struct td_finding *f = td_scope_report(r->diag, r->tree, a->scope, a->code,
                                           td_node_span(r->tree, level->key), level->key);
    struct td_str path = path_of(w);
    td_message(r->diag, f, "`%t` of %t is no field of %s %q", path,
               td_scope_owner(r->diag, a->scope), a->thing, a->name);
    td_data_text(r->diag, f, "name", path);
    struct td_advice advice = {field_at, level->fields, level->fields->count, level->key};
    struct td_suggest_result near = td_advise(r, f, name, &advice);
    for (size_t i = 0; i < near.count; i++)
        count_as(w, level, near.names[i]);
    if (td_kept(r->diag, f) && near.count == 0)
        list_fields(a, f, level->fields);
}

/* A finding about the innermost map, which the walk has just left. */
static struct td_finding *report_map(const struct walk *w, const struct level *level)
{
    struct td_reader *r = w->a->r;
    uint32_t key = 0;
    uint32_t list = 0;
    if (w->depth == 0)
        key = w->a->scope->key;
    else if (w->at[w->depth - 1].fields)
        key = w->at[w->depth - 1].key;
    else
        list = w->at[w->depth - 1].node;
    return td_scope_report(r->diag, r->tree, w->a->scope, w->a->code,
                           td_opener(r->tree, level->node, key, list), level->node);
}

static void missing_field(const struct walk *w, const struct level *level,
                          const struct td_catalog_entry *entry)
{
    const struct td_allowed *a = w->a;
    struct td_reader *r = a->r;
    struct td_str name = td_slice(entry->pub.name);
    struct td_finding *f = report_map(w, level);
    struct td_str path = td_words(r->diag, "%t.%e", path_of(w), name);
    td_message(r->diag, f, "%t has no `%t`, which %s %q requires",
               td_scope_owner(r->diag, a->scope), path, a->thing, a->name);
    td_help(r->diag, f, "add `%e:` with %s", name, types[entry->pub.type].words);
    td_edit_missing_entry(r->diag, f, r->tree, level->node, name);
    td_data_text(r->diag, f, "name", path);
}

void td_allowed_lacks_more(const struct td_allowed *a, struct td_finding *f,
                           struct td_str path)
{
    struct td_diag *diag = a->r->diag;
    td_message(diag, f, "%t lacks more fields of `%t` that %s %q requires",
               td_scope_owner(diag, a->scope), path, a->thing, a->name);
    td_help(diag, f, "%u are named; the catalog lists all", (uint64_t)TD_MISSING_NAMED);
    td_data_text(diag, f, "name", path);
}

/* The innermost map is read: whether it has all that it must have. */
static void leave_map(struct walk *w)
{
    const struct level level = w->at[--w->depth];
    bool cut = (tree_of(w->a)->nodes[level.node].flags & TD_CUT_OFF) != 0;
    size_t named = 0;
    if (level.unsure || cut)
        return;
    for (size_t i = td_catalog_required(level.fields); i < level.fields->count;
         i = td_catalog_next_required(level.fields, i)) {
        const struct td_catalog_entry *entry = td_entry_at(level.fields, i);
        if (w->a->seen[entry->id] == level.node)
            continue;
        if (named++ == TD_MISSING_NAMED) {
            td_allowed_lacks_more(w->a, report_map(w, &level), path_of(w));
            return;
        }
        missing_field(w, &level, entry);
    }
}

/* ---- the walk --------------------------------------------------------------------------- */

static void enter(struct walk *w, uint32_t node, const tracedag_list *fields,
                  const tracedag_catalog_field *item)
{
    assert(w->depth <= TD_DEPTH_CEILING);
    w->at[w->depth++] = (struct level){.node = node,
                                       .next = node + 1,
                                       .index = UINT32_MAX, /* before the first */
                                       .fields = fields,
                                       .item = item};
}

/* Goes into what a field says more of. */
static void enter_value(struct walk *w, const struct td_catalog_entry *entry,
                        uint32_t node)
{
    if (entry->pub.type == TRACEDAG_FIELD_MAP && entry->pub.closed)
        enter(w, node, &entry->pub.fields, NULL);
    else if (entry->pub.type == TRACEDAG_FIELD_LIST && entry->pub.items)
        enter(w, node, NULL, entry->pub.items);
}

static void judge_value(struct walk *w, uint32_t raw, uint32_t key, uint32_t list,
                        const struct td_catalog_entry *entry)
{
    uint32_t node = td_follow(tree_of(w->a), raw);
    if (!can_be_judged(tree_of(w->a), node))
        return;
    struct judged j = {w->a, w, key, list, raw, node, entry};
    if (judge(&j))
        enter_value(w, entry, node);
}

static void next_key(struct walk *w, struct level *level)
{
    const struct td_tree *tree = tree_of(w->a);
    level->key = level->next;
    uint32_t raw = td_after(tree, level->key);
    level->next = td_after(tree, raw);
    if (td_is_damaged(td_node_raw(tree, level->key))) {
        level->unsure = true;
        return;
    }
    const struct td_catalog_entry *entry =
        td_catalog_field(level->fields, td_node_text(tree, level->key));
    if (!entry) {
        unknown_field(w, level);
        return;
    }
    w->a->seen[entry->id] = level->node;
    judge_value(w, raw, level->key, 0, entry);
}

static void next_item(struct walk *w, struct level *level)
{
    uint32_t raw = level->next;
    level->next = td_after(tree_of(w->a), raw);
    level->index++;
    assert(level->item); /* or the list would not have been entered */
    judge_value(w, raw, 0, level->node, (const struct td_catalog_entry *)level->item);
}

void td_allowed_map(const struct td_allowed *a, uint32_t node,
                    const tracedag_list *fields)
{
    struct walk w;
    w.a = a;
    w.depth = 0;
    enter(&w, node, fields, NULL);
    while (w.depth > 0 && !td_is_full(a->r->diag)) { /* else there is enough to mend */
        struct level *level = &w.at[w.depth - 1];
        bool ended = level->next >= tree_of(a)->nodes[level->node].link;
        if (ended && level->fields)
            leave_map(&w);
        else if (ended)
            w.depth--;
        else if (level->fields)
            next_key(&w, level);
        else
            next_item(&w, level);
    }
}
