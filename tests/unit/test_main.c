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

/* A suite is two lines, in the order of the layers: its declaration here, its name in the table. */
Suite *error_suite(void);
Suite *mem_suite(void);
Suite *text_suite(void);
Suite *address_suite(void);
Suite *portproxy_suite(void);
Suite *rule_suite(void);
Suite *rule_ports_suite(void);
Suite *rule_fields_suite(void);
Suite *rule_comparison_suite(void);
Suite *rule_text_suite(void);
Suite *firewall_rule_suite(void);
Suite *rule_status_suite(void);
Suite *adapter_suite(void);
Suite *wsl_suite(void);
Suite *wsl_traces_suite(void);
Suite *drift_suite(void);
Suite *settings_suite(void);
Suite *store_suite(void);
Suite *store_rules_suite(void);
Suite *store_ledger_suite(void);
Suite *store_settings_suite(void);
Suite *store_opening_suite(void);
Suite *store_recovery_suite(void);
Suite *store_copy_suite(void);
Suite *store_crash_suite(void);
Suite *wire_suite(void);
Suite *wire_value_suite(void);
Suite *request_suite(void);
Suite *reply_suite(void);
Suite *reply_refusal_suite(void);
Suite *report_wire_suite(void);
Suite *caller_suite(void);
Suite *ticket_suite(void);
Suite *schedule_suite(void);
Suite *memory_suite(void);
Suite *report_suite(void);
Suite *engine_suite(void);
Suite *engine_ownership_suite(void);
Suite *engine_requests_suite(void);
Suite *engine_firewall_suite(void);
Suite *engine_faults_suite(void);
Suite *crash_suite(void);
Suite *command_suite(void);
Suite *command_help_suite(void);
Suite *rule_reference_suite(void);
Suite *report_change_suite(void);
Suite *view_suite(void);
Suite *rule_form_suite(void);
Suite *rule_rows_suite(void);

/* NULL ends the table. */
static Suite *(*const suites[])(void) = {
    error_suite,
    mem_suite,
    text_suite,
    address_suite,
    portproxy_suite,
    rule_suite,
    rule_ports_suite,
    rule_fields_suite,
    rule_comparison_suite,
    rule_text_suite,
    firewall_rule_suite,
    rule_status_suite,
    adapter_suite,
    wsl_suite,
    wsl_traces_suite,
    drift_suite,
    settings_suite,
    store_suite,
    store_rules_suite,
    store_ledger_suite,
    store_settings_suite,
    store_opening_suite,
    store_recovery_suite,
    store_copy_suite,
    store_crash_suite,
    wire_suite,
    wire_value_suite,
    request_suite,
    reply_suite,
    reply_refusal_suite,
    report_wire_suite,
    caller_suite,
    ticket_suite,
    schedule_suite,
    memory_suite,
    report_suite,
    engine_suite,
    engine_ownership_suite,
    engine_requests_suite,
    engine_firewall_suite,
    engine_faults_suite,
    crash_suite,
    command_suite,
    command_help_suite,
    rule_reference_suite,
    report_change_suite,
    view_suite,
    rule_form_suite,
    rule_rows_suite,
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
