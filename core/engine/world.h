/*
 * Everything one pass reads and decides, as one value: what the store holds, what Windows holds,
 * and what follows. Shared by the pass itself, the plan that is only shown, and take-over.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_WORLD_H
#define TIDEGATE_ENGINE_WORLD_H

#include "core/engine/memory.h"
#include "core/reconcile/plan.h"
#include "core/store/store.h"
#include "core/system.h"

struct world {
    struct rule_list rules;
    struct ledger ledger;
    struct settings settings; /* that count */
    struct policy policy;
    struct user_sid_list paused;
    struct snapshot snapshot;
    struct wsl_view_list wsl;
    struct circumstances now; /* borrows from the above */
    struct desired desired;
    struct drift drift;
    struct plan plan;
};

/* Reads store and system and decides. `memory` is told what was seen and gives what is
 * remembered. With `withdraw` the rules are taken as none. On failure `out` is cleared. */
bool world_read(struct store *store, const struct system *system, struct memory *memory,
                bool withdraw, struct world *out, struct error *err) MUST_CHECK;
void world_clear(struct world *world);

#endif
