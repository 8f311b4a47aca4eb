/* A flowchart for Mermaid. Nodes have numbers for names, so that no name of a document meets a
 * word of Mermaid such as `end`; all texts stand in quotes, and in these every mark of ASCII that
 * Mermaid, Markdown or HTML could take for its own is written by its number. */
#include "draw_parts.h"

enum {
    EDGES_MOST = 500,
    BYTES_MOST = 50000
}; /* what Mermaid takes unless told otherwise */

/* Of each kind, by enum td_drawn. */
static const struct {
    const char *name, *style;
} classes[] = {
    [TD_DRAWN_UNTRUSTED] = {"untrusted",
                            "fill:#fdebd3,stroke:#a85a00,stroke-dasharray:6 3"},
    [TD_DRAWN_PLATFORM] = {"platform", "fill:#e4eefa,stroke:#1f5a96"},
    [TD_DRAWN_CONTROL] = {"control", "fill:#e6e6e6,stroke:#444"},
    [TD_DRAWN_PUBLISHED] = {"published", "fill:#d5efe3,stroke:#00694a"},
    [TD_DRAWN_EXTERNAL] = {"external", "fill:#fff,stroke:#444,stroke-dasharray:2 2"},
};

/* ---- texts ------------------------------------------------------------------------------- */

static bool is_safe(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c >= 0x80 || strchr(" _-.,()/=+", c);
}

static void put_escaped(struct td_picture *p, struct td_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '\n') {
            td_buf_text(p->out, "<br>");
        } else if (is_safe(c)) {
            td_buf_byte(p->out, (char)c);
        } else {
            td_buf_byte(p->out, '#');
            td_buf_number(p->out, c);
            td_buf_byte(p->out, ';');
        }
    }
}

/* A line below others; none where the text is empty. */
static void put_line(struct td_picture *p, const char *before, struct td_str text)
{
    if (text.len == 0)
        return;
    td_buf_text(p->out, "<br>");
    td_buf_text(p->out, before);
    put_escaped(p, text);
}

static void put_id(struct td_picture *p, uint32_t node)
{
    td_buf_byte(p->out, 'n');
    td_buf_number(p->out, node);
}

/* ---- nodes ------------------------------------------------------------------------------- */

static void begin_node(struct td_picture *p, uint32_t node, const char *open)
{
    td_buf_text(p->out, "  ");
    put_id(p, node);
    td_buf_text(p->out, open);
    put_escaped(p, td_draw_wrapped(p, td_draw_name(p, node)));
}

static void end_node(struct td_picture *p, uint32_t node, const char *close)
{
    put_line(p, "", td_draw_fate_words(p, node));
    for (uint32_t i = 0; i < td_draw_finding_lines(p, node); i++)
        put_line(p, "! ", td_draw_finding(p, node, i));
    td_buf_text(p->out, close);
    td_buf_text(p->out, ":::");
    td_buf_text(p->out, classes[td_draw_kind(p, node)].name);
    td_buf_byte(p->out, '\n');
}

static void put_job(struct td_picture *p, uint32_t node)
{
    const tracedag_job *job = td_drawn_job(p, node);
    bool is_source = job->source_kind != 0;
    begin_node(p, node, is_source ? "([\"" : "[\"");
    put_line(p, "", td_slice(job->operator_name));
    put_line(p, "", td_draw_source(p, job));
    end_node(p, node, is_source ? "\"])" : "\"]");
}

static void put_dataset(struct td_picture *p, uint32_t node)
{
    begin_node(p, node, "[(\"");
    if (td_draws_publish(p, node))
        put_line(p, "", td_draw_storage(p, td_drawn_publish(p, node)));
    end_node(p, node, "\")]");
}

/* ---- edges ------------------------------------------------------------------------------- */

