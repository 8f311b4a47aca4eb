#include "job_hash.h"

static_assert(TRACEDAG_HASH_ROOM >= TD_HASH_BYTES, "a hash fits into the promised room");

/* Few jobs are so large that their bytes are hashed in pieces; *hasher is made for those. */
static bool take_piece(void *ctx, const char *bytes, size_t size)
{
    struct td_hasher **hasher = ctx;
    if (!*hasher)
        *hasher = td_hasher_new();
    if (*hasher)
        td_hasher_add(*hasher, bytes, size);
    return *hasher != NULL;
}

static void hash_text(struct td_hasher *hasher, const struct td_buf *buf,
                      const char *prefix, char out[TD_HASH_BYTES])
{
    if (!hasher) {
        td_hash_text(buf->ptr, buf->len, prefix, out);
        return;
    }
    td_hasher_add(hasher, buf->ptr, buf->len);
    td_hasher_text(hasher, prefix, out);
}

bool td_job_hash(const struct td_model *m, uint32_t job, bool whole, struct td_buf *buf,
                 char out[TD_HASH_BYTES])
{
    struct td_hasher *hasher = NULL;
    const struct td_emit_sink sink = {take_piece, &hasher};
    buf->len = 0;
    td_canon_job(m, &m->jobs[job], whole ? TD_FORM_CANONICAL : TD_FORM_MATERIALIZATION,
                 buf, &sink);
    td_buf_byte(buf, '\n');
    if (!buf->failed)
        hash_text(hasher, buf, whole ? "tdj1:" : "tdm1:", out);
    td_hasher_free(hasher);
    return !buf->failed;
}

bool td_job_hashes(const struct td_model *m, tracedag_job_hashes **hashes)
{
    struct td_mem mem = {.budget = SIZE_MAX};
    struct td_buf buf;
    tracedag_job_hashes *items = td_mem_owned(m->job_count * sizeof *items);
    *hashes = NULL;
    if (!items)
        return false;
    memset(items, 0, m->job_count * sizeof *items); /* what stands behind a NUL, too */
    td_buf_init(&buf, &mem);
    for (uint32_t i = 0; i < m->job_count; i++) {
        td_job_hash(m, i, true, &buf, items[i].job);
        td_job_hash(m, i, false, &buf, items[i].materialization);
    }
    bool done = !buf.failed;
    td_buf_free(&buf);
    if (done)
        *hashes = items;
    else
        td_mem_owned_free(items);
    return done;
}
