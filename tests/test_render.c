/* Reports made by hand over small sources, and what is written of them. */
#include "../lib/render_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "../lib/place.h"
#include "suites.h"

enum { FINDINGS_MOST = 1200 };

#define UNCHECKED " (operators not checked: no catalog given)\n"

static struct td_mem mem;
static struct td_source source;
static struct tracedag_report report;
static struct td_finding findings[FINDINGS_MOST];
static tracedag_related related[FINDINGS_MOST * 2];
static size_t related_count;
static struct td_buf out;

/* ---- a report ---------------------------------------------------------------------- */

static void set_up(void)
{
    mem = (struct td_mem){.budget = SIZE_MAX};
    report = (struct tracedag_report){.source = &source,
                                      .diag = {.mem = &mem, .list = findings}};
    related_count = 0;
    td_buf_init(&out, &mem);
}

static void tear_down(void)
{
    td_buf_free(&out);
    td_source_free(&source, &mem);
    ck_assert_uint_eq(mem.live, 0);
}

static void open_bytes(const char *bytes, size_t size)
{
    ck_assert(td_source_init(&source, &mem, bytes, size));
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        source.text = 3;
    uint32_t lines = 0;
    for (size_t i = 0; i <= size; i++) {
        if (i % TD_SOURCE_BLOCK == 0)
            source.lines_before[i / TD_SOURCE_BLOCK] = lines;
        lines += i < size && bytes[i] == '\n';
    }
}

static void open_text(const char *text)
{
    open_bytes(text, strlen(text));
}

static tracedag_text words(const char *text)
{
    return (tracedag_text){text, strlen(text)};
}

/* Every finding has a name of its own, so that none is like another. */
static tracedag_finding *add(uint32_t code, uint32_t severity, uint64_t start,
                             uint64_t end)
{
    static char own_names[TD_COUNT(findings)][8];
    char *own_name = own_names[report.diag.count];
    snprintf(own_name, sizeof own_names[0], "n%zu", report.diag.count);
    struct td_finding *finding = &findings[report.diag.count++];
    *finding = (struct td_finding){.pub = {.code = code,
                                           .severity = severity,
                                           .start.byte = start,
                                           .end.byte = end,
                                           .message = words("message"),
                                           .data = words("{}"),
                                           .subject_kind = TRACEDAG_SUBJECT_DAG},
                                   .fingerprint_name = {own_name, strlen(own_name)}};
    report.diag.by_severity[severity]++;
    return &finding->pub;
}

static tracedag_finding *add_error(uint64_t start, uint64_t end, const char *label)
{
    tracedag_finding *finding = add(402, TRACEDAG_SEVERITY_ERROR, start, end);
    finding->label = words(label);
    return finding;
}

/* Related places of a finding are given before those of the next one. */
static void relate(tracedag_finding *finding, uint64_t start, uint64_t end,
                   const char *label)
{
    related[related_count] =
        (tracedag_related){.start.byte = start, .end.byte = end, .label = words(label)};
    if (finding->related.count++ == 0)
        finding->related.items = &related[related_count];
    related_count++;
}

static uint64_t offset_of(const char *needle)
{
    const char *found = strstr(source.bytes, needle);
    ck_assert_ptr_nonnull(found);
    return (uint64_t)(found - source.bytes);
}

/* ---- what is written --------------------------------------------------------------- */

static const char *text_of(bool color)
{
    out.len = 0;
    td_places_fill(&report.diag, &source);
    td_render_text(&report, "dag.yaml", color, &out);
    td_buf_byte(&out, '\0');
    ck_assert(!out.failed);
    return out.ptr;
}

static const char *json_of(const char *file)
{
    out.len = 0;
    td_places_fill(&report.diag, &source);
    td_render_json(&report, file, &out);
    td_buf_byte(&out, '\0');
    ck_assert(!out.failed);
    return out.ptr;
}

static const char *sarif_of(const char *file)
{
    const struct tracedag_report *list[] = {&report};
    const struct td_reports reports = {list, &file, 1};
    out.len = 0;
    td_places_fill(&report.diag, &source);
    td_render_sarif(&reports, "1.2.3", &out);
    td_buf_byte(&out, '\0');
    ck_assert(!out.failed);
    return out.ptr;
}

static const char *github_of(const char *file)
{
    const struct tracedag_report *list[] = {&report};
    const struct td_reports reports = {list, &file, 1};
    out.len = 0;
    td_places_fill(&report.diag, &source);
    td_render_github(&reports, &out);
    td_buf_byte(&out, '\0');
    ck_assert(!out.failed);
    return out.ptr;
}

/* The window of the only finding: what stands between the place and the advice. */
static const char *window_of(void)
{
    const char *text = text_of(false);
    char *start = strstr(text, "|\n");
    char *end = strstr(text, "= explain");
    ck_assert(start && end);
    while (end[-1] != '\n')
        end--;
    *end = '\0';
    return start + 2;
}

static size_t times(const char *text, const char *needle)
{
    size_t count = 0;
    for (; (text = strstr(text, needle)); text += strlen(needle))
        count++;
    return count;
}

/* A line of `count` letters a, with `mark` in it at a column from 0. */
static char *long_line(size_t count, size_t column, const char *mark)
{
    char *line = malloc(count + 1);
    ck_assert_ptr_nonnull(line);
    memset(line, 'a', count);
    line[count] = '\0';
    memcpy(line + column, mark, strlen(mark));
    return line;
}

/* ---- the examples of the design ---------------------------------------------------- */

static void open_example(void)
{
    char text[1024];
    size_t size = 0;
    for (unsigned line = 1; line < 28; line++) {
        memcpy(text + size, "# ................ #\n", 20);
        text[size + 19] = '\n';
        size += 20;
    }
    snprintf(text + size, sizeof text - size,
             "\n      - from: { job: block_range_aggregate, output: 0 }\n");
    open_text(text);
}

static tracedag_finding *add_example(void)
{
    tracedag_finding *finding = add_error(562, 583, "no job has this name");
    finding->message =
        words("job `compact_blocks` reads job `block_range_aggregate`, which "
              "this DAG does not define");
    return finding;
}

