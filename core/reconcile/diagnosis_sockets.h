/*
 * The sockets at one rule's endpoints: who listens there, and who is connected.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_DIAGNOSIS_SOCKETS_H
#define TIDEGATE_RECONCILE_DIAGNOSIS_SOCKETS_H

#include "core/model/diagnosis.h"
#include "core/reconcile/status.h"

/* At the rule's ports, on an address that it listens on or the wildcard over it. For a rule that
 * listens on any address these are also listeners on one of them, such as WSL's relay. By port and
 * address. */
void diagnosis_find_listeners(const struct outcome *outcome, const struct rule *rule,
                              struct diagnosis *out);

/* The IP Helper's, by remote address and port. */
void diagnosis_find_connections(const struct outcome *outcome, const struct rule *rule,
                                const struct connection_list *connections,
                                struct diagnosis *out);

#endif
