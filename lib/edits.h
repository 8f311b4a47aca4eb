/* edits.h - fixes of values and keys as they stand in a document: what is written in their place
 * reads back as what is meant, and what goes takes its comma or its line along. A place that is
 * not plain enough for that gets no fix. */
#ifndef TD_EDITS_H
#define TD_EDITS_H

#include "diag.h"
#include "node.h"

/** Writes a text in place of a scalar: in its quotes, or in quotes where it would read back as
 *  something else without. */
void td_edit_text(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                  const struct td_tree *tree, uint32_t node, struct td_str text);

/** Writes a value that is no text, such as `true` or `[a]`, in place of a scalar. */
void td_edit_value(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                   const struct td_tree *tree, uint32_t node, struct td_str written);

/** Writes a list of the one text in place of a scalar. */
void td_edit_list(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                  const struct td_tree *tree, uint32_t node);

/** Shows where an entry that a map lacks would stand, with a placeholder for its value. */
void td_edit_missing_entry(struct td_diag *diag, struct td_finding *f,
                           const struct td_tree *tree, uint32_t map, struct td_str name);

/** Puts the text of a scalar into quotes. */
void td_edit_quote(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                   const struct td_tree *tree, uint32_t node);

/** Removes an entry of a map, by its key. */
void td_edit_remove_entry(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                          const struct td_tree *tree, uint32_t map, uint32_t key);

/** Removes an item of a list. */
void td_edit_remove_item(struct td_diag *diag, struct td_finding *f, uint32_t safety,
                         const struct td_tree *tree, uint32_t list, uint32_t item);

/** Gives what a value or key names another name. That is safe where nothing refers to the old one,
 *  and no fix where something does: all that refers to it would have to follow. */
void td_edit_name(struct td_diag *diag, struct td_finding *f, const struct td_tree *tree,
                  uint32_t node, struct td_str name);

#endif
