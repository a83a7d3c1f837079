/*
 * What wsl.exe is asked, when, and what never.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl_ladder.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

Suite *wsl_ladder_suite(void);

#define VM_ID "12345678-1234-1234-1234-123456789abc"
#define FIB_TRIE                                                                         \
    "Main:\n"                                                                            \
    "  +-- 0.0.0.0/0 3 0 5\n"                                                            \
    "     |-- 10.255.255.254\n"                                                          \
    "        /32 host LOCAL\n"                                                           \
    "     |-- 172.17.0.1\n"                                                              \
    "        /32 host LOCAL\n"                                                           \
    "     |-- 172.28.215.10\n"                                                           \
    "        /32 host LOCAL\n"

static struct adapter_list adapters;
static struct distribution_list registered;

static void add_distribution(const char *name, unsigned version)
{
    struct distribution *item = LIST_ADD(&registered);

    ck_assert(text_copy(item->name, sizeof item->name, name));
    item->version = version;
}

static void set_up(void)
{
    struct adapter *adapter;

    LIST_CLEAR(&adapters);
    LIST_CLEAR(&registered);
    adapter = LIST_ADD(&adapters);
    ck_assert(text_copy(adapter->name, sizeof adapter->name,
                        "vEthernet (WSL (Hyper-V firewall))"));
    adapter->is_up = true;
    adapter->addresses[0] = address_of("172.28.208.1");
    adapter->on_link[0] = prefix_of("172.28.208.0/20");
    adapter->address_count = 1;
    add_distribution("Old", 1);
    add_distribution("docker-desktop", 2);
    add_distribution("Ubuntu 22.04 LTS", 2);
}

static void tear_down(void)
{
    LIST_CLEAR(&adapters);
    LIST_CLEAR(&registered);
}

/* The WSL of older Windows, with its adapter up. */
static struct ladder_facts inbox(void)
{
    struct ladder_facts facts = {.can_ask = true,
                                 .is_inbox = true,
                                 .trace = {.hive_loaded = true, .has_wsl2 = true},
                                 .adapters = &adapters,
                                 .config = {.mode = NETWORKING_MODE_NAT,
                                            .gui_applications = true,
                                            .localhost_forwarding = true}};

    facts.machine.presence = WSL_PRESENCE_INSTALLED;
    return facts;
}

/* A new WSL in NAT mode that runs, with all its traces. */
static struct ladder_facts telling(void)
{
    struct ladder_facts facts = inbox();

    facts.is_inbox = false;
    facts.trace.relay_found = true;
    facts.trace.vm_count = 1;
    memcpy(facts.trace.vm_ids[0], VM_ID, sizeof VM_ID);
    memcpy(facts.trace.relay_vm_id, VM_ID, sizeof VM_ID);
    ck_assert(text_copy(facts.trace.nat_address, sizeof facts.trace.nat_address,
                        "172.28.215.10"));
    ck_assert(text_copy(facts.machine.nat_network, sizeof facts.machine.nat_network,
                        "172.28.208.0/20"));
    ck_assert(text_copy(facts.machine.nat_gateway, sizeof facts.machine.nat_gateway,
                        "172.28.208.1"));
    return facts;
}

static bool asks(const struct ladder_facts *facts)
{
    const struct ladder_needs needs = ladder_needs_from(facts, "");

    return ladder_needs_anything(&needs);
}

static void answer(struct ladder *ladder, const struct ladder_facts *facts,
                   const char *text, bool succeeded)
{
    const struct ladder_answer given = {
        .succeeded = succeeded, .bytes = text, .size = strlen(text)};

    ladder_take(ladder, &given, facts, &registered, 0);
}

static struct ladder begun(const struct ladder_facts *facts)
{
    const struct ladder_needs needs = ladder_needs_from(facts, "");
    struct ladder ladder;

    ladder_begin(&ladder, &needs);
    return ladder;
}

START_TEST(nothing_is_asked_when_the_traces_tell_all)
{
    const struct ladder_facts facts = telling();

    ck_assert(!asks(&facts));
}
END_TEST

