/* mask.h - what of a document may not be shown: a report that warns of a credential does not
 * spread it, whatever line of it shows the place. */
#ifndef TD_MASK_H
#define TD_MASK_H

#include "diag.h"

/** The parts of a document that belong to what findings call credentials, their first few
 *  characters aside. */
struct td_hidden {
    struct td_span *parts; /**< in the order of the text; they never overlap */
    size_t count;
};

/** Collects those of a report; false when memory ran out. */
bool td_hidden_init(struct td_hidden *hidden, struct td_mem *mem,
                    const struct tracedag_report *report);
void td_hidden_free(struct td_hidden *hidden, struct td_mem *mem);

/** The first part that ends behind an offset; `count` where there is none. Takes time proportional
 *  to the logarithm of their number. */
size_t td_hidden_behind(const struct td_hidden *hidden, size_t offset);

#endif
