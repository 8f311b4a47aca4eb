/* completion.c - `tracedag completion`: what a shell completes, from the tables of commands and
 * options. A new row of either is completed without a change here.
 */
#include <string.h>

#include "limits.h"
#include "options.h"
#include "output.h"

/* The words that a command takes as its operand, as in `bash|zsh|fish`; NULL where it takes
 * something else. */
static const char *operand_words(const struct command *command)
{
    return strchr(command->operands, '|') ? command->operands : NULL;
}

/* Words joined by `|`, with blanks between them. */
static void put_alternatives(const char *words)
{
    for (; *words; words++)
        put_bytes(*words == '|' ? " " : words, 1);
}

static void put_commands(void)
{
    const struct command *command;
    for (size_t i = 0; (command = command_at(i)) != NULL; i++)
        put_words("%s%s", i ? " " : "", command->name);
}

static void put_limits(void)
{
    const char *name;
    for (size_t i = 0; (name = limits_name(i)) != NULL; i++)
        put_words("%s%s=", i ? " " : "", name);
}

static bool has_values(const struct option_text *option)
{
    return option->is_limit || option->words[0];
}

static void put_values(const struct option_text *option)
{
    if (option->is_limit)
        put_limits();
    for (size_t i = 0; option->words[i]; i++)
        put_words("%s%s", i ? " " : "", option->words[i]);
}

static bool is_file(const struct option_text *option)
{
    return option->value && strcmp(option->value, "FILE") == 0;
}

/* A text for a place between single quotes; `escape` goes before each of `special`. */
static void put_escaped(const char *text, const char *special, const char *escape)
{
    for (; *text; text++) {
        if (strchr(special, *text))
            put_text(escape);
        put_bytes(text, 1);
    }
}

/* ---- bash ------------------------------------------------------------------------------- */

/* The values of an option. Where there is no list of them, and no file is meant, nothing is
 * completed. */
static void bash_values(const struct command *command, const struct option_text *option)
{
    if (!option->value || is_file(option))
        return;
    put_words("        \"%s --%s\")", command->name, option->name);
    if (option->is_limit)
        put_text(" compopt -o nospace;");
    else if (!has_values(option))
        put_text(" compopt +o default;");
    put_text(" words=\"");
    put_values(option);
    put_text("\" ;;\n");
}

static void bash_options(const struct command *command)
{
    struct option_text option;
    put_words("            \"%s -\"*) words=\"", command->name);
    const char *blank = "";
    for (size_t at = 0; options_next(command, &at, &option); blank = " ")
        put_words("%s--%s", blank, option.name);
    put_text("\" ;;\n");
}

static void bash_operands(const struct command *command)
{
    const char *words = operand_words(command);
    if (command_takes_files(command))
        return;
    put_words("            \"%s \"*) compopt +o default; words=\"", command->name);
    put_alternatives(words ? words : "");
    put_text("\" ;;\n");
}

static void write_bash(void)
{
    const struct command *command;
    struct option_text option;
    put_text(
        "# Completions of tracedag; `tracedag completion bash` writes this file.\n"
        "_tracedag() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "    local command=${COMP_WORDS[1]} words=\n"
        "    # Bash cuts `--format=json` into three words.\n"
        "    if [[ $cur == = ]]; then\n"
        "        cur=\n"
        "    elif [[ $prev == = ]]; then\n"
        "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
        "    fi\n"
        "    if ((COMP_CWORD == 1)); then\n"
        "        words=\"");
    put_commands();
    put_text(" help --help --version\"\n"
             "    else\n"
             "        case \"$command $prev\" in\n");
    for (size_t i = 0; (command = command_at(i)) != NULL; i++)
        for (size_t at = 0; options_next(command, &at, &option);)
            bash_values(command, &option);
    put_text("        *)\n"
             "            case \"$command $cur\" in\n");
    for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
        bash_options(command);
        bash_operands(command);
    }
    put_text("            \"help \"*) compopt +o default; words=\"");
    put_commands();
    put_text("\" ;;\n"
             "            esac ;;\n"
             "        esac\n"
             "    fi\n"
             "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
             "}\n"
             "complete -o default -F _tracedag tracedag\n");
}

/* ---- zsh -------------------------------------------------------------------------------- */

static void zsh_option(const struct option_text *option)
{
    put_words(" \\\n            '%s--%s%s[", option->is_limit ? "*" : "", option->name,
              option->value ? "=" : "");
    for (const char *at = option->help; *at; at++) {
        if (*at == '\'')
            put_text("'\\'");
        else if (strchr("[]:\\", *at))
            put_text("\\");
        put_bytes(at, 1);
    }
    put_text("]");
    if (option->value)
        put_words(":%s:", option->value);
    if (is_file(option)) {
        put_text("_files");
    } else if (option->is_limit) {
        put_text("{compadd -S \"\" - ");
        put_limits();
        put_text("}");
    } else if (has_values(option)) {
        put_text("(");
        put_values(option);
        put_text(")");
    }
    put_text("'");
}

