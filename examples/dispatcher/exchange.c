#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "uri.h"

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void refuse(struct exchange *exchange, unsigned status, const char *code,
                   const char *message)
{
    answer_error(&exchange->answer, status, code, message);
}

static void refuse_body(struct exchange *exchange)
{
    refuse(exchange, 413, "too_large", "the body is too large");
}

/* ---- the headers ---- */

struct tally {
    const char *name;
    size_t count, odd;
};

/* Counts a header by its name, and those whose names have a space, as before the colon: to some
 * programs that is the header, to others none. */
static enum MHD_Result count_header(void *self, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    (void)kind;
    (void)value;
    struct tally *tally = self;
    tally->count += !strcasecmp(name, tally->name);
    tally->odd += strpbrk(name, " \t") != NULL;
    return MHD_YES;
}

static struct tally count(struct MHD_Connection *connection, const char *name)
{
    struct tally tally = {.name = name};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, count_header, &tally);
    return tally;
}

/* Two lengths, or one that not everybody sees, are two readings of where the next request begins. */
static bool framed_oddly(struct MHD_Connection *connection)
{
    struct tally lengths = count(connection, "Content-Length");
    return lengths.odd ||
           lengths.count + count(connection, "Transfer-Encoding").count > 1;
}

/* 0 where the length is not said before. */
static unsigned long long length_of(struct MHD_Connection *connection)
{
    const char *length = header(connection, "Content-Length");
    return length ? strtoull(length, NULL, 10) : 0;
}

/* Of two tokens a proxy may have looked at the other one. */
static const char *authorization(struct MHD_Connection *connection)
{
    return count(connection, "Authorization").count == 1
               ? header(connection, "Authorization")
               : NULL;
}

/* The media type of a header or of one of its items: what is before the parameters. */
static bool is_type(const char *text, const char *type)
{
    size_t size = strcspn(text, ";, \t");
    return size == strlen(type) && !strncasecmp(text, type, size);
}

static bool fits(const char *type, enum body body)
{
    static const char *const yaml[] = {"application/yaml", "application/x-yaml",
                                       "text/yaml", "text/plain"};
    if (!type || body == BODY_NONE)
        return true;
    if (body == BODY_JSON)
        return is_type(type, "application/json");
    for (size_t i = 0; i < sizeof yaml / sizeof *yaml; i++)
        if (is_type(type, yaml[i]))
            return true;
    return false;
}

/* The first of the types that a client names and that there is; weights are not looked at. */
static enum findings findings_of(const char *accept)
{
    static const struct {
        const char *type;
        enum findings findings;
    } known[] = {
        {"application/json", FINDINGS_JSON},
        {"application/sarif+json", FINDINGS_SARIF},
        {"text/plain", FINDINGS_TEXT},
        {"*/*", FINDINGS_JSON},
    };
    while (accept && *accept) {
        accept += strspn(accept, ", \t");
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (is_type(accept, known[i].type))
                return known[i].findings;
        accept += strcspn(accept, ",");
    }
    return FINDINGS_JSON;
}

/* Keeps a value of the query; one that the route does not know, or has already, ends the reading.
 * Names come as they are written: none of ours needs to be encoded. */
static enum MHD_Result take_query(void *self, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    struct exchange *exchange = self;
    for (size_t i = 0; i < MOST_QUERY; i++) {
        const char *known = exchange->route->query[i];
        char **place = &exchange->request.query[i];
        if (known && !strcmp(known, name) && !*place && value &&
            uri_decode(value, strlen(value), place))
            return MHD_YES;
    }
    refuse(exchange, 400, "misuse",
           "the query has a value that is unknown, twice there, or not well encoded");
    return MHD_NO;
}

static void examine(struct exchange *exchange, const struct config *config,
                    struct MHD_Connection *connection, const char *method,
                    const char *path)
{
    if (framed_oddly(connection)) {
        refuse(exchange, 400, "misuse", "the length of the body can be read in two ways");
        return;
    }
    struct request *request = &exchange->request;
    exchange->route = route_find(method, path, request->parts, &exchange->answer);
    if (!exchange->route)
        return;
    if (exchange->route->role != ROLE_NONE &&
        !auth_accept(config, authorization(connection), time(NULL), exchange->subject)) {
        refuse(exchange, 401, "unauthorized", "a valid bearer token is needed");
        return;
    }
    request->caller =
        (struct caller){.org = request->parts[0], .actor = exchange->subject};
    request->findings = findings_of(header(connection, "Accept"));
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take_query, exchange);
    if (!exchange->answer.status &&
        !fits(header(connection, "Content-Type"), exchange->route->body))
        refuse(exchange, 415, "unsupported_media_type",
               exchange->route->body == BODY_YAML
                   ? "the body is to be `application/yaml`"
                   : "the body is to be `application/json`");
    if (!exchange->answer.status && length_of(connection) > config->max_body_bytes)
        refuse_body(exchange);
}

