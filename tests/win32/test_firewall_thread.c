/*
 * The firewall's thread, against the lab's stand-in.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/firewall_thread.h"
#include "tests/win32/scratch.h"

#include <check.h>

#include <stdio.h>
#include <string.h>

#define LIMIT_MS 10000

Suite *firewall_thread_suite(void);

static HANDLE news;
static struct firewall_thread *thread;
static struct firewall_state state;
static struct error err;

static void read(void)
{
    firewall_rule_list_clear(&state.rules);
    mem_free(state.failures);
    firewall_thread_state(thread, &state);
}

/* Until no change is under way and there is a reading. */
static void settle(void)
{
    const ULONGLONG start = GetTickCount64();

    do {
        ck_assert_uint_lt(GetTickCount64() - start, LIMIT_MS);
        WaitForSingleObject(news, 200);
        read();
    } while (state.host_busy || !state.known);
}

static void start(void)
{
    scratch_install_firewall();
    news = CreateEventW(NULL, FALSE, FALSE, NULL);
    thread = firewall_thread_new(news, &err);
    ck_assert_msg(thread != NULL, "%s", err.detail);
}

static void stop(void)
{
    firewall_rule_list_clear(&state.rules);
    mem_free(state.failures);
    state = (struct firewall_state){0};
    firewall_thread_free(thread);
    thread = NULL;
    CloseHandle(news);
}

static struct firewall_rule numbered_rule(unsigned port)
{
    struct firewall_rule rule = {
        .grouping = FIREWALL_GROUPING,
        .enabled = true,
        .inbound = true,
        .allow = true,
        .protocol = FIREWALL_TCP,
        .profiles = PROFILE_PRIVATE,
        .local_addresses = "*",
        .remote_addresses = "LocalSubnet",
        .program = "%SystemRoot%\\system32\\svchost.exe",
        .service = "iphlpsvc",
    };

    snprintf(rule.name, sizeof rule.name, "Tidegate %u", port);
    snprintf(rule.local_ports, sizeof rule.local_ports, "%u", port);
    return rule;
}

static void add(unsigned port)
{
    const struct firewall_rule rule = numbered_rule(port);
    const struct firewall_changes changes = {.additions = &rule, .addition_count = 1};

    ck_assert_msg(firewall_thread_change(thread, &changes, &err), "%s", err.detail);
}

START_TEST(firewall_thread_reads_at_once_and_rings)
{
    ck_assert_uint_eq(WaitForSingleObject(news, LIMIT_MS), WAIT_OBJECT_0);
    read();
    ck_assert(state.known);
    ck_assert(!state.host_busy);
    ck_assert_uint_eq(state.rules.count, 0);
}
END_TEST

START_TEST(firewall_thread_change_is_seen_in_the_next_reading)
{
    settle();
    add(80);
    read();
    settle();
    ck_assert_uint_eq(state.rules.count, 1);
    ck_assert_str_eq(state.rules.items[0].name, "Tidegate 80");
    ck_assert_uint_eq(state.failure_count, 0);
}
END_TEST

START_TEST(firewall_thread_change_returns_at_once_however_slow_the_firewall)
{
    ULONGLONG began;

    settle();
    scratch_tell_firewall(L"DelayMs", 1000);
    began = GetTickCount64();
    add(80);
    read();
    ck_assert_uint_lt(GetTickCount64() - began, 300);
    ck_assert(state.host_busy);
    scratch_tell_firewall(L"DelayMs", 0);
    settle();
    ck_assert_uint_eq(state.rules.count, 1);
}
END_TEST

START_TEST(firewall_thread_carries_out_only_the_last_of_waiting_changes)
{
    settle();
    scratch_tell_firewall(L"DelayMs", 500);
    add(80);
    Sleep(200); /* begun, and slow */
    add(81);
    add(82);
    scratch_tell_firewall(L"DelayMs", 0);
    settle();
    ck_assert_uint_eq(state.rules.count, 2);
    ck_assert_ptr_nonnull(firewall_rule_list_find(&state.rules, "Tidegate 80"));
    ck_assert_ptr_nonnull(firewall_rule_list_find(&state.rules, "Tidegate 82"));
}
END_TEST

START_TEST(firewall_thread_removes_before_it_adds)
{
    struct firewall_rule rule = numbered_rule(80);
    const struct firewall_rule former = rule;
    const struct firewall_changes changes = {
        .removals = &former,
        .removal_count = 1,
        .additions = &rule,
        .addition_count = 1,
    };

    settle();
    add(80);
    settle();
    rule.profiles = PROFILE_PUBLIC;
    ck_assert(firewall_thread_change(thread, &changes, &err));
    settle();
    ck_assert_uint_eq(state.rules.count, 1);
    ck_assert_uint_eq(state.rules.items[0].profiles, PROFILE_PUBLIC);
    ck_assert_uint_eq(state.failure_count, 0);
}
END_TEST

START_TEST(firewall_thread_keeps_the_removals_failure)
{
    struct firewall_rule rule = numbered_rule(80);
    const struct firewall_rule former = rule;
    const struct firewall_changes changes = {
        .removals = &former,
        .removal_count = 1,
        .additions = &rule,
        .addition_count = 1,
    };

    settle();
    add(80);
    settle();
    rule.profiles = PROFILE_PUBLIC;
    scratch_tell_firewall(L"FailRemove", (DWORD)E_ACCESSDENIED);
    ck_assert(firewall_thread_change(thread, &changes, &err));
    settle();
    ck_assert_uint_eq(state.failure_count, 1);
    ck_assert_uint_eq(state.failures[0].os_code, (uint32_t)E_ACCESSDENIED);
}
END_TEST