static void zsh_command(const struct command *command)
{
    struct option_text option;
    const char *words = operand_words(command);
    put_words("    %s)\n        _arguments", command->name);
    for (size_t at = 0; options_next(command, &at, &option);)
        zsh_option(&option);
    if (command_takes_files(command))
        put_text(" \\\n            '*:file:_files'");
    if (words) {
        put_text(" \\\n            '1:word:(");
        put_alternatives(words);
        put_text(")'");
    }
    put_text(" ;;\n");
}

static void write_zsh(void)
{
    const struct command *command;
    put_text("#compdef tracedag\n"
             "# Completions of tracedag; `tracedag completion zsh` writes this file.\n"
             "_tracedag() {\n"
             "    local -a commands\n"
             "    commands=(\n");
    for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
        put_words("        '%s:", command->name);
        put_escaped(command->summary, "'", "'\\'");
        put_text("'\n");
    }
    put_text("        'help:Writes the help of tracedag or of a command.'\n"
             "    )\n"
             "    if ((CURRENT == 2)); then\n"
             "        _describe -t commands command commands\n"
             "        [[ $words[2] == -* ]] && compadd -- --help --version\n"
             "        return\n"
             "    fi\n"
             "    local command=$words[2]\n"
             "    shift words\n"
             "    ((CURRENT--))\n"
             "    case $command in\n");
    for (size_t i = 0; (command = command_at(i)) != NULL; i++)
        zsh_command(command);
    put_text("    help)\n"
             "        ((CURRENT == 2)) && _describe -t commands command commands ;;\n"
             "    esac\n"
             "}\n"
             "# A file of $fpath is the function; one that is sourced defines it.\n"
             "if [[ $funcstack[1] == _tracedag ]]; then\n"
             "    _tracedag \"$@\"\n"
             "else\n"
             "    compdef _tracedag tracedag\n"
             "fi\n");
}

/* ---- fish ------------------------------------------------------------------------------- */

#define FISH_IN "complete -c tracedag -n '__fish_seen_subcommand_from %s'"

static void fish_description(const char *text)
{
    put_text(" -d '");
    put_escaped(text, "'\\", "\\");
    put_text("'\n");
}

static void fish_option(const struct command *command, const struct option_text *option)
{
    put_words(FISH_IN " -l %s", command->name, option->name);
    if (option->value)
        put_text(is_file(option) ? " -r -F" : " -x");
    if (has_values(option)) {
        put_text(" -a '");
        put_values(option);
        put_text("'");
    }
    fish_description(option->help);
}

static void fish_command(const struct command *command)
{
    struct option_text option;
    const char *words = operand_words(command);
    put_words("complete -c tracedag -n __fish_use_subcommand -a %s", command->name);
    fish_description(command->summary);
    for (size_t at = 0; options_next(command, &at, &option);)
        fish_option(command, &option);
    if (command_takes_files(command))
        put_words(FISH_IN " -F\n", command->name);
    if (words) {
        put_words(FISH_IN " -a '", command->name);
        put_alternatives(words);
        put_text("'\n");
    }
}

static void write_fish(void)
{
    const struct command *command;
    put_text("# Completions of tracedag; `tracedag completion fish` writes this file.\n"
             "complete -c tracedag -f\n"
             "complete -c tracedag -n __fish_use_subcommand -l help\n"
             "complete -c tracedag -n __fish_use_subcommand -l version\n");
    for (size_t i = 0; (command = command_at(i)) != NULL; i++)
        fish_command(command);
    put_text("complete -c tracedag -n __fish_use_subcommand -a help"
             " -d 'Writes the help of tracedag or of a command.'\n"
             "complete -c tracedag -n '__fish_seen_subcommand_from help' -a '");
    put_commands();
    put_text("'\n");
}

/* ---- the command ------------------------------------------------------------------------ */

enum status run_completion(const struct settings *settings, char **files, size_t count)
{
    static const struct {
        const char *name;
        void (*write)(void);
    } shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    (void)settings;
    if (count != 1)
        return wrong_use("completion", "completion takes one shell, not %zu", count);
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++)
        if (strcmp(shells[i].name, files[0]) == 0) {
            shells[i].write();
            return STATUS_ACCEPTED;
        }
    return wrong_use("completion", "completion takes bash, zsh or fish, not `%s`",
                     files[0]);
}
