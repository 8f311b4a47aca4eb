/* What both forms of text share: how a node and an input are told of on a line. */
#include "draw_parts.h"

enum {
    NAME_MOST = 40, /* columns; a longer name moves what stands behind it */
    KIND_COLUMNS = 14,
    LINE_MOST = 72, /* bytes of a line that takes one more item */
    READERS_MOST = 12
};

/* ---- ink --------------------------------------------------------------------------------- */

void td_draw_inked(struct td_picture *p, enum td_ink ink, struct td_str text)
{
    static const char *const codes[] = {
        [TD_INK_FAINT] = "\033[2m",    [TD_INK_JOB] = "\033[1m",
        [TD_INK_DATASET] = "\033[36m", [TD_INK_FINDING] = "\033[33m",
        [TD_INK_CHANGE] = "\033[32m",
    };
    bool inked = p->color && ink != TD_INK_PLAIN;
    if (inked)
        td_buf_text(p->out, codes[ink]);
    td_buf_str(p->out, text);
    if (inked)
        td_buf_text(p->out, "\033[0m");
}

static void put_blanks(struct td_picture *p, size_t count)
{
    for (; count > 0; count--)
        td_buf_byte(p->out, ' ');
}

static void put_column(struct td_picture *p, enum td_ink ink, struct td_str text,
                       size_t columns)
{
    td_draw_inked(p, ink, text);
    put_blanks(p, text.len < columns ? columns - text.len : 0);
}

/* ---- nodes ------------------------------------------------------------------------------- */

void td_draw_mark(struct td_picture *p, enum td_drawn kind)
{
    static const char *const marks[] = {
        [TD_DRAWN_UNTRUSTED] = "\xE2\x97\x8B", /* a circle, */
        [TD_DRAWN_PLATFORM] = "\xE2\x97\x8F",  /* filled; */
        [TD_DRAWN_CONTROL] = "\xE2\x96\xA0",   /* a filled square; */
        [TD_DRAWN_PUBLISHED] = "\xE2\x97\x86", /* a diamond, filled, */
        [TD_DRAWN_EXTERNAL] = "\xE2\x97\x87",  /* and not */
    };
    td_buf_text(p->out, marks[kind]);
}

uint32_t td_draw_name_columns(const struct td_picture *p)
{
    size_t columns = 0;
    for (uint32_t node = 0; node < p->node_count; node++) {
        size_t len = td_draw_name(p, node).len;
        if (len > columns)
            columns = len;
    }
    return columns < NAME_MOST ? (uint32_t)columns : NAME_MOST;
}

static void put_part(struct td_picture *p, struct td_str text)
{
    if (text.len == 0)
        return;
    td_buf_text(p->out, ", ");
    td_buf_str(p->out, text);
}

static void put_job(struct td_picture *p, uint32_t node)
{
    const tracedag_job *job = td_drawn_job(p, node);
    const struct td_field *runtime = &td_job_shape.fields[TD_JOB_RUNTIME];
    put_column(p, TD_INK_FAINT, runtime->words->words[job->runtime - 1], KIND_COLUMNS);
    td_buf_str(p->out, td_slice(job->operator_name));
    put_part(p, td_draw_source(p, job));
}

static void put_publish(struct td_picture *p, uint32_t node)
{
    const tracedag_publish *publish = td_drawn_publish(p, node);
    td_draw_inked(p, TD_INK_FAINT, TD_S("published"));
    if (td_draws_output(p, publish->job)) {
        td_buf_text(p->out, ", output ");
        td_buf_number(p->out, publish->output);
    }
    put_part(p, td_draw_storage(p, publish));
}

void td_draw_node(struct td_picture *p, uint32_t node, uint32_t columns)
{
    bool is_job = td_draws_job(p, node);
    put_column(p, is_job ? TD_INK_JOB : TD_INK_DATASET, td_draw_name(p, node), columns);
    td_buf_text(p->out, "  ");
    if (is_job)
        put_job(p, node);
    else if (td_draws_publish(p, node))
        put_publish(p, node);
    else
        td_draw_inked(p, TD_INK_FAINT, TD_S("external"));
}

/* ---- lines below a node ------------------------------------------------------------------ */

/* Items of a line, which goes on over several. */
struct items {
    struct td_buf *out;
    struct td_margin margin;
    const char *mark;
    size_t line; /* where the line begins in the text */
    uint32_t count;
};

static void begin_item(struct items *items)
{
    struct td_buf *out = items->out;
    bool full = items->count && out->len - items->line > LINE_MOST;
    if (full)
        td_buf_text(out, ",\n");
    if (items->count == 0 || full) {
        items->margin.put(items->margin.ctx, items->count ? "  " : items->mark);
        items->line = out->len;
    } else {
        td_buf_text(out, ", ");
    }
    items->count++;
}

