/* The properties of what the library gives for a document, whatever the document is. */
#include "fuzz.h"

#include "../tests/calls.h"

const void *record(const tracedag_list *list, size_t index)
{
    HOLDS(index < list->count);
    HOLDS(tracedag_list_at(list, list->count) == NULL);
    return tracedag_list_at(list, index);
}

struct subject make_subject(const tracedag_dag *dag, const tracedag_report *report,
                            uint32_t which)
{
    struct subject s = {
        .dag = dag, .before = dag, .report = report, .output = TRACEDAG_ANY_OUTPUT};
    if (!dag)
        return s;
    tracedag_list jobs;
    tracedag_dag_jobs(dag, &jobs);
    s.job = s.source = s.reader = s.scheduled = which % (uint32_t)jobs.count;
    const tracedag_job *job = tracedag_dag_job(dag, s.job);
    if (job->outputs && which & 1)
        s.output = which / 2 % job->outputs;
    s.config = job->config;
    return s;
}

/* ---- fixes ------------------------------------------------------------------------------ */

/* A second run finds nothing more, as long as the first one was not short of tries. */
static void check_fixed_again(const tracedag_report *left, uint32_t flags,
                              const char *text, size_t size)
{
    char *again;
    size_t again_size;
    HOLDS(tracedag_report_fix(left, flags, &again, &again_size, NULL, NULL) ==
          TRACEDAG_OK);
    HOLDS(again_size == size && memcmp(again, text, size) == 0);
    tracedag_free(again);
}

static void check_left(const tracedag_report *left, const char *text, size_t size)
{
    tracedag_report *report;
    tracedag_check(text, size, NULL, NULL, &report);
    HOLDS(report);
    for (uint32_t severity = 0; severity <= TRACEDAG_SEVERITY_NOTE; severity++)
        HOLDS(tracedag_report_count(report, severity) ==
              tracedag_report_count(left, severity));
    tracedag_report_unref(report);
}

static void check_applied(const tracedag_list *applied, uint32_t flags, size_t size)
{
    for (size_t i = 0; i < applied->count; i++) {
        const tracedag_applied_fix *fix = record(applied, i);
        HOLDS(fix->start.byte <= size && fix->start.line >= 1);
        HOLDS(fix->safety == TRACEDAG_SAFETY_SAFE ||
              (flags && fix->safety == TRACEDAG_SAFETY_UNSAFE));
        HOLDS(fix->title.len && is_one_line(fix->title.ptr, fix->title.len));
    }
}

void check_fixes(const tracedag_report *report, const char *bytes, size_t size,
                 uint32_t which)
{
    enum { FEW = 8 };
    uint32_t flags = which & 1 ? TRACEDAG_FIX_UNSAFE : 0;
    char *text;
    size_t made;
    tracedag_list applied;
    tracedag_report *left;
    HOLDS(tracedag_report_fix(report, flags, &text, &made, &applied, &left) ==
          TRACEDAG_OK);
    HOLDS(tracedag_report_count(left, TRACEDAG_SEVERITY_ERROR) <=
          tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR));
    if (applied.count == 0)
        HOLDS(made == size && memcmp(text, bytes, size) == 0);
    else
        HOLDS(is_utf8(text, made));
    check_applied(&applied, flags, size);
    check_left(left, text, made);
    if (applied.count < FEW && tracedag_report_count(left, 0) < FEW)
        check_fixed_again(left, flags, text, made);
    tracedag_free(text);
    tracedag_free(applied.items);
    tracedag_report_unref(left);
}

/* ---- a report --------------------------------------------------------------------------- */

