#include "changes.h"

#include "align.h"
#include "names.h"

/* A pointer longer than this leads to a value that is given whole: so all pointers together
 * stay in proportion to the document, however deep it nests. */
enum { PATH_BYTES_MOST = 128 };

/* Two values to compare; 0 is absent. */
struct td_change_pair {
    uint32_t value[TD_VERSIONS];
    uint32_t node[TD_VERSIONS];   /* in the document; 0 where none stands for the value */
    uint32_t holder[TD_VERSIONS]; /* the innermost that does */
    const struct td_field *field;
    const struct td_shape *shape; /* of the map that it is, or of the items of the list */
    enum td_class class;
    size_t path;       /* how long the pointer to what it stands in is */
    struct td_str key; /* spelled, with quotes; `ptr` NULL: the index */
    uint32_t index;
};

/* An entry of a map or an item of a list. */
struct td_change_member {
    struct td_str key; /* as above */
    uint32_t value;
    uint32_t node;
};

void td_changes_init(struct td_changes *c, struct td_mem *mem, struct td_arena *arena)
{
    *c = (struct td_changes){.mem = mem, .arena = arena};
    td_buf_init(&c->path, mem);
}

void td_changes_free(struct td_changes *c)
{
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        td_nesting_free(&c->nesting[v], c->mem);
        td_mem_free(c->mem, c->members[v], c->member_room[v] * sizeof *c->members[v]);
    }
    td_mem_free(c->mem, c->names, c->name_room * sizeof *c->names);
    td_mem_free(c->mem, c->pairs, c->pair_room * sizeof *c->pairs);
    td_mem_free(c->mem, c->list, c->room * sizeof *c->list);
    td_buf_free(&c->path);
}

struct td_dag_change *td_changes_add(struct td_changes *c)
{
    if (c->count == c->room) {
        void *grown =
            td_mem_grow(c->mem, c->list, &c->room, c->count + 1, sizeof *c->list);
        if (!grown) {
            c->failed = true;
            return &c->lost;
        }
        c->list = grown;
    }
    struct td_dag_change *change = &c->list[c->count++];
    memset(change, 0, sizeof *change);
    return change;
}

/* ---- keys ------------------------------------------------------------------------------- */

/* What a backslash and a letter stand for; the canonical form writes keys with no other. */
static char unescape(char letter)
{
    static const char letters[] = "bfnrt";
    static const char meant[] = "\b\f\n\r\t";
    const char *at = strchr(letters, letter);
    return at ? meant[at - letters] : letter;
}

static struct td_str inner(struct td_str quoted)
{
    return (struct td_str){quoted.ptr + 1, quoted.len - 2};
}

/* The next byte of a key that is spelled; -1 at its end. */
static int next_byte(struct td_str *spelled)
{
    if (spelled->len == 0)
        return -1;
    size_t used = spelled->ptr[0] == '\\' ? 2 : 1;
    char byte = used == 2 ? unescape(spelled->ptr[1]) : spelled->ptr[0];
    spelled->ptr += used;
    spelled->len -= used;
    return (unsigned char)byte;
}

static int compare_keys(struct td_str a, struct td_str b)
{
    for (;;) {
        int left = next_byte(&a);
        int right = next_byte(&b);
        if (left != right || left < 0)
            return left - right;
    }
}

static int compare_key_with_text(struct td_str key, struct td_str text)
{
    for (size_t i = 0;; i++) {
        int left = next_byte(&key);
        int right = i < text.len ? (unsigned char)text.ptr[i] : -1;
        if (left != right || left < 0)
            return left - right;
    }
}

/* ---- pointers --------------------------------------------------------------------------- */

static void put_key(struct td_buf *path, struct td_str key)
{
    for (int byte = next_byte(&key); byte >= 0; byte = next_byte(&key)) {
        bool escaped = byte == '~' || byte == '/';
        td_buf_byte(path, escaped ? '~' : (char)byte);
        if (escaped)
            td_buf_byte(path, byte == '~' ? '0' : '1');
    }
}

static void step_to(struct td_changes *c, const struct td_change_pair *pair)
{
    c->path.len = pair->path;
    td_buf_byte(&c->path, '/');
    if (pair->key.ptr)
        put_key(&c->path, inner(pair->key));
    else
        td_buf_number(&c->path, pair->index);
}

/* ---- what differs ----------------------------------------------------------------------- */

static struct td_str text_of(const struct td_changes *c, size_t version, uint32_t value)
{
    return td_nesting_text(&c->nesting[version], value);
}

static void keep_value(struct td_changes *c, size_t version, uint32_t value,
                       tracedag_text *text)
{
    if (value)
        *text = td_public(td_arena_copy(c->arena, text_of(c, version, value)));
}

