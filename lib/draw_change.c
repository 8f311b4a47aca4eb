/* What a picture shows of the change from another version: the fate of each node, and whether its
 * data is made anew. */
#include "draw_parts.h"

enum { NOTHING = UINT32_MAX };

static const tracedag_change *change_of(const struct td_picture *p, uint32_t node)
{
    uint32_t first = p->change ? p->first_change[node] : NOTHING;
    return first == NOTHING ? NULL : &p->change->changes[first].pub;
}

/* The node that a change is about; `node_count` where there is none in this version. */
static uint32_t changed_node(const struct td_picture *p, const tracedag_change *change)
{
    if (change->kind == TRACEDAG_CHANGE_REMOVED && change->path.len == 0)
        return p->node_count;
    if (change->subject == TRACEDAG_SUBJECT_DATASET)
        return td_draw_dataset(p, td_slice(change->new_name));
    return change->subject == TRACEDAG_SUBJECT_DAG ? p->node_count : change->new_job;
}

void td_draw_changes(struct td_picture *p)
{
    const struct tracedag_diff *diff = p->change;
    if (!diff)
        return;
    p->first_change =
        td_arena_array(&p->arena, (size_t)p->node_count + 1, sizeof *p->first_change);
    p->anew = td_arena_array(&p->arena, p->job_count, sizeof *p->anew);
    if (p->arena.failed)
        return;
    memset(p->first_change, 0xFF, p->node_count * sizeof *p->first_change);
    for (size_t i = diff->change_count; i > 0; i--)
        p->first_change[changed_node(p, &diff->changes[i - 1].pub)] = (uint32_t)(i - 1);
    for (size_t i = 0; i < diff->scope_count; i++)
        p->anew[diff->scope[i].job] = 1;
}

bool td_draw_is_anew(const struct td_picture *p, uint32_t node)
{
    if (!p->change)
        return false;
    if (td_draws_publish(p, node))
        node = td_drawn_publish(p, node)->job;
    return td_draws_job(p, node) && p->anew[node];
}

enum td_fate td_draw_fate(const struct td_picture *p, uint32_t node)
{
    const tracedag_change *change = change_of(p, node);
    if (!change)
        return td_draw_is_anew(p, node) ? TD_FATE_ANEW : TD_FATE_SAME;
    bool added = change->kind == TRACEDAG_CHANGE_ADDED && change->path.len == 0;
    return added ? TD_FATE_ADDED : TD_FATE_CHANGED;
}

struct td_str td_draw_fate_words(struct td_picture *p, uint32_t node)
{
    static const char *const words[] = {
        [TD_FATE_SAME] = "",
        [TD_FATE_ADDED] = "+ added",
        [TD_FATE_CHANGED] = "~ changed",
        [TD_FATE_ANEW] = "* made anew",
    };
    enum td_fate fate = td_draw_fate(p, node);
    const tracedag_change *change = change_of(p, node);
    p->words.len = 0;
    if (change && change->kind == TRACEDAG_CHANGE_RENAMED) {
        td_buf_text(&p->words, "~ renamed from ");
        td_buf_str(&p->words, td_slice(change->old_name));
    } else {
        td_buf_text(&p->words, words[fate]);
    }
    if (change && td_draw_is_anew(p, node))
        td_buf_text(&p->words, ", made anew");
    return (struct td_str){p->words.ptr, p->words.len};
}

bool td_draw_next_removed(const struct td_picture *p, size_t *at,
                          struct td_removed *removed)
{
    size_t count = p->change ? p->change->change_count : 0;
    while (*at < count) {
        const tracedag_change *change = &p->change->changes[(*at)++].pub;
        if (change->kind == TRACEDAG_CHANGE_REMOVED && change->path.len == 0) {
            removed->name = td_slice(change->old_name);
            removed->is_job = change->subject == TRACEDAG_SUBJECT_JOB;
            return true;
        }
    }
    return false;
}
