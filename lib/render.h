/* render.h - a report as text for people and as JSON Lines for programs. Equal reports
 * give equal bytes. Time is linear in the source and in what is written; when memory runs
 * out, the buffer says so. */
#ifndef TD_RENDER_H
#define TD_RENDER_H

#include "diag.h"

/** Writes the findings with the source around them, then a line with the verdict. At most
 * 100 findings are shown, errors before warnings before notes, and at most 5 of one code
 * and name; lines say how many are not. `file` names the document, and may hold any
 * bytes. */
void td_render_text(const struct tracedag_report *report, const char *file, bool color,
                    struct td_buf *out);

/** Writes a record on a line for each finding, then one with the counts. */
void td_render_json(const struct tracedag_report *report, const char *file,
                    struct td_buf *out);

#endif
