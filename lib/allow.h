/* allow.h - comments that allow a finding: `# tracedag: allow TD805 -- reason`. Such a comment
 * covers the line it stands on, or where it stands alone the line below, with all that is
 * indented below that line: the entry or the list item that begins there. */
#ifndef TD_ALLOW_H
#define TD_ALLOW_H

#include "diag.h"
#include "node.h"

/** Sets aside the warnings and notes that comments allow. Reports comments that allow nothing or
 *  cannot be read, unless the document has an error. Findings are settled. False when memory
 *  ran out. */
bool td_allow(struct td_diag *diag, struct td_mem *mem, const struct td_tree *tree);

#endif
