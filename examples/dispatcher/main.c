/* main.c - the command `dispatcher`: a table of commands, each a call of one of the headers. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "migrations.h"
#include "organisations.h"
#include "pulse.h"
#include "serve.h"
#include "tasks.h"
#include "versions.h"
#include "wait.h"

#define DOCUMENT_MOST ((size_t)64 << 20) /* the library has the limit that counts */

/** What the command line says. */
struct line {
    const char *db, *org, *actor, *queue_url;
    const char *key, *payload, *worker, *runtime, *every, *wait, *config;
    bool activate;
    char **words; /**< behind the command, NULL at the end */
    int count;
};

/** What a command works with. */
struct bench {
    const struct line *line;
    struct caller caller;
    struct db *db;
    struct queue *queue;
    json_t *answer;
    struct fault fault;
};

enum need { NEEDS_DB = 1, NEEDS_TABLES = 2, NEEDS_ORG = 4, NEEDS_QUEUE = 8 };

/** A command of one or two words. */
struct command {
    const char *name, *second; /**< `second` NULL: one word */
    const char *operands;
    int least, most;
    int needs; /**< enum need */
    enum outcome (*run)(struct bench *bench);
};

static volatile sig_atomic_t ending;

static void end(int number)
{
    (void)number;
    ending = 1;
}

static const char *word(const struct bench *bench, int index)
{
    return index < bench->line->count ? bench->line->words[index] : NULL;
}

static enum outcome number_of(const char *text, const char *what, long *number,
                              struct fault *fault)
{
    char *rest;
    errno = 0;
    *number = strtol(text, &rest, 10);
    if (errno || rest == text || *rest || *number < 0)
        return fault_set(fault, MISUSE, "%s is a number, not `%s`", what, text);
    return DONE;
}

/* ---- organisations ---- */

static enum outcome run_migrate(struct bench *b)
{
    int from, to;
    enum outcome outcome = migrate(b->db, &from, &to, &b->fault);
    if (outcome == DONE)
        b->answer = json_pack("{s:i,s:i}", "from", from, "to", to);
    return outcome;
}

static enum outcome run_org_add(struct bench *b)
{
    const char *name = word(b, 1) ? word(b, 1) : word(b, 0);
    return organisation_add(b->db, word(b, 0), name, &b->fault);
}

static enum outcome run_org_catalog(struct bench *b)
{
    char *bytes;
    size_t size;
    enum outcome outcome = file_read(word(b, 0), DOCUMENT_MOST, &bytes, &size, &b->fault);
    if (outcome == DONE)
        outcome = organisation_set_catalog(b->db, b->caller.org, bytes, size, &b->fault);
    free(bytes);
    return outcome;
}

static enum outcome run_member_set(struct bench *b)
{
    return member_set(b->db, b->caller.org, word(b, 0), word(b, 1), &b->fault);
}

static enum outcome run_member_remove(struct bench *b)
{
    return member_remove(b->db, b->caller.org, word(b, 0), &b->fault);
}

/* ---- versions ---- */

/* Findings are for people: text, on standard error. */
static enum outcome show_report(const tracedag_report *report, const char *file,
                                struct fault *fault)
{
    char *text = NULL;
    if (!report)
        return DONE;
    tracedag_status status =
        tracedag_report_render(report, TRACEDAG_FORMAT_TEXT, file, 0, &text, NULL);
    if (status != TRACEDAG_OK)
        return fault_set(fault, NO_MEMORY, "no memory");
    fputs(text, stderr);
    tracedag_free(text);
    return DONE;
}

static enum outcome run_deploy(struct bench *b)
{
    char *bytes;
    size_t size = 0;
    tracedag_report *report = NULL;
    enum outcome outcome = file_read(word(b, 0), DOCUMENT_MOST, &bytes, &size, &b->fault);
    if (outcome == DONE)
        outcome = deploy(b->db, &b->caller, bytes, size, b->line->activate, &report,
                         &b->answer, &b->fault);
    struct fault shown = {0};
    if (show_report(report, word(b, 0), &shown) != DONE && outcome == DONE) {
        b->fault = shown;
        outcome = shown.outcome;
    }
    tracedag_report_unref(report);
    free(bytes);
    return outcome;
}

static enum outcome run_activate(struct bench *b)
{
    return activate_version(b->db, &b->caller, word(b, 0), word(b, 1), MOVE_ACTIVATE,
                            &b->answer, &b->fault);
}

static enum outcome run_rollback(struct bench *b)
{
    return activate_version(b->db, &b->caller, word(b, 0), word(b, 1), MOVE_ROLLBACK,
                            &b->answer, &b->fault);
}

