/*
 * How many lines may be written into the log.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/line_budget.h"

#include <check.h>
#include <stddef.h>

Suite *line_budget_suite(void);

static struct line_budget budget;

static unsigned take_all(uint64_t now_ms)
{
    unsigned count = 0;

    while (line_budget_take(&budget, now_ms))
        ck_assert_uint_le(++count, LINE_BUDGET_BURST);
    return count;
}

static void set_up(void)
{
    budget = (struct line_budget){0};
}

START_TEST(a_burst_is_as_long_as_it_may_be)
{
    ck_assert_uint_eq(take_all(0), LINE_BUDGET_BURST);
    ck_assert_uint_eq(take_all(LINE_BUDGET_REFILL_MS - 1), 0);
}
END_TEST

START_TEST(one_line_comes_back_at_a_time_and_none_is_lost_between)
{
    const uint64_t start = 12345;

    take_all(start);
    ck_assert_uint_eq(take_all(start + LINE_BUDGET_REFILL_MS), 1);
    ck_assert_uint_eq(take_all(start + 2 * LINE_BUDGET_REFILL_MS - 1), 0);
    ck_assert_uint_eq(take_all(start + 2 * LINE_BUDGET_REFILL_MS), 1);
    ck_assert_uint_eq(take_all(start + 5 * LINE_BUDGET_REFILL_MS + 7), 3);
    ck_assert_uint_eq(take_all(start + 6 * LINE_BUDGET_REFILL_MS), 1);
}
END_TEST

START_TEST(after_long_rest_all_is_back_and_no_more)
{
    take_all(0);
    ck_assert_uint_eq(take_all(1000ull * LINE_BUDGET_BURST * LINE_BUDGET_REFILL_MS),
                      LINE_BUDGET_BURST);
}
END_TEST

Suite *line_budget_suite(void)
{
    Suite *suite = suite_create("line_budget");
    TCase *tcase = tcase_create("line_budget");

    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, a_burst_is_as_long_as_it_may_be);
    tcase_add_test(tcase, one_line_comes_back_at_a_time_and_none_is_lost_between);
    tcase_add_test(tcase, after_long_rest_all_is_back_and_no_more);
    suite_add_tcase(suite, tcase);
    return suite;
}
