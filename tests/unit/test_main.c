/*
 * Runs the core's tests, natively under sanitizers.
 * Each test runs in a process of its own, so a sanitizer's report fails that test and no other.
 * CK_FORK=no keeps them in one for a debugger; CK_RUN_SUITE and CK_RUN_CASE choose.
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* A suite is two lines, in the order of the layers: its declaration here, its name in the table.
 *     Suite *rule_suite(void);
 *         rule_suite,
 * NULL ends the table. */

static Suite *(*const suites[])(void) = {
    NULL,
};

int main(void)
{
    SRunner *runner = srunner_create(NULL);

    for (size_t i = 0; suites[i] != NULL; i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);

    const int run_count = srunner_ntests_run(runner);
    const int failed_count = srunner_ntests_failed(runner);

    srunner_free(runner);

    /* Nothing run is not success: a mistyped CK_RUN_SUITE must not look green. */
    if (run_count == 0)
        fputs("no test was run\n", stderr);
    return run_count > 0 && failed_count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
