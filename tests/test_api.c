/*
 * The public interface, as a caller sees it: every function in its normal use, at its edges and
 * misused. What documents mean is the matter of test_cases.c.
 *
 *     test_api [FOLDER]   the folder of the tests, for the committed hash vectors
 */
#include "api.h"

#include <stdio.h>

/* ---- the library itself ----------------------------------------------------------------- */

START_TEST(test_version)
{
    char text[32];
    ck_assert_uint_eq(tracedag_version_number(), TRACEDAG_VERSION_NUMBER);
    ck_assert_str_eq(tracedag_version_string(), TRACEDAG_VERSION_STRING);
    snprintf(text, sizeof text, "%d.%d.%d", TRACEDAG_VERSION_MAJOR,
             TRACEDAG_VERSION_MINOR, TRACEDAG_VERSION_PATCH);
    ck_assert_str_eq(tracedag_version_string(), text);
}
END_TEST

START_TEST(test_features)
{
    char version[32];
    ck_assert_uint_eq(tracedag_feature(TRACEDAG_FEATURE_FORMAT), 1);
    ck_assert_uint_eq(tracedag_feature(TRACEDAG_FEATURE_HASH_SCHEME), 1);
    ck_assert_uint_eq(tracedag_feature(TRACEDAG_FEATURE_JSON_REPORT), 1);
    ck_assert_uint_ge(tracedag_feature(TRACEDAG_FEATURE_YAML_PARSER), 205);
    ck_assert_uint_ge(tracedag_feature(TRACEDAG_FEATURE_XXHASH), 800);
    ck_assert_uint_eq(tracedag_feature(0), 0);
    ck_assert_uint_eq(tracedag_feature(6), 0);
    ck_assert_uint_eq(tracedag_feature(UINT32_MAX), 0);
    snprintf(version, sizeof version,
             "td%u:", tracedag_feature(TRACEDAG_FEATURE_HASH_SCHEME));
    tracedag_dag *dag = must_accept(ten_jobs, strlen(ten_jobs), NULL);
    ck_assert_msg(strncmp(tracedag_dag_hash(dag), version, strlen(version)) == 0,
                  "%s is not of scheme %s", tracedag_dag_hash(dag), version);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_list_at)
{
    static const uint32_t numbers[] = {1, 2, 3, 4};
    tracedag_list list = {numbers, 2, 2 * sizeof *numbers};
    ck_assert_ptr_eq(tracedag_list_at(&list, 0), &numbers[0]);
    ck_assert_ptr_eq(tracedag_list_at(&list, 1), &numbers[2]);
    ck_assert_ptr_null(tracedag_list_at(&list, 2));
    ck_assert_ptr_null(tracedag_list_at(&list, SIZE_MAX));
    ck_assert_ptr_null(tracedag_list_at(NULL, 0));
}
END_TEST

