#include "catalog_write.h"

#include "catalog_fields.h"
#include "number.h"
#include "open.h"
#include "utf8.h"

/* A field while it is written: what of it comes next. */
enum stage { HEAD, ITEMS, FIELDS, NEXT, CLOSE };

struct level {
    const tracedag_catalog_field *field;
    enum stage stage;
    size_t next;
};

struct writer {
    struct td_buf *out;
    size_t most;
    bool strange; /* a number that no enumeration has, no UTF-8, nesting without end */
    struct level at[TD_DEPTH_CEILING];
    uint32_t depth;
};

static struct td_str slice(tracedag_text text)
{
    return (struct td_str){text.ptr, text.ptr ? text.len : 0};
}

static bool goes_on(const struct writer *w)
{
    return !w->strange && !w->out->failed && w->out->len <= w->most;
}

/* The key of a member, with a comma behind what stands before it. */
static void put_key(struct writer *w, const char *key)
{
    if (w->out->ptr[w->out->len - 1] != '{')
        td_buf_byte(w->out, ',');
    td_buf_byte(w->out, '"');
    td_buf_text(w->out, key);
    td_buf_text(w->out, "\":");
}

/* Bytes that are no text would read back as another one. */
static void put_text(struct writer *w, tracedag_text text)
{
    struct td_str bytes = slice(text);
    w->strange |= td_utf8_valid_prefix(bytes.ptr, bytes.len) != bytes.len;
    td_buf_json(w->out, bytes);
}

static void put_name(struct writer *w, tracedag_text name)
{
    if (w->out->ptr[w->out->len - 1] != '{')
        td_buf_byte(w->out, ',');
    put_text(w, name);
    td_buf_byte(w->out, ':');
}

/* ---- scalars ---------------------------------------------------------------------------- */

static void put_word(struct writer *w, const char *key, const struct td_word_list *words,
                     uint32_t word)
{
    if (word == 0 || word > words->count) {
        w->strange = true;
        return;
    }
    put_key(w, key);
    td_buf_json(w->out, words->words[word - 1]);
}

static void put_set(struct writer *w, const char *key, const struct td_word_list *words,
                    uint32_t set)
{
    char before = '[';
    if (set == 0)
        return;
    if (set & 1 || set >> (words->count + 1)) {
        w->strange = true;
        return;
    }
    put_key(w, key);
    for (uint32_t i = 0; i < words->count; i++) {
        if ((set & (2U << i)) == 0)
            continue;
        td_buf_byte(w->out, before);
        td_buf_json(w->out, words->words[i]);
        before = ',';
    }
    td_buf_byte(w->out, ']');
}

/* A number in the spelling of JSON. What is none is written as a text: who reads it says so. */
static void put_number(struct writer *w, tracedag_text number)
{
    char spelled[TD_NUMBER_MAX];
    size_t len;
    struct td_str text = slice(number);
    enum td_scalar kind = td_scalar_resolve(text);
    bool fine = (kind == TD_SCALAR_INTEGER &&
                 td_integer_canonical(text, spelled, &len) == TD_NUMBER_OK) ||
                (kind == TD_SCALAR_FLOAT &&
                 td_float_canonical(text, spelled, &len) == TD_NUMBER_OK);
    if (fine)
        td_buf_put(w->out, spelled, len);
    else
        put_text(w, number);
}

static void put_bound(struct writer *w, const char *key, tracedag_text bound)
{
    if (!bound.ptr)
        return;
    put_key(w, key);
    put_number(w, bound);
}

static void put_enum(struct writer *w, const tracedag_catalog_field *field)
{
    bool numbers =
        field->type == TRACEDAG_FIELD_INTEGER || field->type == TRACEDAG_FIELD_NUMBER;
    if (field->words.count == 0)
        return;
    put_key(w, "enum");
    for (size_t i = 0; i < field->words.count && goes_on(w); i++) {
        const tracedag_text *word = td_record_at(&field->words, i);
        td_buf_byte(w->out, i ? ',' : '[');
        if (numbers)
            put_number(w, *word);
        else
            put_text(w, *word);
    }
    td_buf_byte(w->out, ']');
}

/* ---- fields ----------------------------------------------------------------------------- */

static void enter(struct writer *w, const tracedag_catalog_field *field)
{
    if (w->depth == TD_DEPTH_CEILING)
        w->strange = true;
    else
        w->at[w->depth++] = (struct level){field, HEAD, 0};
}

static void put_head(struct writer *w, const tracedag_catalog_field *field)
{
    td_buf_byte(w->out, '{');
    put_word(w, "type", &td_field_type_words, field->type);
    if (field->required) {
        put_key(w, "required");
        td_buf_text(w->out, "true");
    }
    put_enum(w, field);
    put_bound(w, "min", field->min);
    put_bound(w, "max", field->max);
}

