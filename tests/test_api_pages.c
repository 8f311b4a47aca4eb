/*
 * The pages of codes: every example is run and gives what its page says, and what is printed of
 * a page is all of it.
 */
#include "api.h"

#include <stdio.h>

enum { COLUMNS = 80, INDENT = 4 };

static tracedag_list codes;

static const tracedag_code_info *code_at(int index)
{
    return record(&codes, (size_t)index);
}

static const tracedag_page *page_at(int index)
{
    const tracedag_page *page = tracedag_code_page(code_at(index)->code);
    ck_assert_msg(page != NULL, "TD%u has no page", code_at(index)->code);
    return page;
}

/* ---- the records ------------------------------------------------------------------------ */

static bool same_text(tracedag_text a, tracedag_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Sentences are ASCII on one line, with single blanks between their words. */
static void check_sentences(uint32_t code, tracedag_text text)
{
    ck_assert_msg(text.len > 1 && text.ptr[text.len - 1] == '.', "TD%u: no sentence",
                  code);
    for (size_t i = 0; i < text.len; i++) {
        bool after_blank = i == 0 || text.ptr[i - 1] == ' ';
        ck_assert_msg(text.ptr[i] > ' ' || (text.ptr[i] == ' ' && !after_blank),
                      "TD%u: `%.*s`", code, (int)text.len, text.ptr);
    }
}

START_TEST(test_a_page_is_that_of_its_code)
{
    const tracedag_page *page = page_at(_i);
    ck_assert_uint_eq(page->code, code_at(_i)->code);
    ck_assert_uint_eq(page->severity, code_at(_i)->severity);
    ck_assert(same_text(page->name, code_at(_i)->name));
    ck_assert(same_text(page->rule, code_at(_i)->rule));
    check_sentences(page->code, page->why);
    check_sentences(page->code, page->advice);
    ck_assert_uint_gt(page->message.len, 0);
    ck_assert_uint_eq(page->reserved, 0);
    ck_assert_uint_eq(page->reserved2, 0);
}
END_TEST

START_TEST(test_a_limit_is_that_of_the_option)
{
    const tracedag_page *page = page_at(_i);
    char ending[32];
    size_t len =
        (size_t)snprintf(ending, sizeof ending, "=%u", (unsigned)page->limit_value);
    ck_assert_uint_eq(page->limit == 0, page->option.len == 0);
    if (page->limit == 0) {
        ck_assert_uint_eq(page->limit_value, 0);
        return;
    }
    ck_assert_uint_ne(page->limit_value, tracedag_options_limit(NULL, page->limit));
    ck_assert_uint_gt(page->option.len, len);
    ck_assert_int_eq(memcmp(page->option.ptr, "--limit ", 8), 0);
    ck_assert_int_eq(memcmp(page->option.ptr + page->option.len - len, ending, len), 0);
}
END_TEST

START_TEST(test_numbers_that_are_no_code)
{
    for (uint32_t code = 0; code < 1200; code++)
        ck_assert_uint_eq(tracedag_code_page(code) != NULL,
                          tracedag_code_name(code) != NULL);
    ck_assert_ptr_null(tracedag_code_page(UINT32_MAX));
    ck_assert_ptr_null(tracedag_code_page(65536 + TRACEDAG_CODE_UNKNOWN_JOB));
}
END_TEST

/* ---- the examples ----------------------------------------------------------------------- */

static void set_catalog(tracedag_options *options, tracedag_text text)
{
    tracedag_catalog *catalog = NULL;
    tracedag_report *report = NULL;
    if (text.len > 0)
        ck_assert_int_eq(
            tracedag_catalog_read(text.ptr, text.len, NULL, &catalog, &report),
            TRACEDAG_OK);
    ck_assert_uint_eq(tracedag_report_count(report, 0), 0);
    tracedag_options_set_catalog(options, catalog);
    tracedag_report_unref(report);
    tracedag_catalog_unref(catalog);
}

/* The report of an example under the limit of its page; `*status` is the verdict. */
static tracedag_report *run(const tracedag_page *page, bool bad, tracedag_status *status)
{
    tracedag_report *report = NULL;
    tracedag_options *options = tracedag_options_new();
    if (page->limit)
        set_limit(options, page->limit, page->limit_value);
    tracedag_text document = bad ? page->bad : page->good;
    if (bad)
        ck_assert_int_eq(tracedag_options_set_baseline(options, page->baseline.ptr,
                                                       page->baseline.len, NULL),
                         TRACEDAG_OK);
    set_catalog(options, page->catalog);
    if (page->of_catalog)
        *status =
            tracedag_catalog_read(document.ptr, document.len, options, NULL, &report);
    else
        *status = tracedag_check(document.ptr, document.len, options, NULL, &report);
    tracedag_options_unref(options);
    ck_assert_ptr_nonnull(report);
    return report;
}

/* ---- examples of several documents ------------------------------------------------------- */

enum { TOGETHER = 900, DOCUMENTS_MOST = 4 };

static const char separator[] = "\n---\n";

/* How much of a text stands before a line `---`, and all of it where there is none. */
static size_t first_document(tracedag_text text)
{
    size_t len = sizeof separator - 1;
    for (size_t at = 0; at + len <= text.len; at++)
        if (memcmp(text.ptr + at, separator, len) == 0)
            return at + 1;
    return text.len;
}

/* The outline of the document that ends at a line `---`, or at the end; `*rest` is behind it. */
static tracedag_outline *next_outline(tracedag_text *rest)
{
    size_t len = first_document(*rest);
    tracedag_dag *dag = NULL;
    tracedag_report *report = NULL;
    tracedag_outline *outline = NULL;
    ck_assert_int_eq(tracedag_check(rest->ptr, len, NULL, &dag, &report), TRACEDAG_OK);
    ck_assert_uint_eq(tracedag_report_count(report, 0), 0);
    ck_assert_int_eq(tracedag_outline_new(dag, report, "x.yaml", &outline), TRACEDAG_OK);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    size_t gone = len < rest->len ? len + sizeof separator - 2 : len;
    *rest = (tracedag_text){rest->ptr + gone, rest->len - gone};
    return outline;
}

static tracedag_group *judge_together(tracedag_text example)
{
    tracedag_outline *outlines[DOCUMENTS_MOST];
    size_t count = 0;
    tracedag_group *group = NULL;
    while (example.len > 0 && count < DOCUMENTS_MOST)
        outlines[count++] = next_outline(&example);
    ck_assert_uint_gt(count, 1);
    tracedag_group_new((const tracedag_outline *const *)outlines, count, &group);
    for (size_t i = 0; i < count; i++)
        tracedag_outline_unref(outlines[i]);
    ck_assert_ptr_nonnull(group);
    return group;
}

/* The finding of the bad example stands in the last document, or in the first. */
static void check_together(const tracedag_page *page)
{
    const tracedag_finding *finding;
    size_t found = 0;
    tracedag_group *group = judge_together(page->bad);
    for (size_t i = 0; i < DOCUMENTS_MOST; i++) {
        const tracedag_report *report = tracedag_group_report(group, i);
        for (size_t k = 0; (finding = tracedag_report_finding(report, k)); k++, found++) {
            ck_assert_uint_eq(finding->code, page->code);
            ck_assert_uint_eq(finding->severity, page->severity);
            ck_assert_msg(same_text(finding->message, page->message), "TD%u says %.*s",
                          page->code, (int)finding->message.len, finding->message.ptr);
        }
    }
    ck_assert_uint_eq(found, 1);
    tracedag_group_unref(group);
    group = judge_together(page->good);
    ck_assert_uint_eq(tracedag_group_summary(group)->errors, 0);
    ck_assert_uint_eq(tracedag_group_summary(group)->warnings, 0);
    tracedag_group_unref(group);
}

/* ---- examples of one --------------------------------------------------------------------- */

START_TEST(test_a_bad_example_has_the_finding)
{
    const tracedag_page *page = page_at(_i);
    if (page->code > TOGETHER) {
        check_together(page);
        return;
    }
    tracedag_status status;
    const tracedag_finding *finding;
    bool found = false;
    tracedag_report *report = run(page, true, &status);
    for (size_t i = 0; (finding = tracedag_report_finding(report, i)); i++) {
        /* What a report drops comes behind what it keeps. */
        ck_assert_msg(finding->code == page->code || page->code == TRACEDAG_CODE_DROPPED,
                      "TD%u: its bad example has TD%u, too", page->code, finding->code);
        found |= finding->code == page->code && finding->severity == page->severity &&
                 same_text(finding->message, page->message);
    }
    ck_assert_msg(found, "TD%u: its bad example does not give: %.*s", page->code,
                  (int)page->message.len, page->message.ptr);
    if (page->code != TRACEDAG_CODE_DROPPED)
        ck_assert_int_eq(status, page->severity == TRACEDAG_SEVERITY_ERROR
                                     ? TRACEDAG_REJECTED
                                     : TRACEDAG_OK);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_a_good_example_has_none)
{
    const tracedag_page *page = page_at(_i);
    if (page->code > TOGETHER) /* see above */
        return;
    tracedag_status status;
    tracedag_report *report = run(page, false, &status);
    const tracedag_finding *first = tracedag_report_finding(report, 0);
    ck_assert_msg(!first, "TD%u: its good example has TD%u", page->code,
                  first ? first->code : 0);
    ck_assert_int_eq(status, TRACEDAG_OK);
    tracedag_report_unref(report);
}
END_TEST

/* ---- the printed page ------------------------------------------------------------------- */

static char *explain(uint32_t code)
{
    char *text = NULL;
    size_t size = 0;
    ck_assert_int_eq(tracedag_explain(code, &text, &size), TRACEDAG_OK);
    ck_assert_uint_eq(strlen(text), size);
    return text;
}

/* Characters of a line of UTF-8. */
static size_t columns_of(const char *line, size_t len)
{
    size_t columns = 0;
    for (size_t i = 0; i < len; i++)
        columns += ((unsigned char)line[i] & 0xC0) != 0x80;
    return columns;
}

START_TEST(test_lines_are_short)
{
    char *text = explain(code_at(_i)->code);
    for (const char *line = text; *line;) {
        const char *end = strchr(line, '\n');
        ck_assert_msg(end != NULL, "`%s` has no end", line);
        size_t len = (size_t)(end - line);
        ck_assert_msg(columns_of(line, len) <= COLUMNS, "TD%u: too long: `%.*s`",
                      code_at(_i)->code, (int)len, line);
        ck_assert_msg(len == 0 || line[len - 1] != ' ', "TD%u: a blank ends `%.*s`",
                      code_at(_i)->code, (int)len, line);
        for (size_t i = 0; i < len; i++)
            ck_assert_msg((unsigned char)line[i] >= ' ' && line[i] != 0x7F,
                          "TD%u: a control character in `%.*s`", code_at(_i)->code,
                          (int)len, line);
        line = end + 1;
    }
    tracedag_free(text);
}
END_TEST

/* Text with each run of blanks and line breaks as one blank. */
static void put_words(struct text *out, const char *words, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool blank = words[i] == ' ' || words[i] == '\n';
        if (blank && out->len > 0 && out->ptr[out->len - 1] == ' ')
            continue;
        put(out, "%c", blank ? ' ' : words[i]);
    }
}

