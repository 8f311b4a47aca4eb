/* input.c - reading files, folders and standard input.
 *
 * Nothing about a file is believed but the bytes that it hands out: a size may be wrong,
 * a device may never end, a name may have become a folder. Each read has an upper bound.
 */
#include "input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

#define FIRST_ROOM 65536

static bool grow(struct bytes *bytes, size_t *room, size_t most)
{
    size_t larger = *room ? *room * 2 : FIRST_ROOM;
    if (larger > most || larger < *room)
        larger = most;
    char *moved = realloc(bytes->ptr, larger + 1);
    if (!moved)
        return false;
    bytes->ptr = moved;
    *room = larger;
    return true;
}

/* Standard input has no name to quote. */
enum status input_cannot_read(const char *file, int error)
{
    if (strcmp(file, "-") == 0)
        complain("cannot read standard input: %s", strerror(error));
    else
        complain("cannot read `%s`: %s", file, strerror(error));
    return STATUS_FILE;
}

static enum status read_all(int fd, size_t most, struct bytes *bytes, int *error)
{
    size_t room = 0;
    for (;;) {
        if (bytes->len == room && (room == 0 || room < most) && !grow(bytes, &room, most))
            return STATUS_FAULT;
        if (bytes->len == room)
            break;
        ssize_t n = read(fd, bytes->ptr + bytes->len, room - bytes->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            *error = errno;
            return STATUS_FILE;
        }
        if (n == 0)
            break;
        bytes->len += (size_t)n;
    }
    bytes->ptr[bytes->len] = '\0';
    return STATUS_ACCEPTED;
}

enum status input_fetch(const char *file, size_t most, struct bytes *bytes, int *error)
{
    *bytes = (struct bytes){.ptr = NULL};
    bool is_stdin = strcmp(file, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    *error = errno;
    if (fd < 0)
        return STATUS_FILE;
    enum status status = read_all(fd, most, bytes, error);
    if (!is_stdin)
        close(fd);
    if (status != STATUS_ACCEPTED)
        input_free(bytes);
    return status;
}

enum status input_read(const char *file, size_t most, struct bytes *bytes)
{
    int error;
    enum status status = input_fetch(file, most, bytes, &error);
    if (status == STATUS_FILE)
        return input_cannot_read(file, error);
    return status == STATUS_FAULT ? no_memory() : status;
}

void input_free(struct bytes *bytes)
{
    free(bytes->ptr);
    *bytes = (struct bytes){.ptr = NULL};
}

/* Takes `name` over, also when it fails. */
static bool append(struct names *names, char *name)
{
    if (name && names->count == names->room) {
        size_t room = names->room ? names->room * 2 : 16;
        char **moved = realloc(names->items, room * sizeof *moved);
        if (!moved) {
            free(name);
            return false;
        }
        names->items = moved;
        names->room = room;
    }
    if (name)
        names->items[names->count++] = name;
    return name != NULL;
}

static char *join(const char *folder, const char *name)
{
    size_t len = strlen(folder);
    size_t slash = len > 0 && folder[len - 1] != '/';
    size_t name_len = strlen(name);
    char *path = malloc(len + slash + name_len + 1);
    if (!path)
        return NULL;
    memcpy(path, folder, len);
    if (slash)
        path[len] = '/';
    memcpy(path + len + slash, name, name_len + 1);
    return path;
}

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name);
    size_t end_len = strlen(end);
    return len >= end_len && strcmp(name + len - end_len, end) == 0;
}

/* As a shell's `*.yaml`: hidden names are out, such as the lock files of editors. */
static bool is_yaml_name(const char *name)
{
    return name[0] != '.' && (ends_in(name, ".yaml") || ends_in(name, ".yml"));
}

/* A folder or device is no document; a broken link is listed: reading it reports it. */
static bool is_file_or_broken(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status list_entries(DIR *stream, const char *folder, struct names *names)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(stream);
        if (!entry)
            return errno ? input_cannot_read(folder, errno) : STATUS_ACCEPTED;
        if (!is_yaml_name(entry->d_name))
            continue;
        char *path = join(folder, entry->d_name);
        if (path && !is_file_or_broken(path))
            free(path);
        else if (!append(names, path))
            return no_memory();
    }
}

static enum status list_folder(const char *folder, struct names *names)
{
    DIR *stream = opendir(folder);
    if (!stream)
        return input_cannot_read(folder, errno);
    size_t before = names->count;
    enum status status = list_entries(stream, folder, names);
    closedir(stream);
    if (names->count > before)
        qsort(names->items + before, names->count - before, sizeof *names->items,
              by_bytes);
    else if (status == STATUS_ACCEPTED) {
        complain("folder `%s` has no *.yaml and no *.yml file", folder);
        status = STATUS_WRONG_USE;
    }
    return status;
}

static bool is_folder(const char *operand)
{
    struct stat st;
    return strcmp(operand, "-") != 0 && stat(operand, &st) == 0 && S_ISDIR(st.st_mode);
}

enum status input_list(char **operands, size_t count, struct names *names)
{
    enum status worst = STATUS_ACCEPTED;
    *names = (struct names){.items = NULL};
    for (size_t i = 0; i < count; i++) {
        if (is_folder(operands[i]))
            worst = worse(worst, list_folder(operands[i], names));
        else if (!append(names, join("", operands[i])))
            worst = worse(worst, no_memory());
    }
    return worst;
}

void input_list_free(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct names){.items = NULL};
}
