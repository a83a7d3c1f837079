/*
 * The settings dialog's side of the service's settings, and what Windows says of start-up programs.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/settings_form.h"
#include "core/view/startup_approval.h"

#include "core/base/text.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *settings_form_suite(void);

static struct user_sid user(int number)
{
    struct user_sid sid;

    snprintf(sid.text, sizeof sid.text, "S-1-5-21-1-2-3-%d", 1000 + number);
    return sid;
}

static bool by_policy[SETTING_COUNT];

static void say(struct reply *reply, const char *key, const char *value)
{
    const size_t i = reply->settings.count++;

    text_copy(reply->settings.keys[i], sizeof reply->settings.keys[i], key);
    text_copy(reply->settings.values[i], sizeof reply->settings.values[i], value);
}

START_TEST(settings_form_reads_what_the_service_says)
{
    static struct reply reply;
    struct settings settings;

    reply = (struct reply){.verb = VERB_SETTINGS};
    say(&reply, "when-wsl-stops", "withdraw");
    say(&reply, "allow-widening", "on");
    say(&reply, "allowed-users", "S-1-5-21-1-2-3-1001,S-1-5-21-1-2-3-1002");

    settings_form_read(&reply, &settings, by_policy);

    ck_assert(settings.withdraw_when_stopped);
    ck_assert(settings.users_may_widen);
    ck_assert_uint_eq(settings.allowed_user_count, 2);
    ck_assert_str_eq(settings.allowed_users[1].text, "S-1-5-21-1-2-3-1002");
}
END_TEST

START_TEST(settings_form_tells_what_policy_sets)
{
    static const enum setting_source sources[SETTING_COUNT] = {
        SETTING_STORED, SETTING_BY_POLICY, SETTING_BY_REFUSED_POLICY, SETTING_STORED};
    static struct reply reply;
    struct settings settings;

    reply = (struct reply){.verb = VERB_SETTINGS};
    memset(by_policy, true, sizeof by_policy);
    say(&reply, "colour", "blue");
    reply.settings.sources[0] = SETTING_BY_POLICY;
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        say(&reply, setting_key(setting), "");
        reply.settings.sources[setting + 1u] = sources[setting];
    }

    settings_form_read(&reply, &settings, by_policy);

    for (enum setting setting = 0; setting < SETTING_COUNT; setting++)
        ck_assert(by_policy[setting] == (sources[setting] != SETTING_STORED));
}
END_TEST

START_TEST(settings_form_leaves_out_what_it_does_not_know)
{
    static struct reply reply;
    struct settings settings;

    reply = (struct reply){.verb = VERB_SETTINGS};
    say(&reply, "colour", "blue");
    say(&reply, "allow-widening", "perhaps");
    say(&reply, "when-wsl-stops", "withdraw");

    settings_form_read(&reply, &settings, by_policy);

    ck_assert(settings.withdraw_when_stopped);
    ck_assert(!settings.users_may_widen);
}
END_TEST

START_TEST(settings_form_keeps_edits_but_of_what_policy_sets)
{
    const struct settings former = {.allowed_users = {user(1)}, .allowed_user_count = 1};
    const struct settings now = {.withdraw_when_stopped = true};
    const bool none[SETTING_COUNT] = {false};
    const bool outbound[SETTING_COUNT] = {[SETTING_ALLOW_OUTBOUND] = true};
    struct settings wanted = former;

    wanted.users_may_widen = true;
    wanted.allows_outbound = true;
    settings_form_keep_edits(&former, &now, none, &wanted);
    ck_assert(wanted.users_may_widen && wanted.allows_outbound);
    ck_assert(wanted.withdraw_when_stopped);
    ck_assert_uint_eq(wanted.allowed_user_count, 0);

    settings_form_keep_edits(&former, &now, outbound, &wanted);
    ck_assert(wanted.users_may_widen && !wanted.allows_outbound);
}
END_TEST

START_TEST(settings_form_asks_nothing_when_nothing_changed)
{
    const struct settings settings = {.withdraw_when_stopped = true};
    struct request request;

    ck_assert(!settings_form_changes(&settings, &settings, &request));
}
END_TEST

START_TEST(settings_form_asks_for_all_changes_at_once)
{
    const struct settings now = {.allowed_users = {user(1)}, .allowed_user_count = 1};
    struct settings wanted = now;
    struct request request;

    wanted.withdraw_when_stopped = wanted.users_may_widen = true;

    ck_assert(settings_form_changes(&now, &wanted, &request));
    ck_assert_int_eq(request.verb, VERB_SETTINGS);
    ck_assert_uint_eq(request.settings.count, 2);
    ck_assert_str_eq(request.settings.items[0].key, "when-wsl-stops");
    ck_assert_str_eq(request.settings.items[0].value, "withdraw");
    ck_assert_str_eq(request.settings.items[1].key, "allow-widening");
    ck_assert_str_eq(request.settings.items[1].value, "on");
}
END_TEST

START_TEST(settings_form_asks_for_the_users_that_are_left)
{
    struct settings now = {0};
    struct settings wanted;
    struct request request;
    const struct user_sid first = user(1);
    const struct user_sid second = user(2);

    ck_assert(settings_form_add_user(&now, &first, NULL));
    ck_assert(settings_form_add_user(&now, &second, NULL));
    wanted = now;
    settings_form_remove_user(&wanted, 0);

    ck_assert(settings_form_changes(&now, &wanted, &request));
    ck_assert_str_eq(request.settings.items[0].key, "allowed-users");
    ck_assert_str_eq(request.settings.items[0].value, second.text);
}
END_TEST

START_TEST(settings_form_lets_the_last_user_go)
{
    struct settings now = {0};
    struct settings wanted = {0};
    struct request request;
    const struct user_sid only = user(1);

    ck_assert(settings_form_add_user(&now, &only, NULL));

    ck_assert(settings_form_changes(&now, &wanted, &request));
    ck_assert_str_eq(request.settings.items[0].key, "allowed-users");
    ck_assert_str_eq(request.settings.items[0].value, "");
}
END_TEST

START_TEST(settings_form_refuses_a_user_twice)
{
    struct settings settings = {0};
    struct error err = {0};
    const struct user_sid one = user(1);

    ck_assert(settings_form_add_user(&settings, &one, &err));

    ck_assert(!settings_form_add_user(&settings, &one, &err));
    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    ck_assert_uint_eq(settings.allowed_user_count, 1);
}
END_TEST

START_TEST(settings_form_refuses_more_users_than_there_is_room)
{
    struct settings settings = {0};
    struct error err = {0};
    const struct user_sid one_more = user(SETTINGS_USER_CAPACITY);

    for (int i = 0; i < SETTINGS_USER_CAPACITY; i++) {
        const struct user_sid next = user(i);

        ck_assert(settings_form_add_user(&settings, &next, &err));
    }

    ck_assert(!settings_form_add_user(&settings, &one_more, &err));
    ck_assert_int_eq(err.kind, ERR_INVALID);
}
END_TEST

static const struct {
    uint8_t first;
    bool is_off;
} approvals[] = {{0x00, false}, {0x02, false}, {0x06, false},
                 {0x01, true},  {0x03, true},  {0x07, true}};

START_TEST(startup_approval_reads_the_lowest_bit)
{
    const uint8_t bytes[STARTUP_APPROVAL_SIZE] = {approvals[_i].first, 0, 0, 0, 0xd4};

    ck_assert_msg(startup_approval_is_off(bytes, sizeof bytes) == approvals[_i].is_off,
                  "first byte %02x", approvals[_i].first);
}
END_TEST

START_TEST(startup_approval_of_another_size_turns_nothing_off)
{
    const uint8_t bytes[STARTUP_APPROVAL_SIZE + 1] = {3};

    ck_assert(!startup_approval_is_off(bytes, 0));
    ck_assert(!startup_approval_is_off(bytes, STARTUP_APPROVAL_SIZE - 1));
    ck_assert(!startup_approval_is_off(bytes, STARTUP_APPROVAL_SIZE + 1));
}
END_TEST

Suite *settings_form_suite(void)
{
    Suite *suite = suite_create("settings_form");
    TCase *form = tcase_create("settings_form");
    TCase *approval = tcase_create("startup_approval");

    tcase_add_test(form, settings_form_reads_what_the_service_says);
    tcase_add_test(form, settings_form_tells_what_policy_sets);
    tcase_add_test(form, settings_form_leaves_out_what_it_does_not_know);
    tcase_add_test(form, settings_form_keeps_edits_but_of_what_policy_sets);
    tcase_add_test(form, settings_form_asks_nothing_when_nothing_changed);
    tcase_add_test(form, settings_form_asks_for_all_changes_at_once);
    tcase_add_test(form, settings_form_asks_for_the_users_that_are_left);
    tcase_add_test(form, settings_form_lets_the_last_user_go);
    tcase_add_test(form, settings_form_refuses_a_user_twice);
    tcase_add_test(form, settings_form_refuses_more_users_than_there_is_room);
    tcase_add_loop_test(approval, startup_approval_reads_the_lowest_bit, 0,
                        (int)(sizeof approvals / sizeof approvals[0]));
    tcase_add_test(approval, startup_approval_of_another_size_turns_nothing_off);
    suite_add_tcase(suite, form);
    suite_add_tcase(suite, approval);
    return suite;
}
