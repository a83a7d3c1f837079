/*
 * The Hyper-V firewall's WMI side, against the lab's stand-in: Wine has no such namespace.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/hyperv_firewall.h"
#include "tests/win32/scratch.h"

#include <check.h>
#include <objbase.h>
#include <wbemcli.h>

#include <stdio.h>
#include <string.h>

#define SETTINGS L"SOFTWARE\\TidegateLab\\HyperVFirewall"
#define RULES SETTINGS L"\\Rules\\"
#define LOCATOR                                                                          \
    L"SOFTWARE\\Classes\\CLSID\\{4590F811-1D3A-11D0-891F-00AA004B2E24}\\InprocServer32"
#define MPSSVC L"SYSTEM\\CurrentControlSet\\Services\\MpsSvc\\Parameters"
#define NAME "Tidegate-11111111-2222-3333-4444-555555555555"
#define OWN_KEY RULES L"Tidegate-11111111-2222-3333-4444-555555555555"
#define FOREIGN_KEY                                                                      \
    RULES L"WslCore-LocalSubnet-Allow-Rule-1-40e0ac32-46a5-438a-a0b2-2b479e8f2e90"

Suite *hyperv_firewall_suite(void);

static struct hyperv_firewall *firewall;
static struct firewall_state state;
static struct error err;

static void tell(const wchar_t *name, DWORD number)
{
    scratch_set_number(HKEY_LOCAL_MACHINE, SETTINGS, name, number);
}

static void open(void)
{
    firewall = hyperv_firewall_open(&err);
    ck_assert_msg(firewall != NULL, "%s: %08x", err.detail, err.os_code);
}

static void reopen(void)
{
    hyperv_firewall_close(firewall);
    open();
}

static void set_up(void)
{
    wchar_t library[MAX_PATH];

    scratch_lab_path(L"hyperv_firewall.dll", library);
    scratch_set(HKEY_LOCAL_MACHINE, LOCATOR, NULL, library);
    scratch_set(HKEY_LOCAL_MACHINE, LOCATOR, L"ThreadingModel", L"Both");
    scratch_delete_tree(HKEY_LOCAL_MACHINE, SETTINGS);
    scratch_create_key(HKEY_LOCAL_MACHINE, SETTINGS);
    scratch_delete_value(HKEY_LOCAL_MACHINE, MPSSVC, L"HyperVFirewallDisable");
    err = (struct error){0};
    ck_assert(SUCCEEDED(CoInitializeEx(NULL, COINIT_MULTITHREADED)));
    open();
}

static void tear_down(void)
{
    firewall_rule_list_clear(&state.rules);
    state = (struct firewall_state){0};
    hyperv_firewall_close(firewall);
    firewall = NULL;
    CoUninitialize();
}

static void read(void)
{
    firewall_rule_list_clear(&state.rules);
    ck_assert_msg(hyperv_firewall_read(firewall, &state, &err), "%s: %08x", err.detail,
                  err.os_code);
}

static struct firewall_rule tight_rule(void)
{
    return (struct firewall_rule){
        .kind = FIREWALL_HYPERV,
        .name = NAME,
        .grouping = FIREWALL_GROUPING,
        .enabled = true,
        .inbound = true,
        .allow = true,
        .protocol = FIREWALL_TCP,
        .profiles = PROFILE_PRIVATE | PROFILE_DOMAIN,
        .local_ports = "8000-8010",
        .local_addresses = "192.168.77.10,fd77::10",
        .remote_addresses = "192.168.77.0/24,fd77::/64",
    };
}

static void add(const struct firewall_rule *rule)
{
    ck_assert_msg(hyperv_firewall_add(firewall, rule, &err), "%s: %08x", err.detail,
                  err.os_code);
}

/* A REG_MULTI_SZ of one part. */
static void store_list(const wchar_t *key, const wchar_t *name, const wchar_t *part)
{
    wchar_t text[256] = L"";

    swprintf(text, 255, L"%ls", part);
    scratch_set_bytes(HKEY_LOCAL_MACHINE, key, name, REG_MULTI_SZ, text,
                      (DWORD)((wcslen(text) + 2) * sizeof *text));
}

