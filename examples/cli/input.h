/* input.h - reading files, folders and standard input. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "cli.h"

/** What was read; a NUL stands behind the last byte. */
struct bytes {
    char *ptr;
    size_t len;
};

/** File names that belong to the list. */
struct names {
    char **items;
    size_t count;
    size_t room;
};

/** Reads a file (`-` is standard input), but never more than `most` bytes: who must know
 *  whether there is more asks for a byte more than is allowed. A failure has had its
 *  message. */
enum status input_read(const char *file, size_t most, struct bytes *bytes);

/** As input_read(), without a message: STATUS_FILE with the reason in `*error`, STATUS_FAULT
 *  when memory ran out. Any thread may call it. */
enum status input_fetch(const char *file, size_t most, struct bytes *bytes, int *error);

/** Says why a file cannot be read; returns STATUS_FILE. */
enum status input_cannot_read(const char *file, int error);

void input_free(struct bytes *bytes);

/** Lists what `operands` stand for: a folder for the files `*.yaml` and `*.yml` in it,
 *  not in folders below, in byte order of their names; anything else for itself. Says
 *  what cannot be listed, and lists the rest. */
enum status input_list(char **operands, size_t count, struct names *names);
void input_list_free(struct names *names);

#endif
