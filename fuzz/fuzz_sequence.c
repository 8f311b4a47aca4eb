/*
 * Calls in an order and with arguments that the input chooses: handles are made, kept, shared and
 * dropped, NULL and numbers out of range are handed in. What is misuse is said to be, everything
 * else does its work, and a DAG keeps its hash as long as somebody holds it.
 */
#include "fuzz.h"

enum { SLOTS = 3, CALLS_MOST = 40 };

/* Handles that are held; NULL where there is none. */
struct world {
    struct choices from;
    const char *bytes;
    size_t size;
    tracedag_options *options[SLOTS];
    tracedag_doc *docs[SLOTS];
    tracedag_dag *dags[SLOTS];
    tracedag_report *reports[SLOTS];
    char hashes[SLOTS][TRACEDAG_HASH_ROOM];
};

static uint32_t slot(struct world *w)
{
    return choose(&w->from, SLOTS);
}

/* Small numbers mostly, and those at the ends of what there is. */
static uint32_t number(struct world *w)
{
    static const uint32_t ends[] = {0, UINT32_MAX, UINT32_MAX - 1, INT32_MAX, 1U << 31};
    uint32_t pick = choose(&w->from, 64);
    return pick < 5 ? ends[pick] : choose(&w->from, 16);
}

static bool rarely(struct world *w)
{
    return choose(&w->from, 16) == 1;
}

/* ---- options ---------------------------------------------------------------------------- */

static void make_options(struct world *w)
{
    uint32_t at = slot(w);
    tracedag_options_unref(w->options[at]);
    w->options[at] = tracedag_options_new();
    HOLDS(w->options[at] != NULL);
}

static void share_options(struct world *w)
{
    uint32_t from = slot(w);
    uint32_t to = slot(w);
    tracedag_options *kept = tracedag_options_ref(w->options[from]);
    HOLDS(kept == w->options[from]);
    HOLDS(tracedag_options_unref(w->options[to]) == NULL);
    w->options[to] = kept;
}

static void set_limit(struct world *w)
{
    tracedag_options *options = rarely(w) ? NULL : w->options[slot(w)];
    uint32_t limit = choose(&w->from, TRACEDAG_LIMIT_HEAP_BYTES + 2);
    uint64_t value = (uint64_t)choose(&w->from, 1 << 20) << choose(&w->from, 12);
    uint64_t before = tracedag_options_limit(options, limit);
    tracedag_status status = tracedag_options_set_limit(options, limit, value);
    HOLDS(status == TRACEDAG_OK || status == TRACEDAG_MISUSE);
    HOLDS(options || status == TRACEDAG_MISUSE);
    if (status == TRACEDAG_MISUSE || value)
        HOLDS(tracedag_options_limit(options, limit) ==
              (status == TRACEDAG_MISUSE ? before : value));
}

/* ---- documents -------------------------------------------------------------------------- */

static bool is_lower_heap(const tracedag_options *options)
{
    return tracedag_options_limit(options, TRACEDAG_LIMIT_HEAP_BYTES) <
           tracedag_options_limit(NULL, TRACEDAG_LIMIT_HEAP_BYTES);
}

static void parse(struct world *w)
{
    uint32_t at = slot(w);
    const tracedag_options *options = w->options[slot(w)];
    const char *bytes = rarely(w) ? NULL : w->bytes;
    size_t size = choose(&w->from, 4) ? w->size : choose(&w->from, (uint32_t)w->size + 1);
    tracedag_doc *doc = (tracedag_doc *)w;
    tracedag_status status = tracedag_parse(bytes, size, options, &doc);
    if (!bytes && size > 0)
        HOLDS(status == TRACEDAG_MISUSE && !doc);
    else if (status == TRACEDAG_NO_MEMORY)
        HOLDS(!doc && is_lower_heap(options));
    else
        HOLDS(doc && (status == TRACEDAG_REJECTED) ==
                         (tracedag_report_count(tracedag_doc_report(doc),
                                                TRACEDAG_SEVERITY_ERROR) > 0));
    HOLDS(tracedag_parse(bytes, size, options, NULL) == TRACEDAG_MISUSE);
    tracedag_doc_unref(w->docs[at]);
    w->docs[at] = doc;
}

