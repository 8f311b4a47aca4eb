/* trust.h - what a reviewer of a DAG asks: which secrets, bundles of users, datasets from elsewhere
 * and webhooks reach which published dataset, and by which jobs.
 *
 * Each published dataset has one search, from its job against the direction of the data, so what
 * reaches it comes together, each with its shortest path. Searches and paths draw on one allowance
 * that is linear in the DAG: there may be as many pairs as secrets times datasets. */
#ifndef TD_TRUST_H
#define TD_TRUST_H

#include "arena.h"
#include "compile.h"

/** Something that is to be known of what it reaches: a name of one kind, at however many jobs. */
struct td_origin {
    tracedag_text name;
    uint32_t kind; /**< enum tracedag_flow_kind */
    /* what the search at work knows of it: */
    uint32_t round;   /**< the search that saw it last */
    uint32_t job;     /**< where it enters: the nearest job, ties by name */
    uint32_t entries; /**< at how many jobs it enters */
    uint32_t last;    /**< the last of them */
};

/** A job, as the search at work sees it. */
struct td_step {
    uint32_t round;    /**< the search that saw it last */
    uint32_t distance; /**< jobs between it and the dataset */
    uint32_t input;    /**< the input by which its data goes on */
};

struct td_trust {
    const struct tracedag_dag *dag;
    const struct td_model *m;
    struct td_mem mem;
    struct td_arena arena;
    struct td_origin *origins; /**< from 1, by kind, then name */
    uint32_t origin_count;
    uint32_t *slots;      /**< by secret, bundle, webhook, input: its origin; 0: none */
    unsigned char *marks; /**< by job */
    struct td_step *steps;
    uint32_t *queue;
    uint32_t *found; /**< the origins that reach the dataset, in their order */
    uint32_t found_count;
    uint32_t taken;    /**< how many of them were handed out */
    uint32_t *path;    /**< of the flow that was handed out last: jobs, */
    uint32_t *edges;   /**< and the inputs between them */
    uint32_t round;    /**< the number of this search */
    uint32_t next;     /**< the dataset of the next one */
    uint64_t left;     /**< what is left of the allowance */
    uint32_t most;     /**< how many flows may still be handed out */
    bool spent;        /**< either ran out: nothing more is searched */
    bool whole;        /**< all flows of the dataset are handed out */
    uint32_t publish;  /**< the dataset; TRACEDAG_NO_PUBLISH: what reaches none */
    uint32_t left_out; /**< datasets so far that are not whole */
};

/** Begins a report on a DAG of at most `most` flows; false when memory ran out. To be ended in
 *  either case. */
bool td_trust_begin(struct td_trust *trust, const struct tracedag_dag *dag,
                    uint32_t most);
void td_trust_end(struct td_trust *trust);

/** Goes back to before the first dataset. */
void td_trust_rewind(struct td_trust *trust, uint32_t most);

/** Goes to the next published dataset, by name; behind the last one to what reaches none, if there
 *  is any. False at the end. */
bool td_trust_dataset(struct td_trust *trust);

/** The next flow into it, by kind, then name; its lists last until the next call. False behind the
 *  last one; then `whole` says whether they are all. */
bool td_trust_flow(struct td_trust *trust, tracedag_flow *flow);

/** All flows as a block that the caller frees; false when memory ran out. */
bool td_trust_list(const struct tracedag_dag *dag, uint32_t most, tracedag_flow **flows,
                   size_t *count, size_t *left_out);

/** Writes the report for people, and as JSON Lines: a record for each dataset, then one with the
 *  counts. False when memory ran out. */
bool td_trust_text(const struct tracedag_dag *dag, uint32_t most, const char *file,
                   bool color, struct td_buf *out);
bool td_trust_json(const struct tracedag_dag *dag, uint32_t most, const char *file,
                   struct td_buf *out);

/** The word of a kind: `secret`, `bundle`, `external`, `webhook`. */
const char *td_trust_kind(uint32_t kind);

#endif
