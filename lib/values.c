#include "catalog_fields.h"
#include "edits.h"
#include "number.h"
#include "reader.h"
#include "repeats.h"
#include "suggest.h"
#include "way.h"
#include "words.h"

/* A value at the moment it is judged. */
struct judged {
    struct td_reader *r;
    const struct td_scope *scope;
    const struct td_field *field;
    const struct td_value *value;
    const struct td_node *node;
    struct td_str text; /* of a scalar */
};

/* ---- what every field refuses ----------------------------------------------------------- */

static void not_finite(struct td_reader *r, const struct td_scope *scope,
                       struct td_str field, const struct td_value *value)
{
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_NOT_FINITE, value);
    if (!f)
        return;
    td_message(r->diag, f, "%t is %q, which is not accepted",
               td_scope_field(r->diag, scope, field), td_node_text(r->tree, value->node));
    td_help(r->diag, f, "use a finite number");
    td_data_text(r->diag, f, "name", field);
}

static void null_value(struct td_reader *r, const struct td_scope *scope,
                       struct td_str field, bool required, const struct td_value *value)
{
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_NULL_VALUE, value);
    if (!f)
        return;
    td_message(r->diag, f, "%t is null", td_scope_field(r->diag, scope, field));
    td_help(r->diag, f, required ? "write a value" : "remove the key");
    if (!required && td_own_node(value))
        td_edit_remove_entry(r->diag, f, TRACEDAG_SAFETY_SAFE, r->tree, scope->node,
                             value->key);
    td_data_text(r->diag, f, "name", field);
}

static void empty_value(struct td_reader *r, const struct td_scope *scope,
                        struct td_str field, bool required, const struct td_value *value)
{
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_EMPTY_VALUE, value);
    if (!f)
        return;
    td_message(r->diag, f, "%t has no value", td_scope_field(r->diag, scope, field));
    td_help(r->diag, f, required ? "write a value" : "write a value, or remove the key");
    td_data_text(r->diag, f, "name", field);
}

bool td_read_present(struct td_reader *r, const struct td_scope *scope,
                     struct td_str field, bool required, const struct td_value *value)
{
    const struct td_node *node = td_node_raw(r->tree, value->node);
    if (value->node == 0 || td_is_damaged(node))
        return false;
    if (node->kind == TD_NOT_FINITE) {
        not_finite(r, scope, field, value);
        return false;
    }
    if (node->kind != TD_NULL)
        return true;
    if (node->start == node->end)
        empty_value(r, scope, field, required, value);
    else
        null_value(r, scope, field, required, value);
    return false;
}

/* What most often is meant by a value of another type. */
void td_advise_type(struct td_reader *r, struct td_finding *f, uint32_t node,
                    const char *wanted)
{
    const struct td_node *found = td_node_raw(r->tree, node);
    bool scalar = !td_is_collection(found);
    if (strcmp(wanted, "text") == 0 && scalar)
        td_help(r->diag, f, "quote it");
    else if (strcmp(wanted, "true or false") == 0)
        td_help(r->diag, f, "write `true` or `false`");
    else if (strcmp(wanted, "a list") == 0 && found->kind == TD_MAP)
        td_help(r->diag, f, "begin each item of the list with `- `");
    else if (strcmp(wanted, "a list of lists") == 0 && scalar)
        td_help(r->diag, f, "write a list of lists, as in `[[%e]]`",
                td_node_text(r->tree, node));
    else if (strcmp(wanted, "a list") == 0 && scalar)
        td_help(r->diag, f, "write a list, as in `[%e]`", td_node_text(r->tree, node));
    else if (strcmp(wanted, "a whole number") == 0 && found->kind == TD_TEXT &&
             td_scalar_resolve(td_node_text(r->tree, node)) == TD_SCALAR_INTEGER)
        td_help(r->diag, f, "write it without quotes");
}

