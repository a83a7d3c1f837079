/*
 * Whether the running VM knows what .wslconfig says.
 * SPDX-License-Identifier: MIT
 */
#include "core/wsl/config_age.h"

enum networking_mode wslconfig_mode(const struct wslconfig *config)
{
    return config->safe_mode ? NETWORKING_MODE_NONE : config->mode;
}

bool wslconfig_is_newer(const struct config_age *age, const struct wslconfig *now)
{
    if (age->vm_started_ms == 0 || age->written_ms <= age->vm_started_ms)
        return false;
    return age->applied == NULL || wslconfig_mode(age->applied) != wslconfig_mode(now) ||
           age->applied->localhost_forwarding != now->localhost_forwarding;
}