/* As WSL itself makes its rules. */
static void store_foreign_rule(const wchar_t *key)
{
    scratch_set(HKEY_LOCAL_MACHINE, key, L"ElementName",
                L"WslCore LocalSubnet Allow Rule");
    scratch_set_number(HKEY_LOCAL_MACHINE, key, L"Direction", 1);
    scratch_set_number(HKEY_LOCAL_MACHINE, key, L"Action", 2);
    scratch_set_number(HKEY_LOCAL_MACHINE, key, L"Enabled", 1);
    store_list(key, L"RemoteAddresses", L"192.168.77.0/24");
}

static bool is_stored(const wchar_t *path)
{
    HKEY key = NULL;
    const LSTATUS status =
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE, &key);

    if (status == ERROR_SUCCESS)
        RegCloseKey(key);
    return status == ERROR_SUCCESS;
}

START_TEST(hyperv_firewall_read_gives_no_rules_of_others)
{
    store_foreign_rule(FOREIGN_KEY);
    store_foreign_rule(RULES L"Tidegateway-1");
    read();
    ck_assert(state.hyperv_known);
    ck_assert(state.hyperv_available);
    ck_assert_uint_eq(state.rules.count, 0);
}
END_TEST

START_TEST(hyperv_firewall_read_keeps_the_rules_that_are_there)
{
    const struct firewall_rule rule = tight_rule();
    struct firewall_rule *host = LIST_ADD(&state.rules);

    text_copy(host->name, sizeof host->name, "Tidegate host");
    add(&rule);
    ck_assert(hyperv_firewall_read(firewall, &state, &err));
    ck_assert_uint_eq(state.rules.count, 2);
    ck_assert_str_eq(state.rules.items[0].name, "Tidegate host");
    ck_assert_str_eq(state.rules.items[1].name, NAME);
}
END_TEST

START_TEST(hyperv_firewall_add_reads_back_equal)
{
    const struct firewall_rule rule = tight_rule();

    add(&rule);
    read();
    ck_assert_uint_eq(state.rules.count, 1);
    ck_assert_int_eq(state.rules.items[0].kind, FIREWALL_HYPERV);
    ck_assert_str_eq(state.rules.items[0].local_ports, "8000-8010");
    ck_assert_msg(firewall_rule_equals(&state.rules.items[0], &rule), "%s",
                  state.rules.items[0].remote_addresses);
}
END_TEST

START_TEST(hyperv_firewall_add_for_everybody_sets_no_addresses)
{
    struct firewall_rule rule = tight_rule();
    HKEY key = NULL;

    text_copy(rule.remote_addresses, sizeof rule.remote_addresses, "*");
    add(&rule);
    read();
    ck_assert(firewall_rule_equals(&state.rules.items[0], &rule));
    ck_assert(RegOpenKeyExW(HKEY_LOCAL_MACHINE, OWN_KEY, 0, KEY_QUERY_VALUE, &key) ==
              ERROR_SUCCESS);
    ck_assert_int_eq(RegQueryValueExW(key, L"RemoteAddresses", NULL, NULL, NULL, NULL),
                     ERROR_FILE_NOT_FOUND);
    RegCloseKey(key);
}
END_TEST

START_TEST(hyperv_firewall_add_for_every_network_sets_no_profiles)
{
    struct firewall_rule rule = tight_rule();
    HKEY key = NULL;

    rule.profiles = PROFILE_MASK;
    add(&rule);
    read();
    ck_assert(firewall_rule_equals(&state.rules.items[0], &rule));
    ck_assert(RegOpenKeyExW(HKEY_LOCAL_MACHINE, OWN_KEY, 0, KEY_QUERY_VALUE, &key) ==
              ERROR_SUCCESS);
    ck_assert_int_eq(RegQueryValueExW(key, L"Profiles", NULL, NULL, NULL, NULL),
                     ERROR_FILE_NOT_FOUND);
    RegCloseKey(key);
}
END_TEST

START_TEST(hyperv_firewall_read_tells_whether_rules_have_profiles)
{
    struct firewall_rule rule = tight_rule();

    read();
    ck_assert(state.hyperv_has_profiles);

    tell(L"AbsentProfiles", 1);
    reopen();
    read();
    ck_assert(state.hyperv_available);
    ck_assert(!state.hyperv_has_profiles);
    ck_assert(!hyperv_firewall_add(firewall, &rule, &err));
    rule.profiles = 0;
    add(&rule);
    read();
    ck_assert(firewall_rule_equals(&state.rules.items[0], &rule));
}
END_TEST

