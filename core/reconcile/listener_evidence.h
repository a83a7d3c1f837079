/*
 * What this PC's listening sockets tell of a forward: at its listen side the IP Helper's, for its
 * connect side the WSL relay's. Pure.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_LISTENER_EVIDENCE_H
#define TIDEGATE_RECONCILE_LISTENER_EVIDENCE_H

#include "core/model/snapshot.h"
#include "core/reconcile/desired.h"

/* Whether the IP Helper listens where the entry wants it to. */
bool helper_listens(const struct snapshot *snapshot, const struct desired_entry *entry);

/* WSL's relay listens on loopback for each port that Linux listens on, with a lag of a second.
 * RELAY_CANNOT_TELL: there is no relay, or it may have failed to bind. It cannot beside somebody
 * else's wildcard, such as an entry of ours on all addresses that was there first, and does not
 * try again (facts/wsl.md §6). */
enum relay_evidence { RELAY_CANNOT_TELL, RELAY_HAS, RELAY_HAS_NOT };

enum relay_evidence relay_evidence_find(const struct snapshot *snapshot,
                                        const struct user_sid *user, uint16_t port);

#endif
