/*
 * This PC's network interfaces.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/adapters.h"

#include "core/base/mem.h"
#include "core/win32/adapter_table.h"
#include "core/win32/utf.h"

static void read_adapter(const IP_ADAPTER_ADDRESSES *from, bool with_temporary,
                         struct adapter *out)
{
    (void)utf8_from_utf16(from->FriendlyName, out->name, sizeof out->name);
    out->is_up = from->OperStatus == IfOperStatusUp;
    for (const IP_ADAPTER_UNICAST_ADDRESS *at = from->FirstUnicastAddress;
         at != NULL && out->address_count < ADAPTER_ADDRESS_CAPACITY; at = at->Next) {
        const bool is_temporary = at->SuffixOrigin == IpSuffixOriginRandom;

        if ((with_temporary || !is_temporary) &&
            adapter_table_address(at, &out->addresses[out->address_count]))
            out->address_count++;
    }
}

void adapters_read_own(struct adapter_list *out)
{
    DWORD ignored;
    IP_ADAPTER_ADDRESSES *table = adapter_table_read(0, &ignored);

    for (const IP_ADAPTER_ADDRESSES *at = table; at != NULL; at = at->Next) {
        if (at->IfType != IF_TYPE_SOFTWARE_LOOPBACK && at->IfType != IF_TYPE_TUNNEL)
            read_adapter(at, true, LIST_ADD(out));
    }
    mem_free(table);
}

static enum adapter_kind kind_of(const IP_ADAPTER_ADDRESSES *from, const char *name)
{
    char description[RULE_INTERFACE_NAME_SIZE] = "";

    (void)utf8_from_utf16(from->Description, description, sizeof description);
    return adapter_kind_of(from->IfType == IF_TYPE_ETHERNET_CSMACD ||
                               from->IfType == IF_TYPE_IEEE80211,
                           name, description);
}

/* Temporary IPv6 addresses change daily: one that is handed on to others should not. */
void adapters_read_lan(struct lan_adapter_list *out)
{
    DWORD ignored;
    IP_ADAPTER_ADDRESSES *table = adapter_table_read(GAA_FLAG_INCLUDE_GATEWAYS, &ignored);

    for (const IP_ADAPTER_ADDRESSES *at = table; at != NULL; at = at->Next) {
        struct lan_adapter *item = LIST_ADD(out);

        read_adapter(at, false, &item->adapter);
        item->kind = kind_of(at, item->adapter.name);
        item->has_gateway = at->FirstGatewayAddress != NULL;
    }
    mem_free(table);
}
