/*
 * Rules: what is refused, and how two rules compare.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/rule.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

Suite *rule_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static void assert_accepted(const struct rule *rule)
{
    struct error err = {0};

    ck_assert_msg(rule_validate(rule, &err), "refused: %s", err.detail);
    ck_assert_int_eq(err.kind, ERR_NONE);
}

/* The detail must name the field and the value, hence begin so. */
static void assert_refused(const struct rule *rule, const char *detail)
{
    struct error err = {0};

    ck_assert_msg(!rule_validate(rule, &err), "accepted, instead of: %s", detail);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_msg(strncmp(err.detail, detail, strlen(detail)) == 0, "said '%s', not '%s'",
                  err.detail, detail);
    ck_assert(utf8_is_valid(err.detail, strlen(err.detail)));
}

static void set_ports(struct rule *rule, uint16_t first, uint16_t last, uint16_t connect)
{
    rule->listen.first_port = first;
    rule->listen.last_port = last;
    rule->connect.first_port = connect;
}

static void listen_at(struct rule *rule, const char *address)
{
    rule->listen.kind = LISTEN_ADDRESS;
    rule->listen.address = address_of(address);
}

static void listen_on(struct rule *rule, const char *interface_name)
{
    rule->listen.kind = LISTEN_INTERFACE;
    rule->listen.address = (struct address){0};
    ck_assert(text_copy(rule->listen.interface_name, sizeof rule->listen.interface_name,
                        interface_name));
}

static void admit(struct rule *rule, const char *prefix)
{
    rule->scope.remote = REMOTE_LIST;
    rule->scope.remotes[rule->scope.remote_count++] = prefix_of(prefix);
}

START_TEST(rule_default_lacks_only_its_ports)
{
    struct rule rule = rule_default();

    ck_assert(rule.enabled);
    ck_assert_int_eq(rule.listen.kind, LISTEN_ANY);
    ck_assert_int_eq(rule.connect.kind, CONNECT_WSL);
    ck_assert_uint_eq(rule.scope.profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);
    ck_assert_int_eq(rule.scope.remote, REMOTE_LOCAL_SUBNET);
    ck_assert_str_eq(rule.name, "");
    assert_refused(&rule, "listen port '0'");

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
        assert_refused(&rule, port_cases[_i].refusal);
}
END_TEST

START_TEST(rule_validate_checks_ports_even_when_forced)
{
    struct rule rule = valid_rule();

    rule.forced = true;
    set_ports(&rule, 0, 0, 80);
    assert_refused(&rule, "listen port '0'");
    set_ports(&rule, 80, 79, 80);
    assert_refused(&rule, "listen port '80-79'");
    set_ports(&rule, 80, 81, 65535);
    assert_refused(&rule, "connect port '65535'");
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
    assert_refused(&rule, detail);
    set_ports(&rule, (uint16_t)(port - 1), (uint16_t)(port + 1), 80);
    assert_refused(&rule, "listen port '");
    set_ports(&rule, (uint16_t)(port - 2), port, 80);
    assert_refused(&rule, "listen port '");
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

    assert_refused(&rule, "listen port '445'");
}
END_TEST

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
};

START_TEST(rule_validate_checks_the_listen_address)
{
    struct rule rule = valid_rule();
    char detail[80];
    struct text text = TEXT_OVER(detail);

    text_append_format(&text, "listen address '%s'", listen_addresses[_i].address);
    listen_at(&rule, listen_addresses[_i].address);

    if (listen_addresses[_i].refused)
        assert_refused(&rule, detail);
    else
        assert_accepted(&rule);
    rule.forced = true;
    if (listen_addresses[_i].force_helps)
        assert_accepted(&rule);
    else
        assert_refused(&rule, detail);
}
END_TEST

START_TEST(rule_validate_rejects_a_missing_listen_address)
{
    struct rule rule = valid_rule();

    rule.listen.kind = LISTEN_ADDRESS;
    rule.listen.address = (struct address){0};

    assert_refused(&rule, "listen address ''");
}
END_TEST

START_TEST(rule_validate_rejects_any_address_that_is_a_certain_one)
{
    struct rule rule = valid_rule();

    rule.listen.address = address_of("192.168.1.10");
    assert_refused(&rule, "listen address '192.168.1.10'");
    rule.listen.address = address_of("::");
    assert_refused(&rule, "listen address '::'");
}
END_TEST