static void hold(struct world *w, tracedag_dag *dag, tracedag_report *report)
{
    uint32_t at = slot(w);
    tracedag_dag_unref(w->dags[at]);
    tracedag_report_unref(w->reports[at]);
    w->dags[at] = dag;
    w->reports[at] = report;
    if (dag)
        memcpy(w->hashes[at], tracedag_dag_hash(dag), strlen(tracedag_dag_hash(dag)) + 1);
}

static void validate(struct world *w)
{
    const tracedag_doc *doc = w->docs[slot(w)];
    const tracedag_options *options = w->options[slot(w)];
    tracedag_dag *dag = NULL;
    tracedag_report *report = NULL;
    bool wants_dag = !rarely(w);
    bool wants_report = !rarely(w);
    tracedag_status status = tracedag_validate(doc, options, wants_dag ? &dag : NULL,
                                               wants_report ? &report : NULL);
    HOLDS((status == TRACEDAG_MISUSE) == (doc == NULL));
    if (status == TRACEDAG_MISUSE || status == TRACEDAG_NO_MEMORY)
        HOLDS(!dag && !report);
    else if (wants_dag && wants_report)
        check_verdict(status, dag, report);
    hold(w, dag, report);
}

static void check(struct world *w)
{
    tracedag_dag *dag = (tracedag_dag *)w;
    tracedag_report *report = (tracedag_report *)w;
    const tracedag_options *options = w->options[slot(w)];
    tracedag_status status = tracedag_check(w->bytes, w->size, options, &dag, &report);
    if (status == TRACEDAG_NO_MEMORY)
        HOLDS(!dag && !report && is_lower_heap(options));
    else
        check_verdict(status, dag, report);
    hold(w, dag, report);
}

static void share_doc(struct world *w)
{
    uint32_t from = slot(w);
    uint32_t to = slot(w);
    tracedag_doc *kept = tracedag_doc_ref(w->docs[from]);
    HOLDS(kept == w->docs[from]);
    HOLDS(tracedag_doc_unref(w->docs[to]) == NULL);
    w->docs[to] = kept;
}

static void drop_doc(struct world *w)
{
    uint32_t at = slot(w);
    w->docs[at] = tracedag_doc_unref(w->docs[at]);
}

static void read_doc(struct world *w)
{
    const tracedag_doc *doc = w->docs[slot(w)];
    const tracedag_report *report = tracedag_doc_report(doc);
    HOLDS((report != NULL) == (doc != NULL));
    HOLDS(tracedag_report_count(report, 0) >= tracedag_report_dropped(report));
}

/* ---- reports ---------------------------------------------------------------------------- */

static void share_report(struct world *w)
{
    uint32_t from = slot(w);
    uint32_t to = slot(w);
    tracedag_report *kept = tracedag_report_ref(w->reports[from]);
    HOLDS(kept == w->reports[from]);
    HOLDS(tracedag_report_unref(w->reports[to]) == NULL);
    w->reports[to] = kept;
}

static void drop_report(struct world *w)
{
    uint32_t at = slot(w);
    w->reports[at] = tracedag_report_unref(w->reports[at]);
}

static void read_report(struct world *w)
{
    const tracedag_report *report = w->reports[slot(w)];
    tracedag_list list;
    tracedag_position place;
    tracedag_report_findings(report, &list);
    uint32_t index = number(w);
    HOLDS((tracedag_report_finding(report, index) != NULL) == (index < list.count));
    tracedag_report_position(report, number(w), &place);
    HOLDS(place.line >= 1 && place.column >= 1 && place.utf16 >= 1);
    HOLDS(tracedag_report_count(report, number(w)) <= tracedag_report_count(report, 0));
}

