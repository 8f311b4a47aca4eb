/* serve.h - the dispatcher by HTTP. */
#ifndef DISPATCHER_SERVE_H
#define DISPATCHER_SERVE_H

#include "fault.h"

/** Serves until SIGTERM or SIGINT comes; requests that are under way are answered first. `db_url`
 *  NULL: the one of the file of configuration. A line on standard output says that it listens. */
enum outcome serve(const char *config_file, const char *db_url, struct fault *fault);

#endif
