/*
 * What the engine writes into the log of WSL's moves and of problems.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"

#include "core/engine/line_budget.h"
#include "tests/unit/engine_fixture.h"

#include <check.h>
#include <string.h>

static struct engine_fixture it;
static struct reply reply;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
}

static void tear_down(void)
{
    reply_clear(&reply);
    engine_fixture_close(&it);
}

/* The newest line of this kind, or NULL. */
static const struct activity *newest(enum activity_kind kind)
{
    const struct request request = {.verb = VERB_ACTIVITY, .activity_limit = 1000};

    reply_clear(&reply);
    engine_handle(it.engine, &it.caller, &request, &reply);
    for (size_t i = 0; i < reply.activity.count; i++) {
        if (reply.activity.items[i].kind == kind)
            return &reply.activity.items[i];
    }
    return NULL;
}

START_TEST(a_move_tells_where_and_how_many_rules_followed)
{
    const struct activity *line;

    add_rule(&it, "a", "3000");
    add_rule(&it, "range", "3001-3003");
    fake_move(&it.windows, "172.28.208.9");
    work(&it, EVENT_WSL_CHANGED);

    line = newest(ACTIVITY_WSL_MOVED_RULES);
    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(line->arguments[0], "172.28.208.9");
    ck_assert_str_eq(line->arguments[1], "2");
    ck_assert_str_eq(line->rule_id.text, "");
}
END_TEST

START_TEST(a_move_is_measured_from_its_event)
{
    const struct activity *line;

    add_rule(&it, "a", "3000");
    it.windows.now_ms += 1500;
    fake_move(&it.windows, "172.28.208.9");
    engine_notify(it.engine, EVENT_WSL_CHANGED);
    it.windows.now_ms += 40;
    engine_notify(it.engine, EVENT_NETWORK_CHANGED);
    it.windows.now_ms += 2;
    engine_work(it.engine);

    line = newest(ACTIVITY_WSL_MOVED_RULES);
    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(line->arguments[2], "42");
}
END_TEST

START_TEST(a_move_that_no_rule_follows_tells_only_where)
{
    struct rule rule = new_rule("off", "3000");

    rule.enabled = false;
    ck_assert_int_eq(put(&it, &rule).kind, ERR_NONE);
    fake_move(&it.windows, "172.28.208.9");
    work(&it, EVENT_WSL_CHANGED);

    ck_assert_ptr_null(newest(ACTIVITY_WSL_MOVED_RULES));
    ck_assert_ptr_nonnull(newest(ACTIVITY_WSL_MOVED));
    ck_assert_str_eq(newest(ACTIVITY_WSL_MOVED)->arguments[0], "172.28.208.9");
}
END_TEST

/* Or else any user could push the others' lines out of the log. */
START_TEST(whoever_has_no_rules_fills_no_log)
{
    struct request request = {.verb = VERB_REPORT_WSL};
    struct caller other = {.user = {FAKE_OTHER_USER}};
    struct reply answer;

    it.windows.traces[1] =
        (struct wsl_trace){.user = {FAKE_OTHER_USER}, .hive_loaded = true};
    it.windows.trace_count = 2;
    work(&it, EVENT_WSL_CHANGED);
    for (unsigned i = 0; i < 4; i++) {
        request.wsl_hint.liveness = i % 2 == 0 ? WSL_LIVENESS_UP : WSL_LIVENESS_DOWN;
        engine_handle(it.engine, &other, &request, &answer);
        ck_assert_int_eq(answer.error.kind, ERR_NONE);
        reply_clear(&answer);
        settle(&it);
    }

    ck_assert_ptr_null(newest(ACTIVITY_WSL_RUNNING));
    ck_assert_ptr_null(newest(ACTIVITY_WSL_STOPPED));
}
END_TEST

static size_t count_lines(void)
{
    size_t count;

    newest(ACTIVITY_PROBLEM);
    count = reply.activity.count;
    return count;
}

