/*
 * A service that stays up: COUNT documents through one process, and all that can be made of each
 * (calls.h), with handles of their own. Memory has to stay flat.
 *
 *     GLIBC_TUNABLES=glibc.malloc.tcache_count=0 long COUNT CASES
 *
 * The documents are the small ones of the folder of golden cases, accepted and rejected ones in
 * turn, each changed by its number. Some are read with limits that they break, some without enough
 * memory. Prints after each tenth what the process holds; ends with 1 if later tenths hold more
 * than the first, which warms it up. Blocks in the cache that is switched off count as live, and
 * it fills for as long as there is room in it.
 */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../calls.h"

enum {
    SMALL = 4096,
    TENTHS = 10,
    /* No handle is open when this is measured, so what malloc() has handed out is the same to
     * the byte. The pages behind it are not: an allocator keeps what it is given back. A byte
     * lost with each of 900,000 documents is 27 MiB of both. */
    LIVE_MOST = 0,
    RESIDENT_MOST = 256 * 1024,
};

static void give_up(const char *what)
{
    perror(what);
    exit(2);
}

/* ---- documents -------------------------------------------------------------------------- */

struct stock {
    struct document {
        char *bytes;
        size_t size;
    } * documents;
    size_t count;
};

static bool is_document(const char *name)
{
    size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".yaml") == 0;
}

static void take_file(struct stock *stock, const char *path)
{
    static char bytes[SMALL + 1];
    FILE *file = fopen(path, "rb");
    if (!file)
        give_up(path);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    if (size > SMALL)
        return;
    stock->documents =
        realloc(stock->documents, (stock->count + 1) * sizeof *stock->documents);
    if (!stock->documents)
        give_up("memory");
    struct document *document = &stock->documents[stock->count++];
    *document = (struct document){malloc(size + 1), size};
    if (!document->bytes)
        give_up("memory");
    memcpy(document->bytes, bytes, size);
}

static void take_folder(struct stock *stock, const char *cases, const char *kind)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", cases, kind);
    DIR *folder = opendir(path);
    if (!folder)
        give_up(path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!is_document(entry->d_name))
            continue;
        snprintf(path, sizeof path, "%s/%s/%s", cases, kind, entry->d_name);
        take_file(stock, path);
    }
    closedir(folder);
    if (stock->count == 0) {
        fprintf(stderr, "%s/%s: no documents\n", cases, kind);
        exit(2);
    }
}

static void drop(struct stock *stock)
{
    for (size_t i = 0; i < stock->count; i++)
        free(stock->documents[i].bytes);
    free(stock->documents);
}

/* Chooses for a document, by one of several dice. */
static size_t throw(size_t number, size_t die, size_t sides)
{
    return (size_t)(((uint64_t)number * 8 + die) * 0x9E3779B97F4A7C15u >> 33) % sides;
}

enum dice { DIE_CHANGE, DIE_PLACE, DIE_BYTE, DIE_LIMIT, DIE_VALUE, DIE_CALL };

/* A document as there was none before: with its number as a comment, or a byte of it changed. */
static size_t vary(const struct document *document, size_t number, char *out)
{
    static const char others[] = "x:-#{}[],&*!|>'\"%@ \n\t\x01\xC3";
    memcpy(out, document->bytes, document->size);
    if (document->size > 0 && throw(number, DIE_CHANGE, 4) == 0)
        out[throw(number, DIE_PLACE, document->size)] =
            others[throw(number, DIE_BYTE, sizeof others - 1)];
    return document->size + (size_t)sprintf(out + document->size, "\n# %zu\n", number);
}

/* ---- one document ----------------------------------------------------------------------- */

static size_t accepted;
static size_t rejected;
static size_t failed;

