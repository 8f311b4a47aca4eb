/* options.c - the options of all commands: one table that parsing and `--help` both read.
 *
 * getopt_long() splits the arguments. It also takes a part of a name for the name; that
 * is refused here, so that a new option never changes what an old script says.
 */
#include "options.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "levels.h"
#include "limits.h"
#include "output.h"
#include "suggest.h"

enum kind {
    KIND_FLAG,     /* a bool */
    KIND_WORD,     /* a uint32_t: the position of the value among `words`, from 1 */
    KIND_TEXT,     /* a const char * that is not empty */
    KIND_THREADS,  /* a uint32_t */
    KIND_SEVERITY, /* codes, which get the severity that is the place */
    KIND_LIMIT,    /* NAME=VALUE */
    KIND_FINDINGS  /* the limit on findings */
};

struct option_row {
    unsigned commands; /* enum command_bit */
    const char *name;
    const char *value; /* NULL: it takes none */
    const char *help;
    enum kind kind;
    size_t place; /* of its member in struct settings */
    const char *words[5];
};

#define HELP_COLUMN 27

/* What `--jobs` takes. */
#define THREADS_MOST 64

#define IN(member) offsetof(struct settings, member)
#define FOR_DOCUMENTS \
    (FOR_VALIDATE | FOR_FIX | FOR_CANONICALIZE | FOR_RESOLVE | FOR_HASH | FOR_DIFF | \
     FOR_NEXT | FOR_TRUST | FOR_GRAPH)
#define FOR_READING (FOR_DOCUMENTS | FOR_SCHEMA)
#define FOR_SHOWING (FOR_CANONICALIZE | FOR_RESOLVE)

static_assert(TRACEDAG_FORMAT_TEXT == 1 && TRACEDAG_FORMAT_JSON == 2 &&
                  TRACEDAG_FORMAT_SARIF == 3 && TRACEDAG_FORMAT_GITHUB == 4,
              "words of --format");

