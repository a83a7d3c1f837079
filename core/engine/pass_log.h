/*
 * What a pass writes into the log.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_PASS_LOG_H
#define TIDEGATE_ENGINE_PASS_LOG_H

#include "core/engine/engine_state.h"

/* What a pass did. Borrows. */
struct doing {
    const struct plan *plan;
    const struct rule_list *rules; /* that the plan was made for */
    struct apply_result *result;
    uint64_t took_ms; /* from the event to the confirmation */
};

/* What policy sets now and did not before, and what of it is refused. */
void pass_log_policy(struct engine *engine, const struct world *world);

void pass_log_changes(struct engine *engine, const struct doing *doing);

/* Compares with the last report, so before the new one is published. */
void pass_log_outcome(struct engine *engine, const struct doing *doing,
                      const struct world *after, const struct outcome *outcome);

#endif
