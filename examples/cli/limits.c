/* limits.c - the limits of the library by their names on the command line.
 *
 * Defaults and ceilings are asked of the library: the numbers stand in one place only.
 */
#include "limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "suggest.h"

static const struct limit_row {
    const char *name;
    uint32_t limit;
} limit_rows[] = {
    {"input-bytes", TRACEDAG_LIMIT_INPUT_BYTES},
    {"depth", TRACEDAG_LIMIT_DEPTH},
    {"nodes", TRACEDAG_LIMIT_NODES},
    {"blank-run", TRACEDAG_LIMIT_BLANK_RUN},
    {"scalar-bytes", TRACEDAG_LIMIT_SCALAR_BYTES},
    {"key-bytes", TRACEDAG_LIMIT_KEY_BYTES},
    {"alias-nodes", TRACEDAG_LIMIT_ALIAS_NODES},
    {"alias-node-ratio", TRACEDAG_LIMIT_ALIAS_NODE_RATIO},
    {"alias-byte-ratio", TRACEDAG_LIMIT_ALIAS_BYTE_RATIO},
    {"jobs", TRACEDAG_LIMIT_JOBS},
    {"edges", TRACEDAG_LIMIT_EDGES},
    {"publishes", TRACEDAG_LIMIT_PUBLISHES},
    {"inputs-per-job", TRACEDAG_LIMIT_INPUTS_PER_JOB},
    {"list-items", TRACEDAG_LIMIT_LIST_ITEMS},
    {"where-entries", TRACEDAG_LIMIT_WHERE_ENTRIES},
    {"canonical-bytes", TRACEDAG_LIMIT_CANONICAL_BYTES},
    {"findings", TRACEDAG_LIMIT_FINDINGS},
    {"message-bytes", TRACEDAG_LIMIT_MESSAGE_BYTES},
    {"heap-bytes", TRACEDAG_LIMIT_HEAP_BYTES},
};

#define LIMIT_COUNT (sizeof limit_rows / sizeof limit_rows[0])

const char *limits_name(size_t index)
{
    return index < LIMIT_COUNT ? limit_rows[index].name : NULL;
}

uint64_t limits_ceiling(uint32_t limit)
{
    tracedag_options *scratch = tracedag_options_new();
    uint64_t low = 0;
    uint64_t high = UINT64_MAX;
    while (scratch && low < high) {
        uint64_t middle = high - (high - low) / 2;
        if (tracedag_options_set_limit(scratch, limit, middle) == TRACEDAG_OK)
            low = middle;
        else
            high = middle - 1;
    }
    tracedag_options_unref(scratch);
    return low;
}

/* Digits, and K, M or G for 1,024, for 1,024 K and for 1,024 M of them; false for anything else, 0 included:
 * the library reads 0 as "the default", which no reader of `depth=0` expects. */
static bool read_number(const char *text, uint64_t *number)
{
    uint64_t n = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    unsigned shift = *at == 'K' ? 10 : *at == 'M' ? 20 : *at == 'G' ? 30 : 0;
    if (at == text || n == 0 || at[shift > 0] != '\0' || n > UINT64_MAX >> shift)
        return false;
    *number = n << shift;
    return true;
}

enum status limits_set(tracedag_options *options, const char *command, uint32_t limit,
                       const char *what, const char *value)
{
    uint64_t number = 0;
    if (!read_number(value, &number))
        return wrong_use(
            command,
            "%s must be a whole number from 1 on, which may end in K, M or G; "
            "`%s` is none",
            what, value);
    if (tracedag_options_set_limit(options, limit, number) == TRACEDAG_OK)
        return STATUS_ACCEPTED;
    uint64_t ceiling = limits_ceiling(limit);
    if (ceiling == 0)
        return no_memory();
    return wrong_use(command, "%s can be %" PRIu64 " at most, not `%s`", what, ceiling,
                     value);
}

static enum status unknown_limit(const char *command, const char *name)
{
    char names[LIMIT_COUNT * 20] = "";
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        strncat(names, i ? ", " : "", sizeof names - strlen(names) - 1);
        strncat(names, limit_rows[i].name, sizeof names - strlen(names) - 1);
    }
    const char *near =
        suggest(name, &limit_rows[0].name, LIMIT_COUNT, sizeof limit_rows[0]);
    if (near)
        return wrong_use(command,
                         "limit `%s` does not exist (did you mean `%s`?), there are %s",
                         name, near, names);
    return wrong_use(command, "limit `%s` does not exist, there are %s", name, names);
}

enum status limits_assign(tracedag_options *options, const char *command,
                          const char *text)
{
    const char *equals = strchr(text, '=');
    if (!equals)
        return wrong_use(command, "option `--limit` takes NAME=VALUE, not `%s`", text);
    size_t len = (size_t)(equals - text);
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        const char *name = limit_rows[i].name;
        if (strlen(name) != len || memcmp(name, text, len) != 0)
            continue;
        char what[40];
        snprintf(what, sizeof what, "limit `%s`", name);
        return limits_set(options, command, limit_rows[i].limit, what, equals + 1);
    }
    char name[64] = "";
    strncat(name, text, len < sizeof name ? len : sizeof name - 1);
    return unknown_limit(command, name);
}

enum status limits_help(void)
{
    put_line("\nLimits, with default and ceiling:");
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        uint32_t limit = limit_rows[i].limit;
        uint64_t ceiling = limits_ceiling(limit);
        if (ceiling == 0)
            return no_memory();
        if (ceiling == UINT64_MAX)
            put_line("  %-18s %10" PRIu64 " %12s", limit_rows[i].name,
                     tracedag_options_limit(NULL, limit), "none");
        else
            put_line("  %-18s %10" PRIu64 " %12" PRIu64, limit_rows[i].name,
                     tracedag_options_limit(NULL, limit), ceiling);
    }
    return STATUS_ACCEPTED;
}
