/* The format as a JSON Schema, for editors and for validators of others.
 *
 * It accepts all that the validator accepts, whatever the limits in force are, and refuses what
 * a schema can: so no list or text has a length here that is a limit and no rule. Keywords are
 * those of draft-07. Patterns mean the same to ECMA 262, with its flag `u` or without, and to
 * Python. Where one rule can be said in several ways, `if` and `then` are taken: editors then
 * name the field that is missing or one too many. Everything stands in its place, without
 * `$ref`, beside which draft-07 has nothing count, a description of a field included.
 */
#include "json_schema.h"

#include "conditions.h"

/* ---- texts ------------------------------------------------------------------------------- */

static void put_sentence(struct td_buf *out, const char *words)
{
    if (*words >= 'a' && *words <= 'z')
        td_buf_byte(out, (char)(*words++ - 'a' + 'A'));
    td_buf_text(out, words);
    td_buf_byte(out, '.');
}

/* The texts of the table hold nothing that JSON escapes. */
static void put_description(struct td_json *w, const struct td_field *field)
{
    const char *const sentences[] = {field->means, field->empty, field->when};
    TD_JSON_KEY(w, "description");
    td_buf_byte(w->out, '"');
    for (size_t i = 0; i < TD_COUNT(sentences); i++) {
        if (!sentences[i])
            continue;
        if (i > 0)
            td_buf_byte(w->out, ' ');
        put_sentence(w->out, sentences[i]);
    }
    td_buf_byte(w->out, '"');
}

/* ---- patterns ---------------------------------------------------------------------------- */

/* 366 days at most: so many digits, at most, has each part. */
#define DURATION \
    "^([1-9][0-9]{0,2}d)?([1-9][0-9]{0,3}h)?([1-9][0-9]{0,5}m)?([1-9][0-9]{0,7}s)?$"

#define RATE_UNIT "(minute|hour|day)"
#define CRON_FIELD "[0-9A-Za-z*?,/#-]+"
#define LINE_FIELD "[0-9A-Za-z*,/-]+"
#define BLANKS "[ \\t]+"
#define SCHEDULE \
    "^(rate\\((1 +" RATE_UNIT "|([2-9]|[1-9][0-9]{1,5}) +" RATE_UNIT "s)\\)" \
    "|cron\\(" CRON_FIELD "(" BLANKS CRON_FIELD "){5}\\)" \
    "|" LINE_FIELD "(" BLANKS LINE_FIELD "){4})$"

#define WEBHOOK "^(/(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+)+$"

static void put_class(struct td_buf *out, const struct td_name_form *form)
{
    td_buf_text(out, form->lower ? "[a-z0-9" : "[A-Za-z0-9");
    td_buf_text(out, form->marks);
    td_buf_byte(out, ']');
}

static void put_parts(struct td_buf *out, const struct td_name_form *form)
{
    put_class(out, form);
    td_buf_text(out, "+(\\\\.");
    put_class(out, form);
    td_buf_text(out, "+)*");
}

static void put_name(struct td_buf *out, const struct td_name_form *form)
{
    td_buf_text(out, form->lower ? "[a-z" : "[A-Za-z");
    td_buf_text(out, form->underscore ? "_]" : "]");
    put_class(out, form);
    td_buf_text(out, "{0,");
    td_buf_number(out, form->most - 1);
    td_buf_byte(out, '}');
}

static void put_form(struct td_json *w, const struct td_name_form *form)
{
    TD_JSON_KEY(w, "pattern");
    td_buf_text(w->out, "\"^");
    if (form->parts)
        put_parts(w->out, form);
    else
        put_name(w->out, form);
    td_buf_text(w->out, "$\"");
    if (!form->parts)
        return;
    TD_JSON_KEY(w, "maxLength");
    td_buf_number(w->out, form->most);
}

/* ---- types ------------------------------------------------------------------------------- */

static void put_type(struct td_json *w, const char *type)
{
    TD_JSON_KEY(w, "type");
    td_json_text(w, type);
}

static void put_integer(struct td_json *w, const struct td_field *field)
{
    put_type(w, "integer");
    TD_JSON_KEY(w, "minimum");
    td_buf_number(w->out, (uint64_t)field->low);
    TD_JSON_KEY(w, "maximum");
    td_buf_number(w->out, (uint64_t)field->high);
}

static void put_boolean(struct td_json *w, const struct td_field *field)
{
    (void)field;
    put_type(w, "boolean");
}

