/*
 * Changes documents as their authors and their enemies do: whole lines and blocks, words and
 * references, anchors, nesting; now and then a fresh DAG from a model of one. The bytes that
 * choose, behind the last NUL, are changed as bytes. What is left goes to the fuzzer's own
 * mutations, which are a weak symbol, so that programs without a fuzzer link.
 */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size,
                                 const uint8_t *second, size_t second_size, uint8_t *out,
                                 size_t most, unsigned seed);

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define ANY(from, table) ((table)[choose((from), (uint32_t)COUNT(table))])

enum { ROOM = 1 << 17, SPAN_MOST = 4096 };

/* A document that is being changed; what does not fit is left out. */
struct draft {
    char *ptr;
    size_t len;
    size_t most;
    struct choices from;
};

struct span {
    size_t start;
    size_t end;
};

/* ---- changing bytes --------------------------------------------------------------------- */

static void replace(struct draft *d, struct span span, const char *bytes, size_t len)
{
    size_t gone = span.end - span.start;
    if (d->len - gone + len > d->most)
        return;
    memmove(d->ptr + span.start + len, d->ptr + span.end, d->len - span.end);
    if (len)
        memcpy(d->ptr + span.start, bytes, len);
    d->len = d->len - gone + len;
}

static void insert(struct draft *d, size_t at, const char *text)
{
    replace(d, (struct span){at, at}, text, strlen(text));
}

/* A copy of a part, for what is changed while it is read. */
static size_t take(const struct draft *d, struct span span, char *room)
{
    size_t len = span.end - span.start;
    len = len < SPAN_MOST ? len : SPAN_MOST;
    if (len)
        memcpy(room, d->ptr + span.start, len);
    return len;
}

