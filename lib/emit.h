/* emit.h - writes maps, lists and scalars one after another, as one line of JSON in the spelling
 * of the canonical form or as block YAML. It knows no fields: who calls it keeps the order. */
#ifndef TD_EMIT_H
#define TD_EMIT_H

#include "node.h"
#include "text.h"

/** Takes what has been written so far; the buffer is empty afterwards. False ends the writing,
 *  which is no failure. */
struct td_emit_sink {
    bool (*take)(void *ctx, const char *bytes, size_t size);
    void *ctx;
};

struct td_emit {
    struct td_buf *out;
    const struct td_emit_sink *sink; /**< NULL: the buffer holds everything at the end */
    bool stopped;                    /**< the sink wants no more */
    bool yaml;
    bool comma;     /**< JSON: something stands before in the same list or map */
    bool line_open; /**< YAML: a `- ` was written, and what it holds goes on that line */
    bool after_key; /**< YAML: a key and its colon were written */
    uint32_t indent;
};

void td_emit_init(struct td_emit *emit, struct td_buf *out, bool yaml);

/** Hands on what has been written, when it is much; `all` does so whatever there is. */
void td_emit_hand_on(struct td_emit *emit, bool all);

/** Opens a map or list; `empty` says that nothing will be put in before it is closed. */
void td_emit_open(struct td_emit *emit, bool map, bool empty);
void td_emit_close(struct td_emit *emit, bool map, bool empty);

/** Writes the key of the next value. */
void td_emit_key(struct td_emit *emit, struct td_str key);

/** Begins an item of a list. */
void td_emit_item(struct td_emit *emit);

void td_emit_text(struct td_emit *emit, struct td_str text);

/** The same for a key or a text of the format itself, or of a form that needs no escape. */
void td_emit_known_key(struct td_emit *emit, struct td_str key);
void td_emit_known(struct td_emit *emit, struct td_str text);

/** Writes a scalar that is spelled already: a number, `true`, `null`. */
void td_emit_word(struct td_emit *emit, struct td_str word);
void td_emit_number(struct td_emit *emit, uint64_t number);

/** Writes a comment at the end of the line of a scalar in YAML; call it instead of the scalar's
 *  own line end, right after the scalar. Nothing in JSON. */
void td_emit_comment(struct td_emit *emit, struct td_str comment);

/** Writes a value of a document with all that is in it, keys sorted, numbers in their one
 *  spelling, aliases as what they stand for. Hands on what it writes. False when memory ran out. */
bool td_emit_value(struct td_emit *emit, const struct td_tree *tree, uint32_t node);

#endif
