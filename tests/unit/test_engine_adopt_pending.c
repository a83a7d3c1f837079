/*
 * What was taken over and is not done yet: told, logged when it is, tried again when it fails.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/adopt_fixture.h"

#include <check.h>
#include <string.h>

Suite *engine_adopt_pending_suite(void);

/* The portproxy write of an undo's pass, after three readings. */
#define UNDO_WRITE_CALL 4

/* With the firewall's thread as slow as it may be, each state is there to be looked at. */
START_TEST(what_the_firewalls_thread_has_not_done_is_told_as_pending)
{
    struct adopt_reply reply;

    adopt(ADOPT_TAKE, names, PORT_COUNT, false);
    it.windows.firewall_is_slow = true;
    reply = ask_adopt(ADOPT_TAKE, true);
    ck_assert_uint_eq(reply.firewall_rule_count, 2);
    ck_assert_uint_eq(reply.pending_firewall_rule_count, 2);
    ck_assert_int_eq(reply.failure.kind, ERR_NONE);
    ck_assert_int_eq(told_mark, SCRIPT_RULE_TURNING_OFF);

    fake_firewall_finish(&it.windows);
    see_firewall();
    ck_assert_uint_eq(told().pending_firewall_rule_count, 0);
    ck_assert_int_eq(told_mark, SCRIPT_RULE_TURNED_OFF);

    ck_assert_uint_eq(ask_adopt(ADOPT_UNDO, false).pending_firewall_rule_count, 2);
    ck_assert_int_eq(told_mark, SCRIPT_RULE_TURNING_ON);
    for (int i = 0; i < 3; i++) { /* ours go first */
        fake_firewall_finish(&it.windows);
        see_firewall();
    }
    ck_assert_uint_eq(told().pending_firewall_rule_count, 0);
    ck_assert_int_eq(told_mark, SCRIPT_RULE_AS_FOUND);
}
END_TEST

START_TEST(why_the_firewall_did_not_do_it_is_told_until_it_has)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT, false);
    it.windows.firewall_refuses = 0x80070005;
    ask_adopt(ADOPT_TAKE, true);
    ck_assert_int_eq(told().failure.kind, ERR_NONE);
    see_firewall();

    ck_assert_int_eq(told().failure.kind, ERR_SYSTEM);
    ck_assert_uint_eq(told().failure.os_code, 0x80070005);
    ck_assert_str_eq(told().failure.detail, "turn firewall rule '" SCRIPT_NAME "' off");
    ck_assert_uint_eq(told().pending_firewall_rule_count, 2);
    ck_assert_uint_eq(count_lines(ACTIVITY_SCRIPT_RULE_TURNED_OFF), 0);

    it.windows.firewall_refuses = 0;
    settle(&it);
    ck_assert_int_eq(told().failure.kind, ERR_NONE);
    ck_assert_uint_eq(told().pending_firewall_rule_count, 0);
}
END_TEST

START_TEST(a_thread_that_has_ended_is_told_as_the_failure)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT, false);
    it.windows.firewall_is_gone = true;

    ck_assert_int_eq(ask_adopt(ADOPT_TAKE, true).failure.kind, ERR_SYSTEM);
}
END_TEST

START_TEST(an_undo_right_after_taking_is_no_failure)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT, false);
    it.windows.firewall_is_slow = true;
    ask_adopt(ADOPT_TAKE, true);
    ask_adopt(ADOPT_UNDO, false);
    for (int i = 0; i < 3; i++) {
        fake_firewall_finish(&it.windows);
        see_firewall();
        ck_assert_int_eq(told().failure.kind, ERR_NONE);
    }

    ck_assert_uint_eq(told().pending_firewall_rule_count, 0);
    ck_assert(it.windows.script_rules[0].enabled && it.windows.script_rules[1].enabled);
}
END_TEST

START_TEST(the_log_tells_of_a_scripts_firewall_rules_once_they_are_switched)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT, false);
    it.windows.firewall_is_slow = true;
    ask_adopt(ADOPT_TAKE, true);
    ck_assert_uint_eq(count_lines(ACTIVITY_SCRIPT_RULE_TURNED_OFF), 0);

    fake_firewall_finish(&it.windows);
    see_firewall();
    ck_assert_uint_eq(count_lines(ACTIVITY_SCRIPT_RULE_TURNED_OFF), 1);
    ck_assert_uint_eq(count_lines(ACTIVITY_SCRIPT_RULE_TURNED_ON), 0);

    it.windows.firewall_is_slow = false;
    adopt(ADOPT_UNDO, NULL, 0, false);
    ck_assert_uint_eq(count_lines(ACTIVITY_SCRIPT_RULE_TURNED_OFF), 1);
    ck_assert_uint_eq(count_lines(ACTIVITY_SCRIPT_RULE_TURNED_ON), 1);
}
END_TEST

