/*
 * What documents cost: reads each, judges it, and makes all that can be made of it (calls.h).
 *
 *     measure FILE...
 *
 * One line a file: bytes, the peak of the heap while it is read and judged, the peak over all
 * calls less the text that each hands out, the bytes of the longest text, the stack, CPU time in
 * microseconds, the status, the findings. Heap is what malloc() hands out in this process, to
 * the library and to libyaml where that is linked statically; the stack is that of a thread which
 * does nothing else. Under callgrind each file gives a dump of instructions for reading and judging,
 * and one for each call.
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

/* ---- the heap --------------------------------------------------------------------------- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *ptr);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *ptr);

static size_t live;
static size_t peak;

static void *count_in(void *ptr)
{
    live += malloc_usable_size(ptr);
    if (live > peak)
        peak = live;
    return ptr;
}

void *__wrap_malloc(size_t size)
{
    return count_in(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return count_in(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    size_t before = malloc_usable_size(old);
    void *ptr = __real_realloc(old, size);
    if (ptr)
        live -= before;
    return count_in(ptr);
}

char *__wrap_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = __wrap_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

void __wrap_free(void *ptr)
{
    live -= malloc_usable_size(ptr);
    __real_free(ptr);
}

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
    size_t judging; /* peak of the heap */
    size_t making;
    size_t text;
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

static size_t made_with(size_t before)
{
    return peak - before;
}

static void *run(void *arg)
{
    struct job *job = arg;
    size_t before = peak = live;
    tracedag_dag *dag;
    tracedag_report *report;
    CALLGRIND_ZERO_STATS;
    job->status = tracedag_check(job->bytes, job->size, NULL, &dag, &report);
    CALLGRIND_DUMP_STATS_AT("judging");
    job->judging = made_with(before);
    job->findings = tracedag_report_count(report, 0);
    for (size_t i = 0; i < CALL_COUNT; i++) {
        struct made made;
        peak = live;
        CALLGRIND_ZERO_STATS;
        make(&calls[i], dag, report, &made);
        CALLGRIND_DUMP_STATS_AT(calls[i].name);
        size_t most =
            made_with(before) - malloc_usable_size((void *)(uintptr_t)made.owned);
        job->making = most > job->making ? most : job->making;
        job->text = made.size > job->text ? made.size : job->text;
        unmake(&made);
    }
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    return NULL;
}

static long long cpu_microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
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
    long long start = cpu_microseconds();
    if (pthread_create(&thread, &attributes, run, &job) != 0) {
        perror("thread");
        exit(2);
    }
    pthread_join(thread, NULL);
    long long spent = cpu_microseconds() - start;
    printf("%zu %zu %zu %zu %zu %lld %d %zu\n", job.size, job.judging, job.making,
           job.text, stack_used(stack), spent, job.status, job.findings);
    free(job.bytes);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        measure(argv[i]);
    return 0;
}
