#include "graph.h"
#include "hash.h"
#include "names.h"
#include "number.h"

#include <stdlib.h>

enum { LISTED_MOST = 8 };

/* ---- jobs by name ----------------------------------------------------------------------- */

static void report_duplicate_job(struct td_reader *r, const struct td_job *first,
                                 const struct td_job *second)
{
    struct td_scope scope = td_job_scope(r->model, second);
    uint32_t key = td_find_key(r->tree, second->node, TD_S("name"));
    uint32_t other = td_find_key(r->tree, first->node, TD_S("name"));
    bool by_alias = second->item != second->node;
    uint32_t value = by_alias ? second->item : td_after(r->tree, key);
    scope.alias = 0;
    struct td_finding *f = td_scope_report(
        r->diag, r->tree, &scope, TRACEDAG_CODE_DUPLICATE_JOB,
        by_alias ? td_node_span(r->tree, value) : td_value_span(r->tree, value, key, 0),
        value);
    td_message(r->diag, f, "job %q is defined twice", td_slice(second->pub.name));
    td_related(r->diag, f, td_value_span(r->tree, td_after(r->tree, other), other, 0),
               "first defined here");
    td_data_text(r->diag, f, "name", td_slice(second->pub.name));
}

/* Sorts the jobs by name; the first of a name is the one that references reach. Nameless jobs
 * come last, where no reference finds them. */
static bool rank_jobs(struct td_reader *r)
{
    struct td_model *m = r->model;
    m->rank = td_arena_array(&m->arena, m->job_count, sizeof *m->rank);
    m->job_names = td_mem_alloc(m->mem, (m->job_count + 1) * sizeof *m->job_names);
    if ((m->job_count && !m->rank) || !m->job_names)
        return false;
    m->job_name_room = m->job_count + 1;
    for (size_t i = 0; i < m->job_count; i++) {
        if (m->jobs[i].pub.name.len)
            m->job_names[m->job_name_count++] =
                td_name_of(td_slice(m->jobs[i].pub.name), (uint32_t)i);
    }
    td_names_sort(m->job_names, m->job_name_count);
    size_t nameless = m->job_name_count;
    for (size_t i = 0; i < m->job_name_count; i++)
        m->rank[m->job_names[i].id] = (uint32_t)i;
    for (size_t i = 0; i < m->job_count; i++) {
        if (m->jobs[i].pub.name.len == 0)
            m->rank[i] = (uint32_t)nameless++;
    }
    return true;
}

static void report_duplicate_jobs(struct td_reader *r)
{
    const struct td_model *m = r->model;
    for (size_t i = 1, first = 0; i < m->job_name_count; i++) {
        if (!td_str_eq(m->job_names[first].text, m->job_names[i].text))
            first = i;
        else
            report_duplicate_job(r, &m->jobs[m->job_names[first].id],
                                 &m->jobs[m->job_names[i].id]);
    }
}

/* ---- references to jobs and outputs ----------------------------------------------------- */

/* A reference while it is resolved. */
struct reference {
    struct td_reader *r;
    const struct td_job *reader; /* of an input; NULL for a published dataset */
    const struct td_input *input;
    const struct td_publish *publish;
    uint32_t target; /* the value of `job` */
    uint32_t output; /* the value of `output` */
};

/* The words and places of a reference are needed for few of them, so they are made late. */
static struct td_scope scope_of(const struct reference *ref)
{
    const struct td_model *m = ref->r->model;
    struct td_scope scope = ref->publish ? td_publish_scope(m, ref->publish)
                                         : td_input_scope(m, ref->reader, ref->input);
    scope.path = TD_S("from");
    return scope;
}

/* Where a value of the reference's map points; its key helps for an empty place. */
static struct td_span place_of(const struct reference *ref, uint32_t value)
{
    return td_value_span(ref->r->tree, value, 0, 0);
}

/* The jobs that a reference could name: all but the one that makes it, and those whose names are
 * faults themselves. */
struct others {
    const struct td_model *model;
    struct td_str self;
};

static struct td_str job_name(const void *set, size_t i)
{
    const struct others *others = set;
    struct td_str name = td_slice(others->model->jobs[i].pub.name);
    bool sound = td_name_fits(&td_form_job, name) && !td_str_eq(name, others->self);
    return sound ? name : TD_S("");
}

