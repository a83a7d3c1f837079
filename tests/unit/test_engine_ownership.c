/*
 * The engine and what other programs left or changed: whose an entry or a firewall rule is.
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

START_TEST(another_programs_entry_is_a_conflict_until_taken_over)
{
    struct rule_id id;

    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000", "10.9.9.9/80");
    id = add_rule(&it, "a", "3000");
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_CONFLICT);
    ck_assert_str_eq(entry(&it, "0.0.0.0/3000"), "10.9.9.9/80");
    ck_assert_ptr_null(firewall_rule(&it, &id));

    ck_assert_int_eq(take_over(&it, &id), ERR_NONE);
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(another_spelling_of_the_same_socket_is_a_conflict_until_taken_over)
{
    struct rule_id id;

    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "*/3000", "10.9.9.9/80");
    id = add_rule(&it, "a", "3000");
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_CONFLICT);
    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));

    ck_assert_int_eq(take_over(&it, &id), ERR_NONE);
    settle(&it);
    ck_assert_ptr_null(entry(&it, "*/3000"));
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
}
END_TEST

START_TEST(an_equal_foreign_entry_works_and_is_said_to_be_somebody_elses)
{
    struct rule_id id;

    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000", "172.28.208.5/3000");
    it.windows.helper = it.windows.registry;
    id = add_rule(&it, "a", "3000");

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
    ck_assert_int_eq(status(&it, &id)->warning, REASON_FOREIGN_EQUAL);
    ck_assert_str_eq(status(&it, &id)->subject,
                     "v4tov4 0.0.0.0/3000 to 172.28.208.5/3000");
    ck_assert_int_eq(status(&it, &id)->subject_message.id, MESSAGE_ENTRY);
    ck_assert_str_eq(status(&it, &id)->subject_message.arguments[1], "172.28.208.5/3000");
    ck_assert_int_eq(delete_rule(&it, &id), ERR_NONE);
    ck_assert_str_eq(entry(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
}
END_TEST

START_TEST(an_off_rule_warns_of_a_foreign_entry_that_keeps_its_port_open)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    ck_assert_int_eq(enable(&it, &id, false), ERR_NONE);
    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000", "10.9.9.9/80");
    work(&it, EVENT_PORTPROXY_CHANGED);

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_OFF);
    ck_assert_int_eq(status(&it, &id)->warning, REASON_FOREIGN_KEEPS_OPEN);
}
END_TEST

START_TEST(an_entry_removed_again_and_again_is_given_up_until_the_user_asks)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    for (int i = 0; i < 3; i++) {
        fake_remove_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000");
        work(&it, EVENT_PORTPROXY_CHANGED);
        ck_assert_ptr_nonnull(entry(&it, "0.0.0.0/3000"));
    }
    fake_remove_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000");
    work(&it, EVENT_PORTPROXY_CHANGED);
    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
    ck_assert_int_eq(status(&it, &id)->reason, REASON_CHANGED_BACK);

    ck_assert_int_eq(ask(&it, VERB_RECONCILE), ERR_NONE);
    ck_assert_ptr_nonnull(entry(&it, "0.0.0.0/3000"));
}
END_TEST

START_TEST(a_firewall_rule_that_somebody_changed_is_left_and_said)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.rules[0].enabled = false;
    work(&it, EVENT_FIREWALL_CHANGED);

    ck_assert_int_eq(status(&it, &id)->reason, REASON_FIREWALL_CHANGED);
    ck_assert(!firewall_rule(&it, &id)->enabled);
    ck_assert_int_eq(take_over(&it, &id), ERR_NONE);
    settle(&it);
    ck_assert(firewall_rule(&it, &id)->enabled);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(withdraw_all_leaves_nothing_of_ours_and_everything_of_others)
{
    struct error err = {0};

    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "*/99", "10.9.9.9/80");
    add_rule(&it, "a", "3000");
    add_rule(&it, "b", "[::]:3001");

    while (!engine_withdraw_all(it.engine, &err))
        it.windows.now_ms += 1000;

    ck_assert_uint_eq(it.windows.registry.count, 1);
    ck_assert_uint_eq(it.windows.rule_count, 0);
    ck_assert_str_eq(entry(&it, "*/99"), "10.9.9.9/80");
}
END_TEST

Suite *engine_ownership_suite(void);

Suite *engine_ownership_suite(void)
{
    const TTest *const tests[] = {
        another_programs_entry_is_a_conflict_until_taken_over,
        another_spelling_of_the_same_socket_is_a_conflict_until_taken_over,
        an_equal_foreign_entry_works_and_is_said_to_be_somebody_elses,
        an_off_rule_warns_of_a_foreign_entry_that_keeps_its_port_open,
        an_entry_removed_again_and_again_is_given_up_until_the_user_asks,
        a_firewall_rule_that_somebody_changed_is_left_and_said,
        withdraw_all_leaves_nothing_of_ours_and_everything_of_others,
    };
    Suite *suite = suite_create("engine_ownership");
    TCase *tcase = tcase_create("engine_ownership");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
