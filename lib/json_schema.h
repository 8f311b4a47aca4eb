/* json_schema.h - the format as a JSON Schema (draft-07), made from the tables of the validator. */
#ifndef TD_JSON_SCHEMA_H
#define TD_JSON_SCHEMA_H

#include "catalog_schema.h"

/** Writes the schema, with an LF at its end. */
void td_json_schema(struct td_buf *out, const struct td_narrowing *by);

#endif
