/* render_parts.h - what formats share that take the findings of all reports together: their
 * order, and places that a viewer can show. */
#ifndef TD_RENDER_PARTS_H
#define TD_RENDER_PARTS_H

#include "render.h"

/** Stands at one finding of all reports: errors first, then warnings, then notes; those of one
 *  severity in the order of reports, and of each report. What is suppressed comes last, where it
 *  is wanted. */
struct td_cursor {
    const struct td_reports *reports;
    uint32_t severity; /* one behind that of notes for what is suppressed */
    bool with_suppressed;
    size_t report;
    size_t next; /* index of the finding behind */
    const tracedag_finding *finding;
};

void td_cursor_init(struct td_cursor *cursor, const struct td_reports *reports);

/** Goes to the next finding, the first at the start; false behind the last one. */
bool td_cursor_next(struct td_cursor *cursor);

/** A place as viewers can show it. */
struct td_region {
    tracedag_position start, end;
};

/** The region from `start` to `end`. Behind the last line break of a document no viewer has a
 *  line: what stands there is shown at the last character that is no line break. */
struct td_region td_region_of(const struct td_source *source,
                              const tracedag_position *start,
                              const tracedag_position *end);

/** Writes, as JSON, how many operators and datasets a document was held against; null is not
 *  checked. */
void td_render_catalog(const struct tracedag_catalog *catalog, struct td_buf *out);

/** The word of a severity for programs: `error`, `warning`, `note`. */
const char *td_severity_word(uint32_t severity);

#endif