static enum outcome run_dags(struct bench *b)
{
    return list_dags(b->db, &b->caller, &b->answer, &b->fault);
}

static enum outcome run_versions(struct bench *b)
{
    return list_versions(b->db, &b->caller, word(b, 0), &b->answer, &b->fault);
}

static enum outcome run_history(struct bench *b)
{
    return list_activations(b->db, &b->caller, word(b, 0), &b->answer, &b->fault);
}

static enum outcome run_show(struct bench *b)
{
    return show_version(b->db, &b->caller, word(b, 0), word(b, 1), &b->answer, &b->fault);
}

static enum outcome run_diff(struct bench *b)
{
    return diff_versions(b->db, &b->caller, word(b, 0), word(b, 1), word(b, 2),
                         &b->answer, &b->fault);
}

static enum outcome run_datasets(struct bench *b)
{
    return list_datasets(b->db, &b->caller, &b->answer, &b->fault);
}

/* ---- work ---- */

static enum outcome payload_of(struct bench *b, json_t **payload)
{
    *payload = NULL;
    if (!b->line->payload)
        return DONE;
    *payload = json_loads(b->line->payload, JSON_DECODE_ANY, NULL);
    return *payload ? DONE : fault_set(&b->fault, MISUSE, "--payload is JSON");
}

static enum outcome run_fire(struct bench *b)
{
    json_t *payload;
    enum outcome outcome = payload_of(b, &payload);
    if (outcome == DONE)
        outcome = fire(b->db, &b->caller, word(b, 0), word(b, 1), b->line->key, payload,
                       &b->answer, &b->fault);
    json_decref(payload);
    return outcome;
}

static enum outcome run_event(struct bench *b)
{
    long output;
    json_t *payload;
    enum outcome outcome = payload_of(b, &payload);
    if (outcome == DONE)
        outcome = number_of(word(b, 2), "OUTPUT", &output, &b->fault);
    if (outcome == DONE)
        outcome = event(b->db, &b->caller, word(b, 0), word(b, 1), output, b->line->key,
                        payload, &b->answer, &b->fault);
    json_decref(payload);
    return outcome;
}

static enum outcome run_tasks(struct bench *b)
{
    return list_tasks(b->db, &b->caller, word(b, 0), 1000, &b->answer, &b->fault);
}

static enum outcome run_claim(struct bench *b)
{
    const char *worker = b->line->worker ? b->line->worker : b->caller.actor;
    long seconds = 0;
    enum outcome outcome = DONE;
    if (b->line->wait)
        outcome = number_of(b->line->wait, "--wait", &seconds, &b->fault);
    if (outcome == DONE)
        outcome = wait_for_task(b->db, b->queue, &b->caller, worker, b->line->runtime,
                                seconds, &b->answer, &b->fault);
    return outcome;
}

static enum outcome lease_of(struct bench *b, struct lease *lease)
{
    lease->token = word(b, 2);
    enum outcome outcome = number_of(word(b, 0), "TASK", &lease->task, &b->fault);
    if (outcome == DONE)
        outcome = number_of(word(b, 1), "ATTEMPT", &lease->attempt, &b->fault);
    return outcome;
}

static enum outcome run_heartbeat(struct bench *b)
{
    struct lease lease;
    enum outcome outcome = lease_of(b, &lease);
    if (outcome == DONE)
        outcome = heartbeat(b->db, &b->caller, lease, &b->answer, &b->fault);
    return outcome;
}

static enum outcome run_complete(struct bench *b)
{
    struct lease lease;
    json_t *outputs = json_array();
    enum outcome outcome = lease_of(b, &lease);
    for (int i = 3; i < b->line->count && outcome == DONE; i++) {
        long output;
        outcome = number_of(word(b, i), "OUTPUT", &output, &b->fault);
        if (outcome == DONE)
            json_array_append_new(outputs, json_integer(output));
    }
    if (outcome == DONE)
        outcome = complete(b->db, &b->caller, lease, outputs, &b->answer, &b->fault);
    json_decref(outputs);
    return outcome;
}

static enum outcome run_fail(struct bench *b)
{
    struct lease lease;
    enum outcome outcome = lease_of(b, &lease);
    if (outcome == DONE)
        outcome = fail(b->db, &b->caller, lease, word(b, 3), &b->answer, &b->fault);
    return outcome;
}

static enum outcome run_pulse(struct bench *b)
{
    return pulse(b->db, b->queue, &b->answer, &b->fault);
}

