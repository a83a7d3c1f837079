/*
 * Which addresses, interfaces, texts and scopes a rule may have.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/rule.h"

#include "core/base/text.h"
#include "tests/unit/rule_checks.h"
#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

Suite *rule_fields_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static void listen_at(struct rule *rule, const char *address)
{
    rule->listen.kind = LISTEN_ADDRESS;
    rule->listen.address = address_of(address);
}

static void admit(struct rule *rule, const char *prefix)
{
    rule->scope.remote = REMOTE_LIST;
    rule->scope.remotes[rule->scope.remote_count++] = prefix_of(prefix);
}

static const struct {
    const char *address;
    bool refused;
    bool force_helps;
} listen_addresses[] = {
    {"0.0.0.0", false, true},
    {"192.168.1.10", false, true},
    {"::", false, true},
    {"fe80::1", false, true},
    {"127.0.0.1", true, true},
    {"127.0.0.2", true, true},
    {"127.255.255.254", true, true},
    {"::1", true, true},
    {"::ffff:127.0.0.1", true, true},
    {"224.0.0.1", true, false},
    {"ff02::1", true, false},
    {"255.255.255.255", true, false},
    {"::ffff:255.255.255.255", true, false},
};

START_TEST(rule_validate_checks_the_listen_address)
{
    struct rule rule = valid_rule();
    char detail[80];
    struct text text = TEXT_OVER(detail);

    text_append_format(&text, "listen address '%s'", listen_addresses[_i].address);
    listen_at(&rule, listen_addresses[_i].address);

    if (listen_addresses[_i].refused)
        assert_rule_refused(&rule, detail);
    else
        assert_accepted(&rule);
    rule.forced = true;
    if (listen_addresses[_i].force_helps)
        assert_accepted(&rule);
    else
        assert_rule_refused(&rule, detail);
}
END_TEST

START_TEST(rule_validate_rejects_a_missing_listen_address)
{
    struct rule rule = valid_rule();

    rule.listen.kind = LISTEN_ADDRESS;
    rule.listen.address = (struct address){0};

    assert_rule_refused(&rule, "listen address ''");
}
END_TEST

START_TEST(rule_validate_rejects_any_address_that_is_a_certain_one)
{
    struct rule rule = valid_rule();

    rule.listen.address = address_of("192.168.1.10");
    assert_rule_refused(&rule, "listen address '192.168.1.10'");
    rule.listen.address = address_of("::");
    assert_rule_refused(&rule, "listen address '::'");
}
END_TEST

static const struct {
    const char *address;
    bool refused;
} connect_addresses[] = {
    {"10.0.0.5", false},        {"192.168.1.1", false},     {"fd00::5", false},
    {"fe80::1", false},         {"0.0.0.0", true},          {"::", true},
    {"127.0.0.1", true},        {"127.1.2.3", true},        {"::1", true},
    {"::ffff:127.0.0.1", true}, {"224.0.0.1", true},        {"ff02::1", true},
    {"255.255.255.255", true},  {"255.255.255.254", false},
};

START_TEST(rule_validate_checks_the_connect_address_even_when_forced)
{
    struct rule rule = valid_rule_to_address();
    char detail[80];
    struct text text = TEXT_OVER(detail);

    text_append_format(&text, "connect address '%s'", connect_addresses[_i].address);
    rule.connect.address = address_of(connect_addresses[_i].address);

    for (int forced = 0; forced <= 1; forced++) {
        rule.forced = forced != 0;
        if (connect_addresses[_i].refused)
            assert_rule_refused(&rule, detail);
        else
            assert_accepted(&rule);
    }
}
END_TEST

START_TEST(rule_validate_rejects_a_missing_connect_address)
{
    struct rule rule = valid_rule();

    rule.connect.kind = CONNECT_ADDRESS;

    assert_rule_refused(&rule, "connect address ''");
}
END_TEST

START_TEST(rule_validate_checks_the_interface_name)
{
    struct rule rule = valid_rule();

    listen_on(&rule, "vEthernet (WSL (Hyper-V firewall))");
    assert_accepted(&rule);
    listen_on(&rule, "");
    assert_rule_refused(&rule, "listen interface");
    listen_on(&rule, "Wi\nFi");
    assert_rule_refused(&rule, "listen interface");
    listen_on(&rule, "Wi\xE2\x80\xAE-Fi");
    assert_rule_refused(&rule, "listen interface");
    listen_on(&rule, "Wi\xFF-Fi");
    assert_rule_refused(&rule, "listen interface");
}
END_TEST

START_TEST(rule_validate_takes_interface_names_of_256_bytes_and_no_unterminated_one)
{
    struct rule rule = valid_rule();

    listen_on(&rule, "");
    memset(rule.listen.interface_name, 'a', RULE_INTERFACE_NAME_SIZE - 1);
    assert_accepted(&rule);
    memset(rule.listen.interface_name, 'a', RULE_INTERFACE_NAME_SIZE);
    assert_rule_refused(&rule, "listen interface");
}
END_TEST

static const struct {
    const char *what;
    const char *text;
    bool refused;
} text_cases[] = {
    {"empty", "", false},
    {"umlauts", "B\xC3\xBCro", false},
    {"a line feed", "web\nserver", true},
    {"escape", "\x1b[2Jweb", true},
    {"DEL", "web\x7f", true},
    {"C1", "web\xC2\x85", true},
    {"a right-to-left override",
     "web\xE2\x80\xAE"
     "exe",
     true},
    {"an isolate", "\xE2\x81\xA6web", true},
    {"broken UTF-8", "web\xC3", true},
    {"an overlong NUL", "web\xC0\x80", true},
    {"a surrogate", "\xED\xA0\x80", true},
};

START_TEST(rule_validate_checks_name_and_comment)
{
    struct rule named = valid_rule();
    struct rule commented = valid_rule();

    text_copy(named.name, sizeof named.name, text_cases[_i].text);
    text_copy(commented.comment, sizeof commented.comment, text_cases[_i].text);

    if (text_cases[_i].refused) {
        assert_rule_refused(&named, "name");
        assert_rule_refused(&commented, "comment");
    } else {
        assert_accepted(&named);
        assert_accepted(&commented);
    }
}
END_TEST

START_TEST(rule_validate_takes_texts_of_128_bytes_and_no_unterminated_one)
{
    struct rule rule = valid_rule();

    memset(rule.name, 'n', RULE_TEXT_SIZE - 1);
    memset(rule.comment, 'c', RULE_TEXT_SIZE - 1);
    rule.comment[RULE_TEXT_SIZE - 1] = '\0';
    rule.name[RULE_TEXT_SIZE - 1] = '\0';
    assert_accepted(&rule);

    rule.name[RULE_TEXT_SIZE - 1] = 'n';
    assert_rule_refused(&rule, "name");
    rule.name[0] = '\0';
    rule.comment[RULE_TEXT_SIZE - 1] = 'c';
    assert_rule_refused(&rule, "comment");
}
END_TEST

START_TEST(rule_validate_checks_profiles)
{
    struct rule rule = valid_rule();

    rule.scope.profiles = 0;
    assert_accepted(&rule);
    rule.scope.profiles = PROFILE_MASK;
    assert_accepted(&rule);
    rule.scope.profiles = 8;
    assert_rule_refused(&rule, "firewall");
    rule.scope.profiles = 0x7fffffff;
    assert_rule_refused(&rule, "firewall");
}
END_TEST

START_TEST(rule_validate_checks_how_many_remote_addresses_there_are)
{
    struct rule rule = valid_rule();

    rule.scope.remote = REMOTE_LIST;
    assert_rule_refused(&rule, "remote addresses: must be 1 to 16");
    while (rule.scope.remote_count < RULE_REMOTE_CAPACITY)
        admit(&rule, "192.168.0.0/16");
    assert_accepted(&rule);
    rule.scope.remote_count = RULE_REMOTE_CAPACITY + 1;
    assert_rule_refused(&rule, "remote addresses: must be 1 to 16");
    rule.scope.remote_count = SIZE_MAX;
    assert_rule_refused(&rule, "remote addresses: must be 1 to 16");
}
END_TEST

START_TEST(rule_validate_checks_each_remote_address)
{
    struct rule rule = valid_rule();

    admit(&rule, "192.168.0.0/16");
    admit(&rule, "fd00::/64");
    assert_accepted(&rule);
    rule.scope.remotes[1].network.family = ADDRESS_NONE;
    assert_rule_refused(&rule, "remote addresses");
}
END_TEST

START_TEST(rule_validate_rejects_prefixes_longer_than_an_address)
{
    struct rule rule = valid_rule();

    admit(&rule, "192.168.0.0/16");
    rule.scope.remotes[0].length = 33;
    assert_rule_refused(&rule, "remote addresses");
    rule.scope.remotes[0] = prefix_of("fd00::5");
    assert_accepted(&rule);
    rule.scope.remotes[0].length = 129;
    assert_rule_refused(&rule, "remote addresses");
}
END_TEST

Suite *rule_fields_suite(void)
{
    Suite *suite = suite_create("rule_fields");
    TCase *places = tcase_create("rule_validate: places");
    TCase *texts = tcase_create("rule_validate: texts and scope");

    tcase_add_loop_test(places, rule_validate_checks_the_listen_address, 0,
                        COUNT(listen_addresses));
    tcase_add_test(places, rule_validate_rejects_a_missing_listen_address);
    tcase_add_test(places, rule_validate_rejects_any_address_that_is_a_certain_one);
    tcase_add_loop_test(places, rule_validate_checks_the_connect_address_even_when_forced,
                        0, COUNT(connect_addresses));
    tcase_add_test(places, rule_validate_rejects_a_missing_connect_address);
    tcase_add_test(places, rule_validate_checks_the_interface_name);
    tcase_add_test(
        places, rule_validate_takes_interface_names_of_256_bytes_and_no_unterminated_one);
    suite_add_tcase(suite, places);

    tcase_add_loop_test(texts, rule_validate_checks_name_and_comment, 0,
                        COUNT(text_cases));
    tcase_add_test(texts, rule_validate_takes_texts_of_128_bytes_and_no_unterminated_one);
    tcase_add_test(texts, rule_validate_checks_profiles);
    tcase_add_test(texts, rule_validate_checks_how_many_remote_addresses_there_are);
    tcase_add_test(texts, rule_validate_checks_each_remote_address);
    tcase_add_test(texts, rule_validate_rejects_prefixes_longer_than_an_address);
    suite_add_tcase(suite, texts);
    return suite;
}
