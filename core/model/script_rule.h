/*
 * Firewall rules that the well-known scripts make to let the LAN into WSL (WSL issue 4150 and what
 * copied it): known by their display name, for they bear no other mark. They belong to the user:
 * they are read, and turned off or on again only when he asks.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_SCRIPT_RULE_H
#define TIDEGATE_MODEL_SCRIPT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCRIPT_RULE_NAME_SIZE 64
#define SCRIPT_RULE_PORTS_SIZE 1024
#define SCRIPT_RULE_REMOTE_SIZE 512
#define SCRIPT_RULES_MAX 16 /* the scripts make two; more are not looked at */

/* An allowing TCP rule with a list of local ports. Rules of other kinds, and what does not fit, are
 * none of these. */
struct script_rule {
    char name[SCRIPT_RULE_NAME_SIZE];
    bool enabled;
    bool inbound;
    unsigned profiles;                        /* PROFILE_ bits */
    char local_ports[SCRIPT_RULE_PORTS_SIZE]; /* "80,443,8000-8010" */
    char remote_addresses[SCRIPT_RULE_REMOTE_SIZE];
};

struct script_rule_list {
    struct script_rule *items;
    size_t count, capacity;
};

/* To be turned on or off. */
struct script_rule_switch {
    struct script_rule rule; /* as it reads, whether on or off */
    bool on;
};

struct script_rule_switch_list {
    struct script_rule_switch *items;
    size_t count, capacity;
};

/* Whether a display name is one of the scripts'; without regard to case. */
bool script_rule_is_named(const char *name);

/* Whether it can be told from others: texts that did not fit read as "?". */
bool script_rule_is_whole(const struct script_rule *rule);

/* The same rule, whether on or off. */
bool script_rule_same(const struct script_rule *a, const struct script_rule *b);

bool script_rule_has_port(const struct script_rule *rule, uint16_t port);

#endif
