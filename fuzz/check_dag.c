/* What a validated DAG says of itself, one part against another. */
#include "fuzz.h"

struct view {
    const tracedag_dag *dag;
    tracedag_list jobs;
    tracedag_list inputs;
    tracedag_list names;
    tracedag_list publishes;
    tracedag_list externals;
    tracedag_list order;
};

static struct view view_of(const tracedag_dag *dag)
{
    struct view v = {.dag = dag};
    tracedag_dag_jobs(dag, &v.jobs);
    tracedag_dag_inputs(dag, &v.inputs);
    tracedag_dag_names(dag, &v.names);
    tracedag_dag_publishes(dag, &v.publishes);
    tracedag_dag_external_datasets(dag, &v.externals);
    tracedag_dag_order(dag, &v.order);
    return v;
}

static const tracedag_job *job_at(const struct view *v, uint32_t index)
{
    return record(&v->jobs, index);
}

static uint32_t ordered_at(const struct view *v, size_t index)
{
    return *(const uint32_t *)record(&v->order, index);
}

static bool is_before(tracedag_text a, tracedag_text b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order < 0 || (order == 0 && a.len < b.len);
}

/* ---- values ----------------------------------------------------------------------------- */

enum { VALUES_MOST = 2000 }; /* aliases may stand for more than can be walked */

static void check_value(const tracedag_dag *dag, tracedag_value value, size_t *left);

static void check_items(const tracedag_dag *dag, tracedag_value value, size_t *left)
{
    size_t count = 0;
    bool map = tracedag_value_kind(dag, value) == TRACEDAG_KIND_MAP;
    for (tracedag_value item = tracedag_value_first(dag, value); item && *left;
         item = tracedag_value_next(dag, value, item)) {
        tracedag_text key;
        tracedag_value_key(dag, value, item, &key);
        HOLDS((key.ptr != NULL) == map);
        HOLDS(!map || is_utf8(key.ptr, key.len));
        check_value(dag, item, left);
        count++;
    }
    HOLDS(*left == 0 || count == tracedag_value_count(dag, value));
}

/* As deep as documents may be, which the library bounds. */
static void check_value(const tracedag_dag *dag, tracedag_value value, size_t *left)
{
    tracedag_text text;
    uint32_t kind = tracedag_value_kind(dag, value);
    if (*left == 0)
        return;
    --*left;
    HOLDS(kind >= TRACEDAG_KIND_NULL && kind <= TRACEDAG_KIND_MAP);
    tracedag_value_text(dag, value, &text);
    if (kind >= TRACEDAG_KIND_LIST) {
        HOLDS(text.ptr == NULL && text.len == 0);
        check_items(dag, value, left);
    } else {
        HOLDS(text.ptr != NULL && is_utf8(text.ptr, text.len));
        HOLDS(tracedag_value_count(dag, value) == 0);
        HOLDS(tracedag_value_first(dag, value) == 0);
    }
}

static void check_map(const tracedag_dag *dag, tracedag_value value)
{
    size_t left = VALUES_MOST;
    char *json;
    size_t size;
    if (!value)
        return;
    HOLDS(tracedag_value_kind(dag, value) == TRACEDAG_KIND_MAP);
    check_value(dag, value, &left);
    HOLDS(tracedag_value_json(dag, value, &json, &size) == TRACEDAG_OK);
    HOLDS(is_json(json, size) && json[0] == '{');
    tracedag_free(json);
}

/* ---- jobs and inputs -------------------------------------------------------------------- */

static void check_words(const tracedag_job *job)
{
    HOLDS(tracedag_enum_name("activation", job->activation));
    HOLDS(tracedag_enum_name("runtime", job->runtime));
    HOLDS(tracedag_enum_name("priority", job->priority));
    HOLDS(tracedag_enum_name("backpressure_mode", job->backpressure_mode));
    bool reactive = job->activation == TRACEDAG_ACTIVATION_REACTIVE;
    HOLDS(reactive == (job->execution_strategy != 0));
    HOLDS(reactive == (job->source_kind == 0));
    HOLDS(reactive == (job->input_count > 0));
    HOLDS((job->source_kind == TRACEDAG_SOURCE_CRON) == (job->schedule.len > 0));
    HOLDS((job->source_kind == TRACEDAG_SOURCE_WEBHOOK) == (job->webhook_path.len > 0));
    HOLDS((job->update_strategy == TRACEDAG_UPDATE_APPEND) == (job->key_count > 0));
    HOLDS(job->max_attempts && job->max_queue_depth && job->heartbeat_timeout_seconds);
    HOLDS(job->max_queue_age_seconds && job->max_queue_age_seconds <= 366 * 86400);
}

