/*
 * The policy of notifications, on a clock of the test's own.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/notices.h"

#include "core/base/mem.h"

#include <check.h>
#include <stdio.h>

#define ME "S-1-5-21-0-0-0-1000"
#define FIRST "00000000-0000-4000-8000-000000000001"
#define SECOND "00000000-0000-4000-8000-000000000002"

static struct report *report;
static struct pending_list pending;
static struct view_state view;
static struct notice_memory memory;
static struct notice_input input;
static struct notice_outcome outcome;

static void set_up(void)
{
    report = report_new();
    memory = (struct notice_memory){0};
    view = (struct view_state){.report = report, .pending = &pending};
    text_copy(view.user.text, sizeof view.user.text, ME);
    input = (struct notice_input){
        .view = &view, .now_ms = 1000000, .signed_in_ms = NOTICE_LONG_AGO, .wanted = true};
}

static void tear_down(void)
{
    notices_clear(&memory);
    pending_clear(&pending);
    report_free(report);
}

static struct report_rule *add_rule(enum rule_state state)
{
    struct report_rule *item;

    report->rules = mem_grow(report->rules, report->rule_count, &report->rule_capacity,
                             sizeof *report->rules);
    item = &report->rules[report->rule_count++];
    item->rule = rule_default();
    item->rule.owner = view.user;
    snprintf(item->rule.id.text, sizeof item->rule.id.text,
             "00000000-0000-4000-8000-%012zu", report->rule_count);
    snprintf(item->rule.name, sizeof item->rule.name, "rule %zu", report->rule_count);
    item->status.state = state;
    return item;
}

static void set_state(size_t rule, enum rule_state state)
{
    report->rules[rule].status.state = state;
}

/* Lets time pass and looks; gives what to do. */
static enum notice_step after(int64_t ms)
{
    input.now_ms += ms;
    outcome = notices_next(&memory, &input);
    return outcome.step;
}

/* A problem with the first rule, told. */
static void have_told(void)
{
    add_rule(RULE_STATE_ACTIVE);
    after(0);
    set_state(0, RULE_STATE_CONFLICT);
    after(0);
    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_SHOW);
}

static void pend(enum verb verb, const char *id)
{
    struct request request = {.verb = verb};

    if (id != NULL)
        text_copy(request.enable.rule_id.text, sizeof request.enable.rule_id.text, id);
    pending_add(&pending, 1, &request);
}

START_TEST(a_problem_is_told_when_it_stays)
{
    add_rule(RULE_STATE_ACTIVE);
    after(0);
    set_state(0, RULE_STATE_CONFLICT);

    ck_assert_int_eq(after(0), NOTICE_NOTHING);
    ck_assert_int_eq(outcome.wait_ms, NOTICE_SETTLE_MS);
    ck_assert_int_eq(after(NOTICE_SETTLE_MS - 1), NOTICE_NOTHING);
    ck_assert_int_eq(outcome.wait_ms, 1);
    ck_assert_int_eq(after(1), NOTICE_SHOW);
    ck_assert_int_eq(outcome.notice.kind, NOTICE_RULE);
    ck_assert_str_eq(outcome.notice.rule_id.text, FIRST);
    ck_assert_str_eq(outcome.notice.subject, "rule 1");
    ck_assert_int_eq(outcome.notice.status.state, RULE_STATE_CONFLICT);
    ck_assert_int_eq(outcome.wait_ms, -1);
}
END_TEST

START_TEST(a_problem_that_heals_is_not_told)
{
    add_rule(RULE_STATE_FAILED);
    after(0);
    after(NOTICE_SETTLE_MS - 1);
    set_state(0, RULE_STATE_WAITING);

    ck_assert_int_eq(after(1), NOTICE_NOTHING);
    ck_assert_int_eq(outcome.wait_ms, -1);
}
END_TEST

START_TEST(a_fine_or_waiting_rule_starts_no_timer)
{
    add_rule(RULE_STATE_ACTIVE);
    add_rule(RULE_STATE_WAITING);
    add_rule(RULE_STATE_OFF);

    ck_assert_int_eq(after(0), NOTICE_NOTHING);
    ck_assert_int_eq(outcome.wait_ms, -1);
}
END_TEST

START_TEST(the_same_problem_is_told_once)
{
    have_told();

    ck_assert_int_eq(after(10 * NOTICE_INTERVAL_MS), NOTICE_NOTHING);
    set_state(0, RULE_STATE_BLOCKED);
    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_NOTHING);
    ck_assert_int_eq(after(NOTICE_INTERVAL_MS), NOTICE_NOTHING);
}
END_TEST

START_TEST(a_restart_of_wsl_makes_no_new_problem_of_an_old_one)
{
    have_told();
    set_state(0, RULE_STATE_WAITING);
    after(NOTICE_FORGET_MS + 1);
    set_state(0, RULE_STATE_CONFLICT);
    after(0);

    ck_assert_int_eq(after(NOTICE_INTERVAL_MS), NOTICE_NOTHING);
}
END_TEST

