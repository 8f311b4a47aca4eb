/* A change as JSON Lines. Keys and their order are a promise to readers, as in reports; new keys
 * may come. Values stand as they are in the resolved form, whatever their length. */
#include "diff_render_parts.h"

struct json {
    struct td_buf *out;
    const struct td_diff_view *view;
    struct td_columns columns;
    struct td_buf value; /* of a side, before it is known whether something is left out */
};

/* ---- values ------------------------------------------------------------------------ */

static void put_string(struct td_buf *out, const char *key, tracedag_text text)
{
    td_buf_text(out, key);
    td_buf_json(out, td_slice(text));
}

static void put_number(struct td_buf *out, const char *key, uint64_t number)
{
    td_buf_text(out, key);
    td_buf_number(out, number);
}

/* A name of a side that the job or dataset does not exist on is null. */
static void put_name(struct td_buf *out, const char *key, tracedag_text name)
{
    if (name.len) {
        put_string(out, key, name);
    } else {
        td_buf_text(out, key);
        td_buf_text(out, "null");
    }
}

static void put_position(struct td_buf *out, const tracedag_position *place)
{
    if (!place) {
        td_buf_text(out, "null");
        return;
    }
    put_number(out, "{\"byte\":", place->byte);
    put_number(out, ",\"line\":", place->line);
    put_number(out, ",\"col\":", place->column);
    put_number(out, ",\"utf16\":", place->utf16);
    td_buf_byte(out, '}');
}

static void put_file(const struct json *j, const char *key, size_t version)
{
    td_buf_text(j->out, key);
    td_buf_json(j->out, j->view->files[version]);
}

/* One of our words, in quotes. */
static void put_word(struct td_buf *out, const char *word)
{
    td_buf_quoted(out, (struct td_str){word, strlen(word)});
}

/* ---- records ----------------------------------------------------------------------- */

static void put_side(struct json *j, const char *key, const struct td_change_side *side,
                     tracedag_text path)
{
    td_buf_text(j->out, key);
    if (!side->value.ptr) {
        td_buf_text(j->out, "null");
        return;
    }
    j->value.len = 0;
    bool masked = td_change_value(side, path, &j->value);
    td_buf_text(j->out, "{\"value\":");
    td_buf_put(j->out, j->value.ptr, j->value.len);
    td_buf_text(j->out, masked ? ",\"masked\":true" : ",\"masked\":false");
    put_file(j, ",\"file\":", side->version);
    td_buf_text(j->out, ",\"place\":");
    put_position(j->out, side->place);
    td_buf_byte(j->out, '}');
}

static const char *const subject_words[] = {
    [TRACEDAG_SUBJECT_DAG] = "dag",
    [TRACEDAG_SUBJECT_JOB] = "job",
    [TRACEDAG_SUBJECT_INPUT] = "input",
    [TRACEDAG_SUBJECT_DATASET] = "dataset",
};

static void put_change(struct json *j, const tracedag_change *change)
{
    struct td_buf *out = j->out;
    td_buf_text(out, "{\"v\":1,\"type\":\"change\",\"kind\":\"");
    td_buf_text(out, td_change_word(change->kind));
    td_buf_text(out, "\",\"subject\":{\"kind\":\"");
    td_buf_text(out, subject_words[change->subject]);
    put_name(out, "\",\"old\":", change->old_name);
    put_name(out, ",\"new\":", change->new_name);
    put_string(out, "},\"path\":", change->path);
    put_name(out, ",\"column\":", td_change_column(j->view, &j->columns, change));
    td_buf_text(out, ",\"class\":\"");
    td_buf_text(out, td_class_word(change->class_id));
    td_buf_text(out, "\",\"breaking\":");
    if (change->breaking)
        put_word(out, td_break_word(change->breaking));
    else
        td_buf_text(out, "null");
    const struct td_change_side old = td_change_side(j->view, change, TD_OLD);
    const struct td_change_side new = td_change_side(j->view, change, TD_NEW);
    put_side(j, ",\"old\":", &old, change->path);
    put_side(j, ",\"new\":", &new, change->path);
    td_buf_text(out, "}\n");
}

