/* baseline.h - the findings that a project lives with: they are known by fingerprint, and set
 * aside, so that a run tells of what is new. A line an entry: `FINGERPRINT  CODE  FILE`. */
#ifndef TD_BASELINE_H
#define TD_BASELINE_H

#include <stdatomic.h>

#include "diag.h"

struct td_baseline {
    atomic_uint refs;
    struct td_mem mem;
    struct td_entry *entries; /**< by fingerprint, each once */
    size_t count;
    size_t room;
};

struct td_entry {
    uint64_t fingerprint;
    uint32_t code;
};

enum td_baseline_status { TD_BASELINE_OK, TD_BASELINE_MALFORMED, TD_BASELINE_NO_MEMORY };

/** Reads the entries of a file, or of all files where `file` is NULL. Empty lines and those that
 *  begin with `#` say nothing. */
enum td_baseline_status td_baseline_read(struct td_str text, const char *file,
                                         struct td_baseline **baseline);

/** One more, and one less, owner; NULL is fine. */
struct td_baseline *td_baseline_keep(struct td_baseline *baseline);
void td_baseline_drop(struct td_baseline *baseline);

/** Sets aside the warnings and notes that are entries. Reports entries that match nothing, those
 *  of documents `together` or those of one alone, unless the document has an error. Findings have their pointers. False when memory ran out. */
bool td_baseline_apply(const struct td_baseline *baseline, struct td_diag *diag,
                       struct td_mem *mem, bool together);

/** Writes the entries of what a report warns of, that which a baseline set aside included. */
void td_baseline_write(const struct td_diag *diag, const char *file, struct td_buf *out);

#endif
