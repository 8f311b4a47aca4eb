/* A group as text for people and as JSON Lines: each dataset with who publishes and who reads it,
 * and what the group is made of. */
#include "group.h"

/* ---- small pieces ----------------------------------------------------------------------- */

static struct td_str str(tracedag_text text)
{
    return (struct td_str){text.ptr, text.len};
}

static void put_count(struct td_buf *out, uint64_t count, const char *what)
{
    td_buf_number(out, count);
    td_buf_text(out, what);
    if (count != 1)
        td_buf_byte(out, 's');
}

static const struct tracedag_outline *outline_of(const struct tracedag_group *g,
                                                 const tracedag_dataset_use *use)
{
    return g->outlines[use->document];
}

static const tracedag_dataset_use *use_at(const tracedag_list *list, size_t index)
{
    return &((const struct td_shared_use *)list->items)[index].pub;
}

static const char *const known_word[] = {
    [0] = "unknown",
    [TRACEDAG_KNOWN_PUBLISHED] = "published",
    [TRACEDAG_KNOWN_CATALOG] = "catalog",
    [TRACEDAG_KNOWN_REJECTED] = "rejected",
};

/* ---- text ------------------------------------------------------------------------------- */

/* "DAG `a` (a.yaml:9), job `x`". A name of a file is shown as it can be seen, and whole. */
static void put_use(struct td_buf *out, const struct tracedag_group *g,
                    const tracedag_dataset_use *use)
{
    const struct tracedag_outline *o = outline_of(g, use);
    td_buf_text(out, "`");
    td_buf_str(out, o->name);
    td_buf_text(out, "` (");
    td_buf_escaped(out, o->file, SIZE_MAX);
    td_buf_byte(out, ':');
    td_buf_number(out, use->line);
    td_buf_text(out, "), job `");
    td_buf_str(out, str(use->job));
    td_buf_byte(out, '`');
}

static void put_origin(struct td_buf *out, const struct tracedag_group *g,
                       const tracedag_shared_dataset *dataset)
{
    static const char *const words[] = {
        [0] = "published by no DAG here",
        [TRACEDAG_KNOWN_CATALOG] = "of the catalog",
        [TRACEDAG_KNOWN_REJECTED] = "named by a rejected document",
    };
    if (dataset->publishers.count == 0)
        td_buf_text(out, words[dataset->known]);
    for (size_t i = 0; i < dataset->publishers.count; i++) {
        td_buf_text(out, i ? ", and by " : "published by ");
        put_use(out, g, use_at(&dataset->publishers, i));
    }
}

static void put_dataset(struct td_buf *out, const struct tracedag_group *g,
                        const tracedag_shared_dataset *dataset)
{
    td_buf_byte(out, '`');
    td_buf_str(out, str(dataset->name));
    td_buf_text(out, "`: ");
    put_origin(out, g, dataset);
    td_buf_byte(out, '\n');
    for (size_t i = 0; i < dataset->readers.count; i++) {
        td_buf_text(out, "  read by ");
        put_use(out, g, use_at(&dataset->readers, i));
        td_buf_byte(out, '\n');
    }
    if (dataset->readers.count == 0)
        td_buf_text(out, "  read by no DAG\n");
}

/* What was not looked at is said with the counts, or it would seem to be in order. */
static void put_limits(struct td_buf *out, const tracedag_group_counts *counts)
{
    if (counts->rejected > 0) {
        td_buf_text(out, "; ");
        put_count(out, counts->rejected, " rejected document");
        td_buf_text(out, " left out, but for the names that are published");
    }
    if (counts->unread > 0) {
        td_buf_text(out, "; ");
        put_count(out, counts->unread, " document");
        td_buf_text(out, " not read");
    }
    if (!counts->all_known)
        td_buf_text(out, "; unknown datasets were not looked for, for it is not known of "
                         "all documents what they publish");
}

static void put_counts(struct td_buf *out, const tracedag_group_counts *counts)
{
    td_buf_text(out, "together: ");
    put_count(out, counts->dags, " DAG");
    td_buf_text(out, ", ");
    put_count(out, counts->datasets, " dataset");
    td_buf_text(out, ", ");
    put_count(out, counts->errors, " error");
    td_buf_text(out, ", ");
    put_count(out, counts->warnings, " warning");
    put_limits(out, counts);
    td_buf_byte(out, '\n');
}

/* ---- JSON Lines ------------------------------------------------------------------------- */

static void put_number(struct td_buf *out, const char *key, uint64_t number)
{
    td_buf_text(out, key);
    td_buf_number(out, number);
}

static void put_string(struct td_buf *out, const char *key, struct td_str text)
{
    td_buf_text(out, key);
    td_buf_json(out, text);
}

static void put_json_uses(struct td_buf *out, const struct tracedag_group *g,
                          const char *key, const tracedag_list *list)
{
    td_buf_text(out, key);
    td_buf_byte(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        const tracedag_dataset_use *use = use_at(list, i);
        const struct tracedag_outline *o = outline_of(g, use);
        put_string(out, i ? ",{\"dag\":" : "{\"dag\":", o->name);
        put_string(out, ",\"file\":", o->file);
        put_number(out, ",\"line\":", use->line);
        put_string(out, ",\"job\":", str(use->job));
        put_number(out, ",\"index\":", use->item);
        td_buf_byte(out, '}');
    }
    td_buf_byte(out, ']');
}

static void put_json_dataset(struct td_buf *out, const struct tracedag_group *g,
                             const tracedag_shared_dataset *dataset)
{
    put_string(out, "{\"v\":1,\"type\":\"dataset\",\"name\":", str(dataset->name));
    td_buf_text(out, ",\"known\":\"");
    td_buf_text(out, known_word[dataset->known]);
    td_buf_byte(out, '"');
    put_json_uses(out, g, ",\"publishers\":", &dataset->publishers);
    put_json_uses(out, g, ",\"readers\":", &dataset->readers);
    td_buf_text(out, "}\n");
}

static void put_json_counts(struct td_buf *out, const tracedag_group_counts *counts)
{
    put_number(out, "{\"v\":1,\"type\":\"group\",\"documents\":", counts->documents);
    put_number(out, ",\"dags\":", counts->dags);
    put_number(out, ",\"rejected\":", counts->rejected);
    put_number(out, ",\"unread\":", counts->unread);
    put_number(out, ",\"datasets\":", counts->datasets);
    put_number(out, ",\"errors\":", counts->errors);
    put_number(out, ",\"warnings\":", counts->warnings);
    td_buf_text(out, ",\"all_known\":");
    td_buf_text(out, counts->all_known ? "true}\n" : "false}\n");
}

/* ---- all of it -------------------------------------------------------------------------- */

void td_group_write_datasets(const struct tracedag_group *group, bool json,
                             struct td_buf *out)
{
    for (size_t i = 0; i < group->dataset_count && !out->failed; i++)
        (json ? put_json_dataset : put_dataset)(out, group, &group->datasets[i]);
}

void td_group_write_counts(const struct tracedag_group *group, bool json,
                           struct td_buf *out)
{
    (json ? put_json_counts : put_counts)(out, &group->counts);
}
