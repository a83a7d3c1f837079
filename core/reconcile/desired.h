/*
 * What Windows should hold: the rules of all users, spread out into portproxy entries and
 * firewall rules for the PC and the WSL of this moment.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_DESIRED_H
#define TIDEGATE_RECONCILE_DESIRED_H

#include "core/model/rule_status.h"
#include "core/model/snapshot.h"
#include "core/store/settings.h"

/* Everything a pass decides on; borrowed. */
struct circumstances {
    const struct rule_list *rules; /* oldest first */
    const struct settings *settings;
    const struct user_sid_list *paused;
    const struct snapshot *snapshot;
    const struct wsl_view_list *wsl;
};

enum desired_kind {
    DESIRED_VALUE,
    DESIRED_NONE, /* nothing of ours should stand there */
    DESIRED_HOLD  /* leave it as it is: the right value is not known now */
};

/* One portproxy entry that a rule stands for. Rules that want nothing have entries only for ports
 * at which something stands. */
struct desired_entry {
    struct portproxy_key key;
    struct address listen; /* of the key */
    enum desired_kind kind;
    struct portproxy_value value; /* DESIRED_VALUE */
    size_t rule_index;            /* in the rule list */
    struct rule_status status;    /* of this port; for DESIRED_VALUE decided later */
};

/* The rule's part; one for each rule, in the same order. */
struct desired_rule {
    enum desired_kind kind;
    struct rule_status
        status;       /* for kinds other than DESIRED_VALUE, and rules without entries */
    bool is_mirrored; /* WSL itself is to listen: no entries, and its firewall's rule */
    bool has_firewall_rule; /* the scope asks for one, and there is a firewall to ask */
    struct firewall_rule firewall_rule; /* its name and kind also without one */
    bool has_outbound_rule; /* the firewall blocks what goes out, and the settings allow this */
    struct firewall_rule outbound_rule; /* its name also without one */
};

struct desired {
    struct desired_entry *entries;
    size_t entry_count, entry_capacity;
    struct desired_rule *rules;
    size_t rule_count, rule_capacity;
};

/* Pure. `out` is a zeroed struct; cleared with desired_clear. */
void desired_build(const struct circumstances *now, struct desired *out);
void desired_clear(struct desired *desired);

#endif
