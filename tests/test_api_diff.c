/*
 * Change between two versions: the pairs of tests/changes, with what they say written by hand,
 * and what holds for all pairs.
 */
#include "api.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>

/* ---- words ------------------------------------------------------------------------------ */

static const char *word(const char *const *words, size_t count, uint32_t value)
{
    ck_assert_msg(value < count && words[value], "%u is no value of its enumeration",
                  value);
    return words[value];
}

#define WORD(words, value) word(words, sizeof(words) / sizeof *(words), value)

static const char *const kinds[] = {
    [TRACEDAG_CHANGE_ADDED] = "added",     [TRACEDAG_CHANGE_REMOVED] = "removed",
    [TRACEDAG_CHANGE_RENAMED] = "renamed", [TRACEDAG_CHANGE_MOVED] = "moved",
    [TRACEDAG_CHANGE_CHANGED] = "changed",
};
static const char *const classes[] = {
    [TRACEDAG_CLASS_MATERIALIZATION] = "materialization",
    [TRACEDAG_CLASS_TRIGGER] = "trigger",
    [TRACEDAG_CLASS_PUBLISHING] = "publishing",
    [TRACEDAG_CLASS_TUNING] = "tuning",
};
static const char *const subjects[] = {
    [TRACEDAG_SUBJECT_DAG] = "dag",
    [TRACEDAG_SUBJECT_JOB] = "job",
    [TRACEDAG_SUBJECT_INPUT] = "input",
    [TRACEDAG_SUBJECT_DATASET] = "dataset",
};
static const char *const breaks[] = {
    [TRACEDAG_BREAK_DATASET_REMOVED] = "dataset removed",
    [TRACEDAG_BREAK_SCHEMA_REMOVED] = "schema removed",
    [TRACEDAG_BREAK_COLUMN_REMOVED] = "column removed",
    [TRACEDAG_BREAK_COLUMN_TYPE] = "column type",
    [TRACEDAG_BREAK_COLUMN_NULLABLE] = "column nullable",
    [TRACEDAG_BREAK_KEY] = "key",
    [TRACEDAG_BREAK_STORAGE] = "storage",
    [TRACEDAG_BREAK_UPDATE] = "update",
};
static const char *const origins[] = {
    [TRACEDAG_ORIGIN_JOB] = "job",
    [TRACEDAG_ORIGIN_DEFAULTS] = "defaults",
    [TRACEDAG_ORIGIN_BUILT_IN] = "built-in",
};
static const char *const reasons[] = {
    [TRACEDAG_SCOPE_ADDED] = "added",
    [TRACEDAG_SCOPE_CHANGED] = "changed",
    [TRACEDAG_SCOPE_DATASET] = "dataset",
    [TRACEDAG_SCOPE_DOWNSTREAM] = "downstream",
};

/* ---- a diff as lines -------------------------------------------------------------------- */

static void put_text(struct text *out, tracedag_text text)
{
    put(out, "%.*s", text.ptr ? (int)text.len : 1, text.ptr ? text.ptr : "-");
}

/* The value of a whole job or dataset is the matter of a test of its own. */
static void put_value(struct text *out, tracedag_text value, bool whole)
{
    if (whole && value.ptr)
        put(out, "{...}");
    else
        put_text(out, value);
}

static void put_values(struct text *out, tracedag_text old_value,
                       tracedag_position old_place, tracedag_text new_value,
                       tracedag_position new_place, bool whole)
{
    put_value(out, old_value, whole);
    put(out, " (%u:%u) -> ", old_place.line, old_place.column);
    put_value(out, new_value, whole);
    put(out, " (%u:%u)", new_place.line, new_place.column);
}

static void put_change(struct text *out, const tracedag_change *c)
{
    put(out, "%s %s %s ", WORD(kinds, c->kind), WORD(classes, c->class_id),
        WORD(subjects, c->subject));
    bool renamed = c->old_name.ptr && c->new_name.ptr && c->path.len == 0;
    if (renamed) {
        put_text(out, c->old_name);
        put(out, " -> ");
    }
    put_text(out, c->new_name.ptr ? c->new_name : c->old_name);
    put(out, "%s%.*s: ", c->path.len ? " " : "", (int)c->path.len, c->path.ptr);
    put_values(out, c->old_value, c->old_place, c->new_value, c->new_place,
               c->path.len == 0);
    if (c->old_origin)
        put(out, ", from %s to %s", WORD(origins, c->old_origin),
            WORD(origins, c->new_origin));
    if (c->breaking)
        put(out, ", breaks: %s", WORD(breaks, c->breaking));
    put(out, "\n");
}

