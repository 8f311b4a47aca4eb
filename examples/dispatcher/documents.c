#include "documents.h"

#include <string.h>

enum outcome fault_of_status(tracedag_status status, struct fault *fault)
{
    if (status == TRACEDAG_NO_MEMORY)
        return fault_set(fault, NO_MEMORY, "no memory");
    return fault_set(fault, BROKEN, "the library says: %s", tracedag_status_text(status));
}

static enum outcome options_with(const char *catalog, size_t size,
                                 tracedag_options **options, struct fault *fault)
{
    tracedag_catalog *read = NULL;
    *options = tracedag_options_new();
    if (!*options)
        return fault_set(fault, NO_MEMORY, "no memory");
    if (!catalog)
        return DONE;
    tracedag_status status = tracedag_catalog_read(catalog, size, NULL, &read, NULL);
    if (status == TRACEDAG_OK)
        status = tracedag_options_set_catalog(*options, read);
    if (status == TRACEDAG_OK)
        status = tracedag_options_set_together(*options, 1);
    tracedag_catalog_unref(read);
    return status == TRACEDAG_OK ? DONE : fault_of_status(status, fault);
}

enum outcome document_judge(const char *bytes, size_t size, const char *catalog,
                            size_t catalog_size, tracedag_dag **dag,
                            tracedag_report **report, struct fault *fault)
{
    tracedag_options *options;
    enum outcome outcome = options_with(catalog, catalog_size, &options, fault);
    if (outcome == DONE) {
        tracedag_status status = tracedag_check(bytes, size, options, dag, report);
        if (status == TRACEDAG_REJECTED)
            outcome = fault_set(fault, REJECTED, "the document has errors");
        else if (status != TRACEDAG_OK)
            outcome = fault_of_status(status, fault);
    }
    tracedag_options_unref(options);
    return outcome;
}

enum outcome document_read(const char *bytes, size_t size, tracedag_dag **dag,
                           struct fault *fault)
{
    tracedag_status status = tracedag_check(bytes, size, NULL, dag, NULL);
    if (status == TRACEDAG_REJECTED)
        return fault_set(fault, BROKEN, "a stored document is not accepted any more");
    return status == TRACEDAG_OK ? DONE : fault_of_status(status, fault);
}

static int compare_names(const tracedag_text *a, const tracedag_text *b)
{
    size_t shorter = a->len < b->len ? a->len : b->len;
    int order = shorter ? memcmp(a->ptr, b->ptr, shorter) : 0;
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

bool document_may_read(const tracedag_report *report, tracedag_text dataset)
{
    tracedag_list list = {0};
    const tracedag_catalog *catalog = tracedag_report_catalog(report);
    if (catalog)
        tracedag_catalog_datasets(catalog, &list);
    if (!list.items)
        return true;
    for (size_t low = 0, high = list.count;
         low < high;) { /* they are in order of names */
        size_t middle = low + (high - low) / 2;
        const tracedag_dataset *known = tracedag_list_at(&list, middle);
        int order = compare_names(&dataset, &known->name);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

json_t *json_of_lines(const char *text)
{
    json_t *list = json_array();
    while (list && *text) {
        size_t length = strcspn(text, "\n");
        json_t *line = json_loadb(text, length, 0, NULL);
        if (!line) /* an integer of more than 64 bits, shown as near as C can */
            line = json_loadb(text, length, JSON_DECODE_INT_AS_REAL, NULL);
        if (json_array_append_new(list, line) != 0) {
            json_decref(list);
            return NULL;
        }
        text += length + (text[length] == '\n');
    }
    return list;
}

json_t *json_of_text(const char *text)
{
    if (!text)
        return json_null();
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    return value ? value : json_string(text);
}

/* Parts the records of a comparison by what they are. */
static json_t *sorted(const json_t *records)
{
    json_t *diff = json_pack("{s:[],s:[],s:{}}", "changes", "scope", "summary");
    size_t i;
    json_t *record;
    json_array_foreach(records, i, record)
    {
        const char *type = json_string_value(json_object_get(record, "type"));
        int failed = -1;
        if (type && !strcmp(type, "change"))
            failed = json_array_append(json_object_get(diff, "changes"), record);
        else if (type && !strcmp(type, "scope"))
            failed = json_array_append(json_object_get(diff, "scope"), record);
        else if (type && !strcmp(type, "summary"))
            failed = json_object_set(diff, "summary", record);
        if (failed) {
            json_decref(diff);
            return NULL;
        }
    }
    return diff;
}

enum outcome document_diff(const tracedag_dag *older, const tracedag_dag *newer,
                           json_t **diff, struct fault *fault)
{
    tracedag_diff *compared = NULL;
    char *text = NULL;
    tracedag_status status = tracedag_diff_new(older, newer, &compared);
    if (status == TRACEDAG_OK)
        status = tracedag_diff_render(compared, TRACEDAG_FORMAT_JSON, "old", "new", 0,
                                      &text, NULL);
    if (status == TRACEDAG_OK) {
        json_t *records = json_of_lines(text);
        *diff = records ? sorted(records) : NULL;
        json_decref(records);
        if (!*diff)
            status = TRACEDAG_NO_MEMORY;
    }
    tracedag_free(text);
    tracedag_diff_unref(compared);
    return status == TRACEDAG_OK ? DONE : fault_of_status(status, fault);
}
