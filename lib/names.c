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

static void swap(struct td_name *a, struct td_name *b)
{
    struct td_name kept = *a;
    *a = *b;
    *b = kept;
}

/* The middle one of three as the pivot, moved to the front. */
static void choose_pivot(struct td_name *names, size_t count)
{
    struct td_name *middle = &names[count / 2];
    struct td_name *last = &names[count - 1];
    if (compare_name(middle, last) > 0)
        swap(middle, last);
    if (compare_name(names, middle) > 0)
        swap(names, middle);
    if (compare_name(middle, last) > 0)
        swap(middle, last);
    swap(names, middle);
}

/* Hoare's partition: how many stand in the first part. */
static size_t partition(struct td_name *names, size_t count)
{
    choose_pivot(names, count);
    struct td_name pivot = names[0];
    size_t low = 0;
    size_t high = count;
    for (;;) {
        do
            high--;
        while (compare_name(&names[high], &pivot) > 0);
        while (compare_name(&names[low], &pivot) < 0)
            low++;
        if (low >= high)
            return high + 1;
        swap(&names[low++], &names[high]);
    }
}

enum { FEW = 12 };

/* Quicksort, which gives up in favour of the C library when the names are chosen to make it
 * slow; its stack is as deep as the logarithm of their number. */
/* NOLINTNEXTLINE(misc-no-recursion): so that is no danger */
static void sort_many(struct td_name *names, size_t count, unsigned splits)
{
    while (count > FEW) {
        if (splits == 0) {
            qsort(names, count, sizeof *names, compare_name);
            return;
        }
        splits--;
        size_t first = partition(names, count);
        if (first <= count - first) {
            sort_many(names, first, splits);
            names += first;
            count -= first;
        } else {
            sort_many(names + first, count - first, splits);
            count = first;
        }
    }
    sort_few(names, count);
}

void td_names_sort(struct td_name *names, size_t count)
{
    unsigned splits = 2;
    for (size_t n = count; n > 1; n /= 2)
        splits += 2;
    sort_many(names, count, splits);
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
