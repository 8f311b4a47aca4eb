/* bench.c - what the whole pipeline costs against libyaml's bare event loop.
 *
 *     bench FILE...
 *
 * The pipeline is what a service does with an upload: parse, validate, read the resolved values
 * of every job, take the hash, for which validation streams the canonical form. The last column
 * adds the canonical form as a text in memory. All run in one process, in turns, so that a busy
 * machine slows all; times are CPU time, and a ratio is the median over the paired rounds. Memory is measured in processes of their own: the peak (ru_maxrss) of one that
 * loads the document and runs the pipeline once, less that of one that only loads it.
 * There is no threshold: this program informs, it does not judge.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <yaml.h>

#include <tracedag/tracedag.h>

#define SECONDS_PER_DOCUMENT 0.5
#define LEAST_ROUNDS 5
#define MOST_ROUNDS 2001

struct document {
    const char *path;
    char *bytes;
    size_t size;
};

struct sample {
    double events;
    double pipeline;
    double written; /* the pipeline, and the canonical form as text */
    double ratio;
    double written_ratio;
};

static const struct {
    uint32_t limit;
    uint64_t value;
} raised[] = {
    {TRACEDAG_LIMIT_INPUT_BYTES, UINT64_C(64) << 20},
    {TRACEDAG_LIMIT_NODES, UINT64_C(16) << 20},
    {TRACEDAG_LIMIT_JOBS, UINT64_C(1) << 20},
    {TRACEDAG_LIMIT_EDGES, UINT64_C(4) << 20},
    {TRACEDAG_LIMIT_PUBLISHES, UINT64_C(1) << 20},
    {TRACEDAG_LIMIT_CANONICAL_BYTES, UINT64_C(256) << 20},
    {TRACEDAG_LIMIT_HEAP_BYTES, UINT64_C(4) << 30},
};

static uint64_t sink; /* what was read goes here, so that no reading is optimised away */

static void die(const char *path, const char *what)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(1);
}

static void load(struct document *document)
{
    FILE *file = fopen(document->path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        die(document->path, "cannot be read");
    long size = ftell(file);
    if (size <= 0)
        die(document->path, "is empty");
    rewind(file);
    document->size = (size_t)size;
    document->bytes = malloc(document->size);
    if (!document->bytes ||
        fread(document->bytes, 1, document->size, file) != document->size)
        die(document->path, "cannot be read");
    fclose(file);
}

static tracedag_options *raised_options(void)
{
    tracedag_options *options = tracedag_options_new();
    for (size_t i = 0; i < sizeof raised / sizeof raised[0]; i++)
        if (tracedag_options_set_limit(options, raised[i].limit, raised[i].value) !=
            TRACEDAG_OK)
            die("options", "a limit cannot be raised");
    return options;
}

static void run_events(const struct document *document)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        die(document->path, "libyaml has no memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)document->bytes,
                                 document->size);
    for (int last = 0; !last;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event))
            die(document->path, "libyaml refuses it");
        last = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
}

static void show_report(const struct document *document, tracedag_report *report)
{
    char *text = NULL;
    if (tracedag_report_render(report, TRACEDAG_FORMAT_TEXT, document->path, 0, &text,
                               NULL) == TRACEDAG_OK)
        fputs(text, stderr);
    die(document->path, "is not accepted");
}

static void read_jobs(const tracedag_dag *dag)
{
    tracedag_list list;
    tracedag_dag_jobs(dag, &list);
    for (size_t i = 0; i < list.count; i++) {
        const char *record = (const char *)list.items + i * list.stride;
        const tracedag_job *job = (const void *)record;
        sink += job->name.len + job->outputs + job->heartbeat_timeout_seconds;
        sink += job->max_attempts + job->priority + job->max_queue_depth;
        sink += job->max_queue_age_seconds + job->backpressure_mode;
    }
}

