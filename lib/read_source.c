#include "edits.h"
#include "names.h"
#include "read.h"
#include "schedule.h"

/* What a source kind takes beside `kind`; the other field is refused. */
static const struct {
    bool schedule;
    bool webhook_path;
} takes[] = {
    [TRACEDAG_SOURCE_CRON] = {true, false},
    [TRACEDAG_SOURCE_WEBHOOK] = {false, true},
    [TRACEDAG_SOURCE_MANUAL] = {false, false},
    [TRACEDAG_SOURCE_ALWAYS_ON] = {false, false},
};

struct source {
    struct td_reader *r;
    struct td_job *job;
    const struct td_scope *job_scope;
    struct td_scope scope;
    uint32_t fields[TD_FIELDS_MOST];
    uint32_t keys[TD_FIELDS_MOST];
};

/* ---- schedules -------------------------------------------------------------------------- */

static void put_words(void *ctx, const char *bytes, size_t len)
{
    td_buf_put(ctx, bytes, len);
}

static void put_quoted(void *ctx, struct td_str raw)
{
    td_buf_escaped(ctx, raw, TD_QUOTE_CHARACTERS);
}

/* Where the text as written begins, when it stands as it is read. */
static bool stands_plain(const struct source *s, uint32_t value, uint32_t *start)
{
    const struct td_node *node = td_node_raw(s->r->tree, value);
    *start = node->start + (node->flags & TD_QUOTED ? 1 : 0);
    return (node->flags & TD_COPIED) == 0;
}

/* The part of a schedule that is at fault, where the text as written shows it. */
static struct td_span part_of(const struct source *s, uint32_t value,
                              const struct td_schedule_fault *fault)
{
    uint32_t start;
    bool part = fault->code == TRACEDAG_CODE_RATE_VALUE ||
                fault->code == TRACEDAG_CODE_RATE_UNIT ||
                fault->code == TRACEDAG_CODE_CRON_RANGE;
    if (!stands_plain(s, value, &start) || !part)
        return td_node_span(s->r->tree, value);
    if (fault->code ==
        TRACEDAG_CODE_RATE_UNIT) /* number and unit together are the fault */
        return (struct td_span){start,
                                start + (uint32_t)td_node_text(s->r->tree, value).len};
    return (struct td_span){start + (uint32_t)fault->start, start + (uint32_t)fault->end};
}

static void offer_fix(struct source *s, struct td_finding *f, uint32_t value,
                      const struct td_schedule_fault *fault)
{
    uint32_t start;
    if (!fault->fix.ptr || !stands_plain(s, value, &start))
        return;
    start += (uint32_t)(fault->part.ptr - td_node_text(s->r->tree, value).ptr);
    const struct td_span part = {start, start + (uint32_t)fault->part.len};
    td_fix(s->r->diag, f, fault->unsure ? TRACEDAG_SAFETY_UNSAFE : TRACEDAG_SAFETY_SAFE,
           part, fault->fix, "write %q", fault->fix);
}

static void report_schedule(struct source *s, uint32_t value, struct td_str text,
                            const struct td_schedule_fault *fault)
{
    struct td_diag *diag = s->r->diag;
    struct td_finding *f = td_scope_report(diag, s->r->tree, s->job_scope, fault->code,
                                           part_of(s, value, fault), value);
    if (!td_kept(diag, f))
        return;
    struct td_buf *buf = &diag->scratch;
    const struct td_schedule_sink sink = {put_words, put_quoted, buf};
    struct td_str job = s->job_scope->job.len
                            ? td_words(diag, "%e", s->job_scope->job)
                            : td_words(diag, "%u", (uint64_t)s->job->index);
    td_schedule_message(fault, text, job, &sink); /* the words go to the scratch buffer */
    td_message(diag, f, "");
    if (td_schedule_help(fault, text, &sink))
        td_help(diag, f, "");
    offer_fix(s, f, value, fault);
    td_data_text(diag, f, "name", text);
    td_data_text(diag, f, "found", fault->found);
}

/* The spelling of a schedule; empty when it has a fault, or when memory ran out. */
static struct td_str spell_schedule(struct source *s, uint32_t value)
{
    struct td_str text = td_node_text(s->r->tree, value);
    struct td_schedule schedule;
    struct td_schedule_fault fault;
    if (!td_schedule_parse(text, &schedule, &fault)) {
        do
            report_schedule(s, value, text, &fault);
        while (td_schedule_next_fault(text, &fault));
        return TD_S("");
    }
    struct td_buf buf;
    td_buf_init(&buf, s->r->model->mem);
    const struct td_schedule_sink sink = {put_words, NULL, &buf};
    td_schedule_write(&schedule, text, &sink);
    struct td_str spelled =
        td_arena_copy(&s->r->model->arena, (struct td_str){buf.ptr, buf.len});
    if (buf.failed || !spelled.ptr)
        s->r->failed = true;
    td_buf_free(&buf);
    return spelled;
}

