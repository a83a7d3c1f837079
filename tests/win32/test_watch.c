/*
 * Watching: each change gives its event and no other.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/engine.h"
#include "core/win32/watch.h"
#include "core/win32/wsl_hives.h"
#include "tests/win32/scratch.h"

#include <check.h>

#define SERVICES L"SYSTEM\\CurrentControlSet\\Services\\"
#define PORTPROXY SERVICES L"PortProxy"
#define V4TOV4 PORTPROXY L"\\v4tov4\\tcp"
#define POLICY SERVICES L"SharedAccess\\Parameters\\FirewallPolicy"
#define GROUP_POLICY L"SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
#define OWN_POLICY L"SOFTWARE\\Policies\\Tidegate"
#define PROFILES L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles"

#define LIMIT_MS 5000
/* Long enough for an event that must not come, which the slowest of those that must never was. */
#define QUIET_MS 150

#define BIT(event) (1u << (event))

Suite *watch_suite(void);

static struct watch *watch;

/* Everything that comes until the wanted events are there, and a little longer. */
static unsigned wait_for(unsigned wanted)
{
    const ULONGLONG start = GetTickCount64();
    unsigned seen = 0;

    while ((seen & wanted) != wanted && GetTickCount64() - start < LIMIT_MS) {
        if (WaitForSingleObject(watch_event(watch), 100) == WAIT_OBJECT_0)
            seen |= watch_take(watch);
    }
    while (WaitForSingleObject(watch_event(watch), QUIET_MS) == WAIT_OBJECT_0)
        seen |= watch_take(watch);
    return seen;
}

static void start_watching(void)
{
    struct error err = {0};

    scratch_delete_tree(HKEY_LOCAL_MACHINE, PORTPROXY);
    scratch_delete_tree(HKEY_LOCAL_MACHINE, GROUP_POLICY);
    scratch_delete_tree(HKEY_LOCAL_MACHINE, OWN_POLICY);
    scratch_delete_tree(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH);
    scratch_delete_tree(HKEY_CURRENT_USER, WSL_LXSS_PATH);
    scratch_delete_tree(HKEY_CURRENT_USER, L"Software\\Microsoft\\Terminal Server Client");
    scratch_create_key(HKEY_LOCAL_MACHINE, POLICY);
    scratch_create_key(HKEY_LOCAL_MACHINE, PROFILES);
    watch = watch_new(&err);
    ck_assert_msg(watch != NULL, "%s", err.detail);
}

static void stop_watching(void)
{
    watch_free(watch);
    watch = NULL;
}

START_TEST(watch_is_quiet_when_nothing_changes)
{
    ck_assert_uint_eq(wait_for(0), 0);
}
END_TEST

START_TEST(watch_notices_a_portproxy_table_that_appears)
{
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.1/80");

    ck_assert_uint_eq(wait_for(BIT(EVENT_PORTPROXY_CHANGED)),
                      BIT(EVENT_PORTPROXY_CHANGED));
}
END_TEST