START_TEST(test_all_words_are_printed)
{
    const tracedag_page *page = page_at(_i);
    const tracedag_text parts[] = {page->name,    page->rule,   page->why,
                                   page->message, page->advice, page->option};
    char *text = explain(page->code);
    struct text printed = {NULL, 0, 0};
    put_words(&printed, text, strlen(text));
    ck_assert_ptr_nonnull(printed.ptr);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct text part = {NULL, 0, 0};
        put(&part, "%.*s", (int)parts[i].len, parts[i].len ? parts[i].ptr : "");
        ck_assert_ptr_nonnull(part.ptr);
        ck_assert_msg(strstr(printed.ptr, part.ptr) != NULL, "TD%u: `%s` is not printed",
                      page->code, part.ptr);
        drop(&part);
    }
    drop(&printed);
    tracedag_free(text);
}
END_TEST

/* Reads what stands for a character or byte that cannot be seen, and steps behind it. */
static const char *put_unseen(struct text *out, const char *at)
{
    char *end;
    bool is_character = strncmp(at, "<U+", 3) == 0;
    unsigned long c = strtoul(at + (is_character ? 3 : 1), &end, 16);
    ck_assert_int_eq(*end, '>');
    if (!is_character || c < 0x80)
        put(out, "%c", (char)c);
    else if (c < 0x800)
        put(out, "%c%c", (char)(0xC0 | c >> 6), (char)(0x80 | (c & 63)));
    else
        put(out, "%c%c%c", (char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
            (char)(0x80 | (c & 63)));
    return end + 1;
}

/* The document below a title, as bytes: lines that are indented by two marks and two blanks. */
static struct text read_document(const char *text, const char *title)
{
    struct text document = {NULL, 0, 0};
    const char *at = strstr(text, title);
    ck_assert_ptr_nonnull(at);
    at = strstr(at, "\n\n") + 2;
    while (strncmp(at, "    ", INDENT) == 0 || strncmp(at, "  > ", INDENT) == 0) {
        at += INDENT;
        while (*at != '\n') {
            bool unseen = strncmp(at, "<U+", 3) == 0 || strncmp(at, "<E9>", 4) == 0;
            if (unseen)
                at = put_unseen(&document, at);
            else
                put(&document, "%c", *at++);
        }
        put(&document, "\n");
        at++;
    }
    return document;
}

START_TEST(test_documents_are_printed)
{
    const tracedag_page *page = page_at(_i);
    const struct {
        const char *title;
        tracedag_text document;
    } examples[] = {{"\nBad", page->bad},
                    {"\nGood", page->good},
                    {"With the catalog", page->catalog}};
    char *text = explain(page->code);
    for (size_t i = 0; i < (page->catalog.len ? 3 : 2); i++) {
        struct text found = read_document(text, examples[i].title);
        ck_assert_msg(
            same_text((tracedag_text){found.ptr, found.len}, examples[i].document),
            "TD%u: another document is printed:\n%s", page->code, found.ptr);
        drop(&found);
    }
    tracedag_free(text);
}
END_TEST

static const char page_of_101[] =
    "TD101 invalid-utf8 (error)\n"
    "Rule: a document is UTF-8 text\n"
    "\n"
    "A byte that is not UTF-8 means different things to different readers: one takes\n"
    "it for another alphabet, one drops it, one stops. What was reviewed would not be\n"
    "what runs, so nothing is guessed. Such bytes come from an editor or an export\n"
    "that writes another encoding.\n"
    "\n"
    "Bad:\n"
    "\n"
    "    name: demo\n"
    "    jobs:\n"
    "      - name: tidy\n"
    "        activation: source\n"
    "        runtime: dispatcher\n"
    "        operator: cleanup\n"
    "        outputs: 0\n"
    "        source: { kind: manual }\n"
    "  >     config: { note: \"caf<E9>\" }\n"
    "\n"
    "<U+2028> stands for a character that cannot be seen, <E9> for a byte that is\n"
    "not UTF-8.\n"
    "\n"
    "error[TD101]: byte 0xE9 at offset 169 is not UTF-8\n"
    "\n"
    "Save the document as UTF-8. The message has the offset of the byte, counted from\n"
    "0.\n"
    "\n"
    "Good:\n"
    "\n"
    "    name: demo\n"
    "    jobs:\n"
    "      - name: tidy\n"
    "        activation: source\n"
    "        runtime: dispatcher\n"
    "        operator: cleanup\n"
    "        outputs: 0\n"
    "        source: { kind: manual }\n"
    "  >     config: { note: \"caf\xC3\xA9\" }\n";

START_TEST(test_a_page_in_full)
{
    char *text = explain(TRACEDAG_CODE_INVALID_UTF8);
    ck_assert_str_eq(text, page_of_101);
    tracedag_free(text);
}
END_TEST

/* A line that comes twice is marked where the other document has it once. */
START_TEST(test_lines_that_differ_are_marked)
{
    char *text = explain(TRACEDAG_CODE_DUPLICATE_JOB);
    const char *bad = strstr(text, "      - name: tidy\n");
    const char *second = strstr(text, "  >   - name: tidy\n");
    const char *good = strstr(text, "  >   - name: vacuum\n");
    ck_assert(bad && second && good && bad < second && second < good);
    ck_assert_ptr_null(strstr(second + 1, "  >   - name: tidy"));
    ck_assert_ptr_null(strstr(good + 1, "  > "));
    tracedag_free(text);
}
END_TEST

START_TEST(test_explain_misuse)
{
    static const uint32_t numbers[] = {0, 1, 100, 1000, 65536 + 402, UINT32_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char *text = (char *)"x";
        size_t size = 7;
        ck_assert_int_eq(tracedag_explain(numbers[i], &text, &size), TRACEDAG_MISUSE);
        ck_assert_ptr_null(text);
        ck_assert_uint_eq(size, 0);
    }
    size_t size = 7;
    ck_assert_int_eq(tracedag_explain(TRACEDAG_CODE_CYCLE, NULL, &size), TRACEDAG_MISUSE);
    ck_assert_uint_eq(size, 0);
    char *text = NULL;
    ck_assert_int_eq(tracedag_explain(TRACEDAG_CODE_CYCLE, &text, NULL), TRACEDAG_OK);
    ck_assert_ptr_nonnull(text);
    tracedag_free(text);
}
END_TEST

Suite *suite_pages(void)
{
    Suite *suite = suite_create("pages");
    TCase *tests = tcase_create("pages");
    const TTest *const of_each_code[] = {
        test_a_page_is_that_of_its_code,
        test_a_limit_is_that_of_the_option,
        test_a_bad_example_has_the_finding,
        test_a_good_example_has_none,
        test_lines_are_short,
        test_all_words_are_printed,
        test_documents_are_printed,
    };
    tracedag_codes(&codes);
    tcase_set_timeout(tests, 60);
    for (size_t i = 0; i < sizeof of_each_code / sizeof *of_each_code; i++)
        tcase_add_loop_test(tests, of_each_code[i], 0, (int)codes.count);
    tcase_add_test(tests, test_numbers_that_are_no_code);
    tcase_add_test(tests, test_a_page_in_full);
    tcase_add_test(tests, test_lines_that_differ_are_marked);
    tcase_add_test(tests, test_explain_misuse);
    suite_add_tcase(suite, tests);
    return suite;
}
