/* scopes.h - where the parts of a model stand, in the words of messages. */
#ifndef TD_SCOPES_H
#define TD_SCOPES_H

#include "model.h"
#include "scope.h"

/** The scope of a job. */
struct td_scope td_job_scope(const struct td_model *model, const struct td_job *job);

/** The scope of an input of a job. */
struct td_scope td_input_scope(const struct td_model *model, const struct td_job *job,
                               const struct td_input *input);

/** The scope of a published dataset. */
struct td_scope td_publish_scope(const struct td_model *model,
                                 const struct td_publish *publish);

#endif
