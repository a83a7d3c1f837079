/*
 * The VM's address from what Linux commands print inside it: for WSL that leaves no traces in the
 * registry (facts/wsl.md §4). A list of candidates, of which only one inside WSL's network counts:
 * Docker's bridges, tunnels and WSL's own DNS address on `lo` are in these outputs, too.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_GUEST_ADDRESSES_H
#define TIDEGATE_WSL_GUEST_ADDRESSES_H

#include "core/attributes.h"
#include "core/model/adapter.h"

#define GUEST_ADDRESS_CAPACITY 64

struct guest_address {
    struct address address; /* IPv4, no loopback */
    bool secondary;         /* an alias that somebody added */
};

struct guest_address_list {
    struct guest_address items[GUEST_ADDRESS_CAPACITY]; /* each once, in the order printed */
    size_t count; /* what is beyond is passed over */
};

/*
 * Each reads UTF-8 text of any size without a NUL inside and fills `out`; text of another kind
 * gives none.
 */

/* /proc/net/fib_trie: the addresses marked "/32 host LOCAL". */
void guest_addresses_from_fib_trie(const char *text, struct guest_address_list *out);

/* `ip addr` with or without -4, -o, -br or an interface, from iproute2 or BusyBox, whole or piped
 * through grep; `ifconfig` of old and new net-tools and of BusyBox. */
void guest_addresses_from_interfaces(const char *text, struct guest_address_list *out);

/* `hostname -I`, and anything else that prints bare addresses: a line that holds another word
 * counts for nothing. */
void guest_addresses_from_words(const char *text, struct guest_address_list *out);

/* The one that is a host of `network`, not the gateway (NULL: unknown) and none of this PC's; one
 * that is no alias, if there is. False when there is none. */
bool guest_address_pick(const struct guest_address_list *list,
                        const struct prefix *network, const struct address *gateway,
                        const struct adapter_list *adapters,
                        struct address *out) MUST_CHECK;

#endif
