/*
 * Addresses and prefixes: which spellings are read, and that each value has one of its own.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/address.h"

#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

Suite *address_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* What is read, and how it is spelled from then on (RFC 5952). */
static const struct {
    const char *text;
    const char *canonical;
} spellings[] = {
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"192.168.1.10", "192.168.1.10"},
    {"1.2.3.4", "1.2.3.4"},
    {"::", "::"},
    {"::1", "::1"},
    {"1::", "1::"},
    {"0:0:0:0:0:0:0:0", "::"},
    {"0000:0000:0000:0000:0000:0000:0000:0001", "::1"},
    {"2001:0DB8::0001", "2001:db8::1"},        /* §4.1, §4.3 */
    {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"}, /* §4.2.1 */
    {"2001:db8::0:1", "2001:db8::1"},
    {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, /* §4.2.2: one group stays */
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},       /* §4.2.3: the longest run */
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"}, /* the first of equals */
    {"0:0:1::", "0:0:1::"},
    {"0:0:0:1:0:0:0:0", "0:0:0:1::"},
    {"1:0:0:2:0:0:3:0", "1::2:0:0:3:0"},
    {"FE80::ABCD:EF01:2345:6789", "fe80::abcd:ef01:2345:6789"},
    {"::ffff:192.168.1.1", "::ffff:192.168.1.1"}, /* §5 */
    {"::FFFF:C0A8:0101", "::ffff:192.168.1.1"},
    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
    {"1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"},
    {"::1.2.3.4", "::102:304"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", /* 45 bytes, the longest */
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
};

START_TEST(address_format_gives_the_one_spelling_of_what_was_parsed)
{
    struct address address;
    struct address again;
    char text[ADDRESS_TEXT_SIZE];

    ck_assert_msg(address_parse(spellings[_i].text, &address), "'%s' is refused",
                  spellings[_i].text);
    address_format(&address, text);

    ck_assert_msg(strcmp(text, spellings[_i].canonical) == 0, "'%s' became '%s'",
                  spellings[_i].text, text);
    ck_assert_msg(address_parse(text, &again) && address_equals(&address, &again),
                  "'%s' does not read back", text);
}
END_TEST

static const char *const refused_addresses[] = {
    "",
    " ",
    "*",
    "localhost",
    "example.com",
    "a",
    "wsl",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "1.2.3.4.",
    "256.1.1.1",
    "1.2.3.256",
    "1.2.3.1000",
    "01.2.3.4",
    "1.2.3.00",
    "1.2.3.010",
    "0x1.2.3.4",
    "1.2.3.-4",
    "+1.2.3.4",
    " 1.2.3.4",
    "1.2.3.4 ",
    "1. 2.3.4",
    "1.2.3.4/24",
    "1.2.3.4:80",
    "16909060",
    "1.2.3.4\n",
    ":",
    ":::",
    "1",
    "1:2",
    ":1",
    "1:",
    "::1:",
    ":1::",
    "1::2::3",
    "::1::",
    "1:::2",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "1:2:3:4::5:6:7:8",
    "1:2:3:4:5:6:7:",
    ":2:3:4:5:6:7:8",
    "12345::",
    "::00001",
    "g::",
    "::-1",
    "::+1",
    "fe80::1%eth0",
    "fe80::1%1",
    "fe80::1%",
    "[::1]",
    "[::1",
    "::1]",
    "::1/128",
    "::1 ",
    " ::1",
    "::1.2.3",
    "::1.2.3.4.5",
    "::1.2.3.256",
    "::01.2.3.4",
    "::1.2.3.4:5",
    "1.2.3.4::",
    "1:2:3:4:5:6:7:1.2.3.4",
    "1:2:3:4:5:1.2.3.4",
    "::ffff:1.2.3.4%1",
    "::ffff:1.2.3.x",
    "0x1::",
    /* 46 bytes and more would be right but for their length */
    "00000:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2550",
    "0000000000000000000000000000000000000000000000000000000000000000::1",
    "1.2.3.4                                               ",
};

START_TEST(address_parse_refuses_all_but_strict_literals)
{
    struct address address = {.family = ADDRESS_IPV4, .bytes = {9, 9, 9, 9}};

    ck_assert_msg(!address_parse(refused_addresses[_i], &address), "'%s' is accepted",
                  refused_addresses[_i]);
    ck_assert_msg(address.family == ADDRESS_IPV4 && address.bytes[0] == 9 &&
                      address.bytes[3] == 9 && address.bytes[4] == 0,
                  "'%s' changed the output", refused_addresses[_i]);
}
END_TEST

START_TEST(address_parse_leaves_no_bytes_behind_an_ipv4_address)
{
    static const uint8_t zero[12];
    struct address address;

    memset(&address, 0xAA, sizeof address);
    ck_assert(address_parse("1.2.3.4", &address));

    ck_assert_mem_eq(address.bytes + 4, zero, sizeof zero);
}
END_TEST

START_TEST(address_format_of_no_address_is_empty)
{
    const struct address none = {0};
    char text[ADDRESS_TEXT_SIZE] = "x";

    address_format(&none, text);

    ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(address_equals_compares_family_and_bytes)
{
    const struct address four = address_of("1.2.3.4");
    const struct address other = address_of("1.2.3.5");
    const struct address six = address_of("102:304::");
    const struct address mapped = address_of("::ffff:1.2.3.4");
    const struct address none = {0};
    const struct address any = address_of("0.0.0.0");
    const struct address long_a = address_of("fd00::1");
    const struct address long_b = address_of("fd00::2");

    ck_assert(address_equals(&four, &four));
    ck_assert(!address_equals(&four, &other));
    ck_assert(!address_equals(&four, &six));
    ck_assert(!address_equals(&four, &mapped));
    ck_assert(!address_equals(&none, &any));
    ck_assert(!address_equals(&long_a, &long_b));
}
END_TEST

static const struct {
    const char *text;
    bool any;
    bool loopback;
    bool multicast;
} kinds[] = {
    {"0.0.0.0", true, false, false},
    {"0.0.0.1", false, false, false},
    {"::", true, false, false},
    {"126.255.255.255", false, false, false},
    {"127.0.0.0", false, true, false},
    {"127.0.0.1", false, true, false},
    {"127.255.255.255", false, true, false},
    {"128.0.0.0", false, false, false},
    {"::1", false, true, false},
    {"::2", false, false, false},
    {"::127.0.0.1", false, false, false},
    {"::ffff:127.0.0.1", false, true, false},
    {"::ffff:127.255.0.1", false, true, false},
    {"::ffff:128.0.0.1", false, false, false},
    {"::fffe:127.0.0.1", false, false, false},
    {"223.255.255.255", false, false, false},
    {"224.0.0.0", false, false, true},
    {"239.255.255.255", false, false, true},
    {"240.0.0.0", false, false, false},
    {"ff02::1", false, false, true},
    {"fe80::1", false, false, false},
    {"172.28.208.5", false, false, false},
};

START_TEST(address_kinds_end_at_their_borders)
{
    const struct address address = address_of(kinds[_i].text);

    ck_assert_msg(address_is_any(&address) == kinds[_i].any, "any: %s", kinds[_i].text);
    ck_assert_msg(address_is_loopback(&address) == kinds[_i].loopback, "loopback: %s",
                  kinds[_i].text);
    ck_assert_msg(address_is_multicast(&address) == kinds[_i].multicast, "multicast: %s",
                  kinds[_i].text);
}
END_TEST

START_TEST(no_address_is_neither_any_nor_loopback_nor_multicast)
{
    const struct address none = {0};

    ck_assert(!address_is_any(&none));
    ck_assert(!address_is_loopback(&none));
    ck_assert(!address_is_multicast(&none));
}
END_TEST

static const struct {
    const char *text;
    const char *canonical;
} prefixes[] = {
    {"172.28.208.0/20", "172.28.208.0/20"},
    {"172.28.213.77/20", "172.28.208.0/20"}, /* host bits go */
    {"10.0.0.5", "10.0.0.5/32"},
    {"10.0.0.5/32", "10.0.0.5/32"},
    {"10.0.0.5/31", "10.0.0.4/31"},
    {"1.2.3.4/0", "0.0.0.0/0"},
    {"255.255.255.255/1", "128.0.0.0/1"},
    {"255.255.255.255/9", "255.128.0.0/9"},
    {"192.168.0.0/255.255.0.0", "192.168.0.0/16"}, /* as firewall COM spells it */
    {"10.0.0.5/255.255.255.255", "10.0.0.5/32"},
    {"10.1.2.3/255.0.0.0", "10.0.0.0/8"},
    {"10.1.2.3/128.0.0.0", "0.0.0.0/1"},
    {"10.1.2.3/255.255.255.254", "10.1.2.2/31"},
    {"10.1.2.3/0.0.0.0", "0.0.0.0/0"},
    {"fd00::5", "fd00::5/128"},
    {"FD00:0::5/64", "fd00::/64"},
    {"2001:db8:ffff::1/33", "2001:db8:8000::/33"},
    {"::1/0", "::/0"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127"},
};

START_TEST(prefix_format_gives_the_one_spelling_of_what_was_parsed)
{
    struct prefix prefix;
    struct prefix again;
    char text[PREFIX_TEXT_SIZE];

    ck_assert_msg(prefix_parse(prefixes[_i].text, &prefix), "'%s' is refused",
                  prefixes[_i].text);
    prefix_format(&prefix, text);

    ck_assert_msg(strcmp(text, prefixes[_i].canonical) == 0, "'%s' became '%s'",
                  prefixes[_i].text, text);
    ck_assert_msg(prefix_parse(text, &again) && prefix_equals(&prefix, &again),
                  "'%s' does not read back", text);
}
END_TEST

static const char *const refused_prefixes[] = {
    "",
    "/",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/+8",
    "10.0.0.0/08",
    "10.0.0.0/8 ",
    "10.0.0.0 /8",
    "10.0.0.0/ 8",
    "10.0.0.0/8/8",
    "10.0.0/8",
    "10.0.0.0/a",
    "10.0.0.0/255.0.255.0",
    "10.0.0.0/0.255.255.255",
    "10.0.0.0/255.255.255.253",
    "10.0.0.0/127.0.0.0",
    "10.0.0.0/255.255.255",
    "10.0.0.0/255.255.255.256",
    "10.0.0.0/ffff::",
    "10.0.0.0/::",
    "10.0.0.0/4294967304",
    "::/129",
    "::/",
    "::/255.255.0.0",
    "::/ffff::",
    "fe80::%1/64",
    "fe80::/64%1",
    "[::]/0",
    "*",
    "LocalSubnet",
    "10.0.0.0-10.0.0.9",
    "10.0.0.0/8,10.1.0.0/16",
    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555/128",
};

START_TEST(prefix_parse_refuses_all_but_strict_spellings)
{
    struct prefix prefix = prefix_of("9.0.0.0/8");
    const struct prefix before = prefix;

    ck_assert_msg(!prefix_parse(refused_prefixes[_i], &prefix), "'%s' is accepted",
                  refused_prefixes[_i]);
    ck_assert_msg(prefix_equals(&prefix, &before), "'%s' changed the output",
                  refused_prefixes[_i]);
}
END_TEST

START_TEST(prefix_equals_compares_network_family_and_length)
{
    const struct prefix prefix = prefix_of("10.0.0.0/8");
    const struct prefix longer = prefix_of("10.0.0.0/9");
    const struct prefix other = prefix_of("11.0.0.0/8");
    const struct prefix any_four = prefix_of("0.0.0.0/0");
    const struct prefix any_six = prefix_of("::/0");

    ck_assert(prefix_equals(&prefix, &prefix));
    ck_assert(!prefix_equals(&prefix, &longer));
    ck_assert(!prefix_equals(&prefix, &other));
    ck_assert(!prefix_equals(&any_four, &any_six));
}
END_TEST

/* Which addresses are in a prefix, and which of these may be a host's. */
static const struct {
    const char *prefix;
    const char *address;
    bool contains;
    bool has_host;
} members[] = {
    {"172.28.208.0/20", "172.28.208.0", true, false}, /* the network */
    {"172.28.208.0/20", "172.28.208.1", true, true},
    {"172.28.208.0/20", "172.28.223.254", true, true},
    {"172.28.208.0/20", "172.28.223.255", true, false}, /* its broadcast address */
    {"172.28.208.0/20", "172.28.208.255", true, true},  /* only looks like one */
    {"172.28.208.0/20", "172.28.209.0", true, true},
    {"172.28.208.0/20", "172.28.207.255", false, false},
    {"172.28.208.0/20", "172.28.224.0", false, false},
    {"10.20.30.0/24", "10.20.30.255", true, false}, /* WSL issue 12256 */
    {"10.20.30.0/24", "10.20.31.255", false, false},
    {"10.20.30.128/25", "10.20.30.255", true, false},
    {"10.20.30.128/25", "10.20.30.127", false, false},
    {"10.0.0.4/30", "10.0.0.7", true, false},
    {"10.0.0.4/30", "10.0.0.6", true, true},
    {"10.0.0.4/30", "10.0.0.4", true, false},
    {"10.0.0.4/31", "10.0.0.4", true, true}, /* RFC 3021: both are hosts */
    {"10.0.0.4/31", "10.0.0.5", true, true},
    {"10.0.0.4/31", "10.0.0.6", false, false},
    {"10.0.0.5/32", "10.0.0.5", true, true},
    {"10.0.0.5/32", "10.0.0.4", false, false},
    {"0.0.0.0/0", "8.8.8.8", true, true},
    {"0.0.0.0/0", "255.255.255.255", true, false},
    {"0.0.0.0/0", "::1", false, false},
    {"::/0", "8.8.8.8", false, false},
    {"10.0.0.0/8", "::ffff:10.0.0.1", false, false},
    {"fd00::/64", "fd00::1", true, true},
    {"fd00::/64", "fd00::ffff:ffff:ffff:ffff", true, true}, /* IPv6 has no broadcast */
    {"fd00::/64", "fd00:0:0:1::", false, false},
    {"fd00::/64", "fd00::", true, false},
    {"fd00::/24", "fd00::", true, false},
    {"fd00::/127", "fd00::", true, true}, /* RFC 6164 */
    {"fd00::5/128", "fd00::5", true, true},
    {"::ffff:0:0/96", "1.2.3.4", false, false},
};

START_TEST(prefix_contains_and_has_host_know_the_borders)
{
    const struct prefix prefix = prefix_of(members[_i].prefix);
    const struct address address = address_of(members[_i].address);

    ck_assert_msg(prefix_contains(&prefix, &address) == members[_i].contains,
                  "contains: %s and %s", members[_i].prefix, members[_i].address);
    ck_assert_msg(prefix_has_host(&prefix, &address) == members[_i].has_host,
                  "has host: %s and %s", members[_i].prefix, members[_i].address);
}
END_TEST

START_TEST(no_prefix_contains_no_address)
{
    const struct prefix none = {0};
    const struct address no_address = {0};
    const struct prefix all = prefix_of("0.0.0.0/0");

    ck_assert(!prefix_contains(&none, &no_address));
    ck_assert(!prefix_contains(&all, &no_address));
    ck_assert(!prefix_has_host(&all, &no_address));
}
END_TEST

Suite *address_suite(void)
{
    Suite *suite = suite_create("address");
    TCase *address = tcase_create("address");
    TCase *prefix = tcase_create("prefix");

    tcase_add_loop_test(address, address_format_gives_the_one_spelling_of_what_was_parsed,
                        0, COUNT(spellings));
    tcase_add_loop_test(address, address_parse_refuses_all_but_strict_literals, 0,
                        COUNT(refused_addresses));
    tcase_add_test(address, address_parse_leaves_no_bytes_behind_an_ipv4_address);
    tcase_add_test(address, address_format_of_no_address_is_empty);
    tcase_add_test(address, address_equals_compares_family_and_bytes);
    tcase_add_loop_test(address, address_kinds_end_at_their_borders, 0, COUNT(kinds));
    tcase_add_test(address, no_address_is_neither_any_nor_loopback_nor_multicast);
    suite_add_tcase(suite, address);

    tcase_add_loop_test(prefix, prefix_format_gives_the_one_spelling_of_what_was_parsed,
                        0, COUNT(prefixes));
    tcase_add_loop_test(prefix, prefix_parse_refuses_all_but_strict_spellings, 0,
                        COUNT(refused_prefixes));
    tcase_add_test(prefix, prefix_equals_compares_network_family_and_length);
    tcase_add_loop_test(prefix, prefix_contains_and_has_host_know_the_borders, 0,
                        COUNT(members));
    tcase_add_test(prefix, no_prefix_contains_no_address);
    suite_add_tcase(suite, prefix);
    return suite;
}
