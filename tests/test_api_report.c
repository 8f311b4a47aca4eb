/*
 * The report: what it counts and keeps, where bytes stand, and how it is written.
 */
#include "api.h"

#include <stdio.h>
#include <time.h>

static tracedag_report *report_of(const char *bytes)
{
    return must_reject(bytes, strlen(bytes), NULL);
}

/* ---- counts and findings ---------------------------------------------------------------- */

START_TEST(test_counts)
{
    tracedag_report *report = report_of(broken);
    size_t sum = 0;
    for (uint32_t severity = 1; severity <= 3; severity++) {
        size_t count = 0;
        for (size_t i = 0; tracedag_report_finding(report, i); i++)
            count += tracedag_report_finding(report, i)->severity == severity;
        ck_assert_uint_eq(tracedag_report_count(report, severity), count);
        sum += count;
    }
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 4);
    ck_assert_uint_eq(tracedag_report_count(report, 0), sum);
    ck_assert_uint_eq(tracedag_report_dropped(report), 0);
    ck_assert_uint_eq(tracedag_report_count(report, 4), 0);
    ck_assert_uint_eq(tracedag_report_count(report, UINT32_MAX), 0);
    ck_assert_uint_eq(tracedag_report_count(report, UINT32_C(1) << 31), 0);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_no_report)
{
    tracedag_position place = {7, 7, 7, 7, 7};
    ck_assert_uint_eq(tracedag_report_count(NULL, 0), 0);
    ck_assert_uint_eq(tracedag_report_count(NULL, TRACEDAG_SEVERITY_ERROR), 0);
    ck_assert_uint_eq(tracedag_report_dropped(NULL), 0);
    ck_assert_ptr_null(tracedag_report_finding(NULL, 0));
    tracedag_report_position(NULL, 5, &place);
    ck_assert_uint_eq(place.byte, 0);
    ck_assert_uint_eq(place.line, 1);
    ck_assert_uint_eq(place.column, 1);
    ck_assert_uint_eq(place.utf16, 1);
    ck_assert_uint_eq(place.reserved, 0);
    tracedag_report_position(NULL, 5, NULL);
}
END_TEST

START_TEST(test_findings_by_list_and_by_index)
{
    tracedag_report *report = report_of(broken);
    tracedag_list list;
    tracedag_report_findings(report, &list);
    ck_assert_uint_ge(list.stride, sizeof(tracedag_finding));
    for (size_t i = 0; i < list.count; i++)
        ck_assert_ptr_eq(record(&list, i), tracedag_report_finding(report, i));
    ck_assert_ptr_null(tracedag_report_finding(report, list.count));
    ck_assert_ptr_null(tracedag_report_finding(report, SIZE_MAX));
    tracedag_report_findings(report, NULL);
    tracedag_report_unref(report);
}
END_TEST

/* One value behind fourteen aliases: eight places are told, and no more. */
START_TEST(test_related_places_are_bounded)
{
    struct text document = {NULL, 0, 0};
    put(&document, "name: d\njobs:\n");
    for (int i = 0; i < 14; i++)
        put(&document,
            "  - {name: j%d, activation: source, runtime: lambda, outputs: 0,\n"
            "     source: {kind: manual}, operator: %s}\n",
            i, i ? "*o " : "&o BAD");
    tracedag_report *report = report_of(document.ptr);
    const tracedag_finding *f = tracedag_report_finding(report, 0);
    ck_assert_uint_eq(f->code, TRACEDAG_CODE_BAD_NAME);
    ck_assert_uint_eq(f->related.count, 8);
    for (size_t i = 0; i < 8; i++) {
        const tracedag_related *related = tracedag_list_at(&f->related, i);
        ck_assert(is_text(related->label, "used here"));
    }
    ck_assert_ptr_null(tracedag_list_at(&f->related, 8));
    tracedag_report_unref(report);
    drop(&document);
}
END_TEST