struct td_finding *td_wrong_type(struct td_reader *r, const struct td_scope *scope,
                                 struct td_str field, const struct td_value *value,
                                 const char *wanted)
{
    struct td_finding *f = td_value_report(r, scope, TRACEDAG_CODE_WRONG_TYPE, value);
    if (!f)
        return NULL;
    td_message(r->diag, f, "%t must be %s, found %t",
               td_scope_field(r->diag, scope, field), wanted,
               td_found(r->diag, r->tree, value->node));
    td_data_text(r->diag, f, "name", field);
    td_data_text(r->diag, f, "expected", (struct td_str){wanted, strlen(wanted)});
    td_data_text(r->diag, f, "found", td_found(r->diag, r->tree, value->node));
    td_advise_type(r, f, value->node, wanted);
    return f;
}

struct td_str td_found_at(struct td_reader *r, uint32_t node)
{
    return td_found(r->diag, r->tree, node);
}

static uint32_t fault_of(const struct td_node *node)
{
    if (node->kind == TD_NOT_FINITE)
        return TRACEDAG_CODE_NOT_FINITE;
    if (node->kind != TD_NULL && node->kind != TD_TEXT)
        return TRACEDAG_CODE_WRONG_TYPE;
    bool written = node->kind == TD_NULL && node->start != node->end;
    return written ? TRACEDAG_CODE_NULL_VALUE : TRACEDAG_CODE_EMPTY_VALUE;
}

void td_list_item_fault(struct td_reader *r, const struct td_scope *scope,
                        struct td_str field, const struct td_value *item, uint64_t index,
                        const char *wanted)
{
    const struct td_node *node = td_node_raw(r->tree, item->node);
    bool filled = node->kind == TD_TEXT && td_node_text(r->tree, item->node).len > 0;
    uint32_t code = filled ? (uint32_t)TRACEDAG_CODE_WRONG_TYPE : fault_of(node);
    struct td_finding *f = td_value_report(r, scope, code, item);
    if (!f)
        return;
    struct td_str words =
        td_words(r->diag, "item %u of %t", index, td_scope_field(r->diag, scope, field));
    if (code == TRACEDAG_CODE_EMPTY_VALUE)
        td_message(r->diag, f, "%t has no value", words);
    else if (code == TRACEDAG_CODE_NULL_VALUE)
        td_message(r->diag, f, "%t is null", words);
    else
        td_message(r->diag, f, "%t must be %s, found %t", words, wanted,
                   td_found_at(r, item->node));
    td_data_text(r->diag, f, "name", field);
}

/* Words for an item are those of the scope itself; the codes are those of a field. */
void td_read_item(struct td_reader *r, const struct td_scope *scope,
                  const struct td_value *value, const char *wanted)
{
    const struct td_node *node = td_node_raw(r->tree, value->node);
    uint32_t code =
        node->kind == TD_TEXT ? (uint32_t)TRACEDAG_CODE_WRONG_TYPE : fault_of(node);
    struct td_finding *f = td_value_report(r, scope, code, value);
    if (!f)
        return;
    struct td_str owner = td_scope_owner(r->diag, scope);
    if (code == TRACEDAG_CODE_EMPTY_VALUE)
        td_message(r->diag, f, "%t has no value", owner);
    else if (code == TRACEDAG_CODE_NULL_VALUE)
        td_message(r->diag, f, "%t is null", owner);
    else
        td_message(r->diag, f, "%t must be %s, found %t", owner, wanted,
                   td_found(r->diag, r->tree, value->node));
    if (node->kind == TD_NULL)
        td_help(r->diag, f, "remove it, or write %s", wanted);
}

/* ---- scalars ---------------------------------------------------------------------------- */

static struct td_finding *report(const struct judged *j, uint32_t code)
{
    return td_value_report(j->r, j->scope, code, j->value);
}

static struct td_str field_words(const struct judged *j)
{
    return td_scope_field(j->r->diag, j->scope, j->field->name);
}

static bool wrong_type(const struct judged *j, const char *wanted)
{
    td_wrong_type(j->r, j->scope, j->field->name, j->value, wanted);
    return false;
}

