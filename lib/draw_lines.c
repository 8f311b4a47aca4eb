/* A line for each node, and at its left the lines that lead down from what it reads. A node has a
 * lane from its row to that of its last reader; lanes are used again. Where a line across passes a
 * lane that does not belong to it, the lane goes over it unbroken. */
#include "draw_parts.h"

enum {
    LANES = 16,
    NEAR_LANES = 8 /* a node goes to the right of what it reads, if that is no further */
};

struct lines {
    struct td_picture *p;
    uint32_t *rows; /* nodes from top to bottom */
    uint32_t row_count;
    uint32_t *last;      /* of each node: the row of its last reader; 0: it has none */
    unsigned char *lane; /* of each node that has a row */
    uint32_t lane_end;   /* of all lanes that are used */
    uint32_t below;      /* lanes that go on below the row at hand */
};

/* What happens in a row; lanes are bits. */
struct row {
    uint32_t node;
    uint32_t busy;   /* lanes that come from above */
    uint32_t joined; /* those of what the node reads */
    uint32_t ended;  /* those that it is the last reader of */
    uint32_t own;    /* that of the node; 0: there was none left */
};

/* ---- which rows -------------------------------------------------------------------------- */

static void add_row(struct lines *l, uint32_t node)
{
    l->rows[l->row_count++] = node;
    l->lane[node] = LANES;
}

/* External datasets come right before the first that reads them, published ones right behind
 * their producer. */
static void add_rows(struct lines *l, uint32_t job)
{
    const struct td_picture *p = l->p;
    const tracedag_job *record = td_drawn_job(p, job);
    for (uint32_t i = 0; i < record->input_count; i++) {
        uint32_t from = p->from[record->first_input + i];
        if (from >= p->publish_end && l->lane[from] != LANES)
            add_row(l, from);
    }
    add_row(l, job);
    for (uint32_t i = p->published.at[job]; i < p->published.at[job + 1]; i++)
        add_row(l, p->published.items[i]);
}

static void find_last(const struct lines *l)
{
    const struct td_picture *p = l->p;
    for (uint32_t i = 0; i < l->row_count; i++) {
        uint32_t node = l->rows[i];
        if (td_draws_job(p, node)) {
            const tracedag_job *record = td_drawn_job(p, node);
            for (uint32_t e = 0; e < record->input_count; e++)
                l->last[p->from[record->first_input + e]] = i;
        } else if (td_draws_publish(p, node)) {
            l->last[td_drawn_publish(p, node)->job] = i;
        }
    }
}

static bool begin(struct lines *l)
{
    struct td_picture *p = l->p;
    uint32_t *sequence = td_draw_sequence(p);
    l->rows = td_arena_array(&p->arena, p->node_count, sizeof *l->rows);
    l->last = td_arena_array(&p->arena, p->node_count, sizeof *l->last);
    l->lane = td_arena_array(&p->arena, p->node_count, sizeof *l->lane);
    if (p->arena.failed)
        return false;
    for (uint32_t i = 0; i < p->job_count; i++)
        add_rows(l, sequence[i]);
    find_last(l);
    return true;
}

/* ---- lanes ------------------------------------------------------------------------------- */

static void join(const struct lines *l, struct row *row, uint32_t at, uint32_t from)
{
    uint32_t lane = UINT32_C(1) << l->lane[from];
    row->joined |= lane;
    if (l->last[from] == at)
        row->ended |= lane;
}

/* The lane of a node: the first free one to the right of the first that it reads, and if that is
 * far off, the first free one of all. Of a set of bits, `x & -x` is the lowest. */
static uint32_t free_lane(const struct row *row)
{
    uint32_t free = ~row->busy;
    uint32_t first = row->joined & -row->joined;
    uint32_t right = free & ~(first | (first - 1));
    uint32_t lane = right & -right;
    if (!first || !lane || lane >= UINT32_C(1) << NEAR_LANES)
        lane = free & -free;
    return lane < UINT32_C(1) << LANES ? lane : 0;
}

/* What happens in the row `at`, where lanes of `busy` come from above. */
static struct row find_row(const struct lines *l, uint32_t at, uint32_t busy)
{
    const struct td_picture *p = l->p;
    struct row row = {.node = l->rows[at], .busy = busy};
    if (td_draws_job(p, row.node)) {
        const tracedag_job *record = td_drawn_job(p, row.node);
        for (uint32_t i = 0; i < record->input_count; i++)
            join(l, &row, at, p->from[record->first_input + i]);
    } else if (td_draws_publish(p, row.node)) {
        join(l, &row, at, td_drawn_publish(p, row.node)->job);
    }
    row.own = free_lane(&row);
    return row;
}

