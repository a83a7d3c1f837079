/*
 * The engine and users' requests: which are refused, and which need approval.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"
#include "core/protocol/ticket.h"

#include "tests/unit/engine_fixture.h"

#include <check.h>
#include <string.h>

static struct engine_fixture it;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
}

static void tear_down(void)
{
    engine_fixture_close(&it);
}

START_TEST(a_duplicate_listen_endpoint_is_refused_and_names_the_other_rule)
{
    struct rule rule = new_rule("second", "3000-3005");
    struct error err;

    add_rule(&it, "first", "3002");

    err = put(&it, &rule);

    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    ck_assert_ptr_nonnull(strstr(err.detail, "'first'"));
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 1);
}
END_TEST

START_TEST(a_disabled_rule_may_share_an_endpoint_and_is_refused_when_turned_on)
{
    struct rule rule = new_rule("second", "3000");
    struct error err;

    add_rule(&it, "first", "3000");
    rule.enabled = false;
    err = put(&it, &rule);
    ck_assert_int_eq(err.kind, ERR_NONE);

    ck_assert_int_eq(enable(&it, &it.last_id, true), ERR_CONFLICT);
}
END_TEST

START_TEST(one_of_this_pcs_own_addresses_is_refused_as_connect_address)
{
    struct rule rule = new_rule("loop", "3000");
    struct error err;

    ck_assert(rule_connect_parse(FAKE_LAN ":3000", 0, &rule.connect, &err));

    err = put(&it, &rule);

    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_ptr_nonnull(strstr(err.detail, FAKE_LAN));
}
END_TEST

START_TEST(an_unelevated_caller_needs_approval_and_the_rule_stays_his)
{
    struct rule rule = new_rule("his", "3000");
    struct error err;

    it.caller.is_elevated = false;
    err = put(&it, &rule);
    ck_assert_int_eq(err.kind, ERR_NEEDS_APPROVAL);
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 0);

    ck_assert_int_eq(approve(&it, it.last_ticket, FAKE_OTHER_USER), ERR_NONE);
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 1);
    ck_assert_str_eq(engine_report(it.engine)->rules[0].rule.owner.text, FAKE_USER);
    ck_assert_int_eq(it.last_done, VERB_PUT_RULE);
    ck_assert_str_eq(it.last_done_for.text, FAKE_USER);
    ck_assert_int_eq(approve(&it, it.last_ticket, FAKE_OTHER_USER), ERR_NOT_FOUND);
}
END_TEST

/* A ticket, how it is spoiled, how late it comes, and what becomes of it. */
static const struct {
    const char *what;
    size_t altered; /* this digit; TICKET_SIZE: none */
    uint64_t late_ms;
    int times; /* that it was good before */
    enum error_kind outcome;
} approvals[] = {
    {"in order", TICKET_SIZE, 0, 0, ERR_NONE},
    {"at the last moment", TICKET_SIZE, TICKET_LIFE_MS - 1, 0, ERR_NONE},
    {"expired", TICKET_SIZE, TICKET_LIFE_MS, 0, ERR_NOT_FOUND},
    {"replayed", TICKET_SIZE, 0, 1, ERR_NOT_FOUND},
    {"replayed late", TICKET_SIZE, TICKET_LIFE_MS, 1, ERR_NOT_FOUND},
    {"altered in its first digit", 0, 0, 0, ERR_NOT_FOUND},
    {"altered in its last digit", TICKET_SIZE - 2, 0, 0, ERR_NOT_FOUND},
};

START_TEST(a_ticket_approves_only_as_it_was_given_once_and_in_time)
{
    struct rule rule = new_rule("his", "3000");
    char ticket[TICKET_SIZE];
    enum error_kind outcome;

    it.caller.is_elevated = false;
    ck_assert_int_eq(put(&it, &rule).kind, ERR_NEEDS_APPROVAL);
    memcpy(ticket, it.last_ticket, sizeof ticket);
    for (int i = 0; i < approvals[_i].times; i++)
        ck_assert_int_eq(approve(&it, ticket, FAKE_OTHER_USER), ERR_NONE);
    if (approvals[_i].altered < TICKET_SIZE)
        ticket[approvals[_i].altered] = ticket[approvals[_i].altered] == '0' ? '1' : '0';
    it.windows.now_ms += approvals[_i].late_ms;

    outcome = approve(&it, ticket, FAKE_OTHER_USER);

    ck_assert_msg(outcome == approvals[_i].outcome, "%s", approvals[_i].what);
    ck_assert_uint_eq(engine_report(it.engine)->rule_count,
                      outcome == ERR_NONE || approvals[_i].times > 0);
}
END_TEST