static void render(struct world *w)
{
    const tracedag_report *report = w->reports[slot(w)];
    uint32_t format = number(w);
    uint32_t flags = number(w);
    char *text = (char *)w;
    size_t size = 7;
    tracedag_status status = tracedag_report_render(
        report, format, rarely(w) ? NULL : "f", flags, &text, &size);
    bool fine = report && format >= TRACEDAG_FORMAT_TEXT &&
                format <= TRACEDAG_FORMAT_GITHUB && flags <= TRACEDAG_RENDER_COLOR;
    HOLDS(status == (fine ? TRACEDAG_OK : TRACEDAG_MISUSE));
    HOLDS(fine ? text && strlen(text) == size : !text && size == 0);
    tracedag_free(text);
}

/* ---- DAGs ------------------------------------------------------------------------------- */

static void share_dag(struct world *w)
{
    uint32_t from = slot(w);
    uint32_t to = slot(w);
    tracedag_dag *kept = tracedag_dag_ref(w->dags[from]);
    HOLDS(kept == w->dags[from]);
    HOLDS(tracedag_dag_unref(w->dags[to]) == NULL);
    w->dags[to] = kept;
    memmove(w->hashes[to], w->hashes[from], TRACEDAG_HASH_ROOM);
}

static void drop_dag(struct world *w)
{
    uint32_t at = slot(w);
    w->dags[at] = tracedag_dag_unref(w->dags[at]);
}

static size_t count_jobs(const tracedag_dag *dag)
{
    tracedag_list jobs;
    tracedag_dag_jobs(dag, &jobs);
    return jobs.count;
}

static void look_up(struct world *w)
{
    const tracedag_dag *dag = w->dags[slot(w)];
    uint32_t index = number(w);
    const tracedag_job *job = tracedag_dag_job(dag, index);
    HOLDS((job != NULL) == (index < count_jobs(dag)));
    if (job)
        HOLDS(tracedag_dag_find_job(dag, job->name.ptr, job->name.len) == index);
    size_t len = choose(&w->from, (uint32_t)w->size + 1);
    uint32_t found = tracedag_dag_find_job(dag, w->bytes, len);
    HOLDS(found == TRACEDAG_NO_JOB || found < count_jobs(dag));
    HOLDS(tracedag_dag_find_job(dag, NULL, 1) == TRACEDAG_NO_JOB);
    HOLDS((tracedag_dag_name(dag) != NULL) == (dag != NULL));
}

static void ask_runs(struct world *w, const tracedag_dag *dag, uint32_t job,
                     int64_t after, uint32_t count)
{
    tracedag_list runs = {w, 7, 7};
    bool fine = job < count_jobs(dag) && count <= TRACEDAG_RUNS_MOST && after >= 0 &&
                after <= TRACEDAG_LAST_INSTANT;
    HOLDS(tracedag_dag_next_runs(dag, job, after, count, &runs) ==
          (fine ? TRACEDAG_OK : TRACEDAG_MISUSE));
    HOLDS(runs.count <= (fine ? count : 0) && (runs.items != NULL) == (runs.count > 0));
    tracedag_free(runs.items);
}

static void ask_trust(struct world *w, const tracedag_dag *dag, uint32_t most,
                      uint32_t format, uint32_t flags)
{
    tracedag_list flows = {w, 7, 7};
    size_t left_out = 7;
    char *text = (char *)w;
    bool fine = dag && most <= TRACEDAG_FLOWS_MOST;
    HOLDS(tracedag_dag_flows(dag, most, &flows, &left_out) ==
          (fine ? TRACEDAG_OK : TRACEDAG_MISUSE));
    HOLDS(flows.count <= (fine ? most : 0) && (fine || left_out == 0));
    HOLDS((flows.items != NULL) == (flows.count > 0));
    tracedag_free(flows.items);
    fine = fine && flags <= TRACEDAG_RENDER_COLOR &&
           (format == TRACEDAG_FORMAT_TEXT || format == TRACEDAG_FORMAT_JSON);
    HOLDS(tracedag_dag_trust_render(dag, most, format, NULL, flags, &text, NULL) ==
          (fine ? TRACEDAG_OK : TRACEDAG_MISUSE));
    HOLDS((text != NULL) == fine);
    tracedag_free(text);
}

