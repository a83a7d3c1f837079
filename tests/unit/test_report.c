/*
 * What is read off a report at a glance.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/report.h"

#include "core/base/mem.h"

#include <check.h>

Suite *report_suite(void);

static const struct user_sid me = {"S-1-5-21-1-2-3-1001"};
static const struct user_sid other = {"S-1-5-21-1-2-3-1002"};

static void add_rule(struct report *report, const struct user_sid *owner, bool enabled,
                     enum rule_state state)
{
    struct report_rule *item;

    report->rules = mem_grow(report->rules, report->rule_count, &report->rule_capacity,
                             sizeof *report->rules);
    item = &report->rules[report->rule_count++];
    item->rule.owner = *owner;
    item->rule.enabled = enabled;
    item->status.state = state;
}

static void pause(struct report *report, const struct user_sid *user)
{
    report->paused_users =
        mem_grow(report->paused_users, report->paused_user_count,
                 &report->paused_user_capacity, sizeof *report->paused_users);
    report->paused_users[report->paused_user_count++] = *user;
}

struct health_case {
    enum rule_state state;
    enum report_health health;
};

static const struct health_case health_cases[] = {
    {RULE_STATE_OFF, HEALTH_FINE},
    {RULE_STATE_ACTIVE, HEALTH_FINE},
    {RULE_STATE_NOT_NEEDED, HEALTH_FINE},
    {RULE_STATE_APPLYING, HEALTH_WAITING},
    {RULE_STATE_WAITING, HEALTH_WAITING},
    {RULE_STATE_BLOCKED, HEALTH_NEEDS_USER},
    {RULE_STATE_CONFLICT, HEALTH_NEEDS_USER},
    {RULE_STATE_FAILED, HEALTH_NEEDS_USER},
};

START_TEST(report_health_follows_the_state_of_a_rule)
{
    const struct health_case *row = &health_cases[_i];
    struct report *report = report_new();

    add_rule(report, &me, true, RULE_STATE_ACTIVE);
    add_rule(report, &me, true, row->state);
    add_rule(report, &me, true, RULE_STATE_ACTIVE);

    ck_assert_msg(report_health(report, &me) == row->health, "%s",
                  rule_state_name(row->state));
    report_free(report);
}
END_TEST

START_TEST(report_health_is_the_worst_of_all_rules)
{
    struct report *report = report_new();

    add_rule(report, &me, true, RULE_STATE_CONFLICT);
    add_rule(report, &me, true, RULE_STATE_WAITING);

    ck_assert_int_eq(report_health(report, &me), HEALTH_NEEDS_USER);
    report_free(report);
}
END_TEST

START_TEST(report_health_is_fine_without_rules)
{
    struct report *report = report_new();

    ck_assert_int_eq(report_health(report, &me), HEALTH_FINE);
    report_free(report);
}
END_TEST

START_TEST(report_health_ignores_the_rules_of_other_users)
{
    struct report *report = report_new();

    add_rule(report, &other, true, RULE_STATE_FAILED);

    ck_assert_int_eq(report_health(report, &me), HEALTH_FINE);
    ck_assert_int_eq(report_health(report, &other), HEALTH_NEEDS_USER);
    report_free(report);
}
END_TEST

START_TEST(report_health_ignores_disabled_rules)
{
    struct report *report = report_new();

    add_rule(report, &me, false, RULE_STATE_FAILED);

    ck_assert_int_eq(report_health(report, &me), HEALTH_FINE);
    report_free(report);
}
END_TEST

START_TEST(report_health_of_a_paused_user_is_paused)
{
    struct report *report = report_new();

    add_rule(report, &me, true, RULE_STATE_WAITING);
    add_rule(report, &other, true, RULE_STATE_WAITING);
    pause(report, &me);

    ck_assert(report_is_paused(report, &me));
    ck_assert(!report_is_paused(report, &other));
    ck_assert_int_eq(report_health(report, &me), HEALTH_PAUSED);
    ck_assert_int_eq(report_health(report, &other), HEALTH_WAITING);
    report_free(report);
}
END_TEST

START_TEST(report_health_with_a_fault_needs_the_user_even_when_paused)
{
    struct report *report = report_new();

    pause(report, &me);
    report->fault[0] = 'x';

    ck_assert_int_eq(report_health(report, &me), HEALTH_NEEDS_USER);
    report_free(report);
}
END_TEST

START_TEST(report_health_without_a_report_is_unreachable)
{
    ck_assert_int_eq(report_health(NULL, &me), HEALTH_UNREACHABLE);
    report_free(NULL);
}
END_TEST

START_TEST(report_wsl_gives_the_view_of_that_user)
{
    struct report *report = report_new();

    LIST_ADD(&report->wsl)->user = other;
    LIST_ADD(&report->wsl)->user = me;

    ck_assert_ptr_eq(report_wsl(report, &me), &report->wsl.items[1]);
    report->wsl.count = 1;
    ck_assert_ptr_null(report_wsl(report, &me));
    report_free(report);
}
END_TEST

Suite *report_suite(void)
{
    Suite *suite = suite_create("report");
    TCase *tcase = tcase_create("report");

    tcase_add_loop_test(tcase, report_health_follows_the_state_of_a_rule, 0,
                        sizeof health_cases / sizeof health_cases[0]);
    tcase_add_test(tcase, report_health_is_the_worst_of_all_rules);
    tcase_add_test(tcase, report_health_is_fine_without_rules);
    tcase_add_test(tcase, report_health_ignores_the_rules_of_other_users);
    tcase_add_test(tcase, report_health_ignores_disabled_rules);
    tcase_add_test(tcase, report_health_of_a_paused_user_is_paused);
    tcase_add_test(tcase, report_health_with_a_fault_needs_the_user_even_when_paused);
    tcase_add_test(tcase, report_health_without_a_report_is_unreachable);
    tcase_add_test(tcase, report_wsl_gives_the_view_of_that_user);
    suite_add_tcase(suite, tcase);
    return suite;
}
