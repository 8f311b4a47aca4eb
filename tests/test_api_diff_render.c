/*
 * Diffs as text and as JSON Lines: what is written of each thing that can change, and of what is
 * too long, or not to be seen.
 */
#include "api.h"

#include <stdio.h>

#define HEAD "name: d\njobs:\n"
#define JOB(name, more) "- {name: " name ", outputs: 1, " SOURCE_JOB more "}\n"
#define READER(name, more) \
    "- {name: " name \
    ", outputs: 1, activation: reactive, runtime: lambda, operator: op, " \
    "execution_strategy: PerUpdate, update_strategy: replace, inputs: " more "}\n"
#define TABLE(columns, more) \
    "publish:\n  t:\n    from: {job: a, output: 0}\n    write_mode: buffered\n" \
    "    schema: {unique: [id], columns: [" columns "]}\n" more
#define ID "{name: id, type: text, nullable: false}"
#define APPENDS ", update_strategy: append, unique_key: [id]"

static tracedag_diff *diff_of(const char *old, const char *new)
{
    tracedag_dag *before = must_accept(old, strlen(old), NULL);
    tracedag_dag *after = must_accept(new, strlen(new), NULL);
    tracedag_diff *diff;
    ck_assert_int_eq(tracedag_diff_new(before, after, &diff), TRACEDAG_OK);
    tracedag_dag_unref(before);
    tracedag_dag_unref(after);
    return diff;
}

static char *render(const char *old, const char *new, uint32_t format, uint32_t flags)
{
    char *text;
    size_t size;
    tracedag_diff *diff = diff_of(old, new);
    ck_assert_int_eq(
        tracedag_diff_render(diff, format, "o.yaml", "n.yaml", flags, &text, &size),
        TRACEDAG_OK);
    ck_assert_uint_eq(size, strlen(text));
    tracedag_diff_unref(diff);
    return text;
}

static void expect(const char *old, const char *new, uint32_t flags, const char *expected)
{
    char *text = render(old, new, TRACEDAG_FORMAT_TEXT, flags);
    ck_assert_str_eq(text, expected);
    tracedag_free(text);
}

/* Whether the one text stands in what is written; the flags decide what that is. */
static void expect_part(const char *old, const char *new, uint32_t format, uint32_t flags,
                        const char *part)
{
    char *text = render(old, new, format, flags);
    ck_assert_msg(strstr(text, part), "`%s` is missing in:\n%s", part, text);
    tracedag_free(text);
}

/* ---- text ------------------------------------------------------------------------------- */

START_TEST(test_no_change)
{
    static const char same[] = HEAD JOB("a", ", max_attempts: 3");
    tracedag_dag *dag = must_accept(same, strlen(same), NULL);
    char expected[200];
    snprintf(expected, sizeof expected, "o.yaml -> n.yaml: no change, both are %s\n",
             tracedag_dag_hash(dag));
    expect(HEAD JOB("a", ""), same, 0, expected);
    expect(HEAD JOB("a", ""), same, TRACEDAG_DIFF_BREAKING, expected);
    snprintf(expected, sizeof expected,
             "%s  o.yaml\n%s  n.yaml\nthe hashes are equal, and so are the canonical "
             "forms\n",
             tracedag_dag_hash(dag), tracedag_dag_hash(dag));
    expect(HEAD JOB("a", ""), same, TRACEDAG_DIFF_FIRST, expected);
    tracedag_dag_unref(dag);
}
END_TEST

static const char jobs_old[] = HEAD JOB("a", ", config: {k: 1, 'a/b~': {x: 0}}")
    JOB("b", ", secrets: [s]") JOB("c", ", timeout_seconds: 5");
static const char jobs_new[] =
    "name: e\njobs:\n" JOB("a", ", priority: bulk, config: {k: 1.5, 'a/b~': {}}")
        JOB("d", ", timeout_seconds: 5") READER("e", "[{from: {job: a, output: 0}}]")
            READER("f", "[{from: {job: e, output: 0}}]");

