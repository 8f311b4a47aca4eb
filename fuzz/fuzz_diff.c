/*
 * Change between two versions. An input is a document and, behind its last NUL, another one; where
 * that is none, the first with a few bytes of its canonical form changed.
 */
#include "fuzz.h"

#include <stdio.h>

/* ---- pointers into JSON ----------------------------------------------------------------- */

static const char *behind_string(const char *at)
{
    for (at++; *at != '"'; at++)
        at += *at == '\\';
    return at + 1;
}

static const char *behind_value(const char *at)
{
    size_t depth = 0;
    do {
        if (*at == '"') {
            at = behind_string(at);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    } while (depth > 0 || !strchr(",]}\n", *at));
    return at;
}

/* The next byte of a JSON string, or of a step of a pointer; 0 at its end. */
static char next_of_key(const char **key)
{
    if (**key == '"')
        return 0;
    if (**key != '\\')
        return *(*key)++;
    const char *at = strchr("bfnrt", (*key)[1]);
    char byte = at ? "\b\f\n\r\t"[at - "bfnrt"] : (*key)[1];
    (*key) += 2;
    return byte;
}

static char next_of_step(const char **step, const char *end)
{
    if (*step == end || **step == '/')
        return 0;
    if (**step != '~')
        return *(*step)++;
    char byte = (*step)[1] == '0' ? '~' : '/';
    (*step) += 2;
    return byte;
}

static bool is_key(const char *key, const char *step, const char *end)
{
    char byte;
    key++;
    do {
        byte = next_of_key(&key);
        if (byte != next_of_step(&step, end))
            return false;
    } while (byte);
    return true;
}

static const char *entry_at(const char *map, const char *step, const char *end)
{
    const char *at = map + 1;
    while (*at != '}') {
        const char *value = behind_string(at) + 1;
        if (is_key(at, step, end))
            return value;
        at = behind_value(value);
        at += *at == ',';
    }
    return NULL;
}

static const char *item_at(const char *list, const char *step, const char *end)
{
    const char *at = list + 1;
    size_t index = 0;
    for (; step < end && *step != '/'; step++)
        index = index * 10 + (size_t)(*step - '0');
    for (; *at != ']' && index > 0; index--) {
        at = behind_value(at);
        at += *at == ',';
    }
    return *at == ']' ? NULL : at;
}

/* The value that a pointer leads to; NULL when there is none. */
static const char *value_at(const char *json, const char *pointer, size_t len)
{
    const char *end = pointer + len;
    while (json && pointer < end) {
        const char *step = pointer + 1;
        json = *json == '[' ? item_at(json, step, end) : entry_at(json, step, end);
        const char *next = memchr(step, '/', (size_t)(end - step));
        pointer = next ? next : end;
    }
    return json;
}

static bool is_value(const char *at, tracedag_text value)
{
    return value.ptr ? at && (size_t)(behind_value(at) - at) == value.len &&
                           memcmp(at, value.ptr, value.len) == 0
                     : !at;
}

/* ---- what a diff says ------------------------------------------------------------------- */

struct pair {
    const tracedag_dag *dag[2];
    char *form[2]; /* resolved */
};

/* The value that a form has where a change says; `path` leads on from the thing that changed. */
static const char *value_of(const struct pair *p, size_t version,
                            const tracedag_change *change, tracedag_text path)
{
    char pointer[512];
    uint32_t job = version ? change->new_job : change->old_job;
    tracedag_text name = version ? change->new_name : change->old_name;
    int len;
    if (change->subject == TRACEDAG_SUBJECT_DAG)
        len = snprintf(pointer, sizeof pointer, "%.*s", (int)path.len, path.ptr);
    else if (change->subject == TRACEDAG_SUBJECT_DATASET)
        len = snprintf(pointer, sizeof pointer, "/publish/%.*s%.*s", (int)name.len,
                       name.ptr, (int)path.len, path.ptr);
    else
        len = snprintf(pointer, sizeof pointer, "/jobs/%u%.*s", job, (int)path.len,
                       path.ptr);
    /* A path may hold a key of 512 bytes, whose pointer is longer still. */
    if (len < 0 || (size_t)len >= sizeof pointer)
        return NULL;
    return value_at(p->form[version], pointer, (size_t)len);
}

static bool fits(const tracedag_change *change)
{
    return change->path.len < 256;
}

/* Indices of what was removed count in the old list, all others in the new one. */
static void check_values(const struct pair *p, const tracedag_change *change)
{
    bool removed = change->kind == TRACEDAG_CHANGE_REMOVED;
    if (!removed && change->kind != TRACEDAG_CHANGE_RENAMED && fits(change))
        HOLDS(is_value(value_of(p, 1, change, change->path), change->new_value));
    if (removed && change->path.len == 0)
        HOLDS(is_value(value_of(p, 0, change, change->path), change->old_value));
    HOLDS((change->kind == TRACEDAG_CHANGE_ADDED) ==
          (!change->old_value.ptr && change->new_value.ptr));
    HOLDS(removed == (change->old_value.ptr && !change->new_value.ptr));
    if (change->old_value.ptr)
        HOLDS(is_json(change->old_value.ptr, change->old_value.len));
    if (change->new_value.ptr)
        HOLDS(is_json(change->new_value.ptr, change->new_value.len));
}

static void check_change(const struct pair *p, const tracedag_change *change)
{
    HOLDS(change->kind >= TRACEDAG_CHANGE_ADDED &&
          change->kind <= TRACEDAG_CHANGE_CHANGED);
    HOLDS(change->class_id >= TRACEDAG_CLASS_MATERIALIZATION &&
          change->class_id <= TRACEDAG_CLASS_TUNING);
    HOLDS(change->breaking <= TRACEDAG_BREAK_UPDATE);
    HOLDS(change->path.ptr && is_utf8(change->path.ptr, change->path.len));
    HOLDS((change->old_place.line == 0) == !change->old_name.ptr);
    HOLDS((change->new_place.line == 0) == !change->new_name.ptr);
    HOLDS(!change->old_origin == !change->new_origin);
    check_values(p, change);
}

static void hash_of(const tracedag_dag *dag, uint32_t job, char out[TRACEDAG_HASH_ROOM])
{
    HOLDS(tracedag_dag_job_hash(dag, job, TRACEDAG_HASH_MATERIALIZATION, out,
                                TRACEDAG_HASH_ROOM) == TRACEDAG_OK);
}

/* Jobs of one name have a change of class MATERIALIZATION exactly when these hashes differ. */
static void check_classes(const struct pair *p, const tracedag_list *changes)
{
    tracedag_list jobs;
    tracedag_dag_jobs(p->dag[1], &jobs);
    for (uint32_t i = 0; i < jobs.count; i++) {
        const tracedag_job *job = record(&jobs, i);
        uint32_t old = tracedag_dag_find_job(p->dag[0], job->name.ptr, job->name.len);
        bool changed = false;
        char hashes[2][TRACEDAG_HASH_ROOM];
        if (old == TRACEDAG_NO_JOB)
            continue;
        for (size_t c = 0; c < changes->count; c++) {
            const tracedag_change *change = record(changes, c);
            changed |= change->new_job == i && change->old_job == old &&
                       change->class_id == TRACEDAG_CLASS_MATERIALIZATION;
        }
        hash_of(p->dag[0], old, hashes[0]);
        hash_of(p->dag[1], i, hashes[1]);
        HOLDS(changed == (strcmp(hashes[0], hashes[1]) != 0));
    }
}

/* Whether a job reads one of the jobs that stand before it in the scope. */
static bool reads(const struct pair *p, uint32_t job, uint32_t read)
{
    tracedag_list inputs;
    tracedag_dag_inputs(p->dag[1], &inputs);
    const tracedag_job *reader = tracedag_dag_job(p->dag[1], job);
    for (uint32_t i = 0; i < reader->input_count; i++) {
        const tracedag_input *input = record(&inputs, reader->first_input + i);
        if (input->job == read)
            return true;
    }
    return false;
}

static bool is_listed(const tracedag_list *scope, size_t count, uint32_t job)
{
    for (size_t i = 0; i < count; i++) {
        const tracedag_scope_job *s = record(scope, i);
        if (s->job == job)
            return true;
    }
    return false;
}

static void check_reason(const struct pair *p, const tracedag_list *changes,
                         const tracedag_list *scope, size_t index)
{
    const tracedag_scope_job *s = record(scope, index);
    HOLDS(tracedag_dag_job(p->dag[1], s->job));
    HOLDS(!is_listed(scope, index, s->job));
    if (s->reason == TRACEDAG_SCOPE_DOWNSTREAM) {
        HOLDS(is_listed(scope, index, s->cause) && reads(p, s->job, s->cause));
        return;
    }
    const tracedag_change *cause = record(changes, s->cause);
    if (s->reason == TRACEDAG_SCOPE_DATASET) {
        HOLDS(cause->subject == TRACEDAG_SUBJECT_DATASET);
        return;
    }
    HOLDS(cause->class_id == TRACEDAG_CLASS_MATERIALIZATION && cause->new_job == s->job);
    HOLDS((s->reason == TRACEDAG_SCOPE_ADDED) == (cause->old_job == TRACEDAG_NO_JOB));
}

/* What reads a job of the scope is in it, too. */
static void check_closed(const struct pair *p, const tracedag_list *scope)
{
    tracedag_list inputs;
    tracedag_dag_inputs(p->dag[1], &inputs);
    for (size_t i = 0; i < inputs.count; i++) {
        const tracedag_input *input = record(&inputs, i);
        if (input->job != TRACEDAG_NO_JOB && is_listed(scope, scope->count, input->job))
            HOLDS(is_listed(scope, scope->count, input->reader));
    }
}

static void check_diff(const struct pair *p)
{
    tracedag_diff *diff;
    tracedag_list changes;
    tracedag_list scope;
    uint32_t breaking = 0;
    HOLDS(tracedag_diff_new(p->dag[0], p->dag[1], &diff) == TRACEDAG_OK);
    tracedag_diff_unref(tracedag_diff_ref(diff));
    tracedag_diff_changes(diff, &changes);
    HOLDS((changes.count == 0) ==
          (strcmp(tracedag_dag_hash(p->dag[0]), tracedag_dag_hash(p->dag[1])) == 0));
    for (size_t i = 0; i < changes.count; i++) {
        const tracedag_change *change = record(&changes, i);
        check_change(p, change);
        breaking += change->breaking != 0;
    }
    HOLDS(breaking == tracedag_diff_breaking(diff));
    check_classes(p, &changes);
    tracedag_diff_scope(diff, &scope);
    for (size_t i = 0; i < scope.count; i++)
        check_reason(p, &changes, &scope, i);
    check_closed(p, &scope);
    tracedag_diff_unref(diff);
}

static void check_first(const struct pair *p)
{
    tracedag_list list;
    char *forms[2];
    size_t sizes[2];
    HOLDS(tracedag_dag_first_difference(p->dag[0], p->dag[1], &list) == TRACEDAG_OK);
    for (size_t v = 0; v < 2; v++)
        forms[v] = canonical(p->dag[v], &sizes[v]);
    bool same = sizes[0] == sizes[1] && memcmp(forms[0], forms[1], sizes[0]) == 0;
    HOLDS(list.count == (same ? 0 : 1));
    if (!same) {
        const tracedag_difference *d = record(&list, 0);
        HOLDS(is_value(value_at(forms[0], d->pointer.ptr, d->pointer.len), d->old_value));
        HOLDS(is_value(value_at(forms[1], d->pointer.ptr, d->pointer.len), d->new_value));
    }
    tracedag_free(list.items);
    tracedag_free(forms[0]);
    tracedag_free(forms[1]);
}

static void check_pair(const tracedag_dag *before, const tracedag_dag *after)
{
    struct pair p = {.dag = {before, after}};
    for (size_t v = 0; v < 2; v++)
        HOLDS(tracedag_dag_write(p.dag[v], TRACEDAG_FORM_RESOLVED, TRACEDAG_SYNTAX_JSON,
                                 &p.form[v], NULL) == TRACEDAG_OK);
    check_diff(&p);
    check_first(&p);
    tracedag_free(p.form[0]);
    tracedag_free(p.form[1]);
}

/* ---- the second document ---------------------------------------------------------------- */

/* The canonical form with a few digits and letters replaced; mostly that is a document, too. */
static tracedag_dag *edited(const tracedag_dag *dag, struct choices *from)
{
    enum { EDITS = 3, TRIES = 64 };
    size_t size;
    char *bytes = canonical(dag, &size);
    tracedag_dag *other;
    for (uint32_t edits = 1 + choose(from, EDITS), i = 0; edits > 0 && i < TRIES; i++) {
        char *at = bytes + choose(from, (uint32_t)size);
        bool digit = *at >= '0' && *at <= '9';
        if (!digit && !(*at >= 'a' && *at <= 'z'))
            continue;
        *at = digit ? (char)('0' + choose(from, 10)) : (char)('a' + choose(from, 26));
        edits--;
    }
    tracedag_check(bytes, size, NULL, &other, NULL);
    tracedag_free(bytes);
    return other;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tracedag_dag *before;
    tracedag_dag *after;
    size_t at = fuzz_choices_at(data, size);
    size_t first = size;
    char *bytes = fuzz_document(data, &first);
    tracedag_check(bytes, first, NULL, &before, NULL);
    free(bytes);
    if (!before)
        return 0;
    tracedag_check((const char *)data + at, size - at, NULL, &after, NULL);
    if (!after) {
        struct choices from = fuzz_choices(data, size);
        after = edited(before, &from);
    }
    if (after) {
        check_pair(before, after);
        check_pair(after, before);
    }
    tracedag_dag_unref(after);
    tracedag_dag_unref(before);
    return 0;
}
