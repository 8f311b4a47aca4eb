/* replace.c - another content for a file, all of it or nothing. */
#define _XOPEN_SOURCE 700 /* realpath(), SIGXFSZ */
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output.h"

static enum status cannot_write(const char *file)
{
    complain("cannot write `%s`: %s", file, strerror(errno));
    return STATUS_FILE;
}

enum status replace_begin(const char *file, struct stat *seen)
{
    if (stat(file, seen) != 0) {
        complain("cannot read `%s`: %s", file, strerror(errno));
        return STATUS_FILE;
    }
    if (!S_ISREG(seen->st_mode)) {
        complain("cannot replace `%s`: it is no plain file", file);
        return STATUS_FILE;
    }
    if (seen->st_nlink > 1) {
        complain("cannot replace `%s`: it has %lu names (hard links), and would keep one",
                 file, (unsigned long)seen->st_nlink);
        return STATUS_FILE;
    }
    return access(file, W_OK) == 0 ? STATUS_ACCEPTED : cannot_write(file);
}

/* ---- the file that is written, and signals ---------------------------------------------- */

/* Signals that end the command; what is not ignored takes the new file along. */
static const int ending[] = {SIGHUP, SIGINT, SIGTERM};

#define ENDING (sizeof ending / sizeof ending[0])

/* The new file while it has no other name; the handler reads it. */
static char *volatile unfinished;

static void clean_up(int signal_number)
{
    if (unfinished)
        unlink(unfinished);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

struct guard {
    struct sigaction before[ENDING];
    struct sigaction file_size;
    sigset_t mask;
};

static void hold_signals(struct guard *guard)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < ENDING; i++)
        sigaddset(&set, ending[i]);
    sigprocmask(SIG_BLOCK, &set, &guard->mask);
}

static void release_signals(const struct guard *guard)
{
    sigprocmask(SIG_SETMASK, &guard->mask, NULL);
}

/* A file that grows past its limit is an error to report, and no end of the command. */
static void watch_signals(struct guard *guard)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction act = {.sa_handler = clean_up};
    sigemptyset(&ignore.sa_mask);
    sigfillset(&act.sa_mask);
    sigaction(SIGXFSZ, &ignore, &guard->file_size);
    for (size_t i = 0; i < ENDING; i++) {
        sigaction(ending[i], NULL, &guard->before[i]);
        if (guard->before[i].sa_handler != SIG_IGN)
            sigaction(ending[i], &act, NULL);
    }
}

static void forget_signals(const struct guard *guard)
{
    for (size_t i = 0; i < ENDING; i++)
        sigaction(ending[i], &guard->before[i], NULL);
    sigaction(SIGXFSZ, &guard->file_size, NULL);
}

/* ---- writing ---------------------------------------------------------------------------- */

/* A name beside `target` for mkstemp(); NULL when memory ran out. */
static char *name_beside(const char *target)
{
    static const char name[] = ".tracedag-XXXXXX";
    size_t folder = (size_t)(strrchr(target, '/') + 1 - target);
    char *path = malloc(folder + sizeof name);
    if (path) {
        memcpy(path, target, folder);
        memcpy(path + folder, name, sizeof name);
    }
    return path;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* Who may not give a file away keeps it; its group may still be given. */
static bool keep_owner_and_mode(int fd, const struct stat *seen)
{
    if (fchown(fd, seen->st_uid, seen->st_gid) != 0 &&
        fchown(fd, (uid_t)-1, seen->st_gid) != 0 && errno != EPERM)
        return false;
    return fchmod(fd, seen->st_mode & 07777) == 0;
}

static bool fill(int fd, const struct stat *seen, const char *bytes, size_t size)
{
    bool done =
        write_all(fd, bytes, size) && keep_owner_and_mode(fd, seen) && fsync(fd) == 0;
    int error = errno;
    if (close(fd) != 0 && done)
        return false;
    errno = error;
    return done;
}

/* The name is safe on the disk when its folder is; where that cannot be, the file is whole. */
static void sync_folder(const char *target)
{
    size_t len = (size_t)(strrchr(target, '/') - target);
    char *folder = malloc(len + 2);
    if (!folder)
        return;
    memcpy(folder, target, len + 1);
    folder[len + 1] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

static bool is_unchanged(const char *target, const struct stat *seen)
{
    struct stat now;
    return stat(target, &now) == 0 && now.st_dev == seen->st_dev &&
           now.st_ino == seen->st_ino && now.st_size == seen->st_size &&
           now.st_mtim.tv_sec == seen->st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == seen->st_mtim.tv_nsec;
}

static enum status give_name(const char *file, const char *target, const char *path,
                             const struct stat *seen)
{
    if (!is_unchanged(target, seen)) {
        complain("cannot write `%s`: it has changed since it was read", file);
        return STATUS_FILE;
    }
    if (rename(path, target) != 0)
        return cannot_write(file);
    sync_folder(target);
    return STATUS_ACCEPTED;
}

/* Signals wait while the name of the new file is not known to their handler. */
static enum status write_beside(const char *file, const char *target, char *path,
                                const struct stat *seen, const char *bytes, size_t size)
{
    struct guard guard;
    hold_signals(&guard);
    watch_signals(&guard);
    int fd = mkstemp(path);
    enum status status = fd < 0 ? cannot_write(file) : STATUS_ACCEPTED;
    unfinished = fd < 0 ? NULL : path;
    release_signals(&guard);
    if (fd >= 0 && !fill(fd, seen, bytes, size))
        status = cannot_write(file);
    if (status == STATUS_ACCEPTED)
        status = give_name(file, target, path, seen);
    if (fd >= 0 && status != STATUS_ACCEPTED)
        unlink(path);
    unfinished = NULL;
    forget_signals(&guard);
    return status;
}

enum status replace_file(const char *file, const struct stat *seen, const char *bytes,
                         size_t size)
{
    char *target = realpath(file, NULL); /* of a link, what it leads to */
    if (!target)
        return cannot_write(file);
    char *path = name_beside(target);
    enum status status =
        path ? write_beside(file, target, path, seen, bytes, size) : no_memory();
    free(path);
    free(target);
    return status;
}