static const char *const reason_words[] = {
    [TRACEDAG_SCOPE_ADDED] = "added",
    [TRACEDAG_SCOPE_CHANGED] = "changed",
    [TRACEDAG_SCOPE_DATASET] = "dataset",
    [TRACEDAG_SCOPE_DOWNSTREAM] = "downstream",
};

/* The name of the job or dataset, or the pointer to the field, that the reason is about. */
static tracedag_text cause_of(const struct json *j, const tracedag_scope_job *job)
{
    if (job->reason == TRACEDAG_SCOPE_DOWNSTREAM)
        return j->view->diff->dag[TD_NEW]->model.jobs[job->cause].pub.name;
    const tracedag_change *change = td_change_at(j->view, job->cause);
    if (job->reason == TRACEDAG_SCOPE_DATASET)
        return change->new_name.len ? change->new_name : change->old_name;
    return change->path;
}

static void put_scope_job(const struct json *j, const tracedag_scope_job *job)
{
    const struct td_job *jobs = j->view->diff->dag[TD_NEW]->model.jobs;
    put_string(j->out, "{\"v\":1,\"type\":\"scope\",\"job\":", jobs[job->job].pub.name);
    td_buf_text(j->out, ",\"reason\":\"");
    td_buf_text(j->out, reason_words[job->reason]);
    put_name(j->out, "\",\"cause\":", cause_of(j, job));
    td_buf_text(j->out, "}\n");
}

static void put_version(const struct json *j, const char *key, size_t version,
                        const struct tracedag_dag *dag)
{
    td_buf_text(j->out, key);
    put_file(j, "{\"file\":", version);
    td_buf_text(j->out, ",\"hash\":\"");
    td_buf_text(j->out, dag->hash);
    td_buf_text(j->out, "\"}");
}

static void put_summary(const struct json *j)
{
    const struct tracedag_diff *diff = j->view->diff;
    size_t counts[TD_CLASSES];
    td_change_count(j->view, counts);
    td_buf_text(j->out, "{\"v\":1,\"type\":\"summary\"");
    put_version(j, ",\"old\":", TD_OLD, diff->dag[TD_OLD]);
    put_version(j, ",\"new\":", TD_NEW, diff->dag[TD_NEW]);
    put_number(j->out, ",\"changes\":", counts[0]);
    for (uint32_t class_id = 1; class_id < TD_CLASSES; class_id++) {
        td_buf_text(j->out, ",\"");
        td_buf_text(j->out, td_class_word(class_id));
        put_number(j->out, "\":", counts[class_id]);
    }
    put_number(j->out, ",\"breaking\":", diff->breaking);
    put_number(j->out, ",\"scope\":", diff->scope_count);
    put_number(j->out, ",\"jobs\":", diff->dag[TD_NEW]->model.job_count);
    td_buf_text(j->out, "}\n");
}

void td_diff_json(const struct td_diff_view *view, struct td_buf *out)
{
    struct json j = {.out = out, .view = view};
    const struct tracedag_diff *diff = view->diff;
    td_buf_init(&j.value, out->mem);
    for (size_t i = 0; i < diff->change_count && !out->failed; i++) {
        if (td_change_shows(view, td_change_at(view, i)))
            put_change(&j, td_change_at(view, i));
    }
    for (size_t i = 0; i < diff->scope_count && !view->breaking; i++)
        put_scope_job(&j, &diff->scope[i]);
    put_summary(&j);
    out->failed |= j.value.failed;
    td_buf_free(&j.value);
}

/* ---- the first difference ---------------------------------------------------------- */

void td_difference_json(const struct td_diff_view *view, const tracedag_difference *found,
                        struct td_buf *out)
{
    struct json j = {.out = out, .view = view};
    td_buf_init(&j.value, out->mem);
    if (found) {
        put_string(out, "{\"v\":1,\"type\":\"difference\",\"pointer\":", found->pointer);
        const struct td_change_side old = td_difference_side(found, TD_OLD);
        const struct td_change_side new = td_difference_side(found, TD_NEW);
        put_side(&j, ",\"old\":", &old, found->pointer);
        put_side(&j, ",\"new\":", &new, found->pointer);
        td_buf_text(out, "}\n");
    }
    put_summary(&j);
    out->failed |= j.value.failed;
    td_buf_free(&j.value);
}
