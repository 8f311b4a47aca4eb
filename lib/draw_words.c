/* The words of a picture. What comes of a document is cut to what fits beside a node or a line,
 * and what does not show is written by its number, before any syntax escapes it. */
#include "draw_parts.h"

#include "codes.h"
#include "number.h"
#include "render_parts.h"
#include "secret.h"

enum {
    NAME_COLUMNS = 26, /* of a line of a name that is wrapped */
    SOURCE_MOST = 44,  /* characters of a schedule or path */
    VALUE_MOST = 24,   /* of a value in a filter */
    CONDITIONS_MOST = 3,
    FINDINGS_MOST = 3
};

/* ---- helpers ----------------------------------------------------------------------------- */

static struct td_buf *begin_words(struct td_picture *p)
{
    p->words.len = 0;
    return &p->words;
}

static struct td_str end_words(const struct td_picture *p)
{
    return (struct td_str){p->words.ptr, p->words.len};
}

static void put_word(struct td_buf *words, const struct td_field *field, uint32_t value)
{
    td_buf_str(words, field->words->words[value - 1]);
}

/* Text of the document: of a credential, only what a finding shows of it. */
static void put_text(struct td_buf *words, struct td_str text, size_t most, bool secret)
{
    if (!secret && !td_is_secret(text)) {
        td_buf_escaped(words, text, most);
        return;
    }
    text.len = td_secret_shown(text);
    td_buf_escaped(words, text, most);
    td_buf_text(words, "...");
}

static void put_more(struct td_buf *words, size_t more)
{
    td_buf_text(words, "and ");
    td_buf_grouped(words, more);
    td_buf_text(words, " more");
}

/* ---- nodes ------------------------------------------------------------------------------- */

struct td_str td_draw_name(const struct td_picture *p, uint32_t node)
{
    if (td_draws_job(p, node))
        return td_slice(td_drawn_job(p, node)->name);
    if (td_draws_publish(p, node))
        return td_slice(td_drawn_publish(p, node)->name);
    return td_slice(p->model->externals[node - p->publish_end]);
}

/* Behind which byte a line of a name ends: behind a mark that joins words, if there is one in its
 * second half. */
static size_t line_end(struct td_str name)
{
    if (name.len <= NAME_COLUMNS)
        return name.len;
    for (size_t end = NAME_COLUMNS; end > NAME_COLUMNS / 2; end--) {
        if (name.ptr[end - 1] == '_' || name.ptr[end - 1] == '-')
            return end;
    }
    return NAME_COLUMNS;
}

struct td_str td_draw_wrapped(struct td_picture *p, struct td_str name)
{
    struct td_buf *words = begin_words(p);
    while (name.len > 0) {
        size_t end = line_end(name);
        if (words->len)
            td_buf_byte(words, '\n');
        td_buf_put(words, name.ptr, end);
        name.ptr += end;
        name.len -= end;
    }
    return end_words(p);
}

struct td_str td_draw_source(struct td_picture *p, const tracedag_job *job)
{
    struct td_buf *words = begin_words(p);
    if (job->source_kind) {
        put_word(words, &td_source_shape.fields[TD_SOURCE_KIND], job->source_kind);
        tracedag_text text = job->schedule.len ? job->schedule : job->webhook_path;
        if (text.len) {
            td_buf_byte(words, ' ');
            put_text(words, td_slice(text), SOURCE_MOST, false);
        }
    }
    return end_words(p);
}

struct td_str td_draw_storage(struct td_picture *p, const tracedag_publish *publish)
{
    struct td_buf *words = begin_words(p);
    if (publish->storage)
        put_word(words, &td_publish_shape.fields[TD_PUBLISH_STORAGE], publish->storage);
    if (publish->write_mode) {
        td_buf_text(words, ", ");
        put_word(words, &td_publish_shape.fields[TD_PUBLISH_WRITE_MODE],
                 publish->write_mode);
    }
    return end_words(p);
}

/* ---- edges ------------------------------------------------------------------------------- */

static void put_text_value(struct td_buf *words, struct td_str key, struct td_str text)
{
    td_buf_byte(words, '"');
    put_text(words, text, VALUE_MOST, td_is_secret_key(key));
    td_buf_byte(words, '"');
}

