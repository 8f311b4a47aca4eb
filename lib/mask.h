/* mask.h - what of a document may not be shown: a report that warns of a credential does not
 * spread it, whatever line of it shows the place. */
#ifndef TD_MASK_H
#define TD_MASK_H

#include "diag.h"

/** Lists the parts of a stretch of the document that belong to what findings of the report call
 *  credentials, their first few characters aside; no more than `most` of them. Takes time
 *  proportional to the findings. */
size_t td_hidden_parts(const struct td_diag *diag, const struct td_source *source,
                       struct td_span stretch, struct td_span *parts, size_t most);

#endif