static void walk(struct world *w)
{
    const tracedag_dag *dag = w->dags[slot(w)];
    uint32_t job = number(w);
    uint32_t output = choose(&w->from, 2) ? number(w) : TRACEDAG_ANY_OUTPUT;
    uint32_t all = number(w);
    tracedag_list up = {w, 7, 7};
    tracedag_list down = {w, 7, 7};
    const tracedag_job *about = tracedag_dag_job(dag, job);
    bool fine = about && all <= 1;
    HOLDS(tracedag_dag_upstream(dag, job, all, &up) ==
          (fine ? TRACEDAG_OK : TRACEDAG_MISUSE));
    fine = fine && (output == TRACEDAG_ANY_OUTPUT || output < about->outputs);
    HOLDS(tracedag_dag_downstream(dag, job, output, all, &down) ==
          (fine ? TRACEDAG_OK : TRACEDAG_MISUSE));
    HOLDS(fine || (!down.items && down.count == 0));
    tracedag_free(up.items);
    tracedag_free(down.items);
    /* The same numbers serve, so that inputs of the corpus keep their meaning. */
    ask_runs(w, dag, job, (int64_t)((uint64_t)output << 32 | all), all);
    ask_trust(w, dag, job, all, output);
}

static void ask_origin(struct world *w)
{
    const tracedag_dag *dag = w->dags[slot(w)];
    uint32_t job = number(w);
    uint32_t setting = number(w);
    uint32_t line = 7;
    uint32_t origin = tracedag_dag_origin(dag, job, setting, &line);
    bool known = job < count_jobs(dag) && setting > 0 &&
                 setting <= TRACEDAG_SETTING_BACKPRESSURE_MODE;
    HOLDS((origin != 0) == known && (known || line == 0));
    HOLDS(tracedag_dag_origin(dag, job, setting, NULL) == origin);
}

static void write_dag(struct world *w)
{
    const tracedag_dag *dag = w->dags[slot(w)];
    uint32_t form = number(w);
    uint32_t syntax = number(w);
    char *text = (char *)w;
    size_t size = 7;
    tracedag_status status = tracedag_dag_write(dag, form, syntax, &text, &size);
    bool fine = dag && form >= TRACEDAG_FORM_CANONICAL && form <= TRACEDAG_FORM_ORIGINS &&
                (syntax == TRACEDAG_SYNTAX_JSON || syntax == TRACEDAG_SYNTAX_YAML);
    HOLDS(status == (fine ? TRACEDAG_OK : TRACEDAG_MISUSE));
    HOLDS(fine ? text && text[size] == '\0' : !text && size == 0);
    tracedag_free(text);
}

static void hash(struct world *w)
{
    const tracedag_dag *dag = w->dags[slot(w)];
    char out[TRACEDAG_HASH_ROOM];
    size_t room = rarely(w) ? choose(&w->from, TRACEDAG_HASH_ROOM) : TRACEDAG_HASH_ROOM;
    uint32_t job = number(w);
    uint32_t kind = number(w);
    bool fine = job < count_jobs(dag) && room == TRACEDAG_HASH_ROOM &&
                (kind == TRACEDAG_HASH_JOB || kind == TRACEDAG_HASH_MATERIALIZATION);
    HOLDS(tracedag_dag_job_hash(dag, job, kind, out, room) ==
          (fine ? TRACEDAG_OK : TRACEDAG_MISUSE));
    HOLDS(tracedag_source_hash(w->bytes, w->size, out, room) ==
          (room == TRACEDAG_HASH_ROOM ? TRACEDAG_OK : TRACEDAG_MISUSE));
}

