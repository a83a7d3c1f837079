/*
 * What the firewall as a whole does to a forward, whatever its rules say. Pure.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_FIREWALL_EVIDENCE_H
#define TIDEGATE_RECONCILE_FIREWALL_EVIDENCE_H

#include "core/base/text.h"
#include "core/model/rule_status.h"
#include "core/model/snapshot.h"

/* Why the firewall as a whole keeps out what a rule for these profiles lets in: REASON_NONE, or
 * one of overridden by policy, block-all, profile mismatch. */
enum reason firewall_policy_check(const struct firewall_state *state, unsigned profiles);

/* Whether the firewall keeps the IP Helper from connecting out: that is the default of the current
 * network, and no rule of our grouping allows it. (A rule that somebody else made may: those are
 * not read, hence this is only worth a warning.) */
bool firewall_blocks_outbound(const struct firewall_state *state);

/* The PowerShell command that allows it. */
void firewall_outbound_command(const struct rule *rule, struct text *out);

#endif
