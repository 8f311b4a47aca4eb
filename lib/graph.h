/* graph.h - names become references, and references a graph: what each input reads, whether
 * jobs wait for each other, and in which order they can run. */
#ifndef TD_GRAPH_H
#define TD_GRAPH_H

#include "read.h"

/** Finds what the inputs and published datasets of a read model name, and reports what does not
 *  exist or is named twice. Sets r->failed when memory ran out. */
void td_graph_resolve(struct td_reader *r);

/** Orders the jobs, and reports one cycle for each group of jobs that wait for each other. */
void td_graph_order(struct td_reader *r);

#endif
