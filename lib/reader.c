#include "reader.h"

#include "edits.h"
#include "repeats.h"
#include "suggest.h"
#include "words.h"

/* ---- keys that are not listed ----------------------------------------------------------- */

/* Keys that other systems use for what a field of ours is. */
struct wrong_turn {
    const char *key;
    const char *field;
    const char *help;
    bool renames; /* its value may be what the field takes */
};

static const struct wrong_turn wrong_turns[] = {
    {"depends_on", "inputs", "use `inputs`", false},
    {"needs", "inputs", "use `inputs`", false},
    {"upstream", "inputs", "use `inputs`", false},
    {"schedule", "source", "`schedule` belongs in `source`, beside `kind: cron`", false},
    {"kind", "source", "`kind` belongs in `source`", false},
    {"webhook_path", "source",
     "`webhook_path` belongs in `source`, beside `kind: webhook`", false},
    {"key", "unique_key", "use `unique_key`", true},
    {"primary_key", "unique_key", "use `unique_key`", true},
    {"unique", "unique_key", "use `unique_key`", true},
    {"timeout", "timeout_seconds", "use `timeout_seconds`, a whole number of seconds",
     true},
};

static const char *const other_versions[] = {"scaling", "idle_timeout", "worker_pools",
                                             "buffer",  "read_roles",   "visibility"};

struct stray {
    struct td_reader *r;
    const struct td_shape *shape;
    const struct td_scope *scope;
    uint32_t *fields;
    struct td_value value;
    struct td_str name;
    struct td_str
        plain; /* the name in snake case: how other systems write the same words */
};

static struct td_finding *report_key(struct stray *s, uint32_t code)
{
    struct td_finding *f =
        td_scope_report(s->r->diag, s->r->tree, s->scope, code,
                        td_node_span(s->r->tree, s->value.key), s->value.key);
    return f;
}

static void field_message(struct stray *s, uint32_t code, const char *says)
{
    struct td_diag *diag = s->r->diag;
    struct td_finding *f = report_key(s, code);
    td_message(diag, f, "%t %s", td_scope_field(diag, s->scope, s->name), says);
    td_help(diag, f, "remove the key");
    td_edit_remove_entry(diag, f, TRACEDAG_SAFETY_UNSAFE, s->r->tree, s->scope->node,
                         s->value.key);
    td_data_text(diag, f, "name", s->name);
}

static bool is_access_policy(struct td_str name)
{
    return td_str_eq(name, TD_S("role")) || td_str_eq(name, TD_S("policy")) ||
           (name.len >= 3 && memcmp(name.ptr, "iam", 3) == 0);
}

/* `kind` says so with the one value that it has there, or as a key of the whole document. */
static bool is_other_kind(const struct stray *s)
{
    if (!td_str_eq(s->plain, TD_S("kind")))
        return false;
    uint32_t value = td_follow(s->r->tree, s->value.raw);
    bool chain_sync = value && s->r->tree->nodes[value].kind == TD_TEXT &&
                      td_str_eq(td_node_text(s->r->tree, value), TD_S("chain_sync"));
    return chain_sync || (s->scope->kind == TD_SCOPE_DAG && s->scope->path.len == 0);
}

static bool is_other_version(struct td_str name)
{
    for (size_t i = 0; i < TD_COUNT(other_versions); i++) {
        if (strlen(other_versions[i]) == name.len &&
            memcmp(other_versions[i], name.ptr, name.len) == 0)
            return true;
    }
    return false;
}

static const struct wrong_turn *find_wrong_turn(const struct stray *s)
{
    for (size_t i = 0; s->scope->kind == TD_SCOPE_JOB && s->scope->path.len == 0 &&
                       i < TD_COUNT(wrong_turns);
         i++) {
        if (strlen(wrong_turns[i].key) == s->plain.len &&
            memcmp(wrong_turns[i].key, s->plain.ptr, s->plain.len) == 0)
            return &wrong_turns[i];
    }
    return NULL;
}

