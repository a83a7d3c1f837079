/*
 * Firewall rules: how tight ours are, and that COM's spelling of them counts as the same.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/firewall_rule.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tests/unit/valid_rule.h"

#include <check.h>
#include <string.h>

Suite *firewall_rule_suite(void);

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))
#define SET(field, value) ck_assert(text_copy((field), sizeof(field), (value)))

static struct firewall_rule valid_firewall_rule(void)
{
    const struct rule rule = valid_rule();
    struct firewall_rule made;

    firewall_rule_for(&rule, &made);
    return made;
}

START_TEST(firewall_rule_for_a_forward_is_as_tight_as_can_be)
{
    const struct rule rule = valid_rule();
    struct firewall_rule made;

    memset(&made, 0xAA, sizeof made);
    firewall_rule_for(&rule, &made);

    ck_assert_str_eq(made.name, "Tidegate 0f8fad5b-d9cb-469f-a165-70867728950e");
    ck_assert_str_eq(made.grouping, "Tidegate");
    ck_assert(made.enabled && made.inbound && made.allow);
    ck_assert_int_eq(made.protocol, 6);
    ck_assert_uint_eq(made.profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);
    ck_assert_str_eq(made.local_ports, "3000");
    ck_assert_str_eq(made.local_addresses, "*");
    ck_assert_str_eq(made.remote_addresses, "LocalSubnet");
    ck_assert_str_eq(made.program, "%SystemRoot%\\system32\\svchost.exe");
    ck_assert_str_eq(made.service, "iphlpsvc");
}
END_TEST

START_TEST(firewall_rule_for_opens_the_listen_ports_and_not_the_connect_ports)
{
    struct rule rule = valid_rule();
    struct firewall_rule made;

    rule.listen.first_port = 8000;
    rule.listen.last_port = 8010;
    rule.connect.first_port = 80;
    firewall_rule_for(&rule, &made);

    ck_assert_str_eq(made.local_ports, "8000-8010");
}
END_TEST

START_TEST(firewall_rule_for_outbound_leads_to_the_connect_ports_of_one_place)
{
    const struct prefix remote = prefix_of("172.28.208.0/20");
    struct rule rule = valid_rule();
    struct firewall_rule made;

    rule.listen.first_port = 8000;
    rule.listen.last_port = 8010;
    rule.connect.first_port = 80;
    rule.scope.profiles = 0;
    firewall_rule_for_outbound(&rule, &remote, &made);

    ck_assert_str_eq(made.name, "Tidegate outbound 0f8fad5b-d9cb-469f-a165-70867728950e");
    ck_assert_str_eq(made.grouping, "Tidegate");
    ck_assert(made.enabled && !made.inbound && made.allow);
    ck_assert_int_eq(made.protocol, 6);
    ck_assert_uint_eq(made.profiles, PROFILE_MASK);
    ck_assert_str_eq(made.local_ports, "");
    ck_assert_str_eq(made.remote_ports, "80-90");
    ck_assert_str_eq(made.remote_addresses, "172.28.208.0/20");
    ck_assert_str_eq(made.program, "%SystemRoot%\\system32\\svchost.exe");
    ck_assert_str_eq(made.service, "iphlpsvc");
}
END_TEST

/* What an administrator allows, and whether the IP Helper gets out anywhere by it. */
static const struct {
    const char *what;
    struct firewall_rule rule;
    bool lets_out;
} ways_out[] = {
    {"everything",
     {.enabled = true, .allow = true, .protocol = FIREWALL_ANY_PROTOCOL},
     true},
    {"that service, as COM spells it",
     {.enabled = true,
      .allow = true,
      .protocol = FIREWALL_TCP,
      .local_ports = "*",
      .remote_ports = "*",
      .local_addresses = "*",
      .remote_addresses = "*",
      .program = "C:\\Windows\\System32\\svchost.exe",
      .service = "IpHlpSvc"},
     true},
    {"turned off", {.allow = true, .protocol = FIREWALL_TCP}, false},
    {"a block", {.enabled = true, .protocol = FIREWALL_TCP}, false},
    {"inbound",
     {.enabled = true, .allow = true, .inbound = true, .protocol = FIREWALL_TCP},
     false},
    {"UDP", {.enabled = true, .allow = true, .protocol = 17}, false},
    {"some ports",
     {.enabled = true, .allow = true, .protocol = FIREWALL_TCP, .remote_ports = "443"},
     false},
    {"Windows' own for IPHTTPS",
     {.enabled = true,
      .allow = true,
      .protocol = FIREWALL_TCP,
      .remote_ports = "IPTLSOut",
      .program = "%SystemRoot%\\system32\\svchost.exe",
      .service = "iphlpsvc"},
     false},
    {"some addresses",
     {.enabled = true,
      .allow = true,
      .protocol = FIREWALL_TCP,
      .remote_addresses = "LocalSubnet"},
     false},
    {"another program",
     {.enabled = true,
      .allow = true,
      .protocol = FIREWALL_TCP,
      .program = "C:\\browser\\notsvchost.exe"},
     false},
    {"another service of that program",
     {.enabled = true,
      .allow = true,
      .protocol = FIREWALL_TCP,
      .program = "%SystemRoot%\\system32\\svchost.exe",
      .service = "dnscache"},
     false},
};

