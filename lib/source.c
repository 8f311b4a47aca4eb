#include "source.h"

#include "utf8.h"

static size_t block_count(size_t size)
{
    return size / TD_SOURCE_BLOCK + 1;
}

bool td_source_init(struct td_source *source, struct td_mem *mem, const char *bytes,
                    size_t size)
{
    *source = (struct td_source){.size = size};
    char *copy = td_mem_alloc(mem, size + 1);
    uint32_t *lines = td_mem_alloc(mem, block_count(size) * sizeof *lines);
    if (!copy || !lines) {
        td_mem_free(mem, copy, size + 1);
        td_mem_free(mem, lines, block_count(size) * sizeof *lines);
        return false;
    }
    if (size)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    source->bytes = copy;
    source->lines_before = lines;
    lines[0] = 0;
    return true;
}

bool td_source_copy(struct td_source *source, struct td_mem *mem,
                    const struct td_source *from)
{
    if (!td_source_init(source, mem, from->bytes, from->size))
        return false;
    source->text = from->text;
    source->ascii = from->ascii;
    memcpy(source->lines_before, from->lines_before,
           block_count(from->size) * sizeof *source->lines_before);
    return true;
}

void td_source_free(struct td_source *source, struct td_mem *mem)
{
    if (!source->bytes)
        return;
    td_mem_free(mem, (void *)(uintptr_t)source->bytes, source->size + 1);
    td_mem_free(mem, source->lines_before,
                block_count(source->size) * sizeof *source->lines_before);
    td_mem_free(mem, source->cuts, source->cut_room * sizeof *source->cuts);
    td_mem_free(mem, source->hidden, source->hidden_count * sizeof *source->hidden);
    *source = (struct td_source){0};
}

uint32_t td_source_line(const struct td_source *source, size_t offset)
{
    if (offset > source->size)
        offset = source->size;
    size_t block = offset / TD_SOURCE_BLOCK;
    uint32_t breaks = source->lines_before[block];
    for (size_t at = block * TD_SOURCE_BLOCK; at < offset; at++)
        breaks += source->bytes[at] == '\n';
    return breaks + 1;
}

struct td_span td_source_line_span(const struct td_source *source, size_t offset)
{
    if (offset > source->size)
        offset = source->size;
    size_t start = offset;
    while (start > 0 && source->bytes[start - 1] != '\n')
        start--;
    const char *end = memchr(source->bytes + offset, '\n', source->size - offset);
    size_t stop = end ? (size_t)(end - source->bytes) : source->size;
    if (stop > start && source->bytes[stop - 1] == '\r')
        stop--;
    return (struct td_span){(uint32_t)start, (uint32_t)stop};
}

struct td_position td_source_position(const struct td_source *source, size_t offset)
{
    if (offset > source->size)
        offset = source->size;
    size_t at = td_source_line_span(source, offset).start;
    struct td_position place = {td_source_line(source, offset), 1, 1};
    if (at == 0 && offset >= source->text)
        at = source->text; /* a byte order mark takes no column */
    while (at < offset) {
        size_t used;
        uint32_t c = td_utf8_next(source->bytes + at, source->size - at, &used);
        at += used;
        place.column++;
        place.utf16 += c > 0xFFFF ? 2 : 1;
    }
    return place;
}