START_TEST(test_status_texts)
{
    static const tracedag_status all[] = {TRACEDAG_OK, TRACEDAG_REJECTED, TRACEDAG_MISUSE,
                                          TRACEDAG_INTERNAL, TRACEDAG_NO_MEMORY};
    static const tracedag_status none[] = {3, 6, -1, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ck_assert_str_ne(tracedag_status_text(all[i]), "unknown status");
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(tracedag_status_text(all[i]), tracedag_status_text(all[j]));
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert_str_eq(tracedag_status_text(none[i]), "unknown status");
}
END_TEST

/* Each keeper drops once; the last drop frees, which a leak checker or a sanitizer sees. */
START_TEST(test_options_are_counted)
{
    tracedag_options *options = tracedag_options_new();
    ck_assert_ptr_eq(tracedag_options_ref(options), options);
    ck_assert_ptr_null(tracedag_options_unref(options));
    ck_assert_int_eq(tracedag_options_set_limit(options, TRACEDAG_LIMIT_JOBS, 3),
                     TRACEDAG_OK);
    ck_assert_uint_eq(tracedag_options_limit(options, TRACEDAG_LIMIT_JOBS), 3);
    ck_assert_ptr_null(tracedag_options_unref(options));
    ck_assert_ptr_null(tracedag_options_ref(NULL));
}
END_TEST

START_TEST(test_free_takes_null)
{
    tracedag_free(NULL);
}
END_TEST

/* Independent of the order and the form of the library's own table. */
static const struct {
    uint32_t code;
    uint32_t severity;
    const char *name;
} listed[] = {
#define ROW(constant, number, severity, name, rule) \
    {number, TRACEDAG_SEVERITY_##severity, name},
    TRACEDAG_CODE_LIST(ROW)
#undef ROW
};

enum { LISTED = sizeof listed / sizeof *listed };

static const char *listed_name(uint32_t code)
{
    for (size_t i = 0; i < LISTED; i++) {
        if (listed[i].code == code)
            return listed[i].name;
    }
    return NULL;
}

START_TEST(test_code_names)
{
    for (uint32_t code = 0; code < 1200; code++) {
        const char *name = listed_name(code);
        const char *found = tracedag_code_name(code);
        if (name)
            ck_assert_str_eq(found, name);
        else
            ck_assert_ptr_null(found);
    }
    ck_assert_ptr_null(tracedag_code_name(UINT32_MAX));
    ck_assert_ptr_null(tracedag_code_name(UINT32_C(1) << 31));
    ck_assert_ptr_null(tracedag_code_name((UINT32_C(1) << 31) + 402));
    ck_assert_ptr_null(tracedag_code_name(65536 + 402));
}
END_TEST

/* A text with all its letters in the other case. */
static const char *other_case(const char *text)
{
    static char changed[64];
    size_t len = strlen(text);
    ck_assert_uint_lt(len, sizeof changed);
    for (size_t i = 0; i <= len; i++) {
        bool upper = text[i] >= 'A' && text[i] <= 'Z';
        bool letter = upper || (text[i] >= 'a' && text[i] <= 'z');
        changed[i] = letter ? (char)(text[i] ^ ' ') : text[i];
    }
    return changed;
}

START_TEST(test_codes_are_found)
{
    for (uint32_t code = 0; code < 1200; code++) {
        const char *name = listed_name(code);
        uint32_t expected = name ? code : 0;
        char printed[16];
        snprintf(printed, sizeof printed, "TD%u", code);
        ck_assert_uint_eq(tracedag_code_find(printed), expected);
        ck_assert_uint_eq(tracedag_code_find(other_case(printed)), expected);
        ck_assert_uint_eq(tracedag_code_find(printed + 2), expected);
        if (name) {
            ck_assert_uint_eq(tracedag_code_find(name), code);
            ck_assert_uint_eq(tracedag_code_find(other_case(name)), code);
        }
    }
    ck_assert_uint_eq(tracedag_code_find("Unknown-JOB"), TRACEDAG_CODE_UNKNOWN_JOB);
    ck_assert_uint_eq(tracedag_code_find("Td402"), TRACEDAG_CODE_UNKNOWN_JOB);
}
END_TEST

START_TEST(test_texts_that_are_no_code)
{
    static const char *const texts[] = {
        "",      "TD",      "TD40",  "TD4022", "TD0402",      " TD402",       "TD402 ",
        "DT402", "TDTD402", "+402",  "4o2",    "TD 402",      "TD-402",       "0402",
        "cycl",  "cycles",  "402\n", "--402",  "unknown_job", "unknown-job ", "4\xc3\xb6",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(tracedag_code_find(texts[i]) == 0, "`%s` is a code", texts[i]);
    ck_assert_uint_eq(tracedag_code_find(NULL), 0);
}
END_TEST

START_TEST(test_codes)
{
    tracedag_list list = {NULL, 0, 0};
    uint32_t before = 0;
    tracedag_codes(NULL);
    tracedag_codes(&list);
    ck_assert_uint_eq(list.count, LISTED);
    ck_assert_uint_ge(list.stride, sizeof(tracedag_code_info));
    for (size_t i = 0; i < LISTED; i++) {
        const tracedag_code_info *info = record(&list, i);
        ck_assert_uint_gt(info->code, before);
        ck_assert(is_text(info->name, listed_name(info->code)));
        ck_assert_uint_eq(info->severity, listed[i].severity);
        ck_assert_uint_eq(info->code, listed[i].code);
        ck_assert_uint_gt(info->rule.len, 0);
        before = info->code;
    }
}
END_TEST

/* ---- options ---------------------------------------------------------------------------- */

START_TEST(test_json_schema)
{
    static const char id[] = "\"$id\": \"urn:libtracedag:trace-dag:1\"";
    char *text = NULL;
    char *again = NULL;
    size_t size = 0;
    ck_assert_int_eq(tracedag_json_schema(&text, &size), TRACEDAG_OK);
    ck_assert_uint_eq(size, strlen(text));
    ck_assert_int_eq(text[0], '{');
    ck_assert_str_eq(text + size - 2, "}\n");
    ck_assert_ptr_nonnull(strstr(text, id));
    ck_assert_int_eq(tracedag_json_schema(&again, NULL), TRACEDAG_OK);
    ck_assert_str_eq(again, text);
    tracedag_free(text);
    tracedag_free(again);
}
END_TEST

/* The schema that a catalog narrows; goes to tracedag_free(). */
static char *schema_of(const char *catalog_text)
{
    tracedag_catalog *catalog = NULL;
    char *text = NULL;
    size_t size = 0;
    ck_assert_int_eq(
        tracedag_catalog_read(catalog_text, strlen(catalog_text), NULL, &catalog, NULL),
        TRACEDAG_OK);
    ck_assert_int_eq(tracedag_catalog_json_schema(catalog, &text, &size), TRACEDAG_OK);
    ck_assert_uint_eq(size, strlen(text));
    ck_assert_str_eq(text + size - 2, "}\n");
    tracedag_catalog_unref(catalog);
    return text;
}

static void check_schema_has(const char *catalog_text, const char *piece)
{
    char *text = schema_of(catalog_text);
    ck_assert_msg(strstr(text, piece) != NULL, "%s is not in\n%s", piece, text);
    ck_assert_ptr_null(strstr(text, "$id"));
    tracedag_free(text);
}

/* check_schema.py tells what schemas mean; this is how their parts are spelt. */
START_TEST(test_catalog_json_schema)
{
    check_schema_has("operators: {b: {}, a: {}}", "\"enum\": [\"a\", \"b\"]");
    check_schema_has("operators: {}", "\"not\": {}");
    check_schema_has("datasets: {b: {}, a: {}}", "\"examples\": [\"a\", \"b\"]");
    check_schema_has("datasets: {}", "{\"dataset\": false}");
    check_schema_has("operators: {a: {trusted_on_lambda: true}, b: {}}",
                     "\"operator\": {\"not\": {\"enum\": [\"a\"]}}");
    check_schema_has("operators: {a: {outputs: {min: 1}}}",
                     "\"outputs\": {\"minimum\": 1}");
    check_schema_has("operators: {a: {secrets: required, udf: required}}",
                     "\"required\": [\"secrets\", \"udf\"]");
    check_schema_has(
        "operators: {a: {config: {n: {type: number, min: 0x10, max: +1e3}}}}",
        "\"n\": {\"type\": \"number\", \"minimum\": 16, \"maximum\": 1000.0}");
    check_schema_has("operators: {a: {config: {n: {type: integer, enum: [007]}}}}",
                     "\"n\": {\"type\": \"integer\", \"enum\": [7]}");
    check_schema_has("operators: {a: {config: {\"\\\"\": {type: any}}}}", "\"\\\"\": {}");
    check_schema_has("operators: {a: {config: {l: {type: list, items: {type: map}}}}}",
                     "\"l\": {\"type\": \"array\", \"items\": {\"type\": \"object\"}}");
}
END_TEST

START_TEST(test_catalog_json_schema_of_an_operator)
{
    check_schema_has(
        "operators: {a: {activations: [source], runtimes: [lambda, dispatcher]}}",
        "\"runtime\": {\"enum\": [\"lambda\", \"dispatcher\"]}");
    check_schema_has("operators: {a: {source_kinds: [cron, always_on]}}",
                     "\"source\": {\"properties\": {\"kind\": {\"enum\": "
                     "[\"cron\", \"always_on\"]}}}");
    check_schema_has("operators: {a: {outputs: {max: 2}}}",
                     "\"outputs\": {\"minimum\": 0, \"maximum\": 2}");
    check_schema_has("operators: {a: {secrets: forbidden, udf: allowed}}",
                     "\"secrets\": {\"maxItems\": 0}");
    check_schema_has("operators: {a: {config: {b: {type: any, required: true}}}}",
                     "\"required\": [\"config\"]");
    check_schema_has("operators: {a: {config: {c: {type: any, required: true},"
                     " b: {type: any}, a: {type: any, required: true}}}}",
                     "\"required\": [\"a\", \"c\"]");
    check_schema_has(
        "operators: {a: {config: {m: {type: map, fields: {n: {type: boolean,"
        " required: true}, o: {type: string, min: 1, enum: [p]}}}}}}",
        "\"m\": {\"type\": \"object\", \"properties\": {\"n\": {\"type\": "
        "\"boolean\"}, \"o\": {\"type\": \"string\", \"minLength\": 1, \"enum\": "
        "[\"p\"]}}, \"required\": [\"n\"], \"additionalProperties\": false}");
}
END_TEST

START_TEST(test_catalog_json_schema_of_datasets)
{
    check_schema_has("datasets: {a: {where: {b: {type: integer}}}}",
                     "\"where\": {\"properties\": {\"b\": {\"type\": \"integer\"}}, "
                     "\"additionalProperties\": false}");
    check_schema_has("datasets: {a: {where: {}}}",
                     "\"where\": {\"additionalProperties\": false}");
    check_schema_has("datasets: {a: {}, b: {}}",
                     "{\"dataset\": {\"enum\": [\"a\", \"b\"]}}");
    char *text = schema_of("datasets: {a: {}}");
    ck_assert_ptr_null(strstr(text, "\"const\": \"a\""));
    tracedag_free(text);
}
END_TEST

/* As deep as a document may be: list in list in list. */
START_TEST(test_catalog_json_schema_of_deep_fields)
{
    char text[2048] = "operators: {a: {config: {l: ";
    char *end = text + strlen(text);
    const size_t levels = 59;
    for (size_t i = 0; i < levels; i++, end += strlen(end))
        strcpy(end, "{type: list, items: ");
    strcpy(end, "{type: any}");
    end += strlen(end);
    memset(end, '}', levels + 3);
    end[levels + 3] = '\0';
    char *schema = schema_of(text);
    size_t found = 0;
    for (const char *at = schema; (at = strstr(at, "\"array\", \"items\"")); at++)
        found++;
    ck_assert_uint_eq(found, levels);
    tracedag_free(schema);
}
END_TEST

START_TEST(test_json_schema_without_a_catalog)
{
    char *general = NULL;
    char *text = NULL;
    ck_assert_int_eq(tracedag_json_schema(&general, NULL), TRACEDAG_OK);
    ck_assert_int_eq(tracedag_catalog_json_schema(NULL, &text, NULL), TRACEDAG_OK);
    ck_assert_str_eq(text, general);
    tracedag_free(text);
    text = schema_of("{}");
    ck_assert_str_eq(text, general);
    tracedag_free(text);
    tracedag_free(general);
}
END_TEST

START_TEST(test_json_schema_misuse)
{
    size_t size = 7;
    ck_assert_int_eq(tracedag_json_schema(NULL, &size), TRACEDAG_MISUSE);
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(tracedag_json_schema(NULL, NULL), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_catalog_json_schema(NULL, NULL, &size), TRACEDAG_MISUSE);
}
END_TEST

START_TEST(test_documents_keep_a_copy_of_their_options)
{
    tracedag_doc *doc;
    tracedag_report *report;
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_JOBS, 9);
    ck_assert_int_eq(tracedag_parse(ten_jobs, strlen(ten_jobs), options, &doc),
                     TRACEDAG_OK);
    set_limit(options, TRACEDAG_LIMIT_JOBS, 10);
    ck_assert_ptr_null(tracedag_options_unref(options));
    ck_assert_int_eq(tracedag_validate(doc, NULL, NULL, &report), TRACEDAG_REJECTED);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_LIMIT_COUNT), 1);
    tracedag_report_unref(report);
    tracedag_doc_unref(doc);
}
END_TEST

