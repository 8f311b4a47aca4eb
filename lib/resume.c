#include "resume.h"

#include "line.h"

/* ---- one line --------------------------------------------------------------------------- */

/* A line with something on it that is no comment. */
struct line {
    size_t start;
    size_t first; /* its first visible character */
    size_t end;
};

static struct line line_at(const struct td_source *source, size_t at)
{
    struct td_span span = td_source_line_span(source, at);
    size_t start = span.start > source->text ? span.start : source->text;
    struct line line = {start, start, span.end};
    while (line.first < line.end && source->bytes[line.first] == ' ')
        line.first++;
    return line;
}

static uint32_t column_of(const struct line *line)
{
    return (uint32_t)(line->first - line->start);
}

static bool is_empty(const struct td_source *source, const struct line *line)
{
    return line->first == line->end || source->bytes[line->first] == '#' ||
           td_is_break(source->bytes[line->first]);
}

static bool ends_word(const struct td_source *source, size_t at)
{
    return at >= source->size || strchr(" \t\r\n", source->bytes[at]);
}

static bool is_item(const struct td_source *source, const struct line *line)
{
    return source->bytes[line->first] == '-' && ends_word(source, line->first + 1);
}

/* Whether there is a key on the line, or the mark of one; else it is the text of a value. */
static bool has_key(const struct td_source *source, const struct line *line)
{
    return (source->bytes[line->first] == '?' && ends_word(source, line->first + 1)) ||
           td_line_has_colon(source, line->first);
}

/* Whether the value on the line is a block scalar, which its lines are to follow. */
static bool opens_text(const struct td_source *source, const struct line *line)
{
    size_t mark = td_line_rest(source, line->first).end;
    while (mark > line->first && strchr("|>+-123456789", source->bytes[mark - 1]))
        mark--;
    return mark > line->first && strchr("|>", source->bytes[mark]) &&
           source->bytes[mark - 1] == ' ';
}

/* Whether lines that stand further right are this one's own: an item, a key whose value is a block
 * behind it, or what may be one without its colon. */
static bool has_block(const struct td_source *source, const struct line *line)
{
    size_t end = td_line_rest(source, line->first).end;
    return is_item(source, line) || opens_text(source, line) || !has_key(source, line) ||
           source->bytes[end - 1] == ':';
}

/* Behind `---` or `...` another document begins. */
static bool ends_document(const struct td_source *source, const struct line *line)
{
    const char *text = source->bytes + line->first;
    return column_of(line) == 0 && line->end - line->first >= 3 &&
           (memcmp(text, "---", 3) == 0 || memcmp(text, "...", 3) == 0) &&
           ends_word(source, line->first + 3);
}

/* What only brackets end or go on with, and what no indentation can be told of. */
static bool goes_on(const struct td_source *source, const struct line *line)
{
    return strchr("]},\t", source->bytes[line->first]) != NULL;
}

/* ---- lines and open blocks ---------------------------------------------------------------- */

/* A key that is a list or map was judged when it ended: nothing goes on in it. */
static uint32_t depth_without_keys(const struct td_open_stack *open)
{
    for (uint32_t i = 0; i < open->depth_before; i++) {
        if (open->at[i].flow)
            return i;
        if (open->at[i].map && open->at[i].children % 2 == 1)
            return i + 1;
    }
    return open->depth_before;
}

static uint32_t lower(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
    return a < b ? b - a : a - b;
}

/* The list that an item was meant for, by its column: how many lists and maps are open with it; 0
 * when there is none. */
static uint32_t nearest_list(const struct td_open_stack *open, uint32_t depth,
                             uint32_t column)
{
    uint32_t best = 0;
    for (uint32_t i = 0; i < depth; i++) {
        const struct td_open *block = &open->at[i];
        if (!block->map && (best == 0 || distance(block->column, column) <
                                             distance(open->at[best - 1].column, column)))
            best = i + 1;
    }
    return best;
}

/* How many lists and maps are open where the line lines up with one; 0 when it does not. */
static uint32_t level_of(const struct td_source *source, const struct td_open_stack *open,
                         uint32_t depth, const struct line *line)
{
    bool item = is_item(source, line);
    for (uint32_t level = depth; level > 0; level--) {
        const struct td_open *block = &open->at[level - 1];
        if (block->column == column_of(line) && block->map == !item)
            return level;
    }
    return 0;
}

/* Whether the fault lies inside an entry of the block, or in one that begins before it on its
 * line: then the entry is known, and none is lost. */
static bool inside_entry(const struct td_open_stack *open, uint32_t level,
                         const struct line *fault)
{
    const struct td_open *block = &open->at[level - 1];
    bool deeper = open->depth_before > level;
    if (!deeper && !(block->map && block->children % 2 == 1))
        return false;
    size_t begins = deeper ? open->at[level].start : block->last_end;
    return column_of(fault) > block->column || begins >= fault->start;
}

/* The outermost of the blocks that a line at this column may have been an entry of: the nearest
 * one that it is not left of, and those in it. One that stands further right than the innermost is
 * inside an entry. With blocks at 0, 2 and 4:
 *
 *     column of the line    0  1  2  3  4  5
 *     outermost block at    0  0  2  2  4  none
 */
