/*
 * The firewall's COM side, against the lab's stand-in: Wine's own stores nothing.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/firewall_com.h"
#include "tests/win32/scratch.h"

#include <check.h>
#include <objbase.h>

#include <stdio.h>
#include <string.h>

#define GROUP_POLICY L"SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
#define RULES                                                                            \
    L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\"   \
    L"FirewallRules"
#define ONE_ID "11111111-2222-3333-4444-555555555555"

Suite *firewall_com_suite(void);

static struct firewall_com *com;
static struct firewall_state state;
static struct error err;

static void open(void)
{
    scratch_install_firewall();
    scratch_delete_tree(HKEY_LOCAL_MACHINE, GROUP_POLICY);
    err = (struct error){0};
    ck_assert(SUCCEEDED(CoInitializeEx(NULL, COINIT_MULTITHREADED)));
    com = firewall_com_open(&err);
    ck_assert_msg(com != NULL, "%s: %08x", err.detail, err.os_code);
}

static void close(void)
{
    firewall_rule_list_clear(&state.rules);
    LIST_CLEAR(&state.script_rules);
    state = (struct firewall_state){0};
    firewall_com_close(com);
    com = NULL;
    CoUninitialize();
}

static void read(void)
{
    ck_assert_msg(firewall_com_read(com, &state, &err), "%s: %08x", err.detail,
                  err.os_code);
}

static struct firewall_rule tight_rule(void)
{
    struct rule rule = rule_default();
    struct firewall_rule made;

    memcpy(rule.id.text, ONE_ID, sizeof rule.id.text);
    rule.listen.first_port = 8000;
    rule.listen.last_port = 8010;
    firewall_rule_for(&rule, &made);
    return made;
}

/* As another program would write it: straight into the store, in the documented form. */
static void add_stored_rule(const wchar_t *id, const wchar_t *name, const wchar_t *more)
{
    wchar_t text[512];

    swprintf(text, 512,
             L"v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=1|Name=%ls|%ls",
             name, more);
    scratch_set(HKEY_LOCAL_MACHINE, RULES, id, text);
}

static HKEY open_store(void)
{
    HKEY key = NULL;

    ck_assert(RegOpenKeyExW(HKEY_LOCAL_MACHINE, RULES, 0, KEY_READ, &key) ==
              ERROR_SUCCESS);
    return key;
}

static DWORD count_stored_rules(void)
{
    HKEY key = open_store();
    DWORD count = 0;

    RegQueryInfoKeyW(key, NULL, NULL, NULL, NULL, NULL, NULL, &count, NULL, NULL, NULL,
                     NULL);
    RegCloseKey(key);
    return count;
}

/* Stores the first rule a second time, under an id of its own. */
static void double_stored_rule(void)
{
    HKEY key = open_store();
    wchar_t id[128];
    wchar_t text[2048] = L"";
    DWORD id_length = 128;
    DWORD size = sizeof text;

    ck_assert(RegEnumValueW(key, 0, id, &id_length, NULL, NULL, (BYTE *)text, &size) ==
              ERROR_SUCCESS);
    RegCloseKey(key);
    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{double}", text);
}

START_TEST(firewall_com_read_gives_no_rules_of_others)
{
    add_stored_rule(L"{1}", L"Somebody's", L"EmbedCtxt=Other|");
    read();
    ck_assert_uint_eq(state.rules.count, 0);
}
END_TEST

#define OUT_RULE L"v2.33|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|"
#define HELPER L"App=%SystemRoot%\\system32\\svchost.exe|Svc=iphlpsvc|"

START_TEST(firewall_com_read_sees_who_lets_the_ip_helper_out)
{
    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{a}",
                OUT_RULE L"Profile=Public|RPort=443|" HELPER L"Name=some ports|");
    read();
    ck_assert_uint_eq(state.helper_out_profiles, 0);

    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{b}",
                OUT_RULE L"Profile=Private|" HELPER L"Name=an administrator's|");
    read();
    ck_assert_uint_eq(state.helper_out_profiles, PROFILE_PRIVATE);
    ck_assert_uint_eq(state.rules.count, 0);
}
END_TEST