START_TEST(test_options_of_the_call_win)
{
    tracedag_doc *doc;
    tracedag_options *strict = with_limit(TRACEDAG_LIMIT_JOBS, 9);
    tracedag_options *loose = with_limit(TRACEDAG_LIMIT_JOBS, 10);
    ck_assert_int_eq(tracedag_parse(ten_jobs, strlen(ten_jobs), strict, &doc),
                     TRACEDAG_OK);
    ck_assert_int_eq(tracedag_validate(doc, loose, NULL, NULL), TRACEDAG_OK);
    ck_assert_int_eq(tracedag_validate(doc, strict, NULL, NULL), TRACEDAG_REJECTED);
    ck_assert_int_eq(tracedag_validate(doc, NULL, NULL, NULL), TRACEDAG_REJECTED);
    tracedag_doc_unref(doc);
    tracedag_options_unref(strict);
    tracedag_options_unref(loose);
}
END_TEST

START_TEST(test_unref_of_nothing)
{
    ck_assert_ptr_null(tracedag_options_unref(NULL));
    ck_assert_ptr_null(tracedag_doc_unref(NULL));
    ck_assert_ptr_null(tracedag_report_unref(NULL));
    ck_assert_ptr_null(tracedag_dag_unref(NULL));
    ck_assert_ptr_null(tracedag_doc_ref(NULL));
    ck_assert_ptr_null(tracedag_report_ref(NULL));
    ck_assert_ptr_null(tracedag_dag_ref(NULL));
}
END_TEST

