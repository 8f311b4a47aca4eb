#include "pointer.h"

#include <stdlib.h>

#include "hash.h"
#include "open.h"
#include "scope.h"

enum {
    POINTER_BYTES_MOST = 1024,
    BYTES_A_FINDING = 64, /* of all pointers, for each finding that a report keeps, */
    BYTES_A_BYTE = 8,     /* and for each byte of the document */
    FINGERPRINT_DIGITS = 16,
    NAME_BYTES_MOST = 128
};

/* A list or map on the way down. */
struct level {
    uint32_t node;
    uint32_t end;
    uint32_t key;   /* of the entry at hand */
    uint32_t index; /* of the item at hand */
    uint32_t child; /* the entry's value, or the item, at hand */
    uint32_t seen;  /* children so far */
    bool map;
};

/* A pointer while it grows and shrinks along the way: neighbours have most of theirs in common,
 * and keys may be long. */
struct path {
    struct td_buf buf;
    size_t most;                         /* bytes */
    uint32_t written;                    /* levels that stand in the buffer as they are */
    uint32_t ends[TD_DEPTH_CEILING + 1]; /* where each of them ends there */
};

struct walk {
    struct td_diag *diag;
    const struct td_tree *tree;
    struct td_finding **list; /* by place */
    size_t count;
    size_t next;
    struct level levels[TD_DEPTH_CEILING + 1];
    uint32_t depth;
    struct path pointer;
    struct path named;
};

static int compare_places(const void *left, const void *right)
{
    const struct td_finding *a = *(struct td_finding *const *)left;
    const struct td_finding *b = *(struct td_finding *const *)right;
    return (a->place > b->place) - (a->place < b->place);
}

/* ---- one pointer ------------------------------------------------------------------------ */

static void put_token(struct td_buf *buf, struct td_str token)
{
    td_buf_byte(buf, '/');
    for (size_t i = 0; i < token.len; i++) {
        char c = token.ptr[i];
        bool escaped = c == '~' || c == '/';
        td_buf_byte(buf, escaped ? '~' : c);
        if (escaped)
            td_buf_byte(buf, c == '~' ? '0' : '1');
    }
}

static void put_index(struct td_buf *buf, uint32_t index)
{
    td_buf_byte(buf, '/');
    td_buf_number(buf, index);
}

static bool is_text(const struct td_tree *tree, uint32_t node)
{
    return tree->nodes[node].kind == TD_TEXT;
}

/* The name of a job in place of its index, for fingerprints that survive a new job above. */
static struct td_str job_name(const struct walk *w, uint32_t at)
{
    const struct level *level = &w->levels[at];
    bool jobs = at == 1 && !level->map && w->levels[0].map &&
                is_text(w->tree, w->levels[0].key) &&
                td_str_eq(td_node_text(w->tree, w->levels[0].key), TD_S("jobs"));
    if (!jobs)
        return TD_S("");
    uint32_t item = td_follow(w->tree, level->child);
    uint32_t key = w->tree->nodes[item].kind == TD_MAP
                       ? td_find_key(w->tree, item, TD_S("name"))
                       : 0;
    uint32_t value = key ? td_follow(w->tree, td_after(w->tree, key)) : 0;
    struct td_str name =
        value && is_text(w->tree, value) ? td_node_text(w->tree, value) : TD_S("");
    /* What is longer is no name that is accepted; the index does for it. */
    return name.len > NAME_BYTES_MOST ? TD_S("") : name;
}

static void put_level(const struct walk *w, struct td_buf *buf, uint32_t at, bool names)
{
    const struct level *level = &w->levels[at];
    struct td_str name = names ? job_name(w, at) : TD_S("");
    if (level->map && is_text(w->tree, level->key))
        put_token(buf, td_node_text(w->tree, level->key));
    else if (level->map)
        put_token(buf, TD_S(""));
    else if (name.len)
        put_token(buf, name);
    else
        put_index(buf, level->index);
}

static size_t end_of(const struct path *path, uint32_t levels)
{
    return levels ? path->ends[levels - 1] : 0;
}

/* The pointer to what lies `depth` levels down, or to the nearest value around it that has one
 * of the allowed length. */
static struct td_str write_pointer(const struct walk *w, struct path *path,
                                   uint32_t depth)
{
    struct td_buf *buf = &path->buf;
    buf->len = end_of(path, path->written);
    while (path->written < depth) {
        put_level(w, buf, path->written, path == &w->named);
        if (buf->len > path->most)
            break;
        path->ends[path->written++] = (uint32_t)buf->len;
    }
    uint32_t levels = path->written < depth ? path->written : depth;
    return (struct td_str){buf->ptr, end_of(path, levels)};
}

static void forget_levels(struct path *path, uint32_t depth)
{
    if (path->written > depth)
        path->written = depth;
}

/* ---- fingerprints ----------------------------------------------------------------------- */

