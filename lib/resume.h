/* resume.h - where reading goes on behind a syntax fault: at the next line that lines up with an
 * open block. A new parser is brought there by a few lines that open the same blocks again. */
#ifndef TD_RESUME_H
#define TD_RESUME_H

#include "open.h"
#include "source.h"

struct td_resume {
    size_t from;     /**< byte offset where what is lost begins */
    size_t at;       /**< where the line begins that is read next */
    uint32_t level;  /**< how many lists and maps are open there; 0 when reading ends */
    uint32_t unsure; /**< of these, those from here on may have lost entries */
};

/** Looks for the line behind a fault whose damage begins at `damage`. */
struct td_resume td_resume_find(const struct td_source *source,
                                const struct td_open_stack *open, size_t damage);

/** Writes lines that open the outermost `level` lists and maps, each with one entry in it, unless
 *  `out` is NULL; gives their bytes. *events counts what a parser makes of them. */
size_t td_resume_opening(const struct td_open_stack *open, uint32_t level, char *out,
                         uint32_t *events);

#endif