START_TEST(test_what_a_finding_says)
{
    tracedag_report *report = report_of(broken);
    const tracedag_finding *f = tracedag_report_finding(report, 0);
    const char *at = strstr(broken, "Bad Name");
    ck_assert_uint_eq(f->code, TRACEDAG_CODE_BAD_NAME);
    ck_assert_uint_eq(f->severity, TRACEDAG_SEVERITY_ERROR);
    ck_assert(is_text(f->name, "bad-name"));
    ck_assert(is_text(f->pointer, "/name"));
    ck_assert_uint_eq(f->start.byte, (uint64_t)(at - broken));
    ck_assert_uint_eq(f->end.byte, f->start.byte + strlen("Bad Name"));
    ck_assert_uint_eq(f->start.line, 1);
    ck_assert_uint_eq(f->start.column, 1 + f->start.byte);
    ck_assert_uint_eq(f->end.utf16, 1 + f->end.byte);
    ck_assert_uint_eq(f->subject_kind, TRACEDAG_SUBJECT_DAG);
    ck_assert_uint_eq(f->fingerprint.len, 16);
    f = tracedag_report_finding(report, 1);
    ck_assert_uint_eq(f->code, TRACEDAG_CODE_BAD_VALUE);
    ck_assert(is_text(f->pointer, "/jobs/0/activation"));
    ck_assert(is_text(f->subject, "a"));
    ck_assert_uint_eq(f->subject_kind, TRACEDAG_SUBJECT_JOB);
    tracedag_report_unref(report);
}
END_TEST

/* ---- order and repeats ------------------------------------------------------------------ */

static int compare_texts(tracedag_text a, tracedag_text b)
{
    size_t least = a.len < b.len ? a.len : b.len;
    int order = least ? memcmp(a.ptr, b.ptr, least) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool in_order(const tracedag_finding *a, const tracedag_finding *b)
{
    if (a->start.byte != b->start.byte)
        return a->start.byte < b->start.byte;
    if (a->code != b->code)
        return a->code < b->code;
    return compare_texts(a->pointer, b->pointer) <= 0;
}

static bool same(const tracedag_finding *a, const tracedag_finding *b)
{
    return a->code == b->code && a->start.byte == b->start.byte &&
           a->end.byte == b->end.byte && compare_texts(a->data, b->data) == 0;
}

static void check_order(const tracedag_report *report)
{
    for (size_t i = 1; tracedag_report_finding(report, i); i++) {
        const tracedag_finding *f = tracedag_report_finding(report, i);
        ck_assert(in_order(tracedag_report_finding(report, i - 1), f));
        for (size_t j = i; j > 0; j--) {
            const tracedag_finding *before = tracedag_report_finding(report, j - 1);
            if (before->start.byte != f->start.byte)
                break;
            ck_assert_msg(!same(before, f), "TD%u is told twice", f->code);
        }
    }
}

/* One list behind three aliases: its faults are found three times and told once. */
START_TEST(test_repeats_are_told_once)
{
    struct text document = {NULL, 0, 0};
    put(&document, "name: d\njobs:\n");
    for (int i = 0; i < 3; i++)
        put(&document,
            "  - {name: j%d, activation: reactive, runtime: ecs_platform, operator: op,\n"
            "     outputs: 0, execution_strategy: PerUpdate, inputs: %s}\n",
            i,
            i ? "*all " : "&all [{from: {job: nobody, output: 0}}, {from: {nope: 1}}]");
    tracedag_report *report = report_of(document.ptr);
    tracedag_list list;
    tracedag_report_findings(report, &list);
    check_order(report);
    ck_assert_uint_eq(tracedag_report_count(report, 0), list.count);
    ck_assert_uint_eq(tracedag_report_dropped(report), 0);
    tracedag_report_unref(report);
    drop(&document);
}
END_TEST

static bool reads(tracedag_text text, const char *words)
{
    return text.len == strlen(words) && memcmp(text.ptr, words, text.len) == 0;
}

/* What stays when repeats are taken out keeps its words. */
static void check_words_of_unknown_jobs(const tracedag_report *report)
{
    static const char *const messages[] = {
        "job `j0` reads job `nobody`, which this DAG does not define",
        "job `j0` reads job `no`, which this DAG does not define"};
    size_t found = 0;
    for (size_t i = 0; tracedag_report_finding(report, i); i++) {
        const tracedag_finding *f = tracedag_report_finding(report, i);
        if (f->code != TRACEDAG_CODE_UNKNOWN_JOB)
            continue;
        ck_assert_uint_lt(found, 2);
        ck_assert(reads(f->message, messages[found++]));
        ck_assert(reads(f->label, "no job has this name"));
        ck_assert(reads(f->subject, "j0"));
        ck_assert_uint_eq(f->help.count, 1);
        ck_assert_uint_gt(((const tracedag_text *)f->help.items)->len, 0);
    }
    ck_assert_uint_eq(found, 2);
}

START_TEST(test_repeats_take_no_room)
{
    enum { DISTINCT = 3 };
    static const int jobs[] = {3, 12, 60}; /* the later ones fill the list with repeats */
    struct text document = {NULL, 0, 0};
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, DISTINCT);
    put(&document, "name: d\njobs:\n");
    for (int i = 0; i < jobs[_i]; i++)
        put(&document,
            "  - {name: j%d, activation: reactive, runtime: ecs_platform, operator: op,\n"
            "     outputs: 0, execution_strategy: PerUpdate, inputs: %s}\n",
            i,
            i ? "*all " : "&all [{from: {job: nobody, output: 0}}, {from: {job: no}}]");
    tracedag_report *report = report_of(document.ptr);
    ck_assert_uint_eq(tracedag_report_count(report, 0), DISTINCT);
    tracedag_report_unref(report);
    report = must_reject(document.ptr, document.len, options);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_DROPPED), 0);
    ck_assert_uint_eq(tracedag_report_count(report, 0), DISTINCT);
    check_words_of_unknown_jobs(report);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

