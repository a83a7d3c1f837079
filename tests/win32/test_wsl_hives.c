/*
 * WSL's traces in the registry.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/win32/wsl_hives.h"
#include "tests/win32/scratch.h"

#include <check.h>

#include <stdio.h>
#include <string.h>

#define OTHER_SID L"S-1-12-1-1-2-3-4"
#define FIRST_VM "00000000-2222-3333-4444-555555555555"

Suite *wsl_hives_suite(void);

static struct wsl_trace_list traces;

static void clear(void)
{
    LIST_CLEAR(&traces);
    scratch_delete_tree(HKEY_USERS, OTHER_SID);
    scratch_delete_tree(HKEY_USERS, OTHER_SID L"_Classes");
    scratch_delete_tree(HKEY_USERS, L"S-1-5-21-junk");
    scratch_delete_tree(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH);
    scratch_delete_tree(HKEY_LOCAL_MACHINE, WSL_POLICY_PATH);
    scratch_delete_tree(HKEY_CURRENT_USER, WSL_LXSS_PATH);
    scratch_delete_tree(HKEY_CURRENT_USER, WSL_LOCAL_DEVICES_PATH);
}

static void read(void)
{
    struct error err = {0};

    LIST_CLEAR(&traces);
    ck_assert_msg(wsl_hives_read(&traces, &err), "%s", err.detail);
}

static const struct wsl_trace *trace_of(const char *prefix)
{
    for (size_t i = 0; i < traces.count; i++) {
        if (strncmp(traces.items[i].user.text, prefix, strlen(prefix)) == 0)
            return &traces.items[i];
    }
    ck_abort_msg("no hive of %s", prefix);
    return NULL;
}

START_TEST(wsl_hives_read_gives_one_trace_for_each_user)
{
    read();
    const size_t before = traces.count;

    scratch_create_key(HKEY_USERS, OTHER_SID);
    scratch_create_key(HKEY_USERS, OTHER_SID L"_Classes");
    scratch_create_key(HKEY_USERS, L"S-1-5-21-junk");
    read();

    ck_assert_uint_eq(traces.count, before + 1);
    ck_assert(trace_of("S-1-12-1-")->hive_loaded);
    ck_assert_str_eq(trace_of("S-1-12-1-")->nat_address, "");
    ck_assert_uint_eq(trace_of("S-1-12-1-")->vm_count, 0);
}
END_TEST

START_TEST(wsl_hives_read_gives_the_address_of_its_user)
{
    scratch_create_key(HKEY_USERS, OTHER_SID);
    scratch_set(HKEY_CURRENT_USER, WSL_LXSS_PATH, L"NatIpAddress", L"172.28.1.2");
    scratch_set(HKEY_USERS, OTHER_SID L"\\" WSL_LXSS_PATH, L"NatIpAddress", L"172.28.1.3");
    read();
    ck_assert_str_eq(trace_of("S-1-5-21-")->nat_address, "172.28.1.2");
    ck_assert_str_eq(trace_of("S-1-12-1-")->nat_address, "172.28.1.3");
}
END_TEST

START_TEST(wsl_hives_read_gives_vms_and_no_hosts)
{
    scratch_set_number(HKEY_CURRENT_USER, WSL_LOCAL_DEVICES_PATH,
                       L"AAAAAAAA-2222-3333-4444-555555555555", 0xc4);
    scratch_set_number(HKEY_CURRENT_USER, WSL_LOCAL_DEVICES_PATH, L"server.example", 4);
    scratch_set(HKEY_CURRENT_USER, WSL_LOCAL_DEVICES_PATH,
                L"BBBBBBBB-2222-3333-4444-555555555555", L"no number");
    read();
    ck_assert_uint_eq(trace_of("S-1-5-21-")->vm_count, 1);
    ck_assert_str_eq(trace_of("S-1-5-21-")->vm_ids[0],
                     "aaaaaaaa-2222-3333-4444-555555555555");
}
END_TEST

#define FIRST_DISTRIBUTION L"{aaaaaaaa-1111-4111-8111-111111111111}"
#define SECOND_DISTRIBUTION L"{bbbbbbbb-1111-4111-8111-111111111111}"

START_TEST(wsl_hives_read_tells_wsl_1_from_wsl_2)
{
    read();
    ck_assert_uint_eq(trace_of("S-1-5-21-")->distribution_count, 0);

    scratch_set(HKEY_CURRENT_USER, WSL_LXSS_PATH, L"DefaultDistribution",
                FIRST_DISTRIBUTION);
    scratch_set_number(HKEY_CURRENT_USER, WSL_LXSS_PATH L"\\" FIRST_DISTRIBUTION,
                       L"Flags", 7);
    scratch_create_key(HKEY_CURRENT_USER, WSL_LXSS_PATH L"\\AppxInstallerCache");
    read();
    ck_assert_uint_eq(trace_of("S-1-5-21-")->distribution_count, 1);
    ck_assert(!trace_of("S-1-5-21-")->has_wsl2);
    ck_assert(trace_of("S-1-5-21-")->default_is_wsl1);

    scratch_set_number(HKEY_CURRENT_USER, WSL_LXSS_PATH L"\\" SECOND_DISTRIBUTION,
                       L"Flags", 15);
    read();
    ck_assert_uint_eq(trace_of("S-1-5-21-")->distribution_count, 2);
    ck_assert(trace_of("S-1-5-21-")->has_wsl2);
    ck_assert(trace_of("S-1-5-21-")->default_is_wsl1);
}
END_TEST

START_TEST(wsl_hives_read_machine_tells_whether_wsl_is_installed)
{
    struct wsl_machine machine = {0};

    wsl_hives_read_machine(&machine);
    ck_assert_int_eq(machine.presence, WSL_PRESENCE_NONE);
    scratch_create_key(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH L"\\MSI");
    wsl_hives_read_machine(&machine);
    ck_assert_int_eq(machine.presence, WSL_PRESENCE_INSTALLED);
}
END_TEST

START_TEST(wsl_hives_read_is_not_stalled_by_a_flood)
{
    wchar_t name[64];
    HKEY key = NULL;
    ULONGLONG start;

    RegCreateKeyExW(HKEY_CURRENT_USER, WSL_LOCAL_DEVICES_PATH, 0, NULL,
                    REG_OPTION_VOLATILE, KEY_WRITE, NULL, &key, NULL);
    for (DWORD i = 0; i < 100000; i++) {
        swprintf(name, 64, L"%08lX-2222-3333-4444-555555555555", i);
        RegSetValueExW(key, name, 0, REG_DWORD, (const BYTE *)&i, sizeof i);
    }
    RegCloseKey(key);
    start = GetTickCount64();
    read();
    ck_assert_uint_lt(GetTickCount64() - start, 500);
    ck_assert_uint_eq(trace_of("S-1-5-21-")->vm_count, WSL_VM_CAPACITY);
    ck_assert_str_ne(trace_of("S-1-5-21-")->vm_ids[0], FIRST_VM);
}
END_TEST

START_TEST(wsl_hives_read_keeps_no_key_open)
{
    scratch_create_key(HKEY_USERS, OTHER_SID L"\\" WSL_LXSS_PATH);
    read();
    scratch_delete_tree(HKEY_USERS, OTHER_SID);
    read();
    for (size_t i = 0; i < traces.count; i++)
        ck_assert(strncmp(traces.items[i].user.text, "S-1-12", 6) != 0);
}
END_TEST

START_TEST(wsl_hives_read_machine_gives_the_network)
{
    struct wsl_machine machine = {.nat_network = "x", .nat_gateway = "x"};

    wsl_hives_read_machine(&machine);
    ck_assert_str_eq(machine.nat_network, "");
    ck_assert_str_eq(machine.nat_gateway, "");

    scratch_set(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH, L"NatNetwork", L"172.28.208.0/20");
    scratch_set(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH, L"NatGatewayIpAddress",
                L"172.28.208.1");
    wsl_hives_read_machine(&machine);
    ck_assert_str_eq(machine.nat_network, "172.28.208.0/20");
    ck_assert_str_eq(machine.nat_gateway, "172.28.208.1");
}
END_TEST

START_TEST(wsl_hives_read_machine_gives_the_policy)
{
    struct wsl_machine machine = {.policy = {NETWORKING_MODE_NONE, true}};

    wsl_hives_read_machine(&machine);
    ck_assert_int_eq(machine.policy.default_mode, NETWORKING_MODE_UNKNOWN);
    ck_assert(!machine.policy.forbids_choice);

    scratch_set_number(HKEY_LOCAL_MACHINE, WSL_POLICY_PATH, L"DefaultNetworkingMode", 3);
    scratch_set_number(HKEY_LOCAL_MACHINE, WSL_POLICY_PATH,
                       L"AllowNetworkingModeUserSetting", 0);
    wsl_hives_read_machine(&machine);
    ck_assert_int_eq(machine.policy.default_mode, NETWORKING_MODE_MIRRORED);
    ck_assert(machine.policy.forbids_choice);

    scratch_set(HKEY_LOCAL_MACHINE, WSL_POLICY_PATH, L"AllowNetworkingModeUserSetting",
                L"0");
    wsl_hives_read_machine(&machine);
    ck_assert(!machine.policy.forbids_choice);
}
END_TEST

Suite *wsl_hives_suite(void)
{
    Suite *suite = suite_create("wsl_hives");
    TCase *tcase = tcase_create("hives");

    if (!scratch_is_allowed("wsl_hives"))
        return suite;
    tcase_add_checked_fixture(tcase, clear, clear);
    tcase_add_test(tcase, wsl_hives_read_gives_one_trace_for_each_user);
    tcase_add_test(tcase, wsl_hives_read_gives_the_address_of_its_user);
    tcase_add_test(tcase, wsl_hives_read_gives_vms_and_no_hosts);
    tcase_add_test(tcase, wsl_hives_read_tells_wsl_1_from_wsl_2);
    tcase_add_test(tcase, wsl_hives_read_machine_tells_whether_wsl_is_installed);
    tcase_add_test(tcase, wsl_hives_read_is_not_stalled_by_a_flood);
    tcase_add_test(tcase, wsl_hives_read_keeps_no_key_open);
    tcase_add_test(tcase, wsl_hives_read_machine_gives_the_network);
    tcase_add_test(tcase, wsl_hives_read_machine_gives_the_policy);
    suite_add_tcase(suite, tcase);
    return suite;
}
