/*
 * Under which address others on the local network reach a rule: what is copied from the menu, and
 * opened in the browser.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_VIEW_LAN_ADDRESS_H
#define TIDEGATE_VIEW_LAN_ADDRESS_H

#include "core/engine/report.h"
#include "core/model/adapter.h"

/* "https://[" address "]:65535" and NUL. */
#define LAN_ADDRESS_SIZE (ADDRESS_TEXT_SIZE + 20)

/* How far an adapter's addresses are the local network's. */
enum adapter_kind {
    ADAPTER_NETWORK,        /* Ethernet, Wi-Fi */
    ADAPTER_VIRTUAL_SWITCH, /* Hyper-V's; an external one carries the PC's own address */
    ADAPTER_OTHER /* loopback, tunnels, WSL's own switch: never the local network */
};

struct lan_adapter {
    struct adapter adapter;
    enum adapter_kind kind;
    bool has_gateway;
};

struct lan_adapter_list {
    struct lan_adapter *items; /* in Windows' order, the preferred one first */
    size_t count, capacity;
};

/* `is_lan`: its type is one of a local network; name and description as Windows shows them. */
enum adapter_kind adapter_kind_of(bool is_lan, const char *name, const char *description);

struct lan_address {
    char text[LAN_ADDRESS_SIZE]; /* "http://192.168.1.10:3000"; "" when there is none */
    bool is_web; /* a browser can be asked for it; else it is only "192.168.1.10:22" */
};

/*
 * Of an enabled rule's first port: the rule's own listen address, or that of the network interface
 * it follows, or of the adapter that leads to the local network. IPv4 first. None for loopback,
 * link-local and multicast addresses.
 */
struct lan_address lan_address_of(const struct report_rule *item,
                                  const struct lan_adapter_list *adapters);

void lan_adapter_list_clear(struct lan_adapter_list *list);

#endif
