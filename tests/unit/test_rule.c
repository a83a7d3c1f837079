/*
 * Rules' ids and owners, and lists of rules.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/rule.h"

#include "core/base/mem.h"
#include "tests/unit/valid_rule.h"

#include <check.h>

Suite *rule_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static const struct {
    const char *text;
    bool valid;
} ids[] = {
    {"0f8fad5b-d9cb-469f-a165-70867728950e", true},
    {"00000000-0000-0000-0000-000000000000", true},
    {"", false},
    {"0f8fad5b-d9cb-469f-a165-70867728950", false},
    {"0f8fad5b-d9cb-469f-a165-70867728950e0", false},
    {"0F8FAD5B-D9CB-469F-A165-70867728950E", false},
    {"{0f8fad5b-d9cb-469f-a165-70867728950e}", false},
    {"0f8fad5bd9cb469fa16570867728950e", false},
    {"0f8fad5b-d9cb-469f-a165_70867728950e", false},
    {"0f8fad5-bd9cb-469f-a165-70867728950e", false},
    {"0f8fad5g-d9cb-469f-a165-70867728950e", false},
    {" 0f8fad5b-d9cb-469f-a165-70867728950", false},
};

START_TEST(rule_id_is_valid_only_as_a_lower_case_uuid)
{
    ck_assert_msg(rule_id_is_valid(ids[_i].text) == ids[_i].valid, "'%s'", ids[_i].text);
}
END_TEST

static const struct {
    const char *text;
    bool valid;
} sids[] = {
    {"S-1-5-18", true},
    {"S-1-5-21-1004336348-1177238915-682003330-1001", true},
    {"S-1-12-1-1-2-3-4", true}, /* an Entra account */
    {"", false},
    {"S-1", false},
    {"S-1-", false},
    {"S-1-5", false},
    {"S-1-5-", false},
    {"S-1-5-21-", false},
    {"S-1-5--21", false},
    {"S-2-5-18", false},
    {"s-1-5-18", false},
    {"S-1-5-18 ", false},
    {"S-1-5-18\\Software", false},
    {"S-1-5-18_Classes", false},
    {"S-1-5-0x12", false},
    {"S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", true},
    {"S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16", false},
    {"S-1-5-99999999999999999999999999999999999", false},
    {"../S-1-5-18", false},
};

START_TEST(user_sid_is_valid_only_in_decimal_parts)
{
    ck_assert_msg(user_sid_is_valid(sids[_i].text) == sids[_i].valid, "'%s'",
                  sids[_i].text);
}
END_TEST

START_TEST(ids_and_sids_compare_whole)
{
    const struct rule_id id = {"0f8fad5b-d9cb-469f-a165-70867728950e"};
    const struct rule_id other_id = {"0f8fad5b-d9cb-469f-a165-70867728950f"};
    const struct user_sid user = {"S-1-5-21-1-2-3-1001"};
    const struct user_sid other_user = {"S-1-5-21-1-2-3-100"};

    ck_assert(rule_id_equals(&id, &id));
    ck_assert(!rule_id_equals(&id, &other_id));
    ck_assert(user_sid_equals(&user, &user));
    ck_assert(!user_sid_equals(&user, &other_user));
    ck_assert(!user_sid_equals(&other_user, &user));
}
END_TEST

START_TEST(rule_list_find_goes_by_id)
{
    struct rule_list list = {0};
    const struct rule rule = valid_rule();
    const struct rule_id other = {"7c9e6679-7425-40de-944b-e07fc1f90ae7"};

    *LIST_ADD(&list) = rule;
    LIST_ADD(&list)->id = other;

    ck_assert_ptr_eq(rule_list_find(&list, &rule.id), &list.items[0]);
    ck_assert_ptr_eq(rule_list_find(&list, &other), &list.items[1]);
    list.count = 1;
    ck_assert_ptr_null(rule_list_find(&list, &other));

    rule_list_clear(&list);
    ck_assert_ptr_null(list.items);
    ck_assert_uint_eq(list.count + list.capacity, 0);
}
END_TEST

Suite *rule_suite(void)
{
    Suite *suite = suite_create("rule");
    TCase *names = tcase_create("ids and lists");

    tcase_add_loop_test(names, rule_id_is_valid_only_as_a_lower_case_uuid, 0, COUNT(ids));
    tcase_add_loop_test(names, user_sid_is_valid_only_in_decimal_parts, 0, COUNT(sids));
    tcase_add_test(names, ids_and_sids_compare_whole);
    tcase_add_test(names, rule_list_find_goes_by_id);
    suite_add_tcase(suite, names);
    return suite;
}
