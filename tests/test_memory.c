/*
 * Memory that runs out: every allocation of the library, and of the YAML parser below it, fails
 * once, alone and with all that follow. Whatever happens, the call says so,
 * nothing leaks, and results that were handed out before stay as they are.
 *
 *     test_memory CASES LIST [STEP]
 *
 * The documents are those below and the cases that LIST names; together they reach every place
 * that allocates, see check_sites.py. With a STEP of n only every n-th allocation of a
 * call fails, not the same ones of each document. STEP 0 fails none: it only makes the calls.
 */
#define _DEFAULT_SOURCE
#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "calls.h"
#include "memory.h"

/* ---- documents -------------------------------------------------------------------------- */

#define JOB(name, more) \
    "  - {name: " name ", activation: source, runtime: ecs_platform, operator: op,\n" \
    "     source: {kind: manual}, " more "}\n"
#define READER(name, inputs) \
    "  - {name: " name ", activation: reactive, runtime: ecs_platform, operator: op,\n" \
    "     outputs: 2, update_strategy: replace, execution_strategy: PerUpdate,\n" \
    "     inputs: [" inputs "]}\n"
#define FROM(name) "{from: {job: " name ", output: 0}}"
#define TEN(piece) piece piece piece piece piece piece piece piece piece piece

/* clang-format off */
static const struct written {
    const char *name;
    tracedag_status verdict;
    const char *bytes;
    uint64_t findings;   /* the limit of findings; 0 for its default */
    const char *catalog; /* by which it is judged, where that has no fault; NULL for none */
} written[] = {
    {"minimal", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 0"), 0, NULL},
    {"graph", TRACEDAG_OK,
     "name: d\njobs:\n"
     READER("c", FROM("b") ", " FROM("a"))
     READER("b", FROM("a") ", {from: {dataset: x}, where: {k: v, n: 1}}")
     JOB("a", "outputs: 1")
     "publish:\n"
     "  p: {from: {job: b, output: 0}}\n"
     "  q: {from: {job: c, output: 1}, storage: s3}\n", 0, NULL},
    {"config", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 0, config: {s: \"a\\nb\\u00e9\", l: [1, 2.50, null, {x: [], y: {}}],\n"
              "     z: true, 'q': 'it''s'}"), 0, NULL},
    {"block scalars", TRACEDAG_OK,
     "name: d\njobs:\n"
     "  - name: a\n    activation: source\n    runtime: lambda\n    operator: op\n"
     "    outputs: 0\n    source: {kind: cron, schedule: \"5 4 * * SUN\"}\n    config:\n"
     "      x: |\n        one\n        two\n      y: >-\n        three\n        four\n", 0, NULL},
    {"aliases", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 0, config: &c {x: &x [1, &y {k: v}], z: *x }")
     JOB("b", "outputs: 0, config: *c ")
     JOB("c", "outputs: 0, config: {y: *y }"), 0, NULL},
    {"tuning", TRACEDAG_OK,
     "name: d\ndefaults: {max_attempts: 4, max_queue_age: 90m, priority: bulk}\njobs:\n"
     JOB("a", "outputs: 1, secrets: [two, one], update_strategy: append,\n"
              "     unique_key: [k, l], bootstrap: {reset_outputs: true}, max_queue_depth: 4")
     JOB("b", "outputs: 0, timeout_seconds: 5"), 0, NULL},
    {"schema", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 1, update_strategy: append, unique_key: [k]")
     "publish:\n  p:\n    from: {job: a, output: 0}\n    write_mode: buffered\n    schema:\n"
     "      columns:\n        - {name: k, type: text, nullable: false}\n"
     "        - {name: v, type: jsonb}\n      unique: [k]\n      indexes: [[v], [v, k]]\n", 0, NULL},
    {"many jobs", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a0", "outputs: 9")
     JOB("a1", "outputs: 1")
     JOB("a2", "outputs: 1")
     READER("b0", FROM("a0") ", " FROM("a1") ", " FROM("a2"))
     READER("b1", FROM("b0") ", " FROM("a2"))
     READER("b2", FROM("b1"))
     READER("b3", FROM("b2") ", " FROM("b1"))
     READER("b4", FROM("b3"))
     READER("b5", FROM("b4") ", {from: {dataset: p}}")
     READER("b6", FROM("b5"))
     "publish:\n  p: {from: {job: b4, output: 1}}\n", 0, NULL},
    {"names that escape", TRACEDAG_OK,
     "name: \"\\x64\"\njobs:\n"
     JOB("\"\\x61\"", "outputs: 1")
     "publish: {\"\\x70\": {from: {job: a, output: 0}}}\n", 0, NULL},
    {"cycles", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     READER("a", FROM("c"))
     READER("b", FROM("a"))
     READER("c", FROM("b"))
     READER("d", FROM("d"))
     READER("e", FROM("f") ", " FROM("c"))
     READER("f", FROM("e")), 0, NULL},
    {"wrong references", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     JOB("alpha", "outputs: 1")
     READER("b", FROM("alhpa") ", {from: {job: alpha, output: 4}}, {from: {x: 1}},\n"
                 "      {from: {dataset: A}, where: {k: [1]}}"), 0, NULL},
    {"wrong fields", TRACEDAG_REJECTED,
     "name: Bad\nextra: 1\njobs:\n"
     "  - {name: a, activaton: source, runtime: ecs_udf, outputs: -1}\n"
     "  - 5\n"
     "  - {name: a, outputs: 1.5, source: {kind: cron, schedule: \"61 * * * *\"},\n"
     "     max_queue_age: 5min}\n"
     "publish: {P: {from: {job: nope}}, P: 1}\n", 0, NULL},
    {"wrong text", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     JOB("a", "outputs: 0, config: {x: !!int 1, <<: *no , x: \"\\0\", 1: 2, y: &y 1,\n"
              "     z: &y [*y , *z ]}"), 0, NULL},
    {"many repeated keys", TRACEDAG_REJECTED,
     "name: d\njobs:\n  - {name: a, " TEN("x: 1, ") TEN("x: 1, ") "y: 1}\n", 0, NULL},
    {"not YAML", TRACEDAG_REJECTED,
     "name: d\njobs:\n  - {name: a, outputs: [0, 1\n    x: y\n", 0, NULL},
    {"bad bytes", TRACEDAG_REJECTED,
     "name: d\xFF\njobs: [\x01 \xE2\x80\xA8 ]\r%x\n", 0, NULL},
    {"nothing", TRACEDAG_REJECTED,
     "# nothing\n", 0, NULL},
    {"many findings", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     TEN("  - {name: a, colour: red, outputs: x}\n  - {name: a, sources: 1}\n"), 0, NULL},
    {"lists behind aliases", TRACEDAG_OK,
     "name: d\njobs:\n"
     "  - {name: a, activation: source, runtime: ecs_platform, operator: op, outputs: 1,\n"
     "     source: &s {kind: cron, schedule: \"5 4 * * SUN\"}, update_strategy: append,\n"
     "     unique_key: &k [k, l], secrets: &t [two, one]}\n"
     "  - {name: b, activation: source, runtime: ecs_platform, operator: op, outputs: 1,\n"
     "     source: *s , update_strategy: append, unique_key: *k , secrets: *t }\n"
     "  - {name: c, activation: source, runtime: ecs_platform, operator: op, outputs: 1,\n"
     "     source: *s , update_strategy: append, unique_key: *k , secrets: *t }\n", 0, NULL},
    {"repeats in a full list", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     "  - {name: a, inputs: &l [" TEN("{from: {job: b, x: 1}, where: {}}, {}, ") "]}\n"
     TEN("  - {name: \"\\u00e9\", inputs: *l }\n"), 60, NULL},
    {"more findings than are kept", TRACEDAG_REJECTED,
     "name: d\njobs:\n"
     TEN("  - {name: a, colour: red, outputs: *x }\n  - {name: a, sources: 1}\n"), 7, NULL},
    {"a catalog", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 1, config: {n: 1, l: [a, {x: 2.5}]}")
     READER("b", "{from: {job: a, output: 0}, where: {k: v}}, {from: {dataset: x}}"), 0,
     "operators:\n"
     "  op: {config: {n: {type: integer, enum: [1, 2]}, l: {type: list, items: {type: any}}},\n"
     "       where: {k: &k {type: string, enum: [u, v]}}}\n"
     "datasets: {x: {where: {k: *k }}}\n"},
    {"a catalog with faults", TRACEDAG_OK,
     "name: d\njobs:\n"
     JOB("a", "outputs: 0"), 0,
     "operators: {A: {udf: no}, b: {runtimes: [q], config: {n: {type: integer, min: 3, max: 2},\n"
     "  l: integer, m: {type: number, enum: [1, 1.0]}}}, udf: {}}\ndatasets: {'': {}, x: 1}\n"},
};

/* Two versions, of which the second is read and compared with the first. */
static const struct changed {
    const char *name;
    const char *before;
    const char *bytes;
} changed[] = {
    {"little changed",
     "name: d\njobs:\n"
     JOB("a", "outputs: 0, config: {m: {x: 0, y: 2}, l: [1, 2, 3]}"),
     "name: d\njobs:\n"
     JOB("a", "outputs: 0, config: {m: {x: 1, z: 3}, l: [4, 1, 5, 3]}")},
    {"much changed",
     "name: d\njobs:\n"
     JOB("a", "outputs: 2, update_strategy: append, unique_key: [k]")
     JOB("b1", "outputs: 0, config: {k: [{}, []]}")
     READER("c", "{from: {dataset: q}}, {from: {dataset: p}}")
     JOB("gone", "outputs: 1")
     "publish:\n  p:\n    from: {job: a, output: 0}\n    write_mode: buffered\n    schema:\n"
     "      columns: [{name: k, type: text, nullable: false}, {name: l, type: text}]\n"
     "      unique: [k]\n  q: {from: {job: gone, output: 0}}\n",
     "name: e\ndefaults: {max_attempts: 4}\njobs:\n"
     JOB("a", "outputs: 2, update_strategy: append, unique_key: [k, l]")
     JOB("b2", "outputs: 0, config: {k: [{}, []]}")
     READER("c", "{from: {dataset: p}, where: {n: 1}}, {from: {dataset: q}}")
     "publish:\n  p:\n    from: {job: a, output: 1}\n    write_mode: buffered\n    schema:\n"
     "      columns: [{name: l, type: text, nullable: false},\n"
     "                {name: k, type: uuid, nullable: false}]\n      unique: [k, l]\n"},
    {"nothing published any more",
     "name: d\njobs:\n" JOB("a", "outputs: 2")
     "publish: {p: {from: {job: a, output: 0}}, q: {from: {job: a, output: 1}}}\n",
     "name: d\njobs:\n" JOB("a", "outputs: 2")},
    {"stored elsewhere",
     "name: d\njobs:\n" JOB("a", "outputs: 1")
     "publish: {p: {from: {job: a, output: 0}}}\n",
     "name: d\njobs:\n" JOB("a", "outputs: 1")
     "publish: {p: {from: {job: a, output: 0}, storage: s3}}\n"},
    {"a job added",
     "name: d\njobs:\n" JOB("b", "outputs: 1"),
     "name: d\njobs:\n" JOB("a", "outputs: 1, config: {k: [" TEN("abcdefgh, ") "]}")
     JOB("b", "outputs: 1")},
    {"a job removed",
     "name: d\njobs:\n" JOB("a", "outputs: 1, config: {k: [" TEN("abcdefgh, ") "]}")
     JOB("b", "outputs: 1"),
     "name: d\njobs:\n" JOB("b", "outputs: 1")},
    {"a job renamed",
     "name: d\njobs:\n" JOB("a", "outputs: 1"),
     "name: d\njobs:\n" JOB("b", "outputs: 1")},
    {"a long list",
     "name: d\njobs:\n" JOB("a", "outputs: 0, config: {k: [" TEN("1, 2, 3, ") "]}"),
     "name: d\njobs:\n" JOB("a", "outputs: 0, config: {k: [" TEN("4, 5, 6, ") "]}")},
    {"a long schema",
     "name: d\njobs:\n" JOB("a", "outputs: 1, update_strategy: append, unique_key: [k]"),
     "name: d\njobs:\n" JOB("a", "outputs: 1, update_strategy: append, unique_key: [k]")
     "publish:\n  p:\n    from: {job: a, output: 0}\n    write_mode: buffered\n    schema:\n"
     "      columns:\n        - {name: k, type: text, nullable: false}\n"
     "        - {name: " TEN("l23456") ", type: text}\n"
     "        - {name: " TEN("m23456") ", type: text}\n"
     "        - {name: " TEN("n23456") ", type: text}\n"
     "        - {name: " TEN("o23456") ", type: text}\n"
     "        - {name: " TEN("p23456") ", type: text}\n"
     "        - {name: " TEN("q23456") ", type: text}\n"
     "      unique: [k]\n"},
    {"under another name",
     "name: d\njobs:\n" JOB("a", "outputs: 1"),
     "name: e\njobs:\n" JOB("a", "outputs: 1")},
};
/* clang-format on */

/* A document of this table or of a file. */
struct document {
    char name[128];
    tracedag_status verdict;
    char *bytes;
    size_t size;
    uint64_t findings;
    const char *catalog;
    const char *before; /* another version, to compare with; NULL: itself */
    bool judged_again;  /* calls that judge documents are made, too */
};

enum {
    WRITTEN = sizeof written / sizeof *written,
    CHANGED = sizeof changed / sizeof *changed,
    DOCUMENTS_MOST = 256
};

static struct document documents[DOCUMENTS_MOST];
static size_t document_count;

static struct document *add_document(const char *name, tracedag_status verdict,
                                     size_t size)
{
    struct document *document = &documents[document_count++];
    snprintf(document->name, sizeof document->name, "%s", name);
    document->verdict = verdict;
    document->size = size;
    document->bytes = malloc(size + 1);
    return document;
}

static void add_written(void)
{
    for (size_t i = 0; i < WRITTEN; i++) {
        const struct written *w = &written[i];
        struct document *document = add_document(w->name, w->verdict, strlen(w->bytes));
        memcpy(document->bytes, w->bytes, document->size);
        document->findings = w->findings;
        document->catalog = w->catalog;
    }
    for (size_t i = 0; i < CHANGED; i++) {
        const struct changed *c = &changed[i];
        struct document *document = add_document(c->name, TRACEDAG_OK, strlen(c->bytes));
        memcpy(document->bytes, c->bytes, document->size);
        document->before = c->before;
    }
}

/* All of a file, ended by a NUL; NULL where there is none. */
static char *read_whole(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    if (file && fseek(file, 0, SEEK_END) == 0) {
        *size = (size_t)ftell(file);
        rewind(file);
        bytes = calloc(1, *size + 1);
        if (fread(bytes, 1, *size, file) != *size) {
            free(bytes);
            bytes = NULL;
        }
    }
    if (file)
        fclose(file);
    return bytes;
}

static bool is_below(const char *name, const char *folder)
{
    return strncmp(name, folder, strlen(folder)) == 0;
}

/* The catalog of a case in `judged`: its own, or the one that they share. */
static char *read_catalog(const char *cases, const char *name)
{
    char path[1024];
    size_t size;
    snprintf(path, sizeof path, "%s/%.*s.catalog", cases, (int)strcspn(name, "."), name);
    char *bytes = read_whole(path, &size);
    if (bytes)
        return bytes;
    snprintf(path, sizeof path, "%s/judged/shared.catalog", cases);
    return read_whole(path, &size);
}

/* A case; whether it is accepted, its folder tells, or who judges it by its catalog. */
static bool add_file(const char *cases, const char *name)
{
    char path[1024];
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s", cases, name);
    char *bytes = read_whole(path, &size);
    if (!bytes) {
        perror(path);
        return false;
    }
    bool catalog = is_below(name, "catalogs/");
    bool sound = is_below(name, "valid/") || is_below(name, "warned/");
    const char *text = catalog ? written[0].bytes : bytes;
    struct document *document = add_document(
        name, sound ? TRACEDAG_OK : TRACEDAG_REJECTED, catalog ? strlen(text) : size);
    memcpy(document->bytes, text, document->size);
    if (is_below(name, "judged/"))
        document->catalog = read_catalog(cases, name);
    if (catalog)
        document->catalog = bytes;
    else
        free(bytes);
    return true;
}

static bool add_listed(const char *cases, const char *list)
{
    char line[128];
    FILE *file = fopen(list, "r");
    if (!file) {
        perror(list);
        return false;
    }
    bool done = true;
    while (done && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        bool again = strncmp(line, "+ ", 2) == 0;
        if (line[0] && line[0] != '#')
            done = document_count < DOCUMENTS_MOST && add_file(cases, line + 2 * again);
        if (done && again)
            documents[document_count - 1].judged_again = true;
    }
    fclose(file);
    return done;
}

/* ---- one run of all calls --------------------------------------------------------------- */

/* What the calls gave. No assertion is made while calls may fail, for Check allocates as
 * well. */
struct run {
    tracedag_status parsed;
    tracedag_status judged;
    bool judged_again;
    struct made made[CALL_COUNT];
    bool left; /* an out-parameter was left as it was, or holds what it must not */
};

/* What DAGs are compared with; NULL: with themselves. It was made before anything fails. */
static tracedag_dag *older;

static void make_one(struct run *run, size_t call, const tracedag_dag *dag,
                     const tracedag_report *report)
{
    struct subject subject = whole_subject(dag, report);
    if (dag && older)
        subject.before = older;
    if (calls[call].traits & JUDGED && !run->judged_again)
        return;
    make(&calls[call], &subject, &run->made[call]);
    run->left = run->left || run->made[call].wrong;
}

static void make_all(struct run *run, const tracedag_dag *dag,
                     const tracedag_report *report)
{
    for (size_t i = 0; i < CALL_COUNT; i++)
        make_one(run, i, dag, report);
}

/* Makes a catalog of its own records, in its place. */
static tracedag_status make_again(const tracedag_options *options,
                                  tracedag_catalog **catalog)
{
    tracedag_list operators;
    tracedag_list datasets;
    tracedag_catalog *again;
    tracedag_catalog_operators(*catalog, &operators);
    tracedag_catalog_datasets(*catalog, &datasets);
    tracedag_status status =
        tracedag_catalog_new(&operators, &datasets, options, &again, NULL);
    tracedag_catalog_unref(*catalog);
    *catalog = again;
    return status;
}

/* Sets the catalog of a document, if it has one without faults. */
static tracedag_status set_catalog(tracedag_options *options,
                                   const struct document *document)
{
    tracedag_catalog *catalog = (tracedag_catalog *)options;
    tracedag_report *report = (tracedag_report *)options;
    if (!document->catalog)
        return TRACEDAG_OK;
    tracedag_status status = tracedag_catalog_read(
        document->catalog, strlen(document->catalog), options, &catalog, &report);
    if (catalog)
        status = make_again(options, &catalog);
    tracedag_options_set_catalog(options, catalog);
    tracedag_catalog_unref(tracedag_catalog_ref(catalog));
    tracedag_catalog_unref(catalog);
    tracedag_report_unref(report);
    return status == TRACEDAG_NO_MEMORY ? status : TRACEDAG_OK;
}

static tracedag_options *options_for(const struct document *document)
{
    static const char baseline[] = "0123456789abcdef  TD803  a.yaml\n";
    tracedag_options *options = tracedag_options_new();
    if (!options)
        return NULL;
    tracedag_options_set_limit(options, TRACEDAG_LIMIT_FINDINGS, document->findings);
    tracedag_options_set_severity(options, TRACEDAG_CODE_UNREAD_JOB,
                                  TRACEDAG_SEVERITY_WARNING);
    tracedag_status status =
        tracedag_options_set_baseline(options, baseline, sizeof baseline - 1, NULL);
    if (status == TRACEDAG_OK)
        status = set_catalog(options, document);
    tracedag_options *copy =
        status == TRACEDAG_OK ? tracedag_options_copy(options) : NULL;
    tracedag_options_unref(options);
    return copy;
}

/* Reads the document; NULL when memory ran out. */
static tracedag_doc *parse(struct run *run, const struct document *document)
{
    tracedag_doc *doc = (tracedag_doc *)run;
    tracedag_options *options = options_for(document);
    run->parsed = TRACEDAG_NO_MEMORY;
    if (!options)
        return NULL;
    run->parsed = tracedag_parse(document->bytes, document->size, options, &doc);
    tracedag_options_unref(options);
    run->left = run->left || (run->parsed == TRACEDAG_NO_MEMORY && doc);
    return run->parsed == TRACEDAG_NO_MEMORY ? NULL : doc;
}

static void judge(struct run *run, const tracedag_doc *doc, tracedag_dag **dag,
                  tracedag_report **report)
{
    *dag = (tracedag_dag *)run;
    *report = (tracedag_report *)run;
    run->judged = tracedag_validate(doc, NULL, dag, report);
    run->left = run->left || (run->judged == TRACEDAG_NO_MEMORY && (*dag || *report));
}

static void release(struct run *run)
{
    for (size_t i = 0; i < CALL_COUNT; i++)
        unmake(&run->made[i]);
}

/* ---- what must hold --------------------------------------------------------------------- */

/* Check writes down each assertion that holds, which is slow: a fault is told, nothing else. */
static void expect(bool fine, const char *where, const char *what, size_t which)
{
    if (!fine)
        ck_abort_msg("%s: %s (%zu)", where, what, which);
}

/* ---- what fails ------------------------------------------------------------------------- */

/* Allocations fail in one step at a time, on the results of the steps before it: with all calls in
 * one run, those that work would be made again for each allocation of those behind them. */
enum { PARSE, JUDGE, FIRST_CALL, STEPS = FIRST_CALL + CALL_COUNT };

/* Results that were handed out before the failures, and change by none of them. */
struct earlier {
    tracedag_doc *doc;
    tracedag_dag *dag;
    tracedag_report *report;
};

/* All steps, of which none fails. */
static void make_earlier(struct earlier *earlier, struct run *run,
                         const struct document *document)
{
    *run = (struct run){.judged_again = document->judged_again};
    if (document->before)
        ck_assert_int_eq(tracedag_check(document->before, strlen(document->before), NULL,
                                        &older, NULL),
                         TRACEDAG_OK);
    earlier->doc = parse(run, document);
    ck_assert_ptr_nonnull(earlier->doc);
    judge(run, earlier->doc, &earlier->dag, &earlier->report);
    ck_assert_int_ne(run->judged, TRACEDAG_NO_MEMORY);
    make_all(run, earlier->dag, earlier->report);
}

static void drop_earlier(struct earlier *earlier)
{
    tracedag_dag_unref(earlier->dag);
    tracedag_report_unref(earlier->report);
    tracedag_doc_unref(earlier->doc);
    older = tracedag_dag_unref(older);
}

/* Makes one step again; what it gives stays in `run`. */
static void make_step(struct run *run, size_t step_made, const struct document *document,
                      const struct earlier *earlier)
{
    if (step_made == PARSE) {
        tracedag_doc *doc = parse(run, document);
        tracedag_doc_unref(doc);
    } else if (step_made == JUDGE) {
        tracedag_dag *dag;
        tracedag_report *report;
        judge(run, earlier->doc, &dag, &report);
        if (run->judged != TRACEDAG_NO_MEMORY) {
            tracedag_dag_unref(dag);
            tracedag_report_unref(report);
        }
    } else {
        make_one(run, step_made - FIRST_CALL, earlier->dag, earlier->report);
    }
}

static tracedag_status status_of(const struct run *run, size_t step_made)
{
    return step_made == PARSE   ? run->parsed
           : step_made == JUDGE ? run->judged
                                : run->made[step_made - FIRST_CALL].status;
}

static const char *name_of(size_t step_made)
{
    return step_made == PARSE   ? "parse"
           : step_made == JUDGE ? "validate"
                                : calls[step_made - FIRST_CALL].name;
}

static void fail_at(const struct document *document, const struct earlier *earlier,
                    struct run *run, size_t step_made, size_t fail, bool onward)
{
    char where[256];
    snprintf(where, sizeof where, "%s, %s, allocation %zu%s", document->name,
             name_of(step_made), fail, onward ? " and all later" : "");
    long live = memory.live;
    start_counting(fail, onward);
    make_step(run, step_made, document, earlier);
    stop_counting();
    expect(!run->left, where, "what an out-parameter holds", 0);
    expect(status_of(run, step_made) == TRACEDAG_NO_MEMORY, where, "nobody says so", 0);
    if (step_made >= FIRST_CALL)
        unmake(&run->made[step_made - FIRST_CALL]);
    expect(memory.live == live, where, "blocks leak", (size_t)(memory.live - live));
}

/* Whether the results are what they were. */
static void check_earlier(const struct earlier *earlier, const struct run *normal,
                          const char *where)
{
    struct run again = {.judged_again = normal->judged_again};
    make_all(&again, earlier->dag, earlier->report);
    expect(!again.left, where, "what an out-parameter holds", 0);
    for (size_t i = 0; i < CALL_COUNT; i++)
        expect(made_alike(&again.made[i], &normal->made[i]), where, calls[i].name, i);
    release(&again);
}

/* Where a test writes down how many allocations failed: it runs in a process of its own. */
static size_t *points;

static size_t step = 1;

/* Lets the allocations of one step fail; gives how many it makes. */
static size_t fail_step(const struct document *document, const struct earlier *earlier,
                        struct run *run, size_t step_made, size_t first)
{
    start_counting(0, false);
    make_step(run, step_made, document, earlier);
    size_t count = stop_counting();
    if (step_made >= FIRST_CALL)
        unmake(&run->made[step_made - FIRST_CALL]);
    for (size_t fail = 1 + first % step; fail <= count; fail += step) {
        fail_at(document, earlier, run, step_made, fail, false);
        fail_at(document, earlier, run, step_made, fail, true);
        *points += 2;
    }
    return count;
}

START_TEST(test_every_allocation_fails)
{
    const struct document *document = &documents[_i];
    struct run normal;
    struct run run = {.judged_again = document->judged_again};
    struct earlier earlier;
    size_t count = 0;
    make_earlier(&earlier, &normal, document);
    ck_assert(!normal.left);
    if (!document->catalog)
        ck_assert_int_eq(normal.judged, document->verdict);
    for (size_t at = 0; at < STEPS; at++)
        count += fail_step(document, &earlier, &run, at, (size_t)_i + at);
    ck_assert_uint_gt(count, 5);
    check_earlier(&earlier, &normal, document->name);
    drop_earlier(&earlier);
    release(&normal);
}
END_TEST

/* tracedag_check() is two calls in one, with the same promise. */
START_TEST(test_check_fails_as_a_whole)
{
    const struct document *document = &documents[_i];
    size_t size = document->size;
    tracedag_status normal = tracedag_check(document->bytes, size, NULL, NULL, NULL);
    tracedag_status status = TRACEDAG_NO_MEMORY;
    for (size_t fail = 1; status == TRACEDAG_NO_MEMORY; fail += step) {
        tracedag_dag *dag = (tracedag_dag *)&fail;
        tracedag_report *report = (tracedag_report *)&fail;
        long live = memory.live;
        start_counting(fail, false);
        status = tracedag_check(document->bytes, size, NULL, &dag, &report);
        stop_counting();
        if (status == TRACEDAG_NO_MEMORY) {
            ck_assert_ptr_null(dag);
            ck_assert_ptr_null(report);
        }
        tracedag_dag_unref(dag);
        tracedag_report_unref(report);
        ck_assert_int_eq(memory.live, live);
        ck_assert_uint_lt(fail, 100000);
    }
    ck_assert_int_eq(status, normal);
}
END_TEST

/* Releasing, keeping, counting and looking up need no memory at all. */
START_TEST(test_what_never_allocates)
{
    struct earlier e;
    struct run run;
    struct made made;
    tracedag_options *options = tracedag_options_new();
    make_earlier(&e, &run, &documents[_i]);
    release(&run);
    struct subject subject = whole_subject(e.dag, e.report);
    tracedag_diff *diff = NULL;
    tracedag_diff_new(e.dag, e.dag, &diff);
    start_counting(1, true);
    for (size_t i = MAKING_COUNT; i < CALL_COUNT; i++)
        make(&calls[i], &subject, &made);
    tracedag_doc_report(e.doc);
    tracedag_options_unref(tracedag_options_ref(options));
    tracedag_doc_unref(tracedag_doc_ref(e.doc));
    tracedag_report_unref(tracedag_report_ref(e.report));
    tracedag_dag_unref(tracedag_dag_ref(e.dag));
    tracedag_diff_unref(tracedag_diff_ref(diff));
    tracedag_diff_unref(diff);
    drop_earlier(&e);
    tracedag_options_unref(options);
    size_t counted = stop_counting();
    ck_assert_uint_eq(counted, 0);
}
END_TEST

/* ---- the heap limit --------------------------------------------------------------------- */

/* Many jobs, and many faults in them: document, DAG and report all take their part. */
static char *large_document(void)
{
    enum { JOBS = 4000, LINE = 100 };
    char *bytes = malloc(JOBS * LINE);
    size_t len = (size_t)sprintf(bytes, "name: d\njobs:\n");
    for (int i = 0; i < JOBS; i++)
        len += (size_t)sprintf(bytes + len, "  - {name: job%d, outputs: %s}\n", i,
                               i % 4 ? "1" : "x");
    return bytes;
}

static tracedag_status validate_in(const tracedag_doc *doc, size_t heap, size_t *peak)
{
    tracedag_options *options = tracedag_options_new();
    tracedag_options_set_limit(options, TRACEDAG_LIMIT_HEAP_BYTES, heap);
    memory.peak = memory.bytes;
    size_t before = memory.bytes;
    tracedag_status status = tracedag_validate(doc, options, NULL, NULL);
    *peak = memory.peak - before;
    tracedag_options_unref(options);
    return status;
}

/* At the least heap that a call gets by with, it uses no more than that. */
START_TEST(test_heap_limit_covers_the_whole_call)
{
    enum { SLACK = 4096 }; /* what the allocator rounds up, and the state of the hash */
    char *bytes = large_document();
    tracedag_doc *doc;
    size_t peak;
    size_t low = 1;
    size_t high = 64 << 20;
    ck_assert_int_eq(tracedag_parse(bytes, strlen(bytes), NULL, &doc), TRACEDAG_OK);
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (validate_in(doc, middle, &peak) == TRACEDAG_NO_MEMORY)
            low = middle;
        else
            high = middle;
    }
    ck_assert_int_eq(validate_in(doc, high, &peak), TRACEDAG_REJECTED);
    ck_assert_msg(peak <= high + high / 50 + SLACK, "%zu bytes under a limit of %zu",
                  peak, high);
    tracedag_doc_unref(doc);
    free(bytes);
}
END_TEST