/* clang-format off */
static const struct option_row option_rows[] = {
    {FOR_VALIDATE, "format", "text|json|sarif|github", "how findings are written (text)",
     KIND_WORD, IN(format), {"text", "json", "sarif", "github"}},
    {FOR_GRAPH, "format", "text|mermaid|dot|svg", "what is drawn (text)",
     KIND_WORD, IN(format), {"text", "mermaid", "dot", "svg"}},
    {FOR_TRUST, "format", "text|json", "how the report is written (text)",
     KIND_WORD, IN(format), {"text", "json"}},
    {FOR_DIFF, "format", "text|json", "how the changes are written (text)",
     KIND_WORD, IN(format), {"text", "json"}},
    {FOR_DIFF, "breaking", NULL, "only what breaks readers of published datasets",
     KIND_FLAG, IN(breaking), {NULL}},
    {FOR_FIX, "diff", NULL, "write what would change as a diff, and change nothing",
     KIND_FLAG, IN(diff), {NULL}},
    {FOR_GRAPH, "diff", "OLD", "mark what changed since OLD, and what is made anew",
     KIND_TEXT, IN(older), {NULL}},
    {FOR_FIX, "unsafe", NULL, "apply fixes, too, that somebody should look at",
     KIND_FLAG, IN(unsafe), {NULL}},
    {FOR_READING, "catalog", "FILE", "the operators and datasets that there are",
     KIND_TEXT, IN(catalog_file), {NULL}},
    {FOR_READING, "color", "auto|always|never",
     "colour in text (auto: on a terminal)",
     KIND_WORD, IN(color), {"auto", "always", "never"}},
    {FOR_READING, "max-errors", "N",
     "keep at most N findings of a document; count the rest",
     KIND_FINDINGS, 0, {NULL}},
    {FOR_DOCUMENTS, "stdin-filename", "NAME", "how findings name standard input (-)",
     KIND_TEXT, IN(stdin_name), {NULL}},
    {FOR_VALIDATE, "exit-zero", NULL, "end with 0 where a document is rejected",
     KIND_FLAG, IN(exit_zero), {NULL}},
    {FOR_VALIDATE, "quiet", NULL, "write no findings; the exit code says it",
     KIND_FLAG, IN(quiet), {NULL}},
    {FOR_VALIDATE, "warn", "CODE", "findings of CODE, as TD803 or unread-job, are warnings",
     KIND_SEVERITY, TRACEDAG_SEVERITY_WARNING, {NULL}},
    {FOR_VALIDATE, "deny", "CODE", "findings of CODE are errors",
     KIND_SEVERITY, TRACEDAG_SEVERITY_ERROR, {NULL}},
    {FOR_VALIDATE, "allow", "CODE", "there are no findings of CODE",
     KIND_SEVERITY, 0, {NULL}},
    {FOR_VALIDATE, "deny-warnings", NULL, "end with 1 where there is a warning",
     KIND_FLAG, IN(deny_warnings), {NULL}},
    {FOR_VALIDATE, "baseline", "FILE", "leave out the warnings and notes that FILE has",
     KIND_TEXT, IN(baseline), {NULL}},
    {FOR_VALIDATE, "write-baseline", "FILE", "write those that there are to FILE",
     KIND_TEXT, IN(write_baseline), {NULL}},
    {FOR_VALIDATE, "together", NULL, "judge what documents have to do with each other, too",
     KIND_FLAG, IN(together), {NULL}},
    {FOR_VALIDATE, "readers", NULL, "with --together, write who publishes and reads what",
     KIND_FLAG, IN(readers), {NULL}},
    {FOR_VALIDATE, "jobs", "N", "use N threads (one for each processor, 8 at most)",
     KIND_THREADS, IN(threads), {NULL}},
    {FOR_SHOWING, "yaml", NULL, "block YAML for reading, not JSON",
     KIND_FLAG, IN(yaml), {NULL}},
    {FOR_RESOLVE, "origin", NULL, "say where each tuning value came from",
     KIND_FLAG, IN(origin), {NULL}},
    {FOR_HASH, "source", NULL, "hash the bytes as they are, of any file",
     KIND_FLAG, IN(source), {NULL}},
    {FOR_HASH, "jobs", NULL, "the two hashes of each job, by name",
     KIND_FLAG, IN(jobs), {NULL}},
    {FOR_HASH, "why", NULL, "where the canonical forms of two documents differ first",
     KIND_FLAG, IN(why), {NULL}},
    {FOR_HASH, "check", NULL, "each FILE is a list that this command wrote: check it",
     KIND_FLAG, IN(check), {NULL}},
    {FOR_HASH, "quiet", NULL, "with --check, no line for what is OK",
     KIND_FLAG, IN(quiet), {NULL}},
    {FOR_HASH, "status", NULL, "with --check, write no verdict; the exit code says it",
     KIND_FLAG, IN(silent), {NULL}},
    {FOR_NEXT, "from", "TIME", "runs after this, as 2026-11-24T12:00:00Z (now)",
     KIND_TEXT, IN(from), {NULL}},
    {FOR_NEXT, "count", "N", "at most N runs of each job (5)",
     KIND_TEXT, IN(count), {NULL}},
    {FOR_TRUST, "count", "N", "at most N flows (1000)",
     KIND_TEXT, IN(count), {NULL}},
    {FOR_NEXT, "job", "NAME", "the runs of this job alone",
     KIND_TEXT, IN(job), {NULL}},
    {FOR_READING, "limit", "NAME=VALUE",
     "set a limit, see below; K, M, G stand for KiB, MiB, GiB",
     KIND_LIMIT, 0, {NULL}},
    {FOR_ALL, "help", NULL, "write this help",
     KIND_FLAG, IN(help), {NULL}},
};
/* clang-format on */

#define ROWS (sizeof option_rows / sizeof option_rows[0])
#define FIRST_VALUE \
    256 /* getopt_long()'s results for long options begin behind all chars */