/* ---- parse, validate, check ------------------------------------------------------------- */

START_TEST(test_parse)
{
    tracedag_doc *doc = NULL;
    ck_assert_int_eq(tracedag_parse(ten_jobs, strlen(ten_jobs), NULL, &doc), TRACEDAG_OK);
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(tracedag_report_count(tracedag_doc_report(doc), 0), 0);
    ck_assert_ptr_null(tracedag_doc_unref(doc));
    ck_assert_ptr_null(tracedag_doc_report(NULL));
}
END_TEST

START_TEST(test_parse_misuse)
{
    tracedag_doc *doc = (tracedag_doc *)1;
    ck_assert_int_eq(tracedag_parse(NULL, 1, NULL, &doc), TRACEDAG_MISUSE);
    ck_assert_ptr_null(doc);
    ck_assert_int_eq(tracedag_parse("a: 1", 4, NULL, NULL), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_parse(NULL, 1, NULL, NULL), TRACEDAG_MISUSE);
}
END_TEST

/* Text that cannot be read still gives a document, and what is sound of it is judged. */
START_TEST(test_rejected_documents_are_judged_on)
{
    tracedag_doc *doc;
    tracedag_report *report;
    struct text document = {NULL, 0, 0};
    put(&document, "%s    config: {x: *nobody }\nfault: 1\n", one_job);
    ck_assert_int_eq(tracedag_parse(document.ptr, document.len, NULL, &doc),
                     TRACEDAG_REJECTED);
    ck_assert_ptr_nonnull(doc);
    ck_assert_uint_eq(
        tracedag_report_count(tracedag_doc_report(doc), TRACEDAG_SEVERITY_ERROR), 1);
    ck_assert_int_eq(tracedag_validate(doc, NULL, NULL, &report), TRACEDAG_REJECTED);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_UNDEFINED_ALIAS), 1);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_UNKNOWN_KEY), 1);
    ck_assert_uint_eq(
        tracedag_report_count(tracedag_doc_report(doc), TRACEDAG_SEVERITY_ERROR), 1);
    tracedag_report_unref(report);
    tracedag_doc_unref(doc);
    drop(&document);
}
END_TEST

