/* arena.h - bump memory of one handle: many small pieces, freed all at once. Failure sticks:
 * once a piece could not be had, `failed` stays set and every later call returns NULL, so a
 * phase may ask once at its end. */
#ifndef TD_ARENA_H
#define TD_ARENA_H

#include "mem.h"

struct td_chunk;

struct td_arena {
    struct td_mem *mem;
    struct td_chunk *chunks;
    char *next;
    char *end;
    bool failed;
};

void td_arena_init(struct td_arena *arena, struct td_mem *mem);

/** `size` bytes aligned for any record of ours, not cleared; NULL on failure. */
void *td_arena_alloc(struct td_arena *arena, size_t size);

/** `count` cleared records of `size` bytes; NULL on failure, and for a count of 0. */
void *td_arena_array(struct td_arena *arena, size_t count, size_t size);

/** A copy of a slice, terminated; `ptr` is NULL on failure. */
struct td_str td_arena_copy(struct td_arena *arena, struct td_str text);

/** Makes a piece of the arena longer: in place when it is the newest and there is room, else by
 *  a copy. NULL on failure. */
char *td_arena_extend(struct td_arena *arena, const char *piece, size_t size,
                      size_t longer);

/** Forgets everything that came from the arena, and keeps one chunk for what comes. */
void td_arena_reset(struct td_arena *arena);

/** Frees everything that came from the arena. */
void td_arena_free(struct td_arena *arena);

#endif
