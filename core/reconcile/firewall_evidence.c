/*
 * The firewall's profiles and policy, held against one forward.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/firewall_evidence.h"

enum reason firewall_policy_check(const struct firewall_state *state, unsigned profiles)
{
    const unsigned guarded = state->current_profiles & state->enabled_profiles;

    if (guarded == 0 || (state->current_profiles & ~state->enabled_profiles) != 0)
        return REASON_NONE;
    if (state->overridden_by_policy)
        return REASON_FIREWALL_OVERRIDDEN;
    if ((guarded & ~state->block_all_profiles) == 0)
        return REASON_FIREWALL_BLOCK_ALL;
    return (guarded & profiles) == 0 ? REASON_PROFILE_MISMATCH : REASON_NONE;
}

/* An administrator's, for all there is; ours are for one forward each. */
static bool allows_outbound(const struct firewall_rule *rule)
{
    return rule->enabled && !rule->inbound && rule->allow &&
           !firewall_rule_is_outbound_name(rule->name);
}

bool firewall_blocks_outbound(const struct firewall_state *state)
{
    if ((state->current_profiles & state->enabled_profiles &
         state->block_outbound_profiles) == 0)
        return false;
    for (size_t i = 0; i < state->rules.count; i++) {
        if (allows_outbound(&state->rules.items[i]))
            return false;
    }
    return true;
}
