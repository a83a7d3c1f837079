/*
 * What a rule's firewall scope comes to, in plain words.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/rule_effect.h"
#include "tests/unit/valid_rule.h"

#include <check.h>

static struct rule_effect effect_of(unsigned profiles, enum remote_kind remote,
                                    unsigned current)
{
    struct rule rule = valid_rule();

    rule.scope.profiles = profiles;
    rule.scope.remote = remote;
    return rule_effect_of(&rule.listen, &rule.scope, current);
}

START_TEST(effect_without_profiles_is_that_the_firewall_stays_closed)
{
    const struct rule_effect effect = effect_of(0, REMOTE_ANY, PROFILE_PUBLIC);

    ck_assert_int_eq(effect.sentence, EFFECT_CLOSED);
    ck_assert_uint_eq(effect.profiles, 0);
    ck_assert_int_eq(effect.warning, EFFECT_NO_WARNING);
}
END_TEST

START_TEST(effect_of_a_new_rule_is_the_local_network_while_private)
{
    const struct rule rule = rule_default();
    const struct rule_effect effect = rule_effect_of(&rule.listen, &rule.scope, 0);

    ck_assert_int_eq(effect.sentence, EFFECT_LOCAL);
    ck_assert_uint_eq(effect.profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);
    ck_assert_int_eq(effect.warning, EFFECT_NO_WARNING);
}
END_TEST

START_TEST(effect_of_a_loopback_address_is_this_pc_whatever_the_firewall)
{
    struct rule rule = valid_rule();
    struct rule_effect effect;

    rule.listen.kind = LISTEN_ADDRESS;
    ck_assert(address_parse("127.0.0.1", &rule.listen.address));
    rule.scope.profiles = PROFILE_MASK;
    rule.scope.remote = REMOTE_ANY;
    effect = rule_effect_of(&rule.listen, &rule.scope, PROFILE_PUBLIC);

    ck_assert_int_eq(effect.sentence, EFFECT_LOOPBACK);
    ck_assert_int_eq(effect.warning, EFFECT_NO_WARNING);
}
END_TEST

START_TEST(effect_of_any_remote_is_anyone)
{
    ck_assert_int_eq(effect_of(PROFILE_PRIVATE, REMOTE_ANY, 0).sentence, EFFECT_ANYONE);
}
END_TEST

START_TEST(effect_names_a_single_remote_and_counts_several)
{
    struct rule rule = valid_rule();
    struct rule_effect effect;

    ck_assert(rule_remote_parse("10.0.0.0/8", &rule.scope, NULL));
    effect = rule_effect_of(&rule.listen, &rule.scope, 0);
    ck_assert_int_eq(effect.sentence, EFFECT_ONE);
    ck_assert_str_eq(effect.remote, "10.0.0.0/8");

    ck_assert(rule_remote_parse("10.0.0.0/8,10.1.2.3", &rule.scope, NULL));
    effect = rule_effect_of(&rule.listen, &rule.scope, 0);
    ck_assert_int_eq(effect.sentence, EFFECT_SEVERAL);
    ck_assert_uint_eq(effect.remote_count, 2);
    ck_assert_str_eq(effect.remote, "");
}
END_TEST

static const struct {
    unsigned profiles, current;
    enum effect_warning warning;
} warnings[] = {
    {PROFILE_PRIVATE, 0, EFFECT_NO_WARNING}, /* not known is no reason to warn */
    {PROFILE_PRIVATE, PROFILE_PRIVATE, EFFECT_NO_WARNING},
    {PROFILE_PRIVATE, PROFILE_PUBLIC, EFFECT_PUBLIC_NOT_ALLOWED},
    {PROFILE_PRIVATE, PROFILE_PRIVATE | PROFILE_PUBLIC, EFFECT_PUBLIC_NOT_ALLOWED},
    {PROFILE_DOMAIN, PROFILE_PRIVATE, EFFECT_NOT_NOW},
    {PROFILE_DOMAIN, PROFILE_PRIVATE | PROFILE_DOMAIN, EFFECT_NO_WARNING},
    {PROFILE_PUBLIC, 0, EFFECT_OPEN_TO_PUBLIC},
    {PROFILE_MASK, PROFILE_PUBLIC, EFFECT_OPEN_TO_PUBLIC},
    {PROFILE_MASK, PROFILE_PRIVATE, EFFECT_OPEN_TO_PUBLIC},
};

