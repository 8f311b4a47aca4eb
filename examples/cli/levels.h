/* levels.h - `--warn`, `--deny`, `--allow`, and the baseline of a run. */
#ifndef CLI_LEVELS_H
#define CLI_LEVELS_H

#include "cli.h"

/** Sets the severity of the codes in `text`, with commas between; `option` and `command` are for
 *  the message. */
enum status levels_assign(tracedag_options *options, const char *command,
                          const char *option, uint32_t severity, const char *text);

/** Reads the baseline that `settings` name, if any, into them, and sees that it can be read. */
enum status levels_read_baseline(struct settings *settings, const char *command);
void levels_free_baseline(struct settings *settings);

/** The options for one file, with its entries of the baseline; NULL when memory ran out. Any
 *  thread may call it; the result goes to tracedag_options_unref(). */
tracedag_options *levels_options(const struct settings *settings, const char *name);

/** Writes a baseline file of `size` bytes of entries. */
enum status levels_write_baseline(const char *file, const char *entries, size_t size);

#endif
