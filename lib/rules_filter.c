#include "edits.h"
#include "rules_parts.h"

/* ---- columns of published datasets ------------------------------------------------------ */

/* The columns of a published dataset by name; the id is the map of the column. */
struct columns {
    struct td_name *names;
    size_t count;
    bool known;
    bool unsure; /* one may be missing: unknown ones are silent */
};

/* An input while its filter is judged. */
struct judged {
    struct td_reader *r;
    const struct td_input *input;
    struct td_scope scope;
};

/* The type that values of a column have in a filter; 0 for a type that is none. */
static uint32_t field_type(struct td_str column_type)
{
    static const uint8_t types[] = {
        TRACEDAG_FIELD_STRING,  /* text */
        TRACEDAG_FIELD_BOOLEAN, /* boolean */
        TRACEDAG_FIELD_INTEGER, /* smallint */
        TRACEDAG_FIELD_INTEGER, /* integer */
        TRACEDAG_FIELD_INTEGER, /* bigint */
        TRACEDAG_FIELD_NUMBER,  /* numeric */
        TRACEDAG_FIELD_NUMBER,  /* real */
        TRACEDAG_FIELD_NUMBER,  /* double precision */
        TRACEDAG_FIELD_STRING,  /* date */
        TRACEDAG_FIELD_STRING,  /* timestamp */
        TRACEDAG_FIELD_STRING,  /* timestamptz */
        TRACEDAG_FIELD_STRING,  /* uuid */
        TRACEDAG_FIELD_STRING,  /* bytea */
        TRACEDAG_FIELD_ANY,     /* json */
        TRACEDAG_FIELD_ANY,     /* jsonb */
    };
    uint32_t word = td_word_find(&td_column_types, column_type);
    return word ? types[word - 1] : 0;
}

static void read_columns(struct td_reader *r, uint32_t list, struct columns *columns)
{
    const struct td_tree *tree = r->tree;
    size_t count = td_node_count(tree, list);
    columns->known = true;
    columns->unsure = (tree->nodes[list].flags & TD_CUT_OFF) != 0;
    columns->names = td_arena_array(&r->model->arena, count, sizeof *columns->names);
    for (uint32_t at = list + 1; columns->names && at < tree->nodes[list].link;
         at = td_after(tree, at)) {
        uint32_t map = td_follow(tree, at);
        struct td_str name = map && tree->nodes[map].kind == TD_MAP
                                 ? td_peek_text(tree, map, TD_S("name"))
                                 : TD_S("");
        if (name.len)
            columns->names[columns->count++] = td_name_of(name, map);
        else
            columns->unsure = true;
    }
    td_names_sort(columns->names, columns->count);
}

static struct td_str column_at(const void *set, size_t i)
{
    const struct columns *columns = set;
    return columns->names[i].text;
}

/* ---- fields ----------------------------------------------------------------------------- */

/* What can be filtered by, for advice. */
struct choice {
    struct td_str (*name_of)(const void *set, size_t i);
    const void *set;
    size_t count;
};

static void list_fields(struct td_diag *diag, struct td_finding *f,
                        const struct choice *choice)
{
    enum { LISTED_MOST = 8 };
    struct td_str few[LISTED_MOST];
    if (choice->count == 0) {
        td_help(diag, f, "it takes no filter; remove `where`");
    } else if (choice->count > LISTED_MOST) {
        td_help(diag, f, "%n fields are accepted, and none has a similar name",
                (uint64_t)choice->count);
    } else {
        for (size_t i = 0; i < choice->count; i++)
            few[i] = choice->name_of(choice->set, i);
        td_help(diag, f, "accepted here: %t", td_listed(diag, few, choice->count, "and"));
    }
}

/* What is read, in words. */
static struct td_str source_words(const struct judged *j)
{
    const struct td_model *m = j->r->model;
    if (j->input->pub.dataset.len)
        return td_words(j->r->diag, "dataset %q", td_slice(j->input->pub.dataset));
    return td_words(j->r->diag, "output %u of job %q", (uint64_t)j->input->pub.output,
                    td_slice(m->jobs[j->input->pub.job].pub.name));
}

static void unknown_field(const struct judged *j, uint32_t key,
                          const struct choice *choice)
{
    struct td_reader *r = j->r;
    struct td_str name = td_node_text(r->tree, key);
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &j->scope, TRACEDAG_CODE_WHERE_FIELD,
                        td_node_span(r->tree, key), key);
    td_message(r->diag, f, "%t cannot be filtered by %q", source_words(j), name);
    td_data_text(r->diag, f, "name", name);
    struct td_advice advice = {choice->name_of, choice->set, choice->count, key};
    struct td_suggest_result near = td_advise(r, f, name, &advice);
    if (td_kept(r->diag, f) && near.count == 0)
        list_fields(r->diag, f, choice);
}

static struct td_allowed allowed_by(const struct judged *j)
{
    return (struct td_allowed){.r = j->r,
                               .scope = &j->scope,
                               .head = TD_S("where"),
                               .code = TRACEDAG_CODE_WHERE_TYPE};
}

