/*
 * The nearest name: which of the accepted names was probably meant by one that is not
 * accepted. Names are offered one by one in source order, nothing is copied but the
 * folded bytes of the one that was found, and the work of an offer is bounded whatever
 * its length.
 */
#ifndef TD_SUGGEST_H
#define TD_SUGGEST_H

#include "base.h"

/* Longer names are neither searched for nor suggested. */
#define TD_SUGGEST_NAME_MAX 64
/* A set of more names than this skips the search. */
#define TD_SUGGEST_SET_MAX 2000

/* A name that was offered, and how near it is. An empty name stands for none. */
struct td_suggestion {
    struct td_str name;
    size_t distance; /* edits over folded bytes; 0 means equal after folding */
    size_t prefix;   /* folded bytes that it shares with the found name */
};

struct td_suggest {
    unsigned char found[TD_SUGGEST_NAME_MAX]; /* folded */
    size_t found_len;
    uint64_t places[256]; /* of each byte: the bits of where it stands in `found` */
    size_t limit;         /* the largest distance that is accepted */
    uint32_t mask;
    size_t offered;
    bool off; /* nothing can be near the found name */
    struct td_suggestion best, second;
};

/* What to show. `names[1]` is set only where it is as near as `names[0]`: then show both.
 */
struct td_suggest_result {
    struct td_str names[2];
    size_t count;
    bool equal_folded; /* differs from the one name only in case and in `-`, `_` and space
                        */
};

/* Whether two names differ in case and in `-`, `_` and space alone. */
bool td_folds_to(struct td_str a, struct td_str b);

/* Starts a search for a name; the empty one is near nothing. */
void td_suggest_start(struct td_suggest *s, struct td_str found);

/*
 * Offers the next accepted name, which must stay where it is until the result has been
 * used. The same name offered again counts for the size of the set and nothing else.
 */
void td_suggest_offer(struct td_suggest *s, struct td_str candidate);

/* Gives the names that are nearest. A fix is safe where `count` is 1 and `equal_folded`
 * holds. */
struct td_suggest_result td_suggest_result(const struct td_suggest *s);

#endif
