/*
 * The golden cases: every file below the folder that is given is a test. The layout of a case
 * stands in cases/README.md.
 *
 *     test_cases FOLDER            compares
 *     test_cases --update FOLDER   rewrites what the library is the source of (.diag, .text,
 *                                  .json), for review; golden vectors are never written
 */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <tracedag/tracedag.h>

enum { PATH_ROOM = 2048, CASES_MOST = 4096, DOCUMENTS_MOST = 64 };

static const char *folder;
static bool update;
static char *valid[CASES_MOST];
static char *invalid[CASES_MOST];
static char *warned[CASES_MOST];
static char *limits[CASES_MOST];
static char *judged[CASES_MOST];
static char *catalogs[CASES_MOST];
static char *same[CASES_MOST];
static char *differ[CASES_MOST];
static char *together[CASES_MOST];

/* ---- files ------------------------------------------------------------------------------ */

struct bytes {
    char *ptr;
    size_t len;
};

static bool read_file(const char *path, struct bytes *out)
{
    FILE *file = fopen(path, "rb");
    *out = (struct bytes){NULL, 0};
    if (!file)
        return false;
    size_t room = 0;
    for (;;) {
        if (out->len == room) {
            room = room ? room * 2 : 4096;
            out->ptr = realloc(out->ptr, room + 1);
        }
        size_t got = fread(out->ptr + out->len, 1, room - out->len, file);
        out->len += got;
        if (got == 0)
            break;
    }
    out->ptr[out->len] = '\0';
    fclose(file);
    return true;
}

static void write_file(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    ck_assert_msg(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0,
                  "cannot write %s", path);
}

static struct bytes must_read(const char *path)
{
    struct bytes bytes;
    ck_assert_msg(read_file(path, &bytes), "cannot read %s: %s", path, strerror(errno));
    return bytes;
}

static const char *path_of(char room[PATH_ROOM], const char *kind, const char *name,
                           const char *ending)
{
    int len = snprintf(room, PATH_ROOM, "%s/%s/%s%s", folder, kind, name, ending);
    if (len < 0 || len >= PATH_ROOM) {
        fprintf(stderr, "the path of %s is too long\n", name);
        exit(2);
    }
    return room;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder that end so, without the ending; sorted. */
static size_t list(const char *path, const char *ending, char **names)
{
    size_t count = 0;
    DIR *dir = opendir(path);
    if (!dir)
        return 0;
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        size_t len = strlen(entry->d_name);
        size_t cut = strlen(ending);
        if (entry->d_name[0] == '.' || len <= cut ||
            strcmp(entry->d_name + len - cut, ending) != 0 || count == CASES_MOST)
            continue;
        names[count++] = strndup(entry->d_name, len - cut);
    }
    closedir(dir);
    qsort(names, count, sizeof *names, compare_names);
    return count;
}

/* ---- a growing text --------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void put(struct bytes *out,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    out->ptr = realloc(out->ptr, out->len + (size_t)len + 1);
    va_start(args, format);
    vsnprintf(out->ptr + out->len, (size_t)len + 1, format, args);
    va_end(args);
    out->len += (size_t)len;
}

static void put_text(struct bytes *out, const char *head, tracedag_text text)
{
    if (text.len)
        put(out, "  %s: %.*s\n", head, (int)text.len, text.ptr);
}

/* ---- findings as a text that people review ---------------------------------------------- */

static const char *severity_word(uint32_t severity)
{
    return severity == TRACEDAG_SEVERITY_ERROR     ? "error"
           : severity == TRACEDAG_SEVERITY_WARNING ? "warning"
                                                   : "note";
}

static void put_span(struct bytes *out, const tracedag_position *start,
                     const tracedag_position *end)
{
    put(out, "%u:%u-%u:%u", start->line, start->column, end->line, end->column);
}

/* Pointers hold keys as they are; control characters would break the line. */
static void put_pointer(struct bytes *out, tracedag_text pointer)
{
    if (pointer.len == 0)
        put(out, "\"\"");
    for (size_t i = 0; i < pointer.len; i++) {
        unsigned char c = (unsigned char)pointer.ptr[i];
        if (c < 0x20 || c == 0x7F)
            put(out, "\\u{%04X}", c);
        else
            put(out, "%c", c);
    }
}