static void put_edge(struct td_picture *p, uint32_t from, uint32_t to,
                     struct td_str label)
{
    td_buf_text(p->out, "  ");
    put_id(p, from);
    td_buf_text(p->out, " -->");
    if (label.len) {
        td_buf_text(p->out, "|\"");
        put_escaped(p, label);
        td_buf_text(p->out, "\"|");
    }
    td_buf_byte(p->out, ' ');
    put_id(p, to);
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

/* ---- styles ------------------------------------------------------------------------------ */

/* Of each fate, by enum td_fate; each also has a word of its own. */
static const char *const fates[] = {
    [TD_FATE_SAME] = "same fill:#fff",
    [TD_FATE_ADDED] = "added fill:#a6e3cf",
    [TD_FATE_CHANGED] = "changed fill:#f2b04a",
    [TD_FATE_ANEW] = "anew fill:#fdeecb",
};

/* A class for all nodes of which `which` holds; none where there are none. */
static void put_class(struct td_picture *p, const char *class,
                      bool (*which)(const struct td_picture *p, uint32_t node, int value),
                      int value)
{
    bool begun = false;
    for (uint32_t node = 0; node < p->node_count; node++) {
        if (!which(p, node, value))
            continue;
        if (!begun) {
            td_buf_text(p->out, "  classDef ");
            td_buf_text(p->out, class);
            td_buf_text(p->out, "\n  class ");
        }
        td_buf_text(p->out, begun ? "," : "");
        put_id(p, node);
        begun = true;
    }
    if (begun) {
        td_buf_byte(p->out, ' ');
        td_buf_put(p->out, class, strcspn(class, " "));
        td_buf_byte(p->out, '\n');
    }
}

static bool has_fate(const struct td_picture *p, uint32_t node, int fate)
{
    return td_draw_fate(p, node) == (enum td_fate)fate;
}

static bool is_warned(const struct td_picture *p, uint32_t node, int value)
{
    (void)value;
    return td_draw_is_warned(p, node);
}

/* What is gone has no number among the nodes, and none of their edges. */
static void put_removed(struct td_picture *p)
{
    struct td_removed removed;
    size_t at = 0;
    uint32_t count = 0;
    while (td_draw_next_removed(p, &at, &removed)) {
        td_buf_text(p->out, "  r");
        td_buf_number(p->out, count++);
        td_buf_text(p->out, removed.is_job ? "[\"" : "[(\"");
        put_escaped(p, td_draw_wrapped(p, removed.name));
        td_buf_text(p->out, removed.is_job ? "<br>- removed\"]:::removed\n"
                                           : "<br>- removed\")]:::removed\n");
    }
    if (count)
        td_buf_text(p->out, "  classDef removed fill:#eee,stroke:#444,color:#000,"
                            "stroke-dasharray:1 3\n");
}

static void put_styles(struct td_picture *p)
{
    uint32_t kinds = td_draw_kinds(p);
    for (uint32_t kind = 0; kind < TD_DRAWN_COUNT; kind++) {
        if (!(kinds >> kind & 1))
            continue;
        td_buf_text(p->out, "  classDef ");
        td_buf_text(p->out, classes[kind].name);
        td_buf_byte(p->out, ' ');
        td_buf_text(p->out, classes[kind].style);
        td_buf_text(p->out, ",color:#000\n");
    }
    for (int fate = 0; p->change && fate < TD_FATE_COUNT; fate++)
        put_class(p, fates[fate], has_fate, fate);
    put_class(p, "warned stroke:#a00000,stroke-width:3px", is_warned, 0);
}

/* ---- all of it --------------------------------------------------------------------------- */

static void put_advice(struct td_picture *p, size_t begin)
{
    size_t edges = p->model->input_count + p->model->publish_count;
    if (edges > EDGES_MOST) {
        td_buf_text(p->out, "%% Mermaid draws it with maxEdges of ");
        td_buf_number(p->out, edges);
        td_buf_text(p->out, " or more\n");
    }
    if (p->out->len - begin > BYTES_MOST) {
        td_buf_text(p->out, "%% Mermaid draws it with maxTextSize of ");
        td_buf_number(p->out, (p->out->len - begin) * 2);
        td_buf_text(p->out, " or more\n");
    }
}

void td_draw_mermaid(struct td_picture *p)
{
    size_t begin = p->out->len;
    td_buf_text(p->out, "---\ntitle: \"");
    td_buf_str(p->out, td_draw_title(p));
    td_buf_text(p->out, "\"\n---\nflowchart LR\n");
    for (uint32_t node = 0; node < p->job_count; node++)
        put_job(p, node);
    for (uint32_t node = p->job_count; node < p->node_count; node++)
        put_dataset(p, node);
    put_edges(p);
    put_styles(p);
    put_removed(p);
    put_advice(p, begin);
}