#define SCRIPT_NAME L"WSL 2 Firewall Unlock"
/* With what only its author knows of, and two of a name as the script makes them. */
#define SCRIPT_PORTS L"|Protocol=6|LPort=80|LPort=443|LPort2_10=8000-8010"
#define SCRIPT_REST L"|Name=" SCRIPT_NAME L"|Desc=by hand|TTK2_28=WFDPrint|"
#define SCRIPT_RULE(direction, active)                                                   \
    L"v2.33|Action=Allow|Active=" active L"|Dir=" direction SCRIPT_PORTS SCRIPT_REST

static void check_stored(const wchar_t *id, const wchar_t *expected)
{
    wchar_t text[512] = L"";
    DWORD size = sizeof text;

    ck_assert(RegGetValueW(HKEY_LOCAL_MACHINE, RULES, id, RRF_RT_REG_SZ, NULL, text,
                           &size) == ERROR_SUCCESS);
    ck_assert_msg(wcscmp(wcschr(text, L'|'), wcschr(expected, L'|')) == 0, "%ls: %ls", id,
                  text);
}

START_TEST(firewall_com_read_knows_the_scripts_rules)
{
    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{1}", SCRIPT_RULE(L"Out", L"TRUE"));
    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{2}", SCRIPT_RULE(L"In", L"FALSE"));
    add_stored_rule(L"{3}", L"WSL 2 Firewall", L"");
    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{4}",
                L"v2.33|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=80|"
                L"Name=" SCRIPT_NAME L"|");
    read();

    ck_assert_uint_eq(state.rules.count, 0);
    ck_assert_uint_eq(state.script_rules.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct script_rule *rule = &state.script_rules.items[i];

        ck_assert_str_eq(rule->name, "WSL 2 Firewall Unlock");
        ck_assert_str_eq(rule->local_ports, "80,443,8000-8010");
        ck_assert_uint_eq(rule->profiles, PROFILE_MASK);
        ck_assert(rule->inbound != rule->enabled);
    }
}
END_TEST

START_TEST(firewall_com_switch_changes_nothing_else_of_a_rule)
{
    struct script_rule_switch orders[2];

    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{1}", SCRIPT_RULE(L"Out", L"TRUE"));
    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{2}", SCRIPT_RULE(L"In", L"TRUE"));
    read();
    for (size_t i = 0; i < 2; i++)
        orders[i] = (struct script_rule_switch){state.script_rules.items[i], false};

    ck_assert_msg(firewall_com_switch(com, orders, 2, &err), "%s", err.detail);
    check_stored(L"{1}", SCRIPT_RULE(L"Out", L"FALSE"));
    check_stored(L"{2}", SCRIPT_RULE(L"In", L"FALSE"));

    orders[0].on = orders[1].on = true;
    ck_assert(firewall_com_switch(com, orders, 2, &err));
    check_stored(L"{1}", SCRIPT_RULE(L"Out", L"TRUE"));
    check_stored(L"{2}", SCRIPT_RULE(L"In", L"TRUE"));
}
END_TEST

START_TEST(firewall_com_switch_leaves_a_rule_that_reads_differently)
{
    struct script_rule_switch order;

    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{1}", SCRIPT_RULE(L"Out", L"TRUE"));
    read();
    order = (struct script_rule_switch){state.script_rules.items[0], false};
    order.rule.inbound = true;

    ck_assert(firewall_com_switch(com, &order, 1, &err));
    check_stored(L"{1}", SCRIPT_RULE(L"Out", L"TRUE"));
}
END_TEST

START_TEST(firewall_com_add_reads_back_equal)
{
    const struct firewall_rule rule = tight_rule();

    ck_assert_msg(firewall_com_add(com, &rule, &err), "%s: %08x", err.detail, err.os_code);
    read();
    ck_assert_uint_eq(state.rules.count, 1);
    ck_assert_str_eq(state.rules.items[0].name, rule.name);
    ck_assert_str_eq(state.rules.items[0].grouping, FIREWALL_GROUPING);
    ck_assert_str_eq(state.rules.items[0].service, "iphlpsvc");
    ck_assert(state.rules.items[0].enabled);
    ck_assert_uint_eq(state.rules.items[0].profiles, PROFILE_DOMAIN | PROFILE_PRIVATE);
    ck_assert(firewall_rule_equals(&state.rules.items[0], &rule));
}
END_TEST

