/*
 * Each limit at its boundary: one below it and the limit itself are accepted, one above is
 * refused by its own code and by nothing else. Documents are made with an exact amount.
 */
#include "api.h"
#include "calls.h"

#include <inttypes.h>
#include <stdio.h>

struct row {
    const char *name;
    uint32_t limit;
    uint32_t code;
    void (*make)(struct text *out, size_t amount, size_t limit);
    uint64_t lowered;
    uint64_t standard; /* the default, where such a document is affordable */
    uint64_t scale;    /* the amount at the limit, divided by the limit; 0 for 1 */
};

/* ---- documents with an exact amount ----------------------------------------------------- */

static void make_bytes(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s#", one_job);
    put_times(out, "x", amount - out->len);
}

static void make_depth_in_flow(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: ", one_job); /* the map of `config` is at depth 4 */
    put_times(out, "[", amount - 4);
    put_times(out, "]", amount - 4);
    put(out, "}\n");
}

static void make_depth_in_block(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config:\n", one_job);
    for (size_t depth = 4; depth <= amount; depth++) {
        put_times(out, " ", depth + 2);
        put(out, depth == amount ? "x: 1\n" : "x:\n");
    }
}

static void make_depth_of_lists_in_block(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config:\n      x:\n        ", one_job);
    put_times(out, "- ", amount - 4);
    put(out, "1\n");
}

/* The alias stands at depth 5 and its value is amount - 4 levels high. */
static void make_depth_by_alias(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: &x ", one_job);
    put_times(out, "[", amount - 5);
    put_times(out, "]", amount - 5);
    put(out, ", b: [*x]}\n");
}

/* An alias of a value that holds an alias of its own: heights add up. */
static void make_depth_by_two_aliases(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: &x ", one_job);
    put_times(out, "[", amount - 7);
    put_times(out, "]", amount - 7);
    put(out, ", b: &y [*x], z: [[*y]]}\n");
}

enum { NODES_BEFORE_CONFIG = 20 };

static void make_nodes(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: [", one_job);
    put_times(out, "1,", amount - NODES_BEFORE_CONFIG - 4);
    put(out, "]}\n");
}

enum { NODES_BESIDE_ALIASES = 26 };

static void make_nodes_by_alias(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: &a 1, b: [", one_job);
    put_times(out, "*a ,", amount - NODES_BESIDE_ALIASES);
    put(out, "]}\n");
}

/* Only where the alias stands for its list are there more than the limit. */
static void make_nodes_behind_an_alias(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: &a [1], b: [*a ,", one_job);
    put_times(out, "1,", amount - NODES_BESIDE_ALIASES - 3);
    put(out, "]}\n");
}

static void make_blanks(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x:", one_job);
    put_times(out, " ", amount);
    put(out, "1}\n");
}

static void make_blank_lines(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s#", one_job);
    put_times(out, "\n", amount);
    put(out, "# end\n");
}

static void make_blanks_of_all_kinds(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: \"a", one_job);
    for (size_t i = 0; i < amount;) { /* the last line needs its indentation */
        const char *piece = amount - i >= 16 ? " \t\r\n" : " ";
        put(out, "%s", piece);
        i += strlen(piece);
    }
    put(out, "b\"}\n");
}

static void make_escaped_blanks(struct text *out, size_t amount, size_t limit)
{
    static const char *const kinds[] = {"\\x20", "\\t", "\\n", "\\r", "\\u0020"};
    (void)limit;
    put(out, "%s    config: {x: \"a", one_job);
    for (size_t i = 0; i < amount; i++)
        put(out, "%s", kinds[i % 5]);
    put(out, "b\"}\n");
}

/* Half of the run is written, half comes from escapes: neither half alone is too long. */
static void make_half_escaped_blanks(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: \"a", one_job);
    put_times(out, " ", amount / 2);
    put_times(out, "\\x20", amount - amount / 2);
    put(out, "b\"}\n");
}

static void make_quoted(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: \"", one_job);
    put_times(out, "y", amount);
    put(out, "\"}\n");
}

/* Escapes make the text shorter than its spelling: what counts is the text. */
static void make_escaped(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: \"", one_job);
    put_times(out, "\\x41", amount);
    put(out, "\"}\n");
}

static void make_plain(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {x: ", one_job);
    put_times(out, "y", amount);
    put(out, "}\n");
}

static void make_literal(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config:\n      x: |-\n        ", one_job);
    put_times(out, "y", amount / 2);
    put(out, "\n        ");
    put_times(out, "y", amount - amount / 2 - 1);
    put(out, "\n");
}

static void make_key(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config: {", one_job);
    put_times(out, "k", amount);
    put(out, ": 1}\n");
}

/* As many nodes as asked for by aliases of a hundred nodes and of one, and enough nodes
 * written that the ratio is out of the way. */
static void make_alias_nodes(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "%s    config:\n      one: &one 1\n      many: &many [", one_job);
    put_times(out, "1,", 99);
    put(out, "]\n      rest: [");
    put_times(out, "1,", amount / 5);
    put(out, "]\n      b: [");
    put_times(out, "*many ,", amount / 100);
    put_times(out, "*one ,", amount % 100);
    put(out, "]\n");
}

static void make_alias_ratio(struct text *out, size_t amount, size_t limit)
{
    make_nodes_by_alias(out, NODES_BESIDE_ALIASES + amount, limit);
}

enum { RATIO_BYTES = 120000 }; /* the size of the document of make_alias_bytes() */

/* Forty aliases: all but the last of one text, the last of another that makes the sum exact. */
static void put_alias_bytes(struct text *out, size_t amount)
{
    size_t each = amount / 40;
    put(out, "%s    config:\n      x: &x ", one_job);
    put_times(out, "x", each);
    put(out, "\n      b: &y ");
    put_times(out, "y", amount - 39 * each);
    put(out, "\n      z: [");
    put_times(out, "*x ,", 39);
    put(out, "*y ]\n#");
}

static void make_alias_bytes(struct text *out, size_t amount, size_t limit)
{
    size_t size = limit == 10 ? RATIO_BYTES : 2 * 1024 * 1024;
    put_alias_bytes(out, amount);
    ck_assert_uint_lt(out->len, size);
    put_times(out, "#", size - out->len);
}

static void make_jobs(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "name: d\njobs:\n");
    for (size_t i = 0; i < amount; i++)
        put(out, "  - {name: j%zu, outputs: 0, " SOURCE_JOB "}\n", i);
}