static void end_items(const struct items *items)
{
    if (items->count)
        td_buf_byte(items->out, '\n');
}

static void put_read(struct td_picture *p, uint32_t index)
{
    uint32_t from = p->from[index];
    if (!td_draws_job(p, from)) {
        td_draw_mark(p, td_draw_kind(p, from));
        td_buf_byte(p->out, ' ');
    }
    td_buf_str(p->out, td_draw_name(p, from));
    if (td_draws_output(p, from)) {
        td_buf_byte(p->out, '.');
        td_buf_number(p->out, p->model->inputs[index].pub.output);
    }
    struct td_str where = td_draw_where(p, index);
    if (where.len == 0)
        return;
    td_buf_text(p->out, " where ");
    td_buf_str(p->out, where);
}

void td_draw_reads(struct td_picture *p, struct td_margin margin, uint32_t job, bool all)
{
    const tracedag_job *record = td_drawn_job(p, job);
    struct items items = {.out = p->out, .margin = margin, .mark = "< "};
    for (uint32_t i = 0; i < record->input_count; i++) {
        uint32_t index = record->first_input + i;
        if (!all && !td_draws_output(p, p->from[index]) &&
            p->model->inputs[index].pub.where_count == 0)
            continue;
        begin_item(&items);
        put_read(p, index);
    }
    end_items(&items);
}

/* Inputs of one reader stand together, so each reader is told once. */
void td_draw_readers(struct td_picture *p, struct td_margin margin, uint32_t job)
{
    const struct td_model *m = p->model;
    struct items items = {.out = p->out, .margin = margin, .mark = "> "};
    uint32_t before = TRACEDAG_NO_JOB;
    uint32_t more = 0;
    for (uint32_t e = m->reader_at[job]; e < m->reader_at[job + 1]; e++) {
        uint32_t reader = m->inputs[m->readers[e]].pub.reader;
        bool again = reader == before;
        before = reader;
        if (again)
            continue;
        if (items.count == READERS_MOST) {
            more++;
            continue;
        }
        begin_item(&items);
        td_buf_str(p->out, td_draw_name(p, reader));
    }
    if (more) {
        td_buf_text(p->out, " and ");
        td_buf_grouped(p->out, more);
        td_buf_text(p->out, " more");
    }
    end_items(&items);
}

void td_draw_notes(struct td_picture *p, struct td_margin margin, uint32_t node)
{
    struct td_str fate = td_draw_fate_words(p, node);
    if (fate.len) {
        margin.put(margin.ctx, "");
        td_draw_inked(p, TD_INK_CHANGE, fate);
        td_buf_byte(p->out, '\n');
    }
    for (uint32_t i = 0; i < td_draw_finding_lines(p, node); i++) {
        margin.put(margin.ctx, "! ");
        td_draw_inked(p, TD_INK_FINDING, td_draw_finding(p, node, i));
        td_buf_byte(p->out, '\n');
    }
}

/* ---- the first lines, and the last ------------------------------------------------------- */

void td_draw_head(struct td_picture *p)
{
    td_draw_inked(p, TD_INK_PLAIN, td_draw_title(p));
    td_buf_byte(p->out, '\n');
    for (uint32_t i = 0; i < td_draw_finding_lines(p, p->node_count); i++) {
        td_draw_inked(p, TD_INK_FINDING, td_draw_finding(p, p->node_count, i));
        td_buf_byte(p->out, '\n');
    }
    td_buf_byte(p->out, '\n');
}

static void put_removed(struct td_picture *p)
{
    struct td_removed removed;
    size_t at = 0;
    bool begun = false;
    while (td_draw_next_removed(p, &at, &removed)) {
        td_buf_text(p->out, begun ? "- " : "\n- ");
        td_buf_text(p->out, removed.is_job ? "" : "dataset ");
        td_buf_str(p->out, removed.name);
        td_draw_inked(p, TD_INK_CHANGE, TD_S(" removed"));
        td_buf_byte(p->out, '\n');
        begun = true;
    }
}

void td_draw_legend(struct td_picture *p, bool readers)
{
    put_removed(p);
    uint32_t kinds = td_draw_kinds(p);
    td_buf_byte(p->out, '\n');
    for (uint32_t kind = 0; kind < TD_DRAWN_COUNT; kind++) {
        if (!(kinds >> kind & 1))
            continue;
        td_draw_mark(p, (enum td_drawn)kind);
        td_buf_byte(p->out, ' ');
        td_buf_str(p->out, td_draw_kind_words((enum td_drawn)kind));
        td_buf_text(p->out, "   ");
    }
    td_buf_text(p->out, readers ? "< reads   > is read by\n" : "< reads\n");
}
