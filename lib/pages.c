/* The pages of all codes, and how they are written. A page is a row of a pages_*.def, in the
 * order of codes. */
#include "pages.h"

#include "utf8.h"

/* ---- the table -------------------------------------------------------------------------- */

/* Name, severity and rule stand in the table of codes alone. */
#define HEAD(constant, number, level, name, rule) \
    static const char name_##constant[] = name; \
    static const char rule_##constant[] = rule; \
    enum { severity_##constant = TRACEDAG_SEVERITY_##level };
TRACEDAG_CODE_LIST(HEAD)
#undef HEAD

/* clang-format off */
#define TEXT(words) {words, sizeof(words) - 1}

#define PAGE(constant, ...) \
    {.code = TRACEDAG_CODE_##constant, \
     .severity = severity_##constant, \
     .name = TEXT(name_##constant), \
     .rule = TEXT(rule_##constant), \
     __VA_ARGS__},
#define WHY(words) .why = TEXT(words),
#define BASELINE(entry) .baseline = TEXT(entry),
#define CATALOG(document) .catalog = TEXT(document),
#define OF_CATALOG .of_catalog = 1,
#define BAD(document) .bad = TEXT(document),
#define SAYS(words) .message = TEXT(words),
#define ADVICE(words) .advice = TEXT(words),
#define GOOD(document) .good = TEXT(document)
#define UNDER(constant, word, value) \
    .limit = TRACEDAG_LIMIT_##constant, \
    .limit_value = (value), \
    .option = TEXT("--limit " word "=" #value),

/* What many examples begin with: each is a whole document, and short. */
#define DEMO \
    "name: demo\n" \
    "jobs:\n"
/* What documents begin with that are judged together. */
#define NAMED(dag) \
    "name: " dag "\n" \
    "jobs:\n"
/* A DAG but for its beginning, which makes one dataset of another. */
#define COPY(from, to) \
    "  - name: copy\n" \
    "    activation: reactive\n" \
    "    runtime: ecs_platform\n" \
    "    operator: copier\n" \
    "    outputs: 1\n" \
    "    execution_strategy: PerUpdate\n" \
    "    update_strategy: replace\n" \
    "    inputs:\n" \
    "      - from: { dataset: " from " }\n" \
    "publish:\n" \
    "  " to ": { from: { job: copy, output: 0 } }\n"
/* What documents begin with that are judged together. */
#define NAMED(dag) \
    "name: " dag "\n" \
    "jobs:\n"
/* A DAG but for its beginning, which makes one dataset of another. */
#define COPY(from, to) \
    "  - name: copy\n" \
    "    activation: reactive\n" \
    "    runtime: ecs_platform\n" \
    "    operator: copier\n" \
    "    outputs: 1\n" \
    "    execution_strategy: PerUpdate\n" \
    "    update_strategy: replace\n" \
    "    inputs:\n" \
    "      - from: { dataset: " from " }\n" \
    "publish:\n" \
    "  " to ": { from: { job: copy, output: 0 } }\n"
/* A whole job, which reads nothing and is not read. */
#define TIDY \
    "  - name: tidy\n" \
    "    activation: source\n" \
    "    runtime: dispatcher\n" \
    "    operator: cleanup\n" \
    "    outputs: 0\n" \
    "    source: { kind: manual }\n"
/* A whole job with an output to read. */
#define TICK \
    "  - name: tick\n" \
    "    activation: source\n" \
    "    runtime: dispatcher\n" \
    "    operator: trigger\n" \
    "    outputs: 1\n" \
    "    source: { kind: manual }\n"
/* A job that still lacks its inputs. */
#define LOAD \
    "  - name: load\n" \
    "    activation: reactive\n" \
    "    runtime: ecs_platform\n" \
    "    operator: loader\n" \
    "    outputs: 0\n" \
    "    execution_strategy: PerUpdate\n" \
    "    inputs:\n"
/* A whole job with an output to publish. */
#define BLOCKS \
    "  - name: blocks\n" \
    "    activation: source\n" \
    "    runtime: ecs_platform\n" \
    "    operator: follower\n" \
    "    outputs: 1\n" \
    "    source: { kind: always_on }\n" \
    "    update_strategy: append\n" \
    "    unique_key: [id]\n"
/* A dataset that may still say how it is kept. */
#define PUBLISH \
    "publish:\n" \
    "  block_rows:\n" \
    "    from: { job: blocks, output: 0 }\n"
/* A document that still lacks its schedule. */
#define CRON \
    DEMO \
    "  - name: tidy\n" \
    "    activation: source\n" \
    "    runtime: dispatcher\n" \
    "    operator: cleanup\n" \
    "    outputs: 0\n" \
    "    source:\n" \
    "      kind: cron\n"

static const tracedag_page pages[] = {
#include "pages_text.def"
#include "pages_limits.def"
#include "pages_shape.def"
#include "pages_jobs.def"
#include "pages_graph.def"
#include "pages_publish.def"
#include "pages_trust.def"
#include "pages_schedules.def"
#include "pages_habits.def"
#include "pages_together.def"
};
/* clang-format on */

#define PLACE(constant, number, level, name, rule) place_##constant,
enum { TRACEDAG_CODE_LIST(PLACE) code_count };
#undef PLACE
static_assert(TD_COUNT(pages) == code_count, "each code has a page");

const tracedag_page *td_page_find(uint32_t code)
{
    for (size_t i = 0; i < TD_COUNT(pages); i++)
        if (pages[i].code == code)
            return &pages[i];
    return NULL;
}

/* ---- writing ---------------------------------------------------------------------------- */

enum { COLUMNS = 80 };

static struct td_str str(tracedag_text text)
{
    return (struct td_str){text.ptr, text.len};
}

static size_t columns_of(struct td_str text)
{
    size_t columns = 0;
    size_t used;
    for (size_t at = 0; at < text.len; at += used)
        columns += td_utf8_width(td_utf8_next(text.ptr + at, text.len - at, &used));
    return columns;
}

/* Takes what stands before `end`, which is dropped, or all, from the front of a text. */
static struct td_str take(struct td_str *text, char end)
{
    const char *found = memchr(text->ptr, end, text->len);
    struct td_str front = {text->ptr, found ? (size_t)(found - text->ptr) : text->len};
    size_t gone = front.len + (found != NULL);
    *text = (struct td_str){text->ptr + gone, text->len - gone};
    return front;
}

/* Writes words behind `at` columns of a line, and goes to the next where one has no room. */
static void put_filled(struct td_buf *out, struct td_str text, size_t at)
{
    while (text.len > 0) {
        struct td_str word = take(&text, ' ');
        size_t width = columns_of(word);
        bool fits = at + 1 + width <= COLUMNS;
        if (at > 0)
            td_buf_byte(out, fits ? ' ' : '\n');
        at = (at > 0 && fits ? at + 1 : 0) + width;
        td_buf_str(out, word);
    }
    td_buf_byte(out, '\n');
}

bool td_page_show(struct td_str document, struct td_buf *out)
{
    bool all_seen = true;
    size_t used;
    for (size_t at = 0; at < document.len; at += used) {
        uint32_t c = td_utf8_next(document.ptr + at, document.len - at, &used);
        bool is_byte = c == TD_UTF8_REPLACEMENT && used == 1;
        if (c == '\n' || !(is_byte || td_utf8_hidden(c))) {
            td_buf_put(out, document.ptr + at, used);
            continue;
        }
        assert(c <= 0xFFFF); /* no example has one beyond */
        td_buf_text(out, is_byte ? "<" : "<U+");
        td_buf_hex(out, is_byte ? (unsigned char)document.ptr[at] : c, is_byte ? 2 : 4,
                   true);
        td_buf_byte(out, '>');
        all_seen = false;
    }
    return all_seen;
}

/* How many lines of a document are `line`. */
static size_t count_line(struct td_str document, struct td_str line)
{
    size_t count = 0;
    while (document.len > 0)
        count += td_str_eq(take(&document, '\n'), line);
    return count;
}

/* Writes a document, with a mark at each line that the other one has not, or not so often;
 * false where something in it cannot be seen. */
static bool put_document(struct td_buf *out, struct td_str document, struct td_str other)
{
    bool all_seen = true;
    struct td_str rest = document;
    while (rest.len > 0) {
        struct td_str line = take(&rest, '\n');
        struct td_str so_far = {document.ptr, document.len - rest.len};
        bool is_new = count_line(so_far, line) > count_line(other, line);
        td_buf_text(out, is_new ? "  > " : "    ");
        all_seen &= td_page_show(line, out);
        td_buf_byte(out, '\n');
    }
    return all_seen;
}

static void put_title(struct td_buf *out, const char *title, const tracedag_page *page)
{
    td_buf_text(out, title);
    if (page->of_catalog)
        td_buf_text(out, " catalog");
    if (page->option.len > 0) {
        td_buf_text(out, ", with ");
        td_buf_str(out, str(page->option));
    }
    td_buf_text(out, ":\n\n");
}

/* The entry that the baseline has when the bad example is read. */
static void put_baseline(struct td_buf *out, struct td_str entry)
{
    if (entry.len == 0)
        return;
    td_buf_text(out, "In the baseline:\n\n    ");
    td_buf_str(out, entry);
    td_buf_byte(out, '\n');
}

/* The catalog that both examples are judged by. */
static void put_catalog(struct td_buf *out, struct td_str catalog)
{
    if (catalog.len == 0)
        return;
    td_buf_text(out, "With the catalog:\n\n");
    while (catalog.len > 0) {
        td_buf_text(out, "    ");
        td_buf_str(out, take(&catalog, '\n'));
        td_buf_byte(out, '\n');
    }
    td_buf_byte(out, '\n');
}

static void put_example(struct td_buf *out, const char *title, const tracedag_page *page,
                        struct td_str document, struct td_str other)
{
    put_title(out, title, page);
    if (!put_document(out, document, other))
        td_buf_text(out,
                    "\n<U+2028> stands for a character that cannot be seen, <E9> for "
                    "a byte that is\nnot UTF-8.\n");
}

static const char *const severity_words[] = {
    [TRACEDAG_SEVERITY_ERROR] = "error",
    [TRACEDAG_SEVERITY_WARNING] = "warning",
    [TRACEDAG_SEVERITY_NOTE] = "note",
};

/* The first line of the finding, as a report has it. */
static void put_message(struct td_buf *out, const tracedag_page *page)
{
    size_t start = out->len;
    td_buf_text(out, severity_words[page->severity]);
    td_buf_text(out, "[TD");
    td_buf_number(out, page->code);
    td_buf_text(out, "]:");
    put_filled(out, str(page->message), out->len - start);
}

void td_page_write(const tracedag_page *page, struct td_buf *out)
{
    td_buf_text(out, "TD");
    td_buf_number(out, page->code);
    td_buf_byte(out, ' ');
    td_buf_str(out, str(page->name));
    td_buf_text(out, " (");
    td_buf_text(out, severity_words[page->severity]);
    td_buf_text(out, ")\nRule:");
    put_filled(out, str(page->rule), sizeof "Rule:" - 1);
    td_buf_byte(out, '\n');
    put_filled(out, str(page->why), 0);
    td_buf_byte(out, '\n');
    put_baseline(out, str(page->baseline));
    put_catalog(out, str(page->catalog));
    put_example(out, "Bad", page, str(page->bad), str(page->good));
    td_buf_byte(out, '\n');
    put_message(out, page);
    td_buf_byte(out, '\n');
    put_filled(out, str(page->advice), 0);
    td_buf_byte(out, '\n');
    put_example(out, "Good", page, str(page->good), str(page->bad));
}
