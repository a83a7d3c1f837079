/*
 * The differences between what should stand and what stands, in the light of what the ledger
 * says is ours: the table of DESIGN.md §5, case by case. Pure.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_DRIFT_H
#define TIDEGATE_RECONCILE_DRIFT_H

#include "core/reconcile/desired.h"
#include "core/reconcile/ledger.h"

enum drift_kind {
    DRIFT_HELD,          /* nothing to decide now */
    DRIFT_IN_PLACE,      /* ours and right */
    DRIFT_UNCONFIRMED,   /* ours and right, but an intent is still open */
    DRIFT_FOREIGN_EQUAL, /* right, and somebody else's */
    DRIFT_MISSING,
    DRIFT_OUTDATED, /* ours, and not what it should be */
    DRIFT_CONFLICT, /* somebody else's, and not what it should be */
    DRIFT_GIVEN_UP, /* missing again and again: another program removes it */
    DRIFT_SURPLUS,  /* ours, and nothing should be there */
    DRIFT_GONE,     /* in the ledger only */
    DRIFT_LOST,     /* in the ledger, but the live value is somebody else's now */
    DRIFT_ABSENT,   /* nothing there and nothing wanted */
    DRIFT_KEPT_OPEN /* nothing wanted, but somebody else's entry is there */
};

#define NO_INDEX SIZE_MAX

/* One portproxy key. Indices into the inputs, NO_INDEX for none. */
struct entry_drift {
    enum drift_kind kind;
    size_t desired_index;
    size_t owned_index;
    size_t live_index; /* for CONFLICT and its like: the entry in the way, perhaps under
                          another spelling or type */
};

/* One firewall rule name. Held while the firewall has not been read, or not since a change of this
 * rule was handed over. */
struct firewall_drift {
    enum drift_kind kind;
    size_t rule_index; /* in the rule list, NO_INDEX for a rule that is gone */
    size_t owned_index;
    size_t live_index; /* in snapshot->firewall.rules */
    bool wanted;       /* a firewall rule should stand */
    bool is_outbound;  /* it is the rule's outbound one */
};

struct drift {
    struct entry_drift *entries; /* first one for each desired entry, in their order, then one
                                    for each ledger row that no rule stands for any more */
    size_t entry_count, entry_capacity;
    struct firewall_drift *firewall_rules; /* first one for each rule, then another for what
                                              each has to go out, then left-over rows */
    size_t firewall_rule_count, firewall_rule_capacity;
};

/* Keys and names that another program keeps undoing; nothing is written for them. */
struct given_up {
    struct portproxy_key *keys;
    size_t key_count, key_capacity;
    char (*names)[FIREWALL_NAME_SIZE]; /* of firewall rules */
    size_t name_count, name_capacity;
};

bool given_up_has(const struct given_up *given_up, const struct portproxy_key *key);
bool given_up_has_firewall_rule(const struct given_up *given_up, const char *name);

void drift_find(const struct circumstances *now, const struct desired *desired,
                const struct ledger *ledger, const struct given_up *given_up,
                struct drift *out);
void drift_clear(struct drift *drift);

/* Of the rule's outbound firewall rule. */
const struct firewall_drift *drift_of_outbound(const struct drift *drift,
                                               const struct desired *desired,
                                               size_t rule_index);

/* What should stand there; the drift is no left-over row's. */
const struct firewall_rule *firewall_drift_desired(const struct firewall_drift *drift,
                                                   const struct desired *desired);

#endif
