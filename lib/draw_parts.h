/* draw_parts.h - what all pictures share: the nodes and edges that are drawn, and the words that
 * stand at them.
 *
 * Nodes are jobs, then published datasets, then external ones, each in the order of names. An
 * edge leads to a job for each of its inputs, and to a published dataset from its producer. An
 * input that names a dataset comes from the dataset, even where this DAG publishes it. */
#ifndef TD_DRAW_PARTS_H
#define TD_DRAW_PARTS_H

#include "draw.h"
#include "zone.h"

/** What a node is drawn as: jobs by zone, datasets by where they come from. */
enum td_drawn {
    TD_DRAWN_UNTRUSTED = TD_ZONE_UNTRUSTED,
    TD_DRAWN_PLATFORM = TD_ZONE_PLATFORM,
    TD_DRAWN_CONTROL = TD_ZONE_CONTROL,
    TD_DRAWN_PUBLISHED,
    TD_DRAWN_EXTERNAL,
    TD_DRAWN_COUNT
};

/** Items by key: those of key k are `items[at[k]]` to before `items[at[k + 1]]`. */
struct td_groups {
    uint32_t *at;
    uint32_t *items;
};

struct td_picture {
    const struct tracedag_dag *dag;
    const struct td_model *model;
    const struct td_diag *findings;     /* NULL: none are known */
    const struct tracedag_diff *change; /* NULL: there is no other version */
    struct td_buf *out;
    struct td_buf words; /* of one line, before a syntax escapes them */
    struct td_arena arena;
    bool color;
    uint32_t job_count;
    uint32_t publish_end;       /* published datasets have numbers below it, */
    uint32_t node_count;        /* external ones from there to below this */
    uint32_t *from;             /* by input: the node that it reads */
    struct td_groups found;     /* findings by node; behind all nodes, those of the DAG */
    struct td_groups published; /* nodes of published datasets by producer */
    uint32_t *first_change;   /* by node: of those that are about it; UINT32_MAX: none */
    unsigned char *anew;      /* by job: whether its data is made anew */
    uint32_t *layer;          /* of each job, from 0 */
    uint32_t depth;           /* how many layers there are */
    struct td_groups layered; /* jobs by layer */
};

static inline bool td_draws_job(const struct td_picture *p, uint32_t node)
{
    return node < p->job_count;
}

static inline bool td_draws_publish(const struct td_picture *p, uint32_t node)
{
    return node >= p->job_count && node < p->publish_end;
}

static inline const tracedag_job *td_drawn_job(const struct td_picture *p, uint32_t node)
{
    return &p->model->jobs[node].pub;
}

static inline const tracedag_publish *td_drawn_publish(const struct td_picture *p,
                                                       uint32_t node)
{
    return &p->model->publishes[node - p->job_count].pub;
}

/** The node of a dataset; `node_count` where there is none. */
uint32_t td_draw_dataset(const struct td_picture *p, struct td_str name);

enum td_drawn td_draw_kind(const struct td_picture *p, uint32_t node);

/** The kinds that there are, a bit each. */
uint32_t td_draw_kinds(const struct td_picture *p);

/** What a legend says of a kind. */
struct td_str td_draw_kind_words(enum td_drawn kind);

/** Groups the numbers from `first` to before `end` by a key below `keys`, in their order. */
void td_draw_group(struct td_picture *p, struct td_groups *groups, uint32_t first,
                   uint32_t end, uint32_t keys,
                   uint32_t (*key)(const struct td_picture *p, uint32_t number));

/* ---- words (draw_words.c): each is visible text, which lasts until the next is asked for ---- */

struct td_str td_draw_name(const struct td_picture *p, uint32_t node);

/** A name in lines that are joined by LF. */
struct td_str td_draw_wrapped(struct td_picture *p, struct td_str name);

/** What starts a source job: "cron rate(1 day)"; empty for a reactive one. */
struct td_str td_draw_source(struct td_picture *p, const tracedag_job *job);

/** Where a dataset is stored: "postgres, buffered"; may be empty. */
struct td_str td_draw_storage(struct td_picture *p, const tracedag_publish *publish);

/** The filter of an input, on one line; may be empty. */
struct td_str td_draw_where(struct td_picture *p, uint32_t index);

/** Whether an edge from a node needs the number of an output: whether there are several. */
static inline bool td_draws_output(const struct td_picture *p, uint32_t from)
{
    return td_draws_job(p, from) && td_drawn_job(p, from)->outputs > 1;
}