static void list_jobs(struct td_reader *r, struct td_finding *f)
{
    struct td_str names[LISTED_MOST];
    size_t count = 0;
    struct td_str text = {"", 0};
    for (size_t i = 0; i < r->model->job_count && count < LISTED_MOST; i++) {
        if (r->model->jobs[i].pub.name.len == 0)
            continue;
        names[count++] = td_slice(r->model->jobs[i].pub.name);
        text = td_words(r->diag, "%t%s%q", text, count > 1 ? ", " : "", names[count - 1]);
    }
    if (count > 0)
        td_help(r->diag, f, "jobs of this DAG: %t", text);
    td_data_list(r->diag, f, "candidates", names, count);
}

/* The name where it stands in the reference's own map; 0 for what an alias stands for, which comes
 * before. */
static uint32_t own_target(const struct reference *ref)
{
    uint32_t map = ref->publish ? ref->publish->from : ref->input->from;
    return ref->target > map ? ref->target : 0;
}

static void unknown_job(const struct reference *ref)
{
    struct td_reader *r = ref->r;
    struct td_str name = td_node_text(r->tree, ref->target);
    struct td_scope thing = scope_of(ref);
    thing.path = TD_S("");
    if (thing.kind == TD_SCOPE_INPUT)
        thing.kind = TD_SCOPE_JOB;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &thing, TRACEDAG_CODE_UNKNOWN_JOB,
                        place_of(ref, ref->target), ref->target);
    td_message(r->diag, f, "%t %s job %q, which this DAG does not define",
               td_scope_owner(r->diag, &thing),
               ref->publish ? "is published from" : "reads", name);
    td_label(r->diag, f, "no job has this name");
    td_data_text(r->diag, f, "name", name);
    struct others others = {r->model, ref->publish ? TD_S("") : thing.job};
    struct td_advice advice = {job_name, &others, r->model->job_count, own_target(ref)};
    td_advise(r, f, name, &advice);
    if (td_kept(r->diag, f) && f->pub.help.count == 0) {
        if (r->model->job_name_count <= LISTED_MOST)
            list_jobs(r, f);
        else
            td_help(r->diag, f, "this DAG has %n jobs, and none has a similar name",
                    (uint64_t)r->model->job_name_count);
    }
}

static struct td_str outputs_words(struct td_diag *diag, uint64_t count)
{
    if (count == 0)
        return td_words(diag, "no outputs");
    if (count == 1)
        return td_words(diag, "1 output, 0");
    if (count == 2)
        return td_words(diag, "2 outputs, 0 and 1");
    return td_words(diag, "%u outputs, 0 to %u", count, count - 1);
}

static void unknown_output(const struct reference *ref, const struct td_job *job)
{
    struct td_reader *r = ref->r;
    struct td_scope scope = scope_of(ref);
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &scope, TRACEDAG_CODE_UNKNOWN_OUTPUT,
                        place_of(ref, ref->output), ref->output);
    uint64_t count = job->pub.outputs;
    td_message(r->diag, f, "job %q has %t; output %e does not exist",
               td_slice(job->pub.name), outputs_words(r->diag, count),
               td_node_text(r->tree, ref->output));
    td_related(r->diag, f, td_node_span(r->tree, job->field[TD_JOB_OUTPUTS]),
               count == 1 ? "%u output is declared here" : "%u outputs are declared here",
               count);
    td_data_text(r->diag, f, "name", td_slice(job->pub.name));
    td_data_text(r->diag, f, "output", td_node_text(r->tree, ref->output));
    td_data_number(r->diag, f, "outputs", count);
}

/* The job that a reference names; NULL when there is none. */
static const struct td_job *find_job(const struct reference *ref)
{
    const struct td_model *m = ref->r->model;
    const struct td_name *found = td_names_find(m->job_names, m->job_name_count,
                                                td_node_text(ref->r->tree, ref->target));
    if (found)
        return &m->jobs[found->id];
    if (!m->jobs_unsure)
        unknown_job(ref);
    return NULL;
}

/* Whether the output exists; *output is set. A job whose `outputs` cannot be read has no
 * outputs to check. */
static bool find_output(const struct reference *ref, const struct td_job *job,
                        uint32_t *output)
{
    if (!td_usable(ref->output) || !td_usable(job->field[TD_JOB_OUTPUTS]))
        return false;
    int64_t number;
    bool fits = td_integer_small(td_node_text(ref->r->tree, ref->output), &number);
    if (!fits || number < 0 || number >= (int64_t)job->pub.outputs) {
        unknown_output(ref, job);
        return false;
    }
    *output = (uint32_t)number;
    return true;
}