START_TEST(firewall_thread_keeps_a_failure_until_it_succeeds)
{
    settle();
    scratch_tell_firewall(L"FailAdd", (DWORD)E_ACCESSDENIED);
    add(80);
    settle();
    ck_assert_uint_eq(state.failure_count, 1);
    ck_assert_str_eq(state.failures[0].name, "Tidegate 80");
    ck_assert_uint_eq(state.failures[0].os_code, (uint32_t)E_ACCESSDENIED);

    scratch_tell_firewall(L"FailAdd", 0);
    add(81);
    settle();
    ck_assert_uint_eq(state.failure_count, 1);

    add(80);
    settle();
    ck_assert_uint_eq(state.failure_count, 0);
    ck_assert_uint_eq(state.rules.count, 2);
}
END_TEST

START_TEST(firewall_thread_keeps_its_last_reading_while_the_service_is_stopped)
{
    settle();
    add(80);
    settle();
    scratch_tell_firewall(L"ServiceStopped", 1);
    firewall_thread_refresh(thread);
    ck_assert_uint_eq(WaitForSingleObject(news, LIMIT_MS), WAIT_OBJECT_0);
    read();
    ck_assert(state.known);
    ck_assert_uint_eq(state.rules.count, 1);

    scratch_tell_firewall(L"ServiceStopped", 0);
    ck_assert_uint_eq(WaitForSingleObject(news, LIMIT_MS), WAIT_OBJECT_0);
}
END_TEST

START_TEST(firewall_thread_refresh_sees_what_others_did)
{
    settle();
    scratch_tell_firewall(L"CurrentProfiles", PROFILE_PUBLIC);
    firewall_thread_refresh(thread);
    ck_assert_uint_eq(WaitForSingleObject(news, LIMIT_MS), WAIT_OBJECT_0);
    read();
    ck_assert_uint_eq(state.current_profiles, PROFILE_PUBLIC);
}
END_TEST

START_TEST(firewall_thread_free_waits_no_longer_than_two_seconds)
{
    ULONGLONG began;

    settle();
    scratch_tell_firewall(L"DelayMs", 4000);
    add(80);
    Sleep(200);
    began = GetTickCount64();
    firewall_thread_free(thread);
    ck_assert_uint_lt(GetTickCount64() - began, 3000);
    scratch_tell_firewall(L"DelayMs", 0);
    thread = NULL;
    Sleep(3000); /* the thread that was left behind ends before the next test */
}
END_TEST

#define WMI_SETTINGS L"SOFTWARE\\TidegateLab\\HyperVFirewall"
#define WMI_LOCATOR                                                                      \
    L"SOFTWARE\\Classes\\CLSID\\{4590F811-1D3A-11D0-891F-00AA004B2E24}\\InprocServer32"

static void make_wmi_slow(DWORD delay_ms)
{
    wchar_t library[MAX_PATH];

    scratch_lab_path(L"hyperv_firewall.dll", library);
    scratch_set(HKEY_LOCAL_MACHINE, WMI_LOCATOR, NULL, library);
    scratch_set(HKEY_LOCAL_MACHINE, WMI_LOCATOR, L"ThreadingModel", L"Both");
    scratch_delete_tree(HKEY_LOCAL_MACHINE, WMI_SETTINGS);
    scratch_set_number(HKEY_LOCAL_MACHINE, WMI_SETTINGS, L"DelayMs", delay_ms);
}

START_TEST(firewall_thread_change_does_not_wait_for_wmi)
{
    const ULONGLONG began = GetTickCount64();

    settle();
    make_wmi_slow(60000);
    firewall_thread_watch_hyperv(thread, true);
    Sleep(200); /* begun, and hanging */
    add(80);
    read();
    settle();
    ck_assert_uint_lt(GetTickCount64() - began, 30000);
    ck_assert_uint_eq(state.rules.count, 1);
    ck_assert(!state.hyperv_known);
    scratch_delete_tree(HKEY_LOCAL_MACHINE, WMI_SETTINGS);
}
END_TEST

Suite *firewall_thread_suite(void)
{
    Suite *suite = suite_create("firewall_thread");
    TCase *tcase = tcase_create("mailbox");

    if (!scratch_is_allowed("firewall_thread"))
        return suite;
    tcase_add_checked_fixture(tcase, start, stop);
    tcase_add_test(tcase, firewall_thread_reads_at_once_and_rings);
    tcase_add_test(tcase, firewall_thread_change_is_seen_in_the_next_reading);
    tcase_add_test(tcase,
                   firewall_thread_change_returns_at_once_however_slow_the_firewall);
    tcase_add_test(tcase, firewall_thread_carries_out_only_the_last_of_waiting_changes);
    tcase_add_test(tcase, firewall_thread_removes_before_it_adds);
    tcase_add_test(tcase, firewall_thread_keeps_the_removals_failure);
    tcase_add_test(tcase, firewall_thread_keeps_a_failure_until_it_succeeds);
    tcase_add_test(tcase,
                   firewall_thread_keeps_its_last_reading_while_the_service_is_stopped);
    tcase_add_test(tcase, firewall_thread_refresh_sees_what_others_did);
    tcase_add_test(tcase, firewall_thread_change_does_not_wait_for_wmi);
    tcase_add_test(tcase, firewall_thread_free_waits_no_longer_than_two_seconds);
    suite_add_tcase(suite, tcase);
    return suite;
}
