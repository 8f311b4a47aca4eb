/* canon.h - the one canonical form of a DAG, and its resolved form (format specification,
 * section 4). It reads a model without errors, jobs in the order of their names. */
#ifndef TD_CANON_H
#define TD_CANON_H

#include "emit.h"
#include "model.h"

enum td_form {
    TD_FORM_CANONICAL,
    TD_FORM_RESOLVED,
    TD_FORM_ORIGINS,
    TD_FORM_MATERIALIZATION /* of a job alone: what decides its data */
};

/** Writes the whole DAG. With a sink the buffer is handed on piece by piece, so that it stays
 *  small; without one it holds everything at the end. False when memory ran out. */
bool td_canon_write(const struct td_model *model, enum td_form form, bool yaml,
                    struct td_buf *out, const struct td_emit_sink *sink);

/** Writes the JSON object of one job, without an LF. The sink takes pieces of a large one; what
 *  comes last stays in the buffer. The buffer fails when memory ran out, or the sink wanted no
 *  more. */
void td_canon_job(const struct td_model *model, const struct td_job *job,
                  enum td_form form, struct td_buf *out, const struct td_emit_sink *sink);

/** Writes the JSON object of one published dataset, without its name. The buffer fails
 *  when memory ran out. */
void td_canon_publish(const struct td_model *model, const struct td_publish *publish,
                      struct td_buf *out);

/** Where a job's value of a tuning field came from: its value in the job or in `defaults`; 0
 *  for the built-in default. */
uint32_t td_canon_origin(const struct td_model *model, const struct td_job *job,
                         uint32_t default_field, bool *in_job);

/** Applies `defaults` and the built-in defaults to the records of all jobs. */
void td_canon_defaults(struct td_model *model);

#endif
