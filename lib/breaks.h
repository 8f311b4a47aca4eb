/* breaks.h - what a change takes from those who read a published dataset. They rely on its name,
 * on where it is stored, on the names and types of its columns and on which of them are never
 * NULL, on the key that tells rows apart, and on whether it is appended to or replaced. What is
 * added, narrowed or put in another order takes nothing from them. */
#ifndef TD_BREAKS_H
#define TD_BREAKS_H

#include "changes.h"

/** One dataset in both versions, with its changes: a part of the list. */
struct td_break_dataset {
    const struct td_model *model[TD_VERSIONS];
    const struct td_publish *publish[TD_VERSIONS]; /**< NULL where it is not published */
    struct td_dag_change *changes;
    size_t count;
};

/** Marks the changes of a dataset; *by_job (enum tracedag_break, or 0) is what they do not say
 *  and a change of its job does. False when memory ran out. */
bool td_breaks_dataset(const struct td_break_dataset *dataset, struct td_mem *mem,
                       uint32_t *by_job);

/** Marks a change of a job if it is the one that does what td_breaks_dataset() said. */
void td_breaks_job(struct td_dag_change *change, uint32_t by_job);

#endif