/* The options that also have a letter. */
static const struct letter {
    unsigned commands; /* enum command_bit */
    char letter;
    const char *name;
} letters[] = {
    {FOR_VALIDATE, 'j', "jobs"},
    {FOR_ALL, 'h', "help"},
};

#define LETTERS (sizeof letters / sizeof letters[0])

static const struct letter *letter_of(const struct command *command, const char *name)
{
    for (size_t i = 0; i < LETTERS; i++)
        if ((letters[i].commands & command->bit) && strcmp(letters[i].name, name) == 0)
            return &letters[i];
    return NULL;
}

/* The row that getopt_long() found, or NULL. */
static const struct option_row *row_of(const struct command *command, int found)
{
    if (found >= FIRST_VALUE)
        return &option_rows[found - FIRST_VALUE];
    for (size_t i = 0; i < ROWS; i++) {
        const struct option_row *row = &option_rows[i];
        const struct letter *letter =
            (row->commands & command->bit) ? letter_of(command, row->name) : NULL;
        if (letter && letter->letter == found)
            return row;
    }
    return NULL;
}

/* Letters as getopt_long() reads them. Of the two signs in front, "-" hands over operands in
 * their place, and leaves argv in order. */
static void short_options(const struct command *command, char *shorts)
{
    *shorts++ = '-';
    *shorts++ = ':';
    for (size_t i = 0; i < LETTERS; i++) {
        const struct option_row *row = row_of(command, letters[i].letter);
        if (!row)
            continue;
        *shorts++ = letters[i].letter;
        if (row->value)
            *shorts++ = ':';
    }
    *shorts = '\0';
}

static void long_options(const struct command *command, struct option *longs)
{
    for (size_t i = 0; i < ROWS; i++) {
        const struct option_row *row = &option_rows[i];
        if (row->commands & command->bit)
            *longs++ =
                (struct option){.name = row->name,
                                .has_arg = row->value ? required_argument : no_argument,
                                .val = FIRST_VALUE + (int)i};
    }
    *longs = (struct option){.name = NULL};
}

static enum status unknown_option(const struct command *command, const char *text)
{
    const char *names[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        names[i] = (option_rows[i].commands & command->bit) ? option_rows[i].name : NULL;
    char name[64] = "";
    if (text[0] == '-' && text[1] == '-')
        snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "=") - 2, text + 2);
    const char *near = suggest(name, names, ROWS, sizeof names[0]);
    if (near)
        return wrong_use(command->name, "unknown option `%s` (did you mean `--%s`?)",
                         text, near);
    return wrong_use(command->name, "unknown option `%s`", text);
}

static bool is_exact(const char *argument, const char *name)
{
    size_t len = strlen(name);
    return strncmp(argument, "--", 2) == 0 && strncmp(argument + 2, name, len) == 0 &&
           (argument[2 + len] == '\0' || argument[2 + len] == '=');
}

static enum status store_word(const struct command *command, const struct option_row *row,
                              uint32_t *place, const char *value)
{
    for (uint32_t i = 0; row->words[i]; i++)
        if (strcmp(row->words[i], value) == 0) {
            *place = i + 1;
            return STATUS_ACCEPTED;
        }
    return wrong_use(command->name, "option `--%s` takes %s, not `%s`", row->name,
                     row->value, value);
}

static enum status store_threads(const struct command *command,
                                 const struct option_row *row, uint32_t *place,
                                 const char *value)
{
    uint32_t number = 0;
    size_t digits = strspn(value, "0123456789");
    for (size_t i = 0; i < digits && number <= THREADS_MOST; i++)
        number = number * 10 + (uint32_t)(value[i] - '0');
    if (value[digits] != '\0' || number < 1 || number > THREADS_MOST)
        return wrong_use(command->name,
                         "option `--%s` takes a whole number from 1 to %d, not `%s`",
                         row->name, THREADS_MOST, value);
    *place = number;
    return STATUS_ACCEPTED;
}

