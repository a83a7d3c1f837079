/*
 * Whether the running VM knows what .wslconfig says.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/config_age.h"

#include <check.h>

Suite *config_age_suite(void);

START_TEST(a_config_is_newer_when_the_vm_cannot_have_read_it)
{
    const struct wslconfig before = {.mode = NETWORKING_MODE_NAT};
    const struct wslconfig now = {.mode = NETWORKING_MODE_MIRRORED};
    const struct config_age newer = {.written_ms = 200, .vm_started_ms = 100};
    const struct config_age older = {.written_ms = 100, .vm_started_ms = 200};
    const struct config_age no_vm = {.written_ms = 200};
    const struct config_age seen = {
        .written_ms = 200, .vm_started_ms = 100, .applied = &before};

    ck_assert(wslconfig_is_newer(&newer, &now));
    ck_assert(!wslconfig_is_newer(&older, &now));
    ck_assert(!wslconfig_is_newer(&no_vm, &now));
    ck_assert(wslconfig_is_newer(&seen, &now));
    ck_assert(!wslconfig_is_newer(&seen, &before));
}
END_TEST

START_TEST(safe_mode_is_the_mode_none)
{
    const struct wslconfig config = {.mode = NETWORKING_MODE_NAT, .safe_mode = true};

    ck_assert_int_eq(wslconfig_mode(&config), NETWORKING_MODE_NONE);
}
END_TEST

Suite *config_age_suite(void)
{
    Suite *suite = suite_create("config_age");
    TCase *tcase = tcase_create("config_age");

    tcase_add_test(tcase, a_config_is_newer_when_the_vm_cannot_have_read_it);
    tcase_add_test(tcase, safe_mode_is_the_mode_none);
    suite_add_tcase(suite, tcase);
    return suite;
}
