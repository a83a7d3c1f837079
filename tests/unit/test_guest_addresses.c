/*
 * What Linux commands print inside the VM: tests/data/guest_addresses.cases.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/guest_addresses.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tests/unit/case_file.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *guest_addresses_suite(void);

static struct address an_address(const char *text)
{
    struct address address;

    ck_assert_msg(address_parse(text, &address), "%s", text);
    return address;
}

static void read_case(const struct test_case *item, struct guest_address_list *out)
{
    if (strcmp(item->kind, "fib_trie") == 0)
        guest_addresses_from_fib_trie(item->input, out);
    else if (strcmp(item->kind, "interfaces") == 0)
        guest_addresses_from_interfaces(item->input, out);
    else if (strcmp(item->kind, "words") == 0)
        guest_addresses_from_words(item->input, out);
    else
        ck_abort_msg("no parser is called %s", item->kind);
}

static void list_found(const struct guest_address_list *list, struct text *out)
{
    for (size_t i = 0; i < list->count; i++) {
        char address[ADDRESS_TEXT_SIZE];

        address_format(&list->items[i].address, address);
        text_append_format(out, "%s%s", i > 0 ? " " : "", address);
    }
}

START_TEST(every_output_gives_its_addresses)
{
    struct case_file file;

    case_file_read("tests/data/guest_addresses.cases", &file);
    for (size_t i = 0; i < file.count; i++) {
        struct guest_address_list list;
        char found[512];
        struct text text = TEXT_OVER(found);
        const char *expected = case_expects(&file.items[i], "found");

        read_case(&file.items[i], &list);
        list_found(&list, &text);
        ck_assert_msg(expected != NULL && strcmp(found, expected) == 0,
                      "%s: '%s', not '%s'", file.items[i].title, found, expected);
    }
    case_file_clear(&file);
}
END_TEST

START_TEST(of_several_the_one_inside_wsls_network_is_picked)
{
    const struct address gateway = an_address("172.28.208.1");
    struct adapter adapters[] = {
        {.addresses = {gateway}, .address_count = 1},
        {.addresses = {an_address("192.168.1.10")}, .address_count = 1}};
    const struct adapter_list pc = {.items = adapters, .count = 2};
    struct prefix network;
    struct case_file file;

    ck_assert(prefix_parse("172.28.208.0/20", &network));
    case_file_read("tests/data/guest_addresses.cases", &file);
    for (size_t i = 0; i < file.count; i++) {
        const char *expected = case_expects(&file.items[i], "pick");
        struct guest_address_list list;
        struct address picked;
        char text[ADDRESS_TEXT_SIZE] = "nothing";

        read_case(&file.items[i], &list);
        if (guest_address_pick(&list, &network, &gateway, &pc, &picked))
            address_format(&picked, text);
        ck_assert_msg(strcmp(text, expected != NULL ? expected : "nothing") == 0,
                      "%s: %s, not %s", file.items[i].title, text, expected);
    }
    case_file_clear(&file);
}
END_TEST

START_TEST(without_a_known_gateway_any_host_of_the_network_will_do)
{
    const struct adapter_list none = {0};
    struct guest_address_list list;
    struct prefix network;
    struct address picked;

    ck_assert(prefix_parse("172.28.208.0/20", &network));
    guest_addresses_from_words("172.28.211.5\n", &list);
    ck_assert(guest_address_pick(&list, &network, NULL, &none, &picked));
    guest_addresses_from_words("10.0.0.5\n", &list);
    ck_assert(!guest_address_pick(&list, &network, NULL, &none, &picked));
}
END_TEST

START_TEST(a_gateway_that_no_adapter_has_is_not_picked_either)
{
    const struct address gateway = an_address("172.28.208.1");
    const struct adapter_list none = {0};
    struct guest_address_list list;
    struct prefix network;
    struct address picked;

    ck_assert(prefix_parse("172.28.208.0/20", &network));
    guest_addresses_from_words("172.28.208.1\n", &list);
    ck_assert(!guest_address_pick(&list, &network, &gateway, &none, &picked));
}
END_TEST

START_TEST(of_aliases_alone_the_first_is_picked)
{
    const struct adapter_list none = {0};
    const struct address first = an_address("172.28.212.99");
    struct guest_address_list list;
    struct prefix network;
    struct address picked;

    ck_assert(prefix_parse("172.28.208.0/20", &network));
    guest_addresses_from_interfaces(
        "    inet 172.28.212.99/20 scope global secondary eth0\n"
        "    inet 172.28.212.98/20 scope global secondary eth0\n",
        &list);
    ck_assert(guest_address_pick(&list, &network, NULL, &none, &picked));
    ck_assert(address_equals(&picked, &first));
}
END_TEST

START_TEST(only_an_alias_is_better_than_nothing)
{
    const struct adapter_list none = {0};
    struct guest_address_list list;
    struct prefix network;
    struct address picked;

    ck_assert(prefix_parse("172.28.208.0/20", &network));
    guest_addresses_from_interfaces(
        "    inet 172.28.212.99/20 scope global secondary eth0", &list);
    ck_assert(list.items[0].secondary);
    ck_assert(guest_address_pick(&list, &network, NULL, &none, &picked));
}
END_TEST

START_TEST(more_addresses_than_there_is_room_for_are_passed_over)
{
    struct guest_address_list list;
    char *text = mem_alloc(1 << 16);
    struct text out = text_over(text, 1 << 16);

    for (unsigned i = 0; i < 1000; i++)
        text_append_format(&out, "10.0.%u.%u\n", i / 250, i % 250 + 1);
    guest_addresses_from_words(text, &list);
    ck_assert_uint_eq(list.count, GUEST_ADDRESS_CAPACITY);
    mem_free(text);
}
END_TEST

Suite *guest_addresses_suite(void)
{
    Suite *suite = suite_create("guest_addresses");
    TCase *tests = tcase_create("outputs");

    tcase_add_test(tests, every_output_gives_its_addresses);
    tcase_add_test(tests, of_several_the_one_inside_wsls_network_is_picked);
    tcase_add_test(tests, without_a_known_gateway_any_host_of_the_network_will_do);
    tcase_add_test(tests, a_gateway_that_no_adapter_has_is_not_picked_either);
    tcase_add_test(tests, of_aliases_alone_the_first_is_picked);
    tcase_add_test(tests, only_an_alias_is_better_than_nothing);
    tcase_add_test(tests, more_addresses_than_there_is_room_for_are_passed_over);
    suite_add_tcase(suite, tests);
    return suite;
}
