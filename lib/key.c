#include "key.h"

#include "edits.h"
#include "syntax.h"
#include "utf8.h"
#include "words.h"

enum { CANONICAL_KEY_BYTES_MOST = 1000 };

struct key {
    struct td_tree *tree;
    struct td_diag *diag;
    uint32_t id;
    struct td_node *node;
};

static struct td_finding *report(struct key *key, uint32_t code)
{
    key->node->flags |= TD_DAMAGED;
    struct td_finding *f =
        td_report(key->diag, code, td_node_span(key->tree, key->id), key->id);
    td_subject(key->diag, f, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    return f;
}

/* Whether a map stands right behind a bracket: `{{ x }}`, as templates write it. */
static bool is_placeholder(const struct key *key)
{
    return key->node->kind == TD_MAP && key->node->flags & TD_FLOW &&
           key->node->start > 0 && key->tree->source->bytes[key->node->start - 1] == '{';
}

/* `found` is NULL for a value that is called by its own words. */
static void not_text(struct key *key, const char *found)
{
    struct td_finding *f = report(key, TRACEDAG_CODE_COMPLEX_KEY);
    f->around = true;
    if (found) {
        td_message(key->diag, f, "a key must be text, found %s", found);
        return;
    }
    td_message(key->diag, f, "a key must be text, found %t",
               td_found(key->diag, key->tree, key->id));
    if (!td_is_collection(key->node)) {
        td_help(key->diag, f, "quote it");
        td_edit_quote(key->diag, f, TRACEDAG_SAFETY_SAFE, key->tree, key->id);
    } else if (is_placeholder(key)) {
        td_help(key->diag, f, "if it is a placeholder, quote it, as in `\"{%e}\"`",
                td_source_text(key->tree->source, td_node_span(key->tree, key->id)));
    }
}

static void too_long(struct key *key, const char *what, size_t length, uint64_t limit)
{
    struct td_finding *f = report(key, TRACEDAG_CODE_LIMIT_SCALAR);
    td_message(key->diag, f, "%s has %n bytes, the limit is %n", what, (uint64_t)length,
               limit);
    td_data_number(key->diag, f, "limit", limit);
}

/* The bytes of a text in the canonical form, without quotes; *numbered is set to a character
 * that it writes by number. */
static size_t canonical_length(struct td_str text, uint32_t *numbered, bool *found)
{
    size_t length = 0;
    size_t used;
    for (size_t at = 0; at < text.len; at += used) {
        uint32_t c = td_utf8_next(text.ptr + at, text.len - at, &used);
        char escape = td_json_escape(c);
        length += escape ? 2 : used;
        if (escape == 'u' && !*found) {
            *found = true;
            *numbered = c;
        }
    }
    return length;
}

static void check_characters(struct key *key, struct td_str text)
{
    uint32_t numbered = 0;
    bool found = false;
    size_t length = canonical_length(text, &numbered, &found);
    if (found) {
        struct td_finding *f = report(key, TRACEDAG_CODE_CONTROL_CHARACTER);
        struct td_span escape;
        if (key->node->style == TD_STYLE_DOUBLE_QUOTED &&
            td_syntax_escape_of(key->tree->source, td_node_span(key->tree, key->id),
                                numbered, &escape)) {
            f->pub.start.byte = escape.start;
            f->pub.end.byte = escape.end;
        }
        bool control = numbered < 0x20 || (numbered >= 0x7F && numbered <= 0x9F);
        td_message(key->diag, f, "%s %c is not accepted",
                   control ? "control character" : "invisible character", numbered);
        td_help(key->diag, f, "take it out of the key");
        td_data_number(key->diag, f, "code_point", numbered);
    } else if (length > CANONICAL_KEY_BYTES_MOST) {
        too_long(key, "the canonical spelling of this key", length,
                 CANONICAL_KEY_BYTES_MOST);
    }
}

/* Short ASCII text as it stands in a document has no character that needs its number, and no
 * spelling that is too long. */
static bool is_harmless(const struct key *key, struct td_str text)
{
    bool as_written = !(key->node->flags & TD_COPIED) && key->tree->source->ascii;
    return (as_written && text.len <= CANONICAL_KEY_BYTES_MOST / 2) ||
           td_is_plain_text(text);
}

static void check_text(struct key *key, const struct td_limits *limits)
{
    struct td_str text = td_node_text(key->tree, key->id);
    uint64_t limit = limits->of[TRACEDAG_LIMIT_KEY_BYTES];
    if (text.len > limit) {
        too_long(key, "this key", text.len, limit);
    } else if (td_str_eq(text, TD_S("<<"))) {
        struct td_finding *f = report(key, TRACEDAG_CODE_MERGE_KEY);
        td_message(key->diag, f, "merge key %k is not accepted", "<<");
        td_help(key->diag, f, "put shared settings under `defaults`");
        td_help(key->diag, f,
                "or repeat a whole value with a plain alias, as in "
                "`config: *name`");
    } else if (!is_harmless(key, text)) {
        check_characters(key, text);
    }
}

void td_key_check(struct td_tree *tree, struct td_diag *diag,
                  const struct td_limits *limits, uint32_t id,
                  const struct td_span *anchor)
{
    struct key key = {tree, diag, id, &tree->nodes[id]};
    if (td_is_collection(key.node))
        key.node->flags |= TD_KEY;
    if (key.node->flags & TD_CUT_OFF) /* the fault that ended it is reported */
        key.node->flags |= TD_DAMAGED;
    if (td_is_damaged(key.node))
        return;
    if (anchor)
        not_text(&key, "an anchor");
    else if (key.node->kind == TD_ALIAS)
        not_text(&key, "an alias");
    else if (key.node->kind != TD_TEXT)
        not_text(&key, NULL);
    else
        check_text(&key, limits);
}
