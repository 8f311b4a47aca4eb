/* catalog_schema.h - what a catalog adds to the JSON Schema of the format. */
#ifndef TD_CATALOG_SCHEMA_H
#define TD_CATALOG_SCHEMA_H

#include "../include/tracedag/tracedag-types.h"
#include "fields.h"
#include "json_writer.h"

/** What the schema is narrowed by: lists of a catalog, whose `items` are NULL where it says nothing
 *  of them. */
struct td_narrowing {
    tracedag_list operators; /**< of tracedag_operator */
    tracedag_list datasets;  /**< of tracedag_dataset */
};

/** Whether the catalog says what a field holds, so that the examples of the format do not. */
bool td_narrows_field(const struct td_narrowing *by, const struct td_field *field);

/** Writes what it says of such a field into its schema. */
void td_narrow_field(struct td_json *w, const struct td_narrowing *by,
                     const struct td_field *field);

/** Writes what it asks of a map of a shape: items of `allOf`, which is begun where `*any` says
 *  so, and else with the first of them. */
void td_narrow_shape(struct td_json *w, const struct td_narrowing *by,
                     const struct td_shape *shape, bool *any);

/** The operators that it trusts on lambda. */
bool td_narrowing_trusts(const struct td_narrowing *by);
void td_narrow_trusted(struct td_json *w, const struct td_narrowing *by);

#endif