static void put_subject(struct bytes *out, const tracedag_finding *f)
{
    static const char *const kinds[] = {"",        "dag",      "job",    "input",
                                        "dataset", "operator", "catalog"};
    if (f->subject_kind == TRACEDAG_SUBJECT_DAG)
        return;
    put(out, "  subject: %s %.*s", kinds[f->subject_kind], (int)f->subject.len,
        f->subject.ptr);
    if (f->subject_kind == TRACEDAG_SUBJECT_INPUT)
        put(out, "[%u]", f->subject_index);
    put(out, "\n");
}

/* Texts of fixes are short and plain; a JSON text is what other readers make of them. */
static void put_edit(struct bytes *out, const tracedag_edit *edit)
{
    put(out, " %" PRIu64 "-%" PRIu64 " \"", edit->start, edit->end);
    for (size_t i = 0; i < edit->text.len; i++) {
        char c = edit->text.ptr[i];
        if (c == '\n')
            put(out, "\\n");
        else
            put(out, c == '"' || c == '\\' ? "\\%c" : "%c", c);
    }
    put(out, "\"");
}

static void put_fix(struct bytes *out, const tracedag_fix *fix)
{
    static const char *const safeties[] = {"", "safe", "unsafe", "display"};
    put(out, "  fix: %s:", safeties[fix->safety]);
    for (size_t i = 0; i < fix->edits.count; i++)
        put_edit(out, tracedag_list_at(&fix->edits, i));
    put(out, ": %.*s\n", (int)fix->title.len, fix->title.ptr);
}

static void put_finding(struct bytes *out, const tracedag_finding *f)
{
    put(out, "%s TD%u %.*s ", severity_word(f->severity), f->code, (int)f->name.len,
        f->name.ptr);
    put_span(out, &f->start, &f->end);
    put(out, " ");
    put_pointer(out, f->pointer);
    put(out, "\n");
    put_text(out, "message", f->message);
    put_text(out, "label", f->label);
    for (size_t i = 0; i < f->related.count; i++) {
        const tracedag_related *related = tracedag_list_at(&f->related, i);
        put(out, "  related: ");
        if (related->file.len)
            put(out, "%.*s ", (int)related->file.len, related->file.ptr);
        put_span(out, &related->start, &related->end);
        put(out, " %.*s\n", (int)related->label.len, related->label.ptr);
    }
    for (size_t i = 0; i < f->help.count; i++)
        put_text(out, "help", *(const tracedag_text *)tracedag_list_at(&f->help, i));
    for (size_t i = 0; i < f->fixes.count; i++)
        put_fix(out, tracedag_list_at(&f->fixes, i));
    put_subject(out, f);
    ck_assert_uint_ge(f->data.len, 2);
    if (f->data.len > 2)
        put_text(out, "data", f->data);
}

static struct bytes describe(const tracedag_report *report)
{
    struct bytes out = {NULL, 0};
    tracedag_list list_of;
    tracedag_report_findings(report, &list_of);
    for (size_t i = 0; i < list_of.count; i++) {
        if (i)
            put(&out, "\n");
        put_finding(&out, tracedag_list_at(&list_of, i));
    }
    return out;
}

static void compare_or_update(const char *path, const char *bytes, size_t size)
{
    if (update) {
        write_file(path, bytes, size);
        return;
    }
    struct bytes expected = must_read(path);
    ck_assert_msg(expected.len == size && memcmp(expected.ptr, bytes, size) == 0,
                  "%s\n--- expected\n%s\n+++ found\n%.*s", path, expected.ptr, (int)size,
                  bytes);
    free(expected.ptr);
}

/* ---- what holds for every report -------------------------------------------------------- */

/* What a finding knows of a place is what the report says of its offset. */
static void check_place(const tracedag_report *report, const tracedag_position *place,
                        const char *name)
{
    tracedag_position asked;
    tracedag_report_position(report, place->byte, &asked);
    ck_assert_msg(memcmp(&asked, place, sizeof asked) == 0, "%s: a place", name);
}

static void check_fix(const tracedag_fix *fix, size_t size, const char *name)
{
    uint64_t before = 0;
    ck_assert_msg(fix->title.len > 0 && fix->edits.count > 0, "%s: an empty fix", name);
    for (size_t i = 0; i < fix->edits.count; i++) {
        const tracedag_edit *edit = tracedag_list_at(&fix->edits, i);
        ck_assert_msg(before <= edit->start && edit->start <= edit->end &&
                          edit->end <= size,
                      "%s: an edit lies outside, or edits overlap", name);
        before = edit->end;
    }
}

