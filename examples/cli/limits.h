/* limits.h - the limits of the library by their names on the command line. */
#ifndef CLI_LIMITS_H
#define CLI_LIMITS_H

#include "cli.h"

/** Sets the limit that `text`, NAME=VALUE, says; `command` is for the message. */
enum status limits_assign(tracedag_options *options, const char *command,
                          const char *text);

/** Sets `limit` to the number that `value` says; `what` names it in the message. */
enum status limits_set(tracedag_options *options, const char *command, uint32_t limit,
                       const char *what, const char *value);

/** The largest value that the library takes; UINT64_MAX where it has no ceiling, 0 when memory
 *  ran out. */
uint64_t limits_ceiling(uint32_t limit);

/** The name of a limit by its place in the list; NULL behind the last one. */
const char *limits_name(size_t index);

/** Writes name, default and ceiling of every limit to standard output, for the help. */
enum status limits_help(void);

#endif
