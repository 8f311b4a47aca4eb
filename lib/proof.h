/* proof.h - whether a change of a document mends it: what it mends is gone, nothing else is
 * wrong that was right, and values differ only where findings named them. */
#ifndef TD_PROOF_H
#define TD_PROOF_H

#include "compile.h"
#include "open.h"
#include "patch.h"

/** A document with what was found in it. */
struct td_version {
    struct tracedag_doc *doc;
    struct tracedag_report *report;
};

enum td_proof { TD_PROOF_HOLDS, TD_PROOF_FAILS, TD_PROOF_NO_MEMORY };

/** Judges a patch that leads from `old` to `new`; `mended` are the findings of `old` whose fixes
 *  it holds. Both reports are complete. */
enum td_proof td_prove(const struct td_version *old, const struct td_version *new,
                       const struct td_patch *patch,
                       const struct td_finding *const *mended, size_t count,
                       struct td_mem *mem);

#endif