static void run_pipeline(const struct document *document, const tracedag_options *options,
                         int write)
{
    tracedag_doc *doc = NULL;
    tracedag_dag *dag = NULL;
    tracedag_report *report = NULL;
    char *canonical = NULL;
    size_t size = 0;
    tracedag_parse(document->bytes, document->size, options, &doc);
    if (tracedag_validate(doc, options, &dag, &report) != TRACEDAG_OK)
        show_report(document, report);
    read_jobs(dag);
    if (write && tracedag_dag_write(dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON,
                                    &canonical, &size) != TRACEDAG_OK)
        die(document->path, "cannot be written");
    sink += size + (unsigned char)tracedag_dag_hash(dag)[4];
    tracedag_free(canonical);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
    tracedag_doc_unref(doc);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Runs the three in an order that changes from round to round. */
static struct sample measure(const struct document *document,
                             const tracedag_options *options, size_t round)
{
    struct sample sample = {0};
    for (size_t turn = 0; turn < 3; turn++) {
        double start = now();
        switch ((turn + round) % 3) {
        case 0:
            run_events(document);
            sample.events = now() - start;
            break;
        case 1:
            run_pipeline(document, options, 0);
            sample.pipeline = now() - start;
            break;
        default:
            run_pipeline(document, options, 1);
            sample.written = now() - start;
        }
    }
    sample.ratio = sample.pipeline / sample.events;
    sample.written_ratio = sample.written / sample.events;
    return sample;
}

static int compare_doubles(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The median of one member of all samples; `member` is its offset. */
static double median(const struct sample *samples, size_t count, size_t member)
{
    static double values[MOST_ROUNDS];
    for (size_t i = 0; i < count; i++)
        memcpy(&values[i], (const char *)&samples[i] + member, sizeof values[i]);
    qsort(values, count, sizeof values[0], compare_doubles);
    return values[count / 2];
}

static size_t rounds_for(struct sample first)
{
    double rounds =
        SECONDS_PER_DOCUMENT / (first.events + first.pipeline + first.written);
    if (rounds < LEAST_ROUNDS)
        return LEAST_ROUNDS;
    return rounds > MOST_ROUNDS ? MOST_ROUNDS : (size_t)rounds | 1;
}

static void load_only(struct document *document, long memory)
{
    (void)memory;
    load(document);
}

static void load_and_run(struct document *document, long memory)
{
    (void)memory;
    load(document);
    run_pipeline(document, raised_options(), 0);
}

/* Times one document and prints its line; `memory` is the pipeline's peak in KiB. */
static void time_and_print(struct document *document, long memory)
{
    static struct sample samples[MOST_ROUNDS];
    load(document);
    tracedag_options *options = raised_options();
    size_t count = rounds_for(measure(document, options, 0)); /* also warms up */
    for (size_t i = 0; i < count; i++)
        samples[i] = measure(document, options, i);
    tracedag_options_unref(options);

    const char *slash = strrchr(document->path, '/');
    printf("%-22s %10zu %7zu %11.3f %11.3f %7.2f %9.1f %7.1f %9.2f\n",
           slash ? slash + 1 : document->path, document->size, count,
           median(samples, count, offsetof(struct sample, events)) * 1e3,
           median(samples, count, offsetof(struct sample, pipeline)) * 1e3,
           median(samples, count, offsetof(struct sample, ratio)), (double)memory / 1024,
           (double)memory * 1024 / (double)document->size,
           median(samples, count, offsetof(struct sample, written_ratio)));
}

/* Runs `work` in a process of its own; returns that process's peak memory in KiB. */
static long apart(void (*work)(struct document *, long), const char *path, long memory)
{
    fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        die(path, "fork failed");
    if (child == 0) {
        struct document document = {.path = path};
        work(&document, memory);
        free(document.bytes);
        exit(0);
    }
    int status = 0;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child || status != 0)
        die(path, "could not be measured");
    return usage.ru_maxrss;
}

int main(int argc, char **argv)
{
    printf("libtracedag %s, libyaml %s; CPU time, medians\n", tracedag_version_string(),
           yaml_get_version_string());
    printf("%-22s %10s %7s %11s %11s %7s %9s %7s %9s\n", "document", "bytes", "rounds",
           "libyaml ms", "pipeline ms", "ratio", "peak MiB", "x input", "with text");
    for (int i = 1; i < argc; i++) {
        long memory = apart(load_and_run, argv[i], 0) - apart(load_only, argv[i], 0);
        apart(time_and_print, argv[i], memory);
    }
    return 0;
}
