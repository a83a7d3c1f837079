/*
 * Windows Firewall rules in the fields that matter to us. What COM gives back is spelled
 * differently from what it was given (netmasks for prefixes, "*" for any), so equality is
 * a comparison of meanings (facts/peers-portproxy-firewall.md C).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_FIREWALL_RULE_H
#define TIDEGATE_MODEL_FIREWALL_RULE_H

#include "core/model/adapter.h"
#include "core/model/rule.h"

#define FIREWALL_GROUPING "Tidegate"
#define FIREWALL_NAME_SIZE 64
#define FIREWALL_PORTS_SIZE 64
#define FIREWALL_REMOTE_SIZE 1536
#define FIREWALL_PROGRAM_SIZE 300
#define FIREWALL_SERVICE_SIZE 64
#define FIREWALL_TCP 6
#define FIREWALL_ANY_PROTOCOL 256 /* NET_FW_IP_PROTOCOL_ANY */

/* WSL's creator id in the Hyper-V firewall (facts/wsl.md §5.5): its rules concern the VMs of all
 * users of WSL. */
#define FIREWALL_WSL_CREATOR "{40E0AC32-46A5-438A-A0B2-2B479E8F2E90}"

/* The numbers go into the database: none is ever changed. */
enum firewall_kind {
    FIREWALL_HOST,  /* Windows Firewall, in front of this PC's programs */
    FIREWALL_HYPERV /* the Hyper-V firewall, in front of WSL's VMs in mirrored mode */
};

/* Of a Hyper-V rule `program` and `service` are "", and `profiles` may be 0: in every network. */
struct firewall_rule {
    enum firewall_kind kind;
    /* Unique over both kinds: "Tidegate <rule UUID>" (COM's names are no keys), with "outbound"
     * before the UUID for what goes out; of a Hyper-V rule its key, "Tidegate-<rule UUID>". */
    char name[FIREWALL_NAME_SIZE];
    char grouping[FIREWALL_NAME_SIZE];
    bool enabled;
    bool inbound;
    bool allow;
    int protocol; /* IANA number */
    unsigned profiles;
    char local_ports[FIREWALL_PORTS_SIZE];  /* "3000" or "8000-8010"; "" or "*": any */
    char remote_ports[FIREWALL_PORTS_SIZE]; /* the same; only of outbound rules */
    char local_addresses[FIREWALL_REMOTE_SIZE];  /* "*", comma list */
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

/* The same for WSL in mirrored mode: inbound TCP, its listen ports and addresses, its profiles and
 * remotes.
 * Linux may listen wider than the rule, so the addresses count: those of the interface that it
 * follows are spelled out. Hyper-V rules know no "LocalSubnet": the networks of these adapters
 * stand for it. For either, this PC alone when there are none. */
void firewall_rule_for_hyperv(const struct rule *rule, const struct adapter_list *adapters,
                              struct firewall_rule *out);

/* Lets the IP Helper connect out to where the rule forwards to, where Windows Firewall blocks that
 * by default: TCP, its connect ports, these addresses, that service only. On networks of every
 * kind: WSL's own adapter is on one that Windows may count as public, whatever the LAN is. */
void firewall_rule_for_outbound(const struct rule *rule, const struct prefix *remote,
                                struct firewall_rule *out);

/* The names that these give. */
void firewall_rule_name(enum firewall_kind kind, const struct rule_id *id,
                        char out[FIREWALL_NAME_SIZE]);
void firewall_rule_outbound_name(const struct rule_id *id, char out[FIREWALL_NAME_SIZE]);

/* Whether it lets the IP Helper connect to any port of any address: an administrator's, since ours
 * and Windows' own for this service name their ports. */
bool firewall_rule_lets_helper_out(const struct firewall_rule *rule);

bool firewall_rule_equals(const struct firewall_rule *a, const struct firewall_rule *b);

/* The category of the networks with these profiles; of several the least trusted. */
enum message_id network_category_message(unsigned profiles);

const struct firewall_rule *firewall_rule_list_find(const struct firewall_rule_list *list,
                                                    const char *name);
void firewall_rule_list_clear(struct firewall_rule_list *list);

#endif
