/*
 * The engine against a Windows in memory: the main job.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"

#include "tests/unit/engine_fixture.h"

#include <check.h>

static struct engine_fixture it;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
}

static void tear_down(void)
{
    engine_fixture_close(&it);
}

START_TEST(a_new_rule_is_forwarded_and_its_port_opened)
{
    const struct rule_id id = add_rule(&it, "web", "3000");

    ck_assert_str_eq(entry(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
    ck_assert_ptr_nonnull(firewall_rule(&it, &id));
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(a_range_gives_an_entry_for_each_port)
{
    const struct rule_id id = add_rule(&it, "range", "8000-8002");

    ck_assert_str_eq(entry(&it, "0.0.0.0/8000"), "172.28.208.5/8000");
    ck_assert_str_eq(entry(&it, "0.0.0.0/8002"), "172.28.208.5/8002");
    ck_assert_str_eq(firewall_rule(&it, &id)->local_ports, "8000-8002");
    ck_assert_uint_eq(status(&it, &id)->active_count, 3);
}
END_TEST

START_TEST(an_ipv6_listener_is_forwarded_to_wsls_ipv4_address)
{
    add_rule(&it, "six", "[::]:8080");

    ck_assert_str_eq(fake_get_entry(&it.windows, PORTPROXY_V6TOV4, "::/8080"),
                     "172.28.208.5/8080");
}
END_TEST

START_TEST(an_interface_is_followed_as_its_address_changes)
{
    const struct rule_id id = add_rule(&it, "wifi", "Wi-Fi:3000");

    ck_assert_str_eq(entry(&it, FAKE_LAN "/3000"), "172.28.208.5/3000");
    ck_assert(address_parse("192.168.1.77", &it.windows.adapters[0].addresses[0]));
    work(&it, EVENT_NETWORK_CHANGED);
    ck_assert_ptr_null(entry(&it, FAKE_LAN "/3000"));
    ck_assert_str_eq(entry(&it, "192.168.1.77/3000"), "172.28.208.5/3000");

    it.windows.adapters[0].address_count = 0;
    work(&it, EVENT_NETWORK_CHANGED);
    ck_assert_ptr_null(entry(&it, "192.168.1.77/3000"));
    ck_assert_int_eq(status(&it, &id)->reason, REASON_INTERFACE_NO_ADDRESS);
}
END_TEST

START_TEST(a_move_of_wsl_repoints_every_entry_with_one_control)
{
    unsigned announced;

    add_rule(&it, "a", "3000");
    add_rule(&it, "b", "3001-3003");
    announced = it.windows.announce_count;

    fake_move(&it.windows, "172.28.208.9");
    work(&it, EVENT_WSL_CHANGED);

    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.208.9/3000");
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3003"), "172.28.208.9/3003");
    ck_assert_uint_eq(it.windows.announce_count, announced + 1);
}
END_TEST

START_TEST(a_second_pass_with_nothing_changed_writes_nothing)
{
    unsigned writes;

    add_rule(&it, "a", "3000");
    writes = it.windows.write_count;

    work(&it, EVENT_WSL_CHANGED);
    work(&it, EVENT_PORTPROXY_CHANGED);

    ck_assert_uint_eq(it.windows.write_count, writes);
}
END_TEST

START_TEST(nothing_is_due_at_rest)
{
    add_rule(&it, "a", "3000");
    settle(&it);

    ck_assert_uint_eq(engine_due_ms(it.engine), ENGINE_NOTHING_DUE);
}
END_TEST

START_TEST(an_address_outside_its_prefix_is_held_and_not_withdrawn)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    text_copy(it.windows.wsl_machine.nat_network, WSL_TRACE_SIZE, "172.30.0.0/20");
    text_copy(it.windows.wsl_machine.nat_gateway, WSL_TRACE_SIZE, "172.30.0.1");
    work(&it, EVENT_WSL_CHANGED);

    ck_assert_str_eq(entry(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
    ck_assert_ptr_nonnull(firewall_rule(&it, &id));
    ck_assert_int_eq(status(&it, &id)->reason, REASON_ADDRESS_UNKNOWN);
}
END_TEST

START_TEST(a_stopped_wsl_keeps_its_entries_unless_told_otherwise)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    fake_stop_wsl(&it.windows);
    work(&it, EVENT_WSL_CHANGED);
    ck_assert_str_eq(entry(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
    ck_assert_int_eq(status(&it, &id)->reason, REASON_WSL_NOT_RUNNING);

    ck_assert_int_eq(set_setting(&it, "when-wsl-stops", "withdraw"), ERR_NONE);
    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
    ck_assert_ptr_null(firewall_rule(&it, &id));

    fake_move(&it.windows, "172.28.208.5");
    work(&it, EVENT_WSL_CHANGED);
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
}
END_TEST

START_TEST(wsl_that_leaves_no_traces_is_followed_by_its_address_alone)
{
    add_rule(&it, "a", "3000");
    fake_stop_wsl(&it.windows);
    work(&it, EVENT_WSL_CHANGED);

    text_copy(it.windows.traces[0].nat_address, WSL_TRACE_SIZE, "172.28.208.6");
    work(&it, EVENT_WSL_CHANGED);

    ck_assert_str_eq(entry(&it, "0.0.0.0/3000"), "172.28.208.6/3000");
}
END_TEST

START_TEST(turning_a_rule_off_withdraws_it_and_on_brings_it_back)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    ck_assert_int_eq(enable(&it, &id, false), ERR_NONE);
    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
    ck_assert_ptr_null(firewall_rule(&it, &id));
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_OFF);

    ck_assert_int_eq(enable(&it, &id, true), ERR_NONE);
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
}
END_TEST

START_TEST(pausing_withdraws_all_of_a_users_forwards)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    ck_assert_int_eq(ask(&it, VERB_PAUSE), ERR_NONE);
    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
    ck_assert_int_eq(status(&it, &id)->reason, REASON_PAUSED);

    ck_assert_int_eq(ask(&it, VERB_RESUME), ERR_NONE);
    ck_assert_str_eq(entry(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
}
END_TEST

START_TEST(a_signed_out_owners_rule_is_withdrawn)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.trace_count = 0;
    work(&it, EVENT_SESSION_CHANGED);

    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
    ck_assert_int_eq(status(&it, &id)->reason, REASON_OWNER_SIGNED_OUT);
}
END_TEST

START_TEST(a_new_entry_waits_for_its_own_firewall_rule_only)
{
    struct rule_id slow;

    add_rule(&it, "stands", "3000");
    it.windows.firewall_is_slow = true;
    slow = add_rule(&it, "slow", "3001");
    ck_assert_ptr_null(entry(&it, "0.0.0.0/3001"));
    ck_assert_int_eq(status(&it, &slow)->reason, REASON_FIREWALL_PENDING);

    fake_move(&it.windows, "172.28.208.9");
    work(&it, EVENT_WSL_CHANGED);
    ck_assert_str_eq(entry(&it, "0.0.0.0/3000"), "172.28.208.9/3000");

    fake_firewall_finish(&it.windows);
    work(&it, EVENT_FIREWALL_CHANGED);
    ck_assert_str_eq(entry(&it, "0.0.0.0/3001"), "172.28.208.9/3001");
    ck_assert_int_eq(status(&it, &slow)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(a_refused_firewall_rule_is_shown_and_tried_again)
{
    struct rule_id id;

    it.windows.firewall_refuses = 0x80070005u;
    id = add_rule(&it, "a", "3000");
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_FAILED);
    ck_assert_int_eq(status(&it, &id)->reason, REASON_FIREWALL_FAILED);
    ck_assert_uint_ne(engine_due_ms(it.engine), ENGINE_NOTHING_DUE);

    it.windows.firewall_refuses = 0;
    settle(&it);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
    ck_assert_uint_eq(engine_due_ms(it.engine), ENGINE_NOTHING_DUE);
}
END_TEST

START_TEST(a_removed_firewall_rule_is_added_again)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.rule_count = 0;
    work(&it, EVENT_FIREWALL_CHANGED);

    ck_assert_ptr_nonnull(firewall_rule(&it, &id));
}
END_TEST

START_TEST(a_public_network_blocks_a_rule_for_private_ones)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.current_profiles = PROFILE_PUBLIC;
    work(&it, EVENT_FIREWALL_CHANGED);

    ck_assert_int_eq(status(&it, &id)->reason, REASON_PROFILE_MISMATCH);
}
END_TEST

START_TEST(a_stopped_ip_helper_is_said_and_can_be_started)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.ip_helper.running = false;
    work(&it, EVENT_SERVICE_CHANGED);
    ck_assert_int_eq(status(&it, &id)->reason, REASON_IP_HELPER_STOPPED);

    ck_assert_int_eq(ask(&it, VERB_START_IP_HELPER), ERR_NONE);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(a_port_held_by_another_program_names_it)
{
    struct rule_id id;

    it.windows.strangers[0] = (struct listener){.port = 3000, .process_id = 77};
    it.windows.strangers[0].address.family = ADDRESS_IPV4;
    it.windows.stranger_count = 1;
    id = add_rule(&it, "a", "3000");
    settle(&it);

    ck_assert_int_eq(status(&it, &id)->reason, REASON_PORT_IN_USE);
    ck_assert_str_eq(status(&it, &id)->subject, "nginx.exe");
}
END_TEST

START_TEST(a_port_held_by_a_nameless_process_says_so_in_translatable_words)
{
    struct rule_id id;

    it.windows.strangers[0] = (struct listener){.port = 3000, .process_id = 78};
    it.windows.strangers[0].address.family = ADDRESS_IPV4;
    it.windows.stranger_count = 1;
    id = add_rule(&it, "a", "3000");
    settle(&it);

    ck_assert_str_eq(status(&it, &id)->subject, "process 78");
    ck_assert_int_eq(status(&it, &id)->subject_message.id, MESSAGE_PROCESS);
    ck_assert_str_eq(status(&it, &id)->subject_message.arguments[0], "78");
}
END_TEST

static void let_relay_listen(uint16_t port)
{
    struct listener *relay = &it.windows.strangers[it.windows.stranger_count++];

    *relay = (struct listener){.port = port, .process_id = FAKE_RELAY_PID};
    ck_assert(address_parse("127.0.0.1", &relay->address));
}

START_TEST(an_active_rule_warns_when_nothing_listens_inside_wsl)
{
    const struct rule_id id = add_rule(&it, "a", FAKE_LAN ":3000");

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
    ck_assert_int_eq(status(&it, &id)->warning, REASON_NOTHING_LISTENS);

    let_relay_listen(3000);
    ck_assert_int_eq(ask(&it, VERB_RECONCILE), ERR_NONE);
    ck_assert_int_eq(status(&it, &id)->warning, REASON_NONE);
}
END_TEST

START_TEST(a_rule_on_all_addresses_keeps_the_relay_out_and_does_not_warn)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
    ck_assert_int_eq(status(&it, &id)->warning, REASON_NONE);
}
END_TEST

START_TEST(the_revision_grows_with_changes_only)
{
    uint64_t revision;

    add_rule(&it, "a", "3000");
    settle(&it);
    revision = engine_report(it.engine)->revision;

    work(&it, EVENT_WSL_CHANGED);
    ck_assert_uint_eq(engine_report(it.engine)->revision, revision);
    fake_move(&it.windows, "172.28.208.9");
    work(&it, EVENT_WSL_CHANGED);
    ck_assert_uint_gt(engine_report(it.engine)->revision, revision);
}
END_TEST

Suite *engine_suite(void);

Suite *engine_suite(void)
{
    const TTest *const tests[] = {
        a_new_rule_is_forwarded_and_its_port_opened,
        a_range_gives_an_entry_for_each_port,
        an_ipv6_listener_is_forwarded_to_wsls_ipv4_address,
        an_interface_is_followed_as_its_address_changes,
        a_move_of_wsl_repoints_every_entry_with_one_control,
        a_second_pass_with_nothing_changed_writes_nothing,
        nothing_is_due_at_rest,
        an_address_outside_its_prefix_is_held_and_not_withdrawn,
        a_stopped_wsl_keeps_its_entries_unless_told_otherwise,
        wsl_that_leaves_no_traces_is_followed_by_its_address_alone,
        turning_a_rule_off_withdraws_it_and_on_brings_it_back,
        pausing_withdraws_all_of_a_users_forwards,
        a_signed_out_owners_rule_is_withdrawn,
        a_new_entry_waits_for_its_own_firewall_rule_only,
        a_refused_firewall_rule_is_shown_and_tried_again,
        a_removed_firewall_rule_is_added_again,
        a_public_network_blocks_a_rule_for_private_ones,
        a_stopped_ip_helper_is_said_and_can_be_started,
        a_port_held_by_another_program_names_it,
        a_port_held_by_a_nameless_process_says_so_in_translatable_words,
        an_active_rule_warns_when_nothing_listens_inside_wsl,
        a_rule_on_all_addresses_keeps_the_relay_out_and_does_not_warn,
        the_revision_grows_with_changes_only,
    };
    Suite *suite = suite_create("engine");
    TCase *tcase = tcase_create("engine");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
