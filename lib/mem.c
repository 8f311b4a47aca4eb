#include "mem.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

static bool over_budget(const struct td_mem *mem, size_t more)
{
    size_t used = mem->call ? *mem->call : mem->live;
    return used > mem->budget || more > mem->budget - used;
}

/* Counts `now` bytes in place of `before`. */
static void count(struct td_mem *mem, size_t before, size_t now)
{
    mem->live = mem->live - before + now;
    if (mem->call)
        *mem->call = *mem->call - before + now;
}

void *td_mem_alloc(struct td_mem *mem, size_t size)
{
    assert(size > 0);
    if (over_budget(mem, size))
        return NULL;
    void *ptr = malloc(size);
    if (ptr)
        count(mem, 0, size);
    return ptr;
}

void *td_mem_resize(struct td_mem *mem, void *old, size_t old_size, size_t new_size)
{
    assert(new_size > 0);
    if (new_size > old_size && over_budget(mem, new_size - old_size))
        return NULL;
    void *ptr = realloc(old, new_size);
    if (ptr)
        count(mem, old_size, new_size);
    return ptr;
}

void td_mem_free(struct td_mem *mem, void *ptr, size_t size)
{
    if (!ptr)
        return;
    count(mem, size, 0);
    free(ptr);
}

void *td_mem_grow(struct td_mem *mem, void *items, size_t *room, size_t need, size_t size)
{
    size_t wanted = *room > FIRST_ROOM ? *room : FIRST_ROOM; /* half of it is something */
    while (wanted < need) {
        if (td_add_overflows(wanted, wanted / 2, &wanted))
            return NULL;
    }
    size_t bytes;
    if (td_mul_overflows(wanted, size, &bytes))
        return NULL;
    void *grown = td_mem_resize(mem, items, *room * size, bytes);
    if (grown)
        *room = wanted;
    return grown;
}

void *td_mem_owned(size_t size)
{
    return malloc(size);
}

void td_mem_owned_free(void *ptr)
{
    free(ptr);
}
