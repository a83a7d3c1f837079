/*
 * The engine and the firewall's thread, which may take minutes: what is under way when rules
 * change.
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

static void finish_firewall(void)
{
    fake_firewall_finish(&it.windows);
    work(&it, EVENT_FIREWALL_CHANGED);
}

static void put_with_profiles(const struct rule_id *id, unsigned profiles)
{
    struct rule rule = new_rule("a", "3000");
    struct error err;

    rule.id = *id;
    rule.scope.profiles = profiles;
    err = put(&it, &rule);
    ck_assert_msg(err.kind == ERR_NONE, "%s", err.detail);
}

static void check_nothing_is_left(void)
{
    struct error err = {0};

    ck_assert(engine_withdraw_all(it.engine, &err));
    ck_assert_uint_eq(it.windows.rule_count, 0);
}

START_TEST(a_rule_turned_off_while_its_port_is_being_opened_leaves_no_firewall_rule)
{
    struct rule_id id;

    it.windows.firewall_is_slow = true;
    id = add_rule(&it, "a", "3000");
    ck_assert_int_eq(enable(&it, &id, false), ERR_NONE);

    it.windows.firewall_is_slow = false;
    finish_firewall();
    settle(&it);

    ck_assert_ptr_null(firewall_rule(&it, &id));
    check_nothing_is_left();
}
END_TEST

START_TEST(a_rule_removed_while_its_port_is_being_opened_leaves_no_firewall_rule)
{
    struct rule_id id;

    it.windows.firewall_is_slow = true;
    id = add_rule(&it, "a", "3000");
    ck_assert_int_eq(delete_rule(&it, &id), ERR_NONE);

    it.windows.firewall_is_slow = false;
    finish_firewall();
    settle(&it);

    ck_assert_ptr_null(firewall_rule(&it, &id));
}
END_TEST

START_TEST(an_edit_taken_back_while_the_firewall_is_slow_is_no_conflict_with_ourselves)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.firewall_is_slow = true;
    put_with_profiles(&id, PROFILE_MASK);
    put_with_profiles(&id, PROFILE_PRIVATE | PROFILE_DOMAIN);

    it.windows.firewall_is_slow = false;
    finish_firewall();
    settle(&it);

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
    ck_assert_uint_eq(firewall_rule(&it, &id)->profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);
}
END_TEST

START_TEST(a_rule_turned_on_again_while_its_port_is_being_closed_is_not_called_active)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.firewall_is_slow = true;
    enable(&it, &id, false);
    enable(&it, &id, true);
    ck_assert_int_eq(status(&it, &id)->reason, REASON_FIREWALL_PENDING);

    it.windows.firewall_is_slow = false;
    finish_firewall();
    settle(&it);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
    ck_assert_ptr_nonnull(firewall_rule(&it, &id));
}
END_TEST

START_TEST(a_scope_narrowed_while_wsl_is_stopped_is_narrowed_at_once)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    fake_stop_wsl(&it.windows);
    work(&it, EVENT_WSL_CHANGED);
    put_with_profiles(&id, PROFILE_PRIVATE);
    ck_assert_uint_eq(firewall_rule(&it, &id)->profiles, PROFILE_PRIVATE);
    put_with_profiles(&id, 0);
    ck_assert_ptr_null(firewall_rule(&it, &id));

    ck_assert_str_eq(entry(&it, "0.0.0.0/3000"), "172.28.208.5/3000");
    ck_assert_int_eq(status(&it, &id)->reason, REASON_WSL_NOT_RUNNING);
}
END_TEST

START_TEST(a_port_changed_while_wsl_is_stopped_closes_the_former_one)
{
    const struct rule_id id = add_rule(&it, "a", "3000");
    struct rule rule = new_rule("a", "4000");

    fake_stop_wsl(&it.windows);
    work(&it, EVENT_WSL_CHANGED);
    rule.id = id;
    ck_assert_int_eq(put(&it, &rule).kind, ERR_NONE);
    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
    ck_assert_ptr_null(firewall_rule(&it, &id));

    fake_move(&it.windows, "172.28.208.9");
    work(&it, EVENT_WSL_CHANGED);
    settle(&it);
    ck_assert_str_eq(entry(&it, "0.0.0.0/4000"), "172.28.208.9/4000");
    ck_assert_str_eq(firewall_rule(&it, &id)->local_ports, "4000");
}
END_TEST

/* Somebody copies our rule in Windows' own window, which keeps the name, and changes the copy. */
START_TEST(a_changed_twin_of_our_firewall_rule_does_not_make_us_forget_ours)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.rules[1] = it.windows.rules[0];
    it.windows.rules[0].profiles = PROFILE_PUBLIC;
    it.windows.rule_count = 2;
    work(&it, EVENT_FIREWALL_CHANGED);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);

    enable(&it, &id, false);
    settle(&it);

    ck_assert_uint_eq(it.windows.rule_count, 1);
    ck_assert_uint_eq(it.windows.rules[0].profiles, PROFILE_PUBLIC);
}
END_TEST

