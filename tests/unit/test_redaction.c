/*
 * Texts for strangers.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/redaction.h"

#include <check.h>
#include <string.h>

Suite *redaction_suite(void);

static const struct redaction redaction = {
    .names = {{"ada", "<user>"}, {"ADAS-PC", "<computer>"}, {"Jürgen", "<user>"}}};

static const struct {
    const char *from;
    const char *to;
} cases[] = {
    {"", ""},
    {"nothing here", "nothing here"},
    {"ada", "<user>"},
    {"of Ada, at ADA.", "of <user>, at <user>."},
    {"C:\\Users\\ada\\x on adas-pc", "C:\\Users\\<user>\\x on <computer>"},
    {"adapter, canada, ada_1, ada2", "adapter, canada, ada_1, ada2"},
    {"Jürgen's", "<user>'s"},
    {"adaü", "adaü"},
    {"S-1-5-18 and S-1-5-32-544", "S-1-5-18 and S-1-5-32-544"},
    {"S-1-5-21-1-2-3-1001, S-1-5-21-1-2-3-1002, s-1-5-21-1-2-3-1001.",
     "<account 1>, <account 2>, <account 3>."},
    {"S-1-5-21-1-2-3-100 S-1-5-21-1-2-3-1001 S-1-5-21-1-2-3-100",
     "<account 1> <account 2> <account 1>"},
    {"owner S-1-12-1-5-6-7-8", "owner <account 1>"},
    {"HKU\\S-1-5-21-1-2-3-1001_Classes", "HKU\\<account 1>_Classes"},
};

START_TEST(redaction_append_takes_out_names_that_stand_alone_and_accounts)
{
    char buffer[300];
    struct text out = TEXT_OVER(buffer);

    redaction_append(&redaction, cases[_i].from, &out);
    ck_assert_str_eq(buffer, cases[_i].to);
}
END_TEST

START_TEST(redaction_append_bounds_what_a_hostile_text_makes_it_remember)
{
    char from[40 * 24 + 1] = "";
    char buffer[2000];
    struct text text = TEXT_OVER(from);
    struct text out = TEXT_OVER(buffer);

    for (unsigned i = 0; i < 40; i++)
        text_append_format(&text, "S-1-5-21-1-%u ", i);
    redaction_append(&redaction, from, &out);
    ck_assert_ptr_null(strstr(buffer, "S-1-"));
    ck_assert_ptr_nonnull(strstr(buffer, "<account 31> <account 32> <account 32> "));
}
END_TEST

START_TEST(redaction_append_survives_a_sid_without_end)
{
    char from[2000];
    char buffer[100];
    struct text out = TEXT_OVER(buffer);

    memset(from, '1', sizeof from);
    memcpy(from, "S-1-5-21-", 9);
    from[sizeof from - 1] = '\0';
    redaction_append(&redaction, from, &out);
    ck_assert_str_eq(buffer, "<account 1>");
}
END_TEST

Suite *redaction_suite(void)
{
    Suite *suite = suite_create("redaction");
    TCase *tcase = tcase_create("redaction");

    tcase_add_loop_test(tcase,
                        redaction_append_takes_out_names_that_stand_alone_and_accounts, 0,
                        sizeof cases / sizeof cases[0]);
    tcase_add_test(tcase, redaction_append_bounds_what_a_hostile_text_makes_it_remember);
    tcase_add_test(tcase, redaction_append_survives_a_sid_without_end);
    suite_add_tcase(suite, tcase);
    return suite;
}