static void put_scope(struct text *out, const tracedag_dag *after,
                      const tracedag_scope_job *s)
{
    put(out, "scope ");
    put_text(out, tracedag_dag_job(after, s->job)->name);
    put(out, ": %s ", WORD(reasons, s->reason));
    if (s->reason == TRACEDAG_SCOPE_DOWNSTREAM)
        put_text(out, tracedag_dag_job(after, s->cause)->name);
    else
        put(out, "%u", s->cause);
    put(out, "\n");
}

static void put_first(struct text *out, const tracedag_dag *before,
                      const tracedag_dag *after)
{
    tracedag_list list;
    ck_assert_int_eq(tracedag_dag_first_difference(before, after, &list), TRACEDAG_OK);
    if (list.count) {
        const tracedag_difference *d = record(&list, 0);
        put(out, "first %.*s: ", (int)d->pointer.len, d->pointer.ptr);
        put_values(out, d->old_value, d->old_place, d->new_value, d->new_place, false);
        put(out, "\n");
    }
    tracedag_free(list.items);
}

static tracedag_diff *must_diff(const tracedag_dag *before, const tracedag_dag *after)
{
    tracedag_diff *diff;
    ck_assert_int_eq(tracedag_diff_new(before, after, &diff), TRACEDAG_OK);
    return diff;
}

static void put_diff(struct text *out, const tracedag_dag *before,
                     const tracedag_dag *after)
{
    tracedag_diff *diff = must_diff(before, after);
    tracedag_list list;
    uint32_t breaking = 0;
    tracedag_diff_changes(diff, &list);
    for (size_t i = 0; i < list.count; i++) {
        const tracedag_change *change = record(&list, i);
        put_change(out, change);
        breaking += change->breaking != 0;
    }
    ck_assert_uint_eq(tracedag_diff_breaking(diff), breaking);
    tracedag_diff_scope(diff, &list);
    for (size_t i = 0; i < list.count; i++)
        put_scope(out, after, record(&list, i));
    tracedag_diff_unref(diff);
    put_first(out, before, after);
}

/* ---- pairs ------------------------------------------------------------------------------ */

static const char parting[] = "=====\n";

static char *read_pair(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/changes/%s", tests_folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file, "%s cannot be opened", path);
    char *bytes = calloc(1, 1 << 16);
    ck_assert_uint_lt(fread(bytes, 1, (1 << 16) - 1, file), (1 << 16) - 1);
    fclose(file);
    return bytes;
}

/* Cuts a text before the next line of `=`; returns what stands behind it. */
static char *part(char *text, const char *name)
{
    char *at = strstr(text, parting);
    ck_assert_msg(at, "%s has no three parts", name);
    *at = '\0';
    return at + strlen(parting);
}

static bool says_what_it_should(const char *name)
{
    char *pair = read_pair(name);
    char *second = part(pair, name);
    char *expected = part(second, name);
    tracedag_dag *before = must_accept(pair, strlen(pair), NULL);
    tracedag_dag *after = must_accept(second, strlen(second), NULL);
    struct text found = {0};
    put(&found, "%s", "");
    put_diff(&found, before, after);
    bool same = strcmp(found.ptr, expected) == 0;
    if (!same)
        fprintf(stderr, "%s says:\n%s", name, found.ptr);
    drop(&found);
    tracedag_dag_unref(before);
    tracedag_dag_unref(after);
    free(pair);
    return same;
}

START_TEST(test_pairs)
{
    char path[512];
    size_t count = 0;
    size_t faults = 0;
    if (!tests_folder)
        return;
    snprintf(path, sizeof path, "%s/changes", tests_folder);
    DIR *folder = opendir(path);
    ck_assert_msg(folder, "%s cannot be opened", path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        const char *ending = strrchr(entry->d_name, '.');
        if (!ending || strcmp(ending, ".pair") != 0)
            continue;
        faults += !says_what_it_should(entry->d_name);
        count++;
    }
    closedir(folder);
    ck_assert_uint_gt(count, 10);
    ck_assert_uint_eq(faults, 0);
}
END_TEST

