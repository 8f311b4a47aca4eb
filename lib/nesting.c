#include "nesting.h"

/* While a list or map is open, its `next` names the one around it. */
static bool add(struct td_nesting *o, struct td_mem *mem, uint32_t kind, size_t start,
                size_t end, uint32_t next)
{
    if (o->count == o->room) {
        void *grown =
            td_mem_grow(mem, o->values, &o->room, o->count + 1, sizeof *o->values);
        if (!grown)
            return false;
        o->values = grown;
    }
    o->values[o->count++] =
        (struct td_nested){(uint32_t)start, (uint32_t)end, next, kind};
    return true;
}

static size_t after_string(struct td_str text, size_t at)
{
    for (at++; text.ptr[at] != '"'; at++)
        at += text.ptr[at] == '\\';
    return at + 1;
}

/* Behind a number or word: at what closes or parts, or at the end. */
static size_t after_word(struct td_str text, size_t at)
{
    while (at < text.len && text.ptr[at] != ',' && text.ptr[at] != ']' &&
           text.ptr[at] != '}')
        at++;
    return at;
}

static bool add_scalar(struct td_nesting *o, struct td_mem *mem, struct td_str text,
                       size_t *at)
{
    size_t end = text.ptr[*at] == '"' ? after_string(text, *at) : after_word(text, *at);
    bool added = add(o, mem, TD_NESTING_SCALAR, *at, end, (uint32_t)o->count + 1);
    *at = end;
    return added;
}

static uint32_t close(struct td_nesting *o, uint32_t open, size_t end)
{
    uint32_t around = o->values[open].next;
    o->values[open].end = (uint32_t)end;
    o->values[open].next = (uint32_t)o->count;
    return around;
}

bool td_nesting_read(struct td_nesting *o, struct td_mem *mem, struct td_str text)
{
    uint32_t open = 0;
    o->text = text.ptr;
    o->count = 0;
    bool done = add(o, mem, TD_NESTING_SCALAR, 0, 0, 0);
    for (size_t at = 0; done && at < text.len;) {
        char c = text.ptr[at];
        if (c == '{' || c == '[') {
            done =
                add(o, mem, c == '{' ? TD_NESTING_MAP : TD_NESTING_LIST, at++, 0, open);
            open = (uint32_t)o->count - 1;
        } else if (c == '}' || c == ']') {
            open = close(o, open, ++at);
        } else if (c == ',' || c == ':') {
            at++;
        } else {
            done = add_scalar(o, mem, text, &at);
        }
    }
    return done;
}

void td_nesting_free(struct td_nesting *nesting, struct td_mem *mem)
{
    td_mem_free(mem, nesting->values, nesting->room * sizeof *nesting->values);
    *nesting = (struct td_nesting){0};
}
