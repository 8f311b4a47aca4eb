/*
 * The functions of the library whose results have a common shape. A new one comes under the
 * fuzzer by its line here: check.c calls it twice and judges what it gave, fuzz_oom.c lets its
 * allocations fail. Columns: a name, what of `s` (struct subject) it needs, its shape, the call.
 */
#ifndef CALLS_H
#define CALLS_H

#include "fuzz.h"

/* What a text is. */
enum {
    LINES = 1,      /* ends with LF */
    JSON_LINES = 2, /* a JSON value a line */
    JSON = 4,       /* one JSON value, no LF */
    READS_BACK = 8  /* a document of the same DAG */
};

/* clang-format off */

/* Owned texts, given by `text` and `size`. */
#define TEXT_CALLS(X) \
    X(render_text, report, LINES, \
      tracedag_report_render(s->report, TRACEDAG_FORMAT_TEXT, "dag.yaml", 0, text, size)) \
    X(render_colour, report, LINES, \
      tracedag_report_render(s->report, TRACEDAG_FORMAT_TEXT, NULL, TRACEDAG_RENDER_COLOR, text, \
                             size)) \
    X(render_json, report, LINES | JSON_LINES, \
      tracedag_report_render(s->report, TRACEDAG_FORMAT_JSON, "a\"\n\xFF.yaml", 0, text, size)) \
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
    X(config_json, config, JSON, \
      tracedag_value_json(s->dag, s->config, text, size))

/* Owned lists, given by `list`: the type of a record stands before the call. */
#define OWNED_LIST_CALLS(X) \
    X(upstream, dag, uint32_t, tracedag_dag_upstream(s->dag, s->job, 0, list)) \
    X(all_upstream, dag, uint32_t, tracedag_dag_upstream(s->dag, s->job, 1, list)) \
    X(downstream, dag, uint32_t, \
      tracedag_dag_downstream(s->dag, s->job, s->output, 0, list)) \
    X(all_downstream, dag, uint32_t, \
      tracedag_dag_downstream(s->dag, s->job, s->output, 1, list)) \
    X(origins, dag, tracedag_setting_origin, tracedag_dag_origins(s->dag, list)) \
    X(job_hashes, dag, tracedag_job_hashes, tracedag_dag_job_hashes(s->dag, list))

/* Borrowed lists; they never allocate. */
#define BORROWED_LIST_CALLS(X) \
    X(codes, report, tracedag_code_info, tracedag_codes(list)) \
    X(findings, report, tracedag_finding, tracedag_report_findings(s->report, list)) \
    X(jobs, dag, tracedag_job, tracedag_dag_jobs(s->dag, list)) \
    X(inputs, dag, tracedag_input, tracedag_dag_inputs(s->dag, list)) \
    X(names, dag, tracedag_text, tracedag_dag_names(s->dag, list)) \
    X(publishes, dag, tracedag_publish, tracedag_dag_publishes(s->dag, list)) \
    X(externals, dag, tracedag_text, tracedag_dag_external_datasets(s->dag, list)) \
    X(order, dag, uint32_t, tracedag_dag_order(s->dag, list))

/* clang-format on */

struct text_call {
    const char *name;
    bool (*applies)(const struct subject *s);
    unsigned traits;
    tracedag_status (*call)(const struct subject *s, char **text, size_t *size);
};

struct list_call {
    const char *name;
    bool (*applies)(const struct subject *s);
    size_t stride; /* at least */
    bool owned;
    tracedag_status (*call)(const struct subject *s, tracedag_list *list);
};

extern const struct text_call text_calls[];
extern const size_t text_call_count;
extern const struct list_call list_calls[];
extern const size_t list_call_count;

#endif
