/* What a catalog adds to the JSON Schema of the format: names to choose from, and by operator
 * and dataset what stands beside them.
 *
 * Like the whole schema it refuses nothing that the validator accepts. A dataset that the
 * document publishes itself needs no catalog, and its own columns say what `where` may name: so
 * conditions about datasets stand at the root, where one sees what is published. What readers of
 * a job's output may filter by depends on another job, and stays with the validator.
 *
 * Maps of fields nest as deep as a document may; a stack takes the place of recursion, and what
 * is nested stands on one line, for indenting it would cost its depth for each of its lines.
 */
#include "catalog_schema.h"

#include "number.h"

static struct td_str str(tracedag_text text)
{
    return (struct td_str){text.ptr, text.len};
}

static const void *at(const tracedag_list *list, size_t i)
{
    return (const char *)list->items + i * list->stride;
}

static const tracedag_catalog_field *field_at(const tracedag_list *list, size_t i)
{
    return at(list, i);
}

static const tracedag_operator *operator_at(const tracedag_list *list, size_t i)
{
    return at(list, i);
}

static const tracedag_dataset *dataset_at(const tracedag_list *list, size_t i)
{
    return at(list, i);
}

/* ---- fields of a catalog ------------------------------------------------------------------ */

/* A number in the spelling of JSON, which is that of the canonical form. */
static void put_number(struct td_json *w, struct td_str written)
{
    char digits[TD_NUMBER_MAX];
    size_t len = 0;
    if (td_scalar_resolve(written) == TD_SCALAR_INTEGER)
        td_integer_canonical(written, digits, &len);
    else
        td_float_canonical(written, digits, &len);
    td_buf_put(w->out, digits, len);
}

static void put_bound(struct td_json *w, const char *keyword, tracedag_text bound)
{
    if (!bound.ptr)
        return;
    td_json_key(w, (struct td_str){keyword, strlen(keyword)});
    put_number(w, str(bound));
}

static void put_enum(struct td_json *w, const tracedag_catalog_field *field)
{
    if (field->words.count == 0)
        return;
    TD_JSON_KEY(w, "enum");
    td_json_begin(w, '[');
    for (size_t i = 0; i < field->words.count; i++) {
        const tracedag_text *text = at(&field->words, i);
        struct td_str word = str(*text);
        td_json_separate(w);
        if (field->type == TRACEDAG_FIELD_STRING)
            td_buf_json(w->out, word);
        else
            put_number(w, word);
    }
    td_json_end(w, ']');
}

/* By enum tracedag_field_type: the word of the schema, and its words for the two bounds. */
static const struct kind {
    const char *type;
    const char *min;
    const char *max;
} kinds[] = {
    [TRACEDAG_FIELD_STRING] = {"string", "minLength", "maxLength"},
    [TRACEDAG_FIELD_INTEGER] = {"integer", "minimum", "maximum"},
    [TRACEDAG_FIELD_NUMBER] = {"number", "minimum", "maximum"},
    [TRACEDAG_FIELD_BOOLEAN] = {"boolean", NULL, NULL},
    [TRACEDAG_FIELD_LIST] = {"array", "minItems", "maxItems"},
    [TRACEDAG_FIELD_MAP] = {"object", NULL, NULL},
    [TRACEDAG_FIELD_ANY] = {NULL, NULL, NULL},
};

/* Opens the schema of a field; what is in a list or map follows. */
static void open_field(struct td_json *w, const tracedag_catalog_field *field)
{
    const struct kind *kind = &kinds[field->type];
    td_json_begin_flat(w, '{');
    if (kind->type) {
        TD_JSON_KEY(w, "type");
        td_json_text(w, kind->type);
    }
    put_bound(w, kind->min, field->min);
    put_bound(w, kind->max, field->max);
    put_enum(w, field);
    if (field->closed) {
        TD_JSON_KEY(w, "properties");
        td_json_begin(w, '{');
    }
}

