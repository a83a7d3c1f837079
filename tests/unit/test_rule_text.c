/*
 * Rules as people write them, and as they read them back.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/text.h"
#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

Suite *rule_text_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

#define LONG_NAME_64 "0123456789 bcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LONG_NAME_256 LONG_NAME_64 LONG_NAME_64 LONG_NAME_64 LONG_NAME_64

static const struct {
    const char *text;
    enum rule_listen_kind kind;
    const char *place; /* address or interface name */
    uint16_t first_port;
    uint16_t last_port;
    const char *canonical; /* NULL: as written */
} listens[] = {
    {"3000", LISTEN_ANY, "0.0.0.0", 3000, 3000, NULL},
    {"1", LISTEN_ANY, "0.0.0.0", 1, 1, NULL},
    {"65535", LISTEN_ANY, "0.0.0.0", 65535, 65535, NULL},
    {"8000-8010", LISTEN_ANY, "0.0.0.0", 8000, 8010, NULL},
    {"80-80", LISTEN_ANY, "0.0.0.0", 80, 80, "80"},
    {"1-65535", LISTEN_ANY, "0.0.0.0", 1, 65535, NULL},
    {"0.0.0.0:80", LISTEN_ANY, "0.0.0.0", 80, 80, "80"},
    {"192.168.1.10:8000-8010", LISTEN_ADDRESS, "192.168.1.10", 8000, 8010, NULL},
    {"127.0.0.1:80", LISTEN_ADDRESS, "127.0.0.1", 80, 80,
     NULL}, /* rule_validate's affair */
    {"[::]:80", LISTEN_ADDRESS, "::", 80, 80, NULL},
    {"[FD00:0::A]:80-81", LISTEN_ADDRESS, "fd00::a", 80, 81, "[fd00::a]:80-81"},
    {"[::ffff:1.2.3.4]:80", LISTEN_ADDRESS, "::ffff:1.2.3.4", 80, 80, NULL},
    {"Wi-Fi:3000", LISTEN_INTERFACE, "Wi-Fi", 3000, 3000, NULL},
    {"Ethernet 2:80-90", LISTEN_INTERFACE, "Ethernet 2", 80, 90, NULL},
    {"vEthernet (WSL (Hyper-V firewall)):80", LISTEN_INTERFACE,
     "vEthernet (WSL (Hyper-V firewall))", 80, 80, NULL},
    {"a-b: c:80", LISTEN_INTERFACE, "a-b: c", 80, 80, NULL}, /* the last colon counts */
    {"\xD0\xA1\xD0\xB5\xD1\x82\xD1\x8C:80", LISTEN_INTERFACE,
     "\xD0\xA1\xD0\xB5\xD1\x82\xD1\x8C", 80, 80, NULL},
    {LONG_NAME_256 ":80", LISTEN_INTERFACE, LONG_NAME_256, 80, 80, NULL},
};

START_TEST(rule_listen_parse_reads_what_people_write)
{
    struct rule_listen listen = {0};
    struct error err = {0};
    char text[RULE_INTERFACE_NAME_SIZE + 16];

    ck_assert_msg(rule_listen_parse(listens[_i].text, &listen, &err), "'%s': %s",
                  listens[_i].text, err.detail);

    ck_assert_msg(listen.kind == listens[_i].kind, "'%s': kind %d", listens[_i].text,
                  (int)listen.kind);
    if (listen.kind == LISTEN_INTERFACE) {
        ck_assert_str_eq(listen.interface_name, listens[_i].place);
    } else {
        const struct address address = address_of(listens[_i].place);

        ck_assert_msg(address_equals(&listen.address, &address), "'%s'", listens[_i].text);
    }
    ck_assert_uint_eq(listen.first_port, listens[_i].first_port);
    ck_assert_uint_eq(listen.last_port, listens[_i].last_port);
    rule_listen_format(&listen, text, sizeof text);
    ck_assert_str_eq(text, listens[_i].canonical != NULL ? listens[_i].canonical
                                                         : listens[_i].text);
}
END_TEST

