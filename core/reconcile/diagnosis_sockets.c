/*
 * Choosing, from all sockets of this PC, those at one rule's endpoints.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/diagnosis_sockets.h"

#include <stdlib.h>
#include <string.h>

static bool has_port(const struct rule *rule, uint16_t port)
{
    return port >= rule->listen.first_port && port <= rule->listen.last_port;
}

/* Two adapters of one name are one with many addresses. */
static bool interface_has_address(const struct adapter_list *adapters, const char *name,
                                  const struct address *address)
{
    for (size_t i = 0; i < adapters->count; i++) {
        const struct adapter *adapter = &adapters->items[i];

        if (!ascii_equals_ignoring_case(adapter->name, name))
            continue;
        for (size_t k = 0; k < adapter->address_count; k++) {
            if (address_equals(&adapter->addresses[k], address))
                return true;
        }
    }
    return false;
}

/* Whether traffic to this address of the PC is the rule's. */
static bool has_address(const struct outcome *outcome, const struct rule *rule,
                        const struct address *address)
{
    if (rule->listen.kind == LISTEN_INTERFACE)
        return interface_has_address(&outcome->now->snapshot->adapters,
                                     rule->listen.interface_name, address);
    if (address_is_any(&rule->listen.address))
        return address->family == rule->listen.address.family;
    return address_equals(&rule->listen.address, address);
}

static bool is_in_the_way(const struct outcome *outcome, const struct rule *rule,
                          const struct listener *listener)
{
    const enum address_family family = listener->address.family;

    if (!has_port(rule, listener->port))
        return false;
    if (address_is_any(&listener->address) &&
        (rule->listen.kind == LISTEN_INTERFACE || family == rule->listen.address.family))
        return true;
    return has_address(outcome, rule, &listener->address);
}

static bool is_helper(const struct snapshot *snapshot, uint32_t process_id)
{
    return snapshot->ip_helper.running && process_id != 0 &&
           process_id == snapshot->ip_helper.process_id;
}

static int compare_listeners(const void *a, const void *b)
{
    const struct diagnosis_listener *left = a;
    const struct diagnosis_listener *right = b;

    if (left->port != right->port)
        return left->port < right->port ? -1 : 1;
    if (left->address.family != right->address.family)
        return left->address.family < right->address.family ? -1 : 1;
    return memcmp(left->address.bytes, right->address.bytes, sizeof left->address.bytes);
}

void diagnosis_find_listeners(const struct outcome *outcome, const struct rule *rule,
                              struct diagnosis *out)
{
    const struct listener_list *list = &outcome->now->snapshot->listeners;

    for (size_t i = 0;
         i < list->count && out->listener_count < DIAGNOSIS_LISTENER_CAPACITY; i++) {
        const struct listener *listener = &list->items[i];
        struct diagnosis_listener *shown;

        if (!is_in_the_way(outcome, rule, listener))
            continue;
        shown = &out->listeners[out->listener_count++];
        shown->address = listener->address;
        shown->port = listener->port;
        shown->is_ip_helper = is_helper(outcome->now->snapshot, listener->process_id);
        if (listener->process_id != 0)
            outcome->system->program_name(outcome->system->self, listener->process_id,
                                          shown->program);
    }
    qsort(out->listeners, out->listener_count, sizeof *out->listeners, compare_listeners);
}

/* An owner that cannot be told (0, seen for accepted sockets under Wine) is no evidence against the
 * helper, which is the one that accepts here. */
static bool may_be_helpers(const struct snapshot *snapshot,
                           const struct connection *connection)
{
    return snapshot->ip_helper.running &&
           (connection->process_id == snapshot->ip_helper.process_id ||
            connection->process_id == 0);
}

static int compare_connections(const void *a, const void *b)
{
    const struct diagnosis_connection *left = a;
    const struct diagnosis_connection *right = b;
    const int remotes =
        memcmp(left->remote.bytes, right->remote.bytes, sizeof left->remote.bytes);

    if (left->remote.family != right->remote.family)
        return left->remote.family < right->remote.family ? -1 : 1;
    if (remotes != 0)
        return remotes;
    return (int)left->remote_port - (int)right->remote_port;
}

void diagnosis_find_connections(const struct outcome *outcome, const struct rule *rule,
                                const struct connection_list *connections,
                                struct diagnosis *out)
{
    for (size_t i = 0; i < connections->count; i++) {
        const struct connection *connection = &connections->items[i];

        if (!may_be_helpers(outcome->now->snapshot, connection) ||
            !has_port(rule, connection->local_port) ||
            !has_address(outcome, rule, &connection->local))
            continue;
        out->connection_total++;
        if (out->connection_count == DIAGNOSIS_CONNECTION_CAPACITY)
            continue;
        out->connections[out->connection_count++] = (struct diagnosis_connection){
            .local = connection->local,
            .local_port = connection->local_port,
            .remote = connection->remote,
            .remote_port = connection->remote_port,
        };
    }
    qsort(out->connections, out->connection_count, sizeof *out->connections,
          compare_connections);
}