START_TEST(test_changes_of_jobs)
{
    expect(
        jobs_old, jobs_new, 0,
        "o.yaml -> n.yaml: 8 changes (5 materialization, 3 tuning), none breaks readers of published datasets\n"
        "\n"
        "DAG `e`, once `d`\n"
        "  name  tuning\n"
        "    - o.yaml:1:7  \"d\"\n"
        "    + n.yaml:1:7  \"e\"\n"
        "\n"
        "job `a`\n"
        "  config.a/b~.x  materialization\n"
        "    - o.yaml:3:133  0\n"
        "  config.k       materialization\n"
        "    - o.yaml:3:118  1\n"
        "    + n.yaml:3:134  1.5\n"
        "  priority       tuning\n"
        "    - o.yaml        \"normal\" (built-in default)\n"
        "    + n.yaml:3:116  \"bulk\"\n"
        "\n"
        "job `b`\n"
        "  removed  materialization\n"
        "    - o.yaml:4:3  operator `op` on ecs_platform\n"
        "\n"
        "job `d`, once `c`\n"
        "  renamed  tuning\n"
        "    - o.yaml:5:3  `c`\n"
        "    + n.yaml:4:3  `d`\n"
        "\n"
        "job `e`\n"
        "  added  materialization\n"
        "    + n.yaml:5:3  operator `op` on lambda\n"
        "\n"
        "job `f`\n"
        "  added  materialization\n"
        "    + n.yaml:6:3  operator `op` on lambda\n"
        "\n"
        "to materialize again, in this order: 3 of 4 jobs\n"
        "  a  changed: config.a/b~.x\n"
        "  e  added\n"
        "  f  added\n");
}
END_TEST

static const char datasets_old[] = HEAD JOB("a", APPENDS) JOB("b", "")
    READER("r", "[{from: {dataset: u}}, {from: {dataset: x}, where: {k: 1}}]")
        TABLE(ID ", {name: n, type: integer}, {name: m, type: date, nullable: false}",
              "  u: {from: {job: b, output: 0}, storage: s3}\n");
static const char datasets_new[] = HEAD JOB("a", APPENDS) JOB("b", "")
    READER("r", "[{from: {dataset: u}}, {from: {dataset: x}, where: {k: 2}}]")
        JOB("z", "") TABLE("{name: m, type: date}, " ID ", {name: l, type: text}",
                           "  u: {from: {job: z, output: 0}, storage: s3}\n"
                           "  w: {from: {job: b, output: 0}, storage: s3}\n");

START_TEST(test_changes_of_datasets)
{
    expect(
        datasets_old, datasets_new, 0,
        "o.yaml -> n.yaml: 8 changes (2 materialization, 6 publishing), 2 break readers of published datasets\n"
        "\n"
        "job `r`\n"
        "  inputs.1.where.k  materialization\n"
        "    - o.yaml:5:198  1\n"
        "    + n.yaml:5:198  2\n"
        "\n"
        "job `z`\n"
        "  added  materialization\n"
        "    + n.yaml:6:3  operator `op` on ecs_platform\n"
        "\n"
        "dataset `t`\n"
        "  schema.columns.2  publishing, column `m`\n"
        "    - o.yaml:10:105  {\"name\":\"m\",\"nullable\":false,\"type\":\"date\"}\n"
        "  schema.columns.1  publishing, column `n`, breaks readers: it is gone\n"
        "    - o.yaml:10:79   {\"name\":\"n\",\"type\":\"integer\"}\n"
        "  schema.columns.0  publishing, column `m`, breaks readers: it may be null now\n"
        "    + n.yaml:11:38   {\"name\":\"m\",\"type\":\"date\"}\n"
        "  schema.columns.2  publishing, column `l`\n"
        "    + n.yaml:11:102  {\"name\":\"l\",\"type\":\"text\"}\n"
        "\n"
        "dataset `u`\n"
        "  from  publishing, moved\n"
        "    - o.yaml:11:13  {\"job\":\"b\",\"output\":0}\n"
        "    + n.yaml:12:13  {\"job\":\"z\",\"output\":0}\n"
        "\n"
        "dataset `w`\n"
        "  added  publishing\n"
        "    + n.yaml:13:6  {\"from\":{\"job\":\"b\",\"output\":0},\"storage\":\"s3\"}\n"
        "\n"
        "to materialize again, in this order: 2 of 4 jobs\n"
        "  z  added\n"
        "  r  changed: inputs.1.where.k\n");
}
END_TEST

/* What differs inside of a column is told with the name of the column, wherever that stands in the
 * document, and in each dataset that has a schema. */
