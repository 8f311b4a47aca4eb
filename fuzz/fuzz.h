/*
 * What the fuzz harnesses share: how an input is divided, the choices that its bytes make, and
 * the properties of what the library gives back. They see the installed headers alone.
 *
 * An input is a document and, behind its last NUL, bytes that choose. No document holds a NUL,
 * so all harnesses can take each other's inputs.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tracedag/tracedag.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that does not hold ends the process, which a fuzzer takes for a find. */
#define HOLDS(condition) \
    ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))
_Noreturn void fuzz_fail(const char *file, int line, const char *condition);

/* ---- the input -------------------------------------------------------------------------- */

/** Where the bytes that choose begin in an input: behind its last NUL, or at its end. */
size_t fuzz_choices_at(const uint8_t *data, size_t size);

/** A document of an input in memory of its own, so that the least read beyond it is seen, and
 *  released by free(). `*size` is that of the input, then of the document. */
char *fuzz_document(const uint8_t *data, size_t *size);

/** Numbers that the bytes of an input choose; behind their end they depend on all of them. */
struct choices {
    const uint8_t *at;
    size_t left;
    uint64_t state;
};

struct choices fuzz_choices(const uint8_t *data, size_t size);

/** A number below `below`, which is 1 at least. */
uint32_t choose(struct choices *from, uint32_t below);

/* ---- texts ------------------------------------------------------------------------------ */

bool is_utf8(const char *ptr, size_t len);

/** One JSON value in UTF-8 and nothing else. */
bool is_json(const char *ptr, size_t len);

/** Lines that end with LF, each of them a JSON value. */
bool is_json_lines(const char *ptr, size_t len);

/** UTF-8 without control characters, as everything that people are shown on one line. */
bool is_one_line(const char *ptr, size_t len);

/* ---- what the library gives ------------------------------------------------------------- */

/** What came of one document, for calls of ../tests/calls.h; `which` chooses the job. */
struct subject make_subject(const tracedag_dag *dag, const tracedag_report *report,
                            uint32_t which);

/** Checks a report on a document: each finding, their order and counts, and its renderings. */
void check_report(const tracedag_report *report, const char *bytes, size_t size);

/** Checks what applying fixes makes of the document of a report; `which` chooses how. */
void check_fixes(const tracedag_report *report, const char *bytes, size_t size,
                 uint32_t which);

/** Checks that a verdict and what came with it agree. */
void check_verdict(tracedag_status status, const tracedag_dag *dag,
                   const tracedag_report *report);

/** Checks all that a DAG says of itself, and that its parts agree. */
void check_dag(const tracedag_dag *dag);

/** Checks that a form that is to be read back gives the same DAG; `which` chooses the form. */
void check_forms(const tracedag_dag *dag, uint32_t which);

/** Checks that these calls give what the table says, and the same again; `which` chooses the
 *  texts that are made. */
void check_calls(const struct subject *subject, uint32_t which);

/** Options with all limits but that of the heap at their ceilings. */
tracedag_options *highest_limits(void);

/** A document is accepted as a DAG with this hash and these canonical bytes. */
void check_same(const char *bytes, size_t size, const tracedag_dag *dag);

/** The record at an index of a list, found by its stride. */
const void *record(const tracedag_list *list, size_t index);

/** The canonical bytes of a DAG; released by tracedag_free(). */
char *canonical(const tracedag_dag *dag, size_t *size);

#endif