START_TEST(prints_the_example)
{
    open_example();
    static const tracedag_text help[] = {
        {"jobs of this DAG: `daily_trigger`, `compact_blocks`", 51}};
    tracedag_finding *finding = add_example();
    finding->help = (tracedag_list){help, 1, sizeof *help};
    ck_assert_str_eq(
        text_of(false),
        "error[TD402]: job `compact_blocks` reads job `block_range_aggregate`, which "
        "this DAG does not define\n"
        "  --> dag.yaml:29:22\n"
        "   |\n"
        "29 |       - from: { job: block_range_aggregate, output: 0 }\n"
        "   |                      ^^^^^^^^^^^^^^^^^^^^^ no job has this name\n"
        "   = help: jobs of this DAG: `daily_trigger`, `compact_blocks`\n"
        "   = explain: tracedag explain TD402\n"
        "dag.yaml: rejected, 1 error, 0 warnings" UNCHECKED);
}
END_TEST

static const char cycle[] = "name: x\n"
                            "jobs:\n"
                            "  - name: a\n"
                            "    inputs:\n"
                            "      - from: { job: c, output: 0 }\n"
                            "  - name: b\n"
                            "    inputs:\n"
                            "      - from: { job: a, output: 0 }\n"
                            "  - name: c\n"
                            "    inputs:\n"
                            "      - from: { job: b, output: 0 }\n";

START_TEST(prints_a_cycle)
{
    open_text(cycle);
    static const tracedag_text help[] = {{"remove one of these inputs", 26}};
    uint64_t a = offset_of("job: c,") + 5, b = offset_of("job: a,") + 5,
             c = offset_of("job: b,") + 5;
    tracedag_finding *finding = add(404, TRACEDAG_SEVERITY_ERROR, a, a + 1);
    finding->message = words("jobs wait for each other: `a` -> `b` -> `c` -> `a`");
    finding->label = words("`a` reads `c`");
    finding->help = (tracedag_list){help, 1, sizeof *help};
    relate(finding, c, c + 1, "`c` reads `b`");
    relate(finding, b, b + 1, "`b` reads `a`");
    ck_assert_str_eq(text_of(false),
                     "error[TD404]: jobs wait for each other: `a` -> `b` -> `c` -> `a`\n"
                     "  --> dag.yaml:5:22\n"
                     "   |\n"
                     " 5 |       - from: { job: c, output: 0 }\n"
                     "   |                      ^ `a` reads `c`\n"
                     "...\n"
                     " 8 |       - from: { job: a, output: 0 }\n"
                     "   |                      - `b` reads `a`\n"
                     "...\n"
                     "11 |       - from: { job: b, output: 0 }\n"
                     "   |                      - `c` reads `b`\n"
                     "   = help: remove one of these inputs\n"
                     "   = explain: tracedag explain TD404\n"
                     "dag.yaml: rejected, 1 error, 0 warnings" UNCHECKED);
}
END_TEST

static void add_whole_example(void)
{
    open_example();
    static const tracedag_text help[] = {{"...", 3}};
    tracedag_finding *finding = add_example();
    finding->name = words("unknown-job");
    finding->message = words("...");
    finding->pointer = words("/jobs/1/inputs/0/from/job");
    finding->subject_kind = TRACEDAG_SUBJECT_JOB;
    finding->subject = words("compact_blocks");
    finding->help = (tracedag_list){help, 1, sizeof *help};
    finding->data = words("{\"name\":\"block_range_aggregate\",\"candidates\":"
                          "[\"daily_trigger\",\"compact_blocks\"]}");
    finding->fingerprint = words("1f8828e7ca5ee8ed");
}

START_TEST(writes_the_example_record)
{
    add_whole_example();
    ck_assert_str_eq(
        json_of("dag.yaml"),
        "{\"v\":1,\"type\":\"diagnostic\",\"code\":\"TD402\",\"name\":\"unknown-job\","
        "\"severity\":\"error\",\"message\":\"...\",\"file\":\"dag.yaml\","
        "\"span\":{\"start\":{\"byte\":562,\"line\":29,\"col\":22,\"utf16\":22},"
        "\"end\":{\"byte\":583,\"line\":29,\"col\":43,\"utf16\":43}},"
        "\"label\":\"no job has this name\",\"pointer\":\"/jobs/1/inputs/0/from/job\","
        "\"subject\":{\"kind\":\"job\",\"name\":\"compact_blocks\"},\"related\":[],"
        "\"help\":[\"...\"],\"fixes\":[],\"data\":{\"name\":\"block_range_aggregate\","
        "\"candidates\":[\"daily_trigger\",\"compact_blocks\"]},"
        "\"fingerprint\":\"1f8828e7ca5ee8ed\",\"doc\":\"TD402\"}\n"
        "{\"v\":1,\"type\":\"summary\",\"file\":\"dag.yaml\",\"valid\":false,"
        "\"errors\":1,\"warnings\":0,\"notes\":0,\"suppressed\":0,\"dropped\":0,"
        "\"catalog\":null}\n");
}
END_TEST

/* The same by hand from the standard; the rule has the words of the table of codes, and of the
 * page. */
START_TEST(writes_the_example_log)
{
    add_whole_example();
    ck_assert_str_eq(
        sarif_of("dag.yaml"),
        "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
        "sarif-schema-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{"
        "\"tool\":{\"driver\":{\"name\":\"tracedag\",\"version\":\"1.2.3\","
        "\"semanticVersion\":\"1.2.3\","
        "\"informationUri\":\"https://libtracedag.example\",\"rules\":[{"
        "\"id\":\"TD402\",\"name\":\"unknown-job\","
        "\"shortDescription\":{\"text\":\"references name jobs of this DAG\"},\"fullDescription\":{\"text\":\"references name jobs of this DAG\"},"
        "\"help\":{\"text\":\""
        "A job that waits for one which does not exist never starts, and "
        "nothing but the silence would tell; a dataset of such a job stays "
        "empty. A job of another DAG is read through the dataset that it "
        "publishes."
        "\\n\\nCorrect the name, add the job, or read a dataset."
        "\\n\\nMore by: tracedag explain TD402\","
        "\"markdown\":\""
        "A job that waits for one which does not exist never starts, and "
        "nothing but the silence would tell; a dataset of such a job stays "
        "empty. A job of another DAG is read through the dataset that it "
        "publishes."
        "\\n\\nCorrect the name, add the job, or read a dataset."
        "\\n\\nMore by `tracedag explain TD402`.\"},"
        "\"helpUri\":\"https://libtracedag.example/codes/TD402\","
        "\"defaultConfiguration\":{\"level\":\"error\"},"
        "\"properties\":{\"tags\":[\"references\"]}}]}},"
        "\"invocations\":[{\"toolExecutionNotifications\":[],"
        "\"executionSuccessful\":true}],\"columnKind\":\"unicodeCodePoints\","
        "\"results\":[{\"ruleId\":\"TD402\",\"ruleIndex\":0,\"level\":\"error\","
        "\"message\":{\"text\":\"...\\nhelp: ...\"},\"locations\":[{"
        "\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"dag.yaml\","
        "\"uriBaseId\":\"%SRCROOT%\"},\"region\":{\"startLine\":29,\"startColumn\":22,"
        "\"endLine\":29,\"endColumn\":43,\"byteOffset\":562,\"byteLength\":21,"
        "\"snippet\":{\"text\":\"block_range_aggregate\"}}},"
        "\"logicalLocations\":[{\"fullyQualifiedName\":\"/jobs/1/inputs/0/from/job\"}]}],"
        "\"partialFingerprints\":{\"tracedag/v1\":\"1f8828e7ca5ee8ed\"}}]}]}\n");
}
END_TEST

