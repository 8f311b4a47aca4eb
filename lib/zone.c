#include "zone.h"

enum td_zone td_zone_of(const struct tracedag_dag *dag, uint32_t job)
{
    static const uint8_t zones[] = {
        [TRACEDAG_RUNTIME_LAMBDA] = TD_ZONE_UNTRUSTED,
        [TRACEDAG_RUNTIME_ECS_PLATFORM] = TD_ZONE_PLATFORM,
        [TRACEDAG_RUNTIME_DISPATCHER] = TD_ZONE_CONTROL,
    };
    return (enum td_zone)zones[dag->model.jobs[job].pub.runtime];
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
