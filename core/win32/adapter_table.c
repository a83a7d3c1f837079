/*
 * The table of network adapters.
 * SPDX-License-Identifier: MIT
 */
#include "core/win32/adapter_table.h"

#include "core/base/mem.h"

#include <string.h>

/* Microsoft's advice is 15 KB for the first attempt; the table may grow between two. */
#define READ_ATTEMPTS 5
#define FIRST_SIZE (16u * 1024)
#define SPARE_SIZE (4u * 1024)
/* Far beyond any real table; a size above it is a fault. */
#define LARGEST_SIZE (64u * 1024 * 1024)

IP_ADAPTER_ADDRESSES *adapter_table_read(ULONG more, DWORD *code)
{
    const ULONG flags =
        GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER | more;
    IP_ADAPTER_ADDRESSES *table = NULL;
    ULONG size = FIRST_SIZE;

    *code = ERROR_BUFFER_OVERFLOW;
    for (int i = 0; i < READ_ATTEMPTS && *code == ERROR_BUFFER_OVERFLOW; i++) {
        if (size > LARGEST_SIZE)
            break;
        table = mem_resize(table, 1, size);
        *code = GetAdaptersAddresses(AF_UNSPEC, flags, NULL, table, &size);
        if (*code == ERROR_BUFFER_OVERFLOW)
            size += SPARE_SIZE;
    }
    if (*code == ERROR_SUCCESS)
        return table;
    mem_free(table);
    if (*code == ERROR_NO_DATA)
        *code = ERROR_SUCCESS;
    return NULL;
}

static bool from_socket(const SOCKADDR *from, struct address *out)
{
    *out = (struct address){0};
    if (from->sa_family == AF_INET) {
        out->family = ADDRESS_IPV4;
        memcpy(out->bytes, &((const struct sockaddr_in *)from)->sin_addr, 4);
    } else if (from->sa_family == AF_INET6) {
        out->family = ADDRESS_IPV6;
        memcpy(out->bytes, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
    }
    return out->family != ADDRESS_NONE;
}

bool adapter_table_address(const IP_ADAPTER_UNICAST_ADDRESS *from, struct address *out)
{
    return from->DadState != IpDadStateDuplicate && from->Address.lpSockaddr != NULL &&
           from_socket(from->Address.lpSockaddr, out);
}
