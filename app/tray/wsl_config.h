/*
 * The user's .wslconfig as it stands, whether the running VM has read it, and a change of it.
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_TRAY_WSL_CONFIG_H
#define TIDEGATE_TRAY_WSL_CONFIG_H

#include "core/base/error.h"
#include "core/wsl/config_age.h"
#include "core/wsl/wsl_hint.h"

#include <windows.h>

struct wsl_config {
    wchar_t folder[MAX_PATH]; /* "": there is no profile */
    bool is_known;            /* read, or not there; else `now` are WSL's defaults */
    struct wslconfig file;    /* as it was read */
    struct wslconfig now;     /* ... with policy applied: what a new VM would take */
    int64_t written_ms;
    bool has_applied; /* the VM was seen to start: it read `applied` */
    struct wslconfig applied;
    int64_t vm_started_ms; /* 0: no VM, or not known */
};

void wsl_config_init(struct wsl_config *self);

/* When it changed. */
void wsl_config_read(struct wsl_config *self);

/* Another VM than before, or none (0). `was_seen`: it was started a moment ago. */
void wsl_config_new_vm(struct wsl_config *self, int64_t started_ms, bool was_seen);

/* What the running VM read, or a new one would. */
const struct wslconfig *wsl_config_applied(const struct wsl_config *self);

/* Sets the fields of the hint that are about the file. */
void wsl_config_tell(const struct wsl_config *self, struct wsl_hint *hint);

/* Has it ask for another networking mode (wslconfig_with_mode, wslconfig_file_replace). */
bool wsl_config_write_mode(struct wsl_config *self, enum networking_mode mode,
                           struct error *err) MUST_CHECK;

#endif
