#include "catalog.h"
#include "edits.h"
#include "rules.h"

struct judged {
    struct td_reader *r;
    const struct td_job *job;
    struct td_scope scope;
    const tracedag_operator *allowed; /* what the catalog says; NULL for nothing */
};

static bool has(const struct judged *j, enum td_job_field field)
{
    return j->job->field[field] != 0;
}

static bool is_sound(const struct judged *j, enum td_job_field field)
{
    return td_usable(j->job->field[field]);
}

static struct td_str job_words(const struct judged *j)
{
    return td_scope_owner(j->r->diag, &j->scope);
}

static struct td_str field_name(enum td_job_field field)
{
    return td_job_shape.fields[field].name;
}

/* A finding about a field that is missing. */
static struct td_finding *report_missing(const struct judged *j, uint32_t code,
                                         enum td_job_field field)
{
    struct td_finding *f =
        td_scope_report(j->r->diag, j->r->tree, &j->scope, code,
                        td_scope_opener(j->r->tree, &j->scope), j->job->node);
    td_data_text(j->r->diag, f, "name", field_name(field));
    return f;
}

/* A finding about a field that is there; it points at the key. NULL when there is no such key,
 * as for a misspelt one, which is reported already. */
static struct td_finding *report_key(const struct judged *j, uint32_t code,
                                     enum td_job_field field)
{
    uint32_t key = td_find_key(j->r->tree, j->job->node, field_name(field));
    if (key == 0)
        return NULL;
    struct td_finding *f = td_scope_report(j->r->diag, j->r->tree, &j->scope, code,
                                           td_node_span(j->r->tree, key), key);
    td_data_text(j->r->diag, f, "name", field_name(field));
    return f;
}

static void offer_removal(const struct judged *j, struct td_finding *f,
                          enum td_job_field field)
{
    uint32_t key = td_find_key(j->r->tree, j->job->node, field_name(field));
    td_edit_remove_entry(j->r->diag, f, TRACEDAG_SAFETY_UNSAFE, j->r->tree, j->job->node,
                         key);
}

/* ---- activation ------------------------------------------------------------------------- */

static void needs(const struct judged *j, enum td_job_field field, const char *what)
{
    bool cut = (j->r->tree->nodes[j->job->node].flags & TD_CUT_OFF) != 0;
    if (has(j, field) || cut)
        return;
    struct td_finding *f = report_missing(j, TRACEDAG_CODE_NEEDED_BY_ACTIVATION, field);
    td_message(j->r->diag, f, "%t is %s and has no %q", job_words(j), what,
               field_name(field));
    td_help(j->r->diag, f, "%s", td_job_shape.fields[field].advice);
}

static void belongs_elsewhere(const struct judged *j, enum td_job_field field,
                              const char *what, const char *other)
{
    struct td_finding *f =
        has(j, field) ? report_key(j, TRACEDAG_CODE_WRONG_ACTIVATION, field) : NULL;
    if (!f)
        return;
    td_message(j->r->diag, f, "%t is %s; %q belongs to %s jobs", job_words(j), what,
               field_name(field), other);
    td_help(j->r->diag, f, "remove it, or change `activation`");
    offer_removal(j, f, field);
}

static void judge_reactive(const struct judged *j)
{
    bool outputs_known = is_sound(j, TD_JOB_OUTPUTS);
    needs(j, TD_JOB_INPUTS, "reactive");
    needs(j, TD_JOB_EXECUTION_STRATEGY, "reactive");
    if (outputs_known && j->job->pub.outputs > 0)
        needs(j, TD_JOB_UPDATE_STRATEGY, "reactive");
    belongs_elsewhere(j, TD_JOB_SOURCE, "reactive", "source");
    belongs_elsewhere(j, TD_JOB_BOOTSTRAP, "reactive", "source");
}

static void judge_source(const struct judged *j)
{
    needs(j, TD_JOB_SOURCE, "a source job");
    belongs_elsewhere(j, TD_JOB_INPUTS, "a source job", "reactive");
    belongs_elsewhere(j, TD_JOB_EXECUTION_STRATEGY, "a source job", "reactive");
}

/* ---- keys ------------------------------------------------------------------------------- */

static void judge_append(const struct judged *j)
{
    bool cut = (j->r->tree->nodes[j->job->node].flags & TD_CUT_OFF) != 0;
    if (has(j, TD_JOB_UNIQUE_KEY) || cut)
        return;
    struct td_finding *f =
        report_missing(j, TRACEDAG_CODE_APPEND_WITHOUT_KEY, TD_JOB_UNIQUE_KEY);
    td_message(j->r->diag, f, "%t appends and has no `unique_key`", job_words(j));
    td_help(j->r->diag, f,
            "list the columns that identify a row, as in `unique_key: [dedupe_key]`");
}

