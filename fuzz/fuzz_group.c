/*
 * Documents together: an input is several documents, with a line `---` between two of them. What
 * the group says of names is held against a count of all pairs of names.
 */
#include "fuzz.h"

enum { DOCUMENTS_MOST = 12 };

/* The documents of an input. */
struct together {
    size_t count;
    tracedag_dag *dags[DOCUMENTS_MOST];
    tracedag_outline *outlines[DOCUMENTS_MOST];
};

/* How much stands before a line `---`; all of it where there is none. */
static size_t first_document(const char *bytes, size_t size)
{
    static const char separator[] = "\n---\n";
    size_t len = sizeof separator - 1;
    for (size_t at = 0; at + len <= size; at++)
        if (memcmp(bytes + at, separator, len) == 0)
            return at + 1;
    return size;
}

static void add(struct together *t, const char *bytes, size_t size, uint32_t chance)
{
    static const char *const files[] = {NULL, "a.yaml", "\xFF\x1B.yaml", ""};
    tracedag_report *report;
    size_t at = t->count++;
    tracedag_status status = tracedag_check(bytes, size, NULL, &t->dags[at], &report);
    HOLDS(status == TRACEDAG_OK || status == TRACEDAG_REJECTED);
    if (chance == 0) { /* as a file that cannot be read */
        t->dags[at] = tracedag_dag_unref(t->dags[at]);
    } else {
        HOLDS(tracedag_outline_new(t->dags[at], report, files[chance % 4],
                                   &t->outlines[at]) == TRACEDAG_OK);
    }
    tracedag_report_unref(report);
}

static void split(struct together *t, const char *bytes, size_t size,
                  struct choices *from)
{
    enum { REST = 4 }; /* of the line, without the break before it */
    while (size > 0 && t->count < DOCUMENTS_MOST) {
        size_t len = first_document(bytes, size);
        size_t gone = len < size ? len + REST : len;
        add(t, bytes, len, choose(from, 16));
        bytes += gone;
        size -= gone;
    }
}

/* ---- names, pair by pair -------------------------------------------------------------------- */

static bool same(tracedag_text a, tracedag_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Whether a document before `behind` publishes a dataset. */
static bool is_published(const struct together *t, size_t behind, tracedag_text name)
{
    for (size_t i = 0; i < behind; i++) {
        tracedag_list list;
        tracedag_dag_publishes(t->dags[i], &list);
        for (size_t k = 0; k < list.count; k++)
            if (same(((const tracedag_publish *)record(&list, k))->name, name))
                return true;
    }
    return false;
}

static size_t count_taken(const struct together *t)
{
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        tracedag_list list;
        tracedag_dag_publishes(t->dags[i], &list);
        for (size_t k = 0; k < list.count; k++)
            count +=
                is_published(t, i, ((const tracedag_publish *)record(&list, k))->name);
    }
    return count;
}

/* Whether there is a dataset that is read and published by no DAG. */
static bool is_one_unknown(const struct together *t)
{
    for (size_t i = 0; i < t->count; i++) {
        tracedag_list list;
        tracedag_dag_external_datasets(t->dags[i], &list);
        for (size_t k = 0; k < list.count; k++)
            if (!is_published(t, t->count, *(const tracedag_text *)record(&list, k)))
                return true;
    }
    return false;
}

static size_t count_code(const tracedag_group *group, size_t documents, uint32_t code)
{
    size_t count = 0;
    for (size_t i = 0; i < documents; i++) {
        tracedag_list list;
        tracedag_report_findings(tracedag_group_report(group, i), &list);
        for (size_t k = 0; k < list.count; k++)
            count += ((const tracedag_finding *)record(&list, k))->code == code;
    }
    return count;
}

/* ---- the group ------------------------------------------------------------------------------ */

static void check_names(const struct together *t, const tracedag_group *group)
{
    const tracedag_group_counts *counts = tracedag_group_summary(group);
    size_t unknown = count_code(group, t->count, TRACEDAG_CODE_UNPUBLISHED_DATASET);
    size_t dropped = 0;
    for (size_t i = 0; i < t->count; i++)
        dropped += tracedag_report_dropped(tracedag_group_report(group, i));
    HOLDS(dropped ||
          count_code(group, t->count, TRACEDAG_CODE_DATASET_TAKEN) == count_taken(t));
    HOLDS(unknown == 0 || (counts->all_known && is_one_unknown(t)));
    if (counts->all_known && counts->rejected == 0 && !dropped)
        HOLDS((unknown > 0) == is_one_unknown(t));
}

static void check_counts(const struct together *t, const tracedag_group *group,
                         tracedag_status status)
{
    const tracedag_group_counts *counts = tracedag_group_summary(group);
    tracedag_list datasets;
    size_t dags = 0;
    for (size_t i = 0; i < t->count; i++) {
        dags += t->dags[i] != NULL;
        HOLDS((tracedag_group_report(group, i) != NULL) == (t->dags[i] != NULL));
    }
    tracedag_group_datasets(group, &datasets);
    HOLDS(counts->documents == t->count && counts->dags == dags);
    HOLDS(counts->dags + counts->rejected + counts->unread == t->count);
    HOLDS(counts->datasets == datasets.count);
    HOLDS((status == TRACEDAG_REJECTED) == (counts->errors > 0));
}

static void check_writing(const tracedag_group *group)
{
    char *text;
    size_t size;
    for (uint32_t parts = 1; parts <= 3; parts++) {
        HOLDS(tracedag_group_render(group, TRACEDAG_FORMAT_JSON, parts, &text, &size) ==
              TRACEDAG_OK);
        HOLDS(size == 0 || is_json_lines(text, size));
        tracedag_free(text);
        HOLDS(tracedag_group_render(group, TRACEDAG_FORMAT_TEXT, parts, &text, &size) ==
              TRACEDAG_OK);
        HOLDS(is_utf8(text, size));
        tracedag_free(text);
    }
}

static void check_rendering(const struct together *t, const tracedag_group *group)
{
    char *text;
    size_t size;
    for (size_t i = 0; i < t->count; i++) {
        const tracedag_report *report = tracedag_group_report(group, i);
        for (uint32_t format = TRACEDAG_FORMAT_TEXT;
             report && format <= TRACEDAG_FORMAT_GITHUB; format++) {
            HOLDS(tracedag_report_render(report, format, NULL, 0, &text, &size) ==
                  TRACEDAG_OK);
            HOLDS(is_utf8(text, size) && size > 0 && text[size - 1] == '\n');
            tracedag_free(text);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct choices from = fuzz_choices(data, size);
    struct together t = {.count = 0};
    tracedag_group *group;
    char *bytes = fuzz_document(data, &size);
    split(&t, bytes, size, &from);
    free(bytes);
    tracedag_status status =
        tracedag_group_new((const tracedag_outline *const *)t.outlines, t.count, &group);
    HOLDS(group && (status == TRACEDAG_OK || status == TRACEDAG_REJECTED));
    check_counts(&t, group, status);
    check_names(&t, group);
    for (size_t i = 0; i < t.count; i++) { /* a group keeps what it needs */
        tracedag_dag_unref(t.dags[i]);
        tracedag_outline_unref(t.outlines[i]);
    }
    check_writing(group);
    check_rendering(&t, group);
    tracedag_group_unref(group);
    return 0;
}
