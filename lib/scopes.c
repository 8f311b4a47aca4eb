#include "scopes.h"

struct td_scope td_job_scope(const struct td_model *model, const struct td_job *job)
{
    return (struct td_scope){
        .kind = TD_SCOPE_JOB,
        .job = td_slice(job->pub.name),
        .job_index = job->index,
        .list = model->jobs_list,
        .node = job->node,
        .alias = job->node == job->item ? 0 : job->item,
    };
}

/* The alias that a job's inputs were reached by: then they do not lie in the job. */
static uint32_t list_alias(const struct td_tree *tree, const struct td_job *job,
                           uint32_t list)
{
    if (list > job->node)
        return 0; /* an alias stands for something before it */
    uint32_t key = td_find_key(tree, job->node, TD_S("inputs"));
    assert(key && tree->nodes[td_after(tree, key)].kind == TD_ALIAS);
    return td_after(tree, key);
}

struct td_scope td_input_scope(const struct td_model *model, const struct td_job *job,
                               const struct td_input *input)
{
    struct td_scope scope = td_job_scope(model, job);
    scope.kind = TD_SCOPE_INPUT;
    scope.input = input->index;
    scope.key = 0;
    scope.list = td_usable(job->field[TD_JOB_INPUTS]) ? job->field[TD_JOB_INPUTS] : 0;
    scope.node = td_follow(model->tree, input->item);
    if (scope.node != input->item)
        scope.alias = input->item;
    else if (scope.list && scope.alias == 0)
        scope.alias = list_alias(model->tree, job, scope.list);
    return scope;
}

struct td_scope td_publish_scope(const struct td_model *model,
                                 const struct td_publish *publish)
{
    (void)model;
    return (struct td_scope){
        .kind = TD_SCOPE_DATASET,
        .dataset = td_slice(publish->pub.name),
        .key = publish->key,
        .node = publish->node,
    };
}