static uint32_t class_of(enum td_class class)
{
    static const uint8_t classes[] = {
        [TD_TUNING] = TRACEDAG_CLASS_TUNING,
        [TD_MATERIALIZATION] = TRACEDAG_CLASS_MATERIALIZATION,
        [TD_TRIGGER] = TRACEDAG_CLASS_TRIGGER,
        [TD_PUBLISHING] = TRACEDAG_CLASS_PUBLISHING,
    };
    return classes[class];
}

static void report(struct td_changes *c, const struct td_change_pair *pair)
{
    struct td_dag_change *change = td_changes_add(c);
    change->pub = *c->like;
    change->pub.kind = pair->value[TD_OLD] == 0   ? TRACEDAG_CHANGE_ADDED
                       : pair->value[TD_NEW] == 0 ? TRACEDAG_CHANGE_REMOVED
                                                  : TRACEDAG_CHANGE_CHANGED;
    change->pub.class_id = class_of(pair->class);
    change->field = pair->field;
    for (size_t v = 0; v < TD_VERSIONS; v++)
        change->node[v] = pair->node[v] ? pair->node[v] : pair->holder[v];
    struct td_str path = {c->path.ptr, c->path.len};
    change->pub.path = td_public(td_arena_copy(c->arena, path));
    keep_value(c, TD_OLD, pair->value[TD_OLD], &change->pub.old_value);
    keep_value(c, TD_NEW, pair->value[TD_NEW], &change->pub.new_value);
}

/* ---- what lists and maps hold ----------------------------------------------------------- */

static void add_member(struct td_changes *c, size_t version, struct td_str key,
                       uint32_t value)
{
    size_t *room = &c->member_room[version];
    size_t *count = &c->member_count[version];
    if (*count == *room) {
        void *grown = td_mem_grow(c->mem, c->members[version], room, *count + 1,
                                  sizeof *c->members[version]);
        if (!grown) {
            c->failed = true;
            return;
        }
        c->members[version] = grown;
    }
    c->members[version][(*count)++] = (struct td_change_member){key, value, 0};
}

static void list_members(struct td_changes *c, size_t version, uint32_t value)
{
    const struct td_nesting *o = &c->nesting[version];
    bool map = o->values[value].kind == TD_NESTING_MAP;
    c->member_count[version] = 0;
    for (uint32_t at = value + 1; at < o->values[value].next; at = o->values[at].next) {
        struct td_str key = {NULL, 0};
        if (map) {
            key = td_nesting_text(o, at);
            at++;
        }
        add_member(c, version, key, at);
    }
}

static void find_items(struct td_changes *c, size_t version, uint32_t node)
{
    const struct td_tree *tree = c->side[version].tree;
    uint32_t at = node + 1;
    for (size_t i = 0; i < c->member_count[version]; i++) {
        c->members[version][i].node = td_follow(tree, at);
        at = td_after(tree, at);
    }
}

static size_t sort_entries(struct td_changes *c, const struct td_tree *tree, uint32_t map)
{
    size_t count = 0;
    uint32_t end = tree->nodes[map].link;
    for (uint32_t key = map + 1; key < end; key = td_after(tree, td_after(tree, key)))
        c->names[count++] = td_name_of(td_node_text(tree, key), key);
    td_names_sort(c->names, count);
    return count;
}

/* A form has no entry for a value that equals its default, and some for values that the
 * document leaves out. */
static void find_entries(struct td_changes *c, size_t version, uint32_t node)
{
    const struct td_tree *tree = c->side[version].tree;
    size_t entries = td_node_count(tree, node);
    if (entries > c->name_room) {
        void *grown =
            td_mem_grow(c->mem, c->names, &c->name_room, entries, sizeof *c->names);
        if (!grown) {
            c->failed = true;
            return;
        }
        c->names = grown;
    }
    size_t count = sort_entries(c, tree, node);
    size_t at = 0;
    for (size_t i = 0; i < c->member_count[version]; i++) {
        struct td_change_member *member = &c->members[version][i];
        int order = -1;
        while (at < count &&
               (order = compare_key_with_text(inner(member->key), c->names[at].text)) > 0)
            at++;
        if (at < count && order == 0)
            member->node = td_follow(tree, td_after(tree, c->names[at].id));
    }
}

static void open_version(struct td_changes *c, size_t version,
                         const struct td_change_pair *pair)
{
    uint32_t node = pair->node[version];
    list_members(c, version, pair->value[version]);
    if (c->nesting[version].values[pair->value[version]].kind == TD_NESTING_MAP)
        find_entries(c, version, node);
    else if (pair->field !=
             &td_job_shape.fields[TD_JOB_SECRETS]) /* the form sorts these */
        find_items(c, version, node);
}

/* ---- pairs to compare ------------------------------------------------------------------- */

