/*
 * Keeping a distribution running, because the user said so: when its program is started, and when
 * it ends. WSL stops a distribution 15 s after its last client and the VM a minute later, and what
 * is forwarded with them (facts/wsl.md §2, "idle rules").
 * SPDX-License-Identifier: MIT
 */
#ifndef TIDEGATE_WSL_WSL_KEEPING_H
#define TIDEGATE_WSL_WSL_KEEPING_H

#include "core/engine/report.h"

#include <stdint.h>

/* Whether a rule of the user's needs WSL: one that is on, not paused, and leads there. */
bool wsl_is_needed(const struct report *report, const struct user_sid *user);

struct wsl_keeping {
    bool runs;
    int64_t started_ms;
    int64_t not_before_ms; /* it ended by itself: WSL was shut down, or cannot start it */
    unsigned ended_count;  /* soon after it began, in a row */
};

/* Whether it is to be started now. */
bool wsl_keeping_starts(const struct wsl_keeping *keeping, bool wanted, int64_t now_ms);
/* How long until that may change by itself; -1: not by time. */
int64_t wsl_keeping_wait_ms(const struct wsl_keeping *keeping, bool wanted,
                            int64_t now_ms);
void wsl_keeping_started(struct wsl_keeping *keeping, int64_t now_ms);
/* It ended by itself, or could not be started. */
void wsl_keeping_ended(struct wsl_keeping *keeping, int64_t now_ms);
/* It was ended because it was not wanted any more: the next wish is a new one. */
void wsl_keeping_stopped(struct wsl_keeping *keeping);

#endif
