/* diff_render_parts.h - what text and JSON of a change share: its two sides, and its words. */
#ifndef TD_DIFF_RENDER_PARTS_H
#define TD_DIFF_RENDER_PARTS_H

#include "diff_render.h"

/** One side of a change. */
struct td_change_side {
    size_t version;
    tracedag_text value;            /**< canonical JSON; `ptr` NULL where there is none */
    const tracedag_position *place; /**< NULL: in the document is none */
    const tracedag_job *job;        /**< NULL where the change is of none */
    const tracedag_text *secrets;   /**< that the job lists */
};

struct td_change_side td_change_side(const struct td_diff_view *view,
                                     const tracedag_change *change, size_t version);

struct td_change_side td_difference_side(const tracedag_difference *found,
                                         size_t version);

/** Whether there is something to show of a side: a value, or the name of a renamed job. */
bool td_change_has(const tracedag_change *change, const struct td_change_side *side);

/** Writes the value of a side without its credentials; returns whether it had some. `path` is the
 *  pointer to it. */
bool td_change_value(const struct td_change_side *side, tracedag_text path,
                     struct td_buf *out);

/** The change at an index. */
const tracedag_change *td_change_at(const struct td_diff_view *view, size_t index);

/** Where the last column was found: begin with a cleared one. */
struct td_columns {
    size_t publish; /**< in the new version */
    uint32_t list;  /**< its columns; 0 before the first */
    uint32_t index; /**< of an item of it, */
    uint32_t at;    /**< which is this value */
};

/** The name of the column that a change of a dataset is about; empty for any other change. Ask for
 *  the changes in their order: then all take time linear in the columns. */
tracedag_text td_change_column(const struct td_diff_view *view,
                               struct td_columns *columns, const tracedag_change *change);

/** Whether a view shows a change. */
bool td_change_shows(const struct td_diff_view *view, const tracedag_change *change);

/** How many changes a view shows, by enum tracedag_change_class; all of them at index 0. */
enum { TD_CLASSES = TRACEDAG_CLASS_TUNING + 1 };
void td_change_count(const struct td_diff_view *view, size_t counts[TD_CLASSES]);

/** The words of a kind (`added`), of a class (`materialization`), of a break
 *  (`column-removed`). */
const char *td_change_word(uint32_t kind);
const char *td_class_word(uint32_t class_id);
const char *td_break_word(uint32_t breaking);

#endif
