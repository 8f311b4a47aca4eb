/* tracedag.h - libtracedag: may this Trace DAG be deployed, and what exactly is it?
 *
 * YAML bytes go in; findings, a validated DAG, its one canonical form and its hashes come out.
 *
 *     tracedag_dag *dag = NULL;
 *     tracedag_report *report = NULL;
 *     tracedag_status status = tracedag_check(bytes, size, NULL, &dag, &report);
 *     if (status == TRACEDAG_OK)
 *         puts(tracedag_dag_hash(dag));
 *     dag = tracedag_dag_unref(dag);
 *     report = tracedag_report_unref(report);
 *
 * This file stands in the order of use: the library itself, options, from bytes to a verdict,
 * the report, the DAG, its free-form values, its canonical form and hashes, the change between
 * two versions, trust, many DAGs. The records that functions fill or point at are in
 * tracedag-types.h, the codes in tracedag-codes.h.
 *
 * Rules that hold for every function:
 *
 * Errors     A call that can fail returns a tracedag_status. What is wrong with a document is
 *            not an error of the call: it stands in the report. There is no last-error state.
 *            After any status but TRACEDAG_OK and TRACEDAG_REJECTED the out-parameters are
 *            NULL, 0 or empty. Functions without a status cannot fail: they take NULL handles
 *            and out-parameters, and give NULL, 0 or an empty list. The one that makes
 *            something without a status, tracedag_options_new(), gives NULL without memory.
 * Ownership  *Owned* results are yours: a handle goes to its _unref, anything else to
 *            tracedag_free(). *Borrowed* results are never released; they live as long as the
 *            handle that they came from, or for ever where they are called static.
 * Handles    Each kind has a _ref, which gives it another owner, and an _unref, which takes
 *            NULL and returns NULL, so `x = tracedag_dag_unref(x)` is the idiom. DAGs and
 *            reports keep what they need of the document; drop handles in any order.
 * Threads    Documents, DAGs, reports and diffs never change once returned, and all reference
 *            counts are atomic: any number of threads may read one of them. Options belong to
 *            one thread while they are set; set, they may be shared. Nothing else is shared,
 *            nothing is global, so every function may be called by any thread.
 * Text       A `char *` ends with a NUL. A tracedag_text has a length and no NUL. What goes in
 *            as pointer and size holds any bytes, and is not looked at after the call returns.
 *            Everything that comes out is UTF-8.
 * Lists      A tracedag_list gives all records in one call: `count` of them, `stride` bytes
 *            apart; tracedag_list_at() finds one. Functions that return nothing fill a borrowed
 *            list, those with a status an owned one, whose `items` go to tracedag_free().
 * Growth     Within a soname, symbols, signatures, numbers of enumerators and the front of each
 *            record stay. Records grow at their end, enumerations get new values, functions are
 *            added; each says since when.
 * Never      The library never prints, exits, reads a file, the environment or a clock, sets a
 *            locale, starts a thread or keeps mutable globals. A document cannot make it crash,
 *            recurse without bound or use more than its limits say.
 */
#ifndef TRACEDAG_H
#define TRACEDAG_H

#include "tracedag-types.h"
#include "tracedag-version.h"

#if defined(__GNUC__)
#define TRACEDAG_API __attribute__((visibility("default")))
#else
#define TRACEDAG_API
#endif

/** Marks a function that has a successor, named in the warning. It works as before, and stays
 *  until the soname changes. Define TRACEDAG_NO_DEPRECATED_WARNINGS to be left in peace. */
