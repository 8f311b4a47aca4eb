/* A change as text for people. Changes of one job, or of one dataset, stand together below its
 * name; in such a group the fields, and the places of both values, are as wide as the widest. */
#include "diff_render_parts.h"
#include "utf8.h"

enum { VALUE_CHARACTERS = 100, EQUAL_BYTES = 20, LABEL_MOST = 48, PLACE_MOST = 48 };

static const char RESET[] = "\033[0m", BOLD[] = "\033[1m", DIM[] = "\033[2m",
                  RED[] = "\033[31m", GREEN[] = "\033[32m", YELLOW[] = "\033[33m";

struct text {
    struct td_buf *out;
    const struct td_diff_view *view;
    struct td_buf piece; /* put together before its width is known */
    struct td_buf
        value[TD_VERSIONS]; /* those of the change at hand, without credentials */
    size_t value_from;      /* what is equal in both, and too long to be shown */
    size_t label_columns, place_columns;
    struct td_columns columns;
    bool cut; /* a value was not shown whole */
};

/* ---- small pieces ------------------------------------------------------------------ */

static void start_color(const struct text *t, const char *color)
{
    if (t->view->color)
        td_buf_text(t->out, color);
}

static void put_colored(const struct text *t, const char *color, const char *words)
{
    start_color(t, color);
    td_buf_text(t->out, words);
    start_color(t, RESET);
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
    td_buf_str(out, td_slice(name));
    td_buf_byte(out, '`');
}

static void put_file(const struct text *t, struct td_buf *out, size_t version)
{
    td_buf_escaped(out, t->view->files[version], SIZE_MAX);
}

/* The terminal columns of what is ready to be shown. */
static size_t columns(const struct td_buf *piece)
{
    size_t count = 0;
    for (size_t at = 0, used; at < piece->len; at += used)
        count += td_utf8_width(td_utf8_next(piece->ptr + at, piece->len - at, &used));
    return count;
}

static void put_padded(struct text *t, size_t wide)
{
    td_buf_put(t->out, t->piece.ptr, t->piece.len);
    for (size_t at = columns(&t->piece); at < wide; at++)
        td_buf_byte(t->out, ' ');
}

/* What is wider than most hangs over, and makes nothing else wide. */
static void widen(size_t *wide, const struct td_buf *piece, size_t most)
{
    size_t count = columns(piece);
    if (count <= most && *wide < count)
        *wide = count;
}

/* ---- the parts of a change --------------------------------------------------------- */

/* A token of a pointer, as the key that it stands for. */
static void put_token(struct td_buf *out, struct td_str token)
{
    for (size_t at = 0; at < token.len;) {
        const char *tilde = memchr(token.ptr + at, '~', token.len - at);
        size_t end = tilde ? (size_t)(tilde - token.ptr) : token.len;
        td_buf_escaped(out, (struct td_str){token.ptr + at, end - at}, SIZE_MAX);
        if (tilde)
            td_buf_byte(out, tilde[1] == '1' ? '/' : '~');
        at = end + 2;
    }
}

/* A pointer as findings write it, e.g. `config.sizes.0`. */
static void put_path(struct td_buf *out, tracedag_text path)
{
    for (size_t at = 1; at <= path.len;) {
        const char *slash = memchr(path.ptr + at, '/', path.len - at);
        size_t end = slash ? (size_t)(slash - path.ptr) : path.len;
        td_buf_text(out, at > 1 ? "." : "");
        put_token(out, (struct td_str){path.ptr + at, end - at});
        at = end + 1;
    }
}

/* What has changed: a field, or what became of the whole. */
static void set_label(struct text *t, const tracedag_change *change)
{
    t->piece.len = 0;
    if (change->path.len)
        put_path(&t->piece, change->path);
    else
        td_buf_text(&t->piece, td_change_word(change->kind));
}

