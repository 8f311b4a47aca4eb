/*
 * Prints the field reference of tracedag(5) as mdoc, from the table that the validator reads.
 * check_fields.py compares the page with it.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>

#include "fields.h"

/* ---- words ------------------------------------------------------------------------------ */

/* A line of a macro with one argument, and the punctuation behind it. */
static void put_macro(const char *macro, const char *text, size_t len, char mark)
{
    const char *quote = memchr(text, ' ', len) ? "\"" : "";
    printf(".%s %s", macro, quote);
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\\')
            fputs("\\e", stdout);
        else
            putchar(text[i]);
    }
    fputs(quote, stdout);
    if (mark)
        printf(" %c", mark);
    putchar('\n');
}

/* What stands between backticks, the first of which is behind us; returns what follows. */
static const char *put_quoted(const char *text, char end)
{
    size_t len = strcspn(text, "`");
    const char *behind = text + len + 1;
    char mark = *behind == ',' || *behind == ';' ? *behind++ : '\0';
    behind += *behind == ' ';
    put_macro("Ql", text, len, *behind ? mark : end);
    return behind;
}

/* A text of the table as a sentence. In front of a backtick stands a blank. */
static void put_sentence(const char *text)
{
    if (*text != '`')
        putchar(toupper((unsigned char)*text++));
    while (*text) {
        size_t len = strcspn(text, "`");
        if (text[len] == '\0') {
            printf("%s.\n", text);
            return;
        }
        if (len)
            printf("%.*s\n", (int)len - 1, text);
        text = put_quoted(text + len + 1, '.');
    }
}

static void put_words(const struct td_word_list *list, char end)
{
    for (uint32_t i = 0; i < list->count; i++)
        put_macro("Cm", list->words[i].ptr, list->words[i].len,
                  i + 1 < list->count ? ',' : end);
}

/* ---- types ------------------------------------------------------------------------------ */

/* A form of names as a regular expression. */
static void put_form(const struct td_name_form *form, char end)
{
    char text[80];
    const char *letters = form->lower ? "a-z" : "A-Za-z";
    unsigned most = form->most;
    if (form->parts) {
        int len = snprintf(text, sizeof text, "[%s0-9%s]+(\\.[%s0-9%s]+)*", letters,
                           form->marks, letters, form->marks);
        put_macro("Ql", text, (size_t)len, ',');
        printf("%u bytes at most%c\n", most, end);
    } else {
        int len = snprintf(text, sizeof text, "[%s%s][%s0-9%s]{0,%u}", letters,
                           form->underscore ? "_" : "", letters, form->marks, most - 1);
        put_macro("Ql", text, (size_t)len, end);
    }
}

/* Rows that have words, a form or a range say more than this. */
static const char *type_words(enum td_type type)
{
    switch (type) {
    case TD_TYPE_NUMBER:
        return "Number";
    case TD_TYPE_INTEGER:
    case TD_TYPE_OUTPUT:
        return "Integer";
    case TD_TYPE_BOOLEAN:
        return "Boolean";
    case TD_TYPE_ENUM:
    case TD_TYPE_RUNTIME:
    case TD_TYPE_COLUMN:
        return "Values:";
    case TD_TYPE_DURATION:
        return "Duration";
    case TD_TYPE_NAME:
    case TD_TYPE_TEXT:
    case TD_TYPE_SCHEDULE:
    case TD_TYPE_WEBHOOK:
    case TD_TYPE_LOOKUP:
        return "Text";
    case TD_TYPE_NAMES:
        return "List of different texts";
    case TD_TYPE_NAME_LISTS:
        return "List of lists of different texts";
    case TD_TYPE_LIST:
        return "List";
    case TD_TYPE_MAP:
    case TD_TYPE_INPUT_FROM:
        return "Map";
    case TD_TYPE_WHERE:
        return "Map of field to text, integer or boolean";
    case TD_TYPE_FREE_MAP:
        return "Map of anything";
    }
    return "";
}

static void put_type(const struct td_field *field, char end)
{
    const char *words = type_words(field->type);
    if (field->words) {
        puts(words);
        put_words(field->words, end);
    } else if (field->form) {
        printf("%s of the form\n", words);
        put_form(field->form, end);
    } else if (field->high > field->low) {
        printf("%s from %" PRId64 " to %" PRId64 "%c\n", words, field->low, field->high,
               end);
    } else {
        printf("%s%c\n", words, end);
    }
}

/* ---- fields ----------------------------------------------------------------------------- */

/* The default as documents write it: the table has it as JSON does. */
static void put_standard(const char *standard)
{
    size_t quote = standard[0] == '"';
    put_macro("Cm", standard + quote, strlen(standard) - 2 * quote, '\0');
    puts("by default.");
}

static void put_field(const struct td_field *field)
{
    bool standard = field->standard && !field->required;
    printf(".It Ic %s%s\n", field->name.ptr, field->required ? " Pq required" : "");
    put_sentence(field->means);
    put_type(field, standard ? ';' : '.');
    if (standard)
        put_standard(field->standard);
    if (field->empty)
        put_sentence(field->empty);
    if (field->when)
        put_sentence(field->when);
}

static bool is_default(const struct td_shape *shape, uint32_t field)
{
    bool found = false;
    for (uint32_t i = 0; shape == &td_job_shape && i < TD_DEFAULT_COUNT; i++)
        found = found || td_job_field_of(i) == field;
    return found;
}

/* A job has the fields of `defaults` too; they are not said twice. */
static void put_shape(const char *title, const struct td_shape *shape)
{
    printf(".Ss %s\n.Bl -tag -width Ds\n", title);
    for (uint32_t i = 0; i < shape->count; i++) {
        if (!is_default(shape, i))
            put_field(&shape->fields[i]);
    }
    puts(".El");
}

int main(void)
{
    put_shape("Fields of the document", &td_root_shape);
    put_shape("Fields of a job and of defaults", &td_defaults_shape);
    put_shape("Fields of a job alone", &td_job_shape);
    put_shape("Fields of source", &td_source_shape);
    put_shape("Fields of bootstrap", &td_bootstrap_shape);
    put_shape("Fields of udf", &td_udf_shape);
    put_shape("Fields of an input", &td_input_shape);
    put_shape("Fields of from", &td_from_shape);
    put_shape("Fields of a publish entry", &td_publish_shape);
    put_shape("Fields of schema", &td_table_shape);
    put_shape("Fields of a column", &td_column_shape);
    return ferror(stdout) ? 1 : 0;
}
