/*
 * Catalogs: what reading gives, how they are kept, and what they do to reports. What is wrong with
 * a catalog, and what a document may not say under one, is the matter of the golden cases.
 */
#include "api.h"

static const char platform[] =
    "operators:\n"
    "  udf: {udf: required, runtimes: [lambda], where: {}}\n"
    "  compact:\n"
    "    runtimes: [ecs_platform, dispatcher]\n"
    "    activations: [reactive]\n"
    "    execution_strategies: [PerPartition]\n"
    "    update_strategies: [append, replace]\n"
    "    outputs: {min: 1, max: 2}\n"
    "    secrets: forbidden\n"
    "    trusted_on_lambda: true\n"
    "    config:\n"
    "      chain_id: {type: integer, required: true, min: 0x1}\n"
    "      name: {type: string, enum: [b, a], max: 9}\n"
    "      ratio: {type: number, enum: [2.50, 1]}\n"
    "      ranges: {type: list, items: {type: map, fields: {to: {type: any}, at: {type: boolean}}}}\n"
    "      rest: {type: map}\n"
    "      none: {type: map, fields: {}}\n"
    "    where: {chain_id: {type: integer}}\n"
    "  trigger: {source_kinds: [cron, manual], outputs: {min: 3}}\n"
    "datasets:\n"
    "  prices: {}\n"
    "  labels: {where: {kind: {type: string}}}\n";

static tracedag_catalog *must_read(const char *text)
{
    tracedag_catalog *catalog;
    tracedag_report *report;
    ck_assert_int_eq(tracedag_catalog_read(text, strlen(text), NULL, &catalog, &report),
                     TRACEDAG_OK);
    ck_assert_uint_eq(tracedag_report_count(report, 0), 0);
    ck_assert_ptr_null(tracedag_report_catalog(report));
    tracedag_report_unref(report);
    return catalog;
}

static const tracedag_operator *operator_at(const tracedag_catalog *catalog, size_t index)
{
    tracedag_list list;
    tracedag_catalog_operators(catalog, &list);
    return record(&list, index);
}

static const tracedag_catalog_field *field_at(const tracedag_list *fields, size_t index)
{
    return record(fields, index);
}

/* ---- records ---------------------------------------------------------------------------- */

#define BIT(value) (1U << TRACEDAG_##value)

START_TEST(test_operators_are_records)
{
    tracedag_catalog *catalog = must_read(platform);
    tracedag_list list;
    tracedag_catalog_operators(catalog, &list);
    ck_assert_uint_eq(list.count, 3);
    const tracedag_operator *o = operator_at(catalog, 0);
    ck_assert(is_text(o->name, "compact"));
    ck_assert_uint_eq(o->runtimes, BIT(RUNTIME_ECS_PLATFORM) | BIT(RUNTIME_DISPATCHER));
    ck_assert_uint_eq(o->activations, BIT(ACTIVATION_REACTIVE));
    ck_assert_uint_eq(o->source_kinds, 0);
    ck_assert_uint_eq(o->execution_strategies, BIT(EXECUTION_PER_PARTITION));
    ck_assert_uint_eq(o->update_strategies, BIT(UPDATE_APPEND) | BIT(UPDATE_REPLACE));
    ck_assert_uint_eq(o->outputs_min, 1);
    ck_assert_uint_eq(o->outputs_max, 2);
    ck_assert_uint_eq(o->udf, TRACEDAG_POLICY_FORBIDDEN);
    ck_assert_uint_eq(o->secrets, TRACEDAG_POLICY_FORBIDDEN);
    ck_assert_uint_eq(o->trusted_on_lambda, 1);
    ck_assert_uint_eq(o->config_closed, 1);
    ck_assert_uint_eq(o->where_closed, 1);
    ck_assert_uint_eq(o->where.count, 1);
    o = operator_at(catalog, 1);
    ck_assert(is_text(o->name, "trigger"));
    ck_assert_uint_eq(o->source_kinds, BIT(SOURCE_CRON) | BIT(SOURCE_MANUAL));
    ck_assert_uint_eq(o->outputs_min, 3);
    ck_assert_uint_eq(o->outputs_max, TRACEDAG_ANY_OUTPUTS);
    ck_assert_uint_eq(o->secrets, TRACEDAG_POLICY_ALLOWED);
    ck_assert_uint_eq(o->trusted_on_lambda, 0);
    ck_assert_uint_eq(o->config_closed, 0);
    ck_assert_uint_eq(o->where_closed, 0);
    o = operator_at(catalog, 2);
    ck_assert(is_text(o->name, "udf"));
    ck_assert_uint_eq(o->udf, TRACEDAG_POLICY_REQUIRED);
    ck_assert_uint_eq(o->outputs_max, TRACEDAG_ANY_OUTPUTS);
    ck_assert_uint_eq(o->where_closed, 1);
    ck_assert_uint_eq(o->where.count, 0);
    tracedag_catalog_unref(catalog);
}
END_TEST

