/* cli.h - what the parts of the command `tracedag` share: exit codes, settings, commands.
 *
 * The command is built on the public header alone. A new command is one row in the table
 * of main.c, its options are rows in the table of options.c.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tracedag/tracedag.h>

/** What the command ends with. With several files the largest wins. */
enum status {
    STATUS_ACCEPTED = 0,  /**< every document is accepted */
    STATUS_REJECTED = 1,  /**< a document is rejected, a hash differs */
    STATUS_WRONG_USE = 2, /**< also when no input file matched */
    STATUS_FILE = 3,      /**< a file could not be read or written */
    STATUS_FAULT = 4      /**< an internal fault, or no memory */
};

static inline enum status worse(enum status a, enum status b)
{
    return a > b ? a : b;
}

/** The word of `--color`, in the order of its words. */
enum color { COLOR_AUTO = 1, COLOR_ALWAYS = 2, COLOR_NEVER = 3 };

/** What the options of one run say. */
struct settings {
    tracedag_options *limits;
    const char *catalog_file;  /**< of `--catalog`, or NULL */
    tracedag_catalog *catalog; /**< what stands in it */
    const char *stdin_name;    /**< how reports name standard input */
    uint32_t format;           /**< enum tracedag_format */
    uint32_t color;            /**< enum color */
    const char *from;          /**< of `next`, as written, or NULL; the two below, too */
    const char *count;         /**< also of `trust` */
    const char *job;
    const char *older;          /**< of `graph --diff`, or NULL */
    uint32_t threads;           /**< 0: as many as there are processors, within reason */
    const char *baseline;       /**< the files of `--baseline` and */
    const char *write_baseline; /**< `--write-baseline`, or NULL */
    char *entries;              /**< what stands in the former */
    size_t entries_len;
    bool together;
    bool readers;
    bool deny_warnings;
    bool exit_zero;
    bool quiet;
    bool silent; /**< `--status` */
    bool yaml;
    bool origin;
    bool source;
    bool jobs;
    bool check;
    bool diff;
    bool unsafe;
    bool breaking;
    bool why;
    bool help;
};

/** The commands as bits, so that a row of the option table can name several. */
enum command_bit {
    FOR_VALIDATE = 1,
    FOR_CANONICALIZE = 2,
    FOR_RESOLVE = 4,
    FOR_HASH = 8,
    FOR_NEXT = 16,
    FOR_EXPLAIN = 32,
    FOR_TRUST = 2048,
    FOR_GRAPH = 4096,
    FOR_DIFF = 128,
    FOR_SCHEMA = 256,
    FOR_COMPLETION = 512,
    FOR_FIX = 64,
    FOR_ALL = 0xffff
};

/** One command. */
struct command {
    const char *name;
    unsigned bit;         /**< enum command_bit */
    const char *operands; /**< behind the options in the usage line */
    const char *summary;  /**< one line */
    const char *details;  /**< further lines of its help */
    enum status (*run)(const struct settings *settings, char **files, size_t count);
};

enum status run_validate(const struct settings *settings, char **files, size_t count);
enum status run_canonicalize(const struct settings *settings, char **files, size_t count);
enum status run_resolve(const struct settings *settings, char **files, size_t count);
enum status run_hash(const struct settings *settings, char **files, size_t count);
enum status run_next(const struct settings *settings, char **files, size_t count);
enum status run_graph(const struct settings *settings, char **files, size_t count);
enum status run_trust(const struct settings *settings, char **files, size_t count);
enum status run_explain(const struct settings *settings, char **words, size_t count);
enum status run_schema(const struct settings *settings, char **files, size_t count);
enum status run_completion(const struct settings *settings, char **files, size_t count);

enum status run_fix(const struct settings *settings, char **files, size_t count);
enum status run_diff(const struct settings *settings, char **files, size_t count);

/** `hash --why`: where the canonical forms of two documents differ first. */
enum status explain_hash(const struct settings *settings, char **files, size_t count);

/** A command by its place in the table, or NULL behind the last one. */
const struct command *command_at(size_t index);

/** Whether the operands of a command are files. */
bool command_takes_files(const struct command *command);

/** `hash --check`: the files are lists that `hash` wrote. */
enum status check_lists(const struct settings *settings, char **lists, size_t count);

#endif