/* Writes a name of `required`, which begins with its first one. */
static void put_needed(struct td_json *w, struct td_str name, bool *any)
{
    if (!*any) {
        TD_JSON_KEY(w, "required");
        td_json_begin_flat(w, '[');
    }
    *any = true;
    td_json_separate(w);
    td_buf_json(w->out, name);
}

/* What stands behind the properties of a closed map. */
static void put_closed(struct td_json *w, const tracedag_list *fields)
{
    bool any = false;
    for (size_t i = 0; i < fields->count; i++)
        if (field_at(fields, i)->required)
            put_needed(w, str(field_at(fields, i)->name), &any);
    if (any)
        td_json_end(w, ']');
    TD_JSON_KEY(w, "additionalProperties");
    td_json_raw(w, "false");
}

static void close_field(struct td_json *w, const tracedag_catalog_field *field)
{
    if (field->closed) {
        td_json_end(w, '}');
        put_closed(w, &field->fields);
    }
    td_json_end(w, '}');
}

enum { FIELDS_DEEP = 256 }; /* the ceiling of TRACEDAG_LIMIT_DEPTH */

struct level {
    const tracedag_catalog_field *field;
    size_t next; /* of what is in it */
};

/* Opens what is next in a list or map, or gives NULL. */
static const tracedag_catalog_field *open_next(struct td_json *w, struct level *top)
{
    const tracedag_catalog_field *inner = NULL;
    if (top->field->items && top->next++ == 0) {
        inner = top->field->items;
        TD_JSON_KEY(w, "items");
    } else if (top->next < top->field->fields.count) {
        inner = field_at(&top->field->fields, top->next++);
        td_json_key(w, str(inner->name));
    }
    if (inner)
        open_field(w, inner);
    return inner;
}

static void put_field(struct td_json *w, const tracedag_catalog_field *field)
{
    struct level stack[FIELDS_DEEP] = {{field, 0}};
    size_t depth = 1;
    open_field(w, field);
    while (depth > 0) {
        struct level *top = &stack[depth - 1];
        const tracedag_catalog_field *inner = open_next(w, top);
        if (inner) {
            assert(depth < FIELDS_DEEP);
            stack[depth++] = (struct level){inner, 0};
        } else {
            close_field(w, top->field);
            depth--;
        }
    }
}

/* Writes the schema of a closed map. */
static void put_fields(struct td_json *w, const tracedag_list *fields)
{
    bool any = false;
    td_json_begin(w, '{');
    for (size_t i = 0; i < fields->count; i++) {
        const tracedag_catalog_field *field = field_at(fields, i);
        td_json_begin_once(w, &any, TD_S("properties"), '{');
        td_json_key(w, str(field->name));
        put_field(w, field);
    }
    if (any)
        td_json_end(w, '}');
    put_closed(w, fields);
    td_json_end(w, '}');
}

/* ---- names -------------------------------------------------------------------------------- */

static const struct td_field *operator_field(void)
{
    return &td_job_shape.fields[TD_JOB_OPERATOR];
}

static const struct td_field *dataset_field(void)
{
    return &td_from_shape.fields[TD_FROM_DATASET];
}

static void put_operators(struct td_json *w, const tracedag_list *operators, bool all)
{
    td_json_begin_flat(w, '[');
    for (size_t i = 0; i < operators->count; i++) {
        const tracedag_operator *op = operator_at(operators, i);
        if (!all && !op->trusted_on_lambda)
            continue;
        td_json_separate(w);
        td_buf_json(w->out, str(op->name));
    }
    td_json_end(w, ']');
}

static void put_datasets(struct td_json *w, const tracedag_list *datasets)
{
    td_json_begin_flat(w, '[');
    for (size_t i = 0; i < datasets->count; i++) {
        td_json_separate(w);
        td_buf_json(w->out, str(dataset_at(datasets, i)->name));
    }
    td_json_end(w, ']');
}

bool td_narrows_field(const struct td_narrowing *by, const struct td_field *field)
{
    return (by->operators.items && field == operator_field()) ||
           (by->datasets.items && field == dataset_field());
}

/* A dataset that is not among these may be one that the document publishes: editors propose
 * examples, and validators pass over them. An `enum` without a word is refused by some. */
