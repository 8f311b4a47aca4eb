#include "serve.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exchange.h"
#include "migrations.h"
#include "watch.h"

/* Of all threads; further clients wait. Half of the files that a program may usually have open. */
#define MOST_CONNECTIONS 512

struct server {
    struct config config;
    struct pool *pool;
    struct watch *watch;
    struct MHD_Daemon *daemon;
};

/* ---- what libmicrohttpd calls ---- */

static struct watched *watched_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
        ->socket_context;
}

static void on_connection(void *self, struct MHD_Connection *connection, void **watched,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *server = self;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED)
        watch_remove(server->watch, *watched);
    else
        *watched = watch_add(
            server->watch,
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
                ->connect_fd);
}

/* The first line of a request is there. */
static void *on_line(void *self, const char *uri, struct MHD_Connection *connection)
{
    (void)uri;
    struct server *server = self;
    watch_set(server->watch, watched_of(connection), WATCH_ASKS);
    return calloc(1, sizeof(struct exchange));
}

static enum MHD_Result send_answer(struct server *server, struct exchange *exchange,
                                   struct MHD_Connection *connection)
{
    watch_set(server->watch, watched_of(connection), WATCH_ANSWERS);
    return exchange_send(exchange, connection);
}

/* Called with the headers, then with each piece of the body, then once more. */
static enum MHD_Result on_request(void *self, struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *bytes, size_t *size,
                                  void **place)
{
    (void)version;
    struct server *server = self;
    struct exchange *exchange = *place;
    if (!exchange)
        return MHD_NO;
    if (!exchange->begun) {
        if (exchange_begin(exchange, &server->config, connection, method, path))
            return send_answer(server, exchange, connection);
        return MHD_YES;
    }
    if (*size) {
        exchange_receive(exchange, &server->config, bytes, *size);
        *size = 0;
        return MHD_YES;
    }
    watch_set(server->watch, watched_of(connection), WATCH_WORKS);
    exchange_call(exchange, server->pool);
    return send_answer(server, exchange, connection);
}

static void on_end(void *self, struct MHD_Connection *connection, void **place,
                   enum MHD_RequestTerminationCode code)
{
    (void)code;
    struct server *server = self;
    watch_set(server->watch, watched_of(connection), WATCH_IDLE);
    exchange_free(*place);
    *place = NULL;
}

/* Paths and queries stay as they are written: what is in them is decoded part by part. */
static size_t keep_encoded(void *self, struct MHD_Connection *connection, char *text)
{
    (void)self;
    (void)connection;
    return strlen(text);
}

/* ---- the daemon ---- */

/* getaddrinfo() cuts a port that is too large to 16 bits. */
static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits && digits <= 5 && !text[digits] && strtol(text, NULL, 10) <= 65535;
}

/* Finds the address of `HOST:PORT`, HOST a number, that of IPv6 in brackets; owned. NULL: none. */
static struct addrinfo *find_address(const char *text)
{
    char host[64];
    const char *colon = strrchr(text, ':');
    bool bracket = text[0] == '[' && colon && colon > text && colon[-1] == ']';
    const char *begin = text + bracket;
    size_t size = colon ? (size_t)(colon - begin) - bracket : 0;
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    if (size && size < sizeof host && is_port(colon + 1)) {
        snprintf(host, sizeof host, "%.*s", (int)size, begin);
        struct addrinfo *found;
        if (!getaddrinfo(host, colon + 1, &hints, &found))
            return found;
    }
    return NULL;
}

static void start_daemon(struct server *server, const struct addrinfo *address)
{
    /* poll(), as with edges of epoll an end of input that comes with a request is not seen until
     * something else happens. */
    unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC;
    if (address->ai_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, address->ai_addr,
        MHD_OPTION_THREAD_POOL_SIZE, server->config.threads, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)MOST_CONNECTIONS, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_encoded, NULL, MHD_OPTION_URI_LOG_CALLBACK,
        on_line, server, MHD_OPTION_NOTIFY_COMPLETED, on_end, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
}

/* Says on standard output where it listens, as port 0 is any. */
static void announce(const struct server *server, const struct addrinfo *address)
{
    char host[64] = "";
    getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof host, NULL, 0,
                NI_NUMERICHOST);
    unsigned port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    printf(address->ai_family == AF_INET6 ? "{\"listening\": \"[%s]:%u\"}\n"
                                          : "{\"listening\": \"%s:%u\"}\n",
           host, port);
    fflush(stdout);
}

static enum outcome start(struct server *server, struct fault *fault)
{
    struct addrinfo *address = find_address(server->config.listen);
    if (!address)
        return fault_set(fault, MISUSE,
                         "`listen` is no address, as 127.0.0.1:8080 or [::1]:8080 is");
    enum outcome outcome = DONE;
    start_daemon(server, address);
    if (server->daemon)
        announce(server, address);
    else
        outcome = fault_set(fault, UNAVAILABLE, "%s: cannot listen: %s",
                            server->config.listen, strerror(errno));
    freeaddrinfo(address);
    return outcome;
}

/* Lets no client in any more, and waits for the ones that are in, as long as one may take. */
static void stop(struct server *server)
{
    int socket = MHD_quiesce_daemon(server->daemon);
    if (socket >= 0)
        close(socket);
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    for (unsigned i = 0; i < 50 * server->config.request_timeout_seconds; i++) {
        if (!watch_sweep(server->watch))
            break;
        nanosleep(&pause, NULL);
    }
    MHD_stop_daemon(server->daemon);
}

/* Serves until one of the signals comes, which no thread takes otherwise. */
static enum outcome run(struct server *server, struct fault *fault)
{
    sigset_t ends, before;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, &before);
    signal(SIGPIPE, SIG_IGN);
    enum outcome outcome = start(server, fault);
    if (outcome == DONE) {
        const struct timespec second = {.tv_sec = 1};
        while (sigtimedwait(&ends, NULL, &second) < 0)
            watch_sweep(server->watch);
        stop(server);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return outcome;
}

/* ---- the whole ---- */

/* Asks the database once, so that what is wrong is said at once. */
static enum outcome check_database(struct server *server, struct fault *fault)
{
    struct db *db;
    enum outcome outcome = pool_take(server->pool, &db, fault);
    if (outcome != DONE)
        return outcome;
    outcome = migrations_check(db, fault);
    pool_give(server->pool, db, outcome);
    return outcome;
}

static enum outcome prepare(struct server *server, const char *config_file,
                            const char *db_url, struct fault *fault)
{
    enum outcome outcome = config_read(config_file, &server->config, fault);
    if (outcome != DONE)
        return outcome;
    const char *url = db_url ? db_url : server->config.db;
    if (!url)
        return fault_set(fault, MISUSE,
                         "no database is named: `db` of the file, or --db");
    server->pool = pool_new(url, server->config.threads);
    server->watch = watch_new(server->config.request_timeout_seconds);
    if (!server->pool || !server->watch)
        return fault_set(fault, NO_MEMORY, "no memory");
    return check_database(server, fault);
}

enum outcome serve(const char *config_file, const char *db_url, struct fault *fault)
{
    struct server server = {0};
    enum outcome outcome = prepare(&server, config_file, db_url, fault);
    if (outcome == DONE)
        outcome = run(&server, fault);
    watch_free(server.watch);
    pool_free(server.pool);
    config_free(&server.config);
    return outcome;
}
