/* diff.h - how two texts differ, as a unified diff. */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "cli.h"
#include "input.h"

/** Writes to standard output what leads from `old` to `new`, for `patch -p1` and `git apply`;
 *  nothing for equal texts. */
enum status diff_write(const char *file, const struct bytes *old,
                       const struct bytes *new);

#endif
