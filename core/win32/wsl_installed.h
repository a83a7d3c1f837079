/*
 * Which WSL is installed and which distributions a user has, from the registry: no program is
 * started (facts/wsl.md §3.3, §7).
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WIN32_WSL_INSTALLED_H
#define TIDEGATE_WIN32_WSL_INSTALLED_H

#include "core/view/mode_switch.h"
#include "core/wsl/distributions.h"

#include <windows.h>

#define WSL_VERSION_SIZE 32

struct wsl_installed {
    bool is_there;                  /* `program` may be started */
    bool is_inbox;                  /* the one that older Windows brings along */
    char version[WSL_VERSION_SIZE]; /* "2.7.11.0"; "" for the in-box one */
    wchar_t program[MAX_PATH];      /* wsl.exe's path */
};

/* System32's wsl.exe is on every Windows 11: without WSL it offers to install it, so it is not to
 * be started then. */
void wsl_installed_read(struct wsl_installed *out);

/* Those of the user this program runs as, by name, with version and default; the states are not in
 * the registry. Free with distribution_list_clear. */
void wsl_distributions_read(struct distribution_list *out);

/* This Windows, not the one it claims to be to old programs. */
void windows_version_read(struct windows_version *out);

#endif