START_TEST(writes_the_example_command)
{
    add_whole_example();
    ck_assert_str_eq(github_of("dag.yaml"),
                     "::error file=dag.yaml,line=29,endLine=29,col=22,endColumn=43,"
                     "title=TD402 unknown-job::...%0Ahelp: ...\n"
                     "::notice::1 file: 0 accepted, 1 rejected; 1 error, 0 warnings, "
                     "0 notes\n");
}
END_TEST

/* ---- what services ask for --------------------------------------------------------- */

static void expect_in(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "%s\nhas no\n%s", text, part);
}

/* Where an offset is shown, as `line:column-line:column`. */
static const char *region_of(size_t start, size_t end)
{
    static char place[64];
    td_places_fill(&report.diag, &source);
    tracedag_position from, to;
    struct td_position a = td_source_position(&source, start);
    struct td_position b = td_source_position(&source, end);
    from = (tracedag_position){start, a.line, a.column, a.utf16, 0};
    to = (tracedag_position){end, b.line, b.column, b.utf16, 0};
    struct td_region region = td_region_of(&source, &from, &to);
    snprintf(place, sizeof place, "%u:%u-%u:%u", region.start.line, region.start.column,
             region.end.line, region.end.column);
    return place;
}

START_TEST(behind_the_end_is_the_last_character)
{
    static const struct {
        const char *text, *place;
    } rows[] = {
        {"", "1:1-1:1"},
        {"\n\r\n", "1:1-1:1"},
        {"\xEF\xBB\xBF", "1:1-1:1"},
        {"a", "1:1-1:2"},
        {"a: b\n", "1:4-1:5"},
        {"a: b\r\n\r\n\n", "1:4-1:5"},
        {"a:\n  \xE2\x82\xAC\n", "2:3-2:4"},
        {"\xEF\xBB\xBF\xF0\x9D\x84\x9E\n", "1:1-1:2"},
        {"a\x80\x80\x80\x80\x80", "1:3-1:7"}, /* bytes that begin nothing */
    };
    for (size_t i = 0; i < TD_COUNT(rows); i++) {
        size_t size = strlen(rows[i].text);
        open_text(rows[i].text);
        ck_assert_str_eq(region_of(size, size), rows[i].place);
        td_source_free(&source, &mem);
    }
    open_text("a: b\n");
    ck_assert_str_eq(region_of(3, 5), "1:4-2:1");
    ck_assert_str_eq(region_of(4, 4), "1:5-1:5");
}
END_TEST

START_TEST(levels_have_words_of_their_own)
{
    open_text("a: 1\n");
    add(199, TRACEDAG_SEVERITY_NOTE, 0, 1);
    add(604, TRACEDAG_SEVERITY_WARNING, 0, 1);
    add(402, TRACEDAG_SEVERITY_ERROR, 3, 4);
    const char *text = github_of("f");
    ck_assert_int_eq(strncmp(text, "::error file=f,line=1,", 22), 0);
    expect_in(text, "\n::warning file=f,line=1,");
    expect_in(text, "\n::notice file=f,line=1,");
    expect_in(text,
              "\n::notice::1 file: 0 accepted, 1 rejected; 1 error, 1 warning, 1 note\n");
    expect_in(sarif_of("f"),
              "\"ruleId\":\"TD604\",\"ruleIndex\":2,\"level\":\"warning\"");
    expect_in(sarif_of("f"), "\"ruleId\":\"TD199\",\"ruleIndex\":0,\"level\":\"note\"");
}
END_TEST

START_TEST(rules_of_security_have_a_score)
{
    open_text("a: 1\n");
    add(402, TRACEDAG_SEVERITY_ERROR, 0, 1);
    add(601, TRACEDAG_SEVERITY_ERROR, 0, 1);
    const char *text = sarif_of("f");
    expect_in(text, "\"tags\":[\"security\"],\"security-severity\":\"8.0\"");
    expect_in(text, "\"tags\":[\"references\"]}");
}
END_TEST

START_TEST(commands_escape_what_separates)
{
    open_text("a: 1\n");
    tracedag_finding *finding = add_error(0, 4, "");
    finding->name = words("name");
    finding->message = words("100% of `a::b, c`");
    expect_in(
        github_of("a,b:c%d\r\n\xFF\x1B.yaml"),
        "::error file=a%2Cb%3Ac%25d%0D%0A\xEF\xBF\xBD\\u{001B}.yaml,line=1,endLine=1,"
        "col=1,endColumn=5,title=TD402 name::100%25 of `a::b, c`\n");
}
END_TEST

START_TEST(columns_are_for_one_line)
{
    open_text("a:\n  b: 1\n");
    add_error(0, 9, "");
    expect_in(github_of("f"), "::error file=f,line=1,endLine=2,title=");
    expect_in(sarif_of("f"), "{\"startLine\":1,\"startColumn\":1,\"endLine\":2,"
                             "\"endColumn\":7,\"byteOffset\":0,\"byteLength\":9,"
                             "\"snippet\":{\"text\":\"a:\\n  b: 1\"}}");
}
END_TEST