/* Whoever approves must be able to do it himself: the ticket alone opens nothing. */
START_TEST(a_stolen_ticket_is_worth_nothing_to_who_is_not_elevated)
{
    struct rule rule = new_rule("his", "3000");
    struct request request = {.verb = VERB_APPROVE, .id = 9};
    struct reply reply;

    it.caller.is_elevated = false;
    ck_assert_int_eq(put(&it, &rule).kind, ERR_NEEDS_APPROVAL);
    memcpy(request.ticket, it.last_ticket, sizeof request.ticket);
    engine_handle(it.engine, &it.caller, &request, &reply);

    ck_assert_int_eq(reply.error.kind, ERR_ACCESS_DENIED);
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 0);
    reply_clear(&reply);
    ck_assert_int_eq(approve(&it, it.last_ticket, FAKE_OTHER_USER), ERR_NONE);
}
END_TEST

static struct error change_settings(const struct request *request)
{
    struct reply reply;
    struct error err;

    engine_handle(it.engine, &it.caller, request, &reply);
    err = reply.error;
    memcpy(it.last_ticket, reply.ticket, sizeof it.last_ticket);
    reply_clear(&reply);
    return err;
}

static void check_settings(const char *when_wsl_stops, const char *allow_widening)
{
    const struct request read = {.verb = VERB_SETTINGS};
    struct reply reply;

    engine_handle(it.engine, &it.caller, &read, &reply);

    ck_assert_str_eq(reply.settings.values[0], when_wsl_stops);
    ck_assert_str_eq(reply.settings.values[1], allow_widening);
    reply_clear(&reply);
}

START_TEST(several_settings_are_changed_by_one_approval)
{
    struct request request = {.verb = VERB_SETTINGS};

    ck_assert(request_add_setting(&request, "when-wsl-stops", "withdraw"));
    ck_assert(request_add_setting(&request, "allow-widening", "on"));
    it.caller.is_elevated = false;

    ck_assert_int_eq(change_settings(&request).kind, ERR_NEEDS_APPROVAL);
    check_settings("keep", "off");

    ck_assert_int_eq(approve(&it, it.last_ticket, FAKE_OTHER_USER), ERR_NONE);
    check_settings("withdraw", "on");
}
END_TEST

START_TEST(of_several_settings_none_is_changed_when_one_is_wrong)
{
    struct request request = {.verb = VERB_SETTINGS};

    ck_assert(request_add_setting(&request, "when-wsl-stops", "withdraw"));
    ck_assert(request_add_setting(&request, "allow-widening", "perhaps"));

    ck_assert_int_eq(change_settings(&request).kind, ERR_INVALID);
    check_settings("keep", "off");
}
END_TEST

/* Nobody shall type a password for what is refused anyway. */
START_TEST(wrong_settings_are_refused_before_anybody_is_asked_to_approve)
{
    struct request request = {.verb = VERB_SETTINGS};

    ck_assert(request_add_setting(&request, "allow-widening", "perhaps"));
    it.caller.is_elevated = false;

    ck_assert_int_eq(change_settings(&request).kind, ERR_INVALID);
    ck_assert_str_eq(it.last_ticket, "");
}
END_TEST

Suite *engine_requests_suite(void);

Suite *engine_requests_suite(void)
{
    const TTest *const tests[] = {
        a_duplicate_listen_endpoint_is_refused_and_names_the_other_rule,
        a_disabled_rule_may_share_an_endpoint_and_is_refused_when_turned_on,
        one_of_this_pcs_own_addresses_is_refused_as_connect_address,
        an_unelevated_caller_needs_approval_and_the_rule_stays_his,
        a_stolen_ticket_is_worth_nothing_to_who_is_not_elevated,
        several_settings_are_changed_by_one_approval,
        of_several_settings_none_is_changed_when_one_is_wrong,
        wrong_settings_are_refused_before_anybody_is_asked_to_approve,
    };
    Suite *suite = suite_create("engine_requests");
    TCase *tcase = tcase_create("engine_requests");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(tcase, tests[i]);
    tcase_add_loop_test(tcase, a_ticket_approves_only_as_it_was_given_once_and_in_time, 0,
                        (int)(sizeof approvals / sizeof approvals[0]));
    suite_add_tcase(suite, tcase);
    return suite;
}