static void set_place(struct text *t, const struct td_change_side *side)
{
    t->piece.len = 0;
    put_file(t, &t->piece, side->version);
    if (!side->place)
        return;
    td_buf_byte(&t->piece, ':');
    td_buf_number(&t->piece, side->place->line);
    td_buf_byte(&t->piece, ':');
    td_buf_number(&t->piece, side->place->column);
}

/* How many bytes of a value are shown, from `from` on. */
static size_t shown_bytes(const struct td_buf *value, size_t from)
{
    size_t at = from;
    for (size_t count = 0, used; at < value->len && count < VALUE_CHARACTERS; count++) {
        td_utf8_next(value->ptr + at, value->len - at, &used);
        at += used;
    }
    return at - from;
}

/* Where two values are shown from, so that one sees how they differ: a little in front of the
 * first difference where that is far away, at the start of a character. */
static size_t choose_start(const struct td_buf value[TD_VERSIONS])
{
    const struct td_buf *old = &value[TD_OLD], *new = &value[TD_NEW];
    size_t at = 0;
    while (at < old->len && at < new->len && old->ptr[at] == new->ptr[at])
        at++;
    if (at < VALUE_CHARACTERS - EQUAL_BYTES)
        return 0;
    at -= EQUAL_BYTES;
    while (((unsigned char)old->ptr[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static void set_values(struct text *t, const struct td_change_side side[TD_VERSIONS],
                       tracedag_text path)
{
    for (size_t version = TD_OLD; version < TD_VERSIONS; version++) {
        t->value[version].len = 0;
        if (side[version].value.ptr)
            td_change_value(&side[version], path, &t->value[version]);
    }
    t->value_from = choose_start(t->value);
}

static void put_value(struct text *t, size_t version)
{
    const struct td_buf *value = &t->value[version];
    if (value->len == 0)
        return;
    size_t shown = shown_bytes(value, t->value_from);
    td_buf_text(t->out, t->value_from ? "..." : "");
    td_buf_escaped(t->out, (struct td_str){value->ptr + t->value_from, shown},
                   VALUE_CHARACTERS);
    if (shown == value->len)
        return;
    t->cut = true;
    td_buf_text(t->out, t->value_from + shown < value->len ? "... (" : " (");
    td_buf_grouped(t->out, value->len);
    td_buf_text(t->out, " bytes)");
}

/* A job that is added or removed, in few words. */
static void put_job(struct td_buf *out, const tracedag_job *job)
{
    const struct td_word_list *runtimes = td_job_shape.fields[TD_JOB_RUNTIME].words;
    td_buf_text(out, "operator ");
    put_name(out, job->operator_name);
    td_buf_text(out, " on ");
    td_buf_str(out, runtimes->words[job->runtime - 1]);
}

/* `  - dag.yaml:12:9  `, in front of a value. */
static void put_lead(struct text *t, const char *indent,
                     const struct td_change_side *side)
{
    bool old = side->version == TD_OLD;
    td_buf_text(t->out, indent);
    start_color(t, old ? RED : GREEN);
    td_buf_text(t->out, old ? "- " : "+ ");
    start_color(t, RESET);
    set_place(t, side);
    start_color(t, DIM);
    put_padded(t, t->place_columns);
    start_color(t, RESET);
    td_buf_text(t->out, "  ");
}

static void put_side(struct text *t, const tracedag_change *change,
                     const struct td_change_side *side)
{
    if (!td_change_has(change, side))
        return;
    put_lead(t, "    ", side);
    if (change->kind == TRACEDAG_CHANGE_RENAMED)
        put_name(t->out, side->job->name);
    else if (side->job && !change->path.len)
        put_job(t->out, side->job);
    else
        put_value(t, side->version);
    td_buf_text(t->out, side->place ? "\n" : " (built-in default)\n");
}

static const char *const break_words[] = {
    [TRACEDAG_BREAK_DATASET_REMOVED] = "it is not published any more",
    [TRACEDAG_BREAK_SCHEMA_REMOVED] = "it states no columns any more",
    [TRACEDAG_BREAK_COLUMN_REMOVED] = "it is gone",
    [TRACEDAG_BREAK_COLUMN_TYPE] = "it has another type",
    [TRACEDAG_BREAK_COLUMN_NULLABLE] = "it may be null now",
    [TRACEDAG_BREAK_KEY] = "other columns tell its rows apart",
    [TRACEDAG_BREAK_STORAGE] = "it is stored elsewhere",
    [TRACEDAG_BREAK_UPDATE] = "its rows are updated in another way",
};

static void put_change(struct text *t, const tracedag_change *change)
{
    const struct td_change_side side[] = {td_change_side(t->view, change, TD_OLD),
                                          td_change_side(t->view, change, TD_NEW)};
    td_buf_text(t->out, "  ");
    set_label(t, change);
    put_padded(t, t->label_columns);
    td_buf_text(t->out, "  ");
    td_buf_text(t->out, td_class_word(change->class_id));
    if (change->kind == TRACEDAG_CHANGE_MOVED)
        td_buf_text(t->out, ", moved");
    tracedag_text column = td_change_column(t->view, &t->columns, change);
    if (column.len) {
        td_buf_text(t->out, ", column ");
        put_name(t->out, column);
    }
    if (change->breaking) {
        td_buf_text(t->out, ", ");
        put_colored(t, YELLOW, "breaks readers");
        td_buf_text(t->out, ": ");
        td_buf_text(t->out, break_words[change->breaking]);
    }
    td_buf_byte(t->out, '\n');
    set_values(t, side, change->path);
    put_side(t, change, &side[TD_OLD]);
    put_side(t, change, &side[TD_NEW]);
}

/* ---- groups ------------------------------------------------------------------------ */

static void measure_place(struct text *t, const struct td_change_side *side)
{
    set_place(t, side);
    widen(&t->place_columns, &t->piece, PLACE_MOST);
}

static void measure(struct text *t, const tracedag_change *change)
{
    set_label(t, change);
    widen(&t->label_columns, &t->piece, LABEL_MOST);
    for (size_t version = TD_OLD; version < TD_VERSIONS; version++) {
        struct td_change_side side = td_change_side(t->view, change, version);
        if (td_change_has(change, &side))
            measure_place(t, &side);
    }
}

static const char *const subject_words[] = {
    [TRACEDAG_SUBJECT_DAG] = "DAG",
    [TRACEDAG_SUBJECT_JOB] = "job",
    [TRACEDAG_SUBJECT_INPUT] = "job", /* its inputs stand below it */
    [TRACEDAG_SUBJECT_DATASET] = "dataset",
};

/* `job `b`, once `a``: the name that is in force, and another one that was. */
static void put_heading(struct text *t, const tracedag_change *change)
{
    tracedag_text old = change->old_name, new = change->new_name;
    bool renamed = old.len && new.len && !td_str_eq(td_slice(old), td_slice(new));
    td_buf_byte(t->out, '\n');
    start_color(t, BOLD);
    td_buf_text(t->out, subject_words[change->subject]);
    td_buf_byte(t->out, ' ');
    put_name(t->out, new.len ? new : old);
    start_color(t, RESET);
    if (renamed) {
        td_buf_text(t->out, ", once ");
        put_name(t->out, old);
    }
    td_buf_byte(t->out, '\n');
}

static bool same_subject(const tracedag_change *a, const tracedag_change *b)
{
    return subject_words[a->subject] == subject_words[b->subject] &&
           td_str_eq(td_slice(a->old_name), td_slice(b->old_name)) &&
           td_str_eq(td_slice(a->new_name), td_slice(b->new_name));
}

/* Writes the changes of one job or dataset from an index on; returns the index behind them. */
static size_t put_group(struct text *t, size_t from)
{
    const tracedag_change *first = td_change_at(t->view, from);
    size_t to = from;
    bool shown = false;
    t->label_columns = t->place_columns = 0;
    for (; to < t->view->diff->change_count; to++) {
        const tracedag_change *change = td_change_at(t->view, to);
        if (!same_subject(first, change))
            break;
        if (td_change_shows(t->view, change)) {
            measure(t, change);
            shown = true;
        }
    }
    if (shown)
        put_heading(t, first);
    for (size_t i = from; i < to; i++) {
        if (td_change_shows(t->view, td_change_at(t->view, i)))
            put_change(t, td_change_at(t->view, i));
    }
    return to;
}

/* ---- around them ------------------------------------------------------------------- */

/* `3 changes (1 materialization, 2 tuning)`. */
static void put_counts(const struct text *t)
{
    size_t counts[TD_CLASSES];
    td_change_count(t->view, counts);
    put_count(t->out, counts[0], " change");
    const char *before = " (";
    for (uint32_t class_id = 1; class_id < TD_CLASSES; class_id++) {
        if (counts[class_id] == 0)
            continue;
        td_buf_text(t->out, before);
        td_buf_number(t->out, counts[class_id]);
        td_buf_byte(t->out, ' ');
        td_buf_text(t->out, td_class_word(class_id));
        before = ", ";
    }
    td_buf_byte(t->out, ')');
}

static void put_breaking(const struct text *t)
{
    uint32_t breaking = t->view->diff->breaking;
    if (breaking)
        td_buf_number(t->out, breaking);
    else
        td_buf_text(t->out, "none");
    td_buf_text(t->out, breaking > 1 ? " break" : " breaks");
    td_buf_text(t->out, " readers of published datasets\n");
}

static void put_summary(const struct text *t)
{
    const struct tracedag_diff *diff = t->view->diff;
    put_file(t, t->out, TD_OLD);
    td_buf_text(t->out, " -> ");
    put_file(t, t->out, TD_NEW);
    td_buf_text(t->out, ": ");
    if (diff->change_count == 0) {
        td_buf_text(t->out, "no change, both are ");
        td_buf_text(t->out, diff->dag[TD_NEW]->hash);
        td_buf_byte(t->out, '\n');
        return;
    }
    if (t->view->breaking) {
        td_buf_text(t->out, "of ");
        put_count(t->out, diff->change_count, " change");
    } else {
        put_counts(t);
    }
    td_buf_text(t->out, ", ");
    put_breaking(t);
}

static void put_reason(struct text *t, const tracedag_scope_job *job)
{
    const struct td_job *jobs = t->view->diff->dag[TD_NEW]->model.jobs;
    const tracedag_change *change;
    switch (job->reason) {
    case TRACEDAG_SCOPE_ADDED:
        td_buf_text(t->out, "added");
        break;
    case TRACEDAG_SCOPE_CHANGED:
        td_buf_text(t->out, "changed: ");
        put_path(t->out, td_change_at(t->view, job->cause)->path);
        break;
    case TRACEDAG_SCOPE_DATASET:
        change = td_change_at(t->view, job->cause);
        td_buf_text(t->out, "reads dataset ");
        put_name(t->out, change->new_name.len ? change->new_name : change->old_name);
        td_buf_text(t->out, ", which was ");
        td_buf_text(t->out, td_change_word(change->kind));
        break;
    default:
        td_buf_text(t->out, "reads ");
        put_name(t->out, jobs[job->cause].pub.name);
    }
}

static void put_scope(struct text *t)
{
    const struct tracedag_diff *diff = t->view->diff;
    const struct td_job *jobs = diff->dag[TD_NEW]->model.jobs;
    t->label_columns = 0;
    for (size_t i = 0; i < diff->scope_count; i++) {
        size_t len = jobs[diff->scope[i].job].pub.name.len;
        if (len <= LABEL_MOST && t->label_columns < len)
            t->label_columns = len;
    }
    td_buf_text(t->out, "\nto materialize again, in this order: ");
    td_buf_number(t->out, diff->scope_count);
    td_buf_text(t->out, " of ");
    put_count(t->out, diff->dag[TD_NEW]->model.job_count, " job");
    td_buf_byte(t->out, '\n');
    for (size_t i = 0; i < diff->scope_count; i++) {
        t->piece.len = 0;
        td_buf_str(&t->piece, td_slice(jobs[diff->scope[i].job].pub.name));
        td_buf_text(t->out, "  ");
        put_padded(t, t->label_columns);
        td_buf_text(t->out, "  ");
        put_reason(t, &diff->scope[i]);
        td_buf_byte(t->out, '\n');
    }
}

static void begin(struct text *t)
{
    td_buf_init(&t->piece, t->out->mem);
    for (size_t version = TD_OLD; version < TD_VERSIONS; version++)
        td_buf_init(&t->value[version], t->out->mem);
}

static void end_text(struct text *t)
{
    t->out->failed |= t->piece.failed;
    td_buf_free(&t->piece);
    for (size_t version = TD_OLD; version < TD_VERSIONS; version++) {
        t->out->failed |= t->value[version].failed;
        td_buf_free(&t->value[version]);
    }
}

void td_diff_text(const struct td_diff_view *view, struct td_buf *out)
{
    struct text t = {.out = out, .view = view};
    begin(&t);
    put_summary(&t);
    for (size_t i = 0; i < view->diff->change_count;)
        i = put_group(&t, i);
    if (!view->breaking && view->diff->scope_count)
        put_scope(&t);
    if (t.cut)
        td_buf_text(out, "\nvalues with `...` are cut; --format json has them whole\n");
    end_text(&t);
}

/* ---- the first difference ---------------------------------------------------------- */

static void put_hash(const struct text *t, size_t version, const char *hash)
{
    td_buf_text(t->out, hash);
    td_buf_text(t->out, "  ");
    put_file(t, t->out, version);
    td_buf_byte(t->out, '\n');
}

/* The place of what has no value on this side is that of what would hold it. */
static void put_found(struct text *t, const struct td_change_side *side)
{
    put_lead(t, "  ", side);
    if (side->value.ptr)
        put_value(t, side->version);
    else
        td_buf_text(t->out, "(nothing)");
    td_buf_byte(t->out, '\n');
}

/* ` of job `a``: the index in the pointer is no help to people. */
static void put_job_of(struct text *t, const tracedag_difference *found)
{
    const struct tracedag_dag *dag = t->view->diff->dag[TD_OLD];
    if (found->old_job == TRACEDAG_NO_JOB)
        return;
    td_buf_text(t->out, ", in job ");
    put_name(t->out, dag->model.jobs[found->old_job].pub.name);
}

void td_difference_text(const struct td_diff_view *view, const tracedag_difference *found,
                        struct td_buf *out)
{
    struct text t = {.out = out, .view = view};
    begin(&t);
    put_hash(&t, TD_OLD, view->diff->dag[TD_OLD]->hash);
    put_hash(&t, TD_NEW, view->diff->dag[TD_NEW]->hash);
    if (found) {
        const struct td_change_side side[] = {td_difference_side(found, TD_OLD),
                                              td_difference_side(found, TD_NEW)};
        td_buf_text(out, "the canonical forms first differ at ");
        td_buf_escaped(out, td_slice(found->pointer), SIZE_MAX);
        put_job_of(&t, found);
        td_buf_text(out, ":\n");
        set_values(&t, side, found->pointer);
        measure_place(&t, &side[TD_OLD]);
        measure_place(&t, &side[TD_NEW]);
        put_found(&t, &side[TD_OLD]);
        put_found(&t, &side[TD_NEW]);
    } else {
        td_buf_text(out, "the hashes are equal, and so are the canonical forms\n");
    }
    end_text(&t);
}
