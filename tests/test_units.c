/*
 * Runs the suites of all units. A new unit adds one row here and one prototype to suites.h.
 */
#include "suites.h"

#include <stddef.h>
#include <stdlib.h>

static Suite *(*const suites[])(void) = {
    td_suite_arena,  td_suite_diag, td_suite_names,    td_suite_number, td_suite_proof,
    td_suite_render, td_suite_runs, td_suite_schedule, td_suite_source, td_suite_suggest,
    td_suite_text,   td_suite_utf8, td_suite_veil,
};

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