START_TEST(firewall_com_add_of_a_list_reads_back_equal)
{
    struct firewall_rule rule = tight_rule();

    ck_assert(text_copy(rule.remote_addresses, sizeof rule.remote_addresses,
                        "10.0.0.0/8,192.168.1.7/32,fd00::/8"));
    ck_assert_msg(firewall_com_add(com, &rule, &err), "%s: %08x", err.detail, err.os_code);
    read();
    ck_assert_msg(firewall_rule_equals(&state.rules.items[0], &rule), "%s",
                  state.rules.items[0].remote_addresses);
}
END_TEST

START_TEST(firewall_com_add_makes_an_outbound_rule_as_it_is_wanted)
{
    struct rule forward = rule_default();
    struct firewall_rule rule;
    struct prefix remote;

    ck_assert(prefix_parse("172.28.208.0/20", &remote));
    text_copy(forward.id.text, sizeof forward.id.text, ONE_ID);
    forward.listen.first_port = 8000;
    forward.listen.last_port = 8002;
    forward.connect.first_port = 9000;
    firewall_rule_for_outbound(&forward, &remote, &rule);

    ck_assert_msg(firewall_com_add(com, &rule, &err), "%s: %08x", err.detail, err.os_code);
    read();

    ck_assert_uint_eq(state.rules.count, 1);
    ck_assert(!state.rules.items[0].inbound);
    ck_assert_str_eq(state.rules.items[0].remote_ports, "9000-9002");
    ck_assert_str_eq(state.rules.items[0].local_ports, "*");
    ck_assert(firewall_rule_equals(&state.rules.items[0], &rule));
}
END_TEST

START_TEST(firewall_com_add_twice_makes_one_rule)
{
    const struct firewall_rule rule = tight_rule();

    ck_assert(firewall_com_add(com, &rule, &err));
    ck_assert(firewall_com_add(com, &rule, &err));
    read();
    ck_assert_uint_eq(state.rules.count, 1);
}
END_TEST

START_TEST(firewall_com_add_never_replaces_a_different_rule)
{
    struct firewall_rule rule = tight_rule();

    ck_assert(firewall_com_add(com, &rule, &err));
    rule.profiles = PROFILE_PUBLIC;
    ck_assert(!firewall_com_add(com, &rule, &err));
    ck_assert_uint_eq(err.os_code, (uint32_t)HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS));
    read();
    ck_assert_uint_eq(state.rules.count, 1);
    ck_assert_uint_eq(state.rules.items[0].profiles, PROFILE_DOMAIN | PROFILE_PRIVATE);
}
END_TEST

START_TEST(firewall_com_read_gives_both_of_a_doubled_name)
{
    const struct firewall_rule rule = tight_rule();

    ck_assert(firewall_com_add(com, &rule, &err));
    add_stored_rule(L"{2}", L"Tidegate " ONE_ID, L"");
    read();
    ck_assert_uint_eq(state.rules.count, 2);
    ck_assert_str_eq(state.rules.items[0].name, state.rules.items[1].name);
}
END_TEST

START_TEST(firewall_com_remove_takes_only_its_own_rule)
{
    const struct firewall_rule rule = tight_rule();

    ck_assert(firewall_com_add(com, &rule, &err));
    add_stored_rule(L"{3}", L"Somebody's", L"");
    ck_assert(firewall_com_remove(com, &rule, &err));
    read();
    ck_assert_uint_eq(state.rules.count, 0);
    ck_assert_uint_eq(count_stored_rules(), 1);
}
END_TEST

START_TEST(firewall_com_remove_takes_every_equal_rule_of_the_name)
{
    const struct firewall_rule rule = tight_rule();

    ck_assert(firewall_com_add(com, &rule, &err));
    double_stored_rule();
    ck_assert_uint_eq(count_stored_rules(), 2);
    ck_assert_msg(firewall_com_remove(com, &rule, &err), "%s", err.detail);
    ck_assert_uint_eq(count_stored_rules(), 0);
}
END_TEST

