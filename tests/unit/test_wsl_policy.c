/*
 * WSL's networking mode by policy, by .wslconfig, and by both (facts/wsl.md §5.3).
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl_policy.h"

#include "core/wsl/config_age.h"

#include <check.h>
#include <string.h>

Suite *wsl_policy_suite(void);

#define UNSET WSL_POLICY_NOT_SET
#define NONE NETWORKING_MODE_NONE
#define NAT NETWORKING_MODE_NAT
#define MIRRORED NETWORKING_MODE_MIRRORED
#define VIRTIOPROXY NETWORKING_MODE_VIRTIOPROXY
#define BRIDGED NETWORKING_MODE_BRIDGED

static const struct {
    uint32_t default_mode, allow;
    const char *file;
    enum networking_mode mode;
} rows[] = {
    {UNSET, UNSET, "", NAT},
    {UNSET, UNSET, "[wsl2]\nnetworkingMode=mirrored\n", MIRRORED},
    {0, UNSET, "", NONE},
    {1, UNSET, "", NAT},
    {3, UNSET, "", MIRRORED},
    {4, UNSET, "", VIRTIOPROXY},
    /* What WSL refuses as a default. */
    {2, UNSET, "", NAT},
    {5, UNSET, "", NAT},
    {2, 0, "[wsl2]\nnetworkingMode=mirrored\n", NAT},
    /* The user's word counts before the default... */
    {3, UNSET, "[wsl2]\nnetworkingMode=nat\n", NAT},
    {3, 1, "[wsl2]\nnetworkingMode=bridged\n", BRIDGED},
    {3, 2, "[wsl2]\nnetworkingMode=nat\n", NAT}, /* no value of this policy */
    {3, UNSET, "[wsl2]\nnetworkingMode=what\n", MIRRORED},
    {3, UNSET, "[wsl2]\nnetworkingMode=what\nnetworkingMode=nat\n", MIRRORED},
    /* ... unless it is forbidden, but for none. */
    {3, 0, "[wsl2]\nnetworkingMode=nat\n", MIRRORED},
    {3, 0, "[wsl2]\nnetworkingMode=mirrored\n", MIRRORED},
    {3, 0, "[wsl2]\nnetworkingMode=none\n", NONE},
    {3, 0, "[wsl2]\nsafeMode=true\n", NONE},
    {3, 0, "", MIRRORED},
    {UNSET, 0, "[wsl2]\nnetworkingMode=mirrored\n", NAT},
    {UNSET, 0, "[experimental]\nnetworkingMode=virtioproxy\n", NAT},
    {0, 0, "[wsl2]\nnetworkingMode=mirrored\n", NONE},
};
#define ROW_COUNT ((int)(sizeof rows / sizeof rows[0]))

START_TEST(the_mode_is_the_one_that_wsl_would_take)
{
    const struct wsl_policy policy = wsl_policy_of(rows[_i].default_mode, rows[_i].allow);
    struct wslconfig config;
    struct error err = {0};

    ck_assert(wslconfig_read(rows[_i].file, strlen(rows[_i].file), &config, &err));
    wsl_policy_apply(&policy, &config);

    ck_assert_msg(wslconfig_mode(&config) == rows[_i].mode, "row %d, '%s': %s", _i,
                  rows[_i].file, networking_mode_name(wslconfig_mode(&config)));
}
END_TEST

START_TEST(a_forbidden_choice_leaves_the_default_and_none)
{
    const struct wsl_policy policy = wsl_policy_of(3, 0);

    ck_assert(wsl_policy_forbids(&policy, NAT) && wsl_policy_forbids(&policy, BRIDGED));
    ck_assert(!wsl_policy_forbids(&policy, MIRRORED));
    ck_assert(!wsl_policy_forbids(&policy, NONE));
}
END_TEST

START_TEST(a_default_alone_forbids_nothing)
{
    const struct wsl_policy policy = wsl_policy_of(3, UNSET);
    const struct wsl_policy none = {0};

    ck_assert(!wsl_policy_forbids(&policy, NAT) && !wsl_policy_forbids(&none, MIRRORED));
    ck_assert_int_eq(wsl_policy_default(&policy), MIRRORED);
    ck_assert_int_eq(wsl_policy_default(&none), NAT);
}
END_TEST

Suite *wsl_policy_suite(void)
{
    Suite *suite = suite_create("wsl_policy");
    TCase *tcase = tcase_create("policy");

    tcase_add_loop_test(tcase, the_mode_is_the_one_that_wsl_would_take, 0, ROW_COUNT);
    tcase_add_test(tcase, a_forbidden_choice_leaves_the_default_and_none);
    tcase_add_test(tcase, a_default_alone_forbids_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
