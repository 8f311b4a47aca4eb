/* sums.c - the lines that `hash` writes and `hash --check` reads. */
#include "sums.h"

#include <string.h>

#include "output.h"

#define DIGITS 32

/* What a name cannot hold as it is, and the letter for it behind a backslash. */
static const char raw_chars[] = "\\\n\r";
static const char letters[] = "\\nr";

static bool is_escaped(const char *file)
{
    return strpbrk(file, raw_chars) != NULL;
}

static void put_name(const char *file, const char *job)
{
    for (const char *at = file; *at;) {
        size_t plain = strcspn(at, raw_chars);
        put_bytes(at, plain);
        at += plain;
        if (!*at)
            break;
        put_text("\\");
        put_bytes(&letters[strchr(raw_chars, *at++) - raw_chars], 1);
    }
    if (job) {
        put_text("#");
        put_text(job);
    }
}

void sum_write(const char *first, const char *second, const char *file, const char *job)
{
    put_text(is_escaped(file) ? "\\" : "");
    put_text(first);
    put_text("  ");
    if (second) {
        put_text(second);
        put_text("  ");
    }
    put_name(file, job);
    put_text("\n");
}

void sum_verdict(const struct sum *sum, const char *verdict)
{
    put_text(is_escaped(sum->file) ? "\\" : "");
    put_name(sum->file, sum->job);
    put_text(": ");
    put_text(verdict);
    put_text("\n");
}

/* Takes `prefix`, the digits and two spaces; NULL where they do not stand at `at`. */
static char *take_hash(char *at, const char *prefix, char hash[TRACEDAG_HASH_ROOM])
{
    size_t prefix_len = strlen(prefix);
    size_t len = prefix_len + DIGITS;
    if (strncmp(at, prefix, prefix_len) != 0 ||
        strspn(at + prefix_len, "0123456789abcdef") != DIGITS ||
        strncmp(at + len, "  ", 2) != 0)
        return NULL;
    memcpy(hash, at, len);
    hash[len] = '\0';
    return at + len + 2;
}

static char *take_hashes(char *at, struct sum *sum)
{
    static const char *const prefixes[][2] = {
        [SUM_DAG] = {"td1:", NULL},
        [SUM_SOURCE] = {"src1:", NULL},
        [SUM_JOB] = {"tdj1:", "tdm1:"},
    };
    for (unsigned kind = 0; kind < sizeof prefixes / sizeof prefixes[0]; kind++) {
        char *behind = take_hash(at, prefixes[kind][0], sum->hash[0]);
        if (behind && prefixes[kind][1])
            behind = take_hash(behind, prefixes[kind][1], sum->hash[1]);
        sum->kind = (enum sum_kind)kind;
        if (behind)
            return behind;
    }
    return NULL;
}

static bool unescape(char *name)
{
    char *to = name;
    for (const char *from = name; *from; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        const char *letter = from[1] ? strchr(letters, from[1]) : NULL;
        if (!letter)
            return false;
        *to++ = raw_chars[letter - letters];
        from++;
    }
    *to = '\0';
    return true;
}

bool sum_read(char *line, size_t len, struct sum *sum)
{
    bool escaped = line[0] == '\\';
    *sum = (struct sum){.kind = SUM_DAG};
    if (strlen(line) != len)
        return false;
    sum->file = take_hashes(line + escaped, sum);
    if (!sum->file || (escaped && !unescape(sum->file)))
        return false;
    if (sum->kind == SUM_JOB) {
        /* Names of jobs have no `#`, those of files may. */
        sum->job = strrchr(sum->file, '#');
        if (!sum->job || !sum->job[1])
            return false;
        *sum->job++ = '\0';
    }
    return sum->file[0] != '\0';
}