static bool is_text(const struct judged *j)
{
    if (j->node->kind != TD_TEXT)
        return wrong_type(j, "text");
    return true;
}

static void offer_value(const struct judged *j, struct td_finding *f,
                        struct td_str written)
{
    td_edit_value(j->r->diag, f, TRACEDAG_SAFETY_SAFE, j->r->tree, td_own_node(j->value),
                  written);
}

static struct td_finding *report_type(const struct judged *j, const char *wanted)
{
    return td_wrong_type(j->r, j->scope, j->field->name, j->value, wanted);
}

static bool out_of_range(const struct judged *j, bool below)
{
    struct td_diag *diag = j->r->diag;
    struct td_finding *f = report(j, TRACEDAG_CODE_OUT_OF_RANGE);
    if (!f)
        return false;
    uint64_t bound = (uint64_t)(below ? j->field->low : j->field->high);
    td_message(diag, f, "%t must be %n or %s, found %e", field_words(j), bound,
               below ? "more" : "less", j->text);
    td_data_text(diag, f, "name", j->field->name);
    td_data_text(diag, f, "found", j->text);
    td_data_number(diag, f, below ? "least" : "most", bound);
    return false;
}

/* A number that is too long for any field is not judged by its range. */
static bool has_few_digits(const struct judged *j)
{
    char spelled[TD_NUMBER_MAX];
    size_t len;
    if (td_integer_canonical(j->text, spelled, &len) == TD_NUMBER_OK)
        return true;
    struct td_finding *f = report(j, TRACEDAG_CODE_LIMIT_SCALAR);
    if (!f)
        return false;
    td_message(j->r->diag, f, "this number has more than %n digits",
               (uint64_t)TD_NUMBER_DIGITS);
    td_data_number(j->r->diag, f, "limit", TD_NUMBER_DIGITS);
    return false;
}

static bool counts_seconds(const struct td_field *field)
{
    const struct td_str end = TD_S("_seconds");
    return field->name.len > end.len &&
           memcmp(field->name.ptr + field->name.len - end.len, end.ptr, end.len) == 0;
}

static bool is_in_range(const struct td_field *field, int64_t value)
{
    return value >= field->low && value <= field->high;
}

/* A number in quotes, or a duration where seconds are counted, says what number is meant. */
static bool no_integer(const struct judged *j)
{
    struct td_finding *f = report_type(j, "a whole number");
    int64_t value;
    uint32_t seconds;
    if (!f || j->node->kind != TD_TEXT)
        return false;
    if (td_scalar_resolve(j->text) == TD_SCALAR_INTEGER) {
        if (td_integer_small(j->text, &value) && is_in_range(j->field, value))
            offer_value(j, f, j->text);
        else /* or the next run would tell it */
            td_help(j->r->diag, f, "use a number from %n to %n", (uint64_t)j->field->low,
                    (uint64_t)j->field->high);
    } else if (counts_seconds(j->field) &&
               td_duration_parse(j->text, &seconds) == TD_DURATION_OK) {
        struct td_str written = td_words(j->r->diag, "%u", (uint64_t)seconds);
        td_help(j->r->diag, f, "give seconds: `%t`", written);
        offer_value(j, f, written);
    }
    return false;
}

static bool read_integer(const struct judged *j)
{
    if (j->node->kind != TD_INTEGER)
        return no_integer(j);
    int64_t value;
    bool fits = td_integer_small(j->text, &value);
    if (!fits && !has_few_digits(j))
        return false;
    if (!fits)
        return out_of_range(j, j->text.ptr[0] == '-');
    if (!is_in_range(j->field, value))
        return out_of_range(j, value < j->field->low);
    return true;
}