START_TEST(test_validate_misuse)
{
    tracedag_dag *dag = (tracedag_dag *)1;
    tracedag_report *report = (tracedag_report *)1;
    ck_assert_int_eq(tracedag_validate(NULL, NULL, &dag, &report), TRACEDAG_MISUSE);
    ck_assert_ptr_null(dag);
    ck_assert_ptr_null(report);
    ck_assert_int_eq(tracedag_validate(NULL, NULL, NULL, NULL), TRACEDAG_MISUSE);
}
END_TEST

START_TEST(test_validate_gives_what_is_asked_for)
{
    tracedag_doc *doc;
    tracedag_dag *dag = NULL;
    tracedag_report *report = NULL;
    tracedag_parse(ten_jobs, strlen(ten_jobs), NULL, &doc);
    ck_assert_int_eq(tracedag_validate(doc, NULL, NULL, NULL), TRACEDAG_OK);
    ck_assert_int_eq(tracedag_validate(doc, NULL, &dag, NULL), TRACEDAG_OK);
    ck_assert_int_eq(tracedag_validate(doc, NULL, NULL, &report), TRACEDAG_OK);
    ck_assert_ptr_nonnull(dag);
    ck_assert_ptr_nonnull(report);
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 0);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
    tracedag_doc_unref(doc);
}
END_TEST

START_TEST(test_check_gives_what_is_asked_for)
{
    tracedag_dag *dag = NULL;
    tracedag_report *report = NULL;
    ck_assert_int_eq(tracedag_check(ten_jobs, strlen(ten_jobs), NULL, NULL, NULL),
                     TRACEDAG_OK);
    ck_assert_int_eq(tracedag_check(broken, strlen(broken), NULL, NULL, NULL),
                     TRACEDAG_REJECTED);
    ck_assert_int_eq(tracedag_check(ten_jobs, strlen(ten_jobs), NULL, &dag, NULL),
                     TRACEDAG_OK);
    ck_assert_ptr_nonnull(dag);
    tracedag_dag_unref(dag);
    ck_assert_int_eq(tracedag_check(broken, strlen(broken), NULL, &dag, &report),
                     TRACEDAG_REJECTED);
    ck_assert_ptr_null(dag);
    tracedag_report_unref(report);
    dag = (tracedag_dag *)1;
    report = (tracedag_report *)1;
    ck_assert_int_eq(tracedag_check(NULL, 1, NULL, &dag, &report), TRACEDAG_MISUSE);
    ck_assert_ptr_null(dag);
    ck_assert_ptr_null(report);
    ck_assert_int_eq(tracedag_check(NULL, 1, NULL, NULL, NULL), TRACEDAG_MISUSE);
}
END_TEST