/* What was found in reading keeps its related places when repeats behind it are taken out. */
START_TEST(test_repeats_leave_related_places)
{
    struct text document = {NULL, 0, 0};
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, 4);
    put(&document, "%s    config: {a: &x 1, b: &x 2}\n", one_job);
    for (int i = 0; i < 60; i++)
        put(&document,
            "  - {name: j%d, activation: reactive, runtime: ecs_platform, operator: op,\n"
            "     outputs: 0, execution_strategy: PerUpdate, inputs: %s}\n",
            i,
            i ? "*all " : "&all [{from: {job: nobody, output: 0}}, {from: {job: no}}]");
    tracedag_report *report = must_reject(document.ptr, document.len, options);
    const tracedag_finding *f = tracedag_report_finding(report, 0);
    ck_assert_uint_eq(f->code, TRACEDAG_CODE_REPEATED_ANCHOR);
    ck_assert_uint_eq(f->related.count, 1);
    const tracedag_related *related = f->related.items;
    ck_assert(reads(related->label, "first set here"));
    const char *first = strstr(document.ptr, "&x");
    ck_assert_uint_eq(related->start.byte, (uint64_t)(first - document.ptr));
    ck_assert_uint_eq(related->end.byte, related->start.byte + 2);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    drop(&document);
}
END_TEST

START_TEST(test_findings_are_in_order)
{
    struct text document = {NULL, 0, 0};
    put(&document, "zz: 1\n%s    zy: 1\n    config: {a: *b , c: [*d ], a: 1}\n", one_job);
    put(&document, "  - {name: A, zx: 1, outputs: x}\n  - 5\n  - {}\nname: q\n");
    tracedag_report *report = report_of(document.ptr);
    ck_assert_uint_gt(tracedag_report_count(report, 0), 8);
    check_order(report);
    tracedag_report_unref(report);
    drop(&document);
}
END_TEST

/* Reading goes on behind each of many faults of syntax. */
START_TEST(test_a_fault_on_every_line)
{
    enum { FAULTS = 400 };
    struct text document = {NULL, 0, 0};
    put(&document, "%s    config:\n", one_job);
    for (int i = 0; i < FAULTS; i++)
        put(&document, "      key_%d: @at-signs-need-quotes\n", i);
    tracedag_report *report = report_of(document.ptr);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_UNEXPECTED_TEXT), FAULTS);
    ck_assert_uint_eq(tracedag_report_count(report, 0), FAULTS);
    tracedag_report_unref(report);
    drop(&document);
}
END_TEST

/* Seconds of processor time for a document with so many faults. */
static double time_of_faults(size_t faults)
{
    struct text document = {NULL, 0, 0};
    put(&document, "name: d\njobs: []\n");
    for (size_t i = 0; i < faults; i++)
        put(&document, "k%zu: 1\n", i);
    clock_t start = clock();
    tracedag_report *report = must_reject(document.ptr, document.len, NULL);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    size_t kept = 0;
    while (tracedag_report_finding(report, kept))
        kept++;
    ck_assert_uint_eq(kept, 1001);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), faults + 1);
    ck_assert_uint_eq(tracedag_report_dropped(report), faults + 1 - 1000);
    check_order(report);
    tracedag_report_unref(report);
    drop(&document);
    return seconds;
}

