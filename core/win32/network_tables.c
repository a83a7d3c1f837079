/*
 * This PC's addresses and TCP sockets, from the IP Helper API.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/network_tables.h"

#include "core/base/mem.h"
#include "core/win32/adapter_table.h"
#include "core/win32/utf.h"

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

        if (!adapter_table_address(unicast, &address))
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
    DWORD code;
    IP_ADAPTER_ADDRESSES *adapters = adapter_table_read(0, &code);
    struct adapter_list list = {0};

    if (code != ERROR_SUCCESS)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                                "read the network adapters");
    for (const IP_ADAPTER_ADDRESSES *from = adapters; from != NULL; from = from->Next)
        add_addresses(from, &list);
    mem_free(adapters);
    *out = list;
    return true;
}

/* The owner module's table of one family; NULL when there is none or, with `*code`, on failure. */
static void *read_tcp_table(ULONG family, TCP_TABLE_CLASS which, DWORD *code)
{
    void *table = NULL;
    DWORD size = FIRST_SIZE;

    *code = ERROR_INSUFFICIENT_BUFFER;
    for (int i = 0; i < READ_ATTEMPTS && *code == ERROR_INSUFFICIENT_BUFFER; i++) {
        if (size > LARGEST_SIZE)
            break;
        table = mem_resize(table, 1, size);
        *code = GetExtendedTcpTable(table, &size, FALSE, family, which, 0);
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
static uint16_t port_of(DWORD port)
{
    return ntohs((u_short)(port & 0xffff));
}

static void add_listener(struct address address, DWORD port, DWORD process_id,
                         struct listener_list *list)
{
    *LIST_ADD(list) = (struct listener){
        .address = address,
        .port = port_of(port),
        .process_id = process_id,
    };
}

static bool read_listeners_v4(struct listener_list *list, struct error *err)
{
    DWORD code;
    MIB_TCPTABLE_OWNER_PID *table =
        read_tcp_table(AF_INET, TCP_TABLE_OWNER_PID_LISTENER, &code);

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
    MIB_TCP6TABLE_OWNER_PID *table =
        read_tcp_table(AF_INET6, TCP_TABLE_OWNER_PID_LISTENER, &code);

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

static bool read_connections_v4(struct connection_list *list, struct error *err)
{
    DWORD code;
    MIB_TCPTABLE_OWNER_PID *table =
        read_tcp_table(AF_INET, TCP_TABLE_OWNER_PID_CONNECTIONS, &code);

    if (code != ERROR_SUCCESS)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                                "read the IPv4 connections");
    for (DWORD i = 0; i < table->dwNumEntries; i++) {
        const MIB_TCPROW_OWNER_PID *row = &table->table[i];

        if (row->dwState != MIB_TCP_STATE_ESTAB)
            continue;
        *LIST_ADD(list) = (struct connection){
            .local = address_of(ADDRESS_IPV4, &row->dwLocalAddr),
            .local_port = port_of(row->dwLocalPort),
            .remote = address_of(ADDRESS_IPV4, &row->dwRemoteAddr),
            .remote_port = port_of(row->dwRemotePort),
            .process_id = row->dwOwningPid,
        };
    }
    mem_free(table);
    return true;
}

static bool read_connections_v6(struct connection_list *list, struct error *err)
{
    DWORD code;
    MIB_TCP6TABLE_OWNER_PID *table =
        read_tcp_table(AF_INET6, TCP_TABLE_OWNER_PID_CONNECTIONS, &code);

    if (code == ERROR_NOT_SUPPORTED)
        return true;
    if (code != ERROR_SUCCESS)
        return error_set_system(err, (uint32_t)HRESULT_FROM_WIN32(code),
                                "read the IPv6 connections");
    for (DWORD i = 0; i < table->dwNumEntries; i++) {
        const MIB_TCP6ROW_OWNER_PID *row = &table->table[i];

        if (row->dwState != MIB_TCP_STATE_ESTAB)
            continue;
        *LIST_ADD(list) = (struct connection){
            .local = address_of(ADDRESS_IPV6, row->ucLocalAddr),
            .local_port = port_of(row->dwLocalPort),
            .remote = address_of(ADDRESS_IPV6, row->ucRemoteAddr),
            .remote_port = port_of(row->dwRemotePort),
            .process_id = row->dwOwningPid,
        };
    }
    mem_free(table);
    return true;
}

bool network_tables_read_connections(struct connection_list *out, struct error *err)
{
    struct connection_list list = {0};

    if (!read_connections_v4(&list, err) || !read_connections_v6(&list, err)) {
        LIST_CLEAR(&list);
        return false;
    }
    *out = list;
    return true;
}

static int bind_v4(SOCKET probe, const struct address *address, uint16_t port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};

    memcpy(&name.sin_addr, address->bytes, sizeof name.sin_addr);
    return bind(probe, (const struct sockaddr *)&name, sizeof name);
}

static int bind_v6(SOCKET probe, const struct address *address, uint16_t port)
{
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    const DWORD only = 1;

    memcpy(&name.sin6_addr, address->bytes, sizeof name.sin6_addr);
    setsockopt(probe, IPPROTO_IPV6, IPV6_V6ONLY, (const char *)&only, sizeof only);
    return bind(probe, (const struct sockaddr *)&name, sizeof name);
}

static bool bind_is_forbidden(const struct address *address, uint16_t port)
{
    const bool is_v4 = address->family == ADDRESS_IPV4;
    const SOCKET probe = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    bool forbidden;

    if (probe == INVALID_SOCKET)
        return false;
    forbidden =
        (is_v4 ? bind_v4(probe, address, port) : bind_v6(probe, address, port)) != 0 &&
        WSAGetLastError() == WSAEACCES;
    closesocket(probe);
    return forbidden;
}

bool network_tables_port_is_reserved(const struct address *address, uint16_t port)
{
    WSADATA data;
    bool reserved;

    if (WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return false;
    reserved = bind_is_forbidden(address, port);
    WSACleanup();
    return reserved;
}