static void check_source(const struct view *v, const tracedag_input *input)
{
    if (input->job == TRACEDAG_NO_JOB) {
        HOLDS(input->dataset.len > 0 && input->output == 0);
        return;
    }
    HOLDS(input->job < v->jobs.count && input->job != input->reader);
    HOLDS(input->output < job_at(v, input->job)->outputs);
}

static void check_inputs(const struct view *v, uint32_t index)
{
    const tracedag_job *job = job_at(v, index);
    HOLDS(job->first_input + (size_t)job->input_count <= v->inputs.count);
    for (uint32_t i = 0; i < job->input_count; i++) {
        const tracedag_input *input = record(&v->inputs, job->first_input + i);
        HOLDS(input->reader == index && input->line > 0);
        HOLDS(input->where_count == tracedag_value_count(v->dag, input->where));
        HOLDS((input->where_count > 0) == (input->where != 0));
        check_source(v, input);
        check_map(v->dag, input->where);
    }
}

static void check_job(const struct view *v, uint32_t index)
{
    const tracedag_job *job = job_at(v, index);
    HOLDS(tracedag_dag_job(v->dag, index) == job);
    HOLDS(tracedag_dag_find_job(v->dag, job->name.ptr, job->name.len) == index);
    HOLDS(index == 0 || is_before(job_at(v, index - 1)->name, job->name));
    HOLDS(job->line > 0 && job->operator_name.len > 0);
    HOLDS(job->first_key + (size_t)job->key_count <= v->names.count);
    HOLDS(job->first_secret + (size_t)job->secret_count <= v->names.count);
    for (uint32_t i = 1; i < job->secret_count; i++)
        HOLDS(is_before(
            *(const tracedag_text *)record(&v->names, job->first_secret + i - 1),
            *(const tracedag_text *)record(&v->names, job->first_secret + i)));
    check_words(job);
    check_inputs(v, index);
    check_map(v->dag, job->config);
}

/* ---- order and reach -------------------------------------------------------------------- */

static bool reads(const struct view *v, uint32_t reader, uint32_t job)
{
    const tracedag_job *r = job_at(v, reader);
    for (uint32_t i = 0; i < r->input_count; i++) {
        const tracedag_input *input = record(&v->inputs, r->first_input + i);
        if (input->job == job)
            return true;
    }
    return false;
}

/* Each job once, behind all that it reads; where two neighbours are not in order of names, the
 * second waits for the first. */
static void check_order(const struct view *v)
{
    unsigned char *done = calloc(v->jobs.count, 1);
    HOLDS(done && v->order.count == v->jobs.count);
    for (size_t i = 0; i < v->order.count; i++) {
        uint32_t index = ordered_at(v, i);
        const tracedag_job *job = job_at(v, index);
        HOLDS(!done[index]);
        for (uint32_t k = 0; k < job->input_count; k++) {
            const tracedag_input *input = record(&v->inputs, job->first_input + k);
            HOLDS(input->job == TRACEDAG_NO_JOB || done[input->job]);
        }
        HOLDS(i == 0 || ordered_at(v, i - 1) < index ||
              reads(v, index, ordered_at(v, i - 1)));
        done[index] = 1;
    }
    free(done);
}

/* The marked jobs in topological order are the list. */
static void check_reach(const struct view *v, const unsigned char *marks,
                        const tracedag_list *list)
{
    size_t n = 0;
    for (size_t i = 0; i < v->order.count; i++) {
        uint32_t job = ordered_at(v, i);
        if (marks[job])
            HOLDS(n < list->count && *(const uint32_t *)record(list, n++) == job);
    }
    HOLDS(n == list->count);
    tracedag_free(list->items);
}

