/*
 * What this user's WSL shows without being asked: its traces in the registry, its relay, the
 * installation. Reads the registry and the list of processes: not on the user interface's thread.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_WSL_FACTS_H
#define TIDEGATE_TRAY_WSL_FACTS_H

#include "core/win32/wsl_installed.h"
#include "core/wsl/wsl_ladder.h"

struct wsl_facts {
    struct ladder_facts ladder; /* but for its .wslconfig, which stays as it was */
    struct wsl_installed installed;
    struct distribution_list registered; /* owned */
    struct adapter_list adapters;        /* owned; `ladder` borrows it */
};

/* Fills anew what was read before. */
void wsl_facts_read(const struct user_sid *user, struct wsl_facts *facts);
void wsl_facts_clear(struct wsl_facts *facts);

/* When the VM that runs was started, in filetime_ms; 0 when it cannot be told. */
int64_t wsl_facts_vm_start(const struct wsl_facts *facts);

#endif