void td_narrow_field(struct td_json *w, const struct td_narrowing *by,
                     const struct td_field *field)
{
    if (field == dataset_field()) {
        TD_JSON_KEY(w, "examples");
        put_datasets(w, &by->datasets);
    } else if (by->operators.count > 0) {
        TD_JSON_KEY(w, "enum");
        put_operators(w, &by->operators, true);
    } else {
        TD_JSON_KEY(w, "not");
        td_json_raw(w, "{}");
    }
}

bool td_narrowing_trusts(const struct td_narrowing *by)
{
    for (size_t i = 0; i < by->operators.count; i++)
        if (operator_at(&by->operators, i)->trusted_on_lambda)
            return true;
    return false;
}

void td_narrow_trusted(struct td_json *w, const struct td_narrowing *by)
{
    put_operators(w, &by->operators, false);
}

/* ---- by operator -------------------------------------------------------------------------- */

/* A set holds the value of a word as the bit of that number. */
static void put_set(struct td_json *w, const struct td_field *field, uint32_t set)
{
    td_json_begin_flat(w, '{');
    TD_JSON_KEY(w, "enum");
    td_json_begin(w, '[');
    for (uint32_t i = 0; i < field->words->count; i++) {
        if (!(set & UINT32_C(1) << (i + 1)))
            continue;
        td_json_separate(w);
        td_buf_json(w->out, field->words->words[i]);
    }
    td_json_end(w, ']');
    td_json_end(w, '}');
}

static void put_word(struct td_json *w, uint32_t job_field, uint32_t set)
{
    const struct td_field *field = &td_job_shape.fields[job_field];
    if (set == 0)
        return;
    td_json_key(w, field->name);
    put_set(w, field, set);
}

static void put_source(struct td_json *w, uint32_t kinds_allowed)
{
    if (kinds_allowed == 0)
        return;
    TD_JSON_KEY(w, "source");
    td_json_begin_flat(w, '{');
    TD_JSON_KEY(w, "properties");
    td_json_begin(w, '{');
    TD_JSON_KEY(w, "kind");
    put_set(w, &td_source_shape.fields[TD_SOURCE_KIND], kinds_allowed);
    td_json_end(w, '}');
    td_json_end(w, '}');
}

static void put_count(struct td_json *w, uint32_t min, uint32_t max)
{
    TD_JSON_KEY(w, "outputs");
    td_json_begin_flat(w, '{');
    TD_JSON_KEY(w, "minimum");
    td_buf_number(w->out, min);
    if (max != UINT32_MAX) {
        TD_JSON_KEY(w, "maximum");
        td_buf_number(w->out, max);
    }
    td_json_end(w, '}');
}

static void put_config(struct td_json *w, const tracedag_operator *op)
{
    if (!op->config_closed)
        return;
    TD_JSON_KEY(w, "config");
    put_fields(w, &op->config);
}

/* A list of secrets without one is as good as none. */
static void put_policies(struct td_json *w, const tracedag_operator *op)
{
    if (op->secrets != TRACEDAG_POLICY_ALLOWED) {
        bool none = op->secrets == TRACEDAG_POLICY_FORBIDDEN;
        TD_JSON_KEY(w, "secrets");
        td_json_raw(w, none ? "{\"maxItems\": 0}" : "{\"minItems\": 1}");
    }
    if (op->udf == TRACEDAG_POLICY_FORBIDDEN) {
        TD_JSON_KEY(w, "udf");
        td_json_raw(w, "false");
    }
}

static bool needs_config(const tracedag_operator *op)
{
    for (size_t i = 0; i < op->config.count; i++)
        if (field_at(&op->config, i)->required)
            return true;
    return false;
}

static void put_required(struct td_json *w, const tracedag_operator *op)
{
    bool any = false;
    if (needs_config(op))
        put_needed(w, TD_S("config"), &any);
    if (op->secrets == TRACEDAG_POLICY_REQUIRED)
        put_needed(w, TD_S("secrets"), &any);
    if (op->udf == TRACEDAG_POLICY_REQUIRED)
        put_needed(w, TD_S("udf"), &any);
    if (any)
        td_json_end(w, ']');
}

