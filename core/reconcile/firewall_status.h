/*
 * What the firewall means for a rule's state. Each check is true when nothing is wrong; otherwise
 * it has written what is into the status.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_FIREWALL_STATUS_H
#define TIDEGATE_RECONCILE_FIREWALL_STATUS_H

#include "core/reconcile/status.h"

/* The firewall rule that lets the rule's traffic in. */
bool firewall_status_check(const struct outcome *outcome, size_t rule_index,
                           struct rule_status *status);

/* Whether what comes in may go out. True as long as nobody asked for a firewall rule for that: then
 * it is only a warning. */
bool firewall_status_check_outbound(const struct outcome *outcome, size_t rule_index,
                                    struct rule_status *status);

/* Whether the firewall as a whole lets the rule's traffic through. */
bool firewall_status_check_policy(const struct outcome *outcome, const struct rule *rule,
                                  struct rule_status *status);

#endif
