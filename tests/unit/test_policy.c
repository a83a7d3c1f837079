/*
 * Settings by policy: what is accepted, what is refused and counts as the strictest, and that the
 * values' names and words are the settings' own.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/policy.h"

#include "core/base/text.h"

#include <check.h>
#include <string.h>

Suite *policy_suite(void);

#define ANNA "S-1-5-21-1-2-3-1001"
#define BERT "S-1-5-21-1-2-3-1002"

static struct policy_values values;
static struct settings settings;
static struct policy policy;

static void set_up(void)
{
    values = (struct policy_values){0};
    settings = (struct settings){0};
    policy = (struct policy){0};
}

static void put_number(enum setting setting, uint32_t number)
{
    values.items[setting] = (struct policy_value){.kind = POLICY_NUMBER, .number = number};
}

static void put_text(enum setting setting, enum policy_kind kind, const char *text)
{
    values.items[setting] = (struct policy_value){.kind = kind};
    ck_assert(text_copy(values.items[setting].text, SETTING_VALUE_SIZE, text));
}

static void apply(void)
{
    policy_apply(&values, &settings, &policy);
}

/* The setting's words, once policy was applied. */
static const char *applied(enum setting setting)
{
    static char words[SETTING_VALUE_SIZE];

    apply();
    setting_format(&settings, setting, words);
    return words;
}

static const char *complaint(enum setting setting)
{
    static char sentence[512];
    const struct message *message = &policy.problems[setting];
    struct text text = TEXT_OVER(sentence);

    message_append(message->id, message->arguments[0], message->arguments[1],
                   message->arguments[2], &text);
    return sentence;
}

/* Everything as open as it can be. */
static void open_all(void)
{
    settings = (struct settings){.users_may_widen = true,
                                 .allows_outbound = true,
                                 .allowed_users = {{ANNA}},
                                 .allowed_user_count = 1};
}

START_TEST(without_values_the_stored_settings_count)
{
    open_all();
    settings.withdraw_when_stopped = true;

    ck_assert_str_eq(applied(SETTING_ALLOWED_USERS), ANNA);
    ck_assert(settings.users_may_widen && settings.allows_outbound &&
              settings.withdraw_when_stopped);
    for (size_t i = 0; i < SETTING_COUNT; i++)
        ck_assert(!policy.sets[i] && policy.problems[i].id == MESSAGE_NONE);
}
END_TEST

static const struct {
    enum setting setting;
    enum policy_kind kind;
    uint32_t number;
    const char *text;
    const char *words;
} accepted[] = {
    {SETTING_WHEN_WSL_STOPS, POLICY_TEXT, 0, "keep", "keep"},
    {SETTING_WHEN_WSL_STOPS, POLICY_TEXT, 0, "withdraw", "withdraw"},
    {SETTING_ALLOW_WIDENING, POLICY_NUMBER, 0, "", "off"},
    {SETTING_ALLOW_WIDENING, POLICY_NUMBER, 1, "", "on"},
    {SETTING_ALLOW_OUTBOUND, POLICY_NUMBER, 0, "", "off"},
    {SETTING_ALLOW_OUTBOUND, POLICY_NUMBER, 1, "", "allow"},
    {SETTING_ALLOWED_USERS, POLICY_TEXTS, 0, "", ""},
    {SETTING_ALLOWED_USERS, POLICY_TEXTS, 0, BERT, BERT},
    {SETTING_ALLOWED_USERS, POLICY_TEXTS, 0, ANNA "\n" BERT, ANNA "," BERT},
    {SETTING_ALLOWED_USERS, POLICY_TEXTS, 0, " " ANNA " \n" BERT "\n", ANNA "," BERT},
    /* Nobody, for an editor that writes no empty list. */
    {SETTING_ALLOWED_USERS, POLICY_TEXTS, 0, "S-1-0-0", "S-1-0-0"},
};
#define ACCEPTED_COUNT ((int)(sizeof accepted / sizeof accepted[0]))

