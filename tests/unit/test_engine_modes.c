/*
 * The engine through every networking mode of WSL and back to NAT: what stands, what does not, and
 * what the rule says of it.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "tests/unit/modes_fixture.h"

#include <check.h>
#include <string.h>

Suite *engine_modes_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

START_TEST(in_mirrored_mode_an_entry_gives_way_to_a_hyperv_rule_and_returns)
{
    tell(NETWORKING_MODE_MIRRORED);

    check_mirrored();
    ck_assert_int_eq(hyperv_rule()->kind, FIREWALL_HYPERV);
    ck_assert_str_eq(hyperv_rule()->local_ports, "3000");
    ck_assert_uint_eq(status(&modes, &id)->active_count, 1);

    tell(NETWORKING_MODE_NAT);
    check_nat();
}
END_TEST

START_TEST(in_mirrored_mode_nothing_has_to_go_out)
{
    char name[FIREWALL_NAME_SIZE];

    firewall_rule_outbound_name(&id, name);
    modes.windows.block_outbound_profiles = PROFILE_MASK;
    ck_assert_int_eq(set_setting(&modes, "outbound", "allow"), ERR_NONE);
    settle(&modes);
    ck_assert_ptr_nonnull(fake_get_rule(&modes.windows, name));

    tell(NETWORKING_MODE_MIRRORED);
    ck_assert_ptr_null(fake_get_rule(&modes.windows, name));
    check_mirrored();

    tell(NETWORKING_MODE_NAT);
    ck_assert_ptr_nonnull(fake_get_rule(&modes.windows, name));
    check_nat();
}
END_TEST

START_TEST(a_pass_in_mirrored_mode_with_nothing_changed_writes_nothing)
{
    unsigned writes;

    tell(NETWORKING_MODE_MIRRORED);
    writes = modes.windows.write_count;
    work(&modes, EVENT_WSL_CHANGED);
    work(&modes, EVENT_NETWORK_CHANGED);

    ck_assert_uint_eq(modes.windows.write_count, writes);
}
END_TEST

START_TEST(a_stale_address_after_a_switch_to_mirrored_mode_brings_no_entry_back)
{
    configure(NETWORKING_MODE_MIRRORED);
    check_nat(); /* the VM that runs has its relay */

    restart_without_relay();
    check_mirrored();
}
END_TEST

START_TEST(no_entry_stands_between_the_end_of_nat_and_the_mirrored_vm)
{
    configure(NETWORKING_MODE_MIRRORED);
    fake_stop_wsl(&modes.windows);
    work(&modes, EVENT_WSL_CHANGED);
    settle(&modes);

    ck_assert_ptr_null(entry(&modes, ENTRY));
    check_status(RULE_STATE_WAITING, REASON_WSL_NOT_RUNNING);
}
END_TEST

START_TEST(a_configuration_that_the_vm_has_not_read_changes_nothing)
{
    const struct wsl_hint hint = {.config_known = true,
                                  .configured = NETWORKING_MODE_MIRRORED,
                                  .config_is_newer = true};

    modes.windows.traces[0].relay_found = false;
    ck_assert_int_eq(report_hint(&hint), ERR_NONE);
    check_nat();
}
END_TEST

/* WMI may take minutes, and then goes on where it was. */
START_TEST(windows_firewall_does_not_wait_for_a_hyperv_firewall_that_hangs)
{
    struct rule rule = new_rule("lan", "4000");
    struct rule_id other;

    modes.windows.hyperv_hangs = true;
    tell(NETWORKING_MODE_MIRRORED);
    check_status(RULE_STATE_APPLYING, REASON_FIREWALL_PENDING);
    rule.connect.kind = CONNECT_ADDRESS;
    ck_assert(address_parse("10.0.0.5", &rule.connect.address));
    ck_assert_int_eq(put(&modes, &rule).kind, ERR_NONE);
    other = modes.last_id;
    settle(&modes);
    ck_assert_ptr_nonnull(firewall_rule(&modes, &other));
    ck_assert_int_eq(status(&modes, &other)->state, RULE_STATE_ACTIVE);
    check_status(RULE_STATE_APPLYING, REASON_FIREWALL_PENDING);

    modes.windows.hyperv_hangs = false;
    fake_firewall_finish(&modes.windows);
    settle(&modes);
    check_status(RULE_STATE_ACTIVE, REASON_NONE);
}
END_TEST

