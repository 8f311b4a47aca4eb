/* exchange.h - one request of HTTP and its answer: from the headers, over the body, to the call.
 *
 * What is wrong with the headers is known before the body comes; the body is then read and dropped,
 * so that the client is done sending when it is told.
 */
#ifndef DISPATCHER_EXCHANGE_H
#define DISPATCHER_EXCHANGE_H

#include <stdbool.h>

#include <microhttpd.h>

#include "auth.h"
#include "pool.h"
#include "routes.h"

struct exchange {
    bool begun; /**< the headers have been looked at */
    const struct route *route;
    struct request request;
    char subject[SUBJECT_ROOM];
    char *body;
    size_t body_room;
    struct answer answer; /**< its status is 0 as long as there is none */
};

/** Looks at the headers. True: the answer should be sent at once, without the body. */
bool exchange_begin(struct exchange *exchange, const struct config *config,
                    struct MHD_Connection *connection, const char *method,
                    const char *path);

/** Takes a piece of the body. */
void exchange_receive(struct exchange *exchange, const struct config *config,
                      const char *bytes, size_t size);

/** Makes the call, unless there is an answer already. */
void exchange_call(struct exchange *exchange, struct pool *pool);

/** Hands the answer to libmicrohttpd. */
enum MHD_Result exchange_send(struct exchange *exchange,
                              struct MHD_Connection *connection);

void exchange_free(struct exchange *exchange);

#endif