START_TEST(nothing_is_asked_of_a_stopped_wsl_that_leaves_traces)
{
    struct ladder_facts facts = telling();

    facts.trace.relay_found = false;
    facts.trace.vm_count = 0;

    ck_assert(!asks(&facts));
}
END_TEST

START_TEST(nothing_is_asked_without_wsl)
{
    struct ladder_facts facts = inbox();

    facts.can_ask = false;

    ck_assert(!asks(&facts));
}
END_TEST

START_TEST(nothing_is_asked_while_no_network_of_wsl_is_there)
{
    struct ladder_facts facts = inbox();

    adapters.items[0].is_up = false;

    ck_assert(!asks(&facts));
}
END_TEST

START_TEST(an_inbox_wsl_is_asked_whether_it_runs_and_where)
{
    const struct ladder_facts facts = inbox();
    const struct ladder_needs needs = ladder_needs_from(&facts, "");

    ck_assert(needs.liveness && needs.address && !needs.mode);
}
END_TEST

START_TEST(a_missing_address_is_asked_for_although_the_relay_runs)
{
    struct ladder_facts facts = telling();
    struct ladder_needs needs;

    facts.trace.nat_address[0] = '\0';
    needs = ladder_needs_from(&facts, "");

    ck_assert(needs.address && !needs.liveness && !needs.mode);
}
END_TEST

START_TEST(the_mode_is_asked_once_for_a_vm_without_a_relay)
{
    struct ladder_facts facts = telling();
    struct ladder_needs needs;

    facts.trace.relay_found = false;
    needs = ladder_needs_from(&facts, "");
    ck_assert(needs.mode);
    ck_assert_str_eq(needs.vm_id, VM_ID);

    needs = ladder_needs_from(&facts, VM_ID);
    ck_assert(!needs.mode);
}
END_TEST

START_TEST(a_wsl_without_relay_and_windows_is_asked_whether_it_runs)
{
    struct ladder_facts facts = telling();

    facts.trace.relay_found = false;
    facts.trace.vm_count = 0;
    facts.config.gui_applications = false;
    facts.config.localhost_forwarding = false;

    ck_assert(ladder_needs_from(&facts, "").liveness);
}
END_TEST

START_TEST(the_list_comes_first_and_nothing_runs_in_a_stopped_distribution)
{
    const struct ladder_facts facts = inbox();
    struct ladder ladder = begun(&facts);

    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_LIST);
    answer(&ladder, &facts, "", true);

    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_DONE);
    ck_assert_int_eq(ladder.hint.liveness, WSL_LIVENESS_DOWN);
}
END_TEST

START_TEST(an_inbox_sentence_with_an_exit_code_means_none_runs)
{
    const struct ladder_facts facts = inbox();
    struct ladder ladder = begun(&facts);

    answer(&ladder, &facts, "Es gibt keine laufenden Distributionen.\r\n", false);

    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_DONE);
    ck_assert_int_eq(ladder.hint.liveness, WSL_LIVENESS_DOWN);
}
END_TEST

START_TEST(a_failure_of_a_newer_wsl_says_nothing)
{
    struct ladder_facts facts = telling();
    struct ladder ladder;

    facts.trace.nat_address[0] = '\0';
    ladder = begun(&facts);
    answer(&ladder, &facts, "Wsl/Service/E_UNEXPECTED\r\n", false);

    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_DONE);
    ck_assert_int_eq(ladder.hint.liveness, WSL_LIVENESS_UNKNOWN);
}
END_TEST

START_TEST(a_distribution_of_wsl_1_is_none_to_ask)
{
    const struct ladder_facts facts = inbox();
    struct ladder ladder = begun(&facts);

    answer(&ladder, &facts, "Old\r\n", true);

    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_DONE);
    ck_assert_int_eq(ladder.hint.liveness, WSL_LIVENESS_DOWN);
}
END_TEST

START_TEST(an_ordinary_distribution_is_asked_rather_than_dockers)
{
    const struct ladder_facts facts = inbox();
    struct ladder ladder = begun(&facts);

    answer(&ladder, &facts, "docker-desktop\r\nUbuntu 22.04 LTS\r\n", true);

    ck_assert_str_eq(ladder.distribution, "Ubuntu 22.04 LTS");
}
END_TEST

