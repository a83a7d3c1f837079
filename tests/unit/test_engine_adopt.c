/*
 * The engine taking over what a script set up, and giving it back.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tests/unit/adopt_fixture.h"

#include <check.h>
#include <string.h>

static void check_all_active(size_t count)
{
    const struct report *report = engine_report(it.engine);

    ck_assert_uint_eq(report->rule_count, count);
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(report->rules[i].status.state == RULE_STATE_ACTIVE, "port %u: %s",
                      report->rules[i].rule.listen.first_port,
                      reason_name(report->rules[i].status.reason));
}

START_TEST(the_report_tells_which_entries_can_be_taken_over)
{
    const struct report *report = engine_report(it.engine);
    size_t count = 0;

    for (size_t i = 0; i < report->entry_count; i++) {
        if (report->entries[i].entry.key.port == 9000)
            ck_assert(!report->entries[i].is_adoptable);
        count += report->entries[i].is_adoptable;
    }
    ck_assert_uint_eq(count, PORT_COUNT);
    ck_assert_uint_eq(told().count, 2);
}
END_TEST

START_TEST(entries_of_a_script_become_rules_that_follow_wsl)
{
    const struct error err = adopt(ADOPT_TAKE, names, PORT_COUNT, true);

    ck_assert_msg(err.kind == ERR_NONE, "%s", err.detail);
    check_all_active(PORT_COUNT);
    fake_move(&it.windows, "172.28.210.9");
    work(&it, EVENT_WSL_CHANGED);
    settle(&it);
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.210.9/3000");
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/9000"), "10.0.0.5/9000");
}
END_TEST

START_TEST(rules_made_of_entries_are_scoped_and_belong_to_the_caller)
{
    adopt(ADOPT_TAKE, names, 1, true);

    const struct rule *rule = &engine_report(it.engine)->rules[0].rule;

    ck_assert_str_eq(rule->owner.text, FAKE_USER);
    ck_assert_int_eq(rule->connect.kind, CONNECT_WSL);
    ck_assert_uint_eq(rule->scope.profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);
    ck_assert_int_eq(rule->scope.remote, REMOTE_LOCAL_SUBNET);
    ck_assert_ptr_nonnull(firewall_rule(&it, &rule->id));
}
END_TEST

START_TEST(the_scripts_firewall_rules_are_turned_off_once_ours_stand)
{
    it.windows.firewall_is_slow = true;
    adopt(ADOPT_TAKE, names, PORT_COUNT, true);
    ck_assert(it.windows.script_rules[0].enabled);
    ck_assert_uint_eq(it.windows.rule_count, 0);

    fake_firewall_finish(&it.windows);
    ck_assert_uint_eq(it.windows.rule_count, PORT_COUNT);
    ck_assert(it.windows.script_rules[0].enabled);
    settle(&it);
    fake_firewall_finish(&it.windows);
    settle(&it);

    ck_assert(!it.windows.script_rules[0].enabled && !it.windows.script_rules[1].enabled);
    ck_assert_uint_eq(told().undo_firewall_rule_count, 2);
}
END_TEST

START_TEST(the_scripts_firewall_rules_stay_unless_asked_for)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT, false);

    ck_assert(it.windows.script_rules[0].enabled && it.windows.script_rules[1].enabled);
}
END_TEST

START_TEST(a_scripts_firewall_rule_stays_while_an_entry_that_is_left_needs_it)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT - 1, true);
    ck_assert(it.windows.script_rules[1].enabled);

    adopt(ADOPT_TAKE, names + PORT_COUNT - 1, 1, true);
    ck_assert(!it.windows.script_rules[1].enabled);
}
END_TEST

START_TEST(a_firewall_that_refuses_is_asked_again_ever_later)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT, false);
    it.windows.firewall_refuses = 0x80070005;

    struct request request = {.verb = VERB_ADOPT};
    struct reply reply;
    unsigned writes;

    request.adopt.order = ADOPT_TAKE;
    request.adopt.replace_firewall_rules = true;
    engine_handle(it.engine, &it.caller, &request, &reply);
    ck_assert_int_eq(reply.error.kind, ERR_NONE);
    reply_clear(&reply);
    writes = it.windows.write_count;
    for (int i = 0; i < 30; i++) {
        it.windows.now_ms += 1000;
        it.windows.firewall_news = false;
        engine_notify(it.engine, EVENT_FIREWALL_CHANGED);
        engine_work(it.engine);
    }
    ck_assert_uint_gt(it.windows.write_count, writes + 1);
    ck_assert_uint_lt(it.windows.write_count, writes + 12);
    ck_assert(it.windows.script_rules[0].enabled);

    it.windows.firewall_refuses = 0;
    settle(&it);
    ck_assert(!it.windows.script_rules[0].enabled);
    ck_assert_uint_eq(engine_due_ms(it.engine), ENGINE_NOTHING_DUE);
}
END_TEST

START_TEST(undo_gives_back_what_was_there)
{
    const struct fake_table before = it.windows.registry;

    adopt(ADOPT_TAKE, names, PORT_COUNT, true);
    fake_move(&it.windows, "172.28.210.9");
    work(&it, EVENT_WSL_CHANGED);
    settle(&it);

    ck_assert_int_eq(adopt(ADOPT_UNDO, NULL, 0, false).kind, ERR_NONE);

    ck_assert_uint_eq(it.windows.registry.count, before.count);
    for (size_t i = 0; i < before.count; i++) {
        char name[PORTPROXY_TEXT_SIZE];
        char value[PORTPROXY_TEXT_SIZE];

        portproxy_key_format(&before.entries[i].key, name);
        portproxy_value_format(&before.entries[i].value, value);
        ck_assert_str_eq(entry(&it, name), value);
        ck_assert_str_eq(forwarded(&it, name), value);
    }
    ck_assert_uint_eq(it.windows.flushed.count, before.count);
    ck_assert_uint_eq(it.windows.rule_count, 0);
    ck_assert(it.windows.script_rules[0].enabled && it.windows.script_rules[1].enabled);
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 0);
    ck_assert_uint_eq(told().undo_entry_count, 0);
    ck_assert_uint_eq(told().undo_firewall_rule_count, 0);
    ck_assert_int_eq(adopt(ADOPT_UNDO, NULL, 0, false).message.id,
                     MESSAGE_NOTHING_ADOPTED);
}
END_TEST

static void withdraw_all(void)
{
    struct error err = {0};

    for (int i = 0; i < 10 && !engine_withdraw_all(it.engine, &err); i++)
        it.windows.now_ms += 61000;
    ck_assert_uint_eq(it.windows.rule_count, 0);
}

START_TEST(an_uninstall_gives_back_what_everybody_took_over)
{
    struct error err = {0};
    size_t count = 0;

    adopt(ADOPT_TAKE, names, PORT_COUNT, true);
    ck_assert(engine_give_back_adopted(it.engine, &count, &err));
    withdraw_all();

    ck_assert_uint_eq(count, PORT_COUNT + 2);
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/3000"), "172.28.209.77/3000");
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/9000"), "10.0.0.5/9000");
    ck_assert(it.windows.script_rules[0].enabled && it.windows.script_rules[1].enabled);
}
END_TEST

START_TEST(an_uninstall_is_not_done_before_the_scripts_firewall_rules_are_on)
{
    struct error err = {0};
    size_t count = 0;

    adopt(ADOPT_TAKE, names, PORT_COUNT, true);
    it.windows.firewall_is_slow = true;
    ck_assert(engine_give_back_adopted(it.engine, &count, &err));
    ck_assert(!engine_withdraw_all(it.engine, &err));
    fake_firewall_finish(&it.windows);
    ck_assert(!engine_withdraw_all(it.engine, &err));
    fake_firewall_finish(&it.windows);

    ck_assert_msg(engine_withdraw_all(it.engine, &err), "%s", err.detail);
    ck_assert(it.windows.script_rules[0].enabled);
}
END_TEST

START_TEST(an_uninstall_that_keeps_them_withdraws_entries_that_were_taken_over)
{
    adopt(ADOPT_TAKE, names, PORT_COUNT, true);
    withdraw_all();

    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
    ck_assert(!it.windows.script_rules[0].enabled);
}
END_TEST

START_TEST(undo_turns_no_rule_on_that_was_off_before)
{
    it.windows.script_rules[0].enabled = false;
    work(&it, EVENT_FIREWALL_CHANGED);
    adopt(ADOPT_TAKE, names, PORT_COUNT, true);
    adopt(ADOPT_UNDO, NULL, 0, false);

    ck_assert(!it.windows.script_rules[0].enabled);
    ck_assert(it.windows.script_rules[1].enabled);
}
END_TEST

START_TEST(our_own_entry_is_not_taken_over_again)
{
    struct error err;

    adopt(ADOPT_TAKE, names, 1, false);
    err = adopt(ADOPT_TAKE, names, 1, false);

    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    ck_assert_ptr_nonnull(strstr(err.detail, "made by Tidegate"));
}
END_TEST

START_TEST(undo_leaves_what_somebody_put_there_meanwhile)
{
    adopt(ADOPT_TAKE, names, 1, false);
    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, names[0], "10.9.9.9/80");
    work(&it, EVENT_PORTPROXY_CHANGED);

    ck_assert_int_eq(adopt(ADOPT_UNDO, NULL, 0, false).kind, ERR_NONE);

    ck_assert_str_eq(entry(&it, names[0]), "10.9.9.9/80");
}
END_TEST

START_TEST(undo_leaves_another_rule_that_listens_there_by_now)
{
    struct rule_id made;

    adopt(ADOPT_TAKE, names, 2, false);
    made = engine_report(it.engine)->rules[0].rule.id;
    if (engine_report(it.engine)->rules[0].rule.listen.first_port != 80)
        made = engine_report(it.engine)->rules[1].rule.id;
    ck_assert_int_eq(delete_rule(&it, &made), ERR_NONE);
    add_rule(&it, "mine", "80");
    settle(&it);

    ck_assert_int_eq(adopt(ADOPT_UNDO, NULL, 0, false).kind, ERR_NONE);

    ck_assert_str_eq(forwarded(&it, names[0]), "172.28.208.5/80");
    ck_assert_str_eq(forwarded(&it, names[1]), "172.28.209.77/443");
    check_all_active(1);
    ck_assert_uint_eq(told().undo_entry_count, 0);
}
END_TEST

START_TEST(each_user_undoes_his_own_and_is_told_of_that_alone)
{
    text_copy(it.caller.user.text, USER_SID_SIZE, FAKE_OTHER_USER);
    adopt(ADOPT_TAKE, names, 1, false);
    ck_assert_uint_eq(told().pending_entry_count, 0);
    text_copy(it.caller.user.text, USER_SID_SIZE, FAKE_USER);
    adopt(ADOPT_TAKE, names + 1, PORT_COUNT - 1, true);
    text_copy(it.caller.user.text, USER_SID_SIZE, FAKE_OTHER_USER);
    ck_assert_uint_eq(ask_adopt(ADOPT_UNDO, false).pending_firewall_rule_count, 0);
    settle(&it);

    ck_assert_str_eq(entry(&it, names[0]), "172.28.209.77/80");
    ck_assert_str_eq(forwarded(&it, names[1]), "172.28.208.5/443");
    check_all_active(PORT_COUNT - 1);
    text_copy(it.caller.user.text, USER_SID_SIZE, FAKE_USER);
    ck_assert_uint_eq(told().undo_entry_count, PORT_COUNT - 1);
    ck_assert_uint_eq(told().pending_entry_count, 0);
}
END_TEST

/* The row of an entry that led there anyway must not make it ours, to be withdrawn. */
START_TEST(undo_leaves_an_entry_that_was_right_already)
{
    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, names[0], "172.28.208.5/80");
    work(&it, EVENT_PORTPROXY_CHANGED);
    adopt(ADOPT_TAKE, names, 1, false);
    ck_assert_int_eq(adopt(ADOPT_UNDO, NULL, 0, false).kind, ERR_NONE);

    ck_assert_ptr_nonnull(entry(&it, names[0]));
    ck_assert_str_eq(entry(&it, names[0]), "172.28.208.5/80");
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 0);
}
END_TEST

