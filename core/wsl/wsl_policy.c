/*
 * The administrator's word on WSL's networking mode.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/wsl_policy.h"

#include "core/wsl/wslconfig.h"

/* Bridged, 2, is no default: it needs more than its name. */
static enum networking_mode mode_of(uint32_t number)
{
    switch (number) {
    case 0:
        return NETWORKING_MODE_NONE;
    case 1:
        return NETWORKING_MODE_NAT;
    case 3:
        return NETWORKING_MODE_MIRRORED;
    case 4:
        return NETWORKING_MODE_VIRTIOPROXY;
    default:
        return NETWORKING_MODE_UNKNOWN;
    }
}

struct wsl_policy wsl_policy_of(uint32_t default_mode, uint32_t allow)
{
    return (struct wsl_policy){.default_mode = mode_of(default_mode),
                               .forbids_choice = allow == 0};
}

enum networking_mode wsl_policy_default(const struct wsl_policy *policy)
{
    return policy->default_mode != NETWORKING_MODE_UNKNOWN ? policy->default_mode
                                                           : NETWORKING_MODE_NAT;
}

bool wsl_policy_forbids(const struct wsl_policy *policy, enum networking_mode mode)
{
    return policy->forbids_choice && mode != NETWORKING_MODE_NONE &&
           mode != wsl_policy_default(policy);
}

/* A line with a word that WSL does not know is none. */
void wsl_policy_apply(const struct wsl_policy *policy, struct wslconfig *config)
{
    const bool asks = config->mode_line != 0 && !config->mode_is_unknown;

    if (!asks || wsl_policy_forbids(policy, config->mode))
        config->mode = wsl_policy_default(policy);
}
