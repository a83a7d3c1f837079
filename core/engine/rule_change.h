/*
 * What changing a rule needs to know of the other rules and of this PC, and taking over entries.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_RULE_CHANGE_H
#define TIDEGATE_ENGINE_RULE_CHANGE_H

#include "core/engine/engine_state.h"

/* A random (version 4) UUID, RFC 9562 §5.4. */
bool rule_id_new(const struct system *system, struct rule_id *out,
                 struct error *err) MUST_CHECK;

/* What of a rule depends on the others (`rules` are all, as they will be; its own id among them or
 * not) and on this PC: the connect address is not this PC's own, the caps hold, and, for an enabled
 * rule, no other enabled rule listens there (ERR_CONFLICT names it). */
bool rule_change_check(const struct rule_list *rules, const struct adapter_list *adapters,
                       const struct rule *rule, struct error *err) MUST_CHECK;

/* Another program's entry becomes ours as it stands, in the open transaction; the next pass makes
 * it right. */
bool rule_take_entry(struct engine *engine, const struct rule *rule,
                     const struct portproxy_entry *live, struct error *err) MUST_CHECK;

/* Takes over what stands in the way of the rule or in its stead: other programs' entries and a
 * changed firewall rule become ours in the ledger, each with its former value. ERR_NOT_FOUND when
 * there is nothing to take over. */
bool rule_take_over(struct engine *engine, const struct rule *rule,
                    struct error *err) MUST_CHECK;

#endif