START_TEST(test_fields_of_columns)
{
#define TABLES(first, second) \
    HEAD JOB("a", APPENDS) JOB("b", APPENDS) TABLE( \
        ID ", " first, "  u:\n    from: {job: b, output: 0}\n    write_mode: buffered\n" \
                       "    schema: {unique: [id], columns: [" ID ", " second "]}\n")
    static const char old[] = TABLES("{name: m, type: text}", "{name: n, type: text}");
    static const char new[] =
        TABLES("{type: date, name: m}", "{nullable: false, type: text, name: n}");
    expect_part(old, new, TRACEDAG_FORMAT_TEXT, 0,
                "  schema.columns.1.type  publishing, column `m`, breaks readers: "
                "it has another type\n");
    expect_part(old, new, TRACEDAG_FORMAT_TEXT, 0,
                "  schema.columns.1.nullable  publishing, column `n`\n");
}
END_TEST

START_TEST(test_what_breaks_readers)
{
    expect(
        datasets_old, datasets_new, TRACEDAG_DIFF_BREAKING,
        "o.yaml -> n.yaml: of 8 changes, 2 break readers of published datasets\n"
        "\n"
        "dataset `t`\n"
        "  schema.columns.1  publishing, column `n`, breaks readers: it is gone\n"
        "    - o.yaml:10:79  {\"name\":\"n\",\"type\":\"integer\"}\n"
        "  schema.columns.0  publishing, column `m`, breaks readers: it may be null now\n"
        "    + n.yaml:11:38  {\"name\":\"m\",\"type\":\"date\"}\n");
    expect(jobs_old, jobs_new, TRACEDAG_DIFF_BREAKING,
           "o.yaml -> n.yaml: of 8 changes, none breaks readers of published "
           "datasets\n");
}
END_TEST

/* What is common to many records is tested by a reader of JSON, tests/reference/check_changes.py. */
START_TEST(test_reasons)
{
    static const char old[] =
        HEAD JOB("a", "") JOB("b", "") READER("r", "[{from: {dataset: p}}]") READER(
            "s",
            "[{from: {job: r, output: 0}}]") "publish: {p: {from: {job: a, output: 0}}, q: {from: {job: b, output: 0}}}\n";
    static const char new[] =
        HEAD JOB("a", "") JOB("b", "") READER("r", "[{from: {dataset: p}}]") READER(
            "s",
            "[{from: {job: r, output: 0}}]") "publish: {q: {from: {job: b, output: 0}}}\n";
    expect_part(old, new, TRACEDAG_FORMAT_TEXT, 0,
                "  r  reads dataset `p`, which was removed\n  s  reads `r`\n");
    expect_part(new, old, TRACEDAG_FORMAT_TEXT, 0,
                "  r  reads dataset `p`, which was added\n");
    expect_part(old, new, TRACEDAG_FORMAT_JSON, 0,
                "{\"v\":1,\"type\":\"scope\",\"job\":\"r\",\"reason\":\"dataset\","
                "\"cause\":\"p\"}\n{\"v\":1,\"type\":\"scope\",\"job\":\"s\","
                "\"reason\":\"downstream\",\"cause\":\"r\"}\n");
    expect_part(new, old, TRACEDAG_FORMAT_JSON, 0,
                "\"reason\":\"dataset\",\"cause\":\"p\"}\n");
}
END_TEST

/* ---- long, secret and odd values -------------------------------------------------------- */

#define FIFTY "12345678901234567890123456789012345678901234567890"

START_TEST(test_long_values)
{
    expect_part(HEAD JOB("a", ", config: {i: 0, k: '" FIFTY FIFTY "'}"),
                HEAD JOB("a", ", config: {i: 0}"), TRACEDAG_FORMAT_TEXT, 0,
                "  \"" FIFTY "1234567890123456789012345678901234567890123456789... (102 "
                "bytes)\n\nto materialize");
    expect_part(HEAD JOB("a", ", config: {i: 0, k: '" FIFTY FIFTY "'}"),
                HEAD JOB("a", ", config: {i: 0}"), TRACEDAG_FORMAT_TEXT, 0,
                "\nvalues with `...` are cut; --format json has them whole\n");
    expect_part(HEAD JOB("a", ", config: {k: '" FIFTY FIFTY "old'}"),
                HEAD JOB("a", ", config: {k: '" FIFTY FIFTY "new'}"),
                TRACEDAG_FORMAT_TEXT, 0,
                "  ...12345678901234567890old\" (105 bytes)\n"
                "    + n.yaml:3:118  ...12345678901234567890new\" (105 bytes)\n");
    /* The start is that of a character, and hidden ones are told. */
    expect_part(HEAD JOB("a", ", config: {k: '" FIFTY FIFTY
                              "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
                              "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9x\xE2\x80\x8B'}"),
                HEAD JOB("a", ", config: {k: '" FIFTY FIFTY
                              "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
                              "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9xy'}"),
                TRACEDAG_FORMAT_TEXT, 0,
                "  ...\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
                "\xC3\xA9\xC3\xA9x\\u{200B}\" (126 bytes)\n");
    expect_part(HEAD JOB("a", ", config: {i: 0, k: '" FIFTY FIFTY "'}"),
                HEAD JOB("a", ", config: {i: 0}"), TRACEDAG_FORMAT_JSON, 0,
                "\"value\":\"" FIFTY FIFTY "\",\"masked\":false");
}
END_TEST