/* ---- use and misuse --------------------------------------------------------------------- */

#define HEAD "name: d\njobs:\n"
#define JOB(name, more) "  - {name: " name ", outputs: 2, " SOURCE_JOB more "}\n"

static tracedag_dag *dag_of(const char *text)
{
    return must_accept(text, strlen(text), NULL);
}

START_TEST(test_misuse)
{
    tracedag_dag *dag = dag_of(HEAD JOB("a", ""));
    tracedag_diff *diff = (tracedag_diff *)dag;
    ck_assert_int_eq(tracedag_diff_new(NULL, dag, &diff), TRACEDAG_MISUSE);
    ck_assert_ptr_null(diff);
    diff = (tracedag_diff *)dag;
    ck_assert_int_eq(tracedag_diff_new(dag, NULL, &diff), TRACEDAG_MISUSE);
    ck_assert_ptr_null(diff);
    ck_assert_int_eq(tracedag_diff_new(dag, dag, NULL), TRACEDAG_MISUSE);
    tracedag_list list = {dag, 1, 1};
    ck_assert_int_eq(tracedag_dag_first_difference(NULL, dag, &list), TRACEDAG_MISUSE);
    ck_assert_ptr_null(list.items);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_int_eq(tracedag_dag_first_difference(dag, NULL, &list), TRACEDAG_MISUSE);
    ck_assert_int_eq(tracedag_dag_first_difference(dag, dag, NULL), TRACEDAG_MISUSE);
    tracedag_dag_unref(dag);
}
END_TEST

START_TEST(test_null)
{
    tracedag_list list = {parting, 1, 1};
    tracedag_diff_changes(NULL, &list);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_ptr_null(list.items);
    tracedag_diff_scope(NULL, &list);
    ck_assert_uint_eq(list.count, 0);
    tracedag_diff_changes(NULL, NULL);
    tracedag_diff_scope(NULL, NULL);
    ck_assert_uint_eq(tracedag_diff_breaking(NULL), 0);
    ck_assert_ptr_null(tracedag_diff_ref(NULL));
    ck_assert_ptr_null(tracedag_diff_unref(NULL));
}
END_TEST

/* A diff has all that it says in itself, or keeps it. */
START_TEST(test_diff_outlives_its_dags)
{
    tracedag_dag *before = dag_of(HEAD JOB("a", ", max_attempts: 7"));
    tracedag_dag *after = dag_of(HEAD JOB("a", ", max_attempts: 8") JOB("b", ""));
    tracedag_diff *diff = must_diff(before, after);
    ck_assert_ptr_eq(tracedag_diff_ref(diff), diff);
    tracedag_dag_unref(before);
    tracedag_dag_unref(after);
    ck_assert_ptr_null(tracedag_diff_unref(diff));
    tracedag_list list;
    tracedag_diff_changes(diff, &list);
    ck_assert_uint_eq(list.count, 2);
    const tracedag_change *change = record(&list, 0);
    ck_assert(is_text(change->old_name, "a"));
    ck_assert(is_text(change->path, "/max_attempts"));
    ck_assert(is_text(change->old_value, "7"));
    ck_assert(is_text(change->new_value, "8"));
    ck_assert_uint_eq(
        change->old_place.byte,
        strlen(HEAD "  - {name: a, outputs: 2, " SOURCE_JOB ", max_attempts: "));
    ck_assert_ptr_null(tracedag_diff_unref(diff));
}
END_TEST

