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

/* ---- JSON -------------------------------------------------------------------------------- */

struct writer {
    struct td_buf *out;
    unsigned depth; /* of open maps and lists */
    unsigned flat;  /* open ones from this depth on stand on one line; 0: none do */
    bool begun;     /* the innermost one has an entry */
};

static bool is_flat(const struct writer *w)
{
    return w->flat && w->depth >= w->flat;
}

static void break_line(struct writer *w)
{
    td_buf_byte(w->out, '\n');
    for (unsigned i = 0; i < w->depth; i++)
        td_buf_text(w->out, "  ");
}

/* What stands before an entry or item. */
static void separate(struct writer *w)
{
    if (w->begun)
        td_buf_byte(w->out, ',');
    if (!is_flat(w))
        break_line(w);
    else if (w->begun)
        td_buf_byte(w->out, ' ');
    w->begun = true;
}

static void key(struct writer *w, struct td_str name)
{
    separate(w);
    td_buf_json(w->out, name);
    td_buf_text(w->out, ": ");
}

#define KEY(w, name) key(w, TD_S(name))

static void begin(struct writer *w, char bracket)
{
    td_buf_byte(w->out, bracket);
    w->depth++;
    w->begun = false;
}

static void begin_flat(struct writer *w, char bracket)
{
    if (!w->flat)
        w->flat = w->depth + 1;
    begin(w, bracket);
}

static void end(struct writer *w, char bracket)
{
    bool flat = is_flat(w);
    w->depth--;
    if (!flat)
        break_line(w);
    if (w->flat > w->depth)
        w->flat = 0;
    td_buf_byte(w->out, bracket);
    w->begun = true;
}

/* Begins a map or list with its key before its first entry, so that there is no empty one. */
static void begin_once(struct writer *w, bool *any, struct td_str name, char bracket)
{
    if (*any)
        return;
    *any = true;
    key(w, name);
    begin(w, bracket);
}

static void text(struct writer *w, const char *value)
{
    td_buf_json(w->out, (struct td_str){value, strlen(value)});
}

/* A value that is JSON already. */
static void raw(struct writer *w, const char *json)
{
    td_buf_text(w->out, json);
}

/* ---- texts ------------------------------------------------------------------------------- */

static void put_sentence(struct td_buf *out, const char *words)
{
    if (*words >= 'a' && *words <= 'z')
        td_buf_byte(out, (char)(*words++ - 'a' + 'A'));
    td_buf_text(out, words);
    td_buf_byte(out, '.');
}