START_TEST(test_fields_are_records)
{
    tracedag_catalog *catalog = must_read(platform);
    const tracedag_list *config = &operator_at(catalog, 0)->config;
    ck_assert_uint_eq(config->count, 6);
    const tracedag_catalog_field *f = field_at(config, 0);
    ck_assert(is_text(f->name, "chain_id"));
    ck_assert_uint_eq(f->type, TRACEDAG_FIELD_INTEGER);
    ck_assert_uint_eq(f->required, 1);
    ck_assert(is_text(f->min, "0x1"));
    ck_assert_ptr_null(f->max.ptr);
    ck_assert_uint_eq(f->words.count, 0);
    f = field_at(config, 1);
    ck_assert(is_text(f->name, "name"));
    ck_assert_uint_eq(f->required, 0);
    ck_assert(is_text(f->max, "9"));
    ck_assert_uint_eq(f->words.count, 2);
    ck_assert(is_text(*(const tracedag_text *)record(&f->words, 0), "b"));
    f = field_at(config, 2);
    ck_assert_uint_eq(f->type, TRACEDAG_FIELD_MAP);
    ck_assert_uint_eq(f->closed, 1);
    ck_assert_uint_eq(f->fields.count, 0);
    f = field_at(config, 3);
    ck_assert_uint_eq(f->type, TRACEDAG_FIELD_LIST);
    ck_assert_ptr_nonnull(f->items);
    ck_assert_uint_eq(f->items->name.len, 0);
    ck_assert_uint_eq(f->items->type, TRACEDAG_FIELD_MAP);
    ck_assert_uint_eq(f->items->fields.count, 2);
    ck_assert(is_text(field_at(&f->items->fields, 0)->name, "at"));
    ck_assert_uint_eq(field_at(&f->items->fields, 0)->type, TRACEDAG_FIELD_BOOLEAN);
    ck_assert_uint_eq(field_at(&f->items->fields, 1)->type, TRACEDAG_FIELD_ANY);
    f = field_at(config, 4);
    ck_assert(is_text(*(const tracedag_text *)record(&f->words, 0), "2.50"));
    f = field_at(config, 5);
    ck_assert(is_text(f->name, "rest"));
    ck_assert_uint_eq(f->closed, 0);
    ck_assert_ptr_null(f->items);
    tracedag_catalog_unref(catalog);
}
END_TEST

START_TEST(test_datasets_are_records)
{
    tracedag_catalog *catalog = must_read(platform);
    tracedag_list list;
    tracedag_catalog_datasets(catalog, &list);
    ck_assert_uint_eq(list.count, 2);
    const tracedag_dataset *d = record(&list, 0);
    ck_assert(is_text(d->name, "labels"));
    ck_assert_uint_eq(d->where_closed, 1);
    ck_assert(is_text(field_at(&d->where, 0)->name, "kind"));
    d = record(&list, 1);
    ck_assert(is_text(d->name, "prices"));
    ck_assert_uint_eq(d->where_closed, 0);
    tracedag_catalog_unref(catalog);
}
END_TEST

