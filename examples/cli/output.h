/* output.h - all that the command writes: data, messages, and whether it arrived. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli.h"

#if defined(__GNUC__)
#define PRINTS(pattern, first) __attribute__((format(printf, pattern, first)))
#else
#define PRINTS(pattern, first)
#endif

/** Data, to standard output. A failure is kept for output_finish(). */
void put_bytes(const char *bytes, size_t size);
void put_text(const char *text);
void put_line(const char *format, ...) PRINTS(1, 2);
void put_words(const char *format, ...) PRINTS(1, 2); /* put_line() without its LF */

/** A rendered report, to standard error. A failure is kept for output_finish(). */
void put_report(const char *bytes, size_t size);

/** Whether standard output, standard error, is a terminal that knows colours and moves its
 *  cursor. */
bool is_data_terminal(void);
bool is_talk_terminal(void);

/** One message, `tracedag: ...`, to standard error. */
void complain(const char *format, ...) PRINTS(1, 2);

/** One line to standard error, with nothing before it. */
void talk(const char *format, ...) PRINTS(1, 2);

/** As complain(), with a pointer to the help of `command` (NULL: of `tracedag` itself);
 *  returns STATUS_WRONG_USE. */
enum status wrong_use(const char *command, const char *format, ...) PRINTS(2, 3);

/** Says that memory ran out; returns STATUS_FAULT. */
enum status no_memory(void);

/** True once writing data has failed: there is no use in going on. */
bool output_broken(void);

/** Flushes and closes both streams; STATUS_FILE, after a message where one can be given,
 *  unless all that was put has arrived. Call it once, last. */
enum status output_finish(void);

#endif
