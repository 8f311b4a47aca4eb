#include "mask.h"

#include "secret.h"

/* The part of a credential that is not shown. */
static struct td_span hidden_part(const struct td_source *source,
                                  const tracedag_finding *finding)
{
    uint32_t start = (uint32_t)finding->start.byte;
    uint32_t end = (uint32_t)finding->end.byte;
    char first = source->bytes[start];
    uint32_t quote = first == '"' || first == '\'' ? 1 : 0;
    struct td_str text = {source->bytes + start + quote, end - start - 2 * quote};
    return (struct td_span){start + quote + (uint32_t)td_secret_shown(text), end - quote};
}

size_t td_hidden_parts(const struct td_diag *diag, const struct td_source *source,
                       struct td_span stretch, struct td_span *parts, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < diag->count + diag->suppressed && count < most; i++) {
        const tracedag_finding *finding = &diag->list[i].pub;
        if (finding->code != TRACEDAG_CODE_SECRET_VALUE ||
            finding->start.byte >= stretch.end || finding->end.byte <= stretch.start)
            continue;
        parts[count++] = hidden_part(source, finding);
    }
    return count;
}
