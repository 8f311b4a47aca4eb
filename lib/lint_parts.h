/* lint_parts.h - the parts of lint.h: what it gives them, and what they are called. */
#ifndef TD_LINT_PARTS_H
#define TD_LINT_PARTS_H

#include "faults.h"
#include "read.h"

struct td_lint {
    struct td_reader *r;
    struct td_faults faults;
    bool sound; /**< the document has no error */
};

/** Whether a job is written in the list of jobs and has no error. */
bool td_lint_judges(const struct td_lint *lint, const struct td_job *job);

/** Every scalar that is written: what it is to other readers, and to people. */
void td_lint_values(const struct td_lint *lint);

/** Every scalar of a catalog likewise. */
void td_lint_entries(const struct td_lint *lint);

/** Fields of a job that do not go together well, and defaults that it repeats. */
void td_lint_job(const struct td_lint *lint, const struct td_job *job);

/** Outputs that nobody reads. */
void td_lint_outputs(const struct td_lint *lint);

/** Names of datasets that their storage cuts. */
void td_lint_publishes(const struct td_lint *lint);

#endif
