/*
 * The ledger: which portproxy entries and firewall rules we made. Written before every
 * change to Windows and confirmed after it, so that a crash in between never looks like
 * somebody else's change (DESIGN.md §5). The store keeps it; these are its rows as values.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_LEDGER_H
#define TIDEGATE_RECONCILE_LEDGER_H

#include "core/model/firewall_rule.h"
#include "core/model/portproxy.h"

/* What a change under way will leave behind. */
enum intent { INTENT_NONE, INTENT_WRITE, INTENT_REMOVE };

struct owned_entry {
    struct portproxy_key key;
    struct rule_id rule_id;
    bool has_confirmed;
    struct portproxy_value confirmed;
    enum intent intent;
    struct portproxy_value intended; /* INTENT_WRITE */
    bool has_former;                 /* taken over: what stood there before, for undo */
    struct portproxy_value former;
};

struct owned_firewall_rule {
    enum firewall_kind kind; /* of the values below as well */
    char name[FIREWALL_NAME_SIZE];
    struct rule_id rule_id;
    bool has_confirmed;
    struct firewall_rule confirmed;
    enum intent intent;
    struct firewall_rule intended; /* INTENT_WRITE */
};

struct ledger {
    struct owned_entry *entries;
    size_t entry_count, entry_capacity;
    struct owned_firewall_rule *firewall_rules;
    size_t firewall_rule_count, firewall_rule_capacity;
};

/* Whether a live value is ours: equal to the confirmed or the intended one. */
bool owned_entry_covers(const struct owned_entry *owned,
                        const struct portproxy_value *live);
bool owned_firewall_rule_covers(const struct owned_firewall_rule *owned,
                                const struct firewall_rule *live);

/* Borrowed, or NULL; until the ledger changes. */
const struct owned_entry *ledger_find_entry(const struct ledger *ledger,
                                            const struct portproxy_key *key);
const struct owned_firewall_rule *ledger_find_firewall_rule(const struct ledger *ledger,
                                                            const char *name);

/* Append a zeroed row and return it for filling. */
struct owned_entry *ledger_add_entry(struct ledger *ledger);
struct owned_firewall_rule *ledger_add_firewall_rule(struct ledger *ledger);
void ledger_clear(struct ledger *ledger);

#endif
