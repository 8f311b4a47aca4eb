#include "edits.h"
#include "lint_parts.h"
#include "number.h"
#include "schedule_gap.h"

/* ---- a field of a job ------------------------------------------------------------------- */

struct judged {
    struct td_reader *r;
    const struct td_job *job;
    struct td_scope scope;
};

static struct td_str job_words(const struct judged *j)
{
    return td_scope_owner(j->r->diag, &j->scope);
}

/* A finding about a field that the job has; it points at the value, or the key of a block. */
static struct td_finding *report(const struct judged *j, uint32_t code,
                                 enum td_job_field field)
{
    const struct td_tree *tree = j->r->tree;
    struct td_str name = td_job_shape.fields[field].name;
    uint32_t key = td_find_key(tree, j->job->node, name);
    uint32_t value = key ? td_after(tree, key) : j->job->node;
    struct td_finding *f = td_scope_report(j->r->diag, tree, &j->scope, code,
                                           td_value_span(tree, value, key, 0), value);
    td_data_text(j->r->diag, f, "name", name);
    return f;
}

/* ---- times ------------------------------------------------------------------------------ */

static void judge_lambda(const struct judged *j)
{
    enum { LAMBDA_SECONDS_MOST = 900 }; /* the provider's limit on a run */
    struct td_diag *diag = j->r->diag;
    if (j->job->pub.runtime != TRACEDAG_RUNTIME_LAMBDA ||
        j->job->pub.timeout_seconds <= LAMBDA_SECONDS_MOST)
        return;
    struct td_finding *f = report(j, TRACEDAG_CODE_LAMBDA_TIMEOUT, TD_JOB_TIMEOUT);
    td_message(diag, f, "`timeout_seconds` of %t is %u s; `lambda` stops after 900 s",
               job_words(j), (uint64_t)j->job->pub.timeout_seconds);
    td_help(diag, f, "set 900 or less, or use `runtime: ecs_platform`");
}

/* The value of a whole number that the job itself has; 0 when it has none. */
static uint64_t own_number(const struct judged *j, enum td_job_field field)
{
    uint32_t value = j->job->field[field];
    int64_t number = 0;
    if (td_usable(value) && td_node_raw(j->r->tree, value)->kind == TD_INTEGER)
        td_integer_small(td_node_text(j->r->tree, value), &number);
    return number > 0 ? (uint64_t)number : 0;
}

static void judge_heartbeat(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    uint64_t heartbeat = own_number(j, TD_JOB_HEARTBEAT);
    uint64_t timeout = j->job->pub.timeout_seconds;
    if (timeout == 0 || heartbeat <= timeout)
        return;
    struct td_finding *f = report(j, TRACEDAG_CODE_HEARTBEAT, TD_JOB_HEARTBEAT);
    td_message(diag, f, "heartbeat timeout of %t, %u s, is longer than its timeout, %u s",
               job_words(j), heartbeat, timeout);
    td_help(diag, f, "set less than `timeout_seconds`, or remove it");
}

static void judge_overlap(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    uint64_t timeout = j->job->pub.timeout_seconds;
    struct td_str text = td_slice(j->job->pub.schedule);
    struct td_schedule schedule;
    struct td_schedule_fault fault;
    if (timeout == 0 || text.len == 0 || !td_schedule_parse(text, &schedule, &fault))
        return;
    bool even;
    uint64_t gap = td_schedule_gap(&schedule, &even);
    if (timeout <= gap)
        return;
    struct td_finding *f = report(j, TRACEDAG_CODE_OVERLAP, TD_JOB_TIMEOUT);
    td_message(diag, f,
               even ? "%t starts every %u s and may run %u s"
                    : "%t has starts %u s apart and may run %u s",
               job_words(j), gap, timeout);
    td_help(diag, f, "lower `timeout_seconds`, or start it less often");
}

/* ---- what is written -------------------------------------------------------------------- */