START_TEST(undo_leaves_what_somebody_put_where_a_rule_was_removed)
{
    struct rule_id made;

    adopt(ADOPT_TAKE, names, 1, false);
    made = engine_report(it.engine)->rules[0].rule.id;
    ck_assert_int_eq(delete_rule(&it, &made), ERR_NONE);
    settle(&it);
    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, names[0], "10.9.9.9/80");
    work(&it, EVENT_PORTPROXY_CHANGED);

    ck_assert_int_eq(adopt(ADOPT_UNDO, NULL, 0, false).kind, ERR_NONE);

    ck_assert_str_eq(entry(&it, names[0]), "10.9.9.9/80");
}
END_TEST

START_TEST(undo_is_for_what_the_user_took_over_only)
{
    adopt(ADOPT_TAKE, names, 1, false);
    text_copy(it.caller.user.text, USER_SID_SIZE, FAKE_OTHER_USER);

    ck_assert_int_eq(adopt(ADOPT_UNDO, NULL, 0, false).message.id,
                     MESSAGE_NOTHING_ADOPTED);
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 1);
    ck_assert_uint_eq(told().undo_entry_count, 0);
}
END_TEST

START_TEST(an_entry_under_another_spelling_comes_back_as_it_was)
{
    static const char *const star[] = {"*/7000"};

    fake_set_entry(&it.windows, PORTPROXY_V4TOV4, star[0], "172.28.209.77/7000");
    work(&it, EVENT_PORTPROXY_CHANGED);
    ck_assert_int_eq(adopt(ADOPT_TAKE, star, 1, false).kind, ERR_NONE);
    ck_assert_ptr_null(entry(&it, "*/7000"));
    ck_assert_str_eq(forwarded(&it, "0.0.0.0/7000"), "172.28.208.5/7000");

    ck_assert_int_eq(adopt(ADOPT_UNDO, NULL, 0, false).kind, ERR_NONE);
    ck_assert_ptr_null(entry(&it, "0.0.0.0/7000"));
    ck_assert_str_eq(forwarded(&it, "*/7000"), "172.28.209.77/7000");
}
END_TEST