START_TEST(watch_notices_each_later_portproxy_change)
{
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.1/80");
    wait_for(BIT(EVENT_PORTPROXY_CHANGED));

    for (int i = 0; i < 5; i++) {
        const wchar_t data[] = {L'h', (wchar_t)(L'0' + i), L'/', L'1', 0};

        scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", data);
        ck_assert_uint_eq(wait_for(BIT(EVENT_PORTPROXY_CHANGED)),
                          BIT(EVENT_PORTPROXY_CHANGED));
    }
    scratch_delete_value(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80");
    ck_assert_uint_eq(wait_for(BIT(EVENT_PORTPROXY_CHANGED)),
                      BIT(EVENT_PORTPROXY_CHANGED));
}
END_TEST

START_TEST(watch_is_silent_about_an_identical_rewrite)
{
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.1/80");
    wait_for(BIT(EVENT_PORTPROXY_CHANGED));

    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.1/80");

    ck_assert_uint_eq(wait_for(0), 0);
}
END_TEST

START_TEST(watch_is_silent_about_other_services_keys)
{
    scratch_create_key(HKEY_LOCAL_MACHINE, SERVICES L"TidegateTestOther");

    ck_assert_uint_eq(wait_for(0), 0);
    scratch_delete_tree(HKEY_LOCAL_MACHINE, SERVICES L"TidegateTestOther");
    ck_assert_uint_eq(wait_for(0), 0);
}
END_TEST

/* Group Policy's refresh deletes all values, or the key, and makes those that are still to be. */
START_TEST(watch_notices_a_policy_that_comes_changes_goes_and_comes_back)
{
    for (int i = 0; i < 2; i++) {
        scratch_set_number(HKEY_LOCAL_MACHINE, OWN_POLICY, L"AllowWidening", 0);
        ck_assert_uint_eq(wait_for(BIT(EVENT_POLICY_CHANGED)), BIT(EVENT_POLICY_CHANGED));
        scratch_set_number(HKEY_LOCAL_MACHINE, OWN_POLICY, L"AllowWidening", 1);
        ck_assert_uint_eq(wait_for(BIT(EVENT_POLICY_CHANGED)), BIT(EVENT_POLICY_CHANGED));
        scratch_delete_value(HKEY_LOCAL_MACHINE, OWN_POLICY, L"AllowWidening");
        ck_assert_uint_eq(wait_for(BIT(EVENT_POLICY_CHANGED)), BIT(EVENT_POLICY_CHANGED));
        scratch_delete_tree(HKEY_LOCAL_MACHINE, OWN_POLICY);
        ck_assert_uint_eq(wait_for(BIT(EVENT_POLICY_CHANGED)), BIT(EVENT_POLICY_CHANGED));
    }
}
END_TEST

START_TEST(watch_survives_deletion_of_the_key_and_notices_its_return)
{
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.1/80");
    wait_for(BIT(EVENT_PORTPROXY_CHANGED));

    scratch_delete_tree(HKEY_LOCAL_MACHINE, PORTPROXY);
    ck_assert_uint_eq(wait_for(BIT(EVENT_PORTPROXY_CHANGED)),
                      BIT(EVENT_PORTPROXY_CHANGED));

    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.1/80");
    ck_assert_uint_eq(wait_for(BIT(EVENT_PORTPROXY_CHANGED)),
                      BIT(EVENT_PORTPROXY_CHANGED));

    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"10.0.0.2/80");
    ck_assert_uint_eq(wait_for(BIT(EVENT_PORTPROXY_CHANGED)),
                      BIT(EVENT_PORTPROXY_CHANGED));
}
END_TEST

START_TEST(watch_survives_deletion_of_a_key_without_keys_below)
{
    scratch_set(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH, L"NatNetwork", L"172.28.0.0/20");
    wait_for(BIT(EVENT_WSL_CHANGED));

    scratch_delete_tree(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH);
    scratch_set(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH, L"NatNetwork", L"172.29.0.0/20");
    ck_assert_uint_eq(wait_for(BIT(EVENT_WSL_CHANGED)), BIT(EVENT_WSL_CHANGED));

    scratch_set(HKEY_LOCAL_MACHINE, WSL_LXSS_PATH, L"NatNetwork", L"172.30.0.0/20");
    ck_assert_uint_eq(wait_for(BIT(EVENT_WSL_CHANGED)), BIT(EVENT_WSL_CHANGED));
}
END_TEST