static void check_finding(const tracedag_report *report, const tracedag_finding *f,
                          size_t size, const char *name)
{
    ck_assert_msg(f->start.byte <= f->end.byte && f->end.byte <= size,
                  "%s: a span lies outside", name);
    check_place(report, &f->start, name);
    check_place(report, &f->end, name);
    for (size_t i = 0; i < f->related.count; i++) {
        const tracedag_related *related = tracedag_list_at(&f->related, i);
        if (related->file.len) /* a place in another document */
            continue;
        check_place(report, &related->start, name);
        check_place(report, &related->end, name);
    }
    for (size_t i = 0; i < f->fixes.count; i++)
        check_fix(tracedag_list_at(&f->fixes, i), size, name);
    ck_assert_msg(f->message.len > 0, "%s: a finding without a message", name);
    ck_assert_msg(!memchr(f->message.ptr, '\n', f->message.len), "%s: a line break",
                  name);
    ck_assert_msg(f->message.ptr[f->message.len - 1] != '.' ||
                      strstr(f->message.ptr, "..."),
                  "%s: a final stop", name);
    ck_assert_uint_eq(f->fingerprint.len, 16);
    ck_assert_msg(f->subject_kind >= 1 && f->subject_kind <= 6, "%s: no subject", name);
    ck_assert_msg(f->subject_kind == TRACEDAG_SUBJECT_INPUT || f->subject_index == 0,
                  "%s: an index of what is no input", name);
    ck_assert_str_eq(tracedag_code_name(f->code), f->name.ptr);
}

static void check_report(const tracedag_report *report, size_t size, const char *name)
{
    uint64_t before = 0;
    for (size_t i = 0; tracedag_report_finding(report, i); i++) {
        const tracedag_finding *f = tracedag_report_finding(report, i);
        check_finding(report, f, size, name);
        ck_assert_msg(f->start.byte >= before, "%s: findings out of order", name);
        before = f->start.byte;
    }
}

/* What reading alone finds is a report of its own, and is as whole. */
static void check_reading_report(struct bytes document, const char *name)
{
    tracedag_doc *doc;
    tracedag_parse(document.ptr, document.len, NULL, &doc);
    check_report(tracedag_doc_report(doc), document.len, name);
    tracedag_doc_unref(doc);
}

/* ---- rejected documents ----------------------------------------------------------------- */

static void check_rendering(const tracedag_report *report, const char *kind,
                            const char *name, const char *ending, uint32_t format)
{
    char room[PATH_ROOM];
    struct stat status;
    if (stat(path_of(room, kind, name, ending), &status) != 0)
        return;
    char *text;
    size_t size;
    ck_assert_int_eq(tracedag_report_render(report, format, "dag.yaml", 0, &text, &size),
                     TRACEDAG_OK);
    compare_or_update(room, text, size);
    tracedag_free(text);
}

/* The findings of a document, which is accepted or not. */
static void check_findings(const char *kind, const char *name, tracedag_status status)
{
    char room[PATH_ROOM];
    struct bytes document = must_read(path_of(room, kind, name, ".yaml"));
    tracedag_dag *dag;
    tracedag_report *report;
    ck_assert_msg(tracedag_check(document.ptr, document.len, NULL, &dag, &report) ==
                      status,
                  "%s is not %s", name, status == TRACEDAG_OK ? "accepted" : "rejected");
    ck_assert(!dag == (status == TRACEDAG_REJECTED));
    check_report(report, document.len, name);
    check_reading_report(document, name);
    struct bytes text = describe(report);
    compare_or_update(path_of(room, kind, name, ".diag"), text.ptr, text.len);
    check_rendering(report, kind, name, ".text", TRACEDAG_FORMAT_TEXT);
    check_rendering(report, kind, name, ".json", TRACEDAG_FORMAT_JSON);
    check_rendering(report, kind, name, ".sarif", TRACEDAG_FORMAT_SARIF);
    check_rendering(report, kind, name, ".github", TRACEDAG_FORMAT_GITHUB);
    free(text.ptr);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    free(document.ptr);
}

START_TEST(test_invalid)
{
    check_findings("invalid", invalid[_i], TRACEDAG_REJECTED);
}
END_TEST

START_TEST(test_warned)
{
    check_findings("warned", warned[_i], TRACEDAG_OK);
}
END_TEST

START_TEST(test_limits)
{
    check_findings("limits", limits[_i], TRACEDAG_REJECTED);
}
END_TEST

/* ---- catalogs, and documents that one judges ---------------------------------------------- */

