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

static size_t stop_count(const struct td_source *source)
{
    return source->size / BLOCK + 1;
}

static bool make_stops(struct stops *stops, struct td_mem *mem,
                       const struct td_source *source)
{
    size_t count = stop_count(source);
    *stops = (struct stops){source, td_mem_alloc(mem, count * sizeof *stops->list)};
    if (stops->list)
        find_stops(stops, count);
    return stops->list != NULL;
}

static void free_stops(const struct stops *stops, struct td_mem *mem)
{
    td_mem_free(mem, stops->list, stop_count(stops->source) * sizeof *stops->list);
}

void td_places_fill(struct td_diag *diag, const struct td_source *source)
{
    struct stops stops;
    if (diag->count == 0)
        return;
    if (!make_stops(&stops, diag->mem, source)) {
        diag->failed = true;
        return;
    }
    for (size_t i = 0; i < diag->count; i++)
        fill_finding(&stops, &diag->list[i].pub);
    free_stops(&stops, diag->mem);
}

bool td_place_list(struct td_mem *mem, const struct td_source *source,
                   tracedag_position *first, size_t count, size_t stride)
{
    struct stops stops;
    if (count == 0)
        return true;
    if (!make_stops(&stops, mem, source))
        return false;
    for (size_t i = 0; i < count; i++)
        fill(&stops, (tracedag_position *)((char *)first + i * stride));
    free_stops(&stops, mem);
    return true;
}
