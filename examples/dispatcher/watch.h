/* watch.h - ends connections that take too long.
 *
 * A client that sends a byte now and then is never idle, and would keep its connection for ever.
 * So each part of an exchange has a deadline: to send a request, and to take the answer.
 */
#ifndef DISPATCHER_WATCH_H
#define DISPATCHER_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct watch;
struct watched; /* a connection */

/** Makes a watch that grants `seconds`; NULL without memory. */
struct watch *watch_new(unsigned seconds);
void watch_free(struct watch *watch);

/** Watches a socket from now on; NULL without memory. Its end is to be told before it is closed. */
struct watched *watch_add(struct watch *watch, int socket);
void watch_remove(struct watch *watch, struct watched *watched);

/** What a connection does. Each change gives it its time again, and while the program works on an
 *  answer, the client cannot be late. */
enum watch_state { WATCH_IDLE, WATCH_ASKS, WATCH_WORKS, WATCH_ANSWERS };
void watch_set(struct watch *watch, struct watched *watched, enum watch_state state);

/** Ends the connections that are late; returns how many are not idle. */
size_t watch_sweep(struct watch *watch);

#endif