START_TEST(firewall_com_remove_leaves_a_rule_that_somebody_changed)
{
    struct firewall_rule rule = tight_rule();

    ck_assert(firewall_com_add(com, &rule, &err));
    rule.profiles = PROFILE_PUBLIC;
    ck_assert(firewall_com_remove(com, &rule, &err));
    ck_assert_uint_eq(count_stored_rules(), 1);
}
END_TEST

START_TEST(firewall_com_remove_refuses_to_guess_between_two_of_a_name)
{
    const struct firewall_rule rule = tight_rule();

    ck_assert(firewall_com_add(com, &rule, &err));
    add_stored_rule(L"{2}", L"Tidegate " ONE_ID, L"");
    ck_assert(!firewall_com_remove(com, &rule, &err));
    ck_assert_uint_eq(err.os_code, (uint32_t)HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS));
    ck_assert_uint_eq(count_stored_rules(), 2);
}
END_TEST

START_TEST(firewall_com_remove_succeeds_when_there_is_nothing)
{
    const struct firewall_rule rule = tight_rule();

    ck_assert(firewall_com_remove(com, &rule, &err));
}
END_TEST

START_TEST(firewall_com_add_tells_why_it_failed)
{
    const struct firewall_rule rule = tight_rule();

    scratch_tell_firewall(L"FailAdd", (DWORD)E_ACCESSDENIED);
    ck_assert(!firewall_com_add(com, &rule, &err));
    ck_assert_int_eq(err.kind, ERR_SYSTEM);
    ck_assert_uint_eq(err.os_code, (uint32_t)E_ACCESSDENIED);
    ck_assert_ptr_nonnull(strstr(err.detail, rule.name));
}
END_TEST

START_TEST(firewall_com_remove_tells_why_it_failed)
{
    const struct firewall_rule rule = tight_rule();

    ck_assert(firewall_com_add(com, &rule, &err));
    scratch_tell_firewall(L"FailRemove", (DWORD)E_ACCESSDENIED);
    ck_assert(!firewall_com_remove(com, &rule, &err));
    ck_assert_uint_eq(err.os_code, (uint32_t)E_ACCESSDENIED);
}
END_TEST

START_TEST(firewall_com_read_gives_the_policy)
{
    scratch_tell_firewall(L"CurrentProfiles", PROFILE_PUBLIC);
    scratch_tell_firewall(L"FirewallEnabled2", 0);
    scratch_tell_firewall(L"BlockAllInbound4", 1);
    read();
    ck_assert_uint_eq(state.current_profiles, PROFILE_PUBLIC);
    ck_assert_uint_eq(state.enabled_profiles, PROFILE_DOMAIN | PROFILE_PUBLIC);
    ck_assert_uint_eq(state.block_all_profiles, PROFILE_PUBLIC);
    ck_assert_uint_eq(state.overridden_profiles, 0);
}
END_TEST

START_TEST(firewall_com_read_sees_group_policy_override)
{
    scratch_tell_firewall(L"LocalPolicyModifyState", 1);
    read();
    ck_assert_uint_eq(state.overridden_profiles, PROFILE_MASK);
}
END_TEST

START_TEST(firewall_com_read_takes_inbound_blocked_for_block_all)
{
    scratch_tell_firewall(L"CurrentProfiles", PROFILE_PRIVATE);
    scratch_tell_firewall(L"LocalPolicyModifyState", 2);
    read();
    ck_assert_uint_eq(state.overridden_profiles, 0);
    ck_assert_uint_eq(state.block_all_profiles, PROFILE_PRIVATE);

    /* The profiles themselves say it better. */
    scratch_tell_firewall(L"CurrentProfiles", PROFILE_PRIVATE | PROFILE_PUBLIC);
    scratch_tell_firewall(L"BlockAllInbound4", 1);
    read();
    ck_assert_uint_eq(state.block_all_profiles, PROFILE_PUBLIC);
}
END_TEST