/* The calls alone, for who counts what they reach. */
START_TEST(test_calls_alone)
{
    struct run run;
    struct earlier earlier;
    make_earlier(&earlier, &run, &documents[_i]);
    release(&run);
    drop_earlier(&earlier);
}
END_TEST

/* ---- the runner ------------------------------------------------------------------------- */

/* A linker or a tool that undoes the replacement would make every test here pass for nothing. */
static bool is_replaced(void)
{
    start_counting(1, false);
    tracedag_options *options = tracedag_options_new();
    stop_counting();
    tracedag_options_unref(options);
    return options == NULL;
}

static Suite *suite_memory(void)
{
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("memory");
    int count = (int)document_count;
    tcase_set_timeout(tests, 300);
    suite_add_tcase(suite, tests);
    if (step == 0) {
        tcase_add_loop_test(tests, test_calls_alone, 0, count);
        return suite;
    }
    tcase_add_loop_test(tests, test_every_allocation_fails, 0, count);
    tcase_add_loop_test(tests, test_check_fails_as_a_whole, 0, count);
    tcase_add_loop_test(tests, test_what_never_allocates, 0, count);
    tcase_add_test(tests, test_heap_limit_covers_the_whole_call);
    return suite;
}

static int run_tests(void)
{
    SRunner *runner = srunner_create(suite_memory());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    printf("%zu failing allocations in %zu documents\n", *points, document_count);
    return failed == 0 ? 0 : 1;
}

/* Of how many allocations one fails; the environment says it where all is slow. */
static size_t asked_step(int argc, char **argv)
{
    const char *asked = getenv("TRACEDAG_TEST_STEP");
    if (!asked && argc > 3)
        asked = argv[3];
    return asked ? strtoul(asked, NULL, 10) : 1;
}

int main(int argc, char **argv)
{
    if (!is_replaced()) {
        fputs("skipped: allocations of the library are not replaced here\n", stderr);
        return 77;
    }
    points = mmap(NULL, sizeof *points, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    step = asked_step(argc, argv);
    add_written();
    if (argc < 3 || points == MAP_FAILED || !add_listed(argv[1], argv[2]))
        return 1;
    return run_tests();
}