static void put_operator(struct td_json *w, const tracedag_operator *op)
{
    td_json_separate(w);
    td_json_begin(w, '{');
    TD_JSON_KEY(w, "if");
    td_json_raw(w, "{\"properties\": {\"operator\": {\"const\": ");
    td_buf_json(w->out, str(op->name));
    td_json_raw(w, "}}, \"required\": [\"operator\"]}");
    TD_JSON_KEY(w, "then");
    td_json_begin(w, '{');
    TD_JSON_KEY(w, "properties");
    td_json_begin(w, '{');
    put_word(w, TD_JOB_ACTIVATION, op->activations);
    put_config(w, op);
    put_word(w, TD_JOB_EXECUTION_STRATEGY, op->execution_strategies);
    put_count(w, op->outputs_min, op->outputs_max);
    put_word(w, TD_JOB_RUNTIME, op->runtimes);
    put_source(w, op->source_kinds);
    put_policies(w, op);
    put_word(w, TD_JOB_UPDATE_STRATEGY, op->update_strategies);
    td_json_end(w, '}');
    put_required(w, op);
    td_json_end(w, '}');
    td_json_end(w, '}');
}

/* ---- by dataset --------------------------------------------------------------------------- */

/* What is asked of each input of a document. */
#define INPUTS \
    "{\"properties\": {\"jobs\": {\"items\": {\"properties\": " \
    "{\"inputs\": {\"items\": "
#define INPUTS_END "}}}}}}"

static void put_filter(struct td_json *w, const tracedag_dataset *dataset)
{
    td_json_separate(w);
    td_json_begin_flat(w, '{');
    TD_JSON_KEY(w, "if");
    td_json_raw(w, "{\"properties\": {\"publish\": {\"properties\": {");
    td_buf_json(w->out, str(dataset->name));
    td_json_raw(w, ": false}}}}");
    TD_JSON_KEY(w, "then");
    td_json_raw(w, INPUTS "{\"if\": {\"properties\": {\"from\": {\"properties\": "
                          "{\"dataset\": {\"const\": ");
    td_buf_json(w->out, str(dataset->name));
    td_json_raw(w, "}}, \"required\": [\"dataset\"]}}, \"required\": [\"from\"]}, "
                   "\"then\": {\"properties\": {\"where\": ");
    put_fields(w, &dataset->where);
    td_json_raw(w, "}}}" INPUTS_END);
    td_json_end(w, '}');
}

/* Of a document that publishes nothing all datasets are others'. */
static void put_others(struct td_json *w, const tracedag_list *datasets)
{
    td_json_separate(w);
    td_json_begin_flat(w, '{');
    TD_JSON_KEY(w, "if");
    td_json_raw(w, "{\"properties\": {\"publish\": {\"maxProperties\": 0}}}");
    TD_JSON_KEY(w, "then");
    td_json_raw(w, INPUTS "{\"properties\": {\"from\": {\"properties\": {\"dataset\": ");
    if (datasets->count > 0) {
        td_json_raw(w, "{\"enum\": ");
        put_datasets(w, datasets);
        td_json_raw(w, "}");
    } else {
        td_json_raw(w, "false");
    }
    td_json_raw(w, "}}}}" INPUTS_END);
    td_json_end(w, '}');
}

void td_narrow_shape(struct td_json *w, const struct td_narrowing *by,
                     const struct td_shape *shape, bool *any)
{
    size_t operators = shape == &td_job_shape ? by->operators.count : 0;
    size_t datasets = shape == &td_root_shape ? by->datasets.count : 0;
    if (shape == &td_root_shape && by->datasets.items) {
        td_json_begin_once(w, any, TD_S("allOf"), '[');
        put_others(w, &by->datasets);
    }
    for (size_t i = 0; i < datasets; i++)
        if (dataset_at(&by->datasets, i)->where_closed)
            put_filter(w, dataset_at(&by->datasets, i));
    for (size_t i = 0; i < operators; i++)
        put_operator(w, operator_at(&by->operators, i));
}