/* A value that lies before the map of the job was reached through an alias, and may be the schedule
 * of very many jobs. */
static struct td_str *shared_schedule(struct source *s, uint32_t value)
{
    const struct td_tree *tree = s->r->tree;
    struct td_model *m = s->r->model;
    if (value > s->job->node)
        return NULL;
    if (!m->schedules)
        m->schedules = td_arena_array(&m->arena, tree->count, sizeof *m->schedules);
    if (!m->schedules)
        s->r->failed = true;
    return m->schedules ? &m->schedules[value] : NULL;
}

static void read_schedule(struct source *s, uint32_t value)
{
    struct td_str *shared = shared_schedule(s, value);
    struct td_str spelled = shared && shared->ptr ? *shared : spell_schedule(s, value);
    if (shared)
        *shared = spelled;
    s->job->pub.schedule = td_public(spelled);
}

/* ---- webhook paths ---------------------------------------------------------------------- */

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

/* The length of the character at `at`. */
static size_t character(struct td_str path, size_t at)
{
    size_t end = at + 1;
    while (end < path.len && ((unsigned char)path.ptr[end] & 0xC0) == 0x80)
        end++;
    return end - at;
}

struct path_fault {
    const char *says;
    struct td_str found;
    size_t start;
    size_t end;
    bool whole; /* it is about the path, not about a part of it */
};

static bool segment_fault(struct td_str path, struct path_fault *fault)
{
    for (size_t at = 0; at < path.len;) {
        size_t end = at + 1;
        while (end < path.len && path.ptr[end] != '/')
            end++;
        struct td_str segment = {path.ptr + at + 1, end - at - 1};
        if (td_str_eq(segment, TD_S(".")) || td_str_eq(segment, TD_S(".."))) {
            *fault = (struct path_fault){"must have no `.` or `..` segment", path, at + 1,
                                         end, false};
            return true;
        }
        if (segment.len == 0 && end < path.len) {
            *fault = (struct path_fault){"must have no empty segment", path, at, end + 1,
                                         false};
            return true;
        }
        at = end;
    }
    return false;
}

/* What is wrong with a path (format specification, section 2, *Source*). */
static bool find_path_fault(struct td_str path, struct path_fault *fault)
{
    if (path.ptr[0] != '/') {
        *fault = (struct path_fault){"must start with `/`", path, 0, path.len, true};
        return true;
    }
    for (size_t at = 0; at < path.len; at++) {
        if (path.ptr[at] == '/' || is_unreserved(path.ptr[at]))
            continue;
        size_t length = character(path, at);
        *fault = (struct path_fault){
            "must hold only letters, digits, `-`, `.`, `_`, `~` and `/`",
            {path.ptr + at, length},
            at,
            at + length,
            false};
        return true;
    }
    if (segment_fault(path, fault))
        return true;
    if (path.ptr[path.len - 1] != '/')
        return false;
    *fault =
        (struct path_fault){"must not end with `/`", path, path.len - 1, path.len, false};
    return true;
}

static void read_webhook(struct source *s, uint32_t value)
{
    struct td_reader *r = s->r;
    struct td_str path = td_node_text(r->tree, value);
    struct path_fault fault;
    if (!find_path_fault(path, &fault)) {
        s->job->pub.webhook_path = td_public(path);
        s->job->webhook = value;
        return;
    }
    const struct td_node *node = td_node_raw(r->tree, value);
    struct td_span span = td_node_span(r->tree, value);
    if (!fault.whole && !(node->flags & TD_COPIED)) {
        span.start += node->flags & TD_QUOTED ? 1 : 0;
        span = (struct td_span){span.start + (uint32_t)fault.start,
                                span.start + (uint32_t)fault.end};
    }
    struct td_finding *f = td_scope_report(r->diag, r->tree, s->job_scope,
                                           TRACEDAG_CODE_WEBHOOK_PATH, span, value);
    td_message(r->diag, f, "%t %s, found %q",
               td_scope_field(r->diag, s->job_scope, TD_S("webhook_path")), fault.says,
               fault.found);
    td_data_text(r->diag, f, "name", path);
}

static void report_webhook_repeat(struct td_reader *r, const struct td_job *first,
                                  const struct td_job *second)
{
    struct td_scope scope = td_job_scope(r->model, second);
    struct td_scope other = td_job_scope(r->model, first);
    uint32_t value = second->webhook;
    uint32_t source =
        td_after(r->tree, td_find_key(r->tree, second->node, TD_S("source")));
    if (r->tree->nodes[source].kind == TD_ALIAS)
        value = source;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &scope, TRACEDAG_CODE_WEBHOOK_PATH,
                        td_node_span(r->tree, value), value);
    td_message(r->diag, f, "%t is %q, which %t has",
               td_scope_field(r->diag, &scope, TD_S("webhook_path")),
               td_slice(second->pub.webhook_path), td_scope_owner(r->diag, &other));
    td_related(r->diag, f, td_node_span(r->tree, first->webhook), "first used here");
    td_help(r->diag, f, "give each webhook a path of its own");
    td_data_text(r->diag, f, "name", td_slice(second->pub.webhook_path));
}

