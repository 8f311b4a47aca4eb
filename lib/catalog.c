#include "catalog.h"

void td_catalog_init(struct tracedag_catalog *catalog, struct td_mem mem)
{
    *catalog = (struct tracedag_catalog){.mem = mem};
    atomic_init(&catalog->refs, 1);
    td_arena_init(&catalog->arena, &catalog->mem);
}

struct tracedag_catalog *td_catalog_keep(struct tracedag_catalog *catalog)
{
    if (catalog)
        atomic_fetch_add_explicit(&catalog->refs, 1, memory_order_relaxed);
    return catalog;
}

void td_catalog_drop(struct tracedag_catalog *catalog)
{
    if (!catalog ||
        atomic_fetch_sub_explicit(&catalog->refs, 1, memory_order_acq_rel) != 1)
        return;
    td_arena_free(&catalog->arena);
    struct td_mem mem = catalog->mem;
    td_mem_free(&mem, catalog, sizeof *catalog);
}

const tracedag_operator *td_catalog_operator(const struct tracedag_catalog *catalog,
                                             struct td_str name)
{
    const struct td_index *index = &catalog->operators;
    const struct td_name *found = td_names_find(index->names, index->count, name);
    return found ? (const tracedag_operator *)index->items + found->id : NULL;
}

const tracedag_dataset *td_catalog_dataset(const struct tracedag_catalog *catalog,
                                           struct td_str name)
{
    const struct td_index *index = &catalog->datasets;
    const struct td_name *found = td_names_find(index->names, index->count, name);
    return found ? (const tracedag_dataset *)index->items + found->id : NULL;
}

const struct td_catalog_entry *td_catalog_field(const tracedag_list *fields,
                                                struct td_str name)
{
    size_t low = 0;
    size_t high = fields->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct td_catalog_entry *entry = td_entry_at(fields, middle);
        struct td_str text = {entry->pub.name.ptr, entry->pub.name.len};
        int order = td_str_compare(text, name);
        if (order == 0)
            return entry;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool td_catalog_has_word(const struct td_catalog_entry *field, struct td_str word)
{
    return td_names_find(field->words, field->pub.words.count, word) != NULL;
}
