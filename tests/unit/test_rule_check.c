/*
 * What is wrong with a rule editor's fields while they are still being filled in.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "core/view/rule_check.h"
#include "tests/unit/valid_rule.h"

#include <check.h>

#define SET(field, value) ck_assert(text_copy((field), sizeof(field), (value)))

static struct rule_form valid_form(void)
{
    const struct rule rule = valid_rule();
    struct rule_form form;

    rule_form_show(&rule, &form);
    return form;
}

static bool find(const struct rule_form *form, unsigned fields, struct rule_problem *out)
{
    const struct rule base = valid_rule();

    return rule_problem_find(form, &base, fields, out);
}

START_TEST(valid_form_has_no_problem)
{
    const struct rule_form form = valid_form();
    struct rule_problem problem;

    ck_assert(!find(&form, RULE_FIELDS_ALL, &problem));
}
END_TEST

START_TEST(new_form_has_no_problem_in_what_is_filled)
{
    const struct rule rule = rule_default();
    struct rule_form form;
    struct rule_problem problem;
    unsigned filled;

    rule_form_show(&rule, &form);
    filled = rule_form_filled(&form);

    ck_assert_uint_eq(filled & RULE_FIELD_BIT(RULE_FIELD_LISTEN_PORT), 0);
    ck_assert_uint_eq(filled & RULE_FIELD_BIT(RULE_FIELD_CONNECT_PORT), 0);
    ck_assert_uint_eq(filled & RULE_FIELD_BIT(RULE_FIELD_NAME), 0);
    ck_assert(!find(&form, filled, &problem));
    ck_assert(find(&form, RULE_FIELDS_ALL, &problem));
    ck_assert_int_eq(problem.field, RULE_FIELD_LISTEN_PORT);
}
END_TEST

START_TEST(blanks_do_not_fill_a_field)
{
    struct rule_form form = valid_form();

    SET(form.listen_port, " \t");

    ck_assert_uint_eq(rule_form_filled(&form) & RULE_FIELD_BIT(RULE_FIELD_LISTEN_PORT), 0);
}
END_TEST

START_TEST(problem_of_a_field_that_does_not_count_is_not_found)
{
    struct rule_form form = valid_form();
    struct rule_problem problem;

    SET(form.listen_port, "70000");

    ck_assert(!find(&form, RULE_FIELD_BIT(RULE_FIELD_NAME), &problem));
    ck_assert(find(&form, RULE_FIELD_BIT(RULE_FIELD_LISTEN_PORT), &problem));
    ck_assert_int_eq(problem.field, RULE_FIELD_LISTEN_PORT);
    ck_assert(!problem.crosses);
}
END_TEST

START_TEST(first_problem_is_the_one_nearest_the_top)
{
    struct rule_form form = valid_form();
    struct rule_problem problem;

    form.connect_place = PLACE_TYPED;
    SET(form.connect_text, "host.example");
    form.listen_place = PLACE_TYPED;
    SET(form.listen_text, "192.168.1.300");
    ck_assert(find(&form, RULE_FIELDS_ALL, &problem));
    ck_assert_int_eq(problem.field, RULE_FIELD_LISTEN_PLACE);

    SET(form.name, "a\x01");
    ck_assert(find(&form, RULE_FIELDS_ALL, &problem));
    ck_assert_int_eq(problem.field, RULE_FIELD_NAME);
}
END_TEST

START_TEST(range_that_runs_over_at_the_other_end_crosses_fields)
{
    struct rule_form form = valid_form();
    struct rule_problem problem;

    SET(form.listen_port, "8000-8009");
    SET(form.connect_port, "65530");

    ck_assert(find(&form, RULE_FIELDS_ALL, &problem));
    ck_assert(problem.crosses);
    ck_assert_int_eq(problem.field, RULE_FIELD_CONNECT_PORT);
}
END_TEST

START_TEST(what_is_forced_is_no_problem)
{
    struct rule_form form = valid_form();
    struct rule_problem problem;

    SET(form.listen_port, "3389");
    ck_assert(find(&form, RULE_FIELDS_ALL, &problem));
    form.forced = true;
    ck_assert(!find(&form, RULE_FIELDS_ALL, &problem));
}
END_TEST

START_TEST(fields_are_read_without_the_others)
{
    const struct rule base = valid_rule();
    struct rule_form form = valid_form();
    struct rule rule;

    SET(form.listen_port, "nonsense");
    form.profiles = PROFILE_PUBLIC;

    ck_assert(rule_form_read_fields(&form, &base, RULE_FIELD_BIT(RULE_FIELD_PROFILES),
                                    &rule, NULL));
    ck_assert_uint_eq(rule.scope.profiles, PROFILE_PUBLIC);
    ck_assert(!rule_form_read_fields(&form, &base, RULE_FIELDS_ALL, &rule, NULL));
}
END_TEST

Suite *rule_check_suite(void);

Suite *rule_check_suite(void)
{
    Suite *suite = suite_create("rule_check");
    TCase *tests = tcase_create("rule_check");

    tcase_add_test(tests, valid_form_has_no_problem);
    tcase_add_test(tests, new_form_has_no_problem_in_what_is_filled);
    tcase_add_test(tests, blanks_do_not_fill_a_field);
    tcase_add_test(tests, problem_of_a_field_that_does_not_count_is_not_found);
    tcase_add_test(tests, first_problem_is_the_one_nearest_the_top);
    tcase_add_test(tests, range_that_runs_over_at_the_other_end_crosses_fields);
    tcase_add_test(tests, what_is_forced_is_no_problem);
    tcase_add_test(tests, fields_are_read_without_the_others);
    suite_add_tcase(suite, tests);
    return suite;
}