START_TEST(a_firewall_thread_that_is_gone_is_said)
{
    struct rule_id id;

    it.windows.firewall_is_gone = true;
    id = add_rule(&it, "a", "3000");

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_FAILED);
    ck_assert_int_eq(status(&it, &id)->reason, REASON_FIREWALL_FAILED);
}
END_TEST

START_TEST(a_firewall_that_keeps_refusing_one_rule_does_not_keep_another_applying)
{
    struct rule held = new_rule("held", "3001");
    struct rule_id id;

    it.windows.firewall_refuses = 0x80070005u;
    add_rule(&it, "refused", "3000");
    it.windows.strangers[0] = (struct listener){.port = 3001, .process_id = 77};
    it.windows.strangers[0].address.family = ADDRESS_IPV4;
    it.windows.stranger_count = 1;
    held.scope.profiles = 0;
    ck_assert_int_eq(put(&it, &held).kind, ERR_NONE);
    id = it.last_id;

    for (int i = 0; i < 10; i++)
        work(&it, EVENT_FIREWALL_CHANGED);

    ck_assert_int_eq(status(&it, &id)->reason, REASON_PORT_IN_USE);
}
END_TEST

START_TEST(a_firewall_rule_removed_again_and_again_is_given_up_until_the_user_asks)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    for (int i = 0; i < 3; i++) {
        it.windows.rule_count = 0;
        work(&it, EVENT_FIREWALL_CHANGED);
        ck_assert_ptr_nonnull(firewall_rule(&it, &id));
    }
    it.windows.rule_count = 0;
    work(&it, EVENT_FIREWALL_CHANGED);
    ck_assert_ptr_null(firewall_rule(&it, &id));
    ck_assert_int_eq(status(&it, &id)->reason, REASON_CHANGED_BACK);

    ck_assert_int_eq(ask(&it, VERB_RECONCILE), ERR_NONE);
    ck_assert_ptr_nonnull(firewall_rule(&it, &id));
}
END_TEST

START_TEST(a_request_to_reconcile_has_the_firewalls_read_again)
{
    const unsigned before = it.windows.firewall_refresh_count;

    ck_assert_int_eq(ask(&it, VERB_RECONCILE), ERR_NONE);

    ck_assert_uint_eq(it.windows.firewall_refresh_count, before + 1);
}
END_TEST

Suite *engine_firewall_suite(void);

Suite *engine_firewall_suite(void)
{
    const TTest *const tests[] = {
        a_rule_turned_off_while_its_port_is_being_opened_leaves_no_firewall_rule,
        a_rule_removed_while_its_port_is_being_opened_leaves_no_firewall_rule,
        an_edit_taken_back_while_the_firewall_is_slow_is_no_conflict_with_ourselves,
        a_rule_turned_on_again_while_its_port_is_being_closed_is_not_called_active,
        a_scope_narrowed_while_wsl_is_stopped_is_narrowed_at_once,
        a_port_changed_while_wsl_is_stopped_closes_the_former_one,
        a_changed_twin_of_our_firewall_rule_does_not_make_us_forget_ours,
        a_firewall_thread_that_is_gone_is_said,
        a_firewall_rule_removed_again_and_again_is_given_up_until_the_user_asks,
        a_firewall_that_keeps_refusing_one_rule_does_not_keep_another_applying,
        a_request_to_reconcile_has_the_firewalls_read_again,
    };
    Suite *suite = suite_create("engine_firewall");
    TCase *tcase = tcase_create("engine_firewall");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