static int compare_texts(tracedag_text a, tracedag_text b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.ptr, b.ptr, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* Findings stand by start, then code, then pointer; the count of those left out stands last. */
static void check_order(const tracedag_finding *a, const tracedag_finding *b)
{
    if (b->code == TRACEDAG_CODE_DROPPED)
        return;
    HOLDS(a->start.byte <= b->start.byte);
    if (a->start.byte == b->start.byte)
        HOLDS(a->code < b->code ||
              (a->code == b->code && compare_texts(a->pointer, b->pointer) <= 0));
}

static void check_place(const tracedag_report *report, const tracedag_position *place,
                        size_t size)
{
    tracedag_position same;
    tracedag_report_position(report, place->byte, &same);
    HOLDS(place->byte <= size && place->reserved == 0);
    HOLDS(memcmp(place, &same, sizeof same) == 0);
    HOLDS(place->line >= 1 && place->column >= 1 && place->utf16 >= place->column);
}

static void check_span(const tracedag_report *report, const tracedag_position *start,
                       const tracedag_position *end, size_t size)
{
    check_place(report, start, size);
    check_place(report, end, size);
    HOLDS(start->byte <= end->byte && start->line <= end->line);
}

/* RFC 6901: empty, or parts that a slash begins, with `~` as `~0` or `~1`. */
static void check_pointer(tracedag_text pointer)
{
    HOLDS(is_utf8(pointer.ptr, pointer.len));
    HOLDS(pointer.len == 0 || pointer.ptr[0] == '/');
    for (size_t i = 0; i < pointer.len; i++) {
        if (pointer.ptr[i] == '~')
            HOLDS(i + 1 < pointer.len &&
                  (pointer.ptr[i + 1] == '0' || pointer.ptr[i + 1] == '1'));
    }
}

static void check_words(const tracedag_finding *f)
{
    HOLDS(f->message.len > 0 && is_one_line(f->message.ptr, f->message.len));
    HOLDS(is_one_line(f->label.ptr, f->label.len));
    HOLDS(is_utf8(f->subject.ptr, f->subject.len));
    HOLDS(is_json(f->data.ptr, f->data.len) && f->data.ptr[0] == '{');
    HOLDS(f->fingerprint.len == 16);
    for (size_t i = 0; i < 16; i++)
        HOLDS(strchr("0123456789abcdef", f->fingerprint.ptr[i]) != NULL);
    const char *name = tracedag_code_name(f->code);
    HOLDS(name && strlen(name) == f->name.len && !memcmp(name, f->name.ptr, f->name.len));
}

static void check_lists(const tracedag_report *report, const tracedag_finding *f,
                        size_t size)
{
    enum { RELATED_MOST = 8, HELP_MOST = 3 };
    HOLDS(f->related.count <= RELATED_MOST && f->help.count <= HELP_MOST);
    for (size_t i = 0; i < f->related.count; i++) {
        const tracedag_related *related = record(&f->related, i);
        check_span(report, &related->start, &related->end, size);
        HOLDS(is_one_line(related->label.ptr, related->label.len));
    }
    for (size_t i = 0; i < f->help.count; i++) {
        const tracedag_text *help = record(&f->help, i);
        HOLDS(help->len > 0 && is_one_line(help->ptr, help->len));
    }
}

static void check_finding(const tracedag_report *report, const tracedag_finding *f,
                          size_t size)
{
    HOLDS(f->severity >= TRACEDAG_SEVERITY_ERROR &&
          f->severity <= TRACEDAG_SEVERITY_NOTE);
    HOLDS(f->subject_kind >= TRACEDAG_SUBJECT_DAG &&
          f->subject_kind <= TRACEDAG_SUBJECT_CATALOG);
    HOLDS(f->subject_kind == TRACEDAG_SUBJECT_INPUT || f->subject_index == 0);
    check_span(report, &f->start, &f->end, size);
    check_pointer(f->pointer);
    check_words(f);
    check_lists(report, f, size);
}

static void check_counts(const tracedag_report *report, size_t kept)
{
    size_t sum = 0;
    for (uint32_t severity = TRACEDAG_SEVERITY_ERROR; severity <= TRACEDAG_SEVERITY_NOTE;
         severity++)
        sum += tracedag_report_count(report, severity);
    HOLDS(sum == tracedag_report_count(report, 0));
    HOLDS(sum == kept + tracedag_report_dropped(report));
    HOLDS(tracedag_report_finding(report, kept) == NULL);
}

void check_report(const tracedag_report *report, const char *bytes, size_t size)
{
    tracedag_list list;
    uint32_t line = 1;
    size_t at = 0;
    tracedag_report_findings(report, &list);
    for (size_t i = 0; i < list.count; i++) {
        const tracedag_finding *f = record(&list, i);
        HOLDS(tracedag_report_finding(report, i) == f);
        check_finding(report, f, size);
        if (i > 0)
            check_order(record(&list, i - 1), f);
        for (; at < f->start.byte; at++)
            line += bytes[at] == '\n';
        HOLDS(f->start.line == line);
    }
    check_counts(report, list.count);
}

void check_verdict(tracedag_status status, const tracedag_dag *dag,
                   const tracedag_report *report)
{
    size_t errors = tracedag_report_count(report, TRACEDAG_SEVERITY_ERROR);
    HOLDS(report != NULL);
    if (status == TRACEDAG_OK)
        HOLDS(dag && errors == 0);
    else
        HOLDS(status == TRACEDAG_REJECTED && !dag && errors > 0);
}

/* ---- forms ------------------------------------------------------------------------------ */

tracedag_options *highest_limits(void)
{
    static const uint64_t ceilings[] = {
        [TRACEDAG_LIMIT_INPUT_BYTES] = 64 << 20,
        [TRACEDAG_LIMIT_DEPTH] = 256,
        [TRACEDAG_LIMIT_NODES] = 16 << 20,
        [TRACEDAG_LIMIT_BLANK_RUN] = 4096,
        [TRACEDAG_LIMIT_SCALAR_BYTES] = 1 << 20,
        [TRACEDAG_LIMIT_KEY_BYTES] = 1000,
        [TRACEDAG_LIMIT_ALIAS_NODES] = 1 << 20,
        [TRACEDAG_LIMIT_ALIAS_NODE_RATIO] = 100,
        [TRACEDAG_LIMIT_ALIAS_BYTE_RATIO] = 100,
        [TRACEDAG_LIMIT_JOBS] = 1 << 20,
        [TRACEDAG_LIMIT_EDGES] = 4 << 20,
        [TRACEDAG_LIMIT_PUBLISHES] = 1 << 20,
        [TRACEDAG_LIMIT_INPUTS_PER_JOB] = 65536,
        [TRACEDAG_LIMIT_LIST_ITEMS] = 65536,
        [TRACEDAG_LIMIT_WHERE_ENTRIES] = 1024,
        [TRACEDAG_LIMIT_CANONICAL_BYTES] = 256 << 20,
    };
    tracedag_options *options = tracedag_options_new();
    HOLDS(options != NULL);
    for (uint32_t i = 1; i < sizeof ceilings / sizeof *ceilings; i++)
        HOLDS(tracedag_options_set_limit(options, i, ceilings[i]) == TRACEDAG_OK);
    return options;
}

char *canonical(const tracedag_dag *dag, size_t *size)
{
    char *text;
    HOLDS(tracedag_dag_write(dag, TRACEDAG_FORM_CANONICAL, TRACEDAG_SYNTAX_JSON, &text,
                             size) == TRACEDAG_OK);
    return text;
}

void check_same(const char *bytes, size_t size, const tracedag_dag *dag)
{
    tracedag_options *options = highest_limits();
    tracedag_dag *other;
    tracedag_status status = tracedag_check(bytes, size, options, &other, NULL);
    HOLDS(status == TRACEDAG_OK);
    HOLDS(strcmp(tracedag_dag_hash(other), tracedag_dag_hash(dag)) == 0);
    size_t first;
    size_t second;
    char *one = canonical(dag, &first);
    char *two = canonical(other, &second);
    HOLDS(first == second && memcmp(one, two, first) == 0);
    tracedag_free(one);
    tracedag_free(two);
    tracedag_dag_unref(other);
    tracedag_options_unref(options);
}
