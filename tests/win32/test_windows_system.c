/*
 * The seam as the core sees it.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/windows_system.h"
#include "core/win32/wsl_hives.h"
#include "tests/win32/scratch.h"

#include <check.h>

#include <string.h>

#define V4TOV4 L"SYSTEM\\CurrentControlSet\\Services\\PortProxy\\v4tov4\\tcp"
#define VM "aaaaaaaa-2222-3333-4444-555555555555"

Suite *windows_system_suite(void);

static HANDLE news;
static struct windows_system *windows;
static const struct system *seam;
static struct snapshot snapshot;
static struct error err;

static void start(void)
{
    scratch_install_firewall();
    scratch_delete_tree(HKEY_LOCAL_MACHINE,
                        L"SYSTEM\\CurrentControlSet\\Services\\PortProxy");
    news = CreateEventW(NULL, FALSE, FALSE, NULL);
    windows = windows_system_new(news, &err);
    ck_assert_msg(windows != NULL, "%s", err.detail);
    seam = windows_system_seam(windows);
}

static void stop(void)
{
    snapshot_clear(&snapshot);
    windows_system_free(windows);
    windows = NULL;
    CloseHandle(news);
}

static void observe(void)
{
    snapshot_clear(&snapshot);
    ck_assert_msg(seam->observe(seam->self, &snapshot, &err), "%s", err.detail);
}

START_TEST(windows_system_observe_gives_everything)
{
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.1/80");
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"junk", L"10.0.0.1/80");
    scratch_set(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH, L"NatNetwork", L"172.28.208.0/20");
    scratch_set(HKEY_CURRENT_USER, WSL_LXSS_PATH, L"NatIpAddress", L"172.28.208.9");
    ck_assert_uint_eq(WaitForSingleObject(news, 10000), WAIT_OBJECT_0);
    observe();
    ck_assert_uint_eq(snapshot.portproxy.count, 1);
    ck_assert_uint_eq(snapshot.malformed_count, 1);
    ck_assert_uint_ge(snapshot.adapters.count, 1);
    ck_assert(snapshot.firewall.known);
    ck_assert_str_eq(snapshot.wsl_machine.nat_network, "172.28.208.0/20");
    ck_assert_uint_ge(snapshot.wsl_traces.count, 1);
    ck_assert_str_eq(snapshot.wsl_traces.items[0].nat_address, "172.28.208.9");
    ck_assert(!snapshot.wsl_traces.items[0].relay_found);
}
END_TEST

START_TEST(windows_system_observe_joins_a_relay_with_its_user)
{
    PROCESS_INFORMATION relay;

    scratch_start_program(L"wslrelay.exe",
                          L"--mode 1 --vm-id {AAAAAAAA-2222-3333-4444-555555555555}",
                          &relay);
    observe();
    ck_assert(snapshot.wsl_traces.items[0].relay_found);
    ck_assert_str_eq(snapshot.wsl_traces.items[0].relay_vm_id, VM);
    ck_assert_uint_eq(snapshot.wsl_traces.items[0].relay_process_id, relay.dwProcessId);
    scratch_end_program(&relay);
    observe();
    ck_assert(!snapshot.wsl_traces.items[0].relay_found);
}
END_TEST

START_TEST(windows_system_writes_and_deletes_what_observe_shows)
{
    struct portproxy_entry entry = {0};

    ck_assert(
        portproxy_entry_parse(PORTPROXY_V4TOV4, "0.0.0.0/80", "10.0.0.1/80", &entry));
    ck_assert(seam->portproxy_write(seam->self, &entry, NULL, &err));
    ck_assert(seam->portproxy_announce(seam->self, &err));
    ck_assert(seam->portproxy_flush(seam->self, &err));
    observe();
    ck_assert_ptr_nonnull(portproxy_list_find(&snapshot.portproxy, &entry.key));
    ck_assert(seam->portproxy_delete(seam->self, &entry.key, &entry.value, &err));
    observe();
    ck_assert_uint_eq(snapshot.portproxy.count, 0);
}
END_TEST

START_TEST(windows_system_observe_keeps_nothing_open)
{
    size_t before = 0;

    for (int i = 0; i < 30; i++) {
        observe();
        if (i == 4)
            before = scratch_count_handles();
    }
    ck_assert_uint_gt(before, 0);
    ck_assert_uint_le(scratch_count_handles(), before + 4);
}
END_TEST

START_TEST(windows_system_refresh_firewall_rings)
{
    ck_assert_uint_eq(WaitForSingleObject(news, 10000), WAIT_OBJECT_0);
    ck_assert_uint_eq(WaitForSingleObject(news, 200), WAIT_TIMEOUT);
    windows_system_refresh_firewall(windows);
    ck_assert_uint_eq(WaitForSingleObject(news, 10000), WAIT_OBJECT_0);
}
END_TEST

START_TEST(windows_system_clocks_and_random_bytes_work)
{
    const uint64_t before = seam->monotonic_ms(seam->self);
    unsigned char bytes[32] = {0};
    const unsigned char zeros[32] = {0};
    char name[PROGRAM_NAME_SIZE] = "x";

    ck_assert(seam->random_bytes(seam->self, bytes, sizeof bytes, &err));
    ck_assert(memcmp(bytes, zeros, sizeof bytes) != 0);
    ck_assert_uint_ge(seam->monotonic_ms(seam->self), before);
    /* After 2020 and before 2100. */
    ck_assert(seam->wall_clock_ms(seam->self) > INT64_C(1577836800000));
    ck_assert(seam->wall_clock_ms(seam->self) < INT64_C(4102444800000));
    seam->program_name(seam->self, 0xfffffff0, name);
    ck_assert_str_eq(name, "");
}
END_TEST

Suite *windows_system_suite(void)
{
    Suite *suite = suite_create("windows_system");
    TCase *tcase = tcase_create("seam");

    if (!scratch_is_allowed("windows_system"))
        return suite;
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, windows_system_observe_gives_everything);
    tcase_add_test(tcase, windows_system_observe_joins_a_relay_with_its_user);
    tcase_add_test(tcase, windows_system_writes_and_deletes_what_observe_shows);
    tcase_add_test(tcase, windows_system_observe_keeps_nothing_open);
    tcase_add_test(tcase, windows_system_refresh_firewall_rings);
    tcase_add_test(tcase, windows_system_clocks_and_random_bytes_work);
    suite_add_tcase(suite, tcase);
    return suite;
}
