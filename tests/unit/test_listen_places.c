/*
 * Where a rule can listen, to choose from by name.
 * SPDX-License-Identifier: MIT
 */
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/view/listen_places.h"

#include <check.h>

static struct adapter_list adapters;
static struct listen_places places;

static struct adapter *add_adapter(const char *name)
{
    struct adapter *adapter = LIST_ADD(&adapters);

    ck_assert(text_copy(adapter->name, sizeof adapter->name, name));
    return adapter;
}

static void add_address(struct adapter *adapter, const char *text)
{
    ck_assert(address_parse(text, &adapter->addresses[adapter->address_count++]));
}

static void set_up(void)
{
    struct adapter *adapter = add_adapter("VPN");

    add_address(adapter, "fe80::5");
    adapter = add_adapter("Loopback");
    add_address(adapter, "127.0.0.1");
    adapter = add_adapter("Wi-Fi");
    add_address(adapter, "fe80::1");
    add_address(adapter, "fd00::10");
    add_address(adapter, "192.168.1.10");
}

static void tear_down(void)
{
    adapter_list_clear(&adapters);
    listen_places_clear(&places);
}

static void assert_place(size_t at, enum form_place kind, const char *name,
                         const char *address)
{
    ck_assert_uint_lt(at, places.count);
    ck_assert_int_eq(places.items[at].kind, kind);
    ck_assert_str_eq(places.items[at].interface_name, name);
    ck_assert_str_eq(places.items[at].address, address);
}

START_TEST(places_are_everywhere_then_interfaces_then_addresses)
{
    listen_places_build(&adapters, NULL, &places);

    ck_assert_uint_eq(places.count, 6);
    assert_place(0, PLACE_ANY, "", "");
    assert_place(1, PLACE_ANY_IPV6, "", "");
    assert_place(2, PLACE_INTERFACE, "Wi-Fi", "192.168.1.10");
    assert_place(3, PLACE_INTERFACE, "VPN", "");
    assert_place(4, PLACE_TYPED, "", "192.168.1.10");
    assert_place(5, PLACE_TYPED, "", "fd00::10");
}
END_TEST

START_TEST(places_have_the_chosen_interface_once_and_also_when_it_is_gone)
{
    struct rule_listen chosen = {.kind = LISTEN_INTERFACE, .interface_name = "wi-fi"};

    listen_places_build(&adapters, &chosen, &places);
    ck_assert_uint_eq(places.count, 6);

    listen_places_clear(&places);
    ck_assert(text_copy(chosen.interface_name, sizeof chosen.interface_name, "Dock"));
    listen_places_build(&adapters, &chosen, &places);
    ck_assert_uint_eq(places.count, 7);
    assert_place(4, PLACE_INTERFACE, "Dock", "");
}
END_TEST

START_TEST(place_is_found_again_from_the_form_that_names_it)
{
    listen_places_build(&adapters, NULL, &places);

    for (size_t i = 0; i < places.count; i++) {
        struct rule_form form = {0};

        listen_place_choose(&places.items[i], &form);
        ck_assert_uint_eq(listen_places_find(&places, &form), i);
    }
}
END_TEST

START_TEST(place_that_was_typed_is_found_or_not)
{
    struct rule_form form = {.listen_place = PLACE_TYPED};

    listen_places_build(&adapters, NULL, &places);

    ck_assert_uint_eq(listen_places_find(&places, &form), places.count);
    ck_assert(text_copy(form.listen_text, sizeof form.listen_text, "10.9.8.7"));
    ck_assert_uint_eq(listen_places_find(&places, &form), places.count);
    ck_assert(text_copy(form.listen_text, sizeof form.listen_text, "wi-fi"));
    ck_assert_uint_eq(listen_places_find(&places, &form), 2);
}
END_TEST

START_TEST(places_differ_when_an_address_changes)
{
    struct listen_places later = {0};

    listen_places_build(&adapters, NULL, &places);
    listen_places_build(&adapters, NULL, &later);
    ck_assert(listen_places_equal(&places, &later));

    listen_places_clear(&later);
    ck_assert(address_parse("192.168.1.11", &adapters.items[2].addresses[2]));
    listen_places_build(&adapters, NULL, &later);
    ck_assert(!listen_places_equal(&places, &later));
    listen_places_clear(&later);
}
END_TEST

Suite *listen_places_suite(void);

Suite *listen_places_suite(void)
{
    Suite *suite = suite_create("listen_places");
    TCase *tests = tcase_create("listen_places");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, places_are_everywhere_then_interfaces_then_addresses);
    tcase_add_test(tests, places_have_the_chosen_interface_once_and_also_when_it_is_gone);
    tcase_add_test(tests, place_is_found_again_from_the_form_that_names_it);
    tcase_add_test(tests, place_that_was_typed_is_found_or_not);
    tcase_add_test(tests, places_differ_when_an_address_changes);
    suite_add_tcase(suite, tests);
    return suite;
}