static enum outcome run_run(struct bench *b)
{
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    long seconds = 1;
    enum outcome outcome = DONE;
    if (b->line->every)
        outcome = number_of(b->line->every, "--every", &seconds, &b->fault);
    while (outcome == DONE && !ending) {
        outcome = run_pulse(b);
        json_decref(b->answer);
        b->answer = NULL;
        /* What is unavailable comes back; what is broken is one source. */
        if (outcome == UNAVAILABLE || outcome == BROKEN) {
            fprintf(stderr, "dispatcher: %s\n", b->fault.text);
            outcome = DONE;
        }
        if (outcome == DONE && !ending)
            nanosleep(&(struct timespec){.tv_sec = seconds}, NULL);
    }
    return outcome;
}

static enum outcome run_serve(struct bench *b)
{
    if (!b->line->config)
        return fault_set(&b->fault, MISUSE, "say by which configuration: --config FILE");
    return serve(b->line->config, b->line->db, &b->fault);
}

/* ---- the table ---- */

#define INSIDE (NEEDS_DB | NEEDS_TABLES | NEEDS_ORG)

static const struct command commands[] = {
    {"migrate", NULL, "", 0, 0, NEEDS_DB, run_migrate},
    {"org", "add", " ID [NAME]", 1, 2, NEEDS_DB | NEEDS_TABLES, run_org_add},
    {"org", "catalog", " FILE", 1, 1, INSIDE, run_org_catalog},
    {"member", "set", " SUBJECT ROLE", 2, 2, INSIDE, run_member_set},
    {"member", "remove", " SUBJECT", 1, 1, INSIDE, run_member_remove},
    {"deploy", NULL, " FILE [--activate]", 1, 1, INSIDE, run_deploy},
    {"activate", NULL, " DAG VERSION", 2, 2, INSIDE, run_activate},
    {"rollback", NULL, " DAG [VERSION]", 1, 2, INSIDE, run_rollback},
    {"dags", NULL, "", 0, 0, INSIDE, run_dags},
    {"versions", NULL, " DAG", 1, 1, INSIDE, run_versions},
    {"history", NULL, " DAG", 1, 1, INSIDE, run_history},
    {"show", NULL, " DAG [VERSION]", 1, 2, INSIDE, run_show},
    {"diff", NULL, " DAG OLD [NEW]", 2, 3, INSIDE, run_diff},
    {"datasets", NULL, "", 0, 0, INSIDE, run_datasets},
    {"fire", NULL, " DAG JOB [--key K] [--payload JSON]", 2, 2, INSIDE, run_fire},
    {"event", NULL, " DAG JOB OUTPUT [--key K] [--payload JSON]", 3, 3, INSIDE,
     run_event},
    {"tasks", NULL, " [DAG]", 0, 1, INSIDE, run_tasks},
    {"claim", NULL, " [--worker NAME] [--runtime R] [--wait SECONDS]", 0, 0,
     INSIDE | NEEDS_QUEUE, run_claim},
    {"heartbeat", NULL, " TASK ATTEMPT TOKEN", 3, 3, INSIDE, run_heartbeat},
    {"complete", NULL, " TASK ATTEMPT TOKEN [OUTPUT...]", 3, 1027, INSIDE, run_complete},
    {"fail", NULL, " TASK ATTEMPT TOKEN REASON", 4, 4, INSIDE, run_fail},
    {"pulse", NULL, "", 0, 0, NEEDS_DB | NEEDS_TABLES | NEEDS_QUEUE, run_pulse},
    {"run", NULL, " [--every SECONDS]", 0, 0, NEEDS_DB | NEEDS_TABLES | NEEDS_QUEUE,
     run_run},
    {"serve", NULL, " --config FILE", 0, 0, 0, run_serve},
};

#define COMMANDS (sizeof commands / sizeof *commands)

static void print_usage(FILE *to)
{
    fputs("usage: dispatcher [--db URL] [--org ORG] [--as WHO] COMMAND ...\n\n", to);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(to, "  %s%s%s%s\n", commands[i].name, commands[i].second ? " " : "",
                commands[i].second ? commands[i].second : "", commands[i].operands);
    fputs(
        "\n  --db URL     sqlite:PATH or postgresql://...; default: $DISPATCHER_DB\n"
        "  --org ORG    the organisation; default: $DISPATCHER_ORG\n"
        "  --as WHO     who does it, for the history; default: $USER\n"
        "  --queue URL  table, or a queue of Amazon SQS; default: $DISPATCHER_QUEUE, table\n",
        to);
}

static const struct command *find_command(char **words)
{
    for (size_t i = 0; i < COMMANDS && words[0]; i++)
        if (!strcmp(words[0], commands[i].name) &&
            (!commands[i].second || (words[1] && !strcmp(words[1], commands[i].second))))
            return &commands[i];
    return NULL;
}