START_TEST(the_address_inside_the_network_ends_the_climb)
{
    const struct ladder_facts facts = inbox();
    struct ladder ladder = begun(&facts);
    const struct address expected = address_of("172.28.215.10");

    answer(&ladder, &facts, "Ubuntu 22.04 LTS\r\n", true);
    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_FIB_TRIE);
    answer(&ladder, &facts, FIB_TRIE, true);

    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_DONE);
    ck_assert(address_equals(&ladder.hint.address, &expected));
    ck_assert_int_eq(ladder.hint.liveness, WSL_LIVENESS_UP);
}
END_TEST

START_TEST(the_climb_goes_on_until_a_command_answers)
{
    const struct ladder_facts facts = inbox();
    struct ladder ladder = begun(&facts);
    const struct address expected = address_of("172.28.215.10");

    answer(&ladder, &facts, "docker-desktop\r\n", true);
    answer(&ladder, &facts, "cat: not found", false);
    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_IP_ADDR);
    answer(&ladder, &facts, "", true);
    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_HOSTNAME);
    answer(&ladder, &facts, "172.17.0.1 192.168.1.5\n", true);
    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_IFCONFIG);
    answer(&ladder, &facts,
           "eth0 Link encap:Ethernet\n     inet addr:172.28.215.10  Bcast:1.2.3.4\n",
           true);

    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_DONE);
    ck_assert(address_equals(&ladder.hint.address, &expected));
}
END_TEST

START_TEST(a_list_that_grew_old_is_asked_for_again)
{
    const struct ladder_facts facts = inbox();
    struct ladder ladder = begun(&facts);

    answer(&ladder, &facts, "Ubuntu 22.04 LTS\r\n", true);
    ck_assert_int_eq(ladder_next(&ladder, 4000), LADDER_LIST);
    answer(&ladder, &facts, "", true);

    ck_assert_int_eq(ladder_next(&ladder, 4000), LADDER_DONE);
}
END_TEST

START_TEST(in_another_mode_no_address_is_asked_for)
{
    struct ladder_facts facts = telling();
    struct ladder ladder;

    facts.trace.relay_found = false;
    facts.trace.nat_address[0] = '\0';
    ladder = begun(&facts);
    answer(&ladder, &facts, "Ubuntu 22.04 LTS\r\n", true);
    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_NETWORKING_MODE);
    answer(&ladder, &facts, "mirrored\n", true);

    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_DONE);
    ck_assert_int_eq(ladder.hint.effective, NETWORKING_MODE_MIRRORED);
    ck_assert_str_eq(ladder.hint.vm_id, VM_ID);
}
END_TEST

START_TEST(a_vm_that_is_announced_is_not_called_down)
{
    struct ladder_facts facts = telling();
    struct ladder ladder;

    facts.trace.relay_found = false;
    ladder = begun(&facts);
    answer(&ladder, &facts, "", true);

    ck_assert_int_eq(ladder.hint.liveness, WSL_LIVENESS_UNKNOWN);
}
END_TEST

START_TEST(a_hang_ends_the_climb)
{
    const struct ladder_facts facts = inbox();
    struct ladder ladder = begun(&facts);
    const struct ladder_answer hung = {.hung = true};

    ladder_take(&ladder, &hung, &facts, &registered, 0);

    ck_assert_int_eq(ladder_next(&ladder, 0), LADDER_DONE);
    ck_assert(ladder.hung);
}
END_TEST

START_TEST(without_an_occasion_nothing_is_due)
{
    struct ladder_clock clock;

    ladder_clock_init(&clock);

    ck_assert(!ladder_clock_is_due(&clock, 3600000));
}
END_TEST

START_TEST(occasions_close_together_are_one)
{
    struct ladder_clock clock;

    ladder_clock_init(&clock);
    ladder_clock_note(&clock, LADDER_MENU_OPENED, 1000);
    ck_assert(ladder_clock_is_due(&clock, 1000));
    ladder_clock_asked(&clock, false, 1000);
    ladder_clock_note(&clock, LADDER_MENU_OPENED, 1500);

    ck_assert(!ladder_clock_is_due(&clock, 10999));
    ck_assert(ladder_clock_is_due(&clock, 11000));
}
END_TEST

