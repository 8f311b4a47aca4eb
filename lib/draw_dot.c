/* A graph for Graphviz. Nodes have the names of the document in quotes, a dataset's behind a word
 * so that it never is a job's; labels are of Graphviz's own HTML, where its entities keep every
 * mark. Colours differ in grey, too, and what they say is also said by a border or a word. */
#include "draw_parts.h"

/* Of each kind, by enum td_drawn. */
static const struct {
    const char *shape, *style, *fill, *border;
} looks[] = {
    [TD_DRAWN_UNTRUSTED] = {"box", "rounded,dashed", "#fdebd3", "#a85a00"},
    [TD_DRAWN_PLATFORM] = {"box", "rounded", "#e4eefa", "#1f5a96"},
    [TD_DRAWN_CONTROL] = {"box", "solid", "#e6e6e6", "#444444"},
    [TD_DRAWN_PUBLISHED] = {"cylinder", "solid", "#d5efe3", "#00694a"},
    [TD_DRAWN_EXTERNAL] = {"cylinder", "dashed", "#ffffff", "#444444"},
};

/* What became of it, by enum td_fate, where there is another version. */
static const struct {
    const char *fill;
    struct td_str words;
} fates[] = {
    [TD_FATE_SAME] = {"#ffffff", {"the same", 8}},
    [TD_FATE_ADDED] = {"#a6e3cf", {"+ added", 7}},
    [TD_FATE_CHANGED] = {"#f2b04a", {"~ changed", 9}},
    [TD_FATE_ANEW] = {"#fdeecb", {"* made anew", 11}},
};

#define FONT "fontname=\"Helvetica,Arial,sans-serif\", fontsize="

/* ---- texts ------------------------------------------------------------------------------- */

static void put_escaped(struct td_picture *p, struct td_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '&':
            td_buf_text(p->out, "&amp;");
            break;
        case '<':
            td_buf_text(p->out, "&lt;");
            break;
        case '>':
            td_buf_text(p->out, "&gt;");
            break;
        case '"':
            td_buf_text(p->out, "&quot;");
            break;
        case '\n':
            td_buf_text(p->out, "<br/>");
            break;
        default:
            td_buf_byte(p->out, text.ptr[i]);
        }
    }
}

static void put_small(struct td_picture *p, struct td_str text)
{
    if (text.len == 0)
        return;
    td_buf_text(p->out, "<br/><font point-size=\"9\">");
    put_escaped(p, text);
    td_buf_text(p->out, "</font>");
}

/* Names have no character that a quoted text of DOT would take otherwise. */
static void put_id(struct td_picture *p, uint32_t node)
{
    td_buf_text(p->out, td_draws_job(p, node) ? "\"" : "\"dataset ");
    td_buf_str(p->out, td_draw_name(p, node));
    td_buf_byte(p->out, '"');
}

/* ---- nodes ------------------------------------------------------------------------------- */

static void begin_node(struct td_picture *p, uint32_t node)
{
    td_buf_text(p->out, "  ");
    put_id(p, node);
    td_buf_text(p->out, " [label=<<b>");
    put_escaped(p, td_draw_wrapped(p, td_draw_name(p, node)));
    td_buf_text(p->out, "</b>");
}

static void put_findings(struct td_picture *p, uint32_t node)
{
    bool warned = td_draw_is_warned(p, node);
    for (uint32_t i = 0; i < td_draw_finding_lines(p, node); i++) {
        td_buf_text(p->out, "<br/><font point-size=\"9\" color=\"");
        td_buf_text(p->out, warned ? "#a00000\"><b>! " : "#444444\"><i>! ");
        put_escaped(p, td_draw_finding(p, node, i));
        td_buf_text(p->out, warned ? "</b></font>" : "</i></font>");
    }
}

/* Where there is another version, fills say what became of a node, and borders what it is. */
static const char *fill_of(const struct td_picture *p, uint32_t node)
{
    return p->change ? fates[td_draw_fate(p, node)].fill
                     : looks[td_draw_kind(p, node)].fill;
}

static void put_fate(struct td_picture *p, uint32_t node)
{
    struct td_str words = td_draw_fate_words(p, node);
    if (words.len == 0)
        return;
    td_buf_text(p->out, "<br/><font point-size=\"9\"><b>");
    put_escaped(p, words);
    td_buf_text(p->out, "</b></font>");
}

static void end_node(struct td_picture *p, uint32_t node)
{
    enum td_drawn kind = td_draw_kind(p, node);
    put_fate(p, node);
    put_findings(p, node);
    td_buf_text(p->out, ">, shape=");
    td_buf_text(p->out, looks[kind].shape);
    td_buf_text(p->out, ", style=\"filled,");
    td_buf_text(p->out, looks[kind].style);
    td_buf_text(p->out, "\", fillcolor=\"");
    td_buf_text(p->out, fill_of(p, node));
    td_buf_text(p->out, "\", color=\"");
    td_buf_text(p->out, looks[kind].border);
    td_buf_text(p->out, td_draw_is_warned(p, node) ? "\", penwidth=3]\n" : "\"]\n");
}

