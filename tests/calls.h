/*
 * Every call that makes something of a finished DAG or report, in one table. The tests of
 * failing memory, of threads and of growth go through all of it, so a row here puts a new
 * public function under all three.
 */
#ifndef TESTS_CALLS_H
#define TESTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include <tracedag/tracedag.h>

/* What a call made: its status, and bytes of its own or in `written`. */
struct made {
    tracedag_status status;
    const void *owned;
    size_t size;
    char written[TRACEDAG_HASH_ROOM];
    bool left; /* it failed, and left an out-parameter as it was */
};

struct call {
    const char *name;
    void (*run)(const tracedag_dag *dag, const tracedag_report *report,
                const struct call *call, struct made *made);
    uint32_t first;  /* what the function takes beside its handle, */
    uint32_t second; /* where rows share one */
};

enum { CALL_COUNT = 20 };

extern const struct call calls[CALL_COUNT];

/* Calls one row. `dag` may be NULL, as it is for a document with errors. */
void make(const struct call *call, const tracedag_dag *dag, const tracedag_report *report,
          struct made *made);

/* Releases what it made. */
void unmake(struct made *made);

/* Whether two calls of one row gave the same. */
bool made_alike(const struct made *a, const struct made *b);

#endif
