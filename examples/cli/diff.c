/* diff.c - how two texts differ, as a unified diff.
 *
 * What a fix changes is small and local. So where lines differ, the nearest place is looked for
 * from which three lines agree again, up to a few dozen lines away; when there is none, all that
 * is left up to the lines that both texts end with is one change. Any such alignment is a correct
 * diff, for only lines that are equal count as kept.
 */
#include "diff.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"

enum { CONTEXT = 3, AGREE = 3, AWAY = 64 };

struct line {
    const char *ptr;
    size_t len; /* with its line feed, which the last one may lack */
};

struct lines {
    struct line *items;
    size_t count;
};

/* Lines of the old text from `old` on that lines of the new one take the place of. */
struct change {
    size_t old;
    size_t old_count;
    size_t new;
    size_t new_count;
};

struct diff {
    struct lines old;
    struct lines new;
    struct change *list;
    size_t count;
    size_t room;
};

static bool split(const struct bytes *text, struct lines *lines)
{
    size_t count = 1;
    for (size_t i = 0; i < text->len; i++)
        count += text->ptr[i] == '\n';
    *lines = (struct lines){malloc(count * sizeof *lines->items), 0};
    if (!lines->items)
        return false;
    for (size_t at = 0; at < text->len;) {
        const char *feed = memchr(text->ptr + at, '\n', text->len - at);
        size_t len = feed ? (size_t)(feed - text->ptr) + 1 - at : text->len - at;
        lines->items[lines->count++] = (struct line){text->ptr + at, len};
        at += len;
    }
    return true;
}

static bool same_line(const struct diff *d, size_t i, size_t j)
{
    const struct line *a = &d->old.items[i];
    const struct line *b = &d->new.items[j];
    return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

/* Whether the texts agree from here for a while, or to their ends. */
static bool agree(const struct diff *d, size_t i, size_t j)
{
    for (size_t n = 0; n < AGREE; n++, i++, j++) {
        if (i >= d->old.count || j >= d->new.count)
            return i == d->old.count && j == d->new.count;
        if (!same_line(d, i, j))
            return false;
    }
    return true;
}

static void find_end(const struct diff *d, struct change *change)
{
    for (size_t away = 1; away <= AWAY; away++) {
        for (size_t more = 0; more <= away; more++) {
            size_t i = change->old + away - more;
            size_t j = change->new + more;
            if (i > d->old.count || j > d->new.count || !agree(d, i, j))
                continue;
            change->old_count = away - more;
            change->new_count = more;
            return;
        }
    }
    change->old_count = d->old.count - change->old;
    change->new_count = d->new.count - change->new;
    while (change->old_count && change->new_count &&
           same_line(d, change->old + change->old_count - 1,
                     change->new + change->new_count - 1)) {
        change->old_count--;
        change->new_count--;
    }
}

static bool add_change(struct diff *d, const struct change *change)
{
    if (d->count == d->room) {
        size_t room = d->room ? d->room * 2 : 16;
        struct change *moved = realloc(d->list, room * sizeof *moved);
        if (!moved)
            return false;
        d->list = moved;
        d->room = room;
    }
    d->list[d->count++] = *change;
    return true;
}

static bool compare(struct diff *d)
{
    size_t i = 0;
    size_t j = 0;
    while (i < d->old.count || j < d->new.count) {
        if (i < d->old.count && j < d->new.count &&same_line(d, i, j)) {
            i++;
            j++;
            continue;
        }
        struct change change = {.old = i, .new = j};
        find_end(d, &change);
        if (!add_change(d, &change))
            return false;
        i += change.old_count;
        j += change.new_count;
    }
    return true;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void put_lines(char mark, const struct lines *lines, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct line *line = &lines->items[i];
        put_bytes(&mark, 1);
        put_bytes(line->ptr, line->len);
        if (line->ptr[line->len - 1] != '\n')
            put_text("\n\\ No newline at end of file\n");
    }
}

/* A range that is empty is told by the line before it. */
static size_t first_line(size_t start, size_t count)
{
    return count ? start + 1 : start;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Changes `from` to before `to`, which share lines of context. */
static void put_hunk(const struct diff *d, size_t from, size_t to)
{
    const struct change *first = &d->list[from];
    const struct change *last = &d->list[to - 1];
    size_t before = least(CONTEXT, first->old);
    size_t old_end = last->old + last->old_count;
    size_t after = least(CONTEXT, d->old.count - old_end);
    size_t old_count = old_end + after - (first->old - before);
    size_t new_count = last->new + last->new_count + after - (first->new - before);
    put_line("@@ -%zu,%zu +%zu,%zu @@", first_line(first->old - before, old_count),
             old_count, first_line(first->new - before, new_count), new_count);
    size_t at = first->old - before;
    for (size_t i = from; i < to; i++) {
        const struct change *change = &d->list[i];
        put_lines(' ', &d->old, at, change->old);
        put_lines('-', &d->old, change->old, change->old + change->old_count);
        put_lines('+', &d->new, change->new, change->new + change->new_count);
        at = change->old + change->old_count;
    }
    put_lines(' ', &d->old, at, at + after);
}

static void put_hunks(const struct diff *d)
{
    for (size_t from = 0; from < d->count;) {
        size_t to = from + 1;
        while (to < d->count &&
               d->list[to].old - d->list[to - 1].old - d->list[to - 1].old_count <=
                   2 * (size_t)CONTEXT)
            to++;
        put_hunk(d, from, to);
        from = to;
    }
}

/* As git writes names: in quotes with escapes where they hold what could be misread. */
static void put_name(const char *head, const char *side, const char *file)
{
    bool odd = file[strcspn(file, "\"\\\n\r\t")] != '\0';
    put_text(head);
    put_text(odd ? " \"" : " ");
    put_text(side);
    for (const char *at = file + strspn(file, "/"); *at; at++) {
        static const char raw[] = "\"\\\n\r\t";
        static const char letters[] = "\"\\nrt";
        const char *found = odd ? strchr(raw, *at) : NULL;
        put_text(found ? "\\" : "");
        put_bytes(found ? &letters[found - raw] : at, 1);
    }
    put_text(odd ? "\"" : strchr(file, ' ') ? "\t" : "");
    put_text("\n");
}

enum status diff_write(const char *file, const struct bytes *old, const struct bytes *new)
{
    struct diff d = {.list = NULL};
    bool done = split(old, &d.old) && split(new, &d.new) && compare(&d);
    if (done && d.count) {
        put_name("---", "a/", file);
        put_name("+++", "b/", file);
        put_hunks(&d);
    }
    free(d.old.items);
    free(d.new.items);
    free(d.list);
    return done ? STATUS_ACCEPTED : no_memory();
}
