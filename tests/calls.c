#include "calls.h"

#include <string.h>

/* What an out-parameter holds before a call: a call that fails has to clear it. */
static const char before[] = "before";

static void note(struct made *made, tracedag_status status, const void *owned,
                 size_t size)
{
    bool failed = status != TRACEDAG_OK;
    made->status = status;
    made->owned = failed ? NULL : owned;
    made->size = failed ? 0 : size;
    made->left = failed && (owned || size);
}

static void note_list(struct made *made, tracedag_status status,
                      const tracedag_list *list)
{
    note(made, status, list->items, list->count * list->stride);
}

/* ---- the rows --------------------------------------------------------------------------- */

static void write_dag(const tracedag_dag *dag, const tracedag_report *report,
                      const struct call *call, struct made *made)
{
    (void)report;
    char *text = (char *)(uintptr_t)before;
    size_t size = sizeof before;
    tracedag_status status =
        tracedag_dag_write(dag, call->first, call->second, &text, &size);
    note(made, status, text, size);
}

static void render(const tracedag_dag *dag, const tracedag_report *report,
                   const struct call *call, struct made *made)
{
    (void)dag;
    char *text = (char *)(uintptr_t)before;
    size_t size = sizeof before;
    tracedag_status status = tracedag_report_render(report, call->first, "dag.yaml",
                                                    call->second, &text, &size);
    note(made, status, text, size);
}

static void upstream(const tracedag_dag *dag, const tracedag_report *report,
                     const struct call *call, struct made *made)
{
    (void)report;
    tracedag_list order;
    tracedag_dag_order(dag, &order);
    uint32_t last = order.count ? ((const uint32_t *)order.items)[order.count - 1] : 0;
    tracedag_list jobs = {before, sizeof before, 1};
    tracedag_status status = tracedag_dag_upstream(dag, last, call->first, &jobs);
    note_list(made, status, &jobs);
}

static void downstream(const tracedag_dag *dag, const tracedag_report *report,
                       const struct call *call, struct made *made)
{
    (void)report;
    tracedag_list order;
    tracedag_dag_order(dag, &order);
    uint32_t first = order.count ? *(const uint32_t *)order.items : 0;
    tracedag_list jobs = {before, sizeof before, 1};
    tracedag_status status =
        tracedag_dag_downstream(dag, first, TRACEDAG_ANY_OUTPUT, call->first, &jobs);
    note_list(made, status, &jobs);
}

static void origins(const tracedag_dag *dag, const tracedag_report *report,
                    const struct call *call, struct made *made)
{
    (void)report;
    (void)call;
    tracedag_list list = {before, sizeof before, 1};
    tracedag_status status = tracedag_dag_origins(dag, &list);
    note_list(made, status, &list);
}

static void job_hashes(const tracedag_dag *dag, const tracedag_report *report,
                       const struct call *call, struct made *made)
{
    (void)report;
    (void)call;
    tracedag_list list = {before, sizeof before, 1};
    tracedag_status status = tracedag_dag_job_hashes(dag, &list);
    note_list(made, status, &list);
}

static void job_hash(const tracedag_dag *dag, const tracedag_report *report,
                     const struct call *call, struct made *made)
{
    (void)report;
    tracedag_status status =
        tracedag_dag_job_hash(dag, 0, call->first, made->written, sizeof made->written);
    note(made, status, NULL, 0);
    made->left = status != TRACEDAG_OK && made->written[0] != '\0';
}

static void config_json(const tracedag_dag *dag, const tracedag_report *report,
                        const struct call *call, struct made *made)
{
    (void)report;
    (void)call;
    const tracedag_job *job = tracedag_dag_job(dag, 0);
    char *text = (char *)(uintptr_t)before;
    size_t size = sizeof before;
    tracedag_status status =
        tracedag_value_json(dag, job ? job->config : 0, &text, &size);
    note(made, status, text, size);
}

static void name_and_hash(const tracedag_dag *dag, const tracedag_report *report,
                          const struct call *call, struct made *made)
{
    (void)report;
    (void)call;
    const char *hash = tracedag_dag_hash(dag);
    const char *name = tracedag_dag_name(dag);
    note(made, hash && name ? TRACEDAG_OK : TRACEDAG_MISUSE, NULL, 0);
    if (hash)
        memcpy(made->written, hash, strlen(hash) + 1);
}

const struct call calls[CALL_COUNT] = {
    {"canonical JSON", write_dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON},
    {"canonical YAML", write_dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_YAML},
    {"resolved JSON", write_dag, TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_JSON},
    {"resolved YAML", write_dag, TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_YAML},
    {"origins JSON", write_dag, TRACEDAG_FORM_ORIGINS, TRACEDAG_SYNTAX_JSON},
    {"origins YAML", write_dag, TRACEDAG_FORM_ORIGINS, TRACEDAG_SYNTAX_YAML},
    {"report as text", render, TRACEDAG_FORMAT_TEXT, 0},
    {"report in colour", render, TRACEDAG_FORMAT_TEXT, TRACEDAG_RENDER_COLOR},
    {"report as JSON", render, TRACEDAG_FORMAT_JSON, 0},
    {"direct upstream", upstream, 0, 0},
    {"all upstream", upstream, 1, 0},
    {"direct downstream", downstream, 0, 0},
    {"all downstream", downstream, 1, 0},
    {"origins", origins, 0, 0},
    {"hashes of jobs", job_hashes, 0, 0},
    {"hash of a job", job_hash, TRACEDAG_HASH_JOB, 0},
    {"hash of its data", job_hash, TRACEDAG_HASH_MATERIALIZATION, 0},
    {"config as JSON", config_json, 0, 0},
    {"name and hash", name_and_hash, 0, 0},
    {"unknown form", write_dag, 0, 0},
};

/* ---- making and comparing --------------------------------------------------------------- */

void make(const struct call *call, const tracedag_dag *dag, const tracedag_report *report,
          struct made *made)
{
    memset(made, 0, sizeof *made);
    call->run(dag, report, call, made);
}

void unmake(struct made *made)
{
    tracedag_free(made->owned);
    made->owned = NULL;
}

bool made_alike(const struct made *a, const struct made *b)
{
    return a->status == b->status && a->size == b->size &&
           strcmp(a->written, b->written) == 0 &&
           (a->size == 0 || memcmp(a->owned, b->owned, a->size) == 0);
}