START_TEST(hyperv_firewall_read_takes_a_range_for_its_network)
{
    struct firewall_rule rule = tight_rule();

    text_copy(rule.remote_addresses, sizeof rule.remote_addresses, "192.168.77.0/24");
    add(&rule);
    store_list(OWN_KEY, L"RemoteAddresses", L"192.168.77.0-192.168.77.255");
    read();
    ck_assert(firewall_rule_equals(&state.rules.items[0], &rule));

    store_list(OWN_KEY, L"RemoteAddresses", L"192.168.77.0-192.168.77.254");
    read();
    ck_assert(!firewall_rule_equals(&state.rules.items[0], &rule));
}
END_TEST

static const struct {
    const wchar_t *name;
    DWORD number;
    const wchar_t *text;
    bool is_list;
} changes[] = {
    {L"Direction", 2, NULL, false},
    {L"Action", 4, NULL, false},
    {L"Enabled", 2, NULL, false},
    {L"VMCreatorId", 0, L"{9E288F02-CE00-4D9E-BE2B-14CE463B0298}", false},
    {L"Protocol", 0, L"UDP", false},
    {L"LocalPorts", 0, L"8000-8011", true},
    {L"LocalAddresses", 0, L"192.168.77.10", true},
    {L"Profiles", PROFILE_MASK, NULL, false},
    {L"Profiles", PROFILE_PUBLIC, NULL, false},
    {L"Profiles", 0, NULL, false},
    {L"RemoteAddresses", 0, L"192.168.0.0/16", true},
    {L"RemotePorts", 0, L"5000", true},
};

START_TEST(hyperv_firewall_read_shows_each_change_of_somebody)
{
    const struct firewall_rule rule = tight_rule();

    add(&rule);
    if (changes[_i].is_list)
        store_list(OWN_KEY, changes[_i].name, changes[_i].text);
    else if (changes[_i].text != NULL)
        scratch_set(HKEY_LOCAL_MACHINE, OWN_KEY, changes[_i].name, changes[_i].text);
    else
        scratch_set_number(HKEY_LOCAL_MACHINE, OWN_KEY, changes[_i].name,
                           changes[_i].number);
    read();
    ck_assert_uint_eq(state.rules.count, 1);
    ck_assert_msg(!firewall_rule_equals(&state.rules.items[0], &rule), "%ls",
                  changes[_i].name);
}
END_TEST

START_TEST(hyperv_firewall_read_gives_what_does_not_fit_as_a_question_mark)
{
    const struct firewall_rule rule = tight_rule();
    wchar_t text[FIREWALL_REMOTE_SIZE * 2] = L"";

    add(&rule);
    for (size_t i = 0; i < 150; i++)
        wcscat(text + 11 * i, L"10.0.0.0/16");
    for (size_t i = 10; i < 150 * 11; i += 11)
        text[i] = L'\0';
    scratch_set_bytes(HKEY_LOCAL_MACHINE, OWN_KEY, L"RemoteAddresses", REG_MULTI_SZ, text,
                      (150 * 11 + 1) * sizeof *text);
    store_list(OWN_KEY, L"LocalPorts", L"\xd800");
    read();
    ck_assert_str_eq(state.rules.items[0].remote_addresses, "?");
    ck_assert_str_eq(state.rules.items[0].local_ports, "?");
}
END_TEST

START_TEST(hyperv_firewall_add_twice_makes_one_rule)
{
    const struct firewall_rule rule = tight_rule();

    add(&rule);
    add(&rule);
    read();
    ck_assert_uint_eq(state.rules.count, 1);
}
END_TEST

START_TEST(hyperv_firewall_add_never_replaces_a_different_rule)
{
    struct firewall_rule rule = tight_rule();

    add(&rule);
    text_copy(rule.local_ports, sizeof rule.local_ports, "9000");
    ck_assert(!hyperv_firewall_add(firewall, &rule, &err));
    ck_assert_uint_eq(err.os_code, (uint32_t)HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS));
    read();
    ck_assert_str_eq(state.rules.items[0].local_ports, "8000-8010");
}
END_TEST

