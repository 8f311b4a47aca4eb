#include "routes.h"

#include <stdlib.h>
#include <string.h>

#include "handlers.h"
#include "uri.h"

#define ORG "/v1/orgs/{org}"
#define DAG ORG "/dags/{dag}"
#define JOB DAG "/jobs/{job}"
#define TASK ORG "/tasks/{task}"

static const struct route routes[] = {
    {"GET", "/healthz", ROLE_NONE, BODY_NONE, get_health, {NULL}},

    {"POST", ORG "/validate", ROLE_VIEWER, BODY_YAML, post_validate, {NULL}},
    {"POST", ORG "/dags", ROLE_DEPLOYER, BODY_YAML, post_dag, {"activate"}},
    {"GET", ORG "/dags", ROLE_VIEWER, BODY_NONE, get_dags, {NULL}},
    {"GET", ORG "/datasets", ROLE_VIEWER, BODY_NONE, get_datasets, {NULL}},

    {"GET", DAG "/versions", ROLE_VIEWER, BODY_NONE, get_versions, {NULL}},
    {"GET", DAG "/versions/{version}", ROLE_VIEWER, BODY_NONE, get_version, {NULL}},
    {"GET", DAG "/history", ROLE_VIEWER, BODY_NONE, get_history, {NULL}},
    {"GET", DAG "/diff", ROLE_VIEWER, BODY_NONE, get_diff, {"old", "new"}},
    {"POST", DAG "/activate", ROLE_DEPLOYER, BODY_JSON, post_activate, {NULL}},
    {"POST", DAG "/rollback", ROLE_DEPLOYER, BODY_JSON, post_rollback, {NULL}},

    {"POST", JOB "/fire", ROLE_DEPLOYER, BODY_JSON, post_fire, {NULL}},
    {"POST",
     JOB "/outputs/{output}/events",
     ROLE_DEPLOYER,
     BODY_JSON,
     post_event,
     {NULL}},

    {"GET", ORG "/tasks", ROLE_VIEWER, BODY_NONE, get_tasks, {"dag", "most"}},
    {"POST", ORG "/tasks/claim", ROLE_WORKER, BODY_JSON, post_claim, {NULL}},
    {"POST", TASK "/heartbeat", ROLE_WORKER, BODY_JSON, post_heartbeat, {NULL}},
    {"POST", TASK "/complete", ROLE_WORKER, BODY_JSON, post_complete, {NULL}},
    {"POST", TASK "/fail", ROLE_WORKER, BODY_JSON, post_fail, {NULL}},
};

/* One part of a path: from behind a slash to the next one. */
static size_t part_size(const char *text)
{
    return strcspn(text, "/");
}

/* Whether a path has the form of a pattern. Both are compared before anything is decoded, so that
 * an encoded slash is a part of a name and no path. */
static bool matches(const char *pattern, const char *path)
{
    while (*pattern == '/' && *path == '/') {
        size_t wanted = part_size(++pattern), got = part_size(++path);
        bool any = *pattern == '{';
        if (any ? !got : wanted != got || memcmp(pattern, path, got) != 0)
            return false;
        pattern += wanted;
        path += got;
    }
    return !*pattern && !*path;
}

static bool decode_parts(const char *pattern, const char *path, char *parts[MOST_PARTS])
{
    size_t count = 0;
    while (*pattern) {
        size_t wanted = part_size(++pattern), got = part_size(++path);
        if (*pattern == '{' && !uri_decode(path, got, &parts[count++]))
            return false;
        pattern += wanted;
        path += got;
    }
    return true;
}

/* What a path that exists may be asked by; patterns have one method, or these two. */
static const char *allowed(bool get, bool post)
{
    return get && post ? "GET, HEAD, POST" : get ? "GET, HEAD" : "POST";
}

const struct route *route_find(const char *method, const char *path,
                               char *parts[MOST_PARTS], struct answer *answer)
{
    if (!strcmp(method, "HEAD")) /* a GET of which the library leaves the body out */
        method = "GET";
    bool get = false, post = false;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        const struct route *route = &routes[i];
        if (!matches(route->pattern, path))
            continue;
        if (strcmp(route->method, method) != 0) {
            *(strcmp(route->method, "GET") ? &post : &get) = true;
            continue;
        }
        if (decode_parts(route->pattern, path, parts))
            return route;
        answer_error(answer, 400, "misuse", "the path is not well encoded");
        return NULL;
    }
    if (get || post) {
        answer_error(answer, 405, "method_not_allowed", "the path has no such method");
        answer->allow = allowed(get, post);
    } else {
        answer_error(answer, 404, "not_found", "there is no such path");
    }
    return NULL;
}