START_TEST(what_was_told_of_a_vm_is_forgotten_with_it)
{
    tell(NETWORKING_MODE_MIRRORED);
    fake_move(&modes.windows, "172.28.208.5");
    modes.windows.traces[0].vm_count = 1;
    text_copy(modes.windows.traces[0].vm_ids[0], WSL_VM_ID_SIZE, NEXT_VM);
    text_copy(modes.windows.traces[0].relay_vm_id, WSL_VM_ID_SIZE, NEXT_VM);
    work(&modes, EVENT_WSL_CHANGED);
    settle(&modes);

    check_nat();
}
END_TEST

START_TEST(what_a_user_told_is_forgotten_at_sign_out)
{
    const struct wsl_trace trace = modes.windows.traces[0];

    tell(NETWORKING_MODE_MIRRORED);
    modes.windows.trace_count = 0;
    work(&modes, EVENT_SESSION_CHANGED);
    settle(&modes);
    check_nothing_stands();
    check_status(RULE_STATE_WAITING, REASON_OWNER_SIGNED_OUT);

    modes.windows.trace_count = 1;
    modes.windows.traces[0] = trace;
    work(&modes, EVENT_SESSION_CHANGED);
    settle(&modes);
    check_nat();
}
END_TEST

static const struct {
    enum networking_mode mode;
    enum rule_state state;
    enum reason reason;
} others[] = {
    {NETWORKING_MODE_VIRTIOPROXY, RULE_STATE_NOT_NEEDED, REASON_MODE_VIRTIOPROXY},
    {NETWORKING_MODE_BRIDGED, RULE_STATE_NOT_NEEDED, REASON_MODE_BRIDGED},
    {NETWORKING_MODE_NONE, RULE_STATE_BLOCKED, REASON_MODE_NONE},
};

START_TEST(in_other_modes_everything_is_withdrawn_explained_and_returns)
{
    tell(others[_i].mode);
    check_nothing_stands();
    check_status(others[_i].state, others[_i].reason);

    tell(NETWORKING_MODE_NAT);
    check_nat();
}
END_TEST

START_TEST(a_rule_that_changes_the_port_is_blocked_in_mirrored_mode)
{
    struct rule rule = new_rule("web", "3000");

    rule.id = id;
    rule.connect.first_port = 8080;
    ck_assert_int_eq(put(&modes, &rule).kind, ERR_NONE);
    tell(NETWORKING_MODE_MIRRORED);

    check_nothing_stands();
    check_status(RULE_STATE_BLOCKED, REASON_MIRRORED_PORT);
    ck_assert_str_eq(status(&modes, &id)->subject, "3000");
}
END_TEST

