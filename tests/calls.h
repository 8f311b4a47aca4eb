/*
 * Every public function that makes or tells something of what is finished, a line each. A line
 * puts a function under the failing allocations (test_memory.c), the threads (test_api_threads.c),
 * the growth tests (growth/measure.c) and the fuzz harnesses (../fuzz/check.c, ../fuzz/fuzz_oom.c).
 * check_calls.py lists functions that have none.
 */
#ifndef TESTS_CALLS_H
#define TESTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tracedag/tracedag.h>

/* What came of one document, and what in it is asked about. */
struct subject {
    const tracedag_dag *dag;    /* NULL for a document that is rejected */
    const tracedag_dag *before; /* another version of it; may be itself */
    const tracedag_report *report;
    const tracedag_catalog *catalog; /* that it was judged by; NULL for none */
    uint32_t job;
    uint32_t source;       /* the job whose readers are asked for, */
    uint32_t output;       /* of this output, or TRACEDAG_ANY_OUTPUT */
    uint32_t reader;       /* the job whose sources are */
    uint32_t scheduled;    /* the job whose runs are asked for */
    tracedag_value config; /* of the job; 0 where it has none */
};

/* What a text is. */
enum {
    LINES = 1,      /* ends with LF */
    JSON_LINES = 2, /* a JSON value a line */
    JSON = 4,       /* one JSON value, no LF */
    READS_BACK = 8, /* a document of the same DAG */
    BYTES = 16,     /* those of a document, whatever they are */
    JUDGED =
        32, /* made by judging documents, so that it costs many times what others do */
    OF_TWO = 64 /* of two documents */
};

/* With the list of what was done, which is owned as well. */
static inline tracedag_status call_fix_told(const tracedag_report *report, char **text,
                                            size_t *size)
{
    tracedag_list applied = {NULL, 0, 0};
    tracedag_status status = tracedag_report_fix(report, 0, text, size, &applied, NULL);
    tracedag_free(applied.items);
    return status;
}

/* Addresses differ from call to call: what is left of the records is compared. */
static inline tracedag_status call_flows(const tracedag_dag *dag, tracedag_list *list)
{
    tracedag_status status = tracedag_dag_flows(dag, 1000, list, NULL);
    tracedag_flow *flow = (tracedag_flow *)(uintptr_t)list->items;
    for (size_t i = 0; i < list->count; i++)
        flow[i].name.ptr = flow[i].path.items = flow[i].inputs.items = NULL;
    return status;
}

/* Writes texts one behind another, a line each; `*text` is owned. */
static inline tracedag_status join_texts(const tracedag_text *texts, size_t count,
                                         char **text, size_t *size)
{
    size_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += texts[i].len + 1;
    char *at = *text = malloc(all + 1);
    if (!at)
        return TRACEDAG_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (texts[i].len)
            memcpy(at, texts[i].ptr, texts[i].len);
        at += texts[i].len;
        *at++ = '\n';
    }
    *at = '\0';
    *size = all;
    return TRACEDAG_OK;
}

/* All texts of the changes, the last of which says how far they go. */
static inline tracedag_status call_diff(const struct subject *s, char **text,
                                        size_t *size)
{
    tracedag_diff *diff = NULL;
    tracedag_list changes;
    tracedag_list scope;
    char numbers[64];
    *text = NULL;
    *size = 0;
    tracedag_status status = tracedag_diff_new(s->before, s->dag, &diff);
    if (status != TRACEDAG_OK)
        return status;
    tracedag_diff_changes(diff, &changes);
    tracedag_diff_scope(diff, &scope);
    snprintf(numbers, sizeof numbers, "%zu, %u", scope.count,
             tracedag_diff_breaking(diff));
    tracedag_text *texts = malloc((5 * changes.count + 1) * sizeof *texts);
    for (size_t i = 0; texts && i < changes.count; i++) {
        const tracedag_change *change = tracedag_list_at(&changes, i);
        tracedag_text five[] = {change->old_name, change->new_name, change->path,
                                change->old_value, change->new_value};
        memcpy(texts + 5 * i, five, sizeof five);
    }
    if (texts)
        texts[5 * changes.count] = (tracedag_text){numbers, strlen(numbers)};
    status =
        texts ? join_texts(texts, 5 * changes.count + 1, text, size) : TRACEDAG_NO_MEMORY;
    free(texts);
    tracedag_diff_unref(tracedag_diff_ref(diff));
    tracedag_diff_unref(diff);
    return status;
}