START_TEST(one_entry_that_cannot_be_taken_over_refuses_all)
{
    static const char *const wrong[][2] = {{"0.0.0.0/80", "0.0.0.0/81"},
                                           {"0.0.0.0/80", "0.0.0.0/9000"},
                                           {"0.0.0.0/80", "0.0.0.0/80"}};
    static const enum error_kind kinds[] = {ERR_NOT_FOUND, ERR_INVALID, ERR_CONFLICT};

    ck_assert_int_eq(adopt(ADOPT_TAKE, wrong[_i], 2, true).kind, kinds[_i]);

    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 0);
    ck_assert_str_eq(entry(&it, "0.0.0.0/80"), "172.28.209.77/80");
    ck_assert(it.windows.script_rules[1].enabled);
}
END_TEST

START_TEST(taking_over_needs_an_administrator_and_listing_does_not)
{
    it.caller.is_elevated = false;

    ck_assert_int_eq(adopt(ADOPT_TAKE, names, 1, false).kind, ERR_NEEDS_APPROVAL);
    ck_assert_int_eq(adopt(ADOPT_LIST, NULL, 0, false).kind, ERR_NONE);
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 0);
}
END_TEST

START_TEST(an_approved_request_belongs_to_who_asked)
{
    struct request request = {.verb = VERB_ADOPT};
    struct reply reply;
    struct portproxy_entry entry_80;
    char ticket[TICKET_SIZE];

    it.caller.is_elevated = false;
    request.adopt.order = ADOPT_TAKE;
    ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, names[0], "x/1", &entry_80));
    *LIST_ADD(&request.adopt) = entry_80.key;
    engine_handle(it.engine, &it.caller, &request, &reply);
    text_copy(ticket, sizeof ticket, reply.ticket);
    reply_clear(&reply);
    request_clear(&request);

    ck_assert_int_eq(approve(&it, ticket, FAKE_OTHER_USER), ERR_NONE);
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 1);
    ck_assert_str_eq(engine_report(it.engine)->rules[0].rule.owner.text, FAKE_USER);
}
END_TEST

