/* explain.c - `tracedag explain`: the pages of codes, or the list of all. */
#include <stdio.h>
#include <string.h>

#include "output.h"
#include "suggest.h"

enum {
    CODES_MOST = 512, /* of a library; further ones are not suggested */
    NEAR_MOST = 3,    /* names that are told for one word */
    WORD_MOST = 32
};

/* The names that a word may have meant. */
struct near {
    const char *names[NEAR_MOST];
    size_t count;
    size_t more; /* that have no room */
};

static const tracedag_code_info *code_at(size_t index)
{
    tracedag_list list;
    tracedag_codes(&list);
    return tracedag_list_at(&list, index);
}

static enum status list_codes(void)
{
    static const char *const severities[] = {"", "error", "warning", "note"};
    const tracedag_code_info *info;
    for (size_t i = 0; (info = code_at(i)); i++)
        put_line("TD%u %-7s %-20s %.*s", (unsigned)info->code,
                 info->severity <= TRACEDAG_SEVERITY_NOTE ? severities[info->severity]
                                                          : "",
                 tracedag_code_name(info->code), (int)info->rule.len, info->rule.ptr);
    return STATUS_ACCEPTED;
}

/* ---- words that are no code ------------------------------------------------------------- */

static void add_near(struct near *near, const char *name)
{
    if (near->count < NEAR_MOST)
        near->names[near->count++] = name;
    else
        near->more++;
}

/* Names that have the word in them, else the one that is the fewest edits away. */
static struct near find_near(const char *word)
{
    const char *names[CODES_MOST];
    size_t count = 0;
    struct near near = {.count = 0};
    const tracedag_code_info *info;
    for (; count < CODES_MOST && (info = code_at(count)); count++) {
        names[count] = tracedag_code_name(info->code);
        if (strlen(word) > 2 && strstr(names[count], word))
            add_near(&near, names[count]);
    }
    const char *nearest =
        near.count ? NULL : suggest(word, names, count, sizeof names[0]);
    if (nearest)
        add_near(&near, nearest);
    return near;
}

/* Writes "`a`, `b` or `c`" to `out`, and how many more there are. */
static void write_near(const struct near *near, char *out, size_t room)
{
    size_t len = 0;
    for (size_t i = 0; i < near->count && len < room; i++) {
        bool is_last = i + 1 == near->count && near->more == 0;
        const char *before = i == 0 ? "" : is_last ? " or " : ", ";
        len += (size_t)snprintf(out + len, room - len, "%s`%s`", before, near->names[i]);
    }
    if (near->more > 0 && len < room)
        snprintf(out + len, room - len, " or one of %zu more", near->more);
}

static enum status unknown_code(const char *text)
{
    char word[WORD_MOST + 1] = "";
    char told[NEAR_MOST * (WORD_MOST + 8) + 32] = "";
    size_t len = strlen(text);
    for (size_t i = 0; len <= WORD_MOST && i < len; i++)
        word[i] =
            text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    struct near near = find_near(word);
    if (near.count == 0)
        return wrong_use("explain", "unknown code `%s`; `tracedag explain` lists all",
                         text);
    write_near(&near, told, sizeof told);
    return wrong_use("explain", "unknown code `%s` (did you mean %s?)", text, told);
}

/* ---- pages ------------------------------------------------------------------------------ */

static enum status write_page(uint32_t code)
{
    char *text = NULL;
    size_t size = 0;
    if (tracedag_explain(code, &text, &size) != TRACEDAG_OK)
        return no_memory();
    put_bytes(text, size);
    tracedag_free(text);
    return STATUS_ACCEPTED;
}

enum status run_explain(const struct settings *settings, char **words, size_t count)
{
    (void)settings;
    enum status worst = STATUS_ACCEPTED;
    if (count == 0)
        return list_codes();
    for (size_t i = 0; i < count; i++)
        if (tracedag_code_find(words[i]) == 0)
            worst = unknown_code(words[i]);
    for (size_t i = 0; i < count && worst == STATUS_ACCEPTED && !output_broken(); i++) {
        put_text(i > 0 ? "\n" : "");
        worst = write_page(tracedag_code_find(words[i]));
    }
    return worst;
}
