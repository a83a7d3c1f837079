/*
 * The administrator's word on WSL's networking mode: two values of HKLM\Software\Policies\WSL
 * (facts/wsl.md §5.3). WSL reads them, like .wslconfig, when the VM starts.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_WSL_POLICY_H
#define TIDEGATE_WSL_WSL_POLICY_H

#include "core/wsl/networking_mode.h"

#include <stdint.h>

struct wslconfig;

/* All zeros: there is no policy. */
struct wsl_policy {
    enum networking_mode default_mode; /* for who asks for none; UNKNOWN: not set, so NAT */
    bool forbids_choice; /* .wslconfig may ask for the default, or for none */
};

/* `default_mode` is the number in DefaultNetworkingMode, `allow` the one in
 * AllowNetworkingModeUserSetting. What WSL does not take counts as not set. */
struct wsl_policy wsl_policy_of(uint32_t default_mode, uint32_t allow);
#define WSL_POLICY_NOT_SET UINT32_MAX

/* The mode of a user who asks for none. */
enum networking_mode wsl_policy_default(const struct wsl_policy *policy);

/* Whether WSL would not take that mode from .wslconfig. */
bool wsl_policy_forbids(const struct wsl_policy *policy, enum networking_mode mode);

/* Makes the file's mode the one that WSL would take. */
void wsl_policy_apply(const struct wsl_policy *policy, struct wslconfig *config);

#endif
