/* read_parts.h - what the two halves of reading a catalog share. */
#ifndef TD_READ_PARTS_H
#define TD_READ_PARTS_H

#include "catalog.h"
#include "catalog_fields.h"
#include "read.h"

/** What a field stands in. */
enum td_entry_use { TD_ENTRY_OF_CONFIG, TD_ENTRY_OF_WHERE, TD_ENTRY_OF_ITEMS };

/** Fields that are still to be read: nesting has no stack but the list of these. */
struct td_entries {
    enum td_scope_kind kind; /**< the thing that they belong to, */
    struct td_str name;      /**< and its name */
    struct td_str path;      /**< where in it they stand, as messages say it */
    uint32_t key;            /**< of the map of fields, or of the one field of items */
    enum td_entry_use use;
    union {
        tracedag_list *fields; /**< which becomes the fields of the map */
        const tracedag_catalog_field **items;
    } to;
};

enum { TD_SHARED_USES = 3 };

struct td_catalog_reader {
    struct td_reader *r;
    struct tracedag_catalog *catalog;
    struct td_entries *entries; /**< in turn, those that are read among them */
    size_t count;
    size_t room;
    void **
        shared; /**< TD_SHARED_USES for each value, where there are aliases: what was made of
                        the value for a use, so that others who name it have the same */
};

/** Keys of a map that have no fault, in the order of their texts; `id` is the key. In memory
 *  that lasts as long as the reading. */
struct td_keys {
    struct td_name *list;
    size_t count;
};

/** Finds the keys, and reports those that are empty or stand twice. */
struct td_keys td_catalog_keys(struct td_catalog_reader *c, const struct td_scope *scope,
                               uint32_t map);

/** A text that lasts as long as the catalog. */
tracedag_text td_catalog_text(struct td_catalog_reader *c, struct td_str text);

/** Puts fields onto the list of those that are still to be read. */
void td_entries_later(struct td_catalog_reader *c, const struct td_entries *entries);

/** Reads all fields that are, and those in them. */
void td_entries_read(struct td_catalog_reader *c);

#endif