/* Generous, so that neither a slow machine nor valgrind fails it; a quadratic step would. */
START_TEST(test_a_hundred_thousand_faults)
{
    double few = time_of_faults(10000);
    double many = time_of_faults(100000);
    ck_assert_msg(many < 30 * few + 0.5, "%.3f s for 10,000 and %.3f s for 100,000", few,
                  many);
}
END_TEST

/* ---- where bytes stand ------------------------------------------------------------------ */

static void check_place(const tracedag_report *report, uint64_t offset, uint32_t line,
                        uint32_t column, uint32_t utf16)
{
    tracedag_position found;
    tracedag_report_position(report, offset, &found);
    ck_assert_msg(found.line == line && found.column == column && found.utf16 == utf16,
                  "byte %u: %u:%u, %u", (unsigned)offset, found.line, found.column,
                  found.utf16);
}

/* A byte order mark, text of one, two and four bytes a character, CRLF, and three bytes. */
static const char wide[] =
    "\xEF\xBB\xBFn: \"\xC3\xA9\xF0\x9D\x84\x9Ex\"\r\n\r\nb: \xE2\x82\xAC";

START_TEST(test_positions_in_wide_text)
{
    tracedag_report *report = report_of(wide);
    check_place(report, 0, 1, 1, 1);
    check_place(report, 3, 1, 1, 1); /* behind the byte order mark, which has no column */
    check_place(report, 4, 1, 2, 2);
    check_place(report, 7, 1, 5, 5);  /* two bytes, one unit */
    check_place(report, 9, 1, 6, 6);  /* four bytes, two units */
    check_place(report, 13, 1, 7, 8); /* x */
    check_place(report, 15, 1, 9, 10);
    check_place(report, 17, 2, 1, 1);
    check_place(report, 19, 3, 1, 1);
    check_place(report, 22, 3, 4, 4); /* the euro sign */
    check_place(report, 25, 3, 5, 5); /* the end */
    check_place(report, 26, 3, 5, 5);
    check_place(report, UINT64_MAX, 3, 5, 5);
    check_place(report, UINT64_C(1) << 32, 3, 5, 5);
    tracedag_report_position(report, 4, NULL);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_position_behind_the_end_is_the_end)
{
    tracedag_report *report = report_of(wide);
    tracedag_position place;
    tracedag_report_position(report, 25, &place);
    ck_assert_uint_eq(place.byte, 25);
    tracedag_report_position(report, UINT64_MAX, &place);
    ck_assert_uint_eq(place.byte, 25);
    tracedag_report_unref(report);
}
END_TEST

/* Every offset of a long document, against a count from its start. */
START_TEST(test_positions_of_every_byte)
{
    struct text document = {NULL, 0, 0};
    put(&document, "%s%s", broken, "    # \xE2\x82\xAC\r\n\n\n");
    put_times(&document, "# a comment\r\n#\n", 200);
    put_times(&document, "#", 700);
    tracedag_report *report = report_of(document.ptr);
    uint32_t line = 1, column = 1;
    for (size_t i = 0; i <= document.len; i++) {
        unsigned char c = (unsigned char)document.ptr[i];
        if ((c & 0xC0) != 0x80)
            check_place(report, i, line, column, column);
        column += (c & 0xC0) != 0x80;
        if (c == '\n') {
            line++;
            column = 1;
        }
    }
    tracedag_report_unref(report);
    drop(&document);
}
END_TEST

/* A document that is too large was not read: every place is its start. */
START_TEST(test_positions_in_a_document_that_was_not_read)
{
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_INPUT_BYTES, 10);
    tracedag_report *report = must_reject(broken, strlen(broken), options);
    check_place(report, 50, 1, 1, 1);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
}
END_TEST

/* ---- rendering -------------------------------------------------------------------------- */

static char *render(const tracedag_report *report, uint32_t format, const char *file,
                    uint32_t flags)
{
    char *text;
    size_t size;
    ck_assert_int_eq(tracedag_report_render(report, format, file, flags, &text, &size),
                     TRACEDAG_OK);
    ck_assert_uint_eq(strlen(text), size);
    ck_assert_uint_gt(size, 0);
    ck_assert_int_eq(text[size - 1], '\n');
    return text;
}

