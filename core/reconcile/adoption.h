/*
 * What was taken over from a script: which portproxy entries stood there before and which of the
 * script's firewall rules were turned off, so that it can be undone; and what can be taken over at
 * all. The store keeps it; these are its rows as values.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_ADOPTION_H
#define TIDEGATE_RECONCILE_ADOPTION_H

#include "core/model/portproxy.h"
#include "core/model/rule.h"
#include "core/model/script_rule.h"
#include "core/wsl/wsl.h"

struct adopted_entry {
    struct portproxy_key key;
    struct user_sid owner;
    struct rule_id rule_id; /* that was made of it */
    struct portproxy_value former;
    bool undoing; /* the former value is being put back; the row goes with that */
};

struct adopted_entry_list {
    struct adopted_entry *items;
    size_t count, capacity;
};

/* The words are in the database. */
enum adopted_state { ADOPTED_TURNING_OFF, ADOPTED_OFF, ADOPTED_TURNING_ON };

struct adopted_rule {
    int64_t number; /* of its row; 0: not stored yet */
    struct user_sid owner;
    enum adopted_state state;
    struct script_rule rule;
};

struct adopted_rule_list {
    struct adopted_rule *items;
    size_t count, capacity;
};

struct adoption {
    struct adopted_entry_list entries;
    struct adopted_rule_list rules;
};

void adoption_clear(struct adoption *adoption);

/* Whether a former entry is still to be put back. */
bool adoption_has_undoing(const struct adoption *adoption);

/* The row of that rule; NULL if none. Borrowed. */
struct adopted_rule *adoption_find_rule(struct adoption *adoption,
                                        const struct script_rule *rule);

/* Where WSL is or was: an address of its network, or one that `traces` record. The gateway is this
 * PC. */
bool adoption_is_of_wsl(const struct address *address, const struct wsl_machine *machine,
                        const struct wsl_trace_list *traces);

/*
 * The rule that does what the entry does: one port, to WSL, enabled, private and domain networks,
 * local subnet; no id, no owner, no name. False when no sound rule can: another type than v4tov4
 * and v6tov4, names instead of addresses, a listen side that rule_validate refuses.
 */
bool adoption_rule_for(const struct portproxy_entry *entry, struct rule *out);

/* Both: the entry connects to WSL, and there is such a rule. */
bool adoption_is_possible(const struct portproxy_entry *entry,
                          const struct wsl_machine *machine,
                          const struct wsl_trace_list *traces);

#endif
