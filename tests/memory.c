/* What the linker puts in the place of malloc() and its kin. */
#include "memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *ptr);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *ptr);

struct memory memory;

static bool fails(void)
{
    memory.calls++;
    return memory.fail &&
           (memory.onward ? memory.calls >= memory.fail : memory.calls == memory.fail);
}

static void count_in(void *ptr)
{
    memory.live += ptr != NULL;
    memory.bytes += malloc_usable_size(ptr);
    if (memory.bytes > memory.peak)
        memory.peak = memory.bytes;
}

static void count_out(void *ptr)
{
    memory.live -= ptr != NULL;
    memory.bytes -= malloc_usable_size(ptr);
}

/* Fresh memory is never zero, so that who forgets to fill it is found out; where it is measured
 * what calls cost, nothing is added to that. */
void *__wrap_malloc(size_t size)
{
    void *ptr = fails() ? NULL : __real_malloc(size);
    count_in(ptr);
    if (ptr && !memory.bare)
        memset(ptr, 0xA5, size);
    return ptr;
}

void *__wrap_calloc(size_t count, size_t size)
{
    void *ptr = fails() ? NULL : __real_calloc(count, size);
    count_in(ptr);
    return ptr;
}

void *__wrap_realloc(void *old, size_t size)
{
    if (fails())
        return NULL;
    count_out(old);
    void *ptr = __real_realloc(old, size);
    count_in(ptr ? ptr : old);
    return ptr;
}

char *__wrap_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = __wrap_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

void __wrap_free(void *ptr)
{
    count_out(ptr);
    __real_free(ptr);
}

void start_counting(size_t fail, bool onward)
{
    memory.calls = 0;
    memory.fail = fail;
    memory.onward = onward;
}

size_t stop_counting(void)
{
    memory.fail = 0;
    return memory.calls;
}
