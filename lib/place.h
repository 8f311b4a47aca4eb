/* place.h - lines and columns of all that a report points at. A line may be as long as the
 * document, so that counting from its start for each place would take time for both; here a
 * table of stops is made once, and each place costs a few hundred steps. */
#ifndef TD_PLACE_H
#define TD_PLACE_H

#include "diag.h"

/** Fills in lines and columns of findings and of what is related to them, from their offsets;
 *  an offset past the end becomes the end. When memory ran out, the report says so. */
void td_places_fill(struct td_diag *diag, const struct td_source *source);

/** The same for positions `stride` bytes apart; false when memory ran out. */
bool td_place_list(struct td_mem *mem, const struct td_source *source,
                   tracedag_position *first, size_t count, size_t stride);

#endif
