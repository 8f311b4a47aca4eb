#include "edits.h"
#include "rules_parts.h"

enum { LISTED_MOST = 8 };

/* A job while it is held against its operator. */
struct judged {
    struct td_reader *r;
    const struct td_job *job;
    struct td_scope scope;
    const tracedag_operator *allowed;
};

static struct td_str job_words(const struct judged *j)
{
    return td_scope_owner(j->r->diag, &j->scope);
}

static struct td_str operator_name(const struct judged *j)
{
    return td_slice(j->job->pub.operator_name);
}

/* A finding about the value of a field, which is there. */
static struct td_finding *report_value(const struct judged *j, uint32_t code,
                                       enum td_job_field field)
{
    uint32_t value = j->job->field[field];
    struct td_finding *f = td_scope_report(j->r->diag, j->r->tree, &j->scope, code,
                                           td_value_span(j->r->tree, value, 0, 0), value);
    td_data_text(j->r->diag, f, "name", td_job_shape.fields[field].name);
    return f;
}

/* One about a key, or about the job where it has no such key. */
static struct td_finding *report_key(const struct judged *j, uint32_t code,
                                     enum td_job_field field)
{
    const struct td_tree *tree = j->r->tree;
    struct td_str name = td_job_shape.fields[field].name;
    uint32_t key = td_find_key(tree, j->job->node, name);
    struct td_span span =
        key ? td_node_span(tree, key) : td_scope_opener(tree, &j->scope);
    struct td_finding *f = td_scope_report(j->r->diag, tree, &j->scope, code, span,
                                           key ? key : j->job->node);
    td_data_text(j->r->diag, f, "name", name);
    return f;
}

/* ---- the operator ----------------------------------------------------------------------- */

static struct td_str name_at(const void *set, size_t i)
{
    const struct td_index *index = set;
    return index->names[i].text;
}

static void list_names(struct td_reader *r, struct td_finding *f,
                       const struct td_index *index, const char *noun)
{
    struct td_str few[LISTED_MOST];
    if (index->count == 0) {
        td_help(r->diag, f, "the catalog allows no %s", noun);
    } else if (index->count > LISTED_MOST) {
        td_help(r->diag, f, "the catalog has %n %s, and none has a similar name",
                (uint64_t)index->count, noun);
    } else {
        for (size_t i = 0; i < index->count; i++)
            few[i] = name_at(index, i);
        td_help(r->diag, f, "%s of the catalog: %t", noun,
                td_listed(r->diag, few, index->count, "and"));
    }
}

void td_catalog_advise(struct td_reader *r, struct td_finding *f, struct td_str found,
                       const struct td_index *index, const char *noun, uint32_t node)
{
    struct td_advice advice = {name_at, index, index->count, node};
    struct td_suggest_result near = td_advise(r, f, found, &advice);
    if (td_kept(r->diag, f) && near.count == 0)
        list_names(r, f, index, noun);
}

/* The value of a field where it stands in the job itself; 0 behind an alias, which stands for
 * something before the job. */
static uint32_t own_value(const struct judged *j, enum td_job_field field)
{
    uint32_t value = j->job->field[field];
    return value > j->job->node ? value : 0;
}

static void unknown_operator(const struct judged *j)
{
    struct td_finding *f =
        report_value(j, TRACEDAG_CODE_UNKNOWN_OPERATOR, TD_JOB_OPERATOR);
    td_message(j->r->diag, f, "%t uses operator %q, which is not in the catalog",
               job_words(j), operator_name(j));
    td_data_text(j->r->diag, f, "found", operator_name(j));
    td_catalog_advise(j->r, f, operator_name(j), &j->r->catalog->operators, "operators",
                      own_value(j, TD_JOB_OPERATOR));
}

/* ---- words that an operator allows ------------------------------------------------------ */

/* The words of a set; gives how many. */
static size_t words_of(const struct td_word_list *words, uint32_t set,
                       struct td_str list[TD_FIELDS_MOST])
{
    size_t count = 0;
    for (uint32_t i = 0; i < words->count; i++) {
        if (set & (2U << i))
            list[count++] = words->words[i];
    }
    return count;
}

