/*
 * What can be done about a rule's problem.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/store/settings.h"
#include "core/view/rule_action.h"
#include "tests/unit/valid_rule.h"

#include <check.h>

Suite *rule_action_suite(void);

#define ME "S-1-5-21-0-0-0-1000"
#define OTHER "S-1-5-21-0-0-0-1001"

static struct report *report;
static struct view_state view;
static struct rule_row row;

static struct rule *add_rule(const char *owner)
{
    struct rule *rule;

    report->rules = mem_grow(report->rules, report->rule_count, &report->rule_capacity,
                             sizeof *report->rules);
    rule = &report->rules[report->rule_count++].rule;
    *rule = valid_rule();
    rule->sequence = report->rule_count;
    text_copy(rule->owner.text, sizeof rule->owner.text, owner);
    snprintf(rule->id.text, sizeof rule->id.text, "00000000-0000-4000-8000-%012zu",
             report->rule_count);
    return rule;
}

static void set_up(void)
{
    report = report_new();
    view = (struct view_state){.report = report, .may_change = true};
    text_copy(view.user.text, sizeof view.user.text, ME);
    row = (struct rule_row){.kind = ROW_MINE, .can_change = true};
}

static void tear_down(void)
{
    report_free(report);
}

static void choose(const struct rule *rule, enum reason reason)
{
    row.rule_id = rule->id;
    row.status.reason = reason;
}

static void choose_in_network(const struct rule *rule, enum message_id category)
{
    choose(rule, REASON_PROFILE_MISMATCH);
    row.status.subject_message.id = category;
}

START_TEST(rule_action_for_gives_what_the_sentence_says)
{
    static const struct {
        enum reason reason;
        enum rule_action action;
    } table[] = {
        {REASON_NONE, RULE_ACTION_NONE},
        {REASON_PAUSED, RULE_ACTION_RESUME},
        {REASON_WSL_NOT_RUNNING, RULE_ACTION_NONE},
        {REASON_MODE_VIRTIOPROXY, RULE_ACTION_NONE},
        {REASON_PORT_IN_USE, RULE_ACTION_EDIT},
        {REASON_IP_HELPER_STOPPED, RULE_ACTION_START_IP_HELPER},
        {REASON_IP_HELPER_DISABLED, RULE_ACTION_NONE},
        {REASON_FIREWALL_OVERRIDDEN, RULE_ACTION_NONE},
        {REASON_WRITE_FAILED, RULE_ACTION_CHECK_AGAIN},
        {REASON_OUTBOUND_BLOCKED, RULE_ACTION_ALLOW_OUTBOUND},
    };

    choose(add_rule(ME), table[_i].reason);

    ck_assert_msg(rule_action_for(&view, &row) == table[_i].action, "%s",
                  reason_name(table[_i].reason));
}
END_TEST

START_TEST(rule_action_for_offers_no_setting_that_policy_sets)
{
    choose(add_rule(ME), REASON_OUTBOUND_BLOCKED);
    report->policy.sets[SETTING_ALLOW_WIDENING] = true;
    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_ALLOW_OUTBOUND);

    report->policy.sets[SETTING_ALLOW_OUTBOUND] = true;
    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_NONE);
}
END_TEST

START_TEST(rule_action_for_gives_nothing_while_a_change_is_under_way)
{
    choose(add_rule(ME), REASON_PORT_IN_USE);
    row.can_change = false;

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_NONE);
}
END_TEST

START_TEST(rule_action_for_gives_nothing_for_another_users_rule)
{
    choose(add_rule(OTHER), REASON_PAUSED);
    row.kind = ROW_OTHER_USER;

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_NONE);
}
END_TEST

START_TEST(rule_action_for_takes_over_only_what_can_be)
{
    choose(add_rule(ME), REASON_FOREIGN_ENTRY);
    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_NONE);

    row.can_take_over = true;

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_TAKE_OVER);
}
END_TEST

START_TEST(rule_action_for_takes_over_a_firewall_rule_that_somebody_changed)
{
    choose(add_rule(ME), REASON_FIREWALL_CHANGED);
    row.can_take_over = true;

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_TAKE_OVER);
}
END_TEST

START_TEST(rule_action_for_takes_over_a_foreign_row)
{
    row = (struct rule_row){.kind = ROW_FOREIGN, .can_take_over = true};

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_TAKE_OVER);
}
END_TEST

/* Taking over does not stop the program that keeps changing the entry. */
START_TEST(rule_action_for_checks_again_what_is_changed_back)
{
    choose(add_rule(ME), REASON_CHANGED_BACK);
    row.can_take_over = true;

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_CHECK_AGAIN);
}
END_TEST