START_TEST(test_credentials)
{
    static const char old[] =
        HEAD JOB("a", ", config: {k: AKIAIOSFODNN7EXAMPLE, password: pg_login}, "
                      "secrets: [pg_login]");
    static const char new[] = HEAD JOB("a", ", config: {k: AKIAIOSFODNN7EXAMPL3}");
    expect_part(old, new, TRACEDAG_FORMAT_TEXT, 0, "  \"AKIA****\"\n");
    expect_part(old, new, TRACEDAG_FORMAT_TEXT, 0, "  \"pg_login\"\n");
    expect_part(old, new, TRACEDAG_FORMAT_JSON, 0,
                "{\"value\":\"AKIA****\",\"masked\":true,");
    expect_part(old, new, TRACEDAG_FORMAT_TEXT, TRACEDAG_DIFF_FIRST, "  \"AKIA****\"\n");
    expect_part(old, new, TRACEDAG_FORMAT_JSON, TRACEDAG_DIFF_FIRST,
                "{\"v\":1,\"type\":\"difference\",\"pointer\":\"/jobs/0/config/k\","
                "\"old\":{\"value\":\"AKIA****\",\"masked\":true,\"file\":\"o.yaml\","
                "\"place\":{\"byte\":");
}
END_TEST

START_TEST(test_wide_names)
{
    /* What is wider than most makes nothing else wide. */
    expect_part(HEAD JOB("a", ", config: {" FIFTY "1k: 1, k: 1}"),
                HEAD JOB("a", ", config: {" FIFTY "1k: 2, k: 2}"), TRACEDAG_FORMAT_TEXT,
                0, "  config." FIFTY "1k  materialization\n");
    expect_part(HEAD JOB("a", ", config: {" FIFTY "1k: 1, k: 1}"),
                HEAD JOB("a", ", config: {" FIFTY "1k: 2, k: 2}"), TRACEDAG_FORMAT_TEXT,
                0, "\n  config.k  materialization\n");
}
END_TEST

START_TEST(test_names_of_files)
{
    tracedag_diff *diff = diff_of(HEAD JOB("a", ""), HEAD JOB("a", ", max_attempts: 4"));
    char *text;
    ck_assert_int_eq(tracedag_diff_render(diff, TRACEDAG_FORMAT_TEXT, NULL,
                                          "a\n\xFF\xE2\x80\xAE", 0, &text, NULL),
                     TRACEDAG_OK);
    ck_assert_ptr_nonnull(
        strstr(text, "- -> a\\u{000A}\xEF\xBF\xBD\\u{202E}: 1 change ("));
    tracedag_free(text);
    ck_assert_int_eq(
        tracedag_diff_render(diff, TRACEDAG_FORMAT_JSON, NULL, "a\n\xFF", 0, &text, NULL),
        TRACEDAG_OK);
    ck_assert_ptr_nonnull(strstr(text, "\"file\":\"a\\n\xEF\xBF\xBD\""));
    ck_assert_ptr_nonnull(strstr(text, "\"old\":{\"file\":\"-\","));
    tracedag_free(text);
    tracedag_diff_unref(diff);
}
END_TEST

/* ---- colours ---------------------------------------------------------------------------- */

/* Takes terminal colours out; returns how many there were. */
static size_t strip(char *text)
{
    size_t count = 0;
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from != '\033') {
            *to++ = *from;
            continue;
        }
        from += strcspn(from, "m");
        count++;
    }
    *to = '\0';
    return count;
}