static void put_reader(struct text *out, size_t number)
{
    put(out,
        "  - name: r%zu\n    activation: reactive\n    runtime: ecs_platform\n"
        "    operator: op\n    outputs: 0\n    execution_strategy: PerUpdate\n"
        "    inputs:\n",
        number);
}

/* At most `each` inputs a job. */
static void put_readers(struct text *out, size_t amount, size_t each)
{
    put(out, "name: d\njobs:\n");
    for (size_t i = 0; i < amount; i++) {
        if (i % each == 0)
            put_reader(out, i / each);
        put(out, "      - from: {dataset: d%zu}\n", i % each);
    }
}

static void make_edges(struct text *out, size_t amount, size_t limit)
{
    put_readers(out, amount, limit > 1000 ? 1000 : 3);
}

static void make_inputs(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put_readers(out, amount, amount);
}

static void make_publishes(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "name: d\njobs:\n");
    for (size_t i = 0; i * 1024 < amount; i++)
        put(out, "  - {name: j%zu, outputs: 1024, " SOURCE_JOB "}\n", i);
    put(out, "publish:\n");
    for (size_t i = 0; i < amount; i++)
        put(out, "  p%zu: {from: {job: j%zu, output: %zu}}\n", i, i / 1024, i % 1024);
}

static void put_items(struct text *out, size_t count)
{
    put(out, "[");
    for (size_t i = 0; i < count; i++)
        put(out, "%sn%zu", i ? ", " : "", i);
    put(out, "]");
}

static void put_names(struct text *out, const char *field, size_t count)
{
    put(out, "%s: ", field);
    put_items(out, count);
}

static void make_keys(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "name: d\njobs:\n  - {name: a, outputs: 1, update_strategy: append, ");
    put_names(out, "unique_key", amount);
    put(out, ", " SOURCE_JOB "}\n");
}

static void make_secrets(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "name: d\njobs:\n  - {name: a, outputs: 0, ");
    put_names(out, "secrets", amount);
    put(out, ", " SOURCE_JOB "}\n");
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A buffered dataset, up to its indexes. */
static void put_table(struct text *out, size_t columns, size_t key, size_t unique)
{
    make_keys(out, key, 0);
    put(out, "publish:\n  p:\n    from: {job: a, output: 0}\n    write_mode: buffered\n"
             "    schema:\n      columns:\n");
    for (size_t i = 0; i < columns; i++)
        put(out, "        - {name: n%zu, type: text, nullable: false}\n", i);
    put(out, "      ");
    put_names(out, "unique", unique);
    put(out, "\n");
}

static void make_columns(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put_table(out, amount, 1, 1);
}

/* Only `unique` itself is above the limit, so that its own check must answer. */
static void make_unique(struct text *out, size_t amount, size_t limit)
{
    put_table(out, least(amount, limit), least(amount, limit), amount);
}

static void make_indexes(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put_table(out, 1, 1, 1);
    put(out, "      indexes: [");
    put_times(out, "[n0],", amount);
    put(out, "]\n");
}

static void make_index(struct text *out, size_t amount, size_t limit)
{
    put_table(out, least(amount, limit), 1, 1);
    put(out, "      indexes: [[n0], ");
    put_items(out, amount);
    put(out, "]\n");
}

static void make_where(struct text *out, size_t amount, size_t limit)
{
    (void)limit;
    put(out, "name: d\njobs:\n");
    put_reader(out, 0);
    put(out, "      - from: {dataset: d}\n        where: {");
    for (size_t i = 0; i < amount; i++)
        put(out, "%sf%zu: %zu", i ? ", " : "", i, i);
    put(out, "}\n");
}

/* ---- the table -------------------------------------------------------------------------- */

enum { KIB = 1024, MIB = 1024 * 1024 };

#define L(limit, code) TRACEDAG_LIMIT_##limit, TRACEDAG_CODE_LIMIT_##code
#define BLANKS TRACEDAG_LIMIT_BLANK_RUN, TRACEDAG_CODE_BLANK_RUN

/* clang-format off */
static const struct row rows[] = {
    {"input bytes", L(INPUT_BYTES, SIZE), make_bytes, 500, MIB, 0},
    {"depth in flow", L(DEPTH, DEPTH), make_depth_in_flow, 9, 64, 0},
    {"depth in block", L(DEPTH, DEPTH), make_depth_in_block, 9, 64, 0},
    {"depth of lists in block", L(DEPTH, DEPTH), make_depth_of_lists_in_block, 9, 64, 0},
    {"depth by an alias", L(DEPTH, DEPTH), make_depth_by_alias, 9, 64, 0},
    {"depth by two aliases", L(DEPTH, DEPTH), make_depth_by_two_aliases, 12, 64, 0},
    {"nodes", L(NODES, NODES), make_nodes, 100, 262144, 0},
    {"nodes by aliases", L(NODES, NODES), make_nodes_by_alias, 100, 0, 0},
    {"nodes behind an alias", L(NODES, NODES), make_nodes_behind_an_alias, 100, 0, 0},
    {"blanks", BLANKS, make_blanks, 16, KIB, 0},
    {"blank lines", BLANKS, make_blank_lines, 17, KIB, 0},
    {"blanks of all kinds", BLANKS, make_blanks_of_all_kinds, 30, KIB, 0},
    {"escaped blanks", BLANKS, make_escaped_blanks, 16, KIB, 0},
    {"half escaped blanks", BLANKS, make_half_escaped_blanks, 16, KIB, 0},
    {"quoted text", L(SCALAR_BYTES, SCALAR), make_quoted, 64, 64 * KIB, 0},
    {"escaped text", L(SCALAR_BYTES, SCALAR), make_escaped, 64, 64 * KIB, 0},
    {"plain text", L(SCALAR_BYTES, SCALAR), make_plain, 64, 64 * KIB, 0},
    {"literal text", L(SCALAR_BYTES, SCALAR), make_literal, 64, 64 * KIB, 0},
    {"key", L(KEY_BYTES, SCALAR), make_key, 32, 512, 0},
    {"alias nodes", L(ALIAS_NODES, ALIASES), make_alias_nodes, 250, 100000, 0},
    {"alias ratio", L(ALIAS_NODE_RATIO, ALIASES), make_alias_ratio, 3, 10, NODES_BESIDE_ALIASES},
    {"alias bytes", L(ALIAS_BYTE_RATIO, ALIASES), make_alias_bytes, 1, 0, 2 * MIB},
    {"alias bytes", L(ALIAS_BYTE_RATIO, ALIASES), make_alias_bytes, 10, 10, RATIO_BYTES},
    {"jobs", L(JOBS, COUNT), make_jobs, 5, 10000, 0},
    {"edges", L(EDGES, COUNT), make_edges, 10, 100000, 0},
    {"publishes", L(PUBLISHES, COUNT), make_publishes, 5, 10000, 0},
    {"inputs of a job", L(INPUTS_PER_JOB, COUNT), make_inputs, 5, KIB, 0},
    {"unique_key", L(LIST_ITEMS, COUNT), make_keys, 5, KIB, 0},
    {"secrets", L(LIST_ITEMS, COUNT), make_secrets, 5, KIB, 0},
    {"columns", L(LIST_ITEMS, COUNT), make_columns, 5, KIB, 0},
    {"unique", L(LIST_ITEMS, COUNT), make_unique, 5, KIB, 0},
    {"indexes", L(LIST_ITEMS, COUNT), make_indexes, 5, KIB, 0},
    {"an index", L(LIST_ITEMS, COUNT), make_index, 5, KIB, 0},
    {"where", L(WHERE_ENTRIES, COUNT), make_where, 5, 64, 0},
};
/* clang-format on */