/* Keys that come, change and go while they are being watched. */
static DWORD WINAPI write_wildly(void *context)
{
    (void)context;
    for (int i = 0; i < 400; i++) {
        scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", i % 2 ? L"a/1" : L"b/1");
        if (i % 3 == 0)
            RegDeleteTreeW(HKEY_LOCAL_MACHINE, PORTPROXY);
        if (i % 10 == 0)
            Sleep(1);
    }
    scratch_set(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", L"last/1");
    return 0;
}

static void read_value(wchar_t out[16])
{
    DWORD size = 16 * sizeof *out;

    out[0] = L'\0';
    RegGetValueW(HKEY_LOCAL_MACHINE, V4TOV4, L"0.0.0.0/80", RRF_RT_REG_SZ, NULL, out,
                 &size);
}

START_TEST(watch_never_loses_the_last_of_many_changes)
{
    wchar_t seen[16] = L"";
    HANDLE writer = CreateThread(NULL, 0, write_wildly, NULL, 0, NULL);
    const ULONGLONG start = GetTickCount64();

    while (wcscmp(seen, L"last/1") != 0 && GetTickCount64() - start < 2 * LIMIT_MS) {
        if (WaitForSingleObject(watch_event(watch), 100) == WAIT_OBJECT_0 &&
            (watch_take(watch) & BIT(EVENT_PORTPROXY_CHANGED)) != 0)
            read_value(seen);
    }
    WaitForSingleObject(writer, INFINITE);
    CloseHandle(writer);

    ck_assert(wcscmp(seen, L"last/1") == 0);
}
END_TEST

START_TEST(watch_free_closes_what_watch_new_opened)
{
    size_t before = 0;

    stop_watching();
    for (int i = 0; i < 20; i++) {
        struct error err = {0};
        struct watch *other = watch_new(&err);

        ck_assert_ptr_nonnull(other);
        watch_hives(other);
        watch_free(other);
        /* The thread pool keeps a few of its own after the first time. */
        if (i == 4)
            before = scratch_count_handles();
    }
    ck_assert_uint_gt(before, 0);
    ck_assert_uint_le(scratch_count_handles(), before + 4);
}
END_TEST

static const struct {
    const char *what;
    const wchar_t *path;
    unsigned event;
} machine_changes[] = {
    {"firewall rule", POLICY L"\\FirewallRules", BIT(EVENT_FIREWALL_CHANGED)},
    {"firewall profile", POLICY L"\\PublicProfile", BIT(EVENT_FIREWALL_CHANGED)},
    {"group policy", GROUP_POLICY L"\\PublicProfile", BIT(EVENT_FIREWALL_CHANGED)},
    {"network category", PROFILES L"\\{1}", BIT(EVENT_FIREWALL_CHANGED)},
    {"WSL's network", WSL_LXSS_PATH, BIT(EVENT_WSL_CHANGED)},
};

START_TEST(watch_tells_machine_changes_apart)
{
    scratch_delete_value(HKEY_LOCAL_MACHINE, machine_changes[_i].path, L"Test");
    wait_for(0);

    scratch_set(HKEY_LOCAL_MACHINE, machine_changes[_i].path, L"Test", L"1");

    ck_assert_msg(wait_for(machine_changes[_i].event) == machine_changes[_i].event, "%s",
                  machine_changes[_i].what);
    scratch_delete_value(HKEY_LOCAL_MACHINE, machine_changes[_i].path, L"Test");
    ck_assert_uint_eq(wait_for(machine_changes[_i].event), machine_changes[_i].event);
}
END_TEST

START_TEST(watch_hives_watches_each_hive_once)
{
    const size_t count = watch_hives(watch);

    ck_assert_uint_ge(count, 1);
    ck_assert_uint_eq(wait_for(0), BIT(EVENT_WSL_CHANGED));
    ck_assert_uint_eq(watch_hives(watch), count);
    ck_assert_uint_eq(wait_for(0), 0);
}
END_TEST

START_TEST(watch_notices_the_address_and_vms_of_a_user)
{
    watch_hives(watch);
    wait_for(BIT(EVENT_WSL_CHANGED));

    scratch_set(HKEY_CURRENT_USER, WSL_LXSS_PATH, L"NatIpAddress", L"172.28.1.2");
    ck_assert_uint_eq(wait_for(BIT(EVENT_WSL_CHANGED)), BIT(EVENT_WSL_CHANGED));

    scratch_set(HKEY_CURRENT_USER, WSL_LXSS_PATH, L"NatIpAddress", L"172.28.1.3");
    ck_assert_uint_eq(wait_for(BIT(EVENT_WSL_CHANGED)), BIT(EVENT_WSL_CHANGED));

    scratch_set_number(HKEY_CURRENT_USER, WSL_LOCAL_DEVICES_PATH,
                       L"11111111-2222-3333-4444-555555555555", 0xc4);
    ck_assert_uint_eq(wait_for(BIT(EVENT_WSL_CHANGED)), BIT(EVENT_WSL_CHANGED));

    scratch_delete_value(HKEY_CURRENT_USER, WSL_LOCAL_DEVICES_PATH,
                         L"11111111-2222-3333-4444-555555555555");
    ck_assert_uint_eq(wait_for(BIT(EVENT_WSL_CHANGED)), BIT(EVENT_WSL_CHANGED));
}
END_TEST

START_TEST(watch_release_hive_ends_the_watch)
{
    watch_hives(watch);
    wait_for(BIT(EVENT_WSL_CHANGED));

    watch_release_hive(watch, NULL);
    scratch_set(HKEY_CURRENT_USER, WSL_LXSS_PATH, L"NatIpAddress", L"172.28.1.4");

    ck_assert_uint_eq(wait_for(0), 0);
    ck_assert_uint_ge(watch_hives(watch), 1);
}
END_TEST

START_TEST(watch_notices_the_end_of_a_relay)
{
    PROCESS_INFORMATION relay;
    uint32_t process_id;

    scratch_start_program(L"wslrelay.exe", L"--mode 1", &relay);
    process_id = relay.dwProcessId;
    watch_relays(watch, &process_id, 1);
    watch_relays(watch, &process_id, 1);
    ck_assert_uint_eq(wait_for(0), 0);

    scratch_end_program(&relay);

    ck_assert_uint_eq(wait_for(BIT(EVENT_WSL_CHANGED)), BIT(EVENT_WSL_CHANGED));
    ck_assert_uint_eq(wait_for(0), 0);
}
END_TEST

START_TEST(watch_is_silent_about_a_relay_that_is_not_named_any_more)
{
    PROCESS_INFORMATION relay;
    uint32_t process_id;

    scratch_start_program(L"wslrelay.exe", L"--mode 1", &relay);
    process_id = relay.dwProcessId;
    watch_relays(watch, &process_id, 1);
    watch_relays(watch, NULL, 0);

    scratch_end_program(&relay);

    ck_assert_uint_eq(wait_for(0), 0);
}
END_TEST

START_TEST(watch_relays_notices_a_relay_that_has_ended_already)
{
    PROCESS_INFORMATION relay;
    uint32_t process_id;

    scratch_start_program(L"wslrelay.exe", L"--mode 1", &relay);
    process_id = relay.dwProcessId;
    scratch_end_program(&relay);

    watch_relays(watch, &process_id, 1);

    ck_assert_uint_eq(wait_for(BIT(EVENT_WSL_CHANGED)), BIT(EVENT_WSL_CHANGED));
}
END_TEST

START_TEST(watch_notices_the_firewall_service_stop_and_start)
{
    stop_watching();
    scratch_install_service(L"MpsSvc", L"mpssvc.exe");
    scratch_start_service(L"MpsSvc");
    start_watching();
    wait_for(0);

    scratch_stop_service(L"MpsSvc");
    ck_assert_uint_eq(wait_for(BIT(EVENT_SERVICE_CHANGED)), BIT(EVENT_SERVICE_CHANGED));

    scratch_start_service(L"MpsSvc");
    ck_assert_uint_eq(wait_for(BIT(EVENT_SERVICE_CHANGED)), BIT(EVENT_SERVICE_CHANGED));
    scratch_delete_service(L"MpsSvc");
}
END_TEST

Suite *watch_suite(void)
{
    Suite *suite = suite_create("watch");
    TCase *keys = tcase_create("keys");
    TCase *hives = tcase_create("hives");
    TCase *processes = tcase_create("processes");
    const int change_count = sizeof machine_changes / sizeof machine_changes[0];

    if (!scratch_is_allowed("watch"))
        return suite;
    tcase_add_checked_fixture(keys, start_watching, stop_watching);
    tcase_add_test(keys, watch_is_quiet_when_nothing_changes);
    tcase_add_test(keys, watch_notices_a_portproxy_table_that_appears);
    tcase_add_test(keys, watch_notices_each_later_portproxy_change);
    tcase_add_test(keys, watch_is_silent_about_an_identical_rewrite);
    tcase_add_test(keys, watch_is_silent_about_other_services_keys);
    tcase_add_test(keys, watch_notices_a_policy_that_comes_changes_goes_and_comes_back);
    tcase_add_test(keys, watch_survives_deletion_of_the_key_and_notices_its_return);
    tcase_add_test(keys, watch_survives_deletion_of_a_key_without_keys_below);
    tcase_add_test(keys, watch_never_loses_the_last_of_many_changes);
    tcase_add_test(keys, watch_free_closes_what_watch_new_opened);
    tcase_add_loop_test(keys, watch_tells_machine_changes_apart, 0, change_count);
    suite_add_tcase(suite, keys);

    tcase_add_checked_fixture(hives, start_watching, stop_watching);
    tcase_add_test(hives, watch_hives_watches_each_hive_once);
    tcase_add_test(hives, watch_notices_the_address_and_vms_of_a_user);
    tcase_add_test(hives, watch_release_hive_ends_the_watch);
    suite_add_tcase(suite, hives);

    tcase_add_checked_fixture(processes, start_watching, stop_watching);
    tcase_add_test(processes, watch_notices_the_end_of_a_relay);
    tcase_add_test(processes, watch_is_silent_about_a_relay_that_is_not_named_any_more);
    tcase_add_test(processes, watch_relays_notices_a_relay_that_has_ended_already);
    tcase_add_test(processes, watch_notices_the_firewall_service_stop_and_start);
    suite_add_tcase(suite, processes);
    return suite;
}