void td_long_number(struct td_reader *r, struct td_finding *f, enum td_number_status why)
{
    uint64_t limit =
        why == TD_NUMBER_TOO_LONG ? TD_NUMBER_DIGITS : TD_NUMBER_EXPONENT_MAX;
    td_message(r->diag, f,
               why == TD_NUMBER_TOO_LONG ? "this number has more than %n digits"
                                         : "the exponent of this number is beyond %n",
               limit);
    td_data_number(r->diag, f, "limit", limit);
}

static bool read_number(const struct judged *j)
{
    if (j->node->kind == TD_INTEGER)
        return has_few_digits(j);
    if (j->node->kind != TD_FLOAT)
        return wrong_type(j, "a number");
    char spelled[TD_NUMBER_MAX];
    size_t len;
    enum td_number_status status = td_float_canonical(j->text, spelled, &len);
    if (status == TD_NUMBER_OK)
        return true;
    struct td_finding *f = report(j, TRACEDAG_CODE_LIMIT_SCALAR);
    if (f)
        td_long_number(j->r, f, status);
    return false;
}

static bool read_output(const struct judged *j)
{
    if (j->node->kind != TD_INTEGER)
        return wrong_type(j, "a whole number");
    return has_few_digits(j);
}

struct td_str td_boolean_meant(struct td_str text)
{
    static const char *const words[][2] = {
        {"yes", "true"}, {"on", "true"},   {"y", "true"},  {"true", "true"},
        {"no", "false"}, {"off", "false"}, {"n", "false"}, {"false", "false"}};
    for (size_t i = 0; i < TD_COUNT(words); i++) {
        if (td_folds_to(text, (struct td_str){words[i][0], strlen(words[i][0])}))
            return (struct td_str){words[i][1], strlen(words[i][1])};
    }
    return TD_S("");
}

static bool no_boolean(const struct judged *j)
{
    struct td_finding *f = report_type(j, "true or false");
    struct td_str meant =
        f && j->node->kind == TD_TEXT ? td_boolean_meant(j->text) : TD_S("");
    if (meant.len)
        offer_value(j, f, meant);
    return false;
}

static bool read_boolean(const struct judged *j)
{
    if (j->node->kind != TD_TRUE && j->node->kind != TD_FALSE)
        return no_boolean(j);
    return true;
}

/* A type of a catalog's field by a name that others give it. */
static bool advise_field_type(const struct judged *j, struct td_finding *f)
{
    bool same = false;
    struct td_str meant = j->field->words == &td_field_type_words
                              ? td_field_type_meant(j->text, &same)
                              : TD_S("");
    if (meant.len == 0)
        return false;
    td_help(j->r->diag, f, "did you mean %q?", meant);
    td_edit_text(j->r->diag, f, same ? TRACEDAG_SAFETY_SAFE : TRACEDAG_SAFETY_UNSAFE,
                 j->r->tree, td_own_node(j->value), meant);
    return true;
}

static bool bad_value(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    struct td_finding *f = report(j, TRACEDAG_CODE_BAD_VALUE);
    if (!f)
        return false;
    const struct td_word_list *words = j->field->words;
    td_message(diag, f, "%t must be %t, found %q", field_words(j),
               td_listed(diag, words->words, words->count, "or"), j->text);
    if (!advise_field_type(j, f))
        td_advise_words(j->r, f, j->text, words, td_own_node(j->value));
    if (td_str_eq(j->text, TD_S("chain_sync")))
        td_help(diag, f, "it is known in other Trace versions and not in this one");
    td_data_text(diag, f, "name", j->field->name);
    td_data_text(diag, f, "found", j->text);
    td_data_list(diag, f, "accepted", words->words, words->count);
    return false;
}

static bool read_enum(const struct judged *j)
{
    if (!is_text(j))
        return false;
    if (td_word_find(j->field->words, j->text) == 0)
        return bad_value(j);
    return true;
}