/* What is not there is not checked; what is empty allows nothing. */
START_TEST(test_absent_is_not_empty)
{
    tracedag_list list;
    tracedag_catalog *catalog = must_read("{}");
    tracedag_catalog_operators(catalog, &list);
    ck_assert_ptr_null(list.items);
    tracedag_catalog_datasets(catalog, &list);
    ck_assert_ptr_null(list.items);
    tracedag_catalog_unref(catalog);
    catalog = must_read("{operators: {}, datasets: {}}");
    tracedag_catalog_operators(catalog, &list);
    ck_assert_ptr_nonnull(list.items);
    ck_assert_uint_eq(list.count, 0);
    tracedag_catalog_datasets(catalog, &list);
    ck_assert_ptr_nonnull(list.items);
    tracedag_catalog_unref(catalog);
}
END_TEST

/* Aliases stand for copies: one field at many places, with what is in it. */
START_TEST(test_aliases_share_fields)
{
    tracedag_catalog *catalog = must_read(
        "operators:\n"
        "  a:\n"
        "    config: &c\n"
        "      x: &x {type: list, items: &i {type: string, enum: &e [p, q]}}\n"
        "      xx: *x\n"
        "      z: {type: map, fields: {w: *x, v: *i, u: {type: string, enum: *e}}}\n"
        "  b: {config: *c}\n");
    for (size_t i = 0; i < 2; i++) {
        const tracedag_list *config = &operator_at(catalog, i)->config;
        ck_assert_uint_eq(config->count, 3);
        ck_assert(is_text(field_at(config, 1)->name, "xx"));
        ck_assert_uint_eq(field_at(config, 1)->items->words.count, 2);
        const tracedag_list *inner = &field_at(config, 2)->fields;
        ck_assert_uint_eq(field_at(inner, 0)->words.count, 2);
        ck_assert(is_text(field_at(inner, 1)->name, "v"));
        ck_assert_uint_eq(field_at(inner, 1)->words.count, 2);
        ck_assert_uint_eq(field_at(inner, 2)->items->type, TRACEDAG_FIELD_STRING);
    }
    tracedag_catalog_unref(catalog);
}
END_TEST

/* ---- from records, and to JSON ---------------------------------------------------------- */

static const char written[] =
    "{\"operators\":{\"compact\":{\"runtimes\":[\"ecs_platform\",\"dispatcher\"],"
    "\"activations\":[\"reactive\"],\"execution_strategies\":[\"PerPartition\"],"
    "\"update_strategies\":[\"append\",\"replace\"],\"outputs\":{\"min\":1,\"max\":2},"
    "\"secrets\":\"forbidden\",\"trusted_on_lambda\":true,\"config\":{"
    "\"chain_id\":{\"type\":\"integer\",\"required\":true,\"min\":1},"
    "\"name\":{\"type\":\"string\",\"enum\":[\"b\",\"a\"],\"max\":9},"
    "\"none\":{\"type\":\"map\",\"fields\":{}},"
    "\"ranges\":{\"type\":\"list\",\"items\":{\"type\":\"map\",\"fields\":{"
    "\"at\":{\"type\":\"boolean\"},\"to\":{\"type\":\"any\"}}}},"
    "\"ratio\":{\"type\":\"number\",\"enum\":[2.5,1]},\"rest\":{\"type\":\"map\"}},"
    "\"where\":{\"chain_id\":{\"type\":\"integer\"}}},"
    "\"trigger\":{\"source_kinds\":[\"cron\",\"manual\"],\"outputs\":{\"min\":3}},"
    "\"udf\":{\"runtimes\":[\"lambda\"],\"udf\":\"required\",\"where\":{}}},"
    "\"datasets\":{\"labels\":{\"where\":{\"kind\":{\"type\":\"string\"}}},\"prices\":{}}}";

static void check_written(const tracedag_catalog *catalog, const char *expected)
{
    char *text;
    size_t size;
    ck_assert_int_eq(tracedag_catalog_write(catalog, &text, &size), TRACEDAG_OK);
    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(size, strlen(expected));
    tracedag_free(text);
}