void td_read_webhooks_done(struct td_reader *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->model->job_count; i++)
        count += r->model->jobs[i].webhook != 0;
    if (count < 2)
        return;
    struct td_name *paths = td_mem_alloc(r->model->mem, count * sizeof *paths);
    if (!paths) {
        r->failed = true;
        return;
    }
    size_t n = 0;
    for (size_t i = 0; i < r->model->job_count; i++) {
        if (r->model->jobs[i].webhook)
            paths[n++] =
                td_name_of(td_slice(r->model->jobs[i].pub.webhook_path), (uint32_t)i);
    }
    td_names_sort(paths, n);
    for (size_t i = 1, first = 0; i < n; i++) {
        if (!td_str_eq(paths[first].text, paths[i].text))
            first = i;
        else
            report_webhook_repeat(r, &r->model->jobs[paths[first].id],
                                  &r->model->jobs[paths[i].id]);
    }
    td_mem_free(r->model->mem, paths, count * sizeof *paths);
}

/* ---- the source ------------------------------------------------------------------------- */

static struct td_str kind_word(const struct source *s)
{
    return td_node_text(s->r->tree, s->fields[TD_SOURCE_KIND]);
}

static void source_shape(struct source *s, struct td_span span, uint32_t place,
                         const char *verb, const struct td_field *field)
{
    struct td_diag *diag = s->r->diag;
    struct td_finding *f = td_scope_report(diag, s->r->tree, &s->scope,
                                           TRACEDAG_CODE_SOURCE_SHAPE, span, place);
    td_message(diag, f, "`source` of %t is %q and %s %q",
               td_scope_owner(diag, s->job_scope), kind_word(s), verb, field->name);
    if (place == s->scope.node) {
        td_help(diag, f, "%s", field->advice);
    } else {
        td_help(diag, f, "remove it, or change `kind`");
        td_edit_remove_entry(diag, f, TRACEDAG_SAFETY_UNSAFE, s->r->tree, s->scope.node,
                             place);
    }
    td_data_text(diag, f, "name", field->name);
}

/* Judges the presence of a field of the kind; true when its value is to be read. */
static bool fits_kind(struct source *s, enum td_source_field field, bool taken)
{
    const struct td_field *row = &td_source_shape.fields[field];
    bool cut = (s->r->tree->nodes[s->scope.node].flags & TD_CUT_OFF) != 0;
    if (taken && s->fields[field] == 0 && !cut)
        source_shape(s, td_scope_opener(s->r->tree, &s->scope), s->scope.node, "has no",
                     row);
    if (!taken && s->keys[field])
        source_shape(s, td_node_span(s->r->tree, s->keys[field]), s->keys[field],
                     "takes no", row);
    return taken && td_usable(s->fields[field]);
}

static void read_by_kind(struct source *s)
{
    uint32_t kind =
        td_word_find(td_source_shape.fields[TD_SOURCE_KIND].words, kind_word(s));
    s->job->pub.source_kind = kind;
    if (fits_kind(s, TD_SOURCE_SCHEDULE, takes[kind].schedule))
        read_schedule(s, s->fields[TD_SOURCE_SCHEDULE]);
    if (fits_kind(s, TD_SOURCE_WEBHOOK_PATH, takes[kind].webhook_path))
        read_webhook(s, s->fields[TD_SOURCE_WEBHOOK_PATH]);
}

void td_read_source(struct td_reader *r, struct td_job *job, const struct td_scope *scope,
                    uint32_t key)
{
    struct source s = {.r = r, .job = job, .job_scope = scope};
    s.scope = td_scope_inner(scope, TD_S("source"), key, job->field[TD_JOB_SOURCE]);
    td_read_fields(r, &td_source_shape, &s.scope, s.fields, s.keys);
    if (td_usable(s.fields[TD_SOURCE_KIND])) {
        read_by_kind(&s);
        return;
    }
    /* The kind cannot be read; what is there can be judged all the same. */
    if (td_usable(s.fields[TD_SOURCE_SCHEDULE]))
        read_schedule(&s, s.fields[TD_SOURCE_SCHEDULE]);
    if (td_usable(s.fields[TD_SOURCE_WEBHOOK_PATH]))
        read_webhook(&s, s.fields[TD_SOURCE_WEBHOOK_PATH]);
}