enum { ROWS = sizeof rows / sizeof *rows };

/* Other limits out of the way; the one at hand stays at its default. */
static tracedag_options *roomy(uint32_t but)
{
    static const struct {
        uint32_t limit;
        uint64_t value;
    } raised[] = {
        {TRACEDAG_LIMIT_INPUT_BYTES, 64 * MIB},      {TRACEDAG_LIMIT_NODES, 16 * MIB},
        {TRACEDAG_LIMIT_HEAP_BYTES, 1024 * MIB},     {TRACEDAG_LIMIT_SCALAR_BYTES, MIB},
        {TRACEDAG_LIMIT_CANONICAL_BYTES, 256 * MIB},
    };
    tracedag_options *options = tracedag_options_new();
    for (size_t i = 0; i < sizeof raised / sizeof *raised; i++) {
        if (raised[i].limit != but)
            set_limit(options, raised[i].limit, raised[i].value);
    }
    return options;
}

static void expect_refused(const struct row *row, const struct text *document,
                           const tracedag_options *options, size_t amount)
{
    tracedag_report *report = must_reject(document->ptr, document->len, options);
    for (size_t i = 0; tracedag_report_finding(report, i); i++) {
        const tracedag_finding *f = tracedag_report_finding(report, i);
        ck_assert_msg(f->code == row->code, "%s at %zu: TD%u %.*s", row->name, amount,
                      f->code, (int)f->message.len, f->message.ptr);
        ck_assert_uint_le(f->start.byte, f->end.byte);
        ck_assert_uint_le(f->end.byte, document->len);
    }
    tracedag_report_unref(report);
}

static void expect_accepted(const struct row *row, const struct text *document,
                            const tracedag_options *options, size_t amount)
{
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_status status =
        tracedag_check(document->ptr, document->len, options, &dag, &report);
    const tracedag_finding *f = tracedag_report_finding(report, 0);
    ck_assert_msg(status == TRACEDAG_OK, "%s at %zu: status %d, TD%u %.*s", row->name,
                  amount, status, f ? f->code : 0, f ? (int)f->message.len : 0,
                  f ? f->message.ptr : "");
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
}

static void check_boundary(const struct row *row, tracedag_options *options,
                           uint64_t limit)
{
    size_t boundary = (size_t)(limit * (row->scale ? row->scale : 1));
    for (size_t amount = boundary - 1; amount <= boundary + 1; amount++) {
        struct text document = {NULL, 0, 0};
        row->make(&document, amount, (size_t)limit);
        if (amount <= boundary)
            expect_accepted(row, &document, options, amount);
        else
            expect_refused(row, &document, options, amount);
        drop(&document);
    }
    tracedag_options_unref(options);
}

START_TEST(test_lowered)
{
    tracedag_options *options = roomy(0);
    set_limit(options, rows[_i].limit, rows[_i].lowered);
    check_boundary(&rows[_i], options, rows[_i].lowered);
}
END_TEST

START_TEST(test_standard)
{
    if (rows[_i].standard)
        check_boundary(&rows[_i], roomy(rows[_i].limit), rows[_i].standard);
}
END_TEST

/* NULL options are the same limits as options that nobody touched. */
START_TEST(test_null_options_have_limits)
{
    static const char *const affordable[] = {"input bytes", "depth in flow", "blanks",
                                             "quoted text", "key",           "unique_key",
                                             "where",       "nodes"};
    bool known = rows[_i].standard && rows[_i].scale == 0;
    bool wanted = false;
    for (size_t i = 0; i < sizeof affordable / sizeof *affordable; i++)
        wanted = wanted || strcmp(rows[_i].name, affordable[i]) == 0;
    if (known && wanted)
        check_boundary(&rows[_i], NULL, rows[_i].standard);
}
END_TEST

START_TEST(test_depth_at_the_ceiling)
{
    const struct row row = {"depth", L(DEPTH, DEPTH), make_depth_in_flow, 0, 0, 0};
    const struct row block = {"depth", L(DEPTH, DEPTH), make_depth_in_block, 0, 0, 0};
    check_boundary(&row, with_limit(TRACEDAG_LIMIT_DEPTH, 256), 256);
    check_boundary(&block, with_limit(TRACEDAG_LIMIT_DEPTH, 256), 256);
}
END_TEST

/* A scalar is no level: its alias may stand where nesting has reached the limit. */
START_TEST(test_alias_of_a_scalar_at_the_deepest_level)
{
    struct text document = {NULL, 0, 0};
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_DEPTH, 6);
    put(&document, "%s    config: {x: &x 1, b: [[*x]]}\n", one_job);
    tracedag_dag_unref(must_accept(document.ptr, document.len, options));
    drop(&document);
    put(&document, "%s    config: {x: &x [], y: [[*x]]}\n", one_job);
    tracedag_report *report = must_reject(document.ptr, document.len, options);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_LIMIT_DEPTH), 1);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