static enum status store(const struct command *command, const struct option_row *row,
                         struct settings *settings, const char *value)
{
    void *place = (char *)settings + row->place;
    switch (row->kind) {
    case KIND_FLAG:
        *(bool *)place = true;
        return STATUS_ACCEPTED;
    case KIND_WORD:
        return store_word(command, row, place, value);
    case KIND_TEXT:
        *(const char **)place = value;
        if (!*value)
            return wrong_use(command->name,
                             "option `--%s` takes a value that is not empty", row->name);
        return STATUS_ACCEPTED;
    case KIND_THREADS:
        return store_threads(command, row, place, value);
    case KIND_SEVERITY:
        return levels_assign(settings->limits, command->name, row->name,
                             (uint32_t)row->place, value);
    case KIND_LIMIT:
        return limits_assign(settings->limits, command->name, value);
    case KIND_FINDINGS:
        return limits_set(settings->limits, command->name, TRACEDAG_LIMIT_FINDINGS,
                          "the value of `--max-errors`", value);
    }
    return STATUS_FAULT;
}

/* What getopt_long() answered for `argument`; '?' with `optopt` set is a value where none
 * belongs. */
static enum status take(const struct command *command, int answer, const char *argument,
                        struct settings *settings)
{
    int found = answer == '?' || answer == ':' ? optopt : answer;
    const struct option_row *row = row_of(command, found);
    if (!row || (found >= FIRST_VALUE && !is_exact(argument, row->name)))
        return unknown_option(command, argument);
    if (answer == '?')
        return wrong_use(command->name, "option `--%s` takes no value", row->name);
    if (answer == ':')
        return wrong_use(command->name, "option `--%s` needs %s behind it", row->name,
                         row->value);
    return store(command, row, settings, optarg);
}

enum status options_parse(const struct command *command, int argc, char **argv,
                          struct settings *settings, char **files, size_t *count)
{
    struct option longs[ROWS + 1];
    char shorts[2 + 2 * LETTERS + 1];
    long_options(command, longs);
    short_options(command, shorts);
    *count = 0;
    opterr = 0;
    for (;;) {
        const char *argument = argv[optind];
        int answer = getopt_long(argc, argv, shorts, longs, NULL);
        if (answer == -1)
            break;
        if (answer == 1) {
            files[(*count)++] = optarg;
            continue;
        }
        enum status status = take(command, answer, argument, settings);
        if (status != STATUS_ACCEPTED || settings->help)
            return status;
    }
    while (optind < argc)
        files[(*count)++] = argv[optind++];
    return STATUS_ACCEPTED;
}

bool options_next(const struct command *command, size_t *at, struct option_text *option)
{
    while (*at < ROWS) {
        const struct option_row *row = &option_rows[(*at)++];
        if (!(row->commands & command->bit))
            continue;
        *option = (struct option_text){row->name, row->value, row->help, row->words,
                                       row->kind == KIND_LIMIT};
        return true;
    }
    return false;
}

enum status options_help(const struct command *command)
{
    bool has_limits = false;
    put_line("usage: tracedag %s [OPTION]...%s%s\n%s\n%s", command->name,
             *command->operands ? " " : "", command->operands, command->summary,
             command->details);
    for (size_t i = 0; i < ROWS; i++) {
        const struct option_row *row = &option_rows[i];
        if (!(row->commands & command->bit))
            continue;
        const struct letter *letter = letter_of(command, row->name);
        char left[40], behind[8] = "";
        if (letter)
            snprintf(behind, sizeof behind, ", -%c", letter->letter);
        snprintf(left, sizeof left, "--%s%s%s%s", row->name, behind,
                 row->value ? " " : "", row->value ? row->value : "");
        bool is_long = strlen(left) > HELP_COLUMN;
        if (is_long)
            put_line("  %s", left);
        put_line("  %-*s %s", HELP_COLUMN, is_long ? "" : left, row->help);
        has_limits = has_limits || row->kind == KIND_LIMIT;
    }
    return has_limits ? limits_help() : STATUS_ACCEPTED;
}
