/*
 * This PC's network interfaces and their addresses, as Windows has them now: for the rule editor's
 * list, and to tell which of them leads to the local network.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_ADAPTERS_H
#define TIDEGATE_TRAY_ADAPTERS_H

#include "core/view/lan_address.h"

/* Both give an empty list when Windows does not tell. `out` is empty; its owner clears it. */

/* Where a rule can listen: no loopback, no tunnels, but every address. */
void adapters_read_own(struct adapter_list *out);

/* Where others reach this PC: all adapters, without the addresses that change daily. */
void adapters_read_lan(struct lan_adapter_list *out);

#endif