START_TEST(test_a_catalog_is_written)
{
    tracedag_catalog *catalog = must_read(platform);
    check_written(catalog, written);
    tracedag_catalog *again = must_read(written);
    check_written(again, written);
    tracedag_list operators;
    tracedag_list datasets;
    tracedag_catalog_operators(catalog, &operators);
    tracedag_catalog_datasets(catalog, &datasets);
    tracedag_catalog *made;
    ck_assert_int_eq(tracedag_catalog_new(&operators, &datasets, NULL, &made, NULL),
                     TRACEDAG_OK);
    tracedag_catalog_unref(catalog);
    check_written(made, written);
    tracedag_catalog_unref(made);
    tracedag_catalog_unref(again);
}
END_TEST

#define TEXT(literal) \
    { \
        (literal), sizeof(literal) - 1 \
    }

static tracedag_report *made_report(const tracedag_operator *operator_record,
                                    tracedag_status expected)
{
    tracedag_list operators = {operator_record, 1, sizeof *operator_record};
    tracedag_catalog *catalog = (tracedag_catalog *)(uintptr_t)operator_record;
    tracedag_report *report = (tracedag_report *)(uintptr_t)operator_record;
    ck_assert_int_eq(tracedag_catalog_new(&operators, NULL, NULL, &catalog, &report),
                     expected);
    ck_assert((catalog != NULL) == (expected == TRACEDAG_OK));
    tracedag_catalog_unref(catalog);
    return report;
}

START_TEST(test_a_catalog_of_nothing)
{
    static const tracedag_list none = {NULL, 0, 0};
    tracedag_catalog *catalog;
    ck_assert_int_eq(tracedag_catalog_new(NULL, NULL, NULL, &catalog, NULL), TRACEDAG_OK);
    check_written(catalog, "{}");
    tracedag_catalog_unref(catalog);
    ck_assert_int_eq(tracedag_catalog_new(&none, &none, NULL, &catalog, NULL),
                     TRACEDAG_OK);
    check_written(catalog, "{\"operators\":{},\"datasets\":{}}");
    tracedag_catalog_unref(catalog);
}
END_TEST

/* Findings are about the text that is made of the records. */
START_TEST(test_records_have_findings)
{
    static const tracedag_text words[] = {TEXT("1"), TEXT("one")};
    static const tracedag_catalog_field fields[] = {{.name = TEXT("n"),
                                                     .type = TRACEDAG_FIELD_INTEGER,
                                                     .min = TEXT("0x10"),
                                                     .max = TEXT("1.50"),
                                                     .words = {words, 2, sizeof *words}}};
    tracedag_operator o = {.name = TEXT("Op"), .config_closed = 1};
    o.config = (tracedag_list){fields, 1, sizeof *fields};
    tracedag_report *report = made_report(&o, TRACEDAG_REJECTED);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_BAD_NAME), 1);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_WRONG_TYPE), 2);
    ck_assert_uint_eq(tracedag_report_count(report, 0), 3);
    ck_assert(is_text(tracedag_report_finding(report, 1)->pointer,
                      "/operators/Op/config/n/enum/1"));
    tracedag_report_unref(report);
    o = (tracedag_operator){.name = TEXT("x\xFF")};
    ck_assert_ptr_null(made_report(&o, TRACEDAG_MISUSE));
    o = (tracedag_operator){.name = {NULL, 0}};
    report = made_report(&o, TRACEDAG_REJECTED);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_UNKNOWN_KEY), 1);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_records_that_are_none)
{
    tracedag_catalog_field endless = {.type = TRACEDAG_FIELD_LIST, .items = &endless};
    tracedag_operator o = {.name = TEXT("op"), .runtimes = 1};
    ck_assert_ptr_null(made_report(&o, TRACEDAG_MISUSE));
    o.runtimes = 1U << 4;
    ck_assert_ptr_null(made_report(&o, TRACEDAG_MISUSE));
    o.runtimes = 0;
    o.udf = TRACEDAG_POLICY_REQUIRED + 1;
    ck_assert_ptr_null(made_report(&o, TRACEDAG_MISUSE));
    o.udf = 0;
    o.config_closed = 1;
    o.config = (tracedag_list){&endless, 1, sizeof endless};
    ck_assert_ptr_null(made_report(&o, TRACEDAG_MISUSE));
    endless.items = NULL;
    endless.type = 0;
    ck_assert_ptr_null(made_report(&o, TRACEDAG_MISUSE));
    endless.type = TRACEDAG_FIELD_ANY + 1;
    ck_assert_ptr_null(made_report(&o, TRACEDAG_MISUSE));
    ck_assert_int_eq(tracedag_catalog_new(NULL, NULL, NULL, NULL, NULL), TRACEDAG_OK);
    char *text = (char *)written;
    size_t size = 7;
    ck_assert_int_eq(tracedag_catalog_write(NULL, &text, &size), TRACEDAG_MISUSE);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(size, 0);
}
END_TEST