START_TEST(a_problem_that_was_gone_is_told_again)
{
    have_told();
    set_state(0, RULE_STATE_ACTIVE);
    ck_assert_int_eq(after(0), NOTICE_WITHDRAW);
    after(NOTICE_FORGET_MS);
    set_state(0, RULE_STATE_CONFLICT);
    after(0);

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_SHOW);
}
END_TEST

START_TEST(a_notice_is_withdrawn_once_when_its_problem_goes)
{
    have_told();
    set_state(0, RULE_STATE_ACTIVE);

    ck_assert_int_eq(after(0), NOTICE_WITHDRAW);
    ck_assert_int_eq(after(0), NOTICE_NOTHING);
}
END_TEST

START_TEST(a_notice_is_withdrawn_when_the_user_looks_at_the_rules)
{
    have_told();
    input.watched = true;

    ck_assert_int_eq(after(0), NOTICE_WITHDRAW);
    ck_assert_int_eq(after(0), NOTICE_NOTHING);
}
END_TEST

START_TEST(a_dismissed_notice_is_not_withdrawn)
{
    have_told();
    notices_dismiss(&memory);
    set_state(0, RULE_STATE_ACTIVE);

    ck_assert_int_eq(after(0), NOTICE_NOTHING);
}
END_TEST

START_TEST(a_summary_stands_until_its_last_problem_goes)
{
    add_rule(RULE_STATE_BLOCKED);
    add_rule(RULE_STATE_FAILED);
    after(0);
    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_SHOW);
    ck_assert_int_eq(outcome.notice.kind, NOTICE_SEVERAL);
    ck_assert_uint_eq(outcome.notice.count, 2);
    ck_assert_str_eq(outcome.notice.rule_id.text, FIRST);

    set_state(0, RULE_STATE_ACTIVE);
    ck_assert_int_eq(after(0), NOTICE_NOTHING);
    set_state(1, RULE_STATE_ACTIVE);
    ck_assert_int_eq(after(0), NOTICE_WITHDRAW);
}
END_TEST

START_TEST(nothing_is_told_at_sign_in)
{
    input.signed_in_ms = input.now_ms;
    add_rule(RULE_STATE_CONFLICT);

    ck_assert_int_eq(after(0), NOTICE_NOTHING);
    ck_assert_int_eq(outcome.wait_ms, NOTICE_SIGN_IN_MS);
    ck_assert_int_eq(after(NOTICE_SIGN_IN_MS - 1), NOTICE_NOTHING);
    ck_assert_int_eq(after(1), NOTICE_SHOW);
}
END_TEST

START_TEST(a_second_notice_waits_its_minute)
{
    have_told();
    add_rule(RULE_STATE_ACTIVE);
    after(NOTICE_OWN_CHANGE_MS);
    set_state(1, RULE_STATE_FAILED);
    after(NOTICE_OWN_CHANGE_MS);

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_NOTHING);
    ck_assert_int_eq(outcome.wait_ms,
                     NOTICE_INTERVAL_MS - 2 * NOTICE_OWN_CHANGE_MS - NOTICE_SETTLE_MS);
    ck_assert_int_eq(after(outcome.wait_ms), NOTICE_SHOW);
    ck_assert_str_eq(outcome.notice.rule_id.text, SECOND);
}
END_TEST

START_TEST(what_the_user_just_did_is_not_told)
{
    add_rule(RULE_STATE_OFF);
    after(0);
    pend(VERB_ENABLE, FIRST);
    after(0);
    pending_clear(&pending);
    set_state(0, RULE_STATE_CONFLICT);
    after(NOTICE_OWN_CHANGE_MS - 1);

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_NOTHING);
    ck_assert_int_eq(outcome.wait_ms, -1);
}
END_TEST

START_TEST(what_comes_long_after_the_users_change_is_told)
{
    add_rule(RULE_STATE_OFF);
    after(0);
    pend(VERB_ENABLE, FIRST);
    after(0);
    pending_clear(&pending);
    after(NOTICE_OWN_CHANGE_MS);
    set_state(0, RULE_STATE_CONFLICT);
    after(0);

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_SHOW);
}
END_TEST

START_TEST(resuming_all_is_the_users_doing_for_every_rule)
{
    add_rule(RULE_STATE_WAITING);
    after(0);
    pend(VERB_RESUME, NULL);
    set_state(0, RULE_STATE_CONFLICT);
    after(0);
    pending_clear(&pending);

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_NOTHING);
}
END_TEST

START_TEST(a_new_rule_is_the_users_doing)
{
    after(0);
    add_rule(RULE_STATE_BLOCKED);
    after(0);

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_NOTHING);
}
END_TEST

START_TEST(other_users_rules_are_not_told)
{
    text_copy(add_rule(RULE_STATE_FAILED)->rule.owner.text, USER_SID_SIZE,
              "S-1-5-21-0-0-0-1001");
    after(0);

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_NOTHING);
}
END_TEST

START_TEST(an_entry_to_take_over_is_told)
{
    add_rule(RULE_STATE_OFF)->status.warning = REASON_FOREIGN_KEEPS_OPEN;
    after(0);

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_SHOW);
    ck_assert_int_eq(outcome.notice.kind, NOTICE_TAKE_OVER);
}
END_TEST

