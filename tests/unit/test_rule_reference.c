/*
 * Which rule a name, an id or a port means.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/command/rule_reference.h"

#include <check.h>
#include <string.h>

static const struct user_sid me = {"S-1-5-21-1-2-3-1001"};
static const struct user_sid other = {"S-1-5-21-1-2-3-1002"};

static struct report_rule *add_rule(struct report *report, const struct user_sid *owner,
                                    const char *name, uint16_t first_port,
                                    uint16_t last_port)
{
    struct report_rule *item;

    report->rules = mem_grow(report->rules, report->rule_count, &report->rule_capacity,
                             sizeof *report->rules);
    item = &report->rules[report->rule_count++];
    item->rule = rule_default();
    item->rule.owner = *owner;
    text_copy(item->rule.id.text, sizeof item->rule.id.text,
              "01111111-1111-4111-8111-111111111111");
    item->rule.id.text[0] = (char)('0' + report->rule_count);
    text_copy(item->rule.name, sizeof item->rule.name, name);
    item->rule.listen.first_port = first_port;
    item->rule.listen.last_port = last_port;
    return item;
}

/* ids begin with 1, 2, 3, … in this order */
static struct report *report_of_rules(void)
{
    struct report *report = report_new();

    add_rule(report, &me, "web", 3000, 3000);
    add_rule(report, &me, "games", 7000, 7010);
    add_rule(report, &me, "8080", 9000, 9000);
    add_rule(report, &me, "proxy", 8080, 8080);
    add_rule(report, &me, "Twin", 5000, 5000);
    add_rule(report, &me, "TWIN", 5001, 5001);
    add_rule(report, &me, "", 6000, 6000);
    add_rule(report, &other, "web", 4000, 4000);
    add_rule(report, &other, "theirs", 4001, 4001);
    return report;
}

static const struct {
    const char *reference;
    char id;            /* the first digit of the rule's id; 0: refused */
    const char *detail; /* a part of it */
} references[] = {
    {"web", '1', NULL},
    {"WEB", '1', NULL},
    {"3000", '1', NULL},
    {"11111111-1111-4111-8111-111111111111", '1', NULL},
    {"7000", '2', NULL},
    {"7005", '2', NULL},
    {"7010", '2', NULL},
    {"7011", 0, "no rule has this name, id or listen port"},
    {"8080", 0, "2 rules fit"},
    {"9000", '3', NULL},
    {"proxy", '4', NULL},
    {"Twin", '5', NULL},
    {"TWIN", '6', NULL},
    {"twin", 0, "2 rules fit"},
    {"6000", '7', NULL},
    {"", 0, "no rule has"},
    {"03000", 0, "no rule has"},
    {"4000", 0, "but of another; --user SID"},
    {"theirs", 0, "but of another; --user SID"},
    {"81111111-1111-4111-8111-111111111111", '8', NULL},
    {"A1111111-1111-4111-8111-111111111111", 0, "no rule has"},
};

START_TEST(rule_reference_resolve_finds_the_only_rule_that_fits)
{
    struct report *report = report_of_rules();
    struct error err = {0};
    const struct report_rule *found =
        rule_reference_resolve(report, &me, references[_i].reference, &err);

    if (references[_i].id != 0) {
        ck_assert_msg(found != NULL, "'%s': %s", references[_i].reference, err.detail);
        ck_assert_int_eq(found->rule.id.text[0], references[_i].id);
    } else {
        ck_assert_msg(found == NULL, "'%s'", references[_i].reference);
        ck_assert_int_eq(err.kind, ERR_NOT_FOUND);
        ck_assert_msg(strstr(err.detail, references[_i].detail) != NULL, "'%s': %s",
                      references[_i].reference, err.detail);
    }
    report_free(report);
}
END_TEST

START_TEST(rule_reference_find_gives_all_that_fit)
{
    struct report *report = report_of_rules();
    struct rule_match_list matches = {0};

    rule_reference_find(report, &me, "8080", &matches);

    ck_assert_uint_eq(matches.count, 2);
    ck_assert_str_eq(matches.items[0]->rule.name, "8080");
    ck_assert_str_eq(matches.items[1]->rule.name, "proxy");
    rule_match_list_clear(&matches);
    report_free(report);
}
END_TEST

Suite *rule_reference_suite(void)
{
    Suite *suite = suite_create("rule_reference");
    TCase *tcase = tcase_create("rule_reference");

    tcase_add_loop_test(tcase, rule_reference_resolve_finds_the_only_rule_that_fits, 0,
                        (int)(sizeof references / sizeof references[0]));
    tcase_add_test(tcase, rule_reference_find_gives_all_that_fit);
    suite_add_tcase(suite, tcase);
    return suite;
}
