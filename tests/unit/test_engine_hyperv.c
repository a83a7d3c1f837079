/*
 * The engine and the Hyper-V firewall, which is in front of WSL in mirrored mode.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "tests/unit/modes_fixture.h"

#include <check.h>

Suite *engine_hyperv_suite(void);

START_TEST(a_windows_without_a_hyperv_firewall_needs_no_rule_in_it)
{
    modes.windows.has_no_hyperv = true;
    tell(NETWORKING_MODE_MIRRORED);

    check_nothing_stands();
    check_status(RULE_STATE_ACTIVE, REASON_NONE);
}
END_TEST

START_TEST(the_hyperv_firewall_is_asked_for_only_while_somebody_needs_it)
{
    ck_assert(!modes.windows.hyperv_is_watched);

    tell(NETWORKING_MODE_MIRRORED);
    check_mirrored();
    ck_assert(modes.windows.hyperv_is_watched);

    tell(NETWORKING_MODE_NAT);
    check_nat(); /* the rule there was still to be removed */
    ck_assert(!modes.windows.hyperv_is_watched);
}
END_TEST

START_TEST(a_hyperv_firewall_that_cannot_be_read_is_waited_for_and_told)
{
    modes.windows.hyperv_unread = true;
    tell(NETWORKING_MODE_MIRRORED);
    ck_assert_ptr_null(entry(&modes, ENTRY));
    check_status(RULE_STATE_APPLYING, REASON_FIREWALL_PENDING);

    modes.windows.hyperv_error = 0x80041014u;
    work(&modes, EVENT_FIREWALL_CHANGED);
    check_status(RULE_STATE_FAILED, REASON_FIREWALL_FAILED);
    ck_assert_uint_eq(status(&modes, &id)->os_code, 0x80041014u);

    modes.windows.hyperv_unread = false;
    work(&modes, EVENT_FIREWALL_CHANGED);
    check_mirrored();
}
END_TEST

START_TEST(a_hyperv_rule_that_somebody_changed_is_left_as_it_is)
{
    tell(NETWORKING_MODE_MIRRORED);
    for (size_t i = 0; i < modes.windows.rule_count; i++)
        modes.windows.rules[i].enabled = false;
    work(&modes, EVENT_FIREWALL_CHANGED);

    check_status(RULE_STATE_BLOCKED, REASON_FIREWALL_CHANGED);
    tell(NETWORKING_MODE_NAT);
    ck_assert_ptr_nonnull(hyperv_rule());
}
END_TEST

START_TEST(a_hyperv_rule_that_was_taken_over_is_ours_and_can_be_withdrawn)
{
    tell(NETWORKING_MODE_MIRRORED);
    for (size_t i = 0; i < modes.windows.rule_count; i++)
        text_copy(modes.windows.rules[i].local_ports, FIREWALL_PORTS_SIZE, "1-65535");
    work(&modes, EVENT_FIREWALL_CHANGED);
    check_status(RULE_STATE_BLOCKED, REASON_FIREWALL_CHANGED);

    ck_assert_int_eq(take_over(&modes, &id), ERR_NONE);
    settle(&modes);
    check_mirrored();
    ck_assert_str_eq(hyperv_rule()->local_ports, "3000");

    ck_assert_int_eq(enable(&modes, &id, false), ERR_NONE);
    check_nothing_stands();
}
END_TEST

START_TEST(a_hyperv_rule_that_somebody_removed_is_made_again)
{
    tell(NETWORKING_MODE_MIRRORED);
    modes.windows.rule_count = 0;
    work(&modes, EVENT_FIREWALL_CHANGED);

    check_mirrored();
}
END_TEST

START_TEST(a_refused_hyperv_rule_is_told_with_its_code)
{
    struct request request = {.verb = VERB_REPORT_WSL,
                              .wsl_hint = {.effective = NETWORKING_MODE_MIRRORED}};
    struct reply reply;

    modes.windows.firewall_refuses = 0x80041003u;
    engine_handle(modes.engine, &modes.caller, &request, &reply);
    reply_clear(&reply);
    work(&modes, EVENT_WSL_CHANGED);

    check_status(RULE_STATE_FAILED, REASON_FIREWALL_FAILED);
    ck_assert_uint_eq(status(&modes, &id)->os_code, 0x80041003u);
}
END_TEST

