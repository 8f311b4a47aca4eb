/* walk.h - questions about a finished DAG: which job has a name, what a job reads and who reads
 * it, when it runs, and where the values of its tuning fields came from. Answers are the caller's, outside every budget. */
#ifndef TD_WALK_H
#define TD_WALK_H

#include "canon.h"

/** Which jobs are asked for. */
struct td_way {
    uint32_t output; /**< downstream: of which output; TRACEDAG_ANY_OUTPUT for all */
    bool down;       /**< the readers of a job; otherwise what it reads */
    bool all;        /**< at any distance; otherwise next to it */
};

/** The jobs on a way from `job`, in topological order; NULL, and a count of 0, where there are
 *  none. False when memory ran out. */
bool td_walk_jobs(const struct td_model *model, uint32_t job, struct td_way way,
                  uint32_t **jobs, size_t *count);

/** The index of the job with a name; TRACEDAG_NO_JOB when there is none. */
uint32_t td_walk_find(const struct td_model *model, struct td_str name);

/** The first runs of a job after an instant, at most `most`; NULL, and a count of 0, where there
 *  are none. False when memory ran out. */
bool td_walk_runs(const struct td_model *model, uint32_t job, int64_t after,
                  uint32_t most, int64_t **runs, size_t *count);

enum { TD_SETTINGS = TD_DEFAULT_COUNT }; /* enum tracedag_setting, numbered from 1 */

/** Where a job's value of a setting (enum tracedag_setting) came from. */
tracedag_setting_origin td_walk_origin(const struct td_model *model, uint32_t job,
                                       uint32_t setting);

/** The same for every job and setting. False when memory ran out. */
bool td_walk_origins(const struct td_model *model, tracedag_setting_origin **origins,
                     size_t *count);

#endif