/* A key that stands for a field counts as that field, with a value that nobody can judge. */
static void count_as(struct stray *s, struct td_str name)
{
    uint32_t i = td_field_find(s->shape, name);
    if (i < s->shape->count && s->fields[i] == 0)
        s->fields[i] = TD_POISON;
}

static struct td_str field_name(const void *set, size_t i)
{
    const struct td_shape *shape = set;
    return shape->fields[i].name;
}

enum { LISTED_MOST = 8 };

static void list_fields(struct stray *s, struct td_finding *f)
{
    struct td_str names[TD_FIELDS_MOST];
    if (s->shape->count > LISTED_MOST) {
        td_help(s->r->diag, f, "%u keys are accepted here; tracedag(5) lists them",
                (uint64_t)s->shape->count);
        return;
    }
    for (uint32_t i = 0; i < s->shape->count; i++)
        names[i] = s->shape->fields[i].name;
    td_help(s->r->diag, f, "accepted here: %t",
            td_listed(s->r->diag, names, s->shape->count, "and"));
}

/* Suggests the fields that a key is near to; the same words in camelCase come first. */
static void suggest_fields(struct stray *s, struct td_finding *f)
{
    struct td_diag *diag = s->r->diag;
    if (td_field_find(s->shape, s->plain) < s->shape->count) {
        td_help(diag, f, "did you mean %q?", s->plain);
        td_edit_text(diag, f, TRACEDAG_SAFETY_SAFE, s->r->tree, s->value.key, s->plain);
        return;
    }
    struct td_advice advice = {field_name, s->shape, s->shape->count, s->value.key};
    td_advise(s->r, f, s->name, &advice);
    if (f->pub.help.count == 0)
        list_fields(s, f);
}

/* The field that a key is taken for: the only one it is near to. */
static void count_as_nearest(struct stray *s)
{
    struct td_suggest search;
    td_suggest_start(&search, s->name);
    for (uint32_t i = 0; i < s->shape->count; i++)
        td_suggest_offer(&search, s->shape->fields[i].name);
    struct td_suggest_result near = td_suggest_result(&search);
    for (size_t i = 0; i < near.count; i++)
        count_as(s, near.names[i]);
}

/* The field in `job:tick`, where the blank behind the colon is missing; empty for none. A
   colon that ends the key is one too many: a blank behind it would part nothing. */
static struct td_str before_colon(const struct stray *s)
{
    const char *colon = s->name.len ? memchr(s->name.ptr, ':', s->name.len - 1) : NULL;
    struct td_str name = {s->name.ptr, colon ? (size_t)(colon - s->name.ptr) : 0};
    return td_field_find(s->shape, name) < s->shape->count ? name : TD_S("");
}

static void part_glued(struct stray *s, struct td_finding *f, struct td_str field)
{
    const struct td_node *key = td_node_raw(s->r->tree, s->value.key);
    uint32_t at = key->start + (uint32_t)field.len + 1;
    if (key->style == TD_STYLE_PLAIN && !(key->flags & TD_COPIED))
        td_fix(s->r->diag, f, TRACEDAG_SAFETY_SAFE, (struct td_span){at, at}, TD_S(" "),
               "put a blank after `:`");
}

static void unknown_key(struct stray *s)
{
    struct td_diag *diag = s->r->diag;
    struct td_finding *f = report_key(s, TRACEDAG_CODE_UNKNOWN_KEY);
    td_message(diag, f, "%t has an unknown key %q", td_scope_owner(diag, s->scope),
               s->name);
    td_data_text(diag, f, "name", s->name);
    struct td_str glued = before_colon(s);
    if (glued.len) {
        td_help(diag, f, "put a blank after `:`");
        part_glued(s, f, glued);
        count_as(s, glued);
        return;
    }
    const struct wrong_turn *turn = find_wrong_turn(s);
    if (turn) {
        td_help(diag, f, "%s", turn->help);
        if (turn->renames)
            td_edit_text(diag, f, TRACEDAG_SAFETY_UNSAFE, s->r->tree, s->value.key,
                         (struct td_str){turn->field, strlen(turn->field)});
        count_as(s, (struct td_str){turn->field, strlen(turn->field)});
        return;
    }
    suggest_fields(s, f);
    count_as_nearest(s);
}