START_TEST(effect_warns_of_the_network_and_of_openness)
{
    const struct rule_effect effect =
        effect_of(warnings[_i].profiles, REMOTE_LOCAL_SUBNET, warnings[_i].current);

    ck_assert_msg(effect.warning == warnings[_i].warning, "row %d: %d", _i,
                  (int)effect.warning);
}
END_TEST

START_TEST(reach_is_found_again_in_the_scope_it_stands_for)
{
    const enum rule_reach reach = (enum rule_reach)_i;
    unsigned profiles = 99;
    enum remote_kind remote = REMOTE_LIST;

    ck_assert(rule_reach_scope(reach, &profiles, &remote));
    ck_assert_int_eq(rule_reach_of(profiles, remote), reach);
}
END_TEST

START_TEST(reach_of_a_new_rule_is_the_local_network)
{
    const struct rule rule = rule_default();

    ck_assert_int_eq(rule_reach_of(rule.scope.profiles, rule.scope.remote),
                     REACH_LOCAL_NETWORK);
}
END_TEST

START_TEST(reach_is_custom_for_anything_else_and_changes_nothing_then)
{
    unsigned profiles = PROFILE_DOMAIN;
    enum remote_kind remote = REMOTE_LIST;

    ck_assert_int_eq(rule_reach_of(PROFILE_PRIVATE, REMOTE_LOCAL_SUBNET), REACH_CUSTOM);
    ck_assert_int_eq(rule_reach_of(PROFILE_MASK, REMOTE_LIST), REACH_CUSTOM);
    ck_assert(!rule_reach_scope(REACH_CUSTOM, &profiles, &remote));
    ck_assert_uint_eq(profiles, PROFILE_DOMAIN);
    ck_assert_int_eq(remote, REMOTE_LIST);
}
END_TEST

START_TEST(reach_without_profiles_is_this_pc_from_wherever)
{
    ck_assert_int_eq(rule_reach_of(0, REMOTE_ANY), REACH_THIS_PC);
    ck_assert_int_eq(rule_reach_of(0, REMOTE_LIST), REACH_THIS_PC);
}
END_TEST

Suite *rule_effect_suite(void);

Suite *rule_effect_suite(void)
{
    Suite *suite = suite_create("rule_effect");
    TCase *tests = tcase_create("rule_effect");

    tcase_add_test(tests, effect_without_profiles_is_that_the_firewall_stays_closed);
    tcase_add_test(tests, effect_of_a_new_rule_is_the_local_network_while_private);
    tcase_add_test(tests, effect_of_a_loopback_address_is_this_pc_whatever_the_firewall);
    tcase_add_test(tests, effect_of_any_remote_is_anyone);
    tcase_add_test(tests, effect_names_a_single_remote_and_counts_several);
    tcase_add_loop_test(tests, effect_warns_of_the_network_and_of_openness, 0,
                        sizeof warnings / sizeof warnings[0]);
    tcase_add_loop_test(tests, reach_is_found_again_in_the_scope_it_stands_for, 0,
                        REACH_CUSTOM);
    tcase_add_test(tests, reach_of_a_new_rule_is_the_local_network);
    tcase_add_test(tests, reach_is_custom_for_anything_else_and_changes_nothing_then);
    tcase_add_test(tests, reach_without_profiles_is_this_pc_from_wherever);
    suite_add_tcase(suite, tests);
    return suite;
}
