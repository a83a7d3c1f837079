/*
 * A Windows in memory behind the core's seam: portproxy tables and an IP Helper that reads them
 * only when told, a firewall, network interfaces, WSL's traces, a clock. It follows facts/, can
 * fail or end the process at the n-th call, and is one flat value, so that it can stand in memory
 * shared with a child that is killed.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TESTS_FAKE_SYSTEM_H
#define TIDEGATE_TESTS_FAKE_SYSTEM_H

#include "core/system.h"

#define FAKE_ENTRIES 64
#define FAKE_RULES 32
#define FAKE_LISTENERS 16
#define FAKE_CONNECTIONS 80
#define FAKE_HELPER_PID 500u
#define FAKE_RELAY_PID 900u
#define FAKE_USER "S-1-5-21-1-2-3-1001"
#define FAKE_OTHER_USER "S-1-5-21-1-2-3-1002"
#define FAKE_VM "11111111-2222-3333-4444-555555555555"
#define FAKE_GATEWAY "172.28.208.1"
#define FAKE_LAN "192.168.1.10"

struct fake_table {
    struct portproxy_entry entries[FAKE_ENTRIES];
    size_t count;
};

struct fake_windows {
    struct fake_table registry;
    struct fake_table flushed; /* what a power cut would leave */
    struct fake_table helper;  /* what the IP Helper has read */
    struct ip_helper ip_helper;
    struct firewall_rule rules[FAKE_RULES];
    size_t rule_count;
    unsigned current_profiles;
    unsigned enabled_profiles;
    unsigned block_all_profiles;
    unsigned overridden_profiles;
    bool firewall_unread;       /* the thread has not read yet */
    bool hyperv_unread;         /* ... the Hyper-V firewall */
    uint32_t hyperv_error;      /* ... for this reason; 0: not yet */
    bool hyperv_is_watched;     /* else it is not read at all */
    bool has_no_hyperv;         /* this Windows has no such firewall */
    bool hyperv_lacks_profiles; /* ... has one whose rules have no profiles */
    bool firewall_is_slow;      /* changes wait for fake_firewall_finish */
    bool hyperv_hangs;          /* ... those of the Hyper-V firewall wait however long */
    bool firewall_is_gone;      /* the thread has ended */
    unsigned firewall_refresh_count; /* how often it was asked to read again */
    uint32_t firewall_refuses;       /* HRESULT for additions, 0: none */
    struct firewall_rule removals[FAKE_RULES];
    size_t removal_count;
    struct firewall_rule additions[FAKE_RULES];
    size_t addition_count;
    struct firewall_failure failures[FAKE_RULES];
    size_t failure_count;
    bool firewall_news; /* set when changes were carried out; the reader resets it */
    struct script_rule script_rules[SCRIPT_RULES_MAX];
    size_t script_rule_count;
    struct script_rule_switch switches[SCRIPT_RULES_MAX];
    size_t switch_count;
    struct policy_values policy;
    struct adapter adapters[4];
    size_t adapter_count;
    struct wsl_machine wsl_machine;
    struct wsl_trace traces[4];
    size_t trace_count;
    struct listener strangers[FAKE_LISTENERS]; /* other programs' listeners */
    size_t stranger_count;
    struct connection connections[FAKE_CONNECTIONS];
    size_t connection_count;
    unsigned block_outbound_profiles;
    unsigned helper_out_profiles;
    enum probe_result probe; /* of every probe, after one that is under way */
    char probed[64];         /* the last place asked about */
    unsigned probe_count;
    uint16_t reserved_port; /* the helper cannot listen on it, nor can anybody; 0 none */
    uint64_t now_ms;
    uint64_t random;
    /* What was called. */
    unsigned call_count;
    unsigned write_count; /* calls that change Windows */
    unsigned announce_count;
    unsigned connection_reading_count;
    /* What goes wrong: at call n (1 is the first); 0 never. */
    unsigned fail_at;
    unsigned end_before;
    unsigned end_after;
};

/* A PC with one LAN address, WSL running in NAT mode for FAKE_USER at `address`, IP Helper and
 * firewall on, private network. */
void fake_windows_init(struct fake_windows *fake, const char *address);

/* `fake` is borrowed. */
struct system fake_system(struct fake_windows *fake);

/* WSL restarts at another address. */
void fake_move(struct fake_windows *fake, const char *address);
void fake_stop_wsl(struct fake_windows *fake);

/* Another program's doings. */
void fake_set_entry(struct fake_windows *fake, enum portproxy_type type, const char *name,
                    const char *data);
void fake_remove_entry(struct fake_windows *fake, enum portproxy_type type,
                       const char *name);

/* The value's data, or NULL. Valid until the next call. */
const char *fake_get_entry(const struct fake_windows *fake, enum portproxy_type type,
                           const char *name);
const struct firewall_rule *fake_get_rule(const struct fake_windows *fake,
                                          const char *name);

/* What the helper forwards to from this key, or NULL. */
const char *fake_forwarded(const struct fake_windows *fake, enum portproxy_type type,
                           const char *name);

void fake_firewall_finish(struct fake_windows *fake);

#endif