/* Records that share others can stand for very much: what is written ends at the limit. */
START_TEST(test_records_that_multiply)
{
    enum { LEVELS = 40 };
    tracedag_catalog_field pairs[LEVELS][2];
    memset(pairs, 0, sizeof pairs);
    for (size_t i = 0; i < LEVELS; i++) {
        for (size_t j = 0; j < 2; j++) {
            pairs[i][j].name = (tracedag_text){j ? "b" : "a", 1};
            pairs[i][j].type = TRACEDAG_FIELD_MAP;
            pairs[i][j].closed = 1;
            if (i + 1 < LEVELS)
                pairs[i][j].fields = (tracedag_list){pairs[i + 1], 2, sizeof **pairs};
        }
    }
    tracedag_operator o = {.name = TEXT("op"), .config_closed = 1};
    o.config = (tracedag_list){pairs[0], 2, sizeof **pairs};
    tracedag_report *report = made_report(&o, TRACEDAG_REJECTED);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_LIMIT_SIZE), 1);
    tracedag_report_unref(report);
}
END_TEST

/* ---- calls ------------------------------------------------------------------------------ */

START_TEST(test_a_bad_catalog_is_rejected)
{
    static const char bad[] = "operators: {a: {udf: no}}\n";
    tracedag_catalog *catalog = (tracedag_catalog *)bad;
    tracedag_report *report;
    ck_assert_int_eq(tracedag_catalog_read(bad, strlen(bad), NULL, &catalog, &report),
                     TRACEDAG_REJECTED);
    ck_assert_ptr_null(catalog);
    const tracedag_finding *f = tracedag_report_finding(report, 0);
    ck_assert_uint_eq(f->code, TRACEDAG_CODE_BAD_VALUE);
    ck_assert_uint_eq(f->subject_kind, TRACEDAG_SUBJECT_OPERATOR);
    ck_assert(is_text(f->subject, "a"));
    ck_assert(is_text(f->pointer, "/operators/a/udf"));
    tracedag_report_unref(report);
    ck_assert_int_eq(tracedag_catalog_read(bad, strlen(bad), NULL, NULL, NULL),
                     TRACEDAG_REJECTED);
    ck_assert_int_eq(tracedag_catalog_read(NULL, 0, NULL, NULL, &report),
                     TRACEDAG_REJECTED);
    ck_assert_uint_eq(tracedag_report_finding(report, 0)->code,
                      TRACEDAG_CODE_NO_DOCUMENT);
    tracedag_report_unref(report);
}
END_TEST

START_TEST(test_misuse)
{
    tracedag_catalog *catalog = (tracedag_catalog *)platform;
    tracedag_report *report = (tracedag_report *)platform;
    tracedag_list list = {platform, 1, 1};
    ck_assert_int_eq(tracedag_catalog_read(NULL, 1, NULL, &catalog, &report),
                     TRACEDAG_MISUSE);
    ck_assert_ptr_null(catalog);
    ck_assert_ptr_null(report);
    ck_assert_int_eq(tracedag_options_set_catalog(NULL, NULL), TRACEDAG_MISUSE);
    ck_assert_ptr_null(tracedag_catalog_ref(NULL));
    ck_assert_ptr_null(tracedag_catalog_unref(NULL));
    ck_assert_ptr_null(tracedag_report_catalog(NULL));
    tracedag_catalog_operators(NULL, &list);
    ck_assert_uint_eq(list.count, 0);
    tracedag_catalog_datasets(NULL, &list);
    ck_assert_ptr_null(list.items);
    tracedag_catalog_operators(NULL, NULL);
    tracedag_catalog_datasets(NULL, NULL);
}
END_TEST

