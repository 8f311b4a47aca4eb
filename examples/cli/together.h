/* together.h - `validate --together`: the outlines of all documents, and what is wrong between them. */
#ifndef CLI_TOGETHER_H
#define CLI_TOGETHER_H

#include "document.h"

struct together {
    tracedag_outline *
        *outlines; /**< by document; NULL for one that could not be judged, and NULL
                                      where documents are not judged together */
    size_t count;
    tracedag_group *group;
};

/** Makes room for the outlines of `count` documents; false when memory ran out. */
bool together_begin(struct together *together, size_t count);

/** Keeps the outline of a document; says in its verdict when that fails. Threads may call it for
 *  different documents at one time. */
void together_note(struct together *together, size_t index, const char *name,
                   struct verdict *verdict);

/** Judges all outlines; false when memory ran out. */
bool together_judge(struct together *together);

/** What is wrong between a document and others; NULL where there is nothing to say. */
const tracedag_report *together_report(const struct together *together, size_t index);

/** Whether it is known of all documents what they publish. */
bool together_knows_all(const struct together *together);

/** Writes which DAGs publish and read each dataset, as data; and what was judged, as the findings
 *  are written. */
enum status together_write_readers(const struct together *together,
                                   const struct settings *settings);
enum status together_write_summary(const struct together *together,
                                   const struct settings *settings);

void together_end(struct together *together);

#endif
