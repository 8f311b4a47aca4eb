/* document.h - from a file to a verdict, and the report of it. */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include "cli.h"
#include "input.h"

/** As document_load(), and hands over what was read; input_free() is due in any case. `dag` may
 *  be NULL. */
enum status document_read(const char *file, const struct settings *settings,
                          struct bytes *bytes, tracedag_dag **dag,
                          tracedag_report **report);

/** What came of a file. For STATUS_ACCEPTED `dag` is set, for that and STATUS_REJECTED
 *  `report`; both belong to the verdict's owner. */
struct verdict {
    enum status status;
    int error;             /**< why the file could not be read, for STATUS_FILE */
    tracedag_status fault; /**< how a call of the library ended that gave no verdict */
    tracedag_dag *dag;
    tracedag_report *report;
};

/** Reads and judges `file`, without a word. Any thread may call it. */
void document_judge(const char *file, const struct settings *settings,
                    struct verdict *verdict);

/** Says what kept a file from being judged or its report from being written, if anything. */
void document_tell(const char *file, const struct verdict *verdict);

/** document_judge() and document_tell(); returns the status. */
enum status document_load(const char *file, const struct settings *settings,
                          tracedag_dag **dag, tracedag_report **report);

/** As document_load(), for who wants the DAG or nothing: a rejected document has its
 *  report written as text. */
enum status document_accept(const char *file, const struct settings *settings,
                            tracedag_dag **dag);

/** The same with the report, which is the caller's whatever came of the document. */
enum status document_accept_told(const char *file, const struct settings *settings,
                                 tracedag_dag **dag, tracedag_report **report);

/** Writes the report of a verdict into `*text`, which goes to tracedag_free(). What goes wrong
 *  is noted in the verdict. Any thread may call it. */
void document_render(const char *file, const struct settings *settings,
                     struct verdict *verdict, char **text, size_t *size);

/** Puts what document_render() wrote where the format of `settings` goes: text to standard
 *  error, all else to standard output. */
void document_write(const struct settings *settings, const char *text, size_t size);

/** Whether a text gets colours, as the options say; `terminal` says where it goes. */
bool document_color(const struct settings *settings, bool terminal);

/** How reports name a file. */
const char *document_name(const char *file, const struct settings *settings);

/** Says how a call of the library ended that gave no verdict; returns STATUS_FAULT. */
enum status document_fault(const char *file, tracedag_status status);

#endif