/* Limits are those of the options; a catalog in them says nothing of another catalog. */
START_TEST(test_options_of_reading)
{
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_INPUT_BYTES, 10);
    tracedag_report *report;
    ck_assert_int_eq(
        tracedag_catalog_read(platform, strlen(platform), options, NULL, &report),
        TRACEDAG_REJECTED);
    ck_assert_uint_eq(tracedag_report_finding(report, 0)->code, TRACEDAG_CODE_LIMIT_SIZE);
    tracedag_report_unref(report);
    set_limit(options, TRACEDAG_LIMIT_INPUT_BYTES, 0);
    tracedag_catalog *empty = must_read("{operators: {}, datasets: {}}");
    tracedag_catalog *read;
    tracedag_options_set_catalog(options, empty);
    ck_assert_int_eq(
        tracedag_catalog_read(platform, strlen(platform), options, &read, &report),
        TRACEDAG_OK);
    ck_assert_ptr_null(tracedag_report_catalog(report));
    tracedag_report_unref(report);
    tracedag_catalog_unref(read);
    tracedag_catalog_unref(empty);
    tracedag_options_unref(options);
}
END_TEST

/* ---- who keeps a catalog ---------------------------------------------------------------- */

START_TEST(test_everything_keeps_its_catalog)
{
    tracedag_catalog *catalog = must_read("{datasets: {}}");
    tracedag_options *options = tracedag_options_new();
    tracedag_doc *doc;
    tracedag_report *report;
    tracedag_dag *dag;
    ck_assert_int_eq(tracedag_options_set_catalog(options, catalog), TRACEDAG_OK);
    ck_assert_ptr_eq(tracedag_catalog_ref(catalog), catalog);
    tracedag_catalog_unref(catalog);
    tracedag_catalog_unref(catalog);
    tracedag_options *copy = tracedag_options_copy(options);
    ck_assert_int_eq(tracedag_options_set_catalog(options, NULL), TRACEDAG_OK);
    tracedag_parse(ten_jobs, strlen(ten_jobs), copy, &doc);
    ck_assert_ptr_null(tracedag_report_catalog(tracedag_doc_report(doc)));
    tracedag_options_unref(copy);
    tracedag_validate(doc, NULL, &dag, &report);
    tracedag_doc_unref(doc);
    ck_assert_ptr_eq(tracedag_report_catalog(report), catalog);
    tracedag_dag_unref(dag);
    tracedag_list list;
    tracedag_catalog_datasets(tracedag_report_catalog(report), &list);
    ck_assert_ptr_nonnull(list.items);
    tracedag_report_unref(report);
    tracedag_dag_unref(must_accept(ten_jobs, strlen(ten_jobs), options));
    tracedag_options_unref(options);
}
END_TEST

/* ---- what reports say ------------------------------------------------------------------- */

static const struct {
    const char *catalog; /* NULL: none is given */
    const char *text;
    const char *json;
} verdicts[] = {
    {NULL, "x.yaml: accepted, 0 warnings (operators not checked: no catalog given)\n",
     "\"catalog\":null}\n"},
    {"{operators: {op: {}}, datasets: {a: {}, b: {}}}", "x.yaml: accepted, 0 warnings\n",
     "\"catalog\":{\"operators\":1,\"datasets\":2}}\n"},
    {"{operators: {op: {}}}",
     "x.yaml: accepted, 0 warnings (datasets not checked: the catalog names none)\n",
     "\"catalog\":{\"operators\":1,\"datasets\":null}}\n"},
    {"{datasets: {}}",
     "x.yaml: accepted, 0 warnings (operators not checked: the catalog names none)\n",
     "\"catalog\":{\"operators\":null,\"datasets\":0}}\n"},
    {"{}",
     "x.yaml: accepted, 0 warnings (operators and datasets not checked: the catalog names "
     "none)\n",
     "\"catalog\":{\"operators\":null,\"datasets\":null}}\n"},
};

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

