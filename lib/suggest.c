/*
 * The distance is optimal string alignment, the restricted form of Damerau-Levenshtein in
 * which no part is edited twice: for slips of the hand the two agree. It counts bytes, so a
 * character outside ASCII weighs as many edits as it has bytes.
 *
 * A column of the alignment is a pair of words, a bit for each byte of the found name (H.
 * Hyyro, A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances, 2003).
 * Long names that are all nearly alike would cost a hundred times as much cell by cell.
 */
#include "suggest.h"

static_assert(TD_SUGGEST_NAME_MAX <= 64, "a name has a bit for each byte");

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
    for (; bits != 0 && limit > 0; limit--)
        bits &= bits - 1;
    return bits != 0;
}

static size_t shared_prefix(const struct td_suggest *s, const unsigned char *name,
                            size_t len)
{
    size_t i = 0;
    while (i < len && i < s->found_len && s->found[i] == name[i])
        i++;
    return i;
}

/* One bit further from the first byte; the last one falls out. */
static uint64_t moved(uint64_t bits)
{
    return (bits & UINT64_MAX >> 1) << 1;
}

/* The bits to which a carry runs when a sum lets it run through `ones`. */
static uint64_t carried(uint64_t from, uint64_t ones)
{
    uint64_t sum;
    (void)__builtin_add_overflow(from & ones, ones, &sum);
    return sum ^ ones;
}

/* A cell of a column is its neighbour above, one more or one less; a cell of the next column
 * the one to its left, likewise; the last cell of the last column is the distance. */
static size_t distance(const struct td_suggest *s, const unsigned char *name, size_t len)
{
    assert(s->found_len > 0);
    const uint64_t last = UINT64_C(1) << (s->found_len - 1);
    size_t far = s->found_len;
    uint64_t more = UINT64_MAX; /* than above */
    uint64_t less = 0;
    uint64_t same = 0; /* as the cell above and to the left */
    uint64_t before = 0;
    for (size_t i = 0; i < len; i++) {
        uint64_t here = s->places[name[i]];
        uint64_t swapped = moved(~same & here) & before;
        same = carried(here, more) | here | less | swapped;
        uint64_t right = less | ~(same | more);
        uint64_t left = same & more;
        far += (right & last) != 0;
        far -= (left & last) != 0;
        right = moved(right) | 1;
        more = moved(left) | ~(same | right);
        less = right & same;
        before = here;
    }
    return far;
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

bool td_folds_to(struct td_str a, struct td_str b)
{
    size_t at = 0;
    while (at < a.len && at < b.len && fold(a.ptr[at]) == fold(b.ptr[at]))
        at++;
    return at == a.len && at == b.len;
}

void td_suggest_start(struct td_suggest *s, struct td_str found)
{
    *s = (struct td_suggest){.off = found.len == 0 || found.len > TD_SUGGEST_NAME_MAX};
    if (s->off)
        return;
    s->found_len = found.len;
    s->mask = fold_name(found, s->found);
    for (size_t i = 0; i < found.len; i++)
        s->places[s->found[i]] |= UINT64_C(1) << i;
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
    next.distance = distance(s, name, candidate.len);
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
