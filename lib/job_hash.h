/* job_hash.h - the two hashes of a job: of all of it, and of what decides its data (format
 * specification, section 4). */
#ifndef TD_JOB_HASH_H
#define TD_JOB_HASH_H

#include "canon.h"
#include "hash.h"

/** Writes a hash of a job; `buf` is room for the bytes that it covers. False when memory ran
 *  out. */
bool td_job_hash(const struct td_model *model, uint32_t job, bool whole,
                 struct td_buf *buf, char out[TD_HASH_BYTES]);

/** Both hashes of every job, in memory of the caller. False when memory ran out. */
bool td_job_hashes(const struct td_model *model, tracedag_job_hashes **hashes);

#endif
