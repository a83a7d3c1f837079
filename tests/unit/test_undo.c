/*
 * Taking back the last change of the rules window.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/view/undo.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define JOB 7u

static struct report *report;
static struct undo undo;
static struct request request;
static struct batch inverse;

static void add_rule(const char *name, bool enabled)
{
    struct report_rule *item;

    report->rules = mem_grow(report->rules, report->rule_count, &report->rule_capacity,
                             sizeof *report->rules);
    item = &report->rules[report->rule_count++];
    item->rule = rule_default();
    item->rule.enabled = enabled;
    text_copy(item->rule.name, sizeof item->rule.name, name);
    snprintf(item->rule.id.text, sizeof item->rule.id.text,
             "00000000-0000-4000-8000-%012zu", report->rule_count);
}

static void set_up(void)
{
    report = report_new();
    add_rule("web", true);
    add_rule("api", true);
    add_rule("off", false);
    request = (struct request){.verb = VERB_BATCH};
}

static void tear_down(void)
{
    if (request.verb == VERB_BATCH)
        mem_free(request.batch.items);
    LIST_CLEAR(&inverse);
    undo_clear(&undo);
    report_free(report);
}

static void ask(size_t rule, enum verb verb, bool enabled)
{
    struct batch_item *item = LIST_ADD(&request.batch);

    item->verb = verb;
    item->enabled = enabled;
    item->rule.id = report->rules[rule].rule.id;
}

static void remove_first_rules(size_t count)
{
    memmove(report->rules, report->rules + count,
            (report->rule_count - count) * sizeof *report->rules);
    report->rule_count -= count;
}

static void remove_two(void)
{
    ask(0, VERB_DELETE_RULE, false);
    ask(1, VERB_DELETE_RULE, false);
    undo_note(&undo, JOB, &request, report);
    remove_first_rules(2);
    undo_finish(&undo, JOB, true);
}

static void disable_all(void)
{
    for (size_t i = 0; i < 3; i++)
        ask(i, VERB_ENABLE, false);
    undo_note(&undo, JOB, &request, report);
    for (size_t i = 0; i < 3; i++)
        report->rules[i].rule.enabled = false;
    undo_finish(&undo, JOB, true);
}

START_TEST(undo_of_a_removal_makes_the_rules_again_with_their_ids)
{
    remove_two();

    ck_assert(undo_is_possible(&undo));
    ck_assert_int_eq(undo.kind, UNDO_REMOVED);
    undo_build(&undo, &inverse);

    ck_assert_uint_eq(inverse.count, 2);
    ck_assert_int_eq(inverse.items[1].verb, VERB_PUT_RULE);
    ck_assert(inverse.items[1].restore);
    ck_assert_str_eq(inverse.items[1].rule.name, "api");
    ck_assert_str_eq(inverse.items[1].rule.id.text,
                     "00000000-0000-4000-8000-000000000002");
}
END_TEST

START_TEST(undo_of_disabling_enables_only_what_was_enabled)
{
    disable_all();

    undo_build(&undo, &inverse);

    ck_assert_int_eq(undo.kind, UNDO_DISABLED);
    ck_assert_uint_eq(inverse.count, 2);
    ck_assert_int_eq(inverse.items[0].verb, VERB_ENABLE);
    ck_assert(inverse.items[0].enabled);
    ck_assert_str_eq(inverse.items[0].rule.name, "web");
}
END_TEST

START_TEST(undo_of_a_single_request_works_as_well)
{
    request = (struct request){.verb = VERB_ENABLE};
    request.enable.rule_id = report->rules[2].rule.id;
    request.enable.enabled = true;

    undo_note(&undo, JOB, &request, report);
    undo_finish(&undo, JOB, true);
    undo_build(&undo, &inverse);

    ck_assert_int_eq(undo.kind, UNDO_ENABLED);
    ck_assert_uint_eq(inverse.count, 1);
    ck_assert(!inverse.items[0].enabled);
}
END_TEST

START_TEST(undo_waits_for_the_confirmation)
{
    ask(0, VERB_DELETE_RULE, false);
    undo_note(&undo, JOB, &request, report);
    ck_assert(!undo_is_possible(&undo));

    /* The rule is still there: that must not count as changed since. */
    undo_check(&undo, report);
    undo_finish(&undo, JOB + 1, true);
    ck_assert(!undo_is_possible(&undo));

    undo_finish(&undo, JOB, true);
    ck_assert(undo_is_possible(&undo));
}
END_TEST

