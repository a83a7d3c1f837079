/*
 * The ordered changes that remove the drift, shown by `tidegatectl plan` before they are
 * applied. Pure.
 *
 * The order (DESIGN.md §5): remove entries, remove firewall rules, add firewall rules, write
 * entries; so that a port is never open wider than its rule says and never without its scope.
 * Then the IP Helper is told once and the tables are flushed, and only then is the ledger
 * confirmed. Firewall rules are added by a thread of their own: a new entry waits, over as many
 * plans as it takes, until its own firewall rule stands.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_PLAN_H
#define TIDEGATE_RECONCILE_PLAN_H

#include "core/base/text.h"
#include "core/reconcile/drift.h"

enum step_kind {
    STEP_DELETE_ENTRY,
    STEP_REMOVE_FIREWALL_RULE,
    STEP_ADD_FIREWALL_RULE,
    STEP_WRITE_ENTRY,
    STEP_CONFIRM_ENTRY, /* stands already; the ledger does not know yet */
    STEP_FORGET_ENTRY,
    STEP_CONFIRM_FIREWALL_RULE,
    STEP_FORGET_FIREWALL_RULE
};

/* What a step leaves behind, for those steps that change an entry or the ledger's row of one. */
struct step {
    enum step_kind kind;
    struct rule_id rule_id;       /* "" for left-over rows */
    size_t rule_index;            /* NO_INDEX likewise */
    struct portproxy_entry entry; /* the key; for WRITE and CONFIRM also the value */
    struct owned_entry owned;     /* the row as it is now; zeroed when there is none */
    struct firewall_rule firewall_rule; /* ADD: wanted; REMOVE: as it is expected to stand */
    struct owned_firewall_rule owned_firewall_rule;
    bool has_live; /* something stands under the key or name, and is ours */
    struct portproxy_value live;
    struct firewall_rule live_firewall_rule;
    bool announces; /* the IP Helper must be told and the tables flushed for this step */
};

struct plan {
    struct step *items;
    size_t count, capacity;
};

void plan_build(const struct circumstances *now, const struct desired *desired,
                const struct drift *drift, const struct ledger *ledger, struct plan *out);
void plan_clear(struct plan *plan);

/* Whether the IP Helper is to be told of something. Firewall changes alone move no listener. */
bool plan_announces(const struct plan *plan);

/* Whether it is for a firewall's thread, and not only for the ledger. */
bool step_changes_firewall(const struct step *step);

/* "write v4tov4 0.0.0.0/3000 -> 172.28.1.2/3000 (web)", for people. */
void step_describe(const struct step *step, const struct rule_list *rules,
                   struct text *out);

#endif