/* What is allowed as data, and as a fix where it is the only one. */
static void offer_words(const struct judged *j, struct td_finding *f,
                        const struct td_str *list, size_t count, uint32_t node)
{
    td_data_list(j->r->diag, f, "accepted", list, count);
    if (count == 1)
        td_edit_text(j->r->diag, f, TRACEDAG_SAFETY_UNSAFE, j->r->tree, node, list[0]);
}

static bool allows(uint32_t set, uint32_t word)
{
    return set == 0 || word == 0 || (set & (1U << word)) != 0;
}

static void judge_runtime(const struct judged *j)
{
    struct td_str list[TD_FIELDS_MOST];
    uint32_t set = j->allowed->runtimes;
    if (allows(set, j->job->pub.runtime))
        return;
    size_t count = words_of(&td_runtime_words, set, list);
    struct td_finding *f =
        report_value(j, TRACEDAG_CODE_OPERATOR_RUNTIME, TD_JOB_RUNTIME);
    td_message(j->r->diag, f, "%t runs on %q; operator %q runs on %t", job_words(j),
               td_runtime_words.words[j->job->pub.runtime - 1], operator_name(j),
               td_listed(j->r->diag, list, count, "or"));
    offer_words(j, f, list, count, own_value(j, TD_JOB_RUNTIME));
}

static void judge_word(const struct judged *j, enum td_job_field field, uint32_t set,
                       uint32_t word)
{
    struct td_str list[TD_FIELDS_MOST];
    const struct td_word_list *words = td_job_shape.fields[field].words;
    if (allows(set, word))
        return;
    size_t count = words_of(words, set, list);
    struct td_finding *f = report_value(j, TRACEDAG_CODE_OPERATOR_USE, field);
    td_message(j->r->diag, f, "%t is %q; operator %q takes %t",
               td_scope_field(j->r->diag, &j->scope, td_job_shape.fields[field].name),
               words->words[word - 1], operator_name(j),
               td_listed(j->r->diag, list, count, "or"));
    /* Another activation or update strategy asks for other fields as well. */
    bool alone = field == TD_JOB_EXECUTION_STRATEGY;
    offer_words(j, f, list, count, alone ? own_value(j, field) : 0);
}

/* A source job that states none replaces its outputs. */
static void judge_implied_strategy(const struct judged *j)
{
    bool replaces = j->job->field[TD_JOB_UPDATE_STRATEGY] == 0 &&
                    j->job->pub.activation == TRACEDAG_ACTIVATION_SOURCE &&
                    j->job->pub.outputs > 0;
    if (!replaces || allows(j->allowed->update_strategies, TRACEDAG_UPDATE_REPLACE))
        return;
    struct td_finding *f =
        report_key(j, TRACEDAG_CODE_OPERATOR_USE, TD_JOB_UPDATE_STRATEGY);
    td_message(j->r->diag, f,
               "%t states no `update_strategy`, which means `replace`; operator %q takes "
               "`append`",
               job_words(j), operator_name(j));
    td_help(j->r->diag, f, "add `update_strategy: append` and a `unique_key`");
}

static void judge_source_kind(const struct judged *j)
{
    struct td_str list[TD_FIELDS_MOST];
    const struct td_tree *tree = j->r->tree;
    uint32_t set = j->allowed->source_kinds;
    uint32_t kind = j->job->pub.source_kind;
    uint32_t map = j->job->field[TD_JOB_SOURCE];
    if (allows(set, kind))
        return;
    uint32_t raw = td_after(tree, td_find_key(tree, map, TD_S("kind")));
    size_t count = words_of(&td_source_words, set, list);
    struct td_finding *f =
        td_scope_report(j->r->diag, tree, &j->scope, TRACEDAG_CODE_OPERATOR_USE,
                        td_node_span(tree, raw), raw);
    td_message(j->r->diag, f, "`source.kind` of %t is %q; operator %q takes %t",
               job_words(j), td_source_words.words[kind - 1], operator_name(j),
               td_listed(j->r->diag, list, count, "or"));
    td_data_text(j->r->diag, f, "name", TD_S("source.kind"));
    td_data_list(j->r->diag, f, "accepted", list, count);
}

