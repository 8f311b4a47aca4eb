#include "repeats.h"

#include <stdlib.h>

#include "names.h"

enum { COMPARED_IN_PAIRS = 12 }; /* maps up to this size are not worth sorting */

static bool add(struct td_repeats *repeats, struct td_mem *mem, uint32_t key,
                uint32_t first)
{
    if (repeats->count == repeats->room) {
        void *list = td_mem_grow(mem, repeats->list, &repeats->room, repeats->count + 1,
                                 sizeof *repeats->list);
        if (!list)
            return false;
        repeats->list = list;
    }
    repeats->list[repeats->count++] = (struct td_repeat){key, first};
    return true;
}

/* The sound keys of a map into `names`; up to `room` of them, and the number of them all. */
static size_t collect(const struct td_tree *tree, uint32_t map, struct td_name *names,
                      size_t room)
{
    size_t count = 0;
    uint32_t end = tree->nodes[map].link;
    for (uint32_t key = map + 1; key < end; key = td_after(tree, td_after(tree, key))) {
        const struct td_node *node = td_node_raw(tree, key);
        if (node->kind != TD_TEXT || td_is_damaged(node))
            continue;
        if (count < room)
            names[count] = td_name_of(td_node_text(tree, key), key);
        count++;
    }
    return count;
}

static bool in_pairs(struct td_repeats *repeats, struct td_mem *mem,
                     const struct td_name *names, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (names[i].head == names[j].head &&
                td_str_eq(names[i].text, names[j].text)) {
                if (!add(repeats, mem, names[i].id, names[j].id))
                    return false;
                break;
            }
        }
    }
    return true;
}

static int compare_keys(const void *left, const void *right)
{
    const struct td_repeat *a = left;
    const struct td_repeat *b = right;
    return (a->key > b->key) - (a->key < b->key);
}

static bool by_sorting(struct td_repeats *repeats, struct td_mem *mem,
                       struct td_name *names, size_t count)
{
    td_names_sort(names, count);
    const struct td_name *first = names;
    for (size_t i = 1; i < count; i++) {
        if (!td_str_eq(first->text, names[i].text))
            first = &names[i];
        else if (!add(repeats, mem, names[i].id, first->id))
            return false;
    }
    if (repeats->count > 1)
        qsort(repeats->list, repeats->count, sizeof *repeats->list, compare_keys);
    return true;
}

static bool find(struct td_repeats *repeats, struct td_mem *mem,
                 const struct td_tree *tree, uint32_t map)
{
    struct td_name few[COMPARED_IN_PAIRS];
    size_t count = collect(tree, map, few, COMPARED_IN_PAIRS);
    if (count <= COMPARED_IN_PAIRS)
        return in_pairs(repeats, mem, few, count);
    struct td_name *names = td_mem_alloc(mem, count * sizeof *names);
    if (!names)
        return false;
    collect(tree, map, names, count);
    bool done = by_sorting(repeats, mem, names, count);
    td_mem_free(mem, names, count * sizeof *names);
    return done;
}

bool td_repeats_find(const struct td_tree *tree, struct td_mem *mem, uint32_t map,
                     struct td_repeats *repeats)
{
    *repeats = (struct td_repeats){0};
    if (find(repeats, mem, tree, map))
        return true;
    td_repeats_free(repeats, mem); /* some may have been found before memory ran out */
    return false;
}

uint32_t td_repeats_first(const struct td_repeats *repeats, uint32_t key)
{
    size_t low = 0;
    size_t high = repeats->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (repeats->list[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < repeats->count && repeats->list[low].key == key
               ? repeats->list[low].first
               : 0;
}

void td_repeats_free(struct td_repeats *repeats, struct td_mem *mem)
{
    td_mem_free(mem, repeats->list, repeats->room * sizeof *repeats->list);
}