START_TEST(a_fault_stands_for_the_rules_that_suffer_from_it)
{
    add_rule(RULE_STATE_FAILED);
    text_copy(report->fault, sizeof report->fault, "database is damaged");
    after(0);

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_SHOW);
    ck_assert_int_eq(outcome.notice.kind, NOTICE_FAULT);
    ck_assert_str_eq(outcome.notice.fault, "database is damaged");
    ck_assert_str_eq(outcome.notice.rule_id.text, "");
}
END_TEST

START_TEST(a_service_that_comes_back_soon_is_not_told)
{
    add_rule(RULE_STATE_ACTIVE);
    after(0);
    view.report = NULL;
    after(0);
    ck_assert_int_eq(after(NOTICE_SETTLE_SERVICE_MS - 1), NOTICE_NOTHING);
    view.report = report;

    ck_assert_int_eq(after(1), NOTICE_NOTHING);
    ck_assert_int_eq(outcome.wait_ms, -1);
}
END_TEST

START_TEST(a_service_that_stays_away_is_told)
{
    add_rule(RULE_STATE_CONFLICT);
    after(0);
    view.report = NULL;
    after(0);

    ck_assert_int_eq(after(NOTICE_SETTLE_SERVICE_MS), NOTICE_SHOW);
    ck_assert_int_eq(outcome.notice.kind, NOTICE_UNREACHABLE);
}
END_TEST

START_TEST(a_rule_that_is_removed_is_forgotten)
{
    have_told();
    report->rule_count = 0;

    ck_assert_int_eq(after(0), NOTICE_WITHDRAW);
}
END_TEST

START_TEST(nothing_is_told_when_the_switch_is_off)
{
    input.wanted = false;
    add_rule(RULE_STATE_CONFLICT);
    after(0);
    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_NOTHING);

    /* Nor all at once what stood before it was turned on. */
    input.wanted = true;
    ck_assert_int_eq(after(NOTICE_INTERVAL_MS), NOTICE_NOTHING);
}
END_TEST

START_TEST(what_the_user_sees_in_the_window_is_not_told)
{
    add_rule(RULE_STATE_ACTIVE);
    after(0);
    input.watched = true;
    set_state(0, RULE_STATE_CONFLICT);
    after(0);
    input.watched = false;

    ck_assert_int_eq(after(NOTICE_SETTLE_MS), NOTICE_NOTHING);
}
END_TEST

static void add_problem_tests(TCase *tests)
{
    tcase_add_test(tests, a_problem_is_told_when_it_stays);
    tcase_add_test(tests, a_problem_that_heals_is_not_told);
    tcase_add_test(tests, a_fine_or_waiting_rule_starts_no_timer);
    tcase_add_test(tests, the_same_problem_is_told_once);
    tcase_add_test(tests, a_restart_of_wsl_makes_no_new_problem_of_an_old_one);
    tcase_add_test(tests, a_problem_that_was_gone_is_told_again);
    tcase_add_test(tests, a_notice_is_withdrawn_once_when_its_problem_goes);
    tcase_add_test(tests, a_notice_is_withdrawn_when_the_user_looks_at_the_rules);
    tcase_add_test(tests, a_dismissed_notice_is_not_withdrawn);
    tcase_add_test(tests, a_summary_stands_until_its_last_problem_goes);
    tcase_add_test(tests, an_entry_to_take_over_is_told);
    tcase_add_test(tests, a_fault_stands_for_the_rules_that_suffer_from_it);
    tcase_add_test(tests, a_service_that_comes_back_soon_is_not_told);
    tcase_add_test(tests, a_service_that_stays_away_is_told);
    tcase_add_test(tests, a_rule_that_is_removed_is_forgotten);
}

static void add_restraint_tests(TCase *tests)
{
    tcase_add_test(tests, nothing_is_told_at_sign_in);
    tcase_add_test(tests, a_second_notice_waits_its_minute);
    tcase_add_test(tests, what_the_user_just_did_is_not_told);
    tcase_add_test(tests, what_comes_long_after_the_users_change_is_told);
    tcase_add_test(tests, resuming_all_is_the_users_doing_for_every_rule);
    tcase_add_test(tests, a_new_rule_is_the_users_doing);
    tcase_add_test(tests, other_users_rules_are_not_told);
    tcase_add_test(tests, nothing_is_told_when_the_switch_is_off);
    tcase_add_test(tests, what_the_user_sees_in_the_window_is_not_told);
}

Suite *notices_suite(void);

Suite *notices_suite(void)
{
    Suite *suite = suite_create("notices");
    TCase *problems = tcase_create("problems");
    TCase *restraint = tcase_create("restraint");

    tcase_add_checked_fixture(problems, set_up, tear_down);
    tcase_add_checked_fixture(restraint, set_up, tear_down);
    add_problem_tests(problems);
    add_restraint_tests(restraint);
    suite_add_tcase(suite, problems);
    suite_add_tcase(suite, restraint);
    return suite;
}