static void stray_key(struct stray *s)
{
    char room[TD_SNAKE_ROOM];
    s->plain = td_snake_case(&td_form_operator, s->name, room);
    if (s->plain.len == 0)
        s->plain = s->name;
    if (td_scope_in_catalog(s->scope)) {
        unknown_key(s);
        return;
    }
    if (is_access_policy(s->plain))
        field_message(s, TRACEDAG_CODE_IAM_KEY,
                      "is not accepted; a DAG sets no access policy");
    else if (is_other_version(s->plain) || is_other_kind(s))
        field_message(s, TRACEDAG_CODE_OTHER_VERSION,
                      "is known in other Trace versions and not in this one");
    else if (s->scope->kind == TD_SCOPE_DEFAULTS &&
             td_field_find(&td_job_shape, s->name) < td_job_shape.count) {
        struct td_finding *f = report_key(s, TRACEDAG_CODE_NO_DEFAULT);
        td_message(s->r->diag, f, "%q cannot be set in `defaults`", s->name);
        td_help(s->r->diag, f, "set it in each job");
        td_data_text(s->r->diag, f, "name", s->name);
    } else {
        unknown_key(s);
    }
}

/* Two items of a list in one map: from a key on, one key after another is there already. Gives
 * that key, or 0. */
static uint32_t second_item(const struct td_scope *scope,
                            const struct td_repeats *repeats)
{
    if (scope->list == 0 || scope->path.len > 0 || repeats->count < 2)
        return 0;
    uint32_t key = repeats->list[0].key;
    return repeats->list[1].first < key ? key : 0;
}

static const char *thing_of(const struct td_scope *scope)
{
    return scope->kind == TD_SCOPE_JOB     ? "job"
           : scope->kind == TD_SCOPE_INPUT ? "input"
                                           : "column";
}

/* The second item lacks its `- `: what stands behind it says nothing of the first one, and it may
 * be what others refer to. */
static void split_items(struct td_reader *r, const struct td_shape *shape,
                        const struct td_scope *scope, const struct td_repeats *repeats,
                        uint32_t *fields)
{
    uint32_t second = repeats->list[0].key;
    struct td_finding *f = td_repeated_key(r, scope, second, repeats->list[0].first);
    td_help(r->diag, f, "does another %s begin here? Begin it with `- `",
            thing_of(scope));
    uint32_t end = r->tree->nodes[scope->node].link;
    for (uint32_t key = second; key < end;
         key = td_after(r->tree, td_after(r->tree, key))) {
        uint32_t i = td_is_damaged(td_node_raw(r->tree, key))
                         ? shape->count
                         : td_field_find(shape, td_node_text(r->tree, key));
        if (i < shape->count && td_repeats_first(repeats, key) == 0)
            fields[i] = 0;
    }
    if (scope->kind == TD_SCOPE_JOB)
        r->model->jobs_unsure = true;
}

/* A second look at a map in which the first one met an unknown or a repeated key. */
static void read_strays(struct td_reader *r, const struct td_shape *shape,
                        const struct td_scope *scope, uint32_t *fields)
{
    struct td_repeats repeats;
    if (!td_repeats_find(r->tree, r->model->mem, scope->node, &repeats)) {
        r->failed = true;
        return;
    }
    uint32_t second = second_item(scope, &repeats);
    uint32_t end = second ? second : r->tree->nodes[scope->node].link;
    for (uint32_t key = scope->node + 1; key < end;) {
        uint32_t raw = td_after(r->tree, key);
        if (!td_is_damaged(td_node_raw(r->tree, key))) {
            struct td_str name = td_node_text(r->tree, key);
            uint32_t first = td_repeats_first(&repeats, key);
            struct stray s = {r, shape, scope, fields, {raw, raw, key, 0}, name, name};
            if (first)
                td_repeated_key(r, scope, key, first);
            else if (td_field_find(shape, name) == shape->count)
                stray_key(&s);
        }
        key = td_after(r->tree, raw);
    }
    if (second)
        split_items(r, shape, scope, &repeats, fields);
    td_repeats_free(&repeats, r->model->mem);
}

