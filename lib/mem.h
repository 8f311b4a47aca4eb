/* mem.h - the only door to malloc. Every handle has one td_mem, which counts its live bytes
 * against a budget; running over it is the same as running out of memory. */
#ifndef TD_MEM_H
#define TD_MEM_H

#include "base.h"

struct td_mem {
    size_t live;   /**< bytes handed out now */
    size_t *call;  /**< those of all handles of the call at work; NULL outside of one */
    size_t budget; /**< what `live` may reach */
};

/** `size` bytes, not cleared; NULL when memory or the budget ran out. `size` is above 0. */
void *td_mem_alloc(struct td_mem *mem, size_t size);

/** Resizes what td_mem_alloc() gave; NULL, and `old` untouched, when memory ran out. */
void *td_mem_resize(struct td_mem *mem, void *old, size_t old_size, size_t new_size);

/** Gives `size` bytes back; NULL is fine. */
void td_mem_free(struct td_mem *mem, void *ptr, size_t size);

/** Makes room for `need` items of `size` bytes in a growing array: returns the array, moved or
 *  not, and sets *room; NULL, and the array untouched, when memory ran out. */
void *td_mem_grow(struct td_mem *mem, void *items, size_t *room, size_t need,
                  size_t size);

/** Bytes outside every budget, for results that the caller frees by tracedag_free(). */
void *td_mem_owned(size_t size);
void td_mem_owned_free(void *ptr);

#endif
