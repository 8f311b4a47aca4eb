#include "diff_render_parts.h"

#include "veil.h"

struct td_change_side td_change_side(const struct td_diff_view *view,
                                     const tracedag_change *change, size_t version)
{
    bool old = version == TD_OLD;
    const struct td_model *model = &view->diff->dag[version]->model;
    uint32_t job = old ? change->old_job : change->new_job;
    uint32_t origin = old ? change->old_origin : change->new_origin;
    struct td_change_side side = {.version = version,
                                  .value = old ? change->old_value : change->new_value};
    if (origin != TRACEDAG_ORIGIN_BUILT_IN)
        side.place = old ? &change->old_place : &change->new_place;
    if (change->subject != TRACEDAG_SUBJECT_DATASET && job != TRACEDAG_NO_JOB) {
        side.job = &model->jobs[job].pub;
        if (side.job->secret_count)
            side.secrets = model->names + side.job->first_secret;
    }
    return side;
}

struct td_change_side td_difference_side(const tracedag_difference *found, size_t version)
{
    bool old = version == TD_OLD;
    const tracedag_position *place = old ? &found->old_place : &found->new_place;
    return (struct td_change_side){
        .version = version,
        .value = old ? found->old_value : found->new_value,
        .place = place->line ? place : NULL,
    };
}

bool td_change_has(const tracedag_change *change, const struct td_change_side *side)
{
    return side->value.ptr || change->kind == TRACEDAG_CHANGE_RENAMED;
}

/* The last token of a pointer, which for a value of a map is its key. */
static struct td_str last_token(tracedag_text path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return (struct td_str){path.ptr + at, path.len - at};
}

bool td_change_value(const struct td_change_side *side, tracedag_text path,
                     struct td_buf *out)
{
    struct td_veil veil = {.key = last_token(path),
                           .secrets = side->secrets,
                           .secret_count = side->job ? side->job->secret_count : 0};
    return td_veil_json(&veil, td_slice(side->value), out);
}

const tracedag_change *td_change_at(const struct td_diff_view *view, size_t index)
{
    return &view->diff->changes[index].pub;
}

/* ---- columns ---------------------------------------------------------------------------- */

/* The index in `/schema/columns/12/type`, or in that without the end; false in other pointers. */
static bool column_index(tracedag_text path, uint32_t *index, bool *whole)
{
    static const char start[] = "/schema/columns/";
    size_t at = sizeof start - 1;
    if (path.len <= at || memcmp(path.ptr, start, at) != 0)
        return false;
    *index = 0;
    for (; at < path.len && path.ptr[at] != '/'; at++)
        *index = *index * 10 + (uint32_t)(path.ptr[at] - '0');
    *whole = at == path.len;
    return true;
}

/* A column is written with its name first, in which nothing is escaped. */
static tracedag_text name_in(tracedag_text column)
{
    const char *name = column.ptr + strlen("{\"name\":\"");
    return (tracedag_text){name, strcspn(name, "\"")};
}

static struct td_str name_of(const struct td_tree *tree, uint32_t column)
{
    uint32_t key = td_follow(tree, column) + 1;
    struct td_str name = td_column_shape.fields[TD_COLUMN_NAME].name;
    while (!td_str_eq(td_node_text(tree, key), name))
        key = td_after(tree, td_after(tree, key));
    return td_node_text(tree, td_follow(tree, td_after(tree, key)));
}

/* Goes on to the dataset that a change is of. */
static void go_to_dataset(const struct td_model *model, struct td_columns *columns,
                          tracedag_text name)
{
    while (
        !td_str_eq(td_slice(model->publishes[columns->publish].pub.name), td_slice(name)))
        columns->publish++;
    uint32_t list = td_follow(model->tree,
                              model->publishes[columns->publish].table[TD_TABLE_COLUMNS]);
    if (columns->list != list)
        *columns = (struct td_columns){columns->publish, list, 0, list + 1};
}

tracedag_text td_change_column(const struct td_diff_view *view,
                               struct td_columns *columns, const tracedag_change *change)
{
    const struct td_model *model = &view->diff->dag[TD_NEW]->model;
    uint32_t index;
    bool whole;
    if (change->subject != TRACEDAG_SUBJECT_DATASET ||
        !column_index(change->path, &index, &whole))
        return (tracedag_text){NULL, 0};
    if (whole)
        return name_in(change->old_value.ptr ? change->old_value : change->new_value);
    go_to_dataset(model, columns, change->new_name);
    for (; columns->index < index; columns->index++)
        columns->at = td_after(model->tree, columns->at);
    return td_public(name_of(model->tree, columns->at));
}

/* ---- what is shown ---------------------------------------------------------------------- */

bool td_change_shows(const struct td_diff_view *view, const tracedag_change *change)
{
    return !view->breaking || change->breaking;
}

void td_change_count(const struct td_diff_view *view, size_t counts[TD_CLASSES])
{
    memset(counts, 0, TD_CLASSES * sizeof *counts);
    for (size_t i = 0; i < view->diff->change_count; i++) {
        const tracedag_change *change = td_change_at(view, i);
        if (!td_change_shows(view, change))
            continue;
        counts[0]++;
        counts[change->class_id]++;
    }
}

/* ---- words ------------------------------------------------------------------------------ */

const char *td_change_word(uint32_t kind)
{
    static const char *const words[] = {
        [TRACEDAG_CHANGE_ADDED] = "added",     [TRACEDAG_CHANGE_REMOVED] = "removed",
        [TRACEDAG_CHANGE_RENAMED] = "renamed", [TRACEDAG_CHANGE_MOVED] = "moved",
        [TRACEDAG_CHANGE_CHANGED] = "changed",
    };
    return words[kind];
}

const char *td_class_word(uint32_t class_id)
{
    static const char *const words[] = {
        [TRACEDAG_CLASS_MATERIALIZATION] = "materialization",
        [TRACEDAG_CLASS_TRIGGER] = "trigger",
        [TRACEDAG_CLASS_PUBLISHING] = "publishing",
        [TRACEDAG_CLASS_TUNING] = "tuning",
    };
    return words[class_id];
}

const char *td_break_word(uint32_t breaking)
{
    static const char *const words[] = {
        [TRACEDAG_BREAK_DATASET_REMOVED] = "dataset-removed",
        [TRACEDAG_BREAK_SCHEMA_REMOVED] = "schema-removed",
        [TRACEDAG_BREAK_COLUMN_REMOVED] = "column-removed",
        [TRACEDAG_BREAK_COLUMN_TYPE] = "column-type",
        [TRACEDAG_BREAK_COLUMN_NULLABLE] = "column-nullable",
        [TRACEDAG_BREAK_KEY] = "key",
        [TRACEDAG_BREAK_STORAGE] = "storage",
        [TRACEDAG_BREAK_UPDATE] = "update",
    };
    return words[breaking];
}