/* The lanes that go on below a row. */
static uint32_t lanes_below(const struct lines *l, const struct row *row)
{
    uint32_t busy = row->busy & ~row->ended;
    return l->last[row->node] ? busy | row->own : busy;
}

/* Gives each node its lane; false where there are too few. */
static bool find_lanes(struct lines *l)
{
    uint32_t busy = 0;
    for (uint32_t i = 0; i < l->row_count; i++) {
        struct row row = find_row(l, i, busy);
        if (!row.own)
            return false;
        unsigned char lane = 0;
        while (row.own >> lane != 1)
            lane++;
        l->lane[row.node] = lane;
        if (lane >= l->lane_end)
            l->lane_end = lane + 1U;
        busy = lanes_below(l, &row);
    }
    return true;
}

/* ---- drawing ----------------------------------------------------------------------------- */

static const char ACROSS[] = "\xE2\x94\x80", DOWN[] = "\xE2\x94\x82";

/* A lane that the node reads: whether it goes on, and whether a line leads left and right. */
static const char *joint(bool down, bool left, bool right)
{
    static const char *const joints[2][3] = {
        {"\xE2\x94\x98", "\xE2\x94\x94", "\xE2\x94\xB4"},
        {"\xE2\x94\xA4", "\xE2\x94\x9C", "\xE2\x94\xBC"},
    };
    return joints[down][right + (left && right)];
}

static void put_lane(const struct lines *l, const struct row *row, uint32_t lane)
{
    struct td_buf *out = l->p->out;
    uint32_t touched = row->joined | row->own;
    bool left = (touched & (lane - 1)) != 0;
    bool right = (touched & ~(lane | (lane - 1))) != 0;
    if (row->joined & lane)
        td_buf_text(out, joint(!(row->ended & lane), left, right));
    else if (row->busy & lane)
        td_buf_text(out, DOWN);
    else
        td_buf_text(out, left && right ? ACROSS : " ");
    td_buf_text(out, right && (left || touched & lane) ? ACROSS : " ");
}

static void put_node(const struct lines *l, const struct row *row)
{
    struct td_buf *out = l->p->out;
    for (uint32_t i = 0; i < l->lane_end; i++) {
        uint32_t lane = UINT32_C(1) << i;
        if (lane != row->own) {
            put_lane(l, row, lane);
            continue;
        }
        td_draw_mark(l->p, td_draw_kind(l->p, row->node));
        td_buf_text(out, (row->joined & ~(lane | (lane - 1))) ? ACROSS : " ");
    }
    td_buf_byte(out, ' ');
}

/* The left of a line that tells more of the node above it. */
static void put_margin(const void *ctx, const char *mark)
{
    const struct lines *l = ctx;
    struct td_buf *out = l->p->out;
    for (uint32_t i = 0; i < l->lane_end; i++) {
        td_buf_text(out, l->below >> i & 1 ? DOWN : " ");
        td_buf_byte(out, ' ');
    }
    td_buf_text(out, "   ");
    td_buf_text(out, mark);
}

/* Among many lines it is hard to see where they lead, so words say it. */
static void put_row(const struct lines *l, const struct row *row, uint32_t columns)
{
    struct td_picture *p = l->p;
    struct td_margin margin = {put_margin, l};
    put_node(l, row);
    td_draw_node(p, row->node, columns);
    td_buf_byte(p->out, '\n');
    if (td_draws_job(p, row->node))
        td_draw_reads(p, margin, row->node, l->lane_end > NEAR_LANES);
    td_draw_notes(p, margin, row->node);
}

bool td_draw_lines(struct td_picture *p)
{
    struct lines l = {.p = p};
    if (!begin(&l) || !find_lanes(&l))
        return false;
    uint32_t columns = td_draw_name_columns(p);
    bool connected = false;
    td_draw_head(p);
    for (uint32_t i = 0; i < l.row_count; i++) {
        uint32_t above = l.below;
        struct row row = find_row(&l, i, above);
        l.below = lanes_below(&l, &row);
        /* Groups of one stand together, all others apart. */
        if (i > 0 && !above && (connected || l.below))
            td_buf_byte(p->out, '\n');
        put_row(&l, &row, columns);
        connected = above || l.below;
    }
    td_draw_legend(p, false);
    return true;
}