/* What is added or removed has all of its resolved form as value. */
START_TEST(test_whole_values)
{
    tracedag_dag *before = dag_of(HEAD JOB("a", ", config: {x: 0x10}") JOB("b", ""));
    tracedag_dag *after =
        dag_of(HEAD JOB("b", "") "publish: {p: {from: {job: b, output: 1}}}\n");
    tracedag_diff *diff = must_diff(before, after);
    tracedag_list list;
    tracedag_diff_changes(diff, &list);
    ck_assert_uint_eq(list.count, 2);
    const tracedag_change *removed = record(&list, 0);
    ck_assert(is_text(
        removed->old_value,
        "{\"activation\":\"source\",\"backpressure_mode\":\"pause\",\"config\":{\"x\":16},"
        "\"heartbeat_timeout_seconds\":60,\"max_attempts\":3,\"max_queue_age\":\"5m\","
        "\"max_queue_depth\":1000,\"name\":\"a\",\"operator\":\"op\",\"outputs\":2,"
        "\"priority\":\"normal\",\"runtime\":\"ecs_platform\","
        "\"source\":{\"kind\":\"manual\"}}"));
    ck_assert_ptr_null(removed->new_value.ptr);
    ck_assert_uint_eq(removed->old_job, 0);
    ck_assert_uint_eq(removed->new_job, TRACEDAG_NO_JOB);
    const tracedag_change *added = record(&list, 1);
    ck_assert(is_text(added->new_value, "{\"from\":{\"job\":\"b\",\"output\":1}}"));
    ck_assert_ptr_null(added->old_value.ptr);
    ck_assert_uint_eq(added->old_job, TRACEDAG_NO_JOB);
    ck_assert_uint_eq(added->new_job, 0);
    tracedag_diff_unref(diff);
    tracedag_dag_unref(before);
    tracedag_dag_unref(after);
}
END_TEST

/* Below a pointer of more than 128 bytes values are given whole. */
START_TEST(test_deep_values_are_whole)
{
    char key[101] = {0};
    memset(key, 'k', 100);
    struct text old = {0};
    struct text new = {0};
    put(&old, HEAD JOB("a", ", config: {%s: {%s: {x: [1, 2]}}}"), key, key);
    put(&new, HEAD JOB("a", ", config: {%s: {%s: {x: [1, 3]}}}"), key, key);
    tracedag_dag *before = must_accept(old.ptr, old.len, NULL);
    tracedag_dag *after = must_accept(new.ptr, new.len, NULL);
    tracedag_diff *diff = must_diff(before, after);
    tracedag_list list;
    tracedag_diff_changes(diff, &list);
    ck_assert_uint_eq(list.count, 1);
    const tracedag_change *change = record(&list, 0);
    ck_assert_uint_eq(change->path.len, strlen("/config/") + 100 + 1 + 100);
    ck_assert(is_text(change->old_value, "{\"x\":[1,2]}"));
    tracedag_diff_unref(diff);
    tracedag_dag_first_difference(before, after, &list);
    const tracedag_difference *first = record(&list, 0);
    ck_assert_uint_eq(first->pointer.len,
                      strlen("/jobs/0/config/") + 201 + strlen("/x/1"));
    ck_assert(is_text(first->new_value, "3"));
    tracedag_free(list.items);
    tracedag_dag_unref(before);
    tracedag_dag_unref(after);
    drop(&old);
    drop(&new);
}
END_TEST

/* The heap limits of both DAGs together are what a diff may use. */
START_TEST(test_heap_limit)
{
    tracedag_options *options = with_limit(TRACEDAG_LIMIT_HEAP_BYTES, 200000);
    struct text old = {0};
    struct text new = {0};
    put(&old, HEAD);
    put(&new, HEAD);
    for (int i = 0; i < 90; i++) {
        put(&old, "  - {name: a%d, outputs: 2, " SOURCE_JOB "}\n", i);
        put(&new, "  - {name: b%d, outputs: 1, " SOURCE_JOB "}\n", i);
    }
    tracedag_dag *before = must_accept(old.ptr, old.len, options);
    tracedag_dag *after = must_accept(new.ptr, new.len, options);
    tracedag_diff *diff = must_diff(before, after);
    tracedag_diff_unref(diff);
    tracedag_dag_unref(before);
    tracedag_dag_unref(after);
    drop(&old);
    drop(&new);
    tracedag_options_unref(options);
}
END_TEST

Suite *suite_diff(void)
{
    Suite *suite = suite_create("diff");
    TCase *tests = tcase_create("diff");
    tcase_add_test(tests, test_pairs);
    tcase_add_test(tests, test_misuse);
    tcase_add_test(tests, test_null);
    tcase_add_test(tests, test_diff_outlives_its_dags);
    tcase_add_test(tests, test_whole_values);
    tcase_add_test(tests, test_deep_values_are_whole);
    tcase_add_test(tests, test_heap_limit);
    suite_add_tcase(suite, tests);
    return suite;
}
