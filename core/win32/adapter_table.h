/*
 * The table of network adapters as the IP Helper API gives it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_ADAPTER_TABLE_H
#define TIDEGATE_WIN32_ADAPTER_TABLE_H

#include "core/attributes.h"
#include "core/model/address.h"

#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <iphlpapi.h>

#include <stdbool.h>

/*
 * Both families' addresses, without anycast, multicast and name servers; `more` is further flags of
 * GetAdaptersAddresses. NULL, and a Windows error in `*code`, on failure; NULL and ERROR_SUCCESS
 * for a PC without any adapter. Free with mem_free.
 */
IP_ADAPTER_ADDRESSES *adapter_table_read(ULONG more, DWORD *code) MUST_CHECK;

/* False for what is no address of this PC: a duplicate, which is another PC's, or another
 * family. */
bool adapter_table_address(const IP_ADAPTER_UNICAST_ADDRESS *from,
                           struct address *out) MUST_CHECK;

#endif