static void put_words(struct td_json *w, const struct td_field *field)
{
    put_type(w, "string");
    TD_JSON_KEY(w, "enum");
    td_json_begin_flat(w, '[');
    for (uint32_t i = 0; i < field->words->count; i++) {
        td_json_separate(w);
        td_buf_json(w->out, field->words->words[i]);
    }
    td_json_end(w, ']');
}

static void put_pattern(struct td_json *w, const char *pattern)
{
    put_type(w, "string");
    TD_JSON_KEY(w, "pattern");
    td_json_text(w, pattern);
}

/* The pattern alone takes the empty text, too. */
static void put_duration(struct td_json *w, const struct td_field *field)
{
    (void)field;
    put_pattern(w, DURATION);
    TD_JSON_KEY(w, "minLength");
    td_buf_number(w->out, 1);
}

static void put_schedule(struct td_json *w, const struct td_field *field)
{
    (void)field;
    put_pattern(w, SCHEDULE);
}

static void put_webhook(struct td_json *w, const struct td_field *field)
{
    (void)field;
    put_pattern(w, WEBHOOK);
}

static void put_text(struct td_json *w, const struct td_field *field)
{
    (void)field;
    put_type(w, "string");
    TD_JSON_KEY(w, "minLength");
    td_buf_number(w->out, 1);
}

static void put_named(struct td_json *w, const struct td_field *field)
{
    put_type(w, "string");
    put_form(w, field->form);
}

static void open_list(struct td_json *w, bool filled)
{
    put_type(w, "array");
    if (filled) {
        TD_JSON_KEY(w, "minItems");
        td_buf_number(w->out, 1);
    }
}

static void put_names(struct td_json *w, const struct td_field *field)
{
    open_list(w, field->empty != NULL);
    TD_JSON_KEY(w, "uniqueItems");
    td_json_raw(w, "true");
    TD_JSON_KEY(w, "items");
    td_json_begin(w, '{');
    put_named(w, field);
    td_json_end(w, '}');
}

static void put_name_lists(struct td_json *w, const struct td_field *field)
{
    struct td_field list = {.form = field->form, .empty = ""};
    open_list(w, field->empty != NULL);
    TD_JSON_KEY(w, "items");
    td_json_begin(w, '{');
    put_names(w, &list);
    td_json_end(w, '}');
}

/* What is in it follows, where the row has a shape. */
static void put_list(struct td_json *w, const struct td_field *field)
{
    open_list(w, field->empty != NULL);
}

static void put_keys(struct td_json *w, const struct td_name_form *form)
{
    TD_JSON_KEY(w, "propertyNames");
    td_json_begin_flat(w, '{');
    put_form(w, form);
    td_json_end(w, '}');
}

static void put_map(struct td_json *w, const struct td_field *field)
{
    put_type(w, "object");
    if (field->keys)
        put_keys(w, field->keys);
}

static void put_where(struct td_json *w, const struct td_field *field)
{
    put_map(w, field);
    TD_JSON_KEY(w, "minProperties");
    td_buf_number(w->out, 1);
    TD_JSON_KEY(w, "additionalProperties");
    td_json_raw(w, "{\"type\": [\"string\", \"integer\", \"boolean\"]}");
}

static void (*const types[])(struct td_json *, const struct td_field *) = {
    [TD_TYPE_INTEGER] = put_integer,   [TD_TYPE_BOOLEAN] = put_boolean,
    [TD_TYPE_ENUM] = put_words,        [TD_TYPE_RUNTIME] = put_words,
    [TD_TYPE_DURATION] = put_duration, [TD_TYPE_NAME] = put_named,
    [TD_TYPE_TEXT] = put_text,         [TD_TYPE_SCHEDULE] = put_schedule,
    [TD_TYPE_WEBHOOK] = put_webhook,   [TD_TYPE_OUTPUT] = put_integer,
    [TD_TYPE_LOOKUP] = put_named,      [TD_TYPE_COLUMN] = put_words,
    [TD_TYPE_NAMES] = put_names,       [TD_TYPE_NAME_LISTS] = put_name_lists,
    [TD_TYPE_LIST] = put_list,         [TD_TYPE_MAP] = put_map,
    [TD_TYPE_INPUT_FROM] = put_map,    [TD_TYPE_WHERE] = put_where,
    [TD_TYPE_FREE_MAP] = put_map,
};

/* ---- conditions -------------------------------------------------------------------------- */

