/* levels.c - how bad findings are, and which of them a run does without. */
#include "levels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "output.h"

/* ---- severities ------------------------------------------------------------------------- */

static enum status assign_one(tracedag_options *options, const char *command,
                              const char *option, uint32_t severity, const char *word)
{
    uint32_t code = tracedag_code_find(word);
    if (code == 0)
        return wrong_use(command,
                         "option `--%s`: `%s` is no code; `tracedag explain` lists all",
                         option, word);
    if (tracedag_options_set_severity(options, code, severity) == TRACEDAG_OK)
        return STATUS_ACCEPTED;
    return wrong_use(command, "option `--%s`: TD%u %s", option, (unsigned)code,
                     code == TRACEDAG_CODE_DROPPED
                         ? "counts what is not shown, and stays"
                         : "is an error, and errors cannot be changed");
}

enum status levels_assign(tracedag_options *options, const char *command,
                          const char *option, uint32_t severity, const char *text)
{
    enum status status = STATUS_ACCEPTED;
    while (status == STATUS_ACCEPTED) {
        char word[64];
        size_t len = strcspn(text, ",");
        snprintf(word, sizeof word, "%.*s", (int)len, text);
        status = assign_one(options, command, option, severity, word);
        if (text[len] == '\0')
            break;
        text += len + 1;
    }
    return status;
}

/* ---- baselines -------------------------------------------------------------------------- */

enum status levels_read_baseline(struct settings *settings, const char *command)
{
    const size_t most = (size_t)1 << 30;
    struct bytes bytes;
    if (!settings->baseline)
        return STATUS_ACCEPTED;
    enum status status = input_read(settings->baseline, most, &bytes);
    if (status != STATUS_ACCEPTED)
        return status;
    settings->entries = bytes.ptr;
    settings->entries_len = bytes.len;
    tracedag_options *scratch = tracedag_options_new();
    tracedag_status read =
        scratch ? tracedag_options_set_baseline(scratch, bytes.ptr, bytes.len, NULL)
                : TRACEDAG_NO_MEMORY;
    tracedag_options_unref(scratch);
    if (read == TRACEDAG_MISUSE)
        return wrong_use(command, "`%s` is no baseline that `--write-baseline` wrote",
                         settings->baseline);
    return read == TRACEDAG_OK ? STATUS_ACCEPTED : no_memory();
}

void levels_free_baseline(struct settings *settings)
{
    struct bytes bytes = {settings->entries, settings->entries_len};
    if (settings->entries)
        input_free(&bytes);
    settings->entries = NULL;
}

tracedag_options *levels_options(const struct settings *settings, const char *name)
{
    if (!settings->entries)
        return tracedag_options_ref(settings->limits);
    tracedag_options *options = tracedag_options_copy(settings->limits);
    if (!options ||
        tracedag_options_set_baseline(options, settings->entries, settings->entries_len,
                                      name) == TRACEDAG_OK)
        return options;
    return tracedag_options_unref(options);
}

enum status levels_write_baseline(const char *file, const char *entries, size_t size)
{
    static const char head[] =
        "# What `tracedag validate --baseline` leaves out: a fingerprint, its code, its file.\n";
    FILE *out = fopen(file, "w");
    bool written = out && fwrite(head, 1, sizeof head - 1, out) == sizeof head - 1 &&
                   fwrite(entries, 1, size, out) == size;
    int error = errno;
    if (out && fclose(out) != 0 && written) {
        written = false;
        error = errno;
    }
    if (written)
        return STATUS_ACCEPTED;
    complain("cannot write `%s`: %s", file, strerror(error));
    return STATUS_FILE;
}