/* Single braces would stand for arguments, and `[text](address)` would be a link. */
START_TEST(messages_stand_for_nothing_else)
{
    open_text("a: 1\n");
    tracedag_finding *finding = add_error(0, 1, "");
    finding->message = words("`{0}` and `[x](https://a.example)`");
    relate(finding, 3, 4, "`}` here");
    const char *text = sarif_of("f");
    expect_in(text, "\"message\":{\"text\":\"`{{0}}` and `[x] (https://a.example)`\"}");
    expect_in(text,
              "\"relatedLocations\":[{\"id\":1,\"physicalLocation\":{"
              "\"artifactLocation\":{\"uri\":\"f\",\"uriBaseId\":\"%SRCROOT%\"},"
              "\"region\":{\"startLine\":1,\"startColumn\":4,\"endLine\":1,"
              "\"endColumn\":5,\"byteOffset\":3,\"byteLength\":1,"
              "\"snippet\":{\"text\":\"1\"}}},\"message\":{\"text\":\"`}}` here\"}}]");
}
END_TEST

START_TEST(long_regions_have_no_snippet)
{
    static char text[1002];
    memset(text, 'x', sizeof text - 1);
    open_text(text);
    add_error(0, 1000, "");
    expect_in(sarif_of("f"), "\"byteLength\":1000,\"snippet\":{\"text\":\"xxx");
    findings[0].pub.end = (tracedag_position){.byte = 1001};
    expect_in(sarif_of("f"), "\"byteLength\":1001}}");
    expect_in(sarif_of("f"), "\"logicalLocations\"");
    ck_assert_ptr_null(strstr(sarif_of("f"), "snippet"));
}
END_TEST

/* ---- what takes more or less room than a column ------------------------------------ */

START_TEST(tabs_are_four_columns)
{
    open_text("\tab:\tx");
    add_error(offset_of("x"), offset_of("x") + 1, "here");
    ck_assert_str_eq(window_of(), "1 |     ab:    x\n"
                                  "  |            ^ here\n");
}
END_TEST

START_TEST(a_marked_tab_is_four_columns)
{
    open_text("a\tb");
    add_error(1, 2, "");
    ck_assert_str_eq(window_of(), "1 | a    b\n"
                                  "  |  ^^^^\n");
}
END_TEST

START_TEST(wide_characters_are_two_columns)
{
    open_text("\xE6\x97\xA5\xE6\x9C\xAC: \xE8\xAA\x9E x");
    add_error(offset_of("\xE8"), offset_of("\xE8") + 3, "wide");
    ck_assert_str_eq(window_of(), "1 | \xE6\x97\xA5\xE6\x9C\xAC: \xE8\xAA\x9E x\n"
                                  "  |       ^^ wide\n");
    ck_assert_ptr_nonnull(strstr(text_of(false), "dag.yaml:1:5\n"));
}
END_TEST

START_TEST(combining_marks_take_no_column)
{
    open_text("e\xCC\x81t\xCC\x81 x");
    add_error(3, 6, "t");
    ck_assert_str_eq(window_of(), "1 | e\xCC\x81t\xCC\x81 x\n"
                                  "  |  ^ t\n");
    findings[0].pub.start = (tracedag_position){.byte = 1};
    findings[0].pub.end = (tracedag_position){.byte = 3};
    ck_assert_str_eq(window_of(), "1 | e\xCC\x81t\xCC\x81 x\n"
                                  "  | ^ t\n");
}
END_TEST

START_TEST(hidden_characters_are_spelt_out)
{
    /* NOLINTNEXTLINE(misc-misleading-bidirectional): that is what it shows */
    open_text("a\xE2\x80\xAE"
              "b\x1B[1m\xF3\xA0\x80\x81z\xE2\x80\x8B");
    add_error(offset_of("z"), offset_of("z") + 4, "");
    ck_assert_str_eq(window_of(), "1 | a\\u{202E}b\\u{001B}[1m\\u{E0001}z\\u{200B}\n"
                                  "  |                               ^^^^^^^^^\n");
}
END_TEST

START_TEST(bytes_that_are_not_utf8_are_replaced)
{
    open_bytes("a\xFF\x80\xC3z\0", 6);
    add_error(4, 6, "");
    ck_assert_str_eq(window_of(), "1 | a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\\u{0000}\n"
                                  "  |     ^^^^^^^^^\n");
}
END_TEST

/* ---- where a mark stands ----------------------------------------------------------- */

START_TEST(end_of_file_is_behind_the_last_character)
{
    open_text("a: [1");
    add_error(5, 5, "end");
    ck_assert_str_eq(window_of(), "1 | a: [1\n"
                                  "  |      ^ end\n");
    findings[0].pub.start = (tracedag_position){.byte = 900};
    findings[0].pub.end = (tracedag_position){.byte = 901};
    ck_assert_str_eq(window_of(), "1 | a: [1\n"
                                  "  |      ^ end\n");
}
END_TEST

START_TEST(end_of_file_behind_a_line_break_is_a_line)
{
    open_text("a: [1\n");
    add_error(6, 6, "end");
    ck_assert_str_eq(window_of(), "2 |\n"
                                  "  | ^ end\n");
    ck_assert_ptr_nonnull(strstr(text_of(false), "dag.yaml:2:1\n"));
}
END_TEST

START_TEST(an_empty_document_has_a_window)
{
    open_text("");
    add_error(0, 0, "");
    ck_assert_str_eq(text_of(false), "error[TD402]: message\n"
                                     " --> dag.yaml:1:1\n"
                                     "  |\n"
                                     "1 |\n"
                                     "  | ^\n"
                                     "  = explain: tracedag explain TD402\n"
                                     "dag.yaml: rejected, 1 error, 0 warnings" UNCHECKED);
}
END_TEST

START_TEST(a_span_of_many_lines_shows_the_first)
{
    open_text("x: [a,\n  b,\n  c]\ny: 1\n");
    add_error(offset_of("["), offset_of("]") + 1, "list");
    ck_assert_str_eq(window_of(), "1 | x: [a,\n"
                                  "  |    ^^^ list\n");
}
END_TEST

START_TEST(line_breaks_of_two_bytes_are_not_shown)
{
    open_text("a: 1\r\nb: 2\r\nc: 3\r\n");
    tracedag_finding *finding = add_error(9, 12, "to the end");
    relate(finding, 4, 6, "the break");
    relate(finding, 17, 18, "the second half");
    ck_assert_str_eq(window_of(), "1 | a: 1\n"
                                  "  |     - the break\n"
                                  "2 | b: 2\n"
                                  "  |    ^ to the end\n"
                                  "3 | c: 3\n"
                                  "  |     - the second half\n");
}
END_TEST

