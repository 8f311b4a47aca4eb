#include "faults.h"

#include <stdlib.h>

static int compare_places(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

bool td_faults_collect(struct td_faults *faults, struct td_mem *mem,
                       const struct td_diag *diag)
{
    *faults = (struct td_faults){.room = diag->count};
    if (diag->count == 0)
        return true;
    faults->places = td_mem_alloc(mem, diag->count * sizeof *faults->places);
    if (!faults->places)
        return false;
    for (size_t i = 0; i < diag->count; i++) {
        if (diag->list[i].pub.severity == TRACEDAG_SEVERITY_ERROR)
            faults->places[faults->count++] = diag->list[i].place;
    }
    qsort(faults->places, faults->count, sizeof *faults->places, compare_places);
    return true;
}

void td_faults_free(struct td_faults *faults, struct td_mem *mem)
{
    td_mem_free(mem, faults->places, faults->room * sizeof *faults->places);
}

bool td_faults_in(const struct td_faults *faults, uint32_t first, uint32_t behind)
{
    size_t low = 0;
    size_t high = faults->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (faults->places[middle] < first)
            low = middle + 1;
        else
            high = middle;
    }
    return low < faults->count && faults->places[low] < behind;
}