static void write_fingerprint(struct td_diag *diag, struct td_finding *f,
                              struct td_str pointer)
{
    struct td_buf *buf = &diag->scratch;
    td_buf_number(buf, f->pub.code);
    td_buf_byte(buf, '\0');
    td_buf_str(buf, pointer);
    td_buf_byte(buf, '\0');
    td_buf_str(buf, f->fingerprint_name);
    uint64_t hash = td_hash_short(buf->ptr, buf->len);
    buf->len = 0;
    td_buf_hex(buf, hash, FINGERPRINT_DIGITS, false);
    struct td_str text = td_arena_copy(&diag->arena, (struct td_str){buf->ptr, buf->len});
    f->pub.fingerprint = (tracedag_text){text.ptr, text.len};
    buf->len = 0;
}

static void finish(struct walk *w, struct td_finding *f, uint32_t depth)
{
    struct td_str pointer =
        td_arena_copy(&w->diag->arena, write_pointer(w, &w->pointer, depth));
    f->pub.pointer = (tracedag_text){pointer.ptr, pointer.len};
    write_fingerprint(w->diag, f, write_pointer(w, &w->named, depth));
}

void td_point(struct td_diag *diag, struct td_finding *finding, struct td_str pointer,
              struct td_str named)
{
    finding->pub.pointer = (tracedag_text){pointer.ptr, pointer.len};
    write_fingerprint(diag, finding, named);
}

/* ---- the walk --------------------------------------------------------------------------- */

/* Moves to a value; tells whether it is a key that no pointer can name. */
static bool move_to(struct walk *w, uint32_t id)
{
    while (w->depth > 0 && w->levels[w->depth - 1].end <= id)
        w->depth--;
    if (w->depth == 0)
        return false;
    forget_levels(&w->pointer, w->depth - 1);
    forget_levels(&w->named, w->depth - 1);
    struct level *level = &w->levels[w->depth - 1];
    bool key = level->map && level->seen % 2 == 0;
    if (key)
        level->key = id;
    else if (!level->map)
        level->index = level->seen;
    level->child = id;
    level->seen++;
    return key && !is_text(w->tree, id);
}

static void go_into(struct walk *w, uint32_t id)
{
    const struct td_node *node = &w->tree->nodes[id];
    if (td_is_collection(node))
        w->levels[w->depth++] =
            (struct level){.node = id, .end = node->link, .map = node->kind == TD_MAP};
}

static void tell(struct walk *w, bool nameless)
{
    struct td_finding *f = w->list[w->next++];
    bool around = w->depth > 0 && (nameless || f->around);
    finish(w, f, around ? w->depth - 1 : w->depth);
}

static void walk(struct walk *w)
{
    for (uint32_t id = 1; id < w->tree->count && w->next < w->count; id++) {
        bool nameless = move_to(w, id);
        while (w->next < w->count && w->list[w->next]->place == id)
            tell(w, nameless);
        go_into(w, id);
    }
}

/* Few findings have all the room that a pointer may take. With many of them in a small document
 * it is shared: a path of long keys is short, and what is wrong at its end may be endless. */
static size_t share(const struct td_diag *diag, const struct td_tree *tree, size_t count)
{
    size_t bytes = BYTES_A_FINDING * diag->most;
    if (tree->source)
        bytes += BYTES_A_BYTE * tree->source->size;
    return bytes / count < POINTER_BYTES_MOST ? bytes / count : POINTER_BYTES_MOST;
}

static size_t unfinished(const struct td_diag *diag)
{
    size_t count = 0;
    for (size_t i = 0; i < diag->count; i++)
        count += !td_is_finished(&diag->list[i]);
    return count;
}

void td_pointers(struct td_diag *diag, const struct td_tree *tree)
{
    size_t count = unfinished(diag);
    size_t bytes = count * sizeof(struct td_finding *);
    if (count == 0)
        return;
    struct walk w = {.diag = diag, .tree = tree};
    w.list = td_mem_alloc(diag->mem, bytes);
    if (!w.list) {
        diag->failed = true;
        return;
    }
    td_buf_init(&w.pointer.buf, diag->mem);
    td_buf_init(&w.named.buf, diag->mem);
    w.pointer.most = share(diag, tree, count);
    w.named.most = POINTER_BYTES_MOST;
    for (size_t i = 0; i < diag->count; i++) {
        if (!td_is_finished(&diag->list[i]))
            w.list[w.count++] = &diag->list[i];
    }
    qsort(w.list, w.count, sizeof *w.list, compare_places);
    while (w.next < w.count && w.list[w.next]->place == 0)
        finish(&w, w.list[w.next++], 0);
    walk(&w);
    while (w.next < w.count)
        finish(&w, w.list[w.next++], 0);
    diag->failed = diag->failed || diag->arena.failed || diag->scratch.failed ||
                   w.pointer.buf.failed || w.named.buf.failed;
    td_buf_free(&w.pointer.buf);
    td_buf_free(&w.named.buf);
    td_mem_free(diag->mem, w.list, bytes);
}