START_TEST(firewall_com_read_sees_merging_switched_off_for_each_profile)
{
    scratch_set_number(HKEY_LOCAL_MACHINE, GROUP_POLICY L"\\PublicProfile",
                       L"AllowLocalPolicyMerge", 0);
    read();
    ck_assert_uint_eq(state.overridden_profiles, PROFILE_PUBLIC);

    scratch_set_number(HKEY_LOCAL_MACHINE, GROUP_POLICY L"\\PrivateProfile",
                       L"AllowLocalPolicyMerge", 0);
    read();
    ck_assert_uint_eq(state.overridden_profiles, PROFILE_PUBLIC | PROFILE_PRIVATE);
}
END_TEST

START_TEST(firewall_com_read_shows_a_text_that_does_not_fit_as_a_question_mark)
{
    const struct firewall_rule rule = tight_rule();
    static wchar_t text[8192];
    size_t length;

    swprintf(text, 8192, L"v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=1|");
    for (unsigned i = 0; i < 200; i++) {
        length = wcslen(text);
        swprintf(text + length, 8192 - length, L"RA4=10.0.%u.0/255.255.255.0|", i);
    }
    length = wcslen(text);
    swprintf(text + length, 8192 - length, L"Name=%hs|", rule.name);
    scratch_set(HKEY_LOCAL_MACHINE, RULES, L"{4}", text);
    read();
    ck_assert_uint_eq(state.rules.count, 1);
    ck_assert_str_eq(state.rules.items[0].remote_addresses, "?");
}
END_TEST

START_TEST(firewall_com_read_fails_while_the_service_is_stopped)
{
    struct firewall_state before = state;

    scratch_tell_firewall(L"ServiceStopped", 1);
    ck_assert(!firewall_com_read(com, &state, &err));
    ck_assert_int_eq(err.kind, ERR_SYSTEM);
    ck_assert(memcmp(&before, &state, sizeof state) == 0);
}
END_TEST

Suite *firewall_com_suite(void)
{
    Suite *suite = suite_create("firewall_com");
    TCase *tcase = tcase_create("rules");

    if (!scratch_is_allowed("firewall_com"))
        return suite;
    tcase_add_checked_fixture(tcase, open, close);
    tcase_add_test(tcase, firewall_com_read_gives_no_rules_of_others);
    tcase_add_test(tcase, firewall_com_read_sees_who_lets_the_ip_helper_out);
    tcase_add_test(tcase, firewall_com_read_knows_the_scripts_rules);
    tcase_add_test(tcase, firewall_com_switch_changes_nothing_else_of_a_rule);
    tcase_add_test(tcase, firewall_com_switch_leaves_a_rule_that_reads_differently);
    tcase_add_test(tcase, firewall_com_add_reads_back_equal);
    tcase_add_test(tcase, firewall_com_add_of_a_list_reads_back_equal);
    tcase_add_test(tcase, firewall_com_add_makes_an_outbound_rule_as_it_is_wanted);
    tcase_add_test(tcase, firewall_com_add_twice_makes_one_rule);
    tcase_add_test(tcase, firewall_com_add_never_replaces_a_different_rule);
    tcase_add_test(tcase, firewall_com_read_gives_both_of_a_doubled_name);
    tcase_add_test(tcase, firewall_com_remove_takes_only_its_own_rule);
    tcase_add_test(tcase, firewall_com_remove_takes_every_equal_rule_of_the_name);
    tcase_add_test(tcase, firewall_com_remove_leaves_a_rule_that_somebody_changed);
    tcase_add_test(tcase, firewall_com_remove_refuses_to_guess_between_two_of_a_name);
    tcase_add_test(tcase, firewall_com_remove_succeeds_when_there_is_nothing);
    tcase_add_test(tcase, firewall_com_add_tells_why_it_failed);
    tcase_add_test(tcase, firewall_com_remove_tells_why_it_failed);
    tcase_add_test(tcase, firewall_com_read_gives_the_policy);
    tcase_add_test(tcase, firewall_com_read_sees_group_policy_override);
    tcase_add_test(tcase, firewall_com_read_takes_inbound_blocked_for_block_all);
    tcase_add_test(tcase, firewall_com_read_sees_merging_switched_off_for_each_profile);
    tcase_add_test(tcase,
                   firewall_com_read_shows_a_text_that_does_not_fit_as_a_question_mark);
    tcase_add_test(tcase, firewall_com_read_fails_while_the_service_is_stopped);
    suite_add_tcase(suite, tcase);
    return suite;
}
