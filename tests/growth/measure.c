/*
 * What documents cost: reads each, judges it, and makes all that can be made of it (calls.h).
 *
 *     measure FILE...
 *
 * Where there is a file FILE.catalog, the document is judged by that catalog, and both count as
 * one: their bytes, and what they cost. One line a file: bytes, the peak of the heap less the text that a call hands out, the bytes of
 * the longest text, the stack, CPU time of the dearest call in microseconds, the status, the
 * findings. Heap is what malloc() hands out, to libyaml as well where that is linked statically
 * (../memory.h); the stack is that of a thread which does nothing else. Under callgrind each
 * file gives a dump of instructions for reading and judging, and one for each call.
 */
#define _DEFAULT_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <valgrind/callgrind.h>

#include "../calls.h"
#include "../memory.h"

/* ---- the stack -------------------------------------------------------------------------- */

enum { STACK_BYTES = 512 * 1024, PAINT = 0xA5 };

/* A stack that grows down from the end of a painted field, above a page that cannot be
 * touched. */
static unsigned char *paint_stack(void)
{
    long page = sysconf(_SC_PAGESIZE);
    unsigned char *field = mmap(NULL, (size_t)page + STACK_BYTES, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (field == MAP_FAILED || mprotect(field, (size_t)page, PROT_NONE) != 0) {
        perror("stack");
        exit(2);
    }
    memset(field + page, PAINT, STACK_BYTES);
    return field + page;
}

static size_t stack_used(const unsigned char *stack)
{
    size_t untouched = 0;
    while (untouched < STACK_BYTES && stack[untouched] == PAINT)
        untouched++;
    return STACK_BYTES - untouched;
}

/* ---- one document ----------------------------------------------------------------------- */

struct text {
    char *bytes; /* NULL: there is no such file */
    size_t size;
};

struct job {
    struct text document;
    struct text catalog;
    size_t heap;       /* the peak */
    size_t text;       /* the longest */
    long long dearest; /* CPU microseconds of the call that takes the most */
    tracedag_status status;
    size_t findings;
};

_Noreturn static void give_up(const char *path)
{
    perror(path);
    exit(2);
}

static struct text load(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return (struct text){NULL, 0};
    if (fseek(file, 0, SEEK_END) != 0)
        give_up(path);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(size + 1);
    if (!bytes || fread(bytes, 1, size, file) != size)
        give_up(path);
    fclose(file);
    return (struct text){bytes, size};
}

static struct text load_catalog(const char *document)
{
    char path[4096];
    snprintf(path, sizeof path, "%s.catalog", document);
    return load(path);
}

static long long cpu_microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* A call at work: what there was before it. */
struct begun {
    size_t heap;
    long long time;
};

static struct begun begin(void)
{
    memory.peak = memory.bytes;
    CALLGRIND_ZERO_STATS;
    return (struct begun){memory.bytes, cpu_microseconds()};
}

static void end(struct job *job, const struct begun *begun, const char *name)
{
    long long spent = cpu_microseconds() - begun->time;
    CALLGRIND_DUMP_STATS_AT(name);
    job->dearest = spent > job->dearest ? spent : job->dearest;
}

/* The heap from the document on, for all handles count; what a caller owns apart from them does
 * not. */
static void note_heap(struct job *job, size_t before, const void *owned, size_t documents)
{
    size_t most = memory.peak - before - malloc_usable_size((void *)(uintptr_t)owned);
    most /= documents;
    job->heap = most > job->heap ? most : job->heap;
}

static void run_call(struct job *job, const struct call *call,
                     const struct subject *subject, size_t before)
{
    struct made made;
    struct begun begun = begin();
    make(call, subject, &made);
    end(job, &begun, call->name);
    /* A call that makes another document has the bound for that one, too; one that is made of two
     * has the bound of each. */
    note_heap(job, call->traits & BYTES ? begun.heap : before, made.owned,
              call->traits & OF_TWO ? 2 : 1);
    job->text = made.size > job->text ? made.size : job->text;
    unmake(&made);
}

/* A class whose catalog is rejected would measure nothing of what it is for. */
static void read_catalog(struct job *job, tracedag_options *options)
{
    tracedag_catalog *catalog;
    if (!job->catalog.bytes)
        return;
    struct begun begun = begin();
    tracedag_status status = tracedag_catalog_read(job->catalog.bytes, job->catalog.size,
                                                   options, &catalog, NULL);
    end(job, &begun, "catalog");
    note_heap(job, begun.heap, NULL, 1);
    if (status != TRACEDAG_OK) {
        fprintf(stderr, "the catalog is rejected\n");
        exit(2);
    }
    tracedag_options_set_catalog(options, catalog);
    tracedag_catalog_unref(catalog);
}

static void judge(struct job *job, const tracedag_options *options, size_t before)
{
    tracedag_dag *dag;
    tracedag_report *report;
    struct begun begun = begin();
    job->status =
        tracedag_check(job->document.bytes, job->document.size, options, &dag, &report);
    end(job, &begun, "judging");
    note_heap(job, before, NULL, 1);
    job->findings = tracedag_report_count(report, 0);
    struct subject subject = whole_subject(dag, report);
    for (size_t i = 0; i < CALL_COUNT; i++)
        run_call(job, &calls[i], &subject, before);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
}

static void *run(void *arg)
{
    size_t before = memory.bytes;
    tracedag_options *options = tracedag_options_new();
    if (!options)
        give_up("options");
    read_catalog(arg, options);
    judge(arg, options, before);
    tracedag_options_unref(options);
    return NULL;
}

static void measure(const char *path)
{
    struct job job = {.document = load(path), .catalog = load_catalog(path)};
    unsigned char *stack = paint_stack();
    pthread_attr_t attributes;
    pthread_t thread;
    if (!job.document.bytes)
        give_up(path);
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stack, STACK_BYTES);
    CALLGRIND_ZERO_STATS; /* counts are those of a thread, dumps of all */
    if (pthread_create(&thread, &attributes, run, &job) != 0) {
        perror("thread");
        exit(2);
    }
    pthread_join(thread, NULL);
    printf("%zu %zu %zu %zu %lld %d %zu\n", job.document.size + job.catalog.size,
           job.heap, job.text, stack_used(stack), job.dearest, job.status, job.findings);
    free(job.document.bytes);
    free(job.catalog.bytes);
}

int main(int argc, char **argv)
{
    memory.bare = true;
    for (int i = 1; i < argc; i++)
        measure(argv[i]);
    return 0;
}