static bool is_equal(const struct td_changes *c, const struct td_change_member *old,
                     const struct td_change_member *new)
{
    return td_str_eq(text_of(c, TD_OLD, old->value), text_of(c, TD_NEW, new->value));
}

static void push(struct td_changes *c, const struct td_change_pair *pair)
{
    if (c->pair_count == c->pair_room) {
        void *grown = td_mem_grow(c->mem, c->pairs, &c->pair_room, c->pair_count + 1,
                                  sizeof *c->pairs);
        if (!grown) {
            c->failed = true;
            return;
        }
        c->pairs = grown;
    }
    c->pairs[c->pair_count++] = *pair;
}

/* What stands for a member that a version has not; the value of a member is never the first, which
 * is the whole document. */
static const struct td_change_member absent;

/* Members of `in` as a pair; either may be absent, and two equal ones are none. */
static void push_members(struct td_changes *c, const struct td_change_pair *in,
                         const struct td_change_member *old,
                         const struct td_change_member *new, uint32_t index)
{
    assert(old->value || new->value);
    if (old->value && new->value && is_equal(c, old, new))
        return;
    const struct td_change_pair pair = {
        .value = {old->value, new->value},
        .node = {old->node, new->node},
        .holder = {in->node[TD_OLD] ? in->node[TD_OLD] : in->holder[TD_OLD],
                   in->node[TD_NEW] ? in->node[TD_NEW] : in->holder[TD_NEW]},
        .field = in->field,
        .shape = in->shape,
        .class = in->class,
        .path = c->path.len,
        .key = new->value ? new->key : old->key,
        .index = index,
    };
    push(c, &pair);
}

/* An entry of a map of the format is a field of its own. */
static void name_field(struct td_change_pair *pair)
{
    const struct td_shape *shape = pair->shape;
    pair->shape = NULL;
    if (!shape)
        return;
    pair->field = &shape->fields[td_field_find(shape, inner(pair->key))];
    pair->shape = pair->field->shape;
    pair->class = pair->field->class;
}

static void push_entries(struct td_changes *c, const struct td_change_pair *in)
{
    size_t at[TD_VERSIONS] = {0, 0};
    while (at[TD_OLD] < c->member_count[TD_OLD] || at[TD_NEW] < c->member_count[TD_NEW]) {
        const struct td_change_member *entry[TD_VERSIONS];
        for (size_t v = 0; v < TD_VERSIONS; v++)
            entry[v] = at[v] < c->member_count[v] ? &c->members[v][at[v]] : &absent;
        int order = !entry[TD_OLD]->value   ? 1
                    : !entry[TD_NEW]->value ? -1
                                            : compare_keys(inner(entry[TD_OLD]->key),
                                                           inner(entry[TD_NEW]->key));
        size_t before = c->pair_count;
        push_members(c, in, order <= 0 ? entry[TD_OLD] : &absent,
                     order >= 0 ? entry[TD_NEW] : &absent, 0);
        if (c->pair_count > before)
            name_field(&c->pairs[before]);
        at[TD_OLD] += order <= 0;
        at[TD_NEW] += order >= 0;
    }
}

static void push_by_position(struct td_changes *c, const struct td_change_pair *in)
{
    size_t olds = c->member_count[TD_OLD];
    size_t news = c->member_count[TD_NEW];
    for (size_t i = 0; i < olds || i < news; i++) {
        push_members(c, in, i < olds ? &c->members[TD_OLD][i] : &absent,
                     i < news ? &c->members[TD_NEW][i] : &absent, (uint32_t)i);
    }
}

static_assert(TD_COLUMN_NAME == 0 && TD_INPUT_FROM == 0, "what names an item is first");

/* The value of the first entry of a map. */
static struct td_str first_entry(const struct td_nesting *nesting, uint32_t map)
{
    return td_nesting_text(nesting, map + 2);
}

/* A column is known by its name, an input by all of it or by what it reads, any other item by
 * all of it. */
static struct td_item item_of(const struct td_changes *c, size_t version,
                              const struct td_change_pair *in, uint32_t value)
{
    const struct td_nesting *o = &c->nesting[version];
    struct td_item item = {{td_nesting_text(o, value), {NULL, 0}}};
    if (in->shape == &td_column_shape)
        item.key[0] = first_entry(o, value);
    if (in->shape == &td_input_shape)
        item.key[1] = first_entry(o, value);
    return item;
}

struct aligned {
    struct td_item *items[TD_VERSIONS];
    uint32_t *partners;
    unsigned char *taken; /* of each old item */
};

