/* The report on trust for people: a paragraph for each published dataset, a line for each flow
 * into it, a last line with the counts. Names are escaped; of a long path the beginning and the
 * end are shown. */
#include "catalog.h"
#include "diag.h"
#include "secret.h"
#include "trust.h"
#include "zone.h"

enum { STEPS_SHOWN = 8 };

static const char RESET[] = "\033[0m", BOLD[] = "\033[1m", YELLOW[] = "\033[33m";

struct report {
    struct td_trust t;
    struct td_buf *out;
    bool color;
    size_t flows;      /* into datasets */
    size_t into_none;  /* that reach none */
    uint32_t reached;  /* datasets that have one */
    uint32_t left_out; /* datasets that nothing is shown of */
};

/* ---- small pieces ----------------------------------------------------------------------- */

static void put_color(const struct report *r, const char *color)
{
    if (r->color)
        td_buf_text(r->out, color);
}

static void put_count(struct td_buf *out, size_t count, const char *what)
{
    td_buf_number(out, count);
    td_buf_text(out, what);
    if (count != 1)
        td_buf_byte(out, 's');
}

static void put_name(struct td_buf *out, tracedag_text name)
{
    td_buf_byte(out, '`');
    td_buf_escaped(out, td_slice(name), TD_QUOTE_CHARACTERS);
    td_buf_byte(out, '`');
}

/* A bundle may have any name, and is not to spread what looks like a credential. */
static void put_origin(struct td_buf *out, tracedag_text name)
{
    struct td_str text = td_slice(name);
    if (!td_is_secret(text)) {
        put_name(out, name);
        return;
    }
    name.len = td_secret_shown(text);
    td_buf_byte(out, '`');
    td_buf_escaped(out, td_slice(name), TD_QUOTE_CHARACTERS);
    td_buf_text(out, "...`");
}

static void put_job(const struct report *r, uint32_t job)
{
    enum td_zone zone = td_zone_of(r->t.dag, job);
    put_name(r->out, r->t.m->jobs[job].pub.name);
    if (zone != TD_ZONE_UNTRUSTED)
        return;
    put_color(r, YELLOW);
    td_buf_text(r->out, " (");
    td_buf_text(r->out, td_zone_name(zone));
    td_buf_byte(r->out, ')');
    put_color(r, RESET);
}

/* ---- a flow ----------------------------------------------------------------------------- */

/* The job behind an input, and the dataset by which it is read, if it is. */
static void put_step(const struct report *r, uint32_t input)
{
    const tracedag_input *edge = &r->t.m->inputs[input].pub;
    td_buf_text(r->out, " -> ");
    if (edge->dataset.len) {
        put_name(r->out, edge->dataset);
        td_buf_text(r->out, " -> ");
    }
    put_job(r, edge->reader);
}

static void put_path(const struct report *r, const tracedag_flow *flow)
{
    const uint32_t *inputs = flow->inputs.items;
    size_t count = flow->inputs.count;
    put_job(r, flow->job);
    for (size_t i = 0; i < count; i++) {
        if (i == STEPS_SHOWN - 1 && count > STEPS_SHOWN) {
            td_buf_text(r->out, " -> ... (");
            td_buf_number(r->out, count - STEPS_SHOWN);
            td_buf_text(r->out, " more)");
            i = count - 1;
        }
        put_step(r, inputs[i]);
    }
}

static void put_flow(const struct report *r, const tracedag_flow *flow)
{
    td_buf_text(r->out, "  ");
    td_buf_text(r->out, td_trust_kind(flow->kind));
    td_buf_text(r->out, flow->kind == TRACEDAG_FLOW_EXTERNAL ? " dataset " : " ");
    put_origin(r->out, flow->name);
    td_buf_text(r->out, ": ");
    put_path(r, flow);
    if (flow->entries > 1) {
        td_buf_text(r->out, ", and from ");
        put_count(r->out, flow->entries - 1, " more job");
    }
    td_buf_byte(r->out, '\n');
}

