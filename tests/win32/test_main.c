/*
 * Runs the tests of core/win32 and the resources, under Wine or on Windows.
 * There is no fork here: a crash or a failed assert ends the run, and no test has a time limit of
 * its own. CK_RUN_SUITE and CK_RUN_CASE choose.
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* A suite is two lines, in the order of the layers: its declaration and its name in the table. */
Suite *utf_suite(void);
Suite *registry_suite(void);
Suite *policy_key_suite(void);
Suite *path_list_suite(void);
Suite *security_suite(void);
Suite *token_suite(void);
Suite *portproxy_tables_suite(void);
Suite *ip_helper_suite(void);
Suite *connect_probe_suite(void);
Suite *network_tables_suite(void);
Suite *wsl_hives_suite(void);
Suite *wsl_relays_suite(void);
Suite *wslconfig_file_suite(void);
Suite *firewall_com_suite(void);
Suite *hyperv_firewall_suite(void);
Suite *firewall_thread_suite(void);
Suite *watch_suite(void);
Suite *windows_system_suite(void);
Suite *pipe_client_suite(void);
Suite *resources_suite(void);
Suite *dialog_sizes_suite(void);
Suite *rule_dialog_suite(void);

static Suite *(*const suites[])(void) = {
    utf_suite, // one a line: a line comment keeps clang-format to that
    registry_suite,
    policy_key_suite,
    path_list_suite,
    security_suite,
    token_suite,
    portproxy_tables_suite,
    ip_helper_suite,
    connect_probe_suite,
    network_tables_suite,
    wsl_hives_suite,
    wsl_relays_suite,
    wslconfig_file_suite,
    firewall_com_suite,
    hyperv_firewall_suite,
    firewall_thread_suite,
    watch_suite,
    windows_system_suite,
    pipe_client_suite,
    resources_suite,
    dialog_sizes_suite,
    rule_dialog_suite,
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
