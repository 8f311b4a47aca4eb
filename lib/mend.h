/* mend.h - applies the fixes of a report to its document: those that can be proved, round after
 * round, until nothing more comes of it. */
#ifndef TD_MEND_H
#define TD_MEND_H

#include "proof.h"

/** A fix that was applied. */
struct td_mended {
    uint32_t code;
    uint32_t safety;
    tracedag_position start; /**< of its finding, in the document as it was */
    struct td_str title;
};

struct td_mending {
    struct td_mem mem;
    struct td_settings settings;
    struct td_arena arena; /**< titles, and the texts of changes */
    struct td_version now; /**< the document so far */
    struct td_mended *list;
    size_t count;
    size_t room;
    struct td_patch *rounds; /**< what each round changed */
    size_t round_count;
    size_t round_room;
    uint32_t tries;  /**< documents that may still be read to find out */
    bool unsafe;     /**< unsafe fixes are taken, too */
    bool of_catalog; /**< it is a catalog that is mended */
    bool failed;     /**< memory ran out */
};

/** Mends the document of a report; false when memory ran out. td_mend_free() is due in any
 *  case. `now` has the result. */
bool td_mend(struct td_mending *mending, struct tracedag_report *report, bool unsafe);
void td_mend_free(struct td_mending *mending);

#endif