/* The texts of the table hold nothing that JSON escapes. */
static void put_description(struct writer *w, const struct td_field *field)
{
    const char *const sentences[] = {field->means, field->empty, field->when};
    KEY(w, "description");
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

static void put_form(struct writer *w, const struct td_name_form *form)
{
    KEY(w, "pattern");
    td_buf_text(w->out, "\"^");
    if (form->parts)
        put_parts(w->out, form);
    else
        put_name(w->out, form);
    td_buf_text(w->out, "$\"");
    if (!form->parts)
        return;
    KEY(w, "maxLength");
    td_buf_number(w->out, form->most);
}

/* ---- types ------------------------------------------------------------------------------- */

static void put_type(struct writer *w, const char *type)
{
    KEY(w, "type");
    text(w, type);
}

static void put_integer(struct writer *w, const struct td_field *field)
{
    put_type(w, "integer");
    KEY(w, "minimum");
    td_buf_number(w->out, (uint64_t)field->low);
    KEY(w, "maximum");
    td_buf_number(w->out, (uint64_t)field->high);
}

static void put_boolean(struct writer *w, const struct td_field *field)
{
    (void)field;
    put_type(w, "boolean");
}

static void put_words(struct writer *w, const struct td_field *field)
{
    put_type(w, "string");
    KEY(w, "enum");
    begin_flat(w, '[');
    for (uint32_t i = 0; i < field->words->count; i++) {
        separate(w);
        td_buf_json(w->out, field->words->words[i]);
    }
    end(w, ']');
}

static void put_pattern(struct writer *w, const char *pattern)
{
    put_type(w, "string");
    KEY(w, "pattern");
    text(w, pattern);
}

/* The pattern alone takes the empty text, too. */
static void put_duration(struct writer *w, const struct td_field *field)
{
    (void)field;
    put_pattern(w, DURATION);
    KEY(w, "minLength");
    td_buf_number(w->out, 1);
}

static void put_schedule(struct writer *w, const struct td_field *field)
{
    (void)field;
    put_pattern(w, SCHEDULE);
}

static void put_webhook(struct writer *w, const struct td_field *field)
{
    (void)field;
    put_pattern(w, WEBHOOK);
}

static void put_text(struct writer *w, const struct td_field *field)
{
    (void)field;
    put_type(w, "string");
    KEY(w, "minLength");
    td_buf_number(w->out, 1);
}

static void put_named(struct writer *w, const struct td_field *field)
{
    put_type(w, "string");
    put_form(w, field->form);
}

static void open_list(struct writer *w, bool filled)
{
    put_type(w, "array");
    if (filled) {
        KEY(w, "minItems");
        td_buf_number(w->out, 1);
    }
}

static void put_names(struct writer *w, const struct td_field *field)
{
    open_list(w, field->empty != NULL);
    KEY(w, "uniqueItems");
    raw(w, "true");
    KEY(w, "items");
    begin(w, '{');
    put_named(w, field);
    end(w, '}');
}

static void put_name_lists(struct writer *w, const struct td_field *field)
{
    struct td_field list = {.form = field->form, .empty = ""};
    open_list(w, field->empty != NULL);
    KEY(w, "items");
    begin(w, '{');
    put_names(w, &list);
    end(w, '}');
}

/* What is in it follows, where the row has a shape. */
static void put_list(struct writer *w, const struct td_field *field)
{
    open_list(w, field->empty != NULL);
}

static void put_keys(struct writer *w, const struct td_name_form *form)
{
    KEY(w, "propertyNames");
    begin_flat(w, '{');
    put_form(w, form);
    end(w, '}');
}

static void put_map(struct writer *w, const struct td_field *field)
{
    put_type(w, "object");
    if (field->keys)
        put_keys(w, field->keys);
}

static void put_where(struct writer *w, const struct td_field *field)
{
    put_map(w, field);
    KEY(w, "minProperties");
    td_buf_number(w->out, 1);
    KEY(w, "additionalProperties");
    raw(w, "{\"type\": [\"string\", \"integer\", \"boolean\"]}");
}

static void (*const types[])(struct writer *, const struct td_field *) = {
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

static void put_word(struct writer *w, const char *word)
{
    begin(w, '{');
    KEY(w, "const");
    text(w, word);
    end(w, '}');
}

static void put_values(struct writer *w, const struct td_shape *shape,
                       const struct td_clause *clauses)
{
    bool any = false;
    for (const struct td_clause *c = clauses; c->claim; c++) {
        if (c->claim == TD_IS_THERE)
            continue;
        begin_once(w, &any, TD_S("properties"), '{');
        key(w, shape->fields[c->field].name);
        if (c->claim == TD_IS_WORD)
            put_word(w, c->word);
        else
            raw(w, of_value[c->claim]);
    }
    if (any)
        end(w, '}');
}

/* A premise about a value holds only where there is one. */
static bool wants_value(const struct td_clause *clause, bool premise)
{
    return clause->claim == TD_IS_THERE || (premise && clause->claim != TD_IS_ABSENT);
}

static void put_presence(struct writer *w, const struct td_shape *shape,
                         const struct td_clause *clauses, bool premise)
{
    bool any = false;
    for (const struct td_clause *c = clauses; c->claim; c++) {
        if (!wants_value(c, premise))
            continue;
        begin_once(w, &any, TD_S("required"), '[');
        separate(w);
        td_buf_json(w->out, shape->fields[c->field].name);
    }
    if (any)
        end(w, ']');
}

static void put_clauses(struct writer *w, const struct td_shape *shape,
                        const struct td_clause *clauses, bool premise)
{
    begin_flat(w, '{');
    put_values(w, shape, clauses);
    put_presence(w, shape, clauses, premise);
    end(w, '}');
}

static void put_conditions(struct writer *w, const struct td_shape *shape)
{
    size_t count;
    const struct td_condition *conditions = td_conditions(&count);
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (conditions[i].shape != shape)
            continue;
        begin_once(w, &any, TD_S("allOf"), '[');
        separate(w);
        begin(w, '{');
        KEY(w, "if");
        put_clauses(w, shape, conditions[i].when, true);
        KEY(w, "then");
        put_clauses(w, shape, conditions[i].then, false);
        end(w, '}');
    }
    if (any)
        end(w, ']');
}

/* ---- shapes ------------------------------------------------------------------------------ */

/* Flat before it begins, for it stands on one line. */
static void put_required(struct writer *w, const struct td_shape *shape)
{
    bool any = false;
    w->flat = w->depth + 1;
    for (uint32_t i = 0; i < shape->count; i++) {
        if (!shape->fields[i].required)
            continue;
        begin_once(w, &any, TD_S("required"), '[');
        separate(w);
        td_buf_json(w->out, shape->fields[i].name);
    }
    if (any)
        end(w, ']');
    w->flat = 0;
}

static void open_shape(struct writer *w)
{
    KEY(w, "properties");
    begin(w, '{');
}

static void close_shape(struct writer *w, const struct td_shape *shape)
{
    end(w, '}');
    put_required(w, shape);
    KEY(w, "additionalProperties");
    raw(w, "false");
    put_conditions(w, shape);
}

static void open_field(struct writer *w, const struct td_field *field)
{
    key(w, field->name);
    begin(w, '{');
    put_description(w, field);
    if (field->standard && !field->required) {
        KEY(w, "default");
        raw(w, field->standard);
    }
    if (field->examples) {
        KEY(w, "examples");
        td_buf_byte(w->out, '[');
        raw(w, field->examples);
        td_buf_byte(w->out, ']');
    }
    types[field->type](w, field);
}

/* Whether the shape of a field is that of each thing in its value, not of the value. */
static bool holds_many(const struct td_field *field)
{
    return field->type == TD_TYPE_LIST || field->keys;
}

static void enter(struct writer *w, const struct td_field *field)
{
    if (!holds_many(field))
        return;
    key(w, field->keys ? TD_S("additionalProperties") : TD_S("items"));
    begin(w, '{');
    put_type(w, "object");
}

static void leave(struct writer *w, const struct td_field *field)
{
    if (holds_many(field))
        end(w, '}');
    end(w, '}');
}

enum { SHAPES_DEEP = 8 };

struct level {
    const struct td_shape *shape;
    uint32_t next; /* of its fields */
};

/* The shapes that a shape leads to stand inside it; the stack takes the place of recursion. */
static void put_shapes(struct writer *w, const struct td_shape *root)
{
    struct level stack[SHAPES_DEEP] = {{root, 0}};
    size_t top = 0;
    open_shape(w);
    for (;;) {
        struct level *at = &stack[top];
        if (at->next == at->shape->count) {
            close_shape(w, at->shape);
            if (top == 0)
                return;
            at = &stack[--top];
            leave(w, &at->shape->fields[at->next - 1]);
            continue;
        }
        const struct td_field *field = &at->shape->fields[at->next++];
        open_field(w, field);
        if (!field->shape) {
            end(w, '}');
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

void td_json_schema(struct td_buf *out)
{
    struct writer w = {.out = out};
    begin(&w, '{');
    KEY(&w, "$schema");
    text(&w, "http://json-schema.org/draft-07/schema#");
    KEY(&w, "$id");
    text(&w, "urn:libtracedag:trace-dag:1");
    KEY(&w, "title");
    text(&w, "Trace DAG, version 1");
    KEY(&w, "description");
    text(&w,
         "A Trace DAG document: jobs, what they read, and the datasets they publish.");
    KEY(&w, "examples");
    raw(&w, EXAMPLE);
    put_type(&w, "object");
    put_shapes(&w, &td_root_shape);
    end(&w, '}');
    td_buf_byte(out, '\n');
}
