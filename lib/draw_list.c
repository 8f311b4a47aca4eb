/* For DAGs whose lines would be too many: jobs by layers, in these by names, so that one finds
 * what one looks for; each with what it reads and what reads it. */
#include "draw_parts.h"

static void put_margin(const void *ctx, const char *mark)
{
    const struct td_picture *p = ctx;
    td_buf_text(p->out, "    ");
    td_buf_text(p->out, mark);
}

static void put_node(struct td_picture *p, uint32_t node, uint32_t columns)
{
    td_draw_mark(p, td_draw_kind(p, node));
    td_buf_byte(p->out, ' ');
    td_draw_node(p, node, columns);
    td_buf_byte(p->out, '\n');
}

static void put_job(struct td_picture *p, uint32_t job, uint32_t columns)
{
    struct td_margin margin = {put_margin, p};
    td_buf_text(p->out, "  ");
    put_node(p, job, columns);
    td_draw_reads(p, margin, job, true);
    td_draw_readers(p, margin, job);
    td_draw_notes(p, margin, job);
    for (uint32_t i = p->published.at[job]; i < p->published.at[job + 1]; i++) {
        uint32_t node = p->published.items[i];
        put_margin(p, "");
        put_node(p, node, 0);
        td_draw_notes(p, margin, node);
    }
}

/* ---- all of it --------------------------------------------------------------------------- */

static void put_layer(struct td_picture *p, uint32_t layer, uint32_t columns)
{
    struct td_buf *out = p->out;
    uint32_t first = p->layered.at[layer];
    uint32_t end = p->layered.at[layer + 1];
    td_buf_text(out, layer ? "\nlayer " : "layer ");
    td_buf_grouped(out, layer + 1);
    td_buf_text(out, ": ");
    td_buf_grouped(out, end - first);
    td_buf_text(out, end - first == 1 ? " job\n" : " jobs\n");
    for (uint32_t i = first; i < end; i++)
        put_job(p, p->layered.items[i], columns);
}

void td_draw_list(struct td_picture *p)
{
    uint32_t columns = td_draw_name_columns(p);
    td_draw_head(p);
    for (uint32_t layer = 0; layer < p->depth; layer++)
        put_layer(p, layer, columns);
    td_draw_legend(p, true);
}