/* Whatever was stored, and no other setting. */
START_TEST(an_accepted_value_counts_instead_of_what_is_stored)
{
    const enum setting setting = accepted[_i].setting;
    const struct settings stored[] = {{0}, {true, true, true, {{ANNA}, {"S-1-5-18"}}, 2}};

    put_text(setting, accepted[_i].kind, accepted[_i].text);
    values.items[setting].number = accepted[_i].number;
    for (size_t i = 0; i < 2; i++) {
        settings = stored[i];
        ck_assert_str_eq(applied(setting), accepted[_i].words);
        ck_assert(policy.sets[setting] && policy.problems[setting].id == MESSAGE_NONE);
        for (size_t other = 0; other < SETTING_COUNT; other++) {
            char now[SETTING_VALUE_SIZE];
            char before[SETTING_VALUE_SIZE];

            setting_format(&settings, other, now);
            setting_format(&stored[i], other, before);
            ck_assert(other == setting || strcmp(now, before) == 0);
            ck_assert(policy.sets[other] == (other == setting));
        }
    }
}
END_TEST

static const struct {
    enum setting setting;
    enum policy_kind kind;
    uint32_t number;
    const char *text;
    const char *complaint; /* its middle */
} refused[] = {
    {SETTING_ALLOW_WIDENING, POLICY_NUMBER, 2, "",
     "AllowWidening: must be REG_DWORD 0 | 1, not REG_DWORD 2;"},
    {SETTING_ALLOW_WIDENING, POLICY_NUMBER, UINT32_MAX, "",
     "AllowWidening: must be REG_DWORD 0 | 1, not REG_DWORD 4294967295;"},
    {SETTING_ALLOW_WIDENING, POLICY_TEXT, 0, "1",
     "AllowWidening: must be REG_DWORD 0 | 1, not REG_SZ '1';"},
    {SETTING_ALLOW_WIDENING, POLICY_TEXTS, 1, "on",
     "AllowWidening: must be REG_DWORD 0 | 1, not REG_MULTI_SZ 'on';"},
    {SETTING_ALLOW_WIDENING, POLICY_OTHER, 1, "REG_QWORD [8]",
     "AllowWidening: must be REG_DWORD 0 | 1, not REG_QWORD [8];"},
    {SETTING_ALLOW_OUTBOUND, POLICY_NUMBER, 7, "",
     "AllowOutbound: must be REG_DWORD 0 | 1, not REG_DWORD 7;"},
    {SETTING_ALLOW_OUTBOUND, POLICY_TEXT, 1, "allow",
     "AllowOutbound: must be REG_DWORD 0 | 1, not REG_SZ 'allow';"},
    {SETTING_WHEN_WSL_STOPS, POLICY_TEXT, 0, "Withdraw",
     "WhenWslStops: must be REG_SZ keep | withdraw, not REG_SZ 'Withdraw';"},
    {SETTING_WHEN_WSL_STOPS, POLICY_TEXT, 0, "",
     "WhenWslStops: must be REG_SZ keep | withdraw, not REG_SZ '';"},
    {SETTING_WHEN_WSL_STOPS, POLICY_NUMBER, 1, "",
     "WhenWslStops: must be REG_SZ keep | withdraw, not REG_DWORD 1;"},
    {SETTING_WHEN_WSL_STOPS, POLICY_TEXT, 0, "ke\nep\x1b\xe2\x80\xae",
     "WhenWslStops: must be REG_SZ keep | withdraw, not REG_SZ 'ke; ep?\?';"},
    {SETTING_ALLOWED_USERS, POLICY_TEXT, 0, ANNA, "not REG_SZ '" ANNA "';"},
    {SETTING_ALLOWED_USERS, POLICY_TEXTS, 0, "anna",
     "AllowedUsers: must be REG_MULTI_SZ 0-16 x S-1-5-21-1-2-3-1001, not REG_MULTI_SZ 'anna';"},
    {SETTING_ALLOWED_USERS, POLICY_TEXTS, 0, BERT "\nanna",
     "not REG_MULTI_SZ '" BERT "; anna';"},
    {SETTING_ALLOWED_USERS, POLICY_TEXTS, 0, ANNA "," BERT,
     "not REG_MULTI_SZ '" ANNA "," BERT "';"},
    {SETTING_ALLOWED_USERS, POLICY_TEXTS, 0, ANNA "\n\n" BERT, "not REG_MULTI_SZ "},
    {SETTING_ALLOWED_USERS, POLICY_NUMBER, 0, "", "not REG_DWORD 0;"},
    {SETTING_ALLOWED_USERS, POLICY_OTHER, 0, "error 0x80070005",
     "not error 0x80070005; the strictest choice counts until it is"},
};
#define REFUSED_COUNT ((int)(sizeof refused / sizeof refused[0]))

