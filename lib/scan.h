/* scan.h - the first look at a document's bytes, before any parser sees them: UTF-8, control
 * characters, line breaks, directives, runs of blanks. It fills the line index and the cuts of
 * the source. These are the faults of phase one; all but overlong runs end the reading. */
#ifndef TD_SCAN_H
#define TD_SCAN_H

#include "diag.h"

/** Looks at all bytes; false when a fault was found after which nothing may be read on. */
bool td_scan(struct td_source *source, struct td_mem *mem, struct td_diag *diag,
             size_t blank_run_most);

#endif
