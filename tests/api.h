/*
 * What the tests of the public interface share: a growing text to build documents with, and
 * calls that must succeed. They see the installed headers alone, as any caller does.
 */
#ifndef TESTS_API_H
#define TESTS_API_H

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <tracedag/tracedag.h>

struct text {
    char *ptr;
    size_t len;
    size_t room;
};

void put(struct text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Appends `word` `times` times. */
void put_times(struct text *out, const char *word, size_t times);

/** Releases the bytes; the text is empty again. */
void drop(struct text *text);

/** The head of a document with one source job, up to its `config`, which is to be added. */
extern const char one_job[];

/** A source job on one line, without `config`. */
#define SOURCE_JOB \
    "activation: source, runtime: ecs_platform, operator: op, source: {kind: manual}"

/** A document of ten jobs that uses all that the format has. */
extern const char ten_jobs[];

/** A document with four faults on four lines. */
extern const char broken[];

tracedag_dag *must_accept(const char *bytes, size_t size,
                          const tracedag_options *options);
tracedag_report *must_reject(const char *bytes, size_t size,
                             const tracedag_options *options);

/** How many of the kept findings have a code. */
size_t count_code(const tracedag_report *report, uint32_t code);

/** Options with one limit set. */
tracedag_options *with_limit(uint32_t limit, uint64_t value);
void set_limit(tracedag_options *options, uint32_t limit, uint64_t value);

/** Whether a text of the library is this one. */
bool is_text(tracedag_text text, const char *expected);

/** The record at an index of a list, found by its stride. */
const void *record(const tracedag_list *list, size_t index);

Suite *suite_catalog(void);
Suite *suite_diff(void);
Suite *suite_draw(void);
Suite *suite_diff_render(void);
Suite *suite_fixes(void);
Suite *suite_functions(void);
Suite *suite_levels(void);
Suite *suite_limits(void);
Suite *suite_pages(void);
Suite *suite_reading(void);
Suite *suite_report(void);
Suite *suite_threads(void);
Suite *suite_trust(void);
Suite *suite_together(void);

/** The folder of the tests; NULL where it was not given. */
extern const char *tests_folder;

#endif