START_TEST(test_reports_say_what_was_checked)
{
    struct text document = {NULL, 0, 0};
    put(&document, "name: d\njobs: [{name: a, outputs: 0, %s}]\n", SOURCE_JOB);
    tracedag_catalog *catalog =
        verdicts[_i].catalog ? must_read(verdicts[_i].catalog) : NULL;
    tracedag_options *options = tracedag_options_new();
    tracedag_report *report;
    char *text;
    tracedag_options_set_catalog(options, catalog);
    ck_assert_int_eq(tracedag_check(document.ptr, document.len, options, NULL, &report),
                     TRACEDAG_OK);
    tracedag_report_render(report, TRACEDAG_FORMAT_TEXT, "x.yaml", 0, &text, NULL);
    ck_assert_str_eq(text, verdicts[_i].text);
    tracedag_free(text);
    tracedag_report_render(report, TRACEDAG_FORMAT_JSON, "x.yaml", 0, &text, NULL);
    ck_assert_msg(ends_with(text, verdicts[_i].json), "%s", text);
    tracedag_free(text);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    tracedag_catalog_unref(catalog);
    drop(&document);
}
END_TEST

START_TEST(test_the_report_of_a_catalog)
{
    static const char bad[] = "operator: {}\n";
    tracedag_report *report;
    char *text;
    tracedag_catalog_read(bad, strlen(bad), NULL, NULL, &report);
    tracedag_report_render(report, TRACEDAG_FORMAT_TEXT, "c.yaml", 0, &text, NULL);
    ck_assert_msg(ends_with(text, "c.yaml: rejected, 1 error, 0 warnings\n"), "%s", text);
    tracedag_free(text);
    tracedag_report_render(report, TRACEDAG_FORMAT_JSON, "c.yaml", 0, &text, NULL);
    ck_assert_ptr_nonnull(
        strstr(text, "\"subject\":{\"kind\":\"catalog\",\"name\":\"\"}"));
    tracedag_free(text);
    tracedag_report_unref(report);
}
END_TEST

/* ---- a full report ---------------------------------------------------------------------- */

/* Where there is enough to mend, no more is looked for. */
START_TEST(test_a_full_report_ends_the_search)
{
    enum { FIELDS = 100 };
    struct text document = {NULL, 0, 0};
    put(&document, "name: d\njobs:\n- {name: a, outputs: 0, %s, config: {", SOURCE_JOB);
    for (int i = 0; i < FIELDS; i++)
        put(&document, "%sf%d: {x%d: 1}", i ? ", " : "", i, i);
    put(&document, "}}\n");
    tracedag_catalog *catalog =
        must_read("operators: {op: {config: {must: {type: any, required: true}}}}");
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_FINDINGS, 1);
    tracedag_options_set_catalog(options, catalog);
    tracedag_report *report = must_reject(document.ptr, document.len, options);
    size_t errors = tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR);
    ck_assert_uint_gt(errors, 10);
    ck_assert_uint_lt(errors, FIELDS);
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    tracedag_catalog_unref(catalog);
    drop(&document);
}
END_TEST

/* ---- fixes ------------------------------------------------------------------------------ */

static void check_fixed(const tracedag_report *report, uint32_t flags,
                        const char *expected)
{
    char *text;
    ck_assert_int_eq(tracedag_report_fix(report, flags, &text, NULL, NULL, NULL),
                     TRACEDAG_OK);
    ck_assert_str_eq(text, expected);
    tracedag_free(text);
}