/* Compares what a report says with the files of its case; the verdict follows from the errors. */
static void check_told(tracedag_status status, tracedag_report *report, size_t size,
                       const char *kind, const char *name)
{
    char room[PATH_ROOM];
    size_t errors = tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR);
    ck_assert_int_eq(status, errors ? TRACEDAG_REJECTED : TRACEDAG_OK);
    check_report(report, size, name);
    struct bytes text = describe(report);
    compare_or_update(path_of(room, kind, name, ".diag"), text.ptr ? text.ptr : "",
                      text.len);
    check_rendering(report, kind, name, ".text", TRACEDAG_FORMAT_TEXT);
    check_rendering(report, kind, name, ".json", TRACEDAG_FORMAT_JSON);
    free(text.ptr);
}

/* What a catalog is written as reads back as the same. */
static void check_catalog_form(const tracedag_catalog *catalog, const char *name)
{
    char room[PATH_ROOM];
    struct bytes text;
    struct bytes again;
    tracedag_catalog *read;
    ck_assert_int_eq(tracedag_catalog_write(catalog, &text.ptr, &text.len), TRACEDAG_OK);
    compare_or_update(path_of(room, "catalogs", name, ".written"), text.ptr, text.len);
    ck_assert_int_eq(tracedag_catalog_read(text.ptr, text.len, NULL, &read, NULL),
                     TRACEDAG_OK);
    ck_assert_int_eq(tracedag_catalog_write(read, &again.ptr, &again.len), TRACEDAG_OK);
    ck_assert_str_eq(again.ptr, text.ptr);
    tracedag_catalog_unref(read);
    tracedag_free(text.ptr);
    tracedag_free(again.ptr);
}

START_TEST(test_catalogs)
{
    char room[PATH_ROOM];
    struct bytes bytes = must_read(path_of(room, "catalogs", catalogs[_i], ".yaml"));
    tracedag_catalog *catalog;
    tracedag_report *report;
    tracedag_status status =
        tracedag_catalog_read(bytes.ptr, bytes.len, NULL, &catalog, &report);
    ck_assert((status == TRACEDAG_OK) == (catalog != NULL));
    check_told(status, report, bytes.len, "catalogs", catalogs[_i]);
    if (catalog)
        check_catalog_form(catalog, catalogs[_i]);
    tracedag_catalog_unref(catalog);
    tracedag_report_unref(report);
    free(bytes.ptr);
}
END_TEST

/* The catalog of a case, or the one that most of them share. */
static tracedag_options *judging_options(const char *name)
{
    char room[PATH_ROOM];
    struct bytes bytes;
    tracedag_catalog *catalog;
    if (!read_file(path_of(room, "judged", name, ".catalog"), &bytes))
        bytes = must_read(path_of(room, "judged", "shared", ".catalog"));
    tracedag_status status =
        tracedag_catalog_read(bytes.ptr, bytes.len, NULL, &catalog, NULL);
    ck_assert_msg(status == TRACEDAG_OK, "the catalog of %s is rejected", name);
    tracedag_options *options = tracedag_options_new();
    tracedag_options_set_catalog(options, catalog);
    tracedag_catalog_unref(catalog);
    free(bytes.ptr);
    return options;
}

/* A catalog takes away and adds nothing: without it the document is accepted, and its hash is
 * the same if it is accepted with it. */
START_TEST(test_judged)
{
    char room[PATH_ROOM];
    struct bytes bytes = must_read(path_of(room, "judged", judged[_i], ".yaml"));
    tracedag_options *options = judging_options(judged[_i]);
    tracedag_dag *dag;
    tracedag_dag *free_dag;
    tracedag_report *report;
    tracedag_status status = tracedag_check(bytes.ptr, bytes.len, options, &dag, &report);
    check_told(status, report, bytes.len, "judged", judged[_i]);
    tracedag_check(bytes.ptr, bytes.len, NULL, &free_dag, NULL);
    if (dag && free_dag)
        ck_assert_str_eq(tracedag_dag_hash(dag), tracedag_dag_hash(free_dag));
    tracedag_dag_unref(dag);
    tracedag_dag_unref(free_dag);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    free(bytes.ptr);
}
END_TEST

/* ---- accepted documents ----------------------------------------------------------------- */

static tracedag_dag *accept(const char *bytes, size_t size, const char *name)
{
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_status status = tracedag_check(bytes, size, NULL, &dag, &report);
    if (status != TRACEDAG_OK) {
        struct bytes text = describe(report);
        ck_abort_msg("%s is not accepted:\n%s", name, text.ptr ? text.ptr : "");
    }
    tracedag_report_unref(report);
    return dag;
}

