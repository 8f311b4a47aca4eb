/* diff_render.h - a change between two versions as text for people and as JSON Lines for programs.
 * Equal changes give equal bytes; time is linear in the changes and their values. Credentials in
 * values are not shown. Names of files may hold any bytes. */
#ifndef TD_DIFF_RENDER_H
#define TD_DIFF_RENDER_H

#include "diff.h"

struct td_diff_view {
    const struct tracedag_diff *diff;
    struct td_str files[TD_VERSIONS]; /**< how the documents are called */
    bool breaking;                    /**< only changes that break readers */
    bool color;                       /**< in text */
};

/** Writes the changes, grouped by what they are of, and the rematerialization scope. */
void td_diff_text(const struct td_diff_view *view, struct td_buf *out);

/** Writes a record on a line for each change, for each job of the scope, then a summary. */
void td_diff_json(const struct td_diff_view *view, struct td_buf *out);

/** Writes where the canonical forms first differ, with both hashes and values. */
void td_difference_text(const struct td_diff_view *view, const tracedag_difference *found,
                        struct td_buf *out);
void td_difference_json(const struct td_diff_view *view, const tracedag_difference *found,
                        struct td_buf *out);

#endif