START_TEST(test_empty_documents)
{
    static const char *const empty[] = {"", "\n", "# nothing\n", "---\n", "\xEF\xBB\xBF"};
    tracedag_report *report = must_reject(NULL, 0, NULL);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_NO_DOCUMENT), 1);
    tracedag_report_unref(report);
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        report = must_reject(empty[i], strlen(empty[i]), NULL);
        ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 1);
        tracedag_report_unref(report);
    }
}
END_TEST

/* The bytes of the caller are not looked at after the call, and end where `size` says. */
START_TEST(test_bytes_are_copied)
{
    size_t size = strlen(ten_jobs);
    char *bytes = malloc(size);
    tracedag_dag *expected = must_accept(ten_jobs, size, NULL);
    memcpy(bytes, ten_jobs, size);
    tracedag_dag *dag = must_accept(bytes, size, NULL);
    memset(bytes, 'x', size);
    free(bytes);
    ck_assert_str_eq(tracedag_dag_name(dag), "ten-jobs");
    ck_assert_str_eq(tracedag_dag_hash(dag), tracedag_dag_hash(expected));
    tracedag_dag_unref(dag);
    tracedag_dag_unref(expected);
}
END_TEST

/* ---- references ------------------------------------------------------------------------- */

START_TEST(test_results_outlive_the_document)
{
    tracedag_doc *doc;
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_position end;
    tracedag_parse(ten_jobs, strlen(ten_jobs), NULL, &doc);
    ck_assert_int_eq(tracedag_validate(doc, NULL, &dag, &report), TRACEDAG_OK);
    ck_assert_ptr_null(tracedag_doc_unref(doc));
    char *text;
    ck_assert_int_eq(tracedag_dag_write(dag, TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_YAML,
                                        &text, NULL),
                     TRACEDAG_OK);
    tracedag_free(text);
    tracedag_dag_unref(dag);
    tracedag_report_position(report, strlen(ten_jobs), &end);
    ck_assert_uint_gt(end.line, 50);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_the_dag_outlives_the_report)
{
    tracedag_dag *dag;
    tracedag_report *report;
    ck_assert_int_eq(tracedag_check(ten_jobs, strlen(ten_jobs), NULL, &dag, &report),
                     TRACEDAG_OK);
    tracedag_report_unref(report);
    ck_assert_str_eq(tracedag_dag_name(dag), "ten-jobs");
    tracedag_dag_unref(dag);
}
END_TEST

/* As many drops as keeps, and one for the first owner: the last of them frees, no other. */
START_TEST(test_reference_counts)
{
    tracedag_doc *doc;
    tracedag_dag *dag;
    tracedag_report *report;
    tracedag_parse(ten_jobs, strlen(ten_jobs), NULL, &doc);
    tracedag_validate(doc, NULL, &dag, &report);
    for (int i = 0; i < 100; i++) {
        ck_assert_ptr_eq(tracedag_doc_ref(doc), doc);
        ck_assert_ptr_eq(tracedag_dag_ref(dag), dag);
        ck_assert_ptr_eq(tracedag_report_ref(report), report);
    }
    for (int i = 0; i < 100; i++) {
        ck_assert_ptr_null(tracedag_doc_unref(doc));
        ck_assert_ptr_null(tracedag_dag_unref(dag));
        ck_assert_ptr_null(tracedag_report_unref(report));
    }
    ck_assert_uint_eq(tracedag_report_count(tracedag_doc_report(doc), 0), 0);
    ck_assert_str_eq(tracedag_dag_name(dag), "ten-jobs");
    ck_assert_uint_eq(tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR), 0);
    tracedag_doc_unref(doc);
    tracedag_dag_unref(dag);
    tracedag_report_unref(report);
}
END_TEST

