#include "mask.h"

#include "secret.h"

/* The part of a credential that is not shown. */
static bool hides(const struct td_source *source, const tracedag_finding *finding,
                  size_t offset)
{
    size_t start = (size_t)finding->start.byte;
    size_t end = (size_t)finding->end.byte;
    if (offset < start || offset >= end)
        return false;
    char first = source->bytes[start];
    size_t quote = first == '"' || first == '\'' ? 1 : 0;
    struct td_str text = {source->bytes + start + quote, end - start - 2 * quote};
    return offset >= start + quote + td_secret_shown(text) && offset < end - quote;
}

bool td_is_masked(const struct td_diag *diag, const struct td_source *source,
                  size_t offset)
{
    for (size_t i = 0; i < diag->count + diag->suppressed; i++) {
        const tracedag_finding *finding = &diag->list[i].pub;
        if (finding->code == TRACEDAG_CODE_SECRET_VALUE && hides(source, finding, offset))
            return true;
    }
    return false;
}
