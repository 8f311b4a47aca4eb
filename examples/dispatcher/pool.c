#include "pool.h"

#include <pthread.h>
#include <stdlib.h>

struct pool {
    pthread_mutex_t lock;
    const char *url;
    size_t size;
    size_t idle_count;
    struct db *idle[];
};

struct pool *pool_new(const char *url, size_t size)
{
    struct pool *pool = calloc(1, sizeof *pool + size * sizeof *pool->idle);
    if (!pool)
        return NULL;
    pthread_mutex_init(&pool->lock, NULL);
    pool->url = url;
    pool->size = size;
    return pool;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    while (pool->idle_count)
        db_close(pool->idle[--pool->idle_count]);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

enum outcome pool_take(struct pool *pool, struct db **db, struct fault *fault)
{
    pthread_mutex_lock(&pool->lock);
    *db = pool->idle_count ? pool->idle[--pool->idle_count] : NULL;
    pthread_mutex_unlock(&pool->lock);
    return *db ? DONE : db_open(pool->url, false, db, fault);
}

void pool_give(struct pool *pool, struct db *db, enum outcome outcome)
{
    bool sound = outcome != UNAVAILABLE && outcome != BROKEN;
    pthread_mutex_lock(&pool->lock);
    if (sound && pool->idle_count < pool->size) {
        pool->idle[pool->idle_count++] = db;
        db = NULL;
    }
    pthread_mutex_unlock(&pool->lock);
    db_close(db);
}