START_TEST(a_byte_order_mark_takes_no_column)
{
    open_text("\xEF\xBB\xBF"
              "a: 1\n");
    tracedag_finding *finding = add_error(3, 4, "key");
    relate(finding, 0, 3, "mark");
    ck_assert_str_eq(window_of(), "1 | a: 1\n"
                                  "  | ^ key\n"
                                  "  | - mark\n");
    ck_assert_ptr_nonnull(strstr(text_of(false), "dag.yaml:1:1\n"));
}
END_TEST

START_TEST(a_lone_byte_order_mark_has_a_window)
{
    open_text("\xEF\xBB\xBF");
    add_error(0, 0, "");
    ck_assert_str_eq(window_of(), "1 |\n"
                                  "  | ^\n");
}
END_TEST

START_TEST(related_marks_stand_in_line_order)
{
    open_text("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n");
    tracedag_finding *finding = add_error(offset_of("c"), offset_of("c") + 4, "here");
    relate(finding, offset_of("e"), offset_of("e") + 1, "behind");
    relate(finding, offset_of("3"), offset_of("3") + 1, "same line");
    relate(finding, offset_of("c"), offset_of("c") + 1, "");
    relate(finding, offset_of("b"), offset_of("b") + 1, "in front");
    ck_assert_str_eq(window_of(), "2 | b: 2\n"
                                  "  | - in front\n"
                                  "3 | c: 3\n"
                                  "  | ^^^^ here\n"
                                  "  |    - same line\n"
                                  "  | -\n"
                                  "...\n"
                                  "5 | e: 5\n"
                                  "  | - behind\n");
    ck_assert_ptr_nonnull(strstr(text_of(false), "dag.yaml:3:1\n"));
}
END_TEST

/* ---- long lines -------------------------------------------------------------------- */

/* The source line of a window without its gutter, and the mark below it. */
static void check_cut(size_t size, size_t column, const char *begin, const char *end,
                      size_t shown)
{
    char *line = long_line(size, column, "MARK");
    open_text(line);
    free(line);
    add_error(column, column + 4, "");
    const char *source_line = window_of() + 4;
    const char *carets = strchr(source_line, '\n') + 1 + 4;
    ck_assert_uint_eq(strcspn(source_line, "\n"), shown);
    ck_assert_int_eq(strncmp(source_line, begin, strlen(begin)), 0);
    ck_assert_int_eq(strncmp(source_line + shown - strlen(end), end, strlen(end)), 0);
    ck_assert_uint_eq(strspn(carets, " "), strcspn(source_line, "M"));
    ck_assert_str_eq(carets + strspn(carets, " "), "^^^^\n");
}

START_TEST(a_line_of_120_columns_is_whole)
{
    check_cut(120, 0, "MARKa", "aaaa", 120);
}
END_TEST

START_TEST(a_long_line_is_cut_right)
{
    check_cut(121, 113, "aaaa", "MARK...", 120);
}
END_TEST

START_TEST(a_long_line_is_cut_left)
{
    check_cut(121, 117, "...a", "aaaMARK", 120);
}
END_TEST

START_TEST(a_very_long_line_is_cut_left)
{
    check_cut(100000, 99900, "...a", "aaaaa", 120);
}
END_TEST

START_TEST(a_long_line_is_cut_on_both_sides)
{
    check_cut(100000, 50000, "...a", "a...", 120);
}
END_TEST

START_TEST(a_mark_longer_than_the_window_is_cut)
{
    char *line = long_line(1000, 0, "");
    open_text(line);
    free(line);
    add_error(500, 900, "label");
    const char *window = window_of();
    ck_assert_uint_eq(times(window, "^"), 97);
    ck_assert_uint_eq(strcspn(window, "\n"), 4 + 120);
    ck_assert_ptr_nonnull(strstr(window, "^ label\n"));
}
END_TEST

START_TEST(the_end_of_a_long_line_can_be_marked)
{
    char *line = long_line(1000, 0, "");
    open_text(line);
    free(line);
    add_error(1000, 1000, "end");
    const char *window = window_of();
    const char *below = strchr(window, '\n') + 1;
    ck_assert_uint_eq(strcspn(window, "\n"), 4 + 120);
    ck_assert_uint_eq(strcspn(below, "^"), 4 + 120);
}
END_TEST

/* Far apart on one line: the line is shown once for each place. */
START_TEST(a_related_mark_out_of_sight_has_its_own_window)
{
    char *line = long_line(1000, 10, "FIRST");
    memcpy(line + 900, "SECOND", 6);
    open_text(line);
    free(line);
    tracedag_finding *finding = add_error(900, 906, "second");
    relate(finding, 10, 15, "first");
    relate(finding, 20, 21, "near the first");
    const char *window = window_of();
    ck_assert_uint_eq(times(window, "1 | "), 2);
    ck_assert_ptr_nonnull(strstr(window, "^^^^^^ second\n1 | aaaaaaaaaaFIRST"));
    ck_assert_ptr_nonnull(strstr(window, "  |           ----- first\n"
                                         "  |                     - near the first\n"));
}
END_TEST

/* A combining mark does not move over to the dots, wherever the cut falls. */
START_TEST(a_cut_does_not_split_a_character_from_its_marks)
{
    char line[4 * 300 + 1] = "";
    for (size_t i = 0; i < 300; i++)
        memcpy(line + 4 * i, "e\xCC\x81\xCC", 4); /* the last byte is mended below */
    for (size_t i = 0; i < 300; i++)
        line[4 * i + 3] = 'x';
    open_text(line);
    add_error(600 + 3 * (uint64_t)_i, 601 + 3 * (uint64_t)_i, "");
    const char *window = window_of();
    ck_assert_int_eq(strncmp(window, "1 | ...", 7), 0);
    ck_assert_int_ne(window[7], '\xCC');
}
END_TEST

START_TEST(a_combining_mark_that_begins_a_line_is_not_cut_off)
{
    char *line = long_line(200, 0, "\xCC\x81");
    open_text(line);
    free(line);
    add_error(20, 21, "");
    ck_assert_int_eq(strncmp(window_of(),
                             "1 | \xCC\x81"
                             "aaa",
                             9),
                     0);
}
END_TEST

START_TEST(a_combining_mark_that_begins_a_line_is_marked)
{
    open_text("\xCC\x81: 1\n");
    add_error(0, 2, "");
    ck_assert_str_eq(window_of(), "1 | \xCC\x81: 1\n"
                                  "  | ^\n");
}
END_TEST