START_TEST(modes_leave_rules_to_a_literal_address_alone)
{
    struct rule rule = new_rule("printer", "4000");

    ck_assert(address_parse("10.0.0.5", &rule.connect.address));
    rule.connect.kind = CONNECT_ADDRESS;
    ck_assert_int_eq(put(&modes, &rule).kind, ERR_NONE);
    tell(NETWORKING_MODE_MIRRORED);

    ck_assert_str_eq(entry(&modes, "0.0.0.0/4000"), "10.0.0.5/4000");
    ck_assert_int_eq(status(&modes, &modes.last_id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(a_mode_concerns_its_own_user_only)
{
    struct wsl_hint hint = {.effective = NETWORKING_MODE_MIRRORED};
    struct request request = {.verb = VERB_REPORT_WSL, .wsl_hint = hint};
    struct caller other = {0};
    struct reply reply;

    modes.windows.traces[1] = modes.windows.traces[0];
    modes.windows.traces[1].user = (struct user_sid){FAKE_OTHER_USER};
    modes.windows.trace_count = 2;
    other.user = (struct user_sid){FAKE_OTHER_USER};
    modes.windows.now_ms += 1500;
    engine_handle(modes.engine, &other, &request, &reply);
    ck_assert_int_eq(reply.error.kind, ERR_NONE);
    reply_clear(&reply);
    settle(&modes);

    check_nat();
    ck_assert_int_eq(report_hint(&hint), ERR_NONE);
    check_mirrored();
}
END_TEST

START_TEST(nobody_reports_for_another_user)
{
    struct request request = {.verb = VERB_REPORT_WSL};
    struct reply reply;

    request.user = (struct user_sid){FAKE_OTHER_USER};
    engine_handle(modes.engine, &modes.caller, &request, &reply);

    ck_assert_int_eq(reply.error.kind, ERR_ACCESS_DENIED);
    reply_clear(&reply);
}
END_TEST

START_TEST(wsl_1_and_no_wsl_are_explained)
{
    modes.windows.wsl_machine = (struct wsl_machine){.presence = WSL_PRESENCE_NONE};
    modes.windows.traces[0] =
        (struct wsl_trace){.user = modes.caller.user, .hive_loaded = true};
    work(&modes, EVENT_WSL_CHANGED);
    check_nothing_stands();
    check_status(RULE_STATE_BLOCKED, REASON_WSL_ABSENT);

    modes.windows.traces[0].distribution_count = 1;
    modes.windows.traces[0].default_is_wsl1 = true;
    work(&modes, EVENT_WSL_CHANGED);
    check_status(RULE_STATE_NOT_NEEDED, REASON_WSL1);
}
END_TEST

/* The in-box WSL of older Windows: no NatIpAddress, no NatNetwork; only its adapter. */
START_TEST(an_address_that_the_user_reports_counts_on_wsls_own_adapter_only)
{
    struct wsl_hint hint = {.liveness = WSL_LIVENESS_UP};
    struct adapter *adapter = &modes.windows.adapters[modes.windows.adapter_count++];

    modes.windows.wsl_machine = (struct wsl_machine){.presence = WSL_PRESENCE_INSTALLED};
    modes.windows.traces[0] =
        (struct wsl_trace){.user = modes.caller.user, .hive_loaded = true};
    *adapter = (struct adapter){.name = "vEthernet (WSL)", .is_up = true};
    ck_assert(address_parse("172.20.16.1", &adapter->addresses[0]));
    ck_assert(prefix_parse("172.20.16.0/20", &adapter->on_link[0]));
    adapter->address_count = 1;
    work(&modes, EVENT_WSL_CHANGED);

    ck_assert(address_parse("172.20.17.5", &hint.address));
    ck_assert_int_eq(report_hint(&hint), ERR_NONE);
    ck_assert_str_eq(entry(&modes, ENTRY), "172.20.17.5/3000");
    check_status(RULE_STATE_ACTIVE, REASON_NONE);

    ck_assert(address_parse("192.168.1.77", &hint.address));
    ck_assert_int_eq(report_hint(&hint), ERR_NONE);
    ck_assert_str_eq(entry(&modes, ENTRY), "172.20.17.5/3000"); /* held */
    check_status(RULE_STATE_WAITING, REASON_ADDRESS_UNKNOWN);
}
END_TEST

START_TEST(the_same_hint_again_asks_for_no_pass)
{
    const struct wsl_hint hint = {.effective = NETWORKING_MODE_MIRRORED};
    struct request request = {.verb = VERB_REPORT_WSL, .wsl_hint = hint};
    struct reply reply;

    tell(NETWORKING_MODE_MIRRORED);
    request.wsl_hint.liveness = WSL_LIVENESS_UP;
    engine_handle(modes.engine, &modes.caller, &request, &reply);
    reply_clear(&reply);

    ck_assert_uint_eq(engine_due_ms(modes.engine), ENGINE_NOTHING_DUE);
}
END_TEST

Suite *engine_modes_suite(void)
{
    Suite *suite = suite_create("engine_modes");
    TCase *tcase = tcase_create("engine_modes");

    tcase_add_checked_fixture(tcase, modes_set_up, modes_tear_down);
    tcase_add_test(tcase,
                   in_mirrored_mode_an_entry_gives_way_to_a_hyperv_rule_and_returns);
    tcase_add_test(tcase, in_mirrored_mode_nothing_has_to_go_out);
    tcase_add_test(tcase, a_pass_in_mirrored_mode_with_nothing_changed_writes_nothing);
    tcase_add_test(tcase,
                   a_stale_address_after_a_switch_to_mirrored_mode_brings_no_entry_back);
    tcase_add_test(tcase, no_entry_stands_between_the_end_of_nat_and_the_mirrored_vm);
    tcase_add_test(tcase, a_configuration_that_the_vm_has_not_read_changes_nothing);
    tcase_add_test(tcase, windows_firewall_does_not_wait_for_a_hyperv_firewall_that_hangs);
    tcase_add_test(tcase, what_was_told_of_a_vm_is_forgotten_with_it);
    tcase_add_test(tcase, what_a_user_told_is_forgotten_at_sign_out);
    tcase_add_loop_test(tcase,
                        in_other_modes_everything_is_withdrawn_explained_and_returns, 0,
                        COUNT(others));
    tcase_add_test(tcase, a_rule_that_changes_the_port_is_blocked_in_mirrored_mode);
    tcase_add_test(tcase, modes_leave_rules_to_a_literal_address_alone);
    tcase_add_test(tcase, a_mode_concerns_its_own_user_only);
    tcase_add_test(tcase, nobody_reports_for_another_user);
    tcase_add_test(tcase, wsl_1_and_no_wsl_are_explained);
    tcase_add_test(tcase,
                   an_address_that_the_user_reports_counts_on_wsls_own_adapter_only);
    tcase_add_test(tcase, the_same_hint_again_asks_for_no_pass);
    suite_add_tcase(suite, tcase);
    return suite;
}
