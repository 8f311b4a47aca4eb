/* draw.h - a DAG as a picture: lines of text for a terminal, or what Mermaid and Graphviz draw. */
#ifndef TD_DRAW_H
#define TD_DRAW_H

#include "diff.h"

enum td_drawing { TD_DRAW_TEXT = 1, TD_DRAW_MERMAID, TD_DRAW_DOT };

/** Writes a picture, with the findings of a report unless it is NULL, and
 *  the change that led to this version, likewise.
 *  `color` is for terminals. Takes time proportional to jobs and inputs times the logarithm of
 *  their number. False when memory ran out. */
bool td_draw(const struct tracedag_dag *dag, const struct tracedag_report *report,
             const struct tracedag_diff *change, enum td_drawing drawing, bool color,
             struct td_buf *out);

#endif