/* ---- the fields of a map ---------------------------------------------------------------- */

static void missing(struct td_reader *r, const struct td_shape *shape,
                    const struct td_scope *scope, const uint32_t *fields)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].required && fields[i] == 0)
            td_missing_key(r, scope, &shape->fields[i]);
    }
}

/* Whether a map that an alias stands for lacks the field, and it is said where it is written. */
static bool missed_before(struct td_reader *r, const struct td_scope *scope,
                          const struct td_field *field)
{
    uint32_t raw = scope->key ? td_after(r->tree, scope->key) : scope->node;
    if ((raw == scope->node && !scope->alias) || !td_may_look_back(r->diag))
        return false;
    for (size_t i = 0; i < r->diag->count; i++) {
        const struct td_finding *f = &r->diag->list[i];
        if (f->place == scope->node && f->pub.code == TRACEDAG_CODE_MISSING_KEY &&
            td_str_eq(f->fingerprint_name, field->name))
            return true;
    }
    return false;
}

void td_missing_key(struct td_reader *r, const struct td_scope *scope,
                    const struct td_field *field)
{
    if (r->tree->nodes[scope->node].flags & TD_CUT_OFF || missed_before(r, scope, field))
        return;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, scope, TRACEDAG_CODE_MISSING_KEY,
                        td_scope_opener(r->tree, scope), scope->node);
    td_message(r->diag, f, "%t has no %q", td_scope_owner(r->diag, scope), field->name);
    if (field->advice)
        td_help(r->diag, f, "%s", field->advice);
    td_edit_missing_entry(r->diag, f, r->tree, scope->node, field->name);
    td_data_text(r->diag, f, "name", field->name);
}

/* A key with a fault counts as the field that it names, and a merge as all of them: what it
 * stands for may well be there. */
static void damaged_key(const struct td_reader *r, const struct td_shape *shape,
                        uint32_t key, uint32_t *fields)
{
    if (r->tree->nodes[key].kind != TD_TEXT)
        return;
    struct td_str name = td_node_text(r->tree, key);
    bool merge = td_str_eq(name, TD_S("<<"));
    for (uint32_t i = 0; i < shape->count; i++) {
        if (fields[i] == 0 && (merge || td_str_eq(shape->fields[i].name, name)))
            fields[i] = TD_POISON;
    }
}

void td_read_fields(struct td_reader *r, const struct td_shape *shape,
                    const struct td_scope *scope, uint32_t *fields, uint32_t *keys)
{
    bool stray = false;
    memset(fields, 0, shape->count * sizeof *fields);
    uint32_t end = r->tree->nodes[scope->node].link;
    for (uint32_t key = scope->node + 1; key < end;) {
        uint32_t raw = td_after(r->tree, key);
        if (td_is_damaged(td_node_raw(r->tree, key))) {
            damaged_key(r, shape, key, fields);
            key = td_after(r->tree, raw);
            continue;
        }
        uint32_t i = td_field_find(shape, td_node_text(r->tree, key));
        if (i == shape->count || fields[i] != 0) {
            stray = true;
        } else {
            struct td_value value = td_value_of(r->tree, raw, key, 0);
            bool sound = td_read_value(r, scope, &shape->fields[i], &value);
            fields[i] = sound ? value.node : TD_POISON;
            if (keys)
                keys[i] = key;
        }
        key = td_after(r->tree, raw);
    }
    if (stray)
        read_strays(r, shape, scope, fields);
    missing(r, shape, scope, fields);
}
