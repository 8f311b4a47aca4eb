#include "finish.h"

#include <stdlib.h>

#include "canon.h"
#include "names.h"

static int compare_texts(const void *left, const void *right)
{
    return td_str_compare(td_slice(*(const tracedag_text *)left),
                          td_slice(*(const tracedag_text *)right));
}

static bool are_sorted(const tracedag_text *texts, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (compare_texts(&texts[i - 1], &texts[i]) > 0)
            return false;
    }
    return true;
}

/* Secrets are a set: their order says nothing. Many jobs may share one list. */
static void sort_secrets(struct td_model *m)
{
    for (size_t i = 0; i < m->job_count; i++) {
        const tracedag_job *job = &m->jobs[i].pub;
        if (job->secret_count > 1 &&
            !are_sorted(m->names + job->first_secret, job->secret_count))
            qsort(m->names + job->first_secret, job->secret_count, sizeof *m->names,
                  compare_texts);
    }
}

static int compare_publishes(const void *left, const void *right)
{
    const struct td_publish *a = left;
    const struct td_publish *b = right;
    return td_str_compare(td_slice(a->pub.name), td_slice(b->pub.name));
}

static uint32_t line_of(const struct td_model *m, uint32_t node)
{
    return td_source_line(m->tree->source, m->tree->nodes[node].start);
}

/* Jobs go to their ranks in place, one circle of moves after the other. */
static void move_jobs(struct td_model *m)
{
    for (uint32_t start = 0; start < m->job_count; start++) {
        while (m->rank[m->jobs[start].index] != start) {
            struct td_job moved = m->jobs[start];
            uint32_t to = m->rank[moved.index];
            m->jobs[start] = m->jobs[to];
            m->jobs[to] = moved;
        }
    }
}

static void rename_jobs(struct td_model *m)
{
    for (size_t i = 0; i < m->input_count; i++) {
        struct td_input *input = &m->inputs[i];
        input->pub.reader = m->rank[input->pub.reader];
        if (input->pub.job != TRACEDAG_NO_JOB)
            input->pub.job = m->rank[input->pub.job];
        input->pub.line = line_of(m, input->item);
    }
    for (size_t i = 0; i < m->publish_count; i++) {
        m->publishes[i].pub.job = m->rank[m->publishes[i].pub.job];
        m->publishes[i].pub.line = line_of(m, m->publishes[i].key);
    }
    for (size_t i = 0; i < m->job_count; i++) {
        m->jobs[i].pub.line = line_of(m, m->jobs[i].item);
        m->jobs[i].pub.config = m->jobs[i].field[TD_JOB_CONFIG];
    }
}

static bool list_externals(struct td_model *m)
{
    size_t count = 0;
    for (size_t i = 0; i < m->input_count; i++)
        count += m->inputs[i].pub.job == TRACEDAG_NO_JOB;
    m->externals = td_arena_array(&m->arena, count, sizeof *m->externals);
    if (count == 0)
        return true;
    if (!m->externals)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < m->input_count; i++) {
        if (m->inputs[i].pub.job == TRACEDAG_NO_JOB)
            m->externals[n++] = m->inputs[i].pub.dataset;
    }
    qsort(m->externals, n, sizeof *m->externals, compare_texts);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || compare_texts(&m->externals[i - 1], &m->externals[i]) != 0)
            m->externals[m->external_count++] = m->externals[i];
    }
    return true;
}

bool td_finish(struct td_model *m)
{
    td_mem_free(m->mem, m->job_names, m->job_name_room * sizeof *m->job_names);
    m->job_names = NULL;
    m->job_name_count = m->job_name_room = 0;
    move_jobs(m);
    rename_jobs(m);
    sort_secrets(m);
    if (m->publish_count > 1)
        qsort(m->publishes, m->publish_count, sizeof *m->publishes, compare_publishes);
    td_canon_defaults(m);
    return list_externals(m);
}
