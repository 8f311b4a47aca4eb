/* veil.h - values as JSON without the credentials in them, for texts that other people get to
 * see. What counts as a credential is what TD604 warns of. */
#ifndef TD_VEIL_H
#define TD_VEIL_H

#include "text.h"

#include "../include/tracedag/tracedag-types.h"

/** Where a value stands, as far as that says what its texts are. */
struct td_veil {
    struct td_str key; /**< of the entry that it is the value of; may be empty */
    const tracedag_text
        *secrets; /**< names that its job lists, which are no credentials */
    size_t secret_count;
};

/** Writes a value that is canonical JSON; of each credential in it a few characters at most, then
 *  `****`. Returns whether there was one. Takes time linear in the value, but for texts whose key
 *  says that they are credentials: these are looked for among the names. */
bool td_veil_json(const struct td_veil *veil, struct td_str json, struct td_buf *out);

#endif