static bool read_runtime(const struct judged *j)
{
    if (j->node->kind != TD_TEXT || !td_str_eq(j->text, TD_S("ecs_udf")))
        return read_enum(j);
    struct td_diag *diag = j->r->diag;
    struct td_finding *f = report(j, TRACEDAG_CODE_RESERVED_RUNTIME);
    if (!f)
        return false;
    td_message(diag, f, "%t asks for runtime `ecs_udf`, which is reserved for v2",
               td_scope_owner(diag, j->scope));
    td_help(diag, f, "run user bundles on `lambda`");
    td_edit_text(diag, f, TRACEDAG_SAFETY_UNSAFE, j->r->tree, td_own_node(j->value),
                 TD_S("lambda"));
    return false;
}

static bool read_text(const struct judged *j)
{
    if (j->node->kind == TD_TEXT)
        return true;
    struct td_finding *f = report_type(j, "text");
    bool whole = f && j->field->type == TD_TYPE_TEXT; /* any text will do */
    if (whole)
        td_edit_quote(j->r->diag, f, TRACEDAG_SAFETY_SAFE, j->r->tree,
                      td_own_node(j->value));
    return false;
}

/* ---- columns' types --------------------------------------------------------------------- */

#define WORD(literal) \
    { \
        (literal), sizeof(literal) - 1 \
    }

/* What PostgreSQL and others call a type; `same` where it is that type by another name. */
static const struct {
    struct td_str name;
    struct td_str type;
    bool same;
} other_types[] = {
    {WORD("int"), WORD("integer"), true},
    {WORD("int4"), WORD("integer"), true},
    {WORD("int8"), WORD("bigint"), true},
    {WORD("int2"), WORD("smallint"), true},
    {WORD("bool"), WORD("boolean"), true},
    {WORD("float4"), WORD("real"), true},
    {WORD("float8"), WORD("double precision"), true},
    {WORD("decimal"), WORD("numeric"), true},
    {WORD("timestamp with time zone"), WORD("timestamptz"), true},
    {WORD("timestamp without time zone"), WORD("timestamp"), true},
    {WORD("float"), WORD("double precision"), false},
    {WORD("double"), WORD("double precision"), false},
    {WORD("int64"), WORD("bigint"), false},
    {WORD("long"), WORD("bigint"), false},
    {WORD("int32"), WORD("integer"), false},
    {WORD("string"), WORD("text"), false},
    {WORD("varchar"), WORD("text"), false},
    {WORD("char"), WORD("text"), false},
    {WORD("datetime"), WORD("timestamp"), false},
    {WORD("bytes"), WORD("bytea"), false},
    {WORD("binary"), WORD("bytea"), false},
    {WORD("blob"), WORD("bytea"), false},
};

static bool advise_other_type(const struct judged *j, struct td_finding *f)
{
    for (size_t i = 0; i < TD_COUNT(other_types); i++) {
        if (!td_folds_to(j->text, other_types[i].name))
            continue;
        td_help(j->r->diag, f, "did you mean %q?", other_types[i].type);
        td_edit_text(j->r->diag, f,
                     other_types[i].same ? TRACEDAG_SAFETY_SAFE : TRACEDAG_SAFETY_UNSAFE,
                     j->r->tree, td_own_node(j->value), other_types[i].type);
        return true;
    }
    return false;
}

static bool read_column_type(const struct judged *j)
{
    if (!is_text(j))
        return false;
    if (td_word_find(j->field->words, j->text))
        return true;
    struct td_diag *diag = j->r->diag;
    struct td_finding *f = report(j, TRACEDAG_CODE_COLUMN_SHAPE);
    if (!f)
        return false;
    td_message(diag, f, "%t has type %q; known types are `text`, `bigint`, ...",
               td_scope_owner(diag, j->scope), j->text);
    const struct td_word_list *words = j->field->words;
    if (!advise_other_type(j, f))
        td_advise_words(j->r, f, j->text, words, td_own_node(j->value));
    if (f->pub.help.count == 0)
        td_help(diag, f, "use one of %t",
                td_listed(diag, words->words, words->count, "and"));
    td_data_text(diag, f, "name", j->text);
    return false;
}

/* ---- durations -------------------------------------------------------------------------- */

