#include "diag.h"

#include <stdarg.h>
#include <stdlib.h>

enum { COMPACTIONS_MOST = 8 };

void td_diag_init(struct td_diag *diag, struct td_mem *mem,
                  const struct td_levels *levels, size_t most, size_t message_most)
{
    *diag = (struct td_diag){
        .mem = mem, .levels = *levels, .most = most, .message_most = message_most};
    td_arena_init(&diag->arena, mem);
    td_arena_init(&diag->words, mem);
    td_buf_init(&diag->scratch, mem);
}

void td_diag_free(struct td_diag *diag)
{
    td_mem_free(diag->mem, diag->list, diag->room * sizeof *diag->list);
    td_arena_free(&diag->arena);
    td_arena_free(&diag->words);
    td_buf_free(&diag->scratch);
}

/* ---- order and repeats ------------------------------------------------------ */

static struct td_str slice(tracedag_text text)
{
    return (struct td_str){text.ptr, text.len};
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_findings(const void *left, const void *right)
{
    const struct td_finding *a = left;
    const struct td_finding *b = right;
    int order = compare_numbers(a->pub.start.byte, b->pub.start.byte);
    if (order == 0)
        order = compare_numbers(a->pub.code, b->pub.code);
    if (order == 0)
        order = td_str_compare(slice(a->pub.pointer), slice(b->pub.pointer));
    return order ? order : compare_numbers(a->serial, b->serial);
}

static bool found_before(const struct td_diag *diag, size_t kept,
                         const struct td_finding *f)
{
    for (; kept > 0; kept--) {
        const struct td_finding *other = &diag->list[kept - 1];
        if (other->pub.start.byte != f->pub.start.byte || other->pub.code != f->pub.code)
            return false;
        if (other->pub.end.byte == f->pub.end.byte &&
            td_str_eq(slice(other->pub.data), slice(f->pub.data)))
            return true;
    }
    return false;
}

static void take_out_repeats(struct td_diag *diag)
{
    size_t kept = 0;
    for (size_t i = 0; i < diag->count; i++) {
        uint32_t severity = diag->list[i].pub.severity;
        if (found_before(diag, kept, &diag->list[i])) {
            diag->by_severity[severity]--;
            diag->kept[severity]--;
        } else {
            diag->list[kept++] = diag->list[i];
        }
    }
    diag->count = kept;
}

static void sort_findings(struct td_diag *diag)
{
    if (diag->count > 1)
        qsort(diag->list, diag->count, sizeof *diag->list, compare_findings);
    take_out_repeats(diag);
}

/* ---- which findings are kept ----------------------------------------------------------- */

/* A finding that may be given up for one of `severity`: errors push out notes, then
 * warnings, the last found first. */
static struct td_finding *least_wanted(struct td_diag *diag, uint32_t severity)
{
    for (uint32_t level = TRACEDAG_SEVERITY_NOTE; level > severity; level--) {
        if (diag->kept[level] == 0)
            continue;
        size_t i = diag->count - 1;
        while (diag->list[i].pub.severity != level || diag->list[i].is_aside)
            i--;
        diag->kept[level]--;
        diag->kept[severity]++;
        return &diag->list[i];
    }
    return &diag->lost;
}

static tracedag_text public_text(struct td_str text)
{
    return (tracedag_text){text.ptr, text.len};
}

static tracedag_text move_text(struct td_arena *arena, tracedag_text text)
{
    if (text.len == 0)
        return (tracedag_text){NULL, 0};
    return public_text(td_arena_copy(arena, slice(text)));
}

/* Lists of a finding have room for a power of two: most findings have one or two of each. */
static size_t room_of(size_t count)
{
    size_t room = 1;
    while (room < count)
        room *= 2;
    return count ? room : 0;
}

/* A fix has one edit. */
static void move_fixes(struct td_arena *arena, tracedag_list *list)
{
    const tracedag_fix *old = list->items;
    tracedag_fix *fixes = td_arena_array(arena, room_of(list->count), sizeof *fixes);
    tracedag_edit *edits = td_arena_array(arena, list->count, sizeof *edits);
    if (arena->failed)
        return;
    for (size_t i = 0; i < list->count; i++) {
        edits[i] = *(const tracedag_edit *)old[i].edits.items;
        edits[i].text = move_text(arena, edits[i].text);
        fixes[i] = old[i];
        fixes[i].title = move_text(arena, fixes[i].title);
        fixes[i].edits.items = &edits[i];
    }
    list->items = fixes;
}

static void move_lists(struct td_arena *arena, tracedag_finding *f)
{
    const tracedag_text *old_help = f->help.items;
    const tracedag_related *old_related = f->related.items;
    tracedag_text *help = td_arena_array(arena, room_of(f->help.count), sizeof *help);
    tracedag_related *related =
        td_arena_array(arena, room_of(f->related.count), sizeof *related);
    if (arena->failed)
        return;
    for (size_t i = 0; i < f->help.count; i++)
        help[i] = move_text(arena, old_help[i]);
    for (size_t i = 0; i < f->related.count; i++) {
        related[i] = old_related[i];
        related[i].label = move_text(arena, related[i].label);
        related[i].file = move_text(arena, related[i].file);
    }
    f->help.items = help;
    f->related.items = related;
}

/* Their labels stay where they are. */
static bool move_related(struct td_arena *arena, tracedag_list *related)
{
    if (related->count == 0)
        return true;
    void *own = td_arena_array(arena, room_of(related->count), related->stride);
    if (!own)
        return false;
    related->items = memcpy(own, related->items, related->count * related->stride);
    return true;
}

bool td_own_related(struct td_diag *diag, struct td_finding *finding)
{
    return move_related(&diag->arena, &finding->pub.related);
}

static void move_finding(struct td_arena *arena, struct td_finding *finding)
{
    tracedag_finding *f = &finding->pub;
    f->message = move_text(arena, f->message);
    f->label = move_text(arena, f->label);
    f->data = move_text(arena, f->data);
    finding->fingerprint_name = td_arena_copy(arena, finding->fingerprint_name);
    move_lists(arena, f);
    move_fixes(arena, &f->fixes);
}

/* Findings that were taken out leave their texts behind; those that stay move out. What came
 * from reading has its texts in the document, and its related places here. Findings about one
 * thing stand together as a rule, and go on sharing its name. */
static void move_texts(struct td_diag *diag)
{
    struct td_arena fresh;
    td_arena_init(&fresh, diag->mem);
    tracedag_text old = {NULL, 0};
    tracedag_text subject = {NULL, 0};
    for (size_t i = 0; i < diag->count && !fresh.failed; i++) {
        struct td_finding *f = &diag->list[i];
        if (td_is_finished(f)) {
            move_related(&fresh, &f->pub.related);
            continue;
        }
        move_finding(&fresh, f);
        if (f->pub.subject.ptr != old.ptr) {
            old = f->pub.subject;
            subject = move_text(&fresh, old);
        }
        f->pub.subject = subject;
    }
    diag->named = TD_S("");
    if (fresh.failed) { /* the call fails, and no finding is looked at any more */
        diag->failed = true;
        diag->count = 0;
        memset(diag->kept, 0, sizeof diag->kept);
    }
    td_arena_free(&diag->arena);
    diag->arena = fresh;
}

/* What was said twice, as of a value with many aliases, takes no room from other findings. */
static void make_room(struct td_diag *diag)
{
    if (!td_is_full(diag) || diag->compactions++ >= COMPACTIONS_MOST)
        return;
    size_t before = diag->count;
    sort_findings(diag);
    if (diag->count < before)
        move_texts(diag);
}

static struct td_finding *room_for_one(struct td_diag *diag, uint32_t severity)
{
    make_room(diag);
    if (td_is_full(diag)) {
        diag->dropped++;
        return least_wanted(diag, severity);
    }
    if (diag->count == diag->room) {
        void *list = td_mem_grow(diag->mem, diag->list, &diag->room, diag->count + 1,
                                 sizeof *diag->list);
        if (!list) {
            diag->failed = true;
            return &diag->lost;
        }
        diag->list = list;
    }
    diag->kept[severity]++;
    return &diag->list[diag->count++];
}

/* `data` is an object, also where there is nothing to say. */
static const tracedag_text no_data = {"{}", 2};

struct td_finding *td_report(struct td_diag *diag, uint32_t code, struct td_span span,
                             uint32_t place)
{
    const tracedag_code_info *row = td_code_find(code);
    uint32_t severity = td_levels_of(&diag->levels, code);
    uint32_t serial = (uint32_t)(diag->by_severity[TRACEDAG_SEVERITY_ERROR] +
                                 diag->by_severity[TRACEDAG_SEVERITY_WARNING] +
                                 diag->by_severity[TRACEDAG_SEVERITY_NOTE]);
    struct td_finding *finding = severity ? room_for_one(diag, severity) : &diag->lost;
    diag->by_severity[severity] += severity != 0;
    diag->muted = finding == &diag->lost;
    td_arena_reset(&diag->words);
    *finding = (struct td_finding){
        .pub = {.code = code,
                .severity = severity,
                .start.byte = span.start,
                .end.byte = span.end,
                .name = row->name,
                .data = no_data,
                .related = {NULL, 0, sizeof(tracedag_related)},
                .help = {NULL, 0, sizeof(tracedag_text)},
                .fixes = {NULL, 0, sizeof(tracedag_fix)}},
        .place = place,
        .serial = serial,
    };
    return finding;
}

bool td_kept(const struct td_diag *diag, const struct td_finding *finding)
{
    return finding != &diag->lost;
}

bool td_may_look_back(struct td_diag *diag)
{
    enum { LOOKS_MOST = 3000 };
    return !td_is_full(diag) && diag->looks_back++ < LOOKS_MOST;
}

bool td_may_search(struct td_diag *diag, size_t count)
{
    enum { OFFERS_MOST = 4000 };
    if (count > OFFERS_MOST - diag->offers)
        return false;
    diag->offers += count;
    return true;
}

bool td_may_walk(struct td_diag *diag, size_t count)
{
    enum { WALKED_MOST = 1 << 20 };
    if (count > WALKED_MOST - diag->walked)
        return false;
    diag->walked += count;
    return true;
}

/* ---- putting texts together ------------------------------------------------------------ */

static void put_quoted(struct td_buf *buf, struct td_str text)
{
    td_buf_byte(buf, '`');
    td_buf_escaped(buf, text, TD_QUOTE_CHARACTERS);
    td_buf_byte(buf, '`');
}

static void put_known(struct td_buf *buf, const char *word)
{
    td_buf_byte(buf, '`');
    td_buf_text(buf, word);
    td_buf_byte(buf, '`');
}

static void put_code_point(struct td_buf *buf, uint32_t c)
{
    td_buf_text(buf, "`\\u{");
    td_buf_hex(buf, c, c > 0xFFFFF ? 6 : c > 0xFFFF ? 5 : 4, true);
    td_buf_text(buf, "}`");
}

static void put_byte(struct td_buf *buf, unsigned byte)
{
    td_buf_text(buf, "0x");
    td_buf_hex(buf, byte, 2, true);
}

static void put_escaped(struct td_buf *buf, struct td_str text)
{
    td_buf_escaped(buf, text, TD_QUOTE_CHARACTERS);
}

/* A directive takes its argument from the list; the cases are the table in diag.h. */
static void put_directive(struct td_buf *buf, char directive, va_list *args)
{
    switch (directive) {
    case 's':
        td_buf_text(buf, va_arg(*args, const char *));
        break;
    case 'q':
        put_quoted(buf, va_arg(*args, struct td_str));
        break;
    case 'e':
        put_escaped(buf, va_arg(*args, struct td_str));
        break;
    case 'k':
        put_known(buf, va_arg(*args, const char *));
        break;
    case 'u':
        td_buf_number(buf, va_arg(*args, uint64_t));
        break;
    case 'n':
        td_buf_grouped(buf, va_arg(*args, uint64_t));
        break;
    case 'c':
        put_code_point(buf, va_arg(*args, uint32_t));
        break;
    case 'p':
        td_buf_text(buf, "U+");
        td_buf_hex(buf, va_arg(*args, uint32_t), 4, true);
        break;
    case 'x':
        put_byte(buf, va_arg(*args, unsigned));
        break;
    case 't':
        td_buf_str(buf, va_arg(*args, struct td_str));
        break;
    }
}

static void put_format(struct td_buf *buf, const char *format, va_list *args)
{
    for (const char *at = format; *at;) {
        const char *directive = strchr(at, '%');
        if (!directive) {
            td_buf_text(buf, at);
            return;
        }
        td_buf_put(buf, at, (size_t)(directive - at));
        put_directive(buf, directive[1], args);
        at = directive + 2;
    }
}

/* Cuts a text at a limit in bytes, between characters. */
static struct td_str cut(struct td_str text, size_t most)
{
    if (text.len <= most)
        return text;
    text.len = most;
    while (text.len > 0 && ((unsigned char)text.ptr[text.len] & 0xC0) == 0x80)
        text.len--;
    return text;
}

static struct td_str keep_scratch(struct td_diag *diag, struct td_arena *arena)
{
    struct td_str text = {diag->scratch.ptr, diag->scratch.len};
    struct td_str kept = td_arena_copy(arena, cut(text, diag->message_most));
    if (!kept.ptr || diag->scratch.failed)
        diag->failed = true;
    diag->scratch.len = 0;
    return kept;
}

static tracedag_text put_together(struct td_diag *diag, const char *format, va_list *args)
{
    put_format(&diag->scratch, format, args);
    return public_text(keep_scratch(diag, &diag->arena));
}

void td_message(struct td_diag *diag, struct td_finding *finding, const char *format, ...)
{
    if (!td_kept(diag, finding))
        return;
    va_list args;
    va_start(args, format);
    finding->pub.message = put_together(diag, format, &args);
    va_end(args);
}

void td_label(struct td_diag *diag, struct td_finding *finding, const char *format, ...)
{
    if (!td_kept(diag, finding))
        return;
    va_list args;
    va_start(args, format);
    finding->pub.label = put_together(diag, format, &args);
    va_end(args);
}

/* Room for one more record at the end of a list of a finding; NULL when there is none. */
static void *add_record(struct td_diag *diag, tracedag_list *list, size_t most)
{
    char *items = (char *)(uintptr_t)list->items;
    if (list->count == most)
        return NULL;
    if (list->count == room_of(list->count)) {
        items = td_arena_array(&diag->arena, room_of(list->count + 1), list->stride);
        if (!items)
            return NULL;
        if (list->count)
            memcpy(items, list->items, list->count * list->stride);
        list->items = items;
    }
    return items + list->count++ * list->stride;
}

void td_help(struct td_diag *diag, struct td_finding *finding, const char *format, ...)
{
    if (!td_kept(diag, finding))
        return;
    tracedag_text *help = add_record(diag, &finding->pub.help, TD_HELP_MOST);
    if (!help)
        return;
    va_list args;
    va_start(args, format);
    *help = put_together(diag, format, &args);
    va_end(args);
}

void td_related(struct td_diag *diag, struct td_finding *finding, struct td_span span,
                const char *format, ...)
{
    if (!td_kept(diag, finding))
        return;
    tracedag_related *related = add_record(diag, &finding->pub.related, TD_RELATED_MOST);
    if (!related)
        return;
    va_list args;
    va_start(args, format);
    related->start.byte = span.start;
    related->end.byte = span.end;
    related->label = put_together(diag, format, &args);
    va_end(args);
}

static tracedag_position position_in(const struct td_source *source, uint32_t offset)
{
    struct td_position place = td_source_position(source, offset);
    return (tracedag_position){offset, place.line, place.column, place.utf16, 0};
}

void td_related_elsewhere(struct td_diag *diag, struct td_finding *finding,
                          const struct td_source *source, struct td_str file,
                          struct td_span span, const char *format, ...)
{
    if (!td_kept(diag, finding))
        return;
    tracedag_related *related = add_record(diag, &finding->pub.related, TD_RELATED_MOST);
    if (!related)
        return;
    va_list args;
    va_start(args, format);
    related->start = position_in(source, span.start);
    related->end = position_in(source, span.end);
    related->file = public_text(td_arena_copy(&diag->arena, file));
    related->label = put_together(diag, format, &args);
    va_end(args);
}

void td_fix(struct td_diag *diag, struct td_finding *finding, uint32_t safety,
            struct td_span span, struct td_str text, const char *format, ...)
{
    if (!td_kept(diag, finding) || text.len > diag->message_most)
        return;
    /* The edit comes first: a fix without one must never be looked at. */
    tracedag_edit *edit = td_arena_alloc(&diag->arena, sizeof *edit);
    tracedag_fix *fix =
        edit ? add_record(diag, &finding->pub.fixes, TD_FIXES_MOST) : NULL;
    if (!fix)
        return;
    *edit =
        (tracedag_edit){span.start, span.end, move_text(&diag->arena, public_text(text))};
    va_list args;
    va_start(args, format);
    *fix = (tracedag_fix){.title = put_together(diag, format, &args),
                          .edits = {edit, 1, sizeof *edit},
                          .safety = safety};
    va_end(args);
}

struct td_str td_words(struct td_diag *diag, const char *format, ...)
{
    if (diag->muted)
        return TD_S("");
    va_list args;
    va_start(args, format);
    put_format(&diag->scratch, format, &args);
    va_end(args);
    return keep_scratch(diag, &diag->words);
}

/* ---- subject and data ------------------------------------------------------------------ */

void td_subject(struct td_diag *diag, struct td_finding *finding, uint32_t kind,
                struct td_str name, uint32_t index)
{
    if (!td_kept(diag, finding))
        return;
    finding->pub.subject_kind = kind;
    finding->pub.subject_index = index;
    if (name.len == 0)
        return;
    if (name.ptr != diag->named.ptr || name.len != diag->named.len) {
        diag->named = name;
        diag->subject =
            public_text(td_arena_copy(&diag->arena, cut(name, diag->message_most)));
    }
    finding->pub.subject = diag->subject;
}

/* Writes the key of the next value of `data`, behind what opens the object or parts values. */
static struct td_buf *data_key(struct td_diag *diag, const struct td_finding *finding,
                               const char *key)
{
    struct td_buf *buf = &diag->scratch;
    td_buf_byte(buf, finding->pub.data.len > no_data.len ? ',' : '{');
    td_buf_json(buf, (struct td_str){key, strlen(key)});
    td_buf_byte(buf, ':');
    return buf;
}

/* What was written goes in place of the brace that closed the object. */
static void data_close(struct td_diag *diag, struct td_finding *finding)
{
    struct td_buf *more = &diag->scratch;
    td_buf_byte(more, '}');
    tracedag_text *data = &finding->pub.data;
    size_t kept = data->len > no_data.len ? data->len - 1 : 0;
    char *text = kept ? td_arena_extend(&diag->arena, data->ptr, data->len + 1,
                                        kept + more->len + 1)
                      : td_arena_alloc(&diag->arena, more->len + 1);
    if (text && !more->failed) {
        memcpy(text + kept, more->ptr, more->len);
        text[kept + more->len] = '\0';
        *data = (tracedag_text){text, kept + more->len};
    } else {
        diag->failed = true;
    }
    more->len = 0;
}

/* A value in `data` is as bounded as one in a message, but not escaped: it is data. */
static struct td_str bounded(const struct td_diag *diag, struct td_str value)
{
    return cut(value, diag->message_most);
}

/* The name that was put last into `data`; where nothing in it is escaped, it stands there. */
static struct td_str written_name(struct td_diag *diag, const struct td_finding *finding,
                                  struct td_str name)
{
    tracedag_text data = finding->pub.data;
    if (diag->failed || name.len == 0 || !td_is_plain_text(name))
        return td_arena_copy(&diag->arena, name);
    return (struct td_str){data.ptr + data.len - name.len - strlen("\"}"), name.len};
}

void td_data_text(struct td_diag *diag, struct td_finding *finding, const char *key,
                  struct td_str value)
{
    if (!td_kept(diag, finding))
        return;
    td_buf_json(data_key(diag, finding, key), bounded(diag, value));
    data_close(diag, finding);
    if (strcmp(key, "name") == 0)
        finding->fingerprint_name = written_name(diag, finding, bounded(diag, value));
}

void td_data_number(struct td_diag *diag, struct td_finding *finding, const char *key,
                    uint64_t value)
{
    if (!td_kept(diag, finding))
        return;
    td_buf_number(data_key(diag, finding, key), value);
    data_close(diag, finding);
}

void td_data_list(struct td_diag *diag, struct td_finding *finding, const char *key,
                  const struct td_str *values, size_t count)
{
    if (!td_kept(diag, finding))
        return;
    struct td_buf *buf = data_key(diag, finding, key);
    td_buf_byte(buf, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            td_buf_byte(buf, ',');
        td_buf_json(buf, bounded(diag, values[i]));
    }
    td_buf_byte(buf, ']');
    data_close(diag, finding);
}

/* ---- the end --------------------------------------------------------------------------- */

/* The count of what was dropped is a finding of its own, behind the limit, at the end. */
static void report_dropped(struct td_diag *diag)
{
    if (diag->dropped == 0 || diag->count == 0)
        return;
    uint32_t end = (uint32_t)diag->list[diag->count - 1].pub.end.byte;
    struct td_finding *finding =
        td_report(diag, TRACEDAG_CODE_DROPPED, (struct td_span){end, end}, 0);
    td_message(diag, finding,
               diag->dropped == 1 ? "%n more diagnostic is not shown"
                                  : "%n more diagnostics are not shown",
               (uint64_t)diag->dropped);
    td_subject(diag, finding, TRACEDAG_SUBJECT_DAG, TD_S(""), 0);
    td_data_number(diag, finding, "count", diag->dropped);
}

void td_suppress(struct td_diag *diag, struct td_finding *finding, uint32_t suppression,
                 struct td_str reason)
{
    finding->is_aside = true;
    finding->pub.suppression = suppression;
    finding->pub.justification = public_text(reason);
    diag->by_severity[finding->pub.severity]--;
    diag->kept[finding->pub.severity]--;
    diag->suppressed++;
}

/* Keeps as many as the limit says: notes go first, then warnings, the last of them first. */
static void drop_extra(struct td_diag *diag)
{
    for (uint32_t level = TRACEDAG_SEVERITY_NOTE; level >= TRACEDAG_SEVERITY_ERROR;
         level--) {
        size_t most = diag->most + diag->suppressed;
        size_t extra = diag->count > most ? diag->count - most : 0;
        size_t spared = diag->kept[level] > extra ? diag->kept[level] - extra : 0;
        size_t left = 0;
        for (size_t i = 0; extra && i < diag->count; i++) {
            bool other = diag->list[i].pub.severity != level || diag->list[i].is_aside;
            bool stays = other || spared > 0;
            if (!other && stays)
                spared--;
            if (stays)
                diag->list[left++] = diag->list[i];
        }
        if (extra) {
            diag->kept[level] -= diag->count - left;
            diag->dropped += diag->count - left;
            diag->count = left;
        }
    }
}

/* What is collected is kept for long, and there was room for more of it. */
static void give_back_room(struct td_diag *diag)
{
    size_t size = sizeof *diag->list;
    if (diag->room == diag->count + 1 || diag->room == 0)
        return;
    void *list =
        td_mem_resize(diag->mem, diag->list, diag->room * size, (diag->count + 1) * size);
    if (!list) {
        diag->failed = true;
        return;
    }
    diag->list = list;
    diag->room = diag->count + 1;
}

void td_diag_settle(struct td_diag *diag)
{
    diag->compactions = COMPACTIONS_MOST; /* pointers may come now, and texts stay */
    sort_findings(diag);
    drop_extra(diag);
    give_back_room(diag);
}

void td_diag_finish(struct td_diag *diag)
{
    sort_findings(diag);
    report_dropped(diag);
    if (diag->arena.failed || diag->words.failed || diag->scratch.failed)
        diag->failed = true;
}

void td_diag_part(struct td_diag *diag)
{
    size_t bytes = diag->suppressed * sizeof *diag->list;
    struct td_finding *aside = bytes ? td_mem_alloc(diag->mem, bytes) : NULL;
    if (!aside) {
        diag->failed |= bytes > 0;
        return;
    }
    size_t stay = 0;
    size_t moved = 0;
    for (size_t i = 0; i < diag->count; i++) {
        if (diag->list[i].is_aside)
            aside[moved++] = diag->list[i];
        else
            diag->list[stay++] = diag->list[i];
    }
    memcpy(diag->list + stay, aside, bytes);
    diag->count = stay;
    td_mem_free(diag->mem, aside, bytes);
}