/* Below 1 MiB what aliases add is fine whatever the ratio says. */
START_TEST(test_alias_bytes_that_are_always_fine)
{
    const struct row row = {"alias bytes", L(ALIAS_BYTE_RATIO, ALIASES), NULL, 0, 0, 0};
    tracedag_options *options = roomy(0);
    set_limit(options, TRACEDAG_LIMIT_ALIAS_BYTE_RATIO, 1);
    for (size_t amount = MIB - 1; amount <= MIB + 1; amount++) {
        struct text document = {NULL, 0, 0};
        put_alias_bytes(&document, amount);
        if (amount <= MIB)
            expect_accepted(&row, &document, options, amount);
        else
            expect_refused(&row, &document, options, amount);
        drop(&document);
    }
    tracedag_options_unref(options);
}
END_TEST

/* Keys of an aliased map count as nodes and as bytes. */
START_TEST(test_alias_of_a_map_adds_its_keys)
{
    struct text document = {NULL, 0, 0};
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_ALIAS_NODES, 6);
    put(&document, "%s    config: {x: &x {k: 1}, y: [*x , *x ]}\n", one_job);
    tracedag_dag_unref(must_accept(document.ptr, document.len, options));
    set_limit(options, TRACEDAG_LIMIT_ALIAS_NODES, 5);
    tracedag_report *report = must_reject(document.ptr, document.len, options);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_LIMIT_ALIASES), 1);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

/* What stands for other aliases counts with all their bytes. */
START_TEST(test_alias_bytes_behind_aliases)
{
    struct text document = {NULL, 0, 0};
    tracedag_options *options = roomy(0);
    set_limit(options, TRACEDAG_LIMIT_ALIAS_BYTE_RATIO, 1);
    put(&document, "%s    config:\n      x: &x ", one_job);
    put_times(&document, "x", 60000);
    put(&document, "\n      b: &y [*x , *x , *x , *x ]\n      z: [*y , *y , *y ]\n");
    tracedag_dag_unref(
        must_accept(document.ptr, document.len, options)); /* 960,000 bytes */
    put(&document,
        "      zz: [*y ]\n"); /* 1,200,000: more than 1 MiB and than the document */
    tracedag_report *report = must_reject(document.ptr, document.len, options);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_LIMIT_ALIASES), 1);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

/* Text that is read in large pieces has no place where a run is missed. */
START_TEST(test_blanks_anywhere_in_a_long_line)
{
    enum { LIMIT = 100, PLACES = 260 };
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_BLANK_RUN, LIMIT);
    for (size_t place = 0; place < PLACES; place += 13) {
        struct text document = {NULL, 0, 0};
        put(&document, "%s    config: {x: \"a", one_job);
        put_times(&document, "a", place);
        put_times(&document, " ", LIMIT + 1);
        put_times(&document, "b", PLACES);
        put(&document, "\"}\n");
        tracedag_report *report = must_reject(document.ptr, document.len, options);
        ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_BLANK_RUN), 1);
        tracedag_report_unref(report);
        drop(&document);
    }
    tracedag_options_unref(options);
}
END_TEST

/* A pointer has at most 1,024 bytes; what lies deeper is told by the value around it. */
START_TEST(test_pointers_end_at_their_most_bytes)
{
    enum { MOST = 1024, FIRST = 500 };
    for (size_t length = MOST - 1; length <= MOST + 1; length++) {
        struct text document = {NULL, 0, 0};
        put(&document, "%s    config: {", one_job);
        put_times(&document, "k", FIRST);
        put(&document, ": {");
        put_times(&document, "k", length - FIRST - strlen("/jobs/0/config//"));
        put(&document, ": .nan}}\n");
        tracedag_report *report = must_reject(document.ptr, document.len, NULL);
        const tracedag_finding *finding = tracedag_report_finding(report, 0);
        ck_assert_uint_eq(finding->pointer.len,
                          length <= MOST ? length : FIRST + strlen("/jobs/0/config/"));
        tracedag_report_unref(report);
        drop(&document);
    }
}
END_TEST

/* A thousand findings at the end of a path of short keys, in a document of so many bytes. */
static size_t longest_pointer(size_t size)
{
    enum { FINDINGS = 1000, LEVELS = 50 };
    size_t most = 0;
    struct text document = {NULL, 0, 0};
    put(&document, "%s    config: {", one_job);
    put_times(&document, "abc: {", LEVELS);
    put(&document, "x: [");
    put_times(&document, ".nan,", FINDINGS);
    put(&document, "]");
    put_times(&document, "}", LEVELS + 1);
    put(&document, "\n#");
    put_times(&document, "x", size - document.len);
    tracedag_report *report = must_reject(document.ptr, document.len, NULL);
    ck_assert_uint_eq(tracedag_report_count(report, 0), FINDINGS);
    for (size_t i = 0; i < FINDINGS; i++) {
        const tracedag_finding *f = tracedag_report_finding(report, i);
        most = f->pointer.len > most ? f->pointer.len : most;
    }
    tracedag_report_unref(report);
    drop(&document);
    return most;
}

/* Very many pointers share 64 bytes for each finding that is kept, which are a thousand, and 8 for
 * each byte of the document. */
START_TEST(test_pointers_share_their_bytes)
{
    enum { WHOLE = sizeof "/jobs/0/config" - 1 + 25 * (sizeof "/abc" - 1) };
    size_t size = (WHOLE - 64) * 1000 / 8;
    ck_assert_uint_eq(longest_pointer(size), WHOLE);
    ck_assert_uint_eq(longest_pointer(size + 124), WHOLE);
    ck_assert_uint_eq(longest_pointer(size - 1), WHOLE - (sizeof "/abc" - 1));
}
END_TEST

/* `broken` has four faults. */
START_TEST(test_one_finding_is_not_shown)
{
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, 3);
    tracedag_report *report = must_reject(broken, strlen(broken), options);
    const tracedag_finding *last = tracedag_report_finding(report, 3);
    ck_assert_uint_eq(last->code, TRACEDAG_CODE_DROPPED);
    ck_assert(is_text(last->message, "1 more diagnostic is not shown"));
    tracedag_report_unref(report);
    tracedag_options_unref(options);
}
END_TEST

/* ---- counts: one finding, and none about what was not read -------------------------------- */

static void expect_count_alone(const char *document, uint32_t limit, uint64_t value)
{
    tracedag_options *options = with_limit(limit, value);
    tracedag_report *report = must_reject(document, strlen(document), options);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_LIMIT_COUNT), 1);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 1);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
}