/* ---- published datasets ----------------------------------------------------------------- */

static void resolve_publish(struct td_reader *r, struct td_publish *p)
{
    if (!td_usable(p->job))
        return;
    struct reference ref = {.r = r, .publish = p, .target = p->job, .output = p->output};
    const struct td_job *job = find_job(&ref);
    if (!job)
        return;
    p->pub.job = (uint32_t)(job - r->model->jobs);
    p->sound = find_output(&ref, job, &p->pub.output);
}

static void report_published_twice(struct td_reader *r, const struct td_publish *first,
                                   const struct td_publish *second)
{
    struct td_scope scope = td_publish_scope(r->model, second);
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &scope, TRACEDAG_CODE_PUBLISHED_TWICE,
                        td_node_span(r->tree, second->key), second->key);
    td_message(r->diag, f, "output %u of job %q is published as %q and as %q",
               (uint64_t)second->pub.output,
               td_slice(r->model->jobs[second->pub.job].pub.name),
               td_slice(first->pub.name), td_slice(second->pub.name));
    td_related(r->diag, f, td_node_span(r->tree, first->key), "first published here");
    td_help(r->diag, f, "keep one of them");
    td_data_text(r->diag, f, "name", td_slice(second->pub.name));
}

struct producer {
    uint32_t job;
    uint32_t output;
    uint32_t publish;
};

static int compare_producers(const void *left, const void *right)
{
    const struct producer *a = left;
    const struct producer *b = right;
    if (a->job != b->job)
        return a->job < b->job ? -1 : 1;
    if (a->output != b->output)
        return a->output < b->output ? -1 : 1;
    return (a->publish > b->publish) - (a->publish < b->publish);
}

static void check_published_twice(struct td_reader *r)
{
    struct td_model *m = r->model;
    size_t bytes = m->publish_count * sizeof(struct producer);
    struct producer *list = m->publish_count > 1 ? td_mem_alloc(m->mem, bytes) : NULL;
    if (!list) {
        r->failed = r->failed || m->publish_count > 1;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < m->publish_count; i++) {
        if (m->publishes[i].sound)
            list[count++] = (struct producer){m->publishes[i].pub.job,
                                              m->publishes[i].pub.output, (uint32_t)i};
    }
    if (count > 1)
        qsort(list, count, sizeof *list, compare_producers);
    for (size_t i = 1, first = 0; i < count; i++) {
        if (list[i].job != list[first].job || list[i].output != list[first].output)
            first = i;
        else
            report_published_twice(r, &m->publishes[list[first].publish],
                                   &m->publishes[list[i].publish]);
    }
    td_mem_free(m->mem, list, bytes);
}

/* ---- inputs ----------------------------------------------------------------------------- */

static void report_self(const struct reference *ref, const struct td_job *job)
{
    struct td_reader *r = ref->r;
    struct td_scope scope = scope_of(ref);
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &scope, TRACEDAG_CODE_SELF_INPUT,
                        place_of(ref, ref->target), ref->target);
    if (td_usable(ref->output))
        td_message(r->diag, f, "job %q reads its own output %e", td_slice(job->pub.name),
                   td_node_text(r->tree, ref->output));
    else
        td_message(r->diag, f, "job %q reads its own output", td_slice(job->pub.name));
    td_help(r->diag, f, "remove this input");
    td_data_text(r->diag, f, "name", td_slice(job->pub.name));
}

static void resolve_job_input(struct td_reader *r, const struct td_job *reader,
                              struct td_input *input)
{
    struct reference ref = {.r = r,
                            .reader = reader,
                            .input = input,
                            .target = input->target,
                            .output = input->output};
    const struct td_job *job = find_job(&ref);
    if (!job)
        return;
    if (td_str_eq(td_slice(job->pub.name), td_slice(reader->pub.name))) {
        report_self(&ref, job);
        return;
    }
    input->pub.job = (uint32_t)(job - r->model->jobs);
    input->sound = find_output(&ref, job, &input->pub.output);
}

static void resolve_dataset_input(struct td_reader *r, const struct td_name *names,
                                  struct td_input *input)
{
    const struct td_model *m = r->model;
    const struct td_name *found =
        td_names_find(names, m->publish_count, td_slice(input->pub.dataset));
    if (found)
        input->publish = found->id + 1;
    if (!found || !m->publishes[found->id].sound)
        return;
    input->pub.job = m->publishes[found->id].pub.job;
    input->pub.output = m->publishes[found->id].pub.output;
    input->sound = true;
}

