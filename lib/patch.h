/* patch.h - changes to a text that are made together: what comes of it, and where places move.
 * It knows texts and offsets, not findings. */
#ifndef TD_PATCH_H
#define TD_PATCH_H

#include "text.h"

/** A replacement. */
struct td_change {
    uint32_t start;
    uint32_t end;
    struct td_str text;
    uint32_t moved; /**< where `text` begins in the new text */
};

/** Changes in the order of the text, apart from each other. */
struct td_patch {
    struct td_change *list;
    size_t count;
    size_t room;
};

/** Adds a change behind all others; false when memory ran out. */
bool td_patch_add(struct td_patch *patch, struct td_mem *mem, struct td_span span,
                  struct td_str text);
void td_patch_free(struct td_patch *patch, struct td_mem *mem);

/** Writes the new text to a buffer, and tells each change where it stands there. */
void td_patch_apply(struct td_patch *patch, struct td_str text, struct td_buf *out);

/** Where an offset of the text stands in the new one; false when it lies in what is replaced. */
bool td_patch_forward(const struct td_patch *patch, uint32_t at, uint32_t *moved);

/** Where an offset of the new text stood; the start of a change for one inside its text. */
uint32_t td_patch_back(const struct td_patch *patch, uint32_t at);

#endif
