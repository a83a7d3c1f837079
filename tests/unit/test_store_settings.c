/*
 * Settings, pauses and activity in the store: what is written is what is read.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/store.h"

#include "core/base/mem.h"
#include "tests/unit/store_fixture.h"

#include <check.h>
#include <stdio.h>

Suite *store_settings_suite(void);

START_TEST(store_load_settings_gives_defaults_when_nothing_was_saved)
{
    struct settings settings = {.users_may_widen = true, .allowed_user_count = 3};
    struct error err = {0};

    ck_assert(store_load_settings(store, &settings, &err));

    ck_assert(!settings.withdraw_when_stopped);
    ck_assert(!settings.users_may_widen);
    ck_assert_uint_eq(settings.allowed_user_count, 0);
}
END_TEST

START_TEST(store_save_settings_keeps_every_setting)
{
    const struct settings saved = {.withdraw_when_stopped = true,
                                   .users_may_widen = true,
                                   .allowed_users = {{OWNER}, {"S-1-5-18"}},
                                   .allowed_user_count = 2};
    struct settings settings = {0};
    struct error err = {0};

    begin();
    ck_assert(store_save_settings(store, &saved, &err));
    commit();
    ck_assert(store_load_settings(store, &settings, &err));

    ck_assert(settings.withdraw_when_stopped);
    ck_assert(settings.users_may_widen);
    ck_assert_uint_eq(settings.allowed_user_count, 2);
    ck_assert_str_eq(settings.allowed_users[0].text, OWNER);
    ck_assert_str_eq(settings.allowed_users[1].text, "S-1-5-18");
}
END_TEST

START_TEST(store_load_settings_takes_the_default_for_what_it_cannot_read)
{
    struct settings settings = {0};
    struct error err = {0};

    spoil("INSERT INTO setting VALUES ('allow-widening', 'yes'), ('colour', 'blue'),"
          " ('when-wsl-stops', 'withdraw')");

    ck_assert(store_load_settings(store, &settings, &err));

    ck_assert(!settings.users_may_widen);
    ck_assert(settings.withdraw_when_stopped);
}
END_TEST

START_TEST(store_set_paused_remembers_each_user)
{
    const struct user_sid anna = {"S-1-5-21-1-2-3-1001"};
    const struct user_sid ben = {"S-1-5-21-1-2-3-1002"};
    struct user_sid_list paused = {0};
    struct error err = {0};

    begin();
    ck_assert(store_set_paused(store, &ben, true, &err));
    ck_assert(store_set_paused(store, &anna, true, &err));
    ck_assert(store_set_paused(store, &anna, true, &err));
    ck_assert(store_set_paused(store, &ben, false, &err));
    ck_assert(store_set_paused(store, &ben, false, &err));
    commit();
    ck_assert(store_load_pauses(store, &paused, &err));

    ck_assert_uint_eq(paused.count, 1);
    ck_assert_str_eq(paused.items[0].text, anna.text);
    LIST_CLEAR(&paused);
}
END_TEST

START_TEST(store_load_pauses_leaves_out_what_names_no_user)
{
    struct user_sid_list paused = {0};
    struct error err = {0};

    spoil("INSERT INTO pause (user_sid) VALUES ('anna'), ('" OWNER "')");
    ck_assert(store_load_pauses(store, &paused, &err));

    ck_assert_uint_eq(paused.count, 1);
    ck_assert_str_eq(paused.items[0].text, OWNER);
    LIST_CLEAR(&paused);
}
END_TEST

static const struct rule_id even = {"00000000-0000-4000-8000-000000000000"};
static const struct rule_id odd = {"00000000-0000-4000-8000-000000000001"};

static void add_activities(int count)
{
    begin();
    for (int i = 1; i <= count; i++) {
        struct activity activity = {.time_ms = 1000 + i, .kind = ACTIVITY_WSL_MOVED};
        struct error err = {0};

        activity.rule_id = i % 2 == 0 ? even : odd;
        snprintf(activity.arguments[0], sizeof activity.arguments[0], "number %d", i);
        snprintf(activity.arguments[2], sizeof activity.arguments[2], "third %d", i);
        ck_assert_msg(store_add_activity(store, &activity, &err), "%s", err.detail);
    }
    commit();
}

START_TEST(store_load_activity_gives_the_newest_first_and_no_more_than_asked)
{
    struct activity_list list = {0};
    struct error err = {0};

    add_activities(5);

    ck_assert(store_load_activity(store, NULL, 2, &list, &err));

    ck_assert_uint_eq(list.count, 2);
    ck_assert_int_eq(list.items[0].time_ms, 1005);
    ck_assert_int_eq(list.items[0].kind, ACTIVITY_WSL_MOVED);
    ck_assert_str_eq(list.items[0].arguments[0], "number 5");
    ck_assert_str_eq(list.items[0].arguments[1], "");
    ck_assert_str_eq(list.items[0].arguments[2], "third 5");
    ck_assert_str_eq(list.items[1].arguments[0], "number 4");
    LIST_CLEAR(&list);
}
END_TEST

START_TEST(store_load_activity_finds_what_concerns_one_rule)
{
    struct activity_list list = {0};
    struct error err = {0};

    add_activities(5);

    ck_assert(store_load_activity(store, &odd, 2, &list, &err));

    ck_assert_uint_eq(list.count, 2);
    ck_assert_str_eq(list.items[0].rule_id.text, odd.text);
    ck_assert_str_eq(list.items[0].arguments[0], "number 5");
    ck_assert_str_eq(list.items[1].arguments[0], "number 3");
    LIST_CLEAR(&list);
}
END_TEST

START_TEST(store_add_activity_keeps_the_newest_thousand)
{
    struct activity_list list = {0};
    struct error err = {0};

    add_activities(1003);

    ck_assert(store_load_activity(store, NULL, SIZE_MAX, &list, &err));

    ck_assert_uint_eq(list.count, 1000);
    ck_assert_str_eq(list.items[0].arguments[0], "number 1003");
    ck_assert_str_eq(list.items[999].arguments[0], "number 4");
    LIST_CLEAR(&list);
}
END_TEST

Suite *store_settings_suite(void)
{
    Suite *suite = suite_create("store_settings");
    TCase *settings = case_on_store(suite, "settings, pauses and activity");

    tcase_add_test(settings, store_load_settings_gives_defaults_when_nothing_was_saved);
    tcase_add_test(settings, store_save_settings_keeps_every_setting);
    tcase_add_test(settings,
                   store_load_settings_takes_the_default_for_what_it_cannot_read);
    tcase_add_test(settings, store_set_paused_remembers_each_user);
    tcase_add_test(settings, store_load_pauses_leaves_out_what_names_no_user);
    tcase_add_test(settings,
                   store_load_activity_gives_the_newest_first_and_no_more_than_asked);
    tcase_add_test(settings, store_add_activity_keeps_the_newest_thousand);
    tcase_add_test(settings, store_load_activity_finds_what_concerns_one_rule);
    return suite;
}