/* ---- a dataset -------------------------------------------------------------------------- */

static void put_heading(const struct report *r, uint32_t publish)
{
    if (publish == TRACEDAG_NO_PUBLISH) {
        put_color(r, BOLD);
        td_buf_text(r->out, "no published dataset");
        put_color(r, RESET);
        td_buf_text(r->out, " is reached by\n");
        return;
    }
    const tracedag_publish *record = &r->t.m->publishes[publish].pub;
    put_color(r, BOLD);
    td_buf_text(r->out, "dataset ");
    put_name(r->out, record->name);
    put_color(r, RESET);
    td_buf_text(r->out, ", output ");
    td_buf_number(r->out, record->output);
    td_buf_text(r->out, " of ");
    put_job(r, record->job);
    td_buf_byte(r->out, '\n');
}

static void put_end(const struct report *r, size_t shown)
{
    if (!r->t.whole)
        td_buf_text(r->out, shown ? "  and more, not shown\n" : "  not shown\n");
    else if (shown == 0)
        td_buf_text(r->out, "  no secret, bundle, external dataset or webhook\n");
    td_buf_byte(r->out, '\n');
}

/* Once: behind the datasets. */
static void put_left_out(struct report *r)
{
    if (r->left_out == 0)
        return;
    td_buf_text(r->out, "... ");
    put_count(r->out, r->left_out, " more dataset");
    td_buf_text(r->out, r->left_out == 1 ? " is not shown\n\n" : " are not shown\n\n");
    r->left_out = 0;
}

static void put_dataset(struct report *r)
{
    tracedag_flow flow;
    bool begun = td_trust_flow(&r->t, &flow);
    if (r->t.publish == TRACEDAG_NO_PUBLISH) {
        put_left_out(r);
    } else if (!begun && !r->t.whole) {
        r->left_out++;
        return;
    }
    size_t shown = 0;
    put_heading(r, r->t.publish);
    for (; begun && !r->out->failed; begun = td_trust_flow(&r->t, &flow)) {
        put_flow(r, &flow);
        shown++;
    }
    put_end(r, shown);
    if (r->t.publish == TRACEDAG_NO_PUBLISH) {
        r->into_none = shown;
        return;
    }
    r->flows += shown;
    r->reached += shown > 0;
}

/* ---- the report ------------------------------------------------------------------------- */

/* What a catalog would tell. */
static const char *caveat(const struct tracedag_catalog *catalog)
{
    if (!catalog)
        return " (all of lambda is untrusted: no catalog given)\n";
    return catalog->operators.given
               ? "\n"
               : " (all of lambda is untrusted: the catalog names no operators)\n";
}

static void put_counts(const struct report *r, const char *file)
{
    size_t datasets = r->t.m->publish_count;
    td_buf_escaped(r->out, (struct td_str){file, strlen(file)}, SIZE_MAX);
    td_buf_text(r->out, ": ");
    put_count(r->out, r->flows, " flow");
    td_buf_text(r->out, " into ");
    td_buf_number(r->out, r->reached);
    td_buf_text(r->out, " of ");
    put_count(r->out, datasets, " published dataset");
    td_buf_text(r->out, ", ");
    td_buf_number(r->out, r->into_none);
    td_buf_text(r->out, " into none");
    td_buf_text(r->out, r->t.left_out ? ", more are not shown" : "");
    td_buf_text(r->out, caveat(r->t.dag->catalog));
}

static void put_report(struct report *r, const char *file)
{
    while (!r->out->failed && td_trust_dataset(&r->t))
        put_dataset(r);
    put_left_out(r);
    put_counts(r, file);
}

bool td_trust_text(const struct tracedag_dag *dag, uint32_t most, const char *file,
                   bool color, struct td_buf *out)
{
    struct report r = {.out = out, .color = color};
    bool done = td_trust_begin(&r.t, dag, most);
    if (done)
        put_report(&r, file);
    td_trust_end(&r.t);
    return done;
}
