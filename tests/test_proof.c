/*
 * Proofs of fixes: what a change of a document may do, and what it may not. No fix of the library
 * does the latter, so the changes are made here.
 */
#include "suites.h"

#include "../lib/proof.h"

#define HEAD \
    "name: d\njobs:\n  - {name: a, activation: source, runtime: lambda, operator: op,"
#define ONE HEAD "\n     outputs: 0, source: {kind: manual}, config: "

/* A change of a document, and where the finding stands that it mends. */
struct change {
    const char *document;
    const char *old;   /* what is replaced: where it stands first */
    const char *new;   /* what stands there then */
    const char *named; /* the key or value that is named; NULL for none */
    uint32_t code;     /* of the finding; 0 where nothing is mended */
    bool holds;
};

static const struct change changes[] = {
    /* a misspelt key: its entry may change */
    {ONE "1, tmeout_seconds: 5}\n", "config: 1, tmeout", "timeout", "tmeout_seconds",
     TRACEDAG_CODE_UNKNOWN_KEY, false}, /* for another one went with it */
    {ONE "{}, tmeout_seconds: 5}\n", "tmeout", "timeout", "tmeout_seconds",
     TRACEDAG_CODE_UNKNOWN_KEY, true},
    {ONE "{a: 1}, tmeout_seconds: 5}\n", "1}, tmeout", "2}, timeout", "tmeout_seconds",
     TRACEDAG_CODE_UNKNOWN_KEY, false},
    {ONE "{a: 1}, tmeout_seconds: 5}\n", "a: 1}, tmeout", "a: 1, b: 1}, timeout",
     "tmeout_seconds", TRACEDAG_CODE_UNKNOWN_KEY, false},
    {ONE "{a: 1}, tmeout_seconds: 5}\n", "{a: 1}, tmeout", "[a, 1], timeout",
     "tmeout_seconds", TRACEDAG_CODE_UNKNOWN_KEY, false},
    {ONE "[a, b], tmeout_seconds: 5}\n", "a, b], tmeout", "b, a], timeout",
     "tmeout_seconds", TRACEDAG_CODE_UNKNOWN_KEY, false},
    {ONE "{a: 1}, tmeout_seconds: 5}\n", "1}, tmeout", "\"1\"}, timeout",
     "tmeout_seconds", TRACEDAG_CODE_UNKNOWN_KEY, false},
    /* an entry that goes, first, in the middle, last */
    {ONE "{}, role: 5}\n", ", role: 5", "", "role", TRACEDAG_CODE_IAM_KEY, true},
    {HEAD " role: 5, outputs: 0, source: {kind: manual}}\n", " role: 5,", "", "role",
     TRACEDAG_CODE_IAM_KEY, true},
    {HEAD " role: 5, outputs: 0, source: {kind: manual}}\n", " role: 5, outputs: 0",
     " outputs: 1", "role", TRACEDAG_CODE_IAM_KEY, false},
    {ONE "{}, role: 5, timeout_seconds: 5}\n", ", role: 5, timeout_seconds: 5", "",
     "role", TRACEDAG_CODE_IAM_KEY, false},
    /* what it mends is still there, or something is wrong that was not */
    {ONE "{}, tmeout_seconds: 5}\n", "{}, tm", "{ }, tm", "tmeout_seconds",
     TRACEDAG_CODE_UNKNOWN_KEY, false},
    {ONE "{}, tmeout_seconds: 5}\n", "tmeout", "tmeouts", "tmeout_seconds",
     TRACEDAG_CODE_UNKNOWN_KEY, false},
    {ONE "{}, tmeout_seconds: 5}\n", "tmeout_seconds: 5", "timeout_seconds: x",
     "tmeout_seconds", TRACEDAG_CODE_UNKNOWN_KEY, false},
    /* nothing is mended: the document has to stay as it is */
    {ONE "{a: text, b: [1, 2]}}\n", "text", "'text'", NULL, 0, true},
    {ONE "{a: text, b: [1, 2]}}\n", "text", "other", NULL, 0, false},
    {ONE "{a: text, b: [1, 2]}}\n", ", 2", "", NULL, 0, false},
    {ONE "{a: text, b: [1, 2]}}\n", "2]", "2, 3]", NULL, 0, false},
    {ONE "{a: &x {c: 1}, b: *x}}\n", "*x", "{c: 1}", NULL, 0, false},
    {ONE "{a: &x 1, y: &y 1, b: *x}}\n", "*x", "*y", NULL, 0, false},
};

