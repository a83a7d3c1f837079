/*
 * Snapshots: releasing them and finding listeners in them.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/snapshot.h"

#include "core/base/mem.h"

void firewall_state_clear(struct firewall_state *state)
{
    firewall_rule_list_clear(&state->rules);
    LIST_CLEAR(&state->script_rules);
    mem_free(state->failures);
    *state = (struct firewall_state){0};
}

void snapshot_clear(struct snapshot *snapshot)
{
    portproxy_list_clear(&snapshot->portproxy);
    LIST_CLEAR(&snapshot->listeners);
    adapter_list_clear(&snapshot->adapters);
    firewall_state_clear(&snapshot->firewall);
    LIST_CLEAR(&snapshot->wsl_traces);
    *snapshot = (struct snapshot){0};
}

bool firewall_state_knows(const struct firewall_state *state, enum firewall_kind kind)
{
    return state->known && (kind == FIREWALL_HOST || state->hyperv_known);
}

bool firewall_state_is_busy(const struct firewall_state *state, enum firewall_kind kind)
{
    return kind == FIREWALL_HOST ? state->host_busy : state->hyperv_busy;
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