bool exchange_begin(struct exchange *exchange, const struct config *config,
                    struct MHD_Connection *connection, const char *method,
                    const char *path)
{
    exchange->begun = true;
    examine(exchange, config, connection, method, path);
    /* Most clients listen only when they have sent all; for a much too large body that is too long
     * to wait, and who sends `Expect` waits for us. */
    return exchange->answer.status &&
           (length_of(connection) / 4 > config->max_body_bytes ||
            header(connection, "Expect") || framed_oddly(connection));
}

/* ---- the body ---- */

static bool grow(struct exchange *exchange, size_t need)
{
    size_t room = exchange->body_room ? exchange->body_room : 4096;
    while (room < need)
        room *= 2;
    char *body =
        room == exchange->body_room ? exchange->body : realloc(exchange->body, room);
    if (!body)
        return false;
    exchange->body = body;
    exchange->body_room = room;
    return true;
}

void exchange_receive(struct exchange *exchange, const struct config *config,
                      const char *bytes, size_t size)
{
    if (exchange->answer.status)
        return;
    struct request *request = &exchange->request;
    if (size > config->max_body_bytes - request->body_size) {
        refuse_body(exchange);
    } else if (!grow(exchange, request->body_size + size)) {
        refuse(exchange, 500, outcome_word(NO_MEMORY), "the server has no memory");
    } else {
        memcpy(exchange->body + request->body_size, bytes, size);
        request->body_size += size;
    }
}

/* ---- the call ---- */

/* Lets a member with a sufficient role in. An organisation that is not there and one that somebody
 * is no member of look alike. */
static enum outcome admit(struct exchange *exchange, struct fault *fault)
{
    const struct request *request = &exchange->request;
    enum role role = ROLE_NONE;
    enum outcome outcome = member_role(request->db, request->caller.org,
                                       request->caller.actor, &role, fault);
    if (outcome != DONE)
        return outcome;
    if (role == ROLE_NONE)
        return fault_set(fault, NOT_FOUND, "there is no such organisation");
    if (role < exchange->route->role)
        refuse(exchange, 403, "forbidden", "the role of the member does not allow it");
    return DONE;
}

static enum outcome call(struct exchange *exchange, struct fault *fault)
{
    enum outcome outcome = DONE;
    if (exchange->route->role != ROLE_NONE)
        outcome = admit(exchange, fault);
    if (outcome == DONE && !exchange->answer.status)
        outcome = exchange->route->handle(&exchange->request, &exchange->answer, fault);
    return outcome;
}

void exchange_call(struct exchange *exchange, struct pool *pool)
{
    if (exchange->answer.status)
        return;
    struct request *request = &exchange->request;
    request->body = exchange->body ? exchange->body : "";
    struct fault fault;
    enum outcome outcome = pool_take(pool, &request->db, &fault);
    if (outcome == DONE) {
        outcome = call(exchange, &fault);
        pool_give(pool, request->db, outcome);
    }
    fault.outcome = outcome;
    if (outcome != DONE)
        answer_fault(&exchange->answer, &fault);
}

/* ---- the answer ---- */

static void add_headers(const struct answer *answer, struct MHD_Response *response)
{
    MHD_add_response_header(response, "Content-Type", answer->type);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    if (answer->status == 401)
        MHD_add_response_header(response, "WWW-Authenticate", "Bearer");
    if (answer->allow)
        MHD_add_response_header(response, "Allow", answer->allow);
    if (answer->status == 429 || answer->status == 503)
        MHD_add_response_header(response, "Retry-After", "5");
}

enum MHD_Result exchange_send(struct exchange *exchange,
                              struct MHD_Connection *connection)
{
    struct answer *answer = &exchange->answer;
    if (!answer->text)
        return MHD_NO;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(answer->text), answer->text, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    add_headers(answer, response);
    enum MHD_Result result = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

void exchange_free(struct exchange *exchange)
{
    if (!exchange)
        return;
    for (size_t i = 0; i < MOST_PARTS; i++)
        free(exchange->request.parts[i]);
    for (size_t i = 0; i < MOST_QUERY; i++)
        free(exchange->request.query[i]);
    free(exchange->body);
    answer_free(&exchange->answer);
    free(exchange);
}