/* A bare number has no unit, and `M` may be minutes or months. */
static uint32_t guess_safety(const struct judged *j)
{
    bool iso = j->text.ptr[0] == 'P' || j->text.ptr[0] == 'p';
    bool unsure = j->node->kind != TD_TEXT ||
                  (!iso && memchr(j->text.ptr, 'M', j->text.len)) ||
                  td_scalar_resolve(j->text) != TD_SCALAR_TEXT;
    return unsure ? TRACEDAG_SAFETY_UNSAFE : TRACEDAG_SAFETY_SAFE;
}

/* `0s`, `0m`: the form is right, and the value is not. */
static bool is_zero_duration(struct td_str text)
{
    size_t at = 0;
    while (at < text.len && text.ptr[at] == '0')
        at++;
    return at > 0 && at + 1 == text.len && strchr("smhd", text.ptr[at]);
}

static bool bad_duration(const struct judged *j, enum td_duration_status why)
{
    struct td_diag *diag = j->r->diag;
    struct td_finding *f = report(j, TRACEDAG_CODE_BAD_DURATION);
    if (!f)
        return false;
    struct td_str field = field_words(j);
    bool bare = j->node->kind == TD_INTEGER || j->node->kind == TD_FLOAT;
    struct td_str found = bare ? td_words(diag, "%e", j->text)
                          : j->node->kind == TD_TEXT
                              ? td_words(diag, "%q", j->text)
                              : td_found(diag, j->r->tree, j->value->node);
    if (why == TD_DURATION_TOO_LONG)
        td_message(diag, f, "%t must be 366 days or less, found %t", field, found);
    else if (is_zero_duration(j->text))
        td_message(diag, f, "%t must be 1 second or more, found %t", field, found);
    else
        td_message(diag, f,
                   "%t must be a whole number and `s`, `m`, `h` or `d`, found %t", field,
                   found);
    char guess[TD_DURATION_MAX];
    size_t len;
    if (why == TD_DURATION_FORM && (bare || j->node->kind == TD_TEXT) &&
        td_duration_guess(j->text, guess, &len)) {
        struct td_str meant = {guess, len};
        td_help(diag, f, "did you mean %q?", meant);
        td_edit_text(diag, f, guess_safety(j), j->r->tree, td_own_node(j->value), meant);
    }
    td_data_text(diag, f, "name", j->field->name);
    return false;
}

static bool read_duration(const struct judged *j)
{
    uint32_t seconds;
    enum td_duration_status status = j->node->kind == TD_TEXT
                                         ? td_duration_parse(j->text, &seconds)
                                         : TD_DURATION_FORM;
    if (status != TD_DURATION_OK)
        return bad_duration(j, status);
    return true;
}

/* ---- names ------------------------------------------------------------------------------ */

/* "job name `X`", "column `X` of dataset `d`", "operator `X` of job `a`". */
static struct td_str name_words(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    const struct td_name_form *form = j->field->form;
    if (form == &td_form_job)
        return td_words(diag, "%s name %q",
                        j->scope->kind == TD_SCOPE_JOB ? "job" : "DAG", j->text);
    if (form == &td_form_column)
        return td_words(diag, "column %q of dataset %q", j->text, j->scope->dataset);
    if (form == &td_form_operator)
        return td_words(diag, "operator %q of %t", j->text,
                        td_scope_owner(diag, j->scope));
    return field_words(j);
}

/* What an operator or an entry point is called is decided elsewhere. */
static void offer_name(const struct judged *j, struct td_finding *f, struct td_str guess)
{
    const struct td_name_form *form = j->field->form;
    uint32_t node = td_own_node(j->value);
    if (form == &td_form_job || form == &td_form_column)
        td_edit_name(j->r->diag, f, j->r->tree, node, guess);
    else
        td_edit_text(j->r->diag, f, TRACEDAG_SAFETY_UNSAFE, j->r->tree, node, guess);
}

