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

/** Gives a finding its pointer and its fingerprint where there is no tree: `named` is the pointer
 *  with the name of a job in place of its index. */
void td_point(struct td_diag *diag, struct td_finding *finding, struct td_str pointer,
              struct td_str named);

#endif