START_TEST(one_wide_character_that_is_cut_off_leaves_dots)
{
    char *line = long_line(118, 0, "\t");
    open_text(line);
    free(line);
    add_error(117, 118, "");
    ck_assert_int_eq(strncmp(window_of(), "1 | ...aaaa", 11), 0);
}
END_TEST

START_TEST(a_cut_line_keeps_eighty_columns_of_a_mark)
{
    for (size_t column = 36; column < 40; column++) {
        char *line = long_line(1000, 0, "");
        open_text(line);
        free(line);
        add_error(column, column + 100, "");
        ck_assert_uint_ge(times(window_of(), "^"), 80);
        td_source_free(&source, &mem);
        report.diag.count = 0;
    }
}
END_TEST

START_TEST(bytes_without_a_beginning_do_not_hide_the_mark)
{
    char line[3000];
    memset(line, 0x80, sizeof line);
    memcpy(line + 2000, "MARK", 4);
    open_bytes(line, sizeof line);
    add_error(2000, 2004, "");
    const char *window = window_of();
    ck_assert_ptr_nonnull(strstr(window, "MARK"));
    ck_assert_uint_eq(times(window, "^"), 4);
}
END_TEST

/* ---- colours, counts, limits ------------------------------------------------------- */

START_TEST(colors_follow_the_severity)
{
    open_text("a: 1\nb: 2\nc: 3\n");
    tracedag_finding *finding = add(801, TRACEDAG_SEVERITY_WARNING, 0, 1);
    finding->label = words("here");
    relate(finding, 10, 11, "there");
    ck_assert_str_eq(text_of(true), "\033[33mwarning[TD801]\033[0m: message\n"
                                    "\033[2m -->\033[0m dag.yaml:1:1\n"
                                    "\033[2m  |\033[0m\n"
                                    "\033[2m1 |\033[0m a: 1\n"
                                    "\033[2m  |\033[0m \033[33m^ here\033[0m\n"
                                    "\033[2m...\033[0m\n"
                                    "\033[2m3 |\033[0m c: 3\n"
                                    "\033[2m  |\033[0m \033[36m- there\033[0m\n"
                                    "\033[2m  =\033[0m explain: tracedag explain TD801\n"
                                    "dag.yaml: accepted, 1 warning" UNCHECKED);
    findings[0].pub.severity = TRACEDAG_SEVERITY_ERROR;
    ck_assert_int_eq(strncmp(text_of(true), "\033[1;31merror[TD801]\033[0m", 22), 0);
    findings[0].pub.severity = TRACEDAG_SEVERITY_NOTE;
    ck_assert_int_eq(strncmp(text_of(true), "\033[34mnote[TD801]\033[0m", 20), 0);
}
END_TEST

static void check_verdict(size_t errors, size_t warnings, size_t notes,
                          const char *verdict)
{
    size_t *counts = report.diag.by_severity;
    counts[TRACEDAG_SEVERITY_ERROR] = errors;
    counts[TRACEDAG_SEVERITY_WARNING] = warnings;
    counts[TRACEDAG_SEVERITY_NOTE] = notes;
    ck_assert_str_eq(text_of(false), verdict);
}

START_TEST(the_verdict_counts)
{
    open_text("");
    check_verdict(0, 0, 0, "dag.yaml: accepted, 0 warnings" UNCHECKED);
    check_verdict(0, 1, 0, "dag.yaml: accepted, 1 warning" UNCHECKED);
    check_verdict(0, 2, 1, "dag.yaml: accepted, 2 warnings, 1 note" UNCHECKED);
    check_verdict(1, 1, 0, "dag.yaml: rejected, 1 error, 1 warning" UNCHECKED);
    check_verdict(1234, 0, 2,
                  "dag.yaml: rejected, 1234 errors, 0 warnings, 2 notes" UNCHECKED);
}
END_TEST

static void add_named(size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        add(202, TRACEDAG_SEVERITY_ERROR, 0, 1);
        findings[report.diag.count - 1].fingerprint_name =
            (struct td_str){name, strlen(name)};
    }
}

START_TEST(more_than_five_of_one_name_are_counted)
{
    open_text("a: 1\n");
    add_named(5, "five");
    add_named(6, "si\xE2\x80\x8Bx");
    add_named(8, "eight");
    add_named(7, "");
    const char *text = text_of(false);
    ck_assert_uint_eq(times(text, "error[TD202]"), 5 + 5 + 5 + 5);
    ck_assert_uint_eq(times(text, "more"), 3);
    ck_assert_ptr_nonnull(strstr(text, "\n... 2 more of TD202 are not shown\n"));
    const char *six =
        strstr(text, "\n... 1 more of TD202 for `si\\u{200B}x` is not shown\n");
    const char *eight = strstr(text, "\n... 3 more of TD202 for `eight` are not shown\n");
    ck_assert(six && eight && six < eight);
    ck_assert_ptr_nonnull(strstr(text, ": rejected, 26 errors,"));
    ck_assert_uint_eq(times(json_of("f"), "\"TD202\",\"name\""), 26);
}
END_TEST

START_TEST(more_than_a_hundred_are_counted)
{
    open_text("a: 1\n");
    for (size_t i = 0; i < 101; i++)
        add_error(0, 1, "");
    const char *text = text_of(false);
    ck_assert_uint_eq(times(text, "error[TD402]"), 100);
    ck_assert_ptr_nonnull(
        strstr(text, "\n... 1 more diagnostic is not shown\ndag.yaml: "));
    add_named(6, "name");
    report.diag.by_severity[TRACEDAG_SEVERITY_ERROR] +=
        40; /* that the report did not keep */
    report.diag.dropped = 40;
    ck_assert_ptr_nonnull(
        strstr(text_of(false), "\n... 47 more diagnostics are not shown\n"));
    ck_assert_ptr_nonnull(strstr(json_of("f"),
                                 "\"errors\":147,\"warnings\":0,\"notes\":0,"
                                 "\"suppressed\":0,\"dropped\":40,"));
}
END_TEST

START_TEST(exactly_a_hundred_are_shown)
{
    open_text("a: 1\n");
    for (size_t i = 0; i < 100; i++)
        add_error(0, 1, "");
    const char *text = text_of(false);
    ck_assert_uint_eq(times(text, "error[TD402]"), 100);
    ck_assert_uint_eq(times(text, "more"), 0);
}
END_TEST