#define READER(name) \
    "  - {name: " name ", activation: reactive, runtime: ecs_platform, operator: op,\n" \
    "     outputs: 1, update_strategy: replace, execution_strategy: PerUpdate,\n" \
    "     inputs: [{from: {dataset: x}}, {from: {dataset: y}}]}\n"

START_TEST(test_what_was_not_read_is_not_missed)
{
    expect_count_alone("name: d\njobs:\n  - {name: a, " SOURCE_JOB ", outputs: 1}\n"
                       "  - {name: b, " SOURCE_JOB ", outputs: 1}\n"
                       "publish:\n  p: {from: {job: a, output: 0}}\n",
                       TRACEDAG_LIMIT_JOBS, 1);
    expect_count_alone("name: d\njobs:\n  - {name: a, " SOURCE_JOB ", outputs: 1}\n"
                       "publish:\n  p: {from: {job: z, output: 0}}\n"
                       "  q: {from: {job: z, output: 0}}\n",
                       TRACEDAG_LIMIT_PUBLISHES, 1);
    expect_count_alone("name: d\njobs:\n" READER("a") READER("b") READER("c"),
                       TRACEDAG_LIMIT_EDGES, 3);
    expect_count_alone("name: d\njobs:\n"
                       "  - {name: a, " SOURCE_JOB
                       ", outputs: 1, secrets: &s [x, y, z]}\n"
                       "  - {name: b, " SOURCE_JOB ", outputs: 1, secrets: *s }\n",
                       TRACEDAG_LIMIT_LIST_ITEMS, 2);
    expect_count_alone(
        "name: d\njobs:\n"
        "  - {name: a, " SOURCE_JOB ", outputs: 1, update_strategy: append,\n"
        "     unique_key: [x]}\n"
        "publish:\n"
        "  p: {from: {job: a, output: 0}, write_mode: buffered, schema: {unique: [x],\n"
        "      columns: [{name: x, type: text, nullable: false}, {name: y, type: text}],\n"
        "      indexes: [&i [x, y, x], *i ]}}\n",
        TRACEDAG_LIMIT_LIST_ITEMS, 2);
}
END_TEST

/* ---- canonical bytes -------------------------------------------------------------------- */

static size_t canonical_size(const char *bytes, size_t size,
                             const tracedag_options *options)
{
    tracedag_dag *dag = must_accept(bytes, size, options);
    char *text;
    size_t written;
    ck_assert_int_eq(tracedag_dag_write(dag, TRACEDAG_FORM_CANONICAL,
                                        TRACEDAG_SYNTAX_JSON, &text, &written),
                     TRACEDAG_OK);
    tracedag_free(text);
    tracedag_dag_unref(dag);
    return written;
}

static void expect_too_long(const char *bytes, size_t size,
                            const tracedag_options *options)
{
    tracedag_report *report = must_reject(bytes, size, options);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_LIMIT_COUNT), 1);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 1);
    tracedag_report_unref(report);
}

START_TEST(test_canonical_bytes)
{
    size_t size = canonical_size(ten_jobs, strlen(ten_jobs), NULL);
    tracedag_options *options = tracedag_options_new();
    for (size_t limit = size; limit <= size + 1; limit++) {
        set_limit(options, TRACEDAG_LIMIT_CANONICAL_BYTES, limit);
        tracedag_dag_unref(must_accept(ten_jobs, strlen(ten_jobs), options));
    }
    set_limit(options, TRACEDAG_LIMIT_CANONICAL_BYTES, size - 1);
    expect_too_long(ten_jobs, strlen(ten_jobs), options);
    tracedag_options_unref(options);
}
END_TEST

/* Aliases of a large text: `more` bytes more than the default lets through. */
static void make_canonical(struct text *out, size_t texts, size_t last)
{
    put(out, "%s    config:\n      x: &x ", one_job);
    put_times(out, "x", 60000);
    put(out, "\n      b: &y ");
    put_times(out, "y", last);
    put(out, "\n      z: [");
    put_times(out, "*x ,", texts);
    put(out, "]\n#");
    put_times(out, "#", 200000); /* the ratio of bytes is out of the way */
}

START_TEST(test_canonical_bytes_by_default)
{
    enum { TEXTS = 278, LAST = 1000 };
    struct text document = {NULL, 0, 0};
    tracedag_options *options = roomy(0);
    set_limit(options, TRACEDAG_LIMIT_ALIAS_BYTE_RATIO, 100);
    set_limit(options, TRACEDAG_LIMIT_ALIAS_NODE_RATIO, 100);
    make_canonical(&document, TEXTS, LAST);
    size_t rest = 16 * MIB - canonical_size(document.ptr, document.len, options) + LAST;
    set_limit(options, TRACEDAG_LIMIT_CANONICAL_BYTES, 0);
    for (size_t last = rest - 1; last <= rest + 1; last++) {
        drop(&document);
        make_canonical(&document, TEXTS, last);
        if (last <= rest)
            ck_assert_uint_eq(canonical_size(document.ptr, document.len, options),
                              16 * MIB + last - rest);
        else
            expect_too_long(document.ptr, document.len, options);
    }
    drop(&document);
    tracedag_options_unref(options);
}
END_TEST

/* ---- findings --------------------------------------------------------------------------- */

/* A document with so many unknown keys, and with no other fault. */
static void make_faults(struct text *out, size_t faults)
{
    put(out, "%s", one_job);
    for (size_t i = 0; i < faults; i++)
        put(out, "fault%zu: 1\n", i);
}

static void check_kept(size_t faults, size_t limit, const tracedag_options *options)
{
    struct text document = {NULL, 0, 0};
    make_faults(&document, faults);
    tracedag_report *report = must_reject(document.ptr, document.len, options);
    size_t over = faults > limit ? faults - limit : 0;
    tracedag_list list;
    tracedag_report_findings(report, &list);
    ck_assert_uint_eq(list.count, faults - over + (over ? 1 : 0));
    ck_assert_uint_eq(tracedag_report_dropped(report), over);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), faults);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_NOTE),
                      over ? 1 : 0);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_DROPPED), over ? 1 : 0);
    if (over) {
        const tracedag_finding *last = tracedag_report_finding(report, list.count - 1);
        char data[40];
        snprintf(data, sizeof data, "{\"count\":%zu}", over);
        ck_assert_uint_eq(last->code, TRACEDAG_CODE_DROPPED);
        ck_assert_uint_eq(last->severity, TRACEDAG_SEVERITY_NOTE);
        ck_assert_msg(is_text(last->data, data), "%.*s", (int)last->data.len,
                      last->data.ptr);
    }
    tracedag_report_unref(report);
    drop(&document);
}

