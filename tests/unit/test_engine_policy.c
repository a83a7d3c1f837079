/*
 * Settings by policy in the engine: they count at once, for everybody, and go as they came.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"

#include "core/base/text.h"
#include "core/engine/policy_hold.h"
#include "tests/unit/engine_fixture.h"

#include <check.h>
#include <string.h>

Suite *engine_policy_suite(void);

static struct engine_fixture it;
static struct reply reply;

static void set_up(void)
{
    engine_fixture_open(&it, ":memory:");
    it.windows.block_outbound_profiles = PROFILE_MASK;
}

static void tear_down(void)
{
    reply_clear(&reply);
    engine_fixture_close(&it);
}

static void write_number(enum setting setting, uint32_t number)
{
    it.windows.policy.items[setting] =
        (struct policy_value){.kind = POLICY_NUMBER, .number = number};
}

static void write_text(enum setting setting, enum policy_kind kind, const char *text)
{
    it.windows.policy.items[setting] = (struct policy_value){.kind = kind};
    text_copy(it.windows.policy.items[setting].text, SETTING_VALUE_SIZE, text);
}

static void delete_value(enum setting setting)
{
    it.windows.policy.items[setting] = (struct policy_value){0};
}

/* As the service does after a policy's refresh. */
static void policy_changed(void)
{
    work(&it, EVENT_POLICY_CHANGED);
    settle(&it);
}

static void refresh(enum setting setting, uint32_t number)
{
    write_number(setting, number);
    policy_changed();
}

/* What the service answers to who reads the settings. */
static const char *setting(enum setting which)
{
    const struct request request = {.verb = VERB_SETTINGS};

    reply_clear(&reply);
    engine_handle(it.engine, &it.caller, &request, &reply);
    ck_assert_int_eq(reply.error.kind, ERR_NONE);
    ck_assert_str_eq(reply.settings.keys[which], setting_key(which));
    return reply.settings.values[which];
}

static enum setting_source source(enum setting which)
{
    setting(which);
    return reply.settings.sources[which];
}

static size_t count_lines(enum activity_kind kind, const char *first, const char *second)
{
    const struct request request = {.verb = VERB_ACTIVITY, .activity_limit = 1000};
    size_t count = 0;

    reply_clear(&reply);
    engine_handle(it.engine, &it.caller, &request, &reply);
    for (size_t i = 0; i < reply.activity.count; i++) {
        const struct activity *line = &reply.activity.items[i];

        count += line->kind == kind && strcmp(line->arguments[0], first) == 0 &&
                 strcmp(line->arguments[1], second) == 0;
    }
    return count;
}

/* Of an administrator before the prompt. */
static enum error_kind add_unelevated(const char *listen)
{
    const struct rule rule = new_rule("plain", listen);
    struct error err;

    it.caller.is_elevated = false;
    err = put(&it, &rule);
    it.caller.is_elevated = true;
    return err.kind;
}

START_TEST(outbound_rules_come_and_go_with_the_policy)
{
    add_rule(&it, "a", "3000");
    ck_assert_uint_eq(it.windows.rule_count, 1);

    refresh(SETTING_ALLOW_OUTBOUND, 1);
    ck_assert_uint_eq(it.windows.rule_count, 2);
    ck_assert_str_eq(setting(SETTING_ALLOW_OUTBOUND), "allow");

    delete_value(SETTING_ALLOW_OUTBOUND);
    policy_changed();
    ck_assert_uint_eq(it.windows.rule_count, 1);
    ck_assert_str_eq(setting(SETTING_ALLOW_OUTBOUND), "off");
}
END_TEST

START_TEST(what_was_stored_counts_again_when_the_policy_goes)
{
    set_setting(&it, "outbound", "allow");
    add_rule(&it, "a", "3000");
    ck_assert_uint_eq(it.windows.rule_count, 2);

    refresh(SETTING_ALLOW_OUTBOUND, 0);
    ck_assert_uint_eq(it.windows.rule_count, 1);

    delete_value(SETTING_ALLOW_OUTBOUND);
    policy_changed();
    ck_assert_uint_eq(it.windows.rule_count, 2);
    ck_assert_str_eq(setting(SETTING_ALLOW_OUTBOUND), "allow");
}
END_TEST

