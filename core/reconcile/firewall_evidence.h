/*
 * What the firewall as a whole does to a forward, whatever its rules say. Pure.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_FIREWALL_EVIDENCE_H
#define TIDEGATE_RECONCILE_FIREWALL_EVIDENCE_H

#include "core/model/rule_status.h"
#include "core/model/snapshot.h"

/* Why the firewall as a whole keeps out what a rule for these profiles lets in: REASON_NONE, or
 * one of overridden by policy, block-all, profile mismatch. */
enum reason firewall_policy_check(const struct firewall_state *state, unsigned profiles);

/* Whether the firewall keeps the IP Helper from connecting out: that is the default of the current
 * network, and no rule that somebody else put into our grouping allows it. Whether our own for the
 * forward does is for the caller to see. (Others' rules may allow it as well: those are not read,
 * hence this is only worth a warning.) */
bool firewall_blocks_outbound(const struct firewall_state *state);

/* Whether it does so where rules made on this PC do not count. */
bool firewall_overrides_outbound(const struct firewall_state *state);

/* Whether the last change of that rule failed, or, while nothing is known of the firewall that it
 * is in, the reading of it; with the HRESULT. */
bool firewall_has_failed(const struct firewall_state *state,
                         const struct firewall_rule *rule, uint32_t *os_code);

#endif