START_TEST(hyperv_firewall_add_makes_no_rule_without_ports)
{
    struct firewall_rule rule = tight_rule();

    tell(L"RefusePorts", 1);
    ck_assert(!hyperv_firewall_add(firewall, &rule, &err));
    ck_assert_uint_eq(err.os_code, (uint32_t)WBEM_E_INVALID_PARAMETER);
    tell(L"RefusePorts", 0);
    rule.local_ports[0] = '\0';
    ck_assert(!hyperv_firewall_add(firewall, &rule, &err));
    read();
    ck_assert_uint_eq(state.rules.count, 0);
}
END_TEST

START_TEST(hyperv_firewall_add_lets_no_name_into_a_query)
{
    struct firewall_rule rule = tight_rule();

    text_copy(rule.name, sizeof rule.name, "Tidegate-' OR InstanceID LIKE '%");
    ck_assert(!hyperv_firewall_add(firewall, &rule, &err));
    ck_assert_uint_eq(err.os_code, (uint32_t)E_INVALIDARG);
}
END_TEST

START_TEST(hyperv_firewall_remove_takes_only_its_own_rule)
{
    const struct firewall_rule rule = tight_rule();

    store_foreign_rule(FOREIGN_KEY);
    add(&rule);
    ck_assert(is_stored(OWN_KEY));
    ck_assert(hyperv_firewall_remove(firewall, &rule, &err));
    ck_assert(!is_stored(OWN_KEY));
    ck_assert(is_stored(FOREIGN_KEY));
}
END_TEST

START_TEST(hyperv_firewall_remove_leaves_a_rule_that_somebody_changed)
{
    const struct firewall_rule rule = tight_rule();

    add(&rule);
    scratch_set_number(HKEY_LOCAL_MACHINE, OWN_KEY, L"Enabled", 2);
    ck_assert(hyperv_firewall_remove(firewall, &rule, &err));
    ck_assert(is_stored(OWN_KEY));
}
END_TEST

START_TEST(hyperv_firewall_remove_succeeds_when_there_is_nothing)
{
    const struct firewall_rule rule = tight_rule();

    ck_assert(hyperv_firewall_remove(firewall, &rule, &err));
}
END_TEST

static const struct {
    const wchar_t *setting;
    DWORD code;
} failures[] = {
    {L"FailPut", (DWORD)WBEM_E_ACCESS_DENIED},
    {L"FailQuery", (DWORD)WBEM_E_PROVIDER_FAILURE},
};

START_TEST(hyperv_firewall_add_tells_why_it_failed)
{
    const struct firewall_rule rule = tight_rule();

    tell(failures[_i].setting, failures[_i].code);
    ck_assert(!hyperv_firewall_add(firewall, &rule, &err));
    ck_assert_int_eq(err.kind, ERR_SYSTEM);
    ck_assert_uint_eq(err.os_code, failures[_i].code);
    ck_assert_ptr_nonnull(strstr(err.detail, NAME));
}
END_TEST

START_TEST(hyperv_firewall_remove_tells_why_it_failed)
{
    const struct firewall_rule rule = tight_rule();

    add(&rule);
    tell(L"FailDelete", (DWORD)WBEM_E_ACCESS_DENIED);
    ck_assert(!hyperv_firewall_remove(firewall, &rule, &err));
    ck_assert_uint_eq(err.os_code, (uint32_t)WBEM_E_ACCESS_DENIED);
    ck_assert(is_stored(OWN_KEY));
}
END_TEST

START_TEST(hyperv_firewall_read_leaves_what_was_when_it_fails)
{
    const struct firewall_rule rule = tight_rule();

    add(&rule);
    read();
    state.hyperv_known = false;
    tell(L"FailQuery", (DWORD)WBEM_E_PROVIDER_FAILURE);
    ck_assert(!hyperv_firewall_read(firewall, &state, &err));
    ck_assert_uint_eq(err.os_code, (uint32_t)WBEM_E_PROVIDER_FAILURE);
    ck_assert(!state.hyperv_known);
    ck_assert_uint_eq(state.rules.count, 1);
}
END_TEST

START_TEST(hyperv_firewall_waits_for_a_slow_answer)
{
    const struct firewall_rule rule = tight_rule();

    tell(L"DelayMs", 200);
    add(&rule);
    read();
    ck_assert_uint_eq(state.rules.count, 1);
}
END_TEST

