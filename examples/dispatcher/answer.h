/* answer.h - what is sent back: a status and a body. */
#ifndef DISPATCHER_ANSWER_H
#define DISPATCHER_ANSWER_H

#include <jansson.h>

#include "fault.h"

struct answer {
    unsigned status;
    const char *type;  /**< of the body */
    char *text;        /**< owned; NULL: no memory for it */
    const char *allow; /**< for status 405, borrowed */
};

/** Sets the body to JSON, which is taken over. */
void answer_json(struct answer *answer, unsigned status, json_t *json);

/** Sets the body to an error: {"error": {"code", "message"}}. */
void answer_error(struct answer *answer, unsigned status, const char *code,
                  const char *message);

/** Sets the body to a fault, and a fitting status. What only concerns who runs the program goes to
 *  its log, not to the client. */
void answer_fault(struct answer *answer, const struct fault *fault);

/** An object of an error, owned; NULL without memory. */
json_t *answer_error_json(const char *code, const char *message);

/** Writes a line to the log, standard error; what is not printable ASCII is escaped. */
void answer_log(const char *text);

void answer_free(struct answer *answer);

#endif
