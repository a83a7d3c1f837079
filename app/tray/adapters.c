/*
 * This PC's network interfaces.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/adapters.h"

#include "core/base/mem.h"
#include "core/win32/utf.h"

#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>

#include <string.h>

/* Microsoft's advice for the first attempt. */
#define FIRST_SIZE 15000

static IP_ADAPTER_ADDRESSES *read_table(void)
{
    const ULONG flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST |
                        GAA_FLAG_SKIP_DNS_SERVER | GAA_FLAG_INCLUDE_GATEWAYS;
    IP_ADAPTER_ADDRESSES *table = NULL;
    ULONG size = FIRST_SIZE;
    ULONG result = ERROR_BUFFER_OVERFLOW;

    /* The table may grow between two calls. */
    for (int attempt = 0; result == ERROR_BUFFER_OVERFLOW && attempt < 4; attempt++) {
        table = mem_resize(table, size, 1);
        result = GetAdaptersAddresses(AF_UNSPEC, flags, NULL, table, &size);
    }
    if (result != NO_ERROR) {
        mem_free(table);
        return NULL;
    }
    return table;
}

static bool address_from_socket(const SOCKADDR *from, struct address *out)
{
    *out = (struct address){0};
    if (from == NULL)
        return false;
    if (from->sa_family == AF_INET) {
        out->family = ADDRESS_IPV4;
        memcpy(out->bytes, &((const struct sockaddr_in *)from)->sin_addr, 4);
    } else if (from->sa_family == AF_INET6) {
        out->family = ADDRESS_IPV6;
        memcpy(out->bytes, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
    }
    return out->family != ADDRESS_NONE;
}

static void read_adapter(const IP_ADAPTER_ADDRESSES *from, bool with_temporary,
                         struct adapter *out)
{
    (void)utf8_from_utf16(from->FriendlyName, out->name, sizeof out->name);
    out->is_up = from->OperStatus == IfOperStatusUp;
    for (const IP_ADAPTER_UNICAST_ADDRESS *at = from->FirstUnicastAddress;
         at != NULL && out->address_count < ADAPTER_ADDRESS_CAPACITY; at = at->Next) {
        const bool is_temporary = at->SuffixOrigin == IpSuffixOriginRandom;

        if (at->DadState != IpDadStateDuplicate && (with_temporary || !is_temporary) &&
            address_from_socket(at->Address.lpSockaddr,
                                &out->addresses[out->address_count]))
            out->address_count++;
    }
}

void adapters_read_own(struct adapter_list *out)
{
    IP_ADAPTER_ADDRESSES *table = read_table();

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
    IP_ADAPTER_ADDRESSES *table = read_table();

    for (const IP_ADAPTER_ADDRESSES *at = table; at != NULL; at = at->Next) {
        struct lan_adapter *item = LIST_ADD(out);

        read_adapter(at, false, &item->adapter);
        item->kind = kind_of(at, item->adapter.name);
        item->has_gateway = at->FirstGatewayAddress != NULL;
    }
    mem_free(table);
}