static uint32_t first_unsure(const struct td_open_stack *open, uint32_t level,
                             uint32_t column)
{
    uint32_t first = level;
    while (first > 0 && open->at[first - 1].column >= column)
        first--;
    bool lines_up = first < level && open->at[first].column == column;
    return first > 0 && first < level && !lines_up ? first - 1 : first;
}

/* ---- the line to go on with --------------------------------------------------------------- */

/* A lost line, as far as lines behind it may belong to it. */
struct owner {
    bool any;
    bool item;
    uint32_t column;
};

struct search {
    const struct td_source *source;
    const struct td_open_stack *open;
    struct line fault;
    bool lost_item; /* an item could not be begun */
    bool lost_text; /* the fault is in a text that more lines may be of */
    uint32_t depth; /* of the lists and maps that it may go on in */
    struct owner owner;
    uint32_t least; /* the lowest column of the lines that are lost behind the fault */
};

static struct owner owner_of(const struct td_source *source, const struct line *line)
{
    return (struct owner){has_block(source, line), is_item(source, line),
                          column_of(line)};
}

/* An item that stands too far left does not own the items behind it. */
static bool owns(const struct owner *owner, const struct td_source *source,
                 const struct line *line)
{
    return owner->any && column_of(line) > owner->column &&
           !(owner->item && is_item(source, line));
}

/* An item that could not be begun leaves the one before it open, but the lines behind it are its
 * own: reading goes on in the list, or outside. */
static void leave_item(struct search *s, uint32_t column)
{
    uint32_t list = nearest_list(s->open, s->depth, column);
    s->lost_item = true;
    if (list)
        s->depth = list;
    while (!list && s->depth > 0 && s->open->at[s->depth - 1].column > column)
        s->depth--;
}

/* Whether the fault is a quote that is never closed, or the first line of a block scalar that is
 * not indented. */
static bool is_in_text(const struct td_source *source, const struct line *fault,
                       size_t damage)
{
    if (source->bytes[damage] == '"' || source->bytes[damage] == '\'')
        return true;
    struct line before = *fault;
    while (before.start > source->text) {
        before = line_at(source, before.start - 1);
        if (!is_empty(source, &before))
            return opens_text(source, &before);
    }
    return false;
}

static struct search begin_search(const struct td_source *source,
                                  const struct td_open_stack *open, size_t damage)
{
    struct search s = {.source = source, .open = open, .least = UINT32_MAX};
    s.fault = line_at(source, damage);
    s.depth = depth_without_keys(open);
    s.lost_text = is_in_text(source, &s.fault, damage);
    if (s.depth > 0 && open->at[s.depth - 1].start >= s.fault.start)
        return s; /* reading goes on inside what the line has begun */
    s.owner = owner_of(source, &s.fault);
    if (s.owner.item)
        leave_item(&s, s.owner.column);
    return s;
}

/* How many lists and maps are open at the line, if reading can go on with it; else it is lost. */
static uint32_t try_line(struct search *s, const struct line *line)
{
    if (is_empty(s->source, line) || goes_on(s->source, line) ||
        owns(&s->owner, s->source, line) ||
        (s->lost_text && !is_item(s->source, line) && !has_key(s->source, line)))
        return 0;
    uint32_t level = level_of(s->source, s->open, s->depth, line);
    if (level == 0) {
        s->owner = owner_of(s->source, line);
        if (s->owner.item)
            leave_item(s, s->owner.column);
        s->least = lower(s->least, column_of(line));
    }
    return level;
}

static uint32_t unsure_from(const struct search *s, uint32_t level)
{
    uint32_t column = s->least;
    bool item = s->lost_item && level == s->depth;
    if (item || !inside_entry(s->open, level, &s->fault))
        column =
            lower(column, lower(column_of(&s->fault), s->open->at[level - 1].column));
    return first_unsure(s->open, level, column);
}

static bool next_line(const struct td_source *source, struct line *line)
{
    size_t at = line->end;
    while (at < source->size && source->bytes[at] != '\n')
        at++;
    if (at + 1 >= source->size)
        return false;
    *line = line_at(source, at + 1);
    return !ends_document(source, line);
}

struct td_resume td_resume_find(const struct td_source *source,
                                const struct td_open_stack *open, size_t damage)
{
    struct search s = begin_search(source, open, damage);
    struct line line = s.fault;
    while (next_line(source, &line)) {
        uint32_t level = try_line(&s, &line);
        if (level)
            return (struct td_resume){damage, line.start, level, unsure_from(&s, level)};
    }
    return (struct td_resume){damage, source->size, 0, 0};
}

/* ---- opening blocks again ----------------------------------------------------------------- */

static size_t put(char *out, size_t at, const char *text)
{
    size_t len = strlen(text);
    if (out)
        memcpy(out + at, text, len);
    return at + len;
}

size_t td_resume_opening(const struct td_open_stack *open, uint32_t level, char *out,
                         uint32_t *events)
{
    size_t size = 0;
    *events = 0;
    for (uint32_t i = 0; i < level; i++) {
        const struct td_open *block = &open->at[i];
        bool last = i + 1 == level;
        if (out)
            memset(out + size, ' ', block->column);
        size += block->column;
        size = put(out, size, block->map ? "x:" : "-");
        size = put(out, size, last ? " ''\n" : "\n");
        *events += 1U + (block->map ? 1 : 0) + (last ? 1 : 0);
    }
    return size;
}