/* The log keeps 1,000 lines: each turn here is worth three or four. */
START_TEST(whoever_lets_his_mode_flap_fills_no_log)
{
    struct request request = {.verb = VERB_REPORT_WSL};
    struct rule rule = new_rule("a", "3000");
    struct reply answer;
    size_t count = 0;

    rule.connect.first_port = 80;
    ck_assert_int_eq(put(&it, &rule).kind, ERR_NONE);
    for (unsigned i = 0; i < 800; i++) {
        request.wsl_hint.effective =
            i % 2 == 0 ? NETWORKING_MODE_MIRRORED : NETWORKING_MODE_NAT;
        it.windows.now_ms += 250;
        engine_handle(it.engine, &it.caller, &request, &answer);
        reply_clear(&answer);
        engine_work(it.engine);
        if (i == 20)
            count = count_lines();
    }

    ck_assert_uint_gt(count, 20);
    ck_assert_uint_gt(count_lines(), 2 * LINE_BUDGET_BURST - 200);
    ck_assert_uint_le(count_lines(), 2 * LINE_BUDGET_BURST + 10);
    ck_assert_ptr_nonnull(newest(ACTIVITY_RULE_ADDED));
}
END_TEST

/* WSL writes the machine's network before the user's address. */
START_TEST(a_move_to_another_network_is_told_although_the_address_was_unknown_between)
{
    const struct activity *line;

    add_rule(&it, "a", "3000");
    text_copy(it.windows.wsl_machine.nat_network, WSL_TRACE_SIZE, "172.30.0.0/20");
    text_copy(it.windows.wsl_machine.nat_gateway, WSL_TRACE_SIZE, "");
    work(&it, EVENT_WSL_CHANGED);
    ck_assert_ptr_null(newest(ACTIVITY_WSL_MOVED_RULES));
    text_copy(it.windows.traces[0].nat_address, WSL_TRACE_SIZE, "172.30.0.5");
    work(&it, EVENT_WSL_CHANGED);

    line = newest(ACTIVITY_WSL_MOVED_RULES);
    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(line->arguments[0], "172.30.0.5");
    ck_assert_str_eq(line->arguments[1], "1");
}
END_TEST

START_TEST(a_problem_tells_the_rule_the_reason_and_its_subject)
{
    const struct activity *line;
    struct rule_id id;

    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000", "10.0.0.9/80");
    id = add_rule(&it, "web", "3000");
    settle(&it);

    line = newest(ACTIVITY_PROBLEM);
    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(line->rule_id.text, id.text);
    ck_assert_str_eq(line->arguments[0], "web");
    ck_assert_int_eq(activity_reason(line), REASON_FOREIGN_ENTRY);
    ck_assert_str_eq(line->arguments[2], status(&it, &id)->subject);
    ck_assert_int_eq(line->subject_message.id, status(&it, &id)->subject_message.id);
    ck_assert_str_eq(line->subject_message.arguments[0],
                     status(&it, &id)->subject_message.arguments[0]);
}
END_TEST

START_TEST(taking_over_tells_the_rule_and_what_was_there)
{
    const struct activity *line;
    struct rule_id id;

    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, "0.0.0.0/3000", "10.0.0.9/80");
    id = add_rule(&it, "web", "3000");

    ck_assert_int_eq(take_over(&it, &id), ERR_NONE);

    line = newest(ACTIVITY_TAKEN_OVER);
    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(line->rule_id.text, id.text);
    ck_assert_str_eq(line->arguments[0], "web");
    ck_assert_ptr_nonnull(strstr(line->arguments[1], "10.0.0.9"));
}
END_TEST

Suite *engine_activity_suite(void);

Suite *engine_activity_suite(void)
{
    const TTest *const tests[] = {
        a_move_tells_where_and_how_many_rules_followed,
        a_move_is_measured_from_its_event,
        a_move_that_no_rule_follows_tells_only_where,
        whoever_has_no_rules_fills_no_log,
        whoever_lets_his_mode_flap_fills_no_log,
        a_move_to_another_network_is_told_although_the_address_was_unknown_between,
        a_problem_tells_the_rule_the_reason_and_its_subject,
        taking_over_tells_the_rule_and_what_was_there,
    };
    Suite *suite = suite_create("engine_activity");
    TCase *tcase = tcase_create("engine_activity");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
