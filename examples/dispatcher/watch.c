#include "watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct watched {
    struct watched *previous;
    struct watched *next;
    int socket;
    enum watch_state state;
    time_t deadline;
};

struct watch {
    pthread_mutex_t lock;
    unsigned seconds;
    struct watched *first;
};

static time_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

struct watch *watch_new(unsigned seconds)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return NULL;
    pthread_mutex_init(&watch->lock, NULL);
    watch->seconds = seconds;
    return watch;
}

void watch_free(struct watch *watch)
{
    if (!watch)
        return;
    pthread_mutex_destroy(&watch->lock);
    free(watch);
}

struct watched *watch_add(struct watch *watch, int socket)
{
    struct watched *watched = calloc(1, sizeof *watched);
    if (!watched)
        return NULL;
    watched->socket = socket;
    watched->deadline = now() + watch->seconds;
    pthread_mutex_lock(&watch->lock);
    watched->next = watch->first;
    if (watched->next)
        watched->next->previous = watched;
    watch->first = watched;
    pthread_mutex_unlock(&watch->lock);
    return watched;
}

void watch_remove(struct watch *watch, struct watched *watched)
{
    if (!watched)
        return;
    pthread_mutex_lock(&watch->lock);
    if (watched->next)
        watched->next->previous = watched->previous;
    if (watched->previous)
        watched->previous->next = watched->next;
    else
        watch->first = watched->next;
    pthread_mutex_unlock(&watch->lock);
    free(watched);
}

void watch_set(struct watch *watch, struct watched *watched, enum watch_state state)
{
    if (!watched)
        return;
    pthread_mutex_lock(&watch->lock);
    watched->state = state;
    watched->deadline = now() + watch->seconds;
    pthread_mutex_unlock(&watch->lock);
}

size_t watch_sweep(struct watch *watch)
{
    size_t busy = 0;
    pthread_mutex_lock(&watch->lock);
    for (struct watched *each = watch->first; each; each = each->next) {
        busy += each->state != WATCH_IDLE;
        /* Its thread sees the end of the connection and closes it. Under the lock it is still
         * the same socket: watch_remove() comes first. */
        if (each->state != WATCH_WORKS && now() > each->deadline)
            shutdown(each->socket, SHUT_RDWR);
    }
    pthread_mutex_unlock(&watch->lock);
    return busy;
}
