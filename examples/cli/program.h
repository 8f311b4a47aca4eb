/* program.h - another program that turns one text into another. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include "cli.h"

/** Runs a program, found in PATH, with `arguments` (its own name first, NULL last). It reads
 *  `text` from its standard input, and writes to that of the command. Says what went wrong, with
 *  `advice` where it could not be run. */
enum status program_run(const char *const *arguments, const char *text, size_t size,
                        const char *advice);

#endif