START_TEST(rule_action_for_looks_at_the_warning_too)
{
    choose(add_rule(ME), REASON_NONE);
    row.status.warning = REASON_FOREIGN_EQUAL;
    row.can_take_over = true;

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_TAKE_OVER);
}
END_TEST

START_TEST(rule_action_request_turns_off_the_older_rule)
{
    struct request request;
    struct rule_id older;

    older = add_rule(ME)->id;
    choose(add_rule(ME), REASON_OTHER_RULE);

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_TURN_OTHER_OFF);
    ck_assert(rule_action_request(RULE_ACTION_TURN_OTHER_OFF, &view, &row, &request));
    ck_assert_int_eq(request.verb, VERB_ENABLE);
    ck_assert_str_eq(request.enable.rule_id.text, older.text);
    ck_assert(!request.enable.enabled);
}
END_TEST

START_TEST(rule_action_for_edits_when_another_users_rule_is_in_the_way)
{
    add_rule(OTHER);
    choose(add_rule(ME), REASON_OTHER_RULE);

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_EDIT);
}
END_TEST

START_TEST(rule_action_for_edits_when_the_other_rule_is_off_or_younger)
{
    struct rule_id first;

    first = add_rule(ME)->id;
    add_rule(ME);
    report->rules[0].rule.id = first;
    choose(&report->rules[0].rule, REASON_OTHER_RULE);
    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_EDIT);

    report->rules[0].rule.enabled = false;
    choose(&report->rules[1].rule, REASON_OTHER_RULE);

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_EDIT);
}
END_TEST

START_TEST(rule_action_request_allows_the_current_network_too)
{
    struct request request;

    choose_in_network(add_rule(ME), MESSAGE_NETWORK_PUBLIC);

    ck_assert_int_eq(rule_action_for(&view, &row), RULE_ACTION_ALLOW_NETWORK);
    ck_assert(rule_action_request(RULE_ACTION_ALLOW_NETWORK, &view, &row, &request));
    ck_assert_int_eq(request.verb, VERB_PUT_RULE);
    ck_assert_str_eq(request.rule.id.text, row.rule_id.text);
    ck_assert_uint_eq(request.rule.scope.profiles,
                      PROFILE_PRIVATE | PROFILE_DOMAIN | PROFILE_PUBLIC);
}
END_TEST

START_TEST(rule_action_is_risky_in_a_public_network)
{
    choose_in_network(add_rule(ME), MESSAGE_NETWORK_PUBLIC);
    ck_assert(rule_action_is_risky(RULE_ACTION_ALLOW_NETWORK, &row));
    ck_assert(!rule_action_is_risky(RULE_ACTION_EDIT, &row));

    choose_in_network(&report->rules[0].rule, MESSAGE_NETWORK_PRIVATE);

    ck_assert(!rule_action_is_risky(RULE_ACTION_ALLOW_NETWORK, &row));
}
END_TEST

START_TEST(rule_action_request_resumes)
{
    struct request request;

    choose(add_rule(ME), REASON_PAUSED);

    ck_assert(rule_action_request(RULE_ACTION_RESUME, &view, &row, &request));
    ck_assert_int_eq(request.verb, VERB_RESUME);
}
END_TEST

