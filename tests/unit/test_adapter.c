/*
 * This PC's network interfaces, and the listeners on their addresses.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/adapter.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/model/snapshot.h"
#include "tests/unit/valid_rule.h"

#include <check.h>

Suite *adapter_suite(void);

static void add_adapter(struct adapter_list *list, const char *name, const char *address)
{
    struct adapter *adapter = LIST_ADD(list);

    ck_assert(text_copy(adapter->name, sizeof adapter->name, name));
    if (address != NULL)
        adapter->addresses[adapter->address_count++] = address_of(address);
}

static bool has_address(const struct adapter_list *list, const char *text)
{
    const struct address address = address_of(text);

    return adapter_list_has_address(list, &address);
}

START_TEST(adapter_list_find_ignores_ascii_case)
{
    struct adapter_list list = {0};

    add_adapter(&list, "Ethernet 2", "192.168.1.10");
    add_adapter(&list, "Wi-Fi", NULL);

    ck_assert_ptr_eq(adapter_list_find(&list, "Wi-Fi"), &list.items[1]);
    ck_assert_ptr_eq(adapter_list_find(&list, "wi-fi"), &list.items[1]);
    ck_assert_ptr_eq(adapter_list_find(&list, "ETHERNET 2"), &list.items[0]);
    ck_assert_ptr_null(adapter_list_find(&list, "Ethernet"));
    ck_assert_ptr_null(adapter_list_find(&list, ""));
    adapter_list_clear(&list);
    ck_assert_ptr_null(adapter_list_find(&list, "Wi-Fi"));
}
END_TEST

START_TEST(adapter_list_has_the_addresses_of_every_adapter)
{
    struct adapter_list list = {0};
    struct adapter *adapter;

    add_adapter(&list, "Ethernet", "192.168.1.10");
    add_adapter(&list, "Wi-Fi", "10.0.0.7");
    adapter = &list.items[0];
    adapter->addresses[adapter->address_count++] = address_of("fe80::1");
    list.items[1].is_up = false;

    ck_assert(has_address(&list, "192.168.1.10"));
    ck_assert(has_address(&list, "fe80::1"));
    ck_assert(has_address(&list, "10.0.0.7"));
    ck_assert(!has_address(&list, "192.168.1.11"));
    ck_assert(!has_address(&list, "fe80::2"));
    ck_assert(!has_address(&list, "0.0.0.0"));
    adapter_list_clear(&list);
}
END_TEST

START_TEST(adapter_list_has_a_full_adapters_last_address)
{
    struct adapter_list list = {0};
    struct adapter *adapter = LIST_ADD(&list);

    for (uint8_t i = 0; i < ADAPTER_ADDRESS_CAPACITY; i++) {
        adapter->addresses[i] = address_of("10.0.0.0");
        adapter->addresses[i].bytes[3] = i;
    }
    adapter->address_count = ADAPTER_ADDRESS_CAPACITY;

    ck_assert(has_address(&list, "10.0.0.15"));
    adapter->address_count--;
    ck_assert(!has_address(&list, "10.0.0.15"));
    adapter_list_clear(&list);
}
END_TEST

START_TEST(loopback_is_this_pc_without_any_adapter)
{
    const struct adapter_list none = {0};

    ck_assert(has_address(&none, "127.0.0.1"));
    ck_assert(has_address(&none, "127.8.8.8"));
    ck_assert(has_address(&none, "::1"));
    ck_assert(has_address(&none, "::ffff:127.0.0.1"));
    ck_assert(!has_address(&none, "172.28.213.77"));
}
END_TEST

static void add_listener(struct listener_list *list, const char *address, uint16_t port,
                         uint32_t process_id)
{
    *LIST_ADD(list) = (struct listener){
        .address = address_of(address), .port = port, .process_id = process_id};
}

static uint32_t listener_of(const struct listener_list *list, const char *text,
                            uint16_t port)
{
    const struct address address = address_of(text);
    const struct listener *listener = listener_list_find(list, &address, port);

    return listener != NULL ? listener->process_id : 0;
}

START_TEST(listener_list_find_prefers_the_address_to_its_familys_wildcard)
{
    struct listener_list list = {0};

    add_listener(&list, "0.0.0.0", 80, 1);
    add_listener(&list, "127.0.0.1", 80, 2);
    add_listener(&list, "192.168.1.10", 80, 3);
    add_listener(&list, "fd00::6", 80, 6);
    add_listener(&list, "::", 80, 4);
    add_listener(&list, "127.0.0.1", 81, 5);

    ck_assert_uint_eq(listener_of(&list, "192.168.1.10", 80), 3);
    ck_assert_uint_eq(listener_of(&list, "192.168.1.11", 80), 1);
    ck_assert_uint_eq(listener_of(&list, "0.0.0.0", 80), 1);
    ck_assert_uint_eq(listener_of(&list, "fd00::5", 80), 4);
    ck_assert_uint_eq(listener_of(&list, "fd00::6", 80), 6);
    ck_assert_uint_eq(listener_of(&list, "0.0.0.0", 81),
                      0); /* WSL's relay is not in the way */
    ck_assert_uint_eq(listener_of(&list, "192.168.1.10", 82), 0);
    LIST_CLEAR(&list);
}
END_TEST

START_TEST(snapshot_clear_releases_all_and_may_be_called_again)
{
    struct snapshot snapshot = {0};

    LIST_ADD(&snapshot.portproxy)->key.port = 1;
    add_listener(&snapshot.listeners, "0.0.0.0", 80, 1);
    add_adapter(&snapshot.adapters, "Wi-Fi", NULL);
    LIST_ADD(&snapshot.firewall.rules)->enabled = true;
    snapshot.firewall.failures = mem_alloc(sizeof *snapshot.firewall.failures);
    snapshot.firewall.failure_count = 1;
    LIST_ADD(&snapshot.wsl_traces)->hive_loaded = true;

    snapshot_clear(&snapshot);
    snapshot_clear(&snapshot);

    ck_assert_uint_eq(snapshot.portproxy.count + snapshot.adapters.count +
                          snapshot.firewall.failure_count,
                      0);
}
END_TEST

Suite *adapter_suite(void)
{
    Suite *suite = suite_create("adapter");
    TCase *adapters = tcase_create("adapters");
    TCase *snapshot = tcase_create("snapshot");

    tcase_add_test(adapters, adapter_list_find_ignores_ascii_case);
    tcase_add_test(adapters, adapter_list_has_the_addresses_of_every_adapter);
    tcase_add_test(adapters, adapter_list_has_a_full_adapters_last_address);
    tcase_add_test(adapters, loopback_is_this_pc_without_any_adapter);
    suite_add_tcase(suite, adapters);

    tcase_add_test(snapshot,
                   listener_list_find_prefers_the_address_to_its_familys_wildcard);
    tcase_add_test(snapshot, snapshot_clear_releases_all_and_may_be_called_again);
    suite_add_tcase(suite, snapshot);
    return suite;
}
