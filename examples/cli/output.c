/* output.c - everything that the command writes: data, messages, and whether it arrived.
 *
 * The first failure of each stream is kept with its reason, because a later fflush() may
 * succeed with nothing left to write. SIGPIPE keeps the action that was inherited: as a
 * rule it ends the command without a word; where it is ignored, a closed pipe is a
 * failure to write that gets no message.
 */
#include "output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int data_error;
static int talk_error;

static void note_failure(int *kept)
{
    if (!*kept)
        *kept = errno ? errno : EIO;
}

void put_bytes(const char *bytes, size_t size)
{
    errno = 0;
    if (size > 0 && fwrite(bytes, 1, size, stdout) != size)
        note_failure(&data_error);
}

void put_text(const char *text)
{
    put_bytes(text, strlen(text));
}

void put_line(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    errno = 0;
    if (vprintf(format, args) < 0 || putchar('\n') == EOF)
        note_failure(&data_error);
    va_end(args);
}

void put_words(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    errno = 0;
    if (vprintf(format, args) < 0)
        note_failure(&data_error);
    va_end(args);
}

void put_report(const char *bytes, size_t size)
{
    errno = 0;
    if (size > 0 && fwrite(bytes, 1, size, stderr) != size)
        note_failure(&talk_error);
}

static bool is_terminal(int stream)
{
    const char *terminal = getenv("TERM");
    return isatty(stream) && !(terminal && strcmp(terminal, "dumb") == 0);
}

bool is_data_terminal(void)
{
    return is_terminal(STDOUT_FILENO);
}

bool is_talk_terminal(void)
{
    return is_terminal(STDERR_FILENO);
}

/* Reads one character of UTF-8; 0, and one byte is taken, where there is none. */
static uint32_t next_character(const unsigned char **at)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *p = *at;
    unsigned more = p[0] < 0x80   ? 0
                    : p[0] < 0xc0 ? 4
                    : p[0] < 0xe0 ? 1
                    : p[0] < 0xf0 ? 2
                                  : 3;
    *at = p + 1;
    if (more == 4 || p[0] > 0xf4)
        return 0;
    uint32_t c = more ? p[0] & (0x3fU >> more) : p[0];
    for (unsigned i = 1; i <= more; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *at = p + more + 1;
    return c;
}

/* File names are not trusted: what moves a terminal's cursor or is unseen is escaped. */
static bool must_escape(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0x00, 0x1f},     {0x7f, 0x9f},       {0xad, 0xad},     {0x61c, 0x61c},
        {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f}, {0xfeff, 0xfeff},
        {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

static void talk_escaped(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        const unsigned char *start = at;
        uint32_t c = next_character(&at);
        char escape[16];
        if (c && !must_escape(c)) {
            put_report((const char *)start, (size_t)(at - start));
            continue;
        }
        int n = c ? snprintf(escape, sizeof escape, "\\u{%04X}", (unsigned)c)
                  : snprintf(escape, sizeof escape, "\\x%02X", (unsigned)*start);
        put_report(escape, (size_t)n);
    }
}

/* A text of common length needs no memory, for it may be about that. */
static void PRINTS(1, 0) talk_formatted(const char *format, va_list args)
{
    char room[1024];
    va_list again;
    va_copy(again, args);
    int size = vsnprintf(room, sizeof room, format, args);
    bool fits = size >= 0 && (size_t)size < sizeof room;
    char *longer = size < 0 || fits ? NULL : malloc((size_t)size + 1);
    if (longer)
        vsnprintf(longer, (size_t)size + 1, format, again);
    talk_escaped(longer ? longer : fits ? room : format);
    free(longer);
    va_end(again);
}

void talk(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    talk_formatted(format, args);
    put_report("\n", 1);
    va_end(args);
}

void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_report("tracedag: ", 10);
    talk_formatted(format, args);
    put_report("\n", 1);
    va_end(args);
}

enum status wrong_use(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_report("tracedag: ", 10);
    talk_formatted(format, args);
    put_report("; see `tracedag ", 16);
    if (command) {
        put_report(command, strlen(command));
        put_report(" ", 1);
    }
    put_report("--help`\n", 8);
    va_end(args);
    return STATUS_WRONG_USE;
}

enum status no_memory(void)
{
    complain("memory ran out");
    return STATUS_FAULT;
}

bool output_broken(void)
{
    return data_error != 0;
}

enum status output_finish(void)
{
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout))
        note_failure(&data_error);
    /* Streams that were closed from the start matter only to who had something to say. */
    errno = 0;
    if (fclose(stdout) != 0 && errno != EBADF)
        note_failure(&data_error);
    if (data_error && data_error != EPIPE)
        complain("cannot write standard output: %s", strerror(data_error));
    errno = 0;
    if (fclose(stderr) != 0 && errno != EBADF)
        note_failure(&talk_error);
    return data_error || talk_error ? STATUS_FILE : STATUS_ACCEPTED;
}