static bool read_name(const struct judged *j)
{
    if (!is_text(j))
        return false;
    const struct td_name_form *form = j->field->form;
    if (td_name_fits(form, j->text))
        return true;
    struct td_diag *diag = j->r->diag;
    struct td_finding *f = report(j, TRACEDAG_CODE_BAD_NAME);
    if (!f)
        return false;
    bool named =
        form == &td_form_job || form == &td_form_column || form == &td_form_operator;
    if (named)
        td_message(diag, f, "%t must be %s", name_words(j), form->words);
    else
        td_message(diag, f, "%t must be %s, found %q", name_words(j), form->words,
                   j->text);
    char room[TD_SNAKE_ROOM];
    struct td_str guess = td_snake_case(form, j->text, room);
    if (guess.len) {
        td_help(diag, f, "did you mean %q?", guess);
        offer_name(j, f, guess);
    }
    td_data_text(diag, f, "name", j->text);
    return false;
}

/* ---- lists and maps --------------------------------------------------------------------- */

static bool empty_list(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    struct td_finding *f = report(j, TRACEDAG_CODE_EMPTY_COLLECTION);
    if (!f)
        return false;
    bool root = j->scope->kind == TD_SCOPE_DAG;
    td_message(diag, f, "%t is empty; %s",
               root ? td_words(diag, "%q", j->field->name) : field_words(j),
               j->field->empty);
    td_data_text(diag, f, "name", j->field->name);
    return false;
}

static bool may_be_item(const struct td_field *field, struct td_str text)
{
    if (field->words)
        return td_word_find(field->words, text) != 0;
    return field->form && td_name_fits(field->form, text);
}

/* A single name, or word, is a list of one. */
static bool no_list(const struct judged *j)
{
    bool lists = j->field->type == TD_TYPE_NAME_LISTS;
    struct td_finding *f = report_type(j, lists ? "a list of lists" : "a list");
    if (f && j->node->kind == TD_TEXT && !lists && may_be_item(j->field, j->text))
        td_edit_list(j->r->diag, f, TRACEDAG_SAFETY_SAFE, j->r->tree,
                     td_own_node(j->value));
    return false;
}

static bool read_list(const struct judged *j)
{
    if (j->node->kind != TD_LIST)
        return no_list(j);
    bool empty = j->node->link == j->value->node + 1 && !(j->node->flags & TD_CUT_OFF);
    if (empty && j->field->empty)
        return empty_list(j);
    return true;
}

static bool read_map(const struct judged *j)
{
    if (j->node->kind != TD_MAP)
        return wrong_type(j, "a map");
    return true;
}

static bool read_free_map(const struct judged *j)
{
    if (!read_map(j))
        return false;
    td_read_free(j->r, j->scope, j->field->name, j->value->node);
    return true;
}

/* Judged by those who know what the value is for. */
static bool read_later(const struct judged *j)
{
    (void)j;
    return true;
}

static bool (*const judges[])(const struct judged *) = {
    [TD_TYPE_INTEGER] = read_integer,   [TD_TYPE_BOOLEAN] = read_boolean,
    [TD_TYPE_ENUM] = read_enum,         [TD_TYPE_RUNTIME] = read_runtime,
    [TD_TYPE_DURATION] = read_duration, [TD_TYPE_NAME] = read_name,
    [TD_TYPE_TEXT] = read_text,         [TD_TYPE_SCHEDULE] = read_text,
    [TD_TYPE_WEBHOOK] = read_text,      [TD_TYPE_OUTPUT] = read_output,
    [TD_TYPE_LOOKUP] = read_text,       [TD_TYPE_COLUMN] = read_column_type,
    [TD_TYPE_NAMES] = read_list,        [TD_TYPE_NAME_LISTS] = read_list,
    [TD_TYPE_LIST] = read_list,         [TD_TYPE_MAP] = read_map,
    [TD_TYPE_INPUT_FROM] = read_later,  [TD_TYPE_WHERE] = read_later,
    [TD_TYPE_FREE_MAP] = read_free_map, [TD_TYPE_NUMBER] = read_number,
};