Suite *engine_adopt_suite(void)
{
    Suite *suite = suite_create("engine_adopt");
    TCase *tcase = tcase_create("adopt");

    tcase_add_checked_fixture(tcase, adopt_fixture_set_up, adopt_fixture_tear_down);
    tcase_add_test(tcase, the_report_tells_which_entries_can_be_taken_over);
    tcase_add_test(tcase, entries_of_a_script_become_rules_that_follow_wsl);
    tcase_add_test(tcase, rules_made_of_entries_are_scoped_and_belong_to_the_caller);
    tcase_add_test(tcase, the_scripts_firewall_rules_are_turned_off_once_ours_stand);
    tcase_add_test(tcase, the_scripts_firewall_rules_stay_unless_asked_for);
    tcase_add_test(tcase,
                   a_scripts_firewall_rule_stays_while_an_entry_that_is_left_needs_it);
    tcase_add_test(tcase, a_firewall_that_refuses_is_asked_again_ever_later);
    tcase_add_test(tcase, undo_gives_back_what_was_there);
    tcase_add_test(tcase, undo_turns_no_rule_on_that_was_off_before);
    tcase_add_test(tcase, our_own_entry_is_not_taken_over_again);
    tcase_add_test(tcase, undo_leaves_what_somebody_put_there_meanwhile);
    tcase_add_test(tcase, an_uninstall_gives_back_what_everybody_took_over);
    tcase_add_test(tcase,
                   an_uninstall_is_not_done_before_the_scripts_firewall_rules_are_on);
    tcase_add_test(tcase,
                   an_uninstall_that_keeps_them_withdraws_entries_that_were_taken_over);
    tcase_add_test(tcase, each_user_undoes_his_own_and_is_told_of_that_alone);
    tcase_add_test(tcase, undo_leaves_an_entry_that_was_right_already);
    tcase_add_test(tcase, undo_leaves_what_somebody_put_where_a_rule_was_removed);
    tcase_add_test(tcase, undo_leaves_another_rule_that_listens_there_by_now);
    tcase_add_test(tcase, undo_is_for_what_the_user_took_over_only);
    tcase_add_test(tcase, an_entry_under_another_spelling_comes_back_as_it_was);
    tcase_add_loop_test(tcase, one_entry_that_cannot_be_taken_over_refuses_all, 0, 3);
    tcase_add_test(tcase, taking_over_needs_an_administrator_and_listing_does_not);
    tcase_add_test(tcase, an_approved_request_belongs_to_who_asked);
    suite_add_tcase(suite, tcase);
    return suite;
}
