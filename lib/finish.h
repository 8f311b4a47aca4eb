/* finish.h - a model without errors becomes a DAG that callers read: everything in the order of
 * names, defaults applied, names of jobs as their indices. */
#ifndef TD_FINISH_H
#define TD_FINISH_H

#include "model.h"

/** False when memory ran out. */
bool td_finish(struct td_model *model);

#endif