static void mark_read(const struct view *v, uint32_t job, unsigned char *marks)
{
    const tracedag_job *j = job_at(v, job);
    for (uint32_t i = 0; i < j->input_count; i++) {
        const tracedag_input *input = record(&v->inputs, j->first_input + i);
        if (input->job != TRACEDAG_NO_JOB)
            marks[input->job] = 1;
    }
}

static void check_upstream(const struct view *v, uint32_t job)
{
    tracedag_list list;
    unsigned char *marks = calloc(v->jobs.count, 1);
    HOLDS(marks && tracedag_dag_upstream(v->dag, job, 0, &list) == TRACEDAG_OK);
    mark_read(v, job, marks);
    check_reach(v, marks, &list);
    for (size_t i = v->order.count; i > 0; i--) {
        if (marks[ordered_at(v, i - 1)])
            mark_read(v, ordered_at(v, i - 1), marks);
    }
    HOLDS(tracedag_dag_upstream(v->dag, job, 1, &list) == TRACEDAG_OK);
    check_reach(v, marks, &list);
    free(marks);
}

static void check_downstream(const struct view *v, uint32_t job, uint32_t output)
{
    tracedag_list list;
    unsigned char *marks = calloc(v->jobs.count, 1);
    HOLDS(marks && tracedag_dag_downstream(v->dag, job, output, 0, &list) == TRACEDAG_OK);
    for (size_t i = 0; i < v->inputs.count; i++) {
        const tracedag_input *input = record(&v->inputs, i);
        if (input->job == job &&
            (output == TRACEDAG_ANY_OUTPUT || input->output == output))
            marks[input->reader] = 1;
    }
    check_reach(v, marks, &list);
    for (size_t i = 0; i < v->order.count; i++) {
        const tracedag_job *j = job_at(v, ordered_at(v, i));
        for (uint32_t k = 0; k < j->input_count; k++) {
            const tracedag_input *input = record(&v->inputs, j->first_input + k);
            if (input->job != TRACEDAG_NO_JOB && marks[input->job])
                marks[ordered_at(v, i)] = 1;
        }
    }
    HOLDS(tracedag_dag_downstream(v->dag, job, output, 1, &list) == TRACEDAG_OK);
    check_reach(v, marks, &list);
    free(marks);
}

/* ---- datasets --------------------------------------------------------------------------- */

static void check_publishes(const struct view *v)
{
    for (size_t i = 0; i < v->publishes.count; i++) {
        const tracedag_publish *p = record(&v->publishes, i);
        const tracedag_publish *last = i ? record(&v->publishes, i - 1) : NULL;
        HOLDS(!last || is_before(last->name, p->name));
        HOLDS(p->job < v->jobs.count && p->output < job_at(v, p->job)->outputs);
        HOLDS(p->storage <= TRACEDAG_STORAGE_S3 &&
              p->write_mode <= TRACEDAG_WRITE_DIRECT);
        HOLDS((p->storage == TRACEDAG_STORAGE_POSTGRES) == (p->write_mode != 0));
        HOLDS((p->write_mode == TRACEDAG_WRITE_BUFFERED) == (p->schema != 0));
        HOLDS(p->line > 0);
        check_map(v->dag, p->schema);
    }
}

static bool is_external(const struct view *v, tracedag_text name)
{
    size_t low = 0;
    size_t high = v->externals.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_before(*(const tracedag_text *)record(&v->externals, middle), name))
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->externals.count &&
           !is_before(name, *(const tracedag_text *)record(&v->externals, low));
}

static void check_externals(const struct view *v)
{
    for (size_t i = 1; i < v->externals.count; i++)
        HOLDS(is_before(*(const tracedag_text *)record(&v->externals, i - 1),
                        *(const tracedag_text *)record(&v->externals, i)));
    for (size_t i = 0; i < v->inputs.count; i++) {
        const tracedag_input *input = record(&v->inputs, i);
        if (input->dataset.len)
            HOLDS(is_external(v, input->dataset) == (input->job == TRACEDAG_NO_JOB));
    }
}

/* ---- runs ------------------------------------------------------------------------------- */

