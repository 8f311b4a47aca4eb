/* handlers.h - the calls of HTTP, each in the words of versions.h, tasks.h or work.h. */
#ifndef DISPATCHER_HANDLERS_H
#define DISPATCHER_HANDLERS_H

#include "routes.h"

handler get_health;
handler post_validate;
handler post_dag, get_dags, get_versions, get_version, get_history, get_diff,
    get_datasets;
handler post_activate, post_rollback;
handler post_fire, post_event, get_tasks;
handler post_claim, post_heartbeat, post_complete, post_fail;

#endif
