/*
 * Runs files as inputs, where there is no fuzzer: the corpus as an ordinary test, a find that is
 * to be looked at, or by --mutate a number of changes to each, the same on every run.
 *
 *     fuzz_NAME [--mutate COUNT] FILE_OR_FOLDER...
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

enum {
    SIZE_MOST = 65536
}; /* what fuzzers are told as well; larger files are passed over */

static struct {
    unsigned mutations;
    size_t files;
    char path[4096]; /* what is run, for the message of a fault */
} replay;

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return;
}

static void say_which(int signal_number)
{
    say("while it ran ");
    say(replay.path);
    say("\n");
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* In memory of its own, of the size that the input has. */
static void run_bytes(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    if (size)
        memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void run_mutations(uint8_t *bytes, size_t size)
{
    for (unsigned seed = 1; seed <= replay.mutations; seed++) {
        size = LLVMFuzzerCustomMutator(bytes, size, SIZE_MOST / 16, seed);
        run_bytes(bytes, size);
    }
}

static bool run_file(const char *path)
{
    static uint8_t bytes[SIZE_MOST + 1];
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    if (size > SIZE_MOST)
        return true;
    snprintf(replay.path, sizeof replay.path, "%s", path);
    replay.files++;
    run_bytes(bytes, size);
    run_mutations(bytes, size);
    return true;
}

static bool run(const char *path);

static bool run_folder(const char *path)
{
    char inner[4096];
    bool done = true;
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        done = run(inner) && done;
    }
    closedir(folder);
    return done;
}

static bool run(const char *path)
{
    struct stat about;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return run_folder(path);
    return run_file(path);
}

int main(int argc, char **argv)
{
    bool done = true;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--mutate") == 0) {
        replay.mutations = (unsigned)strtoul(argv[2], NULL, 10);
        first = 3;
    }
    signal(SIGABRT, say_which);
    for (int i = first; i < argc; i++)
        done = run(argv[i]) && done;
    printf("%zu inputs\n", replay.files);
    return done && replay.files > 0 ? 0 : 1;
}
