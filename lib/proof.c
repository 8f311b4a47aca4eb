#include "proof.h"

#include <stdlib.h>

/* ---- counts ----------------------------------------------------------------------------- */

enum { CODES = 1000 };

/* Each finding with a fix in the patch is gone: of its code there are as many fewer. */
static bool are_gone(const struct td_diag *old, const struct td_diag *new,
                     const struct td_finding *const *mended, size_t count)
{
    int32_t most[CODES] = {0};
    for (size_t i = 0; i < old->count; i++)
        most[old->list[i].pub.code % CODES]++;
    for (size_t i = 0; i < count; i++)
        most[mended[i]->pub.code % CODES]--;
    for (size_t i = 0; i < new->count; i++)
        most[new->list[i].pub.code % CODES]--;
    for (size_t i = 0; i < count; i++) {
        if (most[mended[i]->pub.code % CODES] < 0)
            return false;
    }
    return true;
}

/* ---- errors ----------------------------------------------------------------------------- */

/* An error, by where it stands in the new text and by what it says. */
struct error {
    uint32_t code;
    uint32_t at; /* NOWHERE in text that is replaced */
    const char *fingerprint;
};

#define NOWHERE UINT32_MAX

static int compare_codes(const struct error *a, const struct error *b)
{
    return (a->code > b->code) - (a->code < b->code);
}

