/*
 * Threads that share a document, a DAG and a report, and make some of their own. The
 * assertions find wrong answers; ThreadSanitizer finds the races behind right ones.
 *
 * TRACEDAG_TEST_OPERATIONS is how many operations all threads do together; few where it is not
 * set.
 */
#include "api.h"
#include "calls.h"

#include <pthread.h>

enum { THREADS = 8, OPERATIONS = 20000 };

static tracedag_doc *doc;
static tracedag_dag *dag;
static tracedag_catalog *catalog;
static tracedag_report *shared_report;
static tracedag_diff *shared_diff;

/* Check is no friend of threads: a thread counts its faults, and the test asserts. */
struct worker {
    pthread_t thread;
    uint32_t first; /* where it begins among the operations */
    size_t faults;
};

static const char two_anchors[] = "name: d\njobs:\n  - &a x\n  - &a y\n";
static tracedag_doc *faulty;

/* What the calls gave before there were threads. */
static struct subject subject;
static struct made expected[CALL_COUNT];

/* One of the calls on what is shared; always with the same result. */
static bool calls_again(uint32_t round)
{
    const struct call *call = &calls[round % CALL_COUNT];
    struct made again;
    make(call, &subject, &again);
    bool fine = !again.wrong && made_alike(&again, &expected[round % CALL_COUNT]);
    unmake(&again);
    return fine;
}

static bool reads_dag(uint32_t round)
{
    bool fine = tracedag_dag_find_job(dag, "zip", 3) == 9 &&
                tracedag_dag_origin(dag, round % 10, TRACEDAG_SETTING_PRIORITY, NULL);
    tracedag_value config = tracedag_dag_job(dag, 4)->config;
    for (tracedag_value item = tracedag_value_first(dag, config); item;
         item = tracedag_value_next(dag, config, item)) {
        tracedag_text key;
        tracedag_value_key(dag, config, item, &key);
        fine = fine && key.len > 0;
    }
    return fine;
}

static bool reads_report(uint32_t round)
{
    tracedag_position place;
    size_t count = tracedag_report_count(shared_report, 0);
    const tracedag_finding *f = tracedag_report_finding(shared_report, round % count);
    tracedag_report_position(shared_report, f->start.byte, &place);
    return place.line == f->start.line;
}

static const char allowed[] =
    "{operators: {op: {where: {k: {type: any}}}}, datasets: {}}";

/* The catalog that is shared, or one that is made of its records. */
static tracedag_catalog *copy_of_catalog(uint32_t round)
{
    tracedag_list operators;
    tracedag_list datasets;
    tracedag_catalog *own = NULL;
    if (round % 4)
        return tracedag_catalog_ref(catalog);
    tracedag_catalog_operators(catalog, &operators);
    tracedag_catalog_datasets(catalog, &datasets);
    tracedag_catalog_new(&operators, &datasets, NULL, &own, NULL);
    return own;
}

/* Judges by the catalog that is shared, and by one of its own. */
static bool judges_by_catalog(uint32_t round)
{
    tracedag_catalog *own = NULL;
    tracedag_report *found;
    tracedag_options *options = tracedag_options_new();
    if (round % 2)
        tracedag_catalog_read(allowed, strlen(allowed), NULL, &own, NULL);
    else
        own = copy_of_catalog(round);
    tracedag_options_set_catalog(options, own);
    tracedag_catalog_unref(own);
    tracedag_check(ten_jobs, strlen(ten_jobs), options, NULL, &found);
    bool fine = tracedag_report_catalog(found) == own;
    tracedag_report_unref(found);
    tracedag_options_unref(options);
    return fine;
}

static bool shares_document(uint32_t round)
{
    (void)round;
    tracedag_dag *own;
    tracedag_report *found;
    tracedag_doc *kept = tracedag_doc_ref(doc);
    bool fine = tracedag_validate(kept, NULL, &own, &found) == TRACEDAG_OK &&
                strcmp(tracedag_dag_hash(own), tracedag_dag_hash(dag)) == 0;
    tracedag_doc_unref(kept);
    tracedag_dag_unref(own);
    tracedag_report_unref(found);
    return fine;
}

/* The first place that is related to a second anchor of one name. */
static const tracedag_related *first_anchor(const tracedag_report *found)
{
    const tracedag_finding *f = tracedag_report_finding(found, 0);
    for (size_t i = 1; f && f->code != TRACEDAG_CODE_REPEATED_ANCHOR; i++)
        f = tracedag_report_finding(found, i);
    return f ? tracedag_list_at(&f->related, 0) : NULL;
}

/* A document whose own report has a related place: who validates it makes a report with such a
 * place of its own, and writes nothing where others read. */
static bool shares_faulty_document(uint32_t round)
{
    (void)round;
    tracedag_report *found;
    const tracedag_related *first = first_anchor(tracedag_doc_report(faulty));
    bool fine = tracedag_validate(faulty, NULL, NULL, &found) == TRACEDAG_REJECTED;
    const tracedag_related *again = first_anchor(found);
    fine = fine && first && again && again != first && first->start.line == 3 &&
           again->start.line == 3;
    tracedag_report_unref(found);
    return fine;
}

static bool makes_its_own(uint32_t round)
{
    const char *bytes = round % 2 ? ten_jobs : broken;
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, 1 + round % 99);
    static const char baseline[] = "0123456789abcdef  TD803  a.yaml\n";
    tracedag_dag *own;
    tracedag_report *found;
    tracedag_options_set_severity(options, TRACEDAG_CODE_UNREAD_JOB, round % 2 ? 0 : 2);
    tracedag_options_set_baseline(options, baseline, sizeof baseline - 1, NULL);
    tracedag_status status = tracedag_check(bytes, strlen(bytes), options, &own, &found);
    bool fine = status == (round % 2 ? TRACEDAG_OK : TRACEDAG_REJECTED);
    tracedag_options_unref(tracedag_options_ref(options));
    tracedag_options_unref(tracedag_options_copy(options));
    tracedag_options_unref(options);
    tracedag_dag_unref(tracedag_dag_ref(own));
    tracedag_report_unref(tracedag_report_ref(found));
    tracedag_dag_unref(own);
    tracedag_report_unref(found);
    return fine;
}

