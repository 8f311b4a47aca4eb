#include "limits.h"

#include "../include/tracedag/tracedag-types.h"

struct row {
    uint64_t standard;
    uint64_t ceiling;
};

enum { KIB = 1024, MIB = 1024 * 1024 };

static const struct row table[TD_LIMIT_COUNT] = {
    [TRACEDAG_LIMIT_INPUT_BYTES] = {MIB, 64 * MIB},
    [TRACEDAG_LIMIT_DEPTH] = {64, 256},
    [TRACEDAG_LIMIT_NODES] = {262144, 16 * MIB},
    [TRACEDAG_LIMIT_BLANK_RUN] = {1024, 4096},
    [TRACEDAG_LIMIT_SCALAR_BYTES] = {64 * KIB, MIB},
    [TRACEDAG_LIMIT_KEY_BYTES] = {512, 1000},
    [TRACEDAG_LIMIT_ALIAS_NODES] = {100000, MIB},
    [TRACEDAG_LIMIT_ALIAS_NODE_RATIO] = {10, 100},
    [TRACEDAG_LIMIT_ALIAS_BYTE_RATIO] = {10, 100},
    [TRACEDAG_LIMIT_JOBS] = {10000, MIB},
    [TRACEDAG_LIMIT_EDGES] = {100000, 4 * MIB},
    [TRACEDAG_LIMIT_PUBLISHES] = {10000, MIB},
    [TRACEDAG_LIMIT_INPUTS_PER_JOB] = {1024, 65536},
    [TRACEDAG_LIMIT_LIST_ITEMS] = {1024, 65536},
    [TRACEDAG_LIMIT_WHERE_ENTRIES] = {64, 1024},
    [TRACEDAG_LIMIT_CANONICAL_BYTES] = {16 * MIB, 256 * MIB},
    [TRACEDAG_LIMIT_FINDINGS] = {1000, 10000},
    [TRACEDAG_LIMIT_MESSAGE_BYTES] = {512, 4096},
    [TRACEDAG_LIMIT_HEAP_BYTES] = {64 * MIB, SIZE_MAX},
};

static_assert(TRACEDAG_LIMIT_HEAP_BYTES + 1 == TD_LIMIT_COUNT, "every limit has a row");

void td_limits_init(struct td_limits *limits)
{
    for (uint32_t i = 0; i < TD_LIMIT_COUNT; i++)
        limits->of[i] = table[i].standard;
}

bool td_limits_set(struct td_limits *limits, uint32_t limit, uint64_t value)
{
    if (limit == 0 || limit >= TD_LIMIT_COUNT || value > table[limit].ceiling)
        return false;
    limits->of[limit] = value ? value : table[limit].standard;
    return true;
}
