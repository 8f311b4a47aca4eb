/* main.c - the command `tracedag`: finds the command that is asked for, and ends with its
 * exit code. To add a command, add a row to the table, a bit to cli.h and its options to
 * options.c.
 */
#include <stdlib.h>
#include <string.h>

#include "catalog.h"
#include "cli.h"
#include "levels.h"
#include "options.h"
#include "output.h"
#include "suggest.h"

static const struct command commands[] = {
    {"validate", FOR_VALIDATE, "FILE...",
     "Says whether documents may be deployed, and if not, what is wrong with them.",
     "A FILE may be a folder, which stands for the *.yaml and *.yml files in it, or `-`\n"
     "for standard input. Text goes to standard error, other formats to standard output.\n",
     run_validate},
    {"fix", FOR_FIX, "FILE...",
     "Mends what can be mended for certain, in the files themselves.",
     "A FILE may be a folder, as for `validate`; of `-`, standard input, the text goes to\n"
     "standard output. A fix stays only when the document can still be read, what it mends is\n"
     "gone and no error is new. Standard error has what was fixed, and what is left to do.\n"
     "Ends with 1 where errors are left, and with --diff where there is a difference.\n",
     run_fix},
    {"canonicalize", FOR_CANONICALIZE, "FILE",
     "Writes the canonical form of a document, the bytes that its hash covers.",
     "The findings of a rejected document go to standard error, and nothing else.\n",
     run_canonicalize},
    {"resolve", FOR_RESOLVE, "FILE",
     "Writes a document with the tuning values of each job filled in.",
     "The findings of a rejected document go to standard error, and nothing else.\n",
     run_resolve},
    {"hash", FOR_HASH, "FILE...",
     "Writes the hash of each document, or checks lists of such.",
     "Lines are `HASH  FILE`, those of --jobs `JOB-HASH  DATA-HASH  FILE#JOB`. With --why there\n"
     "are two of FILE, an old and a new version.\n",
     run_hash},
    {"diff", FOR_DIFF, "OLD NEW",
     "Writes what changes from one version of a document to another.",
     "OLD and NEW are files; one of them may be `-`, standard input. Each change has its class.\n"
     "Behind the changes stand the jobs whose data is to be made again, in their order.\n"
     "Ends with 0 where there is no change, with 1 where there is one, and with 2 where a\n"
     "document is rejected: its findings go to standard error.\n",
     run_diff},
    {"next", FOR_NEXT, "FILE", "Writes when the scheduled jobs of a document run next.",
     "Lines are `TIME  JOB`, in UTC, in order of times. The runs of `rate(...)` are counted\n"
     "from the time of --from.\n",
     run_next},
    {"graph", FOR_GRAPH, "FILE", "Draws the jobs of a document, and what they read.",
     "With outputs and filters at the lines, sources, datasets, trust zones and findings. The\n"
     "program `dot` of Graphviz makes the SVG. The findings of a rejected document go to\n"
     "standard error, and nothing else.\n",
     run_graph},
    {"trust", FOR_TRUST, "FILE",
     "Writes what reaches the datasets that a document publishes.",
     "That is secrets, bundles of users, datasets from elsewhere and webhooks, each with the\n"
     "shortest way of its data. Jobs on `lambda` are marked as untrusted. The findings of a\n"
     "rejected document go to standard error, and nothing else.\n",
     run_trust},
    {"explain", FOR_EXPLAIN, "[CODE]...",
     "Says what a finding is about, by its CODE, or lists all codes.",
     "A CODE is TD402, 402 or unknown-job. Its page has the rule and the reason for it, a\n"
     "document that breaks it, the same one mended, and what to do.\n",
     run_explain},
    {"schema", FOR_SCHEMA, "", "Writes the format as a JSON Schema, for editors.",
     "A comment `# yaml-language-server: $schema=FILE` names it in a document. With --catalog\n"
     "it knows the catalog's operators, their `config`, and its datasets.\n",
     run_schema},
    {"completion", FOR_COMPLETION, "bash|zsh|fish",
     "Writes what a shell completes behind `tracedag`.",
     "An installation has these files where the shells look for them.\n", run_completion},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

const struct command *command_at(size_t index)
{
    return index < COMMANDS ? &commands[index] : NULL;
}

bool command_takes_files(const struct command *command)
{
    return strstr(command->operands, "FILE") || strcmp(command->operands, "OLD NEW") == 0;
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static enum status unknown_command(const char *name)
{
    const char *near = suggest(name, &commands[0].name, COMMANDS, sizeof commands[0]);
    const char *kind = name[0] == '-' ? "option" : "command";
    if (near)
        return wrong_use(NULL, "unknown %s `%s` (did you mean `%s`?)", kind, name, near);
    return wrong_use(NULL, "unknown %s `%s`", kind, name);
}

static enum status write_overview(void)
{
    put_text(
        "usage: tracedag COMMAND [OPTION]... FILE...\n"
        "Validates Trace DAG documents, and writes their canonical form and hashes.\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        put_line("  %-13s %s", commands[i].name, commands[i].summary);
    put_text(
        "  help          Writes this help, or that of a COMMAND.\n\n"
        "  --help, -h    Writes this help.\n"
        "  --version     Writes the versions of the command and of its library.\n\n"
        "`tracedag COMMAND --help` has the options of a command. `-` is standard input.\n"
        "Exit codes: 0 accepted, 1 rejected, 2 wrong use, 3 a file could not be read or\n"
        "written, 4 internal fault; with several files the largest.\n");
    return STATUS_ACCEPTED;
}

static void put_version(const char *library, uint32_t number)
{
    put_line("%s %u.%u.%u", library, number / 10000, number / 100 % 100, number % 100);
}

static enum status write_version(void)
{
    put_line("tracedag %s", TRACEDAG_VERSION_STRING);
    put_line("libtracedag %s", tracedag_version_string());
    put_version("libyaml", tracedag_feature(TRACEDAG_FEATURE_YAML_PARSER));
    put_version("xxHash", tracedag_feature(TRACEDAG_FEATURE_XXHASH));
    return STATUS_ACCEPTED;
}

static bool is_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
}

static enum status write_help(int argc, char **argv)
{
    if (argc > 2)
        return wrong_use(NULL, "help takes one COMMAND, not %d", argc - 1);
    if (argc < 2 || strcmp(argv[1], "help") == 0 || is_help(argv[1]))
        return write_overview();
    const struct command *command = find_command(argv[1]);
    if (!command)
        return unknown_command(argv[1]);
    return options_help(command);
}

/* Standard input can be read once. */
static bool repeats_stdin(const char *catalog, char **files, size_t count)
{
    size_t times = catalog && strcmp(catalog, "-") == 0;
    for (size_t i = 0; i < count; i++)
        times += strcmp(files[i], "-") == 0;
    return times > 1;
}

/* Codes may be left out, files may not. */
static enum status check_files(const struct command *command,
                               const struct settings *settings, char **files,
                               size_t count)
{
    if (count == 0 && strstr(command->operands, "FILE"))
        return wrong_use(command->name, "no FILE is given");
    if (repeats_stdin(settings->catalog_file, files, count))
        return wrong_use(command->name, "standard input `-` is given twice");
    return STATUS_ACCEPTED;
}

/* Of a catalog: where those of documents are shown, and where it is all that is read. */
static bool shows_warnings(const struct command *command, const struct settings *settings)
{
    return (command->bit & (FOR_VALIDATE | FOR_SCHEMA)) && !settings->quiet;
}

static enum status run_with(const struct command *command, int argc, char **argv,
                            struct settings *settings, char **files)
{
    size_t count = 0;
    enum status status = options_parse(command, argc, argv, settings, files, &count);
    if (status != STATUS_ACCEPTED)
        return status;
    if (settings->help)
        return options_help(command);
    status = check_files(command, settings, files, count);
    if (status == STATUS_ACCEPTED)
        status = levels_read_baseline(settings, command->name);
    if (status == STATUS_ACCEPTED)
        status = catalog_load(settings, shows_warnings(command, settings));
    if (status == STATUS_ACCEPTED)
        status = command->run(settings, files, count);
    levels_free_baseline(settings);
    catalog_free(settings);
    return status;
}

static enum status run_command(const struct command *command, int argc, char **argv)
{
    struct settings settings = {.limits = tracedag_options_new(),
                                .format = TRACEDAG_FORMAT_TEXT,
                                .color = COLOR_AUTO};
    char **files = malloc((size_t)argc * sizeof *files);
    enum status status = settings.limits && files
                             ? run_with(command, argc, argv, &settings, files)
                             : no_memory();
    free(files);
    tracedag_options_unref(settings.limits);
    return status;
}

static enum status dispatch(int argc, char **argv)
{
    if (argc < 2)
        return wrong_use(NULL, "no command is given");
    const struct command *command = find_command(argv[1]);
    if (command)
        return run_command(command, argc - 1, argv + 1);
    if (strcmp(argv[1], "help") == 0)
        return write_help(argc - 1, argv + 1);
    bool is_version = strcmp(argv[1], "--version") == 0;
    if (!is_version && !is_help(argv[1]))
        return unknown_command(argv[1]);
    if (argc > 2)
        return wrong_use(NULL, "`%s` takes nothing behind it, not `%s`", argv[1],
                         argv[2]);
    return is_version ? write_version() : write_overview();
}

int main(int argc, char **argv)
{
    enum status status = dispatch(argc, argv);
    return (int)worse(status, output_finish());
}