static void push_aligned(struct td_changes *c, const struct td_change_pair *in,
                         const struct aligned *a)
{
    size_t olds = c->member_count[TD_OLD];
    size_t news = c->member_count[TD_NEW];
    memset(a->taken, 0, olds + 1);
    for (size_t j = 0; j < news; j++)
        a->taken[a->partners[j]] = 1;
    for (size_t i = olds; i > 0; i--) {
        if (!a->taken[i])
            push_members(c, in, &c->members[TD_OLD][i - 1], &absent, (uint32_t)i - 1);
    }
    for (size_t j = 0; j < news; j++) {
        if (!a->partners[j])
            push_members(c, in, &absent, &c->members[TD_NEW][j], (uint32_t)j);
    }
    for (size_t j = 0; j < news; j++) {
        if (a->partners[j])
            push_members(c, in, &c->members[TD_OLD][a->partners[j] - 1],
                         &c->members[TD_NEW][j], (uint32_t)j);
    }
}

static void push_items(struct td_changes *c, const struct td_change_pair *in)
{
    size_t olds = c->member_count[TD_OLD];
    size_t news = c->member_count[TD_NEW];
    size_t bytes =
        (olds + news) * sizeof(struct td_item) + news * sizeof(uint32_t) + olds + 1;
    struct td_item *items = td_mem_alloc(c->mem, bytes);
    if (!items) {
        c->failed = true;
        return;
    }
    struct aligned a = {{items, items + olds}, (uint32_t *)(items + olds + news), NULL};
    a.taken = (unsigned char *)(a.partners + news);
    for (size_t v = 0; v < TD_VERSIONS; v++) {
        for (size_t i = 0; i < c->member_count[v]; i++)
            a.items[v][i] = item_of(c, v, in, c->members[v][i].value);
    }
    c->failed |= !td_align(c->mem, (struct td_items){a.items[TD_OLD], olds},
                           (struct td_items){a.items[TD_NEW], news},
                           in->shape != &td_column_shape, a.partners);
    push_aligned(c, in, &a);
    td_mem_free(c->mem, items, bytes);
}

/* The next pair is taken from the end. */
static void reverse(struct td_changes *c, size_t first)
{
    for (size_t last = c->pair_count; first + 1 < last; first++) {
        struct td_change_pair kept = c->pairs[first];
        c->pairs[first] = c->pairs[--last];
        c->pairs[last] = kept;
    }
}

static void open_pair(struct td_changes *c, const struct td_change_pair *pair)
{
    size_t first = c->pair_count;
    open_version(c, TD_OLD, pair);
    open_version(c, TD_NEW, pair);
    if (c->nesting[TD_OLD].values[pair->value[TD_OLD]].kind == TD_NESTING_MAP)
        push_entries(c, pair);
    else if (c->positional)
        push_by_position(c, pair);
    else
        push_items(c, pair);
    reverse(c, first);
}

/* Names say something together only, and so does what is read or published. */
static bool is_whole(const struct td_change_pair *pair)
{
    return pair->field->type == TD_TYPE_NAMES ||
           pair->field->type == TD_TYPE_NAME_LISTS || pair->shape == &td_from_shape ||
           pair->shape == &td_output_shape;
}

static bool opens(const struct td_changes *c, const struct td_change_pair *pair)
{
    if (pair->value[TD_OLD] == 0 || pair->value[TD_NEW] == 0)
        return false;
    uint32_t kind = c->nesting[TD_OLD].values[pair->value[TD_OLD]].kind;
    if (kind == TD_NESTING_SCALAR ||
        kind != c->nesting[TD_NEW].values[pair->value[TD_NEW]].kind)
        return false;
    return c->positional || (c->path.len <= PATH_BYTES_MOST && !is_whole(pair));
}

void td_changes_compare(struct td_changes *c,
                        const struct td_version_side side[TD_VERSIONS],
                        const struct td_shape *shape, const tracedag_change *like)
{
    struct td_change_pair pair = {
        .value = {TD_NESTING_ROOT, TD_NESTING_ROOT},
        .node = {side[TD_OLD].node, side[TD_NEW].node},
        .holder = {side[TD_OLD].node, side[TD_NEW].node},
        .shape = shape,
        .path = c->path.len,
    };
    size_t prefix = c->path.len;
    c->side = side;
    c->like = like;
    c->pair_count = 0;
    for (size_t v = 0; v < TD_VERSIONS; v++)
        c->failed |= !td_nesting_read(&c->nesting[v], c->mem, side[v].text);
    if (c->failed)
        return;
    open_pair(c, &pair);
    /* Without memory, entries are without their nodes: nothing may go into these. */
    while (c->pair_count > 0 && !c->failed && !(c->positional && c->count > 0)) {
        pair = c->pairs[--c->pair_count];
        step_to(c, &pair);
        if (opens(c, &pair))
            open_pair(c, &pair);
        else
            report(c, &pair);
    }
    c->path.len = prefix;
    c->failed |= c->path.failed;
    c->failed |= c->arena->failed;
}
