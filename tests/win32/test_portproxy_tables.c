/*
 * The portproxy tables, in the registry of a Wine prefix.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/portproxy_tables.h"
#include "tests/win32/scratch.h"

#include <check.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PORTPROXY L"SYSTEM\\CurrentControlSet\\Services\\PortProxy"
#define V4TOV4 PORTPROXY L"\\v4tov4\\tcp"
#define V6TOV4 PORTPROXY L"\\v6tov4\\tcp"

Suite *portproxy_tables_suite(void);

static struct portproxy_list list;
static size_t malformed_count;
static struct error err;

static void clear(void)
{
    scratch_delete_tree(HKEY_LOCAL_MACHINE, PORTPROXY);
    portproxy_list_clear(&list);
    malformed_count = 99;
    err = (struct error){0};
}

static void read(void)
{
    portproxy_list_clear(&list);
    ck_assert_msg(portproxy_tables_read(&list, &malformed_count, &err), "%s", err.detail);
}

static struct portproxy_entry entry_of(enum portproxy_type type, const char *name,
                                       const char *data)
{
    struct portproxy_entry entry = {0};

    ck_assert(portproxy_entry_parse(type, name, data, &entry));
    return entry;
}

START_TEST(portproxy_tables_read_finds_nothing_without_keys)
{
    read();
    ck_assert_uint_eq(list.count, 0);
    ck_assert_uint_eq(malformed_count, 0);
}
END_TEST

START_TEST(portproxy_tables_read_gives_names_as_they_are_spelled)
{
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"*/80", L"Build-Box/8080");
    scratch_set(HKEY_LOCAL_MACHINE, V6TOV4, L"2001:DB8::1/81", L"10.0.0.1/81");
    read();
    ck_assert_uint_eq(list.count, 2);
    ck_assert_str_eq(list.items[0].key.listen, "*");
    ck_assert_uint_eq(list.items[0].key.port, 80);
    ck_assert_str_eq(list.items[0].value.connect, "Build-Box");
    ck_assert_int_eq(list.items[1].key.type, PORTPROXY_V6TOV4);
    ck_assert_str_eq(list.items[1].key.listen, "2001:DB8::1");
}
END_TEST