/* Mostly what is cheap; what builds something comes now and then. */
static bool (*const operations[])(uint32_t round) = {
    calls_again,
    reads_dag,
    calls_again,
    reads_report,
    calls_again,
    calls_again,
    calls_again,
    makes_its_own,
    calls_again,
    shares_document,
    shares_faulty_document,
    judges_by_catalog,
};

enum { KINDS = sizeof operations / sizeof *operations };

static uint32_t rounds;

static void *work(void *arg)
{
    struct worker *worker = arg;
    tracedag_dag *own_dag = tracedag_dag_ref(dag);
    tracedag_report *own_report = tracedag_report_ref(shared_report);
    for (uint32_t round = 0; round < rounds; round++)
        worker->faults += !operations[round % KINDS](worker->first + round / KINDS);
    tracedag_dag_unref(own_dag);
    tracedag_report_unref(own_report);
    return NULL;
}

static uint32_t rounds_of_each(void)
{
    const char *asked = getenv("TRACEDAG_TEST_OPERATIONS");
    return (uint32_t)(asked ? strtoul(asked, NULL, 10) : OPERATIONS) / THREADS;
}

/* The shared document with other values in it. */
static tracedag_dag *other_version(void)
{
    static const char *const edits[][2] = {
        {"max_attempts: 7", "max_attempts: 8"},
        {"level: 3", "level: 4"},
        {"name: sink", "name: sunk"},
    };
    struct text text = {0};
    put(&text, "%s", ten_jobs);
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
        memcpy(strstr(text.ptr, edits[i][0]), edits[i][1], strlen(edits[i][1]));
    tracedag_dag *other = must_accept(text.ptr, text.len, NULL);
    drop(&text);
    return other;
}

START_TEST(test_threads_share_results)
{
    struct worker workers[THREADS] = {{.faults = 0}};
    rounds = rounds_of_each();
    ck_assert_int_eq(tracedag_parse(ten_jobs, strlen(ten_jobs), NULL, &doc), TRACEDAG_OK);
    ck_assert_int_eq(tracedag_validate(doc, NULL, &dag, NULL), TRACEDAG_OK);
    shared_report = must_reject(broken, strlen(broken), NULL);
    tracedag_catalog_read(allowed, strlen(allowed), NULL, &catalog, NULL);
    ck_assert_int_eq(tracedag_parse(two_anchors, strlen(two_anchors), NULL, &faulty),
                     TRACEDAG_REJECTED);
    subject = whole_subject(dag, shared_report);
    tracedag_dag *before = other_version();
    subject.before = before;
    for (size_t i = 0; i < CALL_COUNT; i++)
        make(&calls[i], &subject, &expected[i]);
    for (uint32_t i = 0; i < THREADS; i++) {
        workers[i].first = i * 7; /* not all at the same call */
        ck_assert_int_eq(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(workers[i].thread, NULL), 0);
        ck_assert_uint_eq(workers[i].faults, 0);
    }
    for (size_t i = 0; i < CALL_COUNT; i++)
        unmake(&expected[i]);
    tracedag_catalog_unref(catalog);
    tracedag_dag_unref(before);
    tracedag_doc_unref(faulty);
    tracedag_doc_unref(doc);
    tracedag_dag_unref(dag);
    tracedag_report_unref(shared_report);
}
END_TEST

/* The last reference goes in whichever thread is last: nobody frees too early, or twice. */
static void *last_one_out(void *arg)
{
    struct worker *worker = arg;
    worker->faults = strcmp(tracedag_dag_name(dag), "ten-jobs") != 0;
    tracedag_doc_unref(doc);
    tracedag_diff_unref(shared_diff);
    tracedag_dag_unref(dag);
    tracedag_report_unref(shared_report);
    return NULL;
}

START_TEST(test_threads_drop_results)
{
    for (int round = 0; round < 100; round++) {
        struct worker workers[THREADS] = {{.faults = 0}};
        tracedag_parse(ten_jobs, strlen(ten_jobs), NULL, &doc);
        ck_assert_int_eq(tracedag_validate(doc, NULL, &dag, &shared_report), TRACEDAG_OK);
        ck_assert_int_eq(tracedag_diff_new(dag, dag, &shared_diff), TRACEDAG_OK);
        for (size_t i = 1; i < THREADS; i++) {
            tracedag_doc_ref(doc);
            tracedag_dag_ref(dag);
            tracedag_diff_ref(shared_diff);
            tracedag_report_ref(shared_report);
        }
        for (size_t i = 0; i < THREADS; i++)
            pthread_create(&workers[i].thread, NULL, last_one_out, &workers[i]);
        for (size_t i = 0; i < THREADS; i++) {
            pthread_join(workers[i].thread, NULL);
            ck_assert_uint_eq(workers[i].faults, 0);
        }
    }
}
END_TEST

Suite *suite_threads(void)
{
    Suite *suite = suite_create("threads");
    TCase *tests = tcase_create("threads");
    tcase_set_timeout(tests, 3600); /* the test of Meson has a limit of its own */
    tcase_add_test(tests, test_threads_share_results);
    tcase_add_test(tests, test_threads_drop_results);
    suite_add_tcase(suite, tests);
    return suite;
}
