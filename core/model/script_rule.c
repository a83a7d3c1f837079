/*
 * Knowing the scripts' firewall rules.
 * SPDX-License-Identifier: MIT
 */
#include "core/model/script_rule.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

bool script_rule_is_named(const char *name)
{
    /* The first is from microsoft/WSL issue 4150; the others are in public copies of that script,
     * about ten files each. Names with something around them ("... TCP", "... 80 Inbound") were
     * seen too and are passed over: who made those cannot be told so surely. */
    static const char *const names[] = {
        "WSL 2 Firewall Unlock",
        "WSL2 Firewall Unlock",
        "WSL Firewall Unlock",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (ascii_equals_ignoring_case(name, names[i]))
            return true;
    }
    return false;
}

bool script_rule_is_whole(const struct script_rule *rule)
{
    return strcmp(rule->name, "?") != 0 && strcmp(rule->remote_addresses, "?") != 0 &&
           rule->local_ports[0] >= '0' && rule->local_ports[0] <= '9';
}

bool script_rule_same(const struct script_rule *a, const struct script_rule *b)
{
    return a->inbound == b->inbound && a->profiles == b->profiles &&
           ascii_equals_ignoring_case(a->name, b->name) &&
           strcmp(a->local_ports, b->local_ports) == 0 &&
           ascii_equals_ignoring_case(a->remote_addresses, b->remote_addresses);
}

bool script_rule_has_port(const struct script_rule *rule, uint16_t port)
{
    const char *at = rule->local_ports;

    while (*at != '\0') {
        char *end;
        const unsigned long first = strtoul(at, &end, 10);
        unsigned long last = first;

        if (end != at && *end == '-')
            last = strtoul(end + 1, &end, 10);
        if (end != at && port >= first && port <= last)
            return true;
        at += strcspn(at, ",");
        at += *at == ',';
    }
    return false;
}