/* No part of it: of a list with one fault nobody is taken. */
START_TEST(a_refused_value_is_named_and_counts_as_the_strictest)
{
    static const char *const strictest[SETTING_COUNT] = {
        [SETTING_WHEN_WSL_STOPS] = "withdraw",
        [SETTING_ALLOW_WIDENING] = "off",
        [SETTING_ALLOWED_USERS] = "",
        [SETTING_ALLOW_OUTBOUND] = "off",
    };
    const enum setting setting = refused[_i].setting;

    open_all();
    put_text(setting, refused[_i].kind, refused[_i].text);
    values.items[setting].number = refused[_i].number;

    ck_assert_str_eq(applied(setting), strictest[setting]);
    ck_assert(policy.sets[setting]);
    ck_assert_int_eq(policy.problems[setting].id, MESSAGE_POLICY_REFUSED);
    ck_assert_msg(strstr(complaint(setting), refused[_i].complaint) != NULL, "%s",
                  complaint(setting));
}
END_TEST

START_TEST(more_users_than_there_is_room_are_refused)
{
    char list[SETTING_VALUE_SIZE] = "S-1-5-19";

    for (size_t i = 1; i < SETTINGS_USER_CAPACITY; i++)
        memcpy(list + strlen(list), "\nS-1-5-19", sizeof "\nS-1-5-19");
    put_text(SETTING_ALLOWED_USERS, POLICY_TEXTS, list);
    apply();
    ck_assert_uint_eq(settings.allowed_user_count, SETTINGS_USER_CAPACITY);

    memcpy(list + strlen(list), "\nS-1-5-19", sizeof "\nS-1-5-19");
    put_text(SETTING_ALLOWED_USERS, POLICY_TEXTS, list);
    apply();
    ck_assert_uint_eq(settings.allowed_user_count, 0);
    ck_assert_int_eq(policy.problems[SETTING_ALLOWED_USERS].id, MESSAGE_POLICY_REFUSED);
}
END_TEST

/* A message has little room: the cut is at a character, and what is accepted comes first. */
START_TEST(a_long_value_is_told_as_far_as_there_is_room)
{
    char long_text[SETTING_VALUE_SIZE] = "";

    while (strlen(long_text) + 4 < sizeof long_text)
        memcpy(long_text + strlen(long_text), "\xe2\x82\xac", 4);
    put_text(SETTING_WHEN_WSL_STOPS, POLICY_TEXT, long_text);
    apply();

    ck_assert(utf8_is_valid(complaint(SETTING_WHEN_WSL_STOPS),
                            strlen(complaint(SETTING_WHEN_WSL_STOPS))));
    ck_assert_ptr_nonnull(
        strstr(complaint(SETTING_WHEN_WSL_STOPS), "must be REG_SZ keep | withdraw"));
}
END_TEST

START_TEST(each_setting_has_a_value_of_its_own)
{
    for (enum setting one = 0; one < SETTING_COUNT; one++) {
        ck_assert_int_eq(setting_find(setting_key(one)), one);
        for (enum setting other = 0; other < one; other++)
            ck_assert_str_ne(policy_value_name(one), policy_value_name(other));
    }
    ck_assert_int_eq(setting_find("colour"), SETTING_COUNT);
    put_number(SETTING_ALLOW_WIDENING, 1);
    apply();
    ck_assert(settings.users_may_widen);
}
END_TEST

Suite *policy_suite(void)
{
    Suite *suite = suite_create("policy");
    TCase *tcase = tcase_create("policy");

    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, without_values_the_stored_settings_count);
    tcase_add_loop_test(tcase, an_accepted_value_counts_instead_of_what_is_stored, 0,
                        ACCEPTED_COUNT);
    tcase_add_loop_test(tcase, a_refused_value_is_named_and_counts_as_the_strictest, 0,
                        REFUSED_COUNT);
    tcase_add_test(tcase, more_users_than_there_is_room_are_refused);
    tcase_add_test(tcase, a_long_value_is_told_as_far_as_there_is_room);
    tcase_add_test(tcase, each_setting_has_a_value_of_its_own);
    suite_add_tcase(suite, tcase);
    return suite;
}
