/* model.h - a DAG as typed data: jobs, inputs, published datasets. Free parts stay values, and
 * every field remembers the value that it was read from, so that rules can point at text. The
 * first member of each record is the public record, so lists of them are handed out as they
 * are. While a document is judged, jobs stand in the order of the file; in a finished DAG,
 * everything is in the order of names. */
#ifndef TD_MODEL_H
#define TD_MODEL_H

#include "arena.h"
#include "fields.h"
#include "node.h"

#include "../include/tracedag/tracedag-types.h"

/** In place of a value: the field is present, and has a fault that is reported. */
#define TD_POISON UINT32_MAX

struct td_job {
    tracedag_job pub;
    uint32_t node;                /**< the map; 0 for an item that is none */
    uint32_t item;                /**< the item of `jobs`, for its place */
    uint32_t index;               /**< its position in the file */
    uint32_t webhook;             /**< the value of a webhook path that has no fault */
    uint32_t field[TD_JOB_COUNT]; /**< values, aliases followed; 0 is absent */
};

struct td_input {
    tracedag_input pub;
    uint32_t item; /**< the item of `inputs` */
    uint32_t from; /**< the map */
    uint32_t
        target; /**< the value that names a job or dataset; TD_POISON when unusable */
    uint32_t output; /**< the value of `output`; likewise */
    uint32_t index;  /**< its position in the job */
    uint32_t
        publish; /**< of a dataset that this DAG publishes: its index, from 1; else 0 */
    bool sound;  /**< it is an edge of the graph */
};

struct td_publish {
    tracedag_publish pub;
    uint32_t key;  /**< the key that names it */
    uint32_t node; /**< its map; 0 when there is none to judge */
    uint32_t from; /**< the map; TD_POISON when unusable */
    uint32_t job;  /**< the value that names a job; likewise */
    uint32_t output;
    uint32_t field[4]; /**< enum td_publish_field */
    uint32_t table[3]; /**< enum td_table_field, of a usable schema */
    bool named;        /**< its name has the form of one */
    bool sound;        /**< it names an output that exists */
};

struct td_model {
    struct td_mem *mem;
    struct td_arena arena;
    const struct td_tree *tree;
    uint32_t name;      /**< value of the DAG's name */
    uint32_t jobs_list; /**< the list of jobs */
    uint32_t defaults[TD_DEFAULT_COUNT];
    struct td_job *jobs;
    size_t job_count;
    size_t job_room;
    struct td_input *inputs;
    size_t input_count;
    size_t input_room;
    struct td_publish *publishes;
    size_t publish_count;
    size_t publish_room;
    struct tracedag_text *names; /**< keys and secrets of all jobs */
    size_t name_count;
    size_t name_room;
    uint32_t
        *shared[2]; /**< by value, for lists that aliases name: where its names begin in
                            `names`, from 1; keys and secrets apart, for these are sorted */
    struct td_str *schedules; /**< by value, for those that aliases name: the spelling */
    bool jobs_unsure; /**< a job may be missing: references to unknown ones are silent */
    bool publishes_unsure;
    bool edges_over;           /**< more inputs than the limit: told already */
    struct td_name *job_names; /**< of jobs with readable names, sorted; for references */
    size_t job_name_count;
    size_t job_name_room;
    tracedag_text *externals;
    size_t external_count;
    uint32_t *rank;      /**< of each job of the file: its place in the order of names */
    uint32_t *reader_at; /**< by rank, one more than jobs: where its readers begin */
    uint32_t *readers;   /**< inputs, by the job that they read */
    uint32_t *order;     /**< ranks in topological order, ties by name */
    size_t ordered;      /**< how many there are; all of them when there is no cycle */
};

void td_model_init(struct td_model *model, struct td_mem *mem,
                   const struct td_tree *tree);
void td_model_free(struct td_model *model);

/** Makes room for the jobs of a list; false when memory ran out. */
bool td_model_reserve_jobs(struct td_model *model, size_t count);

/** New records, cleared, at the end of their lists; NULL when memory ran out. */
struct td_job *td_model_add_job(struct td_model *model);
struct td_publish *td_model_add_publish(struct td_model *model);

/** Adds to a list; false when memory ran out. */
bool td_model_add_input(struct td_model *model, const struct td_input *input);
bool td_model_add_name(struct td_model *model, struct td_str name);

static inline bool td_usable(uint32_t value)
{
    return value != 0 && value != TD_POISON;
}

static inline struct td_str td_slice(tracedag_text text)
{
    return (struct td_str){text.ptr, text.len};
}

static inline tracedag_text td_public(struct td_str text)
{
    return (tracedag_text){text.ptr, text.len};
}

#endif
