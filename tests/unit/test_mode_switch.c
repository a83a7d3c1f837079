/*
 * Another networking mode: what it needs, what becomes of the rules, whether it applies yet.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/mode_switch.h"

#include "tests/unit/valid_rule.h"

#include <check.h>

Suite *mode_switch_suite(void);

START_TEST(mirrored_needs_the_update_of_october_2023)
{
    ck_assert(!mirrored_suits_windows(&(struct windows_version){19045, 4000}));
    ck_assert(!mirrored_suits_windows(&(struct windows_version){22621, 2358}));
    ck_assert(mirrored_suits_windows(&(struct windows_version){22621, 2359}));
    ck_assert(mirrored_suits_windows(&(struct windows_version){22631, 1}));
    ck_assert(mirrored_suits_windows(&(struct windows_version){26100, 0}));
}
END_TEST

START_TEST(mirrored_needs_wsl_2_0_0)
{
    ck_assert(!mirrored_suits_wsl(""));
    ck_assert(!mirrored_suits_wsl("1.2.5.0"));
    ck_assert(mirrored_suits_wsl("2.0.0.0"));
    ck_assert(mirrored_suits_wsl("2.7.11.0"));
    ck_assert(mirrored_suits_wsl("10.0"));
    ck_assert(!mirrored_suits_wsl("two"));
}
END_TEST

START_TEST(in_mirrored_mode_a_rule_that_changes_the_port_is_blocked)
{
    struct rule rule = valid_rule();

    rule.connect.kind = CONNECT_WSL;
    rule.connect.first_port = rule.listen.first_port;
    ck_assert_int_eq(mode_effect_on(&rule, NETWORKING_MODE_MIRRORED), MODE_EFFECT_DIRECT);
    rule.connect.first_port = (uint16_t)(rule.listen.first_port + 1);
    ck_assert_int_eq(mode_effect_on(&rule, NETWORKING_MODE_MIRRORED), MODE_EFFECT_BLOCKED);
    ck_assert_int_eq(mode_effect_on(&rule, NETWORKING_MODE_NAT), MODE_EFFECT_FORWARDED);
    rule.connect.kind = CONNECT_ADDRESS;
    ck_assert_int_eq(mode_effect_on(&rule, NETWORKING_MODE_MIRRORED), MODE_EFFECT_SAME);
}
END_TEST

START_TEST(the_target_is_the_other_mode)
{
    ck_assert_int_eq(mode_switch_target(NETWORKING_MODE_NAT), NETWORKING_MODE_MIRRORED);
    ck_assert_int_eq(mode_switch_target(NETWORKING_MODE_MIRRORED), NETWORKING_MODE_NAT);
    ck_assert_int_eq(mode_switch_target(NETWORKING_MODE_VIRTIOPROXY),
                     NETWORKING_MODE_MIRRORED);
}
END_TEST

START_TEST(a_restart_is_awaited_only_by_a_wsl_that_runs_in_another_mode)
{
    struct wsl_hint hint = {.config_known = true,
                            .config_is_newer = true,
                            .configured = NETWORKING_MODE_MIRRORED};
    struct wsl_view wsl = {.state = WSL_RUNNING, .mode = NETWORKING_MODE_NAT};

    ck_assert(mode_awaits_restart(&hint, &wsl));
    ck_assert(!mode_awaits_restart(NULL, &wsl));
    ck_assert(!mode_awaits_restart(&hint, NULL));
    wsl.mode = NETWORKING_MODE_MIRRORED;
    ck_assert(!mode_awaits_restart(&hint, &wsl));
    wsl = (struct wsl_view){.state = WSL_STOPPED, .mode = NETWORKING_MODE_NAT};
    ck_assert(!mode_awaits_restart(&hint, &wsl));
    wsl.state = WSL_RUNNING;
    hint.config_is_newer = false;
    ck_assert(!mode_awaits_restart(&hint, &wsl));
}
END_TEST

Suite *mode_switch_suite(void)
{
    Suite *suite = suite_create("mode_switch");
    TCase *tcase = tcase_create("mode_switch");

    tcase_add_test(tcase, mirrored_needs_the_update_of_october_2023);
    tcase_add_test(tcase, mirrored_needs_wsl_2_0_0);
    tcase_add_test(tcase, in_mirrored_mode_a_rule_that_changes_the_port_is_blocked);
    tcase_add_test(tcase, the_target_is_the_other_mode);
    tcase_add_test(tcase, a_restart_is_awaited_only_by_a_wsl_that_runs_in_another_mode);
    suite_add_tcase(suite, tcase);
    return suite;
}
