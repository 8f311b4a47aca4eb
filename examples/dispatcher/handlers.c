#include "handlers.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrations.h"
#include "tasks.h"
#include "work.h"

/* ---- arguments ---- */

/* The text of a body's object, as json_unpack() has it, the values borrowed from `*json` (owned).
 * What the format does not name is refused; without a body there are no members. */
static enum outcome unpack(const struct request *request, json_t **json,
                           struct fault *fault, const char *format, ...)
{
    json_error_t error = {0};
    *json = request->body_size ? json_loadb(request->body, request->body_size,
                                            JSON_REJECT_DUPLICATES, &error)
                               : json_object();
    if (!*json)
        return fault_set(fault, MISUSE, "the body is no JSON: line %d: %s", error.line,
                         error.text);
    va_list values;
    va_start(values, format);
    int failed = json_vunpack_ex(*json, &error, JSON_STRICT, format, values);
    va_end(values);
    return failed ? fault_set(fault, MISUSE, "the body: %s", error.text) : DONE;
}

/* A number of a path or query; false: it is none, or none that can be. */
static bool number_of(const char *text, long *number)
{
    size_t size = strspn(text, "0123456789");
    if (!size || text[size] || size > 18)
        return false;
    *number = strtol(text, NULL, 10);
    return true;
}

/* `active` stands for the version that is, as NULL does below. */
static const char *version_of(const char *text)
{
    return text && strcmp(text, "active") != 0 ? text : NULL;
}

/* ---- findings ---- */

