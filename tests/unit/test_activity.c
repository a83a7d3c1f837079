/*
 * The activity log in English.
 * SPDX-License-Identifier: MIT
 */
#include "core/store/activity.h"

#include <check.h>
#include <string.h>

static char sentence[1024];

static const char *explained(const struct activity *activity)
{
    struct text text = TEXT_OVER(sentence);

    activity_explain(activity, &text);
    return sentence;
}

START_TEST(a_move_of_wsl_says_where_how_many_and_how_fast)
{
    struct activity activity = {.kind = ACTIVITY_WSL_MOVED_RULES,
                                .arguments = {"172.28.208.7", "4", "12"}};

    ck_assert_str_eq(explained(&activity),
                     "WSL moved to 172.28.208.7: 4 rules re-pointed in 12 ms");
    memcpy(activity.arguments[1], "1", 2);
    ck_assert_str_eq(explained(&activity),
                     "WSL moved to 172.28.208.7: 1 rule re-pointed in 12 ms");
}
END_TEST

START_TEST(a_line_of_an_older_version_is_shown_as_it_was)
{
    for (int kind = ACTIVITY_OLD_RULE_ADDED; kind <= ACTIVITY_OLD_WSL_STATE; kind++) {
        const struct activity activity = {.kind = (enum activity_kind)kind,
                                          .arguments = {"100 %1 of 'web'"}};

        ck_assert_str_eq(explained(&activity), "100 %1 of 'web'");
    }
}
END_TEST

START_TEST(a_problem_is_told_in_its_reasons_words)
{
    const struct activity activity = {.kind = ACTIVITY_PROBLEM,
                                      .arguments = {"web", "port-in-use", "nginx.exe"}};

    ck_assert_int_eq(activity_reason(&activity), REASON_PORT_IN_USE);
    ck_assert_ptr_nonnull(strstr(explained(&activity), "web: "));
    ck_assert_ptr_nonnull(strstr(sentence, "nginx.exe"));
}
END_TEST

START_TEST(a_reason_that_is_not_known_is_named)
{
    const struct activity activity = {.kind = ACTIVITY_PROBLEM,
                                      .arguments = {"web", "later-reason", ""}};

    ck_assert_int_eq(activity_reason(&activity), REASON_NONE);
    ck_assert_str_eq(explained(&activity), "web: later-reason");
}
END_TEST

START_TEST(every_kind_has_a_name_and_a_sentence)
{
    for (unsigned kind = 0; kind < ACTIVITY_KIND_END; kind++) {
        const struct activity activity = {.kind = (enum activity_kind)kind,
                                          .arguments = {"one", "two", "three"}};

        if (!activity_kind_is_known(kind))
            continue;
        ck_assert_str_ne(activity_kind_name(activity.kind), "unknown");
        ck_assert_str_ne(explained(&activity), "");
        ck_assert_ptr_null(strchr(sentence, '%'));
    }
    ck_assert_str_eq(activity_kind_name(ACTIVITY_WSL_MOVED), "wsl-moved");
}
END_TEST

START_TEST(a_number_that_is_no_kind_says_nothing)
{
    const struct activity activity = {.kind = ACTIVITY_KIND_END};

    ck_assert(!activity_kind_is_known(0) && !activity_kind_is_known(14));
    ck_assert(!activity_kind_is_known(ACTIVITY_KIND_END));
    ck_assert_str_eq(activity_kind_name((enum activity_kind)999), "unknown");
    ck_assert_str_eq(explained(&activity), "");
}
END_TEST

Suite *activity_suite(void);

Suite *activity_suite(void)
{
    Suite *suite = suite_create("activity");
    TCase *tcase = tcase_create("activity_explain");

    tcase_add_test(tcase, a_move_of_wsl_says_where_how_many_and_how_fast);
    tcase_add_test(tcase, a_line_of_an_older_version_is_shown_as_it_was);
    tcase_add_test(tcase, a_problem_is_told_in_its_reasons_words);
    tcase_add_test(tcase, a_reason_that_is_not_known_is_named);
    tcase_add_test(tcase, every_kind_has_a_name_and_a_sentence);
    tcase_add_test(tcase, a_number_that_is_no_kind_says_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}
