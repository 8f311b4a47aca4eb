/* lint.h - what is accepted and still deserves a word: warnings and notes. Each rule is silent
 * about a job or dataset that has an error, for what is said of it may change. */
#ifndef TD_LINT_H
#define TD_LINT_H

#include "read.h"

/** Judges a model whose references are resolved. Sets r->failed when memory ran out. */
void td_lint(struct td_reader *r);

/** The same for a catalog. */
void td_lint_catalog(struct td_reader *r);

#endif
