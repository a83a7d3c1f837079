/*
 * Names of this PC's network interfaces.
 * SPDX-License-Identifier: MIT
 */
#include "app/tray/adapters.h"

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/win32/utf.h"

#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>

/* Microsoft's advice for the first attempt. */
#define FIRST_SIZE 15000

static IP_ADAPTER_ADDRESSES *read_adapters(void)
{
    const ULONG flags = GAA_FLAG_SKIP_UNICAST | GAA_FLAG_SKIP_ANYCAST |
                        GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
    IP_ADAPTER_ADDRESSES *adapters = NULL;
    ULONG size = FIRST_SIZE;
    ULONG result = ERROR_BUFFER_OVERFLOW;

    /* The list may grow between two calls. */
    for (int attempt = 0; result == ERROR_BUFFER_OVERFLOW && attempt < 4; attempt++) {
        adapters = mem_resize(adapters, size, 1);
        result = GetAdaptersAddresses(AF_UNSPEC, flags, NULL, adapters, &size);
    }
    if (result != NO_ERROR) {
        mem_free(adapters);
        return NULL;
    }
    return adapters;
}

void adapter_names_add(struct adapter_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (ascii_equals_ignoring_case(names->items[i], name))
            return;
    }
    (void)text_copy(*LIST_ADD(names), RULE_INTERFACE_NAME_SIZE, name);
}

void adapter_names_read(struct adapter_names *out)
{
    IP_ADAPTER_ADDRESSES *adapters = read_adapters();

    for (const IP_ADAPTER_ADDRESSES *at = adapters; at != NULL; at = at->Next) {
        char name[RULE_INTERFACE_NAME_SIZE];

        if (at->IfType != IF_TYPE_SOFTWARE_LOOPBACK && at->IfType != IF_TYPE_TUNNEL &&
            utf8_from_utf16(at->FriendlyName, name, sizeof name) && name[0] != '\0')
            adapter_names_add(out, name);
    }
    mem_free(adapters);
}

void adapter_names_clear(struct adapter_names *names)
{
    LIST_CLEAR(names);
}