/* Whether the job may leave its strategy out: then an absent one counts as known. */
static bool needs_no_strategy(const struct judged *j)
{
    return j->job->pub.activation == TRACEDAG_ACTIVATION_SOURCE ||
           (j->job->pub.activation == TRACEDAG_ACTIVATION_REACTIVE &&
            is_sound(j, TD_JOB_OUTPUTS) && j->job->pub.outputs == 0);
}

static void judge_key_use(const struct judged *j, const char *where)
{
    struct td_finding *f =
        has(j, TD_JOB_UNIQUE_KEY)
            ? report_key(j, TRACEDAG_CODE_KEY_WITHOUT_APPEND, TD_JOB_UNIQUE_KEY)
            : NULL;
    if (!f)
        return;
    td_message(j->r->diag, f, "`unique_key` of %t has no effect %s", job_words(j), where);
    td_help(j->r->diag, f, "remove it, or use `append`");
    offer_removal(j, f, TD_JOB_UNIQUE_KEY);
}

static void judge_keys(const struct judged *j)
{
    if (j->job->pub.update_strategy == TRACEDAG_UPDATE_APPEND)
        judge_append(j);
    else if (j->job->pub.update_strategy == TRACEDAG_UPDATE_REPLACE)
        judge_key_use(j, "with `update_strategy: replace`");
    else if (!has(j, TD_JOB_UPDATE_STRATEGY) && needs_no_strategy(j))
        judge_key_use(j, "without `update_strategy: append`");
}

/* ---- trust ------------------------------------------------------------------------------ */

static bool asks_secrets(const struct judged *j)
{
    uint32_t secrets = j->job->field[TD_JOB_SECRETS];
    if (secrets == TD_POISON) {
        uint32_t key = td_find_key(j->r->tree, j->job->node, TD_S("secrets"));
        uint32_t value = key ? td_follow(j->r->tree, td_after(j->r->tree, key)) : 0;
        return value && j->r->tree->nodes[value].kind == TD_LIST;
    }
    return j->job->pub.secret_count > 0;
}

static void judge_bundle(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    if (j->job->pub.runtime != 0 && j->job->pub.runtime != TRACEDAG_RUNTIME_LAMBDA) {
        struct td_finding *f = report_key(j, TRACEDAG_CODE_UDF_RUNTIME, TD_JOB_UDF);
        if (f) {
            td_message(diag, f, "%t runs a user bundle, which v1 allows on `lambda` only",
                       job_words(j));
            td_help(diag, f, "use `runtime: lambda`, or remove `udf`");
        }
    }
    struct td_finding *f =
        asks_secrets(j) ? report_key(j, TRACEDAG_CODE_UDF_SECRETS, TD_JOB_SECRETS) : NULL;
    if (!f)
        return;
    td_message(diag, f, "%t runs a user bundle and cannot request `secrets`",
               job_words(j));
    td_help(diag, f, "remove `secrets`; give the work that needs them to a platform job");
}

static bool needs_bundle(const struct judged *j)
{
    return td_str_eq(td_slice(j->job->pub.operator_name), TD_S("udf")) ||
           (j->allowed && j->allowed->udf == TRACEDAG_POLICY_REQUIRED);
}

static void judge_trust(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    bool cut = (j->r->tree->nodes[j->job->node].flags & TD_CUT_OFF) != 0;
    if (has(j, TD_JOB_UDF)) {
        judge_bundle(j);
        return;
    }
    if (needs_bundle(j) && !cut) {
        struct td_finding *f = report_missing(j, TRACEDAG_CODE_MISSING_UDF, TD_JOB_UDF);
        td_message(diag, f, "%t uses operator %q and has no `udf` block", job_words(j),
                   td_slice(j->job->pub.operator_name));
        td_help(diag, f, "add `udf:` with `bundle_id`");
    }
    if (j->job->pub.runtime == TRACEDAG_RUNTIME_LAMBDA && asks_secrets(j) &&
        !(j->allowed && j->allowed->trusted_on_lambda)) {
        struct td_finding *f =
            report_key(j, TRACEDAG_CODE_UNTRUSTED_SECRETS, TD_JOB_SECRETS);
        td_message(diag, f,
                   "%t requests secrets on runtime `lambda`, which is not trusted",
                   job_words(j));
        td_help(diag, f, "use `runtime: ecs_platform`, or remove `secrets`");
    }
}

void td_rules_jobs(struct td_reader *r)
{
    for (size_t i = 0; i < r->model->job_count; i++) {
        const struct td_job *job = &r->model->jobs[i];
        struct judged j = {r, job, td_job_scope(r->model, job), NULL};
        if (r->catalog)
            j.allowed = td_catalog_operator(r->catalog, td_slice(job->pub.operator_name));
        if (job->pub.activation == TRACEDAG_ACTIVATION_REACTIVE)
            judge_reactive(&j);
        else if (job->pub.activation == TRACEDAG_ACTIVATION_SOURCE)
            judge_source(&j);
        judge_keys(&j);
        judge_trust(&j);
    }
}
