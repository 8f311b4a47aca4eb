/* The report on trust as JSON Lines. Keys and their order are a promise to readers; new keys may
 * come. */
#include "render_parts.h"
#include "trust.h"
#include "zone.h"

struct report {
    struct td_trust t;
    struct td_buf *out;
    struct td_str file;
    size_t flows;     /* into datasets */
    size_t into_none; /* that reach none */
};

static void put_string(struct td_buf *out, const char *key, tracedag_text text)
{
    td_buf_text(out, key);
    td_buf_json(out, td_slice(text));
}

static void put_number(struct td_buf *out, const char *key, uint64_t number)
{
    td_buf_text(out, key);
    td_buf_number(out, number);
}

static void put_job(const struct report *r, const char *key, uint32_t job)
{
    put_string(r->out, key, r->t.m->jobs[job].pub.name);
    td_buf_text(r->out, ",\"zone\":\"");
    td_buf_text(r->out, td_zone_name(td_zone_of(r->t.dag, job)));
    td_buf_byte(r->out, '"');
}

/* A job of a path, and the dataset by which it reads the one before it, if it does. */
static void put_step(const struct report *r, uint32_t job, tracedag_text dataset)
{
    put_job(r, "{\"job\":", job);
    if (dataset.len)
        put_string(r->out, ",\"dataset\":", dataset);
    td_buf_byte(r->out, '}');
}

static void put_flow(const struct report *r, const tracedag_flow *flow)
{
    const uint32_t *inputs = flow->inputs.items;
    td_buf_text(r->out, "{\"kind\":\"");
    td_buf_text(r->out, td_trust_kind(flow->kind));
    put_string(r->out, "\",\"name\":", flow->name);
    put_number(r->out, ",\"entries\":", flow->entries);
    td_buf_text(r->out, ",\"path\":[");
    put_step(r, flow->job, (tracedag_text){NULL, 0});
    for (size_t i = 0; i < flow->inputs.count; i++) {
        const tracedag_input *input = &r->t.m->inputs[inputs[i]].pub;
        td_buf_byte(r->out, ',');
        put_step(r, input->reader, input->dataset);
    }
    td_buf_text(r->out, "]}");
}

static void put_type(const struct report *r, const char *type)
{
    td_buf_text(r->out, "{\"v\":1,\"type\":\"");
    td_buf_text(r->out, type);
    td_buf_text(r->out, "\",\"file\":");
    td_buf_json(r->out, r->file);
}

static void put_heading(const struct report *r, uint32_t publish)
{
    if (publish == TRACEDAG_NO_PUBLISH) {
        put_type(r, "unpublished");
        return;
    }
    const tracedag_publish *record = &r->t.m->publishes[publish].pub;
    put_type(r, "dataset");
    put_string(r->out, ",\"dataset\":", record->name);
    put_job(r, ",\"job\":", record->job);
    put_number(r->out, ",\"output\":", record->output);
    put_number(r->out, ",\"line\":", record->line);
}

static void put_dataset(struct report *r)
{
    tracedag_flow flow;
    size_t count = 0;
    put_heading(r, r->t.publish);
    td_buf_text(r->out, ",\"flows\":[");
    for (; !r->out->failed && td_trust_flow(&r->t, &flow); count++) {
        td_buf_text(r->out, count ? "," : "");
        put_flow(r, &flow);
    }
    td_buf_text(r->out, "],\"complete\":");
    td_buf_text(r->out, r->t.whole ? "true}\n" : "false}\n");
    if (r->t.publish == TRACEDAG_NO_PUBLISH)
        r->into_none = count;
    else
        r->flows += count;
}

static void put_summary(const struct report *r)
{
    put_type(r, "summary");
    put_string(r->out, ",\"dag\":", td_public(r->t.dag->name));
    put_number(r->out, ",\"datasets\":", r->t.m->publish_count);
    put_number(r->out, ",\"flows\":", r->flows);
    put_number(r->out, ",\"unpublished\":", r->into_none);
    put_number(r->out, ",\"left_out\":", r->t.left_out);
    td_buf_text(r->out, ",\"catalog\":");
    td_render_catalog(r->t.dag->catalog, r->out);
    td_buf_text(r->out, "}\n");
}

bool td_trust_json(const struct tracedag_dag *dag, uint32_t most, const char *file,
                   struct td_buf *out)
{
    struct report r = {.out = out, .file = {file, strlen(file)}};
    bool done = td_trust_begin(&r.t, dag, most);
    if (done) {
        while (!out->failed && td_trust_dataset(&r.t))
            put_dataset(&r);
        put_summary(&r);
    }
    td_trust_end(&r.t);
    return done;
}
