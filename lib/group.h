/* group.h - the DAGs of an organisation together: which datasets there are, who publishes and who
 * reads them, and what is wrong between documents. Time is that of sorting all names. */
#ifndef TD_GROUP_H
#define TD_GROUP_H

#include "outline.h"

/** A use of a dataset in the order of names: the public record first. */
struct td_shared_use {
    tracedag_dataset_use pub;
    const struct td_use *use;
    const struct td_shared_use
        *from; /**< of a reader: who publishes it; NULL for none, and for
                                           a dataset of its own DAG */
};

struct tracedag_group {
    atomic_uint refs;
    struct td_mem mem;
    struct td_arena arena;
    struct tracedag_outline **outlines; /**< NULL in it: a document that was not read */
    struct tracedag_report **reports;   /**< NULL for a document without a DAG */
    size_t count;
    struct td_shared_use *publishers; /**< by name, then document; of DAGs alone */
    size_t publisher_count;
    struct td_shared_use *readers; /**< likewise */
    size_t reader_count;
    size_t rejected_names;             /**< that rejected documents publish */
    tracedag_shared_dataset *datasets; /**< by name */
    size_t dataset_count;
    tracedag_group_counts counts;
};

/** NULL when memory ran out. Keeps the outlines. */
struct tracedag_group *td_group_make(const struct tracedag_outline *const *outlines,
                                     size_t count);
void td_group_drop(struct tracedag_group *group);

/** Writes all datasets, or the counts, as text or as JSON Lines. */
void td_group_write_datasets(const struct tracedag_group *group, bool json,
                             struct td_buf *out);
void td_group_write_counts(const struct tracedag_group *group, bool json,
                           struct td_buf *out);

#endif
