/* queue.c - messages about tasks: JSON such as {"org":"acme","task":17}. */
#include "queue.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqs.h"

struct queue {
    struct sqs *sqs;
};

enum outcome queue_open(const char *url, struct queue **queue, struct fault *fault)
{
    *queue = NULL;
    if (!strcmp(url, "table"))
        return DONE;
    struct queue *made = calloc(1, sizeof *made);
    if (!made)
        return fault_set(fault, NO_MEMORY, "no memory");
    enum outcome outcome = sqs_open(url, &made->sqs, fault);
    if (outcome == DONE)
        *queue = made;
    else
        free(made);
    return outcome;
}

void queue_close(struct queue *queue)
{
    if (!queue)
        return;
    sqs_close(queue->sqs);
    free(queue);
}

/* Whether a text can be the id of an organisation; see organisation_add(). */
static bool is_org(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return *text >= 'a' && *text <= 'z' && length <= 63 && !text[length];
}

enum outcome queue_send(struct queue *queue, const char *org, long task, long attempt,
                        struct fault *fault)
{
    if (!is_org(org) || task < 1)
        return fault_set(fault, MISUSE, "a message is about a task of an organisation");
    bool fifo = sqs_is_fifo(queue->sqs);
    char body[128], once[64];
    snprintf(body, sizeof body, "{\"org\":\"%s\",\"task\":%ld}", org, task);
    snprintf(once, sizeof once, "%ld-%ld", task, attempt);
    json_t *request =
        json_pack("{s:s, s:s*, s:s*}", "MessageBody", body, "MessageGroupId",
                  fifo ? org : NULL, "MessageDeduplicationId", fifo ? once : NULL);
    return sqs_call(queue->sqs, "SendMessage", request, 0, NULL, fault);
}

/* Reads the text of a message; false where queue_send() did not write it. */
static bool read_body(const char *text, struct queue_message *message)
{
    json_t *body = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    const char *org = NULL;
    json_int_t task = 0;
    bool good = json_unpack(body, "{s:s, s:I!}", "org", &org, "task", &task) == 0 &&
                is_org(org) && task >= 1 && task <= LONG_MAX;
    if (good) {
        snprintf(message->org, sizeof message->org, "%s", org);
        message->task = (long)task;
    }
    json_decref(body);
    return good;
}

/* Deletes a message that nobody here can read, and reports it. */
static enum outcome reject(struct queue *queue, struct queue_message *message,
                           struct fault *fault)
{
    enum outcome outcome = queue_delete(queue, message, fault);
    return outcome == DONE
               ? fault_set(fault, REJECTED,
                           "a message in the queue is not about a task, and has"
                           " been deleted: the queue has to be one that nothing"
                           " else uses")
               : outcome;
}

/* Reads one element of `Messages`. */
static enum outcome read_message(struct queue *queue, const json_t *from,
                                 struct queue_message *message, struct fault *fault)
{
    const char *receipt = json_string_value(json_object_get(from, "ReceiptHandle"));
    if (!receipt)
        return fault_set(fault, UNAVAILABLE,
                         "the queue gives a message without a receipt");
    message->receipt = strdup(receipt);
    if (!message->receipt)
        return fault_set(fault, NO_MEMORY, "no memory");
    return read_body(json_string_value(json_object_get(from, "Body")), message)
               ? DONE
               : reject(queue, message, fault);
}

enum outcome queue_receive(struct queue *queue, long seconds,
                           struct queue_message *message, struct fault *fault)
{
    *message = (struct queue_message){0};
    if (seconds < 0 || seconds > 20)
        return fault_set(fault, MISUSE, "a queue is waited for 0 to 20 seconds");
    json_t *answer = NULL;
    json_t *request = json_pack("{s:i, s:I}", "MaxNumberOfMessages", 1, "WaitTimeSeconds",
                                (json_int_t)seconds);
    enum outcome outcome =
        sqs_call(queue->sqs, "ReceiveMessage", request, seconds, &answer, fault);
    const json_t *first = json_array_get(json_object_get(answer, "Messages"), 0);
    if (first) /* without one there is no list at all */
        outcome = read_message(queue, first, message, fault);
    json_decref(answer);
    return outcome;
}

/* Makes a call about a message that is held, and lets it go. */
static enum outcome let_go(struct queue *queue, const char *action, json_t *request,
                           struct queue_message *message, struct fault *fault)
{
    enum outcome outcome = sqs_call(queue->sqs, action, request, 0, NULL, fault);
    free(message->receipt);
    message->receipt = NULL;
    return outcome;
}

enum outcome queue_delete(struct queue *queue, struct queue_message *message,
                          struct fault *fault)
{
    json_t *request = json_pack("{s:s}", "ReceiptHandle", message->receipt);
    return let_go(queue, "DeleteMessage", request, message, fault);
}

enum outcome queue_return(struct queue *queue, struct queue_message *message,
                          struct fault *fault)
{
    json_t *request = json_pack("{s:s, s:i}", "ReceiptHandle", message->receipt,
                                "VisibilityTimeout", 0);
    return let_go(queue, "ChangeMessageVisibility", request, message, fault);
}
