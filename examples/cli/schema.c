/* schema.c - `tracedag schema`: the format, or what of it a catalog allows, as a JSON Schema. */
#include "output.h"

enum status run_schema(const struct settings *settings, char **files, size_t count)
{
    (void)files;
    if (count != 0)
        return wrong_use("schema", "schema takes no FILE");
    char *text = NULL;
    size_t size = 0;
    if (tracedag_catalog_json_schema(settings->catalog, &text, &size) != TRACEDAG_OK)
        return no_memory();
    put_bytes(text, size);
    tracedag_free(text);
    return STATUS_ACCEPTED;
}
