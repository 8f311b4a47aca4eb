/* Memory that runs out at an allocation that the input chooses, those of libyaml included: the
 * call says so, and only then; nothing leaks, and what was there before stays as it was. */
#include "fuzz.h"

#include "../tests/calls.h"
#include "../tests/memory.h"

enum { CALLS = 3 }; /* made on one document, of those in ../tests/calls.h that allocate */

struct run {
    tracedag_status parsed;
    tracedag_status judged;
    char hash[TRACEDAG_HASH_ROOM];
    struct made results[CALLS];
};

/* The document, and which calls are made on what comes of it. */
struct plan {
    const char *bytes;
    size_t size;
    uint32_t first;
};

/* ---- calls ------------------------------------------------------------------------------ */

static void make_call(size_t which, const struct subject *s, struct made *made)
{
    const struct call *call = &calls[which % MAKING_COUNT];
    if (call->applies(s))
        make(call, s, made);
    else
        *made = (struct made){.status = TRACEDAG_OK};
}

static void make_calls(struct run *run, const struct plan *plan, const tracedag_dag *dag,
                       const tracedag_report *report)
{
    struct subject subject = make_subject(dag, report, plan->first);
    if (dag)
        memcpy(run->hash, tracedag_dag_hash(dag), strlen(tracedag_dag_hash(dag)) + 1);
    for (size_t i = 0; i < CALLS; i++)
        make_call(plan->first + i, &subject, &run->results[i]);
}

/* All calls, each as far as it is given what it needs. */
static void make_run(struct run *run, const struct plan *plan)
{
    tracedag_doc *doc = (tracedag_doc *)run;
    tracedag_dag *dag = (tracedag_dag *)run;
    tracedag_report *report = (tracedag_report *)run;
    memset(run, 0, sizeof *run);
    run->judged = TRACEDAG_NO_MEMORY;
    run->parsed = tracedag_parse(plan->bytes, plan->size, NULL, &doc);
    if (run->parsed != TRACEDAG_NO_MEMORY)
        run->judged = tracedag_validate(doc, NULL, &dag, &report);
    else
        HOLDS(!doc);
    if (run->judged != TRACEDAG_NO_MEMORY)
        make_calls(run, plan, dag, report);
    else if (doc)
        HOLDS(!dag && !report);
    if (run->judged != TRACEDAG_NO_MEMORY) {
        tracedag_dag_unref(dag);
        tracedag_report_unref(report);
    }
    tracedag_doc_unref(doc);
}

static void release(struct run *run)
{
    for (size_t i = 0; i < CALLS; i++)
        unmake(&run->results[i]);
}

/* ---- what must hold --------------------------------------------------------------------- */

static bool is_fine(tracedag_status status, tracedag_status normal)
{
    return status == normal || status == TRACEDAG_NO_MEMORY;
}

static void check_result(const struct made *result, const struct made *normal)
{
    HOLDS(!result->wrong);
    HOLDS(result->status == TRACEDAG_NO_MEMORY || made_alike(result, normal));
}

/* Whether a call said that memory ran out. */
static bool is_short(const struct run *run)
{
    bool is = run->parsed == TRACEDAG_NO_MEMORY || run->judged == TRACEDAG_NO_MEMORY;
    for (size_t i = 0; i < CALLS; i++)
        is = is || run->results[i].status == TRACEDAG_NO_MEMORY;
    return is;
}

static void check_run(const struct run *run, const struct run *normal)
{
    HOLDS(is_fine(run->parsed, normal->parsed) && is_fine(run->judged, normal->judged));
    if (run->judged == TRACEDAG_NO_MEMORY)
        return;
    HOLDS(strcmp(run->hash, normal->hash) == 0);
    for (size_t i = 0; i < CALLS; i++)
        check_result(&run->results[i], &normal->results[i]);
}

static void fail_at(size_t fail, bool onward, const struct plan *plan,
                    const struct run *normal)
{
    struct run run;
    long live = memory.live;
    start_counting(fail, onward);
    make_run(&run, plan);
    stop_counting();
    check_run(&run, normal);
    HOLDS(is_short(&run));
    release(&run);
    HOLDS(memory.live == live);
}

/* Calls on results that stand since before, and the same calls afterwards. */
static void fail_on_earlier(size_t fail, const struct plan *plan,
                            const struct run *normal)
{
    struct run run = {.parsed = normal->parsed, .judged = normal->judged};
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_check(plan->bytes, plan->size, NULL, &dag, &report);
    long live = memory.live;
    start_counting(fail, true);
    make_calls(&run, plan, dag, report);
    stop_counting();
    check_run(&run, normal);
    release(&run);
    make_calls(&run, plan, dag, report);
    check_run(&run, normal);
    HOLDS(!is_short(&run));
    release(&run);
    HOLDS(memory.live == live);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run normal;
    struct choices from = fuzz_choices(data, size);
    char *bytes = fuzz_document(data, &size);
    struct plan plan = {bytes, size, choose(&from, 256)};
    start_counting(0, false);
    make_run(&normal, &plan);
    size_t count = stop_counting();
    HOLDS(!is_short(&normal) && count > 0);
    bool onward = choose(&from, 2);
    fail_at(1 + choose(&from, (uint32_t)count), onward, &plan, &normal);
    fail_on_earlier(1 + choose(&from, 8), &plan, &normal);
    release(&normal);
    free(bytes);
    return 0;
}
