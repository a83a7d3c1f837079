/*
 * Portproxy entries: what a registry value means, and which are the same.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/portproxy.h"

#include "core/base/mem.h"

#include <check.h>
#include <string.h>

Suite *portproxy_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static struct portproxy_key key_of(enum portproxy_type type, const char *listen,
                                   uint16_t port)
{
    struct portproxy_key key = {.type = type, .port = port};

    ck_assert_uint_lt(strlen(listen), sizeof key.listen);
    strncpy(key.listen, listen, sizeof key.listen - 1);
    return key;
}

static struct portproxy_value value_of(const char *connect, uint16_t port)
{
    struct portproxy_value value = {.port = port};

    ck_assert_uint_lt(strlen(connect), sizeof value.connect);
    strncpy(value.connect, connect, sizeof value.connect - 1);
    return value;
}

static const struct {
    enum portproxy_type type;
    const char *name;
    enum address_family listen;
    enum address_family connect;
} types[PORTPROXY_TYPE_COUNT] = {
    {PORTPROXY_V4TOV4, "v4tov4", ADDRESS_IPV4, ADDRESS_IPV4},
    {PORTPROXY_V4TOV6, "v4tov6", ADDRESS_IPV4, ADDRESS_IPV6},
    {PORTPROXY_V6TOV4, "v6tov4", ADDRESS_IPV6, ADDRESS_IPV4},
    {PORTPROXY_V6TOV6, "v6tov6", ADDRESS_IPV6, ADDRESS_IPV6},
};

START_TEST(portproxy_types_have_names_and_families)
{
    enum portproxy_type parsed = PORTPROXY_TYPE_COUNT;

    ck_assert_str_eq(portproxy_type_name(types[_i].type), types[_i].name);
    ck_assert_msg(portproxy_type_parse(types[_i].name, &parsed) &&
                      parsed == types[_i].type,
                  "%s", types[_i].name);
    ck_assert_msg(portproxy_type_of(types[_i].listen, types[_i].connect) == types[_i].type,
                  "%s", types[_i].name);
    ck_assert_msg(portproxy_listen_family(types[_i].type) == types[_i].listen, "%s",
                  types[_i].name);
}
END_TEST

START_TEST(portproxy_type_parse_refuses_other_words)
{
    static const char *const words[] = {"",       "v4",      "v4tov", "v4tov44",
                                        "v5tov4", "v4tov4 ", "tcp"};
    enum portproxy_type type = PORTPROXY_V6TOV6;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        ck_assert_msg(!portproxy_type_parse(words[i], &type), "'%s'", words[i]);
        ck_assert_int_eq(type, PORTPROXY_V6TOV6);
    }
}
END_TEST

static const struct {
    const char *name;
    const char *data;
    const char *listen;
    uint16_t listen_port;
    const char *connect;
    uint16_t connect_port;
} entries[] = {
    {"0.0.0.0/3000", "172.28.213.77/8080", "0.0.0.0", 3000, "172.28.213.77", 8080},
    {"*/80", "127.0.0.1/80", "*", 80, "127.0.0.1", 80},
    {"::/1", "fd00::5/65535", "::", 1, "fd00::5", 65535},
    {"192.168.1.10/65535", "localhost/1", "192.168.1.10", 65535, "localhost", 1},
    {"MyPC.example.com/443", "web-server/443", "MyPC.example.com", 443, "web-server", 443},
};

START_TEST(portproxy_entry_parse_reads_a_registry_value)
{
    struct portproxy_entry entry = {0};
    char text[PORTPROXY_TEXT_SIZE];

    ck_assert_msg(portproxy_entry_parse(PORTPROXY_V6TOV4, entries[_i].name,
                                        entries[_i].data, &entry),
                  "%s -> %s", entries[_i].name, entries[_i].data);

    ck_assert_int_eq(entry.key.type, PORTPROXY_V6TOV4);
    ck_assert_str_eq(entry.key.listen, entries[_i].listen);
    ck_assert_uint_eq(entry.key.port, entries[_i].listen_port);
    ck_assert_str_eq(entry.value.connect, entries[_i].connect);
    ck_assert_uint_eq(entry.value.port, entries[_i].connect_port);
    portproxy_key_format(&entry.key, text);
    ck_assert_str_eq(text, entries[_i].name);
    portproxy_value_format(&entry.value, text);
    ck_assert_str_eq(text, entries[_i].data);
}
END_TEST

static const char *const malformed[] = {
    "",
    "/",
    "/80",
    "80",
    "0.0.0.0",
    "0.0.0.0/",
    "0.0.0.0/0",
    "0.0.0.0/65536",
    "0.0.0.0/99999999",
    "0.0.0.0/-1",
    "0.0.0.0/+80",
    "0.0.0.0/ 80",
    "0.0.0.0/80 ",
    "0.0.0.0/http",
    "0.0.0.0/8o",
    "0.0.0.0/0x50",
    "0.0.0.0:80",
    "0.0.0.0\\80",
    "0.0.0.0/80/",
    "\xFF\xFE/80",
};