START_TEST(test_render_text)
{
    tracedag_report *report = report_of(broken);
    char *named = render(report, TRACEDAG_FORMAT_TEXT, "some/dag.yaml", 0);
    char *unnamed = render(report, TRACEDAG_FORMAT_TEXT, NULL, 0);
    char *dash = render(report, TRACEDAG_FORMAT_TEXT, "-", 0);
    char *color = render(report, TRACEDAG_FORMAT_TEXT, "-", TRACEDAG_RENDER_COLOR);
    ck_assert_ptr_nonnull(strstr(named, "some/dag.yaml:1:7"));
    ck_assert_ptr_nonnull(strstr(named, "TD211"));
    ck_assert_ptr_nonnull(strstr(named, "Bad Name"));
    ck_assert_str_eq(unnamed, dash);
    ck_assert_ptr_null(strchr(named, '\x1B'));
    ck_assert_ptr_nonnull(strstr(color, "\x1B["));
    tracedag_free(named);
    tracedag_free(unnamed);
    tracedag_free(dash);
    tracedag_free(color);
    tracedag_report_unref(report);
}
END_TEST

/* Each line is an object, whatever the name of the file holds. */
static void check_json_lines(const char *text, size_t lines)
{
    for (; *text; lines--) {
        const char *end = strchr(text, '\n');
        ck_assert_uint_gt(lines, 0);
        ck_assert_ptr_nonnull(end);
        ck_assert_int_eq(text[0], '{');
        ck_assert_int_eq(end[-1], '}');
        text = end + 1;
    }
    ck_assert_uint_eq(lines, 0);
}

START_TEST(test_render_json)
{
    tracedag_report *report = report_of(broken);
    size_t lines = tracedag_report_count(report, 0) + 1;
    char *named = render(report, TRACEDAG_FORMAT_JSON, "some/dag.yaml", 0);
    char *unnamed = render(report, TRACEDAG_FORMAT_JSON, NULL, 0);
    char *dash = render(report, TRACEDAG_FORMAT_JSON, "-", TRACEDAG_RENDER_COLOR);
    char *odd = render(report, TRACEDAG_FORMAT_JSON, "a\"b\n\\c", 0);
    ck_assert_ptr_nonnull(strstr(named, "some/dag.yaml"));
    ck_assert_str_eq(unnamed, dash);
    ck_assert_ptr_nonnull(strstr(odd, "a\\\"b\\n\\\\c"));
    check_json_lines(named, lines);
    check_json_lines(odd, lines);
    tracedag_free(named);
    tracedag_free(unnamed);
    tracedag_free(dash);
    tracedag_free(odd);
    tracedag_report_unref(report);
}
END_TEST

static bool is_utf8(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        unsigned more = *at < 0x80 ? 0 : *at >= 0xF0 ? 3 : *at >= 0xE0 ? 2 : 1;
        if (*at >= 0x80 && *at < 0xC2)
            return false;
        for (; more; more--) {
            if ((*++at & 0xC0) != 0x80)
                return false;
        }
    }
    return true;
}

/* The name of a file is any bytes; what is written is UTF-8 all the same. */
START_TEST(test_render_is_utf8_for_any_file_name)
{
    tracedag_report *report = report_of(broken);
    for (uint32_t format = 1; format <= 4; format++) {
        char *text = render(report, format, "caf\xE9\xFF.yaml", 0);
        ck_assert_msg(is_utf8(text), "format %u", format);
        tracedag_free(text);
    }
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_render_of_an_accepted_document)
{
    tracedag_doc *doc;
    tracedag_report *report;
    tracedag_parse(ten_jobs, strlen(ten_jobs), NULL, &doc);
    tracedag_validate(doc, NULL, NULL, &report);
    char *json = render(report, TRACEDAG_FORMAT_JSON, "f", 0);
    char *text = render(report, TRACEDAG_FORMAT_TEXT, "f", 0);
    char *reading = render(tracedag_doc_report(doc), TRACEDAG_FORMAT_JSON, "f", 0);
    check_json_lines(json, tracedag_report_count(report, 0) + 1);
    ck_assert_ptr_nonnull(text);
    check_json_lines(reading, 1);
    tracedag_free(json);
    tracedag_free(text);
    tracedag_free(reading);
    tracedag_report_unref(report);
    tracedag_doc_unref(doc);
}
END_TEST

static void check_render_misuse(const tracedag_report *report, uint32_t format,
                                uint32_t flags)
{
    char *text = (char *)"x";
    size_t size = 7;
    ck_assert_int_eq(tracedag_report_render(report, format, "f", flags, &text, &size),
                     TRACEDAG_MISUSE);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(size, 0);
}

