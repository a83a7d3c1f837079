/*
 * This PC's addresses and listening sockets, from the IP Helper API.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/network_tables.h"

#include "core/base/mem.h"
#include "core/win32/utf.h"

#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <iphlpapi.h>

#include <stdio.h>
#include <string.h>

/* A table may grow between asking for its size and reading it. */
#define READ_ATTEMPTS 5
#define FIRST_SIZE (16u * 1024)
#define SPARE_SIZE (4u * 1024)
/* Far beyond any real table; a size above it is a fault. */
#define LARGEST_SIZE (64u * 1024 * 1024)

static struct address address_of(enum address_family family, const void *bytes)
{
    struct address address = {.family = family};

    memcpy(address.bytes, bytes, family == ADDRESS_IPV4 ? 4 : 16);
    return address;
}

static bool address_from_socket(const SOCKADDR *from, struct address *out)
{
    if (from->sa_family == AF_INET)
        *out = address_of(ADDRESS_IPV4, &((const struct sockaddr_in *)from)->sin_addr);
    else if (from->sa_family == AF_INET6)
        *out = address_of(ADDRESS_IPV6, &((const struct sockaddr_in6 *)from)->sin6_addr);
    else
        return false;
    return true;
}

/* The prefix of `length` that the address is in. */
static struct prefix prefix_around(const struct address *address, unsigned length)
{
    char host[ADDRESS_TEXT_SIZE];
    char text[PREFIX_TEXT_SIZE];
    struct prefix prefix = {0};

    address_format(address, host);
    snprintf(text, sizeof text, "%s/%u", host, length);
    prefix_parse(text, &prefix);
    return prefix;
}

static struct adapter *add_adapter(const IP_ADAPTER_ADDRESSES *from,
                                   struct adapter_list *list)
{
    struct adapter *adapter = LIST_ADD(list);

    utf8_from_utf16(from->FriendlyName, adapter->name, sizeof adapter->name);
    adapter->is_up = from->OperStatus == IfOperStatusUp;
    return adapter;
}

static void add_addresses(const IP_ADAPTER_ADDRESSES *from, struct adapter_list *list)
{
    struct adapter *adapter = add_adapter(from, list);

    for (const IP_ADAPTER_UNICAST_ADDRESS *unicast = from->FirstUnicastAddress;
         unicast != NULL; unicast = unicast->Next) {
        struct address address;

        /* A duplicate is another PC's. */
        if (unicast->DadState == IpDadStateDuplicate ||
            unicast->Address.lpSockaddr == NULL ||
            !address_from_socket(unicast->Address.lpSockaddr, &address))
            continue;
        if (adapter->address_count == ADAPTER_ADDRESS_CAPACITY)
            adapter = add_adapter(from, list);
        adapter->addresses[adapter->address_count] = address;
        adapter->on_link[adapter->address_count] =
            prefix_around(&address, unicast->OnLinkPrefixLength);
        adapter->address_count++;
    }
}

bool network_tables_read_adapters(struct adapter_list *out, struct error *err)
{
    const ULONG flags =
        GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
    IP_ADAPTER_ADDRESSES *adapters = NULL;
    ULONG size = FIRST_SIZE;
    ULONG code = ERROR_BUFFER_OVERFLOW;
    struct adapter_list list = {0};

    for (int i = 0; i < READ_ATTEMPTS && code == ERROR_BUFFER_OVERFLOW; i++) {
        if (size > LARGEST_SIZE)
            break;
        adapters = mem_resize(adapters, 1, size);
        code = GetAdaptersAddresses(AF_UNSPEC, flags, NULL, adapters, &size);
        if (code == ERROR_BUFFER_OVERFLOW)
            size += SPARE_SIZE;
    }
    if (code == ERROR_SUCCESS) {
        for (const IP_ADAPTER_ADDRESSES *from = adapters; from != NULL; from = from->Next)
            add_addresses(from, &list);
    }
    mem_free(adapters);

    /* "No data" is a PC without any adapter. */
    if (code != ERROR_SUCCESS && code != ERROR_NO_DATA)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                                "read the network adapters");
    *out = list;
    return true;
}

/* The owner module's table of one family; NULL when there is none or, with `*code`, on failure. */
static void *read_tcp_table(ULONG family, DWORD *code)
{
    void *table = NULL;
    DWORD size = FIRST_SIZE;

    *code = ERROR_INSUFFICIENT_BUFFER;
    for (int i = 0; i < READ_ATTEMPTS && *code == ERROR_INSUFFICIENT_BUFFER; i++) {
        if (size > LARGEST_SIZE)
            break;
        table = mem_resize(table, 1, size);
        *code = GetExtendedTcpTable(table, &size, FALSE, family,
                                    TCP_TABLE_OWNER_PID_LISTENER, 0);
        if (*code == ERROR_INSUFFICIENT_BUFFER)
            size += SPARE_SIZE;
    }
    if (*code != ERROR_SUCCESS) {
        mem_free(table);
        table = NULL;
    }
    return table;
}

/* Windows keeps a port in the low half of a DWORD, in network order. */
static void add_listener(struct address address, DWORD port, DWORD process_id,
                         struct listener_list *list)
{
    *LIST_ADD(list) = (struct listener){
        .address = address,
        .port = ntohs((u_short)(port & 0xffff)),
        .process_id = process_id,
    };
}

static bool read_listeners_v4(struct listener_list *list, struct error *err)
{
    DWORD code;
    MIB_TCPTABLE_OWNER_PID *table = read_tcp_table(AF_INET, &code);

    if (code != ERROR_SUCCESS)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                                "read the listening IPv4 sockets");
    for (DWORD i = 0; i < table->dwNumEntries; i++) {
        const MIB_TCPROW_OWNER_PID *row = &table->table[i];

        add_listener(address_of(ADDRESS_IPV4, &row->dwLocalAddr), row->dwLocalPort,
                     row->dwOwningPid, list);
    }
    mem_free(table);
    return true;
}

static bool read_listeners_v6(struct listener_list *list, struct error *err)
{
    DWORD code;
    MIB_TCP6TABLE_OWNER_PID *table = read_tcp_table(AF_INET6, &code);

    if (code == ERROR_NOT_SUPPORTED)
        return true;
    if (code != ERROR_SUCCESS)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                                "read the listening IPv6 sockets");
    for (DWORD i = 0; i < table->dwNumEntries; i++) {
        const MIB_TCP6ROW_OWNER_PID *row = &table->table[i];

        add_listener(address_of(ADDRESS_IPV6, row->ucLocalAddr), row->dwLocalPort,
                     row->dwOwningPid, list);
    }
    mem_free(table);
    return true;
}

bool network_tables_read_listeners(struct listener_list *out, struct error *err)
{
    struct listener_list list = {0};

    if (!read_listeners_v4(&list, err) || !read_listeners_v6(&list, err)) {
        LIST_CLEAR(&list);
        return false;
    }
    *out = list;
    return true;
}
