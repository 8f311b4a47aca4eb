/* catalog_write.h - a catalog as one line of JSON, which is YAML as well: reading it gives the same
 * catalog. Numbers are spelled in decimal, and what is a default is left out. */
#ifndef TD_CATALOG_WRITE_H
#define TD_CATALOG_WRITE_H

#include "../include/tracedag/tracedag-types.h"
#include "text.h"

static inline const void *td_record_at(const tracedag_list *list, size_t i)
{
    return (const char *)list->items + i * list->stride;
}

/** Writes records of operators and datasets; a list that is NULL is left out. It stops soon behind
 *  `most` bytes. False for records that nothing can be read from: a number that no enumeration
 *  has, a text that is no UTF-8, nesting beyond all limits. */
bool td_catalog_write(const tracedag_list *operators, const tracedag_list *datasets,
                      size_t most, struct td_buf *out);

#endif