static bool resolve_inputs(struct td_reader *r)
{
    struct td_model *m = r->model;
    size_t bytes = (m->publish_count + 1) * sizeof(struct td_name);
    struct td_name *names = td_mem_alloc(m->mem, bytes);
    if (!names)
        return false;
    for (size_t i = 0; i < m->publish_count; i++)
        names[i] = td_name_of(td_slice(m->publishes[i].pub.name), (uint32_t)i);
    td_names_sort(names, m->publish_count);
    for (size_t i = 0; i < m->input_count; i++) {
        struct td_input *input = &m->inputs[i];
        if (input->pub.dataset.len)
            resolve_dataset_input(r, names, input);
        else
            resolve_job_input(r, &m->jobs[input->pub.reader], input);
    }
    td_mem_free(m->mem, names, bytes);
    return true;
}

/* ---- inputs that repeat another --------------------------------------------------------- */

/* The spelling of a scalar that all of its like have: of a boolean its kind says all. */
static struct td_str spelling(const struct td_tree *tree, uint32_t node,
                              char room[TD_NUMBER_MAX])
{
    size_t len;
    uint8_t kind = tree->nodes[node].kind;
    if (kind == TD_TRUE || kind == TD_FALSE)
        return TD_S("");
    if (kind != TD_INTEGER)
        return td_node_text(tree, node);
    td_integer_canonical(td_node_text(tree, node), room, &len);
    return (struct td_str){room, len};
}

static int compare_values(const struct td_tree *tree, uint32_t a, uint32_t b)
{
    char room[TD_NUMBER_MAX];
    char other[TD_NUMBER_MAX];
    a = td_follow(tree, a);
    b = td_follow(tree, b);
    if (tree->nodes[a].kind != tree->nodes[b].kind)
        return tree->nodes[a].kind < tree->nodes[b].kind ? -1 : 1;
    return a == b ? 0 : td_str_compare(spelling(tree, a, room), spelling(tree, b, other));
}

/* The value of a key in a filter; 0 when it has none. */
static uint32_t filtered(const struct td_tree *tree, uint32_t where, uint32_t key)
{
    uint32_t found = td_find_key(tree, where, td_node_text(tree, key));
    return found ? td_after(tree, found) : 0;
}

/* The least key of a filter that another one has not, or with another value; 0 for none. */
static uint32_t least_other(const struct td_tree *tree, uint32_t where, uint32_t other)
{
    uint32_t least = 0;
    for (uint32_t key = where + 1; key < tree->nodes[where].link;) {
        uint32_t value = td_after(tree, key);
        uint32_t theirs = filtered(tree, other, key);
        bool differs = !theirs || compare_values(tree, value, theirs) != 0;
        if (differs && (!least || td_str_compare(td_node_text(tree, key),
                                                 td_node_text(tree, least)) < 0))
            least = key;
        key = td_after(tree, value);
    }
    return least;
}

/* Orders filters as if their entries were sorted, each key once. */
static int compare_filters(const struct td_tree *tree, uint32_t a, uint32_t b)
{
    if (a == b || !a || !b)
        return (a > 0) - (b > 0);
    uint32_t in_a = least_other(tree, a, b);
    uint32_t in_b = least_other(tree, b, a);
    if (!in_a || !in_b)
        return (in_a > 0) - (in_b > 0);
    int order = td_str_compare(td_node_text(tree, in_a), td_node_text(tree, in_b));
    return order ? order
                 : compare_values(tree, td_after(tree, in_a), td_after(tree, in_b));
}

static uint64_t hash_value(const struct td_tree *tree, uint32_t value)
{
    char room[TD_NUMBER_MAX];
    struct td_str text = spelling(tree, td_follow(tree, value), room);
    return td_hash_short(text.ptr, text.len);
}

/* A number that the same inputs share, and few others; it only saves comparing. The entries of a
 * filter are added up, for their order says nothing. */
static uint64_t hash_input(const struct td_tree *tree, const struct td_input *input)
{
    uint64_t hash = hash_value(tree, input->target);
    if (input->pub.dataset.len == 0)
        hash += hash_value(tree, input->output);
    uint32_t where = input->pub.where;
    for (uint32_t key = where + 1; where && key < tree->nodes[where].link;) {
        uint32_t value = td_after(tree, key);
        hash += hash_value(tree, key) * (hash_value(tree, value) | 1);
        key = td_after(tree, value);
    }
    return hash;
}

