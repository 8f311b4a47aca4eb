#include "conditions.h"

#define THERE(name) \
    { \
        TD_IS_THERE, name, NULL \
    }
#define ABSENT(name) \
    { \
        TD_IS_ABSENT, name, NULL \
    }
#define WORD(name, text) \
    { \
        TD_IS_WORD, name, text \
    }
#define POSITIVE(name) \
    { \
        TD_IS_POSITIVE, name, NULL \
    }
#define FILLED(name) \
    { \
        TD_IS_FILLED, name, NULL \
    }
#define EMPTY(name) \
    { \
        TD_IS_EMPTY, name, NULL \
    }
#define UNTRUSTED(name) \
    { \
        TD_IS_UNTRUSTED, name, NULL \
    }

/* clang-format off */
static const struct td_condition conditions[] = {
    {&td_job_shape, {WORD(TD_JOB_ACTIVATION, "reactive")},
     {THERE(TD_JOB_INPUTS), FILLED(TD_JOB_INPUTS), THERE(TD_JOB_EXECUTION_STRATEGY),
      ABSENT(TD_JOB_SOURCE), ABSENT(TD_JOB_BOOTSTRAP)}},
    {&td_job_shape, {WORD(TD_JOB_ACTIVATION, "reactive"), POSITIVE(TD_JOB_OUTPUTS)},
     {THERE(TD_JOB_UPDATE_STRATEGY)}},
    {&td_job_shape, {WORD(TD_JOB_ACTIVATION, "source")},
     {THERE(TD_JOB_SOURCE), ABSENT(TD_JOB_INPUTS), ABSENT(TD_JOB_EXECUTION_STRATEGY)}},
    {&td_job_shape, {WORD(TD_JOB_UPDATE_STRATEGY, "append")}, {THERE(TD_JOB_UNIQUE_KEY)}},
    {&td_job_shape, {WORD(TD_JOB_UPDATE_STRATEGY, "replace")}, {ABSENT(TD_JOB_UNIQUE_KEY)}},
    {&td_job_shape, {THERE(TD_JOB_UNIQUE_KEY)}, {THERE(TD_JOB_UPDATE_STRATEGY)}},
    {&td_job_shape, {WORD(TD_JOB_OPERATOR, "udf")}, {THERE(TD_JOB_UDF)}},
    {&td_job_shape, {THERE(TD_JOB_UDF)},
     {WORD(TD_JOB_RUNTIME, "lambda"), EMPTY(TD_JOB_SECRETS)}},
    {&td_job_shape, {WORD(TD_JOB_RUNTIME, "lambda"), UNTRUSTED(TD_JOB_OPERATOR)},
     {EMPTY(TD_JOB_SECRETS)}},

    {&td_source_shape, {WORD(TD_SOURCE_KIND, "cron")},
     {THERE(TD_SOURCE_SCHEDULE), ABSENT(TD_SOURCE_WEBHOOK_PATH)}},
    {&td_source_shape, {WORD(TD_SOURCE_KIND, "webhook")},
     {THERE(TD_SOURCE_WEBHOOK_PATH), ABSENT(TD_SOURCE_SCHEDULE)}},
    {&td_source_shape, {WORD(TD_SOURCE_KIND, "manual")},
     {ABSENT(TD_SOURCE_SCHEDULE), ABSENT(TD_SOURCE_WEBHOOK_PATH)}},
    {&td_source_shape, {WORD(TD_SOURCE_KIND, "always_on")},
     {ABSENT(TD_SOURCE_SCHEDULE), ABSENT(TD_SOURCE_WEBHOOK_PATH)}},

    {&td_from_shape, {THERE(TD_FROM_DATASET)}, {ABSENT(TD_FROM_JOB), ABSENT(TD_FROM_OUTPUT)}},
    {&td_from_shape, {ABSENT(TD_FROM_DATASET)}, {THERE(TD_FROM_JOB), THERE(TD_FROM_OUTPUT)}},

    {&td_publish_shape, {WORD(TD_PUBLISH_STORAGE, "postgres")}, {THERE(TD_PUBLISH_WRITE_MODE)}},
    {&td_publish_shape, {WORD(TD_PUBLISH_STORAGE, "s3")}, {ABSENT(TD_PUBLISH_WRITE_MODE)}},
    {&td_publish_shape, {WORD(TD_PUBLISH_WRITE_MODE, "buffered")}, {THERE(TD_PUBLISH_SCHEMA)}},
    {&td_publish_shape, {WORD(TD_PUBLISH_WRITE_MODE, "direct")}, {ABSENT(TD_PUBLISH_SCHEMA)}},
    {&td_publish_shape, {THERE(TD_PUBLISH_SCHEMA)}, {THERE(TD_PUBLISH_WRITE_MODE)}},
};
/* clang-format on */

const struct td_condition *td_conditions(size_t *count)
{
    *count = TD_COUNT(conditions);
    return conditions;
}
