/* pool.h - connections to the database, kept and used again. Any thread may call. */
#ifndef DISPATCHER_POOL_H
#define DISPATCHER_POOL_H

#include "db.h"

struct pool;

/** Makes a pool that keeps up to `size` connections; it opens none yet. `url` is borrowed. NULL
 *  without memory. */
struct pool *pool_new(const char *url, size_t size);
void pool_free(struct pool *pool);

/** Takes a connection, which is opened when none is idle. */
enum outcome pool_take(struct pool *pool, struct db **db, struct fault *fault);

/** Gives a connection back. After a fault of the database, `outcome` UNAVAILABLE or BROKEN, it is
 *  closed: the next request opens one that works. */
void pool_give(struct pool *pool, struct db *db, enum outcome outcome);

#endif
