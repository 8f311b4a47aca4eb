/* What holds for each call of ../tests/calls.h. */
#include "fuzz.h"

#include "../tests/calls.h"

static void check_text(const struct call *call, const struct made *made)
{
    const char *text = made->owned;
    size_t size = made->size;
    HOLDS(text && text[size] == '\0');
    HOLDS(call->traits & (JSON_LINES | BYTES) || is_utf8(text, size));
    if (call->traits & LINES)
        HOLDS(size > 0 && text[size - 1] == '\n');
    if (call->traits & JSON_LINES)
        HOLDS(is_json_lines(text, size));
    if (call->traits & JSON)
        HOLDS(is_json(text, size));
}

static void repeat(const struct call *call, const struct subject *s,
                   const struct made *made)
{
    struct made again;
    make(call, s, &again);
    HOLDS(made_alike(made, &again));
    unmake(&again);
}

static void check_call(size_t which, const struct subject *s, bool twice)
{
    const struct call *call = &calls[which];
    struct made made;
    if (!call->applies(s))
        return;
    make(call, s, &made);
    HOLDS(made.status == TRACEDAG_OK && !made.wrong);
    if (which < TEXT_COUNT)
        check_text(call, &made);
    if (twice)
        repeat(call, s, &made);
    unmake(&made);
}

/* Texts cost the most: a third of them is made, and one of these twice. */
void check_calls(const struct subject *s, uint32_t which)
{
    for (size_t i = which % 3; i < TEXT_COUNT; i += 3)
        check_call(i, s, i == which % TEXT_COUNT);
    for (size_t i = TEXT_COUNT; i < CALL_COUNT; i++)
        check_call(i, s, true);
}

static void check_form(const struct call *call, const struct subject *s)
{
    enum { LARGE = 1 << 18 }; /* where aliases stand for much, one form is enough */
    struct made made;
    make(call, s, &made);
    HOLDS(made.status == TRACEDAG_OK);
    if (made.size < LARGE)
        check_same(made.owned, made.size, s->dag);
    unmake(&made);
}

void check_forms(const tracedag_dag *dag, uint32_t which)
{
    struct subject s = make_subject(dag, NULL, 0);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const struct call *call = &calls[(which + i) % TEXT_COUNT];
        if (call->traits & READS_BACK) {
            check_form(call, &s);
            return;
        }
    }
}
