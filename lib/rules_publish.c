#include "edits.h"
#include "names.h"
#include "rules.h"

struct judged {
    struct td_reader *r;
    struct td_publish *publish;
    const struct td_job *producer; /* NULL when it is not known */
    struct td_scope scope;
};

static struct td_str name_words(const struct judged *j)
{
    return td_scope_owner(j->r->diag, &j->scope);
}

static uint32_t key_of(const struct judged *j, const char *field)
{
    return td_find_key(j->r->tree, j->publish->node,
                       (struct td_str){field, strlen(field)});
}

static struct td_finding *report(const struct judged *j, uint32_t code,
                                 struct td_span span, uint32_t place)
{
    struct td_finding *f =
        td_scope_report(j->r->diag, j->r->tree, &j->scope, code, span, place);
    td_data_text(j->r->diag, f, "name", td_slice(j->publish->pub.name));
    return f;
}

static struct td_finding *report_key(const struct judged *j, uint32_t code,
                                     const char *field)
{
    uint32_t key = key_of(j, field);
    return key ? report(j, code, td_node_span(j->r->tree, key), key) : NULL;
}

/* Whether what the entry lacks may stand behind a fault of syntax. */
static bool is_cut_off(const struct judged *j)
{
    return (j->r->tree->nodes[j->publish->node].flags & TD_CUT_OFF) != 0;
}

static struct td_finding *report_missing(const struct judged *j, uint32_t code)
{
    if (is_cut_off(j))
        return NULL;
    return report(j, code, td_scope_opener(j->r->tree, &j->scope), j->publish->node);
}

static struct td_finding *report_value(const struct judged *j, uint32_t code,
                                       enum td_publish_field field)
{
    uint32_t value = j->publish->field[field];
    return report(j, code, td_node_span(j->r->tree, value), value);
}

static void offer_removal(const struct judged *j, struct td_finding *f, const char *field)
{
    td_edit_remove_entry(j->r->diag, f, TRACEDAG_SAFETY_UNSAFE, j->r->tree,
                         j->publish->node, key_of(j, field));
}

static void relate(const struct judged *j, struct td_finding *f, enum td_job_field field,
                   const char *label)
{
    uint32_t value = j->producer->field[field];
    if (!td_usable(value))
        return;
    uint32_t key =
        td_find_key(j->r->tree, j->producer->node, td_job_shape.fields[field].name);
    td_related(j->r->diag, f, td_value_span(j->r->tree, value, key, 0), "%s", label);
}

/* ---- storage ---------------------------------------------------------------------------- */

static bool has(const struct judged *j, enum td_publish_field field)
{
    return j->publish->field[field] != 0;
}

/* `write_mode` beside `s3`: the mode is one too many, and nothing follows from it. */
static void judge_write_mode(struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    uint32_t storage = j->publish->pub.storage;
    struct td_finding *f;
    if (storage == TRACEDAG_STORAGE_S3 && has(j, TD_PUBLISH_WRITE_MODE)) {
        f = report_key(j, TRACEDAG_CODE_WRITE_MODE_USE, "write_mode");
        if (f) {
            td_message(diag, f,
                       "`write_mode` applies to `storage: postgres`; %t is stored in "
                       "`s3`",
                       name_words(j));
            td_help(diag, f, "remove it, or use `storage: postgres`");
            offer_removal(j, f, "write_mode");
        }
        j->publish->field[TD_PUBLISH_WRITE_MODE] = TD_POISON;
        j->publish->pub.write_mode = 0;
    } else if (storage == TRACEDAG_STORAGE_POSTGRES && !has(j, TD_PUBLISH_WRITE_MODE)) {
        f = report_missing(j, TRACEDAG_CODE_MISSING_WRITE_MODE);
        if (f) {
            td_message(diag, f, "%t is stored in postgres and has no `write_mode`",
                       name_words(j));
            td_help(diag, f, "`buffered` or `direct`");
        }
    }
}