START_TEST(portproxy_entry_parse_leaves_malformed_values_alone)
{
    struct portproxy_entry entry = {.key = key_of(PORTPROXY_V4TOV6, "x", 7)};

    ck_assert_msg(
        !portproxy_entry_parse(PORTPROXY_V4TOV4, malformed[_i], "10.0.0.5/80", &entry),
        "name '%s'", malformed[_i]);
    ck_assert_msg(
        !portproxy_entry_parse(PORTPROXY_V4TOV4, "0.0.0.0/80", malformed[_i], &entry),
        "data '%s'", malformed[_i]);
    ck_assert_str_eq(entry.key.listen, "x");
    ck_assert_uint_eq(entry.key.port, 7);
}
END_TEST

START_TEST(portproxy_entry_parse_takes_hosts_up_to_255_bytes)
{
    struct portproxy_entry entry;
    char text[PORTPROXY_TEXT_SIZE + 1];
    char again[PORTPROXY_TEXT_SIZE];

    memset(text, 'a', 256);
    memcpy(text + 255, "/65535", 7);
    ck_assert(portproxy_entry_parse(PORTPROXY_V4TOV4, text, text, &entry));
    portproxy_key_format(&entry.key, again);
    ck_assert_str_eq(again, text);

    memset(text, 'a', 256);
    memcpy(text + 256, "/6553", 6);
    ck_assert(!portproxy_entry_parse(PORTPROXY_V4TOV4, text, "10.0.0.5/80", &entry));
}
END_TEST

static const struct {
    enum portproxy_type left_type;
    const char *left;
    uint16_t left_port;
    enum portproxy_type right_type;
    const char *right;
    uint16_t right_port;
    bool equal;
    bool same_socket;
} pairs[] = {
    {PORTPROXY_V4TOV4, "0.0.0.0", 80, PORTPROXY_V4TOV4, "0.0.0.0", 80, true, true},
    {PORTPROXY_V4TOV4, "0.0.0.0", 80, PORTPROXY_V4TOV4, "0.0.0.0", 81, false, false},
    {PORTPROXY_V4TOV4, "0.0.0.0", 80, PORTPROXY_V4TOV6, "0.0.0.0", 80, false, true},
    {PORTPROXY_V4TOV4, "0.0.0.0", 80, PORTPROXY_V4TOV4, "*", 80, false, true},
    {PORTPROXY_V4TOV4, "*", 80, PORTPROXY_V4TOV6, "0.0.0.0", 80, false, true},
    {PORTPROXY_V4TOV4, "*", 80, PORTPROXY_V4TOV4, "*", 80, true, true},
    {PORTPROXY_V4TOV4, "*", 80, PORTPROXY_V4TOV4, "*", 8080, false, false},
    {PORTPROXY_V6TOV4, "*", 80, PORTPROXY_V6TOV6, "::", 80, false, true},
    {PORTPROXY_V4TOV4, "*", 80, PORTPROXY_V6TOV4, "*", 80, false, false},
    {PORTPROXY_V4TOV4, "0.0.0.0", 80, PORTPROXY_V6TOV4, "::", 80, false, false},
    {PORTPROXY_V4TOV4, "0.0.0.0", 80, PORTPROXY_V4TOV4, "192.168.1.10", 80, false, false},
    {PORTPROXY_V6TOV4, "::", 80, PORTPROXY_V6TOV4, "0:0:0:0:0:0:0:0", 80, false, true},
    {PORTPROXY_V6TOV4, "FD00::A", 80, PORTPROXY_V6TOV4, "fd00::a", 80, true, true},
    {PORTPROXY_V6TOV6, "FD00:0::A", 80, PORTPROXY_V6TOV4, "fd00::a", 80, false, true},
    {PORTPROXY_V6TOV6, "fd00::a", 80, PORTPROXY_V6TOV6, "fd00::b", 80, false, false},
    {PORTPROXY_V4TOV4, "MyPC", 80, PORTPROXY_V4TOV4, "mypc", 80, true, true},
    {PORTPROXY_V4TOV4, "MyPC", 80, PORTPROXY_V4TOV6, "mypc", 80, false, true},
    {PORTPROXY_V4TOV4, "MyPC", 80, PORTPROXY_V4TOV4, "other", 80, false, false},
    {PORTPROXY_V4TOV4, "MyPC", 80, PORTPROXY_V4TOV4, "0.0.0.0", 80, false, false},
    {PORTPROXY_V4TOV4, "MyPC", 80, PORTPROXY_V4TOV4, "*", 80, false, false},
    {PORTPROXY_V4TOV4, "MyPC", 80, PORTPROXY_V6TOV4, "MyPC", 80, false, false},
};

