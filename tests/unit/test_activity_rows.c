/*
 * The activity page's rows.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/view/activity_rows.h"

#include <check.h>

Suite *activity_rows_suite(void);

static struct activity_list shown;
static struct activity_list now;

static void tear_down(void)
{
    LIST_CLEAR(&shown);
    LIST_CLEAR(&now);
}

/* Lines of those times, newest first; 0 ends them. */
static void fill(struct activity_list *list, const int64_t *times)
{
    for (; *times != 0; times++) {
        struct activity *item = LIST_ADD(list);

        item->time_ms = *times;
        item->kind = ACTIVITY_WSL_RUNNING;
    }
}

#define FILL(list, ...) fill((list), (const int64_t[]){__VA_ARGS__, 0})

static void expect(size_t dropped, size_t added)
{
    const struct activity_change change = activity_rows_compare(&shown, &now);

    ck_assert_uint_eq(change.dropped, dropped);
    ck_assert_uint_eq(change.added, added);
}

START_TEST(activity_rows_compare_finds_nothing_to_do)
{
    FILL(&shown, 3, 2, 1);
    FILL(&now, 3, 2, 1);

    expect(0, 0);
}
END_TEST

START_TEST(activity_rows_compare_puts_new_lines_first)
{
    FILL(&shown, 2, 1);
    FILL(&now, 4, 3, 2, 1);

    expect(0, 2);
}
END_TEST

START_TEST(activity_rows_compare_drops_what_fell_off_the_end)
{
    FILL(&shown, 3, 2, 1);
    FILL(&now, 5, 4, 3);

    expect(2, 2);
}
END_TEST

START_TEST(activity_rows_compare_begins_anew_without_a_common_line)
{
    FILL(&shown, 2, 1);
    FILL(&now, 9, 8);

    expect(2, 2);
}
END_TEST

START_TEST(activity_rows_compare_empties_the_list)
{
    FILL(&shown, 2, 1);

    expect(2, 0);
}
END_TEST

START_TEST(activity_rows_compare_begins_anew_when_an_older_line_comes_to_light)
{
    FILL(&shown, 3, 1);
    FILL(&now, 3, 2, 1);

    expect(2, 3);
}
END_TEST

START_TEST(activity_rows_compare_begins_anew_when_the_log_reaches_further_back)
{
    FILL(&shown, 3, 2);
    FILL(&now, 3, 2, 1);

    expect(2, 3);
}
END_TEST

START_TEST(activity_equals_looks_at_arguments_and_rule)
{
    struct activity a = {.time_ms = 1, .kind = ACTIVITY_RULE_ADDED};
    struct activity b = a;

    ck_assert(activity_equals(&a, &b));
    text_copy(b.arguments[2], sizeof b.arguments[2], "x");
    ck_assert(!activity_equals(&a, &b));
    b = a;
    text_copy(b.rule_id.text, sizeof b.rule_id.text, "x");
    ck_assert(!activity_equals(&a, &b));
}
END_TEST

Suite *activity_rows_suite(void)
{
    Suite *suite = suite_create("activity_rows");
    TCase *compare = tcase_create("activity_rows_compare");
    TCase *equals = tcase_create("activity_equals");

    tcase_add_checked_fixture(compare, NULL, tear_down);
    tcase_add_test(compare, activity_rows_compare_finds_nothing_to_do);
    tcase_add_test(compare, activity_rows_compare_puts_new_lines_first);
    tcase_add_test(compare, activity_rows_compare_drops_what_fell_off_the_end);
    tcase_add_test(compare, activity_rows_compare_begins_anew_without_a_common_line);
    tcase_add_test(compare, activity_rows_compare_empties_the_list);
    tcase_add_test(compare,
                   activity_rows_compare_begins_anew_when_an_older_line_comes_to_light);
    tcase_add_test(compare,
                   activity_rows_compare_begins_anew_when_the_log_reaches_further_back);
    tcase_add_test(equals, activity_equals_looks_at_arguments_and_rule);
    suite_add_tcase(suite, compare);
    suite_add_tcase(suite, equals);
    return suite;
}