/* Whether two usable values of one field say the same. */
static bool same_value(const struct td_tree *tree, uint32_t a, uint32_t b)
{
    struct td_str left = td_node_text(tree, a);
    struct td_str right = td_node_text(tree, b);
    int64_t numbers[2];
    uint32_t seconds[2];
    if (td_node_raw(tree, a)->kind == TD_INTEGER)
        return td_integer_small(left, &numbers[0]) &&
               td_integer_small(right, &numbers[1]) && numbers[0] == numbers[1];
    if (td_duration_parse(left, &seconds[0]) == TD_DURATION_OK &&
        td_duration_parse(right, &seconds[1]) == TD_DURATION_OK)
        return seconds[0] == seconds[1];
    return td_str_eq(left, right);
}

static void judge_defaults(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    for (uint32_t i = 0; i < TD_DEFAULT_COUNT; i++) {
        uint32_t field = td_job_field_of(i);
        uint32_t own = j->job->field[field];
        uint32_t other = j->r->model->defaults[i];
        if (!td_usable(own) || !td_usable(other) || !same_value(j->r->tree, own, other))
            continue;
        struct td_finding *f = report(j, TRACEDAG_CODE_DEFAULT_REPEATED, field);
        td_message(diag, f, "%q of %t repeats `defaults`",
                   td_job_shape.fields[field].name, job_words(j));
        td_help(diag, f, "remove it");
        uint32_t key =
            td_find_key(j->r->tree, j->job->node, td_job_shape.fields[field].name);
        td_edit_remove_entry(diag, f, TRACEDAG_SAFETY_SAFE, j->r->tree, j->job->node,
                             key);
    }
}

static void judge_bundle(const struct judged *j)
{
    if (j->job->field[TD_JOB_UDF] == 0 ||
        j->job->pub.update_strategy != TRACEDAG_UPDATE_REPLACE)
        return;
    struct td_diag *diag = j->r->diag;
    struct td_finding *f = report(j, TRACEDAG_CODE_UDF_REPLACE, TD_JOB_UPDATE_STRATEGY);
    td_message(diag, f,
               "%t runs a user bundle with `replace`; `append` with `unique_key` makes "
               "retries safe",
               job_words(j));
}

/* Columns that platforms fill in for each attempt. */
static bool differs_between_attempts(struct td_str column)
{
    static const struct td_str names[] = {
        {"attempt", 7}, {"created_at", 10}, {"lease_token", 11}, {"processed_at", 12},
        {"task_id", 7}, {"updated_at", 10}, {"worker_id", 9},
    };
    for (size_t i = 0; i < TD_COUNT(names); i++) {
        if (td_str_eq(column, names[i]))
            return true;
    }
    return false;
}

static void judge_key(const struct judged *j)
{
    const struct td_tree *tree = j->r->tree;
    struct td_diag *diag = j->r->diag;
    uint32_t list = j->job->field[TD_JOB_UNIQUE_KEY];
    if (!td_usable(list))
        return;
    for (uint32_t at = list + 1; at < td_after(tree, list); at = td_after(tree, at)) {
        struct td_str column = td_node_text(tree, td_follow(tree, at));
        if (!differs_between_attempts(column))
            continue;
        struct td_finding *f = td_scope_report(
            diag, tree, &j->scope, TRACEDAG_CODE_ATTEMPT_KEY, td_node_span(tree, at), at);
        td_message(diag, f, "`unique_key` of %t has %q, which differs between attempts",
                   job_words(j), column);
        td_help(diag, f, "use columns that a retry writes alike");
        td_data_text(diag, f, "name", column);
    }
}

void td_lint_job(const struct td_lint *lint, const struct td_job *job)
{
    const struct judged j = {lint->r, job, td_job_scope(lint->r->model, job)};
    judge_lambda(&j);
    judge_heartbeat(&j);
    judge_overlap(&j);
    judge_defaults(&j);
    judge_bundle(&j);
    judge_key(&j);
}
