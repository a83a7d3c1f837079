/*
 * Firewall rules for what goes out, where Windows Firewall blocks that by default: asked for by a
 * setting, and owned like those for what comes in.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"

#include "core/base/text.h"
#include "core/reconcile/desired.h"
#include "tests/unit/engine_fixture.h"

#include <check.h>
#include <string.h>

Suite *engine_outbound_suite(void);

static struct engine_fixture it;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
    it.windows.block_outbound_profiles = PROFILE_MASK;
}

static void tear_down(void)
{
    engine_fixture_close(&it);
}

static struct firewall_rule *outbound_rule(const struct rule_id *id)
{
    char name[FIREWALL_NAME_SIZE];

    firewall_rule_outbound_name(id, name);
    for (size_t i = 0; i < it.windows.rule_count; i++) {
        if (strcmp(it.windows.rules[i].name, name) == 0)
            return &it.windows.rules[i];
    }
    return NULL;
}

static void drop_rule(struct firewall_rule *rule)
{
    *rule = it.windows.rules[--it.windows.rule_count];
    work(&it, EVENT_FIREWALL_CHANGED);
}

static struct rule_id add_allowed(const char *listen)
{
    ck_assert_int_eq(set_setting(&it, "outbound", "allow"), ERR_NONE);
    return add_rule(&it, "a", listen);
}

START_TEST(nothing_goes_out_unless_somebody_asks_for_it)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    ck_assert_ptr_null(outbound_rule(&id));
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
    ck_assert_int_eq(status(&it, &id)->warning, REASON_OUTBOUND_BLOCKED);
}
END_TEST

START_TEST(the_setting_lets_a_forward_out_to_its_own_ports_of_wsl_only)
{
    struct rule rule = new_rule("a", "8000-8002");
    const struct firewall_rule *made;

    rule.connect.first_port = 9000;
    ck_assert_int_eq(put(&it, &rule).kind, ERR_NONE);
    ck_assert_int_eq(set_setting(&it, "outbound", "allow"), ERR_NONE);

    made = outbound_rule(&it.last_id);
    ck_assert_ptr_nonnull(made);
    ck_assert(made->enabled && made->allow && !made->inbound);
    ck_assert_int_eq(made->protocol, FIREWALL_TCP);
    ck_assert_str_eq(made->remote_addresses, "172.28.208.0/20");
    ck_assert_str_eq(made->remote_ports, "9000-9002");
    ck_assert_str_eq(made->local_ports, "");
    ck_assert_str_eq(made->service, "iphlpsvc");
    ck_assert_int_eq(status(&it, &it.last_id)->state, RULE_STATE_ACTIVE);
    ck_assert_int_ne(status(&it, &it.last_id)->warning, REASON_OUTBOUND_BLOCKED);
}
END_TEST

START_TEST(a_forward_to_an_address_is_let_out_to_that_address_only)
{
    struct rule rule = new_rule("a", "3000");
    struct error err;

    ck_assert(rule_connect_parse("10.0.0.5:22", 22, &rule.connect, &err));
    set_setting(&it, "outbound", "allow");
    put(&it, &rule);

    ck_assert_str_eq(outbound_rule(&it.last_id)->remote_addresses, "10.0.0.5/32");
    ck_assert_str_eq(outbound_rule(&it.last_id)->remote_ports, "22");
}
END_TEST

/* As the in-box WSL of older Windows. */
START_TEST(wsl_that_records_no_network_is_let_out_to_at_its_address)
{
    struct rule rule = new_rule("a", "3000");
    struct rule_list rules = {.items = &rule, .count = 1};
    struct wsl_view view = {.state = WSL_RUNNING, .address_known = true};
    struct wsl_view_list views = {.items = &view, .count = 1};
    const struct user_sid_list nobody = {0};
    const struct settings settings = {.allows_outbound = true};
    const struct snapshot snapshot = {
        .firewall = {.known = true, .block_outbound_profiles = PROFILE_PUBLIC}};
    const struct circumstances now = {&rules, &settings, &nobody, &snapshot, &views};
    struct desired desired = {0};

    ck_assert(address_parse("172.28.208.5", &view.address));
    desired_build(&now, &desired);
    ck_assert_str_eq(desired.rules[0].outbound_rule.remote_addresses, "172.28.208.5/32");
    desired_clear(&desired);

    view.address_known = false;
    desired_build(&now, &desired);
    ck_assert(!desired.rules[0].has_outbound_rule);
    desired_clear(&desired);
}
END_TEST

