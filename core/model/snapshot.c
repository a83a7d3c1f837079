/*
 * Snapshots: releasing them and finding listeners in them.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/snapshot.h"

#include "core/base/mem.h"

void snapshot_clear(struct snapshot *snapshot)
{
    portproxy_list_clear(&snapshot->portproxy);
    LIST_CLEAR(&snapshot->listeners);
    adapter_list_clear(&snapshot->adapters);
    firewall_rule_list_clear(&snapshot->firewall.rules);
    LIST_CLEAR(&snapshot->firewall.script_rules);
    mem_free(snapshot->firewall.failures);
    LIST_CLEAR(&snapshot->wsl_traces);
    *snapshot = (struct snapshot){0};
}

bool firewall_state_knows(const struct firewall_state *state, enum firewall_kind kind)
{
    return state->known && (kind == FIREWALL_HOST || state->hyperv_known);
}

const struct listener *listener_list_find(const struct listener_list *list,
                                          const struct address *address, uint16_t port)
{
    const struct listener *wildcard = NULL;

    for (size_t i = 0; i < list->count; i++) {
        const struct listener *listener = &list->items[i];

        if (listener->port != port || listener->address.family != address->family)
            continue;
        if (address_equals(&listener->address, address))
            return listener;
        if (address_is_any(&listener->address))
            wildcard = listener;
    }
    return wildcard;
}