/* Writes what comes next of the innermost field. */
static void put_stage(struct writer *w, struct level *level)
{
    const tracedag_catalog_field *field = level->field;
    switch (level->stage) {
    case HEAD:
        put_head(w, field);
        level->stage = ITEMS;
        break;
    case ITEMS:
        level->stage = FIELDS;
        if (field->items) {
            put_key(w, "items");
            enter(w, field->items);
        }
        break;
    case FIELDS:
        level->stage = field->closed ? NEXT : CLOSE;
        if (field->closed) {
            put_key(w, "fields");
            td_buf_byte(w->out, '{');
        }
        break;
    case NEXT:
        if (level->next < field->fields.count) {
            const tracedag_catalog_field *inner =
                td_record_at(&field->fields, level->next++);
            put_name(w, inner->name);
            enter(w, inner);
        } else {
            td_buf_byte(w->out, '}');
            level->stage = CLOSE;
        }
        break;
    case CLOSE:
        td_buf_byte(w->out, '}');
        w->depth--;
        break;
    }
}

static void put_field(struct writer *w, const tracedag_catalog_field *field)
{
    put_name(w, field->name);
    enter(w, field);
    while (w->depth > 0 && goes_on(w))
        put_stage(w, &w->at[w->depth - 1]);
}

static void put_fields(struct writer *w, const char *key, uint32_t closed,
                       const tracedag_list *fields)
{
    if (!closed)
        return;
    put_key(w, key);
    td_buf_byte(w->out, '{');
    for (size_t i = 0; i < fields->count && goes_on(w); i++)
        put_field(w, td_record_at(fields, i));
    td_buf_byte(w->out, '}');
}

/* ---- operators and datasets ------------------------------------------------------------- */

static void put_outputs(struct writer *w, const tracedag_operator *o)
{
    if (o->outputs_min == 0 && o->outputs_max == TRACEDAG_ANY_OUTPUTS)
        return;
    put_key(w, "outputs");
    td_buf_byte(w->out, '{');
    if (o->outputs_min) {
        put_key(w, "min");
        td_buf_number(w->out, o->outputs_min);
    }
    if (o->outputs_max != TRACEDAG_ANY_OUTPUTS) {
        put_key(w, "max");
        td_buf_number(w->out, o->outputs_max);
    }
    td_buf_byte(w->out, '}');
}

static void put_policy(struct writer *w, const char *key, uint32_t policy,
                       uint32_t standard)
{
    if (policy && policy != standard)
        put_word(w, key, &td_policy_words, policy);
}

static void put_operator(struct writer *w, const tracedag_operator *o)
{
    put_name(w, o->name);
    td_buf_byte(w->out, '{');
    put_set(w, "runtimes", &td_runtime_words, o->runtimes);
    put_set(w, "activations", &td_activation_words, o->activations);
    put_set(w, "source_kinds", &td_source_words, o->source_kinds);
    put_set(w, "execution_strategies", &td_execution_words, o->execution_strategies);
    put_set(w, "update_strategies", &td_update_words, o->update_strategies);
    put_outputs(w, o);
    put_policy(w, "udf", o->udf, TRACEDAG_POLICY_FORBIDDEN);
    put_policy(w, "secrets", o->secrets, TRACEDAG_POLICY_ALLOWED);
    if (o->trusted_on_lambda) {
        put_key(w, "trusted_on_lambda");
        td_buf_text(w->out, "true");
    }
    put_fields(w, "config", o->config_closed, &o->config);
    put_fields(w, "where", o->where_closed, &o->where);
    td_buf_byte(w->out, '}');
}

static void put_dataset(struct writer *w, const tracedag_dataset *d)
{
    put_name(w, d->name);
    td_buf_byte(w->out, '{');
    put_fields(w, "where", d->where_closed, &d->where);
    td_buf_byte(w->out, '}');
}

bool td_catalog_write(const tracedag_list *operators, const tracedag_list *datasets,
                      size_t most, struct td_buf *out)
{
    struct writer w;
    w.out = out;
    w.most = most;
    w.strange = false;
    w.depth = 0;
    td_buf_byte(out, '{');
    if (operators && !out->failed) {
        put_key(&w, "operators");
        td_buf_byte(out, '{');
        for (size_t i = 0; i < operators->count && goes_on(&w); i++)
            put_operator(&w, td_record_at(operators, i));
        td_buf_byte(out, '}');
    }
    if (datasets && !out->failed) {
        put_key(&w, "datasets");
        td_buf_byte(out, '{');
        for (size_t i = 0; i < datasets->count && goes_on(&w); i++)
            put_dataset(&w, td_record_at(datasets, i));
        td_buf_byte(out, '}');
    }
    td_buf_text(out, "}");
    return !w.strange;
}
