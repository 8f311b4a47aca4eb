/* document.h - from a file to a verdict, and the report of it. */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include "cli.h"

/** Reads and judges `file`. For STATUS_ACCEPTED `*dag` is set, for that and
 *  STATUS_REJECTED `*report`; anything worse has had its message. */
enum status document_load(const char *file, const struct settings *settings,
                          tracedag_dag **dag, tracedag_report **report);

/** As document_load(), for who wants the DAG or nothing: a rejected document has its
 *  report written as text. */
enum status document_accept(const char *file, const struct settings *settings,
                            tracedag_dag **dag);

/** Writes a report in the format of `settings`: text to standard error, JSON to standard
 *  output. */
enum status document_report(const char *file, const struct settings *settings,
                            const tracedag_report *report);

/** Says how a call of the library ended that gave no verdict; returns STATUS_FAULT. */
enum status document_fault(const char *file, tracedag_status status);

#endif
