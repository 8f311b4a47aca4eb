/* replace.h - another content for a file, all of it or nothing. */
#ifndef CLI_REPLACE_H
#define CLI_REPLACE_H

#include <sys/stat.h>

#include "cli.h"

/** Remembers what `file` is, links followed, before it is read; refuses what cannot be replaced:
 *  no plain file, one with several names, one that may not be written. A failure has its
 *  message. */
enum status replace_begin(const char *file, struct stat *seen);

/** Gives `file` this content by a new file beside it that takes its name: who reads it finds the
 *  old content or the new one. Mode and owner stay, the owner where that is allowed. A failure has
 *  its message, and leaves the file as it was and nothing beside it; so does a signal that ends
 *  the command. Refuses when the file is not what replace_begin() saw. */
enum status replace_file(const char *file, const struct stat *seen, const char *bytes,
                         size_t size);

#endif
