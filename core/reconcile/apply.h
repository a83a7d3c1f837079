/*
 * Carrying out a plan so that it survives a kill at any instruction: intents are committed to
 * the ledger, then Windows is changed, told and flushed, then the ledger is confirmed.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_RECONCILE_APPLY_H
#define TIDEGATE_RECONCILE_APPLY_H

#include "core/reconcile/plan.h"
#include "core/store/store.h"
#include "core/system.h"

/* What became of a step that was not done; index into the plan. */
struct step_failure {
    size_t step_index;
    struct error error;
};

struct apply_result {
    bool store_failed; /* the intents could not be committed: Windows was not touched */
    bool announce_failed; /* the control or the flush failed: nothing was confirmed */
    struct error error;   /* of either */
    struct step_failure *failures;
    size_t failure_count, failure_capacity;
    size_t written_count; /* entries written */
    size_t deleted_count;
    size_t firewall_count; /* firewall changes handed over */
};

/* Whose changes are not handed over: a firewall's thread is busy with the last ones (whose intents
 * are open), or one failed a moment ago and waits for its next try. */
struct firewall_hold {
    bool host, hyperv;
};

/* A failed step leaves the rest going. */
void plan_apply(const struct plan *plan, struct store *store, const struct system *system,
                struct firewall_hold hold, struct apply_result *out);
void apply_result_clear(struct apply_result *result);

/* The failure of this step, or NULL. */
const struct step_failure *apply_result_find(const struct apply_result *result,
                                             size_t step_index);

#endif
