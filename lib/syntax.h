/* syntax.h - what a YAML parser's complaint means to an author: from its words and places to
 * a finding of ours. */
#ifndef TD_SYNTAX_H
#define TD_SYNTAX_H

#include "diag.h"
#include "open.h"

/** A complaint, in the parser's words; texts may be NULL. */
struct td_complaint {
    const char *problem;
    size_t at;    /**< byte offset where the parser stood */
    size_t from;  /**< byte offset where the construct began that it was reading */
    size_t begin; /**< byte offset where it began to read */
};

/** Reports the complaint; gives the byte offset where its damage begins. */
size_t td_syntax_fault(struct td_diag *diag, const struct td_source *source,
                       const struct td_open_stack *open,
                       const struct td_complaint *complaint);

/** Reports a scalar that the parser reads and YAML 1.2 does not: text glued to the header of a
 *  block scalar, or a line that is not indented more than the block it stands in. `block`
 *  says that the scalar is a literal or folded one; *damage is where the finding stands. */
enum td_scalar_fault {
    TD_SCALAR_FINE,
    TD_SCALAR_DAMAGED,
    TD_SCALAR_RUNS_ON /**< its quote, or a bracket before it, is never closed: nothing behind it
                         makes sense */
};
enum td_scalar_fault td_syntax_scalar(struct td_diag *diag,
                                      const struct td_source *source,
                                      const struct td_open_stack *open, uint32_t place,
                                      struct td_span span, bool block, size_t *damage);

/** Reports what the parser takes for a mark and YAML 1.2 for a part of the text that it is glued to;
 *  true when there is such a thing. A `?` in brackets, where `between` is what stands behind one
 *  value and before the next; what stands at `at`, behind the name of an anchor in a block.
 *  Elsewhere the parser refuses what is glued. */
bool td_syntax_glued_key(struct td_diag *diag, const struct td_source *source,
                         const struct td_open_stack *open, uint32_t place,
                         struct td_span between);
bool td_syntax_glued_name(struct td_diag *diag, const struct td_source *source,
                          const struct td_open_stack *open, uint32_t place, size_t at);

/** Finds the escape that stands for a character in double-quoted text as written; false when
 *  there is none. */
bool td_syntax_escape_of(const struct td_source *source, struct td_span text, uint32_t c,
                         struct td_span *escape);

/** The longest run of blanks that text in double quotes stands for, escapes included, and how many
 *  they are; 0 where a run is longer than `limit` as it is written, which td_scan() tells of. */
size_t td_syntax_blank_run(const struct td_source *source, struct td_span text,
                           uint64_t limit, struct td_span *longest);

/** Steps over blanks, comments and the properties of a value to its text: an anchor where
 *  `anchor` is given, and a tag where `tag` is. Others belong to the first key of a map. */
size_t td_syntax_skip_properties(const struct td_source *source, size_t at, size_t end,
                                 struct td_span *anchor, struct td_span *tag);

#endif
