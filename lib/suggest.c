/*
 * The distance is optimal string alignment, the restricted form of Damerau-Levenshtein in
 * which no part is edited twice: for slips of the hand the two agree, and it needs three
 * rows only. It counts bytes, so a character outside ASCII weighs as many edits as it has
 * bytes.
 */
#include "suggest.h"

/* One row of the alignment: a cell before the first byte and one for each byte. */
typedef unsigned char row[TD_SUGGEST_NAME_MAX + 1];

static unsigned char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c - 'A' + 'a');
    return c == '_' || c == ' ' ? '-' : (unsigned char)c;
}

/* Folds a name and gives the set of its bytes, several of them sharing a bit. */
static uint32_t fold_name(struct td_str name, unsigned char *out)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < name.len; i++) {
        out[i] = fold(name.ptr[i]);
        mask |= UINT32_C(1) << (out[i] & 31);
    }
    return mask;
}

/* Whether more bits are set than a limit. */
static bool more_bits(uint32_t bits, size_t limit)
{
    for (; bits != 0; bits &= bits - 1)
        if (limit-- == 0)
            return true;
    return false;
}

static size_t shared_prefix(const struct td_suggest *s, const unsigned char *name,
                            size_t len)
{
    size_t i = 0;
    while (i < len && i < s->found_len && s->found[i] == name[i])
        i++;
    return i;
}

static unsigned char least(unsigned a, unsigned b, unsigned c)
{
    unsigned low = a < b ? a : b;
    return (unsigned char)(low < c ? low : c);
}

/* Fills row `i` from the two above it and gives its smallest cell. */
static size_t fill_row(const unsigned char *a, size_t i, const unsigned char *b,
                       size_t len, row rows[3])
{
    const unsigned char *before = rows[(i + 1) % 3]; /* row i - 2, where there is one */
    const unsigned char *above = rows[(i + 2) % 3];
    unsigned char *here = rows[i % 3];
    size_t lowest = i;
    here[0] = (unsigned char)i;
    for (size_t j = 1; j <= len; j++) {
        unsigned change = a[i - 1] != b[j - 1];
        here[j] = least(above[j] + 1U, here[j - 1] + 1U, above[j - 1] + change);
        bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        if (swapped && before[j - 2] + 1U < here[j])
            here[j] = (unsigned char)(before[j - 2] + 1U);
        if (here[j] < lowest)
            lowest = here[j];
    }
    return lowest;
}

/* The distance, or any number above `limit` where it is above it. */
static size_t distance(const unsigned char *a, size_t a_len, const unsigned char *b,
                       size_t b_len, size_t limit)
{
    row rows[3];
    size_t previous = 0;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = (unsigned char)j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t lowest = fill_row(a, i, b, b_len, rows);
        /* A swap reaches back two rows, so only two hopeless rows make an end. */
        if (lowest > limit && previous > limit)
            return limit + 1;
        previous = lowest;
    }
    return rows[a_len % 3][b_len];
}

/* Equal after folding is distance 0, so the order of the rules is the order of these two.
 */
static bool is_nearer(const struct td_suggestion *a, const struct td_suggestion *b)
{
    if (b->name.len == 0 || a->distance != b->distance)
        return b->name.len == 0 || a->distance < b->distance;
    return a->prefix > b->prefix;
}

static void keep(struct td_suggest *s, const struct td_suggestion *next)
{
    if (td_str_eq(next->name, s->best.name) || td_str_eq(next->name, s->second.name))
        return;
    if (is_nearer(next, &s->best)) {
        s->second = s->best;
        s->best = *next;
    } else if (is_nearer(next, &s->second)) {
        s->second = *next;
    }
}

/* Sees from lengths and bytes alone that two names are further apart than a limit. */
static bool is_hopeless(const struct td_suggest *s, size_t len, uint32_t mask,
                        size_t limit)
{
    size_t apart = len > s->found_len ? len - s->found_len : s->found_len - len;
    return apart > limit || more_bits(mask & ~s->mask, limit) ||
           more_bits(s->mask & ~mask, limit);
}

void td_suggest_start(struct td_suggest *s, struct td_str found)
{
    *s = (struct td_suggest){.off = found.len == 0 || found.len > TD_SUGGEST_NAME_MAX};
    if (s->off)
        return;
    s->found_len = found.len;
    s->mask = fold_name(found, s->found);
    s->limit = found.len / 3 > 1 ? found.len / 3 : 1;
}

void td_suggest_offer(struct td_suggest *s, struct td_str candidate)
{
    unsigned char name[TD_SUGGEST_NAME_MAX];
    s->offered++;
    if (s->off || s->offered > TD_SUGGEST_SET_MAX || candidate.len == 0 ||
        candidate.len > s->found_len + s->limit || candidate.len > TD_SUGGEST_NAME_MAX)
        return;
    uint32_t mask = fold_name(candidate, name);
    /* What is further than the best so far is never shown. */
    size_t limit = s->best.name.len > 0 ? s->best.distance : s->limit;
    if (is_hopeless(s, candidate.len, mask, limit))
        return;
    struct td_suggestion next = {.name = candidate};
    next.distance = distance(s->found, s->found_len, name, candidate.len, limit);
    if (next.distance > limit)
        return;
    next.prefix = shared_prefix(s, name, candidate.len);
    keep(s, &next);
}

struct td_suggest_result td_suggest_result(const struct td_suggest *s)
{
    struct td_suggest_result result = {.count = 0};
    if (s->best.name.len == 0 || s->offered > TD_SUGGEST_SET_MAX)
        return result;
    result.names[result.count++] = s->best.name;
    if (s->second.name.len > 0 && s->second.distance == s->best.distance)
        result.names[result.count++] = s->second.name;
    result.equal_folded = s->best.distance == 0;
    return result;
}