START_TEST(another_programs_entry_keeps_linux_from_its_port)
{
    tell(NETWORKING_MODE_MIRRORED);
    fake_set_entry(&modes.windows, PORTPROXY_V4TOV4, ENTRY, "10.9.9.9/80");
    work(&modes, EVENT_PORTPROXY_CHANGED);

    check_status(RULE_STATE_CONFLICT, REASON_FOREIGN_ENTRY);
    ck_assert_str_eq(entry(&modes, ENTRY), "10.9.9.9/80");
}
END_TEST

START_TEST(in_a_network_that_the_rule_does_not_allow_the_hyperv_rule_is_withdrawn)
{
    modes.windows.current_profiles = PROFILE_PUBLIC;
    tell(NETWORKING_MODE_MIRRORED);

    check_nothing_stands();
    check_status(RULE_STATE_BLOCKED, REASON_PROFILE_MISMATCH);
    ck_assert_int_eq(status(&modes, &id)->subject_message.id, MESSAGE_NETWORK_PUBLIC);

    modes.windows.current_profiles = PROFILE_PRIVATE;
    work(&modes, EVENT_NETWORK_CHANGED);
    check_mirrored();
}
END_TEST

START_TEST(a_hyperv_rule_is_for_the_rules_networks_only)
{
    modes.windows.current_profiles = PROFILE_PRIVATE | PROFILE_PUBLIC;
    tell(NETWORKING_MODE_MIRRORED);
    check_mirrored();
    ck_assert_uint_eq(hyperv_rule()->profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);

    for (size_t i = 0; i < modes.windows.rule_count; i++)
        modes.windows.rules[i].profiles = PROFILE_MASK;
    work(&modes, EVENT_FIREWALL_CHANGED);
    check_status(RULE_STATE_BLOCKED, REASON_FIREWALL_CHANGED);
}
END_TEST

START_TEST(without_profiles_a_hyperv_rule_waits_until_every_network_is_allowed)
{
    modes.windows.hyperv_lacks_profiles = true;
    modes.windows.current_profiles = PROFILE_PRIVATE | PROFILE_PUBLIC;
    tell(NETWORKING_MODE_MIRRORED);
    check_nothing_stands();
    check_status(RULE_STATE_BLOCKED, REASON_PROFILE_MISMATCH);
    ck_assert_int_eq(status(&modes, &id)->subject_message.id, MESSAGE_NETWORK_PUBLIC);

    modes.windows.current_profiles = PROFILE_PRIVATE | PROFILE_DOMAIN;
    work(&modes, EVENT_NETWORK_CHANGED);
    check_mirrored();
    ck_assert_uint_eq(hyperv_rule()->profiles, 0);
}
END_TEST

START_TEST(a_hyperv_rule_is_withdrawn_there_also_while_wsl_is_stopped)
{
    configure(NETWORKING_MODE_MIRRORED);
    restart_without_relay();
    check_mirrored();
    modes.windows.traces[0].vm_count = 0;
    work(&modes, EVENT_WSL_CHANGED);
    settle(&modes);
    check_status(RULE_STATE_WAITING, REASON_WSL_NOT_RUNNING);
    ck_assert_ptr_nonnull(hyperv_rule()); /* kept, for WSL returns */

    modes.windows.current_profiles = PROFILE_PUBLIC;
    work(&modes, EVENT_NETWORK_CHANGED);
    check_nothing_stands();
    check_status(RULE_STATE_BLOCKED, REASON_PROFILE_MISMATCH);

    modes.windows.current_profiles = PROFILE_PRIVATE;
    work(&modes, EVENT_NETWORK_CHANGED);
    check_status(RULE_STATE_WAITING, REASON_WSL_NOT_RUNNING);
    ck_assert_ptr_nonnull(hyperv_rule());
}
END_TEST

static void listen_on(const char *listen)
{
    struct rule rule = new_rule("web", listen);

    rule.id = id;
    rule.forced = true;
    ck_assert_int_eq(put(&modes, &rule).kind, ERR_NONE);
    settle(&modes);
}

