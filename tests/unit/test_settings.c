/*
 * Settings as words.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/settings.h"

#include <check.h>
#include <string.h>

Suite *settings_suite(void);

START_TEST(setting_parse_reads_what_setting_format_wrote)
{
    struct settings settings = {
        .withdraw_when_stopped = true,
        .users_may_widen = true,
        .allowed_users = {{"S-1-5-21-1-2-3-1001"}, {"S-1-5-21-1-2-3-1002"}},
        .allowed_user_count = 2,
        .allows_outbound = true};
    struct settings read = {0};

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        char value[SETTING_VALUE_SIZE];

        setting_format(&settings, i, value);
        ck_assert(setting_parse(&read, setting_key(i), value, NULL));
    }

    ck_assert(read.withdraw_when_stopped);
    ck_assert(read.users_may_widen);
    ck_assert(read.allows_outbound);
    ck_assert_uint_eq(read.allowed_user_count, 2);
    ck_assert_str_eq(read.allowed_users[0].text, "S-1-5-21-1-2-3-1001");
    ck_assert_str_eq(read.allowed_users[1].text, "S-1-5-21-1-2-3-1002");
}
END_TEST

START_TEST(setting_format_gives_the_cautious_defaults)
{
    static const char *const defaults[SETTING_COUNT] = {"keep", "off", "", "off"};
    const struct settings settings = {0};
    char value[SETTING_VALUE_SIZE];

    setting_format(&settings, (size_t)_i, value);

    ck_assert_str_eq(value, defaults[_i]);
}
END_TEST

START_TEST(setting_format_holds_the_longest_list_of_users)
{
    struct settings settings = {.allowed_user_count = SETTINGS_USER_CAPACITY};
    char value[SETTING_VALUE_SIZE];

    for (size_t i = 0; i < SETTINGS_USER_CAPACITY; i++)
        memset(settings.allowed_users[i].text, '1', USER_SID_SIZE - 1);

    setting_format(&settings, 2, value);

    ck_assert_uint_eq(strlen(value), SETTING_VALUE_SIZE - 1);
}
END_TEST

START_TEST(setting_parse_ignores_blanks_around_users)
{
    struct settings settings = {0};

    ck_assert(setting_parse(&settings, "allowed-users", " S-1-5-18 , S-1-5-19 ", NULL));

    ck_assert_uint_eq(settings.allowed_user_count, 2);
    ck_assert_str_eq(settings.allowed_users[0].text, "S-1-5-18");
    ck_assert_str_eq(settings.allowed_users[1].text, "S-1-5-19");
}
END_TEST

START_TEST(setting_parse_empties_the_list_of_users)
{
    struct settings settings = {.allowed_users = {{"S-1-5-18"}}, .allowed_user_count = 1};

    ck_assert(setting_parse(&settings, "allowed-users", "", NULL));

    ck_assert_uint_eq(settings.allowed_user_count, 0);
}
END_TEST

static const struct {
    const char *key;
    const char *value;
    const char *detail;
} refused[] = {
    {"when-wsl-stops", "maybe",
     "setting when-wsl-stops: must be keep or withdraw, not 'maybe'"},
    {"when-wsl-stops", "KEEP",
     "setting when-wsl-stops: must be keep or withdraw, not 'KEEP'"},
    {"allow-widening", "", "setting allow-widening: must be off or on, not ''"},
    {"allow-widening", "1", "setting allow-widening: must be off or on, not '1'"},
    {"allowed-users", "anna",
     "setting allowed-users: must be a comma list of at most 16 SIDs like S-1-5-21-1-2-3-1001, "
     "not 'anna'"},
    {"allowed-users", "S-1-5-18,,S-1-5-19",
     "setting allowed-users: must be a comma list of at most 16 SIDs like S-1-5-21-1-2-3-1001, "
     "not 'S-1-5-18,,S-1-5-19'"},
    {"outbound", "on", "setting outbound: must be off or allow, not 'on'"},
};

#define REFUSED_COUNT ((int)(sizeof refused / sizeof refused[0]))

START_TEST(setting_parse_names_the_key_the_value_and_the_accepted_form)
{
    struct settings settings = {.users_may_widen = true};
    struct error err = {0};

    ck_assert(!setting_parse(&settings, refused[_i].key, refused[_i].value, &err));

    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_str_eq(err.detail, refused[_i].detail);
    ck_assert(settings.users_may_widen);
}
END_TEST

START_TEST(setting_parse_refuses_more_users_than_fit_and_changes_nothing)
{
    struct settings settings = {.allowed_users = {{"S-1-5-18"}}, .allowed_user_count = 1};
    char value[SETTING_VALUE_SIZE] = "S-1-5-19";
    struct error err = {0};

    for (size_t i = 0; i < SETTINGS_USER_CAPACITY; i++)
        memcpy(value + strlen(value), ",S-1-5-19", sizeof ",S-1-5-19");

    ck_assert(!setting_parse(&settings, "allowed-users", value, &err));

    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_uint_eq(settings.allowed_user_count, 1);
    ck_assert_str_eq(settings.allowed_users[0].text, "S-1-5-18");
}
END_TEST

START_TEST(setting_parse_refuses_a_user_longer_than_any)
{
    struct settings settings = {0};
    char value[USER_SID_SIZE + 8] = "S-1-5-";

    memset(value + 6, '1', sizeof value - 7);

    ck_assert(!setting_parse(&settings, "allowed-users", value, NULL));
}
END_TEST

START_TEST(setting_parse_names_a_key_that_does_not_exist)
{
    struct settings settings = {0};
    struct error err = {0};

    ck_assert(!setting_parse(&settings, "colour", "blue", &err));

    ck_assert_int_eq(err.kind, ERR_NOT_FOUND);
    ck_assert_str_eq(err.detail, "there is no setting 'colour'; there are when-wsl-stops, "
                                 "allow-widening, allowed-users and outbound");
}
END_TEST

Suite *settings_suite(void)
{
    Suite *suite = suite_create("settings");
    TCase *format = tcase_create("setting_format");
    TCase *parse = tcase_create("setting_parse");

    tcase_add_loop_test(format, setting_format_gives_the_cautious_defaults, 0,
                        SETTING_COUNT);
    tcase_add_test(format, setting_format_holds_the_longest_list_of_users);
    suite_add_tcase(suite, format);

    tcase_add_test(parse, setting_parse_reads_what_setting_format_wrote);
    tcase_add_test(parse, setting_parse_ignores_blanks_around_users);
    tcase_add_test(parse, setting_parse_empties_the_list_of_users);
    tcase_add_loop_test(parse, setting_parse_names_the_key_the_value_and_the_accepted_form,
                        0, REFUSED_COUNT);
    tcase_add_test(parse, setting_parse_refuses_more_users_than_fit_and_changes_nothing);
    tcase_add_test(parse, setting_parse_refuses_a_user_longer_than_any);
    tcase_add_test(parse, setting_parse_names_a_key_that_does_not_exist);
    suite_add_tcase(suite, parse);
    return suite;
}
