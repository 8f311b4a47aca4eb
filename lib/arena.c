#include "arena.h"

enum { ALIGNMENT = 8, FIRST_CHUNK = 2048, LARGEST_CHUNK = 64 << 10 };

struct td_chunk {
    struct td_chunk *older;
    size_t size; /* of the chunk, this header included */
};

void td_arena_init(struct td_arena *arena, struct td_mem *mem)
{
    *arena = (struct td_arena){.mem = mem};
}

/* Chunks double, so that a small document touches few pages and a large one needs few calls;
 * what may stay unused has a bound. */
static size_t next_size(const struct td_arena *arena, size_t need)
{
    size_t size = arena->chunks ? arena->chunks->size * 2 : FIRST_CHUNK;
    if (size > LARGEST_CHUNK)
        size = LARGEST_CHUNK;
    size_t least;
    if (td_add_overflows(need, sizeof(struct td_chunk), &least))
        return 0;
    return size < least ? least : size;
}

static bool add_chunk(struct td_arena *arena, size_t need)
{
    size_t size = next_size(arena, need);
    struct td_chunk *chunk = size ? td_mem_alloc(arena->mem, size) : NULL;
    if (!chunk) {
        arena->failed = true;
        return false;
    }
    *chunk = (struct td_chunk){.older = arena->chunks, .size = size};
    arena->chunks = chunk;
    arena->next = (char *)(chunk + 1);
    arena->end = (char *)chunk + size;
    return true;
}

void *td_arena_alloc(struct td_arena *arena, size_t size)
{
    size_t need;
    if (arena->failed || td_add_overflows(size, ALIGNMENT - 1, &need)) {
        arena->failed = true;
        return NULL;
    }
    need &= ~(size_t)(ALIGNMENT - 1);
    if (need > (size_t)(arena->end - arena->next) && !add_chunk(arena, need))
        return NULL;
    void *ptr = arena->next;
    arena->next += need;
    return ptr;
}

void *td_arena_array(struct td_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (td_mul_overflows(count, size, &bytes)) {
        arena->failed = true;
        return NULL;
    }
    void *ptr = bytes ? td_arena_alloc(arena, bytes) : NULL;
    if (ptr)
        memset(ptr, 0, bytes);
    return ptr;
}

struct td_str td_arena_copy(struct td_arena *arena, struct td_str text)
{
    char *ptr = td_arena_alloc(arena, text.len + 1);
    if (!ptr)
        return (struct td_str){NULL, 0};
    if (text.len)
        memcpy(ptr, text.ptr, text.len);
    ptr[text.len] = '\0';
    return (struct td_str){ptr, text.len};
}

static size_t rounded(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

char *td_arena_extend(struct td_arena *arena, const char *piece, size_t size,
                      size_t longer)
{
    char *old = (char *)(uintptr_t)piece;
    if (old + rounded(size) == arena->next && longer <= (size_t)(arena->end - old)) {
        arena->next = old + rounded(longer);
        return old;
    }
    char *copy = td_arena_alloc(arena, longer);
    return copy ? memcpy(copy, old, size) : NULL;
}

static void free_chunks(struct td_arena *arena, struct td_chunk *chunk)
{
    while (chunk) {
        struct td_chunk *older = chunk->older;
        td_mem_free(arena->mem, chunk, chunk->size);
        chunk = older;
    }
}

void td_arena_reset(struct td_arena *arena)
{
    struct td_chunk *kept = arena->chunks;
    if (!kept)
        return;
    free_chunks(arena, kept->older);
    kept->older = NULL;
    arena->next = (char *)(kept + 1);
}

void td_arena_free(struct td_arena *arena)
{
    free_chunks(arena, arena->chunks);
    td_arena_init(arena, arena->mem);
}
