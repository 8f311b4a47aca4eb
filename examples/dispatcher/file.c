#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum outcome file_read(const char *path, size_t most, char **bytes, size_t *size,
                       struct fault *fault)
{
    FILE *file = strcmp(path, "-") ? fopen(path, "rb") : stdin;
    enum outcome outcome = DONE;
    *bytes = NULL;
    if (!file)
        return fault_set(fault, UNAVAILABLE, "%s: %s", path, strerror(errno));
    *bytes = malloc(most + 2);
    if (*bytes)
        *size = fread(*bytes, 1, most + 1, file);
    if (!*bytes)
        outcome = fault_set(fault, NO_MEMORY, "no memory");
    else if (ferror(file))
        outcome = fault_set(fault, UNAVAILABLE, "%s: %s", path, strerror(errno));
    else if (*size > most)
        outcome = fault_set(fault, MISUSE, "%s: it is larger than %zu bytes", path, most);
    else
        (*bytes)[*size] = '\0';
    if (file != stdin)
        fclose(file);
    if (outcome != DONE) {
        free(*bytes);
        *bytes = NULL;
    }
    return outcome;
}