START_TEST(a_hyperv_rule_opens_the_rules_own_address_only)
{
    tell(NETWORKING_MODE_MIRRORED);
    listen_on(FAKE_LAN ":3000");
    ck_assert_str_eq(hyperv_rule()->local_addresses, FAKE_LAN);
    check_status(RULE_STATE_ACTIVE, REASON_NONE);

    listen_on("Wi-Fi:3000");
    ck_assert_str_eq(hyperv_rule()->local_addresses, FAKE_LAN);
    check_status(RULE_STATE_ACTIVE, REASON_NONE);

    modes.windows.adapters[0].address_count = 0;
    work(&modes, EVENT_NETWORK_CHANGED);
    check_nothing_stands();
    check_status(RULE_STATE_WAITING, REASON_INTERFACE_NO_ADDRESS);

    listen_on(FAKE_LAN ":3000");
    check_nothing_stands();
    check_status(RULE_STATE_WAITING, REASON_LISTEN_ADDRESS_ABSENT);
}
END_TEST

START_TEST(a_mirrored_rule_on_loopback_needs_no_hyperv_rule)
{
    tell(NETWORKING_MODE_MIRRORED);
    listen_on("127.0.0.1:3000");

    check_nothing_stands();
    check_status(RULE_STATE_ACTIVE, REASON_NONE);
}
END_TEST

START_TEST(a_disabled_or_removed_rule_leaves_no_hyperv_rule)
{
    tell(NETWORKING_MODE_MIRRORED);
    ck_assert_int_eq(enable(&modes, &id, false), ERR_NONE);
    check_nothing_stands();
    ck_assert_int_eq(enable(&modes, &id, true), ERR_NONE);
    check_mirrored();
    ck_assert_int_eq(delete_rule(&modes, &id), ERR_NONE);
    check_nothing_stands();
}
END_TEST

START_TEST(withdrawing_everything_removes_hyperv_rules)
{
    struct error err = {0};

    tell(NETWORKING_MODE_MIRRORED);
    ck_assert(!engine_withdraw_all(modes.engine, &err) || modes.windows.rule_count == 0);
    ck_assert(engine_withdraw_all(modes.engine, &err));
    ck_assert_uint_eq(modes.windows.rule_count, 0);
}
END_TEST

Suite *engine_hyperv_suite(void)
{
    Suite *suite = suite_create("engine_hyperv");
    TCase *tcase = tcase_create("engine_hyperv");

    tcase_add_checked_fixture(tcase, modes_set_up, modes_tear_down);
    tcase_add_test(tcase, a_windows_without_a_hyperv_firewall_needs_no_rule_in_it);
    tcase_add_test(tcase, the_hyperv_firewall_is_asked_for_only_while_somebody_needs_it);
    tcase_add_test(tcase, a_hyperv_firewall_that_cannot_be_read_is_waited_for_and_told);
    tcase_add_test(tcase, a_hyperv_rule_that_somebody_changed_is_left_as_it_is);
    tcase_add_test(tcase, a_hyperv_rule_that_was_taken_over_is_ours_and_can_be_withdrawn);
    tcase_add_test(tcase, a_hyperv_rule_that_somebody_removed_is_made_again);
    tcase_add_test(tcase, a_refused_hyperv_rule_is_told_with_its_code);
    tcase_add_test(tcase, another_programs_entry_keeps_linux_from_its_port);
    tcase_add_test(
        tcase, in_a_network_that_the_rule_does_not_allow_the_hyperv_rule_is_withdrawn);
    tcase_add_test(tcase, a_hyperv_rule_is_withdrawn_there_also_while_wsl_is_stopped);
    tcase_add_test(tcase, a_hyperv_rule_is_for_the_rules_networks_only);
    tcase_add_test(tcase,
                   without_profiles_a_hyperv_rule_waits_until_every_network_is_allowed);
    tcase_add_test(tcase, a_hyperv_rule_opens_the_rules_own_address_only);
    tcase_add_test(tcase, a_mirrored_rule_on_loopback_needs_no_hyperv_rule);
    tcase_add_test(tcase, a_disabled_or_removed_rule_leaves_no_hyperv_rule);
    tcase_add_test(tcase, withdrawing_everything_removes_hyperv_rules);
    suite_add_tcase(suite, tcase);
    return suite;
}
