/* suggest.c - the name that was probably meant: one that begins with the word, else the
 * one that is the fewest edits away, at most a third of the word's length.
 */
#include "suggest.h"

#include <string.h>

/* Longer words are not looked at; all names of the command are shorter. */
#define LONGEST 32

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, removals, changes and swaps of neighbours that lead from `a` to `b`. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t cost[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= a_len; i++)
        cost[i][0] = i;
    for (size_t j = 0; j <= b_len; j++)
        cost[0][j] = j;
    for (size_t i = 1; i <= a_len; i++)
        for (size_t j = 1; j <= b_len; j++) {
            size_t replaced = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            cost[i][j] = least(replaced, least(cost[i - 1][j], cost[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = least(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    return cost[a_len][b_len];
}

const char *suggest(const char *word, const char *const *names, size_t count,
                    size_t stride)
{
    size_t len = strlen(word);
    size_t best = (len < 3 ? 3 : len) / 3 + 1;
    const char *found = NULL;
    for (size_t i = 0; i < count && len > 0 && len <= LONGEST; i++) {
        const char *name =
            *(const char *const *)(const void *)((const char *)names + i * stride);
        if (!name || strlen(name) > LONGEST)
            continue;
        size_t d =
            strncmp(name, word, len) == 0 ? 0 : distance(word, len, name, strlen(name));
        if (d < best) {
            best = d;
            found = name;
        }
    }
    return found;
}