START_TEST(test_findings)
{
    static const size_t limits[] = {1, 2, 5, 1000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, limits[i]);
        for (size_t faults = limits[i] > 1 ? limits[i] - 1 : 1; faults <= limits[i] + 1;
             faults++)
            check_kept(faults, limits[i], limits[i] == 1000 ? NULL : options);
        tracedag_options_unref(options);
    }
}
END_TEST

START_TEST(test_findings_at_the_ceiling)
{
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, 10000);
    check_kept(10000, 10000, options);
    check_kept(10001, 10000, options);
    tracedag_options_unref(options);
}
END_TEST

/* Findings of reading that were over the limit, and then those of judging: one count. */
START_TEST(test_findings_of_both_phases_are_counted_once)
{
    struct text document = {NULL, 0, 0};
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, 3);
    put(&document, "%s    config: {", one_job);
    for (int i = 0; i < 5; i++)
        put(&document, "k%d: *undefined%d , ", i, i);
    put(&document, "}\nfault0: 1\nfault1: 1\n");
    tracedag_report *report = must_reject(document.ptr, document.len, options);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 7);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_NOTE), 1);
    ck_assert_uint_eq(tracedag_report_dropped(report), 4);
    ck_assert_ptr_nonnull(tracedag_report_finding(report, 3));
    ck_assert_ptr_null(tracedag_report_finding(report, 4));
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

/* tracedag_validate() takes options of its own: fewer findings than reading has kept. */
START_TEST(test_findings_fewer_than_reading_kept)
{
    struct text document = {NULL, 0, 0};
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, 3);
    tracedag_doc *doc;
    tracedag_report *report;
    tracedag_list list;
    put(&document, "%s    config: {", one_job);
    for (int i = 0; i < 5; i++)
        put(&document, "k%d: *undefined%d , ", i, i);
    put(&document, "}\nfault0: 1\nfault1: 1\n");
    ck_assert_int_eq(tracedag_parse(document.ptr, document.len, NULL, &doc),
                     TRACEDAG_REJECTED);
    ck_assert_int_eq(tracedag_validate(doc, options, NULL, &report), TRACEDAG_REJECTED);
    tracedag_report_findings(report, &list);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 7);
    ck_assert_uint_eq(list.count, 4);
    ck_assert_uint_eq(tracedag_report_dropped(report), 4);
    tracedag_report_unref(report);
    tracedag_doc_unref(doc);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

/* ---- bytes of a message ----------------------------------------------------------------- */

/* The longest text of a report: messages, labels and help. */
static size_t longest(const tracedag_report *report)
{
    size_t most = 0;
    for (size_t i = 0; tracedag_report_finding(report, i); i++) {
        const tracedag_finding *f = tracedag_report_finding(report, i);
        most = f->message.len > most ? f->message.len : most;
        most = f->label.len > most ? f->label.len : most;
        for (size_t j = 0; j < f->help.count; j++) {
            const tracedag_text *help = record(&f->help, j);
            most = help->len > most ? help->len : most;
        }
    }
    return most;
}

static size_t longest_under(const char *bytes, uint64_t limit)
{
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_MESSAGE_BYTES, limit);
    tracedag_report *report = must_reject(bytes, strlen(bytes), options);
    size_t most = longest(report);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    return most;
}

START_TEST(test_message_bytes)
{
    size_t whole = longest_under(broken, 4096);
    ck_assert_uint_gt(whole, 20);
    ck_assert_uint_eq(longest_under(broken, whole + 1), whole);
    ck_assert_uint_eq(longest_under(broken, whole), whole);
    ck_assert_uint_le(longest_under(broken, whole - 1), whole - 1);
    ck_assert_uint_le(longest_under(broken, 1), 1);
}
END_TEST

/* A cycle of many jobs makes a message longer than the default lets through. */
START_TEST(test_message_bytes_by_default)
{
    enum { JOBS = 40 };
    struct text document = {NULL, 0, 0};
    put(&document, "name: d\njobs:\n");
    for (int i = 0; i < JOBS; i++)
        put(&document,
            "  - {name: a-job-with-a-name-that-is-quite-long-%d, activation: reactive,\n"
            "     runtime: ecs_platform, operator: op, outputs: 1,\n"
            "     update_strategy: replace, execution_strategy: PerUpdate, inputs:\n"
            "     [{from: {job: a-job-with-a-name-that-is-quite-long-%d, output: 0}}]}\n",
            i, (i + 1) % JOBS);
    tracedag_report *report = must_reject(document.ptr, document.len, NULL);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_CYCLE), 1);
    ck_assert_uint_le(longest(report), 512);
    tracedag_report_unref(report);
    drop(&document);
}
END_TEST

/* ---- heap ------------------------------------------------------------------------------- */

static tracedag_status check_in(const char *bytes, uint64_t heap)
{
    tracedag_dag *dag;
    tracedag_report *report;
    memset(&dag, 0xA5, sizeof dag);
    memset(&report, 0xA5, sizeof report);
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_HEAP_BYTES, heap);
    tracedag_status status = tracedag_check(bytes, strlen(bytes), options, &dag, &report);
    tracedag_options_unref(options);
    if (status == TRACEDAG_NO_MEMORY) {
        ck_assert_ptr_null(dag);
        ck_assert_ptr_null(report);
    }
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    return status;
}

/* The least heap that will do, by halving; below it every size must say so. */
static void check_heap(const char *bytes, tracedag_status expected)
{
    uint64_t low = 1;
    uint64_t high = 64 * MIB;
    while (low + 1 < high) {
        uint64_t middle = low + (high - low) / 2;
        if (check_in(bytes, middle) == TRACEDAG_NO_MEMORY)
            low = middle;
        else
            high = middle;
    }
    ck_assert_int_eq(check_in(bytes, high), expected);
    ck_assert_int_eq(check_in(bytes, high + 1), expected);
    for (uint64_t heap = 1; heap < high; heap += 1 + high / 97)
        ck_assert_int_eq(check_in(bytes, heap), TRACEDAG_NO_MEMORY);
}

