/*
 * What changing a rule needs to know of the other rules and of this PC.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_RULE_CHANGE_H
#define TIDEGATE_ENGINE_RULE_CHANGE_H

#include "core/engine/engine_state.h"

/* Completes a proposed rule (id, owner, sequence: the existing rule's, or new) and checks it:
 * rule_validate and rule_change_check. On failure the rule is not to be used. */
bool rule_change_complete(struct engine *engine, const struct user_sid *user,
                          const struct rule *existing, struct rule *rule,
                          struct error *err) MUST_CHECK;

/* The part that depends on the others: the connect address is not this PC's own, the caps hold,
 * and, for an enabled rule, no other enabled rule listens there (ERR_CONFLICT names it). */
bool rule_change_check(struct engine *engine, const struct rule *rule,
                       struct error *err) MUST_CHECK;

/* Takes over what stands in the way of the rule or in its stead: other programs' entries and a
 * changed firewall rule become ours in the ledger, each with its former value. ERR_NOT_FOUND when
 * there is nothing to take over. */
bool rule_take_over(struct engine *engine, const struct rule *rule,
                    struct error *err) MUST_CHECK;

#endif
