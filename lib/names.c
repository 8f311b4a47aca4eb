#include "names.h"

#include <stdlib.h>

static uint64_t head_of(struct td_str text)
{
    unsigned char bytes[8] = {0};
    memcpy(bytes, text.ptr, text.len < sizeof bytes ? text.len : sizeof bytes);
    uint64_t head = 0;
    for (size_t i = 0; i < sizeof bytes; i++)
        head = head << 8 | bytes[i];
    return head;
}

struct td_name td_name_of(struct td_str text, uint32_t id)
{
    return (struct td_name){text.len ? head_of(text) : 0, text, id};
}

static int compare_text(const struct td_name *a, const struct td_name *b)
{
    if (a->head != b->head)
        return a->head < b->head ? -1 : 1;
    return td_str_compare(a->text, b->text);
}

static int compare_name(const void *left, const void *right)
{
    const struct td_name *a = left;
    const struct td_name *b = right;
    int order = compare_text(a, b);
    return order ? order : (a->id > b->id) - (a->id < b->id);
}

/* Most maps have few keys, and for those a library call is the larger part of the work. */
static void sort_few(struct td_name *names, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct td_name name = names[i];
        size_t at = i;
        for (; at > 0 && compare_name(&names[at - 1], &name) > 0; at--)
            names[at] = names[at - 1];
        names[at] = name;
    }
}

void td_names_sort(struct td_name *names, size_t count)
{
    enum { FEW = 12 };
    if (count <= FEW)
        sort_few(names, count);
    else
        qsort(names, count, sizeof *names, compare_name);
}

const struct td_name *td_names_find(const struct td_name *names, size_t count,
                                    struct td_str text)
{
    struct td_name wanted = td_name_of(text, 0);
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_text(&names[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && compare_text(&names[low], &wanted) == 0 ? &names[low] : NULL;
}
