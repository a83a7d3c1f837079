/*
 * What is pending: batches mark each of their rules, reading marks none.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/pending.h"

#include "core/base/mem.h"

#include <check.h>

static const struct rule_id first = {"00000000-0000-4000-8000-000000000001"};
static const struct rule_id second = {"00000000-0000-4000-8000-000000000002"};

static struct pending_list pending;

static void tear_down(void)
{
    pending_clear(&pending);
}

static struct request diagnose(const struct rule_id *id)
{
    struct request request = {.verb = VERB_DIAGNOSE};

    request.rule_id = *id;
    return request;
}

START_TEST(each_rule_of_a_batch_is_pending_until_the_batch_is_answered)
{
    struct batch_item items[2] = {{.verb = VERB_ENABLE, .rule = {.id = first}},
                                  {.verb = VERB_DELETE_RULE, .rule = {.id = second}}};
    const struct request batch = {.verb = VERB_BATCH,
                                  .batch = {.items = items, .count = 2}};
    const struct request enable = {.verb = VERB_ENABLE, .enable = {.rule_id = second}};

    pending_add(&pending, 1, &batch);

    ck_assert(pending_has_rule(&pending, &first) && pending_has_rule(&pending, &second));
    ck_assert(pending_covers(&pending, &enable));
    ck_assert(pending_covers(&pending, &batch));
    pending_finish(&pending, 1);
    ck_assert(!pending_has_rule(&pending, &first));
    ck_assert(!pending_has_rule(&pending, &second));
}
END_TEST

START_TEST(a_batch_that_shares_no_rule_is_not_covered)
{
    struct batch_item items[2] = {{.verb = VERB_ENABLE, .rule = {.id = first}},
                                  {.verb = VERB_ENABLE, .rule = {.id = second}}};
    struct request batch = {.verb = VERB_BATCH, .batch = {.items = items, .count = 1}};
    struct request other = {.verb = VERB_BATCH, .batch = {.items = items + 1, .count = 1}};

    pending_add(&pending, 1, &batch);

    ck_assert(!pending_covers(&pending, &other));
    items[1].rule.id = (struct rule_id){""}; /* new */
    pending_add(&pending, 2, &other);
    ck_assert(!pending_covers(&pending, &other));
}
END_TEST

START_TEST(reading_marks_no_rule_and_stops_no_change)
{
    const struct request read = diagnose(&first);
    const struct request enable = {.verb = VERB_ENABLE, .enable = {.rule_id = first}};
    const struct request settings = {.verb = VERB_SETTINGS};
    struct request change = {.verb = VERB_SETTINGS};

    change.settings.count = 1;
    pending_add(&pending, 1, &read);
    pending_add(&pending, 2, &settings);

    ck_assert(!pending_has_rule(&pending, &first));
    ck_assert(!pending_has_verb(&pending, VERB_SETTINGS));
    ck_assert(!pending_covers(&pending, &enable));
    ck_assert(!pending_covers(&pending, &change));
    ck_assert(pending_is_reading(&pending, 1));
}
END_TEST

START_TEST(only_the_very_same_reading_is_found)
{
    const struct request read = diagnose(&first);
    const struct request other = diagnose(&second);
    const struct request all = {.verb = VERB_ACTIVITY, .activity_limit = 100};
    const struct request of_rule = {
        .verb = VERB_ACTIVITY, .activity_limit = 100, .activity_rule = first};
    const struct request fewer = {.verb = VERB_ACTIVITY, .activity_limit = 1};

    pending_add(&pending, 5, &read);
    pending_add(&pending, 6, &all);

    ck_assert_uint_eq(pending_find_reading(&pending, &read), 5);
    ck_assert_uint_eq(pending_find_reading(&pending, &other), 0);
    ck_assert_uint_eq(pending_find_reading(&pending, &all), 6);
    ck_assert_uint_eq(pending_find_reading(&pending, &of_rule), 0);
    ck_assert_uint_eq(pending_find_reading(&pending, &fewer), 0);
}
END_TEST

Suite *pending_suite(void);

Suite *pending_suite(void)
{
    Suite *suite = suite_create("pending");
    TCase *tcase = tcase_create("pending");

    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, each_rule_of_a_batch_is_pending_until_the_batch_is_answered);
    tcase_add_test(tcase, a_batch_that_shares_no_rule_is_not_covered);
    tcase_add_test(tcase, reading_marks_no_rule_and_stops_no_change);
    tcase_add_test(tcase, only_the_very_same_reading_is_found);
    suite_add_tcase(suite, tcase);
    return suite;
}
