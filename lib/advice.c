#include "edits.h"
#include "reader.h"

struct td_str td_listed(struct td_diag *diag, const struct td_str *words, size_t count,
                        const char *joint)
{
    struct td_str text = {"", 0};
    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            text = td_words(diag, "%q", words[i]);
        else if (i + 1 < count)
            text = td_words(diag, "%t, %q", text, words[i]);
        else
            text = td_words(diag, "%t %s %q", text, joint, words[i]);
    }
    return text;
}

static void offer_names(struct td_reader *r, struct td_finding *f,
                        const struct td_suggest_result *near, uint32_t node)
{
    bool sure = near->count == 1 && near->equal_folded;
    for (size_t i = 0; i < near->count; i++)
        td_edit_text(r->diag, f, sure ? TRACEDAG_SAFETY_SAFE : TRACEDAG_SAFETY_UNSAFE,
                     r->tree, node, near->names[i]);
}

struct td_suggest_result td_advise(struct td_reader *r, struct td_finding *f,
                                   struct td_str found, const struct td_advice *advice)
{
    struct td_diag *diag = r->diag;
    struct td_suggest search;
    td_suggest_start(&search, found);
    if (td_kept(diag, f) && td_may_search(diag, advice->count)) {
        for (size_t i = 0; i < advice->count; i++) {
            struct td_str name = advice->name_of(advice->set, i);
            if (name.len) /* a name that is not valid here is given as an empty one */
                td_suggest_offer(&search, name);
        }
    }
    struct td_suggest_result near = td_suggest_result(&search);
    if (near.count == 0)
        return near;
    td_help(diag, f, "did you mean %t?", td_listed(diag, near.names, near.count, "or"));
    offer_names(r, f, &near, advice->node);
    return near;
}

static struct td_str word_of(const void *set, size_t i)
{
    const struct td_word_list *list = set;
    return list->words[i];
}

void td_advise_words(struct td_reader *r, struct td_finding *f, struct td_str found,
                     const struct td_word_list *words, uint32_t node)
{
    struct td_advice advice = {word_of, words, words->count, node};
    td_advise(r, f, found, &advice);
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Whether a new word begins at `i`: a capital behind a small letter or digit. */
static bool begins_word(struct td_str name, size_t i)
{
    char before = i ? name.ptr[i - 1] : '_';
    return is_upper(name.ptr[i]) &&
           ((before >= 'a' && before <= 'z') || (before >= '0' && before <= '9'));
}

struct td_str td_snake_case(const struct td_name_form *form, struct td_str name,
                            char room[TD_SNAKE_ROOM])
{
    size_t len = 0;
    struct td_str none = {NULL, 0};
    struct td_str trimmed = name;
    while (trimmed.len && trimmed.ptr[trimmed.len - 1] == ' ')
        trimmed.len--;
    for (; trimmed.len && trimmed.ptr[0] == ' '; trimmed.len--)
        trimmed.ptr++;
    if (trimmed.len > TD_SNAKE_ROOM / 2)
        return none;
    for (size_t i = 0; i < trimmed.len; i++) {
        char c = trimmed.ptr[i];
        if (begins_word(trimmed, i))
            room[len++] = '_';
        if (is_upper(c))
            room[len++] = (char)(c | 0x20);
        else
            room[len++] = c == ' ' || (c == '-' && !strchr(form->marks, '-')) ? '_' : c;
    }
    struct td_str made = {room, len};
    return td_name_fits(form, made) && !td_str_eq(made, name) ? made : none;
}
