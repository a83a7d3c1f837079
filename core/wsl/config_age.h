/*
 * Whether the running VM knows what .wslconfig says: WSL reads the file only when the VM starts
 * (facts/wsl.md §2).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_CONFIG_AGE_H
#define TIDEGATE_WSL_CONFIG_AGE_H

#include "core/wsl/wslconfig.h"

#include <stdint.h>

/* Times on one clock, 0: not known. */
struct config_age {
    int64_t written_ms; /* the file, or when it went away */
    int64_t vm_started_ms;
    const struct wslconfig *applied; /* what stood there when the VM started; NULL: not seen */
};

/* The mode that WSL would take, safeMode considered. */
enum networking_mode wslconfig_mode(const struct wslconfig *config);

/* Whether `now` holds something about networking that the running VM has not read. */
bool wslconfig_is_newer(const struct config_age *age, const struct wslconfig *now);

#endif
