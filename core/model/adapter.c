/*
 * Looking things up among this PC's network interfaces.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/adapter.h"

#include "core/base/mem.h"
#include "core/base/text.h"

const struct adapter *adapter_list_find(const struct adapter_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (ascii_equals_ignoring_case(list->items[i].name, name))
            return &list->items[i];
    }
    return NULL;
}

static bool adapter_has_address(const struct adapter *adapter,
                                const struct address *address)
{
    for (size_t i = 0; i < adapter->address_count; i++) {
        if (address_equals(&adapter->addresses[i], address))
            return true;
    }
    return false;
}

bool adapter_list_has_address(const struct adapter_list *list,
                              const struct address *address)
{
    if (address_is_loopback(address))
        return true;
    for (size_t i = 0; i < list->count; i++) {
        if (adapter_has_address(&list->items[i], address))
            return true;
    }
    return false;
}

bool adapter_address_is_followed(const struct address *address)
{
    return !(address->family == ADDRESS_IPV6 && address->bytes[0] == 0xfe &&
             (address->bytes[1] & 0xc0) == 0x80);
}

void adapter_list_clear(struct adapter_list *list)
{
    LIST_CLEAR(list);
}
