/* uri.h - percent-encoding of paths and queries. */
#ifndef DISPATCHER_URI_H
#define DISPATCHER_URI_H

#include <stdbool.h>
#include <stddef.h>

/** Decodes `size` bytes to a text, owned. False: a `%` without two digits, a NUL, what is no
 *  UTF-8, or no memory. */
bool uri_decode(const char *bytes, size_t size, char **text);

#endif