static struct bytes write_dag(const tracedag_dag *dag, uint32_t form, uint32_t syntax)
{
    struct bytes text;
    ck_assert_int_eq(tracedag_dag_write(dag, form, syntax, &text.ptr, &text.len),
                     TRACEDAG_OK);
    return text;
}

/* Reads a text that the library wrote back, and expects the same canonical bytes and hash. */
static void check_reads_back(struct bytes text, struct bytes canonical, const char *hash,
                             const char *what)
{
    tracedag_dag *again = accept(text.ptr, text.len, what);
    struct bytes bytes = write_dag(again, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON);
    ck_assert_msg(bytes.len == canonical.len &&
                      memcmp(bytes.ptr, canonical.ptr, bytes.len) == 0,
                  "%s: it reads back as\n%s", what, bytes.ptr);
    ck_assert_str_eq(tracedag_dag_hash(again), hash);
    tracedag_free(bytes.ptr);
    tracedag_dag_unref(again);
}

static void check_forms(const tracedag_dag *dag, struct bytes canonical, const char *name)
{
    static const struct {
        uint32_t form;
        uint32_t syntax;
        const char *what;
    } forms[] = {
        {TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON, "canonical form"},
        {TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_YAML, "canonical form in YAML"},
        {TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_JSON, "resolved form"},
        {TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_YAML, "resolved form in YAML"},
        {TRACEDAG_FORM_ORIGINS, TRACEDAG_SYNTAX_YAML, "resolved form with origins"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char what[PATH_ROOM];
        snprintf(what, sizeof what, "%s of %s", forms[i].what, name);
        struct bytes text = write_dag(dag, forms[i].form, forms[i].syntax);
        check_reads_back(text, canonical, tracedag_dag_hash(dag), what);
        tracedag_free(text.ptr);
    }
}

/* The same text with CRLF line ends, and with a byte order mark and a comment before it. */
static void check_disguises(struct bytes document, struct bytes canonical,
                            const char *hash, const char *name)
{
    static const char head[] = "\xEF\xBB\xBF# a comment\n";
    struct bytes text = {malloc(document.len * 2 + sizeof head), 0};
    if (memchr(document.ptr, '\r', document.len) == NULL) {
        for (size_t i = 0; i < document.len; i++) {
            if (document.ptr[i] == '\n')
                text.ptr[text.len++] = '\r';
            text.ptr[text.len++] = document.ptr[i];
        }
        check_reads_back(text, canonical, hash, name);
    }
    if (memcmp(document.ptr, head, 3) != 0) {
        memcpy(text.ptr, head, sizeof head - 1);
        memcpy(text.ptr + sizeof head - 1, document.ptr, document.len);
        text.len = sizeof head - 1 + document.len;
        check_reads_back(text, canonical, hash, name);
    }
    free(text.ptr);
}

/* What is written for people: byte for byte where a file says how, like a rendering. */
static void check_written(const tracedag_dag *dag, const char *name)
{
    static const struct {
        const char *ending;
        uint32_t form;
        uint32_t syntax;
    } files[] = {
        {".readable", TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_YAML},
        {".origins", TRACEDAG_FORM_ORIGINS, TRACEDAG_SYNTAX_YAML},
        {".origins-json", TRACEDAG_FORM_ORIGINS, TRACEDAG_SYNTAX_JSON},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char room[PATH_ROOM];
        struct stat status;
        if (stat(path_of(room, "valid", name, files[i].ending), &status) != 0)
            continue;
        struct bytes text = write_dag(dag, files[i].form, files[i].syntax);
        compare_or_update(room, text.ptr, text.len);
        tracedag_free(text.ptr);
    }
}

/* Its pictures, with all findings, like a rendering. */
static void check_pictures(struct bytes document, const char *name)
{
    static const struct {
        const char *ending;
        uint32_t picture;
    } files[] = {
        {".graph", TRACEDAG_PICTURE_TEXT},
        {".mermaid", TRACEDAG_PICTURE_MERMAID},
        {".dot", TRACEDAG_PICTURE_DOT},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char room[PATH_ROOM];
        struct stat status;
        struct bytes text;
        tracedag_dag *dag;
        tracedag_report *report;
        if (stat(path_of(room, "valid", name, files[i].ending), &status) != 0)
            continue;
        ck_assert_int_eq(tracedag_check(document.ptr, document.len, NULL, &dag, &report),
                         TRACEDAG_OK);
        ck_assert_int_eq(tracedag_dag_draw(dag, report, NULL, files[i].picture, 0,
                                           &text.ptr, &text.len),
                         TRACEDAG_OK);
        compare_or_update(room, text.ptr, text.len);
        tracedag_free(text.ptr);
        tracedag_report_unref(report);
        tracedag_dag_unref(dag);
    }
}

/* What reaches its datasets, where a file says what; these are reasoned from the document. */
static void check_trust(const tracedag_dag *dag, const char *name)
{
    static const struct {
        const char *ending;
        uint32_t format;
    } files[] = {{".trust", TRACEDAG_FORMAT_TEXT}, {".trust-json", TRACEDAG_FORMAT_JSON}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char room[PATH_ROOM];
        struct bytes expected;
        struct bytes text;
        if (!read_file(path_of(room, "valid", name, files[i].ending), &expected))
            continue;
        ck_assert_int_eq(tracedag_dag_trust_render(dag, TRACEDAG_FLOWS_MOST,
                                                   files[i].format, "dag.yaml", 0,
                                                   &text.ptr, &text.len),
                         TRACEDAG_OK);
        ck_assert_msg(strcmp(expected.ptr, text.ptr) == 0,
                      "%s\n--- expected\n%s+++ found\n%s", room, expected.ptr, text.ptr);
        tracedag_free(text.ptr);
        free(expected.ptr);
    }
}

START_TEST(test_valid)
{
    const char *name = valid[_i];
    char room[PATH_ROOM];
    struct bytes document = must_read(path_of(room, "valid", name, ".yaml"));
    struct bytes expected = must_read(path_of(room, "valid", name, ".canon"));
    struct bytes hash = must_read(path_of(room, "valid", name, ".hash"));
    struct bytes resolved;
    tracedag_dag *dag = accept(document.ptr, document.len, name);
    struct bytes canonical =
        write_dag(dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON);
    ck_assert_msg(canonical.len == expected.len &&
                      memcmp(canonical.ptr, expected.ptr, expected.len) == 0,
                  "%s\n--- expected\n%s+++ found\n%s", name, expected.ptr, canonical.ptr);
    ck_assert_msg(hash.len > 0 && hash.ptr[hash.len - 1] == '\n', "%s.hash ends with LF",
                  name);
    hash.ptr[hash.len - 1] = '\0';
    ck_assert_str_eq(tracedag_dag_hash(dag), hash.ptr);
    if (read_file(path_of(room, "valid", name, ".resolved"), &resolved)) {
        struct bytes text = write_dag(dag, TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_JSON);
        ck_assert_str_eq(text.ptr, resolved.ptr);
        tracedag_free(text.ptr);
        free(resolved.ptr);
    }
    check_written(dag, name);
    check_trust(dag, name);
    check_pictures(document, name);
    check_forms(dag, canonical, name);
    check_disguises(document, canonical, hash.ptr, name);
    tracedag_free(canonical.ptr);
    tracedag_dag_unref(dag);
    free(document.ptr);
    free(expected.ptr);
    free(hash.ptr);
}
END_TEST

/* ---- documents that hash alike, and documents that do not ------------------------------- */

static size_t hash_folder(const char *kind, const char *name,
                          char hashes[][TRACEDAG_HASH_ROOM])
{
    char room[PATH_ROOM];
    char *names[CASES_MOST];
    size_t count = list(path_of(room, kind, name, ""), ".yaml", names);
    ck_assert_msg(count >= 2 && count <= DOCUMENTS_MOST, "%s needs two documents or more",
                  name);
    for (size_t i = 0; i < count; i++) {
        char inner[PATH_ROOM];
        snprintf(inner, sizeof inner, "%s/%s", name, names[i]);
        struct bytes document = must_read(path_of(room, kind, inner, ".yaml"));
        tracedag_dag *dag = accept(document.ptr, document.len, inner);
        snprintf(hashes[i], TRACEDAG_HASH_ROOM, "%s", tracedag_dag_hash(dag));
        tracedag_dag_unref(dag);
        free(document.ptr);
        free(names[i]);
    }
    return count;
}

START_TEST(test_same)
{
    char hashes[DOCUMENTS_MOST][TRACEDAG_HASH_ROOM];
    size_t count = hash_folder("same", same[_i], hashes);
    for (size_t i = 1; i < count; i++)
        ck_assert_msg(strcmp(hashes[0], hashes[i]) == 0,
                      "%s: document %zu differs from the first", same[_i], i);
}
END_TEST

START_TEST(test_differ)
{
    char hashes[DOCUMENTS_MOST][TRACEDAG_HASH_ROOM];
    size_t count = hash_folder("differ", differ[_i], hashes);
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            ck_assert_msg(strcmp(hashes[i], hashes[j]) != 0,
                          "%s: documents %zu and %zu are alike", differ[_i], j, i);
    }
}
END_TEST