static int64_t run_at(const tracedag_list *runs, size_t index)
{
    return *(const int64_t *)record(runs, index);
}

/* Runs ascend, and the last of a list leads to those behind it. */
static void check_runs(const struct view *v, uint32_t job)
{
    enum { HALF = 8, ALL = 2 * HALF };
    const int64_t after = 1764000000;
    tracedag_list runs, rest;
    HOLDS(tracedag_dag_next_runs(v->dag, job, after, ALL, &runs) == TRACEDAG_OK);
    HOLDS(runs.count <= ALL && (runs.count == 0 || job_at(v, job)->schedule.len > 0));
    for (size_t i = 0; i < runs.count; i++)
        HOLDS(run_at(&runs, i) > (i ? run_at(&runs, i - 1) : after));
    if (runs.count >= HALF) {
        int64_t last = run_at(&runs, HALF - 1);
        HOLDS(tracedag_dag_next_runs(v->dag, job, last, HALF, &rest) == TRACEDAG_OK);
        HOLDS(rest.count == runs.count - HALF);
        for (size_t i = 0; i < rest.count; i++)
            HOLDS(run_at(&rest, i) == run_at(&runs, HALF + i));
        tracedag_free(rest.items);
    }
    tracedag_free(runs.items);
}

/* ---- origins and hashes ----------------------------------------------------------------- */

static void check_origins(const struct view *v)
{
    tracedag_list list;
    HOLDS(tracedag_dag_origins(v->dag, &list) == TRACEDAG_OK);
    HOLDS(list.count == v->jobs.count * TRACEDAG_SETTING_BACKPRESSURE_MODE);
    for (size_t i = 0; i < list.count; i++) {
        const tracedag_setting_origin *o = record(&list, i);
        uint32_t line;
        HOLDS(tracedag_dag_origin(v->dag, o->job, o->setting, &line) == o->origin);
        HOLDS(line == o->line &&
              (o->line == 0) == (o->origin == TRACEDAG_ORIGIN_BUILT_IN));
        HOLDS(o->job == i / TRACEDAG_SETTING_BACKPRESSURE_MODE);
        HOLDS(o->setting == i % TRACEDAG_SETTING_BACKPRESSURE_MODE + 1);
    }
    tracedag_free(list.items);
}

static bool is_hash(const char *hash, const char *prefix)
{
    size_t len = strlen(prefix);
    return strncmp(hash, prefix, len) == 0 && strlen(hash) == len + 32 &&
           strspn(hash + len, "0123456789abcdef") == 32;
}

/* The hash of a document is that of its canonical bytes. */
static void check_hash(const tracedag_dag *dag)
{
    char source[TRACEDAG_HASH_ROOM];
    size_t size;
    char *text = canonical(dag, &size);
    HOLDS(tracedag_source_hash(text, size, source, sizeof source) == TRACEDAG_OK);
    HOLDS(is_hash(source, "src1:") && is_hash(tracedag_dag_hash(dag), "td1:"));
    HOLDS(strcmp(source + 5, tracedag_dag_hash(dag) + 4) == 0);
    tracedag_free(text);
}

static void check_job_hashes(const struct view *v)
{
    tracedag_list list;
    HOLDS(tracedag_dag_job_hashes(v->dag, &list) == TRACEDAG_OK);
    HOLDS(list.count == v->jobs.count);
    for (uint32_t i = 0; i < list.count; i++) {
        const tracedag_job_hashes *hashes = record(&list, i);
        HOLDS(is_hash(hashes->job, "tdj1:") && is_hash(hashes->materialization, "tdm1:"));
    }
    const tracedag_job_hashes *first = record(&list, 0);
    char hash[TRACEDAG_HASH_ROOM];
    HOLDS(tracedag_dag_job_hash(v->dag, 0, TRACEDAG_HASH_JOB, hash, sizeof hash) ==
          TRACEDAG_OK);
    HOLDS(strcmp(hash, first->job) == 0);
    tracedag_free(list.items);
}

/* ---- flows ------------------------------------------------------------------------------ */

