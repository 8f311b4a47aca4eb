/*
 * A command whose allocations fail (../memory.h).
 *
 * TRACEDAG_TEST_FAIL is the number of the one that fails, from 1, with a `+` behind it when all
 * later ones fail as well. Where it is not set none fails, and their number is written to the
 * file that TRACEDAG_TEST_COUNT names.
 */
#include "../memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void __attribute__((constructor)) begin(void)
{
    const char *which = getenv("TRACEDAG_TEST_FAIL");
    if (which)
        start_counting(strtoul(which, NULL, 10), strchr(which, '+') != NULL);
}

static void __attribute__((destructor)) finish(void)
{
    const char *path = getenv("TRACEDAG_TEST_COUNT");
    size_t made = stop_counting();
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "%zu\n", made);
    fclose(file);
}
