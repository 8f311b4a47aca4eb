/* progress.h - how far a long run is, on a terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/** Begins to count `total` files. Unless standard error is a terminal that can take a line
 *  back, nothing is ever shown. */
void progress_begin(size_t total);

/** Shows how many files are done, on the terminal's last line: from the second second on, a few
 *  times a second. */
void progress_show(size_t done);

/** Takes the line back. Nothing else is written while it stands. */
void progress_clear(void);

#endif