START_TEST(test_colors)
{
    for (uint32_t flags = 0; flags <= TRACEDAG_DIFF_FIRST; flags += 2) {
        char *plain = render(datasets_old, datasets_new, TRACEDAG_FORMAT_TEXT, flags);
        char *colored = render(datasets_old, datasets_new, TRACEDAG_FORMAT_TEXT,
                               flags | TRACEDAG_DIFF_COLOR);
        ck_assert_uint_eq(strip(plain), 0);
        ck_assert_uint_gt(strip(colored), 4);
        ck_assert_str_eq(colored, plain);
        tracedag_free(plain);
        tracedag_free(colored);
    }
}
END_TEST

/* ---- the first difference --------------------------------------------------------------- */

START_TEST(test_first_difference)
{
    expect_part(jobs_old, jobs_new, TRACEDAG_FORMAT_TEXT, TRACEDAG_DIFF_FIRST,
                "  n.yaml\nthe canonical forms first differ at "
                "/jobs/0/config/a~1b~0/x, in job `a`:\n"
                "  - o.yaml:3:133  0\n"
                "  + n.yaml:3:147  (nothing)\n");
    expect_part(HEAD JOB("a", ""), "name: e\njobs:\n" JOB("a", ""), TRACEDAG_FORMAT_TEXT,
                TRACEDAG_DIFF_FIRST,
                "differ at /name:\n  - o.yaml:1:7  \"d\"\n  + n.yaml:1:7  \"e\"\n");
    expect_part(HEAD JOB("a", ""),
                HEAD JOB("a", "") "publish: {p: {from: {job: a, output: 0}}}\n",
                TRACEDAG_FORMAT_TEXT, TRACEDAG_DIFF_FIRST,
                "differ at /publish:\n  - o.yaml       (nothing)\n  + n.yaml:4:1");
    char *text = render(HEAD JOB("a", ""), HEAD JOB("a", ""), TRACEDAG_FORMAT_JSON,
                        TRACEDAG_DIFF_FIRST);
    static const char start[] = "{\"v\":1,\"type\":\"summary\",";
    ck_assert_int_eq(strncmp(text, start, strlen(start)), 0);
    tracedag_free(text);
}
END_TEST

/* ---- misuse ----------------------------------------------------------------------------- */

START_TEST(test_misuse)
{
    static const uint32_t calls[][2] = {
        {0, 0}, {3, 0}, {4, 0}, {UINT32_MAX, 0}, {1, 8}, {2, 8}, {1, UINT32_C(1) << 31}};
    tracedag_diff *diff = diff_of(HEAD JOB("a", ""), HEAD JOB("b", ""));
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char *text = (char *)diff;
        size_t size = 1;
        ck_assert_int_eq(tracedag_diff_render(diff, calls[i][0], NULL, NULL, calls[i][1],
                                              &text, &size),
                         TRACEDAG_MISUSE);
        ck_assert_ptr_null(text);
        ck_assert_uint_eq(size, 0);
    }
    char *text = (char *)diff;
    ck_assert_int_eq(
        tracedag_diff_render(NULL, TRACEDAG_FORMAT_TEXT, NULL, NULL, 0, &text, NULL),
        TRACEDAG_MISUSE);
    ck_assert_ptr_null(text);
    ck_assert_int_eq(
        tracedag_diff_render(diff, TRACEDAG_FORMAT_TEXT, NULL, NULL, 0, NULL, NULL),
        TRACEDAG_MISUSE);
    tracedag_diff_unref(diff);
}
END_TEST

Suite *suite_diff_render(void)
{
    Suite *suite = suite_create("diff render");
    TCase *tests = tcase_create("diff render");
    tcase_add_test(tests, test_no_change);
    tcase_add_test(tests, test_changes_of_jobs);
    tcase_add_test(tests, test_changes_of_datasets);
    tcase_add_test(tests, test_fields_of_columns);
    tcase_add_test(tests, test_what_breaks_readers);
    tcase_add_test(tests, test_reasons);
    tcase_add_test(tests, test_long_values);
    tcase_add_test(tests, test_credentials);
    tcase_add_test(tests, test_wide_names);
    tcase_add_test(tests, test_names_of_files);
    tcase_add_test(tests, test_colors);
    tcase_add_test(tests, test_first_difference);
    tcase_add_test(tests, test_misuse);
    suite_add_tcase(suite, tests);
    return suite;
}