START_TEST(rule_action_request_asks_for_outbound_firewall_rules)
{
    struct settings settings = {0};
    struct request request;

    choose(add_rule(ME), REASON_OUTBOUND_BLOCKED);

    ck_assert(rule_action_request(RULE_ACTION_ALLOW_OUTBOUND, &view, &row, &request));
    ck_assert_int_eq(request.verb, VERB_SETTINGS);
    ck_assert_uint_eq(request.settings.count, 1);
    ck_assert(setting_parse(&settings, request.settings.items[0].key,
                            request.settings.items[0].value, NULL));
    ck_assert(settings.allows_outbound);
}
END_TEST

START_TEST(rule_action_request_leaves_the_windows_own_commands_alone)
{
    struct request request;

    choose(add_rule(ME), REASON_PORT_IN_USE);

    ck_assert(!rule_action_request(RULE_ACTION_EDIT, &view, &row, &request));
    ck_assert(!rule_action_request(RULE_ACTION_TAKE_OVER, &view, &row, &request));
}
END_TEST

START_TEST(rule_action_outcome_tells_what_the_windows_commands_ask_for_too)
{
    struct request request;

    choose(add_rule(ME), REASON_FOREIGN_ENTRY);

    ck_assert(rule_action_outcome(RULE_ACTION_TAKE_OVER, &view, &row, &request));
    ck_assert_int_eq(request.verb, VERB_TAKE_OVER);
    ck_assert(rule_id_equals(&request.rule_id, &row.rule_id));
    ck_assert(rule_action_outcome(RULE_ACTION_START_IP_HELPER, &view, &row, &request));
    ck_assert_int_eq(request.verb, VERB_START_IP_HELPER);
    ck_assert(rule_action_outcome(RULE_ACTION_RESUME, &view, &row, &request));
    ck_assert_int_eq(request.verb, VERB_RESUME);
    ck_assert(!rule_action_outcome(RULE_ACTION_EDIT, &view, &row, &request));
}
END_TEST

Suite *rule_action_suite(void)
{
    Suite *suite = suite_create("rule_action");
    TCase *which = tcase_create("rule_action_for");
    TCase *request = tcase_create("rule_action_request");

    tcase_add_checked_fixture(which, set_up, tear_down);
    tcase_add_checked_fixture(request, set_up, tear_down);
    tcase_add_loop_test(which, rule_action_for_gives_what_the_sentence_says, 0, 10);
    tcase_add_test(which, rule_action_for_offers_no_setting_that_policy_sets);
    tcase_add_test(which, rule_action_for_gives_nothing_while_a_change_is_under_way);
    tcase_add_test(which, rule_action_for_gives_nothing_for_another_users_rule);
    tcase_add_test(which, rule_action_for_takes_over_only_what_can_be);
    tcase_add_test(which,
                   rule_action_for_takes_over_a_firewall_rule_that_somebody_changed);
    tcase_add_test(which, rule_action_for_takes_over_a_foreign_row);
    tcase_add_test(which, rule_action_for_checks_again_what_is_changed_back);
    tcase_add_test(which, rule_action_for_looks_at_the_warning_too);
    tcase_add_test(which, rule_action_for_edits_when_another_users_rule_is_in_the_way);
    tcase_add_test(which, rule_action_for_edits_when_the_other_rule_is_off_or_younger);
    tcase_add_test(request, rule_action_request_turns_off_the_older_rule);
    tcase_add_test(request, rule_action_request_allows_the_current_network_too);
    tcase_add_test(request, rule_action_is_risky_in_a_public_network);
    tcase_add_test(request, rule_action_request_resumes);
    tcase_add_test(request, rule_action_request_asks_for_outbound_firewall_rules);
    tcase_add_test(request, rule_action_request_leaves_the_windows_own_commands_alone);
    tcase_add_test(request,
                   rule_action_outcome_tells_what_the_windows_commands_ask_for_too);
    suite_add_tcase(suite, which);
    suite_add_tcase(suite, request);
    return suite;
}
