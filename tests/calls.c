#include "calls.h"

/* What an out-parameter holds before a call: a call that fails has to clear it. */
static const char before[] = "before";

static bool applies_nothing(const struct subject *s)
{
    (void)s;
    return true;
}

static bool applies_report(const struct subject *s)
{
    return s->report != NULL;
}

static bool applies_catalog(const struct subject *s)
{
    return s->catalog != NULL;
}

static bool applies_dag(const struct subject *s)
{
    return s->dag != NULL;
}

static bool applies_config(const struct subject *s)
{
    return s->config != 0;
}

/* ---- what each shape gives ----------------------------------------------------------------- */

static void note_owned(struct made *made, tracedag_status status, const void *owned,
                       size_t size)
{
    bool failed = status != TRACEDAG_OK;
    made->status = status;
    made->owned = failed ? NULL : owned;
    made->size = failed ? 0 : size;
    made->wrong = failed && (owned || size);
}

static void note_owned_list(struct made *made, tracedag_status status,
                            const tracedag_list *list, size_t stride)
{
    note_owned(made, status, list->items, list->count * list->stride);
    made->number = list->count;
    made->wrong |= list->count && (!list->items || list->stride < stride);
}

static void note_hash(struct made *made, tracedag_status status, const char *prefix)
{
    size_t len = strlen(prefix);
    made->status = status;
    if (status != TRACEDAG_OK)
        made->wrong = made->hash[0] != '\0';
    else
        made->wrong = strncmp(made->hash, prefix, len) != 0 ||
                      strspn(made->hash + len, "0123456789abcdef") != 32 ||
                      made->hash[len + 32] != '\0';
}

static void note_borrowed_list(struct made *made, const tracedag_list *list,
                               size_t stride)
{
    made->number = list->count;
    made->wrong = list->count && (!list->items || list->stride < stride);
}

/* The bytes as a number: what they are borrowed from may be gone when they are compared. */
static void note_borrowed_text(struct made *made, tracedag_text text)
{
    made->number = text.len;
    for (size_t i = 0; i < text.len; i++)
        made->number = made->number % 1000000007 * 257 + (unsigned char)text.ptr[i];
    made->wrong = !text.ptr && text.len;
}

/* ---- the table ----------------------------------------------------------------------------- */

#define TEXT_FUNCTION(name, needs, traits, expression) \
    static void run_##name(const struct subject *s, struct made *made) \
    { \
        (void)s; \
        char *owned = (char *)(uintptr_t)before; \
        char **text = &owned; \
        size_t bytes = sizeof before; \
        size_t *size = &bytes; \
        tracedag_status status = expression; \
        note_owned(made, status, owned, bytes); \
    }
#define OWNED_LIST_FUNCTION(name, needs, type, expression) \
    static void run_##name(const struct subject *s, struct made *made) \
    { \
        tracedag_list given = {before, sizeof before, 1}; \
        tracedag_list *list = &given; \
        tracedag_status status = expression; \
        note_owned_list(made, status, list, sizeof(type)); \
    }
#define HASH_FUNCTION(name, needs, prefix, expression) \
    static void run_##name(const struct subject *s, struct made *made) \
    { \
        (void)s; \
        char *out = made->hash; \
        size_t room = sizeof made->hash; \
        memcpy(out, before, sizeof before); \
        tracedag_status status = expression; \
        note_hash(made, status, prefix); \
    }
#define BORROWED_LIST_FUNCTION(name, needs, type, expression) \
    static void run_##name(const struct subject *s, struct made *made) \
    { \
        (void)s; \
        tracedag_list given = {before, sizeof before, 1}; \
        tracedag_list *list = &given; \
        expression; \
        note_borrowed_list(made, list, sizeof(type)); \
    }
#define BORROWED_TEXT_FUNCTION(name, needs, always, expression) \
    static void run_##name(const struct subject *s, struct made *made) \
    { \
        tracedag_text given = {before, sizeof before}; \
        tracedag_text *text = &given; \
        expression; \
        note_borrowed_text(made, given); \
        made->wrong |= always && applies_##needs(s) && !given.ptr; \
    }
#define NUMBER_FUNCTION(name, needs, expression) \
    static void run_##name(const struct subject *s, struct made *made) \
    { \
        (void)s; \
        made->number = expression; \
    }

TEXT_CALLS(TEXT_FUNCTION)
OWNED_LIST_CALLS(OWNED_LIST_FUNCTION)
HASH_CALLS(HASH_FUNCTION)
BORROWED_LIST_CALLS(BORROWED_LIST_FUNCTION)
BORROWED_TEXT_CALLS(BORROWED_TEXT_FUNCTION)
NUMBER_CALLS(NUMBER_FUNCTION)

#define TEXT_ROW(name, needs, traits, expression) \
    {#name, applies_##needs, traits, run_##name},
#define ROW(name, needs, ...) {#name, applies_##needs, 0, run_##name},

const struct call calls[CALL_COUNT] = {
    TEXT_CALLS(TEXT_ROW) OWNED_LIST_CALLS(ROW) HASH_CALLS(ROW) BORROWED_LIST_CALLS(ROW)
        BORROWED_TEXT_CALLS(ROW) NUMBER_CALLS(ROW)};

/* ---- making and comparing ------------------------------------------------------------------ */

/* The first job with a schedule; job 0 where there is none. */
static uint32_t scheduled_job(const tracedag_dag *dag)
{
    const tracedag_job *job;
    for (uint32_t i = 0; (job = tracedag_dag_job(dag, i)); i++)
        if (job->schedule.len)
            return i;
    return 0;
}

struct subject whole_subject(const tracedag_dag *dag, const tracedag_report *report)
{
    struct subject s = {.dag = dag,
                        .before = dag,
                        .report = report,
                        .catalog = tracedag_report_catalog(report),
                        .output = TRACEDAG_ANY_OUTPUT};
    tracedag_list order;
    tracedag_dag_order(dag, &order);
    if (order.count == 0)
        return s;
    s.source = *(const uint32_t *)tracedag_list_at(&order, 0);
    s.reader = *(const uint32_t *)tracedag_list_at(&order, order.count - 1);
    s.scheduled = scheduled_job(dag);
    s.config = tracedag_dag_job(dag, s.job)->config;
    return s;
}

void make(const struct call *call, const struct subject *s, struct made *made)
{
    memset(made, 0, sizeof *made);
    call->run(s, made);
}

void unmake(struct made *made)
{
    tracedag_free(made->owned);
    made->owned = NULL;
}

bool made_alike(const struct made *a, const struct made *b)
{
    return a->status == b->status && a->size == b->size && a->number == b->number &&
           strcmp(a->hash, b->hash) == 0 &&
           (a->size == 0 || memcmp(a->owned, b->owned, a->size) == 0);
}