START_TEST(test_render_misuse)
{
    static const uint32_t bad[] = {5, UINT32_MAX, UINT32_C(1) << 31, 257};
    tracedag_report *report = report_of(broken);
    size_t size = 7;
    char *text = NULL;
    check_render_misuse(NULL, TRACEDAG_FORMAT_TEXT, 0);
    check_render_misuse(report, 0, 0);
    check_render_misuse(report, TRACEDAG_FORMAT_TEXT, 2);
    check_render_misuse(report, TRACEDAG_FORMAT_JSON, 2);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        check_render_misuse(report, bad[i], 0);
        check_render_misuse(report, TRACEDAG_FORMAT_TEXT, bad[i]);
    }
    ck_assert_int_eq(tracedag_report_render(report, 1, "f", 0, NULL, &size),
                     TRACEDAG_MISUSE);
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(tracedag_report_render(report, 1, "f", 0, &text, NULL), TRACEDAG_OK);
    tracedag_free(text);
    tracedag_report_unref(report);
}
END_TEST

/* ---- rendering several reports ---------------------------------------------------------- */

static char *render_all(const tracedag_report *const *reports, const char *const *files,
                        size_t count, uint32_t format)
{
    char *text;
    size_t size;
    ck_assert_int_eq(
        tracedag_reports_render(reports, files, count, format, 0, &text, &size),
        TRACEDAG_OK);
    ck_assert_uint_eq(strlen(text), size);
    return text;
}

static size_t count_of(const char *text, const char *words)
{
    size_t count = 0;
    for (const char *at = strstr(text, words); at; at = strstr(at + 1, words))
        count++;
    return count;
}

/* A document of so many unknown keys, of which so many findings are kept; then TD199, a note. */
static tracedag_report *unknown_keys(size_t keys, uint64_t kept)
{
    struct text document = {NULL, 0, 0};
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, kept);
    put(&document, "%s", one_job);
    for (size_t i = 0; i < keys; i++)
        put(&document, "k%zu: 1\n", i);
    tracedag_report *report = must_reject(document.ptr, document.len, options);
    tracedag_options_unref(options);
    drop(&document);
    return report;
}

START_TEST(test_render_of_one_is_that_of_many)
{
    tracedag_report *report = report_of(broken);
    const tracedag_report *one[] = {report};
    for (uint32_t format = 1; format <= 4; format++) {
        char *single = render(report, format, "a.yaml", 0);
        char *among = render_all(one, (const char *[]){"a.yaml"}, 1, format);
        ck_assert_str_eq(single, among);
        tracedag_free(single);
        tracedag_free(among);
    }
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_render_text_of_many)
{
    tracedag_report *report = report_of(broken);
    const tracedag_report *reports[] = {report, NULL, report};
    static const char *const files[] = {"a.yaml", "b.yaml", NULL};
    for (uint32_t format = 1; format <= 2; format++) {
        char *first = render(report, format, "a.yaml", 0);
        char *second = render(report, format, NULL, 0);
        char *both = render_all(reports, files, 3, format);
        ck_assert_uint_eq(strlen(both), strlen(first) + strlen(second));
        ck_assert_int_eq(strncmp(both, first, strlen(first)), 0);
        ck_assert_str_eq(both + strlen(first), second);
        tracedag_free(first);
        tracedag_free(second);
        tracedag_free(both);
    }
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_render_of_no_reports)
{
    char *text = render_all(NULL, NULL, 0, TRACEDAG_FORMAT_TEXT);
    char *json = render_all(NULL, NULL, 0, TRACEDAG_FORMAT_JSON);
    char *sarif = render_all(NULL, NULL, 0, TRACEDAG_FORMAT_SARIF);
    char *github = render_all(NULL, NULL, 0, TRACEDAG_FORMAT_GITHUB);
    ck_assert_str_eq(text, "");
    ck_assert_str_eq(json, "");
    ck_assert_ptr_nonnull(strstr(sarif, "\"results\":[]}]}\n"));
    ck_assert_str_eq(github, "::notice::0 files: 0 accepted, 0 rejected; 0 errors, "
                             "0 warnings, 0 notes\n");
    tracedag_free(text);
    tracedag_free(json);
    tracedag_free(sarif);
    tracedag_free(github);
}
END_TEST

/* Errors of all documents come before what is less, and a last line has the counts of all, of
 * findings that a limit kept out too. */
