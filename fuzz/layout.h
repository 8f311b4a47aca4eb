/* layout.h - writes a DAG anew in ways that mean the same: another order of keys and jobs, block
 * or flow, other quotes, comments, line ends, anchors, and defaults in other places. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "fuzz.h"

/** A document of the same meaning as canonical bytes, as choices say; released by free(). NULL
 *  where it would be larger than is worth while. */
char *lay_out(const char *canonical, size_t size, struct choices *from, size_t *len);

#endif
