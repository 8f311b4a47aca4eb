/* suggest.h - the name that was probably meant. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <stddef.h>

/** The name of a list nearest to `word`, or NULL when none is near. The names are `count`
 *  pointers to text, `stride` bytes apart, so that a column of a table will do; NULL is
 *  skipped. */
const char *suggest(const char *word, const char *const *names, size_t count,
                    size_t stride);

#endif