START_TEST(the_ip_helper_gets_out_by_rules_for_all_there_is)
{
    ck_assert_msg(firewall_rule_lets_helper_out(&ways_out[_i].rule) ==
                      ways_out[_i].lets_out,
                  "%s", ways_out[_i].what);
}
END_TEST

START_TEST(firewall_rule_for_takes_over_the_scope)
{
    struct rule rule = valid_rule();
    struct firewall_rule made;

    rule.scope.profiles = PROFILE_PUBLIC;
    rule.scope.remote = REMOTE_ANY;
    firewall_rule_for(&rule, &made);
    ck_assert_uint_eq(made.profiles, PROFILE_PUBLIC);
    ck_assert_str_eq(made.remote_addresses, "*");

    rule.scope.remote = REMOTE_LIST;
    rule.scope.remotes[0] = prefix_of("192.168.0.0/16");
    rule.scope.remotes[1] = prefix_of("fd00::/64");
    rule.scope.remote_count = 2;
    firewall_rule_for(&rule, &made);
    ck_assert_str_eq(made.remote_addresses, "192.168.0.0/16,fd00::/64");
}
END_TEST

START_TEST(firewall_rule_for_has_room_for_the_longest_list)
{
    struct rule rule = valid_rule();
    struct firewall_rule made;

    rule.scope.remote = REMOTE_LIST;
    rule.scope.remote_count = RULE_REMOTE_CAPACITY;
    for (size_t i = 0; i < RULE_REMOTE_CAPACITY; i++)
        rule.scope.remotes[i] = prefix_of("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    firewall_rule_for(&rule, &made);

    ck_assert_uint_eq(strlen(made.remote_addresses), RULE_REMOTE_CAPACITY * 44 - 1);
}
END_TEST

START_TEST(firewall_rule_for_hyperv_has_neither_program_nor_service)
{
    struct adapter items[2] = {{.name = "Ethernet", .is_up = true, .address_count = 4},
                               {.name = "Wi-Fi", .address_count = 1}};
    const struct adapter_list adapters = {.items = items, .count = 2, .capacity = 2};
    struct rule rule = valid_rule();
    struct firewall_rule made;

    rule.scope.remote = REMOTE_LOCAL_SUBNET;
    items[0].on_link[0] = items[0].on_link[1] = prefix_of("192.168.1.0/24");
    items[0].on_link[2] = prefix_of("fd00::/64");
    items[0].on_link[3] = prefix_of("10.8.0.1"); /* a tunnel's own */
    items[1].on_link[0] = prefix_of("192.168.7.0/24");
    firewall_rule_for_hyperv(&rule, &adapters, &made);
    ck_assert_int_eq(made.kind, FIREWALL_HYPERV);
    ck_assert_str_eq(made.remote_addresses, "192.168.1.0/24,fd00::/64");
    ck_assert_str_eq(made.program, "");
    ck_assert_str_eq(made.service, "");
    ck_assert_uint_eq(made.profiles, PROFILE_PRIVATE | PROFILE_DOMAIN);
    ck_assert(strncmp(made.name, "Tidegate-", 9) == 0);

    items[0].is_up = false;
    firewall_rule_for_hyperv(&rule, &adapters, &made);
    ck_assert_str_eq(made.remote_addresses, "127.0.0.1");

    rule.scope.remote = REMOTE_ANY;
    firewall_rule_for_hyperv(&rule, &adapters, &made);
    ck_assert_str_eq(made.remote_addresses, "*");

    rule.scope.remote = REMOTE_LIST;
    rule.scope.remotes[0] = prefix_of("192.168.0.0/16");
    rule.scope.remote_count = 1;
    firewall_rule_for_hyperv(&rule, &adapters, &made);
    ck_assert_str_eq(made.remote_addresses, "192.168.0.0/16");
}
END_TEST

START_TEST(firewall_rule_for_hyperv_opens_the_listen_addresses_only)
{
    struct adapter items[1] = {{.name = "Wi-Fi", .is_up = true, .address_count = 3}};
    const struct adapter_list adapters = {.items = items, .count = 1, .capacity = 1};
    struct rule rule = valid_rule();
    struct firewall_rule made;

    items[0].addresses[0] = prefix_of("192.168.7.4").network;
    items[0].addresses[1] = prefix_of("fe80::1").network;
    items[0].addresses[2] = prefix_of("fd00::4").network;
    firewall_rule_for_hyperv(&rule, &adapters, &made);
    ck_assert_str_eq(made.local_addresses, "*");

    rule.listen.kind = LISTEN_ADDRESS;
    rule.listen.address = prefix_of("192.168.1.10").network;
    firewall_rule_for_hyperv(&rule, &adapters, &made);
    ck_assert_str_eq(made.local_addresses, "192.168.1.10");

    rule.listen.kind = LISTEN_INTERFACE;
    SET(rule.listen.interface_name, "wi-fi");
    firewall_rule_for_hyperv(&rule, &adapters, &made);
    ck_assert_str_eq(made.local_addresses, "192.168.7.4,fd00::4");

    SET(rule.listen.interface_name, "Ethernet");
    firewall_rule_for_hyperv(&rule, &adapters, &made);
    ck_assert_str_eq(made.local_addresses, "127.0.0.1");
}
END_TEST

START_TEST(firewall_rule_for_rules_that_differ_gives_names_that_differ)
{
    const struct rule_id id = {"7c9e6679-7425-40de-944b-e07fc1f90ae7"};
    char name[FIREWALL_NAME_SIZE];

    firewall_rule_name(FIREWALL_HOST, &id, name);

    ck_assert_str_eq(name, "Tidegate 7c9e6679-7425-40de-944b-e07fc1f90ae7");
}
END_TEST

static const struct {
    const char *ours;
    const char *theirs;
    bool equal;
} remotes[] = {
    {"192.168.0.0/16", "192.168.0.0/255.255.0.0", true},
    {"10.0.0.5/32", "10.0.0.5/255.255.255.255", true},
    {"10.0.0.5/32", "10.0.0.5", true},
    {"10.0.0.0/8,192.168.0.0/16", "192.168.0.0/255.255.0.0,10.0.0.0/255.0.0.0", true},
    {"10.0.0.0/8,192.168.0.0/16", "10.0.0.0/8, 192.168.0.0/16", true},
    {"10.0.0.0/8,192.168.0.0/16", " 10.0.0.0/8 ,  192.168.0.0/16 ", true},
    {"10.0.0.0/8,10.0.0.0/8", "10.0.0.0/8", true},
    {"fd00::/64", "FD00:0::/64", true},
    {"fd00::5/128", "fd00::5", true},
    {"LocalSubnet", "localsubnet", true},
    {"LocalSubnet", "LocalSubnet ", true},
    {"*", "", true},
    {"*", " ", true},
    {"*", "*", true},
    {"*", "LocalSubnet", false},
    {"LocalSubnet", "", false},
    {"LocalSubnet", "LocalSubnet,10.0.0.0/8", false},
    {"10.0.0.0/8", "*", false},
    {"10.0.0.0/8", "10.0.0.0/255.255.0.0", false},
    {"10.0.0.0/8", "11.0.0.0/8", false},
    {"10.0.0.0/8", "10.0.0.0/8,11.0.0.0/8", false},
    {"10.0.0.0/8,11.0.0.0/8", "10.0.0.0/8", false},
    {"10.0.0.0/8,11.0.0.0/8", "10.0.0.0/8,12.0.0.0/8", false},
    {"10.0.0.0/8", "10.0.0.0/8,*", false},
    {"10.0.0.5/32", "10.0.0.5-10.0.0.50", false},
    {"10.0.0.5/32", "10.0.0.50", false},
    {"0.0.0.0/0", "::/0", false},
};

START_TEST(firewall_rule_equals_reads_addresses_by_meaning)
{
    struct firewall_rule ours = valid_firewall_rule();
    struct firewall_rule theirs = ours;

    SET(ours.remote_addresses, remotes[_i].ours);
    SET(theirs.remote_addresses, remotes[_i].theirs);
    ck_assert_msg(firewall_rule_equals(&ours, &theirs) == remotes[_i].equal,
                  "remote '%s' and '%s'", remotes[_i].ours, remotes[_i].theirs);
    ck_assert_msg(firewall_rule_equals(&theirs, &ours) == remotes[_i].equal,
                  "remote '%s' and '%s'", remotes[_i].theirs, remotes[_i].ours);

    ours = theirs = valid_firewall_rule();
    SET(ours.local_addresses, remotes[_i].ours);
    SET(theirs.local_addresses, remotes[_i].theirs);
    ck_assert_msg(firewall_rule_equals(&ours, &theirs) == remotes[_i].equal,
                  "local '%s' and '%s'", remotes[_i].ours, remotes[_i].theirs);
}
END_TEST

START_TEST(firewall_rule_equals_survives_lists_longer_than_ours_can_be)
{
    const struct firewall_rule ours = valid_firewall_rule();
    struct firewall_rule theirs = ours;

    memset(theirs.remote_addresses, ',', sizeof theirs.remote_addresses - 1);
    ck_assert(!firewall_rule_equals(&ours, &theirs));
    memset(theirs.remote_addresses, '1', sizeof theirs.remote_addresses - 1);
    ck_assert(!firewall_rule_equals(&ours, &theirs));
    ck_assert(firewall_rule_equals(&theirs, &theirs));
}
END_TEST

static const struct {
    unsigned ours;
    unsigned theirs;
    bool equal;
} profiles[] = {
    {PROFILE_MASK, 0x7fffffff, true},
    {PROFILE_PRIVATE | PROFILE_DOMAIN, 0x7fffffff, false},
    {PROFILE_PRIVATE | PROFILE_DOMAIN, 3, true},
    {PROFILE_PRIVATE, PROFILE_PRIVATE | PROFILE_PUBLIC, false},
    {PROFILE_PRIVATE, PROFILE_DOMAIN, false},
};

START_TEST(firewall_rule_equals_compares_the_three_profiles)
{
    struct firewall_rule ours = valid_firewall_rule();
    struct firewall_rule theirs = ours;

    ours.profiles = profiles[_i].ours;
    theirs.profiles = profiles[_i].theirs;

    ck_assert_msg(firewall_rule_equals(&ours, &theirs) == profiles[_i].equal,
                  "%#x and %#x", profiles[_i].ours, profiles[_i].theirs);
}
END_TEST

START_TEST(firewall_rule_equals_takes_no_profile_of_a_hyperv_rule_for_all)
{
    const struct firewall_rule none = {.kind = FIREWALL_HYPERV};
    const struct firewall_rule all = {.kind = FIREWALL_HYPERV, .profiles = PROFILE_MASK};
    const struct firewall_rule some = {.kind = FIREWALL_HYPERV,
                                       .profiles = PROFILE_PRIVATE};

    ck_assert(firewall_rule_equals(&none, &all));
    ck_assert(!firewall_rule_equals(&none, &some));
    ck_assert(!firewall_rule_equals(&some, &all));
}
END_TEST

static const struct {
    const char *program;
    bool equal;
} programs[] = {
    {"%SystemRoot%\\system32\\svchost.exe", true},
    {"%systemroot%\\System32\\svchost.exe", true},
    {"C:\\Windows\\system32\\svchost.exe", true},
    {"C:\\WINDOWS\\System32\\svchost.exe", true},
    {"D:\\Windows\\system32\\svchost.exe", true},
    {"C:\\Windows\\system32\\other.exe", false},
    {"C:\\Windows\\svchost.exe", false},
    {"C:\\Windows\\Temp\\system32\\svchost.exe", false},
    {"C:\\Evil\\system32\\svchost.exe", false},
    {"C:\\Windows2\\system32\\svchost.exe", false},
    {"svchost.exe", false},
    {"", false},
};

START_TEST(firewall_rule_equals_takes_the_windows_folder_in_each_spelling)
{
    const struct firewall_rule ours = valid_firewall_rule();
    struct firewall_rule theirs = ours;

    SET(theirs.program, programs[_i].program);

    ck_assert_msg(firewall_rule_equals(&ours, &theirs) == programs[_i].equal, "'%s'",
                  programs[_i].program);
    ck_assert_msg(firewall_rule_equals(&theirs, &ours) == programs[_i].equal,
                  "'%s', reversed", programs[_i].program);
}
END_TEST

static const struct {
    const char *ours;
    const char *theirs;
    bool equal;
} ports[] = {
    {"3000", "3000", true},       {"8000-8010", "8000-8010", true},
    {"3000", "3000-3000", true},  {"3000", "300", false},
    {"3000", "30000", false},     {"3000", "3000-3001", false},
    {"3000", "300-3000", false},  {"300", "300-3000", false},
    {"3000", "3000,3001", false}, {"3000", "", false},
    {"3000", "*", false},         {"8000-8010", "8000-801", false},
    {"8000-8010", "8000", false},
};

START_TEST(firewall_rule_equals_compares_ports)
{
    struct firewall_rule ours = valid_firewall_rule();
    struct firewall_rule theirs = ours;

    SET(ours.local_ports, ports[_i].ours);
    SET(theirs.local_ports, ports[_i].theirs);

    ck_assert_msg(firewall_rule_equals(&ours, &theirs) == ports[_i].equal,
                  "'%s' and '%s'", ports[_i].ours, ports[_i].theirs);
    ck_assert_msg(firewall_rule_equals(&theirs, &ours) == ports[_i].equal,
                  "'%s' and '%s'", ports[_i].theirs, ports[_i].ours);
}
END_TEST

START_TEST(firewall_rule_equals_only_if_nothing_else_differs)
{
    const struct firewall_rule ours = valid_firewall_rule();
    struct firewall_rule theirs = ours;

    ck_assert(firewall_rule_equals(&ours, &theirs));
#define SPOIL(assignment)                                                                \
    theirs = ours;                                                                       \
    assignment;                                                                          \
    ck_assert_msg(!firewall_rule_equals(&ours, &theirs), #assignment)
    SPOIL(theirs.enabled = false);
    SPOIL(theirs.inbound = false);
    SPOIL(theirs.allow = false);
    SPOIL(theirs.protocol = 17);
    SPOIL(theirs.protocol = 256);
    SPOIL(theirs.service[0] = '\0');
    SPOIL(SET(theirs.service, "*"));
    SPOIL(SET(theirs.service, "iphlpsvc2"));
    SPOIL(theirs.grouping[0] = '\0');
    SPOIL(theirs.name[0] = 't');
    SPOIL(SET(theirs.local_addresses, "192.168.1.10"));
    SPOIL(SET(theirs.remote_ports, "50000"));
#undef SPOIL
    theirs = ours;
    SET(theirs.service, "IPHLPSVC");
    SET(theirs.remote_ports, "*"); /* COM says so of a rule that has none */
    ck_assert(firewall_rule_equals(&ours, &theirs));
}
END_TEST

START_TEST(firewall_rule_list_find_goes_by_name)
{
    struct firewall_rule_list list = {0};
    const struct firewall_rule rule = valid_firewall_rule();

    ck_assert_ptr_null(firewall_rule_list_find(&list, rule.name));
    SET(LIST_ADD(&list)->name, "Tidegate other");
    *LIST_ADD(&list) = rule;

    ck_assert_ptr_eq(firewall_rule_list_find(&list, rule.name), &list.items[1]);
    ck_assert_ptr_null(firewall_rule_list_find(&list, "Tidegate"));

    firewall_rule_list_clear(&list);
    ck_assert_ptr_null(list.items);
    ck_assert_uint_eq(list.count + list.capacity, 0);
}
END_TEST

Suite *firewall_rule_suite(void)
{
    Suite *suite = suite_create("firewall rule");
    TCase *making = tcase_create("firewall_rule_for");
    TCase *comparing = tcase_create("firewall_rule_equals");

    tcase_add_test(making, firewall_rule_for_a_forward_is_as_tight_as_can_be);
    tcase_add_test(making,
                   firewall_rule_for_opens_the_listen_ports_and_not_the_connect_ports);
    tcase_add_test(making,
                   firewall_rule_for_outbound_leads_to_the_connect_ports_of_one_place);
    tcase_add_loop_test(making, the_ip_helper_gets_out_by_rules_for_all_there_is, 0,
                        sizeof ways_out / sizeof ways_out[0]);
    tcase_add_test(making, firewall_rule_for_takes_over_the_scope);
    tcase_add_test(making, firewall_rule_for_has_room_for_the_longest_list);
    tcase_add_test(making, firewall_rule_for_hyperv_has_neither_program_nor_service);
    tcase_add_test(making, firewall_rule_for_hyperv_opens_the_listen_addresses_only);
    tcase_add_test(making, firewall_rule_for_rules_that_differ_gives_names_that_differ);
    suite_add_tcase(suite, making);

    tcase_add_loop_test(comparing, firewall_rule_equals_reads_addresses_by_meaning, 0,
                        COUNT(remotes));
    tcase_add_test(comparing, firewall_rule_equals_survives_lists_longer_than_ours_can_be);
    tcase_add_loop_test(comparing, firewall_rule_equals_compares_the_three_profiles, 0,
                        COUNT(profiles));
    tcase_add_test(comparing,
                   firewall_rule_equals_takes_no_profile_of_a_hyperv_rule_for_all);
    tcase_add_loop_test(comparing,
                        firewall_rule_equals_takes_the_windows_folder_in_each_spelling, 0,
                        COUNT(programs));
    tcase_add_loop_test(comparing, firewall_rule_equals_compares_ports, 0, COUNT(ports));
    tcase_add_test(comparing, firewall_rule_equals_only_if_nothing_else_differs);
    tcase_add_test(comparing, firewall_rule_list_find_goes_by_name);
    suite_add_tcase(suite, comparing);
    return suite;
}
