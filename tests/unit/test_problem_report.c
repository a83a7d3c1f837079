/*
 * What a report of a problem tells, and what it keeps to itself.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/problem_report.h"

#include "core/base/mem.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define ME "S-1-5-21-1-2-3-1001"
#define OTHER "S-1-5-21-1-2-3-1002"

Suite *problem_report_suite(void);

static struct report *report;
static struct diagnosis diagnosis;
static struct activity activity;
static const struct user_sid me = {ME};
static char *written;

static void format_time(int64_t time_ms, char *out, size_t capacity)
{
    snprintf(out, capacity, "t%lld", (long long)time_ms);
}

static struct report_rule *add_rule(const char *owner, const char *name, const char *id)
{
    struct report_rule *item;

    report->rules = mem_grow(report->rules, report->rule_count, &report->rule_capacity,
                             sizeof *report->rules);
    item = &report->rules[report->rule_count++];
    item->rule = rule_default();
    ck_assert(text_copy(item->rule.owner.text, sizeof item->rule.owner.text, owner));
    ck_assert(text_copy(item->rule.name, sizeof item->rule.name, name));
    ck_assert(text_copy(item->rule.id.text, sizeof item->rule.id.text, id));
    item->status.state = RULE_STATE_ACTIVE;
    return item;
}

static void set_up(void)
{
    struct report_rule *mine;

    report = report_new();
    written = mem_alloc(PROBLEM_REPORT_SIZE);
    mine = add_rule(ME, "web of ada", "11111111-2222-3333-4444-555555555555");
    text_copy(mine->rule.comment, sizeof mine->rule.comment, "secret comment");
    add_rule(OTHER, "hidden name", "11111111-2222-3333-4444-666666666666");
    diagnosis = (struct diagnosis){.rule_id = mine->rule.id, .link_count = 1};
    diagnosis.links[0] = (struct diagnosis_link){
        .kind = LINK_WSL, .verdict = LINK_BROKEN, .reason = REASON_WSL_NOT_RUNNING};
    activity = (struct activity){.time_ms = 5, .kind = ACTIVITY_PAUSED};
    text_copy(activity.arguments[0], sizeof activity.arguments[0], ME);
}

static void tear_down(void)
{
    report_free(report);
    mem_free(written);
}

static void write_with(const struct report *shown)
{
    static const struct redaction redaction = {
        .names = {{"ada", "<user>"}, {"ADAS-PC", "<computer>"}}};
    const struct problem_report facts = {
        .program = "tidegatectl 0.1.0",
        .service_version = "0.1.0",
        .windows = "10.0.22631.4317",
        .wsl = "2.7.11.0",
        .time = "now on ADAS-PC",
        .report = shown,
        .trouble = "the service does not answer",
        .user = &me,
        .diagnoses = &diagnosis,
        .diagnosis_count = 1,
        .activity = &activity,
        .activity_count = 1,
        .format_time = format_time,
    };
    struct text out = text_over(written, PROBLEM_REPORT_SIZE);

    problem_report_write(&facts, &redaction, &out);
}

static const char *const told[] = {
    "0.1.0",
    "10.0.22631.4317",
    "2.7.11.0",
    "web of <user>",
    "broken",
    "wsl",
    "t5 paused:",
    "<computer>",
    "another user's: ",
    "owner <account 1>",
    "owner <account 2>",
    "WSL is not running.",
};

START_TEST(problem_report_tells_what_helps)
{
    write_with(report);
    ck_assert_msg(strstr(written, told[_i]) != NULL, "'%s' is not in\n%s", told[_i],
                  written);
}
END_TEST

static const char *const kept[] = {"S-1-5-21", "ada",         "ADAS-PC",
                                   "secret",   "hidden name", "(cut off)"};

START_TEST(problem_report_keeps_people_and_names_to_itself)
{
    write_with(report);
    ck_assert_msg(strstr(written, kept[_i]) == NULL, "'%s' is in\n%s", kept[_i], written);
}
END_TEST

START_TEST(problem_report_tells_of_policy_but_not_what_stands_there)
{
    report->policy.sets[SETTING_ALLOW_OUTBOUND] = true;
    report->policy.sets[SETTING_ALLOWED_USERS] = true;
    report->policy.problems[SETTING_ALLOWED_USERS] = message_of(
        MESSAGE_POLICY_REFUSED, "AllowedUsers", "REG_MULTI_SZ 'berta'", "REG_MULTI_SZ");
    activity.kind = ACTIVITY_POLICY_REFUSED;
    text_copy(activity.arguments[0], sizeof activity.arguments[0], "AllowedUsers");
    text_copy(activity.arguments[1], sizeof activity.arguments[1], "REG_MULTI_SZ 'berta'");
    write_with(report);

    ck_assert_ptr_nonnull(strstr(written, "policy:    sets outbound\n"));
    ck_assert_ptr_nonnull(
        strstr(written, "policy:    sets allowed-users, by a value that is refused\n"));
    ck_assert_ptr_nonnull(strstr(written, "policy-refused: AllowedUsers\n"));
    ck_assert_ptr_null(strstr(written, "berta"));
}
END_TEST

START_TEST(problem_report_leaves_out_what_happened_to_others_rules)
{
    activity.kind = ACTIVITY_RULE_ADDED;
    activity.rule_id = report->rules[1].rule.id;
    text_copy(activity.arguments[0], sizeof activity.arguments[0], "hidden name");
    write_with(report);
    ck_assert_ptr_null(strstr(written, "hidden name"));

    activity.rule_id = report->rules[0].rule.id;
    text_copy(activity.arguments[0], sizeof activity.arguments[0], "own name");
    write_with(report);
    ck_assert_ptr_nonnull(strstr(written, "own name"));
}
END_TEST

START_TEST(problem_report_works_without_the_service)
{
    write_with(NULL);
    ck_assert_ptr_nonnull(strstr(written, "trouble:   the service does not answer"));
}
END_TEST

START_TEST(problem_report_says_that_it_was_cut)
{
    for (int i = 0; i < 4096; i++) {
        struct report_rule *item = add_rule(ME, "a name that is rather long", "");

        item->status.reason = REASON_FIREWALL_CHANGED;
        memset(item->status.subject, 'x', sizeof item->status.subject - 1);
    }
    write_with(report);
    ck_assert_ptr_nonnull(strstr(written, "(cut off)"));
}
END_TEST

Suite *problem_report_suite(void)
{
    Suite *suite = suite_create("problem_report");
    TCase *tcase = tcase_create("problem_report");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, problem_report_tells_what_helps, 0,
                        sizeof told / sizeof told[0]);
    tcase_add_loop_test(tcase, problem_report_keeps_people_and_names_to_itself, 0,
                        sizeof kept / sizeof kept[0]);
    tcase_add_test(tcase, problem_report_tells_of_policy_but_not_what_stands_there);
    tcase_add_test(tcase, problem_report_leaves_out_what_happened_to_others_rules);
    tcase_add_test(tcase, problem_report_works_without_the_service);
    tcase_add_test(tcase, problem_report_says_that_it_was_cut);
    suite_add_tcase(suite, tcase);
    return suite;
}