/* ---- outputs, bundles, secrets ---------------------------------------------------------- */

static struct td_str range_words(struct td_diag *diag, const tracedag_operator *o)
{
    if (o->outputs_max == 0)
        return TD_S("none");
    if (o->outputs_max == TRACEDAG_ANY_OUTPUTS)
        return td_words(diag, "%u or more", (uint64_t)o->outputs_min);
    if (o->outputs_min == o->outputs_max)
        return td_words(diag, "%u", (uint64_t)o->outputs_min);
    return td_words(diag, "%u to %u", (uint64_t)o->outputs_min, (uint64_t)o->outputs_max);
}

static void judge_outputs(const struct judged *j)
{
    const tracedag_operator *o = j->allowed;
    uint32_t outputs = j->job->pub.outputs;
    if (!td_usable(j->job->field[TD_JOB_OUTPUTS]) ||
        (outputs >= o->outputs_min && outputs <= o->outputs_max))
        return;
    struct td_finding *f = report_value(j, TRACEDAG_CODE_OPERATOR_USE, TD_JOB_OUTPUTS);
    td_message(j->r->diag, f, "%t declares %u %s; operator %q has %t", job_words(j),
               (uint64_t)outputs, outputs == 1 ? "output" : "outputs", operator_name(j),
               range_words(j->r->diag, o));
    td_data_number(j->r->diag, f, "found", outputs);
    if (o->outputs_min == o->outputs_max)
        td_edit_value(j->r->diag, f, TRACEDAG_SAFETY_UNSAFE, j->r->tree,
                      own_value(j, TD_JOB_OUTPUTS),
                      td_words(j->r->diag, "%u", (uint64_t)o->outputs_min));
}

static void offer_removal(const struct judged *j, struct td_finding *f,
                          enum td_job_field field)
{
    uint32_t key = td_find_key(j->r->tree, j->job->node, td_job_shape.fields[field].name);
    td_edit_remove_entry(j->r->diag, f, TRACEDAG_SAFETY_UNSAFE, j->r->tree, j->job->node,
                         key);
}

static void judge_bundle(const struct judged *j)
{
    bool has = td_usable(j->job->field[TD_JOB_UDF]);
    if (!has || j->allowed->udf != TRACEDAG_POLICY_FORBIDDEN)
        return;
    struct td_finding *f = report_key(j, TRACEDAG_CODE_OPERATOR_USE, TD_JOB_UDF);
    td_message(j->r->diag, f, "%t has a `udf` block; operator %q runs no bundle",
               job_words(j), operator_name(j));
    td_help(j->r->diag, f, "remove `udf`, or use an operator that runs bundles");
    offer_removal(j, f, TD_JOB_UDF);
}

static void judge_secrets(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    bool poisoned = j->job->field[TD_JOB_SECRETS] == TD_POISON;
    bool has = j->job->pub.secret_count > 0;
    bool cut = (j->r->tree->nodes[j->job->node].flags & TD_CUT_OFF) != 0;
    if (has && j->allowed->secrets == TRACEDAG_POLICY_FORBIDDEN) {
        struct td_finding *f = report_key(j, TRACEDAG_CODE_OPERATOR_USE, TD_JOB_SECRETS);
        td_message(diag, f, "%t requests secrets; operator %q takes none", job_words(j),
                   operator_name(j));
        td_help(diag, f, "remove `secrets`");
        offer_removal(j, f, TD_JOB_SECRETS);
    } else if (!has && !poisoned && !cut &&
               j->allowed->secrets == TRACEDAG_POLICY_REQUIRED) {
        struct td_finding *f = report_key(j, TRACEDAG_CODE_OPERATOR_USE, TD_JOB_SECRETS);
        td_message(diag, f, "%t requests no secrets; operator %q needs them",
                   job_words(j), operator_name(j));
        td_help(diag, f, "add `secrets:` and a list of their names");
    }
}