static void put_value(struct td_buf *words, const struct td_tree *tree, uint32_t key,
                      uint32_t value)
{
    char spelled[TD_NUMBER_MAX];
    size_t len = 0;
    struct td_str text = td_node_text(tree, value);
    switch (tree->nodes[value].kind) {
    case TD_TEXT:
        put_text_value(words, td_node_text(tree, key), text);
        break;
    case TD_INTEGER:
        td_integer_canonical(text, spelled, &len);
        td_buf_escaped(words, (struct td_str){spelled, len}, VALUE_MOST);
        break;
    default:
        td_buf_text(words, tree->nodes[value].kind == TD_TRUE ? "true" : "false");
    }
}

static void put_where(struct td_picture *p, const tracedag_input *input,
                      const char *joint)
{
    const struct td_tree *tree = p->model->tree;
    struct td_buf *words = &p->words;
    uint32_t key = td_follow(tree, input->where) + 1;
    uint32_t shown = 0;
    for (; shown < input->where_count && shown < CONDITIONS_MOST; shown++) {
        uint32_t value = td_after(tree, key);
        if (shown)
            td_buf_text(words, joint);
        td_buf_str(words, td_node_text(tree, key));
        td_buf_text(words, " = ");
        put_value(words, tree, key, td_follow(tree, value));
        key = td_after(tree, value);
    }
    if (shown < input->where_count) {
        td_buf_byte(words, ' ');
        put_more(words, input->where_count - shown);
    }
}

struct td_str td_draw_where(struct td_picture *p, uint32_t index)
{
    begin_words(p);
    put_where(p, &p->model->inputs[index].pub, " and ");
    return end_words(p);
}

static void put_output(struct td_picture *p, uint32_t from, uint32_t output)
{
    if (!td_draws_output(p, from))
        return;
    td_buf_text(&p->words, "output ");
    td_buf_number(&p->words, output);
}

struct td_str td_draw_edge(struct td_picture *p, uint32_t index)
{
    const tracedag_input *input = &p->model->inputs[index].pub;
    struct td_buf *words = begin_words(p);
    put_output(p, p->from[index], input->output);
    if (words->len && input->where_count)
        td_buf_byte(words, '\n');
    put_where(p, input, "\n");
    return end_words(p);
}

struct td_str td_draw_publish_edge(struct td_picture *p, uint32_t node)
{
    const tracedag_publish *publish = td_drawn_publish(p, node);
    begin_words(p);
    put_output(p, publish->job, publish->output);
    return end_words(p);
}

/* ---- findings ---------------------------------------------------------------------------- */

static uint32_t finding_count(const struct td_picture *p, uint32_t node)
{
    return p->found.at[node + 1] - p->found.at[node];
}

uint32_t td_draw_finding_lines(const struct td_picture *p, uint32_t node)
{
    uint32_t count = finding_count(p, node);
    return count <= FINDINGS_MOST ? count : FINDINGS_MOST + 1;
}

static const tracedag_finding *finding_at(const struct td_picture *p, uint32_t at)
{
    return &p->findings->list[p->found.items[at]].pub;
}

bool td_draw_is_warned(const struct td_picture *p, uint32_t node)
{
    for (uint32_t at = p->found.at[node]; at < p->found.at[node + 1]; at++) {
        if (finding_at(p, at)->severity != TRACEDAG_SEVERITY_NOTE)
            return true;
    }
    return false;
}

struct td_str td_draw_finding(struct td_picture *p, uint32_t node, uint32_t line)
{
    struct td_buf *words = begin_words(p);
    if (line == FINDINGS_MOST) {
        put_more(words, finding_count(p, node) - FINDINGS_MOST);
        return end_words(p);
    }
    const tracedag_finding *finding = finding_at(p, p->found.at[node] + line);
    td_buf_text(words, td_severity_word(finding->severity));
    td_buf_text(words, " TD");
    td_buf_number(words, finding->code);
    td_buf_byte(words, ' ');
    td_buf_str(words, td_slice(finding->name));
    return end_words(p);
}

/* ---- the whole --------------------------------------------------------------------------- */

static void put_count(struct td_buf *words, const char *before, size_t count,
                      const char *what)
{
    td_buf_text(words, before);
    td_buf_grouped(words, count);
    td_buf_text(words, what);
    if (count != 1)
        td_buf_byte(words, 's');
}

struct td_str td_draw_title(struct td_picture *p)
{
    const struct td_model *m = p->model;
    struct td_buf *words = begin_words(p);
    td_buf_str(words, p->dag->name);
    put_count(words, ": ", m->job_count, " job");
    put_count(words, " in ", p->depth, " layer");
    if (m->publish_count)
        put_count(words, ", ", m->publish_count, " published dataset");
    if (m->external_count)
        put_count(words, ", ", m->external_count, " external dataset");
    return end_words(p);
}
