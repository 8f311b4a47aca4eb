/* Canonical bytes as a store gives them back: whole they are the DAG again, cut short or mixed up
 * they are refused, and blanks that JSON permits change nothing. */
#include "fuzz.h"

/* No part of them but the whole is a document; the last byte is an LF, which says nothing. */
static void check_cut(const char *text, size_t size, size_t cut)
{
    tracedag_dag *dag;
    char *part = malloc(cut ? cut : 1);
    HOLDS(part != NULL);
    memcpy(part, text, cut);
    tracedag_status status = tracedag_check(part, cut, NULL, &dag, NULL);
    HOLDS(cut + 1 >= size || (status == TRACEDAG_REJECTED && !dag));
    tracedag_dag_unref(dag);
    free(part);
}

/* A blank behind each token, as far as the choices say so. */
static char *with_blanks(const char *text, size_t size, struct choices *from, size_t *len)
{
    static const char *const blanks[] = {"", "", "", " ", "  ", "\n ", "\r\n "};
    char *out = malloc(size * 4);
    bool quoted = false;
    *len = 0;
    HOLDS(out != NULL);
    for (size_t i = 0; i < size; i++) {
        out[(*len)++] = text[i];
        if (quoted && text[i] == '\\')
            out[(*len)++] = text[++i];
        else if (text[i] == '"')
            quoted = !quoted;
        if (quoted || !strchr("{}[]:,", text[i]))
            continue;
        const char *blank = blanks[choose(from, sizeof blanks / sizeof *blanks)];
        memcpy(out + *len, blank, strlen(blank));
        *len += strlen(blank);
    }
    return out;
}

static void check_bytes(const tracedag_dag *dag, struct choices *from)
{
    size_t size;
    size_t len;
    char *text = canonical(dag, &size);
    check_same(text, size, dag);
    check_cut(text, size, choose(from, (uint32_t)size));
    char *spaced = with_blanks(text, size, from, &len);
    check_same(spaced, len, dag);
    free(spaced);
    tracedag_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tracedag_dag *dag;
    tracedag_report *report;
    struct choices from = fuzz_choices(data, size);
    char *bytes = fuzz_document(data, &size);
    tracedag_status status = tracedag_check(bytes, size, NULL, &dag, &report);
    free(bytes);
    check_verdict(status, dag, report);
    check_report(report, (const char *)data, size);
    if (dag)
        check_bytes(dag, &from);
    tracedag_report_unref(report);
    tracedag_dag_unref(dag);
    return 0;
}
