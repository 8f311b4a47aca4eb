#include "lint.h"

#include "lint_parts.h"

bool td_lint_judges(const struct td_lint *lint, const struct td_job *job)
{
    const struct td_tree *tree = lint->r->tree;
    return job->node != 0 && job->node == job->item &&
           !td_faults_in(&lint->faults, job->node, td_after(tree, job->node));
}

/* Anchors that no alias names, as reading found them. */
static void judge_anchors(const struct td_lint *lint, uint32_t subject)
{
    const struct td_tree *tree = lint->r->tree;
    struct td_diag *diag = lint->r->diag;
    for (size_t i = 0; i < tree->unused_count; i++) {
        struct td_span span = tree->unused[i].span;
        struct td_str text = td_source_text(tree->source, span);
        struct td_finding *f =
            td_report(diag, TRACEDAG_CODE_UNUSED_ANCHOR, span, tree->unused[i].node);
        td_message(diag, f, "anchor %q is never used", text);
        td_subject(diag, f, subject, TD_S(""), 0);
        td_data_text(diag, f, "name", (struct td_str){text.ptr + 1, text.len - 1});
    }
}

/* False when there is nothing to judge, or nothing more to be said. */
static bool begin(struct td_lint *lint, struct td_reader *r)
{
    *lint = (struct td_lint){.r = r,
                             .sound = r->diag->by_severity[TRACEDAG_SEVERITY_ERROR] == 0};
    bool map = r->tree->nodes[r->tree->root].kind == TD_MAP;
    if (!map || td_is_full(r->diag)) /* there is enough to mend */
        return false;
    r->failed = !td_faults_collect(&lint->faults, r->model->mem, r->diag);
    return !r->failed;
}

void td_lint_catalog(struct td_reader *r)
{
    struct td_lint lint;
    if (!begin(&lint, r))
        return;
    td_lint_entries(&lint);
    if (lint.sound)
        judge_anchors(&lint, TRACEDAG_SUBJECT_CATALOG);
    td_faults_free(&lint.faults, r->model->mem);
}

void td_lint(struct td_reader *r)
{
    struct td_lint lint;
    if (!begin(&lint, r))
        return;
    td_lint_values(&lint);
    for (size_t i = 0; i < r->model->job_count; i++) {
        if (td_lint_judges(&lint, &r->model->jobs[i]))
            td_lint_job(&lint, &r->model->jobs[i]);
    }
    td_lint_publishes(&lint);
    if (lint.sound) {
        judge_anchors(&lint, TRACEDAG_SUBJECT_DAG);
        td_lint_outputs(&lint);
    }
    td_faults_free(&lint.faults, r->model->mem);
}
