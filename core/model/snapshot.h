/*
 * What Windows and WSL really hold at one moment: the observed side of a reconcile.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_MODEL_SNAPSHOT_H
#define TIDEGATE_MODEL_SNAPSHOT_H

#include "core/model/adapter.h"
#include "core/model/firewall_rule.h"
#include "core/model/portproxy.h"
#include "core/model/script_rule.h"
#include "core/wsl/wsl.h"

#define PROGRAM_NAME_SIZE 64

/* One listening TCP socket of this PC. */
struct listener {
    struct address address;
    uint16_t port;
    uint32_t process_id; /* 0 when Windows does not say */
};

struct listener_list {
    struct listener *items;
    size_t count, capacity;
};

/* One established TCP connection of this PC. */
struct connection {
    struct address local;
    uint16_t local_port;
    struct address remote;
    uint16_t remote_port;
    uint32_t process_id; /* 0 when Windows does not say */
};

struct connection_list {
    struct connection *items;
    size_t count, capacity;
};

/* The IP Helper service (iphlpsvc), which owns every portproxy listener. */
struct ip_helper {
    bool installed;
    bool running;
    bool disabled;       /* start type */
    uint32_t process_id; /* when running */
};

/* A firewall call for one of our rules that failed, kept until it succeeds. */
struct firewall_failure {
    char name[FIREWALL_NAME_SIZE];
    uint32_t os_code;
};

/* The firewall as its own thread last read it; Windows may take minutes to answer, so
 * this may be older than the rest (tailscale issue 785). */
struct firewall_state {
    bool known;       /* false until the first reading */
    bool host_busy;   /* changes handed over and not yet done or failed */
    bool hyperv_busy; /* ... of the Hyper-V firewall: each has a thread of its own */
    unsigned current_profiles; /* PROFILE_ bits of the networks connected now; 0 unknown */
    unsigned enabled_profiles;        /* where the firewall is on */
    unsigned block_all_profiles;      /* "block all incoming connections" */
    unsigned block_outbound_profiles; /* what no rule allows may not go out */
    unsigned helper_out_profiles; /* a rule that is not ours lets the IP Helper out to anywhere */
    unsigned overridden_profiles; /* where rules of this PC do not count: LocalPolicyModifyState,
                                     merge off */
    bool hyperv_known; /* the Hyper-V firewall was read; else `rules` tells nothing of it */
    uint32_t hyperv_error; /* why it could not be read, 0 when nobody tried or it could */
    bool hyperv_available; /* false: there is none to keep anything out (facts/wsl.md §5.5) */
    bool hyperv_has_profiles; /* its rules may be for some networks only */
    struct firewall_rule_list
        rules; /* of both kinds, of our grouping or names; both when a name is
                                        doubled */
    struct script_rule_list script_rules; /* the first SCRIPT_RULES_MAX */
    struct firewall_failure *failures;
    size_t failure_count;
};

struct snapshot {
    struct portproxy_list portproxy; /* well-formed values of the four tables */
    size_t malformed_count;          /* values that are not; never touched */
    struct listener_list listeners;  /* read after the changes of a pass */
    struct adapter_list adapters;
    struct ip_helper ip_helper;
    struct firewall_state firewall;
    struct wsl_machine wsl_machine;
    struct wsl_trace_list wsl_traces; /* one for each loaded user hive */
};

void firewall_state_clear(struct firewall_state *state);
void snapshot_clear(struct snapshot *snapshot);

/* Whether the last reading tells of this kind's rules. */
bool firewall_state_knows(const struct firewall_state *state, enum firewall_kind kind);

/* Whether changes of this kind's rules are under way. */
bool firewall_state_is_busy(const struct firewall_state *state, enum firewall_kind kind);

/* The process that listens where `key` wants to: first a socket on the same address,
 * else the wildcard of the family. Borrowed, or NULL. */
const struct listener *listener_list_find(const struct listener_list *list,
                                          const struct address *address, uint16_t port);

#endif