START_TEST(nobody_changes_what_policy_sets)
{
    struct request request = {.verb = VERB_SETTINGS};

    refresh(SETTING_ALLOW_OUTBOUND, 0);
    ck_assert(request_add_setting(&request, "outbound", "allow"));
    reply_clear(&reply);
    engine_handle(it.engine, &it.caller, &request, &reply);

    ck_assert_int_eq(reply.error.kind, ERR_CONFLICT);
    ck_assert_int_eq(reply.error.message.id, MESSAGE_SETTING_BY_POLICY);
    ck_assert_str_eq(reply.error.detail,
                     "setting outbound: policy sets it, and nobody can change it here "
                     "(HKLM\\SOFTWARE\\Policies\\Tidegate\\AllowOutbound)");
    delete_value(SETTING_ALLOW_OUTBOUND);
    policy_changed();
    ck_assert_int_eq(source(SETTING_ALLOW_OUTBOUND), SETTING_STORED);
    ck_assert_str_eq(setting(SETTING_ALLOW_OUTBOUND), "off");
    ck_assert_uint_eq(count_lines(ACTIVITY_SETTING_CHANGED, "outbound", "allow"), 0);
}
END_TEST

/* Before anybody is asked for a password, and also after: a ticket may be older than the policy. */
START_TEST(no_approval_changes_what_policy_sets)
{
    it.caller.is_elevated = false;
    ck_assert_int_eq(set_setting(&it, "outbound", "allow"), ERR_NEEDS_APPROVAL);
    write_number(SETTING_ALLOW_OUTBOUND, 0);

    ck_assert_int_eq(set_setting(&it, "outbound", "allow"), ERR_CONFLICT);
    ck_assert_int_eq(approve(&it, it.last_ticket, FAKE_OTHER_USER), ERR_CONFLICT);

    delete_value(SETTING_ALLOW_OUTBOUND);
    policy_changed();
    ck_assert_int_eq(source(SETTING_ALLOW_OUTBOUND), SETTING_STORED);
    ck_assert_str_eq(setting(SETTING_ALLOW_OUTBOUND), "off");
}
END_TEST

START_TEST(of_several_changes_none_is_made_when_policy_sets_one)
{
    struct request request = {.verb = VERB_SETTINGS};

    write_number(SETTING_ALLOW_OUTBOUND, 0);
    ck_assert(request_add_setting(&request, "when-wsl-stops", "withdraw"));
    ck_assert(request_add_setting(&request, "outbound", "allow"));
    reply_clear(&reply);
    engine_handle(it.engine, &it.caller, &request, &reply);

    ck_assert_int_eq(reply.error.kind, ERR_CONFLICT);
    ck_assert_str_eq(setting(SETTING_WHEN_WSL_STOPS), "keep");
}
END_TEST

/* Saving one setting saves all: policy's own must not slip into the database with them. */
START_TEST(another_change_does_not_store_what_policy_sets)
{
    write_number(SETTING_ALLOW_OUTBOUND, 1);
    write_number(SETTING_ALLOW_WIDENING, 1);
    ck_assert_int_eq(set_setting(&it, "when-wsl-stops", "withdraw"), ERR_NONE);

    delete_value(SETTING_ALLOW_OUTBOUND);
    delete_value(SETTING_ALLOW_WIDENING);
    policy_changed();
    ck_assert_int_eq(source(SETTING_ALLOW_OUTBOUND), SETTING_STORED);
    ck_assert_str_eq(setting(SETTING_WHEN_WSL_STOPS), "withdraw");
    ck_assert_str_eq(setting(SETTING_ALLOW_OUTBOUND), "off");
    ck_assert_str_eq(setting(SETTING_ALLOW_WIDENING), "off");
}
END_TEST

START_TEST(who_may_widen_is_as_policy_says_without_waiting_for_a_pass)
{
    write_number(SETTING_ALLOW_WIDENING, 1);
    ck_assert_int_eq(add_unelevated("3000"), ERR_NONE);

    set_setting(&it, "allow-widening", "on");
    write_number(SETTING_ALLOW_WIDENING, 0);
    ck_assert_int_eq(add_unelevated("3001"), ERR_NEEDS_APPROVAL);
    ck_assert_uint_eq(engine_report(it.engine)->rule_count, 1);
}
END_TEST

