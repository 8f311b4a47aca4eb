/* pointer.h - the RFC 6901 pointers and the fingerprints of findings, written in one walk over
 * the values when all findings are known. */
#ifndef TD_POINTER_H
#define TD_POINTER_H

#include "diag.h"
#include "node.h"

/** Writes the pointer and fingerprint of every finding that has none, from its place. A pointer
 *  that would be longer than 1,024 bytes, or than its share of what all pointers may have,
 *  names the nearest value around that has a shorter one. */
void td_pointers(struct td_diag *diag, const struct td_tree *tree);

#endif
