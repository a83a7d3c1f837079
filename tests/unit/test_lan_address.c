/*
 * Which address a rule is reached under from the local network.
 * SPDX-License-Identifier: MIT
 */
#include "core/view/lan_address.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <check.h>

static struct lan_adapter_list adapters;
static struct report_rule item;

static void set_up(void)
{
    item = (struct report_rule){.rule = rule_default()};
    item.rule.listen.first_port = item.rule.listen.last_port = 3000;
    item.status.state = RULE_STATE_ACTIVE;
}

static void tear_down(void)
{
    lan_adapter_list_clear(&adapters);
}

static struct lan_adapter *add_adapter(const char *name, enum adapter_kind kind,
                                       const char *address)
{
    struct lan_adapter *adapter = LIST_ADD(&adapters);

    text_copy(adapter->adapter.name, sizeof adapter->adapter.name, name);
    adapter->kind = kind;
    adapter->has_gateway = true;
    adapter->adapter.is_up = true;
    ck_assert(address_parse(address, &adapter->adapter.addresses[0]));
    adapter->adapter.address_count = 1;
    return adapter;
}

static void add_address(struct lan_adapter *adapter, const char *address)
{
    ck_assert(address_parse(
        address, &adapter->adapter.addresses[adapter->adapter.address_count++]));
}

static void listen_on(const char *text)
{
    struct error err = {0};

    ck_assert_msg(rule_listen_parse(text, &item.rule.listen, &err), "%s", err.detail);
}

static void check_address(const char *expected)
{
    const struct lan_address found = lan_address_of(&item, &adapters);

    ck_assert_str_eq(found.text, expected);
}

START_TEST(a_rule_on_any_address_has_that_of_the_adapter_with_a_gateway)
{
    add_adapter("VPN", ADAPTER_OTHER, "10.8.0.2");
    add_adapter("cable", ADAPTER_NETWORK, "192.168.5.1")->has_gateway = false;
    add_adapter("Wi-Fi", ADAPTER_NETWORK, "192.168.1.10");

    check_address("http://192.168.1.10:3000");
}
END_TEST

START_TEST(an_adapter_that_is_down_gives_no_address)
{
    add_adapter("Ethernet", ADAPTER_NETWORK, "192.168.2.10")->adapter.is_up = false;

    check_address("");
}
END_TEST

START_TEST(an_external_virtual_switch_comes_after_a_real_adapter)
{
    add_adapter("vEthernet (Bridge)", ADAPTER_VIRTUAL_SWITCH, "192.168.1.20");
    check_address("http://192.168.1.20:3000");

    add_adapter("Wi-Fi", ADAPTER_NETWORK, "192.168.1.10");
    check_address("http://192.168.1.10:3000");
}
END_TEST

START_TEST(a_network_without_a_router_is_the_last_resort)
{
    add_adapter("cable", ADAPTER_NETWORK, "192.168.5.1")->has_gateway = false;

    check_address("http://192.168.5.1:3000");
}
END_TEST

START_TEST(ipv4_comes_first_and_link_local_addresses_never)
{
    struct lan_adapter *adapter = add_adapter("Wi-Fi", ADAPTER_NETWORK, "fe80::1");

    add_address(adapter, "2001:db8::5");
    add_address(adapter, "169.254.1.1");
    add_address(adapter, "192.168.1.10");

    listen_on("Wi-Fi:3000");
    check_address("http://192.168.1.10:3000");
}
END_TEST

START_TEST(a_followed_interface_gives_its_ipv6_address_in_brackets)
{
    struct lan_adapter *adapter = add_adapter("Wi-Fi", ADAPTER_NETWORK, "fe80::1");

    add_address(adapter, "2001:db8::5");
    listen_on("wi-fi:3000");

    check_address("http://[2001:db8::5]:3000");
}
END_TEST

START_TEST(a_rule_on_all_ipv6_addresses_has_no_ipv4_address)
{
    add_adapter("Wi-Fi", ADAPTER_NETWORK, "192.168.1.10");
    listen_on("[::]:3000");
    check_address("");

    add_address(&adapters.items[0], "fd00::7");
    check_address("http://[fd00::7]:3000");
}
END_TEST

START_TEST(a_rule_with_an_own_address_needs_no_adapter)
{
    listen_on("192.168.7.7:3000");

    check_address("http://192.168.7.7:3000");
}
END_TEST

START_TEST(loopback_is_no_address_of_the_local_network)
{
    listen_on("127.0.0.1:3000");

    check_address("");
}
END_TEST

START_TEST(a_rule_that_is_off_has_no_address)
{
    add_adapter("Wi-Fi", ADAPTER_NETWORK, "192.168.1.10");
    item.rule.enabled = false;

    check_address("");
}
END_TEST

