/* Forms of an accepted document are documents themselves, of the same hash and canonical form. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tracedag_dag *dag;
    struct choices from = fuzz_choices(data, size);
    char *bytes = fuzz_document(data, &size);
    tracedag_check(bytes, size, NULL, &dag, NULL);
    free(bytes);
    if (!dag)
        return 0;
    check_forms(dag, choose(&from, 256));
    tracedag_dag_unref(dag);
    return 0;
}