/* ---- documents together ----------------------------------------------------------------- */

/* The documents of a case; their own reports, then those of the group with a finding. */
struct documents {
    size_t count;
    size_t report_count;
    char *files[2 * DOCUMENTS_MOST];
    const tracedag_report *reports[2 * DOCUMENTS_MOST];
    tracedag_outline *outlines[DOCUMENTS_MOST];
    tracedag_group *group;
};

static void read_one_of(struct documents *d, const char *kind, size_t index)
{
    char room[PATH_ROOM];
    struct bytes bytes = must_read(path_of(room, kind, d->files[index], ""));
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_check(bytes.ptr, bytes.len, NULL, &dag, &report);
    ck_assert_int_eq(
        tracedag_outline_new(dag, report, d->files[index], &d->outlines[index]),
        TRACEDAG_OK);
    d->reports[index] = report;
    tracedag_dag_unref(dag);
    free(bytes.ptr);
}

static void read_documents(struct documents *d, const char *name)
{
    char kind[PATH_ROOM];
    char path[PATH_ROOM];
    char *names[CASES_MOST];
    snprintf(kind, sizeof kind, "together/%s.dags", name);
    *d = (struct documents){.count = list(path_of(path, kind, "", ""), ".yaml", names)};
    ck_assert_msg(d->count > 0 && d->count <= DOCUMENTS_MOST, "%s", path);
    for (size_t i = 0; i < d->count; i++) {
        snprintf(path, sizeof path, "%s.yaml", names[i]);
        d->files[i] = strdup(path);
        free(names[i]);
        read_one_of(d, kind, i);
    }
    tracedag_group_new((const tracedag_outline *const *)d->outlines, d->count, &d->group);
    d->report_count = d->count;
    for (size_t i = 0; i < d->count; i++) {
        const tracedag_report *report = tracedag_group_report(d->group, i);
        tracedag_list aside;
        tracedag_report_suppressed(report, &aside);
        if (tracedag_report_count(report, 0) + aside.count == 0)
            continue;
        d->files[d->report_count] = d->files[i];
        d->reports[d->report_count++] = report;
    }
}