START_TEST(notes_do_not_push_errors_out)
{
    open_text("a: 1\n");
    for (size_t i = 0; i < 99; i++)
        add(802, TRACEDAG_SEVERITY_NOTE, 0, 1);
    for (size_t i = 0; i < 50; i++)
        add(801, TRACEDAG_SEVERITY_WARNING, 1, 2);
    add_error(3, 4, "");
    const char *text = text_of(false);
    ck_assert_uint_eq(times(text, "note[TD802]"), 49);
    ck_assert_uint_eq(times(text, "warning[TD801]"), 50);
    ck_assert_uint_eq(times(text, "error[TD402]"), 1);
    ck_assert(strstr(text, "note[") < strstr(text, "warning["));
    ck_assert(strstr(text, "warning[") < strstr(text, "error["));
    ck_assert_ptr_nonnull(strstr(text, "... 50 more diagnostics are not shown\n"));
}
END_TEST

/* ---- records ----------------------------------------------------------------------- */

START_TEST(records_tell_related_places_and_subjects)
{
    open_text("a: \xF0\x9F\x98\x80 b\nc\n");
    tracedag_finding *finding = add(802, TRACEDAG_SEVERITY_NOTE, 8, 9);
    finding->subject_kind = TRACEDAG_SUBJECT_INPUT;
    finding->subject = words("j\"");
    finding->subject_index = 7;
    relate(finding, 10, 11, "first");
    relate(finding, 0, 1, "second");
    add(801, TRACEDAG_SEVERITY_WARNING, 0, 1)->subject_kind = TRACEDAG_SUBJECT_DATASET;
    add(801, TRACEDAG_SEVERITY_WARNING, 0, 1);
    const char *json = json_of("f");
    ck_assert_ptr_nonnull(strstr(
        json, "\"severity\":\"note\",\"message\":\"message\",\"file\":\"f\",\"span\":{"
              "\"start\":{\"byte\":8,\"line\":1,\"col\":6,\"utf16\":7},"
              "\"end\":{\"byte\":9,\"line\":1,\"col\":7,\"utf16\":8}},\"label\":\"\","));
    ck_assert_ptr_nonnull(strstr(
        json, "\"subject\":{\"kind\":\"input\",\"name\":\"j\\\"\",\"index\":7},"
              "\"related\":[{\"span\":{\"start\":{\"byte\":10,\"line\":2,\"col\":1,"
              "\"utf16\":1},\"end\":{\"byte\":11,\"line\":2,\"col\":2,\"utf16\":2}},"
              "\"label\":\"first\"},{\"span\":{"));
    ck_assert_ptr_nonnull(strstr(json, "\"help\":[],\"fixes\":[],\"data\":{},"));
    ck_assert_ptr_nonnull(strstr(json, "{\"kind\":\"dataset\",\"name\":\"\"}"));
    ck_assert_ptr_nonnull(strstr(json, "{\"kind\":\"dag\",\"name\":\"\"}"));
    ck_assert_ptr_nonnull(strstr(json, "\"valid\":true,\"errors\":0,\"warnings\":2,"
                                       "\"notes\":1,"));
    ck_assert_uint_eq(times(json, "\n"), 4);
}
END_TEST

START_TEST(file_names_are_made_harmless)
{
    open_text("");
    td_render_text(&report, "a\n\xC2\x9B\x9B\033[m", false, &out);
    td_buf_byte(&out, '\0');
    ck_assert_str_eq(out.ptr, "a\\u{000A}\\u{009B}\xEF\xBF\xBD\\u{001B}[m: accepted, "
                              "0 warnings" UNCHECKED);
    ck_assert_ptr_nonnull(
        strstr(json_of("a\"\n\xFFz"), "\"file\":\"a\\\"\\n\xEF\xBF\xBDz\","));
}
END_TEST

/* ---- places ------------------------------------------------------------------------ */

static const char *const pieces[] = {
    "a",    "bc",       "\n",  "\r\n", "\xC3\xA9", "\xE6\x97\xA5", "\xF0\x9F\x98\x80",
    "\xFF", "\xE6\x97", "\x80"};

/* Some text of many kinds of characters; the same for the same seed. */
static size_t mixed_text(char *text, size_t room, uint32_t seed)
{
    size_t size = 0;
    if (seed % 2) {
        memcpy(text, "\xEF\xBB\xBF", 3);
        size = 3;
    }
    while (size + 4 < room) {
        seed = seed * 1664525U + 1013904223U;
        size_t kind = (seed >> 24) % TD_COUNT(pieces);
        if (strchr(pieces[kind], '\n') && (seed >> 16) % 16)
            continue; /* fewer and longer lines */
        memcpy(text + size, pieces[kind], strlen(pieces[kind]));
        size += strlen(pieces[kind]);
    }
    return size;
}

static void check_position(const tracedag_position *have, size_t at)
{
    struct td_position want = td_source_position(&source, at);
    ck_assert_uint_eq(have->byte, at);
    ck_assert_uint_eq(have->line, want.line);
    ck_assert_uint_eq(have->column, want.column);
    ck_assert_uint_eq(have->utf16, want.utf16);
}

START_TEST(places_agree_with_the_source)
{
    char text[5000];
    size_t size = mixed_text(text, sizeof text, (uint32_t)_i);
    open_bytes(text, size);
    tracedag_finding *finding = add_error(0, 0, "");
    relate(finding, 0, 0, "");
    /* What it is held against counts from the beginning, so each text has a fifth of the places. */
    for (size_t at = (size_t)_i % 5; at < size + 5; at += 5) {
        finding->start = related[0].end = (tracedag_position){.byte = at};
        td_places_fill(&report.diag, &source);
        check_position(&finding->start, at < size ? at : size);
        check_position(&related[0].end, at < size ? at : size);
    }
}
END_TEST

START_TEST(behind_the_end_is_the_end)
{
    open_text("a: 1\nb");
    ck_assert_uint_eq(td_source_line(&source, 99), 2);
    struct td_span span = td_source_line_span(&source, 99);
    ck_assert_uint_eq(span.start, 5);
    ck_assert_uint_eq(span.end, 6);
    ck_assert_uint_eq(td_source_position(&source, 99).column, 2);
}
END_TEST

START_TEST(places_need_memory)
{
    open_text("a: 1\n");
    td_places_fill(&report.diag, &source); /* without a finding there is nothing to do */
    add_error(0, 1, "");
    mem.budget = mem.live;
    td_places_fill(&report.diag, &source);
    ck_assert(report.diag.failed);
}
END_TEST