static const struct {
    const char *address;
    bool refused;
} connect_addresses[] = {
    {"10.0.0.5", false},        {"192.168.1.1", false}, {"fd00::5", false},
    {"fe80::1", false},         {"0.0.0.0", true},      {"::", true},
    {"127.0.0.1", true},        {"127.1.2.3", true},    {"::1", true},
    {"::ffff:127.0.0.1", true}, {"224.0.0.1", true},    {"ff02::1", true},
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
            assert_refused(&rule, detail);
        else
            assert_accepted(&rule);
    }
}
END_TEST

START_TEST(rule_validate_rejects_a_missing_connect_address)
{
    struct rule rule = valid_rule();

    rule.connect.kind = CONNECT_ADDRESS;

    assert_refused(&rule, "connect address ''");
}
END_TEST

START_TEST(rule_validate_checks_the_interface_name)
{
    struct rule rule = valid_rule();

    listen_on(&rule, "vEthernet (WSL (Hyper-V firewall))");
    assert_accepted(&rule);
    listen_on(&rule, "");
    assert_refused(&rule, "listen interface");
    listen_on(&rule, "Wi\nFi");
    assert_refused(&rule, "listen interface");
    listen_on(&rule, "Wi\xE2\x80\xAE-Fi");
    assert_refused(&rule, "listen interface");
    listen_on(&rule, "Wi\xFF-Fi");
    assert_refused(&rule, "listen interface");
}
END_TEST

START_TEST(rule_validate_takes_interface_names_of_256_bytes_and_no_unterminated_one)
{
    struct rule rule = valid_rule();

    listen_on(&rule, "");
    memset(rule.listen.interface_name, 'a', RULE_INTERFACE_NAME_SIZE - 1);
    assert_accepted(&rule);
    memset(rule.listen.interface_name, 'a', RULE_INTERFACE_NAME_SIZE);
    assert_refused(&rule, "listen interface");
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
        assert_refused(&named, "name");
        assert_refused(&commented, "comment");
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
    assert_refused(&rule, "name");
    rule.name[0] = '\0';
    rule.comment[RULE_TEXT_SIZE - 1] = 'c';
    assert_refused(&rule, "comment");
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
    assert_refused(&rule, "firewall");
    rule.scope.profiles = 0x7fffffff;
    assert_refused(&rule, "firewall");
}
END_TEST

START_TEST(rule_validate_checks_how_many_remote_addresses_there_are)
{
    struct rule rule = valid_rule();

    rule.scope.remote = REMOTE_LIST;
    assert_refused(&rule, "remote addresses: must be 1 to 16");
    while (rule.scope.remote_count < RULE_REMOTE_CAPACITY)
        admit(&rule, "192.168.0.0/16");
    assert_accepted(&rule);
    rule.scope.remote_count = RULE_REMOTE_CAPACITY + 1;
    assert_refused(&rule, "remote addresses: must be 1 to 16");
    rule.scope.remote_count = SIZE_MAX;
    assert_refused(&rule, "remote addresses: must be 1 to 16");
}
END_TEST

START_TEST(rule_validate_checks_each_remote_address)
{
    struct rule rule = valid_rule();

    admit(&rule, "192.168.0.0/16");
    admit(&rule, "fd00::/64");
    assert_accepted(&rule);
    rule.scope.remotes[1].network.family = ADDRESS_NONE;
    assert_refused(&rule, "remote addresses");
}
END_TEST

START_TEST(rule_validate_rejects_prefixes_longer_than_an_address)
{
    struct rule rule = valid_rule();

    admit(&rule, "192.168.0.0/16");
    rule.scope.remotes[0].length = 33;
    assert_refused(&rule, "remote addresses");
    rule.scope.remotes[0] = prefix_of("fd00::5");
    assert_accepted(&rule);
    rule.scope.remotes[0].length = 129;
    assert_refused(&rule, "remote addresses");
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
    TCase *ports = tcase_create("rule_validate: ports");
    TCase *places = tcase_create("rule_validate: places");
    TCase *texts = tcase_create("rule_validate: texts and scope");
    TCase *names = tcase_create("ids and lists");

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

    tcase_add_loop_test(names, rule_id_is_valid_only_as_a_lower_case_uuid, 0, COUNT(ids));
    tcase_add_loop_test(names, user_sid_is_valid_only_in_decimal_parts, 0, COUNT(sids));
    tcase_add_test(names, ids_and_sids_compare_whole);
    tcase_add_test(names, rule_list_find_goes_by_id);
    suite_add_tcase(suite, names);
    return suite;
}