static void judge_schema(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    uint32_t mode = j->publish->pub.write_mode;
    struct td_finding *f = NULL;
    if (mode == TRACEDAG_WRITE_BUFFERED && !has(j, TD_PUBLISH_SCHEMA)) {
        f = report_missing(j, TRACEDAG_CODE_MISSING_SCHEMA);
        if (f) {
            td_message(diag, f, "%t is buffered and has no `schema`", name_words(j));
            td_help(diag, f, "add `schema:` with `columns`");
        }
        return;
    }
    bool absent = !has(j, TD_PUBLISH_WRITE_MODE);
    if (!has(j, TD_PUBLISH_SCHEMA) || (mode != TRACEDAG_WRITE_DIRECT && !absent) ||
        (absent && is_cut_off(j)))
        return;
    f = report_key(j, TRACEDAG_CODE_SCHEMA_USE, "schema");
    if (!f)
        return;
    td_message(diag, f, "`schema` applies to `write_mode: buffered`; %t %s",
               name_words(j), absent ? "has no `write_mode`" : "is written `direct`");
    bool s3 = j->publish->pub.storage == TRACEDAG_STORAGE_S3;
    td_help(diag, f, s3 ? "remove it" : "remove it, or use `write_mode: buffered`");
    offer_removal(j, f, "schema");
}

/* ---- the producer ----------------------------------------------------------------------- */

static const char *runtime_word(uint32_t runtime)
{
    return td_job_shape.fields[TD_JOB_RUNTIME].words->words[runtime - 1].ptr;
}

static void judge_direct(const struct judged *j)
{
    uint32_t runtime = j->producer->pub.runtime;
    if (runtime == 0 || runtime == TRACEDAG_RUNTIME_ECS_PLATFORM)
        return;
    struct td_diag *diag = j->r->diag;
    struct td_finding *f =
        report_value(j, TRACEDAG_CODE_UNTRUSTED_DIRECT, TD_PUBLISH_WRITE_MODE);
    td_message(diag, f,
               "%t is written `direct`, and job %q on runtime %k is not a platform job",
               name_words(j), td_slice(j->producer->pub.name), runtime_word(runtime));
    relate(j, f, TD_JOB_RUNTIME, "the job runs here");
    td_help(diag, f, "use `write_mode: buffered`, or a job on `ecs_platform`");
}

/* A source job without a strategy replaces its outputs. */
static bool replaces(const struct td_job *job)
{
    return job->pub.update_strategy == TRACEDAG_UPDATE_REPLACE ||
           (job->field[TD_JOB_UPDATE_STRATEGY] == 0 &&
            job->pub.activation == TRACEDAG_ACTIVATION_SOURCE);
}

static void report_replace(const struct judged *j)
{
    struct td_diag *diag = j->r->diag;
    struct td_finding *f =
        report_value(j, TRACEDAG_CODE_BUFFERED_REPLACE, TD_PUBLISH_WRITE_MODE);
    td_message(diag, f, "%t is buffered, and job %q replaces its output", name_words(j),
               td_slice(j->producer->pub.name));
    relate(j, f, TD_JOB_UPDATE_STRATEGY, "the job's strategy");
    td_help(diag, f, "use `append` and `unique_key`");
}

/* ---- the key ---------------------------------------------------------------------------- */

static bool is_org_id(struct td_str name)
{
    return td_str_eq(name, TD_S("org_id"));
}

static size_t key_columns(const struct judged *j, struct td_name *out)
{
    size_t count = 0;
    for (uint32_t i = 0; i < j->producer->pub.key_count; i++, count++)
        out[count] =
            td_name_of(td_slice(j->r->model->names[j->producer->pub.first_key + i]),
                       (uint32_t)count);
    return count;
}

static size_t unique_columns(const struct judged *j, struct td_name *out)
{
    const struct td_tree *tree = j->r->tree;
    uint32_t list = j->publish->table[TD_TABLE_UNIQUE];
    size_t count = 0;
    for (uint32_t at = list + 1; at < tree->nodes[list].link;
         at = td_after(tree, at), count++)
        out[count] = td_name_of(td_node_text(tree, td_follow(tree, at)), (uint32_t)count);
    return count;
}

/* Both are without repeats, so equal sorted lists are equal sets. */
static bool same_set(struct td_name *a, size_t a_count, struct td_name *b, size_t b_count)
{
    td_names_sort(a, a_count);
    td_names_sort(b, b_count);
    size_t i = 0;
    size_t k = 0;
    for (;;) {
        while (i < a_count && is_org_id(a[i].text))
            i++;
        while (k < b_count && is_org_id(b[k].text))
            k++;
        if (i == a_count || k == b_count)
            return i == a_count && k == b_count;
        if (!td_str_eq(a[i++].text, b[k++].text))
            return false;
    }
}

