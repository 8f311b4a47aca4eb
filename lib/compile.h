/* compile.h - the phases in order: bytes, values, model, references, graph, rules, canonical
 * bytes, hash. It reads like a table of contents; each phase is a file of its own. */
#ifndef TD_COMPILE_H
#define TD_COMPILE_H

#include "canon.h"
#include "diag.h"
#include "hash.h"
#include "model.h"
#include "settings.h"
#include "tree.h"

struct tracedag_doc {
    atomic_uint refs;
    struct td_mem mem;
    struct td_settings settings;
    struct td_source source;
    struct td_tree tree;
    struct tracedag_report report; /* of reading alone; it is part of the document */
};

struct tracedag_dag {
    atomic_uint refs;
    struct td_mem mem;
    struct td_model model;
    struct tracedag_doc *doc;
    struct tracedag_catalog *catalog; /* that it was judged by; NULL for none */
    struct td_str name;               /* terminated */
    char hash[TD_HASH_BYTES];
};

/** Reads a document; NULL when memory ran out. Errors stand in its report. */
struct tracedag_doc *td_read(const char *bytes, size_t size,
                             const struct td_settings *settings);

/** Judges a document. *dag is set when there is no error, *report always; false when memory ran
 *  out, and then neither is. */
bool td_judge(struct tracedag_doc *doc, const struct td_settings *settings,
              struct tracedag_dag **dag, struct tracedag_report **report);

/** Judges a document as a catalog, with the same results. */
bool td_judge_catalog(struct tracedag_doc *doc, const struct td_settings *settings,
                      struct tracedag_catalog **catalog, struct tracedag_report **report);

/** Reads a catalog. *catalog is set when there is no error, *report always; false when memory ran
 *  out, and then neither is. */
bool td_compile_catalog(const char *bytes, size_t size,
                        const struct td_settings *settings,
                        struct tracedag_catalog **catalog,
                        struct tracedag_report **report);

/** The document that a report is about. */
const struct tracedag_doc *td_report_document(const struct tracedag_report *report);

/** The bytes of a report's document and the settings of the report, without any value; NULL when
 *  memory ran out. */
struct tracedag_doc *td_doc_bytes(const struct tracedag_report *report);

/** An empty report on such a document among others; NULL when memory ran out. */
struct tracedag_report *td_report_among(struct tracedag_doc *doc, size_t among);

/** Sorts the findings, and gives them pointers and places. The last that is done to a report. */
void td_finish_report(struct td_diag *diag, const struct td_tree *tree);

/** One more, and one less, owner of a handle. True when it was the last; then all that other
 *  threads did with the handle is visible. */
void td_ref(atomic_uint *refs);
bool td_unref(atomic_uint *refs);

struct tracedag_doc *td_doc_keep(struct tracedag_doc *doc);
void td_doc_drop(struct tracedag_doc *doc);
void td_dag_drop(struct tracedag_dag *dag);
void td_report_drop(struct tracedag_report *report);

#endif