/* One document gives the same results as often as it is asked. */
START_TEST(test_a_document_is_validated_twice)
{
    tracedag_doc *doc;
    tracedag_dag *first;
    tracedag_dag *second;
    tracedag_parse(ten_jobs, strlen(ten_jobs), NULL, &doc);
    ck_assert_int_eq(tracedag_validate(doc, NULL, &first, NULL), TRACEDAG_OK);
    ck_assert_int_eq(tracedag_validate(doc, NULL, &second, NULL), TRACEDAG_OK);
    ck_assert_ptr_ne(first, second);
    ck_assert_str_eq(tracedag_dag_hash(first), tracedag_dag_hash(second));
    tracedag_dag_unref(first);
    ck_assert_str_eq(tracedag_dag_name(second), "ten-jobs");
    tracedag_dag_unref(second);
    tracedag_doc_unref(doc);
}
END_TEST

/* ---- a DAG that is not there ------------------------------------------------------------ */

static void check_empty(const tracedag_list *list)
{
    ck_assert_ptr_null(list->items);
    ck_assert_uint_eq(list->count, 0);
}

START_TEST(test_lists_of_no_dag)
{
    static void (*const lists[])(const tracedag_dag *, tracedag_list *) = {
        tracedag_dag_jobs,      tracedag_dag_inputs, tracedag_dag_names,
        tracedag_dag_publishes, tracedag_dag_order,  tracedag_dag_external_datasets,
    };
    tracedag_dag *dag = must_accept(ten_jobs, strlen(ten_jobs), NULL);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        tracedag_list list = {"x", 5, 1};
        lists[i](NULL, &list);
        check_empty(&list);
        lists[i](NULL, NULL);
        lists[i](dag, NULL);
    }
    tracedag_list list = {"x", 5, 1};
    tracedag_report_findings(NULL, &list);
    check_empty(&list);
    tracedag_report_findings(NULL, NULL);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_questions_to_no_dag)
{
    size_t len;
    uint32_t line = 7;
    ck_assert_ptr_null(tracedag_dag_name(NULL));
    ck_assert_ptr_null(tracedag_dag_hash(NULL));
    ck_assert_ptr_null(tracedag_dag_job(NULL, 0));
    ck_assert_uint_eq(tracedag_dag_find_job(NULL, "a", 1), TRACEDAG_NO_JOB);
    ck_assert_uint_eq(tracedag_dag_origin(NULL, 0, 1, &line), 0);
    ck_assert_uint_eq(line, 0);
    char *text = (char *)"x";
    len = 7;
    ck_assert_int_eq(tracedag_dag_write(NULL, 1, 1, &text, &len), TRACEDAG_MISUSE);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(len, 0);
}
END_TEST

static void check_cleared(const tracedag_list *list, tracedag_status status)
{
    ck_assert_int_eq(status, TRACEDAG_MISUSE);
    ck_assert_ptr_null(list->items);
    ck_assert_uint_eq(list->count, 0);
}

static void check_reach_misuse(const tracedag_dag *dag, uint32_t job, uint32_t all)
{
    tracedag_list jobs = {&jobs, 7, 0};
    check_cleared(&jobs, tracedag_dag_upstream(dag, job, all, &jobs));
    jobs = (tracedag_list){&jobs, 7, 0};
    check_cleared(&jobs,
                  tracedag_dag_downstream(dag, job, TRACEDAG_ANY_OUTPUT, all, &jobs));
}

START_TEST(test_upstream_misuse)
{
    tracedag_dag *dag = must_accept(ten_jobs, strlen(ten_jobs), NULL);
    tracedag_list jobs;
    check_reach_misuse(NULL, 0, 0);
    check_reach_misuse(dag, 10, 0);
    check_reach_misuse(dag, TRACEDAG_NO_JOB, 1);
    check_reach_misuse(dag, 0, 2);
    check_reach_misuse(dag, 0, UINT32_MAX);
    check_reach_misuse(dag, 0, UINT32_C(1) << 31);
    ck_assert_int_eq(tracedag_dag_upstream(dag, 0, 0, NULL), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_dag_downstream(dag, 0, 0, 0, NULL), TRACEDAG_MISUSE);
    uint32_t outputs = tracedag_dag_job(dag, 4)->outputs;
    ck_assert_int_eq(tracedag_dag_downstream(dag, 4, outputs - 1, 1, &jobs), TRACEDAG_OK);
    tracedag_free(jobs.items);
    ck_assert_int_eq(tracedag_dag_downstream(dag, 4, outputs, 1, &jobs), TRACEDAG_MISUSE);
    ck_assert_ptr_null(jobs.items);
    ck_assert_uint_eq(jobs.count, 0);
    tracedag_dag_unref(dag);
}
END_TEST