static void put_job(struct td_picture *p, uint32_t node)
{
    const tracedag_job *job = td_drawn_job(p, node);
    begin_node(p, node);
    put_small(p, td_slice(job->operator_name));
    put_small(p, td_draw_source(p, job));
    end_node(p, node);
}

static void put_dataset(struct td_picture *p, uint32_t node)
{
    begin_node(p, node);
    if (td_draws_publish(p, node))
        put_small(p, td_draw_storage(p, td_drawn_publish(p, node)));
    end_node(p, node);
}

/* What is gone stands apart, without its edges. */
static void put_removed(struct td_picture *p)
{
    struct td_removed removed;
    size_t at = 0;
    while (td_draw_next_removed(p, &at, &removed)) {
        td_buf_text(p->out, removed.is_job ? "  \"removed " : "  \"removed dataset ");
        td_buf_str(p->out, removed.name);
        td_buf_text(p->out, "\" [label=<<s>");
        put_escaped(p, td_draw_wrapped(p, removed.name));
        td_buf_text(p->out,
                    "</s><br/><font point-size=\"9\"><b>- removed</b></font>>, shape=");
        td_buf_text(p->out, removed.is_job ? "box" : "cylinder");
        td_buf_text(p->out, ", style=\"filled,dotted\", fillcolor=\"#eeeeee\"]\n");
    }
}

/* ---- edges ------------------------------------------------------------------------------- */

static void put_edge(struct td_picture *p, uint32_t from, uint32_t to,
                     struct td_str label)
{
    bool anew = td_draw_is_anew(p, from) && td_draw_is_anew(p, to);
    td_buf_text(p->out, "  ");
    put_id(p, from);
    td_buf_text(p->out, " -> ");
    put_id(p, to);
    if (label.len || anew) {
        td_buf_text(p->out, " [label=<");
        put_escaped(p, label);
        td_buf_text(p->out, anew ? ">, color=\"#a85a00\", penwidth=2.5]" : ">]");
    }
    td_buf_byte(p->out, '\n');
}

static void put_edges(struct td_picture *p)
{
    const struct td_model *m = p->model;
    for (uint32_t i = 0; i < m->input_count; i++)
        put_edge(p, p->from[i], m->inputs[i].pub.reader, td_draw_edge(p, i));
    for (uint32_t node = p->job_count; node < p->publish_end; node++)
        put_edge(p, td_drawn_publish(p, node)->job, node, td_draw_publish_edge(p, node));
}

/* ---- all of it --------------------------------------------------------------------------- */

static void put_cell(struct td_picture *p, const char *style, const char *border,
                     const char *fill, struct td_str words)
{
    td_buf_text(p->out, "<td border=\"1\" style=\"");
    td_buf_text(p->out, style);
    td_buf_text(p->out, "\" color=\"");
    td_buf_text(p->out, border);
    td_buf_text(p->out, "\" bgcolor=\"");
    td_buf_text(p->out, fill);
    td_buf_text(p->out, "\"><font point-size=\"9\">");
    td_buf_str(p->out, words);
    td_buf_text(p->out, "</font></td>");
}

/* A table is the one way to put a legend beside the title, where it is no node. */
static void put_legend(struct td_picture *p)
{
    uint32_t kinds = td_draw_kinds(p);
    td_buf_text(p->out, "</td></tr><tr>");
    for (uint32_t kind = 0; kind < TD_DRAWN_COUNT; kind++) {
        if (kinds >> kind & 1)
            put_cell(p, looks[kind].style, looks[kind].border,
                     p->change ? "#ffffff" : looks[kind].fill,
                     td_draw_kind_words((enum td_drawn)kind));
    }
    for (uint32_t fate = 0; p->change && fate < TD_FATE_COUNT; fate++)
        put_cell(p, "solid", "#ffffff", fates[fate].fill, fates[fate].words);
    td_buf_text(p->out, "</tr></table>>]\n");
}

static void put_head(struct td_picture *p)
{
    td_buf_text(p->out, "digraph \"");
    td_buf_str(p->out, p->dag->name);
    td_buf_text(p->out,
                "\" {\n  graph [rankdir=LR, ranksep=0.6, nodesep=0.2, labelloc=t, "
                "labeljust=l, " FONT "14,\n    label=<<table border=\"0\" "
                "cellspacing=\"5\"><tr><td colspan=\"9\" align=\"left\">");
    put_escaped(p, td_draw_title(p));
    put_legend(p);
    td_buf_text(p->out, "  node [" FONT "11, margin=\"0.12,0.06\", height=0.3]\n"
                        "  edge [" FONT "9, color=\"#555555\", arrowsize=0.7]\n");
}

void td_draw_dot(struct td_picture *p)
{
    put_head(p);
    for (uint32_t node = 0; node < p->job_count; node++)
        put_job(p, node);
    for (uint32_t node = p->job_count; node < p->node_count; node++)
        put_dataset(p, node);
    put_removed(p);
    put_edges(p);
    td_buf_text(p->out, "}\n");
}
