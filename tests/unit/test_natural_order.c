/*
 * The order in which people look for names and addresses.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/natural_order.h"

#include <check.h>
#include <stddef.h>

/* Each text comes before the next. */
static const char *const in_order[] = {
    "",
    "1",
    "2",
    "10.0.0.9",
    "10.0.0.10",
    "192.168.1.2:80",
    "18446744073709551616",
    "18446744073709551617",
    "a",
    "web",
    "web 2",
    "web2",
    "WEB10",
    "web10a",
    "x09y1",
    "x9y2",
    "\xC3\x84pfel",
};

START_TEST(digits_count_as_numbers_and_case_does_not_count)
{
    for (size_t i = 0; i + 1 < sizeof in_order / sizeof *in_order; i++) {
        ck_assert_msg(natural_compare(in_order[i], in_order[i + 1]) < 0, "'%s' < '%s'",
                      in_order[i], in_order[i + 1]);
        ck_assert_msg(natural_compare(in_order[i + 1], in_order[i]) > 0, "'%s' > '%s'",
                      in_order[i + 1], in_order[i]);
    }
}
END_TEST

START_TEST(case_and_leading_zeros_alone_make_no_order)
{
    ck_assert_int_eq(natural_compare("Web007", "wEB7"), 0);
    ck_assert_int_eq(natural_compare("0", "000"), 0);
    ck_assert_int_eq(natural_compare("", ""), 0);
}
END_TEST

START_TEST(contains_finds_a_part_anywhere_without_case)
{
    ck_assert(natural_contains("Customer Portal", "port"));
    ck_assert(natural_contains("Customer Portal", ""));
    ck_assert(natural_contains("", ""));
    ck_assert(natural_contains("aab", "ab"));
    ck_assert(natural_contains("\xC3\xBC"
                               "ber",
                               "\xC3\xBC"));
    ck_assert(!natural_contains("Customer Portal", "portals"));
    ck_assert(!natural_contains("", "a"));
}
END_TEST

Suite *natural_order_suite(void);

Suite *natural_order_suite(void)
{
    Suite *suite = suite_create("natural_order");
    TCase *tests = tcase_create("natural_order");

    tcase_add_test(tests, digits_count_as_numbers_and_case_does_not_count);
    tcase_add_test(tests, case_and_leading_zeros_alone_make_no_order);
    tcase_add_test(tests, contains_finds_a_part_anywhere_without_case);
    suite_add_tcase(suite, tests);
    return suite;
}