enum { COLUMNS_SHOWN = 8 };

/* Names in the order written, the first few of them. */
static struct td_str column_words(struct td_diag *diag, const struct td_name *sorted,
                                  size_t count)
{
    struct td_str words[COLUMNS_SHOWN];
    size_t shown = count < COLUMNS_SHOWN ? count : COLUMNS_SHOWN;
    for (size_t i = 0; i < count; i++) {
        if (sorted[i].id < shown)
            words[sorted[i].id] = sorted[i].text;
    }
    if (count == shown)
        return td_listed(diag, words, shown, "and");
    struct td_str text = td_words(diag, "%q", words[0]);
    for (size_t i = 1; i < shown; i++)
        text = td_words(diag, "%t, %q", text, words[i]);
    return td_words(diag, "%t and %u more", text, (uint64_t)(count - shown));
}

static void report_mismatch(const struct judged *j, const struct td_name *key,
                            size_t key_count, const struct td_name *unique,
                            size_t unique_count)
{
    struct td_diag *diag = j->r->diag;
    uint32_t list = j->publish->table[TD_TABLE_UNIQUE];
    uint32_t schema = j->publish->field[TD_PUBLISH_SCHEMA];
    uint32_t at = td_find_key(j->r->tree, schema, TD_S("unique"));
    struct td_finding *f = report(j, TRACEDAG_CODE_KEY_MISMATCH,
                                  td_value_span(j->r->tree, list, at, 0), list);
    td_message(diag, f, "job %q upserts on %t, and `schema.unique` of %t is %t",
               td_slice(j->producer->pub.name), column_words(diag, key, key_count),
               name_words(j), column_words(diag, unique, unique_count));
    relate(j, f, TD_JOB_UNIQUE_KEY, "the job's key");
    td_help(diag, f, "list the same columns; `org_id` may stand in either");
}

static void judge_key(const struct judged *j)
{
    struct td_mem *mem = j->r->model->mem;
    const struct td_tree *tree = j->r->tree;
    uint32_t list = j->publish->table[TD_TABLE_UNIQUE];
    uint32_t key = j->producer->field[TD_JOB_UNIQUE_KEY];
    if (!td_usable(list) || !td_usable(key) ||
        (tree->nodes[list].flags | tree->nodes[key].flags) & TD_CUT_OFF)
        return;
    size_t most = td_node_count(tree, list) + j->producer->pub.key_count;
    struct td_name *names = td_mem_alloc(mem, (most + 1) * sizeof *names);
    if (!names) {
        j->r->failed = true;
        return;
    }
    size_t key_count = key_columns(j, names);
    struct td_name *unique = names + key_count;
    size_t unique_count = unique_columns(j, unique);
    if (!same_set(names, key_count, unique, unique_count))
        report_mismatch(j, names, key_count, unique, unique_count);
    td_mem_free(mem, names, (most + 1) * sizeof *names);
}

static void judge_producer(const struct judged *j)
{
    uint32_t mode = j->publish->pub.write_mode;
    if (mode == TRACEDAG_WRITE_DIRECT)
        judge_direct(j);
    else if (mode == TRACEDAG_WRITE_BUFFERED && replaces(j->producer))
        report_replace(j);
    else if (mode == TRACEDAG_WRITE_BUFFERED &&
             j->producer->pub.update_strategy == TRACEDAG_UPDATE_APPEND)
        judge_key(j);
}

void td_rules_publishes(struct td_reader *r)
{
    struct td_model *m = r->model;
    for (size_t i = 0; i < m->publish_count; i++) {
        struct td_publish *publish = &m->publishes[i];
        if (publish->node == 0)
            continue;
        struct judged j = {r, publish, NULL, td_publish_scope(m, publish)};
        judge_write_mode(&j);
        judge_schema(&j);
        if (publish->pub.job != TRACEDAG_NO_JOB)
            j.producer = &m->jobs[publish->pub.job];
        if (j.producer)
            judge_producer(&j);
        /* A write mode alone means postgres (format specification, section 2). */
        if (publish->pub.write_mode && !has(&j, TD_PUBLISH_STORAGE))
            publish->pub.storage = TRACEDAG_STORAGE_POSTGRES;
    }
}
