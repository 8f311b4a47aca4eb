/* crew.h - threads that do work ahead, while results are taken in order. */
#ifndef CLI_CREW_H
#define CLI_CREW_H

#include <stdbool.h>
#include <stddef.h>

/** What is done for each index from 0 to `count` - 1. */
struct crew {
    size_t count;
    size_t threads; /**< with 1 the calling thread works itself */
    size_t ahead;   /**< results that are made before they are taken, at most */
    void *context;
    void (*work)(void *context, size_t index); /**< by any thread */
    bool (*take)(void *context,
                 size_t index);  /**< in order, by the caller; false: stop */
    void (*idle)(void *context); /**< by the caller, a few times a second */
};

/** Returns when all is taken, or no thread works any longer after a stop: then the results
 *  of up to `ahead` indices behind it are made and not taken. */
void crew_run(const struct crew *crew);

#endif
