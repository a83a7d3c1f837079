/*
 * Keeps a policy's value for a moment after it has gone. A refresh of Group Policy deletes all
 * values and then writes those that are still to be; what they hold down must not come up in
 * between, nor firewall rules go and come. A value that changes, or is new, counts at once.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_ENGINE_POLICY_HOLD_H
#define TIDEGATE_ENGINE_POLICY_HOLD_H

#include "core/store/policy.h"

#define POLICY_HOLD_MS 5000u
#define POLICY_HOLD_NOTHING_DUE UINT32_MAX

/* Zeroed is valid. */
struct policy_hold {
    struct policy_values seen; /* by the last pass, or still held */
    bool is_gone[SETTING_COUNT];
    uint64_t gone_ms[SETTING_COUNT]; /* since when */
};

/* Takes note of what stands there: by a pass, for what is let go then takes effect with it. */
void policy_hold_see(struct policy_hold *hold, const struct policy_values *values,
                     uint64_t now_ms);

/* Puts what is held into the values that are there. */
void policy_hold_fill(const struct policy_hold *hold, uint64_t now_ms,
                      struct policy_values *values);

/* When the next one is to be let go by a pass. */
uint32_t policy_hold_due_ms(const struct policy_hold *hold, uint64_t now_ms);

#endif
