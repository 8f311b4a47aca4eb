/* diff.h - the change between two versions of a DAG (format specification, section 6): what was
 * added, removed, renamed, moved and changed, which jobs have to make their data anew, and what
 * breaks readers. */
#ifndef TD_DIFF_H
#define TD_DIFF_H

#include "changes.h"
#include "compile.h"

struct tracedag_diff {
    atomic_uint refs;
    struct td_mem mem;
    struct td_arena arena; /* paths and values */
    struct tracedag_dag *dag[TD_VERSIONS];
    struct td_dag_change *changes;
    size_t change_count;
    size_t change_room;
    uint32_t breaking;
    tracedag_scope_job *scope;
    size_t scope_count;
};

/** Compares two DAGs, and keeps them; NULL when memory ran out. */
struct tracedag_diff *td_diff_new(struct tracedag_dag *before,
                                  struct tracedag_dag *after);
void td_diff_drop(struct tracedag_diff *diff);

/** The first difference of two canonical forms, in one piece with its texts, which the caller
 *  frees; NULL where the forms are equal. False when memory ran out. */
bool td_diff_first(const struct tracedag_dag *before, const struct tracedag_dag *after,
                   tracedag_difference **difference);

/** Where a job has its value of a field from, enum tracedag_origin: 0 for all but the tuning
 *  fields. *node is set where the document says the value. */
uint32_t td_diff_origin(const struct td_model *model, uint32_t job,
                        const struct td_field *field, uint32_t *node);

/** Finds the jobs that have to make their data anew, when all changes are known. False when
 *  memory ran out. */
bool td_diff_scope(struct tracedag_diff *diff);

#endif
