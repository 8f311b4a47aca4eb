/* catalog.h - what a deployment allows, as typed data: operators with the fields of their `config`,
 * datasets, and what they may be filtered by. The first member of each record is the public record,
 * so lists of them are handed out as they are. Lists are in the order of names. A finished catalog
 * never changes, and holds all of its texts itself. */
#ifndef TD_CATALOG_H
#define TD_CATALOG_H

#include <stdatomic.h>

#include "../include/tracedag/tracedag-types.h"
#include "arena.h"
#include "names.h"

/** A field, and behind it what only those who judge values need. */
struct td_catalog_entry {
    tracedag_catalog_field pub;
    const struct td_name
        *words;    /**< `enum` in the order of names; of numbers their keys */
    int64_t least; /**< bounds of lengths and counts, as far as they have any */
    int64_t most;
    uint32_t id; /**< its number among all of the catalog */
    uint32_t
        next_required; /**< of its list: the index of the next one that has to be there */
};

/** Records by name. */
struct td_index {
    bool given;            /**< the catalog says what there is */
    void *items;           /**< of tracedag_operator or tracedag_dataset, */
    struct td_name *names; /**< and where they stand, sorted */
    size_t count;
};

struct tracedag_catalog {
    atomic_uint refs;
    struct td_mem mem;
    struct td_arena arena;
    struct td_index operators;
    struct td_index datasets;
    uint32_t entry_count; /**< of fields */
};

void td_catalog_init(struct tracedag_catalog *catalog, struct td_mem mem);

/** One more, and one less, owner of a catalog. NULL is fine. */
struct tracedag_catalog *td_catalog_keep(struct tracedag_catalog *catalog);
void td_catalog_drop(struct tracedag_catalog *catalog);

/** The operator or dataset of a name; NULL when there is none. */
const tracedag_operator *td_catalog_operator(const struct tracedag_catalog *catalog,
                                             struct td_str name);
const tracedag_dataset *td_catalog_dataset(const struct tracedag_catalog *catalog,
                                           struct td_str name);

/** The field of a name in a list of fields; NULL when there is none. */
const struct td_catalog_entry *td_catalog_field(const tracedag_list *fields,
                                                struct td_str name);

/** The first field of a list that has to be there, and the next one behind another; the number of
 *  fields where there is none. */
static inline size_t td_catalog_required(const tracedag_list *fields)
{
    const struct td_catalog_entry *first = fields->items;
    return fields->count && !first->pub.required ? first->next_required : 0;
}

static inline size_t td_catalog_next_required(const tracedag_list *fields, size_t i)
{
    return ((const struct td_catalog_entry *)fields->items)[i].next_required;
}

/** Whether a field has a value among those of its `enum`; for a number, its key. */
bool td_catalog_has_word(const struct td_catalog_entry *field, struct td_str word);

static inline const struct td_catalog_entry *td_entry_at(const tracedag_list *fields,
                                                         size_t i)
{
    return (const struct td_catalog_entry *)fields->items + i;
}

#endif