/* Any span over any bytes: what is written stays within the window and shows its mark. */
START_TEST(windows_are_bounded_whatever_they_show)
{
    char text[3000];
    size_t size = mixed_text(text, sizeof text, (uint32_t)_i);
    for (size_t i = 0; i < size && _i >= 4; i++)
        text[i] = text[i] == '\n' ? ' ' : text[i]; /* a single line */
    open_bytes(text, size);
    add_error(0, 0, "");
    for (size_t at = 0; at <= size; at += 3) {
        findings[0].pub.start = (tracedag_position){.byte = at};
        findings[0].pub.end = (tracedag_position){.byte = at + at % 41};
        const char *window = window_of();
        ck_assert_uint_ge(times(window, "^"), 1);
        ck_assert_uint_lt(strlen(window), 4 * 2 * (120 + 10));
        out.len = 0;
    }
}
END_TEST

/* One line of 1 MiB, a thousand findings with related places: done at once, or not at
 * all. */
START_TEST(one_long_line_takes_little_time)
{
    enum { SIZE = 1 << 20, COUNT = 1000 };
    char *line = long_line(SIZE, 0, "");
    open_text(line);
    free(line);
    for (size_t i = 0; i < COUNT; i++) {
        tracedag_finding *finding = add_error(i * 1000, i * 1000 + 5, "");
        relate(finding, SIZE - i, SIZE - i, "");
        relate(finding, i * 500, i * 500 + 1, "");
    }
    ck_assert_uint_eq(times(json_of("f"), "\n"), COUNT + 1);
    ck_assert_uint_eq(times(text_of(false), "error[TD402]"), 100);
}
END_TEST

START_TEST(no_memory_is_told)
{
    open_text("a: 1\n");
    add_error(0, 1, "");
    const struct tracedag_report *list[] = {&report};
    const struct td_reports reports = {list, NULL, 1};
    size_t held = mem.live;
    for (size_t budget = 0; budget < 40; budget += 8) {
        mem.budget = held + budget;
        td_buf_init(&out, &mem);
        td_render_text(&report, "f", false, &out);
        ck_assert(out.failed);
        td_buf_free(&out);
        td_render_json(&report, "f", &out);
        ck_assert(out.failed);
        td_buf_free(&out);
        td_render_sarif(&reports, "1.2.3", &out);
        ck_assert(out.failed);
        td_buf_free(&out);
        td_render_github(&reports, &out);
        ck_assert(out.failed);
        td_buf_free(&out);
        ck_assert_uint_eq(mem.live, held);
    }
}
END_TEST

Suite *td_suite_render(void)
{
    TCase *tests = tcase_create("render");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, prints_the_example);
    tcase_add_test(tests, prints_a_cycle);
    tcase_add_test(tests, writes_the_example_record);
    tcase_add_test(tests, writes_the_example_log);
    tcase_add_test(tests, writes_the_example_command);
    tcase_add_test(tests, behind_the_end_is_the_last_character);
    tcase_add_test(tests, levels_have_words_of_their_own);
    tcase_add_test(tests, rules_of_security_have_a_score);
    tcase_add_test(tests, commands_escape_what_separates);
    tcase_add_test(tests, columns_are_for_one_line);
    tcase_add_test(tests, messages_stand_for_nothing_else);
    tcase_add_test(tests, long_regions_have_no_snippet);
    tcase_add_test(tests, tabs_are_four_columns);
    tcase_add_test(tests, a_marked_tab_is_four_columns);
    tcase_add_test(tests, wide_characters_are_two_columns);
    tcase_add_test(tests, combining_marks_take_no_column);
    tcase_add_test(tests, hidden_characters_are_spelt_out);
    tcase_add_test(tests, bytes_that_are_not_utf8_are_replaced);
    tcase_add_test(tests, end_of_file_is_behind_the_last_character);
    tcase_add_test(tests, end_of_file_behind_a_line_break_is_a_line);
    tcase_add_test(tests, an_empty_document_has_a_window);
    tcase_add_test(tests, a_span_of_many_lines_shows_the_first);
    tcase_add_test(tests, line_breaks_of_two_bytes_are_not_shown);
    tcase_add_test(tests, a_byte_order_mark_takes_no_column);
    tcase_add_test(tests, a_lone_byte_order_mark_has_a_window);
    tcase_add_test(tests, related_marks_stand_in_line_order);
    tcase_add_test(tests, a_line_of_120_columns_is_whole);
    tcase_add_test(tests, a_long_line_is_cut_right);
    tcase_add_test(tests, a_long_line_is_cut_left);
    tcase_add_test(tests, a_very_long_line_is_cut_left);
    tcase_add_test(tests, a_long_line_is_cut_on_both_sides);
    tcase_add_test(tests, a_mark_longer_than_the_window_is_cut);
    tcase_add_test(tests, the_end_of_a_long_line_can_be_marked);
    tcase_add_test(tests, a_related_mark_out_of_sight_has_its_own_window);
    tcase_add_loop_test(tests, a_cut_does_not_split_a_character_from_its_marks, 0, 2);
    tcase_add_test(tests, a_combining_mark_that_begins_a_line_is_not_cut_off);
    tcase_add_test(tests, a_combining_mark_that_begins_a_line_is_marked);
    tcase_add_test(tests, one_wide_character_that_is_cut_off_leaves_dots);
    tcase_add_test(tests, a_cut_line_keeps_eighty_columns_of_a_mark);
    tcase_add_test(tests, bytes_without_a_beginning_do_not_hide_the_mark);
    tcase_add_test(tests, colors_follow_the_severity);
    tcase_add_test(tests, the_verdict_counts);
    tcase_add_test(tests, more_than_five_of_one_name_are_counted);
    tcase_add_test(tests, more_than_a_hundred_are_counted);
    tcase_add_test(tests, exactly_a_hundred_are_shown);
    tcase_add_test(tests, notes_do_not_push_errors_out);
    tcase_add_test(tests, records_tell_related_places_and_subjects);
    tcase_add_test(tests, file_names_are_made_harmless);
    tcase_add_loop_test(tests, places_agree_with_the_source, 0, 8);
    tcase_add_test(tests, behind_the_end_is_the_end);
    tcase_add_test(tests, places_need_memory);
    tcase_add_loop_test(tests, windows_are_bounded_whatever_they_show, 0, 8);
    tcase_add_test(tests, one_long_line_takes_little_time);
    tcase_add_test(tests, no_memory_is_told);
    Suite *suite = suite_create("render");
    suite_add_tcase(suite, tests);
    return suite;
}