static const struct {
    const char *text;
    const char *detail; /* how the refusal begins */
} refused_listens[] = {
    {"", "listen port ''"},
    {"0", "listen port '0'"},
    {"65536", "listen port '65536'"},
    {"80-79", "listen port '80-79'"},
    {"0-80", "listen port '0-80'"},
    {"80-65536", "listen port '80-65536'"},
    {"80-0", "listen port '80-0'"},
    {"80-", "listen port '80-'"},
    {"-80", "listen port '-80'"},
    {"-", "listen port '-'"},
    {"80-90-100", "listen port '80-90-100'"},
    {"80,81", "listen port '80,81'"},
    {" 80", "listen port ' 80'"},
    {"80 ", "listen port '80 '"},
    {"80 - 90", "listen port '80 - 90'"},
    {"+80", "listen port '+80'"},
    {"080", "listen port '080'"},
    {"0x50", "listen port '0x50'"},
    {"http", "listen port 'http'"},
    {"80000000000000000000000", "listen port '8"},
    {"192.168.1.10", "listen port"},
    {"192.168.1.10:", "listen port ''"},
    {"192.168.1.10:0", "listen port '0'"},
    {"192.168.1.10:65536", "listen port '65536'"},
    {"Wi-Fi:80-79", "listen port '80-79'"},
    {"Wi-Fi:", "listen port ''"},
    {":80", "listen address ''"},
    {"192.168.1:80", "listen address '192.168.1'"},
    {"192.168.1.256:80", "listen address '192.168.1.256'"},
    {"192.168.1.10.5:80", "listen address '192.168.1.10.5'"},
    {"::1:80", "listen address '::1'"}, /* which colon? */
    {"fd00::5:80", "listen address 'fd00::5'"},
    {"::80", "listen address"},
    {"[::1", "listen"},
    {"[]:80", "listen address ''"},
    {"[fe80::1%eth0]:80", "listen address 'fe80::1%eth0'"},
    {"[::g]:80", "listen address '::g'"},
    {"[Wi-Fi]:80", "listen address 'Wi-Fi'"},
    {"[192.168.1.10]:80", "listen address '192.168.1.10'"},
    {"[*]:80", "listen address '*'"},
    {"Wi\nFi:80", "listen interface"},
    {"Wi\xE2\x80\xAE-Fi:80", "listen interface"},
    {"Wi\xFF-Fi:80", "listen interface"},
    {LONG_NAME_256 "x:80", "listen interface"},
    {LONG_NAME_256 LONG_NAME_256 ":80", "listen interface"},
};

START_TEST(rule_listen_parse_names_what_it_refuses)
{
    struct rule_listen listen = valid_rule().listen;
    const struct rule_listen before = listen;
    struct error err = {0};
    const char *detail = refused_listens[_i].detail;

    ck_assert_msg(!rule_listen_parse(refused_listens[_i].text, &listen, &err),
                  "'%s' is accepted", refused_listens[_i].text);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_msg(strncmp(err.detail, detail, strlen(detail)) == 0, "'%s': said '%s'",
                  refused_listens[_i].text, err.detail);
    ck_assert_msg(listen.kind == before.kind && listen.first_port == before.first_port &&
                      listen.last_port == before.last_port &&
                      address_equals(&listen.address, &before.address),
                  "'%s' changed the output", refused_listens[_i].text);
}
END_TEST

START_TEST(rule_listen_format_stays_within_its_buffer)
{
    struct rule_listen listen = valid_rule().listen;
    char text[6];

    listen.kind = LISTEN_ADDRESS;
    listen.address = address_of("192.168.1.10");
    rule_listen_format(&listen, text, sizeof text);

    ck_assert_str_eq(text, "192.1");
}
END_TEST

static const struct {
    const char *text;
    enum rule_connect_kind kind;
    const char *address;
    uint16_t port; /* 1234 is the default */
    const char *canonical;
} connects[] = {
    {"wsl", CONNECT_WSL, NULL, 1234, "wsl:1234"},
    {"wsl:8080", CONNECT_WSL, NULL, 8080, "wsl:8080"},
    {"wsl:65535", CONNECT_WSL, NULL, 65535, "wsl:65535"},
    {"10.0.0.5", CONNECT_ADDRESS, "10.0.0.5", 1234, "10.0.0.5:1234"},
    {"10.0.0.5:22", CONNECT_ADDRESS, "10.0.0.5", 22, "10.0.0.5:22"},
    {"[fe80::1]:22", CONNECT_ADDRESS, "fe80::1", 22, "[fe80::1]:22"},
    {"[FE80::0:1]", CONNECT_ADDRESS, "fe80::1", 1234, "[fe80::1]:1234"},
    {"[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:1", CONNECT_ADDRESS,
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1,
     "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:1"},
};

START_TEST(rule_connect_parse_reads_what_people_write)
{
    struct rule_connect connect = {0};
    struct error err = {0};
    char text[64];

    ck_assert_msg(rule_connect_parse(connects[_i].text, 1234, &connect, &err), "'%s': %s",
                  connects[_i].text, err.detail);

    ck_assert_int_eq(connect.kind, connects[_i].kind);
    ck_assert_uint_eq(connect.first_port, connects[_i].port);
    if (connects[_i].address != NULL) {
        const struct address address = address_of(connects[_i].address);

        ck_assert_msg(address_equals(&connect.address, &address), "'%s'",
                      connects[_i].text);
    }
    rule_connect_format(&connect, text, sizeof text);
    ck_assert_str_eq(text, connects[_i].canonical);
}
END_TEST

