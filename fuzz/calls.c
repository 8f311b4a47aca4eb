/* The tables of calls.h, and what holds for every call of a shape. */
#include "calls.h"

/* ---- the tables ------------------------------------------------------------------------- */

static bool applies_report(const struct subject *s)
{
    return s->report != NULL;
}

static bool applies_dag(const struct subject *s)
{
    return s->dag != NULL;
}

static bool applies_config(const struct subject *s)
{
    return s->config != 0;
}

#define TEXT_FUNCTION(name, needs, traits, expression) \
    static tracedag_status text_##name(const struct subject *s, char **text, \
                                       size_t *size) \
    { \
        return expression; \
    }
#define OWNED_FUNCTION(name, needs, type, expression) \
    static tracedag_status list_##name(const struct subject *s, tracedag_list *list) \
    { \
        return expression; \
    }
#define BORROWED_FUNCTION(name, needs, type, expression) \
    static tracedag_status list_##name(const struct subject *s, tracedag_list *list) \
    { \
        (void)s; \
        expression; \
        return TRACEDAG_OK; \
    }

TEXT_CALLS(TEXT_FUNCTION)
OWNED_LIST_CALLS(OWNED_FUNCTION)
BORROWED_LIST_CALLS(BORROWED_FUNCTION)

#define TEXT_ROW(name, needs, traits, expression) \
    {#name, applies_##needs, traits, text_##name},
#define OWNED_ROW(name, needs, type, expression) \
    {#name, applies_##needs, sizeof(type), true, list_##name},
#define BORROWED_ROW(name, needs, type, expression) \
    {#name, applies_##needs, sizeof(type), false, list_##name},

const struct text_call text_calls[] = {TEXT_CALLS(TEXT_ROW)};
const size_t text_call_count = sizeof text_calls / sizeof *text_calls;

const struct list_call list_calls[] = {OWNED_LIST_CALLS(OWNED_ROW)
                                           BORROWED_LIST_CALLS(BORROWED_ROW)};
const size_t list_call_count = sizeof list_calls / sizeof *list_calls;

/* ---- what holds for them ---------------------------------------------------------------- */

static void check_text(const struct text_call *call, const char *text, size_t size)
{
    HOLDS(text && text[size] == '\0');
    HOLDS(call->traits & JSON_LINES || is_utf8(text, size));
    if (call->traits & LINES)
        HOLDS(size > 0 && text[size - 1] == '\n');
    if (call->traits & JSON_LINES)
        HOLDS(is_json_lines(text, size));
    if (call->traits & JSON)
        HOLDS(is_json(text, size));
}

static void repeat_text(const struct text_call *call, const struct subject *s,
                        const char *text, size_t size)
{
    char *again;
    size_t same;
    HOLDS(call->call(s, &again, &same) == TRACEDAG_OK);
    HOLDS(size == same && memcmp(text, again, size) == 0);
    tracedag_free(again);
}

static void check_text_call(const struct text_call *call, const struct subject *s,
                            bool twice)
{
    char *text;
    size_t size;
    HOLDS(call->call(s, &text, &size) == TRACEDAG_OK);
    check_text(call, text, size);
    if (twice)
        repeat_text(call, s, text, size);
    tracedag_free(text);
}

static void check_list_call(const struct list_call *call, const struct subject *s)
{
    tracedag_list list;
    tracedag_list again;
    HOLDS(call->call(s, &list) == TRACEDAG_OK && call->call(s, &again) == TRACEDAG_OK);
    HOLDS(list.stride >= call->stride && list.stride == again.stride);
    HOLDS(list.count == again.count && (list.items != NULL || list.count == 0));
    if (list.count)
        HOLDS(memcmp(list.items, again.items, list.count * list.stride) == 0);
    if (call->owned) {
        tracedag_free(list.items);
        tracedag_free(again.items);
    }
}

/* Texts cost the most: a third of them is made, and one of these twice. */
void check_calls(const struct subject *s, uint32_t which)
{
    for (size_t i = which % 3; i < text_call_count; i += 3) {
        if (text_calls[i].applies(s))
            check_text_call(&text_calls[i], s, i == which % text_call_count);
    }
    for (size_t i = 0; i < list_call_count; i++) {
        if (list_calls[i].applies(s))
            check_list_call(&list_calls[i], s);
    }
}

static void check_form(const struct text_call *call, const struct subject *s)
{
    enum { LARGE = 1 << 18 }; /* where aliases stand for much, one form is enough */
    char *text;
    size_t size;
    HOLDS(call->call(s, &text, &size) == TRACEDAG_OK);
    if (size < LARGE)
        check_same(text, size, s->dag);
    tracedag_free(text);
}

void check_forms(const tracedag_dag *dag, uint32_t which)
{
    struct subject s = make_subject(dag, NULL, 0);
    size_t chosen = which % text_call_count;
    for (size_t i = 0; i < text_call_count; i++) {
        const struct text_call *call = &text_calls[(chosen + i) % text_call_count];
        if (call->traits & READS_BACK) {
            check_form(call, &s);
            return;
        }
    }
}
