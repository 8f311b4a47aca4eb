/* progress.c - how far a long run is, on a terminal.
 *
 * The line is taken back also when the user ends the command, so that the shell's prompt stands
 * where it belongs.
 */
#include "progress.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

#define FIRST_MILLISECONDS 1000
#define EACH_MILLISECONDS 100

static const char take_back[] = "\r\033[K";

static struct {
    bool wanted;
    bool shown;
    bool is_guarded; /* against signals */
    size_t total;
    int64_t next; /* when the line may be written */
} progress;

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The action is the default one again when this is called. */
static void take_back_and_die(int number)
{
    ssize_t written = write(STDERR_FILENO, take_back, sizeof take_back - 1);
    (void)written;
    raise(number);
}

static void guard(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = take_back_and_die,
                               .sa_flags = (int)SA_RESETHAND};
    struct sigaction before;
    sigemptyset(&action.sa_mask);
    progress.is_guarded = true;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
}

void progress_begin(size_t total)
{
    progress.wanted = is_talk_terminal();
    progress.total = total;
    progress.next = milliseconds() + FIRST_MILLISECONDS;
}

void progress_show(size_t done)
{
    int64_t now = progress.wanted ? milliseconds() : 0;
    if (!progress.wanted || now < progress.next)
        return;
    if (!progress.is_guarded)
        guard();
    char line[80];
    int size = snprintf(line, sizeof line, "%s%zu of %zu files", take_back, done,
                        progress.total);
    put_report(line, (size_t)size);
    progress.shown = true;
    progress.next = now + EACH_MILLISECONDS;
}

void progress_clear(void)
{
    if (progress.shown)
        put_report(take_back, sizeof take_back - 1);
    progress.shown = false;
}