START_TEST(test_github_has_errors_first)
{
    tracedag_report *report = unknown_keys(5, 3);
    const tracedag_report *reports[] = {report, NULL, report};
    static const char *const files[] = {"a.yaml", "b.yaml", "c,d.yaml"};
    char *text = render_all(reports, files, 3, TRACEDAG_FORMAT_GITHUB);
    const char *line = text;
    for (size_t i = 0; i < 9; i++) {
        const char *start = i < 3    ? "::error file=a.yaml,"
                            : i < 6  ? "::error file=c%2Cd.yaml,"
                            : i == 6 ? "::notice file=a.yaml,"
                            : i == 7 ? "::notice file=c%2Cd.yaml,"
                                     : "::notice::3 files: 0 accepted, 2 rejected, 1 not "
                                       "judged; 10 errors, 0 warnings, 2 notes\n";
        ck_assert_msg(strncmp(line, start, strlen(start)) == 0, "%zu: %s", i, line);
        line = strchr(line, '\n') + 1;
    }
    ck_assert_str_eq(line, "");
    tracedag_free(text);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_sarif_is_one_run_with_errors_first)
{
    tracedag_report *report = unknown_keys(5, 3);
    const tracedag_report *reports[] = {report, NULL, report};
    char *text = render_all(reports, NULL, 3, TRACEDAG_FORMAT_SARIF);
    ck_assert_uint_eq(count_of(text, "\"driver\":"), 1);
    ck_assert_uint_eq(count_of(text, "\"ruleId\":\"TD202\",\"ruleIndex\":1"), 6);
    ck_assert_uint_eq(count_of(text, "\"ruleId\":\"TD199\",\"ruleIndex\":0"), 2);
    ck_assert_uint_eq(count_of(strstr(text, "\"ruleId\":\"TD199"), "\"TD202\""), 0);
    ck_assert_uint_eq(count_of(text, "\"id\":\"TD"), 2);
    ck_assert_uint_eq(count_of(text, "could not be judged"), 1);
    ck_assert_uint_eq(count_of(text, "\"executionSuccessful\":false"), 1);
    tracedag_free(text);
    tracedag_report_unref(report);
}
END_TEST

/* Eight thousand errors and a note in two reports: the first five thousand have a result, and a
 * notification says how many have none. */
START_TEST(test_sarif_holds_five_thousand)
{
    tracedag_report *report = unknown_keys(4500, 4000);
    const tracedag_report *reports[] = {report, report};
    char *text =
        render_all(reports, (const char *[]){"a", "b"}, 2, TRACEDAG_FORMAT_SARIF);
    ck_assert_uint_eq(count_of(text, "\"ruleId\":"), 5000);
    ck_assert_uint_eq(count_of(text, "\"level\":\"error\",\"message\""), 5000);
    ck_assert_uint_eq(count_of(text, "\"uri\":\"a\""), 4000);
    ck_assert_uint_eq(count_of(text,
                               "3002 more findings are not in this log, which holds "
                               "5000"),
                      1);
    ck_assert_uint_eq(count_of(text, "\"executionSuccessful\":true"), 1);
    tracedag_free(text);
    tracedag_report_unref(report);
}
END_TEST

/* One finding is left out, and a document could not be judged: two notifications. */
START_TEST(test_sarif_leaves_one_out)
{
    tracedag_report *whole = unknown_keys(2500, 5000);
    tracedag_report *cut = unknown_keys(3000, 2500);
    const tracedag_report *reports[] = {whole, NULL, cut};
    const char *const files[] = {"a_b{[~].yaml", "b", "c"};
    char *text = render_all(reports, files, 3, TRACEDAG_FORMAT_SARIF);
    ck_assert_uint_eq(count_of(text, "\"ruleId\":"), 5000);
    ck_assert_uint_eq(count_of(text, "\"uri\":\"a_b%7B%5B~%5D.yaml\""), 2500);
    const char *said = strstr(text, "could not be judged");
    ck_assert_ptr_nonnull(said);
    ck_assert_ptr_nonnull(
        strstr(said, "1 more finding is not in this log, which holds 5000"));
    ck_assert_uint_eq(count_of(text, "\"executionSuccessful\":false"), 1);
    tracedag_free(text);
    tracedag_report_unref(whole);
    tracedag_report_unref(cut);
}
END_TEST

/* Neither errors nor the note that counts what was left out are entries of a baseline. */
START_TEST(test_baseline_of_a_cut_report)
{
    tracedag_report *cut = unknown_keys(30, 20);
    char *text = NULL;
    size_t size = 1;
    ck_assert_int_eq(tracedag_report_baseline(cut, "a", &text, &size), TRACEDAG_OK);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(size, 0);
    tracedag_free(text);
    tracedag_report_unref(cut);
}
END_TEST