/* Reads the options; false for one that is not known. */
static bool read_line(int argc, char **argv, struct line *line)
{
    static const struct option options[] = {{"db", required_argument, NULL, 'd'},
                                            {"org", required_argument, NULL, 'o'},
                                            {"as", required_argument, NULL, 'a'},
                                            {"queue", required_argument, NULL, 'q'},
                                            {"key", required_argument, NULL, 'k'},
                                            {"payload", required_argument, NULL, 'p'},
                                            {"worker", required_argument, NULL, 'w'},
                                            {"runtime", required_argument, NULL, 'r'},
                                            {"every", required_argument, NULL, 'e'},
                                            {"wait", required_argument, NULL, 't'},
                                            {"config", required_argument, NULL, 'c'},
                                            {"activate", no_argument, NULL, 'A'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        switch (c) {
        case 'd':
            line->db = optarg;
            break;
        case 'o':
            line->org = optarg;
            break;
        case 'a':
            line->actor = optarg;
            break;
        case 'q':
            line->queue_url = optarg;
            break;
        case 'k':
            line->key = optarg;
            break;
        case 'p':
            line->payload = optarg;
            break;
        case 'w':
            line->worker = optarg;
            break;
        case 'r':
            line->runtime = optarg;
            break;
        case 'e':
            line->every = optarg;
            break;
        case 't':
            line->wait = optarg;
            break;
        case 'c':
            line->config = optarg;
            break;
        case 'A':
            line->activate = true;
            break;
        case 'h':
            print_usage(stdout);
            exit(0);
        default:
            return false;
        }
    }
    line->words = argv + optind;
    line->count = argc - optind;
    return true;
}

static enum outcome prepare(struct bench *b, int needs)
{
    const struct line *line = b->line;
    enum outcome outcome = DONE;
    if (!(needs & NEEDS_DB)) /* it opens its own */
        return DONE;
    if (!line->db)
        return fault_set(&b->fault, MISUSE, "say which database: --db URL");
    if ((needs & NEEDS_ORG) && !line->org)
        return fault_set(&b->fault, MISUSE, "say which organisation: --org ORG");
    if (needs & NEEDS_QUEUE)
        outcome = queue_open(line->queue_url, &b->queue, &b->fault);
    if (outcome == DONE)
        outcome = db_open(line->db, !(needs & NEEDS_TABLES), &b->db, &b->fault);
    if (outcome == DONE && (needs & NEEDS_TABLES))
        outcome = migrations_check(b->db, &b->fault);
    return outcome;
}

static int status_of(enum outcome outcome)
{
    static const int statuses[] = {
        [DONE] = 0,   [REJECTED] = 1, [CONFLICT] = 1, [NOT_FOUND] = 1,
        [MISUSE] = 2, [PAUSED] = 1,   [STALE] = 1,    [UNAVAILABLE] = 3,
        [BROKEN] = 4, [NO_MEMORY] = 4};
    return statuses[outcome];
}

/* Prints the answer; what cannot be written is a fault of its own. */
static enum outcome print_answer(struct bench *b)
{
    if (!b->answer)
        return DONE;
    if (json_dumpf(b->answer, stdout, JSON_INDENT(2) | JSON_ENCODE_ANY) ||
        putchar('\n') < 0 || fflush(stdout))
        return fault_set(&b->fault, UNAVAILABLE, "standard output: %s", strerror(errno));
    return DONE;
}

static enum outcome run_command(const struct command *command, const struct line *line)
{
    struct bench b = {.line = line, .caller = {line->org, line->actor}};
    enum outcome outcome = prepare(&b, command->needs);
    if (outcome == DONE)
        outcome = command->run(&b);
    if (outcome == DONE)
        outcome = print_answer(&b);
    if (outcome != DONE)
        fprintf(stderr, "dispatcher: %s\n", b.fault.text);
    json_decref(b.answer);
    queue_close(b.queue);
    db_close(b.db);
    return outcome;
}

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

int main(int argc, char **argv)
{
    struct line line = {.db = environment("DISPATCHER_DB", NULL),
                        .org = environment("DISPATCHER_ORG", NULL),
                        .actor = environment("USER", "somebody"),
                        .queue_url = environment("DISPATCHER_QUEUE", "table")};
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a fault with a message */
    if (!read_line(argc, argv, &line))
        return 2;
    const struct command *command = find_command(line.words);
    if (!command) {
        print_usage(stderr);
        return 2;
    }
    int own = command->second ? 2 : 1;
    line.words += own;
    line.count -= own;
    if (line.count < command->least || line.count > command->most) {
        fprintf(stderr, "usage: dispatcher %s%s%s%s\n", command->name,
                command->second ? " " : "", command->second ? command->second : "",
                command->operands);
        return 2;
    }
    return status_of(run_command(command, &line));
}