START_TEST(portproxy_keys_compare_by_value_name_and_by_socket)
{
    const struct portproxy_key left =
        key_of(pairs[_i].left_type, pairs[_i].left, pairs[_i].left_port);
    const struct portproxy_key right =
        key_of(pairs[_i].right_type, pairs[_i].right, pairs[_i].right_port);

    ck_assert_msg(portproxy_key_equals(&left, &right) == pairs[_i].equal,
                  "equal: %d %s and %s", _i, pairs[_i].left, pairs[_i].right);
    ck_assert_msg(portproxy_key_equals(&right, &left) == pairs[_i].equal,
                  "equal, reversed: %d %s and %s", _i, pairs[_i].left, pairs[_i].right);
    ck_assert_msg(portproxy_key_same_socket(&left, &right) == pairs[_i].same_socket,
                  "same socket: %d %s and %s", _i, pairs[_i].left, pairs[_i].right);
    ck_assert_msg(portproxy_key_same_socket(&right, &left) == pairs[_i].same_socket,
                  "same socket, reversed: %d %s and %s", _i, pairs[_i].left,
                  pairs[_i].right);
}
END_TEST

static const struct {
    const char *left;
    uint16_t left_port;
    const char *right;
    uint16_t right_port;
    bool equal;
} values[] = {
    {"172.28.213.77", 80, "172.28.213.77", 80, true},
    {"172.28.213.77", 80, "172.28.213.77", 8080, false},
    {"172.28.213.77", 80, "172.28.213.78", 80, false},
    {"FD00:0:0::5", 80, "fd00::5", 80, true},
    {"::ffff:10.0.0.5", 80, "::ffff:a00:5", 80, true},
    {"::ffff:10.0.0.5", 80, "10.0.0.5", 80, false},
    {"WebServer", 80, "webserver", 80, true},
    {"webserver", 80, "webserver.example.com", 80, false},
    {"localhost", 80, "127.0.0.1", 80, false},
};

START_TEST(portproxy_values_compare_by_meaning)
{
    const struct portproxy_value left = value_of(values[_i].left, values[_i].left_port);
    const struct portproxy_value right = value_of(values[_i].right, values[_i].right_port);

    ck_assert_msg(portproxy_value_equals(&left, &right) == values[_i].equal,
                  "%s/%u and %s/%u", values[_i].left, values[_i].left_port,
                  values[_i].right, values[_i].right_port);
    ck_assert_msg(portproxy_value_equals(&right, &left) == values[_i].equal,
                  "%s, reversed", values[_i].left);
}
END_TEST

START_TEST(portproxy_list_find_goes_by_the_value_name)
{
    struct portproxy_list list = {0};
    const struct portproxy_key any = key_of(PORTPROXY_V4TOV4, "0.0.0.0", 80);
    const struct portproxy_key star = key_of(PORTPROXY_V4TOV4, "*", 80);
    const struct portproxy_key other_type = key_of(PORTPROXY_V4TOV6, "*", 80);

    ck_assert_ptr_null(portproxy_list_find(&list, &any));
    LIST_ADD(&list)->key = any;
    LIST_ADD(&list)->key = star;

    ck_assert_ptr_eq(portproxy_list_find(&list, &any), &list.items[0]);
    ck_assert_ptr_eq(portproxy_list_find(&list, &star), &list.items[1]);
    ck_assert_ptr_null(portproxy_list_find(&list, &other_type));

    portproxy_list_clear(&list);
    ck_assert_ptr_null(list.items);
    ck_assert_uint_eq(list.count + list.capacity, 0);
}
END_TEST

Suite *portproxy_suite(void)
{
    Suite *suite = suite_create("portproxy");
    TCase *reading = tcase_create("reading");
    TCase *comparing = tcase_create("comparing");

    tcase_add_loop_test(reading, portproxy_types_have_names_and_families, 0, COUNT(types));
    tcase_add_test(reading, portproxy_type_parse_refuses_other_words);
    tcase_add_loop_test(reading, portproxy_entry_parse_reads_a_registry_value, 0,
                        COUNT(entries));
    tcase_add_loop_test(reading, portproxy_entry_parse_leaves_malformed_values_alone, 0,
                        COUNT(malformed));
    tcase_add_test(reading, portproxy_entry_parse_takes_hosts_up_to_255_bytes);
    suite_add_tcase(suite, reading);

    tcase_add_loop_test(comparing, portproxy_keys_compare_by_value_name_and_by_socket, 0,
                        COUNT(pairs));
    tcase_add_loop_test(comparing, portproxy_values_compare_by_meaning, 0, COUNT(values));
    tcase_add_test(comparing, portproxy_list_find_goes_by_the_value_name);
    suite_add_tcase(suite, comparing);
    return suite;
}
