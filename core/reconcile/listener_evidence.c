/*
 * Who listens, and what that says.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/listener_evidence.h"

/* An owner that cannot be told (0, seen for IPv6 under Wine) is no evidence against the helper. */
static bool may_be_helper(const struct snapshot *snapshot, const struct listener *listener)
{
    return listener->process_id == snapshot->ip_helper.process_id ||
           listener->process_id == 0;
}

bool helper_listens(const struct snapshot *snapshot, const struct desired_entry *entry)
{
    for (size_t i = 0; i < snapshot->listeners.count; i++) {
        const struct listener *listener = &snapshot->listeners.items[i];

        if (listener->port == entry->key.port && may_be_helper(snapshot, listener) &&
            address_equals(&listener->address, &entry->listen))
            return true;
    }
    return false;
}

static const struct wsl_trace *find_trace(const struct snapshot *snapshot,
                                          const struct user_sid *user)
{
    for (size_t i = 0; i < snapshot->wsl_traces.count; i++) {
        if (user_sid_equals(&snapshot->wsl_traces.items[i].user, user))
            return &snapshot->wsl_traces.items[i];
    }
    return NULL;
}

enum relay_evidence relay_evidence_find(const struct snapshot *snapshot,
                                        const struct user_sid *user, uint16_t port)
{
    const struct wsl_trace *trace = find_trace(snapshot, user);
    enum relay_evidence evidence = RELAY_HAS_NOT;

    if (trace == NULL || !trace->relay_found)
        return RELAY_CANNOT_TELL;
    for (size_t i = 0; i < snapshot->listeners.count; i++) {
        const struct listener *listener = &snapshot->listeners.items[i];

        if (listener->port != port)
            continue;
        if (listener->process_id == trace->relay_process_id)
            return RELAY_HAS;
        if (address_is_any(&listener->address) || address_is_loopback(&listener->address))
            evidence = RELAY_CANNOT_TELL;
    }
    return evidence;
}
