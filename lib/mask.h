/* mask.h - what of a document may not be shown: a report that warns of a credential does not
 * spread it, whatever line of it shows the place. */
#ifndef TD_MASK_H
#define TD_MASK_H

#include "diag.h"

/** Whether the character at an offset belongs to what a finding of the report calls a credential,
 *  the first few aside. Takes time proportional to the findings. */
bool td_is_masked(const struct td_diag *diag, const struct td_source *source,
                  size_t offset);

#endif
