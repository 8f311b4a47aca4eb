/* documents.h - documents by the library: judged, read again, compared, as JSON. */
#ifndef DISPATCHER_DOCUMENTS_H
#define DISPATCHER_DOCUMENTS_H

#include <stdbool.h>

#include <jansson.h>
#include <tracedag/tracedag.h>

#include "fault.h"

/** Judges a document by a catalog (YAML; NULL: none). `*dag` (owned) is set for DONE; `*report`
 *  (owned) for DONE and REJECTED. Datasets of other DAGs are not asked of the catalog: see
 *  document_reads(). */
enum outcome document_judge(const char *bytes, size_t size, const char *catalog,
                            size_t catalog_size, tracedag_dag **dag,
                            tracedag_report **report, struct fault *fault);

/** Reads a document again that was accepted when it was stored. */
enum outcome document_read(const char *bytes, size_t size, tracedag_dag **dag,
                           struct fault *fault);

/** Whether a catalog leaves a dataset open: it lists it, or says nothing of datasets. */
bool document_may_read(const tracedag_report *report, tracedag_text dataset);

/** Makes JSON of a comparison: {"changes", "scope", "summary"}, owned. */
enum outcome document_diff(const tracedag_dag *older, const tracedag_dag *newer,
                           json_t **diff, struct fault *fault);

/** Makes a list of JSON Lines, owned; NULL without memory. */
json_t *json_of_lines(const char *text);

/** Makes a value of JSON text, owned. What JSON of C cannot hold, a number with too many digits,
 *  stays a text. NULL is null. */
json_t *json_of_text(const char *text);

/** Makes an outcome of a status that is neither OK nor REJECTED. */
enum outcome fault_of_status(tracedag_status status, struct fault *fault);

#endif
