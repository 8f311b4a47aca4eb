/* queue_probe.c - a queue by hand, `queue_probe URL`.
 *
 * Commands are lines of standard input: `send ORG TASK ATTEMPT`, `receive SECONDS`, `delete`,
 * `return`. Each has one line as its answer, `done`, `none`, `message ORG TASK`, or the word of an
 * outcome and the reason. Delete and return are about the message that was received last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "queue.h"

static void answer(enum outcome outcome, const struct fault *fault)
{
    if (outcome == DONE)
        puts("done");
    else
        printf("%s: %s\n", outcome_word(outcome), fault->text);
}

static void receive(struct queue *queue, long seconds, struct queue_message *message)
{
    struct fault fault;
    free(message->receipt);
    enum outcome outcome = queue_receive(queue, seconds, message, &fault);
    if (outcome != DONE)
        answer(outcome, &fault);
    else if (!message->receipt)
        puts("none");
    else
        printf("message %s %ld\n", message->org, message->task);
}

static void obey(struct queue *queue, const char *line, struct queue_message *message)
{
    struct fault fault;
    char org[200];
    long task = 0, attempt = 0, seconds = 0;
    if (sscanf(line, "send %199s %ld %ld", org, &task, &attempt) == 3)
        answer(queue_send(queue, org, task, attempt, &fault), &fault);
    else if (sscanf(line, "receive %ld", &seconds) == 1)
        receive(queue, seconds, message);
    else if (!message->receipt)
        puts("nothing is held");
    else if (!strcmp(line, "delete\n"))
        answer(queue_delete(queue, message, &fault), &fault);
    else if (!strcmp(line, "return\n"))
        answer(queue_return(queue, message, &fault), &fault);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct queue *queue = NULL;
    struct queue_message message = {0};
    struct fault fault;
    char line[300];
    if (argc != 2)
        return 2;
    enum outcome outcome = queue_open(argv[1], &queue, &fault);
    answer(outcome, &fault);
    fflush(stdout);
    while (queue && fgets(line, sizeof line, stdin))
        obey(queue, line, &message);
    free(message.receipt);
    queue_close(queue);
    return outcome != DONE;
}
