/* file.h - reading a file whole. */
#ifndef DISPATCHER_FILE_H
#define DISPATCHER_FILE_H

#include <stddef.h>

#include "fault.h"

/** Reads a file (`-`: standard input) of at most `most` bytes; `*bytes` is owned, ended by a NUL. One
 *  that is longer is a MISUSE. */
enum outcome file_read(const char *path, size_t most, char **bytes, size_t *size,
                       struct fault *fault);

#endif
