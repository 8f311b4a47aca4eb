#include "zone.h"

#include "catalog.h"

/* A bundle of a user stays what it is, whatever operator runs it. */
static bool is_trusted(const struct tracedag_dag *dag, const tracedag_job *job)
{
    const tracedag_operator *known =
        dag->catalog ? td_catalog_operator(dag->catalog, td_slice(job->operator_name))
                     : NULL;
    return known && known->trusted_on_lambda && job->bundle_id.len == 0;
}

enum td_zone td_zone_of(const struct tracedag_dag *dag, uint32_t job)
{
    const tracedag_job *record = &dag->model.jobs[job].pub;
    static const uint8_t zones[] = {
        [TRACEDAG_RUNTIME_LAMBDA] = TD_ZONE_UNTRUSTED,
        [TRACEDAG_RUNTIME_ECS_PLATFORM] = TD_ZONE_PLATFORM,
        [TRACEDAG_RUNTIME_DISPATCHER] = TD_ZONE_CONTROL,
    };
    if (record->runtime == TRACEDAG_RUNTIME_LAMBDA && is_trusted(dag, record))
        return TD_ZONE_PLATFORM;
    return (enum td_zone)zones[record->runtime];
}

const char *td_zone_name(enum td_zone zone)
{
    static const char *const names[] = {
        [TD_ZONE_UNTRUSTED] = "untrusted",
        [TD_ZONE_PLATFORM] = "platform",
        [TD_ZONE_CONTROL] = "control",
    };
    return names[zone];
}