static int by_place(const void *left, const void *right)
{
    const struct error *a = left;
    const struct error *b = right;
    int order = compare_codes(a, b);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

static int by_fingerprint(const void *left, const void *right)
{
    enum { DIGITS = 16 };
    const struct error *a = left;
    const struct error *b = right;
    int order = compare_codes(a, b);
    return order ? order : memcmp(a->fingerprint, b->fingerprint, DIGITS);
}

struct errors {
    struct error *list;
    size_t count;
};

/* Takes out of both lists what they have in common. */
static void cancel(struct errors *old, struct errors *new,
                   int (*compare)(const void *, const void *))
{
    size_t left[2] = {0, 0};
    size_t i = 0;
    size_t j = 0;
    if (old->count)
        qsort(old->list, old->count, sizeof *old->list, compare);
    if (new->count)
        qsort(new->list, new->count, sizeof *new->list, compare);
    while (j < new->count) {
        int order = i < old->count ? compare(&old->list[i], &new->list[j]) : 1;
        if (order < 0) {
            old->list[left[0]++] = old->list[i++];
        } else if (order > 0) {
            new->list[left[1]++] = new->list[j++];
        } else {
            i++;
            j++;
        }
    }
    while (i < old->count)
        old->list[left[0]++] = old->list[i++];
    old->count = left[0];
    new->count = left[1];
}

static struct errors collect(const struct td_diag *diag, const struct td_patch *patch,
                             struct error *room)
{
    struct errors errors = {room, 0};
    for (size_t i = 0; i < diag->count; i++) {
        const tracedag_finding *f = &diag->list[i].pub;
        uint32_t at = (uint32_t)f->start.byte;
        if (f->severity != TRACEDAG_SEVERITY_ERROR)
            continue;
        if (patch && !td_patch_forward(patch, at, &at))
            at = NOWHERE;
        errors.list[errors.count++] = (struct error){f->code, at, f->fingerprint.ptr};
    }
    return errors;
}

/* An error is no new one when one of its code stood at its place, or said the same elsewhere. */
static enum td_proof has_no_new_error(const struct td_diag *old,
                                      const struct td_diag *new,
                                      const struct td_patch *patch, struct td_mem *mem)
{
    size_t bytes = (old->count + new->count + 1) * sizeof(struct error);
    struct error *room = td_mem_alloc(mem, bytes);
    if (!room)
        return TD_PROOF_NO_MEMORY;
    struct errors before = collect(old, patch, room);
    struct errors after = collect(new, NULL, room + before.count);
    cancel(&before, &after, by_place);
    cancel(&before, &after, by_fingerprint);
    bool none = after.count == 0;
    td_mem_free(mem, room, bytes);
    return none ? TD_PROOF_HOLDS : TD_PROOF_FAILS;
}

/* ---- values ----------------------------------------------------------------------------- */

/* A list or map on the way down, with where it ends in both documents. */
struct level {
    uint32_t old_end;
    uint32_t new_end;
    bool map;
};

struct walk {
    const struct td_tree *old;
    const struct td_tree *new;
    const uint8_t *named; /* of each value of `old`: whether a finding named it */
    struct level levels[TD_DEPTH_CEILING + 1];
    size_t depth;
    uint32_t i; /* the next value of `old`, and of `new` */
    uint32_t j;
};

static bool is_same_scalar(const struct walk *w, uint32_t i, uint32_t j)
{
    const struct td_node *a = td_node_raw(w->old, i);
    const struct td_node *b = td_node_raw(w->new, j);
    if (a->kind != b->kind)
        return false;
    if (a->kind == TD_ALIAS)
        return td_str_eq(td_source_text(w->old->source, td_node_span(w->old, i)),
                         td_source_text(w->new->source, td_node_span(w->new, j)));
    return td_str_eq(td_node_text(w->old, i), td_node_text(w->new, j));
}

/* Whether two values look alike from outside. */
static bool looks_alike(const struct walk *w, uint32_t i, uint32_t j)
{
    if (td_is_collection(td_node_raw(w->old, i)))
        return td_node_raw(w->old, i)->kind == td_node_raw(w->new, j)->kind;
    return is_same_scalar(w, i, j);
}

/* The value behind an item, or behind an entry with its key. */
static uint32_t after_unit(const struct td_tree *tree, uint32_t at, bool map)
{
    uint32_t next = td_after(tree, at);
    return map ? td_after(tree, next) : next;
}

/* A finding names an item, or an entry by its key or value. */
static bool is_named(const struct walk *w, uint32_t at, bool map)
{
    return w->named[at] || (map && w->named[td_after(w->old, at)]);
}

/* A named item or entry may be another one now, or gone: then the one behind it stands there. */
static void pass_named(struct walk *w, const struct level *level)
{
    uint32_t next = after_unit(w->old, w->i, level->map);
    bool gone = w->j == level->new_end ||
                (next < level->old_end && !is_named(w, next, level->map) &&
                 looks_alike(w, next, w->j));
    w->i = next;
    if (!gone)
        w->j = after_unit(w->new, w->j, level->map);
}

/* Compares two values that nothing named, and enters lists and maps. */
static bool pass_value(struct walk *w)
{
    const struct td_node *a = td_node_raw(w->old, w->i);
    if (!looks_alike(w, w->i, w->j))
        return false;
    if (td_is_collection(a)) {
        uint32_t new_end = td_node_raw(w->new, w->j)->link;
        w->levels[w->depth++] = (struct level){a->link, new_end, a->kind == TD_MAP};
    }
    w->i++;
    w->j++;
    return true;
}

/* One item or entry further; of an entry, its key and, where that is plain, its value. */
static bool pass_unit(struct walk *w)
{
    const struct level level = w->levels[w->depth - 1];
    if (w->i == level.old_end) {
        w->depth--;
        return w->j == level.new_end;
    }
    if (is_named(w, w->i, level.map)) {
        pass_named(w, &level);
        return true;
    }
    if (w->j == level.new_end)
        return false;
    return pass_value(w) && (!level.map || pass_value(w));
}

static bool values_agree(const struct td_tree *old, const struct td_tree *new,
                         const uint8_t *named)
{
    struct walk w;
    w.old = old;
    w.new = new;
    w.named = named;
    w.depth = 0;
    w.i = old->root;
    w.j = new->root;
    if (old->root == 0 || new->root == 0 || named[old->root])
        return old->root == new->root || named[old->root];
    bool same = pass_value(&w);
    while (same && w.depth)
        same = pass_unit(&w);
    return same;
}

/* Values are compared where both documents could be read; a fault of the text hides some. */
static enum td_proof differs_where_named(const struct td_version *old,
                                         const struct td_version *new,
                                         const struct td_finding *const *mended,
                                         size_t count, struct td_mem *mem)
{
    const struct td_tree *tree = &old->doc->tree;
    if (old->doc->report.diag.by_severity[TRACEDAG_SEVERITY_ERROR] ||
        new->doc->report.diag.by_severity[TRACEDAG_SEVERITY_ERROR])
        return TD_PROOF_HOLDS;
    uint8_t *named = td_mem_alloc(mem, tree->count + 1);
    if (!named)
        return TD_PROOF_NO_MEMORY;
    memset(named, 0, tree->count + 1);
    for (size_t i = 0; i < count; i++)
        named[mended[i]->place] = 1;
    named[0] = 0;
    bool agree = values_agree(tree, &new->doc->tree, named);
    td_mem_free(mem, named, tree->count + 1);
    return agree ? TD_PROOF_HOLDS : TD_PROOF_FAILS;
}

enum td_proof td_prove(const struct td_version *old, const struct td_version *new,
                       const struct td_patch *patch,
                       const struct td_finding *const *mended, size_t count,
                       struct td_mem *mem)
{
    const struct td_diag *before = &old->report->diag;
    const struct td_diag *after = &new->report->diag;
    if (after->dropped || !are_gone(before, after, mended, count))
        return TD_PROOF_FAILS;
    enum td_proof proof = has_no_new_error(before, after, patch, mem);
    if (proof == TD_PROOF_HOLDS)
        proof = differs_where_named(old, new, mended, count, mem);
    return proof;
}
