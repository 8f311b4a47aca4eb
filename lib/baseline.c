#include "baseline.h"

#include <stdlib.h>

enum { DIGITS = 16 };

/* ---- reading ---------------------------------------------------------------------------- */

/* The first word of a line, which is moved behind it and the blanks that follow. */
static struct td_str take_word(struct td_str *line)
{
    struct td_str found = {line->ptr, 0};
    while (found.len < line->len && found.ptr[found.len] != ' ')
        found.len++;
    size_t used = found.len;
    while (used < line->len && line->ptr[used] == ' ')
        used++;
    *line = (struct td_str){line->ptr + used, line->len - used};
    return found;
}

static bool read_fingerprint(struct td_str digits, uint64_t *fingerprint)
{
    *fingerprint = 0;
    if (digits.len != DIGITS)
        return false;
    for (size_t i = 0; i < DIGITS; i++) {
        char c = digits.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        *fingerprint = *fingerprint << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return true;
}

static bool add(struct td_baseline *b, struct td_entry entry)
{
    if (b->count == b->room) {
        void *entries =
            td_mem_grow(&b->mem, b->entries, &b->room, b->count + 1, sizeof *b->entries);
        if (!entries)
            return false;
        b->entries = entries;
    }
    b->entries[b->count++] = entry;
    return true;
}

static enum td_baseline_status read_line(struct td_baseline *b, struct td_str line,
                                         const char *file)
{
    struct td_entry entry;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (line.len == 0 || line.ptr[0] == '#')
        return TD_BASELINE_OK;
    if (!read_fingerprint(take_word(&line), &entry.fingerprint))
        return TD_BASELINE_MALFORMED;
    const tracedag_code_info *row = td_code_named(take_word(&line));
    if (!row || line.len == 0)
        return TD_BASELINE_MALFORMED;
    entry.code = row->code;
    if (file && !td_str_eq(line, (struct td_str){file, strlen(file)}))
        return TD_BASELINE_OK;
    return add(b, entry) ? TD_BASELINE_OK : TD_BASELINE_NO_MEMORY;
}

static int compare_entries(const void *left, const void *right)
{
    const struct td_entry *a = left;
    const struct td_entry *b = right;
    return (a->fingerprint > b->fingerprint) - (a->fingerprint < b->fingerprint);
}

static void sort_entries(struct td_baseline *b)
{
    size_t kept = 0;
    if (b->count > 1)
        qsort(b->entries, b->count, sizeof *b->entries, compare_entries);
    for (size_t i = 0; i < b->count; i++) {
        if (kept == 0 || b->entries[kept - 1].fingerprint != b->entries[i].fingerprint)
            b->entries[kept++] = b->entries[i];
    }
    b->count = kept;
}

enum td_baseline_status td_baseline_read(struct td_str text, const char *file,
                                         struct td_baseline **baseline)
{
    struct td_mem mem = {.budget = SIZE_MAX};
    struct td_baseline *b = td_mem_alloc(&mem, sizeof *b);
    *baseline = NULL;
    if (!b)
        return TD_BASELINE_NO_MEMORY;
    *b = (struct td_baseline){.mem = mem};
    atomic_init(&b->refs, 1);
    enum td_baseline_status status = TD_BASELINE_OK;
    while (text.len > 0 && status == TD_BASELINE_OK) {
        const char *end = memchr(text.ptr, '\n', text.len);
        size_t len = end ? (size_t)(end - text.ptr) : text.len;
        status = read_line(b, (struct td_str){text.ptr, len}, file);
        len += end != NULL;
        text = (struct td_str){text.ptr + len, text.len - len};
    }
    sort_entries(b);
    if (status == TD_BASELINE_OK)
        *baseline = b;
    else
        td_baseline_drop(b);
    return status;
}

struct td_baseline *td_baseline_keep(struct td_baseline *baseline)
{
    if (baseline)
        atomic_fetch_add_explicit(&baseline->refs, 1, memory_order_relaxed);
    return baseline;
}

void td_baseline_drop(struct td_baseline *baseline)
{
    if (!baseline ||
        atomic_fetch_sub_explicit(&baseline->refs, 1, memory_order_acq_rel) != 1)
        return;
    struct td_mem mem = baseline->mem;
    td_mem_free(&mem, baseline->entries, baseline->room * sizeof *baseline->entries);
    td_mem_free(&mem, baseline, sizeof *baseline);
}

/* ---- use -------------------------------------------------------------------------------- */

/* The position of a fingerprint among the entries; their number where there is none. */
static size_t find(const struct td_baseline *b, tracedag_text fingerprint)
{
    struct td_entry wanted = {0};
    (void)read_fingerprint((struct td_str){fingerprint.ptr, fingerprint.len},
                           &wanted.fingerprint); /* that of a finding reads back */
    const struct td_entry *found =
        bsearch(&wanted, b->entries, b->count, sizeof wanted, compare_entries);
    return found ? (size_t)(found - b->entries) : b->count;
}

static bool may_be_set_aside(const struct td_finding *finding)
{
    const tracedag_code_info *row = td_code_find(finding->pub.code);
    return row->severity != TRACEDAG_SEVERITY_ERROR && !finding->is_aside;
}

static void report_stale(struct td_diag *diag, const struct td_entry *entry)
{
    struct td_finding *f =
        td_report(diag, TRACEDAG_CODE_UNUSED_BASELINE, (struct td_span){0, 0}, 0);
    td_buf_hex(&diag->scratch, entry->fingerprint, DIGITS, false);
    struct td_str digits = td_words(diag, "");
    td_message(diag, f, "baseline entry `%t` of TD%u matches nothing", digits,
               (uint64_t)entry->code);
    td_help(diag, f, "write the baseline again");
    td_subject(diag, f, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    td_data_text(diag, f, "name", digits);
}

bool td_baseline_apply(const struct td_baseline *baseline, struct td_diag *diag,
                       struct td_mem *mem, bool together)
{
    if (baseline->count == 0)
        return true;
    bool *used = td_mem_alloc(mem, baseline->count * sizeof *used);
    if (!used)
        return false;
    memset(used, 0, baseline->count * sizeof *used);
    for (size_t i = 0; i < diag->count; i++) {
        size_t at = find(baseline, diag->list[i].pub.fingerprint);
        if (at == baseline->count || !may_be_set_aside(&diag->list[i]))
            continue;
        used[at] = true;
        td_suppress(diag, &diag->list[i], TRACEDAG_SUPPRESSED_BASELINE, TD_S(""));
    }
    bool sound = diag->by_severity[TRACEDAG_SEVERITY_ERROR] == 0;
    for (size_t i = 0; sound && i < baseline->count; i++) {
        if (!used[i] && td_is_between(baseline->entries[i].code) == together)
            report_stale(diag, &baseline->entries[i]);
    }
    td_mem_free(mem, used, baseline->count * sizeof *used);
    return true;
}

void td_baseline_write(const struct td_diag *diag, const char *file, struct td_buf *out)
{
    size_t all = diag->count + diag->suppressed;
    for (size_t i = 0; i < all; i++) {
        const tracedag_finding *f = &diag->list[i].pub;
        if (td_code_find(f->code)->severity == TRACEDAG_SEVERITY_ERROR ||
            f->code == TRACEDAG_CODE_DROPPED ||
            f->code == TRACEDAG_CODE_UNUSED_BASELINE ||
            f->suppression == TRACEDAG_SUPPRESSED_IN_SOURCE)
            continue;
        td_buf_put(out, f->fingerprint.ptr, f->fingerprint.len);
        td_buf_text(out, "  TD");
        td_buf_number(out, f->code);
        td_buf_text(out, "  ");
        td_buf_text(out, file);
        td_buf_byte(out, '\n');
    }
}
