/* tree.h - tokens to values: keys are judged, aliases find what they stand for. */
#ifndef TD_TREE_H
#define TD_TREE_H

#include "diag.h"
#include "limits.h"
#include "node.h"

/** Reads a scanned source; what is wrong goes to `diag`. False when memory ran out. After a
 *  syntax fault the tree holds what came before it, marked where it is cut off. */
bool td_tree_read(struct td_tree *tree, struct td_mem *mem,
                  const struct td_source *source, struct td_diag *diag,
                  const struct td_limits *limits);

void td_tree_free(struct td_tree *tree, struct td_mem *mem);

#endif