START_TEST(test_heap)
{
    check_heap(ten_jobs, TRACEDAG_OK);
    check_heap(broken, TRACEDAG_REJECTED);
}
END_TEST

/* Documents that reading refuses for their size, at a tiny heap and at a huge size. */
START_TEST(test_input_above_the_limit_costs_no_heap)
{
    size_t size = 8 * MIB;
    char *bytes = calloc(1, size);
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_HEAP_BYTES, 256 * KIB);
    tracedag_report *report = must_reject(bytes, size, options);
    const tracedag_finding *f = tracedag_report_finding(report, 0);
    ck_assert_uint_eq(tracedag_report_count(report, 0), 1);
    ck_assert_uint_eq(f->code, TRACEDAG_CODE_LIMIT_SIZE);
    ck_assert_uint_eq(f->pointer.len, 0);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    free(bytes);
}
END_TEST

/* ---- limits as options ------------------------------------------------------------------ */

static const struct {
    uint32_t limit;
    uint64_t standard;
    uint64_t ceiling;
} table[] = {
    {TRACEDAG_LIMIT_INPUT_BYTES, MIB, 64 * MIB},
    {TRACEDAG_LIMIT_DEPTH, 64, 256},
    {TRACEDAG_LIMIT_NODES, 262144, 16 * MIB},
    {TRACEDAG_LIMIT_BLANK_RUN, 1024, 4096},
    {TRACEDAG_LIMIT_SCALAR_BYTES, 65536, MIB},
    {TRACEDAG_LIMIT_KEY_BYTES, 512, 1000},
    {TRACEDAG_LIMIT_ALIAS_NODES, 100000, MIB},
    {TRACEDAG_LIMIT_ALIAS_NODE_RATIO, 10, 100},
    {TRACEDAG_LIMIT_ALIAS_BYTE_RATIO, 10, 100},
    {TRACEDAG_LIMIT_JOBS, 10000, MIB},
    {TRACEDAG_LIMIT_EDGES, 100000, 4 * MIB},
    {TRACEDAG_LIMIT_PUBLISHES, 10000, MIB},
    {TRACEDAG_LIMIT_INPUTS_PER_JOB, 1024, 65536},
    {TRACEDAG_LIMIT_LIST_ITEMS, 1024, 65536},
    {TRACEDAG_LIMIT_WHERE_ENTRIES, 64, 1024},
    {TRACEDAG_LIMIT_CANONICAL_BYTES, 16 * MIB, 256 * MIB},
    {TRACEDAG_LIMIT_FINDINGS, 1000, 10000},
    {TRACEDAG_LIMIT_MESSAGE_BYTES, 512, 4096},
    {TRACEDAG_LIMIT_HEAP_BYTES, 64 * MIB, SIZE_MAX},
};

enum { LIMITS = sizeof table / sizeof *table };

START_TEST(test_defaults_and_ceilings)
{
    uint32_t limit = table[_i].limit;
    uint64_t ceiling = table[_i].ceiling;
    tracedag_options *options = tracedag_options_new();
    ck_assert_uint_eq(tracedag_options_limit(NULL, limit), table[_i].standard);
    ck_assert_uint_eq(tracedag_options_limit(options, limit), table[_i].standard);
    set_limit(options, limit, 1);
    ck_assert_uint_eq(tracedag_options_limit(options, limit), 1);
    set_limit(options, limit, ceiling - 1);
    set_limit(options, limit, ceiling);
    ck_assert_uint_eq(tracedag_options_limit(options, limit), ceiling);
    set_limit(options, limit, 7);
    if (ceiling < UINT64_MAX) {
        ck_assert_int_eq(tracedag_options_set_limit(options, limit, ceiling + 1),
                         TRACEDAG_MISUSE);
        ck_assert_int_eq(tracedag_options_set_limit(options, limit, UINT64_MAX),
                         TRACEDAG_MISUSE);
    }
    ck_assert_uint_eq(tracedag_options_limit(options, limit), 7);
    for (size_t i = 0; i < LIMITS; i++) {
        uint64_t expected = i == (size_t)_i ? 7 : table[i].standard;
        ck_assert_uint_eq(tracedag_options_limit(options, table[i].limit), expected);
    }
    set_limit(options, limit, 0);
    ck_assert_uint_eq(tracedag_options_limit(options, limit), table[_i].standard);
    tracedag_options_unref(options);
}
END_TEST

START_TEST(test_unknown_limits)
{
    static const uint32_t unknown[] = {0, TRACEDAG_LIMIT_HEAP_BYTES + 1, UINT32_MAX,
                                       UINT32_C(1) << 31, 1000};
    tracedag_options *options = tracedag_options_new();
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        ck_assert_int_eq(tracedag_options_set_limit(options, unknown[i], 5),
                         TRACEDAG_MISUSE);
        ck_assert_uint_eq(tracedag_options_limit(options, unknown[i]), 0);
        ck_assert_uint_eq(tracedag_options_limit(NULL, unknown[i]), 0);
    }
    for (size_t i = 0; i < LIMITS; i++) {
        ck_assert_int_eq(tracedag_options_set_limit(NULL, table[i].limit, 5),
                         TRACEDAG_MISUSE);
        ck_assert_uint_eq(tracedag_options_limit(options, table[i].limit),
                          table[i].standard);
    }
    tracedag_options_unref(options);
}
END_TEST

/* Every limit at its least value: whatever the verdict is, there is one. */
START_TEST(test_limits_of_one)
{
    tracedag_options *options = with_limit(table[_i].limit, 1);
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_status status =
        tracedag_check(ten_jobs, strlen(ten_jobs), options, &dag, &report);
    if (table[_i].limit == TRACEDAG_LIMIT_HEAP_BYTES)
        ck_assert_int_eq(status, TRACEDAG_NO_MEMORY);
    else
        ck_assert(status == TRACEDAG_OK || status == TRACEDAG_REJECTED);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
}
END_TEST

/* ---- the heap --------------------------------------------------------------------------- */