START_TEST(where_wsl_listens_itself_the_port_inside_wsl_counts)
{
    add_adapter("Wi-Fi", ADAPTER_NETWORK, "192.168.1.10");
    item.status.state = RULE_STATE_NOT_NEEDED;
    item.rule.connect.first_port = 8080;

    check_address("http://192.168.1.10:8080");
}
END_TEST

START_TEST(a_bridged_wsl_has_no_address_of_this_pc)
{
    add_adapter("Wi-Fi", ADAPTER_NETWORK, "192.168.1.10");
    item.status.state = RULE_STATE_NOT_NEEDED;
    item.status.reason = REASON_MODE_BRIDGED;

    check_address("");
}
END_TEST

static const struct {
    const char *listen;
    const char *expected;
    bool is_web;
} ports[] = {
    {"192.168.1.10:80", "http://192.168.1.10", true},
    {"192.168.1.10:443", "https://192.168.1.10", true},
    {"192.168.1.10:8443", "https://192.168.1.10:8443", true},
    {"192.168.1.10:8000-8010", "http://192.168.1.10:8000", true},
    {"192.168.1.10:22", "192.168.1.10:22", false},
    {"[2001:db8::5]:5432", "[2001:db8::5]:5432", false},
};

START_TEST(the_port_decides_on_the_scheme)
{
    listen_on(ports[_i].listen);

    check_address(ports[_i].expected);
    ck_assert_int_eq(lan_address_of(&item, &adapters).is_web, ports[_i].is_web);
}
END_TEST

static const struct {
    bool is_lan;
    const char *name;
    const char *description;
    enum adapter_kind kind;
} kinds[] = {
    {true, "Wi-Fi", "Intel(R) Wi-Fi 6 AX201 160MHz", ADAPTER_NETWORK},
    {true, "Ethernet", "Realtek PCIe GbE Family Controller", ADAPTER_NETWORK},
    {true, "Ethernet", "Microsoft Hyper-V Network Adapter",
     ADAPTER_NETWORK}, /* a guest's */
    {true, "vEthernet (External)", "Hyper-V Virtual Ethernet Adapter #3",
     ADAPTER_VIRTUAL_SWITCH},
    {true, "vEthernet (WSL (Hyper-V firewall))", "Hyper-V Virtual Ethernet Adapter",
     ADAPTER_OTHER},
    {true, "vEthernet (WSL)", "Hyper-V Virtual Ethernet Adapter", ADAPTER_OTHER},
    {true, "vEthernet (Default Switch)", "Hyper-V Virtual Ethernet Adapter #2",
     ADAPTER_OTHER},
    {true, "VirtualBox Host-Only Network", "VirtualBox Host-Only Ethernet Adapter",
     ADAPTER_OTHER},
    {true, "VMware Network Adapter VMnet8", "VMware Virtual Ethernet Adapter for VMnet8",
     ADAPTER_OTHER},
    {true, "OpenVPN", "TAP-Windows Adapter V9", ADAPTER_OTHER},
    {false, "Loopback", "Software Loopback Interface 1", ADAPTER_OTHER},
};

START_TEST(adapter_kind_is_told_by_type_and_names)
{
    ck_assert_msg(adapter_kind_of(kinds[_i].is_lan, kinds[_i].name,
                                  kinds[_i].description) == kinds[_i].kind,
                  "%s: %s", kinds[_i].name, kinds[_i].description);
}
END_TEST

static void add_address_tests(TCase *tests)
{
    tcase_add_test(tests, a_rule_on_any_address_has_that_of_the_adapter_with_a_gateway);
    tcase_add_test(tests, an_adapter_that_is_down_gives_no_address);
    tcase_add_test(tests, an_external_virtual_switch_comes_after_a_real_adapter);
    tcase_add_test(tests, a_network_without_a_router_is_the_last_resort);
    tcase_add_test(tests, ipv4_comes_first_and_link_local_addresses_never);
    tcase_add_test(tests, a_followed_interface_gives_its_ipv6_address_in_brackets);
    tcase_add_test(tests, a_rule_on_all_ipv6_addresses_has_no_ipv4_address);
    tcase_add_test(tests, a_rule_with_an_own_address_needs_no_adapter);
    tcase_add_test(tests, loopback_is_no_address_of_the_local_network);
    tcase_add_test(tests, a_rule_that_is_off_has_no_address);
    tcase_add_test(tests, where_wsl_listens_itself_the_port_inside_wsl_counts);
    tcase_add_test(tests, a_bridged_wsl_has_no_address_of_this_pc);
    tcase_add_loop_test(tests, the_port_decides_on_the_scheme, 0,
                        sizeof ports / sizeof *ports);
    tcase_add_loop_test(tests, adapter_kind_is_told_by_type_and_names, 0,
                        sizeof kinds / sizeof *kinds);
}

Suite *lan_address_suite(void);

Suite *lan_address_suite(void)
{
    Suite *suite = suite_create("lan_address");
    TCase *tests = tcase_create("lan_address_of");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    add_address_tests(tests);
    suite_add_tcase(suite, tests);
    return suite;
}
