/* calls.c - what single calls cost from C, as rows of a Markdown table.
 *
 *     calls FILE
 *
 * Each figure is the median wall time of some rounds; each round prepares what the call needs,
 * which does not count. The Python and Go bindings print such rows too: see tests/bench/languages.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <tracedag/tracedag.h>

enum { ROUNDS = 31 };

static char *bytes;
static size_t size;
static uint64_t sink; /* what was read goes here, so that no reading is optimised away */

static void expect(tracedag_status status)
{
    if (status != TRACEDAG_OK) {
        fprintf(stderr, "calls: %s\n", tracedag_status_text(status));
        exit(1);
    }
}

static tracedag_dag *accept(void)
{
    tracedag_dag *dag;
    expect(tracedag_check(bytes, size, NULL, &dag, NULL));
    return dag;
}

static void check(const tracedag_dag *dag)
{
    (void)dag;
    tracedag_dag_unref(accept());
}

static void check_little(const tracedag_dag *dag)
{
    tracedag_report *report;
    (void)dag;
    sink += (uint64_t)tracedag_check("name: a", 7, NULL, NULL, &report);
    tracedag_report_unref(report);
}

static void write_canonical(const tracedag_dag *dag)
{
    char *text;
    size_t len;
    expect(tracedag_dag_write(dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON, &text,
                              &len));
    sink += len;
    tracedag_free(text);
}

static void read_jobs(const tracedag_dag *dag)
{
    tracedag_list jobs;
    tracedag_dag_jobs(dag, &jobs);
    const char *at = jobs.items;
    for (size_t i = 0; i < jobs.count; i++, at += jobs.stride) {
        const tracedag_job *job = (const void *)at;
        sink += job->name.len + job->max_attempts + job->max_queue_age_seconds;
    }
}

static void read_origins(const tracedag_dag *dag)
{
    tracedag_list origins;
    expect(tracedag_dag_origins(dag, &origins));
    sink += origins.count;
    tracedag_free(origins.items);
}

static void hash_jobs(const tracedag_dag *dag)
{
    tracedag_list hashes;
    expect(tracedag_dag_job_hashes(dag, &hashes));
    sink += hashes.count;
    tracedag_free(hashes.items);
}

static const struct {
    const char *name;
    void (*run)(const tracedag_dag *dag);
} calls[] = {
    {"`tracedag_check`: verdict, findings, hash, order", check},
    {"`tracedag_dag_write`: the canonical bytes", write_canonical},
    {"`tracedag_dag_jobs`, and three fields of each job", read_jobs},
    {"`tracedag_dag_origins`", read_origins},
    {"`tracedag_dag_job_hashes`", hash_jobs},
    {"`tracedag_check` of seven bytes: a call", check_little},
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double milliseconds(void (*run)(const tracedag_dag *dag))
{
    double times[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        tracedag_dag *dag = accept();
        double start = now();
        run(dag);
        times[i] = now() - start;
        tracedag_dag_unref(dag);
    }
    qsort(times, ROUNDS, sizeof *times, compare);
    return times[ROUNDS / 2];
}

static void load(const char *path)
{
    FILE *file = fopen(path, "rb");
    enum { MOST = (1 << 20) + 1 }; /* above 1 MiB the library refuses the document */
    bytes = malloc(MOST);
    if (!file || !bytes) {
        perror(path);
        exit(1);
    }
    size = fread(bytes, 1, MOST, file);
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: calls FILE\n", stderr);
        return 2;
    }
    load(argv[1]);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        printf("| %s | %.3f ms |\n", calls[i].name, milliseconds(calls[i].run));
    free(bytes);
    return 0;
}
