/* program.c - another program that turns one text into another. No shell has a part in it. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"

extern char **environ;

/* Both ends close by themselves in the program, so that it sees the end of its input. */
static int open_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        return errno;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
}

/* Starts the program with `input` as its standard input; an error number. */
static int start(const char *const *arguments, int input, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (!error)
        error = posix_spawnp(child, arguments[0], &actions, NULL,
                             (char *const *)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* A program that ends early is told of by its exit code, and not by a signal here. */
static void feed(int output, const char *text, size_t size)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    sigaction(SIGPIPE, &ignore, &before);
    while (size > 0) {
        ssize_t written = write(output, text, size);
        if (written < 0 && errno != EINTR)
            break;
        if (written > 0) {
            text += written;
            size -= (size_t)written;
        }
    }
    sigaction(SIGPIPE, &before, NULL);
}

static enum status await(const char *name, pid_t child)
{
    int how;
    while (waitpid(child, &how, 0) < 0)
        if (errno != EINTR)
            return STATUS_FAULT;
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
        return STATUS_ACCEPTED;
    if (WIFEXITED(how))
        complain("`%s` ended with exit code %d", name, WEXITSTATUS(how));
    else
        complain("`%s` ended by signal %d", name, WTERMSIG(how));
    return STATUS_FILE;
}

enum status program_run(const char *const *arguments, const char *text, size_t size,
                        const char *advice)
{
    int ends[2];
    pid_t child;
    int error = open_pipe(ends);
    if (!error) {
        error = start(arguments, ends[0], &child);
        close(ends[0]);
        if (!error)
            feed(ends[1], text, size);
        close(ends[1]);
    }
    if (!error)
        return await(arguments[0], child);
    complain("cannot run `%s`: %s; %s", arguments[0], strerror(error), advice);
    return STATUS_FILE;
}
