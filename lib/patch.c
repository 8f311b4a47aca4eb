#include "patch.h"

bool td_patch_add(struct td_patch *patch, struct td_mem *mem, struct td_span span,
                  struct td_str text)
{
    assert(patch->count == 0 || patch->list[patch->count - 1].end <= span.start);
    if (patch->count == patch->room) {
        void *list = td_mem_grow(mem, patch->list, &patch->room, patch->count + 1,
                                 sizeof *patch->list);
        if (!list)
            return false;
        patch->list = list;
    }
    patch->list[patch->count++] = (struct td_change){span.start, span.end, text, 0};
    return true;
}

void td_patch_free(struct td_patch *patch, struct td_mem *mem)
{
    td_mem_free(mem, patch->list, patch->room * sizeof *patch->list);
    *patch = (struct td_patch){NULL, 0, 0};
}

void td_patch_apply(struct td_patch *patch, struct td_str text, struct td_buf *out)
{
    size_t at = 0;
    for (size_t i = 0; i < patch->count; i++) {
        struct td_change *change = &patch->list[i];
        td_buf_put(out, text.ptr + at, change->start - at);
        change->moved = (uint32_t)out->len;
        td_buf_str(out, change->text);
        at = change->end;
    }
    td_buf_put(out, text.ptr + at, text.len - at);
}

/* How many changes begin at or before an offset of the text, or of the new one. */
static size_t changes_before(const struct td_patch *patch, uint32_t at, bool moved)
{
    size_t low = 0;
    size_t high = patch->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct td_change *change = &patch->list[middle];
        if ((moved ? change->moved : change->start) <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool td_patch_forward(const struct td_patch *patch, uint32_t at, uint32_t *moved)
{
    size_t before = changes_before(patch, at, false);
    *moved = at;
    if (before == 0)
        return true;
    const struct td_change *change = &patch->list[before - 1];
    *moved = change->moved;
    if (at < change->end)
        return false;
    *moved += (uint32_t)change->text.len + (at - change->end);
    return true;
}

uint32_t td_patch_back(const struct td_patch *patch, uint32_t at)
{
    size_t before = changes_before(patch, at, true);
    if (before == 0)
        return at;
    const struct td_change *change = &patch->list[before - 1];
    uint32_t past = at - change->moved;
    if (past < change->text.len)
        return change->start;
    return change->end + (past - (uint32_t)change->text.len);
}
