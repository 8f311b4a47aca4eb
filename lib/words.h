/* words.h - how values are called in messages. */
#ifndef TD_WORDS_H
#define TD_WORDS_H

#include "diag.h"
#include "node.h"

/** What was found where something else is accepted: "text `30s`", "a list". */
struct td_str td_found(struct td_diag *diag, const struct td_tree *tree, uint32_t id);

#endif
