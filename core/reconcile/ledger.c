/*
 * Looking things up in the ledger.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/ledger.h"

#include "core/base/mem.h"

#include <string.h>

bool owned_entry_covers(const struct owned_entry *owned,
                        const struct portproxy_value *live)
{
    return (owned->has_confirmed && portproxy_value_equals(&owned->confirmed, live)) ||
           (owned->intent == INTENT_WRITE &&
            portproxy_value_equals(&owned->intended, live));
}

bool owned_firewall_rule_covers(const struct owned_firewall_rule *owned,
                                const struct firewall_rule *live)
{
    return (owned->has_confirmed && firewall_rule_equals(&owned->confirmed, live)) ||
           (owned->intent == INTENT_WRITE && firewall_rule_equals(&owned->intended, live));
}

const struct owned_entry *ledger_find_entry(const struct ledger *ledger,
                                            const struct portproxy_key *key)
{
    for (size_t i = 0; i < ledger->entry_count; i++) {
        if (ledger->entries[i].key.port == key->port &&
            portproxy_key_equals(&ledger->entries[i].key, key))
            return &ledger->entries[i];
    }
    return NULL;
}

const struct owned_firewall_rule *ledger_find_firewall_rule(const struct ledger *ledger,
                                                            const char *name)
{
    for (size_t i = 0; i < ledger->firewall_rule_count; i++) {
        if (strcmp(ledger->firewall_rules[i].name, name) == 0)
            return &ledger->firewall_rules[i];
    }
    return NULL;
}

struct owned_entry *ledger_add_entry(struct ledger *ledger)
{
    ledger->entries = mem_grow(ledger->entries, ledger->entry_count,
                               &ledger->entry_capacity, sizeof *ledger->entries);
    return &ledger->entries[ledger->entry_count++];
}

struct owned_firewall_rule *ledger_add_firewall_rule(struct ledger *ledger)
{
    ledger->firewall_rules =
        mem_grow(ledger->firewall_rules, ledger->firewall_rule_count,
                 &ledger->firewall_rule_capacity, sizeof *ledger->firewall_rules);
    return &ledger->firewall_rules[ledger->firewall_rule_count++];
}

void ledger_clear(struct ledger *ledger)
{
    mem_free(ledger->entries);
    mem_free(ledger->firewall_rules);
    *ledger = (struct ledger){0};
}
