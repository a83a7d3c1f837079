/*
 * A policy's value that has gone: kept for a moment, and no longer.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/policy_hold.h"

#include <check.h>

Suite *policy_hold_suite(void);

static struct policy_hold hold;
static struct policy_values there;

static void set_up(void)
{
    hold = (struct policy_hold){0};
    there = (struct policy_values){0};
}

static void write(uint32_t number)
{
    there.items[SETTING_ALLOW_WIDENING] =
        (struct policy_value){.kind = POLICY_NUMBER, .number = number};
}

static void erase(void)
{
    there.items[SETTING_ALLOW_WIDENING] = (struct policy_value){0};
}

static void see(uint64_t now_ms)
{
    policy_hold_see(&hold, &there, now_ms);
}

/* The number that counts then; -1 when there is none. */
static int counts(uint64_t now_ms)
{
    struct policy_values values = there;

    policy_hold_fill(&hold, now_ms, &values);
    return values.items[SETTING_ALLOW_WIDENING].kind == POLICY_NUMBER
               ? (int)values.items[SETTING_ALLOW_WIDENING].number
               : -1;
}

START_TEST(what_was_never_there_is_not_held)
{
    see(100);

    ck_assert_int_eq(counts(100), -1);
    ck_assert_uint_eq(policy_hold_due_ms(&hold, 100), POLICY_HOLD_NOTHING_DUE);
}
END_TEST

START_TEST(what_is_new_or_changed_counts_at_once)
{
    write(1);
    ck_assert_int_eq(counts(100), 1);
    see(100);
    write(0);
    ck_assert_int_eq(counts(101), 0);
    see(101);
    ck_assert_uint_eq(policy_hold_due_ms(&hold, 101), POLICY_HOLD_NOTHING_DUE);
}
END_TEST

START_TEST(what_has_gone_is_held_for_its_time_from_the_pass_that_saw_it)
{
    write(1);
    see(100);
    erase();
    ck_assert_int_eq(counts(90000), 1); /* no pass has seen it go */
    see(100000);
    see(101000);

    ck_assert_uint_eq(policy_hold_due_ms(&hold, 101000), POLICY_HOLD_MS - 1000);
    ck_assert_int_eq(counts(100000 + POLICY_HOLD_MS - 1), 1);
    ck_assert_int_eq(counts(100000 + POLICY_HOLD_MS), -1);
    /* ... which is due until a pass has been. */
    ck_assert_uint_eq(policy_hold_due_ms(&hold, 200000), 0);
    see(200000);
    ck_assert_uint_eq(policy_hold_due_ms(&hold, 200000), POLICY_HOLD_NOTHING_DUE);
    ck_assert_int_eq(counts(200000), -1);
}
END_TEST

START_TEST(what_comes_back_counts_as_it_is_then)
{
    write(1);
    see(100);
    erase();
    see(200);
    write(0);
    ck_assert_int_eq(counts(300), 0);
    see(300);
    ck_assert_uint_eq(policy_hold_due_ms(&hold, 300), POLICY_HOLD_NOTHING_DUE);

    erase();
    see(400); /* and its time begins anew */
    ck_assert_int_eq(counts(400 + POLICY_HOLD_MS - 1), 0);
}
END_TEST

START_TEST(each_value_is_held_by_itself)
{
    write(1);
    there.items[SETTING_ALLOW_OUTBOUND] = (struct policy_value){.kind = POLICY_NUMBER};
    see(100);
    erase();
    see(200);
    there.items[SETTING_ALLOW_OUTBOUND] = (struct policy_value){0};
    see(1200);

    ck_assert_uint_eq(policy_hold_due_ms(&hold, 1200), POLICY_HOLD_MS - 1000);
    see(200 + POLICY_HOLD_MS);
    ck_assert_uint_eq(policy_hold_due_ms(&hold, 200 + POLICY_HOLD_MS), 1000);
}
END_TEST

Suite *policy_hold_suite(void)
{
    Suite *suite = suite_create("policy_hold");
    TCase *tcase = tcase_create("policy_hold");

    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, what_was_never_there_is_not_held);
    tcase_add_test(tcase, what_is_new_or_changed_counts_at_once);
    tcase_add_test(tcase, what_has_gone_is_held_for_its_time_from_the_pass_that_saw_it);
    tcase_add_test(tcase, what_comes_back_counts_as_it_is_then);
    tcase_add_test(tcase, each_value_is_held_by_itself);
    suite_add_tcase(suite, tcase);
    return suite;
}
