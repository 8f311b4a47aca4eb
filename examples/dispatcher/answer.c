#include "answer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void answer_json(struct answer *answer, unsigned status, json_t *json)
{
    free(answer->text);
    answer->status = status;
    answer->type = "application/json";
    answer->text = json ? json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    json_decref(json);
}

/* A message may have been cut inside a character: what is behind the last whole one goes. */
static json_t *message_of(const char *message)
{
    json_t *string = NULL;
    size_t size = strlen(message);
    for (size_t cut = 0; !string && cut < 4 && cut <= size; cut++)
        string = json_stringn(message, size - cut);
    return string ? string : json_string("");
}

json_t *answer_error_json(const char *code, const char *message)
{
    return json_pack("{s:{s:s, s:o}}", "error", "code", code, "message",
                     message_of(message));
}

void answer_error(struct answer *answer, unsigned status, const char *code,
                  const char *message)
{
    answer_json(answer, status, answer_error_json(code, message));
}

void answer_fault(struct answer *answer, const struct fault *fault)
{
    static const struct {
        unsigned status;
        const char *message; /* instead of the fault's own, which goes to the log */
    } by_outcome[] = {
        [REJECTED] = {422, NULL},
        [CONFLICT] = {409, NULL},
        [NOT_FOUND] = {404, NULL},
        [MISUSE] = {400, NULL},
        [PAUSED] = {429, NULL},
        [STALE] = {409, NULL},
        [UNAVAILABLE] = {503, "the database cannot be used now; try again later"},
        [BROKEN] = {500, "a fault of the server"},
        [NO_MEMORY] = {500, "the server has no memory"},
    };
    const char *message = by_outcome[fault->outcome].message;
    if (message)
        answer_log(fault->text);
    answer_error(answer, by_outcome[fault->outcome].status, outcome_word(fault->outcome),
                 message ? message : fault->text);
}

void answer_log(const char *text)
{
    char line[4 * sizeof((struct fault *)NULL)->text];
    size_t size = 0;
    for (; *text && size < sizeof line - 5; text++) {
        bool plain = *text >= ' ' && *text <= '~' && *text != '\\';
        size += (size_t)snprintf(line + size, sizeof line - size,
                                 plain ? "%c" : "\\x%02x", (unsigned char)*text);
    }
    fprintf(stderr, "dispatcher: %.*s\n", (int)size, line);
}

void answer_free(struct answer *answer)
{
    free(answer->text);
    answer->text = NULL;
}
