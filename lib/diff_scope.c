/* Which jobs have to make their data anew: those that a change says so of, and all that read
 * them, directly or through datasets that the new version publishes. */
#include "diff.h"

#include "names.h"

struct scoping {
    struct tracedag_diff *diff;
    const struct td_model *m;
    tracedag_scope_job
        *jobs; /* of each new job: `reason` 0 while it is not in the scope */
    struct td_name *datasets; /* those that come from elsewhere now, and their changes */
    size_t dataset_count;
    size_t count;
};

/* The first reason stays, for changes come in the order of the reasons. */
static void mark(struct scoping *s, uint32_t job, uint32_t reason, uint32_t cause)
{
    if (s->jobs[job].reason)
        return;
    s->jobs[job] = (tracedag_scope_job){job, reason, cause};
    s->count++;
}

static void mark_changed(struct scoping *s)
{
    for (size_t i = 0; i < s->diff->change_count; i++) {
        const tracedag_change *c = &s->diff->changes[i].pub;
        if (c->class_id == TRACEDAG_CLASS_MATERIALIZATION &&
            c->new_job != TRACEDAG_NO_JOB)
            mark(s, c->new_job,
                 c->old_job == TRACEDAG_NO_JOB ? TRACEDAG_SCOPE_ADDED
                                               : TRACEDAG_SCOPE_CHANGED,
                 (uint32_t)i);
    }
}

/* It was added, removed or moved; what changed in its entry has a path. */
static bool comes_from_elsewhere(const tracedag_change *change)
{
    return change->subject == TRACEDAG_SUBJECT_DATASET &&
           (change->path.len == 0 || change->kind == TRACEDAG_CHANGE_MOVED);
}

static void collect_datasets(struct scoping *s)
{
    for (size_t i = 0; i < s->diff->change_count; i++) {
        const tracedag_change *c = &s->diff->changes[i].pub;
        if (comes_from_elsewhere(c))
            s->datasets[s->dataset_count++] = td_name_of(
                td_slice(c->new_name.ptr ? c->new_name : c->old_name), (uint32_t)i);
    }
}

/* Of each dataset there is one such change at most, and they stand in the order of its names. */
static void mark_readers(struct scoping *s)
{
    collect_datasets(s);
    for (size_t i = 0; s->dataset_count && i < s->m->input_count; i++) {
        const tracedag_input *input = &s->m->inputs[i].pub;
        const struct td_name *found = NULL;
        if (input->dataset.len)
            found =
                td_names_find(s->datasets, s->dataset_count, td_slice(input->dataset));
        if (found)
            mark(s, input->reader, TRACEDAG_SCOPE_DATASET, found->id);
    }
}

static void mark_by_inputs(struct scoping *s, uint32_t job)
{
    const tracedag_job *record = &s->m->jobs[job].pub;
    for (uint32_t i = 0; i < record->input_count; i++) {
        uint32_t read = s->m->inputs[record->first_input + i].pub.job;
        if (read != TRACEDAG_NO_JOB && s->jobs[read].reason)
            mark(s, job, TRACEDAG_SCOPE_DOWNSTREAM, read);
    }
}

static bool list_scope(struct scoping *s)
{
    struct tracedag_diff *diff = s->diff;
    if (s->count == 0)
        return true;
    diff->scope = td_mem_alloc(&diff->mem, s->count * sizeof *diff->scope);
    if (!diff->scope)
        return false;
    for (size_t i = 0; i < s->m->ordered; i++) {
        uint32_t job = s->m->order[i];
        if (s->jobs[job].reason)
            diff->scope[diff->scope_count++] = s->jobs[job];
    }
    return true;
}

bool td_diff_scope(struct tracedag_diff *diff)
{
    struct scoping s = {.diff = diff, .m = &diff->dag[TD_NEW]->model};
    size_t bytes = s.m->job_count * sizeof *s.jobs;
    size_t all = bytes + diff->change_count * sizeof *s.datasets;
    /* Names have the larger alignment, and come first. */
    s.datasets = td_mem_alloc(&diff->mem, all);
    if (!s.datasets)
        return false;
    s.jobs = (tracedag_scope_job *)(s.datasets + diff->change_count);
    memset(s.jobs, 0, bytes);
    mark_changed(&s);
    mark_readers(&s);
    for (size_t i = 0; i < s.m->ordered; i++)
        mark_by_inputs(&s, s.m->order[i]);
    bool done = list_scope(&s);
    td_mem_free(&diff->mem, s.datasets, all);
    return done;
}
