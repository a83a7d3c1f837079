/*
 * Runs the core's tests, natively under sanitizers.
 * Each test runs in a process of its own, so a sanitizer's report fails that test and no other.
 * CK_FORK=no keeps them in one for a debugger; CK_RUN_SUITE and CK_RUN_CASE choose.
 * "test-unit 1 2" and "test-unit 2 2" run half of the suites each, for two cores.
 * SPDX-License-Identifier: MIT
 */
#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* A suite is two lines, in the order of the layers: its declaration here, its name in the table. */
Suite *error_suite(void);
Suite *message_suite(void);
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
Suite *guest_addresses_suite(void);
Suite *distributions_suite(void);
Suite *wslconfig_suite(void);
Suite *wsl_policy_suite(void);
Suite *networking_mode_suite(void);
Suite *engine_modes_suite(void);
Suite *engine_hyperv_suite(void);
Suite *config_age_suite(void);
Suite *wsl_ladder_suite(void);
Suite *wsl_keeping_suite(void);
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
Suite *problem_report_suite(void);
Suite *redaction_suite(void);
Suite *reply_suite(void);
Suite *reply_refusal_suite(void);
Suite *report_wire_suite(void);
Suite *caller_suite(void);
Suite *ticket_suite(void);
Suite *told_mode_suite(void);
Suite *batch_suite(void);
Suite *diagnosis_wire_suite(void);
Suite *activity_suite(void);
Suite *engine_batch_suite(void);
Suite *engine_activity_suite(void);
Suite *engine_adopt_suite(void);
Suite *engine_adopt_pending_suite(void);
Suite *engine_wsl_policy_suite(void);
Suite *adoption_suite(void);
Suite *rule_file_suite(void);
Suite *pending_suite(void);
Suite *schedule_suite(void);
Suite *line_budget_suite(void);
Suite *memory_suite(void);
Suite *report_suite(void);
Suite *engine_suite(void);
Suite *engine_ownership_suite(void);
Suite *engine_requests_suite(void);
Suite *engine_firewall_suite(void);
Suite *engine_outbound_suite(void);
Suite *engine_faults_suite(void);
Suite *engine_wsl_ports_suite(void);
Suite *engine_diagnose_suite(void);
Suite *diagnosis_suite(void);
Suite *diagnosis_links_suite(void);
Suite *crash_suite(void);
Suite *command_suite(void);
Suite *command_help_suite(void);
Suite *rule_reference_suite(void);
Suite *report_change_suite(void);
Suite *view_suite(void);
Suite *rule_form_suite(void);
Suite *rule_check_suite(void);
Suite *rule_effect_suite(void);
Suite *listen_places_suite(void);
Suite *policy_suite(void);
Suite *policy_hold_suite(void);
Suite *engine_policy_suite(void);
Suite *settings_form_suite(void);
Suite *mode_switch_suite(void);
Suite *rule_rows_suite(void);
Suite *short_text_suite(void);
Suite *lan_address_suite(void);
Suite *menu_groups_suite(void);
Suite *notices_suite(void);
Suite *rule_details_suite(void);
Suite *rule_action_suite(void);
Suite *activity_rows_suite(void);
Suite *port_suggestions_suite(void);
Suite *natural_order_suite(void);
Suite *undo_suite(void);
Suite *window_layout_suite(void);

/* NULL ends the table. */
static Suite *(*const suites[])(void) = {
    error_suite,
    message_suite,
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
    guest_addresses_suite,
    distributions_suite,
    wslconfig_suite,
    wsl_policy_suite,
    networking_mode_suite,
    engine_modes_suite,
    engine_hyperv_suite,
    config_age_suite,
    wsl_ladder_suite,
    wsl_keeping_suite,
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
    problem_report_suite,
    redaction_suite,
    reply_suite,
    reply_refusal_suite,
    report_wire_suite,
    caller_suite,
    ticket_suite,
    told_mode_suite,
    batch_suite,
    diagnosis_wire_suite,
    activity_suite,
    schedule_suite,
    line_budget_suite,
    memory_suite,
    report_suite,
    engine_suite,
    engine_ownership_suite,
    engine_requests_suite,
    engine_batch_suite,
    engine_activity_suite,
    engine_adopt_suite,
    engine_adopt_pending_suite,
    engine_wsl_policy_suite,
    adoption_suite,
    rule_file_suite,
    engine_firewall_suite,
    engine_outbound_suite,
    engine_faults_suite,
    engine_wsl_ports_suite,
    engine_diagnose_suite,
    diagnosis_suite,
    diagnosis_links_suite,
    crash_suite,
    command_suite,
    command_help_suite,
    rule_reference_suite,
    report_change_suite,
    view_suite,
    pending_suite,
    rule_form_suite,
    rule_check_suite,
    rule_effect_suite,
    listen_places_suite,
    policy_suite,
    policy_hold_suite,
    engine_policy_suite,
    settings_form_suite,
    mode_switch_suite,
    rule_rows_suite,
    short_text_suite,
    lan_address_suite,
    menu_groups_suite,
    notices_suite,
    rule_details_suite,
    rule_action_suite,
    activity_rows_suite,
    port_suggestions_suite,
    natural_order_suite,
    undo_suite,
    window_layout_suite,
    NULL,
};

int main(int count, char **arguments)
{
    const size_t part = count == 3 ? strtoul(arguments[1], NULL, 10) : 1;
    const size_t parts = count == 3 ? strtoul(arguments[2], NULL, 10) : 1;
    SRunner *runner = srunner_create(NULL);

    for (size_t i = 0; suites[i] != NULL; i++) {
        if (parts > 0 && i % parts == part - 1)
            srunner_add_suite(runner, suites[i]());
    }
    srunner_run_all(runner, CK_ENV);

    const int run_count = srunner_ntests_run(runner);
    const int failed_count = srunner_ntests_failed(runner);

    srunner_free(runner);

    /* Nothing run is not success: a mistyped CK_RUN_SUITE must not look green. */
    if (run_count == 0)
        fputs("no test was run\n", stderr);
    return run_count > 0 && failed_count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
