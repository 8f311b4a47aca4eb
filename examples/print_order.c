/* print_order.c - walks a DAG as a scheduler does: jobs in topological order, what each reads,
 * and how many stand behind it.
 *
 *     cc print_order.c -o print_order $(pkg-config --cflags --libs tracedag)
 *     ./print_order dag.yaml
 */
#include <stdio.h>
#include <tracedag/tracedag.h>

static void print_input(const tracedag_dag *dag, const tracedag_input *input)
{
    if (input->dataset.len)
        printf("    reads dataset %.*s\n", (int)input->dataset.len, input->dataset.ptr);
    if (input->job != TRACEDAG_NO_JOB) {
        tracedag_text name = tracedag_dag_job(dag, input->job)->name;
        printf("    reads %.*s[%u]\n", (int)name.len, name.ptr, input->output);
    }
}

static void print_job(const tracedag_dag *dag, const tracedag_list *inputs,
                      uint32_t index)
{
    const tracedag_job *job = tracedag_dag_job(dag, index);
    tracedag_list after; /* empty when memory runs out */
    tracedag_dag_downstream(dag, index, TRACEDAG_ANY_OUTPUT, 1, &after);
    printf("%.*s on %s, %zu downstream\n", (int)job->name.len, job->name.ptr,
           tracedag_enum_name("runtime", job->runtime), after.count);
    for (uint32_t i = 0; i < job->input_count; i++)
        print_input(dag, tracedag_list_at(inputs, job->first_input + i));
    tracedag_free(after.items);
}

int main(int argc, char **argv)
{
    static char bytes[(1 << 20) + 1]; /* above 1 MiB the library refuses */
    if (argc != 2) {
        fputs("usage: print_order FILE\n", stderr);
        return 2;
    }
    FILE *file = fopen(argv[1], "rb");
    size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (!file || ferror(file)) {
        perror(argv[1]);
        return 2;
    }
    fclose(file);

    tracedag_dag *dag = NULL;
    tracedag_list order, inputs;
    tracedag_status status = tracedag_check(bytes, size, NULL, &dag, NULL);
    if (status != TRACEDAG_OK)
        fprintf(stderr, "%s: %s\n", argv[1], tracedag_status_text(status));
    tracedag_dag_order(dag, &order);
    tracedag_dag_inputs(dag, &inputs);
    for (size_t i = 0; i < order.count; i++)
        print_job(dag, &inputs, *(const uint32_t *)tracedag_list_at(&order, i));
    tracedag_dag_unref(dag);
    return status == TRACEDAG_OK ? 0 : 1;
}