/* Values are numbers, and any number may be handed in. */
static void read_values(struct world *w)
{
    const tracedag_dag *dag = w->dags[slot(w)];
    tracedag_value a = choose(&w->from, 64);
    tracedag_value b = choose(&w->from, 2) ? tracedag_value_first(dag, a) : number(w);
    tracedag_text text;
    tracedag_text key;
    char *json = (char *)w;
    uint32_t kind = tracedag_value_kind(dag, a);
    HOLDS(kind <= TRACEDAG_KIND_MAP && (dag || kind == 0));
    tracedag_value_text(dag, a, &text);
    HOLDS(is_utf8(text.ptr, text.len) && (kind != 0 || !text.ptr));
    tracedag_value_key(dag, a, b, &key);
    HOLDS(is_utf8(key.ptr, key.len) && (kind == TRACEDAG_KIND_MAP || !key.ptr));
    HOLDS(kind >= TRACEDAG_KIND_LIST || tracedag_value_count(dag, a) == 0);
    HOLDS(kind >= TRACEDAG_KIND_LIST || tracedag_value_next(dag, a, b) == 0);
    tracedag_value_kind(dag, tracedag_value_next(dag, a, b));
    HOLDS(tracedag_value_json(dag, a, &json, NULL) ==
          (kind ? TRACEDAG_OK : TRACEDAG_MISUSE));
    HOLDS((json != NULL) == (kind != 0));
    tracedag_free(json);
}

/* ---- the library itself ----------------------------------------------------------------- */

static void ask_library(struct world *w)
{
    static const char *const fields[] = {"runtime", "priority", "kind", "storage",
                                         "name",    "",         "x"};
    const char *field = fields[choose(&w->from, 7)];
    const char *word = tracedag_enum_name(field, number(w));
    HOLDS(!word || is_one_line(word, strlen(word)));
    HOLDS(tracedag_enum_name(NULL, 1) == NULL && tracedag_enum_name(field, 0) == NULL);
    HOLDS(tracedag_status_text((tracedag_status)number(w)) != NULL);
    const char *name = tracedag_code_name(choose(&w->from, 800));
    HOLDS(!name || *name);
    HOLDS(tracedag_feature(number(w)) < 1000000);
    HOLDS(tracedag_version_number() == TRACEDAG_VERSION_NUMBER);
    HOLDS(strcmp(tracedag_version_string(), TRACEDAG_VERSION_STRING) == 0);
    tracedag_free(NULL);
}

static void (*const calls[])(struct world *w) = {
    make_options, share_options, set_limit,   parse,       parse,
    validate,     validate,      check,       share_doc,   drop_doc,
    read_doc,     share_report,  drop_report, read_report, render,
    share_dag,    drop_dag,      look_up,     walk,        ask_origin,
    write_dag,    hash,          read_values, read_values, ask_library,
};

static void check_hashes(const struct world *w)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (w->dags[i])
            HOLDS(strcmp(tracedag_dag_hash(w->dags[i]), w->hashes[i]) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world w = {.from = fuzz_choices(data, size)};
    char *bytes = fuzz_document(data, &size);
    w.bytes = bytes;
    w.size = size;
    for (uint32_t left = 1 + choose(&w.from, CALLS_MOST); left > 0; left--) {
        calls[choose(&w.from, sizeof calls / sizeof *calls)](&w);
        check_hashes(&w);
    }
    free(bytes);
    for (size_t i = 0; i < SLOTS; i++) {
        tracedag_options_unref(w.options[i]);
        tracedag_doc_unref(w.docs[i]);
        tracedag_report_unref(w.reports[i]);
        tracedag_dag_unref(w.dags[i]);
    }
    return 0;
}
