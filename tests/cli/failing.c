/*
 * The allocations of a command that is linked with these (--wrap), one of which fails.
 *
 * TRACEDAG_TEST_FAIL is the number of the one that fails, from 1, with a `+` behind it when all
 * later ones fail as well. Where it is not set none fails, and their number is written to the
 * file that TRACEDAG_TEST_COUNT names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *ptr);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *ptr);

static size_t made;
static size_t fail;
static bool onward;

static void __attribute__((constructor)) begin(void)
{
    const char *which = getenv("TRACEDAG_TEST_FAIL");
    if (!which)
        return;
    fail = strtoul(which, NULL, 10);
    onward = strchr(which, '+') != NULL;
}

static void __attribute__((destructor)) finish(void)
{
    const char *path = getenv("TRACEDAG_TEST_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "%zu\n", made);
    fclose(file);
}

static bool fails(void)
{
    made++;
    return fail && (onward ? made >= fail : made == fail);
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = __wrap_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

void __wrap_free(void *ptr)
{
    __real_free(ptr);
}
