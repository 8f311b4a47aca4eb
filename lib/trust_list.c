/* All flows of a DAG as one block: the records, then the jobs and inputs of their paths. They are
 * found twice, for the block is as large as they say. */
#include "trust.h"

struct room {
    size_t flows;
    size_t steps; /* jobs and inputs of paths */
};

static struct room measure(struct td_trust *t)
{
    struct room room = {0, 0};
    tracedag_flow flow;
    while (td_trust_dataset(t)) {
        while (td_trust_flow(t, &flow)) {
            room.flows++;
            room.steps += flow.path.count + flow.inputs.count;
        }
    }
    return room;
}

static uint32_t *keep(tracedag_list *list, uint32_t *steps)
{
    memcpy(steps, list->items, list->count * sizeof *steps);
    list->items = steps;
    return steps + list->count;
}

static void fill(struct td_trust *t, tracedag_flow *flows, uint32_t *steps)
{
    while (td_trust_dataset(t)) {
        while (td_trust_flow(t, flows)) {
            steps = keep(&flows->path, steps);
            steps = keep(&flows->inputs, steps);
            flows++;
        }
    }
}

static tracedag_flow *own(struct td_trust *t, uint32_t most, struct room room)
{
    size_t bytes = room.flows * sizeof(tracedag_flow);
    tracedag_flow *flows = td_mem_owned(bytes + room.steps * sizeof(uint32_t));
    if (!flows)
        return NULL;
    td_trust_rewind(t, most);
    fill(t, flows, (uint32_t *)(void *)((char *)flows + bytes));
    return flows;
}

bool td_trust_list(const struct tracedag_dag *dag, uint32_t most, tracedag_flow **flows,
                   size_t *count, size_t *left_out)
{
    struct td_trust t;
    bool done = td_trust_begin(&t, dag, most);
    *flows = NULL;
    *count = 0;
    if (done) {
        struct room room = measure(&t);
        *left_out = t.left_out;
        *count = room.flows;
        if (room.flows > 0) {
            *flows = own(&t, most, room);
            done = *flows != NULL;
        }
    }
    td_trust_end(&t);
    return done;
}
