/*
 * The suites of the unit tests, one for each unit of lib/ that documents alone cannot reach.
 * test_units.c runs all of them from one table.
 */
#ifndef TD_SUITES_H
#define TD_SUITES_H

#include <check.h>

Suite *td_suite_arena(void);
Suite *td_suite_diag(void);
Suite *td_suite_names(void);
Suite *td_suite_number(void);
Suite *td_suite_proof(void);
Suite *td_suite_render(void);
Suite *td_suite_runs(void);
Suite *td_suite_schedule(void);
Suite *td_suite_source(void);
Suite *td_suite_suggest(void);
Suite *td_suite_text(void);
Suite *td_suite_utf8(void);
Suite *td_suite_veil(void);

#endif
