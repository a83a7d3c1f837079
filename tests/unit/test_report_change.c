/*
 * What became different between two reports.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/command/report_change.h"

#include <check.h>

static const struct user_sid me = {"S-1-5-21-1-2-3-1001"};
static const struct user_sid other = {"S-1-5-21-1-2-3-1002"};

static void add_rule(struct report *report, const struct user_sid *owner, uint16_t port)
{
    struct rule *rule;

    report->rules = mem_grow(report->rules, report->rule_count, &report->rule_capacity,
                             sizeof *report->rules);
    rule = &report->rules[report->rule_count++].rule;
    *rule = rule_default();
    rule->owner = *owner;
    text_copy(rule->id.text, sizeof rule->id.text, "01111111-1111-4111-8111-111111111111");
    rule->id.text[0] = (char)('0' + report->rule_count);
    rule->listen.first_port = rule->listen.last_port = port;
    rule->connect.first_port = 80;
}

/* ids begin with 1, 2, 3, … in this order */
static struct report *report_of_rules(void)
{
    struct report *report = report_new();

    add_rule(report, &me, 3000);
    add_rule(report, &me, 3001);
    add_rule(report, &me, 3002);
    add_rule(report, &me, 3003);
    add_rule(report, &other, 4000);
    add_rule(report, &other, 4001);
    return report;
}

static struct report_change_list changes_between(const struct report *before,
                                                 const struct report *now)
{
    struct report_change_list changes = {0};

    report_change_find(before, now, &me, &changes);
    return changes;
}

START_TEST(report_change_find_tells_nothing_of_equal_reports)
{
    struct report *before = report_of_rules();
    struct report *now = report_of_rules();
    struct report_change_list changes;

    now->revision = before->revision + 1;
    now->time_ms = before->time_ms + 1;
    changes = changes_between(before, now);

    ck_assert_uint_eq(changes.count, 0);
    report_free(before);
    report_free(now);
}
END_TEST

START_TEST(report_change_find_tells_a_new_state_and_only_that)
{
    struct report *before = report_of_rules();
    struct report *now = report_of_rules();
    struct report_change_list changes;

    now->rules[1].status.state = RULE_STATE_ACTIVE;
    changes = changes_between(before, now);

    ck_assert_uint_eq(changes.count, 1);
    ck_assert_int_eq(changes.items[0].kind, REPORT_CHANGE_RULE_STATE);
    ck_assert_ptr_eq(changes.items[0].rule, &now->rules[1]);
    report_change_list_clear(&changes);
    report_free(before);
    report_free(now);
}
END_TEST

START_TEST(report_change_find_tells_added_removed_and_edited_rules)
{
    struct report *before = report_of_rules();
    struct report *now = report_of_rules();
    struct report_change_list changes;

    now->rules[0].rule.connect.first_port = 81;
    now->rules[3].rule.id.text[0] = 'f'; /* 4 is gone, f is new */
    changes = changes_between(before, now);

    ck_assert_uint_eq(changes.count, 3);
    ck_assert_int_eq(changes.items[0].kind, REPORT_CHANGE_RULE_REMOVED);
    ck_assert_ptr_eq(changes.items[0].rule, &before->rules[3]);
    ck_assert_int_eq(changes.items[1].kind, REPORT_CHANGE_RULE_EDITED);
    ck_assert_ptr_eq(changes.items[1].rule, &now->rules[0]);
    ck_assert_int_eq(changes.items[2].kind, REPORT_CHANGE_RULE_ADDED);
    ck_assert_ptr_eq(changes.items[2].rule, &now->rules[3]);
    report_change_list_clear(&changes);
    report_free(before);
    report_free(now);
}
END_TEST

START_TEST(report_change_find_ignores_other_users)
{
    struct report *before = report_of_rules();
    struct report *now = report_of_rules();
    struct report_change_list changes;

    now->rules[4].status.state = RULE_STATE_FAILED;
    now->rules[5].rule.enabled = false;
    changes = changes_between(before, now);

    ck_assert_uint_eq(changes.count, 0);
    report_free(before);
    report_free(now);
}
END_TEST

START_TEST(report_change_find_tells_a_moved_wsl_before_the_rules)
{
    struct report *before = report_of_rules();
    struct report *now = report_of_rules();
    struct report_change_list changes;

    *LIST_ADD(&before->wsl) = (struct wsl_view){.user = me, .address_known = true};
    *LIST_ADD(&now->wsl) = (struct wsl_view){.user = me, .address_known = true};
    ck_assert(address_parse("172.28.1.2", &before->wsl.items[0].address));
    ck_assert(address_parse("172.28.1.3", &now->wsl.items[0].address));
    now->rules[0].status.state = RULE_STATE_APPLYING;
    now->ip_helper.running = true;
    changes = changes_between(before, now);

    ck_assert_uint_eq(changes.count, 3);
    ck_assert_int_eq(changes.items[0].kind, REPORT_CHANGE_WSL);
    ck_assert_int_eq(changes.items[1].kind, REPORT_CHANGE_IP_HELPER);
    ck_assert_int_eq(changes.items[2].kind, REPORT_CHANGE_RULE_STATE);
    report_change_list_clear(&changes);
    report_free(before);
    report_free(now);
}
END_TEST

Suite *report_change_suite(void)
{
    Suite *suite = suite_create("report_change");
    TCase *tcase = tcase_create("report_change_find");

    tcase_add_test(tcase, report_change_find_tells_nothing_of_equal_reports);
    tcase_add_test(tcase, report_change_find_tells_a_new_state_and_only_that);
    tcase_add_test(tcase, report_change_find_tells_added_removed_and_edited_rules);
    tcase_add_test(tcase, report_change_find_ignores_other_users);
    tcase_add_test(tcase, report_change_find_tells_a_moved_wsl_before_the_rules);
    suite_add_tcase(suite, tcase);
    return suite;
}
