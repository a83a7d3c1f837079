/*
 * What every client sees: the rules with their states, all portproxy entries of the
 * machine, and the circumstances. One revision is one consistent picture.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_REPORT_H
#define TIDEGATE_ENGINE_REPORT_H

#include "core/model/portproxy.h"
#include "core/model/rule.h"
#include "core/model/rule_status.h"
#include "core/model/snapshot.h"
#include "core/store/policy.h"
#include "core/wsl/wsl.h"

#define REPORT_NOTE_SIZE 240

struct report_rule {
    struct rule rule;
    struct rule_status status;
};

enum entry_owner { ENTRY_OURS, ENTRY_FOREIGN };

struct report_entry {
    struct portproxy_entry entry;
    enum entry_owner owner;
    struct rule_id rule_id; /* ours: the rule it serves; foreign: the rule it stands in the
                               way of or stands in for; "" if none */
    bool is_adoptable;      /* foreign, and connects to WSL: a rule can do the same */
};

/* A port on which something listens inside a user's WSL, as WSL's relay shows it on this PC's
 * loopback (facts/wsl.md §6). Whether it listens there on all addresses or only on WSL's own
 * loopback cannot be seen. */
struct report_wsl_port {
    struct user_sid user;
    uint16_t port;
};

struct report {
    uint64_t revision; /* grows with each change; starts at a new value in each service run */
    int64_t time_ms;              /* wall clock of the pass that made it */
    char fault[REPORT_NOTE_SIZE]; /* why the service cannot do its job at all; "" if it can */
    char notice[REPORT_NOTE_SIZE]; /* e.g. that a damaged database was replaced; "" if none */
    struct message fault_message; /* the same two for users, or MESSAGE_NONE */
    struct message notice_message;
    struct policy policy; /* which settings it sets, and what of it is refused */

    struct wsl_view_list wsl; /* one for each signed-in user with traces, and each rule owner */
    struct ip_helper ip_helper;
    unsigned firewall_current_profiles;
    bool firewall_known;
    bool firewall_busy;
    bool hyperv_known;     /* the Hyper-V firewall, in front of WSL in mirrored mode */
    bool hyperv_available; /* when known */
    size_t malformed_count;

    struct report_wsl_port *wsl_ports; /* by user and port, each once */
    size_t wsl_port_count, wsl_port_capacity;

    struct user_sid *paused_users;
    size_t paused_user_count, paused_user_capacity;

    struct report_rule *rules; /* all users', oldest first */
    size_t rule_count, rule_capacity;

    struct report_entry *entries; /* by type, port, address */
    size_t entry_count, entry_capacity;
};

struct report *report_new(void);
void report_free(struct report *report);
bool report_is_paused(const struct report *report, const struct user_sid *user);

/* The rule of this id, or NULL. Borrowed. */
const struct report_rule *report_find_rule(const struct report *report,
                                           const struct rule_id *id);

/* The whole in one word, for the tray's icon and tooltip (rules of `user` only). */
enum report_health {
    HEALTH_FINE, /* all enabled rules are active (or there are none) */
    HEALTH_PAUSED,
    HEALTH_WAITING,    /* something waits for WSL or is being applied */
    HEALTH_NEEDS_USER, /* something is blocked, in conflict or failed; or a fault */
    HEALTH_UNREACHABLE /* no report: the service does not answer */
};

/* NULL report: HEALTH_UNREACHABLE. */
enum report_health report_health(const struct report *report, const struct user_sid *user);

/* `user`'s view, or NULL. Borrowed. */
const struct wsl_view *report_wsl(const struct report *report,
                                  const struct user_sid *user);

#endif