static void free_documents(struct documents *d)
{
    for (size_t i = 0; i < d->count; i++) {
        tracedag_report_unref((tracedag_report *)(uintptr_t)d->reports[i]);
        tracedag_outline_unref(d->outlines[i]);
        free(d->files[i]);
    }
    tracedag_group_unref(d->group);
}

/* The findings between the documents, below the names of the files that they stand in. */
static struct bytes describe_together(const struct documents *d, const char *name)
{
    struct bytes out = {NULL, 0};
    size_t errors = 0;
    for (size_t i = d->count; i < d->report_count; i++) {
        const tracedag_report *report = d->reports[i];
        struct bytes text = describe(report);
        check_report(report, SIZE_MAX, name);
        errors += tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR);
        if (text.len)
            put(&out, "%s%s\n\n%s", out.len ? "\n" : "", d->files[i], text.ptr);
        free(text.ptr);
    }
    ck_assert_uint_eq(tracedag_group_summary(d->group)->errors, errors);
    return out;
}

static void take_rendering(struct bytes *out, char *text)
{
    put(out, "%s", text);
    tracedag_free(text);
}

/* As the command writes it: text and JSON as they come, the others in one piece. */
static void check_together(const struct documents *d, const char *name,
                           const char *ending, uint32_t format)
{
    char room[PATH_ROOM];
    char *text;
    struct bytes out = {NULL, 0};
    struct stat status;
    const char *const *files = (const char *const *)d->files;
    bool as_they_come = format == TRACEDAG_FORMAT_TEXT || format == TRACEDAG_FORMAT_JSON;
    if (stat(path_of(room, "together", name, ending), &status) != 0)
        return;
    ck_assert_int_eq(tracedag_reports_render(d->reports, files, d->report_count, format,
                                             0, &text, NULL),
                     TRACEDAG_OK);
    take_rendering(&out, text);
    if (as_they_come) {
        ck_assert_int_eq(
            tracedag_group_render(d->group, format,
                                  TRACEDAG_GROUP_DATASETS | TRACEDAG_GROUP_SUMMARY, &text,
                                  NULL),
            TRACEDAG_OK);
        take_rendering(&out, text);
    }
    compare_or_update(room, out.ptr, out.len);
    free(out.ptr);
}