/* What a clause says of the value of its field, where that is the same for all fields. */
static const char *const of_value[] = {
    [TD_IS_ABSENT] = "false",
    [TD_IS_POSITIVE] = "{\"minimum\": 1}",
    [TD_IS_FILLED] = "{\"minItems\": 1}",
    [TD_IS_EMPTY] = "{\"maxItems\": 0}",
};

static void put_word(struct td_json *w, const char *word)
{
    td_json_begin(w, '{');
    TD_JSON_KEY(w, "const");
    td_json_text(w, word);
    td_json_end(w, '}');
}

static void put_untrusted(struct td_json *w, const struct td_narrowing *by)
{
    td_json_begin(w, '{');
    TD_JSON_KEY(w, "not");
    td_json_begin(w, '{');
    TD_JSON_KEY(w, "enum");
    td_narrow_trusted(w, by);
    td_json_end(w, '}');
    td_json_end(w, '}');
}

/* Without a catalog no operator is trusted. */
static bool says_something(const struct td_clause *clause, const struct td_narrowing *by)
{
    if (clause->claim == TD_IS_UNTRUSTED)
        return td_narrowing_trusts(by);
    return clause->claim != TD_IS_THERE;
}

static void put_values(struct td_json *w, const struct td_shape *shape,
                       const struct td_clause *clauses, const struct td_narrowing *by)
{
    bool any = false;
    for (const struct td_clause *c = clauses; c->claim; c++) {
        if (!says_something(c, by))
            continue;
        td_json_begin_once(w, &any, TD_S("properties"), '{');
        td_json_key(w, shape->fields[c->field].name);
        if (c->claim == TD_IS_WORD)
            put_word(w, c->word);
        else if (c->claim == TD_IS_UNTRUSTED)
            put_untrusted(w, by);
        else
            td_json_raw(w, of_value[c->claim]);
    }
    if (any)
        td_json_end(w, '}');
}

/* A premise about a value holds only where there is one. */
static bool wants_value(const struct td_clause *clause, bool premise)
{
    return clause->claim == TD_IS_THERE ||
           (premise && clause->claim != TD_IS_ABSENT && clause->claim != TD_IS_UNTRUSTED);
}

static void put_presence(struct td_json *w, const struct td_shape *shape,
                         const struct td_clause *clauses, bool premise)
{
    bool any = false;
    for (const struct td_clause *c = clauses; c->claim; c++) {
        if (!wants_value(c, premise))
            continue;
        td_json_begin_once(w, &any, TD_S("required"), '[');
        td_json_separate(w);
        td_buf_json(w->out, shape->fields[c->field].name);
    }
    if (any)
        td_json_end(w, ']');
}

static void put_clauses(struct td_json *w, const struct td_shape *shape,
                        const struct td_clause *clauses, bool premise,
                        const struct td_narrowing *by)
{
    td_json_begin_flat(w, '{');
    put_values(w, shape, clauses, by);
    put_presence(w, shape, clauses, premise);
    td_json_end(w, '}');
}

static void put_conditions(struct td_json *w, const struct td_shape *shape,
                           const struct td_narrowing *by)
{
    size_t count;
    const struct td_condition *conditions = td_conditions(&count);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (conditions[i].shape != shape)
            continue;
        td_json_begin_once(w, &any, TD_S("allOf"), '[');
        td_json_separate(w);
        td_json_begin(w, '{');
        TD_JSON_KEY(w, "if");
        put_clauses(w, shape, conditions[i].when, true, by);
        TD_JSON_KEY(w, "then");
        put_clauses(w, shape, conditions[i].then, false, by);
        td_json_end(w, '}');
    }
    td_narrow_shape(w, by, shape, &any);
    if (any)
        td_json_end(w, ']');
}

/* ---- shapes ------------------------------------------------------------------------------ */

/* Flat before it begins, for it stands on one line. */
static void put_required(struct td_json *w, const struct td_shape *shape)
{
    bool any = false;
    w->flat = w->depth + 1;
    for (uint32_t i = 0; i < shape->count; i++) {
        if (!shape->fields[i].required)
            continue;
        td_json_begin_once(w, &any, TD_S("required"), '[');
        td_json_separate(w);
        td_buf_json(w->out, shape->fields[i].name);
    }
    if (any)
        td_json_end(w, ']');
    w->flat = 0;
}

static void open_shape(struct td_json *w)
{
    TD_JSON_KEY(w, "properties");
    td_json_begin(w, '{');
}

