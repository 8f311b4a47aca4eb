/* routes.h - which call a method and a path are. */
#ifndef DISPATCHER_ROUTES_H
#define DISPATCHER_ROUTES_H

#include "answer.h"
#include "organisations.h"
#include "versions.h"

#define MOST_PARTS 4
#define MOST_QUERY 2

/** How findings are wanted. */
enum findings { FINDINGS_JSON, FINDINGS_SARIF, FINDINGS_TEXT };

/** What a handler is given. */
struct request {
    struct db *db;
    struct caller caller;
    char *parts
        [MOST_PARTS]; /**< of the path, decoded; the organisation is the first; owned */
    char *
        query[MOST_QUERY]; /**< values, as the route names them; NULL: not there; owned */
    const char *body;
    size_t body_size;
    enum findings findings;
};

/** Does a call. With DONE, or REJECTED, it has set the answer. */
typedef enum outcome handler(const struct request *request, struct answer *answer,
                             struct fault *fault);

/** What a body has to be; of BODY_NONE it is not looked at. */
enum body { BODY_NONE, BODY_JSON, BODY_YAML };

struct route {
    const char *method;
    const char *pattern; /**< `{...}` is any part, which is not empty */
    enum role role;      /**< ROLE_NONE: for everybody, without a token */
    enum body body;
    handler *handle;
    const char *query[MOST_QUERY]; /**< names of values */
};

/** Finds the route of a path, which is not decoded yet, and sets `parts` (owned, also without a
 *  route). Otherwise the answer is set: 404, 405 or 400. */
const struct route *route_find(const char *method, const char *path,
                               char *parts[MOST_PARTS], struct answer *answer);

#endif
