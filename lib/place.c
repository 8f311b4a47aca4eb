/* A stop holds where its block's first character stands. A character that reaches over
 * the border of two blocks belongs to the one where it begins, so a stop lies up to three
 * bytes behind the border. */
#include "place.h"

#include "utf8.h"

enum { BLOCK = 128 };

struct stop {
    uint32_t at; /* where a character begins */
    struct td_position place;
};

struct stops {
    const struct td_source *source;
    struct stop *list; /* one a block of bytes, at its start or just behind */
};

static void step(const struct td_source *source, struct stop *stop)
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

static void find_stops(const struct stops *stops, size_t count)
{
    struct stop stop = {(uint32_t)stops->source->text, {1, 1, 1}};
    for (size_t i = 0; i < count; i++) {
        while (stop.at < i * BLOCK)
            step(stops->source, &stop);
        stops->list[i] = stop;
    }
}

static struct td_position place_of(const struct stops *stops, size_t offset)
{
    const struct td_source *source = stops->source;
    if (offset < source->text) /* the byte order mark lies before the first stop */
        return td_source_position(source, offset);
    struct stop stop = stops->list[offset / BLOCK];
    while (stop.at < offset)
        step(source, &stop);
    return stop.place;
}

/* Findings of reading come to the report of a validation with their places. */
static void fill(const struct stops *stops, tracedag_position *position)
{
    if (position->line)
        return;
    if (position->byte > stops->source->size)
        position->byte = stops->source->size;
    struct td_position place = place_of(stops, (size_t)position->byte);
    position->line = place.line;
    position->column = place.column;
    position->utf16 = place.utf16;
}

static void fill_finding(const struct stops *stops, tracedag_finding *finding)
{
    tracedag_related *related = (tracedag_related *)(uintptr_t)finding->related.items;
    fill(stops, &finding->start);
    fill(stops, &finding->end);
    for (size_t i = 0; i < finding->related.count; i++) {
        fill(stops, &related[i].start);
        fill(stops, &related[i].end);
    }
}

void td_places_fill(struct td_diag *diag, const struct td_source *source)
{
    if (diag->count == 0)
        return;
    size_t count = source->size / BLOCK + 1;
    struct stops stops = {source, td_mem_alloc(diag->mem, count * sizeof *stops.list)};
    if (!stops.list) {
        diag->failed = true;
        return;
    }
    find_stops(&stops, count);
    for (size_t i = 0; i < diag->count; i++)
        fill_finding(&stops, &diag->list[i].pub);
    td_mem_free(diag->mem, stops.list, count * sizeof *stops.list);
}