START_TEST(who_may_change_is_as_policy_says)
{
    const struct request request = {.verb = VERB_HELLO};

    it.caller.is_elevated = it.caller.is_administrator = false;
    for (int i = 0; i < 3; i++) {
        if (i > 0)
            write_text(SETTING_ALLOWED_USERS, POLICY_TEXTS, i == 1 ? FAKE_USER : "");
        reply_clear(&reply);
        engine_handle(it.engine, &it.caller, &request, &reply);
        ck_assert_int_eq(reply.error.kind, ERR_NONE);
        ck_assert(reply.hello.may_change == (i == 1));
    }
}
END_TEST

START_TEST(forwards_are_withdrawn_while_wsl_is_stopped_if_policy_says_so)
{
    add_rule(&it, "a", "3000");
    fake_stop_wsl(&it.windows);
    work(&it, EVENT_WSL_CHANGED);
    ck_assert_ptr_nonnull(entry(&it, "0.0.0.0/3000"));

    write_text(SETTING_WHEN_WSL_STOPS, POLICY_TEXT, "withdraw");
    policy_changed();
    ck_assert_ptr_null(entry(&it, "0.0.0.0/3000"));
}
END_TEST

START_TEST(a_refused_value_closes_and_is_told_once)
{
    static const char name[] = "AllowOutbound";
    const struct policy *policy;

    set_setting(&it, "outbound", "allow");
    add_rule(&it, "a", "3000");
    ck_assert_uint_eq(it.windows.rule_count, 2);

    refresh(SETTING_ALLOW_OUTBOUND, 2);
    ck_assert_uint_eq(it.windows.rule_count, 1);
    ck_assert_int_eq(source(SETTING_ALLOW_OUTBOUND), SETTING_BY_REFUSED_POLICY);
    policy = &engine_report(it.engine)->policy;
    ck_assert_int_eq(policy->problems[SETTING_ALLOW_OUTBOUND].id, MESSAGE_POLICY_REFUSED);
    ck_assert_str_eq(policy->problems[SETTING_ALLOW_OUTBOUND].arguments[0], name);
    ck_assert_int_eq(set_setting(&it, "outbound", "off"), ERR_CONFLICT);

    policy_changed();
    policy_changed();
    ck_assert_uint_eq(count_lines(ACTIVITY_POLICY_REFUSED, name, "REG_DWORD 2"), 1);
    refresh(SETTING_ALLOW_OUTBOUND, 3);
    ck_assert_uint_eq(count_lines(ACTIVITY_POLICY_REFUSED, name, "REG_DWORD 3"), 1);

    refresh(SETTING_ALLOW_OUTBOUND, 1);
    ck_assert_uint_eq(it.windows.rule_count, 2);
    ck_assert_int_eq(source(SETTING_ALLOW_OUTBOUND), SETTING_BY_POLICY);
    ck_assert_uint_eq(count_lines(ACTIVITY_POLICY_SETS, "outbound", "allow"), 1);
}
END_TEST

/* All values are deleted, a pass comes in between, and the same are written again. */
START_TEST(a_refresh_of_group_policy_moves_nothing)
{
    unsigned writes;

    set_setting(&it, "allow-widening", "on");
    refresh(SETTING_ALLOW_OUTBOUND, 1);
    refresh(SETTING_ALLOW_WIDENING, 0);
    add_rule(&it, "a", "3000");
    settle(&it);
    ck_assert_uint_eq(it.windows.rule_count, 2);
    writes = it.windows.write_count;
    it.windows.policy = (struct policy_values){0};
    work(&it, EVENT_POLICY_CHANGED);
    ck_assert_int_eq(set_setting(&it, "allow-widening", "off"), ERR_CONFLICT);
    ck_assert_int_eq(add_unelevated("3001"), ERR_NEEDS_APPROVAL);
    write_number(SETTING_ALLOW_OUTBOUND, 1);
    write_number(SETTING_ALLOW_WIDENING, 0);
    policy_changed();

    ck_assert_uint_eq(it.windows.write_count, writes);
    ck_assert_uint_eq(it.windows.rule_count, 2);
    ck_assert_uint_eq(count_lines(ACTIVITY_POLICY_LEAVES, "outbound", "off"), 0);
    ck_assert_uint_eq(count_lines(ACTIVITY_POLICY_SETS, "outbound", "allow"), 1);
}
END_TEST

