#include "mask.h"

#include <stdlib.h>

#include "secret.h"

/* The part of a credential that is not shown. */
static struct td_span hidden_part(const struct td_source *source,
                                  const tracedag_finding *finding)
{
    uint32_t start = (uint32_t)finding->start.byte;
    uint32_t end = (uint32_t)finding->end.byte;
    char first = source->bytes[start];
    uint32_t quote = first == '"' || first == '\'' ? 1 : 0;
    struct td_str text = {source->bytes + start + quote, end - start - 2 * quote};
    return (struct td_span){start + quote + (uint32_t)td_secret_shown(text), end - quote};
}

static int by_start(const void *left, const void *right)
{
    const struct td_span *a = left;
    const struct td_span *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

bool td_hidden_init(struct td_hidden *hidden, struct td_mem *mem,
                    const struct tracedag_report *report)
{
    const struct td_diag *diag = &report->diag;
    size_t all = diag->count + diag->suppressed;
    const struct td_source *source = report->source;
    size_t count = source->hidden_count;
    *hidden = (struct td_hidden){.count = 0};
    for (size_t i = 0; i < all; i++)
        count += diag->list[i].pub.code == TRACEDAG_CODE_SECRET_VALUE;
    if (count == 0)
        return true;
    hidden->parts = td_mem_alloc(mem, count * sizeof *hidden->parts);
    if (!hidden->parts)
        return false;
    for (size_t i = 0; i < all; i++) {
        if (diag->list[i].pub.code == TRACEDAG_CODE_SECRET_VALUE)
            hidden->parts[hidden->count++] = hidden_part(source, &diag->list[i].pub);
    }
    for (size_t i = 0; i < source->hidden_count; i++)
        hidden->parts[hidden->count++] = source->hidden[i];
    qsort(hidden->parts, count, sizeof *hidden->parts, by_start);
    return true;
}

void td_hidden_free(struct td_hidden *hidden, struct td_mem *mem)
{
    td_mem_free(mem, hidden->parts, hidden->count * sizeof *hidden->parts);
}

size_t td_hidden_behind(const struct td_hidden *hidden, size_t offset)
{
    size_t low = 0;
    size_t high = hidden->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hidden->parts[middle].end <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