#if defined(__GNUC__) && !defined(TRACEDAG_NO_DEPRECATED_WARNINGS)
#define TRACEDAG_DEPRECATED(successor) \
    __attribute__((deprecated("use " #successor " instead")))
#else
#define TRACEDAG_DEPRECATED(successor)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the library itself ------------------------------------------------------------------ */

/** The version of the loaded library as one number, 10203 for 1.2.3. Compare it with
 *  TRACEDAG_VERSION_NUMBER, the version of the header. Since: 0.1.0 */
TRACEDAG_API uint32_t tracedag_version_number(void);

/** The version of the loaded library as text, e.g. "1.2.3"; static. Since: 0.1.0 */
TRACEDAG_API const char *tracedag_version_string(void);

/** What the loaded library can do (enum tracedag_feature_id), as a number that grows with it;
 *  0 for a feature that it does not know. Since: 0.1.0 */
TRACEDAG_API uint32_t tracedag_feature(uint32_t feature);

/** Says a status in words, e.g. "the document is rejected"; static. "unknown status" for a number that
 *  is none. Since: 0.1.0 */
TRACEDAG_API const char *tracedag_status_text(tracedag_status status);

/** Releases what a function of this library handed over as *owned* and is no handle. NULL is
 *  fine. Since: 0.1.0 */
TRACEDAG_API void tracedag_free(const void *owned);

/** The record at an index of a list, to be read as its type; NULL past the end or for NULL.
 *  Since: 0.1.0 */
TRACEDAG_API const void *tracedag_list_at(const tracedag_list *list, size_t index);

/** The codes of this build in ascending order: a static list of tracedag_code_info.
 *  Since: 0.1.0 */
TRACEDAG_API void tracedag_codes(tracedag_list *list);

/** The name of a code, e.g. "unknown-job" for 402; static. NULL for a number that is no code.
 *  Since: 0.1.0 */
TRACEDAG_API const char *tracedag_code_name(uint32_t code);

/** The code that a text names: `TD402`, `402` and `unknown-job` are 402, in any letter case.
 *  0 for a text that is none of these, and for NULL. Since: 0.1.0 */
TRACEDAG_API uint32_t tracedag_code_find(const char *code_or_name);

/** The page of a code: the rule, the reason for it, a bad example and a good one; static. NULL
 *  for a number that is no code. Since: 0.1.0 */
TRACEDAG_API const tracedag_page *tracedag_code_page(uint32_t code);

/** Writes the page of a code as plain text for people, UTF-8, in lines of at most 80 columns,
 *  ending with LF. `*text` is owned, NUL-terminated, `*size` its length without the NUL (may be
 *  NULL). TRACEDAG_MISUSE for a number that is no code. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_explain(uint32_t code, char **text, size_t *size);

/** The name of an enumerated value as the format writes it, e.g. field "runtime", value 1:
 *  "lambda"; static. The field is the format's, so that of `source_kind` is "kind". NULL for an
 *  unknown field or value. Since: 0.1.0 */
TRACEDAG_API const char *tracedag_enum_name(const char *field, uint32_t value);

/** Writes the format as a JSON Schema (draft-07), for editors and for validators of others: it
 *  accepts every document that the library accepts, and what it refuses the library refuses. Of
 *  the rules across jobs and datasets it has none. `*text` is owned, NUL-terminated, ends with LF,
 *  `*size` is its length without the NUL (may be NULL). The same bytes at each call of one
 *  library. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_json_schema(char **text, size_t *size);

/* ---- options ----------------------------------------------------------------------------- */

/** How much of what a document may hold and a call may use. */
typedef struct tracedag_options tracedag_options;

/** New options, all at their defaults; owned. NULL when memory ran out. Since: 0.1.0 */
TRACEDAG_API tracedag_options *tracedag_options_new(void);

/** New options that say the same as these, NULL for the defaults; owned. NULL when memory ran
 *  out. Since: 0.1.0 */
TRACEDAG_API tracedag_options *tracedag_options_copy(const tracedag_options *options);

/** Keeps options; returns them. Since: 0.1.0 */
TRACEDAG_API tracedag_options *tracedag_options_ref(tracedag_options *options);
/** Drops options. Documents made with them keep their own copy. Since: 0.1.0 */
TRACEDAG_API tracedag_options *tracedag_options_unref(tracedag_options *options);

/** Sets one limit; 0 means its default. TRACEDAG_MISUSE, and no change, when `options` is NULL,
 *  `limit` is unknown or `value` is above the ceiling. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_options_set_limit(tracedag_options *options,
                                                        uint32_t limit, uint64_t value);

/** The limit in force; NULL options are the defaults. 0 for an unknown limit. Since: 0.1.0 */
TRACEDAG_API uint64_t tracedag_options_limit(const tracedag_options *options,
                                             uint32_t limit);

/** Sets how bad findings of a code are (enum tracedag_severity); 0 makes no such findings, as
 *  errors they reject a document. TRACEDAG_MISUSE, and no change, when `options` is NULL, or the
 *  code is none whose table row says warning or note, or is TD199. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_options_set_severity(tracedag_options *options,
                                                           uint32_t code,
                                                           uint32_t severity);

/** The severity in force of a code; NULL options are the defaults. 0 for a number that is no
 *  code, and where no such findings are made. Since: 0.1.0 */
TRACEDAG_API uint32_t tracedag_options_severity(const tracedag_options *options,
                                                uint32_t code);

/** Sets the baseline: warnings and notes that are entries of it are suppressed. `text` is what
 *  tracedag_report_baseline() wrote, of any number of files; the entries of `file` are taken, or
 *  all of them where it is NULL. Lines that begin with `#` are comments. TRACEDAG_MISUSE, and no
 *  change, when `options` is NULL or a line cannot be read. `text` may be NULL when `size` is 0:
 *  then there is no baseline any more. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_options_set_baseline(tracedag_options *options,
                                                           const char *text, size_t size,
                                                           const char *file);

/* ---- catalogs ---------------------------------------------------------------------------- */

/** What a deployment allows: the operators that exist, what their jobs may say, and the datasets
 *  that an organisation can read. tracedag-catalog(5) describes it as YAML. It never changes once
 *  it is returned, and never changes a hash. */
typedef struct tracedag_catalog tracedag_catalog;
/** Findings, sorted by start byte, then code, then pointer; TD199, which counts those that were
 *  left out, stands last. */
typedef struct tracedag_report tracedag_report;

/** Reads a catalog from YAML. For TRACEDAG_OK `*catalog` (owned) is set, for TRACEDAG_REJECTED it
 *  is NULL; `*report` (owned) has all findings in both cases. `catalog` or `report` may be NULL
 *  when you do not want it; `bytes` may be NULL when `size` is 0. NULL `options` are the defaults;
 *  a catalog in them is no matter. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_catalog_read(const char *bytes, size_t size,
                                                   const tracedag_options *options,
                                                   tracedag_catalog **catalog,
                                                   tracedag_report **report);

/** Makes a catalog of records, of tracedag_operator and tracedag_dataset; NULL for a list that
 *  the catalog says nothing of. Of a list of fields only what is `closed` counts; 0 is the default
 *  of a policy. The records are written as tracedag_catalog_write() does and read again, so
 *  findings are about that text, and the result is that of tracedag_catalog_read().
 *  TRACEDAG_MISUSE for a number that an enumeration does not have, for texts that are not UTF-8, and
 *  for fields that are nested without end. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_catalog_new(const tracedag_list *operators,
                                                  const tracedag_list *datasets,
                                                  const tracedag_options *options,
                                                  tracedag_catalog **catalog,
                                                  tracedag_report **report);

/** Writes a catalog as one line of JSON without LF, which tracedag_catalog_read() reads to the same
 *  catalog: names in order, numbers in decimal, defaults left out. `*text` is owned, NUL-terminated,
 *  `*size` its length without the NUL (may be NULL). TRACEDAG_MISUSE for NULL. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_catalog_write(const tracedag_catalog *catalog,
                                                    char **text, size_t *size);

/** Sets the catalog that documents are judged by, and keeps it; NULL: there is none any more.
 *  TRACEDAG_MISUSE when `options` is NULL. Since: 0.1.0 */
TRACEDAG_API tracedag_status
tracedag_options_set_catalog(tracedag_options *options, const tracedag_catalog *catalog);

/** Says whether documents are judged for a group: with `together` 1, a dataset that the catalog has
 *  not may be one that another DAG publishes, which tracedag_group_new() judges, and is no TD412;
 *  with 0, the default, it is. TRACEDAG_MISUSE when `options` is NULL or `together` is another
 *  number. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_options_set_together(tracedag_options *options,
                                                           uint32_t together);

/** Keeps a catalog; returns it. Since: 0.1.0 */
TRACEDAG_API tracedag_catalog *tracedag_catalog_ref(tracedag_catalog *catalog);
/** Drops a catalog. Options, documents, DAGs and reports that have it keep it. Since: 0.1.0 */
TRACEDAG_API tracedag_catalog *tracedag_catalog_unref(tracedag_catalog *catalog);

/** The operators in order of names: a list of tracedag_operator, borrowed. Where the catalog says
 *  nothing of operators, so that none are checked, `items` is NULL; for an empty set it is not.
 *  Since: 0.1.0 */
TRACEDAG_API void tracedag_catalog_operators(const tracedag_catalog *catalog,
                                             tracedag_list *list);

/** The datasets likewise: a list of tracedag_dataset, borrowed. Since: 0.1.0 */
TRACEDAG_API void tracedag_catalog_datasets(const tracedag_catalog *catalog,
                                            tracedag_list *list);

/** Writes what tracedag_json_schema() does, narrowed by a catalog: its operators and datasets, and by
 *  operator what a job may say, the fields of `config` among it. It accepts every document that the
 *  library accepts with the catalog, and what it refuses the library refuses. NULL is no catalog.
 *  Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_catalog_json_schema(const tracedag_catalog *catalog,
                                                          char **text, size_t *size);

/* ---- from bytes to a verdict ------------------------------------------------------------- */

/** What was read: the values of a document and where they stand. */
typedef struct tracedag_doc tracedag_doc;
/** A validated and resolved DAG: it exists only for a document without errors. */
typedef struct tracedag_dag tracedag_dag;

/** Reads YAML. `*doc` (owned) is set for TRACEDAG_OK and for TRACEDAG_REJECTED, when the text
 *  itself has errors; tracedag_validate() then still judges whatever is sound. `bytes` may be
 *  NULL when `size` is 0. NULL `options` are the defaults. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_parse(const char *bytes, size_t size,
                                            const tracedag_options *options,
                                            tracedag_doc **doc);

/** Judges a document by every rule that needs nothing but the document, and by the catalog of the
 *  options. For TRACEDAG_OK `*dag`
 *  (owned) is set, for TRACEDAG_REJECTED it is NULL; `*report` (owned) has all findings in both
 *  cases, those of reading included. `dag` or `report` may be NULL when you do not want it.
 *  NULL `options` are those that the document was read with. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_validate(const tracedag_doc *doc,
                                               const tracedag_options *options,
                                               tracedag_dag **dag,
                                               tracedag_report **report);

/** tracedag_parse() and tracedag_validate() in one call. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_check(const char *bytes, size_t size,
                                            const tracedag_options *options,
                                            tracedag_dag **dag, tracedag_report **report);

/** Keeps a document; returns it. Since: 0.1.0 */
TRACEDAG_API tracedag_doc *tracedag_doc_ref(tracedag_doc *doc);
/** Drops a document. DAGs and reports made from it stay whole. Since: 0.1.0 */
TRACEDAG_API tracedag_doc *tracedag_doc_unref(tracedag_doc *doc);

/** The findings of reading alone; borrowed from `doc`. NULL for NULL. Since: 0.1.0 */
TRACEDAG_API const tracedag_report *tracedag_doc_report(const tracedag_doc *doc);

/* ---- the report -------------------------------------------------------------------------- */

/** Keeps a report; returns it. Since: 0.1.0 */
TRACEDAG_API tracedag_report *tracedag_report_ref(tracedag_report *report);
/** Drops a report. Since: 0.1.0 */
TRACEDAG_API tracedag_report *tracedag_report_unref(tracedag_report *report);

/** How many findings of a severity (enum tracedag_severity) there were, those that the limit
 *  kept out included; severity 0 counts all. Since: 0.1.0 */
TRACEDAG_API size_t tracedag_report_count(const tracedag_report *report,
                                          uint32_t severity);

/** How many findings the limit kept out. Since: 0.1.0 */
TRACEDAG_API size_t tracedag_report_dropped(const tracedag_report *report);

/** The catalog that a document was judged by, borrowed. NULL where there was none, so that
 *  operators and datasets were not checked, and for the report of a catalog. Since: 0.1.0 */
TRACEDAG_API const tracedag_catalog *tracedag_report_catalog(
    const tracedag_report *report);

/** The findings that were kept: a list of tracedag_finding, borrowed. Since: 0.1.0 */
TRACEDAG_API void tracedag_report_findings(const tracedag_report *report,
                                           tracedag_list *list);

/** The findings that are suppressed, by a comment or by the baseline: a list of tracedag_finding,
 *  borrowed. They are not counted above. Since: 0.1.0 */
TRACEDAG_API void tracedag_report_suppressed(const tracedag_report *report,
                                             tracedag_list *list);

/** Writes the baseline of a report: a line for each warning and note, those that no comment
 *  allows. `file` names the document in it (NULL: `-`). `*text` is owned, NUL-terminated, `*size`
 *  its length without the NUL (may be NULL). TRACEDAG_MISUSE for a NULL report, and a file that
 *  is empty or has a line break in its name. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_report_baseline(const tracedag_report *report,
                                                      const char *file, char **text,
                                                      size_t *size);

/** One finding by its index, borrowed; NULL past the end. Since: 0.1.0 */
TRACEDAG_API const tracedag_finding *tracedag_report_finding(
    const tracedag_report *report, size_t index);

/** Where a byte offset of the document stands; one past the end counts as the end. Findings
 *  know their own places; this is for any other. Takes time proportional to the length of the
 *  line. Since: 0.1.0 */
TRACEDAG_API void tracedag_report_position(const tracedag_report *report, uint64_t byte,
                                           tracedag_position *position);

enum tracedag_format {
    TRACEDAG_FORMAT_TEXT = 1,  /**< for people, with the source and carets */
    TRACEDAG_FORMAT_JSON = 2,  /**< JSON Lines: one record a finding, then a summary */
    TRACEDAG_FORMAT_SARIF = 3, /**< SARIF 2.1.0, a line; 5,000 findings at most */
    TRACEDAG_FORMAT_GITHUB = 4 /**< workflow commands, for annotations on GitHub */
};

enum tracedag_render_flags {
    TRACEDAG_RENDER_COLOR = 1 /**< terminal colours in TRACEDAG_FORMAT_TEXT */
};

/** Writes the report in a format (enum tracedag_format), UTF-8, ending with LF. SARIF and GitHub
 *  have errors first. `file` names the document in it (NULL: `-`). `*text` is owned,
 *  NUL-terminated, `*size` its length without the NUL (may be NULL). Unknown formats and flags
 *  are TRACEDAG_MISUSE. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_report_render(const tracedag_report *report,
                                                    uint32_t format, const char *file,
                                                    uint32_t flags, char **text,
                                                    size_t *size);

/** Writes `count` reports as one text: one run of SARIF, one list of workflow commands; as text
 *  and JSON Lines one after the other. `files[i]` names the document of `reports[i]` (`files`
 *  or a name in it NULL: `-`). A report that is NULL stands for a document that could not be
 *  judged: SARIF and GitHub's commands say so, the others pass over it. Otherwise as
 *  tracedag_report_render(); of no reports, the text may be empty. TRACEDAG_MISUSE, too, when
 *  `reports` is NULL and `count` is not 0. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_reports_render(
    const tracedag_report *const *reports, const char *const *files, size_t count,
    uint32_t format, uint32_t flags, char **text, size_t *size);

enum tracedag_fix_flags {
    TRACEDAG_FIX_UNSAFE = 1 /**< fixes that somebody should look at, too */
};

/** Applies fixes to the document of a report, and proves them: each is kept only if the document
 *  that comes of it can be read, what it mends is gone, there is no error that was not there
 *  before, and values differ only where findings that were mended stand. Safe fixes alone, unless
 *  `flags` (enum tracedag_fix_flags) say otherwise; a finding with two equally good ones is left
 *  alone. Fixes of the same place follow one another. Where nothing applies, the text is the
 *  document as it was; it is empty for one that was too large to be read. A report that left
 *  findings out proves nothing: raise TRACEDAG_LIMIT_FINDINGS. That of a group has no fixes, and
 *  is TRACEDAG_MISUSE.
 *
 *  `*text` is owned, NUL-terminated, `*size` its length without the NUL (may be NULL).
 *  `*applied` (may be NULL) is an owned list of tracedag_applied_fix; `*left` (owned, may be
 *  NULL) the report on the text that was made. TRACEDAG_OK says that the text is there, and
 *  nothing about a verdict. A report of reading alone serves as well: the document is judged.
 *  Takes up to 32 times as long as tracedag_check(), for documents above 128 KiB 8 times.
 *  Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_report_fix(const tracedag_report *report,
                                                 uint32_t flags, char **text,
                                                 size_t *size, tracedag_list *applied,
                                                 tracedag_report **left);

/* ---- reading a DAG ----------------------------------------------------------------------- */

/** Keeps a DAG; returns it. Since: 0.1.0 */
TRACEDAG_API tracedag_dag *tracedag_dag_ref(tracedag_dag *dag);
/** Drops a DAG. Since: 0.1.0 */
TRACEDAG_API tracedag_dag *tracedag_dag_unref(tracedag_dag *dag);

/** The DAG's name; borrowed. NULL for NULL. Since: 0.1.0 */
TRACEDAG_API const char *tracedag_dag_name(const tracedag_dag *dag);

/** All jobs by name: a list of tracedag_job, borrowed. Since: 0.1.0 */
TRACEDAG_API void tracedag_dag_jobs(const tracedag_dag *dag, tracedag_list *list);

/** One job by its index, borrowed; NULL past the end. Since: 0.1.0 */
TRACEDAG_API const tracedag_job *tracedag_dag_job(const tracedag_dag *dag,
                                                  uint32_t index);

/** The index of the job with a name, or TRACEDAG_NO_JOB. Takes time proportional to the
 *  logarithm of the number of jobs. Since: 0.1.0 */
TRACEDAG_API uint32_t tracedag_dag_find_job(const tracedag_dag *dag, const char *name,
                                            size_t len);

/** All inputs, those of a job together and in the order written: a list of tracedag_input,
 *  borrowed. Since: 0.1.0 */
TRACEDAG_API void tracedag_dag_inputs(const tracedag_dag *dag, tracedag_list *list);

/** Keys and secrets of all jobs: a list of tracedag_text, borrowed. Since: 0.1.0 */
TRACEDAG_API void tracedag_dag_names(const tracedag_dag *dag, tracedag_list *list);

/** Published datasets by name: a list of tracedag_publish, borrowed. Since: 0.1.0 */
TRACEDAG_API void tracedag_dag_publishes(const tracedag_dag *dag, tracedag_list *list);

/** Datasets that are read and not published here, by name, each once: a list of tracedag_text,
 *  borrowed. Since: 0.1.0 */
TRACEDAG_API void tracedag_dag_external_datasets(const tracedag_dag *dag,
                                                 tracedag_list *list);

/** Job indices so that each job follows all that it reads, ties by name: a list of uint32_t,
 *  borrowed. Since: 0.1.0 */
TRACEDAG_API void tracedag_dag_order(const tracedag_dag *dag, tracedag_list *list);

/** The jobs that `job` reads, directly (`all` is 0) or at any distance (`all` is 1), in
 *  topological order, through the datasets that this DAG publishes too: an owned list of
 *  uint32_t. TRACEDAG_MISUSE for an unknown job or another `all`. Takes time proportional to
 *  the jobs and inputs of the DAG. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_upstream(const tracedag_dag *dag, uint32_t job,
                                                   uint32_t all, tracedag_list *jobs);

/** The jobs that read an output of `job` (TRACEDAG_ANY_OUTPUT: any of them), otherwise as
 *  tracedag_dag_upstream(). TRACEDAG_MISUSE for an output that the job does not have, too.
 *  Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_downstream(const tracedag_dag *dag,
                                                     uint32_t job, uint32_t output,
                                                     uint32_t all, tracedag_list *jobs);

/** When a job runs by its schedule: the first runs after the instant `after`, at most `count`, in
 *  ascending order: an owned list of int64_t, seconds since 1970-01-01T00:00:00Z. It is shorter, or
 *  empty, where the job has no schedule, or its schedule ends: `cron(...)` with its years, at the
 *  latest with 2199, all others at TRACEDAG_LAST_INSTANT. The runs of `rate(...)` are counted from
 *  `after`: EventBridge counts from when a rule was made, which no document says. For all, the last
 *  run as `after` of the next call goes on with the list. TRACEDAG_MISUSE for an unknown job,
 *  `after` below 0 or above TRACEDAG_LAST_INSTANT, and `count` above TRACEDAG_RUNS_MOST.
 *  Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_next_runs(const tracedag_dag *dag, uint32_t job,
                                                    int64_t after, uint32_t count,
                                                    tracedag_list *runs);

/** Where a job's value of a tuning field (enum tracedag_setting) came from: returns an enum
 *  tracedag_origin, or 0 for an unknown job or setting; `*line` (may be NULL) is its 1-based
 *  line, 0 for a built-in default. Since: 0.1.0 */
TRACEDAG_API uint32_t tracedag_dag_origin(const tracedag_dag *dag, uint32_t job,
                                          uint32_t setting, uint32_t *line);

/** The same for every job and setting: an owned list of tracedag_setting_origin, by job, then
 *  setting. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_origins(const tracedag_dag *dag,
                                                  tracedag_list *origins);

/* ---- free-form values -------------------------------------------------------------------- */

/** The kind of a value (enum tracedag_kind); 0 for no value. Since: 0.1.0 */
TRACEDAG_API uint32_t tracedag_value_kind(const tracedag_dag *dag, tracedag_value value);

/** The text of a scalar, borrowed: a text itself, a number or boolean as it was written. Empty,
 *  with `ptr` NULL, for collections. Since: 0.1.0 */
TRACEDAG_API void tracedag_value_text(const tracedag_dag *dag, tracedag_value value,
                                      tracedag_text *text);

/** How many items or entries a list or map has; 0 for scalars. Since: 0.1.0 */
TRACEDAG_API size_t tracedag_value_count(const tracedag_dag *dag, tracedag_value value);

/** The first item of a list, or the value of the first entry of a map, in the order written;
 *  0 when there is none. Since: 0.1.0 */
TRACEDAG_API tracedag_value tracedag_value_first(const tracedag_dag *dag,
                                                 tracedag_value collection);

/** The item behind `item`, which came from tracedag_value_first() or _next() of `collection`;
 *  0 at the end. Since: 0.1.0 */
TRACEDAG_API tracedag_value tracedag_value_next(const tracedag_dag *dag,
                                                tracedag_value collection,
                                                tracedag_value item);

/** The key of an entry of `map`, borrowed. Empty, with `ptr` NULL, where `map` is no map.
 *  Since: 0.1.0 */
TRACEDAG_API void tracedag_value_key(const tracedag_dag *dag, tracedag_value map,
                                     tracedag_value item, tracedag_text *key);

/** A value as JSON in canonical spelling, without an LF; owned. It is the value that was written:
 *  a default that stands in it, such as `nullable: true` in a schema, stays. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_value_json(const tracedag_dag *dag,
                                                 tracedag_value value, char **json,
                                                 size_t *size);

/* ---- canonical form and hashes ----------------------------------------------------------- */

enum tracedag_form {
    TRACEDAG_FORM_CANONICAL = 1, /**< what the hash covers */
    TRACEDAG_FORM_RESOLVED = 2,  /**< with the six tuning fields of every job */
    TRACEDAG_FORM_ORIGINS = 3    /**< resolved, with the origin of each of the six */
};

enum tracedag_syntax {
    TRACEDAG_SYNTAX_JSON = 1, /**< one line and an LF */
    TRACEDAG_SYNTAX_YAML = 2  /**< block YAML for reading, of the same values */
};

/** Writes a DAG in a form and a syntax. `*text` is owned, NUL-terminated, `*size` its length
 *  without the NUL (may be NULL). TRACEDAG_FORM_CANONICAL with TRACEDAG_SYNTAX_JSON gives the
 *  canonical bytes. Origins are extra keys in JSON, comments in YAML. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_write(const tracedag_dag *dag, uint32_t form,
                                                uint32_t syntax, char **text,
                                                size_t *size);

/** The `yaml_hash`: "td1:" and 32 hex digits; borrowed. XXH3 is not collision-resistant: who
 *  de-duplicates by it compares the canonical bytes on a hit. Since: 0.1.0 */
TRACEDAG_API const char *tracedag_dag_hash(const tracedag_dag *dag);

/** Which hash of a job. */
enum tracedag_job_hash {
    TRACEDAG_HASH_JOB = 1,            /**< "tdj1:": all of the job */
    TRACEDAG_HASH_MATERIALIZATION = 2 /**< "tdm1:": what decides its data, not its name */
};

/** Writes a hash of a job to `out` of `room` bytes. TRACEDAG_MISUSE for an unknown job or kind,
 *  or room below TRACEDAG_HASH_ROOM. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_job_hash(const tracedag_dag *dag, uint32_t job,
                                                   uint32_t kind, char *out, size_t room);

/** Both hashes of every job, in the order of tracedag_dag_jobs(): an owned list of
 *  tracedag_job_hashes. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_job_hashes(const tracedag_dag *dag,
                                                     tracedag_list *hashes);

/** Writes the `source_hash` ("src1:" and 32 hex digits) of any bytes to `out` of `room`
 *  bytes. TRACEDAG_MISUSE for room below TRACEDAG_HASH_ROOM. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_source_hash(const char *bytes, size_t size,
                                                  char *out, size_t room);

/* ---- change between two versions --------------------------------------------------------- */

/** Two versions of a DAG, and all that changed between them. */
typedef struct tracedag_diff tracedag_diff;

/** Keeps a diff; returns it. Since: 0.1.0 */
TRACEDAG_API tracedag_diff *tracedag_diff_ref(tracedag_diff *diff);
/** Drops a diff. Since: 0.1.0 */
TRACEDAG_API tracedag_diff *tracedag_diff_unref(tracedag_diff *diff);

/** Compares two versions of a DAG, by their resolved forms. `*diff` is owned, and keeps both DAGs.
 *  There are no changes exactly where the canonical forms, and so the hashes, are equal. Takes
 *  n log n time, and memory in proportion to the forms; it may use the heap limits of both DAGs
 *  together. TRACEDAG_MISUSE for a NULL argument. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_diff_new(const tracedag_dag *before,
                                               const tracedag_dag *after,
                                               tracedag_diff **diff);

/** All changes: a list of tracedag_change, borrowed. First the DAG's name, then jobs by name, at
 *  the end published datasets by name; what changed in one of them in the order of its form. The
 *  new name counts, the old one of what is gone.
 *
 *  Jobs belong together by name. Of the others, one that is gone and one that is new are a job
 *  that was RENAMED when their materialization hashes are equal; where several have that hash,
 *  first those that are equal in all else, then by name, the first to the first. A reader that
 *  follows a new name has a changed input. A dataset whose job was renamed has not MOVED.
 *
 *  A job or dataset that is added or removed is one change with all of its form as value. Else,
 *  each field is one, in maps each entry and in lists each item, as far as a pointer of 128 bytes
 *  leads; lists of names, and what an input or dataset comes `from`, are one value. Applied one
 *  after the other, at `path` as add, remove and replace of RFC 6902, they turn the old
 *  resolved form of a job or dataset into its new one: so the index of what is removed counts in
 *  the old list, that of anything else in the new one. A tuning field that `defaults` change is
 *  a change of each job on which that acts. Since: 0.1.0 */
TRACEDAG_API void tracedag_diff_changes(const tracedag_diff *diff, tracedag_list *list);

/** The jobs that have to make their data anew: those that were added or have a change of class
 *  MATERIALIZATION, those that read a dataset that was added, removed or moved, and all that read
 *  these in the new version, through its datasets too. A list of tracedag_scope_job, borrowed,
 *  in the order of tracedag_dag_order(). Since: 0.1.0 */
TRACEDAG_API void tracedag_diff_scope(const tracedag_diff *diff, tracedag_list *list);

/** How many changes break those who read a published dataset, here or elsewhere: whose `breaking`
 *  is not 0. Since: 0.1.0 */
TRACEDAG_API uint32_t tracedag_diff_breaking(const tracedag_diff *diff);

enum tracedag_diff_flags {
    TRACEDAG_DIFF_COLOR = 1,    /**< terminal colours in TRACEDAG_FORMAT_TEXT */
    TRACEDAG_DIFF_BREAKING = 2, /**< only changes that break readers, and no scope */
    TRACEDAG_DIFF_FIRST = 4     /**< only the first difference of the canonical forms */
};

/** Writes a change, UTF-8, ending with LF: for people (TRACEDAG_FORMAT_TEXT) grouped by jobs and
 *  datasets, for programs (TRACEDAG_FORMAT_JSON) a record a line and a summary. Credentials in
 *  values are not shown. `old_file` and `new_file` name the documents (NULL: `-`), `flags` are
 *  enum tracedag_diff_flags. `*text` is owned, NUL-terminated, `*size` its length without the NUL
 *  (may be NULL). Other formats, and unknown flags, are TRACEDAG_MISUSE. Takes time proportional
 *  to the changes and their values, with TRACEDAG_DIFF_FIRST to the canonical forms.
 *  Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_diff_render(const tracedag_diff *diff,
                                                  uint32_t format, const char *old_file,
                                                  const char *new_file, uint32_t flags,
                                                  char **text, size_t *size);

/** Why two hashes differ: the first value, in the order of the canonical form, that is not the
 *  same in both forms, items of lists compared by their index. An owned list of one
 *  tracedag_difference, whose texts go with it; empty where the forms are equal. TRACEDAG_MISUSE
 *  for a NULL argument. Takes time proportional to the forms. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_first_difference(const tracedag_dag *before,
                                                           const tracedag_dag *after,
                                                           tracedag_list *difference);

/* ---- trust ------------------------------------------------------------------------------- */

/** Which secrets, bundles of users, external datasets and webhooks reach which published dataset,
 *  also through datasets that this DAG publishes: an owned list of tracedag_flow, by dataset, then
 *  kind, then name. Behind the datasets come those that enter at jobs which lead to none: their
 *  `publish` is TRACEDAG_NO_PUBLISH, their path that job. The list and its paths are one block,
 *  `name` belongs to the DAG.
 *
 *  There may be as many flows as names times datasets, so the list ends after `most` of them, or
 *  after an amount of work that is linear in the DAG. `*left_out` (may be NULL) is how many datasets
 *  then lack some or all of their flows, what leads to none counted as one. TRACEDAG_MISUSE for
 *  `most` above TRACEDAG_FLOWS_MOST. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_flows(const tracedag_dag *dag, uint32_t most,
                                                tracedag_list *flows, size_t *left_out);

/** Writes these flows as a report, TRACEDAG_FORMAT_TEXT for people or TRACEDAG_FORMAT_JSON: JSON
 *  Lines, a record for each published dataset, one for what leads to none, one with the counts.
 *  Both say which zone the jobs on a path run in: what runs on `lambda` is untrusted, unless the
 *  catalog of the DAG trusts its operator there and it runs no bundle. Text shows neither all of a
 *  long path nor a bundle whose name looks like a credential. `file` and `flags`
 *  are those of tracedag_report_render(), `most` that of tracedag_dag_flows(). `*text` is owned,
 *  NUL-terminated, ends with LF, `*size` is its length without the NUL (may be NULL). Other formats
 *  and unknown flags are TRACEDAG_MISUSE. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_trust_render(const tracedag_dag *dag,
                                                       uint32_t most, uint32_t format,
                                                       const char *file, uint32_t flags,
                                                       char **text, size_t *size);

/* ---- pictures ---------------------------------------------------------------------------- */

enum tracedag_picture {
    TRACEDAG_PICTURE_TEXT = 1, /**< lines for a terminal, or a list where they are many */
    TRACEDAG_PICTURE_MERMAID = 2, /**< a flowchart of Mermaid, as Markdown shows it */
    TRACEDAG_PICTURE_DOT = 3      /**< for the programs of Graphviz */
};

enum tracedag_draw_flags {
    TRACEDAG_DRAW_COLOR = 1 /**< terminal colours in TRACEDAG_PICTURE_TEXT */
};

/** Draws a DAG (enum tracedag_picture), UTF-8, ending with LF: its jobs by trust zone with their
 *  sources, outputs and filters on edges, published and external datasets. Findings of `report`
 *  (may be NULL) stand at what they are about. `change` (may be NULL) has this DAG itself as its
 *  newer version: then what was added, changed or removed is marked, and what is made anew. Texts of the document are cut
 *  where they are long, and escaped for what reads the picture. `*text` is owned, NUL-terminated,
 *  `*size` its length without the NUL (may be NULL). Unknown pictures and flags are
 *  TRACEDAG_MISUSE. Takes time proportional to the jobs and inputs of the DAG, times the
 *  logarithm of their number. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_dag_draw(const tracedag_dag *dag,
                                               const tracedag_report *report,
                                               const tracedag_diff *change,
                                               uint32_t picture, uint32_t flags,
                                               char **text, size_t *size);

/* ---- many DAGs --------------------------------------------------------------------------- */

/** What other DAGs see of a document: the datasets that it publishes and reads, where, and how the
 *  ones become the others. It has the bytes of the document, and none of its values, so
 *  that thousands can be kept. */
typedef struct tracedag_outline tracedag_outline;
/** Documents of an organisation together, and what is wrong between them. */
typedef struct tracedag_group tracedag_group;

/** Makes the outline of a document (`*outline`, owned) from what tracedag_check() gave: its DAG,
 *  and its report, the options of which hold for findings between documents, too. Of a rejected
 *  document, `dag` is NULL, the names below `publish` are taken, as far as they can be
 *  read. `file` names the document in findings of others (NULL: `-`). The DAG and the report are not
 *  needed any more. TRACEDAG_MISUSE for a NULL report, one of a group or of a catalog, and
 *  one on another document than that of the DAG. Takes time proportional to the document. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_outline_new(const tracedag_dag *dag,
                                                  const tracedag_report *report,
                                                  const char *file,
                                                  tracedag_outline **outline);

/** Keeps an outline; returns it. Since: 0.1.0 */
TRACEDAG_API tracedag_outline *tracedag_outline_ref(tracedag_outline *outline);
/** Drops an outline. Groups keep theirs. Since: 0.1.0 */
TRACEDAG_API tracedag_outline *tracedag_outline_unref(tracedag_outline *outline);

/** Judges documents together by the rules of TD901 to TD999. `*group` (owned) is set for TRACEDAG_OK
 *  and for TRACEDAG_REJECTED, when a finding is an error. An outline that is NULL stands for a
 *  document that was not read. As long as it is not known of each document what it publishes,
 *  datasets that nobody publishes are not told. `outlines` may be NULL when `count` is 0. Memory
 *  is limited by what there is alone. Takes time proportional to the documents, and to sorting the
 *  names of their datasets. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_group_new(const tracedag_outline *const *outlines,
                                                size_t count, tracedag_group **group);

/** Keeps a group; returns it. Since: 0.1.0 */
TRACEDAG_API tracedag_group *tracedag_group_ref(tracedag_group *group);
/** Drops a group. Since: 0.1.0 */
TRACEDAG_API tracedag_group *tracedag_group_unref(tracedag_group *group);

/** The findings between documents that stand in one of them, by its index; borrowed. They are not
 *  those of its own report, have no fixes, and are rendered like any others: put behind the own
 *  reports of all documents, tracedag_reports_render() counts no document twice. NULL past the
 *  end, and for a document without a DAG. Since: 0.1.0 */
TRACEDAG_API const tracedag_report *tracedag_group_report(const tracedag_group *group,
                                                          size_t index);

/** The datasets that are published or read, by name: a list of tracedag_shared_dataset, borrowed.
 *  Since: 0.1.0 */
TRACEDAG_API void tracedag_group_datasets(const tracedag_group *group,
                                          tracedag_list *list);

/** What the group is made of, and how much was found; borrowed. NULL for NULL. Since: 0.1.0 */
TRACEDAG_API const tracedag_group_counts *tracedag_group_summary(
    const tracedag_group *group);

enum tracedag_group_parts {
    TRACEDAG_GROUP_DATASETS = 1, /**< each dataset, who publishes it, and who reads it */
    TRACEDAG_GROUP_SUMMARY = 2 /**< a line with the counts, and what was not looked for */
};

/** Writes parts of a group (the sum of some of enum tracedag_group_parts) as text for people or as
 *  JSON Lines (enum tracedag_format; others are TRACEDAG_MISUSE), UTF-8. `*text` is owned,
 *  NUL-terminated, `*size` its length without the NUL (may be NULL); it is empty where a group has
 *  no dataset. Since: 0.1.0 */
TRACEDAG_API tracedag_status tracedag_group_render(const tracedag_group *group,
                                                   uint32_t format, uint32_t parts,
                                                   char **text, size_t *size);

#ifdef __cplusplus
}
#endif

#endif