static void expect_unavailable(void)
{
    const struct firewall_rule rule = tight_rule();

    reopen();
    read();
    ck_assert(state.hyperv_known);
    ck_assert(!state.hyperv_available);
    ck_assert_uint_eq(state.rules.count, 0);
    ck_assert(!hyperv_firewall_add(firewall, &rule, &err));
    ck_assert(hyperv_firewall_remove(firewall, &rule, &err));
}

START_TEST(hyperv_firewall_is_not_available_without_its_class)
{
    tell(L"AbsentClass", 1);
    expect_unavailable();
}
END_TEST

START_TEST(hyperv_firewall_is_not_available_without_its_namespace)
{
    tell(L"AbsentNamespace", 1);
    expect_unavailable();
}
END_TEST

START_TEST(hyperv_firewall_is_not_available_when_switched_off)
{
    const struct firewall_rule rule = tight_rule();

    add(&rule);
    scratch_set_number(HKEY_LOCAL_MACHINE, MPSSVC, L"HyperVFirewallDisable", 1);
    read();
    ck_assert(!state.hyperv_available);
    ck_assert_uint_eq(state.rules.count, 1);
}
END_TEST

START_TEST(hyperv_firewall_open_fails_when_wmi_does)
{
    struct hyperv_firewall *other;

    tell(L"FailConnect", (DWORD)RPC_E_DISCONNECTED);
    other = hyperv_firewall_open(&err);
    ck_assert_ptr_null(other);
    ck_assert_uint_eq(err.os_code, (uint32_t)RPC_E_DISCONNECTED);
}
END_TEST

Suite *hyperv_firewall_suite(void)
{
    Suite *suite = suite_create("hyperv_firewall");
    TCase *tcase = tcase_create("all");

    if (!scratch_is_allowed("hyperv_firewall"))
        return suite;
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, hyperv_firewall_read_gives_no_rules_of_others);
    tcase_add_test(tcase, hyperv_firewall_read_keeps_the_rules_that_are_there);
    tcase_add_test(tcase, hyperv_firewall_add_reads_back_equal);
    tcase_add_test(tcase, hyperv_firewall_add_for_everybody_sets_no_addresses);
    tcase_add_test(tcase, hyperv_firewall_add_for_every_network_sets_no_profiles);
    tcase_add_test(tcase, hyperv_firewall_read_tells_whether_rules_have_profiles);
    tcase_add_test(tcase, hyperv_firewall_read_takes_a_range_for_its_network);
    tcase_add_loop_test(tcase, hyperv_firewall_read_shows_each_change_of_somebody, 0,
                        sizeof changes / sizeof changes[0]);
    tcase_add_test(tcase, hyperv_firewall_read_gives_what_does_not_fit_as_a_question_mark);
    tcase_add_test(tcase, hyperv_firewall_add_twice_makes_one_rule);
    tcase_add_test(tcase, hyperv_firewall_add_never_replaces_a_different_rule);
    tcase_add_test(tcase, hyperv_firewall_add_makes_no_rule_without_ports);
    tcase_add_test(tcase, hyperv_firewall_add_lets_no_name_into_a_query);
    tcase_add_test(tcase, hyperv_firewall_remove_takes_only_its_own_rule);
    tcase_add_test(tcase, hyperv_firewall_remove_leaves_a_rule_that_somebody_changed);
    tcase_add_test(tcase, hyperv_firewall_remove_succeeds_when_there_is_nothing);
    tcase_add_loop_test(tcase, hyperv_firewall_add_tells_why_it_failed, 0,
                        sizeof failures / sizeof failures[0]);
    tcase_add_test(tcase, hyperv_firewall_remove_tells_why_it_failed);
    tcase_add_test(tcase, hyperv_firewall_read_leaves_what_was_when_it_fails);
    tcase_add_test(tcase, hyperv_firewall_waits_for_a_slow_answer);
    tcase_add_test(tcase, hyperv_firewall_is_not_available_without_its_class);
    tcase_add_test(tcase, hyperv_firewall_is_not_available_without_its_namespace);
    tcase_add_test(tcase, hyperv_firewall_is_not_available_when_switched_off);
    tcase_add_test(tcase, hyperv_firewall_open_fails_when_wmi_does);
    suite_add_tcase(suite, tcase);
    return suite;
}
