/* render.h - reports as text for people, and as JSON Lines, SARIF and annotations of GitHub for
 * programs. Equal reports give equal bytes. Time is linear in the sources and in what is
 * written; when memory runs out, the buffer says so. Names of files may hold any bytes. */
#ifndef TD_RENDER_H
#define TD_RENDER_H

#include "diag.h"

/** Reports that are written together, and how they name their documents. */
struct td_reports {
    const struct tracedag_report *const *list; /**< NULL: the document was not judged */
    const char *const *files;                  /**< or NULL */
    size_t count;
};

/** The name of a document: `-` where none is given. */
static inline const char *td_reports_file(const struct td_reports *reports, size_t index)
{
    const char *file = reports->files ? reports->files[index] : NULL;
    return file ? file : "-";
}

/** Writes the findings with the source around them, then a line with the verdict. At most
 * 100 findings are shown, errors before warnings before notes, and at most 5 of one code
 * and name; lines say how many are not. `file` names the document. */
void td_render_text(const struct tracedag_report *report, const char *file, bool color,
                    struct td_buf *out);

/** Writes a record on a line for each finding, then one with the counts. */
void td_render_json(const struct tracedag_report *report, const char *file,
                    struct td_buf *out);

/** Writes a SARIF 2.1.0 log of one run, on one line. `version` is that of the library. */
void td_render_sarif(const struct td_reports *reports, const char *version,
                     struct td_buf *out);

/** Writes a workflow command of GitHub for each finding, then one with the counts. */
void td_render_github(const struct td_reports *reports, struct td_buf *out);

#endif