static tracedag_options *limits_of(size_t number)
{
    static const uint32_t limits[] = {TRACEDAG_LIMIT_DEPTH, TRACEDAG_LIMIT_FINDINGS,
                                      TRACEDAG_LIMIT_NODES, TRACEDAG_LIMIT_HEAP_BYTES};
    tracedag_options *options = tracedag_options_new();
    if (!options)
        give_up("memory");
    size_t chosen = throw(number, DIE_LIMIT, 16);
    size_t most = chosen == 3 ? 16384 : 8;
    if (chosen < sizeof limits / sizeof *limits)
        tracedag_options_set_limit(options, limits[chosen],
                                   1 + throw(number, DIE_VALUE, most));
    return options;
}

/* Judges in one call or in two; what comes out is the same. */
static tracedag_status judge(const char *bytes, size_t size, size_t number,
                             tracedag_dag **dag, tracedag_report **report)
{
    *dag = NULL;
    *report = NULL;
    tracedag_doc *doc = NULL;
    tracedag_options *options = limits_of(number);
    tracedag_status status;
    if (throw(number, DIE_CALL, 2)) {
        status = tracedag_check(bytes, size, options, dag, report);
    } else {
        status = tracedag_parse(bytes, size, options, &doc);
        if (doc)
            status = tracedag_validate(doc, NULL, dag, report);
    }
    tracedag_options_unref(options);
    tracedag_doc_unref(doc);
    return status;
}

static void run(const char *bytes, size_t size, size_t number)
{
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_status status = judge(bytes, size, number, &dag, &report);
    accepted += status == TRACEDAG_OK;
    rejected += status == TRACEDAG_REJECTED;
    failed += status == TRACEDAG_NO_MEMORY;
    struct subject subject = whole_subject(dag, report);
    for (size_t i = 0; report && i < CALL_COUNT; i++) {
        struct made made;
        make(&calls[i], &subject, &made);
        unmake(&made);
    }
    tracedag_dag *kept = tracedag_dag_ref(dag);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    tracedag_dag_unref(kept);
}

/* ---- what the process holds ------------------------------------------------------------- */

struct held {
    long live;
    long resident;
    long files;
};

static long live_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return (long)(info.uordblks + info.hblkhd);
}

static long resident_bytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%*s %ld", &pages) != 1)
        give_up("/proc/self/statm");
    fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static long open_files(void)
{
    long count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (!folder)
        give_up("/proc/self/fd");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static struct held hold(size_t count)
{
    struct held held = {live_bytes(), resident_bytes(), open_files()};
    printf("%9zu documents: %ld bytes live, %ld KiB resident, %ld files\n", count,
           held.live, held.resident / 1024, held.files);
    fflush(stdout);
    return held;
}

static bool is_flat(const struct held *first, const struct held *later)
{
    return later->live - first->live <= LIVE_MOST &&
           later->resident - first->resident <= RESIDENT_MOST &&
           later->files == first->files;
}

/* Whether the process holds no more after each tenth than after the first. */
static bool run_all(const struct stock stocks[2], size_t count)
{
    struct held first = {0, 0, 0};
    bool flat = true;
    hold(0);
    for (size_t number = 1; number <= count; number++) {
        char bytes[SMALL + 32];
        const struct stock *stock = &stocks[number % 2];
        size_t size = vary(&stock->documents[number / 2 % stock->count], number, bytes);
        run(bytes, size, number);
        if (number % (count / TENTHS) != 0)
            continue;
        struct held held = hold(number);
        if (number == count / TENTHS)
            first = held;
        flat = is_flat(&first, &held) && flat;
    }
    return flat;
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    if (count < TENTHS) {
        fprintf(stderr, "usage: long COUNT CASES\n");
        return 2;
    }
    struct stock stocks[2] = {{NULL, 0}, {NULL, 0}};
    take_folder(&stocks[0], argv[2], "valid");
    take_folder(&stocks[1], argv[2], "invalid");
    bool flat = run_all(stocks, count);
    drop(&stocks[0]);
    drop(&stocks[1]);
    printf("%zu accepted, %zu rejected, %zu without memory: memory is %s\n", accepted,
           rejected, failed, flat ? "flat" : "NOT flat");
    return flat ? 0 : 1;
}
