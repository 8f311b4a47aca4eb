#include "align.h"

#include "names.h"

struct align {
    struct td_items before; /* without what both lists begin and end with */
    struct td_items after;
    uint32_t *partners;    /* of each new item: one more than the index of its old one */
    struct td_name *names; /* room for those of both lists */
    unsigned char *taken;  /* of each old item: it has a partner */
    uint32_t *last;        /* of each length of an ascending row: its last new item */
    uint32_t *previous;    /* of each new item: the one before it in its row, or itself */
};

/* ---- items with equal keys -------------------------------------------------------------- */

static size_t collect(const struct align *a, size_t key, bool new, struct td_name *names)
{
    const struct td_items *items = new ? &a->after : &a->before;
    size_t count = 0;
    for (size_t i = 0; i < items->count; i++) {
        bool free = new ? a->partners[i] == 0 : a->taken[i] == 0;
        if (free && items->list[i].key[key].ptr)
            names[count++] = td_name_of(items->list[i].key[key], (uint32_t)i);
    }
    td_names_sort(names, count);
    return count;
}

/* Equal names stand in the order of their items, so the first meets the first. */
static void match(const struct align *a, size_t key)
{
    const struct td_name *old = a->names;
    size_t old_count = collect(a, key, false, a->names);
    const struct td_name *new = a->names + old_count;
    size_t new_count = collect(a, key, true, a->names + old_count);
    size_t i = 0;
    size_t j = 0;
    while (i < old_count && j < new_count) {
        int order = td_str_compare(old[i].text, new[j].text);
        if (order == 0) {
            a->partners[new[j].id] = old[i].id + 1;
            a->taken[old[i].id] = 1;
        }
        i += order <= 0;
        j += order >= 0;
    }
}

/* ---- those that keep their order -------------------------------------------------------- */

/* The shortest row whose last item has an old one behind `partner`. */
static size_t row_for(const struct align *a, size_t rows, uint32_t partner)
{
    size_t low = 0;
    size_t high = rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (a->partners[a->last[middle]] < partner)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Lets go of all but a longest ascending row. */
static void keep_longest_row(const struct align *a)
{
    size_t rows = 0;
    for (size_t j = 0; j < a->after.count; j++) {
        if (a->partners[j] == 0)
            continue;
        size_t row = row_for(a, rows, a->partners[j]);
        a->previous[j] = row > 0 ? a->last[row - 1] : (uint32_t)j;
        a->last[row] = (uint32_t)j;
        rows += row == rows;
    }
    size_t kept = rows ? a->last[rows - 1] : SIZE_MAX;
    for (size_t left = a->after.count; left > 0; left--) {
        size_t j = left - 1;
        if (j == kept)
            kept = a->previous[j] == j ? SIZE_MAX : a->previous[j];
        else
            a->partners[j] = 0;
    }
}

/* ---- what is left between them ---------------------------------------------------------- */

static void pair_gaps(const struct align *a)
{
    size_t old_from = 0;
    size_t new_from = 0;
    for (size_t j = 0; j <= a->after.count; j++) {
        bool end = j == a->after.count;
        if (!end && a->partners[j] == 0)
            continue;
        size_t old_to = end ? a->before.count : a->partners[j] - 1;
        if (old_to - old_from == j - new_from) {
            for (size_t k = new_from; k < j; k++)
                a->partners[k] = (uint32_t)(old_from + (k - new_from)) + 1;
        }
        old_from = old_to + 1;
        new_from = j + 1;
    }
}

/* ---- the whole -------------------------------------------------------------------------- */

/* One piece of memory for all that is needed on the way. */
static bool begin(struct align *a, struct td_mem *mem, size_t *bytes)
{
    size_t olds = a->before.count;
    size_t news = a->after.count;
    *bytes = (olds + news + 1) * sizeof *a->names + 2 * news * sizeof *a->last + olds;
    a->names = td_mem_alloc(mem, *bytes);
    if (!a->names)
        return false;
    a->last = (uint32_t *)(a->names + olds + news + 1);
    a->previous = a->last + news;
    a->taken = (unsigned char *)(a->previous + news);
    memset(a->taken, 0, olds);
    match(a, 0);
    match(a, 1);
    return true;
}

bool td_match(struct td_mem *mem, struct td_items before, struct td_items after,
              uint32_t *partners)
{
    size_t bytes;
    struct align a = {before, after, .partners = partners};
    memset(partners, 0, after.count * sizeof *partners);
    if (!begin(&a, mem, &bytes))
        return false;
    td_mem_free(mem, a.names, bytes);
    return true;
}

static bool align_middle(struct align *a, struct td_mem *mem, bool pair_rest)
{
    size_t bytes;
    if (!begin(a, mem, &bytes))
        return false;
    keep_longest_row(a);
    if (pair_rest)
        pair_gaps(a);
    td_mem_free(mem, a->names, bytes);
    return true;
}

static bool are_equal(const struct td_item *a, const struct td_item *b)
{
    return td_str_eq(a->key[0], b->key[0]);
}

bool td_align(struct td_mem *mem, struct td_items before, struct td_items after,
              bool pair_rest, uint32_t *partners)
{
    size_t first = 0;
    size_t old_end = before.count;
    size_t new_end = after.count;
    memset(partners, 0, after.count * sizeof *partners);
    for (; first < old_end && first < new_end &&
           are_equal(&before.list[first], &after.list[first]);
         first++)
        partners[first] = (uint32_t)first + 1;
    for (; old_end > first && new_end > first &&
           are_equal(&before.list[old_end - 1], &after.list[new_end - 1]);
         old_end--, new_end--)
        partners[new_end - 1] = (uint32_t)old_end;
    struct align a = {{before.list + first, old_end - first},
                      {after.list + first, new_end - first},
                      .partners = partners + first};
    bool done = align_middle(&a, mem, pair_rest);
    for (size_t j = first; j < new_end; j++)
        partners[j] += partners[j] ? (uint32_t)first : 0;
    return done;
}
