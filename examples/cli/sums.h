/* sums.h - the lines that `hash` writes and `hash --check` reads:
 *
 *     td1:HEX  FILE
 *     src1:HEX  FILE
 *     tdj1:HEX  tdm1:HEX  FILE#JOB
 *
 * A name with a backslash, a line feed or a carriage return is written with `\\`, `\n`,
 * `\r` in their place, and its line begins with a backslash, as sha256sum does.
 */
#ifndef CLI_SUMS_H
#define CLI_SUMS_H

#include "cli.h"

enum sum_kind { SUM_DAG, SUM_SOURCE, SUM_JOB };

/** A line that was read; the texts lie in the line. */
struct sum {
    enum sum_kind kind;
    char hash[2][TRACEDAG_HASH_ROOM]; /**< the second of SUM_JOB only */
    char *file;
    char *job; /**< of SUM_JOB, else NULL */
};

/** Writes a line; `second` and `job` are NULL but for a job. */
void sum_write(const char *first, const char *second, const char *file, const char *job);

/** Reads a line of `len` bytes, which a NUL follows, in place; false when it has another
 *  form. */
bool sum_read(char *line, size_t len, struct sum *sum);

/** Writes FILE or FILE#JOB as the list has it, and behind it `: ` and `verdict`. */
void sum_verdict(const struct sum *sum, const char *verdict);

#endif
