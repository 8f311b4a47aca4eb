/* key.h - what may stand before a colon: text, written in place, of bounded length, and none
 * of the characters that the canonical form has to escape by number. */
#ifndef TD_KEY_H
#define TD_KEY_H

#include "diag.h"
#include "limits.h"
#include "node.h"

/** Judges the value `id` as a key; one that fails is marked as damaged, which silences its
 *  whole entry. `anchor` is NULL where there is none. */
void td_key_check(struct td_tree *tree, struct td_diag *diag,
                  const struct td_limits *limits, uint32_t id,
                  const struct td_span *anchor);

#endif
