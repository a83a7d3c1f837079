/*
 * Keeps a policy's value for a moment after it has gone.
 * SPDX-License-Identifier: MIT
 */
#include "core/engine/policy_hold.h"

static bool is_over(const struct policy_hold *hold, enum setting setting, uint64_t now_ms)
{
    return hold->is_gone[setting] && now_ms - hold->gone_ms[setting] >= POLICY_HOLD_MS;
}

void policy_hold_see(struct policy_hold *hold, const struct policy_values *values,
                     uint64_t now_ms)
{
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        const struct policy_value *value = &values->items[setting];

        if (value->kind != POLICY_ABSENT || is_over(hold, setting, now_ms)) {
            hold->seen.items[setting] = *value;
            hold->is_gone[setting] = false;
        } else if (hold->seen.items[setting].kind != POLICY_ABSENT &&
                   !hold->is_gone[setting]) {
            hold->is_gone[setting] = true;
            hold->gone_ms[setting] = now_ms;
        }
    }
}

void policy_hold_fill(const struct policy_hold *hold, uint64_t now_ms,
                      struct policy_values *values)
{
    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        if (values->items[setting].kind == POLICY_ABSENT &&
            !is_over(hold, setting, now_ms))
            values->items[setting] = hold->seen.items[setting];
    }
}

uint32_t policy_hold_due_ms(const struct policy_hold *hold, uint64_t now_ms)
{
    uint32_t due_ms = POLICY_HOLD_NOTHING_DUE;

    for (enum setting setting = 0; setting < SETTING_COUNT; setting++) {
        const uint64_t held_ms = now_ms - hold->gone_ms[setting];
        const uint32_t left_ms =
            held_ms < POLICY_HOLD_MS ? (uint32_t)(POLICY_HOLD_MS - held_ms) : 0;

        if (hold->is_gone[setting] && left_ms < due_ms)
            due_ms = left_ms;
    }
    return due_ms;
}
