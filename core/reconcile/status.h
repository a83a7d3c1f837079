/*
 * The state and reason of every rule, from what was wanted, what stands after the changes, and
 * what failed. Pure but for the names of programs, which the caller looks up.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_STATUS_H
#define TIDEGATE_RECONCILE_STATUS_H

#include "core/reconcile/apply.h"
#include "core/reconcile/drift.h"

struct outcome {
    const struct circumstances *now; /* after the changes */
    const struct desired *desired;   /* likewise */
    const struct drift *drift;       /* likewise: what is left of it */
    const struct plan *plan;         /* what was attempted */
    const struct apply_result *result;
    const struct rule_status *statuses; /* of each rule, once status_of_rule has given them */
    bool settling; /* a change was made a moment ago: listeners may still be on their way */
    const struct system *system; /* for program_name */
};

/* The status of rule `rule_index`: that of its worst port. */
struct rule_status status_of_rule(const struct outcome *outcome, size_t rule_index);

/* The same, and which desired entry that port's is: NO_INDEX when the rule has none. */
struct rule_status status_of_worst_port(const struct outcome *outcome, size_t rule_index,
                                        size_t *worst_entry);

/* Why the firewall as a whole keeps out what a rule for these profiles lets in: REASON_NONE, or
 * one of overridden by policy, block-all, profile mismatch. */
enum reason firewall_policy_check(const struct firewall_state *state, unsigned profiles);

/* Whether the firewall keeps the IP Helper from connecting out: that is the default of the current
 * network, and no rule of our grouping allows it. (A rule that somebody else made may: those are
 * not read, hence this is only worth a warning.) */
bool firewall_blocks_outbound(const struct firewall_state *state);

/* The PowerShell command that allows it. */
void firewall_outbound_command(const struct rule *rule, struct text *out);

/* Whether the IP Helper listens where the entry wants it to. */
bool helper_listens(const struct snapshot *snapshot, const struct desired_entry *entry);

/* WSL's relay listens on loopback for each port that Linux listens on, with a lag of a second.
 * RELAY_CANNOT_TELL: there is no relay, or it may have failed to bind. It cannot beside somebody
 * else's wildcard, such as an entry of ours on all addresses that was there first, and does not
 * try again (facts/wsl.md §6). */
enum relay_evidence { RELAY_CANNOT_TELL, RELAY_HAS, RELAY_HAS_NOT };

enum relay_evidence relay_evidence_find(const struct snapshot *snapshot,
                                        const struct user_sid *user, uint16_t port);

/* Whether some entry stands, is right, and has no listener of the IP Helper yet, though that
 * service runs: it is worth looking again. */
bool status_awaits_listeners(const struct outcome *outcome);

#endif