START_TEST(a_move_within_wsls_network_leaves_the_firewall_alone)
{
    const struct rule_id id = add_allowed("3000");
    struct firewall_rule before[2];

    ck_assert_uint_eq(it.windows.rule_count, 2);
    memcpy(before, it.windows.rules, sizeof before);
    fake_move(&it.windows, "172.28.210.9");
    work(&it, EVENT_WSL_CHANGED);

    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.210.9/3000");
    ck_assert_uint_eq(it.windows.rule_count, 2);
    ck_assert_mem_eq(it.windows.rules, before, sizeof before);
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(none_stands_where_nothing_blocks_what_goes_out)
{
    struct rule_id id;

    it.windows.block_outbound_profiles = 0;
    id = add_allowed("3000");
    ck_assert_ptr_null(outbound_rule(&id));

    it.windows.block_outbound_profiles = PROFILE_PUBLIC;
    work(&it, EVENT_FIREWALL_CHANGED);
    settle(&it);
    ck_assert_ptr_nonnull(outbound_rule(&id));

    it.windows.block_outbound_profiles = 0;
    work(&it, EVENT_FIREWALL_CHANGED);
    settle(&it);
    ck_assert_ptr_null(outbound_rule(&id));
}
END_TEST

START_TEST(a_forward_that_is_off_paused_or_removed_has_none)
{
    const struct rule_id id = add_allowed("3000");

    enable(&it, &id, false);
    ck_assert_ptr_null(outbound_rule(&id));
    enable(&it, &id, true);
    ck_assert_ptr_nonnull(outbound_rule(&id));
    ask(&it, VERB_PAUSE);
    ck_assert_ptr_null(outbound_rule(&id));
    ask(&it, VERB_RESUME);
    ck_assert_ptr_nonnull(outbound_rule(&id));

    delete_rule(&it, &id);

    ck_assert_uint_eq(it.windows.rule_count, 0);
}
END_TEST

START_TEST(the_setting_taken_back_takes_them_back)
{
    const struct rule_id id = add_allowed("3000");

    ck_assert_int_eq(set_setting(&it, "outbound", "off"), ERR_NONE);

    ck_assert_ptr_null(outbound_rule(&id));
    ck_assert_ptr_nonnull(firewall_rule(&it, &id));
    ck_assert_int_eq(status(&it, &id)->warning, REASON_OUTBOUND_BLOCKED);
}
END_TEST

/* An administrator let the IP Helper out himself. */
START_TEST(who_is_let_out_already_is_not_warned)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    ck_assert_int_eq(status(&it, &id)->warning, REASON_OUTBOUND_BLOCKED);
    it.windows.helper_out_profiles = it.windows.current_profiles;
    work(&it, EVENT_FIREWALL_CHANGED);
    ck_assert_int_eq(status(&it, &id)->warning, REASON_NONE);

    it.windows.helper_out_profiles = PROFILE_MASK & ~it.windows.current_profiles;
    work(&it, EVENT_FIREWALL_CHANGED);
    ck_assert_int_eq(status(&it, &id)->warning, REASON_OUTBOUND_BLOCKED);
}
END_TEST