START_TEST(the_log_tells_nothing_of_a_firewall_rule_that_somebody_else_removed)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT, false);
    it.windows.firewall_is_slow = true;
    ask_adopt(ADOPT_TAKE, true);
    it.windows.script_rule_count = 0;
    fake_firewall_finish(&it.windows);
    see_firewall();

    ck_assert_uint_eq(told().pending_firewall_rule_count, 0);
    ck_assert_uint_eq(count_lines(ACTIVITY_SCRIPT_RULE_TURNED_OFF), 0);
}
END_TEST

START_TEST(an_undo_tells_which_entries_are_not_back_and_why)
{
    struct adopt_reply reply;

    adopt(ADOPT_TAKE, names, 2, false);
    it.windows.call_count = 0;
    it.windows.fail_at = UNDO_WRITE_CALL;
    reply = ask_adopt(ADOPT_UNDO, false);

    ck_assert_uint_eq(reply.pending_entry_count, 2);
    ck_assert_int_eq(reply.failure.kind, ERR_SYSTEM);
    ck_assert_ptr_nonnull(strstr(reply.failure.detail, "portproxy"));
    settle(&it);
    ck_assert_uint_eq(told().pending_entry_count, 0);
    ck_assert_int_eq(told().failure.kind, ERR_NONE);
    ck_assert_str_eq(entry(&it, names[1]), "172.28.209.77/443");
}
END_TEST

START_TEST(a_firewall_that_is_not_read_tells_nothing_of_a_scripts_rule)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT, false);
    it.windows.firewall_is_slow = true;
    ask_adopt(ADOPT_TAKE, true);
    it.windows.switch_count = 0;
    it.windows.firewall_unread = true;
    it.windows.script_rule_count = 0;
    see_firewall();

    ck_assert_uint_eq(told().pending_firewall_rule_count, 2);
}
END_TEST

START_TEST(what_was_undone_before_it_was_done_is_not_logged)
{
    it.windows.firewall_is_slow = true;
    adopt(ADOPT_TAKE, names, PORT_COUNT,
          true); /* ours are not there yet: nothing is switched */
    ask_adopt(ADOPT_UNDO, false);
    for (int i = 0; i < 3; i++) {
        fake_firewall_finish(&it.windows);
        see_firewall();
    }

    ck_assert_uint_eq(told().pending_firewall_rule_count, 0);
    ck_assert_uint_eq(count_lines(ACTIVITY_SCRIPT_RULE_TURNED_ON), 0);
    ck_assert_uint_eq(count_lines(ACTIVITY_SCRIPT_RULE_TURNED_OFF), 0);
}
END_TEST

START_TEST(of_two_equal_firewall_rules_both_must_be_off)
{
    it.windows.script_rules[0].inbound = true;
    adopt(ADOPT_TAKE, names, PORT_COUNT, false);
    it.windows.firewall_is_slow = true;
    ask_adopt(ADOPT_TAKE, true);
    it.windows.switch_count = 0;
    it.windows.script_rules[1].enabled = false;
    see_firewall();

    ck_assert_uint_gt(told().pending_firewall_rule_count, 0);
}
END_TEST

Suite *engine_adopt_pending_suite(void)
{
    Suite *suite = suite_create("engine_adopt_pending");
    TCase *tcase = tcase_create("pending");

    tcase_add_checked_fixture(tcase, adopt_fixture_set_up, adopt_fixture_tear_down);
    tcase_add_test(tcase, what_the_firewalls_thread_has_not_done_is_told_as_pending);
    tcase_add_test(tcase, why_the_firewall_did_not_do_it_is_told_until_it_has);
    tcase_add_test(tcase, a_thread_that_has_ended_is_told_as_the_failure);
    tcase_add_test(tcase, an_undo_right_after_taking_is_no_failure);
    tcase_add_test(tcase,
                   the_log_tells_of_a_scripts_firewall_rules_once_they_are_switched);
    tcase_add_test(tcase,
                   the_log_tells_nothing_of_a_firewall_rule_that_somebody_else_removed);
    tcase_add_test(tcase, an_undo_tells_which_entries_are_not_back_and_why);
    tcase_add_test(tcase, a_firewall_that_is_not_read_tells_nothing_of_a_scripts_rule);
    tcase_add_test(tcase, what_was_undone_before_it_was_done_is_not_logged);
    tcase_add_test(tcase, of_two_equal_firewall_rules_both_must_be_off);
    suite_add_tcase(suite, tcase);
    return suite;
}
