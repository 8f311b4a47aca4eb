/* faults.h - where the errors of a report stand, for rules that are silent about what has one. */
#ifndef TD_FAULTS_H
#define TD_FAULTS_H

#include "diag.h"

struct td_faults {
    uint32_t *places; /**< of the values that errors are about, ascending */
    size_t count;
    size_t room;
};

/** Collects the errors that are kept so far; false when memory ran out. */
bool td_faults_collect(struct td_faults *faults, struct td_mem *mem,
                       const struct td_diag *diag);
void td_faults_free(struct td_faults *faults, struct td_mem *mem);

/** Whether an error is about a value from `first` to before `behind`. Takes time proportional to
 *  the logarithm of their number. */
bool td_faults_in(const struct td_faults *faults, uint32_t first, uint32_t behind);

#endif
