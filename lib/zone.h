/* zone.h - how far the code of a job is trusted. `lambda` runs what users upload, so what runs
 * there is untrusted, unless the catalog trusts its operator; the platform's own operators and
 * control jobs are trusted. */
#ifndef TD_ZONE_H
#define TD_ZONE_H

#include "compile.h"

enum td_zone {
    TD_ZONE_UNTRUSTED, /**< `lambda` */
    TD_ZONE_PLATFORM,  /**< `ecs_platform`, and what is trusted on `lambda` */
    TD_ZONE_CONTROL    /**< `dispatcher`: it runs no operator of its own */
};

/** The zone that a job of a DAG runs in. */
enum td_zone td_zone_of(const struct tracedag_dag *dag, uint32_t job);

/** What it is called: `untrusted`, `platform`, `control`. */
const char *td_zone_name(enum td_zone zone);

#endif
