/* options.h - the options of all commands: one table for parsing and `--help` to read. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli.h"

/** Reads `argv`, whose first element is the name of the command: options into `settings`,
 *  the rest, in order, into `files` (room for `argc`). Stops early at `--help`. */
enum status options_parse(const struct command *command, int argc, char **argv,
                          struct settings *settings, char **files, size_t *count);

/** Writes the help of a command to standard output. */
enum status options_help(const struct command *command);

#endif