static bool can_be_judged(const struct td_input *input)
{
    return input->pub.where != TD_POISON &&
           (input->pub.dataset.len > 0 || td_usable(input->output));
}

/* An input while those of a job are sorted: the same ones come to stand together. */
struct sorted {
    uint64_t hash;
    const struct td_input *input;
    const struct td_tree *tree;
};

static int compare_sorted(const struct sorted *a, const struct sorted *b)
{
    const struct td_input *one = a->input;
    const struct td_input *two = b->input;
    bool dataset = one->pub.dataset.len > 0;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (dataset != (two->pub.dataset.len > 0))
        return dataset ? -1 : 1;
    int order = compare_values(a->tree, one->target, two->target);
    if (order == 0 && !dataset)
        order = compare_values(a->tree, one->output, two->output);
    return order ? order : compare_filters(a->tree, one->pub.where, two->pub.where);
}

static int compare_inputs(const void *left, const void *right)
{
    const struct sorted *a = left;
    const struct sorted *b = right;
    int order = compare_sorted(a, b);
    return order ? order : (a->input > b->input) - (a->input < b->input);
}

static void report_repeated_input(struct td_reader *r, const struct td_job *job,
                                  const struct td_input *first,
                                  const struct td_input *second)
{
    struct td_scope scope = td_input_scope(r->model, job, second);
    struct td_scope before = td_input_scope(r->model, job, first);
    struct td_finding *f = td_scope_report(
        r->diag, r->tree, &scope, TRACEDAG_CODE_REPEATED_INPUT,
        td_value_span(r->tree, second->item, 0, scope.list), second->item);
    td_message(r->diag, f, "input %u of job %q repeats input %u", (uint64_t)second->index,
               td_slice(job->pub.name), (uint64_t)first->index);
    td_related(r->diag, f, td_value_span(r->tree, first->item, 0, before.list),
               "the same input");
    td_help(r->diag, f, "remove one of them");
    td_data_number(r->diag, f, "first", first->index);
    td_data_number(r->diag, f, "second", second->index);
}

static void check_repeated_inputs(struct td_reader *r, const struct td_job *job)
{
    struct td_model *m = r->model;
    size_t bytes = job->pub.input_count * sizeof(struct sorted);
    struct sorted *list = td_mem_alloc(m->mem, bytes);
    if (!list) {
        r->failed = true;
        return;
    }
    size_t count = 0;
    for (uint32_t i = 0; i < job->pub.input_count; i++) {
        const struct td_input *input = &m->inputs[job->pub.first_input + i];
        if (can_be_judged(input))
            list[count++] = (struct sorted){hash_input(r->tree, input), input, r->tree};
    }
    if (count > 1)
        qsort(list, count, sizeof *list, compare_inputs);
    for (size_t i = 1, first = 0; i < count; i++) {
        if (compare_sorted(&list[first], &list[i]) != 0)
            first = i;
        else
            report_repeated_input(r, job, list[first].input, list[i].input);
    }
    td_mem_free(m->mem, list, bytes);
}

/* Two inputs with different targets or outputs are surely not the same: most jobs have few
 * inputs, and then this look spares the spelling. */
static bool may_repeat(const struct td_reader *r, const struct td_job *job)
{
    enum { COMPARED_IN_PAIRS = 4 };
    uint32_t count = job->pub.input_count;
    const struct td_input *inputs = &r->model->inputs[job->pub.first_input];
    if (count > COMPARED_IN_PAIRS)
        return true;
    for (uint32_t i = 1; i < count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (inputs[i].pub.job == inputs[j].pub.job &&
                inputs[i].pub.output == inputs[j].pub.output &&
                td_str_eq(td_node_text(r->tree, inputs[i].target),
                          td_node_text(r->tree, inputs[j].target)))
                return true;
        }
    }
    return false;
}

void td_graph_resolve(struct td_reader *r)
{
    struct td_model *m = r->model;
    if (!rank_jobs(r)) {
        r->failed = true;
        return;
    }
    report_duplicate_jobs(r);
    for (size_t i = 0; i < m->publish_count; i++)
        resolve_publish(r, &m->publishes[i]);
    check_published_twice(r);
    if (!resolve_inputs(r))
        r->failed = true;
    for (size_t i = 0; i < m->job_count && !r->failed; i++) {
        if (m->jobs[i].pub.input_count > 1 && may_repeat(r, &m->jobs[i]))
            check_repeated_inputs(r, &m->jobs[i]);
    }
}
