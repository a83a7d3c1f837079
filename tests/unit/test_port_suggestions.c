/*
 * The ports that could be forwarded and are not.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/view/port_suggestions.h"

#include <check.h>

Suite *port_suggestions_suite(void);

#define ME "S-1-5-21-0-0-0-1000"
#define OTHER "S-1-5-21-0-0-0-1001"

static struct report *report;
static struct view_state view;
static struct port_suggestions found;

static void set_up(void)
{
    report = report_new();
    view = (struct view_state){.report = report};
    text_copy(view.user.text, sizeof view.user.text, ME);
}

static void tear_down(void)
{
    report_free(report);
}

static void see_port(const char *user, uint16_t port)
{
    struct report_wsl_port *item;

    report->wsl_ports = mem_grow(report->wsl_ports, report->wsl_port_count,
                                 &report->wsl_port_capacity, sizeof *report->wsl_ports);
    item = &report->wsl_ports[report->wsl_port_count++];
    text_copy(item->user.text, sizeof item->user.text, user);
    item->port = port;
}

static struct rule *add_rule(const char *owner, uint16_t listen, uint16_t connect)
{
    struct rule *rule;

    report->rules = mem_grow(report->rules, report->rule_count, &report->rule_capacity,
                             sizeof *report->rules);
    rule = &report->rules[report->rule_count++].rule;
    *rule = rule_default();
    text_copy(rule->owner.text, sizeof rule->owner.text, owner);
    rule->listen.first_port = rule->listen.last_port = listen;
    rule->connect.first_port = connect;
    return rule;
}

START_TEST(port_suggestions_build_gives_the_users_ports_in_order)
{
    see_port(ME, 8080);
    see_port(ME, 22);
    see_port(OTHER, 5432);

    port_suggestions_build(&view, &found);

    ck_assert_uint_eq(found.count, 2);
    ck_assert_uint_eq(found.items[0].port, 22);
    ck_assert_str_eq(found.items[0].service, "SSH");
    ck_assert_uint_eq(found.items[1].port, 8080);
}
END_TEST

START_TEST(port_suggestions_build_knows_nothing_without_a_report)
{
    view.report = NULL;

    port_suggestions_build(&view, &found);

    ck_assert_uint_eq(found.count, 0);
}
END_TEST

START_TEST(port_suggestions_build_leaves_out_what_a_rule_forwards)
{
    see_port(ME, 3000);
    see_port(ME, 3001);
    add_rule(ME, 80, 3000);

    port_suggestions_build(&view, &found);

    ck_assert_uint_eq(found.count, 1);
    ck_assert_uint_eq(found.items[0].port, 3001);
}
END_TEST

START_TEST(port_suggestions_build_leaves_out_what_a_rule_listens_on)
{
    see_port(ME, 3005);
    add_rule(ME, 3000, 4000)->listen.last_port = 3010;

    port_suggestions_build(&view, &found);

    ck_assert_uint_eq(found.count, 0);
}
END_TEST

START_TEST(port_suggestions_build_ignores_where_a_rule_elsewhere_connects)
{
    see_port(ME, 3000);
    add_rule(ME, 80, 3000)->connect.kind = CONNECT_ADDRESS;

    port_suggestions_build(&view, &found);

    ck_assert_uint_eq(found.count, 1);
}
END_TEST

START_TEST(port_suggestions_build_ignores_other_users_rules)
{
    see_port(ME, 3000);
    add_rule(OTHER, 80, 3000);

    port_suggestions_build(&view, &found);

    ck_assert_uint_eq(found.count, 1);
}
END_TEST

START_TEST(port_suggestions_build_leaves_out_what_would_be_refused)
{
    see_port(ME, 445);

    port_suggestions_build(&view, &found);

    ck_assert_uint_eq(found.count, 0);
}
END_TEST

START_TEST(port_suggestions_build_keeps_the_well_known_and_the_lowest)
{
    for (uint16_t port = 40000; port < 40020; port++)
        see_port(ME, port);
    see_port(ME, 5432);
    see_port(ME, 50000);

    port_suggestions_build(&view, &found);

    ck_assert_uint_eq(found.count, PORT_SUGGESTION_CAPACITY);
    ck_assert_uint_eq(found.total, 22);
    ck_assert_uint_eq(found.items[0].port, 5432);
    ck_assert_uint_eq(found.items[1].port, 40000);
    ck_assert_uint_eq(found.items[PORT_SUGGESTION_CAPACITY - 1].port, 40010);
}
END_TEST

START_TEST(port_suggestion_label_names_the_service)
{
    char label[PORT_LABEL_SIZE];

    port_suggestion_label(5432, label);
    ck_assert_str_eq(label, "5432 (PostgreSQL)");
    port_suggestion_label(4711, label);
    ck_assert_str_eq(label, "4711");
}
END_TEST

START_TEST(port_suggestion_rule_is_one_that_may_be_stored)
{
    const struct rule rule = port_suggestion_rule(5432);
    struct error err = {0};

    ck_assert(rule_validate(&rule, &err));
    ck_assert_str_eq(rule.name, "PostgreSQL");
    ck_assert_uint_eq(rule.connect.first_port, 5432);
}
END_TEST

Suite *port_suggestions_suite(void)
{
    Suite *suite = suite_create("port_suggestions");
    TCase *build = tcase_create("port_suggestions_build");
    TCase *suggestion = tcase_create("port_suggestion");

    tcase_add_checked_fixture(build, set_up, tear_down);
    tcase_add_test(build, port_suggestions_build_gives_the_users_ports_in_order);
    tcase_add_test(build, port_suggestions_build_knows_nothing_without_a_report);
    tcase_add_test(build, port_suggestions_build_leaves_out_what_a_rule_forwards);
    tcase_add_test(build, port_suggestions_build_leaves_out_what_a_rule_listens_on);
    tcase_add_test(build, port_suggestions_build_ignores_where_a_rule_elsewhere_connects);
    tcase_add_test(build, port_suggestions_build_ignores_other_users_rules);
    tcase_add_test(build, port_suggestions_build_leaves_out_what_would_be_refused);
    tcase_add_test(build, port_suggestions_build_keeps_the_well_known_and_the_lowest);
    tcase_add_test(suggestion, port_suggestion_label_names_the_service);
    tcase_add_test(suggestion, port_suggestion_rule_is_one_that_may_be_stored);
    suite_add_tcase(suite, build);
    suite_add_tcase(suite, suggestion);
    return suite;
}
