/* options.h - the options of all commands: one table for parsing and `--help` to read. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli.h"

/** Reads `argv`, whose first element is the name of the command: options into `settings`,
 *  the rest, in order, into `files` (room for `argc`). Stops early at `--help`. */
enum status options_parse(const struct command *command, int argc, char **argv,
                          struct settings *settings, char **files, size_t *count);

/** One option of a command. */
struct option_text {
    const char *name;
    const char *value; /**< what it takes, as the help says it; NULL: nothing */
    const char *help;
    const char *const *words; /**< the values that it takes, then NULL */
    bool is_limit;            /**< it takes the name of a limit, `=` and a number */
};

/** The next option of a command from the row *at on, which it moves on; false behind the last. */
bool options_next(const struct command *command, size_t *at, struct option_text *option);

/** Writes the help of a command to standard output. */
enum status options_help(const struct command *command);

#endif
