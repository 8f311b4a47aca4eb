/* crew.c - threads that do work ahead, while results are taken in order.
 *
 * A thread takes the next index, but never one that is `ahead` or more behind the first that
 * is not taken: what waits is bounded, however slow one piece of work is. Where no thread can
 * be made, the calling thread does everything.
 */
#include "crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define IDLE_NANOSECONDS 100000000L
#define SECOND 1000000000L

struct state {
    const struct crew *crew;
    pthread_mutex_t lock;
    pthread_cond_t made;  /* a result, for the caller */
    pthread_cond_t taken; /* a result, or the end: for the threads */
    size_t next;          /* index that no thread has begun */
    size_t first;         /* index that is not taken */
    bool stopped;
    bool *done; /* by index modulo `ahead` */
};

static bool must_wait(const struct state *state)
{
    return !state->stopped && state->next < state->crew->count &&
           state->next >= state->first + state->crew->ahead;
}

static void *work(void *context)
{
    struct state *state = context;
    const struct crew *crew = state->crew;
    pthread_mutex_lock(&state->lock);
    for (;;) {
        while (must_wait(state))
            pthread_cond_wait(&state->taken, &state->lock);
        if (state->stopped || state->next == crew->count)
            break;
        size_t index = state->next++;
        pthread_mutex_unlock(&state->lock);
        crew->work(crew->context, index);
        pthread_mutex_lock(&state->lock);
        state->done[index % crew->ahead] = true;
        pthread_cond_signal(&state->made);
    }
    pthread_mutex_unlock(&state->lock);
    return NULL;
}

static struct timespec soon(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_nsec += IDLE_NANOSECONDS;
    if (time.tv_nsec >= SECOND) {
        time.tv_nsec -= SECOND;
        time.tv_sec++;
    }
    return time;
}

/* Waits for the result of `index` with the lock held, which idling gives up. */
static void await(struct state *state, size_t index)
{
    const struct crew *crew = state->crew;
    while (!state->done[index % crew->ahead]) {
        struct timespec time = soon();
        pthread_cond_timedwait(&state->made, &state->lock, &time);
        pthread_mutex_unlock(&state->lock);
        crew->idle(crew->context);
        pthread_mutex_lock(&state->lock);
    }
    state->done[index % crew->ahead] = false;
}

static void take_all(struct state *state)
{
    const struct crew *crew = state->crew;
    pthread_mutex_lock(&state->lock);
    while (!state->stopped && state->first < crew->count) {
        await(state, state->first);
        pthread_mutex_unlock(&state->lock);
        bool goes_on = crew->take(crew->context, state->first);
        pthread_mutex_lock(&state->lock);
        state->stopped = !goes_on;
        state->first++;
        pthread_cond_broadcast(&state->taken);
    }
    pthread_mutex_unlock(&state->lock);
}

static bool begin(struct state *state)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&state->lock, NULL);
    pthread_cond_init(&state->made, &attributes);
    pthread_cond_init(&state->taken, NULL);
    pthread_condattr_destroy(&attributes);
    return true;
}

static void end(struct state *state)
{
    pthread_cond_destroy(&state->taken);
    pthread_cond_destroy(&state->made);
    pthread_mutex_destroy(&state->lock);
}

static size_t start(struct state *state, pthread_t *threads)
{
    size_t count = 0;
    while (count < state->crew->threads &&
           pthread_create(&threads[count], NULL, work, state) == 0)
        count++;
    return count;
}

/* False when there is no thread, and nothing was done. */
static bool run_threads(struct state *state, pthread_t *threads)
{
    if (!begin(state))
        return false;
    size_t count = start(state, threads);
    if (count > 0)
        take_all(state);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    end(state);
    return count > 0;
}

static void run_alone(const struct crew *crew)
{
    bool goes_on = true;
    for (size_t i = 0; i < crew->count && goes_on; i++) {
        crew->work(crew->context, i);
        goes_on = crew->take(crew->context, i);
        crew->idle(crew->context);
    }
}

void crew_run(const struct crew *crew)
{
    struct state state = {.crew = crew};
    pthread_t *threads = NULL;
    bool done = false;
    if (crew->threads > 1) {
        state.done = calloc(crew->ahead, sizeof *state.done);
        threads = calloc(crew->threads, sizeof *threads);
        done = state.done && threads && run_threads(&state, threads);
    }
    if (!done)
        run_alone(crew);
    free(threads);
    free(state.done);
}
