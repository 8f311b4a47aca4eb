/* read.h - a document's values become the model, part by part. What is wrong in shape is
 * reported here; what is wrong between fields is left to the rules. */
#ifndef TD_READ_H
#define TD_READ_H

#include "reader.h"
#include "scopes.h"

/** Reads the whole document. */
void td_read_dag(struct td_reader *r);

/** Reads what is in a job: inputs, source, bundle, keys. `keys` are those of its fields. */
void td_read_job(struct td_reader *r, struct td_job *job, const struct td_scope *scope,
                 const uint32_t *keys);

/** Reads the entries of `publish`. */
void td_read_publishes(struct td_reader *r, uint32_t map);

/** Reads a table: columns, unique, indexes. */
void td_read_table(struct td_reader *r, struct td_publish *publish,
                   const struct td_scope *scope);

/** Reads `where`; false when it has a fault. */
bool td_read_where(struct td_reader *r, const struct td_scope *scope,
                   const struct td_value *value, uint32_t *count);

/** Reads a source, and judges it by its kind. */
void td_read_source(struct td_reader *r, struct td_job *job, const struct td_scope *scope,
                    uint32_t key);

/** Reports webhook paths that two jobs have. */
void td_read_webhooks_done(struct td_reader *r);

/** Reads a list of names, each once, and adds them to the model; false when it has a fault. */
bool td_read_names(struct td_reader *r, const struct td_scope *scope,
                   const struct td_field *field, const struct td_value *value,
                   const char *noun);

/** Reports the item `second` of a list, which repeats the item `first`. */
void td_repeated_item(struct td_reader *r, const struct td_scope *scope,
                      struct td_str field, uint32_t list, uint32_t first,
                      uint32_t second);

/** Reads a catalog; false when memory ran out. `r->model` is used for the time of reading. */
bool td_read_catalog(struct td_reader *r, struct tracedag_catalog *catalog);

/** Reports names that the list `list` of `count` items has twice; false when there are any. */
bool td_read_distinct(struct td_reader *r, const struct td_scope *scope,
                      const struct td_field *field, uint32_t list, size_t count);

#endif
