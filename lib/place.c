/* A stop holds where its block's first character stands. A character that reaches over
 * the border of two blocks belongs to the one where it begins, so a stop lies up to three
 * bytes behind the border. */
#include "place.h"

#include "utf8.h"

enum { BLOCK = 1024 };

static size_t stop_count(const struct td_source *source)
{
    return source->size / BLOCK + 1;
}

static void step(const struct td_source *source, struct td_place_stop *stop)
{
    size_t used = 1;
    uint32_t c = (unsigned char)source->bytes[stop->at];
    if (c >= 0x80)
        c = td_utf8_next(source->bytes + stop->at, source->size - stop->at, &used);
    stop->at += (uint32_t)used;
    if (c == '\n') {
        stop->place = (struct td_position){stop->place.line + 1, 1, 1};
        return;
    }
    stop->place.column++;
    stop->place.utf16 += c > 0xFFFF ? 2 : 1;
}

bool td_places_init(struct td_places *places, const struct td_source *source,
                    struct td_mem *mem)
{
    size_t count = stop_count(source);
    *places = (struct td_places){source, mem, NULL};
    places->stops = td_mem_alloc(mem, count * sizeof *places->stops);
    if (!places->stops)
        return false;
    struct td_place_stop stop = {(uint32_t)source->text, {1, 1, 1}};
    for (size_t i = 0; i < count; i++) {
        while (stop.at < i * BLOCK)
            step(source, &stop);
        places->stops[i] = stop;
    }
    return true;
}

void td_places_free(struct td_places *places)
{
    if (places->stops)
        td_mem_free(places->mem, places->stops,
                    stop_count(places->source) * sizeof *places->stops);
    places->stops = NULL;
}

struct td_position td_places_at(const struct td_places *places, size_t offset)
{
    const struct td_source *source = places->source;
    if (offset > source->size)
        offset = source->size;
    if (offset < source->text) /* the byte order mark lies before the first stop */
        return td_source_position(source, offset);
    struct td_place_stop stop = places->stops[offset / BLOCK];
    while (stop.at < offset)
        step(source, &stop);
    return stop.place;
}
