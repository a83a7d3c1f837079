/*
 * The engine where policy says a word on the networking mode.
 * SPDX-License-Identifier: MIT
 */
#include "tests/unit/modes_fixture.h"

#include <check.h>
#include <string.h>

Suite *engine_wsl_policy_suite(void);

static bool shows_evidence(const char *part)
{
    const struct wsl_view *view = &engine_report(modes.engine)->wsl.items[0];

    for (size_t i = 0; i < view->evidence_count; i++) {
        if (strstr(view->evidence[i], part) != NULL)
            return true;
    }
    return false;
}

/* Nobody is signed in who could tell of .wslconfig, and it would not count. */
START_TEST(policy_that_leaves_no_choice_tells_the_mode)
{
    modes.windows.wsl_machine.policy = wsl_policy_of(3, 0);
    modes.windows.traces[0].relay_found = false;
    work(&modes, EVENT_WSL_CHANGED);
    settle(&modes);

    ck_assert_ptr_null(entry(&modes, ENTRY));
    ck_assert_int_eq(engine_report(modes.engine)->wsl.items[0].mode,
                     NETWORKING_MODE_MIRRORED);
    ck_assert(shows_evidence("policy sets networking mode mirrored"));
}
END_TEST

START_TEST(a_users_none_counts_against_any_policy)
{
    modes.windows.wsl_machine.policy = wsl_policy_of(3, 0);
    modes.windows.traces[0].relay_found = false;
    configure(NETWORKING_MODE_NONE);

    ck_assert_int_eq(engine_report(modes.engine)->wsl.items[0].mode, NETWORKING_MODE_NONE);
}
END_TEST

START_TEST(a_default_by_policy_is_told_and_decides_nothing)
{
    modes.windows.wsl_machine.policy = wsl_policy_of(3, 1);
    modes.windows.traces[0].relay_found = false;
    work(&modes, EVENT_WSL_CHANGED);
    settle(&modes);

    ck_assert_ptr_nonnull(entry(&modes, ENTRY));
    ck_assert(shows_evidence("policy makes mirrored the default networking mode"));
}
END_TEST

Suite *engine_wsl_policy_suite(void)
{
    Suite *suite = suite_create("engine_wsl_policy");
    TCase *tcase = tcase_create("engine_wsl_policy");

    tcase_add_checked_fixture(tcase, modes_set_up, modes_tear_down);
    tcase_add_test(tcase, policy_that_leaves_no_choice_tells_the_mode);
    tcase_add_test(tcase, a_users_none_counts_against_any_policy);
    tcase_add_test(tcase, a_default_by_policy_is_told_and_decides_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