START_TEST(a_rule_that_no_network_may_reach_is_let_out_all_the_same)
{
    struct rule rule = new_rule("a", "3000");

    rule.scope.profiles = 0;
    set_setting(&it, "outbound", "allow");
    put(&it, &rule);

    ck_assert_uint_eq(it.windows.rule_count, 1);
    ck_assert_ptr_nonnull(outbound_rule(&it.last_id));
    ck_assert_int_eq(status(&it, &it.last_id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(one_that_somebody_removed_is_made_again)
{
    const struct rule_id id = add_allowed("3000");

    drop_rule(outbound_rule(&id));
    settle(&it);

    ck_assert_ptr_nonnull(outbound_rule(&id));
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(one_that_somebody_changed_is_shown_and_left_and_can_be_taken_over)
{
    const struct rule_id id = add_allowed("3000");

    text_copy(outbound_rule(&id)->remote_ports, FIREWALL_PORTS_SIZE, "*");
    work(&it, EVENT_FIREWALL_CHANGED);
    settle(&it);
    ck_assert_str_eq(outbound_rule(&id)->remote_ports, "*");
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_BLOCKED);
    ck_assert_int_eq(status(&it, &id)->reason, REASON_FIREWALL_CHANGED);
    ck_assert_str_eq(status(&it, &id)->subject, outbound_rule(&id)->name);

    ck_assert_int_eq(take_over(&it, &id), ERR_NONE);
    settle(&it);

    ck_assert_str_eq(outbound_rule(&id)->remote_ports, "3000");
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(one_that_policy_ignores_is_no_way_out)
{
    struct rule rule = new_rule("a", "3000");

    it.windows.overridden_profiles = PROFILE_MASK;
    rule.scope.profiles = 0;
    set_setting(&it, "outbound", "allow");
    put(&it, &rule);

    ck_assert_int_eq(status(&it, &it.last_id)->state, RULE_STATE_BLOCKED);
    ck_assert_int_eq(status(&it, &it.last_id)->reason, REASON_FIREWALL_OVERRIDDEN);
}
END_TEST

START_TEST(a_forward_waits_for_it_in_words_and_not_with_its_entry)
{
    const struct rule_id id = add_rule(&it, "a", "3000");

    it.windows.firewall_is_slow = true;
    set_setting(&it, "outbound", "allow");
    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_APPLYING);
    ck_assert_int_eq(status(&it, &id)->reason, REASON_FIREWALL_PENDING);
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.208.5/3000");

    it.windows.firewall_is_slow = false;
    fake_firewall_finish(&it.windows);
    work(&it, EVENT_FIREWALL_CHANGED);
    settle(&it);

    ck_assert_int_eq(status(&it, &id)->state, RULE_STATE_ACTIVE);
}
END_TEST

START_TEST(others_outbound_rules_stay_and_uninstalling_leaves_only_them)
{
    const struct firewall_rule theirs = {.name = "Tidegate outbound of mine",
                                         .grouping = FIREWALL_GROUPING,
                                         .enabled = true,
                                         .protocol = FIREWALL_TCP};
    struct error err = {0};

    it.windows.rules[it.windows.rule_count++] = theirs;
    add_allowed("3000");
    ck_assert_uint_eq(it.windows.rule_count, 3);

    while (!engine_withdraw_all(it.engine, &err))
        it.windows.now_ms += 1000;

    ck_assert_uint_eq(it.windows.rule_count, 1);
    ck_assert_mem_eq(&it.windows.rules[0], &theirs, sizeof theirs);
}
END_TEST

START_TEST(only_an_administrators_consent_turns_it_on)
{
    struct rule_id id;

    it.caller.is_elevated = false;
    set_setting(&it, "outbound", "allow");
    it.caller.is_elevated = true;
    id = add_rule(&it, "a", "3000");
    ck_assert_ptr_null(outbound_rule(&id));

    ck_assert_int_eq(approve(&it, it.last_ticket, FAKE_OTHER_USER), ERR_NONE);

    ck_assert_ptr_nonnull(outbound_rule(&id));
}
END_TEST

Suite *engine_outbound_suite(void)
{
    Suite *suite = suite_create("engine_outbound");
    TCase *tests = tcase_create("outbound");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, nothing_goes_out_unless_somebody_asks_for_it);
    tcase_add_test(tests, the_setting_lets_a_forward_out_to_its_own_ports_of_wsl_only);
    tcase_add_test(tests, a_forward_to_an_address_is_let_out_to_that_address_only);
    tcase_add_test(tests, wsl_that_records_no_network_is_let_out_to_at_its_address);
    tcase_add_test(tests, a_move_within_wsls_network_leaves_the_firewall_alone);
    tcase_add_test(tests, none_stands_where_nothing_blocks_what_goes_out);
    tcase_add_test(tests, a_forward_that_is_off_paused_or_removed_has_none);
    tcase_add_test(tests, the_setting_taken_back_takes_them_back);
    tcase_add_test(tests, who_is_let_out_already_is_not_warned);
    tcase_add_test(tests, a_rule_that_no_network_may_reach_is_let_out_all_the_same);
    tcase_add_test(tests, one_that_somebody_removed_is_made_again);
    tcase_add_test(tests,
                   one_that_somebody_changed_is_shown_and_left_and_can_be_taken_over);
    tcase_add_test(tests, one_that_policy_ignores_is_no_way_out);
    tcase_add_test(tests, a_forward_waits_for_it_in_words_and_not_with_its_entry);
    tcase_add_test(tests, others_outbound_rules_stay_and_uninstalling_leaves_only_them);
    tcase_add_test(tests, only_an_administrators_consent_turns_it_on);
    suite_add_tcase(suite, tests);
    return suite;
}
