/*
 * What can be taken over from a script.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/adoption.h"

#include "core/base/mem.h"

#include <string.h>

void adoption_clear(struct adoption *adoption)
{
    LIST_CLEAR(&adoption->entries);
    LIST_CLEAR(&adoption->rules);
}

bool adoption_has_undoing(const struct adoption *adoption)
{
    for (size_t i = 0; i < adoption->entries.count; i++) {
        if (adoption->entries.items[i].undoing)
            return true;
    }
    return false;
}

struct adopted_rule *adoption_find_rule(struct adoption *adoption,
                                        const struct script_rule *rule)
{
    for (size_t i = 0; i < adoption->rules.count; i++) {
        if (script_rule_same(&adoption->rules.items[i].rule, rule))
            return &adoption->rules.items[i];
    }
    return NULL;
}

static bool spells(const char *text, const struct address *address)
{
    struct address parsed;

    return address_parse(text, &parsed) && address_equals(&parsed, address);
}

bool adoption_is_of_wsl(const struct address *address, const struct wsl_machine *machine,
                        const struct wsl_trace_list *traces)
{
    struct prefix network;

    if (spells(machine->nat_gateway, address))
        return false;
    if (prefix_parse(machine->nat_network, &network) && prefix_has_host(&network, address))
        return true;
    for (size_t i = 0; i < traces->count; i++) {
        if (spells(traces->items[i].nat_address, address))
            return true;
    }
    return false;
}

static bool read_listen(const struct portproxy_key *key, struct rule_listen *out)
{
    const enum address_family family = portproxy_listen_family(key->type);

    out->first_port = out->last_port = key->port;
    out->address = (struct address){.family = family};
    if (strcmp(key->listen, "*") != 0 &&
        (!address_parse(key->listen, &out->address) || out->address.family != family))
        return false;
    out->kind = family == ADDRESS_IPV4 && address_is_any(&out->address) ? LISTEN_ANY
                                                                        : LISTEN_ADDRESS;
    return true;
}

bool adoption_rule_for(const struct portproxy_entry *entry, struct rule *out)
{
    struct rule rule = rule_default();
    struct address connect;
    struct error ignored;

    if (!address_parse(entry->value.connect, &connect) || connect.family != ADDRESS_IPV4 ||
        (entry->key.type != PORTPROXY_V4TOV4 && entry->key.type != PORTPROXY_V6TOV4) ||
        !read_listen(&entry->key, &rule.listen))
        return false;
    rule.connect.kind = CONNECT_WSL;
    rule.connect.first_port = entry->value.port;
    if (!rule_validate(&rule, &ignored))
        return false;
    *out = rule;
    return true;
}

bool adoption_is_possible(const struct portproxy_entry *entry,
                          const struct wsl_machine *machine,
                          const struct wsl_trace_list *traces)
{
    struct address connect;
    struct rule rule;

    return address_parse(entry->value.connect, &connect) &&
           adoption_is_of_wsl(&connect, machine, traces) &&
           adoption_rule_for(entry, &rule);
}