static void check_runs_misuse(const tracedag_dag *dag, uint32_t job, int64_t after,
                              uint32_t count)
{
    tracedag_list runs = {&runs, 7, 0};
    check_cleared(&runs, tracedag_dag_next_runs(dag, job, after, count, &runs));
}

START_TEST(test_next_runs_misuse)
{
    tracedag_dag *dag = must_accept(ten_jobs, strlen(ten_jobs), NULL);
    check_runs_misuse(NULL, 0, 0, 1);
    check_runs_misuse(dag, 10, 0, 1);
    check_runs_misuse(dag, TRACEDAG_NO_JOB, 0, 1);
    check_runs_misuse(dag, 0, -1, 1);
    check_runs_misuse(dag, 0, INT64_MIN, 1);
    check_runs_misuse(dag, 0, TRACEDAG_LAST_INSTANT + 1, 1);
    check_runs_misuse(dag, 0, INT64_MAX, 1);
    check_runs_misuse(dag, 0, 0, TRACEDAG_RUNS_MOST + 1);
    check_runs_misuse(dag, 0, 0, UINT32_MAX);
    ck_assert_int_eq(tracedag_dag_next_runs(dag, 0, 0, 1, NULL), TRACEDAG_MISUSE);
    tracedag_dag_unref(dag);
}
END_TEST

Suite *suite_functions(void)
{
    Suite *suite = suite_create("functions");
    TCase *tests = tcase_create("functions");
    tcase_add_test(tests, test_version);
    tcase_add_test(tests, test_features);
    tcase_add_test(tests, test_list_at);
    tcase_add_test(tests, test_status_texts);
    tcase_add_test(tests, test_options_are_counted);
    tcase_add_test(tests, test_free_takes_null);
    tcase_add_test(tests, test_code_names);
    tcase_add_test(tests, test_codes_are_found);
    tcase_add_test(tests, test_texts_that_are_no_code);
    tcase_add_test(tests, test_json_schema);
    tcase_add_test(tests, test_catalog_json_schema);
    tcase_add_test(tests, test_catalog_json_schema_of_an_operator);
    tcase_add_test(tests, test_catalog_json_schema_of_datasets);
    tcase_add_test(tests, test_catalog_json_schema_of_deep_fields);
    tcase_add_test(tests, test_json_schema_without_a_catalog);
    tcase_add_test(tests, test_json_schema_misuse);
    tcase_add_test(tests, test_codes);
    tcase_add_test(tests, test_documents_keep_a_copy_of_their_options);
    tcase_add_test(tests, test_options_of_the_call_win);
    tcase_add_test(tests, test_unref_of_nothing);
    tcase_add_test(tests, test_parse);
    tcase_add_test(tests, test_parse_misuse);
    tcase_add_test(tests, test_rejected_documents_are_judged_on);
    tcase_add_test(tests, test_validate_misuse);
    tcase_add_test(tests, test_validate_gives_what_is_asked_for);
    tcase_add_test(tests, test_check_gives_what_is_asked_for);
    tcase_add_test(tests, test_empty_documents);
    tcase_add_test(tests, test_bytes_are_copied);
    tcase_add_test(tests, test_results_outlive_the_document);
    tcase_add_test(tests, test_the_dag_outlives_the_report);
    tcase_add_test(tests, test_reference_counts);
    tcase_add_test(tests, test_a_document_is_validated_twice);
    tcase_add_test(tests, test_lists_of_no_dag);
    tcase_add_test(tests, test_questions_to_no_dag);
    tcase_add_test(tests, test_upstream_misuse);
    tcase_add_test(tests, test_next_runs_misuse);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(int argc, char **argv)
{
    tests_folder = argc > 1 ? argv[1] : NULL;
    SRunner *runner = srunner_create(suite_functions());
    srunner_add_suite(runner, suite_pages());
    srunner_add_suite(runner, suite_reading());
    srunner_add_suite(runner, suite_report());
    srunner_add_suite(runner, suite_levels());
    srunner_add_suite(runner, suite_catalog());
    srunner_add_suite(runner, suite_fixes());
    srunner_add_suite(runner, suite_diff());
    srunner_add_suite(runner, suite_diff_render());
    srunner_add_suite(runner, suite_limits());
    srunner_add_suite(runner, suite_together());
    srunner_add_suite(runner, suite_threads());
    srunner_add_suite(runner, suite_trust());
    srunner_add_suite(runner, suite_draw());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