START_TEST(test_together)
{
    char room[PATH_ROOM];
    const char *name = together[_i];
    struct documents documents;
    read_documents(&documents, name);
    struct bytes text = describe_together(&documents, name);
    compare_or_update(path_of(room, "together", name, ".diag"), text.ptr ? text.ptr : "",
                      text.len);
    check_together(&documents, name, ".text", TRACEDAG_FORMAT_TEXT);
    check_together(&documents, name, ".json", TRACEDAG_FORMAT_JSON);
    check_together(&documents, name, ".sarif", TRACEDAG_FORMAT_SARIF);
    check_together(&documents, name, ".github", TRACEDAG_FORMAT_GITHUB);
    free(text.ptr);
    free_documents(&documents);
}
END_TEST

/* ---- every code has a case -------------------------------------------------------------- */

/* Codes whose cases need documents too large to keep, or options; test_api.c has them. */
static const uint32_t elsewhere[] = {TRACEDAG_CODE_LIMIT_SIZE, TRACEDAG_CODE_LIMIT_NODES,
                                     TRACEDAG_CODE_DROPPED,
                                     TRACEDAG_CODE_UNUSED_BASELINE};

static bool has_prefix(char **names, const char *prefix)
{
    for (size_t i = 0; names[i]; i++) {
        if (strncmp(names[i], prefix, strlen(prefix)) == 0)
            return true;
    }
    return false;
}

START_TEST(test_every_code_has_a_case)
{
    tracedag_list codes;
    tracedag_codes(&codes);
    for (size_t i = 0; i < codes.count; i++) {
        const tracedag_code_info *info = tracedag_list_at(&codes, i);
        bool found = false;
        char prefix[16];
        snprintf(prefix, sizeof prefix, "td%u-", info->code);
        for (size_t j = 0; j < sizeof elsewhere / sizeof *elsewhere; j++)
            found = found || elsewhere[j] == info->code;
        char **names = info->code > 900                            ? together
                       : info->severity == TRACEDAG_SEVERITY_ERROR ? invalid
                                                                   : warned;
        found = found || has_prefix(names, prefix) || has_prefix(judged, prefix) ||
                has_prefix(catalogs, prefix);
        ck_assert_msg(found, "TD%u has no golden case", info->code);
    }
}
END_TEST

/* ---- the runner ------------------------------------------------------------------------- */

static Suite *all_cases(void)
{
    char room[PATH_ROOM];
    Suite *suite = suite_create("cases");
    const struct {
        const char *kind;
        char **names;
        const char *ending;
        const TTest *test;
    } kinds[] = {
        {"valid", valid, ".yaml", test_valid},
        {"invalid", invalid, ".yaml", test_invalid},
        {"warned", warned, ".yaml", test_warned},
        {"limits", limits, ".yaml", test_limits},
        {"judged", judged, ".yaml", test_judged},
        {"catalogs", catalogs, ".yaml", test_catalogs},
        {"same", same, "", test_same},
        {"differ", differ, "", test_differ},
        {"together", together, ".dags", test_together},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        TCase *tests = tcase_create(kinds[i].kind);
        size_t count =
            list(path_of(room, kinds[i].kind, "", ""), kinds[i].ending, kinds[i].names);
        tcase_set_timeout(tests, 120);
        tcase_add_loop_test(tests, kinds[i].test, 0, (int)count);
        suite_add_tcase(suite, tests);
        if (count == 0 && strcmp(kinds[i].kind, "limits") != 0) {
            fprintf(stderr, "no case below %s\n", room);
            exit(2);
        }
    }
    TCase *codes = tcase_create("codes");
    tcase_add_test(codes, test_every_code_has_a_case);
    suite_add_tcase(suite, codes);
    return suite;
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL,
              ""); /* so that a locale of the environment has its chance to do harm */
    update = argc == 3 && strcmp(argv[1], "--update") == 0;
    if (argc != 2 && !update) {
        fputs("usage: test_cases [--update] FOLDER\n", stderr);
        return 2;
    }
    folder = argv[argc - 1];
    SRunner *runner = srunner_create(all_cases());
    /* Cases crash nothing as a rule, and a process for each of a thousand is slow. */
    if (!getenv("CK_FORK"))
        srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