static inline tracedag_status call_diff_render(const struct subject *s, uint32_t format,
                                               uint32_t flags, char **text, size_t *size)
{
    tracedag_diff *diff = NULL;
    *text = NULL;
    *size = 0;
    tracedag_status status = tracedag_diff_new(s->before, s->dag, &diff);
    if (status == TRACEDAG_OK)
        status =
            tracedag_diff_render(diff, format, "a\"\n\xFF.yaml", NULL, flags, text, size);
    tracedag_diff_unref(diff);
    return status;
}

static inline tracedag_status call_draw_change(const struct subject *s, uint32_t picture,
                                               char **text, size_t *size)
{
    tracedag_diff *diff = NULL;
    *text = NULL;
    *size = 0;
    tracedag_status status = tracedag_diff_new(s->before, s->dag, &diff);
    if (status == TRACEDAG_OK)
        status = tracedag_dag_draw(s->dag, NULL, diff, picture, 0, text, size);
    tracedag_diff_unref(diff);
    return status;
}

static inline tracedag_status call_first_difference(const struct subject *s, char **text,
                                                    size_t *size)
{
    tracedag_list list;
    *text = NULL;
    *size = 0;
    tracedag_status status = tracedag_dag_first_difference(s->before, s->dag, &list);
    const tracedag_difference *found = tracedag_list_at(&list, 0);
    tracedag_text three[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    if (found) {
        three[0] = found->pointer;
        three[1] = found->old_value;
        three[2] = found->new_value;
    }
    if (status == TRACEDAG_OK)
        status = join_texts(three, 3, text, size);
    tracedag_free(list.items);
    return status;
}

/* A document together with itself, so that all its names are taken. */
static inline tracedag_status make_group(const struct subject *s, tracedag_group **group)
{
    tracedag_outline *outline = NULL;
    *group = NULL;
    tracedag_status status = tracedag_outline_new(s->dag, s->report, "a.yaml", &outline);
    if (status != TRACEDAG_OK)
        return status;
    tracedag_outline *kept = tracedag_outline_ref(outline);
    status = tracedag_group_new((const tracedag_outline *[]){outline, kept}, 2, group);
    tracedag_outline_unref(outline);
    tracedag_outline_unref(kept);
    return status == TRACEDAG_REJECTED ? TRACEDAG_OK : status;
}

static inline tracedag_status call_group(const struct subject *s, uint32_t format,
                                         char **text, size_t *size)
{
    tracedag_group *group;
    tracedag_list datasets;
    *text = NULL;
    *size = 0;
    tracedag_status status = make_group(s, &group);
    tracedag_group_datasets(group, &datasets);
    if (status == TRACEDAG_OK && datasets.count > tracedag_group_summary(group)->datasets)
        status = TRACEDAG_INTERNAL;
    if (status == TRACEDAG_OK)
        status = tracedag_group_render(
            group, format, TRACEDAG_GROUP_DATASETS | TRACEDAG_GROUP_SUMMARY, text, size);
    tracedag_group_unref(group);
    return status;
}

/* The second of its reports; a document that is rejected has none there. */
static inline tracedag_status call_group_report(const struct subject *s, char **text,
                                                size_t *size)
{
    tracedag_group *group;
    *text = NULL;
    *size = 0;
    tracedag_status status = make_group(s, &group);
    tracedag_group *kept = tracedag_group_ref(group);
    tracedag_group_unref(group);
    const tracedag_report *report = tracedag_group_report(kept, 1);
    if (status == TRACEDAG_OK)
        status = tracedag_report_render(report ? report : s->report, TRACEDAG_FORMAT_TEXT,
                                        "a.yaml", 0, text, size);
    tracedag_group_unref(kept);
    return status;
}

/* ---- the lines: a name, what of `s` the call needs, its shape, the call -------------------- */

/* clang-format off */

/* Owned texts, given by `text` and `size`. */
#define TEXT_CALLS(X) \
    X(explain, nothing, LINES, \
      tracedag_explain(TRACEDAG_CODE_UNKNOWN_JOB, text, size)) \
    X(json_schema, nothing, LINES, tracedag_json_schema(text, size)) \
    X(catalog_json_schema, catalog, LINES, \
      tracedag_catalog_json_schema(s->catalog, text, size)) \
    X(catalog_write, catalog, JSON, tracedag_catalog_write(s->catalog, text, size)) \
    X(render_text, report, LINES, \
      tracedag_report_render(s->report, TRACEDAG_FORMAT_TEXT, "dag.yaml", 0, text, size)) \
    X(render_colour, report, LINES, \
      tracedag_report_render(s->report, TRACEDAG_FORMAT_TEXT, NULL, TRACEDAG_RENDER_COLOR, text, \
                             size)) \
    X(render_json, report, LINES | JSON_LINES, \
      tracedag_report_render(s->report, TRACEDAG_FORMAT_JSON, "a\"\n\xFF.yaml", 0, text, size)) \
    X(baseline, report, 0, \
      tracedag_report_baseline(s->report, "a b.yaml", text, size)) \
    X(render_sarif, report, LINES | JSON_LINES, \
      tracedag_report_render(s->report, TRACEDAG_FORMAT_SARIF, "/a\"\n\xFF.yaml", 0, text, size)) \
    X(render_github, report, LINES, \
      tracedag_report_render(s->report, TRACEDAG_FORMAT_GITHUB, "a:\n\xFF.yaml", 0, text, size)) \
    X(reports_render, report, LINES | JSON_LINES, \
      tracedag_reports_render((const tracedag_report *[]){s->report, NULL, s->report}, NULL, 3, \
                              TRACEDAG_FORMAT_SARIF, 0, text, size)) \
    X(fix, report, BYTES | JUDGED, \
      call_fix_told(s->report, text, size)) \
    X(fix_unsafe, report, BYTES | JUDGED, \
      tracedag_report_fix(s->report, TRACEDAG_FIX_UNSAFE, text, size, NULL, NULL)) \
    X(canonical, dag, LINES | JSON_LINES | READS_BACK, \
      tracedag_dag_write(s->dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON, text, size)) \
    X(canonical_yaml, dag, LINES | READS_BACK, \
      tracedag_dag_write(s->dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_YAML, text, size)) \
    X(resolved, dag, LINES | JSON_LINES | READS_BACK, \
      tracedag_dag_write(s->dag, TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_JSON, text, size)) \
    X(resolved_yaml, dag, LINES | READS_BACK, \
      tracedag_dag_write(s->dag, TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_YAML, text, size)) \
    X(origins_json, dag, LINES | JSON_LINES, \
      tracedag_dag_write(s->dag, TRACEDAG_FORM_ORIGINS, TRACEDAG_SYNTAX_JSON, text, size)) \
    X(origins_yaml, dag, LINES | READS_BACK, \
      tracedag_dag_write(s->dag, TRACEDAG_FORM_ORIGINS, TRACEDAG_SYNTAX_YAML, text, size)) \
    X(trust_text, dag, LINES, \
      tracedag_dag_trust_render(s->dag, 1000, TRACEDAG_FORMAT_TEXT, "a\"\n\xFF.yaml", \
                                TRACEDAG_RENDER_COLOR, text, size)) \
    X(trust_json, dag, LINES | JSON_LINES, \
      tracedag_dag_trust_render(s->dag, 1000, TRACEDAG_FORMAT_JSON, "a\"\n\xFF.yaml", 0, text, \
                                size)) \
    X(draw_text, dag, LINES, \
      tracedag_dag_draw(s->dag, s->report, NULL, TRACEDAG_PICTURE_TEXT, TRACEDAG_DRAW_COLOR, \
                        text, size)) \
    X(draw_mermaid, dag, LINES, \
      tracedag_dag_draw(s->dag, s->report, NULL, TRACEDAG_PICTURE_MERMAID, 0, text, size)) \
    X(draw_dot, dag, LINES, \
      tracedag_dag_draw(s->dag, NULL, NULL, TRACEDAG_PICTURE_DOT, 0, text, size)) \
    X(config_json, config, JSON, \
      tracedag_value_json(s->dag, s->config, text, size)) \
    X(draw_change, dag, LINES | OF_TWO, \
      call_draw_change(s, TRACEDAG_PICTURE_MERMAID, text, size)) \
    X(diff, dag, LINES | OF_TWO, call_diff(s, text, size)) \
    X(diff_text, dag, LINES | OF_TWO, \
      call_diff_render(s, TRACEDAG_FORMAT_TEXT, TRACEDAG_DIFF_COLOR, text, size)) \
    X(diff_json, dag, LINES | JSON_LINES | OF_TWO, \
      call_diff_render(s, TRACEDAG_FORMAT_JSON, 0, text, size)) \
    X(diff_first, dag, LINES | OF_TWO, \
      call_diff_render(s, TRACEDAG_FORMAT_TEXT, TRACEDAG_DIFF_FIRST, text, size)) \
    X(diff_first_json, dag, LINES | JSON_LINES | OF_TWO, \
      call_diff_render(s, TRACEDAG_FORMAT_JSON, TRACEDAG_DIFF_FIRST, text, size)) \
    X(first_difference, dag, LINES | OF_TWO, call_first_difference(s, text, size)) \
    X(group_text, report, LINES, call_group(s, TRACEDAG_FORMAT_TEXT, text, size)) \
    X(group_json, report, LINES | JSON_LINES, call_group(s, TRACEDAG_FORMAT_JSON, text, size)) \
    X(group_report, report, LINES, call_group_report(s, text, size))

/* Owned lists, given by `list`; their shape is the type of a record. */
#define OWNED_LIST_CALLS(X) \
    X(upstream, dag, uint32_t, tracedag_dag_upstream(s->dag, s->reader, 0, list)) \
    X(all_upstream, dag, uint32_t, tracedag_dag_upstream(s->dag, s->reader, 1, list)) \
    X(downstream, dag, uint32_t, \
      tracedag_dag_downstream(s->dag, s->source, s->output, 0, list)) \
    X(all_downstream, dag, uint32_t, \
      tracedag_dag_downstream(s->dag, s->source, s->output, 1, list)) \
    X(next_runs, dag, int64_t, \
      tracedag_dag_next_runs(s->dag, s->scheduled, 1764000000, 100, list)) \
    X(origins, dag, tracedag_setting_origin, tracedag_dag_origins(s->dag, list)) \
    X(flows, dag, tracedag_flow, call_flows(s->dag, list)) \
    X(job_hashes, dag, tracedag_job_hashes, tracedag_dag_job_hashes(s->dag, list))

/* Hashes, written to `out` of `room` bytes; their shape is what they begin with. */
#define HASH_CALLS(X) \
    X(job_hash, dag, "tdj1:", \
      tracedag_dag_job_hash(s->dag, s->job, TRACEDAG_HASH_JOB, out, room)) \
    X(materialization_hash, dag, "tdm1:", \
      tracedag_dag_job_hash(s->dag, s->job, TRACEDAG_HASH_MATERIALIZATION, out, room)) \
    X(source_hash, nothing, "src1:", tracedag_source_hash("a\0\n", 3, out, room))

/* Borrowed lists; these, and all that follow, never allocate. */
#define BORROWED_LIST_CALLS(X) \
    X(codes, nothing, tracedag_code_info, tracedag_codes(list)) \
    X(catalog_operators, catalog, tracedag_operator, \
      tracedag_catalog_operators(s->catalog, list)) \
    X(catalog_datasets, catalog, tracedag_dataset, \
      tracedag_catalog_datasets(s->catalog, list)) \
    X(findings, report, tracedag_finding, tracedag_report_findings(s->report, list)) \
    X(suppressed, report, tracedag_finding, tracedag_report_suppressed(s->report, list)) \
    X(jobs, dag, tracedag_job, tracedag_dag_jobs(s->dag, list)) \
    X(inputs, dag, tracedag_input, tracedag_dag_inputs(s->dag, list)) \
    X(names, dag, tracedag_text, tracedag_dag_names(s->dag, list)) \
    X(publishes, dag, tracedag_publish, tracedag_dag_publishes(s->dag, list)) \
    X(externals, dag, tracedag_text, tracedag_dag_external_datasets(s->dag, list)) \
    X(order, dag, uint32_t, tracedag_dag_order(s->dag, list))

/* Borrowed texts, given by `text`, or as what a string is; the shape is whether there is one. */
#define BORROWED_TEXT_CALLS(X) \
    X(version_string, nothing, true, *text = of_string(tracedag_version_string())) \
    X(status_text, nothing, true, *text = of_string(tracedag_status_text(TRACEDAG_OK))) \
    X(code_name, nothing, true, \
      *text = of_string(tracedag_code_name(TRACEDAG_CODE_UNKNOWN_JOB))) \
    X(enum_name, nothing, true, *text = of_string(tracedag_enum_name("runtime", 1))) \
    X(dag_name, dag, true, *text = of_string(tracedag_dag_name(s->dag))) \
    X(dag_hash, dag, true, *text = of_string(tracedag_dag_hash(s->dag))) \
    X(value_text, config, false, tracedag_value_text(s->dag, first_of(s), text)) \
    X(value_key, config, false, tracedag_value_key(s->dag, s->config, first_of(s), text))

/* Numbers, and whether there is a record. */
#define NUMBER_CALLS(X) \
    X(version_number, nothing, tracedag_version_number()) \
    X(feature, nothing, tracedag_feature(TRACEDAG_FEATURE_FORMAT)) \
    X(code_page, nothing, tracedag_code_page(TRACEDAG_CODE_UNKNOWN_JOB) != NULL) \
    X(code_find, nothing, tracedag_code_find("Unknown-Job")) \
    X(default_limit, nothing, tracedag_options_limit(NULL, TRACEDAG_LIMIT_HEAP_BYTES)) \
    X(default_severity, nothing, tracedag_options_severity(NULL, TRACEDAG_CODE_UNREAD_JOB)) \
    X(set_together, nothing, tracedag_options_set_together(NULL, 1) == TRACEDAG_MISUSE) \
    X(report_count, report, tracedag_report_count(s->report, 0)) \
    X(report_catalog, report, tracedag_report_catalog(s->report) != NULL) \
    X(report_dropped, report, tracedag_report_dropped(s->report)) \
    X(report_finding, report, tracedag_report_finding(s->report, 0) != NULL) \
    X(report_position, report, line_of(s, 100)) \
    X(dag_job, dag, tracedag_dag_job(s->dag, s->job) != NULL) \
    X(dag_find_job, dag, tracedag_dag_find_job(s->dag, "a", 1)) \
    X(dag_origin, dag, \
      tracedag_dag_origin(s->dag, s->job, TRACEDAG_SETTING_PRIORITY, NULL)) \
    X(value_kind, config, tracedag_value_kind(s->dag, first_of(s))) \
    X(value_count, config, tracedag_value_count(s->dag, s->config)) \
    X(value_next, config, tracedag_value_next(s->dag, s->config, first_of(s)) != 0)

/* clang-format on */

static inline tracedag_text of_string(const char *string)
{
    return (tracedag_text){string, string ? strlen(string) : 0};
}

static inline tracedag_value first_of(const struct subject *s)
{
    return tracedag_value_first(s->dag, s->config);
}

static inline uint32_t line_of(const struct subject *s, uint64_t byte)
{
    tracedag_position place = {0};
    tracedag_report_position(s->report, byte, &place);
    return place.line;
}

/* ---- the table of all lines ---------------------------------------------------------------- */

#define ONE_MORE(...) +1

enum {
    TEXT_COUNT = 0 TEXT_CALLS(ONE_MORE),
    MAKING_COUNT = TEXT_COUNT OWNED_LIST_CALLS(ONE_MORE) HASH_CALLS(ONE_MORE),
    CALL_COUNT = MAKING_COUNT BORROWED_LIST_CALLS(ONE_MORE) BORROWED_TEXT_CALLS(ONE_MORE)
        NUMBER_CALLS(ONE_MORE)
};

/* What a call made: its status, and bytes of its own, a hash, or a number. */
struct made {
    tracedag_status status;
    const void *owned;
    size_t size;
    char hash[TRACEDAG_HASH_ROOM];
    uint64_t
        number; /* also how many a list has, and what the bytes of a borrowed text give */
    bool wrong; /* an out-parameter holds what it must not */
};

struct call {
    const char *name;
    bool (*applies)(const struct subject *s); /* whether there is what it needs */
    unsigned traits;                          /* of a text */
    void (*run)(const struct subject *s, struct made *made);
};

/* Texts first, then all else that allocates, then what never does. */
extern const struct call calls[CALL_COUNT];

/* A subject of which calls have the most to say. `dag` may be NULL. */
struct subject whole_subject(const tracedag_dag *dag, const tracedag_report *report);

/* Makes one call, even where it does not apply: then it is misused. */
void make(const struct call *call, const struct subject *s, struct made *made);

/* Releases what it made. */
void unmake(struct made *made);

/* Whether two calls of one line gave the same. */
bool made_alike(const struct made *a, const struct made *b);

#endif