static struct td_version version_of(struct td_str text)
{
    struct td_settings settings;
    struct td_version version;
    struct tracedag_dag *dag;
    td_settings_init(&settings);
    version.doc = td_read(text.ptr, text.len, &settings);
    ck_assert_ptr_nonnull(version.doc);
    ck_assert(td_judge(version.doc, &settings, &dag, &version.report));
    if (dag)
        td_dag_drop(dag);
    return version;
}

static void drop_version(const struct td_version *version)
{
    td_report_drop(version->report);
    td_doc_drop(version->doc);
}

/* The finding of a code whose place has a text. */
static const struct td_finding *finding_of(const struct td_version *version,
                                           const struct change *c)
{
    const struct td_diag *diag = &version->report->diag;
    for (size_t i = 0; c->code && i < diag->count; i++) {
        struct td_str at = td_node_text(&version->doc->tree, diag->list[i].place);
        if (diag->list[i].pub.code == c->code &&
            td_str_eq(at, (struct td_str){c->named, strlen(c->named)}))
            return &diag->list[i];
    }
    ck_assert(c->code == 0);
    return NULL;
}

START_TEST(proves_changes)
{
    const struct change *c = &changes[_i];
    struct td_mem mem = {.budget = SIZE_MAX};
    struct td_str text = {c->document, strlen(c->document)};
    const char *at = strstr(c->document, c->old);
    ck_assert_ptr_nonnull(at);
    struct td_span span = {(uint32_t)(at - c->document),
                           (uint32_t)(at - c->document + (ptrdiff_t)strlen(c->old))};
    struct td_patch patch = {NULL, 0, 0};
    struct td_buf out;
    td_buf_init(&out, &mem);
    ck_assert(td_patch_add(&patch, &mem, span, (struct td_str){c->new, strlen(c->new)}));
    td_patch_apply(&patch, text, &out);
    struct td_version old = version_of(text);
    struct td_version new = version_of((struct td_str){out.ptr, out.len});
    const struct td_finding *mended = finding_of(&old, c);
    enum td_proof proof = td_prove(&old, &new, &patch, &mended, mended != NULL, &mem);
    ck_assert_msg(proof == (c->holds ? TD_PROOF_HOLDS : TD_PROOF_FAILS), "`%s` to `%s`",
                  c->old, c->new);
    drop_version(&old);
    drop_version(&new);
    td_buf_free(&out);
    td_patch_free(&patch, &mem);
    ck_assert_uint_eq(mem.live, 0);
}
END_TEST

START_TEST(moves_places)
{
    struct td_mem mem = {.budget = SIZE_MAX};
    struct td_patch patch = {NULL, 0, 0};
    struct td_buf out;
    uint32_t moved;
    td_buf_init(&out, &mem);
    ck_assert(td_patch_add(&patch, &mem, (struct td_span){2, 4}, TD_S("CDE")));
    ck_assert(td_patch_add(&patch, &mem, (struct td_span){6, 6}, TD_S("+")));
    ck_assert(td_patch_add(&patch, &mem, (struct td_span){7, 9}, TD_S("")));
    td_patch_apply(&patch, TD_S("abcdefghij"), &out);
    ck_assert(td_str_eq((struct td_str){out.ptr, out.len}, TD_S("abCDEef+gj")));
    static const int32_t forward[] = {0, 1, -1, -1, 5, 6, 8, -1, -1, 9, 10};
    for (uint32_t i = 0; i < TD_COUNT(forward); i++) {
        bool stays = td_patch_forward(&patch, i, &moved);
        ck_assert_int_eq(stays ? (int32_t)moved : -1, forward[i]);
    }
    static const uint32_t back[] = {0, 1, 2, 2, 2, 4, 5, 6, 6, 9, 10};
    for (uint32_t i = 0; i < TD_COUNT(back); i++)
        ck_assert_uint_eq(td_patch_back(&patch, i), back[i]);
    td_buf_free(&out);
    td_patch_free(&patch, &mem);
}
END_TEST

Suite *td_suite_proof(void)
{
    Suite *suite = suite_create("proof");
    TCase *tests = tcase_create("proof");
    tcase_add_loop_test(tests, proves_changes, 0, (int)TD_COUNT(changes));
    tcase_add_test(tests, moves_places);
    suite_add_tcase(suite, tests);
    return suite;
}