static const char *const refused_connects[] = {
    "",
    ":",
    ":80",
    "80",
    "wsl:",
    "wsl:0",
    "wsl:65536",
    "wsl:80-90",
    "wsl: 80",
    "wsl:http",
    "wsl2",
    "wsl2:80",
    " wsl",
    "wsl ",
    "localhost",
    "localhost:80",
    "example.com:443",
    "my-server",
    "10.0.0.5:",
    "10.0.0.5:0",
    "10.0.0.5:65536",
    "10.0.0.5:80-81",
    "10.0.0:80",
    "10.0.0.256:80",
    "010.0.0.5:80",
    "10.0.0.5/24",
    "10.0.0.5 :80",
    "fe80::1",
    "fe80::1:22",
    "::1:80",
    "[fe80::1",
    "fe80::1]:80",
    "[fe80::1%eth0]:22",
    "[fe80::1%3]",
    "[]",
    "[]:80",
    "[10.0.0.5]",
    "[10.0.0.5]:80",
    "[wsl]:80",
    "[fe80::1]80",
    "[fe80::1]:",
    "[fe80::1]:0",
    "[[fe80::1]]:80",
    "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555]",
    "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555]:1",
    LONG_NAME_256,
    LONG_NAME_256 ":80",
    "[" LONG_NAME_256 "]:80",
    "[" LONG_NAME_256 "]",
};

START_TEST(rule_connect_parse_refuses_host_names_and_malformed_places)
{
    struct rule_connect connect = {.kind = CONNECT_WSL, .first_port = 7};
    struct error err = {0};

    ck_assert_msg(!rule_connect_parse(refused_connects[_i], 1234, &connect, &err),
                  "'%s' is accepted", refused_connects[_i]);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_msg(strncmp(err.detail, "connect ", 8) == 0, "'%s': said '%s'",
                  refused_connects[_i], err.detail);
    ck_assert(connect.kind == CONNECT_WSL && connect.first_port == 7 &&
              connect.address.family == ADDRESS_NONE);
}
END_TEST

static const struct {
    const char *text;
    unsigned profiles;
    const char *canonical;
} profile_cases[] = {
    {"off", 0, "off"},
    {"private", PROFILE_PRIVATE, "private"},
    {"domain", PROFILE_DOMAIN, "domain"},
    {"public", PROFILE_PUBLIC, "public"},
    {"domain,private", PROFILE_PRIVATE | PROFILE_DOMAIN, "private,domain"},
    {"private,private", PROFILE_PRIVATE, "private"},
    {"public,domain,private", PROFILE_MASK, "private,domain,public"},
};

START_TEST(rule_profiles_parse_reads_off_or_a_list)
{
    unsigned profiles = 99;
    struct error err = {0};
    char text[64];

    ck_assert_msg(rule_profiles_parse(profile_cases[_i].text, &profiles, &err),
                  "'%s': %s", profile_cases[_i].text, err.detail);

    ck_assert_uint_eq(profiles, profile_cases[_i].profiles);
    rule_profiles_format(profiles, text, sizeof text);
    ck_assert_str_eq(text, profile_cases[_i].canonical);
}
END_TEST

START_TEST(rule_profiles_parse_refuses_everything_else)
{
    static const char *const refused[] = {
        "",
        ",",
        "private,",
        ",private",
        "private,,domain",
        "off,private",
        "private,off",
        "all",
        "any",
        "on",
        "7",
        "privat",
        "privatee",
        "private;domain",
        "privateprivateprivateprivateprivate",
    };
    struct error err;

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        unsigned profiles = 99;

        ck_assert_msg(!rule_profiles_parse(refused[i], &profiles, &err),
                      "'%s' is accepted", refused[i]);
        ck_assert_int_eq(err.kind, ERR_INVALID);
        ck_assert_uint_eq(profiles, 99);
    }
}
END_TEST

#define SIXTEEN(part)                                                                    \
    part "," part "," part "," part "," part "," part "," part "," part "," part         \
         "," part "," part "," part "," part "," part "," part "," part

static const struct {
    const char *text;
    enum remote_kind kind;
    size_t count;
    const char *canonical;
} remotes[] = {
    {"local-subnet", REMOTE_LOCAL_SUBNET, 0, "local-subnet"},
    {"any", REMOTE_ANY, 0, "any"},
    {"192.168.1.0/24", REMOTE_LIST, 1, "192.168.1.0/24"},
    {"192.168.1.77/24", REMOTE_LIST, 1, "192.168.1.0/24"},
    {"10.0.0.5", REMOTE_LIST, 1, "10.0.0.5/32"},
    {"192.168.0.0/255.255.0.0", REMOTE_LIST, 1, "192.168.0.0/16"},
    {"10.0.0.0/8,FD00::/64", REMOTE_LIST, 2, "10.0.0.0/8,fd00::/64"},
    {SIXTEEN("10.0.0.0/8"), REMOTE_LIST, 16, SIXTEEN("10.0.0.0/8")},
    {SIXTEEN("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128"), REMOTE_LIST, 16,
     SIXTEEN("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")},
};