/* A reader in between must not be the only one to notice. */
START_TEST(what_policy_lets_go_is_let_go_by_itself)
{
    refresh(SETTING_ALLOW_OUTBOUND, 1);
    add_rule(&it, "a", "3000");
    settle(&it);
    ck_assert_uint_eq(it.windows.rule_count, 2);
    delete_value(SETTING_ALLOW_OUTBOUND);
    work(&it, EVENT_POLICY_CHANGED);
    ck_assert_uint_eq(it.windows.rule_count, 2);
    ck_assert_uint_le(engine_due_ms(it.engine), POLICY_HOLD_MS);

    it.windows.now_ms += POLICY_HOLD_MS;
    ck_assert_str_eq(setting(SETTING_ALLOW_OUTBOUND), "off");
    ck_assert_uint_eq(engine_due_ms(it.engine), 0);
    settle(&it);
    ck_assert_uint_eq(it.windows.rule_count, 1);
    ck_assert_uint_eq(engine_due_ms(it.engine), ENGINE_NOTHING_DUE);
}
END_TEST

START_TEST(the_log_tells_when_policy_comes_changes_and_goes)
{
    refresh(SETTING_ALLOW_WIDENING, 1);
    policy_changed();
    refresh(SETTING_ALLOW_WIDENING, 0);
    delete_value(SETTING_ALLOW_WIDENING);
    policy_changed();
    policy_changed();

    ck_assert_uint_eq(count_lines(ACTIVITY_POLICY_SETS, "allow-widening", "on"), 1);
    ck_assert_uint_eq(count_lines(ACTIVITY_POLICY_SETS, "allow-widening", "off"), 1);
    ck_assert_uint_eq(count_lines(ACTIVITY_POLICY_LEAVES, "allow-widening", "off"), 1);
}
END_TEST

/* Nor does each start of Windows fill the log. */
START_TEST(what_policy_set_before_the_start_is_no_news)
{
    write_number(SETTING_ALLOW_WIDENING, 1);
    write_number(SETTING_ALLOW_OUTBOUND, 9);
    engine_free(it.engine);
    it.engine = engine_new(":memory:", &it.system, "0.0.0");
    engine_work(it.engine);

    ck_assert_uint_eq(count_lines(ACTIVITY_POLICY_SETS, "allow-widening", "on"), 0);
    ck_assert_uint_eq(
        count_lines(ACTIVITY_POLICY_REFUSED, "AllowOutbound", "REG_DWORD 9"), 1);
}
END_TEST

START_TEST(the_report_changes_with_the_policy)
{
    const uint64_t before = engine_report(it.engine)->revision;

    refresh(SETTING_ALLOW_WIDENING, 0);

    ck_assert(engine_report(it.engine)->revision > before);
    ck_assert(engine_report(it.engine)->policy.sets[SETTING_ALLOW_WIDENING]);
    ck_assert(!engine_report(it.engine)->policy.sets[SETTING_ALLOW_OUTBOUND]);
}
END_TEST

Suite *engine_policy_suite(void)
{
    Suite *suite = suite_create("engine_policy");
    TCase *tcase = tcase_create("policy");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, outbound_rules_come_and_go_with_the_policy);
    tcase_add_test(tcase, what_was_stored_counts_again_when_the_policy_goes);
    tcase_add_test(tcase, nobody_changes_what_policy_sets);
    tcase_add_test(tcase, no_approval_changes_what_policy_sets);
    tcase_add_test(tcase, of_several_changes_none_is_made_when_policy_sets_one);
    tcase_add_test(tcase, another_change_does_not_store_what_policy_sets);
    tcase_add_test(tcase, who_may_widen_is_as_policy_says_without_waiting_for_a_pass);
    tcase_add_test(tcase, who_may_change_is_as_policy_says);
    tcase_add_test(tcase, forwards_are_withdrawn_while_wsl_is_stopped_if_policy_says_so);
    tcase_add_test(tcase, a_refused_value_closes_and_is_told_once);
    tcase_add_test(tcase, a_refresh_of_group_policy_moves_nothing);
    tcase_add_test(tcase, what_policy_lets_go_is_let_go_by_itself);
    tcase_add_test(tcase, the_log_tells_when_policy_comes_changes_and_goes);
    tcase_add_test(tcase, what_policy_set_before_the_start_is_no_news);
    tcase_add_test(tcase, the_report_changes_with_the_policy);
    suite_add_tcase(suite, tcase);
    return suite;
}