START_TEST(a_new_vm_gets_time_to_leave_its_traces)
{
    struct ladder_clock clock;

    ladder_clock_init(&clock);
    ladder_clock_note(&clock, LADDER_VM_ANNOUNCED, 0);

    ck_assert(!ladder_clock_is_due(&clock, 4999));
    ck_assert(ladder_clock_is_due(&clock, 5000));
}
END_TEST

START_TEST(what_hung_is_left_alone_longer_each_time_and_tried_again)
{
    struct ladder_clock clock;

    ladder_clock_init(&clock);
    ladder_clock_note(&clock, LADDER_SIGNED_IN, 0);
    ladder_clock_asked(&clock, true, 0);
    ladder_clock_note(&clock, LADDER_MENU_OPENED, 100);
    ck_assert(!ladder_clock_is_due(&clock, 59999));
    ck_assert(ladder_clock_is_due(&clock, 60000));

    ladder_clock_asked(&clock, true, 60000);
    ck_assert(!ladder_clock_is_due(&clock, 179999));
    ck_assert(ladder_clock_is_due(&clock, 180000));

    for (int i = 0; i < 40; i++)
        ladder_clock_asked(&clock, true, 0);
    ck_assert(ladder_clock_is_due(&clock, 1800000));

    ladder_clock_asked(&clock, false, 1800000);
    ck_assert(!ladder_clock_is_due(&clock, 9000000));
}
END_TEST

Suite *wsl_ladder_suite(void)
{
    Suite *suite = suite_create("wsl_ladder");
    TCase *needs = tcase_create("needs");
    TCase *climb = tcase_create("climb");
    TCase *clock = tcase_create("clock");

    tcase_add_checked_fixture(needs, set_up, tear_down);
    tcase_add_test(needs, nothing_is_asked_when_the_traces_tell_all);
    tcase_add_test(needs, nothing_is_asked_of_a_stopped_wsl_that_leaves_traces);
    tcase_add_test(needs, nothing_is_asked_without_wsl);
    tcase_add_test(needs, nothing_is_asked_while_no_network_of_wsl_is_there);
    tcase_add_test(needs, an_inbox_wsl_is_asked_whether_it_runs_and_where);
    tcase_add_test(needs, a_missing_address_is_asked_for_although_the_relay_runs);
    tcase_add_test(needs, the_mode_is_asked_once_for_a_vm_without_a_relay);
    tcase_add_test(needs, a_wsl_without_relay_and_windows_is_asked_whether_it_runs);
    suite_add_tcase(suite, needs);
    tcase_add_checked_fixture(climb, set_up, tear_down);
    tcase_add_test(climb, the_list_comes_first_and_nothing_runs_in_a_stopped_distribution);
    tcase_add_test(climb, an_inbox_sentence_with_an_exit_code_means_none_runs);
    tcase_add_test(climb, a_failure_of_a_newer_wsl_says_nothing);
    tcase_add_test(climb, a_distribution_of_wsl_1_is_none_to_ask);
    tcase_add_test(climb, an_ordinary_distribution_is_asked_rather_than_dockers);
    tcase_add_test(climb, the_address_inside_the_network_ends_the_climb);
    tcase_add_test(climb, the_climb_goes_on_until_a_command_answers);
    tcase_add_test(climb, a_list_that_grew_old_is_asked_for_again);
    tcase_add_test(climb, in_another_mode_no_address_is_asked_for);
    tcase_add_test(climb, a_vm_that_is_announced_is_not_called_down);
    tcase_add_test(climb, a_hang_ends_the_climb);
    suite_add_tcase(suite, climb);
    tcase_add_test(clock, without_an_occasion_nothing_is_due);
    tcase_add_test(clock, occasions_close_together_are_one);
    tcase_add_test(clock, a_new_vm_gets_time_to_leave_its_traces);
    tcase_add_test(clock, what_hung_is_left_alone_longer_each_time_and_tried_again);
    suite_add_tcase(suite, clock);
    return suite;
}