START_TEST(rule_remote_parse_reads_a_word_or_a_list)
{
    struct rule_scope scope = valid_rule().scope;
    struct error err = {0};
    char text[1024];

    ck_assert_msg(rule_remote_parse(remotes[_i].text, &scope, &err), "'%s': %s",
                  remotes[_i].text, err.detail);

    ck_assert_int_eq(scope.remote, remotes[_i].kind);
    ck_assert_uint_eq(scope.remote_count, remotes[_i].count);
    ck_assert_uint_eq(scope.profiles, valid_rule().scope.profiles);
    rule_remote_format(&scope, text, sizeof text);
    ck_assert_str_eq(text, remotes[_i].canonical);
}
END_TEST

static const char *const refused_remotes[] = {
    "",
    ",",
    "10.0.0.0/8,",
    ",10.0.0.0/8",
    "10.0.0.0/8,,11.0.0.0/8",
    "10.0.0.0/33",
    "LocalSubnet",
    "*",
    "any,10.0.0.0/8",
    "10.0.0.0/8,local-subnet",
    "example.com",
    "10.0.0.1-10.0.0.9",
    "10.0.0.0/255.0.255.0",
    "fe80::1%eth0",
    "[::1]",
    LONG_NAME_256,
    SIXTEEN("10.0.0.0/8") ",11.0.0.0/8",
};

START_TEST(rule_remote_parse_refuses_everything_else)
{
    struct rule_scope scope = valid_rule().scope;
    struct error err = {0};

    ck_assert_msg(!rule_remote_parse(refused_remotes[_i], &scope, &err),
                  "'%s' is accepted", refused_remotes[_i]);
    ck_assert_int_eq(err.kind, ERR_INVALID);
    ck_assert_msg(strncmp(err.detail, "remote addresses", 16) == 0, "said '%s'",
                  err.detail);
    ck_assert_int_eq(scope.remote, REMOTE_LOCAL_SUBNET);
    ck_assert_uint_eq(scope.remote_count, 0);
}
END_TEST

START_TEST(rule_remote_parse_forgets_the_list_before)
{
    struct rule_scope scope = valid_rule().scope;
    struct error err;

    ck_assert(rule_remote_parse("10.0.0.0/8,11.0.0.0/8", &scope, &err));
    ck_assert(rule_remote_parse("12.0.0.0/8", &scope, &err));
    ck_assert_uint_eq(scope.remote_count, 1);
    ck_assert(rule_remote_parse("any", &scope, &err));

    ck_assert_int_eq(scope.remote, REMOTE_ANY);
    ck_assert_uint_eq(scope.remote_count, 0);
}
END_TEST

START_TEST(rule_title_is_the_name_or_where_it_listens)
{
    struct rule rule = valid_rule();
    char title[RULE_INTERFACE_NAME_SIZE + 16];

    rule_title(&rule, title, sizeof title);
    ck_assert_str_eq(title, "web");

    rule.name[0] = '\0';
    rule.listen.last_port = 3010;
    rule_title(&rule, title, sizeof title);
    ck_assert_str_eq(title, "3000-3010");
}
END_TEST

Suite *rule_text_suite(void)
{
    Suite *suite = suite_create("rule text");
    TCase *places = tcase_create("places");
    TCase *scope = tcase_create("scope");

    tcase_add_loop_test(places, rule_listen_parse_reads_what_people_write, 0,
                        COUNT(listens));
    tcase_add_loop_test(places, rule_listen_parse_names_what_it_refuses, 0,
                        COUNT(refused_listens));
    tcase_add_test(places, rule_listen_format_stays_within_its_buffer);
    tcase_add_loop_test(places, rule_connect_parse_reads_what_people_write, 0,
                        COUNT(connects));
    tcase_add_loop_test(places, rule_connect_parse_refuses_host_names_and_malformed_places,
                        0, COUNT(refused_connects));
    tcase_add_test(places, rule_title_is_the_name_or_where_it_listens);
    suite_add_tcase(suite, places);

    tcase_add_loop_test(scope, rule_profiles_parse_reads_off_or_a_list, 0,
                        COUNT(profile_cases));
    tcase_add_test(scope, rule_profiles_parse_refuses_everything_else);
    tcase_add_loop_test(scope, rule_remote_parse_reads_a_word_or_a_list, 0,
                        COUNT(remotes));
    tcase_add_loop_test(scope, rule_remote_parse_refuses_everything_else, 0,
                        COUNT(refused_remotes));
    tcase_add_test(scope, rule_remote_parse_forgets_the_list_before);
    suite_add_tcase(suite, scope);
    return suite;
}
