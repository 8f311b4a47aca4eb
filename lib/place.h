/* place.h - lines and columns of many offsets of one document. A line may be as long as
 * the document, so that counting from its start for each offset would take time for both;
 * here a table of stops is made once, and each question costs a few hundred steps. */
#ifndef TD_PLACE_H
#define TD_PLACE_H

#include "source.h"

struct td_place_stop {
    uint32_t at; /**< where a character begins */
    struct td_position place;
};

struct td_places {
    const struct td_source *source;
    struct td_mem *mem;
    struct td_place_stop *stops; /**< one a block of bytes, at its start or just behind */
};

/** Makes the table; false when memory ran out. The source and `mem` must outlive it. */
bool td_places_init(struct td_places *places, const struct td_source *source,
                    struct td_mem *mem);
void td_places_free(struct td_places *places);

/** What td_source_position() says. */
struct td_position td_places_at(const struct td_places *places, size_t offset);

#endif
