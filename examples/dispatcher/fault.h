/* fault.h - how a call ended, and in words why. */
#ifndef DISPATCHER_FAULT_H
#define DISPATCHER_FAULT_H

/** How a call ended. `main.c` makes exit statuses of it, `serve.c` statuses of HTTP. */
enum outcome {
    DONE = 0,
    REJECTED,    /**< the document has errors; its report says which */
    CONFLICT,    /**< something else has that name or hash already */
    NOT_FOUND,   /**< no such organisation, DAG, version, job, output, task */
    MISUSE,      /**< an argument that makes no sense */
    PAUSED,      /**< backpressure: the jobs behind a source are full */
    STALE,       /**< the task has been given to somebody else, or has ended */
    UNAVAILABLE, /**< the database or the queue does not answer; try again later */
    BROKEN,      /**< what is stored contradicts itself, or a fault of this program */
    NO_MEMORY
};

/** The reason of an outcome other than DONE, a sentence without a full stop. */
struct fault {
    enum outcome outcome;
    char text[512];
};

/** Sets a fault as printf() does; returns its outcome. What is longer is cut. */
__attribute__((format(printf, 3, 4))) enum outcome fault_set(struct fault *fault,
                                                             enum outcome outcome,
                                                             const char *format, ...);

/** The word of an outcome, such as `conflict`, for machines. */
const char *outcome_word(enum outcome outcome);

#endif
