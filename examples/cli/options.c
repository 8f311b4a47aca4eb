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

#include "limits.h"
#include "output.h"
#include "suggest.h"

enum kind {
    KIND_FLAG,    /* a bool */
    KIND_WORD,    /* a uint32_t: the position of the value among `words`, from 1 */
    KIND_TEXT,    /* a const char * that is not empty */
    KIND_LIMIT,   /* NAME=VALUE */
    KIND_FINDINGS /* the limit on findings */
};

struct option_row {
    unsigned commands; /* enum command_bit */
    const char *name;
    const char *value; /* NULL: it takes none */
    const char *help;
    enum kind kind;
    size_t place; /* of its member in struct settings */
    const char *words[4];
};

#define IN(member) offsetof(struct settings, member)
#define FOR_DOCUMENTS \
    (FOR_VALIDATE | FOR_CANONICALIZE | FOR_RESOLVE | FOR_HASH | FOR_NEXT)
#define FOR_SHOWING (FOR_CANONICALIZE | FOR_RESOLVE)

static_assert(TRACEDAG_FORMAT_TEXT == 1 && TRACEDAG_FORMAT_JSON == 2,
              "words of --format");

/* clang-format off */
static const struct option_row option_rows[] = {
    {FOR_VALIDATE, "format", "text|json", "how findings are written (text)",
     KIND_WORD, IN(format), {"text", "json"}},
    {FOR_DOCUMENTS, "color", "auto|always|never",
     "colour in text findings (auto: on a terminal)",
     KIND_WORD, IN(color), {"auto", "always", "never"}},
    {FOR_DOCUMENTS, "max-errors", "N",
     "keep at most N findings of a document; count the rest",
     KIND_FINDINGS, 0, {NULL}},
    {FOR_DOCUMENTS, "stdin-filename", "NAME", "how findings name standard input (-)",
     KIND_TEXT, IN(stdin_name), {NULL}},
    {FOR_VALIDATE, "exit-zero", NULL, "end with 0 where a document is rejected",
     KIND_FLAG, IN(exit_zero), {NULL}},
    {FOR_VALIDATE, "quiet", NULL, "write no findings; the exit code says it",
     KIND_FLAG, IN(quiet), {NULL}},
    {FOR_SHOWING, "yaml", NULL, "block YAML for reading, not JSON",
     KIND_FLAG, IN(yaml), {NULL}},
    {FOR_RESOLVE, "origin", NULL, "say where each tuning value came from",
     KIND_FLAG, IN(origin), {NULL}},
    {FOR_HASH, "source", NULL, "hash the bytes as they are, of any file",
     KIND_FLAG, IN(source), {NULL}},
    {FOR_HASH, "jobs", NULL, "the two hashes of each job, by name",
     KIND_FLAG, IN(jobs), {NULL}},
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
    {FOR_NEXT, "job", "NAME", "the runs of this job alone",
     KIND_TEXT, IN(job), {NULL}},
    {FOR_DOCUMENTS, "limit", "NAME=VALUE",
     "set a limit, see below; K and M stand for KiB, MiB",
     KIND_LIMIT, 0, {NULL}},
    {FOR_ALL, "help", NULL, "write this help",
     KIND_FLAG, IN(help), {NULL}},
};
/* clang-format on */

#define ROWS (sizeof option_rows / sizeof option_rows[0])
#define FIRST_VALUE \
    256 /* getopt_long()'s results for long options begin behind all chars */

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
    if (found < FIRST_VALUE || !is_exact(argument, option_rows[found - FIRST_VALUE].name))
        return unknown_option(command, argument);
    const struct option_row *row = &option_rows[found - FIRST_VALUE];
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
    long_options(command, longs);
    *count = 0;
    opterr = 0;
    for (;;) {
        const char *argument = argv[optind];
        /* "-" hands over operands in their place, and leaves argv in order. */
        int answer = getopt_long(argc, argv, "-:", longs, NULL);
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

enum status options_help(const struct command *command)
{
    bool has_limits = false;
    put_line("usage: tracedag %s [OPTION]... %s\n%s\n%s", command->name,
             command->operands, command->summary, command->details);
    for (size_t i = 0; i < ROWS; i++) {
        const struct option_row *row = &option_rows[i];
        if (!(row->commands & command->bit))
            continue;
        char left[40];
        snprintf(left, sizeof left, "--%s%s%s", row->name, row->value ? " " : "",
                 row->value ? row->value : "");
        put_line("  %-27s %s", left, row->help);
        has_limits = has_limits || row->kind == KIND_LIMIT;
    }
    return has_limits ? limits_help() : STATUS_ACCEPTED;
}
