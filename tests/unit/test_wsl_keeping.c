/*
 * When a distribution is kept running.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl_keeping.h"

#include "core/base/mem.h"
#include "tests/unit/valid_rule.h"

#include <check.h>

Suite *wsl_keeping_suite(void);

START_TEST(wsl_is_needed_by_a_rule_that_is_on_and_leads_there)
{
    struct report *report = report_new();
    struct report_rule *item = mem_grow(NULL, 0, &report->rule_capacity, sizeof *item);
    struct user_sid user;

    report->rules = item;
    report->rule_count = 1;
    item->rule = valid_rule();
    item->rule.connect.kind = CONNECT_WSL;
    item->rule.enabled = true;
    user = item->rule.owner;

    ck_assert(wsl_is_needed(report, &user));
    item->rule.enabled = false;
    ck_assert(!wsl_is_needed(report, &user));
    item->rule.enabled = true;
    item->rule.connect.kind = CONNECT_ADDRESS;
    ck_assert(!wsl_is_needed(report, &user));
    item->rule.connect.kind = CONNECT_WSL;
    ck_assert(!wsl_is_needed(report, &(struct user_sid){"S-1-5-21-9-9-9-9999"}));
    ck_assert(!wsl_is_needed(NULL, &user));
    report_free(report);
}
END_TEST

START_TEST(what_is_kept_starts_once_and_again_after_a_pause)
{
    struct wsl_keeping keeping = {0};

    ck_assert(!wsl_keeping_starts(&keeping, false, 0));
    ck_assert_int_eq(wsl_keeping_wait_ms(&keeping, false, 0), -1);
    ck_assert(wsl_keeping_starts(&keeping, true, 0));

    wsl_keeping_started(&keeping, 0);
    ck_assert(!wsl_keeping_starts(&keeping, true, 1));
    ck_assert_int_eq(wsl_keeping_wait_ms(&keeping, true, 1), -1);

    wsl_keeping_ended(&keeping, 1000);
    ck_assert(!wsl_keeping_starts(&keeping, true, 15999));
    ck_assert_int_eq(wsl_keeping_wait_ms(&keeping, true, 15000), 1000);
    ck_assert(wsl_keeping_starts(&keeping, true, 16000));
}
END_TEST

START_TEST(what_cannot_be_kept_is_tried_less_and_less_often)
{
    struct wsl_keeping keeping = {0};

    for (int i = 0; i < 30; i++)
        wsl_keeping_ended(&keeping, 0);
    ck_assert_int_eq(wsl_keeping_wait_ms(&keeping, true, 0), 600000);

    wsl_keeping_started(&keeping, 0);
    wsl_keeping_ended(&keeping, 60000);
    ck_assert_int_eq(wsl_keeping_wait_ms(&keeping, true, 60000), 15000);

    wsl_keeping_stopped(&keeping);
    ck_assert(wsl_keeping_starts(&keeping, true, 60000));
}
END_TEST

Suite *wsl_keeping_suite(void)
{
    Suite *suite = suite_create("wsl_keeping");
    TCase *tcase = tcase_create("wsl_keeping");

    tcase_add_test(tcase, wsl_is_needed_by_a_rule_that_is_on_and_leads_there);
    tcase_add_test(tcase, what_is_kept_starts_once_and_again_after_a_pause);
    tcase_add_test(tcase, what_cannot_be_kept_is_tried_less_and_less_often);
    suite_add_tcase(suite, tcase);
    return suite;
}
