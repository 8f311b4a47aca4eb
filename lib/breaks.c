#include "breaks.h"

#include "names.h"

static bool is_of(const struct td_dag_change *change, const struct td_shape *shape,
                  uint32_t field)
{
    return change->field == &shape->fields[field];
}

/* ---- the job behind a dataset ----------------------------------------------------------- */

static const tracedag_job *producer(const struct td_break_dataset *d, size_t version)
{
    return &d->model[version]->jobs[d->publish[version]->pub.job].pub;
}

static bool appends(const tracedag_job *job)
{
    return job->update_strategy == TRACEDAG_UPDATE_APPEND;
}

/* Every table has this column in its key, stated or not. */
static size_t collect_key(const struct td_model *m, const tracedag_job *job,
                          struct td_name *names)
{
    size_t count = 0;
    for (uint32_t i = 0; i < job->key_count; i++) {
        struct td_str column = td_slice(m->names[job->first_key + i]);
        if (!td_str_eq(column, TD_S("org_id")))
            names[count++] = td_name_of(column, 0);
    }
    td_names_sort(names, count);
    return count;
}

static bool are_same(const struct td_name *a, const struct td_name *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!td_str_eq(a[i].text, b[i].text))
            return false;
    }
    return true;
}

/* The columns of a key are a set. */
static bool key_differs(const struct td_break_dataset *d, struct td_mem *mem,
                        bool *differs)
{
    const tracedag_job *old = producer(d, TD_OLD);
    const tracedag_job *new = producer(d, TD_NEW);
    size_t bytes = ((size_t)old->key_count + new->key_count + 1) * sizeof(struct td_name);
    struct td_name *names = td_mem_alloc(mem, bytes);
    if (!names)
        return false;
    size_t olds = collect_key(d->model[TD_OLD], old, names);
    size_t news = collect_key(d->model[TD_NEW], new, names + olds);
    *differs = olds != news || !are_same(names, names + olds, olds);
    td_mem_free(mem, names, bytes);
    return true;
}

/* ---- columns ---------------------------------------------------------------------------- */

/* A column as the form writes it: {"name":"a","nullable":false,"type":"text"}, where `nullable`
 * stands only when it is false, and nothing is escaped. */
static struct td_str column_name(tracedag_text column)
{
    const char *start = column.ptr + strlen("{\"name\":\"");
    return (struct td_str){start, (size_t)(strchr(start, '"') - start)};
}

static struct td_str column_type(tracedag_text column)
{
    const char *end = column.ptr + column.len;
    const char *start = end;
    while (start[-1] != ':')
        start--;
    return (struct td_str){start, (size_t)(end - start)};
}

static bool may_be_null(tracedag_text column)
{
    struct td_str name = column_name(column);
    const char *behind = name.ptr + name.len;
    return strncmp(behind, "\",\"nullable\":", strlen("\",\"nullable\":")) != 0;
}

static uint32_t column_break(tracedag_text old, tracedag_text new)
{
    if (!td_str_eq(column_type(old), column_type(new)))
        return TRACEDAG_BREAK_COLUMN_TYPE;
    return !may_be_null(old) && may_be_null(new) ? TRACEDAG_BREAK_COLUMN_NULLABLE : 0;
}

static bool is_column(const struct td_dag_change *change, uint32_t kind)
{
    return is_of(change, &td_table_shape, TD_TABLE_COLUMNS) && change->pub.kind == kind;
}

/* A column that moved among the others is removed and added, which takes it from nobody. */
static bool break_columns(const struct td_break_dataset *d, struct td_mem *mem)
{
    size_t bytes = d->count * sizeof(struct td_name);
    struct td_name *added = td_mem_alloc(mem, bytes);
    if (!added)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (is_column(&d->changes[i], TRACEDAG_CHANGE_ADDED))
            added[count++] =
                td_name_of(column_name(d->changes[i].pub.new_value), (uint32_t)i);
    }
    td_names_sort(added, count);
    for (size_t i = 0; i < d->count; i++) {
        tracedag_change *old = &d->changes[i].pub;
        if (!is_column(&d->changes[i], TRACEDAG_CHANGE_REMOVED))
            continue;
        const struct td_name *found =
            td_names_find(added, count, column_name(old->old_value));
        if (!found) {
            old->breaking = TRACEDAG_BREAK_COLUMN_REMOVED;
            continue;
        }
        tracedag_change *new = &d->changes[found->id].pub;
        new->breaking = column_break(old->old_value, new->new_value);
    }
    td_mem_free(mem, added, bytes);
    return true;
}

/* ---- the whole -------------------------------------------------------------------------- */

static uint32_t field_break(const struct td_dag_change *change, bool key)
{
    bool added = change->pub.kind == TRACEDAG_CHANGE_ADDED;
    bool removed = change->pub.kind == TRACEDAG_CHANGE_REMOVED;
    if (is_of(change, &td_publish_shape, TD_PUBLISH_STORAGE) && !added)
        return TRACEDAG_BREAK_STORAGE;
    if (is_of(change, &td_publish_shape, TD_PUBLISH_SCHEMA) && removed)
        return TRACEDAG_BREAK_SCHEMA_REMOVED;
    if (is_of(change, &td_table_shape, TD_TABLE_UNIQUE) && key)
        return TRACEDAG_BREAK_KEY;
    if (is_of(change, &td_column_shape, TD_COLUMN_TYPE))
        return TRACEDAG_BREAK_COLUMN_TYPE;
    if (is_of(change, &td_column_shape, TD_COLUMN_NULLABLE) && removed)
        return TRACEDAG_BREAK_COLUMN_NULLABLE;
    return 0;
}

bool td_breaks_dataset(const struct td_break_dataset *d, struct td_mem *mem,
                       uint32_t *by_job)
{
    *by_job = 0;
    if (!d->publish[TD_NEW])
        d->changes->pub.breaking = TRACEDAG_BREAK_DATASET_REMOVED;
    if (!d->publish[TD_OLD] || !d->publish[TD_NEW])
        return true;
    bool key;
    if (!key_differs(d, mem, &key))
        return false;
    bool update = appends(producer(d, TD_OLD)) != appends(producer(d, TD_NEW));
    bool told = d->publish[TD_OLD]->pub.schema && d->publish[TD_NEW]->pub.schema;
    if (update)
        *by_job = TRACEDAG_BREAK_UPDATE;
    else if (key && !told)
        *by_job = TRACEDAG_BREAK_KEY;
    for (size_t i = 0; i < d->count; i++) {
        tracedag_change *change = &d->changes[i].pub;
        change->breaking = field_break(&d->changes[i], key);
        if (change->kind ==
            TRACEDAG_CHANGE_MOVED) { /* what the other job does otherwise */
            change->breaking = *by_job;
            *by_job = 0;
        }
    }
    return d->count == 0 || break_columns(d, mem);
}

void td_breaks_job(struct td_dag_change *change, uint32_t by_job)
{
    uint32_t field =
        by_job == TRACEDAG_BREAK_UPDATE ? TD_JOB_UPDATE_STRATEGY : TD_JOB_UNIQUE_KEY;
    if (by_job && is_of(change, &td_job_shape, field))
        change->pub.breaking = by_job;
}
