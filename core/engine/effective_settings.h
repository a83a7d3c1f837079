/*
 * The settings that count: those that are stored, but where policy sets another.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_EFFECTIVE_SETTINGS_H
#define TIDEGATE_ENGINE_EFFECTIVE_SETTINGS_H

#include "core/engine/policy_hold.h"
#include "core/store/store.h"
#include "core/system.h"

/* Policy is read afresh each time, but for what is held: what an administrator forbade a moment ago
 * is not allowed any more by a request that comes before the next pass. */
bool effective_settings_load(struct store *store, const struct system *system,
                             const struct policy_hold *hold, struct settings *out,
                             struct policy *policy, struct error *err) MUST_CHECK;

#endif
