/* many_threads.c - one DAG, read by many threads at once without a lock: it never changes once
 * it is returned. Each thread holds a reference of its own and drops it when it is done; the
 * last one out frees the DAG.
 *
 *     cc many_threads.c -o many_threads -pthread $(pkg-config --cflags --libs tracedag)
 *     ./many_threads dag.yaml
 */
#include <pthread.h>
#include <stdio.h>
#include <tracedag/tracedag.h>

enum { THREADS = 8 };

struct worker {
    pthread_t thread;
    tracedag_dag *dag;
    size_t edges; /* how many edges this thread counted */
};

/* Walks up from every job; what it finds is the same in every thread. */
static void *count_edges(void *arg)
{
    struct worker *worker = arg;
    tracedag_list jobs;
    tracedag_dag_jobs(worker->dag, &jobs);
    for (uint32_t i = 0; i < jobs.count; i++) {
        tracedag_list direct;
        if (tracedag_dag_upstream(worker->dag, i, 0, &direct) == TRACEDAG_OK)
            worker->edges += direct.count;
        tracedag_free(direct.items);
    }
    worker->dag = tracedag_dag_unref(worker->dag);
    return NULL;
}

int main(int argc, char **argv)
{
    static char bytes[(1 << 20) + 1]; /* above 1 MiB the library refuses */
    if (argc != 2) {
        fputs("usage: many_threads FILE\n", stderr);
        return 2;
    }
    FILE *file = fopen(argv[1], "rb");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (!file || ferror(file)) {
        perror(argv[1]);
        return 2;
    }
    fclose(file);

    tracedag_dag *dag = NULL;
    tracedag_status status = tracedag_check(bytes, size, NULL, &dag, NULL);
    if (status != TRACEDAG_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], tracedag_status_text(status));
        return 1;
    }
    struct worker workers[THREADS] = {0};
    size_t started = 0;
    for (; started < THREADS; started++) {
        workers[started].dag = tracedag_dag_ref(dag);
        if (pthread_create(&workers[started].thread, NULL, count_edges,
                           &workers[started]))
            break;
    }
    if (started < THREADS) /* the reference of the thread that did not start */
        tracedag_dag_unref(dag);
    tracedag_dag_unref(dag); /* the threads may still read: they hold their own */

    int differ = started == 0;
    for (size_t i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        differ |= workers[i].edges != workers[0].edges;
    }
    printf("%zu threads counted %zu edges each\n", started, workers[0].edges);
    return differ;
}