static bool is_same(tracedag_text a, tracedag_text b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static bool reads_dataset(const struct view *v, const tracedag_job *job,
                          tracedag_text name)
{
    for (uint32_t i = 0; i < job->input_count; i++) {
        const tracedag_input *input = record(&v->inputs, job->first_input + i);
        if (input->job == TRACEDAG_NO_JOB && is_same(input->dataset, name))
            return true;
    }
    return false;
}

static bool has_secret(const struct view *v, const tracedag_job *job, tracedag_text name)
{
    for (uint32_t i = 0; i < job->secret_count; i++)
        if (is_same(*(const tracedag_text *)record(&v->names, job->first_secret + i),
                    name))
            return true;
    return false;
}

static bool enters(const struct view *v, const tracedag_flow *flow)
{
    const tracedag_job *job = job_at(v, flow->job);
    switch (flow->kind) {
    case TRACEDAG_FLOW_SECRET:
        return has_secret(v, job, flow->name);
    case TRACEDAG_FLOW_BUNDLE:
        return is_same(job->bundle_id, flow->name);
    case TRACEDAG_FLOW_EXTERNAL:
        return reads_dataset(v, job, flow->name);
    default:
        return flow->kind == TRACEDAG_FLOW_WEBHOOK &&
               is_same(job->webhook_path, flow->name);
    }
}

/* The path leads by its inputs from where it begins to the job of the dataset. */
static void check_path(const struct view *v, const tracedag_flow *flow)
{
    uint32_t at = flow->job;
    HOLDS(flow->path.count == flow->inputs.count + 1);
    HOLDS(*(const uint32_t *)record(&flow->path, 0) == at);
    for (size_t i = 0; i < flow->inputs.count; i++) {
        uint32_t number = *(const uint32_t *)record(&flow->inputs, i);
        HOLDS(number < v->inputs.count);
        const tracedag_input *input = record(&v->inputs, number);
        HOLDS(input->job == at);
        at = *(const uint32_t *)record(&flow->path, i + 1);
        HOLDS(input->reader == at);
    }
    if (flow->publish == TRACEDAG_NO_PUBLISH)
        HOLDS(flow->path.count == 1);
    else
        HOLDS(((const tracedag_publish *)record(&v->publishes, flow->publish))->job ==
              at);
}

static bool is_flow_before(const tracedag_flow *a, const tracedag_flow *b)
{
    if (a->publish != b->publish)
        return a->publish < b->publish;
    return a->kind != b->kind ? a->kind < b->kind : is_before(a->name, b->name);
}

static void check_flows(const struct view *v)
{
    tracedag_list flows;
    size_t left_out;
    HOLDS(tracedag_dag_flows(v->dag, TRACEDAG_FLOWS_MOST, &flows, &left_out) ==
          TRACEDAG_OK);
    HOLDS(left_out <= v->publishes.count + 1);
    for (size_t i = 0; i < flows.count; i++) {
        const tracedag_flow *flow = record(&flows, i);
        HOLDS(i == 0 || is_flow_before(record(&flows, i - 1), flow));
        HOLDS(flow->entries > 0 && flow->entries <= v->jobs.count);
        HOLDS(enters(v, flow));
        check_path(v, flow);
    }
    tracedag_free(flows.items);
}

void check_dag(const tracedag_dag *dag)
{
    struct view v = view_of(dag);
    HOLDS(tracedag_dag_name(dag) && v.jobs.count > 0);
    for (uint32_t i = 0; i < v.jobs.count; i++)
        check_job(&v, i);
    check_order(&v);
    uint32_t middle = ordered_at(&v, v.order.count / 2);
    check_upstream(&v, ordered_at(&v, v.order.count - 1));
    check_upstream(&v, middle);
    check_downstream(&v, ordered_at(&v, 0), TRACEDAG_ANY_OUTPUT);
    check_downstream(&v, middle, TRACEDAG_ANY_OUTPUT);
    if (job_at(&v, middle)->outputs)
        check_downstream(&v, middle, job_at(&v, middle)->outputs - 1);
    for (uint32_t i = 0; i < v.jobs.count && i < 16; i++)
        check_runs(&v, i);
    check_publishes(&v);
    check_externals(&v);
    check_origins(&v);
    check_hash(dag);
    check_job_hashes(&v);
    check_flows(&v);
}
