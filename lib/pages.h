/* pages.h - the page of each code: why there is the rule, and documents that break and keep it. */
#ifndef TD_PAGES_H
#define TD_PAGES_H

#include "../include/tracedag/tracedag-types.h"
#include "text.h"

/** The page of a code; NULL for a number that is no code. */
const tracedag_page *td_page_find(uint32_t code);

/** Writes a page as plain text, in lines of at most 80 columns. */
void td_page_write(const tracedag_page *page, struct td_buf *out);

/** Writes a document as it is, but for characters that cannot be seen, as <U+2028>, and for bytes
 *  that are not UTF-8, as <E9>; false where there is one of these. */
bool td_page_show(struct td_str document, struct td_buf *out);

#endif