static struct td_str field_at(const void *set, size_t i)
{
    const tracedag_list *fields = set;
    return td_slice(td_entry_at(fields, i)->pub.name);
}

static void judge_by_fields(const struct judged *j, const tracedag_list *fields)
{
    const struct td_tree *tree = j->r->tree;
    struct td_allowed a = allowed_by(j);
    struct choice choice = {field_at, fields, fields->count};
    uint32_t where = j->input->pub.where;
    for (uint32_t key = where + 1; key < tree->nodes[where].link;
         key = td_after(tree, td_after(tree, key))) {
        const struct td_catalog_entry *entry =
            td_catalog_field(fields, td_node_text(tree, key));
        if (entry)
            td_allowed_value(&a, key, entry);
        else
            unknown_field(j, key, &choice);
    }
}

static void judge_by_column(const struct judged *j, uint32_t key, uint32_t column)
{
    struct td_allowed a = allowed_by(j);
    struct td_catalog_entry entry = {.most = INT64_MAX};
    entry.pub.type = field_type(td_peek_text(j->r->tree, column, TD_S("type")));
    if (entry.pub.type)
        td_allowed_value(&a, key, &entry);
}

static void judge_by_columns(const struct judged *j, const struct columns *columns)
{
    const struct td_tree *tree = j->r->tree;
    struct choice choice = {column_at, columns, columns->count};
    uint32_t where = j->input->pub.where;
    for (uint32_t key = where + 1; key < tree->nodes[where].link;
         key = td_after(tree, td_after(tree, key))) {
        const struct td_name *found =
            td_names_find(columns->names, columns->count, td_node_text(tree, key));
        if (found)
            judge_by_column(j, key, found->id);
        else if (!columns->unsure)
            unknown_field(j, key, &choice);
    }
}

/* ---- inputs ----------------------------------------------------------------------------- */

static void unknown_dataset(const struct judged *j)
{
    struct td_reader *r = j->r;
    struct td_str name = td_slice(j->input->pub.dataset);
    uint32_t target = j->input->target;
    struct td_scope job = j->scope;
    job.kind = TD_SCOPE_JOB;
    struct td_finding *f =
        td_scope_report(r->diag, r->tree, &j->scope, TRACEDAG_CODE_UNKNOWN_DATASET,
                        td_value_span(r->tree, target, 0, 0), target);
    td_message(r->diag, f, "%t reads dataset %q, which is not in the catalog",
               td_scope_owner(r->diag, &job), name);
    td_data_text(r->diag, f, "name", name);
    uint32_t from = j->input->from;
    td_catalog_advise(r, f, name, &r->catalog->datasets, "datasets",
                      target > from ? target : 0);
}

static bool has_filter(const struct td_input *input)
{
    return td_usable(input->pub.where);
}

static void judge_by_operator(const struct judged *j,
                              const struct td_operators *operators, uint32_t job)
{
    const tracedag_operator *o = operators->of[job];
    if (has_filter(j->input) && o && o->where_closed)
        judge_by_fields(j, &o->where);
}

/* A dataset of the catalog, or of nobody. */
static void judge_external(const struct judged *j)
{
    const struct td_reader *r = j->r;
    if (!r->catalog->datasets.given)
        return;
    const tracedag_dataset *d =
        td_catalog_dataset(r->catalog, td_slice(j->input->pub.dataset));
    if (!d && !r->model->publishes_unsure && !r->datasets_elsewhere)
        unknown_dataset(j);
    if (d && d->where_closed && has_filter(j->input))
        judge_by_fields(j, &d->where);
}

/* A dataset that this DAG publishes: the table says what is in it, or else who makes it. */
static void judge_published(const struct judged *j, const struct td_operators *operators,
                            struct columns *columns)
{
    const struct td_publish *p = &j->r->model->publishes[j->input->publish - 1];
    uint32_t list = p->table[TD_TABLE_COLUMNS];
    struct columns *own = &columns[j->input->publish - 1];
    if (!has_filter(j->input))
        return;
    if (p->field[TD_PUBLISH_SCHEMA] == 0 && p->sound) {
        judge_by_operator(j, operators, p->pub.job);
        return;
    }
    if (!td_usable(p->field[TD_PUBLISH_SCHEMA]) || !td_usable(list))
        return;
    if (!own->known)
        read_columns(j->r, list, own);
    judge_by_columns(j, own);
}

void td_rules_filters(struct td_reader *r, const struct td_operators *operators)
{
    struct td_model *m = r->model;
    struct columns *columns =
        td_arena_array(&m->arena, m->publish_count + 1, sizeof *columns);
    for (size_t i = 0; i < m->input_count && !m->arena.failed; i++) {
        const struct td_input *input = &m->inputs[i];
        const struct td_job *reader = &m->jobs[input->pub.reader];
        struct judged j = {r, input, td_input_scope(m, reader, input)};
        if (input->publish)
            judge_published(&j, operators, columns);
        else if (input->pub.dataset.len)
            judge_external(&j);
        else if (input->sound)
            judge_by_operator(&j, operators, input->pub.job);
    }
}
