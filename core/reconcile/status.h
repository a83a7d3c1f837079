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

/* Whether some entry stands, is right, and has no listener of the IP Helper yet, though that
 * service runs: it is worth looking again. */
bool status_awaits_listeners(const struct outcome *outcome);

#endif