bool td_read_value(struct td_reader *r, const struct td_scope *scope,
                   const struct td_field *field, const struct td_value *value)
{
    if (!td_read_present(r, scope, field->name, field->required, value))
        return false;
    struct judged j = {r,        scope, field, value, td_node_raw(r->tree, value->node),
                       {NULL, 0}};
    if (!td_is_collection(j.node))
        j.text = td_node_text(r->tree, value->node);
    if (j.node->kind == TD_TEXT && j.text.len == 0) {
        empty_value(r, scope, field->name, field->required, value);
        return false;
    }
    return judges[field->type](&j);
}

/* ---- free values ------------------------------------------------------------------------ */

/* A free value while it is walked. */
struct free_walk {
    struct td_reader *r;
    const struct td_scope *scope;
    struct td_str field;
    uint32_t from;
    struct td_way way;
};

/* Starts a finding about a value inside a free one; *words is what it is called. */
static struct td_finding *report_inner(struct free_walk *w, uint32_t to, uint32_t code,
                                       struct td_str *words)
{
    struct td_reader *r = w->r;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, w->scope, code, td_node_span(r->tree, to), to);
    *words = TD_S("");
    if (!td_kept(r->diag, f))
        return f;
    td_way_go(r->tree, &w->way, w->from, to);
    struct td_str path = td_way_words(r->diag, r->tree, &w->way, w->field);
    *words = td_words(r->diag, "`%t` of %t", path, td_scope_owner(r->diag, w->scope));
    td_data_text(r->diag, f, "name", path);
    return f;
}

/* Whether a number can be spelled; short ones without an exponent always can. */
static enum td_number_status number_status(const struct td_node *node, struct td_str text)
{
    enum { SURELY_FINE = 256 };
    char spelled[TD_NUMBER_MAX];
    size_t len;
    if (node->kind == TD_INTEGER)
        return text.len <= SURELY_FINE ? TD_NUMBER_OK
                                       : td_integer_canonical(text, spelled, &len);
    return td_float_canonical(text, spelled, &len);
}

static void read_free_node(struct free_walk *w, uint32_t at)
{
    struct td_reader *r = w->r;
    const struct td_node *node = td_node_raw(r->tree, at);
    struct td_str words;
    if (td_is_damaged(node))
        return;
    if (node->kind == TD_NOT_FINITE) {
        struct td_finding *f = report_inner(w, at, TRACEDAG_CODE_NOT_FINITE, &words);
        td_message(r->diag, f, "%t is %q, which is not accepted", words,
                   td_node_text(r->tree, at));
        td_help(r->diag, f, "use a finite number");
    } else if (node->kind == TD_INTEGER || node->kind == TD_FLOAT) {
        enum td_number_status status = number_status(node, td_node_text(r->tree, at));
        if (status != TD_NUMBER_OK)
            td_long_number(r, report_inner(w, at, TRACEDAG_CODE_LIMIT_SCALAR, &words),
                           status);
    } else if (node->kind == TD_MAP) {
        struct td_scope inner = *w->scope;
        if (inner.path.len == 0)
            inner.path = w->field;
        td_read_repeats(r, &inner, at);
    }
}

/* A subtree is one stretch of values, so no recursion is needed. Aliases are left alone: what
 * they stand for is judged where it is written. A list or map that stands as a key is a fault
 * already, and no way leads into it. */
void td_read_free(struct td_reader *r, const struct td_scope *scope, struct td_str field,
                  uint32_t node)
{
    struct free_walk w;
    w.r = r;
    w.scope = scope;
    w.field = field;
    w.from = node;
    w.way.depth = 0;
    uint32_t end = td_after(r->tree, node);
    for (uint32_t at = node; at < end;) {
        bool value = (td_node_raw(r->tree, at)->flags & TD_KEY) == 0;
        if (value)
            read_free_node(&w, at);
        at = value ? at + 1 : td_after(r->tree, at);
    }
}
