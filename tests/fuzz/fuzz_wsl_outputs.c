/*
 * Whatever wsl.exe and the commands inside the VM print: lists of distributions with plain names,
 * addresses that can be a VM's. The first byte chooses the parser.
 * SPDX-License-Identifier: MIT
 */
#include "tests/fuzz/fuzz.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/wsl/distributions.h"
#include "core/wsl/guest_addresses.h"

#include <assert.h>
#include <string.h>

typedef bool (*list_parser)(const void *bytes, size_t size, struct distribution_list *out);
typedef void (*address_parser)(const char *text, struct guest_address_list *out);

static const list_parser list_parsers[] = {
    distributions_parse_quiet, distributions_parse_titled, distributions_parse_verbose};
static const address_parser address_parsers[] = {guest_addresses_from_fib_trie,
                                                 guest_addresses_from_interfaces,
                                                 guest_addresses_from_words};
#define PARSER_COUNT 6u

static void check_list(list_parser parse, const uint8_t *bytes, size_t size)
{
    struct distribution_list list = {0};

    if (!parse(bytes, size, &list)) {
        assert(list.count == 0 && list.items == NULL);
        return;
    }
    assert(list.count <= DISTRIBUTION_CAPACITY);
    for (size_t i = 0; i < list.count; i++) {
        const struct distribution *item = &list.items[i];

        assert(item->name[0] != '\0' && utf8_is_valid(item->name, strlen(item->name)));
        assert(utf8_is_plain(item->name) && item->version <= 2);
    }
    distribution_list_clear(&list);
}

static void check_addresses(address_parser parse, const uint8_t *bytes, size_t size)
{
    struct guest_address_list list;
    struct prefix network;
    struct address picked;
    const struct adapter_list none = {0};
    char *text = mem_alloc(size + 1);

    if (size > 0)
        memcpy(text, bytes, size);
    parse(text, &list);
    mem_free(text);
    assert(list.count <= GUEST_ADDRESS_CAPACITY);
    for (size_t i = 0; i < list.count; i++) {
        assert(list.items[i].address.family == ADDRESS_IPV4);
        assert(!address_is_loopback(&list.items[i].address));
    }
    assert(prefix_parse("172.28.208.0/20", &network));
    if (guest_address_pick(&list, &network, NULL, &none, &picked))
        assert(prefix_has_host(&network, &picked));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const unsigned choice = size == 0 ? 0 : bytes[0] % PARSER_COUNT;

    if (size == 0)
        return 0;
    if (choice < 3)
        check_list(list_parsers[choice], bytes + 1, size - 1);
    else
        check_addresses(address_parsers[choice - 3], bytes + 1, size - 1);
    return 0;
}

bool fuzz_seed(size_t index, struct wire_writer *out)
{
    static const struct {
        const char *text;
        size_t size;
    } seeds[] = {
#define SEED(literal) {literal, sizeof literal - 1}
        SEED("\0"
             "U\0b\0u\0n\0t\0u\0\r\0\n\0"),
        SEED("\1Windows Subsystem for Linux Distributions:\r\nUbuntu (Default)\r\n"),
        SEED("\2  NAME      STATE           VERSION\n* Ubuntu    Running         2\n"),
        SEED("\3     |-- 172.28.211.5\n        /32 host LOCAL\n"),
        SEED("\4    inet 172.28.211.5/20 brd 172.28.223.255 scope global secondary eth0\n"
             "eth0             UP             172.28.211.5/20 fe80::1/64\n"
             "          inet addr:172.28.211.5  Bcast:172.28.223.255\n"),
        SEED("\5"
             "172.17.0.1 172.28.211.5 fd00::5\n"),
    };

    if (index >= sizeof seeds / sizeof seeds[0])
        return false;
    wire_put_bytes(out, seeds[index].text, seeds[index].size);
    return true;
}
