/*
 * The firewall's profiles and policy, held against one forward.
 * SPDX-License-Identifier: MIT
 */
#include "core/reconcile/firewall_evidence.h"

#include <string.h>

enum reason firewall_policy_check(const struct firewall_state *state, unsigned profiles)
{
    const unsigned guarded = state->current_profiles & state->enabled_profiles;

    if (guarded == 0 || (state->current_profiles & ~state->enabled_profiles) != 0)
        return REASON_NONE;
    if ((guarded & ~state->overridden_profiles) == 0)
        return REASON_FIREWALL_OVERRIDDEN;
    if ((guarded & ~state->block_all_profiles) == 0)
        return REASON_FIREWALL_BLOCK_ALL;
    if ((guarded & profiles) == 0)
        return REASON_PROFILE_MISMATCH;
    if ((guarded & profiles & ~state->block_all_profiles) == 0)
        return REASON_FIREWALL_BLOCK_ALL;
    return (guarded & profiles & ~state->block_all_profiles &
            ~state->overridden_profiles) == 0
               ? REASON_FIREWALL_OVERRIDDEN
               : REASON_NONE;
}

/* Of the networks connected now. */
static unsigned blocking_profiles(const struct firewall_state *state)
{
    return state->current_profiles & state->enabled_profiles &
           state->block_outbound_profiles;
}

bool firewall_overrides_outbound(const struct firewall_state *state)
{
    return (blocking_profiles(state) & state->overridden_profiles) != 0;
}

bool firewall_blocks_outbound(const struct firewall_state *state)
{
    return (blocking_profiles(state) & ~state->helper_out_profiles) != 0;
}

bool firewall_has_failed(const struct firewall_state *state,
                         const struct firewall_rule *rule, uint32_t *os_code)
{
    for (size_t i = 0; i < state->failure_count; i++) {
        if (strcmp(state->failures[i].name, rule->name) == 0) {
            *os_code = state->failures[i].os_code;
            return true;
        }
    }
    if (rule->kind != FIREWALL_HYPERV || state->hyperv_known || state->hyperv_error == 0)
        return false;
    *os_code = state->hyperv_error;
    return true;
}