/* The records of a report, a line each, as a list. */
static json_t *list_of(const char *text)
{
    json_t *list = json_array();
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        json_t *record = json_loadb(line, strcspn(line, "\n"), 0, NULL);
        if (!record || json_array_append_new(list, record)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static char *render(const tracedag_report *report, enum findings findings)
{
    static const uint32_t formats[] = {TRACEDAG_FORMAT_JSON, TRACEDAG_FORMAT_SARIF,
                                       TRACEDAG_FORMAT_TEXT};
    char *text = NULL;
    if (tracedag_report_render(report, formats[findings], NULL, 0, &text, NULL))
        return NULL;
    char *copy = strdup(text);
    tracedag_free(text);
    return copy;
}

/* Answers with findings: as a text of their own where that is asked for, else in `json` (owned, an
 * object) as "findings". */
static enum outcome answer_findings(const struct request *request, unsigned status,
                                    json_t *json, const tracedag_report *report,
                                    struct answer *answer, struct fault *fault)
{
    char *text = render(report, request->findings);
    if (text && request->findings != FINDINGS_JSON) {
        json_decref(json);
        answer->status = status;
        answer->type = request->findings == FINDINGS_SARIF ? "application/sarif+json"
                                                           : "text/plain; charset=utf-8";
        answer->text = text;
        return DONE;
    }
    json_t *list = text ? list_of(text) : NULL;
    free(text);
    if (!list || json_object_set_new(json, "findings", list)) {
        json_decref(json);
        return fault_set(fault, NO_MEMORY, "no memory");
    }
    answer_json(answer, status, json);
    return DONE;
}

/* Answers for a document that is not taken, with its findings; they do not say what a CONFLICT is, so
 * in other forms than ours that is an error like any other. */
static enum outcome answer_refused(const struct request *request, enum outcome outcome,
                                   const tracedag_report *report, struct answer *answer,
                                   struct fault *fault)
{
    bool conflict = outcome == CONFLICT && request->findings == FINDINGS_JSON;
    if (!report || (outcome != REJECTED && !conflict))
        return outcome;
    json_t *json = answer_error_json(outcome_word(outcome), fault->text);
    return answer_findings(request, conflict ? 409 : 422, json, report, answer, fault);
}

/* ---- answers ---- */

/* By its place, for the call that sets it is an argument as well. */
static enum outcome give(enum outcome outcome, json_t **json, struct answer *answer)
{
    if (outcome == DONE)
        answer_json(answer, 200, *json);
    return outcome;
}

enum outcome get_health(const struct request *request, struct answer *answer,
                        struct fault *fault)
{
    if (migrations_check(request->db, fault) != DONE)
        return UNAVAILABLE;
    answer_json(answer, 200, json_pack("{s:s}", "status", "ok"));
    return DONE;
}

/* ---- versions ---- */

enum outcome post_validate(const struct request *request, struct answer *answer,
                           struct fault *fault)
{
    tracedag_report *report = NULL;
    enum outcome outcome = judge(request->db, &request->caller, request->body,
                                 request->body_size, &report, fault);
    if (outcome == DONE)
        outcome = answer_findings(request, 200, json_object(), report, answer, fault);
    else
        outcome = answer_refused(request, outcome, report, answer, fault);
    tracedag_report_unref(report);
    return outcome;
}

static enum outcome flag_of(const char *text, bool *flag, struct fault *fault)
{
    *flag = text && !strcmp(text, "true");
    if (text && !*flag && strcmp(text, "false") != 0)
        return fault_set(fault, MISUSE, "`activate` is `true` or `false`");
    return DONE;
}

enum outcome post_dag(const struct request *request, struct answer *answer,
                      struct fault *fault)
{
    bool activate;
    if (flag_of(request->query[0], &activate, fault) != DONE)
        return MISUSE;
    tracedag_report *report = NULL;
    json_t *json = NULL;
    enum outcome outcome = deploy(request->db, &request->caller, request->body,
                                  request->body_size, activate, &report, &json, fault);
    if (outcome == DONE) {
        unsigned status = json_is_true(json_object_get(json, "created")) ? 201 : 200;
        outcome = answer_findings(request, status, json, report, answer, fault);
    } else {
        outcome = answer_refused(request, outcome, report, answer, fault);
    }
    tracedag_report_unref(report);
    return outcome;
}

enum outcome get_dags(const struct request *request, struct answer *answer,
                      struct fault *fault)
{
    json_t *json = NULL;
    return give(list_dags(request->db, &request->caller, &json, fault), &json, answer);
}

enum outcome get_versions(const struct request *request, struct answer *answer,
                          struct fault *fault)
{
    json_t *json = NULL;
    return give(
        list_versions(request->db, &request->caller, request->parts[1], &json, fault),
        &json, answer);
}

enum outcome get_version(const struct request *request, struct answer *answer,
                         struct fault *fault)
{
    json_t *json = NULL;
    return give(show_version(request->db, &request->caller, request->parts[1],
                             version_of(request->parts[2]), &json, fault),
                &json, answer);
}

enum outcome get_history(const struct request *request, struct answer *answer,
                         struct fault *fault)
{
    json_t *json = NULL;
    return give(
        list_activations(request->db, &request->caller, request->parts[1], &json, fault),
        &json, answer);
}

enum outcome get_diff(const struct request *request, struct answer *answer,
                      struct fault *fault)
{
    json_t *json = NULL;
    return give(diff_versions(request->db, &request->caller, request->parts[1],
                              version_of(request->query[0]),
                              version_of(request->query[1]), &json, fault),
                &json, answer);
}

enum outcome get_datasets(const struct request *request, struct answer *answer,
                          struct fault *fault)
{
    json_t *json = NULL;
    return give(list_datasets(request->db, &request->caller, &json, fault), &json,
                answer);
}

/* Moves the pointer to the version of the body, a number or a hash. */
static enum outcome post_move(const struct request *request, enum move move,
                              struct answer *answer, struct fault *fault)
{
    json_t *body, *wanted = NULL, *json = NULL;
    enum outcome outcome = unpack(request, &body, fault, "{s?o}", "version", &wanted);
    char number[24];
    const char *version = json_string_value(wanted);
    if (json_is_integer(wanted)) {
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(wanted));
        version = number;
    }
    if (outcome == DONE && !version && (wanted || move == MOVE_ACTIVATE))
        outcome = fault_set(fault, MISUSE, "the body: `version` is a number or a hash");
    if (outcome == DONE)
        outcome = activate_version(request->db, &request->caller, request->parts[1],
                                   version, move, &json, fault);
    json_decref(body);
    return give(outcome, &json, answer);
}

enum outcome post_activate(const struct request *request, struct answer *answer,
                           struct fault *fault)
{
    return post_move(request, MOVE_ACTIVATE, answer, fault);
}

enum outcome post_rollback(const struct request *request, struct answer *answer,
                           struct fault *fault)
{
    return post_move(request, MOVE_ROLLBACK, answer, fault);
}

/* ---- tasks ---- */

enum outcome post_fire(const struct request *request, struct answer *answer,
                       struct fault *fault)
{
    json_t *body, *payload = NULL, *json = NULL;
    const char *key = NULL;
    enum outcome outcome =
        unpack(request, &body, fault, "{s?s, s?o}", "key", &key, "payload", &payload);
    if (outcome == DONE)
        outcome = fire(request->db, &request->caller, request->parts[1],
                       request->parts[2], key, payload, &json, fault);
    json_decref(body);
    return give(outcome, &json, answer);
}

enum outcome post_event(const struct request *request, struct answer *answer,
                        struct fault *fault)
{
    long output;
    if (!number_of(request->parts[3], &output))
        return fault_set(fault, NOT_FOUND, "an output is a number from 0");
    json_t *body, *payload = NULL, *json = NULL;
    const char *key = NULL;
    enum outcome outcome =
        unpack(request, &body, fault, "{s?s, s?o}", "key", &key, "payload", &payload);
    if (outcome == DONE)
        outcome = event(request->db, &request->caller, request->parts[1],
                        request->parts[2], output, key, payload, &json, fault);
    json_decref(body);
    return give(outcome, &json, answer);
}

enum outcome get_tasks(const struct request *request, struct answer *answer,
                       struct fault *fault)
{
    long most = 100;
    if (request->query[1] &&
        (!number_of(request->query[1], &most) || !most || most > 1000))
        return fault_set(fault, MISUSE, "`most` is 1 to 1000");
    json_t *json = NULL;
    return give(
        list_tasks(request->db, &request->caller, request->query[0], most, &json, fault),
        &json, answer);
}

enum outcome post_claim(const struct request *request, struct answer *answer,
                        struct fault *fault)
{
    json_t *body, *json = NULL;
    const char *runtime = NULL;
    json_int_t task = 0;
    enum outcome outcome =
        unpack(request, &body, fault, "{s?s, s?I}", "runtime", &runtime, "task", &task);
    if (outcome == DONE)
        outcome = claim(request->db, &request->caller, request->caller.actor, runtime,
                        (long)task, &json, fault);
    json_decref(body);
    return give(outcome, &json, answer);
}

static enum outcome task_of(const struct request *request, struct lease *lease,
                            struct fault *fault)
{
    if (!number_of(request->parts[1], &lease->task))
        return fault_set(fault, NOT_FOUND, "there is no such task");
    return DONE;
}

enum outcome post_heartbeat(const struct request *request, struct answer *answer,
                            struct fault *fault)
{
    struct lease lease;
    if (task_of(request, &lease, fault) != DONE)
        return NOT_FOUND;
    json_t *body, *json = NULL;
    json_int_t attempt;
    enum outcome outcome = unpack(request, &body, fault, "{s:I, s:s}", "attempt",
                                  &attempt, "token", &lease.token);
    if (outcome == DONE) {
        lease.attempt = (long)attempt;
        outcome = heartbeat(request->db, &request->caller, lease, &json, fault);
    }
    json_decref(body);
    return give(outcome, &json, answer);
}

enum outcome post_complete(const struct request *request, struct answer *answer,
                           struct fault *fault)
{
    struct lease lease;
    if (task_of(request, &lease, fault) != DONE)
        return NOT_FOUND;
    json_t *body, *outputs = NULL, *json = NULL;
    json_int_t attempt;
    enum outcome outcome = unpack(request, &body, fault, "{s:I, s:s, s?o}", "attempt",
                                  &attempt, "token", &lease.token, "outputs", &outputs);
    if (outcome == DONE) {
        lease.attempt = (long)attempt;
        outcome = complete(request->db, &request->caller, lease, outputs, &json, fault);
    }
    json_decref(body);
    return give(outcome, &json, answer);
}

enum outcome post_fail(const struct request *request, struct answer *answer,
                       struct fault *fault)
{
    struct lease lease;
    if (task_of(request, &lease, fault) != DONE)
        return NOT_FOUND;
    json_t *body, *json = NULL;
    const char *reason;
    json_int_t attempt;
    enum outcome outcome = unpack(request, &body, fault, "{s:I, s:s, s:s}", "attempt",
                                  &attempt, "token", &lease.token, "reason", &reason);
    if (outcome == DONE) {
        lease.attempt = (long)attempt;
        outcome = fail(request->db, &request->caller, lease, reason, &json, fault);
    }
    json_decref(body);
    return give(outcome, &json, answer);
}