/* RFC 3986, by hand: what is not unreserved is escaped byte by byte; parts that say nothing are
 * left out. */
START_TEST(test_sarif_addresses)
{
    static const struct {
        const char *file, *uri;
    } rows[] = {
        {"dags/a-b_c.~1.yaml", "\"dags/a-b_c.~1.yaml\",\"uriBaseId\":\"%SRCROOT%\"}"},
        {"./a.yaml", "\"a.yaml\",\"uriBaseId\""},
        {".//a/.///b.yaml", "\"a/b.yaml\",\"uriBaseId\""},
        {"../.a/..b", "\"../.a/..b\",\"uriBaseId\""},
        {"a b#c%d:e?f", "\"a%20b%23c%25d%3Ae%3Ff\",\"uriBaseId\""},
        {"gr\xC3\xB6\xC3\x9F.yaml", "\"gr%C3%B6%C3%9F.yaml\",\"uriBaseId\""},
        {"\xFF\n\"\\", "\"%FF%0A%22%5C\",\"uriBaseId\""},
        {"/srv/a b.yaml", "\"file:///srv/a%20b.yaml\"}"},
        {"//srv/./a.yaml", "\"file:///srv/a.yaml\"}"},
        {"-", "\"-\",\"uriBaseId\""},
    };
    tracedag_report *report = report_of(broken);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = render(report, TRACEDAG_FORMAT_SARIF, rows[i].file, 0);
        const char *found = strstr(text, "\"uri\":") + strlen("\"uri\":");
        ck_assert_msg(strncmp(found, rows[i].uri, strlen(rows[i].uri)) == 0, "%s: %.60s",
                      rows[i].file, found);
        tracedag_free(text);
    }
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_render_of_many_misuse)
{
    char *text = (char *)"x";
    size_t size = 7;
    const tracedag_report *reports[] = {NULL};
    ck_assert_int_eq(tracedag_reports_render(NULL, NULL, 1, 1, 0, &text, &size),
                     TRACEDAG_MISUSE);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(tracedag_reports_render(reports, NULL, 1, 5, 0, &text, NULL),
                     TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_reports_render(reports, NULL, 1, 4, 2, &text, NULL),
                     TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_reports_render(reports, NULL, 1, 4, 0, NULL, NULL),
                     TRACEDAG_MISUSE);
}
END_TEST

Suite *suite_report(void)
{
    Suite *suite = suite_create("report");
    TCase *tests = tcase_create("report");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_counts);
    tcase_add_test(tests, test_no_report);
    tcase_add_test(tests, test_findings_by_list_and_by_index);
    tcase_add_test(tests, test_what_a_finding_says);
    tcase_add_test(tests, test_related_places_are_bounded);
    tcase_add_test(tests, test_repeats_are_told_once);
    tcase_add_loop_test(tests, test_repeats_take_no_room, 0, 3);
    tcase_add_test(tests, test_repeats_leave_related_places);
    tcase_add_test(tests, test_findings_are_in_order);
    tcase_add_test(tests, test_a_fault_on_every_line);
    tcase_add_test(tests, test_a_hundred_thousand_faults);
    tcase_add_test(tests, test_positions_in_wide_text);
    tcase_add_test(tests, test_position_behind_the_end_is_the_end);
    tcase_add_test(tests, test_positions_of_every_byte);
    tcase_add_test(tests, test_positions_in_a_document_that_was_not_read);
    tcase_add_test(tests, test_render_text);
    tcase_add_test(tests, test_render_json);
    tcase_add_test(tests, test_render_is_utf8_for_any_file_name);
    tcase_add_test(tests, test_render_of_an_accepted_document);
    tcase_add_test(tests, test_render_misuse);
    tcase_add_test(tests, test_render_of_one_is_that_of_many);
    tcase_add_test(tests, test_render_text_of_many);
    tcase_add_test(tests, test_render_of_no_reports);
    tcase_add_test(tests, test_github_has_errors_first);
    tcase_add_test(tests, test_sarif_is_one_run_with_errors_first);
    tcase_add_test(tests, test_sarif_holds_five_thousand);
    tcase_add_test(tests, test_sarif_leaves_one_out);
    tcase_add_test(tests, test_baseline_of_a_cut_report);
    tcase_add_test(tests, test_sarif_addresses);
    tcase_add_test(tests, test_render_of_many_misuse);
    suite_add_tcase(suite, tests);
    return suite;
}