static void close_shape(struct td_json *w, const struct td_shape *shape,
                        const struct td_narrowing *by)
{
    td_json_end(w, '}');
    put_required(w, shape);
    TD_JSON_KEY(w, "additionalProperties");
    td_json_raw(w, "false");
    put_conditions(w, shape, by);
}

static void open_field(struct td_json *w, const struct td_field *field,
                       const struct td_narrowing *by)
{
    td_json_key(w, field->name);
    td_json_begin(w, '{');
    put_description(w, field);
    if (field->standard && !field->required) {
        TD_JSON_KEY(w, "default");
        td_json_raw(w, field->standard);
    }
    bool narrowed = td_narrows_field(by, field);
    if (field->examples && !narrowed) {
        TD_JSON_KEY(w, "examples");
        td_buf_byte(w->out, '[');
        td_json_raw(w, field->examples);
        td_buf_byte(w->out, ']');
    }
    types[field->type](w, field);
    if (narrowed)
        td_narrow_field(w, by, field);
}

/* Whether the shape of a field is that of each thing in its value, not of the value. */
static bool holds_many(const struct td_field *field)
{
    return field->type == TD_TYPE_LIST || field->keys;
}

static void enter(struct td_json *w, const struct td_field *field)
{
    if (!holds_many(field))
        return;
    td_json_key(w, field->keys ? TD_S("additionalProperties") : TD_S("items"));
    td_json_begin(w, '{');
    put_type(w, "object");
}

static void leave(struct td_json *w, const struct td_field *field)
{
    if (holds_many(field))
        td_json_end(w, '}');
    td_json_end(w, '}');
}

enum { SHAPES_DEEP = 8 };

struct level {
    const struct td_shape *shape;
    uint32_t next; /* of its fields */
};

/* The shapes that a shape leads to stand inside it; the stack takes the place of recursion. */
static void put_shapes(struct td_json *w, const struct td_shape *root,
                       const struct td_narrowing *by)
{
    struct level stack[SHAPES_DEEP] = {{root, 0}};
    size_t top = 0;
    open_shape(w);
    for (;;) {
        struct level *at = &stack[top];
        if (at->next == at->shape->count) {
            close_shape(w, at->shape, by);
            if (top == 0)
                return;
            at = &stack[--top];
            leave(w, &at->shape->fields[at->next - 1]);
            continue;
        }
        const struct td_field *field = &at->shape->fields[at->next++];
        open_field(w, field, by);
        if (!field->shape) {
            td_json_end(w, '}');
            continue;
        }
        assert(top + 1 < SHAPES_DEEP);
        enter(w, field);
        stack[++top] = (struct level){field->shape, 0};
        open_shape(w);
    }
}

/* ---- the schema -------------------------------------------------------------------------- */

#define EXAMPLE \
    "[{\"name\": \"daily_blocks\", \"jobs\": [{\"name\": \"daily_trigger\", " \
    "\"activation\": \"source\", \"runtime\": \"dispatcher\", " \
    "\"operator\": \"trigger_cron\", \"outputs\": 1, " \
    "\"source\": {\"kind\": \"cron\", \"schedule\": \"rate(1 day)\"}}]}]"

/* The schemas of catalogs share no `$id`, by which validators tell schemas apart, and a catalog
 * need not have the operator of the example. */
static void put_identity(struct td_json *w, bool general)
{
    if (general) {
        TD_JSON_KEY(w, "$id");
        td_json_text(w, "urn:libtracedag:trace-dag:1");
    }
    TD_JSON_KEY(w, "title");
    td_json_text(w, general ? "Trace DAG, version 1"
                            : "Trace DAG, version 1, with the names of a catalog");
}

void td_json_schema(struct td_buf *out, const struct td_narrowing *by)
{
    struct td_json w = {.out = out};
    bool general = !by->operators.items && !by->datasets.items;
    td_json_begin(&w, '{');
    TD_JSON_KEY(&w, "$schema");
    td_json_text(&w, "http://json-schema.org/draft-07/schema#");
    put_identity(&w, general);
    TD_JSON_KEY(&w, "description");
    td_json_text(
        &w, "A Trace DAG document: jobs, what they read, and the datasets they publish.");
    if (general) {
        TD_JSON_KEY(&w, "examples");
        td_json_raw(&w, EXAMPLE);
    }
    put_type(&w, "object");
    put_shapes(&w, &td_root_shape, by);
    td_json_end(&w, '}');
    td_buf_byte(out, '\n');
}
