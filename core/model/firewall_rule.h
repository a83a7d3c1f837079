/*
 * Windows Firewall rules in the fields that matter to us. What COM gives back is spelled
 * differently from what it was given (netmasks for prefixes, "*" for any), so equality is
 * a comparison of meanings (facts/peers-portproxy-firewall.md C).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_FIREWALL_RULE_H
#define TIDEGATE_MODEL_FIREWALL_RULE_H

#include "core/model/rule.h"

#define FIREWALL_GROUPING "Tidegate"
#define FIREWALL_NAME_SIZE 64
#define FIREWALL_PORTS_SIZE 64
#define FIREWALL_REMOTE_SIZE 1536
#define FIREWALL_PROGRAM_SIZE 300
#define FIREWALL_SERVICE_SIZE 64
#define FIREWALL_TCP 6

struct firewall_rule {
    char name[FIREWALL_NAME_SIZE]; /* unique: "Tidegate <rule UUID>"; COM's names are no keys */
    char grouping[FIREWALL_NAME_SIZE];
    bool enabled;
    bool inbound;
    bool allow;
    int protocol; /* IANA number */
    unsigned profiles;
    char local_ports[FIREWALL_PORTS_SIZE];       /* "3000" or "8000-8010" */
    char local_addresses[FIREWALL_REMOTE_SIZE];  /* "*" */
    char remote_addresses[FIREWALL_REMOTE_SIZE]; /* "LocalSubnet", "*", comma list */
    char program[FIREWALL_PROGRAM_SIZE];         /* %SystemRoot% unexpanded */
    char service[FIREWALL_SERVICE_SIZE];         /* "iphlpsvc" */
};

struct firewall_rule_list {
    struct firewall_rule *items;
    size_t count, capacity;
};

/* The tight rule for one forward: inbound TCP, its listen ports, the IP Helper service only
 * (program and service as in Windows' own CoreNet-Teredo-In), its profiles and remotes.
 * The rule's scope must have a profile. */
void firewall_rule_for(const struct rule *rule, struct firewall_rule *out);

/* The name firewall_rule_for gives. */
void firewall_rule_name(const struct rule_id *id, char out[FIREWALL_NAME_SIZE]);

bool firewall_rule_equals(const struct firewall_rule *a, const struct firewall_rule *b);

const struct firewall_rule *firewall_rule_list_find(const struct firewall_rule_list *list,
                                                    const char *name);
void firewall_rule_list_clear(struct firewall_rule_list *list);

#endif