START_TEST(portproxy_tables_read_counts_what_is_malformed)
{
    wchar_t long_name[400];
    const DWORD number = 1;

    for (int i = 0; i < 399; i++)
        long_name[i] = L'a';
    memcpy(long_name + 396, L"/80", 4 * sizeof(wchar_t));
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.1/80");
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0", L"10.0.0.1/80");
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/0", L"10.0.0.1/80");
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, long_name, L"10.0.0.1/80");
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"\xd800/81", L"10.0.0.1/80");
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, NULL, L"10.0.0.1/80");
    scratch_set_bytes(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/82", REG_DWORD, &number, 4);
    scratch_set_bytes(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/83", REG_SZ, L"a/1\0b", 10);
    scratch_set_bytes(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/84", REG_EXPAND_SZ, L"a/1", 8);
    read();
    ck_assert_uint_eq(list.count, 1);
    ck_assert_uint_eq(malformed_count, 8);
}
END_TEST

START_TEST(portproxy_tables_write_makes_the_table_and_reads_back)
{
    const struct portproxy_entry entry =
        entry_of(PORTPROXY_V6TOV4, "::/3000", "172.28.1.2/3000");

    ck_assert_msg(portproxy_tables_write(&entry, NULL, &err), "%s", err.detail);
    read();
    ck_assert_uint_eq(list.count, 1);
    ck_assert(portproxy_key_equals(&list.items[0].key, &entry.key));
    ck_assert(portproxy_value_equals(&list.items[0].value, &entry.value));
    ck_assert(portproxy_tables_flush(&err));
}
END_TEST

START_TEST(portproxy_tables_write_takes_the_place_of_the_former_value)
{
    struct portproxy_entry entry = entry_of(PORTPROXY_V4TOV4, "0.0.0.0/80", "10.0.0.1/80");
    struct portproxy_entry former =
        entry_of(PORTPROXY_V4TOV4, "0.0.0.0/80", "10.0.0.2/80");

    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.2/80");
    ck_assert(portproxy_tables_write(&entry, &former.value, &err));
    read();
    ck_assert_uint_eq(list.count, 1);
    ck_assert_str_eq(list.items[0].value.connect, "10.0.0.1");
}
END_TEST

static void check_untouched(const wchar_t *name, DWORD type, const void *data, DWORD size)
{
    BYTE live[64];
    DWORD live_size = sizeof live;
    DWORD live_type = 0;
    HKEY key;

    ck_assert_int_eq(RegOpenKeyExW(HKEY_LOCAL_MACHINE, V4TOV4, 0, KEY_READ, &key), 0);
    ck_assert_int_eq(RegQueryValueExW(key, name, NULL, &live_type, live, &live_size), 0);
    RegCloseKey(key);
    ck_assert_uint_eq(live_type, type);
    ck_assert_uint_eq(live_size, size);
    ck_assert_mem_eq(live, data, size);
}

START_TEST(portproxy_tables_touch_nothing_that_is_not_as_expected)
{
    const struct portproxy_entry entry =
        entry_of(PORTPROXY_V4TOV4, "0.0.0.0/80", "10.0.0.1/80");

    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.2/80");
    ck_assert(!portproxy_tables_write(&entry, NULL, &err));
    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    ck_assert(!portproxy_tables_write(&entry, &entry.value, &err));
    ck_assert(!portproxy_tables_delete(&entry.key, &entry.value, &err));
    check_untouched(L"0.0.0.0/80", REG_SZ, L"10.0.0.2/80", sizeof L"10.0.0.2/80");
}
END_TEST

START_TEST(portproxy_tables_touch_no_malformed_value)
{
    const struct portproxy_entry entry =
        entry_of(PORTPROXY_V4TOV4, "0.0.0.0/80", "10.0.0.1/80");

    scratch_set_bytes(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", REG_BINARY, L"x", 2);
    ck_assert(!portproxy_tables_write(&entry, NULL, &err));
    ck_assert_int_eq(err.kind, ERR_CONFLICT);
    ck_assert(!portproxy_tables_delete(&entry.key, &entry.value, &err));
    check_untouched(L"0.0.0.0/80", REG_BINARY, L"x", 2);
}
END_TEST

START_TEST(portproxy_tables_delete_takes_only_that_value)
{
    const struct portproxy_entry entry =
        entry_of(PORTPROXY_V4TOV4, "0.0.0.0/80", "10.0.0.2/80");

    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.2/80");
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"*/80", L"10.0.0.2/80");
    scratch_set(HKEY_LOCAL_MACHINE, V6TOV4, L"0.0.0.0/80", L"10.0.0.2/80");
    ck_assert(portproxy_tables_delete(&entry.key, &entry.value, &err));
    read();
    ck_assert_uint_eq(list.count, 2);
    ck_assert_ptr_null(portproxy_list_find(&list, &entry.key));
}
END_TEST

START_TEST(portproxy_tables_delete_succeeds_when_there_is_nothing)
{
    const struct portproxy_entry entry =
        entry_of(PORTPROXY_V4TOV4, "0.0.0.0/80", "10.0.0.1/80");

    ck_assert(portproxy_tables_delete(&entry.key, &entry.value, &err));
    scratch_create_key(HKEY_LOCAL_MACHINE, V4TOV4);
    ck_assert(portproxy_tables_delete(&entry.key, &entry.value, &err));
}
END_TEST

START_TEST(portproxy_tables_flush_succeeds_without_the_key)
{
    ck_assert(portproxy_tables_flush(&err));
}
END_TEST

START_TEST(portproxy_tables_read_refuses_an_endless_table_and_keeps_its_outputs)
{
    HKEY key = NULL;
    wchar_t name[32];

    RegCreateKeyExW(HKEY_LOCAL_MACHINE, V4TOV4, 0, NULL, REG_OPTION_VOLATILE, KEY_WRITE,
                    NULL, &key, NULL);
    for (unsigned i = 0; i <= PORTPROXY_TABLE_VALUES_MAX; i++) {
        swprintf(name, 32, L"10.%u.%u.1/80", i / 256, i % 256);
        RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)L"a/1", 8);
    }
    RegCloseKey(key);
    ck_assert(!portproxy_tables_read(&list, &malformed_count, &err));
    ck_assert_int_eq(err.kind, ERR_SYSTEM);
    ck_assert_uint_eq(list.count, 0);
    ck_assert_uint_eq(malformed_count, 99);
}
END_TEST

START_TEST(portproxy_tables_read_is_not_stalled_by_huge_data)
{
    const DWORD size = 10 * 1024 * 1024;
    wchar_t *huge = calloc(1, size);

    for (DWORD i = 0; i < size / sizeof *huge; i++)
        huge[i] = L'1';
    scratch_set_bytes(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", REG_SZ, huge, size);
    free(huge);
    read();
    ck_assert_uint_eq(list.count, 0);
    ck_assert_uint_eq(malformed_count, 1);
}
END_TEST

Suite *portproxy_tables_suite(void)
{
    Suite *suite = suite_create("portproxy_tables");
    TCase *tcase = tcase_create("tables");

    if (!scratch_is_allowed("portproxy_tables"))
        return suite;
    tcase_add_checked_fixture(tcase, clear, clear);
    tcase_add_test(tcase, portproxy_tables_read_finds_nothing_without_keys);
    tcase_add_test(tcase, portproxy_tables_read_gives_names_as_they_are_spelled);
    tcase_add_test(tcase, portproxy_tables_read_counts_what_is_malformed);
    tcase_add_test(tcase, portproxy_tables_write_makes_the_table_and_reads_back);
    tcase_add_test(tcase, portproxy_tables_write_takes_the_place_of_the_former_value);
    tcase_add_test(tcase, portproxy_tables_touch_nothing_that_is_not_as_expected);
    tcase_add_test(tcase, portproxy_tables_touch_no_malformed_value);
    tcase_add_test(tcase, portproxy_tables_delete_takes_only_that_value);
    tcase_add_test(tcase, portproxy_tables_delete_succeeds_when_there_is_nothing);
    tcase_add_test(tcase, portproxy_tables_flush_succeeds_without_the_key);
    tcase_add_test(tcase,
                   portproxy_tables_read_refuses_an_endless_table_and_keeps_its_outputs);
    tcase_add_test(tcase, portproxy_tables_read_is_not_stalled_by_huge_data);
    suite_add_tcase(suite, tcase);
    return suite;
}