START_TEST(test_fixes_are_judged_by_the_catalog)
{
    static const char document[] =
        "name: d\njobs:\n"
        "- {name: a, outputs: 0, " SOURCE_JOB
        ", config: {address: 0x12, on: \"no\", size: \"7\"}}\n";
    tracedag_catalog *catalog = must_read(
        "operators: {op: {config: {address: {type: string}, 'on': {type: boolean}, "
        "size: {type: integer, min: 8}}}}");
    tracedag_options *options = tracedag_options_new();
    tracedag_options_set_catalog(options, catalog);
    tracedag_report *report = must_reject(document, strlen(document), options);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_CONFIG_SHAPE), 3);
    check_fixed(report, 0,
                "name: d\njobs:\n"
                "- {name: a, outputs: 0, " SOURCE_JOB
                ", config: {address: \"0x12\", on: false, size: \"7\"}}\n");
    tracedag_report_unref(report);
    tracedag_options_unref(options);
    tracedag_catalog_unref(catalog);
}
END_TEST

START_TEST(test_fixes_of_a_catalog)
{
    static const char bad[] =
        "operators: {a: {config: {n: integer, s: {type: str}}}, udf: {udf: allowed}}\n";
    tracedag_report *report;
    tracedag_catalog_read(bad, strlen(bad), NULL, NULL, &report);
    check_fixed(report, 0,
                "operators: {a: {config: {\"n\": {type: integer}, s: {type: string}}}, "
                "udf: {udf: required}}\n");
    tracedag_report_unref(report);
}
END_TEST

/* ---- hashes ----------------------------------------------------------------------------- */

START_TEST(test_a_catalog_changes_no_hash)
{
    tracedag_catalog *catalog = must_read("{operators: {}, datasets: {}}");
    tracedag_options *options = tracedag_options_new();
    tracedag_dag *free_dag = must_accept(ten_jobs, strlen(ten_jobs), NULL);
    tracedag_options_set_catalog(options, catalog);
    tracedag_report *report = must_reject(ten_jobs, strlen(ten_jobs), options);
    ck_assert_uint_eq(count_code(report, TRACEDAG_CODE_UNKNOWN_OPERATOR), 10);
    tracedag_report_unref(report);
    tracedag_catalog_unref(catalog);
    catalog = must_read("{}");
    tracedag_options_set_catalog(options, catalog);
    tracedag_dag *dag = must_accept(ten_jobs, strlen(ten_jobs), options);
    ck_assert_str_eq(tracedag_dag_hash(dag), tracedag_dag_hash(free_dag));
    tracedag_dag_unref(dag);
    tracedag_dag_unref(free_dag);
    tracedag_options_unref(options);
    tracedag_catalog_unref(catalog);
}
END_TEST

Suite *suite_catalog(void)
{
    Suite *suite = suite_create("catalog");
    TCase *tests = tcase_create("catalog");
    tcase_add_test(tests, test_operators_are_records);
    tcase_add_test(tests, test_fields_are_records);
    tcase_add_test(tests, test_datasets_are_records);
    tcase_add_test(tests, test_absent_is_not_empty);
    tcase_add_test(tests, test_aliases_share_fields);
    tcase_add_test(tests, test_a_catalog_is_written);
    tcase_add_test(tests, test_a_catalog_of_nothing);
    tcase_add_test(tests, test_records_have_findings);
    tcase_add_test(tests, test_records_that_are_none);
    tcase_add_test(tests, test_records_that_multiply);
    tcase_add_test(tests, test_a_bad_catalog_is_rejected);
    tcase_add_test(tests, test_misuse);
    tcase_add_test(tests, test_options_of_reading);
    tcase_add_test(tests, test_everything_keeps_its_catalog);
    tcase_add_loop_test(tests, test_reports_say_what_was_checked, 0,
                        sizeof verdicts / sizeof *verdicts);
    tcase_add_test(tests, test_the_report_of_a_catalog);
    tcase_add_test(tests, test_a_full_report_ends_the_search);
    tcase_add_test(tests, test_fixes_are_judged_by_the_catalog);
    tcase_add_test(tests, test_fixes_of_a_catalog);
    tcase_add_test(tests, test_a_catalog_changes_no_hash);
    suite_add_tcase(suite, tests);
    return suite;
}