START_TEST(undo_forgets_what_failed)
{
    ask(0, VERB_DELETE_RULE, false);
    undo_note(&undo, JOB, &request, report);

    undo_finish(&undo, JOB, false);

    ck_assert(!undo_is_possible(&undo));
    ck_assert_uint_eq(undo.before.count, 0);
}
END_TEST

START_TEST(undo_is_dropped_when_a_removed_rule_is_there_again)
{
    remove_two();
    undo_check(&undo, report);
    ck_assert(undo_is_possible(&undo));

    report->rules[0].rule.id = undo.before.items[0].id;
    undo_check(&undo, report);

    ck_assert(!undo_is_possible(&undo));
}
END_TEST

START_TEST(undo_is_dropped_when_somebody_enabled_a_rule_since)
{
    disable_all();
    undo_check(&undo, report);
    ck_assert(undo_is_possible(&undo));

    report->rules[1].rule.enabled = true;
    undo_check(&undo, report);

    ck_assert(!undo_is_possible(&undo));
}
END_TEST

START_TEST(undo_is_dropped_when_a_rule_is_gone_since)
{
    disable_all();

    remove_first_rules(1);
    undo_check(&undo, report);

    ck_assert(!undo_is_possible(&undo));
}
END_TEST

START_TEST(undo_survives_while_the_service_does_not_answer)
{
    remove_two();

    undo_check(&undo, NULL);

    ck_assert(undo_is_possible(&undo));
}
END_TEST

START_TEST(undo_keeps_nothing_of_what_changes_nothing)
{
    ask(2, VERB_ENABLE, false);
    undo_note(&undo, JOB, &request, report);
    undo_finish(&undo, JOB, true);

    ck_assert(!undo_is_possible(&undo));
}
END_TEST

START_TEST(undo_has_no_answer_to_a_mixed_batch)
{
    ask(0, VERB_ENABLE, false);
    ask(1, VERB_DELETE_RULE, false);
    undo_note(&undo, JOB, &request, report);
    undo_finish(&undo, JOB, true);

    ck_assert(!undo_is_possible(&undo));
}
END_TEST

START_TEST(undo_of_a_newer_change_takes_the_place_of_the_older)
{
    disable_all();
    mem_free(request.batch.items);
    request = (struct request){.verb = VERB_DELETE_RULE};
    request.rule_id = report->rules[2].rule.id;

    undo_note(&undo, JOB + 1, &request, report);
    undo_finish(&undo, JOB, true);
    ck_assert(!undo_is_possible(&undo));
    undo_finish(&undo, JOB + 1, true);

    ck_assert_int_eq(undo.kind, UNDO_REMOVED);
    ck_assert_uint_eq(undo.before.count, 1);
}
END_TEST

Suite *undo_suite(void);

Suite *undo_suite(void)
{
    Suite *suite = suite_create("undo");
    TCase *tests = tcase_create("undo");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, undo_of_a_removal_makes_the_rules_again_with_their_ids);
    tcase_add_test(tests, undo_of_disabling_enables_only_what_was_enabled);
    tcase_add_test(tests, undo_of_a_single_request_works_as_well);
    tcase_add_test(tests, undo_waits_for_the_confirmation);
    tcase_add_test(tests, undo_forgets_what_failed);
    tcase_add_test(tests, undo_is_dropped_when_a_removed_rule_is_there_again);
    tcase_add_test(tests, undo_is_dropped_when_somebody_enabled_a_rule_since);
    tcase_add_test(tests, undo_is_dropped_when_a_rule_is_gone_since);
    tcase_add_test(tests, undo_survives_while_the_service_does_not_answer);
    tcase_add_test(tests, undo_keeps_nothing_of_what_changes_nothing);
    tcase_add_test(tests, undo_has_no_answer_to_a_mixed_batch);
    tcase_add_test(tests, undo_of_a_newer_change_takes_the_place_of_the_older);
    suite_add_tcase(suite, tests);
    return suite;
}
