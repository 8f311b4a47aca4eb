/* What becomes of outputs: who reads them, and by which name they are published. */
#include "lint_parts.h"

enum { BITS = 64 };

/* The outputs that are read or published, a bit each; those of a job begin at its place. */
struct reads {
    const struct td_lint *lint;
    uint64_t *bits;
    size_t *first; /* of each job of the file */
};

static void mark(struct reads *reads, uint32_t job, uint32_t output)
{
    size_t at = reads->first[job] + output;
    reads->bits[at / BITS] |= UINT64_C(1) << (at % BITS);
}

static bool is_read(const struct reads *reads, uint32_t job, uint32_t output)
{
    size_t at = reads->first[job] + output;
    return (reads->bits[at / BITS] >> (at % BITS)) & 1;
}

static void mark_all(struct reads *reads)
{
    const struct td_model *m = reads->lint->r->model;
    for (size_t i = 0; i < m->input_count; i++) {
        if (m->inputs[i].pub.job != TRACEDAG_NO_JOB)
            mark(reads, m->inputs[i].pub.job, m->inputs[i].pub.output);
    }
    for (size_t i = 0; i < m->publish_count; i++)
        mark(reads, m->publishes[i].pub.job, m->publishes[i].pub.output);
}

static uint32_t value_of(const struct td_tree *tree, const struct td_job *job,
                         struct td_str field)
{
    uint32_t key = td_find_key(tree, job->node, field);
    return key ? td_after(tree, key) : job->node;
}

static struct td_finding *report(const struct td_lint *lint, const struct td_scope *scope,
                                 uint32_t code, uint32_t value)
{
    const struct td_tree *tree = lint->r->tree;
    return td_scope_report(lint->r->diag, tree, scope, code, td_node_span(tree, value),
                           value);
}

static void report_job(const struct td_lint *lint, const struct td_scope *scope,
                       const struct td_job *job)
{
    struct td_diag *diag = lint->r->diag;
    struct td_finding *f = report(lint, scope, TRACEDAG_CODE_UNREAD_JOB,
                                  value_of(lint->r->tree, job, TD_S("name")));
    td_message(diag, f, "no job reads %t and none of its outputs is published",
               td_scope_owner(diag, scope));
    td_help(diag, f, "read or publish an output; a job that only acts has `outputs: 0`");
    td_data_text(diag, f, "name", td_slice(job->pub.name));
}

/* Outputs from `first` to before `behind`. */
static void report_outputs(const struct td_lint *lint, const struct td_scope *scope,
                           const struct td_job *job, uint32_t first, uint32_t behind)
{
    struct td_diag *diag = lint->r->diag;
    struct td_finding *f = report(lint, scope, TRACEDAG_CODE_UNREAD_OUTPUT,
                                  value_of(lint->r->tree, job, TD_S("outputs")));
    struct td_str words = td_scope_owner(diag, scope);
    if (behind - first == 1)
        td_message(diag, f, "output %u of %t is neither read nor published",
                   (uint64_t)first, words);
    else
        td_message(diag, f, "outputs %u to %u of %t are neither read nor published",
                   (uint64_t)first, (uint64_t)behind - 1, words);
    td_data_number(diag, f, "output", first);
    td_data_number(diag, f, "count", behind - first);
}

static void judge_job(const struct reads *reads, const struct td_job *job)
{
    const struct td_lint *lint = reads->lint;
    struct td_scope scope = td_job_scope(lint->r->model, job);
    uint32_t count = 0;
    for (uint32_t i = 0; i < job->pub.outputs; i++)
        count += is_read(reads, job->index, i);
    if (count == 0 && job->pub.outputs > 0)
        report_job(lint, &scope, job);
    for (uint32_t first = 0; count > 0 && first < job->pub.outputs;) {
        uint32_t behind = first;
        while (behind < job->pub.outputs && !is_read(reads, job->index, behind))
            behind++;
        if (behind > first)
            report_outputs(lint, &scope, job, first, behind);
        first = behind + 1;
    }
}

void td_lint_outputs(const struct td_lint *lint)
{
    const struct td_model *m = lint->r->model;
    struct reads reads = {.lint = lint};
    size_t total = 0;
    size_t size = m->job_count * sizeof *reads.first;
    reads.first = td_mem_alloc(m->mem, size);
    for (size_t i = 0; reads.first && i < m->job_count; i++) {
        reads.first[i] = total;
        total += m->jobs[i].pub.outputs;
    }
    size_t words = total / BITS + 1;
    reads.bits = reads.first ? td_mem_alloc(m->mem, words * sizeof *reads.bits) : NULL;
    if (reads.bits) {
        memset(reads.bits, 0, words * sizeof *reads.bits);
        mark_all(&reads);
        for (size_t i = 0; i < m->job_count; i++)
            judge_job(&reads, &m->jobs[i]);
    } else {
        lint->r->failed = true;
    }
    td_mem_free(m->mem, reads.bits, words * sizeof *reads.bits);
    td_mem_free(m->mem, reads.first, size);
}

void td_lint_publishes(const struct td_lint *lint)
{
    enum { POSTGRES_NAME_BYTES = 63 }; /* NAMEDATALEN - 1; what is longer is cut */
    const struct td_model *m = lint->r->model;
    struct td_diag *diag = lint->r->diag;
    for (size_t i = 0; i < m->publish_count; i++) {
        const struct td_publish *publish = &m->publishes[i];
        struct td_str name = td_slice(publish->pub.name);
        if (publish->pub.storage != TRACEDAG_STORAGE_POSTGRES ||
            name.len <= POSTGRES_NAME_BYTES ||
            td_faults_in(&lint->faults, publish->key,
                         td_after(m->tree, publish->key + 1)))
            continue;
        struct td_scope scope = td_publish_scope(m, publish);
        struct td_finding *f =
            td_scope_report(diag, m->tree, &scope, TRACEDAG_CODE_LONG_DATASET_NAME,
                            td_node_span(m->tree, publish->key), publish->key);
        td_message(diag, f, "dataset name %q has %u bytes, and PostgreSQL keeps 63", name,
                   (uint64_t)name.len);
        td_data_text(diag, f, "name", name);
    }
}
