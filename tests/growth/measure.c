/*
 * What documents cost: reads each, judges it, and makes all that can be made of it (calls.h).
 *
 *     measure FILE...
 *
 * One line a file: bytes, the peak of the heap less the text that a call hands out, the bytes of
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

struct job {
    const char *path;
    char *bytes;
    size_t size;
    size_t heap;       /* the peak */
    size_t text;       /* the longest */
    long long dearest; /* CPU microseconds of the call that takes the most */
    tracedag_status status;
    size_t findings;
};

static void load(struct job *job)
{
    FILE *file = fopen(job->path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        perror(job->path);
        exit(2);
    }
    job->size = (size_t)ftell(file);
    rewind(file);
    job->bytes = malloc(job->size + 1);
    if (!job->bytes || fread(job->bytes, 1, job->size, file) != job->size) {
        perror(job->path);
        exit(2);
    }
    fclose(file);
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

static void *run(void *arg)
{
    struct job *job = arg;
    tracedag_dag *dag;
    tracedag_report *report;
    struct begun begun = begin();
    job->status = tracedag_check(job->bytes, job->size, NULL, &dag, &report);
    end(job, &begun, "judging");
    note_heap(job, begun.heap, NULL, 1);
    job->findings = tracedag_report_count(report, 0);
    struct subject subject = whole_subject(dag, report);
    for (size_t i = 0; i < CALL_COUNT; i++)
        run_call(job, &calls[i], &subject, begun.heap);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    return NULL;
}

static void measure(const char *path)
{
    struct job job = {.path = path};
    unsigned char *stack = paint_stack();
    pthread_attr_t attributes;
    pthread_t thread;
    load(&job);
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stack, STACK_BYTES);
    CALLGRIND_ZERO_STATS; /* counts are those of a thread, dumps of all */
    if (pthread_create(&thread, &attributes, run, &job) != 0) {
        perror("thread");
        exit(2);
    }
    pthread_join(thread, NULL);
    printf("%zu %zu %zu %zu %lld %d %zu\n", job.size, job.heap, job.text,
           stack_used(stack), job.dearest, job.status, job.findings);
    free(job.bytes);
}

int main(int argc, char **argv)
{
    memory.bare = true;
    for (int i = 1; i < argc; i++)
        measure(argv[i]);
    return 0;
}