static void put(struct draft *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put(struct draft *d, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    insert(d, d->len, text);
}

/* ---- finding parts ---------------------------------------------------------------------- */

static size_t somewhere(struct draft *d)
{
    return choose(&d->from, (uint32_t)d->len + 1);
}

/* The line around a place, its line break included. */
static struct span line_at(const struct draft *d, size_t at)
{
    struct span line = {at, at};
    while (line.start > 0 && d->ptr[line.start - 1] != '\n')
        line.start--;
    while (line.end < d->len && d->ptr[line.end] != '\n')
        line.end++;
    line.end += line.end < d->len;
    return line;
}

static struct span some_line(struct draft *d)
{
    return line_at(d, somewhere(d));
}

static size_t indent_of(const struct draft *d, struct span line)
{
    size_t at = line.start;
    while (at < line.end && d->ptr[at] == ' ')
        at++;
    return at - line.start;
}

/* A line and the lines below it that stand deeper. */
static struct span some_block(struct draft *d)
{
    struct span block = some_line(d);
    size_t least = indent_of(d, block);
    while (block.end < d->len) {
        struct span next = line_at(d, block.end);
        if (next.end == next.start || indent_of(d, next) <= least)
            break;
        block.end = next.end;
    }
    return block;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

/* The word at a place, or the next one behind it; empty where there is none. */
static struct span word_at(const struct draft *d, size_t at)
{
    while (at > 0 && at < d->len && is_word(d->ptr[at]) && is_word(d->ptr[at - 1]))
        at--;
    while (at < d->len && !is_word(d->ptr[at]))
        at++;
    struct span word = {at, at};
    while (word.end < d->len && is_word(d->ptr[word.end]))
        word.end++;
    return word;
}

static struct span some_word(struct draft *d)
{
    return word_at(d, somewhere(d));
}

/* What stands behind a colon, up to where a value on the same line ends. */
static struct span some_value(struct draft *d)
{
    size_t at = somewhere(d);
    while (at < d->len && d->ptr[at] != ':')
        at++;
    at += at < d->len;
    while (at < d->len && d->ptr[at] == ' ')
        at++;
    struct span value = {at, at};
    size_t depth = 0;
    for (; value.end < d->len && d->ptr[value.end] != '\n'; value.end++) {
        char c = d->ptr[value.end];
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            break;
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
    }
    return value;
}

/* ---- a model of a DAG ------------------------------------------------------------------- */

static const char *const names[] = {"a",     "b",     "c",  "d",
                                    "job_a", "job-b", "x1", "long_name_of_a_job"};
static const char *const columns[] = {"k", "l", "org_id", "Block_Number", "_x"};
static const char *const runtimes[] = {"lambda", "ecs_platform", "ecs_platform",
                                       "dispatcher"};
static const char *const sources[] = {
    "{kind: manual}",
    "{kind: always_on}",
    "{kind: cron, schedule: rate(5 minutes)}",
    "{kind: cron, schedule: \"*/5 0-6 1,15 JAN-MAR 7\"}",
    "{kind: cron, schedule: 'cron(0 12 ? * MON#2 *)'}",
    "{kind: cron, schedule: 'cron(15 10 L * ? 2026-2030)'}",
    "{kind: webhook, webhook_path: /hooks/a}",
};
static const char *const configs[] = {
    "{}",
    "{chain_id: 10143, pool: monad}",
    "{a: [1, 2.50, -0, 0x1F, null, true], \"b c\": {d: ~, e: \"\\u00e9\\n\"}}",
    "{big: 123456789012345678901234567890, small: 1.5e-300, text: 'it''s'}",
    "{a: &x [1, {b: c}], d: *x , e: {f: *x }}",
};
static const char *const tunings[] = {
    "heartbeat_timeout_seconds: 60",
    "heartbeat_timeout_seconds: 5",
    "max_attempts: 3",
    "max_attempts: 7",
    "priority: bulk",
    "priority: normal",
    "max_queue_depth: 1000",
    "max_queue_depth: 2147483647",
    "max_queue_age: 5m",
    "max_queue_age: 1d2h",
    "max_queue_age: 300s",
    "backpressure_mode: pause",
};
static const char *const fields[] = {
    "activation: source",
    "activation: reactive",
    "runtime: lambda",
    "runtime: ecs_udf",
    "operator: udf",
    "outputs: 0",
    "outputs: 4294967296",
    "inputs: [{from: {job: a, output: 0}, where: {k: v, n: 1, t: true}}]",
    "inputs: []",
    "execution_strategy: PerPartition",
    "update_strategy: append",
    "update_strategy: replace",
    "unique_key: [k]",
    "source: {kind: cron, schedule: '@daily'}",
    "bootstrap: {reset_outputs: true}",
    "bootstrap: {reset_outputs: false}",
    "secrets: [b, a]",
    "secrets: []",
    "timeout_seconds: 60",
    "udf: {bundle_id: b, entrypoint: main.run}",
    "config: {x: |\n        one\n        two\n      }",
    "storage: s3",
    "write_mode: direct",
    "schema: {columns: [{name: k, type: text}], unique: [k], indexes: [[k]]}",
    "from: {dataset: d}",
    "nullable: false",
    "publish: {}",
    "scaling: 1",
    "<<: *a",
    "? [k]",
    "\"name\": x",
};

static bool one_in(struct draft *d, uint32_t n)
{
    return choose(&d->from, n) == 0;
}

/* A field that a job may have, or not, at an indentation. */
static void put_extras(struct draft *d, int indent, bool untrusted)
{
    if (one_in(d, 3))
        put(d, "%*sconfig: %s\n", indent, "", ANY(&d->from, configs));
    if (one_in(d, 4))
        put(d, "%*s%s\n", indent, "", ANY(&d->from, tunings));
    if (one_in(d, 6))
        put(d, "%*stimeout_seconds: %u\n", indent, "", 1 + choose(&d->from, 2000));
    if (untrusted && one_in(d, 4))
        put(d, "%*sudf: {bundle_id: <id>, entrypoint: a.b}\n", indent, "");
    if (!untrusted && one_in(d, 5))
        put(d, "%*ssecrets: [z, A.b-c]\n", indent, "");
}

static void put_inputs(struct draft *d, uint32_t job)
{
    put(d, "    inputs:\n");
    for (uint32_t left = 1 + choose(&d->from, 3); left > 0; left--) {
        if (one_in(d, 6))
            put(d, "      - from: {dataset: %s}\n", one_in(d, 2) ? "ext" : "p0");
        else
            put(d, "      - from: {job: j%u, output: 0}\n", choose(&d->from, job));
        put(d, "        where: {k%u: %s}\n", left, one_in(d, 2) ? "v" : "7");
    }
    put(d, "    execution_strategy: Per%s\n", one_in(d, 2) ? "Update" : "Partition");
}

static void put_job(struct draft *d, uint32_t job)
{
    const char *runtime = ANY(&d->from, runtimes);
    bool source = job == 0 || one_in(d, 4);
    bool append = one_in(d, 3);
    put(d,
        "  - name: j%u\n    activation: %s\n    runtime: %s\n    operator: op\n"
        "    outputs: %u\n",
        job, source ? "source" : "reactive", runtime, 1 + choose(&d->from, 3));
    if (source)
        put(d, "    source: %s\n", ANY(&d->from, sources));
    else
        put_inputs(d, job);
    if (append)
        put(d, "    update_strategy: append\n    unique_key: [k, l]\n");
    else if (!source)
        put(d, "    update_strategy: replace\n");
    put_extras(d, 4, strcmp(runtime, "lambda") == 0);
}

static void put_publish(struct draft *d, uint32_t dataset, uint32_t job)
{
    static const char *const kinds[] = {
        "",
        "    storage: s3\n",
        "    write_mode: direct\n",
        "    write_mode: buffered\n    schema:\n      columns:\n"
        "        - {name: k, type: text, nullable: false}\n"
        "        - {name: l, type: double precision, nullable: no}\n"
        "      unique: [l, k]\n",
        "    storage: postgres\n    write_mode: buffered\n    schema: {columns: [{name: k,"
        " type: uuid, nullable: false}, {name: l, type: json, nullable: false}], unique: [k,"
        " l], indexes: [[l], [l, k]]}\n",
    };
    put(d, "  p%u:\n    from: {job: j%u, output: 0}\n%s", dataset, job,
        ANY(&d->from, kinds));
}

/* Most of these are accepted, or are one fault away from it. */
static void generate(struct draft *d)
{
    uint32_t jobs = 1 + choose(&d->from, 5);
    d->len = 0;
    put(d, "name: %s\n", ANY(&d->from, names));
    if (one_in(d, 3))
        put(d, "defaults:\n  %s\n", ANY(&d->from, tunings));
    put(d, "jobs:\n");
    for (uint32_t job = 0; job < jobs; job++)
        put_job(d, job);
    if (one_in(d, 2))
        return;
    put(d, "publish:\n");
    for (uint32_t dataset = 0, job = choose(&d->from, jobs); job < jobs;
         dataset++, job += 2)
        put_publish(d, dataset, job);
}

/* ---- edits ------------------------------------------------------------------------------ */

static const char *const scalars[] = {
    "null",
    "~",
    "true",
    "False",
    "yes",
    "0",
    "-0",
    "+1",
    "010",
    "0x1F",
    "0o17",
    "0b1",
    "1_000",
    "1.0",
    ".5",
    "1e400",
    "-1.50E-7",
    ".inf",
    "-.INF",
    ".nan",
    "12:30:45",
    "2026-01-02",
    "=",
    "2147483647",
    "2147483648",
    "4294967296",
    "18446744073709551616",
    "''",
    "\"\"",
    "\" \"",
    "\"\\0\"",
    "\"\\x7f\\u2028\\U0001F600\\uD800\"",
    "'a''b'",
    "a b",
    "a: b",
    "a #b",
    "[]",
    "{}",
    "[[]]",
    "{a: }",
    "{a}",
    "\xC3\xA9",
    "e\xCC\x81",
    "\xE2\x80\xA8",
    "\xF0\x9F\x98\x80",
    "\xEF\xBF\xBE",
    "|\n          text\n",
    ">-\n          one\n\n          two\n",
    "|+2\n          x\n\n\n",
    "!!str a",
    "&a x",
    "*a",
    "*a ",
    "5m",
    "90m",
    "1h30m",
    "367d",
    "1.5h",
    "rate(1 day)",
    "rate(0 days)",
    "0 0 30 2 *",
    "cron(0 0 ? * 2#5 *)",
    "60 * * * *",
    "*/5 * * * *",
};
static const char *const tokens[] = {
    "---\n", "...\n", "%YAML 1.2\n", "\xEF\xBB\xBF", "\t",       "\r\n", "\r",   "# c\n",
    " #",    "- ",    "? ",          ": ",           ", ",       "{",    "}",    "[",
    "]",     "\"",    "'",           "&a ",          "*a ",      "!t ",  "|\n",  ">\n",
    "@",     "`",     "\n\n\n",      "<<: ",         "\xC2\x85", "\xFF", "\x01",
};

static void delete_line(struct draft *d)
{
    replace(d, some_line(d), NULL, 0);
}

static void delete_block(struct draft *d)
{
    replace(d, some_block(d), NULL, 0);
}

static void copy_to(struct draft *d, struct span from, size_t to)
{
    char room[SPAN_MOST];
    size_t len = take(d, from, room);
    replace(d, (struct span){to, to}, room, len);
}

static void repeat_block(struct draft *d)
{
    struct span block = some_block(d);
    copy_to(d, block, block.end);
}

static void copy_line(struct draft *d)
{
    struct span line = some_line(d);
    copy_to(d, line, some_line(d).start);
}

static void copy_block(struct draft *d)
{
    struct span block = some_block(d);
    copy_to(d, block, some_line(d).start);
}

static void move_block(struct draft *d)
{
    char room[SPAN_MOST];
    struct span block = some_block(d);
    size_t len = take(d, block, room);
    if (len < block.end - block.start)
        return;
    replace(d, block, NULL, 0);
    size_t at = some_line(d).start;
    replace(d, (struct span){at, at}, room, len);
}

static void indent(struct draft *d)
{
    struct span line = some_line(d);
    size_t indent = indent_of(d, line);
    size_t less = choose(&d->from, 3);
    if (one_in(d, 2))
        insert(d, line.start, one_in(d, 2) ? " " : "  ");
    else if (less <= indent)
        replace(d, (struct span){line.start, line.start + less}, NULL, 0);
}

static void insert_field(struct draft *d)
{
    char text[256];
    struct span line = some_line(d);
    const char *field = one_in(d, 3) ? ANY(&d->from, tunings) : ANY(&d->from, fields);
    snprintf(text, sizeof text, "%*s%s\n", (int)(indent_of(d, line) % 64), "", field);
    insert(d, line.start, text);
}

static void insert_field_in_flow(struct draft *d)
{
    char text[256];
    size_t at = somewhere(d);
    while (at < d->len && d->ptr[at] != '{' && d->ptr[at] != ',')
        at++;
    if (at == d->len)
        return;
    bool open = d->ptr[at] == '{';
    snprintf(text, sizeof text, open ? "%s, " : " %s,",
             one_in(d, 3) ? ANY(&d->from, tunings) : ANY(&d->from, fields));
    insert(d, at + 1, text);
}

static void insert_job(struct draft *d)
{
    struct draft job = {.ptr = (char[SPAN_MOST]){0}, .most = SPAN_MOST, .from = d->from};
    put_job(&job, choose(&job.from, 6));
    d->from = job.from;
    size_t at = some_block(d).end;
    replace(d, (struct span){at, at}, job.ptr, job.len);
}

static void insert_token(struct draft *d)
{
    size_t at = one_in(d, 2) ? some_word(d).start : some_line(d).start;
    insert(d, at, ANY(&d->from, tokens));
}

static void change_value(struct draft *d)
{
    const char *scalar = ANY(&d->from, scalars);
    replace(d, some_value(d), scalar, strlen(scalar));
}

static void change_word(struct draft *d)
{
    const char *text = one_in(d, 2) ? ANY(&d->from, names) : ANY(&d->from, columns);
    replace(d, some_word(d), text, strlen(text));
}

/* References come to name others, and words to stand where others stood. */
static void copy_word(struct draft *d)
{
    char room[SPAN_MOST];
    size_t len = take(d, some_word(d), room);
    replace(d, some_word(d), room, len);
}

static void copy_value(struct draft *d)
{
    char room[SPAN_MOST];
    size_t len = take(d, some_value(d), room);
    replace(d, some_value(d), room, len);
}

/* One letter off, as people type. */
static void misspell(struct draft *d)
{
    struct span word = some_word(d);
    if (word.end - word.start < 2)
        return;
    size_t at = word.start + choose(&d->from, (uint32_t)(word.end - word.start) - 1);
    char swapped = d->ptr[at];
    d->ptr[at] = d->ptr[at + 1];
    d->ptr[at + 1] = swapped;
}

static void change_number(struct draft *d)
{
    char text[32];
    size_t at = somewhere(d);
    while (at < d->len && (d->ptr[at] < '0' || d->ptr[at] > '9'))
        at++;
    struct span number = {at, at};
    while (number.end < d->len && d->ptr[number.end] >= '0' && d->ptr[number.end] <= '9')
        number.end++;
    int len = snprintf(text, sizeof text, "%u",
                       choose(&d->from, one_in(d, 4) ? UINT32_MAX : 70));
    replace(d, number, text, (size_t)len);
}

static void quote(struct draft *d)
{
    const char *mark = one_in(d, 2) ? "'" : "\"";
    struct span word = some_word(d);
    insert(d, word.end, mark);
    insert(d, word.start, mark);
}

/* A value gets an anchor, and another one becomes its alias. */
static void alias(struct draft *d)
{
    char text[16];
    uint32_t name = choose(&d->from, 4);
    struct span value = some_value(d);
    snprintf(text, sizeof text, "&n%u ", name);
    insert(d, value.start, text);
    value = some_value(d);
    snprintf(text, sizeof text, "*n%u ", name);
    replace(d, value, text, strlen(text));
}

static void nest(struct draft *d)
{
    struct span value = some_value(d);
    uint32_t depth = one_in(d, 4) ? 70 : 1 + choose(&d->from, 3);
    bool list = one_in(d, 2);
    for (uint32_t i = 0; i < depth && d->len + 8 <= d->most; i++) {
        insert(d, value.end, list ? "]" : "}");
        insert(d, value.start, list ? "[" : "{a: ");
        value.end += list ? 1 : 4;
    }
}

static void comment(struct draft *d)
{
    char text[32];
    struct span line = some_line(d);
    snprintf(text, sizeof text, "# %u\n", choose(&d->from, 1000));
    insert(d, line.start, text);
}

static void widen(struct draft *d)
{
    struct span word = some_word(d);
    uint32_t times = 1 + choose(&d->from, one_in(d, 8) ? 200 : 4);
    for (uint32_t i = 0; i < times; i++)
        copy_to(d, word, word.end);
}

static void (*const edits[])(struct draft *d) = {
    delete_line, delete_block, repeat_block, copy_line,    copy_block,
    move_block,  indent,       insert_field, insert_field, insert_field_in_flow,
    insert_job,  insert_token, change_value, change_value, change_word,
    copy_word,   copy_word,    copy_value,   misspell,     change_number,
    quote,       alias,        nest,         comment,      widen,
};

/* ---- the fuzzer's side ------------------------------------------------------------------ */

static void mutate_bytes(struct draft *d)
{
    if (LLVMFuzzerMutate && d->len > 0)
        d->len = LLVMFuzzerMutate((uint8_t *)d->ptr, d->len, d->most);
    else
        insert_token(d);
}

static void mutate(struct draft *d)
{
    uint32_t way = choose(&d->from, 16);
    if (way == 0 || d->len == 0)
        generate(d);
    else if (way < 4)
        mutate_bytes(d);
    for (uint32_t left = way < 4 ? 0 : 1 + choose(&d->from, 4); left > 0; left--)
        ANY(&d->from, edits)(d);
}

/* The bytes that choose hold no NUL, so that they stay what they are. */
static size_t mutate_choices(uint8_t *data, size_t size, size_t most,
                             struct choices *from)
{
    if (size < most && (size == 0 || !LLVMFuzzerMutate || choose(from, 2)))
        data[size++] = (uint8_t)(1 + choose(from, 255));
    else if (size > 0 && LLVMFuzzerMutate)
        size = LLVMFuzzerMutate(data, size, most);
    for (size_t i = 0; i < size; i++)
        data[i] = data[i] ? data[i] : 1;
    return size;
}

static struct choices seeded(unsigned seed)
{
    return (struct choices){.state = seed * UINT64_C(0x9E3779B97F4A7C15)};
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    static char room[ROOM];
    static uint8_t tail[256];
    size_t at = fuzz_choices_at(data, size);
    bool has_choices = at > 0 && at <= size && data[at - 1] == 0;
    size_t tail_size = size - at < sizeof tail ? size - at : sizeof tail;
    size_t body = has_choices ? at - 1 : size;
    if (most < 2 || most > ROOM || body > most)
        return LLVMFuzzerMutate ? LLVMFuzzerMutate(data, size, most) : size;
    struct draft d = {room, body, most, seeded(seed)};
    memcpy(room, data, body);
    memcpy(tail, data + at, tail_size);
    if (choose(&d.from, 8) == 0) {
        has_choices = true;
        tail_size = mutate_choices(tail, tail_size, sizeof tail, &d.from);
    } else {
        mutate(&d);
    }
    memcpy(data, d.ptr, d.len);
    size = d.len;
    if (has_choices && size + 1 + tail_size <= most) {
        data[size] = 0;
        memcpy(data + size + 1, tail, tail_size);
        size += 1 + tail_size;
    }
    return size;
}

/* A block of one document goes into another. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size,
                                 const uint8_t *second, size_t second_size, uint8_t *out,
                                 size_t most, unsigned seed)
{
    if (first_size > most || first_size == 0 || second_size == 0)
        return 0;
    memcpy(out, first, first_size);
    struct draft d = {(char *)out, first_size, most, seeded(seed)};
    struct draft other = {(char *)(uintptr_t)second, second_size, second_size, d.from};
    struct span block = some_block(&other);
    d.from = other.from;
    struct span place = choose(&d.from, 2) ? some_block(&d) : some_line(&d);
    if (choose(&d.from, 2))
        place.end = place.start;
    replace(&d, place, other.ptr + block.start, block.end - block.start);
    return d.len;
}