/** What stands at the edge of an input, and at that of a published dataset; may be empty. */
struct td_str td_draw_edge(struct td_picture *p, uint32_t index);
struct td_str td_draw_publish_edge(struct td_picture *p, uint32_t node);

/** How many lines tell of the findings of a node, and each of them. */
uint32_t td_draw_finding_lines(const struct td_picture *p, uint32_t node);
struct td_str td_draw_finding(struct td_picture *p, uint32_t node, uint32_t line);

/** Whether one of its findings is more than a note. */
bool td_draw_is_warned(const struct td_picture *p, uint32_t node);

/** What the whole picture is of: "etl: 3 jobs in 2 layers, 1 published dataset". */
struct td_str td_draw_title(struct td_picture *p);

/* ---- the change from another version (draw_change.c) --------------------------------------- */

enum td_fate {
    TD_FATE_SAME,
    TD_FATE_ADDED,
    TD_FATE_CHANGED,
    TD_FATE_ANEW,
    TD_FATE_COUNT
};

void td_draw_changes(struct td_picture *p);

/** What became of a node. ANEW is for what did not change itself. */
enum td_fate td_draw_fate(const struct td_picture *p, uint32_t node);

/** The same in words behind a mark: "~ changed, made anew"; empty where it is the same. */
struct td_str td_draw_fate_words(struct td_picture *p, uint32_t node);

/** Whether the data of a node is made anew, whatever became of itself. */
bool td_draw_is_anew(const struct td_picture *p, uint32_t node);

struct td_removed {
    struct td_str name;
    bool is_job; /* otherwise a dataset */
};

/** Gives the next job or dataset that is gone; *at is 0 at first. */
bool td_draw_next_removed(const struct td_picture *p, size_t *at,
                          struct td_removed *removed);

/* ---- layers (draw_layers.c) ---------------------------------------------------------------- */

/** Gives each job its layer: one more than the highest of those that it reads. */
void td_draw_layers(struct td_picture *p);

/** All jobs: connected ones together, in these by layers, in a layer by where what they are
 *  connected with stands. False when memory ran out. */
bool td_draw_rank(struct td_picture *p, uint32_t *ranked);

/** All jobs from top to bottom, so that few lines run side by side (draw_order.c). NULL when
 *  memory ran out. */
uint32_t *td_draw_sequence(struct td_picture *p);

/* ---- lines of text (draw_text.c) ----------------------------------------------------------- */

/** What a terminal shows a part in. */
enum td_ink {
    TD_INK_PLAIN,
    TD_INK_FAINT,
    TD_INK_JOB,
    TD_INK_DATASET,
    TD_INK_FINDING,
    TD_INK_CHANGE
};

/** Writes a text in an ink. */
void td_draw_inked(struct td_picture *p, enum td_ink ink, struct td_str text);

/** Writes the mark of a kind. */
void td_draw_mark(struct td_picture *p, enum td_drawn kind);

/** The first lines of a picture, and the last one, which says what its marks mean. */
void td_draw_head(struct td_picture *p);
void td_draw_legend(struct td_picture *p, bool readers);

/** The columns that names take. */
uint32_t td_draw_name_columns(const struct td_picture *p);

/** A node: its name, in as many columns, and all that one line says of it; without an LF. */
void td_draw_node(struct td_picture *p, uint32_t node, uint32_t columns);

/** Writes what stands at the left of a line, and then a mark. */
struct td_margin {
    void (*put)(const void *ctx, const char *mark);
    const void *ctx;
};

/** What a job reads, on lines of their own: "< etl.1 where a = 1"; all of it, or what has a filter
 *  or the number of an output. */
void td_draw_reads(struct td_picture *p, struct td_margin margin, uint32_t job, bool all);

/** Which jobs read a job: "> a, b". */
void td_draw_readers(struct td_picture *p, struct td_margin margin, uint32_t job);

/** What became of a node, and its findings. */
void td_draw_notes(struct td_picture *p, struct td_margin margin, uint32_t node);

/* ---- the pictures -------------------------------------------------------------------------- */

/** Draws jobs with lines between them; false, and nothing is written, where too many lines would
 *  run side by side, or memory ran out. */
bool td_draw_lines(struct td_picture *p);

void td_draw_list(struct td_picture *p);
void td_draw_mermaid(struct td_picture *p);
void td_draw_dot(struct td_picture *p);

#endif
