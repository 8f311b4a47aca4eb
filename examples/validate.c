#include <stdio.h>
#include <tracedag/tracedag.h>

int main(int argc, char **argv)
{
    static char bytes[(1 << 20) + 1]; /* above 1 MiB the library refuses the document */
    if (argc != 2) {
        fputs("usage: validate FILE\n", stderr);
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
    tracedag_report *report = NULL;
    char *text = NULL;
    tracedag_status status = tracedag_check(bytes, size, NULL, &dag, &report);
    if (status == TRACEDAG_OK)
        printf("%s: accepted, %s\n", argv[1], tracedag_dag_hash(dag));
    else if (!tracedag_report_render(report, TRACEDAG_FORMAT_TEXT, argv[1], 0, &text, 0))
        fputs(text, stderr);
    tracedag_free(text);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
    return status == TRACEDAG_OK ? 0 : 1;
}