/* Documents that let each part of the library have something to keep. */
static const char *const heaped[] = {
    "name: d\n"
    "defaults: {max_attempts: 2}\n"
    "jobs:\n"
    "  - {name: b, activation: reactive, runtime: ecs_platform, operator: op, outputs: 2,\n"
    "     update_strategy: append, unique_key: [k, l], execution_strategy: PerUpdate,\n"
    "     inputs: [{from: {job: a, output: 0}, where: {k: 1, l: x}}, {from: {dataset: e}}]}\n"
    "  - {name: a, activation: source, runtime: lambda, operator: op, outputs: 1,\n"
    "     source: {kind: cron, schedule: 'rate(1 day)'}, bootstrap: {reset_outputs: true},\n"
    "     config: &c {l: [1, 2.50, null, {x: [], y: {}}], s: \"a\\nb\"}}\n"
    "  - {name: c, activation: reactive, runtime: dispatcher, operator: op, outputs: 0,\n"
    "     execution_strategy: PerPartition, secrets: [s, t], config: *c,\n"
    "     inputs: [{from: {dataset: p}}]}\n"
    "publish:\n"
    "  q: {from: {job: b, output: 1}, storage: s3}\n"
    "  p:\n"
    "    from: {job: b, output: 0}\n"
    "    write_mode: buffered\n"
    "    schema:\n"
    "      columns: [{name: k, type: text, nullable: false}, {name: l, type: text}]\n"
    "      unique: [k, l]\n",
    "name: d\n"
    "jbos: []\n"
    "jobs:\n"
    "  - {name: a, activation: source, runtime: lamda, operator: op, outputs: '1',\n"
    "     source: {kind: cron, schedule: every day}, x: 1, x: 2}\n"
    "  - {name: b, activation: reactive, runtime: ecs_platform, operator: op, outputs: 1,\n"
    "     update_strategy: replace, execution_strategy: PerUpdate,\n"
    "     inputs: [{from: {job: c, output: 0}}, {from: {job: aa}}, {from: {job: d, output: 7}}]}\n"
    "  - {name: c, activation: reactive, runtime: ecs_platform, operator: op, outputs: 1,\n"
    "     update_strategy: replace, execution_strategy: PerUpdate,\n"
    "     inputs: [{from: {job: b, output: 0}}]}\n"
    "  - {name: a, key: no\n"
    "publish: {p: {from: {job: b, output: 3}}, P: [1\n",
};

static tracedag_status check_in_heap(const char *text, uint64_t heap, tracedag_dag **dag,
                                     tracedag_report **report)
{
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_HEAP_BYTES, heap);
    tracedag_status status = tracedag_check(text, strlen(text), options, dag, report);
    tracedag_options_unref(options);
    return status;
}

/* Whether all that can be made of the handles is what it is without the limit, or says that it
 * lacks memory; true when nothing lacked any. */
static bool is_enough(const struct made *normal, const tracedag_dag *dag,
                      const tracedag_report *report, uint64_t heap)
{
    struct subject subject = whole_subject(dag, report);
    bool enough = true;
    for (size_t i = 0; i < CALL_COUNT; i++) {
        struct made made;
        make(&calls[i], &subject, &made);
        ck_assert_msg(made.status == TRACEDAG_NO_MEMORY || made_alike(&made, &normal[i]),
                      "%s is another with %" PRIu64 " bytes of heap", calls[i].name,
                      heap);
        enough = enough && made.status != TRACEDAG_NO_MEMORY;
        unmake(&made);
    }
    return enough;
}

/* Whatever the limit is, a call gives what it gives without one, or says that it lacks memory. */
START_TEST(test_any_heap)
{
    struct made normal[CALL_COUNT];
    tracedag_dag *dag;
    tracedag_report *report;
    bool enough = false;
    tracedag_status status = check_in_heap(heaped[_i], 0, &dag, &report);
    struct subject subject = whole_subject(dag, report);
    for (size_t i = 0; i < CALL_COUNT; i++)
        make(&calls[i], &subject, &normal[i]);
    for (uint64_t heap = 64; !enough; heap += 16 + heap / 96) {
        tracedag_dag *dag_in;
        tracedag_report *report_in;
        tracedag_status found = check_in_heap(heaped[_i], heap, &dag_in, &report_in);
        ck_assert_uint_lt(heap, 64 << 20);
        ck_assert(found == status || found == TRACEDAG_NO_MEMORY);
        if (found == status)
            enough = is_enough(normal, dag_in, report_in, heap);
        tracedag_dag_unref(dag_in);
        tracedag_report_unref(report_in);
    }
    for (size_t i = 0; i < CALL_COUNT; i++)
        unmake(&normal[i]);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
}
END_TEST

Suite *suite_limits(void)
{
    Suite *suite = suite_create("limits");
    TCase *tests = tcase_create("limits");
    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, test_lowered, 0, ROWS);
    tcase_add_loop_test(tests, test_standard, 0, ROWS);
    tcase_add_loop_test(tests, test_null_options_have_limits, 0, ROWS);
    tcase_add_test(tests, test_depth_at_the_ceiling);
    tcase_add_test(tests, test_alias_of_a_scalar_at_the_deepest_level);
    tcase_add_test(tests, test_alias_bytes_that_are_always_fine);
    tcase_add_test(tests, test_alias_of_a_map_adds_its_keys);
    tcase_add_test(tests, test_alias_bytes_behind_aliases);
    tcase_add_test(tests, test_pointers_end_at_their_most_bytes);
    tcase_add_test(tests, test_pointers_share_their_bytes);
    tcase_add_test(tests, test_blanks_anywhere_in_a_long_line);
    tcase_add_test(tests, test_one_finding_is_not_shown);
    tcase_add_test(tests, test_what_was_not_read_is_not_missed);
    tcase_add_test(tests, test_canonical_bytes);
    tcase_add_test(tests, test_canonical_bytes_by_default);
    tcase_add_test(tests, test_findings);
    tcase_add_test(tests, test_findings_at_the_ceiling);
    tcase_add_test(tests, test_findings_of_both_phases_are_counted_once);
    tcase_add_test(tests, test_findings_fewer_than_reading_kept);
    tcase_add_test(tests, test_message_bytes);
    tcase_add_test(tests, test_message_bytes_by_default);
    tcase_add_test(tests, test_heap);
    tcase_add_test(tests, test_input_above_the_limit_costs_no_heap);
    tcase_add_loop_test(tests, test_defaults_and_ceilings, 0, LIMITS);
    tcase_add_test(tests, test_unknown_limits);
    tcase_add_loop_test(tests, test_limits_of_one, 0, LIMITS);
    tcase_add_loop_test(tests, test_any_heap, 0, sizeof heaped / sizeof *heaped);
    suite_add_tcase(suite, tests);
    return suite;
}
