/*
 * How many rules become a few submenus.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/menu_groups.h"

#include "core/base/mem.h"

#include <check.h>

#define DASH "\xe2\x80\x93"

static struct menu_model model;

static void tear_down(void)
{
    menu_model_clear(&model);
}

static struct menu_rule *add_rule(const char *name, uint16_t port)
{
    model.rules = mem_grow(model.rules, model.rule_count, &model.rule_capacity,
                           sizeof *model.rules);
    struct menu_rule *rule = &model.rules[model.rule_count++];

    text_copy(rule->label, sizeof rule->label, name);
    menu_prefix_of(name, rule->prefix, sizeof rule->prefix);
    rule->port = port;
    rule->checked = true;
    return rule;
}

static void add_rules(const char *name, uint16_t first_port, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_rule(name, (uint16_t)(first_port + i));
}

static const struct {
    const char *name, *prefix;
} prefixes[] = {
    {"shop/web", "shop"}, {"shop : web", "shop"}, {"shop: a/b", "shop"},
    {"no separator", ""}, {"/web", ""},           {"", ""},
};

START_TEST(prefix_ends_before_the_first_separator)
{
    char prefix[RULE_TEXT_SIZE];

    menu_prefix_of(prefixes[_i].name, prefix, sizeof prefix);

    ck_assert_str_eq(prefix, prefixes[_i].prefix);
}
END_TEST

START_TEST(rules_without_common_prefixes_are_grouped_by_ranges_of_ports)
{
    add_rules("b", 8000, 6);
    add_rules("a", 3000, 6);

    menu_groups_make(&model);

    ck_assert_uint_eq(model.group_count, 2);
    ck_assert_str_eq(model.groups[0].title, "3000" DASH "3005");
    ck_assert_str_eq(model.groups[1].title, "8000" DASH "8005");
    ck_assert_uint_eq(model.groups[1].first, 6);
    ck_assert_uint_eq(model.groups[1].count, 6);
    ck_assert_uint_eq(model.rules[0].port, 3000);
}
END_TEST

START_TEST(two_hundred_and_fifty_six_rules_are_ten_groups_that_hold_each_once)
{
    size_t next = 0;

    add_rules("a", 3000, 256);

    menu_groups_make(&model);

    ck_assert_uint_eq(model.group_count, 10);
    for (size_t i = 0; i < model.group_count; i++) {
        ck_assert_uint_eq(model.groups[i].first, next);
        next += model.groups[i].count;
    }
    ck_assert_uint_eq(next, 256);
}
END_TEST

START_TEST(a_group_on_one_port_has_one_number)
{
    for (int i = 0; i < 11; i++)
        add_rule("same", 3000);

    menu_groups_make(&model);

    ck_assert_str_eq(model.groups[0].title, "3000");
}
END_TEST

START_TEST(rules_with_common_prefixes_are_grouped_by_them)
{
    for (uint16_t i = 0; i < 5; i++) {
        add_rule("Shop/web", (uint16_t)(9000 - i));
        add_rule(i % 2 == 0 ? "R&D/api" : "r&d/api", (uint16_t)(3000 + i));
    }
    add_rule("alone", 1);

    menu_groups_make(&model);

    ck_assert_uint_eq(model.group_count, 3);
    ck_assert_str_eq(model.groups[0].title, "Shop");
    ck_assert_str_eq(model.groups[1].title, "R&&D");
    ck_assert_uint_eq(model.groups[1].count, 5);
    ck_assert_str_eq(model.groups[2].title, "");
    ck_assert_str_eq(model.rules[10].label, "alone");
    ck_assert_uint_eq(model.rules[0].port, 9000);
    ck_assert_uint_eq(model.rules[1].port, 8999);
}
END_TEST

START_TEST(prefixes_that_take_in_too_few_rules_are_not_used)
{
    add_rules("shop/web", 3000, 4);
    add_rules("blog/web", 4000, 4);
    add_rules("other", 5000, 4);

    menu_groups_make(&model);

    ck_assert_str_eq(model.groups[0].title, "3000" DASH "4001");
}
END_TEST

START_TEST(one_prefix_for_all_does_not_group_anything)
{
    add_rules("shop/web", 3000, 12);

    menu_groups_make(&model);

    ck_assert_str_eq(model.groups[0].title, "3000" DASH "3005");
}
END_TEST

START_TEST(groups_count_what_is_on_and_show_what_needs_the_user)
{
    add_rules("a", 3000, 12);
    model.rules[0].checked = false;
    model.rules[7].mark = MENU_MARK_NEEDS_USER;

    menu_groups_make(&model);

    ck_assert_uint_eq(model.groups[0].enabled_count, 5);
    ck_assert(!model.groups[0].needs_user);
    ck_assert_uint_eq(model.groups[1].enabled_count, 6);
    ck_assert(model.groups[1].needs_user);
}
END_TEST

Suite *menu_groups_suite(void);

Suite *menu_groups_suite(void)
{
    Suite *suite = suite_create("menu_groups");
    TCase *tests = tcase_create("menu_groups_make");

    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_loop_test(tests, prefix_ends_before_the_first_separator, 0,
                        sizeof prefixes / sizeof *prefixes);
    tcase_add_test(tests, rules_without_common_prefixes_are_grouped_by_ranges_of_ports);
    tcase_add_test(tests,
                   two_hundred_and_fifty_six_rules_are_ten_groups_that_hold_each_once);
    tcase_add_test(tests, a_group_on_one_port_has_one_number);
    tcase_add_test(tests, rules_with_common_prefixes_are_grouped_by_them);
    tcase_add_test(tests, prefixes_that_take_in_too_few_rules_are_not_used);
    tcase_add_test(tests, one_prefix_for_all_does_not_group_anything);
    tcase_add_test(tests, groups_count_what_is_on_and_show_what_needs_the_user);
    suite_add_tcase(suite, tests);
    return suite;
}