/* ---- config ----------------------------------------------------------------------------- */

static struct td_finding *report_missing(const struct judged *j)
{
    return td_scope_report(j->r->diag, j->r->tree, &j->scope, TRACEDAG_CODE_CONFIG_SHAPE,
                           td_scope_opener(j->r->tree, &j->scope), j->job->node);
}

/* Without a map, each field that has to be there is missing. */
static void no_config(const struct judged *j, const struct td_allowed *a)
{
    const tracedag_list *fields = &j->allowed->config;
    size_t named = 0;
    for (size_t i = td_catalog_required(fields); i < fields->count;
         i = td_catalog_next_required(fields, i)) {
        struct td_finding *f = report_missing(j);
        if (named++ == TD_MISSING_NAMED) {
            td_allowed_lacks_more(a, f, a->head);
            return;
        }
        struct td_str name = td_slice(td_entry_at(fields, i)->pub.name);
        struct td_str path = td_words(j->r->diag, "config.%e", name);
        td_message(j->r->diag, f, "%t has no `%t`, which operator %q requires",
                   job_words(j), path, operator_name(j));
        td_help(j->r->diag, f, "add `config:` with `%e`", name);
        td_data_text(j->r->diag, f, "name", path);
    }
}

static void judge_config(const struct judged *j, uint32_t *seen)
{
    uint32_t config = j->job->field[TD_JOB_CONFIG];
    bool cut = (j->r->tree->nodes[j->job->node].flags & TD_CUT_OFF) != 0;
    if (!j->allowed->config_closed || config == TD_POISON)
        return;
    struct td_scope scope = j->scope;
    scope.key = td_find_key(j->r->tree, j->job->node, TD_S("config"));
    struct td_allowed a = {.r = j->r,
                           .scope = &scope,
                           .head = TD_S("config"),
                           .code = TRACEDAG_CODE_CONFIG_SHAPE,
                           .thing = "operator",
                           .name = operator_name(j),
                           .seen = seen};
    if (config)
        td_allowed_map(&a, config, &j->allowed->config);
    else if (!cut)
        no_config(j, &a);
}

/* ---- all jobs --------------------------------------------------------------------------- */

static void judge_job(const struct judged *j, uint32_t *seen)
{
    const tracedag_job *job = &j->job->pub;
    const tracedag_operator *o = j->allowed;
    judge_runtime(j);
    judge_word(j, TD_JOB_ACTIVATION, o->activations, job->activation);
    if (job->activation == TRACEDAG_ACTIVATION_SOURCE)
        judge_source_kind(j);
    judge_word(j, TD_JOB_EXECUTION_STRATEGY, o->execution_strategies,
               job->execution_strategy);
    judge_word(j, TD_JOB_UPDATE_STRATEGY, o->update_strategies, job->update_strategy);
    judge_implied_strategy(j);
    judge_outputs(j);
    judge_bundle(j);
    judge_secrets(j);
    judge_config(j, seen);
}

void td_rules_catalog(struct td_reader *r)
{
    struct td_model *m = r->model;
    struct td_operators operators = {
        td_arena_array(&m->arena, m->job_count + 1, sizeof *operators.of)};
    uint32_t *seen = td_arena_array(&m->arena, r->catalog->entry_count + 1, sizeof *seen);
    bool judges = r->catalog->operators.given && !m->arena.failed;
    for (size_t i = 0; i < m->job_count && judges; i++) {
        const struct td_job *job = &m->jobs[i];
        struct judged j = {r, job, td_job_scope(m, job), NULL};
        if (!td_usable(job->field[TD_JOB_OPERATOR]))
            continue;
        j.allowed = operators.of[i] = td_catalog_operator(r->catalog, operator_name(&j));
        if (j.allowed)
            judge_job(&j, seen);
        else
            unknown_operator(&j);
    }
    td_rules_filters(r, &operators);
}
