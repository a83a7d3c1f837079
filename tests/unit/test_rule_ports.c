/*
 * Which ports a rule may have.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/rule.h"

#include "core/base/text.h"
#include "tests/unit/rule_checks.h"
#include "tests/unit/valid_rule.h"

#include <check.h>

Suite *rule_ports_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

START_TEST(rule_default_lacks_only_its_ports)
{
    struct rule rule = rule_default();

    ck_assert(rule.enabled);
    ck_assert_int_eq(rule.listen.kind, LISTEN_ANY);
    ck_assert_int_eq(rule.connect.kind, CONNECT_WSL);
    ck_assert_uint_eq(rule.scope.profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);
    ck_assert_int_eq(rule.scope.remote, REMOTE_LOCAL_SUBNET);
    ck_assert_str_eq(rule.name, "");
    assert_rule_refused(&rule, "listen port '0'");

    set_ports(&rule, 3000, 3000, 3000);
    assert_accepted(&rule);
}
END_TEST

START_TEST(rule_validate_accepts_the_valid_rules)
{
    const struct rule to_wsl = valid_rule();
    const struct rule to_address = valid_rule_to_address();

    assert_accepted(&to_wsl);
    assert_accepted(&to_address);
}
END_TEST

START_TEST(rule_validate_rejects_listen_port_zero)
{
    struct rule rule = valid_rule();
    struct error err = {0};

    rule.listen.first_port = 0;

    ck_assert(!rule_validate(&rule, &err));
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_str_eq(err.detail, "listen port '0': must be 1 to 65535");
}
END_TEST

static const struct {
    uint16_t first;
    uint16_t last;
    uint16_t connect;
    const char *refusal; /* NULL: accepted */
} port_cases[] = {
    {1, 1, 1, NULL},
    {65535, 65535, 65535, NULL},
    {80, 80, 65535, NULL},
    {8000, 8010, 9000, NULL},
    {8000, 8010, 65525, NULL},
    {8000, 8010, 65526, "connect port '65526'"},
    {8000, 8001, 65535, "connect port '65535'"},
    {10000, 11023, 1, NULL}, /* 1,024 entries, the cap */
    {10000, 11024, 1, "listen port '10000-11024'"},
    {1, 65535, 1, "listen port '1-65535'"},
    {80, 79, 80, "listen port '80-79'"},
    {65535, 0, 80, "listen port '65535-0'"},
    {0, 0, 80, "listen port '0'"},
    {0, 80, 80, "listen port '0'"},
    {80, 80, 0, "connect port '0'"},
    {65535, 1, 1, "listen port '65535-1'"},
};

START_TEST(rule_validate_checks_ports_and_ranges)
{
    struct rule rule = valid_rule();

    set_ports(&rule, port_cases[_i].first, port_cases[_i].last, port_cases[_i].connect);

    if (port_cases[_i].refusal == NULL)
        assert_accepted(&rule);
    else
        assert_rule_refused(&rule, port_cases[_i].refusal);
}
END_TEST

START_TEST(rule_validate_checks_ports_even_when_forced)
{
    struct rule rule = valid_rule();

    rule.forced = true;
    set_ports(&rule, 0, 0, 80);
    assert_rule_refused(&rule, "listen port '0'");
    set_ports(&rule, 80, 79, 80);
    assert_rule_refused(&rule, "listen port '80-79'");
    set_ports(&rule, 80, 81, 65535);
    assert_rule_refused(&rule, "connect port '65535'");
}
END_TEST

static const uint16_t reserved_ports[] = {135, 139, 445, 3389, 5985, 5986, 47001};

START_TEST(rule_validate_keeps_off_the_ports_windows_needs_unless_forced)
{
    struct rule rule = valid_rule();
    const uint16_t port = reserved_ports[_i];
    char detail[32];
    struct text text = TEXT_OVER(detail);

    text_append_format(&text, "listen port '%u'", port);
    set_ports(&rule, port, port, 80);
    assert_rule_refused(&rule, detail);
    set_ports(&rule, (uint16_t)(port - 1), (uint16_t)(port + 1), 80);
    assert_rule_refused(&rule, "listen port '");
    set_ports(&rule, (uint16_t)(port - 2), port, 80);
    assert_rule_refused(&rule, "listen port '");
    rule.forced = true;
    assert_accepted(&rule);
}
END_TEST

START_TEST(rule_validate_accepts_the_neighbours_of_the_ports_windows_needs)
{
    static const uint16_t neighbours[] = {134,  136,  138,  140,  444,   446,
                                          3388, 3390, 5984, 5987, 47000, 47002};
    struct rule rule = valid_rule();

    for (size_t i = 0; i < sizeof neighbours / sizeof neighbours[0]; i++) {
        set_ports(&rule, neighbours[i], neighbours[i],
                  3389); /* the connect side is free */
        assert_accepted(&rule);
    }
}
END_TEST

START_TEST(rule_validate_keeps_off_reserved_ports_on_an_interface_too)
{
    struct rule rule = valid_rule();

    listen_on(&rule, "Wi-Fi");
    set_ports(&rule, 445, 445, 445);

    assert_rule_refused(&rule, "listen port '445'");
}
END_TEST

START_TEST(rule_port_count_counts_both_ends)
{
    struct rule rule = valid_rule();

    ck_assert_uint_eq(rule_port_count(&rule), 1);
    set_ports(&rule, 8000, 8010, 8000);
    ck_assert_uint_eq(rule_port_count(&rule), 11);
    set_ports(&rule, 1, 65535, 1);
    ck_assert_uint_eq(rule_port_count(&rule), 65535);
}
END_TEST

Suite *rule_ports_suite(void)
{
    Suite *suite = suite_create("rule_ports");
    TCase *ports = tcase_create("rule_validate: ports");

    tcase_add_test(ports, rule_default_lacks_only_its_ports);
    tcase_add_test(ports, rule_validate_accepts_the_valid_rules);
    tcase_add_test(ports, rule_validate_rejects_listen_port_zero);
    tcase_add_loop_test(ports, rule_validate_checks_ports_and_ranges, 0,
                        COUNT(port_cases));
    tcase_add_test(ports, rule_validate_checks_ports_even_when_forced);
    tcase_add_loop_test(ports,
                        rule_validate_keeps_off_the_ports_windows_needs_unless_forced, 0,
                        COUNT(reserved_ports));
    tcase_add_test(ports, rule_validate_accepts_the_neighbours_of_the_ports_windows_needs);
    tcase_add_test(ports, rule_validate_keeps_off_reserved_ports_on_an_interface_too);
    tcase_add_test(ports, rule_port_count_counts_both_ends);
    suite_add_tcase(suite, ports);
    return suite;
}
