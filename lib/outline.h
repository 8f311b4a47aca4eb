/* outline.h - what other DAGs see of a document: the datasets that it publishes and reads, where
 * their names stand, and how what it reads becomes what it publishes. It keeps the bytes of the
 * document, so that findings can show them, and none of its values. */
#ifndef TD_OUTLINE_H
#define TD_OUTLINE_H

#include "compile.h"

#define TD_NO_VERTEX UINT32_MAX

/** A dataset where a DAG publishes or reads it. */
struct td_use {
    struct td_str name;
    struct td_str job;    /**< that produces or reads it */
    struct td_span span;  /**< where the name stands */
    struct td_span alias; /**< by which it was reached; empty for none */
    uint32_t item;        /**< its index among the publishes or the inputs of the DAG */
    uint32_t line;
    uint32_t job_index; /**< position of the job in the file */
    uint32_t input;     /**< position of the input in the job */
    uint32_t vertex;    /**< of the job; TD_NO_VERTEX when no way leads through it */
    bool own;           /**< the DAG that reads it publishes it */
};

/** Jobs are vertices that lie on a way from a dataset of another DAG to one that is published. */
struct td_edge {
    uint32_t from;
    uint32_t to;
};

struct tracedag_outline {
    atomic_uint refs;
    struct td_mem mem;
    struct td_arena arena;
    struct tracedag_doc *doc; /**< bytes and settings alone */
    struct td_str file;       /**< in UTF-8 */
    struct td_str name;       /**< of the DAG; empty when there is none */
    struct td_span name_span;
    struct td_use *publishes;
    size_t publish_count;
    struct td_use *reads; /**< in the order of the file */
    size_t read_count;
    struct td_edge *edges;
    size_t edge_count;
    uint32_t vertex_count;
    bool is_judged;       /**< there is a DAG */
    bool is_sure;         /**< it publishes no more than `publishes` */
    bool allows_name;     /**< a comment allows that another DAG has its name */
    struct td_str reason; /**< for that */
};

/** Makes an outline of an accepted document, or with `dag` NULL of one that is rejected: of that
 *  the names below `publish` are known, if they can be read. NULL when memory ran out. */
struct tracedag_outline *td_outline_make(const struct tracedag_dag *dag,
                                         const struct tracedag_report *report,
                                         const char *file);

struct tracedag_outline *td_outline_keep(const struct tracedag_outline *outline);
void td_outline_drop(struct tracedag_outline *outline);

#endif
